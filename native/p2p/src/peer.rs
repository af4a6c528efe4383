//! A peer: the state, and `handle`, which only dispatches. What an input does stands in the module of its subject.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use crate::cache::Cache;
use crate::cluster::Clusters;
use crate::crypto::{Keys, Verifiers};
use crate::fragment::Reassembly;
use crate::handshake::Handshakes;
use crate::id::PeerId;
use crate::io::{Event, Input, LocalPort, Output, Outputs, Source};
use crate::links::{Arena, Link, LinkId, Links};
use crate::membership::{Conduct, Membership};
use crate::messages::Messages;
use crate::metrics::{Drop, Dropped, Metrics};
use crate::nat::Nat;
use crate::packet::{self, Kind, Packet};
use crate::rng::Rng;
use crate::talk::Talks;
use crate::timers::{Timer, Timers};
use crate::token::Tokens;
use crate::{Config, Error, Time, cache, group, handshake, membership, messages, nat, on, talk, vouch};

/// More timers than this are not carried out at once; the rest is due immediately after.
const MAX_TIMERS_AT_ONCE: usize = 4096;
/// Two links with one peer that are not older were asked for by both sides at once.
const FRESH: Duration = Duration::from_secs(5);
/// A timer that is so late says that we slept, or were not let run: what we did not hear meanwhile says nothing.
const LATE: Duration = Duration::from_millis(500);

/// A peer of the network.
#[derive(Clone, Debug)]
pub struct Peer {
    pub(crate) config: Config,
    pub(crate) keys: Keys,
    /// Keys of others. (crypto.rs)
    pub(crate) verifiers: Verifiers,
    pub(crate) id: PeerId,
    pub(crate) rng: Rng,
    pub(crate) now: Time,
    pub(crate) started: Time,
    pub(crate) suspended: bool,
    pub(crate) timers: Timers,
    pub(crate) metrics: Metrics,
    pub(crate) dropped: Dropped,
    pub(crate) links: Links,
    /// Whom to have links with. (membership.rs)
    pub(crate) membership: Membership,
    /// Which NAT we are behind, connections through it, direct streams. (nat.rs)
    pub(crate) nat: Nat,
    /// Proofs of address. (token.rs)
    pub(crate) tokens: Tokens,
    /// Links that are being made. (handshake.rs)
    pub(crate) handshakes: Handshakes,
    /// What others may have us send to addresses that they name. (vouch.rs)
    pub(crate) vouched: vouch::Vouched,
    /// Streams. (talk.rs)
    pub(crate) talks: Talks,
    /// The own clusters and their keys. (cluster.rs)
    pub(crate) clusters: Clusters,
    /// Messages that are not whole. (fragment.rs)
    pub(crate) reassembly: Reassembly,
    /// Identity groups. (group.rs)
    pub(crate) groups: group::Groups,
    /// Packets. (cache.rs)
    pub(crate) cache: Cache,
    /// What is being spread, pulled and compared. (messages.rs)
    pub(crate) messages: Messages,
    /// What may still be sent to the origin of the datagram that is being handled, if it has no link.
    credit: Option<Credit>,
    out: Vec<Output>,
    /// Where frames are put together.
    pub(crate) arena: Arena,
}

#[derive(Clone, Copy, Debug)]
struct Credit {
    to: SocketAddr,
    bytes: usize,
    packets: usize,
}

