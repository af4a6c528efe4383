//! Sequences of inputs into the state machine. The bytes are steps: datagrams of strangers, of two peers with links (as
//! they said them, changed, lost, again, late), frames and packets that these forge with their keys, whatever an
//! application may do, time.
//!
//! After each: no panic, no timer in the past, tables within their bounds, no datagram too long, and an address that has
//! proven nothing gets at most three bytes and three datagrams for each one that came from there.
#![no_main]
#![allow(clippy::panic, reason = "a panic is what the fuzzer looks for")]

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use socket_p2p::packet::{Header, Kind, MAX_DATAGRAM};
use socket_p2p::{
    ClusterId, ClusterSecret, ClusterTag, Config, Contact, Direction, Input, LocalPort, Output, PacketId,
    Peer, PeerId, Subcluster, SubclusterSecret, Time, forge,
};

const CACHE: usize = 128 * 1024;
const TABLES: usize = 2 * 1024 * 1024;
/// Peers: the one that is looked at, two that have links with it, one that has none and only keys.
const SUBJECT: usize = 0;
const STRANGER: usize = 3;
const STEPS: usize = 160;
/// Datagrams to the subject that wait for their turn.
const WAITING: usize = 128;
/// Timers of a partner that are carried out in one step.
const TIMERS: usize = 64;

fn address(of: usize) -> SocketAddr {
    SocketAddr::from(([20 + of as u8, 1, 1, 1], 4000))
}

/// Addresses that have proven nothing begin so; so do those that a link may name, by other bytes.
const NOBODY: [u8; 3] = [77, 7, 7];

fn nobody(number: u8) -> SocketAddr {
    SocketAddr::from(([NOBODY[0], NOBODY[1], NOBODY[2], number % 8], 4000))
}

fn secret(number: u8) -> ClusterSecret {
    ClusterSecret([1 + number % 3; 32])
}

#[derive(Clone)]
struct Scene {
    now: Time,
    peers: Vec<Peer>,
    clusters: Vec<ClusterId>,
    /// To the subject, from a partner.
    waiting: Vec<(usize, bytes::Bytes)>,
    /// What the subject may still send to those who have proven nothing: bytes, datagrams.
    credit: BTreeMap<SocketAddr, (usize, usize)>,
    /// A link named such an address: what goes there is asked for by the link, and paced.
    named: bool,
}

impl Scene {
    fn new() -> Self {
        let now = Time::from_secs(1_700_000_000);
        let peer = |of: usize| {
            let mut config = Config::simulated();
            config.cache_bytes = CACHE;
            Peer::new(config, &[of as u8 + 1; 32], [of as u8 + 9; 32], now)
        };
        let clusters = (0..3).map(|number| secret(number).id()).collect();
        let mut scene = Self {
            now,
            peers: (0..=STRANGER).map(peer).collect(),
            clusters,
            waiting: Vec::new(),
            credit: BTreeMap::new(),
            named: false,
        };
        for of in 0..STRANGER {
            scene.input(of, Input::Subscribe { secret: secret(0) });
        }
        for of in 1..STRANGER {
            scene.input(of, Input::Join { contacts: vec![address(SUBJECT).into()] });
        }
        // Long enough for links, and for first answers about the NAT.
        for step in 0..60_u8 {
            scene.deliver_all();
            if step.is_multiple_of(10) {
                scene.publish(1 + usize::from(step / 10 % 2), 0, &[step; 40]);
            }
            scene.pass(Duration::from_millis(50));
        }
        scene.deliver_all();
        assert_eq!(scene.peers[SUBJECT].links(), 2, "the scene is not set");
        scene
    }

    fn deliver_all(&mut self) {
        while let Some((from, bytes)) = self.waiting.pop() {
            self.datagram(address(from), &bytes);
        }
    }

    fn publish(&mut self, of: usize, cluster: u8, payload: &[u8]) {
        let cluster = self.clusters[usize::from(cluster % 3)];
        let (to, previous, subcluster) = (None, None, Subcluster::ALL);
        self.input(of, Input::Publish { request: 1, cluster, subcluster, to, previous, payload });
    }

    /// Hands something to a peer, and looks at what follows.
    fn input(&mut self, of: usize, input: Input<'_>) {
        let outputs = self.peers[of].handle(self.now, input);
        for output in outputs {
            let Output::Send { to, bytes, .. } = output else { continue };
            assert!(bytes.len() <= MAX_DATAGRAM, "a datagram of {} bytes", bytes.len());
            if of != SUBJECT {
                if to == address(SUBJECT) && self.waiting.len() < WAITING {
                    self.waiting.push((of, bytes));
                }
                continue;
            }
            if let Some(partner) = (1..STRANGER).find(|partner| address(*partner) == to) {
                // At once; what it answers waits.
                let from = address(SUBJECT);
                let port = LocalPort::MAIN;
                self.input(partner, Input::Datagram { from, port, bytes: &bytes });
            } else if !self.named && matches!(to, SocketAddr::V4(to) if to.ip().octets()[..3] == NOBODY) {
                let (left, datagrams) = self.credit.entry(to).or_default();
                assert!(*left >= bytes.len() && *datagrams > 0, "more than three times what came from {to}");
                (*left, *datagrams) = (*left - bytes.len(), *datagrams - 1);
            }
        }
        if of == SUBJECT {
            let peer = &self.peers[SUBJECT];
            assert!(peer.timeout().is_none_or(|at| at > self.now), "a timer in the past");
            assert!(peer.cache_bytes() <= CACHE, "{} bytes of packets", peer.cache_bytes());
            assert!(peer.table_bytes() <= TABLES, "{} bytes of tables", peer.table_bytes());
        }
    }

