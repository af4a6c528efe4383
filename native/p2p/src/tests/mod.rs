//! Tests that need what attackers have: keys of a link, and no manners. Behaviour that any driver can see is tested
//! in `tests/`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod adversary;
mod connectivity;
mod handshake;
mod holes;
mod introductions;
mod keeping;
mod reconcile;
mod streams;
mod vectors;

use std::time::Duration;

use bytes::Bytes;

use crate::common::Network;
use crate::links::LinkId;
use crate::packet::{self, Header, Kind};
use crate::{ClusterId, ClusterTag, Config, Input, LocalPort, Outputs, PacketId, Peer};

/// A cluster's key that a test publishes with, or forges with.
pub(crate) struct Author(pub(crate) crate::crypto::Keys);

impl Author {
    pub(crate) fn new(seed: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_be_bytes());
        Self(crate::crypto::Keys::from_seed(Default::default(), &key))
    }

    pub(crate) fn header(&self) -> Header {
        Header {
            kind: Kind::Publish,
            hops: 0,
            postage: 8,
            ttl: 360,
            clock: 1,
            index: 0,
            cluster: ClusterTag(self.0.public()),
            previous: PacketId::ZERO,
            next: PacketId::ZERO,
            to: [0; 32],
        }
    }

    pub(crate) fn packet(&self, header: &Header, body: &[u8]) -> (PacketId, Bytes) {
        header.seal(body, Default::default(), |message| self.0.sign(message))
    }

    /// One of many different packets.
    pub(crate) fn numbered(&self, number: u64, length: usize) -> (PacketId, Bytes) {
        let mut body = vec![0; length.max(8)];
        body[..8].copy_from_slice(&number.to_be_bytes());
        self.packet(&self.header(), &body)
    }
}

/// A victim and an attacker with a link between them. The attacker's peer is used for its keys only.
pub(crate) struct Pair {
    pub(crate) network: Network,
    pub(crate) victim: usize,
    pub(crate) attacker: usize,
    pub(crate) cluster: ClusterId,
}

impl Pair {
    pub(crate) fn new(config: Config) -> Self {
        let mut network = Network::new(5, (1_000, 1_000), 0);
        // The attacker answers no heartbeats, and its link is to last all the same.
        let long = Duration::from_secs(1 << 30);
        let config = Config { liveness: long, keep_alive: long * 2, link_timeout: long * 2, ..config };
        let (victim, attacker) = (network.add(config.clone()), network.add(Config { ..config }));
        let cluster = network.subscribe(victim, [1; 32]);
        let contacts = vec![network.contact(victim)];
        network.input(attacker, Input::Join { contacts });
        network.run(Duration::from_millis(100));
        assert_eq!(network.nodes[victim].peer.links.len(), 1);
        Self { network, victim, attacker, cluster }
    }

    pub(crate) fn victim(&mut self) -> &mut Peer {
        &mut self.network.nodes[self.victim].peer
    }

    /// The victim's name of the link.
    pub(crate) fn link(&self) -> LinkId {
        *self.network.nodes[self.victim].peer.links.ids().first().unwrap()
    }

    /// The datagram of a genuine frame from the attacker.
    pub(crate) fn frame(&mut self, kind: Kind, body: &[u8]) -> Bytes {
        let peer = &mut self.network.nodes[self.attacker].peer;
        let link = *peer.links.ids().first().unwrap();
        let mut outputs = Outputs::default();
        peer.take_outputs(&mut outputs);
        assert!(peer.send_frame(link, kind, body));
        peer.take_outputs(&mut outputs);
        match outputs.into_iter().next_back() {
            Some(crate::Output::Send { bytes, .. }) => bytes,
            other => panic!("{other:?}"),
        }
    }

    /// What a frame of the victim's to the attacker says.
    pub(crate) fn opened(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let Ok(packet::Packet::Sealed(frame)) = packet::Packet::decode(bytes) else { return None };
        let peer = &mut self.network.nodes[self.attacker].peer;
        let suite = peer.config.suite;
        let mut buffer = [0; packet::MAX_DATAGRAM];
        let link = peer.links.get_mut(LinkId(frame.session()))?;
        link.session.open(suite, &frame, &mut buffer).ok().map(|body| body.to_vec())
    }

    /// What the victim answers to a datagram from the attacker.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> Vec<crate::Output> {
        let from = self.network.nodes[self.attacker].address;
        let now = self.network.now;
        let input = Input::Datagram { from, port: LocalPort::MAIN, bytes };
        self.victim().handle(now, input).into_iter().collect()
    }

    pub(crate) fn send_frame(&mut self, kind: Kind, body: &[u8]) -> Vec<crate::Output> {
        let bytes = self.frame(kind, body);
        self.send(&bytes)
    }

    pub(crate) fn pass(&mut self, time: Duration) -> Vec<crate::Output> {
        self.network.now = self.network.now + time;
        let now = self.network.now;
        let mut all = Vec::new();
        while let Some(at) = self.victim().timeout().filter(|at| *at <= now) {
            all.extend(self.victim().handle(at, Input::Timeout));
        }
        all.extend(self.victim().handle(now, Input::Timeout));
        all
    }
}

/// Datagrams among outputs, and their bytes.
pub(crate) fn sent(outputs: &[crate::Output]) -> Vec<Bytes> {
    let datagrams = outputs.iter().filter_map(|output| match output {
        crate::Output::Send { bytes, .. } => Some(bytes.clone()),
        _ => None,
    });
    datagrams.collect()
}

pub(crate) fn data_packets(outputs: &[crate::Output]) -> usize {
    let data = |bytes: &&Bytes| matches!(packet::Packet::decode(bytes), Ok(packet::Packet::Data(_)));
    sent(outputs).iter().filter(data).count()
}

pub(crate) fn messages(outputs: &[crate::Output]) -> usize {
    outputs.iter().filter(|output| matches!(output, crate::Output::Event(crate::Event::Message(_)))).count()
}
