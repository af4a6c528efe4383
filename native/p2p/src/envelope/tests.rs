#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use super::*;
use crate::cluster::{ClusterSecret, Clusters, SubclusterSecret};
use crate::packet::SIGNATURE;

const NOW: Time = Time::from_secs(1_700_000_000);

struct World {
    config: Config,
    clusters: Clusters,
    id: crate::ClusterId,
    alice: Keys,
    bob: Keys,
    eve: Keys,
}

fn friends() -> SubclusterSecret {
    ClusterSecret([1; 32]).subcluster("friends")
}

impl World {
    fn new(config: Config) -> Self {
        let mut clusters = Clusters::default();
        let id = clusters.subscribe(&config, ClusterSecret([1; 32]), NOW);
        clusters.enter(&id, friends());
        let [alice, bob, eve] = [1, 2, 3].map(|seed| Keys::from_seed(config.suite, &[seed; 32]));
        Self { config, clusters, id, alice, bob, eve }
    }

    fn epoch(&self) -> &Epoch {
        self.clusters.current(&self.id).unwrap()
    }

    fn pack(&self, to: Option<&Keys>, subcluster: Subcluster, payload: &[u8]) -> Vec<(PacketId, Bytes)> {
        let to = to.map(|keys| PeerId(keys.public()));
        pack(&self.config, self.epoch(), &self.alice, &Draft { subcluster, to, ..draft(payload) }).unwrap()
    }

    fn unpack(&self, own: &Keys, packet: &[u8]) -> Unpacked {
        unpack(self.config.suite, self.epoch(), own, &Groups::default(), Data::new(packet).unwrap())
    }
}

fn draft(payload: &[u8]) -> Draft<'_> {
    Draft {
        kind: Kind::Publish,
        ttl: 360,
        postage: 8,
        clock: 5,
        previous: PacketId([6; 32]),
        time: NOW,
        subcluster: Subcluster::ALL,
        to: None,
        payload,
    }
}

fn suites() -> Vec<Config> {
    vec![
        Config::default(),
        #[cfg(feature = "simulation")]
        Config::simulated(),
    ]
}

#[test]
fn opening_is_the_inverse_of_sealing() {
    for config in suites() {
        let world = World::new(config);
        for length in [0, 1, 500, WHOLE - 1, WHOLE] {
            let payload: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let audiences = [
                (None, Subcluster::ALL, For::Subcluster(Subcluster::ALL)),
                (None, friends().id(), For::Subcluster(friends().id())),
                (Some(&world.bob), Subcluster::ALL, For::Us),
            ];
            for (to, subcluster, audience) in audiences {
                let packets = world.pack(to, subcluster, &payload);
                assert_eq!(packets.len(), 1);
                let (id, bytes) = &packets[0];
                let data = Data::new(bytes).unwrap();
                assert!(
                    data.verify(id, world.config.suite, &mut crate::crypto::Verifiers::new(1)),
                    "the cluster signed"
                );
                assert_eq!(data.id(world.config.suite), *id);
                let content = Content::Whole { time: NOW, payload: payload.clone().into() };
                let opened = Opened { author: PeerId(world.alice.public()), audience, content };
                assert_eq!(world.unpack(&world.bob, bytes), Unpacked::Opened(opened));
            }
        }
        assert_eq!(world.pack(None, Subcluster::ALL, &[0; WHOLE + 1]).len(), 2);
        assert_eq!(world.pack(None, Subcluster::ALL, &[0; FRAGMENT + 1]).len(), 3);
    }
}

#[test]
fn the_plaintext_is_nowhere() {
    let world = World::new(Config::default());
    let payload = b"a text that would be found in the packet if it were not encrypted";
    for to in [None, Some(&world.bob)] {
        let packet = &world.pack(to, Subcluster::ALL, payload)[0].1;
        let holds = |needle: &[u8]| packet.windows(needle.len()).any(|window| window == needle);
        assert!(!holds(&payload[..16]));
        assert!(!holds(&world.alice.public()[..16]), "nor is the author");
        assert!(!holds(&world.bob.public()[..16]), "nor is the addressee");
    }
}

