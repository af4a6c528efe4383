//! The scenarios A, B and C of the seed's P2P Encryption, as it tells them, between peers on a network.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::Network;
use socket_crypto::{KeyPair, PublicKey};
use socket_p2p::group::{Group, GroupInput, Proposal};
use socket_p2p::{ClusterId, Config, Event, Input, PeerId, Subcluster};

struct World {
    network: Network,
    cluster: ClusterId,
    requests: u64,
}

impl World {
    fn new(devices: usize) -> Self {
        let config = Config::default();
        let mut network = Network::new(7, (5_000, 20_000), 0);
        for _ in 0..devices {
            network.add(config.clone());
        }
        let clusters: Vec<_> = (0..devices).map(|index| network.subscribe(index, [1; 32])).collect();
        network.join_all(3);
        let mut world = Self { network, cluster: clusters[0], requests: 0 };
        world.settle();
        world
    }

    fn settle(&mut self) {
        self.network.run(Duration::from_secs(3));
    }

    fn id(&self, device: usize) -> PeerId {
        self.network.nodes[device].peer.id()
    }

    /// What a device signs with: the test network gives identities by number.
    fn pair(&self, device: usize) -> KeyPair {
        let mut identity = [7; 32];
        identity[..8].copy_from_slice(&(device as u64).to_be_bytes());
        let pair = KeyPair::from_seed(&identity);
        assert_eq!(pair.public().as_bytes(), self.id(device).as_bytes());
        pair
    }

    /// All members consent: each signs for itself.
    fn form(&self, seed: u8, members: &[KeyPair], replaces: Option<&Group>) -> Group {
        let pair = KeyPair::from_seed(&[seed; 32]);
        let keys: Vec<PublicKey> = members.iter().map(KeyPair::public).collect();
        let replaces = replaces.map(|group| group.pair().public());
        let proposal = Proposal::new(&pair, &keys, replaces, self.network.now).unwrap();
        let consents: Vec<_> = members.iter().map(|member| proposal.consent(member).unwrap()).collect();
        proposal.complete(pair, &consents).unwrap()
    }

    fn group_of(&self, seed: u8, devices: &[usize], replaces: Option<&Group>) -> Group {
        let members: Vec<_> = devices.iter().map(|device| self.pair(*device)).collect();
        self.form(seed, &members, replaces)
    }

    fn group(&mut self, device: usize, input: GroupInput) {
        self.requests += 1;
        self.network.input(device, Input::Group { request: self.requests, input });
    }

    /// The group comes to a device sealed, as it would over any way.
    fn synchronize(&mut self, group: &Group, device: usize) {
        let shared = group.share(&self.pair(device).public(), &[device as u8 + 100; 32]).unwrap();
        let group = Group::accept(&shared, &self.pair(device)).unwrap();
        self.group(device, GroupInput::Hold(Box::new(group)));
    }

    fn advertise(&mut self, device: usize, group: &Group) {
        let group = PeerId(*group.pair().public().as_bytes());
        self.group(device, GroupInput::Advertise { cluster: self.cluster, group });
        self.settle();
    }

    fn write(&mut self, from: usize, to: Option<PeerId>, text: &str) {
        self.requests += 1;
        let (request, cluster) = (self.requests, self.cluster);
        self.network.input(
            from,
            Input::Publish {
                request,
                cluster,
                subcluster: Subcluster::ALL,
                to,
                previous: None,
                payload: text.as_bytes(),
            },
        );
        let refused =
            self.network.nodes[from].events.iter().any(|(_, event)| matches!(event, Event::Refused { .. }));
        assert!(!refused);
        self.settle();
    }

    /// Who has read a text.
    fn readers(&self, text: &str) -> Vec<usize> {
        let read = |device: &usize| {
            let messages = self.network.messages(*device);
            let times = messages.iter().filter(|(_, message)| message.payload == text.as_bytes()).count();
            assert!(times <= 1, "read {times} times");
            times == 1
        };
        (0..self.network.nodes.len()).filter(read).collect()
    }
}

fn group_id(group: &Group) -> PeerId {
    PeerId(*group.pair().public().as_bytes())
}

