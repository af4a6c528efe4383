//! Who comes later gets what was said before.

mod common;

use common::{SECOND, add, many, network, publish, times};
use socket_p2p_sim::{Nat, Role};

#[test]
fn a_newcomer_gets_all_that_was_said() {
    let mut net = network(6);
    let peers = many(&mut net, 20);
    for nth in 0..50_u8 {
        publish(&mut net, peers[usize::from(nth) % 20], &[nth; 200]);
        net.run(SECOND / 10);
    }
    net.run(SECOND * 5);
    let late = add(&mut net, Nat::PortRestricted, Role::Honest, &peers[3..5]);
    net.run(SECOND * 30);
    let heard = (0..50_u8).filter(|nth| times(&net, late, &[*nth; 200]) == 1).count();
    assert_eq!(heard, 50);
}

#[test]
fn the_author_may_be_gone() {
    let mut net = network(7);
    let peers = many(&mut net, 20);
    publish(&mut net, peers[9], b"last words");
    net.run(SECOND);
    net.kill(peers[9]);
    let late = add(&mut net, Nat::Static, Role::Honest, &peers[12..14]);
    net.run(SECOND * 20);
    assert_eq!(times(&net, late, b"last words"), 1);
}