#[test]
fn only_the_addressee_opens() {
    for config in suites() {
        let world = World::new(config);
        let private = &world.pack(Some(&world.bob), Subcluster::ALL, b"for bob")[0].1;
        assert_eq!(world.unpack(&world.eve, private), Unpacked::Foreign);
        // Who knows the cluster's secret and that it is for bob can still not open it.
        let header = Data::new(private).unwrap().header();
        let suite = world.config.suite;
        if suite == Suite::Real {
            assert_eq!(
                open(suite, Unlock::Identity(&world.eve), &header, Data::new(private).unwrap().body()),
                None
            );
        }
        let part = &world.pack(None, friends().id(), b"for friends")[0].1;
        let mut outsider = World::new(Config { ..world.config.clone() });
        outsider.clusters.exit(&outsider.id, &friends().id());
        assert_eq!(outsider.unpack(&outsider.bob, part), Unpacked::Foreign);
    }
}

#[test]
fn what_was_changed_is_not_opened() {
    for config in suites() {
        let world = World::new(config);
        for to in [None, Some(&world.bob)] {
            let packet = world.pack(to, Subcluster::ALL, b"hello")[0].1.to_vec();
            for at in (0..packet.len()).filter(|at| *at < HEADER || *at >= HEADER + SIGNATURE) {
                let mut changed = packet.clone();
                changed[at] ^= 1;
                let opened = matches!(world.unpack(&world.bob, &changed), Unpacked::Opened(_));
                // The version is looked at before; hops and postage may change; all else is the author's.
                assert_eq!(opened, matches!(at, 1..=3), "byte {at}");
            }
            for cut in HEADER + SIGNATURE..packet.len() {
                assert!(!matches!(world.unpack(&world.bob, &packet[..cut]), Unpacked::Opened(_)), "{cut}");
            }
        }
    }
}

/// As a malicious member does it: any plaintext, any nonce, genuinely encrypted.
fn forge(world: &World, header: &Header, nonce: [u8; 24], plain: &[u8]) -> Vec<u8> {
    let mut sealed = plain.to_vec();
    let tag = world.config.suite.lock(&world.epoch().body, &nonce, &mut sealed);
    let body = [nonce.as_slice(), &tag, &sealed].concat();
    header.seal(&body, world.config.suite, |message| world.epoch().keys.sign(message)).1.to_vec()
}

fn plaintext(world: &World, packet: &[u8]) -> Vec<u8> {
    let body = Data::new(packet).unwrap().body();
    let mut reader = Reader(body);
    let (nonce, tag) = (reader.array().unwrap(), reader.array().unwrap());
    let mut plain = reader.0.to_vec();
    assert!(world.config.suite.unlock(&world.epoch().body, &nonce, &tag, &mut plain));
    plain
}

#[test]
fn a_member_cannot_write_as_another() {
    for config in suites() {
        let world = World::new(config);
        let packet = world.pack(None, Subcluster::ALL, b"hello")[0].1.to_vec();
        let header = Data::new(&packet).unwrap().header();
        let content = Content::Whole { time: NOW, payload: Bytes::from_static(b"I owe eve a lot") }.encode();
        let signature = world.eve.sign(&signing_input(&header_bytes(&header), &content));
        let plain = [world.alice.public().as_slice(), &signature, &content].concat();
        let forged = forge(&world, &header, seed(world.config.suite, &signature), &plain);
        assert_eq!(world.unpack(&world.bob, &forged), Unpacked::Forged);
        // In her own name she can.
        let plain = [world.eve.public().as_slice(), &signature, &content].concat();
        let own = forge(&world, &header, seed(world.config.suite, &signature), &plain);
        assert!(matches!(world.unpack(&world.bob, &own), Unpacked::Opened(_)));
    }
}

#[test]
fn a_member_cannot_say_again_what_another_said() {
    for config in suites() {
        let world = World::new(config);
        let packet = world.pack(None, Subcluster::ALL, b"yes")[0].1.to_vec();
        let header = Data::new(&packet).unwrap().header();
        let plain = plaintext(&world, &packet);
        let nonce = *Data::new(&packet).unwrap().body().first_chunk::<24>().unwrap();
        assert_eq!(
            forge(&world, &header, nonce, &plain)[HEADER..],
            packet[HEADER..],
            "the same packet is the same"
        );
        // Under another nonce it would have another id, and be new to everybody.
        assert_eq!(world.unpack(&world.bob, &forge(&world, &header, [9; 24], &plain)), Unpacked::Forged);
        // After another message, at another time, for others.
        let elsewhere = [
            Header { previous: PacketId([8; 32]), ..header.clone() },
            Header { clock: 6, ..header.clone() },
            Header { ttl: 1, ..header.clone() },
            Header { index: 1, ..header.clone() },
            Header { next: PacketId([8; 32]), ..header.clone() },
            Header { kind: Kind::Group, ..header.clone() },
        ];
        for header in elsewhere {
            assert_eq!(
                world.unpack(&world.bob, &forge(&world, &header, nonce, &plain)),
                Unpacked::Forged,
                "{header:?}"
            );
        }
    }
}