/// Three devices and one friend; messages come to all of them once there is a group; one device is added, one lost.
#[test]
fn scenario_a() {
    const PHONE: usize = 0;
    const TABLET: usize = 1;
    const LAPTOP: usize = 2;
    const FRIEND: usize = 3;
    const STRANGER: usize = 4;
    const WATCH: usize = 5;
    let mut world = World::new(6);
    let phone = world.id(PHONE);

    // Each device has an identity of its own. What is written to one comes to that one.
    world.write(FRIEND, Some(phone), "just met");
    assert_eq!(world.readers("just met"), [PHONE]);

    // A group, with the consent of each device, on all of them; they start advertising it.
    let group = world.group_of(90, &[PHONE, TABLET, LAPTOP], None);
    for device in [PHONE, TABLET, LAPTOP] {
        world.synchronize(&group, device);
    }
    world.write(FRIEND, Some(phone), "before it is advertised");
    assert_eq!(world.readers("before it is advertised"), [PHONE]);
    world.advertise(LAPTOP, &group);

    // The conversation upgrades: the friend still writes to the phone.
    world.write(FRIEND, Some(phone), "on all devices");
    assert_eq!(world.readers("on all devices"), [PHONE, TABLET, LAPTOP]);
    let to: Vec<_> =
        world.network.messages(TABLET).iter().map(|(_, message)| (message.private, message.group)).collect();
    assert_eq!(to, [(true, Some(group_id(&group)))]);

    // The group works on a new device, which is not found by it.
    world.synchronize(&group, WATCH);
    world.write(FRIEND, Some(phone), "on the watch too");
    assert_eq!(world.readers("on the watch too"), [PHONE, TABLET, LAPTOP, WATCH]);
    let watch = world.id(WATCH);
    world.write(FRIEND, Some(watch), "to the watch alone");
    assert_eq!(world.readers("to the watch alone"), [WATCH]);

    // Regenerated with the watch, without the tablet, whose owner conceals the old one.
    let second = world.group_of(91, &[PHONE, LAPTOP, WATCH], Some(&group));
    for device in [PHONE, LAPTOP, WATCH] {
        world.synchronize(&second, device);
    }
    world.group(LAPTOP, GroupInput::Conceal { cluster: world.cluster, group: group_id(&group) });
    world.advertise(PHONE, &second);
    world.write(FRIEND, Some(phone), "upgraded again");
    assert_eq!(world.readers("upgraded again"), [PHONE, LAPTOP, WATCH]);
    world.write(FRIEND, Some(watch), "the watch is found");
    assert_eq!(world.readers("the watch is found"), [PHONE, LAPTOP, WATCH]);
    // Also who wrote to the old group itself is led to the new one.
    world.write(FRIEND, Some(group_id(&group)), "to the old group");
    assert_eq!(world.readers("to the old group"), [PHONE, LAPTOP, WATCH]);

    // Who comes later asks, and is answered by whoever advertises it. Nobody else could read any of this.
    world.network.run(Duration::from_secs(60));
    world.group(STRANGER, GroupInput::Lookup { cluster: world.cluster, peer: phone });
    world.settle();
    let found = world.network.nodes[STRANGER].events.iter().any(|(_, event)| {
        matches!(event, Event::Group { group: found, replaces: Some(old), .. }
            if *found == group_id(&second) && *old == group_id(&group))
    });
    assert!(found);
    assert!(world.network.messages(STRANGER).is_empty());
}

/// A work phone and a personal phone: friends reach both, colleagues one, the recruiter the other.
#[test]
fn scenario_b() {
    const WORK: usize = 0;
    const PERSONAL: usize = 1;
    const FRIEND: usize = 2;
    const COLLEAGUE: usize = 3;
    const RECRUITER: usize = 4;
    let mut world = World::new(5);
    let group = world.group_of(90, &[WORK, PERSONAL], None);
    for device in [WORK, PERSONAL] {
        world.synchronize(&group, device);
    }
    // Not advertised: given to friends, who do not pass it on.
    world.group(FRIEND, GroupInput::Learn(Box::new(group.certificate().clone())));
    for other in [COLLEAGUE, RECRUITER] {
        for phone in [world.id(WORK), world.id(PERSONAL)] {
            world.group(other, GroupInput::Lookup { cluster: world.cluster, peer: phone });
        }
    }
    world.settle();
    for other in [COLLEAGUE, RECRUITER] {
        let heard =
            world.network.nodes[other].events.iter().any(|(_, event)| matches!(event, Event::Group { .. }));
        assert!(!heard, "a private group is nobody's to know");
    }
    world.write(FRIEND, Some(world.id(PERSONAL)), "football on sunday?");
    world.write(COLLEAGUE, Some(world.id(WORK)), "the minutes are late");
    world.write(RECRUITER, Some(world.id(PERSONAL)), "twice what you earn now");
    assert_eq!(world.readers("football on sunday?"), [WORK, PERSONAL]);
    assert_eq!(world.readers("the minutes are late"), [WORK]);
    assert_eq!(world.readers("twice what you earn now"), [PERSONAL]);
    // And who knows the group can still write to one phone alone.
    let personal = world.id(PERSONAL);
    world.group(FRIEND, GroupInput::Pin { peer: personal, pinned: true });
    world.write(FRIEND, Some(personal), "a surprise for your colleagues");
    assert_eq!(world.readers("a surprise for your colleagues"), [PERSONAL]);
}

/// A public social network: broadcast peers in a group whose key every subscriber has; messages between two
/// subscribers with devices of their own; some devices are offline meanwhile.
#[test]
fn scenario_c() {
    const BROADCAST: [usize; 2] = [0, 1];
    const ALICE: [usize; 2] = [2, 3];
    const BOB: [usize; 2] = [4, 5];
    const CAROL: usize = 6;
    const OUTSIDER: usize = 7;
    let mut world = World::new(8);
    let public = world.group_of(90, &BROADCAST, None);
    for device in BROADCAST {
        world.synchronize(&public, device);
    }
    world.advertise(BROADCAST[0], &public);
    // Each registered subscriber gets a copy of the full key pair.
    for device in [ALICE[0], ALICE[1], BOB[0], BOB[1], CAROL] {
        world.synchronize(&public, device);
    }
    world.write(ALICE[0], Some(group_id(&public)), "hello, everybody");
    let everybody = [BROADCAST[0], BROADCAST[1], ALICE[1], BOB[0], BOB[1], CAROL];
    assert_eq!(world.readers("hello, everybody"), everybody);
    let authors: Vec<_> = world.network.messages(CAROL).iter().map(|(_, message)| message.author).collect();
    assert_eq!(authors, [world.id(ALICE[0])], "a shared key hides nobody: the author signed");

    // Direct messages: a private group of the groups of both.
    let alice = world.group_of(91, &ALICE, None);
    let bob = world.group_of(92, &BOB, None);
    let direct = world.form(93, &[alice.pair().clone(), bob.pair().clone()], None);
    for device in [ALICE, BOB].concat() {
        world.synchronize(&direct, device);
    }
    world.write(BOB[1], Some(group_id(&direct)), "just between us");
    assert_eq!(world.readers("just between us"), [ALICE[0], ALICE[1], BOB[0]]);
    assert!(world.network.messages(OUTSIDER).is_empty());
}
