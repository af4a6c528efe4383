//! The bytes that `docs/p2p.md` shows. Another implementation checks itself by them, and this test checks that they are
//! ours. `tests/vectors/wire.txt` holds them as `name = hexadecimal`.

use std::fmt::Write as _;

use super::*;
use crate::crypto::{Keys, Suite};
use crate::packet::{SEALED_HEADER, signed};
use crate::summary::{Range, Sums};
use crate::{PeerId, ShortId};

const WIRE: &str = include_str!("../../tests/vectors/wire.txt");
const DOCS: &str = include_str!("../../../../docs/p2p.md");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn wire() -> Vec<(&'static str, String)> {
    let suite = Suite::Real;
    let mut out = Vec::new();

    let cluster = Keys::from_seed(suite, &[1; 32]);
    let header = Header {
        kind: Kind::Publish,
        hops: 2,
        postage: 8,
        ttl: 360,
        clock: 7,
        index: 0,
        cluster: ClusterTag(cluster.public()),
        previous: PacketId([0xaa; 32]),
        next: PacketId::ZERO,
        to: [0; 32],
    };
    let (id, bytes) = header.seal(b"ciphertext", suite, |message| cluster.sign(message));
    out.push(("cluster.seed", hex(&[1; 32])));
    out.push(("publish.header", hex(&bytes[..packet::HEADER])));
    out.push(("publish.signature", hex(&bytes[packet::HEADER..packet::HEADER + packet::SIGNATURE])));
    out.push(("publish.body", hex(b"ciphertext")));
    out.push(("publish.id", hex(&id.0)));
    let data = packet::Data::new(&bytes).unwrap();
    assert!(
        data.id(suite) == id
            && data.verify(&id, suite, &mut crate::crypto::Verifiers::new(1))
            && data.header() == header
    );

    let (alice, bob) = (Keys::from_seed(suite, &[2; 32]), Keys::from_seed(suite, &[3; 32]));
    let (a, b) = (PeerId(alice.public()), PeerId(bob.public()));
    out.push(("alice.seed", hex(&[2; 32])));
    out.push(("alice.id", hex(&a.0)));
    out.push(("bob.seed", hex(&[3; 32])));
    out.push(("bob.id", hex(&b.0)));
    // Session 01020304, nonce 4…, no token, an easy NAT, no links.
    let asked: (u32, [u8; 16]) = (0x0102_0304, [4; 16]);
    let body = [&asked.0.to_be_bytes()[..], &asked.1, &[0; 16], &[2, 1]].concat();
    let control = signed(Kind::Ping, &a, &b, &body, |message| alice.sign_control(message));
    out.push(("ping", hex(&control)));
    let Ok(packet::Packet::Signed(packet)) = packet::Packet::decode(&control) else { panic!() };
    assert!(packet.verify(suite) && packet.from() == a && packet.to() == b);

    let now = crate::Time::from_secs(1_700_000_000);
    let peer = |seed: u8| Peer::new(Config::default(), &[seed; 32], [0; 32], now);
    let (alice_peer, mut bob_peer) = (peer(2), peer(3));
    let address = "198.51.100.7:4000".parse().unwrap();
    let source = crate::io::Source { address, port: LocalPort::MAIN };
    let pong = crate::on::pong::answer(&mut bob_peer, &source, &a, 0, (0x0506_0708, [5; 16]), &asked);
    out.push(("pong", hex(&pong)));
    let consent = crate::on::join::Consent {
        session: asked.0,
        nonce: asked.1,
        time: now,
        nat: crate::NatKind::Easy,
        flags: 1,
        wanted: PeerId(Keys::from_seed(suite, &[6; 32]).public()),
        answers: None,
        inside: Vec::new(),
        relays: Vec::new(),
    };
    let join = crate::on::join::make(&alice_peer, &b, &consent);
    out.push(("join", hex(&join)));
    let mut body = Vec::new();
    packet::put_address(&mut body, &address);
    body.extend_from_slice(&join);
    out.push(("intro", hex(&bob_peer.signed(Kind::Intro, &consent.wanted, &body))));

    let (first, second) = ([4; 16], [5; 16]);
    let keys = alice.session(suite, &b, true, &first, &second).unwrap();
    let same = bob.session(suite, &a, false, &first, &second).unwrap();
    assert!(keys.send == same.receive && keys.receive == same.send);
    out.push(("session.initiator", hex(&first)));
    out.push(("session.responder", hex(&second)));
    out.push(("session.key.outward", hex(&keys.send)));
    out.push(("session.key.inward", hex(&keys.receive)));
    let head = [Kind::Announce as u8, packet::VERSION, 1, 2, 3, 4, 0, 0, 0, 9];
    let plain = [&id.short().0[..], &[3]].concat();
    let mut body = plain.clone();
    let tag = suite.seal_frame(&keys.send, &head, &mut body);
    out.push(("announce.plain", hex(&plain)));
    out.push(("announce", hex(&[&head[..], &body, &tag].concat())));
    assert_eq!(head.len(), SEALED_HEADER);
    assert!(suite.open_frame(&same.receive, &head, &mut body, &tag) && body == plain);

    let head = [Kind::Stream as u8, packet::VERSION, 1, 2, 3, 4, 0, 0, 0, 10];
    let mut body = [crate::on::stream::CHALLENGE, 1, 2, 3, 4, 5, 6, 7, 8];
    out.push(("challenge.plain", hex(&body)));
    let tag = suite.seal_frame(&keys.send, &head, &mut body);
    out.push(("challenge", hex(&[&head[..], &body, &tag].concat())));
    assert_eq!(head.len() + body.len() + tag.len(), 35);

    let mut summary = Sums::of([].iter());
    [id, PacketId([0xff; 32])].iter().for_each(|id| summary.insert(id));
    out.push(("sync.fingerprint.all", hex(&summary.fingerprint(suite, Range::ALL))));
    out.push(("sync.fingerprint.none", hex(&Sums::of([].iter()).fingerprint(suite, Range::ALL))));
    assert_eq!(id.short(), ShortId(id.0[..16].try_into().unwrap()));
    out
}

