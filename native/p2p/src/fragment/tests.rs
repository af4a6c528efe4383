#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use proptest::prelude::*;

use super::*;
use crate::cluster::{ClusterSecret, Clusters, Subcluster};
use crate::crypto::{Keys, Suite};
use crate::envelope::{Draft, Unpacked, pack, unpack};
use crate::group::Groups;
use crate::packet::{Header, Kind};

const NOW: Time = Time::from_secs(1_700_000_000);

struct Network {
    config: Config,
    clusters: Clusters,
    cluster: crate::ClusterId,
    reassembly: Reassembly,
    timers: Timers,
}

impl Network {
    fn new() -> Self {
        let config = Config::default();
        let mut clusters = Clusters::default();
        let cluster = clusters.subscribe(&config, ClusterSecret([1; 32]), NOW);
        Self { reassembly: Reassembly::new(&config), timers: Timers::new(1), config, clusters, cluster }
    }

    fn pack(&self, author: u8, clock: u32, payload: &[u8]) -> Vec<(PacketId, Bytes)> {
        let draft = Draft {
            kind: Kind::Publish,
            ttl: 360,
            postage: 8,
            clock,
            previous: PacketId([6; 32]),
            time: NOW,
            subcluster: Subcluster::ALL,
            to: None,
            payload,
        };
        let author = Keys::from_seed(Suite::Real, &[author; 32]);
        pack(&self.config, self.clusters.current(&self.cluster).unwrap(), &author, &draft).unwrap()
    }

    fn receive(&mut self, (id, bytes): &(PacketId, Bytes)) -> Progress {
        let data = Data::new(bytes).unwrap();
        let own = Keys::from_seed(Suite::Real, &[99; 32]);
        let epoch = self.clusters.current(&self.cluster).unwrap();
        let Unpacked::Opened(opened) = unpack(Suite::Real, epoch, &own, &Groups::default(), data) else {
            panic!("it was sealed for us")
        };
        self.add((id, data), opened)
    }