impl Peer {
    /// A peer with this identity. `seed` makes its whole behaviour: give random bytes, and different ones at each
    /// start; a simulation gives known ones.
    #[must_use]
    pub fn new(config: Config, identity: &[u8; 32], seed: [u8; 32], now: Time) -> Self {
        let keys = Keys::from_seed(config.suite, identity);
        let mut rng = Rng::new(seed);
        let tokens = Tokens::new(rng.array(), config.suite, config.token);
        let key = rng.array();
        let handshakes = Handshakes::new(key, config.suite);
        let secret = rng.u64();
        Self {
            id: PeerId(keys.public()),
            keys,
            verifiers: Verifiers::new(secret),
            now,
            started: now,
            suspended: false,
            timers: Timers::new(secret),
            metrics: Metrics::default(),
            dropped: Dropped::default(),
            links: Links::default(),
            membership: Membership::new(&config),
            nat: Nat::new(&config),
            tokens,
            handshakes,
            vouched: vouch::Vouched::new(key, config.suite),
            talks: Talks::default(),
            clusters: Clusters::default(),
            reassembly: Reassembly::new(&config),
            groups: group::Groups::default(),
            cache: Cache::new(&config, secret),
            messages: Messages::new(secret),
            credit: None,
            out: Vec::new(),
            arena: Arena::new(config.frame_bytes),
            rng,
            config,
        }
    }

    /// Takes an input and returns all that follows from it.
    #[must_use]
    pub fn handle(&mut self, now: Time, input: Input<'_>) -> Outputs {
        let mut outputs = Outputs::default();
        self.handle_into(now, input, &mut outputs);
        outputs
    }

    /// As [`handle`](Self::handle), adding to what is in `outputs`.
    pub fn handle_into(&mut self, now: Time, input: Input<'_>, outputs: &mut Outputs) {
        std::mem::swap(&mut self.out, &mut outputs.0);
        self.now = self.now.max(now);
        match input {
            Input::Datagram { from, port, bytes } => self.datagram(from, port, bytes),
            Input::Timeout => {}
            Input::Join { contacts } => membership::join(self, contacts),
            Input::Remembered { nat, address } => nat::remembered(self, nat, address),
            Input::KeepAlives { networks } => membership::remembered(self, networks),
            Input::Leave => membership::leave(self),
            Input::Subscribe { secret } => messages::subscribe(self, secret),
            Input::Unsubscribe { cluster } => messages::unsubscribe(self, &cluster),
            Input::Enter { request, cluster, secret } => {
                if !self.clusters.enter(&cluster, secret) {
                    self.refuse(request, Error::UnknownCluster);
                }
            }
            Input::Exit { cluster, subcluster } => self.clusters.exit(&cluster, &subcluster),
            Input::Group { request, input } => group::input(self, request, input),
            Input::Publish { request, cluster, subcluster, to, previous, payload } => {
                let request = on::publish::Request { request, cluster, subcluster, to, previous, payload };
                on::publish::publish(self, request);
            }
            Input::Query { cluster, id, direction } => on::query::ask(self, &cluster, &id, direction),
            Input::Connect { request, peer, address } => nat::connect(self, request, peer, address),
            Input::Send { request, peer, reliable, payload } => {
                on::stream::send(self, request, &peer, reliable, payload);
            }
            Input::Consumed { peer, bytes } => talk::consumed(self, &peer, bytes),
            Input::Disconnect { peer } => nat::disconnect(self, &peer),
            Input::Opened { first, count } => nat::opened(self, first, count),
            Input::AddressChanged { local } => {
                nat::address_changed(self, &local);
                membership::address_changed(self);
            }
            Input::Suspend => {
                membership::suspend(self);
                self.suspended = true;
            }
            Input::Resume => {
                self.suspended = false;
                membership::resume(self);
            }
        }
        self.credit = None;
        self.run_timers();
        std::mem::swap(&mut self.out, &mut outputs.0);
    }

    /// When [`Input::Timeout`] is due: always later than the last input's time. `None`: nothing is waited for.
    #[must_use]
    pub fn timeout(&self) -> Option<Time> {
        match self.suspended {
            true => None,
            // Timers that were left over from a burst are due as soon as possible, not in the past.
            false => self.timers.next().map(|at| at.max(Time(self.now.0 + 1))),
        }
    }

