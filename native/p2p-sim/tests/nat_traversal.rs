//! Peers behind every kind of NAT take part.

mod common;

use common::{SECOND, add, many, network, publish, times};
use socket_p2p_sim::{Nat, Role};

const KINDS: [Nat; 4] = [Nat::FullCone, Nat::Restricted, Nat::PortRestricted, Nat::Hard];

#[test]
fn everybody_hears_everybody_behind_whatever_nat() {
    let mut net = network(8);
    let open = many(&mut net, 8);
    let hidden: Vec<_> =
        (0..12).map(|nth| add(&mut net, KINDS[nth % 4], Role::Honest, &open[nth % 5..][..3])).collect();
    net.run(SECOND * 20);
    for (nth, author) in hidden.iter().enumerate() {
        let said = [nth as u8; 64];
        publish(&mut net, *author, &said);
        net.run(SECOND);
        for peer in open.iter().chain(&hidden) {
            assert_eq!(times(&net, *peer, &said), usize::from(peer != author), "{author:?} to {peer:?}");
        }
    }
}
