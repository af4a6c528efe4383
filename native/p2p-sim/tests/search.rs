//! In a large network, most of it behind NATs, a peer is found by its id alone.

mod common;

use common::{SECOND, add};
use socket_p2p::{Event, Input};
use socket_p2p_sim::{Nat, Role};

#[test]
fn anybody_finds_anybody_among_two_thousand() {
    found(2000, 30);
}

/// For `docs/p2p.md`: `cargo test --release -p socket-p2p-sim --test search -- --ignored --nocapture`.
#[test]
#[ignore = "a figure, for which many peers are needed"]
fn anybody_finds_anybody_among_ten_thousand() {
    found(10_000, 100);
}

fn found(count: usize, pairs: usize) {
    let mut net = common::network(11);
    let mut all = Vec::new();
    let mut open = Vec::new();
    for nth in 0..count {
        // One in five is reached by strangers.
        let nat = if nth.is_multiple_of(5) { Nat::Static } else { Nat::PortRestricted };
        // Random ones among those before: nobody knows the whole.
        let mut contacts = Vec::new();
        for back in 0..4_usize.min(open.len()) {
            let at = (nth * 7919 + back * 104_729) % open.len();
            contacts.push(open[at]);
        }
        let node = add(&mut net, nat, Role::Honest, &contacts);
        all.push(node);
        if nat == Nat::Static {
            open.push(node);
        }
        net.run(SECOND / 200);
    }
    net.run(SECOND * 30);
    let behind = |nth: usize| if nth.is_multiple_of(5) { nth + 1 } else { nth };
    let mut wanted = Vec::new();
    for pair in 0..pairs {
        let (from, to) = (all[behind(pair * 37 % count)], all[behind((pair * 613 + count / 2) % count)]);
        let peer = net.peer(to).map(socket_p2p::Peer::id).expect("it is there");
        let linked = net.peer(from).is_some_and(|from| from.neighbours().any(|(id, _)| id == peer));
        if from == to || linked {
            continue;
        }
        net.input(from, Input::Connect { request: 1, peer, address: None });
        wanted.push((from, peer, net.now()));
        net.run(SECOND / 20);
    }
    net.run(SECOND * 13);
    let mut times = Vec::new();
    for (from, peer, asked) in &wanted {
        let connected = net.events(*from).find_map(|(at, event)| match event {
            Event::Connected { peer: with, .. } if with == peer => Some(at.since(*asked)),
            _ => None,
        });
        times.extend(connected);
    }
    times.sort_unstable();
    let (reached, of) = (times.len(), wanted.len());
    let at = |part: usize| times.get(reached * part / 100).copied().unwrap_or_default();
    println!("{count} peers: {reached} of {of} found, median {:?}, nine of ten within {:?}", at(50), at(90));
    assert!(reached * 100 >= of * 97, "{reached} of {of} found, in {times:?}");
}
