//! What was said in both halves of a divided network comes together when it heals.

mod common;

use std::time::Duration;

use common::{SECOND, many, network, publish, times};

/// Half of the peers cannot reach the others for a while; then they can, and everything comes to all within a minute and a
/// half.
fn divided(count: usize, length: Duration) {
    let mut net = network(5);
    let peers = many(&mut net, count);
    for (nth, peer) in peers.iter().enumerate() {
        let site = net.site(*peer);
        net.set_part(site, (nth % 2) as u8);
    }
    net.cut(vec![(0, 1)]);
    publish(&mut net, peers[4], b"even");
    publish(&mut net, peers[5], b"odd");
    net.run(length);
    let heard = |net: &socket_p2p_sim::Network, what: &[u8]| -> Vec<usize> {
        (0..count).filter(|nth| times(net, peers[*nth], what) > 0).collect()
    };
    assert!(heard(&net, b"even").iter().all(|nth| nth % 2 == 0), "nothing crosses");
    assert!(heard(&net, b"odd").iter().all(|nth| nth % 2 == 1), "nothing crosses");
    assert!(
        heard(&net, b"even").len() + heard(&net, b"odd").len() >= count - 2 - usize::from(count % 2 == 1)
    );
    net.cut(Vec::new());
    net.run(SECOND * 90);
    assert_eq!(heard(&net, b"even").len(), count - 1, "all but the author");
    assert_eq!(heard(&net, b"odd").len(), count - 1, "all but the author");
    publish(&mut net, peers[6], b"one again");
    net.run(SECOND);
    assert_eq!(heard(&net, b"one again").len(), count - 1, "and what is said from now on, at once");
}

#[test]
fn both_sides_hear_of_each_other_afterwards() {
    divided(30, SECOND * 5);
}

#[test]
fn halves_that_forgot_each_others_names_do() {
    divided(150, SECOND * 10);
    divided(150, SECOND * 40);
}

/// Longer than bans, votes and consents last, and than the longest distance between two tries.
#[test]
fn after_a_long_time_they_do() {
    divided(150, SECOND * 1000);
}
