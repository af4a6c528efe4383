//! Handshakes that are under way. Whoever asks for a link keeps an *attempt*, whoever answers a *half*; a half becomes a
//! link at its first genuine frame, which only the one who got the Pong can make. Both tables are bounded.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use crate::Time;
use crate::crypto::Suite;
use crate::id::PeerId;
use crate::io::{LocalPort, Source};
use crate::limits::Limits;
use crate::links::{Link, LinkId, Session};
use crate::messages::Budget;
use crate::metrics::Drop;
use crate::nat::NatKind;
use crate::packet::{MAX_DATAGRAM, Sealed};
use crate::peer::Peer;
use crate::token;

/// How long a half waits for its first frame.
const HALF_LIFE: Duration = Duration::from_secs(10);

/// Why a link is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Why {
    /// The application named the address: it may be asked again and again.
    Named,
    /// Another peer named it: it is asked once.
    View,
    /// A link with this peer failed long ago: it is asked once, now and then.
    Lost,
    /// It can introduce us to one that the application wants, somebody says: it is asked once, and makes room for a moment.
    Found,
    /// A link with this peer ended, and is wanted again; or the application wants a connection.
    Wanted,
}

/// A Ping that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// Zero: whoever is there.
    pub(crate) to: PeerId,
    pub(crate) address: SocketAddr,
    pub(crate) nonce: [u8; 16],
    pub(crate) token: [u8; 16],
    pub(crate) why: Why,
    /// Who named the address, and pays; none: it has proven itself, or our application named it.
    pub(crate) by: Option<PeerId>,
    pub(crate) sent: Time,
    pub(crate) tries: u8,
}

/// A Ping that was answered.
#[derive(Clone, Debug)]
pub(crate) struct Half {
    session: Session,
    address: SocketAddr,
    port: LocalPort,
    nat: NatKind,
    /// What the Ping said: the same one again gets the same answer.
    asked: (u32, [u8; 16]),
    pong: Bytes,
    since: Time,
}

#[derive(Clone, Debug)]
pub(crate) struct Handshakes {
    attempts: BTreeMap<u32, Attempt>,
    halves: BTreeMap<LinkId, Half>,
    limits: Limits,
    all: Budget,
}

impl Handshakes {
    pub(crate) fn new(key: [u8; 32], suite: Suite) -> Self {
        Self {
            attempts: BTreeMap::new(),
            halves: BTreeMap::new(),
            limits: Limits::new(key, suite),
            all: Budget::default(),
        }
    }

    pub(crate) fn attempt(&mut self, session: u32) -> Option<&mut Attempt> {
        self.attempts.get_mut(&session)
    }

    pub(crate) fn attempts(&self) -> impl Iterator<Item = &Attempt> {
        self.attempts.values()
    }

    pub(crate) fn insert(&mut self, session: u32, attempt: Attempt) {
        self.attempts.insert(session, attempt);
    }

    pub(crate) fn remove(&mut self, session: u32) -> Option<Attempt> {
        self.attempts.remove(&session)
    }

    /// Sessions of all attempts.
    pub(crate) fn sessions(&self) -> Vec<u32> {
        self.attempts.keys().copied().collect()
    }

    pub(crate) fn has(&self, session: u32) -> bool {
        self.attempts.contains_key(&session) || self.halves.contains_key(&LinkId(session))
    }

    /// Whether a stranger may ask for something.
    pub(crate) fn may(&mut self, now: Time, config: &crate::Config, from: &SocketAddr) -> bool {
        self.limits.take(now, config.handshake_rate, 1, from) && self.all.take(now, config.handshakes, 1)
    }

    /// The answer to a Ping that was answered before.
    pub(crate) fn again(&self, from: &PeerId, source: &Source, asked: &(u32, [u8; 16])) -> Option<&Bytes> {
        let same = |half: &&Half| {
            half.session.peer == *from
                && half.asked == *asked
                && (half.address, half.port) == (source.address, source.port)
        };
        self.halves.values().find(same).map(|half| &half.pong)
    }

    #[cfg(test)]
    pub(crate) fn halves(&self) -> usize {
        self.halves.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        (self.attempts.len() * size_of::<Attempt>() + self.halves.len() * (size_of::<Half>() + 400)) * 3 / 2
            + Limits::bytes()
    }
}

/// The one place where a handshake's secrets are made into a session.
pub(crate) fn session(
    peer: &Peer,
    with: &PeerId,
    remote: u32,
    asker: bool,
    asked: &[u8; 16],
    answered: &[u8; 16],
) -> Option<Session> {
    let keys = peer.keys.session(peer.config.suite, with, asker, asked, answered)?;
    Some(Session::new(*with, remote, keys))
}

/// Keeps a half, if there is room. `false`: there is none.
pub(crate) fn keep(
    peer: &mut Peer,
    id: LinkId,
    session: Session,
    source: &Source,
    nat: NatKind,
    asked: (u32, [u8; 16]),
    pong: Bytes,
) -> bool {
    let now = peer.now;
    let halves = &mut peer.handshakes.halves;
    halves.retain(|_, half| now.since(half.since) < HALF_LIFE);
    if halves.len() >= peer.config.max_halves {
        return false;
    }
    let half = Half { session, address: source.address, port: source.port, nat, asked, pong, since: now };
    halves.insert(id, half);
    true
}

/// Whether an address must bring a token before anything is kept for it.
pub(crate) fn wants_token(peer: &Peer, source: &Source, given: &[u8; 16]) -> bool {
    peer.handshakes.halves.len() * 2 > peer.config.max_halves
        && (*given == token::NONE || !peer.tokens.is_address(peer.now, given, source.address, source.port))
}

/// A frame of a half: if it is genuine and comes from where the Ping came from, the half is a link now.
pub(crate) fn confirm<'b>(
    peer: &mut Peer,
    id: LinkId,
    source: &Source,
    frame: &Sealed<'_>,
    buffer: &'b mut [u8; MAX_DATAGRAM],
) -> Result<&'b mut [u8], Drop> {
    let suite = peer.config.suite;
    let half = peer.handshakes.halves.get_mut(&id).ok_or(Drop::Session)?;
    if (half.address, half.port) != (source.address, source.port) {
        return Err(Drop::Stranger);
    }
    let body = half.session.open(suite, frame, buffer)?;
    let half = peer.handshakes.halves.remove(&id).ok_or(Drop::Session)?;
    let link = Link::new(half.session, half.address, half.port, false, half.nat, peer.now);
    match peer.link_up(id, link) {
        true => Ok(body),
        false => Err(Drop::Session),
    }
}
