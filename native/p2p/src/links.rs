//! Links: peers with whom there is a session key and a proven address. Owned here: the tables, frames in and out,
//! replay protection, round-trip times. When to make and end one is `membership`'s affair.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::{BufMut as _, Bytes, BytesMut};

use crate::crypto::{SessionKeys, Suite};
use crate::id::PeerId;
use crate::io::LocalPort;
use crate::messages::LinkMessages;
use crate::metrics::Drop;
use crate::nat::NatKind;
use crate::packet::{Kind, MAX_DATAGRAM, MAX_SEALED_BODY, SEALED_HEADER, Sealed, TAG, VERSION};
use crate::sorted::Sorted;
use crate::{Config, Time};

/// A link: the session number that we chose, by which the other peer's frames name it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct LinkId(pub(crate) u32);

/// Memory for frames: they are made one after the other in one piece, which is used again as soon as all of them have been
/// sent. So a driver that sends between two inputs makes no new memory for what is passed on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena {
    rest: BytesMut,
    size: usize,
}

impl Arena {
    pub(crate) fn new(size: usize) -> Self {
        Self { rest: BytesMut::new(), size }
    }

    /// An empty place with room for a frame.
    fn take(&mut self, length: usize) -> &mut BytesMut {
        // Takes back the whole piece, if nothing of it is in use; otherwise there is a new one.
        if self.rest.capacity() < length && !self.rest.try_reclaim(self.size.max(length)) {
            self.rest = BytesMut::with_capacity(self.size.max(length));
        }
        &mut self.rest
    }
}

/// A key that two peers share, and what was sealed with it.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) peer: PeerId,
    /// The session number that the other chose: what our frames carry.
    remote: u32,
    keys: SessionKeys,
    sent: u32,
    window: Window,
}

impl Session {
    pub(crate) fn new(peer: PeerId, remote: u32, keys: SessionKeys) -> Self {
        Self { peer, remote, keys, sent: 0, window: Window::default() }
    }

    /// A datagram for the other. `None` after 2^32 of them, or when the body is too long.
    pub(crate) fn seal(&mut self, suite: Suite, kind: Kind, body: &[u8], arena: &mut Arena) -> Option<Bytes> {
        if body.len() > MAX_SEALED_BODY {
            return None;
        }
        let next = self.sent.checked_add(1)?;
        let mut head = [0; SEALED_HEADER];
        head[0] = kind as u8;
        head[1] = VERSION;
        head[2..6].copy_from_slice(&self.remote.to_be_bytes());
        head[6..].copy_from_slice(&self.sent.to_be_bytes());
        let bytes = arena.take(SEALED_HEADER + body.len() + TAG);
        bytes.put_slice(&head);
        bytes.put_slice(body);
        let tag = suite.seal_frame(&self.keys.send, &head, &mut bytes[SEALED_HEADER..]);
        bytes.put_slice(&tag);
        self.sent = next;
        Some(bytes.split().freeze())
    }

    /// Whether it is old: a new one is to be made long before its counters end.
    pub(crate) fn is_worn(&self) -> bool {
        self.sent > u32::MAX / 2
    }

    /// What the other sealed, decrypted into the buffer.
    pub(crate) fn open<'b>(
        &mut self,
        suite: Suite,
        frame: &Sealed<'_>,
        buffer: &'b mut [u8; MAX_DATAGRAM],
    ) -> Result<&'b mut [u8], Drop> {
        if !self.window.is_new(frame.counter()) {
            return Err(Drop::Replayed);
        }
        let (Some(head), Some((body, tag))) =
            (frame.head().first_chunk::<SEALED_HEADER>(), frame.sealed().split_last_chunk::<TAG>())
        else {
            return Err(Drop::Malformed);
        };
        let buffer = &mut buffer[..body.len()];
        buffer.copy_from_slice(body);
        if !suite.open_frame(&self.keys.receive, head, buffer, tag) {
            return Err(Drop::Forged);
        }
        self.window.see(frame.counter());
        Ok(buffer)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) session: Session,
    pub(crate) address: SocketAddr,
    pub(crate) port: LocalPort,
    /// Whether we made it.
    pub(crate) outbound: bool,
    pub(crate) nat: NatKind,
    pub(crate) since: Time,
    pub(crate) heard: Time,
    pub(crate) spoke: Time,
    pub(crate) rtt: Rtt,
    /// Bytes that may go to addresses which it names. (vouch.rs)
    pub(crate) vouched: usize,
    /// What the message layer knows about it.
    pub(crate) messages: LinkMessages,
    /// What `membership` knows about it.
    pub(crate) membership: crate::membership::LinkMembership,
}

impl Link {
    /// A link that begins now.
    pub(crate) fn new(
        session: Session,
        address: SocketAddr,
        port: LocalPort,
        outbound: bool,
        nat: NatKind,
        now: Time,
    ) -> Self {
        Self {
            session,
            address,
            port,
            outbound,
            nat,
            since: now,
            heard: now,
            spoke: now,
            rtt: Rtt::default(),
            vouched: 0,
            messages: LinkMessages::default(),
            membership: crate::membership::LinkMembership::default(),
        }
    }

