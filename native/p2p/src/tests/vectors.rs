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
    let control = signed(Kind::Ping, &a, &b, b"body of a ping", |message| alice.sign_control(message));
    out.push(("ping", hex(&control)));
    let Ok(packet::Packet::Signed(packet)) = packet::Packet::decode(&control) else { panic!() };
    assert!(packet.verify(suite) && packet.from() == a && packet.to() == b);

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
