//! Comparing caches, whatever is in them: afterwards both have everything, and nothing came that was there.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::Time;
use crate::cache::Source;

/// Packets of one cluster, some of them at both, some at one.
#[derive(Clone, Debug)]
struct Sets {
    both: u16,
    first: u16,
    second: u16,
    /// Parts of 1000.
    loss: u64,
}

fn sets() -> impl Strategy<Value = Sets> {
    let only = || prop_oneof![Just(0), 1u16..4, 0u16..60];
    (prop_oneof![Just(0), 0u16..200], only(), only(), prop_oneof![Just(0), 0u64..300])
        .prop_map(|(both, first, second, loss)| Sets { both, first, second, loss })
}

fn ids(peer: &Peer) -> BTreeSet<PacketId> {
    let tags = peer.clusters.tags();
    tags.flat_map(|tag| peer.cache.of_signer(tag)).collect()
}

fn reconcile(sets: &Sets) -> Result<(), TestCaseError> {
    let mut network = Network::new(u64::from(sets.both) << 32 | sets.loss, (1_000, 5_000), 0);
    // Few rounds are enough, and nobody else is looked for.
    let config = Config { sync_interval: Duration::from_secs(1), ..Config::default() };
    let of = [network.add(config.clone()), network.add(config)];
    let cluster = network.subscribe(of[0], [1; 32]);
    network.subscribe(of[1], [1; 32]);
    let now = network.now;
    let life = Duration::from_secs(3600);
    for number in 0..sets.both + sets.first + sets.second {
        let epoch = network.nodes[of[0]].peer.clusters.current(&cluster).unwrap();
        let header = Header { cluster: epoch.tag, ..Author::new(1).header() };
        let body = number.to_be_bytes();
        let (id, bytes) = header.seal(&body, Default::default(), |message| epoch.keys.sign(message));
        for (at, index) in of.into_iter().enumerate() {
            let only = if number < sets.both { at } else { usize::from(number >= sets.both + sets.first) };
            if only == at {
                let cache = &mut network.nodes[index].peer.cache;
                cache.insert(now, id, bytes.clone(), life, Source::Own).unwrap();
            }
        }
    }
    network.loss = sets.loss;
    let contacts = vec![network.contact(of[0])];
    network.input(of[1], Input::Join { contacts });
    network.run(Duration::from_secs(if sets.loss == 0 { 8 } else { 40 }));
    let [first, second] = of.map(|index| &network.nodes[index].peer);
    let all = usize::from(sets.both + sets.first + sets.second);
    prop_assert_eq!(ids(first).len(), all);
    prop_assert_eq!(ids(first), ids(second));
    if sets.loss == 0 {
        prop_assert_eq!(first.metrics().packets_in, u64::from(sets.second));
        prop_assert_eq!(second.metrics().packets_in, u64::from(sets.first));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_have_everything_and_nothing_comes_twice(sets in sets()) {
        reconcile(&sets)?;
    }
}

proptest! {
    /// A range's fingerprint says what is in it: equal sets have equal ones, in whatever order they came to be, and one
    /// packet more or less makes another.
    #[test]
    fn fingerprints_are_of_sets(
        numbers in prop::collection::btree_set(0u64..400, 1..120),
        gone in prop::collection::btree_set(0u64..400, 0..60),
        seed in any::<u64>(),
    ) {
        let author = Author::new(7);
        let tag = ClusterTag(author.0.public());
        let cache = |numbers: &[u64]| {
            let mut network = Network::new(1, (1, 1), 0);
            let index = network.add(Config::default());
            for number in numbers {
                let (id, bytes) = author.numbered(*number, 8);
                let cache = &mut network.nodes[index].peer.cache;
                cache.insert(Time::from_secs(1), id, bytes, Duration::from_secs(9), Source::Own).unwrap();
            }
            network.nodes.remove(index).peer.cache
        };
        let sum = |cache: &crate::cache::Cache| {
            cache.fingerprint(Default::default(), Some(&tag), crate::summary::Range::ALL)
        };
        let kept: Vec<u64> = numbers.difference(&gone).copied().collect();
        let mut shuffled = kept.clone();
        shuffled.sort_by_key(|number| (number ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (plain, other) = (sum(&cache(&kept)), sum(&cache(&shuffled)));
        prop_assert_eq!(plain, other);
        let all: Vec<u64> = numbers.iter().copied().collect();
        prop_assert_eq!(sum(&cache(&all)) == plain, kept.len() == all.len());
    }
}