    fn run_timers(&mut self) {
        if self.suspended {
            return;
        }
        if self.timers.next().is_some_and(|due| self.now.since(due) > LATE) {
            membership::slept(self);
        }
        for _ in 0..MAX_TIMERS_AT_ONCE {
            let Some(timer) = self.timers.pop(self.now) else { return };
            match timer {
                Timer::Pull(id) => on::announce::pull_due(self, &id),
                Timer::Pushes(link) => on::publish::pushes_due(self, link),
                Timer::Push(id, link) => on::publish::push_due(self, &id, link),
                Timer::Flush(link) => on::announce::flush(self, link),
                Timer::Expire => cache::expire(self),
                Timer::Sync => on::sync::due(self),
                Timer::Reassembly => self.reassembly.expire(self.now, &mut self.timers),
                Timer::Heartbeat(link) => membership::heartbeat(self, link),
                Timer::Unbearable(link) => membership::unbearable(self, link),
                Timer::Maintain => membership::maintain(self),
                Timer::Reflect => nat::reflect(self),
                Timer::Probe => nat::probe(self),
                Timer::Attempt(session) => on::ping::due(self, session),
                Timer::Connect => nat::due(self),
                Timer::Talk => talk::due(self),
                Timer::Epoch => messages::epoch(self),
            }
        }
    }

    fn datagram(&mut self, address: SocketAddr, port: LocalPort, bytes: &[u8]) {
        if self.suspended {
            return self.drop(Drop::Suspended);
        }
        self.metrics.datagrams_in += 1;
        self.metrics.bytes_in += bytes.len() as u64;
        self.credit = Some(Credit {
            to: address,
            bytes: bytes.len() * self.config.amplification,
            packets: self.config.amplification,
        });
        if membership::has_left(self) {
            return self.drop(Drop::Suspended);
        }
        let source = Source { address, port };
        match Packet::decode(bytes) {
            Ok(Packet::Data(data)) => match self.links.at(address, port) {
                Some(link) => on::publish::receive(self, link, data),
                None => self.drop(Drop::Stranger),
            },
            Ok(Packet::Signed(packet)) => {
                if packet.from() == self.id {
                    return self.drop(Drop::Own);
                }
                if !packet.to().is_zero() && packet.to() != self.id {
                    return self.drop(Drop::Receiver);
                }
                match packet.kind {
                    Kind::Ping => on::ping::receive(self, source, packet),
                    Kind::Pong => on::pong::receive(self, source, packet),
                    Kind::Intro => on::intro::receive(self, source, packet),
                    Kind::Join => on::join::receive(self, source, packet),
                    _ => self.drop(Drop::Kind),
                }
            }
            Ok(Packet::Sealed(frame)) => self.frame(source, frame),
            Err(reason) => self.drop(reason),
        }
    }

    fn frame(&mut self, source: Source, frame: packet::Sealed<'_>) {
        let (id, suite) = (LinkId(frame.session()), self.config.suite);
        let length = frame.head().len() + frame.sealed().len();
        // On the stack: frames are opened without allocating.
        let mut buffer = [0; packet::MAX_DATAGRAM];
        if let Some(link) = self.links.get_mut(id) {
            let opened = link.session.open(suite, &frame, &mut buffer);
            let body = match opened {
                Ok(body) => body,
                Err(reason) => return self.drop(reason),
            };
            link.heard = self.now;
            vouch::earn(self, id, &source, length);
            let Some(link) = self.links.get(id) else { return };
            if (link.address, link.port) != (source.address, source.port) {
                // Genuine, from elsewhere: perhaps the peer moved. Nothing more is sent there until it is proven.
                membership::moved(self, id, source);
            }
            return self.dispatch(id, source, frame.kind, body);
        }
        if nat::owns(self, id) {
            return nat::frame(self, id, source, &frame, &mut buffer);
        }
        match handshake::confirm(self, id, &source, &frame, &mut buffer) {
            Ok(body) => {
                vouch::earn(self, id, &source, length);
                self.dispatch(id, source, frame.kind, body);
            }
            Err(reason) => self.drop(reason),
        }
    }