#[test]
fn a_receiver_cannot_publish_what_was_for_it_alone() {
    let world = World::new(Config::default());
    let packet = world.pack(Some(&world.bob), Subcluster::ALL, b"secret")[0].1.to_vec();
    let data = Data::new(&packet).unwrap();
    let plain = world.config.suite.open_sealed(&world.bob, data.body()).unwrap();
    // For everybody, in alice's name.
    let header = Header { to: [0; 32], ..data.header() };
    let nonce = seed(world.config.suite, &plain[32..96]);
    assert_eq!(world.unpack(&world.eve, &forge(&world, &header, nonce, &plain)), Unpacked::Forged);
    // For itself once more, sealed with another ephemeral key.
    let to = PublicKey::new(world.bob.public());
    let body = world.config.suite.seal_to(&to, &[7; 32], &plain).unwrap();
    let again = data.header().seal(&body, world.config.suite, |message| world.epoch().keys.sign(message)).1;
    assert_eq!(world.unpack(&world.bob, &again), Unpacked::Forged);
}

#[test]
fn refusals_say_what_is_wrong() {
    let world = World::new(Config::default());
    let pack = |draft: &Draft<'_>| pack(&world.config, world.epoch(), &world.alice, draft).unwrap_err();
    let long = vec![0; world.config.max_message + 1];
    assert_eq!(pack(&draft(&long)), Error::TooLong { max: world.config.max_message, found: long.len() });
    assert_eq!(pack(&Draft { to: Some(PeerId([0; 32])), ..draft(b"hello") }), Error::BadPeer);
    assert_eq!(pack(&Draft { subcluster: Subcluster([9; 32]), ..draft(b"hello") }), Error::UnknownSubcluster);
}

#[test]
fn every_packet_fits_a_datagram() {
    let world = World::new(Config::default());
    let payload = vec![7; world.config.max_message];
    for to in [None, Some(&world.bob)] {
        let packets =
            world.pack(to, Subcluster::ALL, &payload[..if to.is_some() { 5000 } else { payload.len() }]);
        assert!(packets.iter().all(|(_, packet)| packet.len() <= crate::packet::MAX_DATA));
        let full = if to.is_some() { crate::packet::MAX_DATA } else { crate::packet::MAX_DATA - 8 };
        assert_eq!(packets[1].1.len(), full);
    }
}

/// Another implementation can be checked by what docs/p2p-encryption.md says; this checks what it says.
#[test]
fn the_test_vectors_of_the_documentation() {
    let document: String = include_str!("../../../../docs/p2p-encryption.md")
        .chars()
        .filter(|sign| !sign.is_whitespace())
        .collect();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let world = World::new(Config::default());
    let epoch = world.epoch();
    let mut vectors = vec![
        ("cluster id", world.id.0.to_vec()),
        ("tag", epoch.tag.0.to_vec()),
        ("body key", epoch.body.to_vec()),
        ("to of bob", epoch.address(Suite::Real, &world.bob.public()).to_vec()),
        ("subcluster id", friends().id().0.to_vec()),
        ("to of the subcluster", epoch.part(&friends().id()).unwrap().0.to_vec()),
        ("alice", world.alice.public().to_vec()),
        ("bob", world.bob.public().to_vec()),
    ];
    let packets = [
        ("to the cluster", world.pack(None, Subcluster::ALL, b"hello")),
        ("to bob", world.pack(Some(&world.bob), Subcluster::ALL, b"hello")),
        ("to the subcluster", world.pack(None, friends().id(), b"hello")),
    ];
    for (name, packets) in &packets {
        vectors.push((name, packets[0].1.to_vec()));
        vectors.push((name, packets[0].0.0.to_vec()));
    }
    let missing: Vec<_> = vectors.iter().filter(|(_, bytes)| !document.contains(&hex(bytes))).collect();
    let wanted: String = missing.iter().map(|(name, bytes)| format!("{name}: {}\n", hex(bytes))).collect();
    assert!(missing.is_empty(), "docs/p2p-encryption.md lacks:\n{wanted}");
}
