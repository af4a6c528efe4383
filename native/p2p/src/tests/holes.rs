//! Holes of the predecessor that no other test looks into. The table in `docs/p2p.md` has all of them.

use super::*;
use crate::cache::Source;
use crate::crypto::hashed;
use crate::on::stream::HEARTBEAT;
use crate::{Event, on};

/// The predecessor pruned peers by an index into a list that had changed meanwhile, and so removed others.
#[test]
fn the_dead_go_and_the_living_stay() {
    let mut network = Network::new(3, (5_000, 20_000), 0);
    for _ in 0..8 {
        network.add(Config { active: 7, ..Config::default() });
    }
    network.join_all(3);
    network.run(Duration::from_secs(10));
    let links = |network: &Network, of: usize| -> Vec<_> {
        let peer = &network.nodes[of].peer;
        let mut all: Vec<_> = peer.links.iter().map(|(id, link)| (link.address, id, link.since)).collect();
        all.sort_unstable();
        all
    };
    let before: Vec<_> = (0..8).map(|of| links(&network, of)).collect();
    assert!(before.iter().all(|links| links.len() == 7), "all know all");
    let dead = [1, 4, 6];
    let is_dead = |network: &Network, at| dead.iter().any(|of| network.nodes[*of].address == at);
    for of in dead {
        network.nodes[of].alive = false;
    }
    network.run(Duration::from_secs(60));
    for (of, before) in before.iter().enumerate().filter(|(of, _)| !dead.contains(of)) {
        let kept: Vec<_> = before.iter().filter(|(at, ..)| !is_dead(&network, *at)).copied().collect();
        assert_eq!(links(&network, of), kept, "the same links with the living, and none with the dead");
        let isolated = network.nodes[of].events.iter().any(|(_, event)| *event == Event::Isolated);
        assert!(!isolated);
    }
}

/// The predecessor hashed its whole cache for every ping: 37 to 54 ms.
#[test]
fn a_full_cache_makes_no_ping_dearer() {
    let cost = |packets: u64| {
        let mut pair = Pair::new(Config::default());
        let author = Author::new(9);
        let now = pair.network.now;
        for number in 0..packets {
            let (id, bytes) = author.numbered(number, 500);
            let life = Duration::from_secs(3600);
            pair.victim().cache.insert(now, id, bytes, life, Source::Own).unwrap();
        }
        let link = pair.link();
        let before = hashed();
        let outputs = pair.send_frame(Kind::Stream, &[HEARTBEAT, 0, 0, 0, 1, 0, 0]);
        assert_eq!(sent(&outputs).len(), 1, "it is answered");
        on::sync::begin(pair.victim(), link);
        hashed() - before
    };
    let (empty, full) = (cost(0), cost(3000));
    assert!(full <= empty + 256, "{full} bytes hashed with 3000 packets, {empty} with none");
}

/// A member says that it is the end of time.
#[test]
fn nobody_uses_up_the_clock_of_others() {
    let (mut pair, member) = (Pair::new(Config::default()), Config::default());
    let member = pair.network.add(member);
    let cluster = pair.network.subscribe(member, [1; 32]);
    pair.network.nodes[member].peer.messages.clock = u32::MAX - 5;
    pair.network.publish(member, cluster, b"late");
    let peer = &pair.network.nodes[member].peer;
    let id = peer.messages.unsent.values().next().unwrap().packet;
    let bytes = peer.cache.get(&id).unwrap().bytes.clone();
    let before = pair.victim().messages.clock;
    assert_eq!(messages(&pair.send(&bytes)), 1);
    let after = pair.victim().messages.clock;
    assert!(after > before && after <= before + (1 << 20) + 1, "{before} became {after}");
    // And at the very end it still says something.
    pair.victim().messages.clock = u32::MAX;
    let input = crate::common::publish(cluster, b"more");
    let now = pair.network.now;
    let outputs: Vec<_> = pair.victim().handle(now, input).into_iter().collect();
    assert!(outputs.iter().any(|output| matches!(output, crate::Output::Event(Event::Published { .. }))));
}