    /// What a genuine frame of a link says.
    pub(crate) fn dispatch(&mut self, id: LinkId, source: Source, kind: Kind, body: &mut [u8]) {
        let known = match kind {
            Kind::Stream => on::stream::receive(self, id, source, body),
            Kind::Sync => on::sync::receive(self, id, body),
            Kind::Query => on::query::receive(self, id, body),
            Kind::Answer => on::answer::receive(self, id, body),
            Kind::Announce => on::announce::receive(self, id, body),
            _ => None,
        };
        if known.is_none() {
            membership::conduct(self, id, Conduct::Malformed);
            self.drop(Drop::Malformed);
        }
    }

    /// What follows from calls that are not inputs: tests make some.
    #[cfg(test)]
    pub(crate) fn take_outputs(&mut self, outputs: &mut Outputs) {
        outputs.0.append(&mut self.out);
    }

    /// Counts what is not gone on with.
    pub(crate) fn drop(&mut self, reason: Drop) {
        self.dropped.count(reason);
    }

    /// Tells the application.
    pub(crate) fn emit(&mut self, event: Event) {
        self.out.push(Output::Event(event));
    }

    pub(crate) fn refuse(&mut self, request: u64, error: Error) {
        self.emit(Event::Refused { request, error });
    }

    pub(crate) fn out_open(&mut self, first: LocalPort, count: u16) {
        self.output(Output::Open { first, count });
    }

    pub(crate) fn output(&mut self, output: Output) {
        self.out.push(output);
    }

    fn transmit(&mut self, to: SocketAddr, port: LocalPort, bytes: Bytes) {
        self.metrics.datagrams_out += 1;
        self.metrics.bytes_out += bytes.len() as u64;
        self.out.push(Output::Send { to, port, bytes });
    }

    /// Sends a frame on a link. Whether there was one.
    pub(crate) fn send_frame(&mut self, link: LinkId, kind: Kind, body: &[u8]) -> bool {
        let Some(to) = self.links.get_mut(link) else { return false };
        if self.suspended {
            return false;
        }
        let Some(bytes) = to.session.seal(self.config.suite, kind, body, &mut self.arena) else {
            return false;
        };
        to.spoke = self.now;
        let (address, port) = (to.address, to.port);
        self.transmit(address, port, bytes);
        true
    }

    /// Sends a data packet on a link. Copies of it share their memory.
    pub(crate) fn send_data(&mut self, link: LinkId, bytes: Bytes) -> bool {
        let Some(to) = self.links.get_mut(link) else { return false };
        if self.suspended {
            return false;
        }
        to.spoke = self.now;
        to.membership.used = self.now;
        let (address, port) = (to.address, to.port);
        self.metrics.packets_out += 1;
        self.transmit(address, port, bytes);
        true
    }

    /// Makes a signed control packet.
    pub(crate) fn signed(&self, kind: Kind, to: &PeerId, body: &[u8]) -> Bytes {
        packet::signed(kind, &self.id, to, body, |message| self.keys.sign_control(message))
    }

    /// Answers the datagram that is being handled, within three times its bytes and three packets: all that an
    /// address gets that has proven nothing. Whether it was sent.
    pub(crate) fn send_reply(&mut self, source: Source, bytes: Bytes) -> bool {
        match &mut self.credit {
            Some(credit)
                if credit.to == source.address && credit.packets > 0 && credit.bytes >= bytes.len() =>
            {
                credit.packets -= 1;
                credit.bytes -= bytes.len();
                self.nat.contacted(self.now, source.address);
                self.transmit(source.address, source.port, bytes);
                true
            }
            _ => {
                self.drop(Drop::Amplification);
                false
            }
        }
    }

