//! What was said in both halves of a divided network comes together when it heals.

mod common;

use common::{SECOND, many, network, publish, times};

#[test]
fn both_sides_hear_of_each_other_afterwards() {
    let mut net = network(5);
    let peers = many(&mut net, 30);
    for (nth, peer) in peers.iter().enumerate() {
        let site = net.site(*peer);
        net.set_part(site, (nth % 2) as u8);
    }
    net.cut(vec![(0, 1)]);
    publish(&mut net, peers[4], b"even");
    publish(&mut net, peers[5], b"odd");
    net.run(SECOND * 5);
    let heard = |net: &socket_p2p_sim::Network, what: &[u8]| -> Vec<usize> {
        (0..30).filter(|nth| times(net, peers[*nth], what) > 0).collect()
    };
    assert!(heard(&net, b"even").iter().all(|nth| nth % 2 == 0), "nothing crosses");
    assert!(heard(&net, b"odd").iter().all(|nth| nth % 2 == 1), "nothing crosses");
    net.cut(Vec::new());
    net.run(SECOND * 90);
    assert_eq!(heard(&net, b"even").len(), 29, "all but the author");
    assert_eq!(heard(&net, b"odd").len(), 29, "all but the author");
}