    pub(crate) fn peer(&self) -> &PeerId {
        &self.session.peer
    }

    /// Something was not acknowledged, and nothing was heard since.
    pub(crate) fn is_doubted(&self) -> bool {
        self.messages.doubted.is_some_and(|at| self.heard <= at)
    }

    /// How long to wait for an answer.
    pub(crate) fn patience(&self, config: &Config) -> Duration {
        self.rtt.timeout(config)
    }
}

/// All links.
#[derive(Clone, Debug, Default)]
pub(crate) struct Links {
    by_id: Sorted<LinkId, Link>,
    by_address: Sorted<(SocketAddr, LocalPort), LinkId>,
    by_peer: Sorted<PeerId, LinkId>,
}

impl Links {
    /// Adds a link; one with the same peer must have been removed before.
    pub(crate) fn insert(&mut self, id: LinkId, link: Link) {
        self.by_address.insert((link.address, link.port), id);
        self.by_peer.insert(link.session.peer, id);
        self.by_id.insert(id, link);
    }

    pub(crate) fn remove(&mut self, id: LinkId) -> Option<Link> {
        let link = self.by_id.remove(&id)?;
        // Entries that a newer link has taken over stay.
        if self.by_address.get(&(link.address, link.port)) == Some(&id) {
            self.by_address.remove(&(link.address, link.port));
        }
        if self.by_peer.get(link.peer()) == Some(&id) {
            self.by_peer.remove(link.peer());
        }
        Some(link)
    }

    /// The link's peer proved that it is elsewhere now.
    pub(crate) fn moved(&mut self, id: LinkId, address: SocketAddr, port: LocalPort) {
        let Some(link) = self.by_id.get_mut(&id) else { return };
        let before = (link.address, link.port);
        (link.address, link.port) = (address, port);
        if self.by_address.get(&before) == Some(&id) {
            self.by_address.remove(&before);
        }
        self.by_address.insert((address, port), id);
    }

    pub(crate) fn get(&self, id: LinkId) -> Option<&Link> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: LinkId) -> Option<&mut Link> {
        self.by_id.get_mut(&id)
    }

    pub(crate) fn at(&self, address: SocketAddr, port: LocalPort) -> Option<LinkId> {
        self.by_address.get(&(address, port)).copied()
    }

    pub(crate) fn with(&self, peer: &PeerId) -> Option<LinkId> {
        self.by_peer.get(peer).copied()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (LinkId, &Link)> {
        self.by_id.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (LinkId, &mut Link)> {
        self.by_id.iter_mut()
    }

    pub(crate) fn ids(&self) -> Vec<LinkId> {
        self.by_id.keys().to_vec()
    }

    /// Those that may be said something to for no particular reason: a trial of silence is not to be disturbed.
    pub(crate) fn talkative(&self) -> Vec<LinkId> {
        self.iter().filter(|(_, link)| !link.membership.is_quiet()).map(|(id, _)| id).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.keys().len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_id.keys().is_empty()
    }
}

/// Which frame counters were seen: the newest and the 128 before it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Window {
    /// One more than the newest.
    next: u64,
    seen: u128,
}

impl Window {
    /// Whether a frame is new, without remembering it: it may still be a forgery.
    pub(crate) fn is_new(&self, counter: u32) -> bool {
        let counter = u64::from(counter);
        if counter >= self.next {
            return true;
        }
        let age = self.next - 1 - counter;
        age < 128 && self.seen & (1 << age) == 0
    }

    /// Remembers a genuine frame.
    pub(crate) fn see(&mut self, counter: u32) {
        let counter = u64::from(counter);
        if counter >= self.next {
            let shift = counter + 1 - self.next;
            self.seen = if shift < 128 { self.seen << shift } else { 0 };
            self.seen |= 1;
            self.next = counter + 1;
        } else {
            let age = self.next - 1 - counter;
            if age < 128 {
                self.seen |= 1 << age;
            }
        }
    }
}

/// Round trips, smoothed as TCP does (RFC 6298).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rtt {
    smoothed: Option<Duration>,
    variation: Duration,
}

impl Rtt {
    pub(crate) fn sample(&mut self, sample: Duration) {
        match self.smoothed {
            None => {
                self.smoothed = Some(sample);
                self.variation = sample / 2;
            }
            Some(smoothed) => {
                self.variation = (self.variation * 3 + smoothed.abs_diff(sample)) / 4;
                self.smoothed = Some((smoothed * 7 + sample) / 8);
            }
        }
    }

    /// What takes longer has been overtaken by more than its way's usual changes. `None` while it was never measured.
    pub(crate) fn late(&self) -> Option<Duration> {
        self.smoothed.map(|smoothed| smoothed + 2 * self.variation)
    }

    /// `None` while it was never measured.
    pub(crate) fn smoothed(&self) -> Option<Duration> {
        self.smoothed
    }

    pub(crate) fn timeout(&self, config: &Config) -> Duration {
        match self.smoothed {
            None => config.retry_unknown,
            Some(smoothed) => (smoothed + 4 * self.variation)
                .min(smoothed * config.retry_factor)
                .clamp(config.retry_floor, config.retry_ceiling),
        }
    }
}