    fn add(&mut self, packet: (&PacketId, Data<'_>), opened: Opened) -> Progress {
        let progress = self.reassembly.add(&self.config, NOW, &mut self.timers, packet, opened);
        let counted: usize = self.reassembly.partial.values().map(Partial::bytes).sum();
        assert_eq!(self.reassembly.bytes(), counted, "the books are right");
        assert!(self.reassembly.bytes() <= self.config.max_reassembly_bytes);
        progress
    }

    /// Any content under any header, as a member can make it.
    fn claim(&mut self, author: u8, previous: PacketId, index: u32, content: Content) -> Progress {
        let header = Header {
            kind: Kind::Publish,
            hops: 0,
            postage: 8,
            ttl: 360,
            clock: 1,
            index,
            cluster: self.clusters.current(&self.cluster).unwrap().tag,
            previous,
            next: PacketId::ZERO,
            to: [0; 32],
        };
        let (id, bytes) = header.seal(&[author], Suite::Real, |_| [0; 64]);
        let author = PeerId([author; 32]);
        let opened = Opened { author, audience: For::Subcluster(Subcluster::ALL), content };
        self.add((&id, Data::new(&bytes).unwrap()), opened)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the order, and whatever comes twice: the message is whole with the last piece, and once.
    #[test]
    fn any_order_gives_the_message(
        length in 0..12 * FRAGMENT,
        shuffle in proptest::collection::vec(any::<prop::sample::Index>(), 24),
        twice in any::<prop::sample::Index>(),
    ) {
        let mut network = Network::new();
        let payload: Vec<u8> = (0..length).map(|at| (at * 7 + at / 251) as u8).collect();
        let packets = network.pack(1, 5, &payload);
        let expected = if length <= WHOLE { 1 } else { 1 + length.div_ceil(FRAGMENT) };
        prop_assert_eq!(packets.len(), expected);
        let id = packets[0].0;
        prop_assert!(packets.iter().skip(1).all(|(_, packet)| Data::new(packet).unwrap().previous() == id));
        let mut order: Vec<usize> = (0..packets.len()).collect();
        for (at, index) in shuffle.iter().enumerate().take(order.len()) {
            let other = index.index(order.len());
            order.swap(at, other);
        }
        let again = order[twice.index(order.len())];
        for (count, at) in order.iter().enumerate() {
            let progress = network.receive(&packets[*at]);
            if count + 1 < order.len() {
                prop_assert!(matches!(progress, Progress::Waiting(_)));
                if *at == again {
                    prop_assert!(matches!(network.receive(&packets[*at]), Progress::Waiting(_)));
                }
            } else {
                let Progress::Whole(whole) = progress else { panic!("all of it came") };
                prop_assert_eq!(&whole.payload[..], &payload[..]);
                prop_assert_eq!((whole.id, whole.previous, whole.clock), (id, PacketId([6; 32]), 5));
            }
        }
        prop_assert_eq!(network.reassembly.bytes(), 0);
        prop_assert_eq!(network.timers.next(), None);
    }

    /// Whatever members claim, no panic and no more memory than is allowed.
    #[test]
    fn any_claims_stay_within_the_budget(
        claims in proptest::collection::vec(
            (0..4_u8, 0..3_u8, any::<u32>(), any::<u32>(), any::<u32>(), 0..2 * FRAGMENT, 0..3_u8),
            1..400,
        ),
    ) {
        let mut network = Network::new();
        network.config.max_reassembly_bytes = 64 * 1024;
        for (author, head, index, count, size, length, form) in claims {
            let content = match form {
                0 => Content::Head { time: NOW, count, size },
                1 => Content::Head { time: NOW, count: count % 400, size: size % 300_000 },
                _ => Content::Fragment { bytes: vec![0; length].into() },
            };
            let index = if form == 2 { index % 300 } else { 0 };
            drop(network.claim(author, PacketId([head; 32]), index, content));
        }
    }
}

#[test]
fn a_claimed_size_allocates_nothing() {
    let mut network = Network::new();
    let max = u32::try_from(network.config.max_message).unwrap();
    let count = |size: u32| size.div_ceil(u32::try_from(FRAGMENT).unwrap());
    let claims = [
        (u32::MAX, u32::MAX),
        (1, u32::MAX),
        (u32::MAX, 1),
        (0, 0),
        (1, u32::try_from(WHOLE).unwrap()),
        (count(max) + 1, max),
        (count(max), max + 1),
        (count(max) - 1, max),
    ];
    for (count, size) in claims {
        let progress = network.claim(1, PacketId::ZERO, 0, Content::Head { time: NOW, count, size });
        assert_eq!(progress, Progress::Refused, "{count} fragments, {size} bytes");
    }
    assert_eq!(network.reassembly.bytes(), 0);
    let progress =
        network.claim(1, PacketId::ZERO, 0, Content::Head { time: NOW, count: count(max), size: max });
    assert_eq!(progress, Progress::Waiting(None));
    assert_eq!(network.reassembly.bytes(), ENTRY);
}

#[test]
fn fragments_of_others_do_not_spoil_a_message() {
    let mut network = Network::new();
    let packets = network.pack(1, 5, &[7; 3 * FRAGMENT]);
    let head = packets[0].0;
    // Another member names the same head: before it comes, and after.
    for index in 1..=3 {
        let fragment = Content::Fragment { bytes: vec![0; FRAGMENT].into() };
        assert!(matches!(network.claim(66, head, index, fragment), Progress::Waiting(_)));
    }
    for packet in &packets[..3] {
        assert!(matches!(network.receive(packet), Progress::Waiting(_)));
    }
    let Progress::Whole(whole) = network.receive(&packets[3]) else { panic!("all of it came") };
    assert_eq!(&whole.payload[..], [7; 3 * FRAGMENT]);
}

#[test]
fn pieces_that_cannot_be_of_the_message_are_refused() {
    let mut network = Network::new();
    let fragment = |length: usize| Content::Fragment { bytes: vec![0; length].into() };
    let head = PacketId([5; 32]);
    for (index, length) in [(0, 10), (u32::MAX, 10), (1, 0), (1, FRAGMENT + 1), (300, 10)] {
        assert_eq!(
            network.claim(1, head, index, fragment(length)),
            Progress::Refused,
            "{index}, {length} bytes"
        );
    }
    let packets = network.pack(2, 5, &[7; 2 * FRAGMENT + 10]);
    network.receive(&packets[0]);
    let author = Keys::from_seed(Suite::Real, &[2; 32]).public();
    let key = (packets[0].0, PeerId(author), For::Subcluster(Subcluster::ALL));
    assert!(network.reassembly.partial.contains_key(&key));
    for (index, length, fits) in
        [(1, FRAGMENT, true), (1, 10, false), (3, 10, true), (3, 11, false), (4, 10, false)]
    {
        assert_eq!(piece_fits(index, length, 3, 2 * FRAGMENT + 10), fits, "{index}, {length} bytes");
    }
}

#[test]
fn who_floods_loses_its_own_messages() {
    let mut network = Network::new();
    network.config.max_reassembly_bytes = 64 * 1024;
    let packets = network.pack(1, 5, &[7; 4 * FRAGMENT]);
    for packet in &packets[..4] {
        network.receive(packet);
    }
    for number in 0..500_u32 {
        let mut head = [3; 32];
        head[..4].copy_from_slice(&number.to_be_bytes());
        network.claim(66, PacketId(head), 1, Content::Fragment { bytes: vec![0; FRAGMENT].into() });
    }
    assert!(matches!(network.receive(&packets[4]), Progress::Whole(_)));
}

#[test]
fn the_missing_are_named_and_waited_for_no_longer_than_said() {
    let mut network = Network::new();
    let packets = network.pack(1, 5, &[7; 3 * FRAGMENT]);
    assert_eq!(network.receive(&packets[1]), Progress::Waiting(Some(packets[2].0)));
    assert_eq!(network.receive(&packets[0]), Progress::Waiting(None));
    let due = network.timers.next().unwrap();
    assert_eq!(due, NOW + network.config.reassembly);
    network.reassembly.expire(due, &mut network.timers);
    assert_eq!((network.reassembly.bytes(), network.timers.next()), (0, None));
}