    fn datagram(&mut self, from: SocketAddr, bytes: &[u8]) {
        let (left, datagrams) = self.credit.entry(from).or_default();
        (*left, *datagrams) = (*left + 3 * bytes.len(), *datagrams + 3);
        self.input(SUBJECT, Input::Datagram { from, port: LocalPort::MAIN, bytes });
    }

    fn pass(&mut self, time: Duration) {
        self.now = self.now + time;
        self.input(SUBJECT, Input::Timeout);
        for partner in 1..STRANGER {
            for _ in 0..TIMERS {
                if self.peers[partner].timeout().is_none_or(|at| at > self.now) {
                    break;
                }
                self.input(partner, Input::Timeout);
            }
        }
    }
}

/// The fuzzer's bytes; zeros when they have come to an end.
struct Source<'a>(&'a [u8]);

impl<'a> Source<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or_default()
    }

    fn number(&mut self) -> u16 {
        u16::from_be_bytes(self.array())
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        let taken = self.take(N);
        out[..taken.len()].copy_from_slice(taken);
        out
    }

    /// With its length before it.
    fn bytes(&mut self, most: usize) -> &'a [u8] {
        let length = usize::from(self.number()) % (most + 1);
        self.take(length)
    }
}

/// An id that the subject knows: of a packet it could have, or of none.
fn id(of: &mut Source<'_>) -> PacketId {
    PacketId([of.byte(); 32])
}

fn header(of: &mut Source<'_>) -> Header {
    Header {
        kind: if of.byte().is_multiple_of(4) { Kind::Group } else { Kind::Publish },
        hops: of.byte(),
        postage: of.byte(),
        ttl: of.number(),
        clock: u32::from_be_bytes(of.array()),
        index: u32::from(of.byte()),
        cluster: ClusterTag([0; 32]),
        previous: id(of),
        next: id(of),
        to: [of.byte() % 2 * 7; 32],
    }
}

/// A consent to be introduced to the subject, by one whom nobody has a link with, passed on by a partner.
fn introduction(scene: &Scene, by: usize, of: &mut Source<'_>) -> Option<bytes::Bytes> {
    let mut consent = of.array::<30>().to_vec();
    consent.extend_from_slice(&scene.peers[SUBJECT].id().0);
    consent.extend_from_slice(&of.array::<20>());
    let inside = of.byte() % 4;
    consent.push(inside);
    for _ in 0..inside {
        consent.extend_from_slice(&[4, 192, 168, 1, of.byte(), 15, 160]);
    }
    let introducer = scene.peers[by].id();
    let join = forge::signed(&scene.peers[STRANGER], Kind::Join, &introducer, &consent)?;
    let mut body = vec![4, 203, 0, 113, of.byte(), of.byte(), of.byte()];
    body.extend_from_slice(&join);
    forge::signed(&scene.peers[by], Kind::Intro, &scene.peers[SUBJECT].id(), &body)
}