#[test]
fn the_bytes_on_the_wire_are_those_that_are_documented() {
    let ours = wire().iter().fold(String::new(), |mut out, (name, value)| {
        let _ = writeln!(out, "{name} = {value}");
        out
    });
    let without_comments: String =
        WIRE.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    if std::env::var_os("WRITE_VECTORS").is_some() {
        println!("{ours}");
    }
    assert_eq!(ours, without_comments, "native/p2p/tests/vectors/wire.txt is not what is sent");
    // The page breaks long lines.
    let docs: String = DOCS.split_whitespace().collect();
    for (name, value) in wire() {
        assert!(docs.contains(&value), "docs/p2p.md lacks {name} = {value}");
    }
}

#[test]
fn numbers_of_kinds_do_not_change() {
    let numbers: Vec<_> = Kind::ALL.iter().map(|kind| *kind as u8).collect();
    assert_eq!(numbers, (1..=11).collect::<Vec<_>>());
    assert_eq!(Kind::from_number(0), None);
    assert_eq!(Kind::from_number(12), None);
    for kind in Kind::ALL {
        assert!(DOCS.contains(&format!("| {} | {kind:?} |", kind as u8)), "docs/p2p.md lacks {kind:?}");
    }
}

#[test]
fn sizes_are_those_of_the_design() {
    assert_eq!((packet::HEADER, packet::SIGNATURE, packet::MAX_BODY), (142, 64, 1024));
    assert_eq!(packet::MAX_DATA, 1230);
    const { assert!(packet::MAX_DATA <= packet::MAX_DATAGRAM) };
    assert_eq!(packet::MAX_DATAGRAM, 1232);
}