    /// Sends to an address that has echoed a token or that our own application named, or at the cost of who named it
    /// (vouch.rs): the caller has made sure of one of the three, and of the pace.
    pub(crate) fn send_probe(&mut self, to: SocketAddr, port: LocalPort, bytes: Bytes) {
        if !self.suspended {
            self.nat.contacted(self.now, to);
            self.transmit(to, port, bytes);
        }
    }

    /// Its identity.
    #[must_use]
    pub fn id(&self) -> PeerId {
        self.id
    }

    /// Counters.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// What was dropped, and why.
    #[must_use]
    pub fn dropped(&self) -> &Dropped {
        &self.dropped
    }

    /// What it was created with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Peers with whom there are links.
    pub fn neighbours(&self) -> impl Iterator<Item = (PeerId, SocketAddr)> {
        self.links.iter().map(|(_, link)| (*link.peer(), link.address))
    }

    /// How many there are.
    #[must_use]
    pub fn links(&self) -> usize {
        self.links.len()
    }

    /// Bytes that cached packets occupy, tables included.
    #[must_use]
    pub fn cache_bytes(&self) -> usize {
        self.cache.bytes()
    }

    /// Bytes that all other tables occupy, about: what an attack could fill, and cannot.
    #[must_use]
    pub fn table_bytes(&self) -> usize {
        self.cache.memory()
            + self.verifiers.bytes()
            + self.messages.bytes()
            + self.reassembly.bytes()
            + self.timers.bytes()
            + self.handshakes.bytes()
            + self.membership.bytes()
            + self.nat.bytes()
            + self.vouched.bytes()
            + self.talks.bytes()
    }

    /// A link is there: everyone who must know is told. `false`: another one with the same peer is kept instead.
    pub(crate) fn link_up(&mut self, id: LinkId, link: Link) -> bool {
        let before = self.links.with(link.peer());
        if let Some(before) = before {
            if self.links.get(before).is_some_and(|old| !self.replaces(&link, old)) {
                return false;
            }
            self.unlink(before);
        }
        let first = self.links.is_empty() && before.is_none();
        self.metrics.links_up += 1;
        self.links.insert(id, link);
        vouch::come(self, id);
        membership::up(self, id);
        if first {
            self.emit(Event::Joined);
        }
        messages::up(self, id);
        nat::up(self, id);
        true
    }

    /// Both sides asked at once, and two links are there: both keep the one that the smaller id asked for. Otherwise
    /// the newer counts; its peer has proven that it lost the older.
    fn replaces(&self, new: &Link, old: &Link) -> bool {
        if new.outbound == old.outbound || self.now.since(old.since) >= FRESH {
            return true;
        }
        let asker = |link: &Link| if link.outbound { self.id } else { *link.peer() };
        asker(new) < asker(old)
    }

    /// A link ends: everyone who must know is told.
    pub(crate) fn link_down(&mut self, id: LinkId) {
        let Some(link) = self.unlink(id) else { return };
        nat::down(self, &link);
        if self.links.is_empty() {
            self.emit(Event::Isolated);
        }
    }

    fn unlink(&mut self, id: LinkId) -> Option<Link> {
        let link = self.links.remove(id)?;
        self.metrics.links_down += 1;
        vouch::leave(self, *link.peer(), link.vouched);
        self.timers.clear(Timer::Heartbeat(id));
        self.timers.clear(Timer::Flush(id));
        self.timers.clear(Timer::Pushes(id));
        messages::down(self, id, &link);
        membership::down(self, id, &link);
        nat::unlinked(self, &link);
        Some(link)
    }

    /// A session number that nothing here has.
    pub(crate) fn new_session(&mut self) -> u32 {
        loop {
            let session = self.rng.u32();
            if self.links.get(LinkId(session)).is_none()
                && !self.handshakes.has(session)
                && !nat::owns(self, LinkId(session))
            {
                return session;
            }
        }
    }
}