fn step(scene: &mut Scene, of: &mut Source<'_>) {
    let operation = of.byte();
    let partner = 1 + usize::from(operation >> 7);
    let subject = scene.peers[SUBJECT].id();
    match operation & 0x7f {
        0..8 => {
            let from = if operation.is_multiple_of(2) { nobody(of.byte()) } else { address(partner) };
            let bytes = of.bytes(1300);
            scene.datagram(from, bytes);
        }
        8..40 if !scene.waiting.is_empty() => {
            let at = usize::from(of.byte()) % scene.waiting.len();
            match operation & 7 {
                0 => drop(scene.waiting.swap_remove(at)),
                1 => {
                    let (from, bytes) = scene.waiting[at].clone();
                    scene.datagram(address(from), &bytes);
                }
                2 => {
                    let (_, bytes) = scene.waiting.swap_remove(at);
                    scene.datagram(nobody(of.byte()), &bytes);
                }
                3 => {
                    let (from, bytes) = scene.waiting.swap_remove(at);
                    let mut bytes = bytes.to_vec();
                    let place = usize::from(of.number()) % bytes.len();
                    bytes[place] ^= of.byte();
                    scene.datagram(address(from), &bytes);
                }
                _ => {
                    let (from, bytes) = scene.waiting.remove(at);
                    scene.datagram(address(from), &bytes);
                }
            }
        }
        8..48 => {
            let scale = [1, 100, 10_000, 1_000_000][usize::from(of.byte() % 4)];
            scene.pass(Duration::from_micros(scale * u64::from(of.number())));
        }
        48..80 => {
            let kinds = [Kind::Stream, Kind::Sync, Kind::Query, Kind::Answer, Kind::Announce, Kind::Stream];
            let kind = kinds[usize::from(of.byte()) % kinds.len()];
            let body = of.bytes(1300);
            scene.named |= body.windows(3).any(|bytes| bytes == NOBODY);
            let forged = forge::frame(&mut scene.peers[partner], &subject, kind, body);
            if let Some((_, bytes)) = forged {
                scene.datagram(address(partner), &bytes);
            }
        }
        80..88 => {
            let kind = [Kind::Ping, Kind::Pong, Kind::Intro, Kind::Join][usize::from(of.byte() % 4)];
            let (by, from) = match of.byte() % 3 {
                0 => (STRANGER, nobody(of.byte())),
                _ => (partner, address(partner)),
            };
            let to = if of.byte().is_multiple_of(4) { PeerId([0; 32]) } else { subject };
            let body = of.bytes(1200);
            scene.named |= by == partner && body.windows(3).any(|bytes| bytes == NOBODY);
            if let Some(bytes) = forge::signed(&scene.peers[by], kind, &to, body) {
                scene.datagram(from, &bytes);
            }
        }
        88..92 => {
            if let Some(bytes) = introduction(scene, partner, of) {
                scene.datagram(address(partner), &bytes);
            }
        }
        92..108 => {
            let cluster = scene.clusters[0];
            let (header, body) = (header(of), of.bytes(1024));
            let forged = forge::data(&scene.peers[partner], &cluster, &header, body);
            if let Some(bytes) = forged {
                scene.datagram(address(partner), &bytes);
            }
        }
        108..112 => {
            // What is genuine of a partner waits in the queue.
            let payload = of.bytes(3000);
            scene.publish(partner, 0, payload);
        }
        112..114 => {
            let request = 2;
            let input = match of.byte() % 3 {
                0 => Input::Connect { request, peer: subject, address: None },
                1 => Input::Disconnect { peer: subject },
                _ => Input::Send {
                    request,
                    peer: subject,
                    reliable: of.byte().is_multiple_of(2),
                    payload: of.bytes(4000),
                },
            };
            scene.input(partner, input);
        }
        _ => application(scene, of),
    }
}

fn application(scene: &mut Scene, of: &mut Source<'_>) {
    let peer = match of.byte() % 4 {
        0 => PeerId([of.byte(); 32]),
        1 => scene.peers[STRANGER].id(),
        other => scene.peers[usize::from(other) - 1].id(),
    };
    let cluster = scene.clusters[usize::from(of.byte() % 3)];
    let request = 3;
    let input = match of.byte() % 16 {
        0 => Input::Join { contacts: vec![Contact::from(address(1 + usize::from(of.byte() % 2)))] },
        1 => Input::Leave,
        2 => Input::Subscribe { secret: secret(of.byte()) },
        3 => Input::Unsubscribe { cluster },
        4 => Input::Enter { request, cluster, secret: SubclusterSecret([of.byte() % 3; 32]) },
        5 => Input::Exit { cluster, subcluster: SubclusterSecret([of.byte() % 3; 32]).id() },
        6 => Input::Query {
            cluster,
            id: id(of),
            direction: [Direction::This, Direction::Previous, Direction::Next][usize::from(of.byte() % 3)],
        },
        7 => Input::Connect { request, peer, address: None },
        8 => Input::Disconnect { peer },
        9 => Input::Opened { first: LocalPort(of.number()), count: of.number() },
        10 => Input::AddressChanged { local: vec![address(SUBJECT)] },
        11 => Input::Suspend,
        12 => Input::Resume,
        13 => Input::Consumed { peer, bytes: usize::from(of.number()) },
        14 => Input::Send { request, peer, reliable: of.byte().is_multiple_of(2), payload: of.bytes(4000) },
        _ => Input::Publish {
            request,
            cluster,
            subcluster: Subcluster::ALL,
            to: of.byte().is_multiple_of(2).then_some(peer),
            previous: None,
            payload: of.bytes(3000),
        },
    };
    scene.input(SUBJECT, input);
}

thread_local! {
    static SCENE: OnceCell<Scene> = const { OnceCell::new() };
}

fuzz_target!(|bytes: &[u8]| {
    let mut scene = SCENE.with(|scene| scene.get_or_init(Scene::new).clone());
    let mut source = Source(bytes);
    for _ in 0..STEPS {
        if source.0.is_empty() {
            break;
        }
        step(&mut scene, &mut source);
    }
});
