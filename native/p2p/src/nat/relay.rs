//! Connections through a third peer, for two NATs that let none be made. It passes on frames that it cannot read, between
//! links of its own, and nothing else.

use std::net::SocketAddr;
use std::time::Duration;

use crate::Time;
use crate::id::PeerId;
use crate::links::{LinkId, Session};
use crate::metrics::Drop;
use crate::on::stream::{self, ALIVE, HEARTBEAT, RELAY, RELAYED};
use crate::packet::{Kind, MAX_DATAGRAM, MAX_SEALED_BODY, Packet};
use crate::peer::Peer;
use crate::timers::Timer;

/// Relayed connections at once.
const MAX_RELAYED: usize = 64;
/// Between two frames that say that we are there, until the other was heard.
const KNOCK: Duration = Duration::from_millis(150);
/// How long it may take until the other is heard.
const OPENING: Duration = Duration::from_secs(5);
/// Silence after which the other is asked, and after which it is lost.
const SILENCE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(6));
/// Bytes that a link may have passed on, per second.
const RATE: u32 = 1 << 20;

/// A session whose frames another peer passes on.
#[derive(Clone, Debug)]
pub(crate) struct Relayed {
    session: Session,
    via: PeerId,
    asker: bool,
    since: Time,
    heard: Option<Time>,
    spoke: Time,
}

impl Relayed {
    pub(crate) fn with(&self) -> &PeerId {
        &self.session.peer
    }

    pub(crate) fn is_up(&self) -> bool {
        self.heard.is_some()
    }

    pub(crate) fn via(&self) -> &PeerId {
        &self.via
    }
}

/// Both sides turn to the relay by themselves.
pub(crate) fn begin(peer: &mut Peer, id: u32, session: Session, via: PeerId, asker: bool) {
    if peer.nat.relayed.len() >= MAX_RELAYED || peer.links.with(&via).is_none() {
        return super::unreachable(peer, &session.peer);
    }
    let now = peer.now;
    let relayed = Relayed { session, via, asker, since: now, heard: None, spoke: now };
    peer.nat.relayed.insert(LinkId(id), relayed);
    knock(peer, LinkId(id));
    peer.timers.set_earlier(Timer::Connect, now + KNOCK);
}

fn knock(peer: &mut Peer, id: LinkId) {
    send(peer, id, &[HEARTBEAT, 0, 0, 0, 0, 0]);
}

/// Sends a body to the other end.
pub(crate) fn send(peer: &mut Peer, id: LinkId, body: &[u8]) -> bool {
    let (now, suite) = (peer.now, peer.config.suite);
    let Some(relayed) = peer.nat.relayed.get_mut(&id) else { return false };
    let Some(link) = peer.links.with(&relayed.via) else { return false };
    let Some(inner) = relayed.session.seal(suite, Kind::Stream, body) else { return false };
    if 33 + inner.len() > MAX_SEALED_BODY {
        return false;
    }
    relayed.spoke = now;
    let mut frame = Vec::with_capacity(33 + inner.len());
    frame.push(RELAY);
    frame.extend_from_slice(&relayed.session.peer.0);
    frame.extend_from_slice(&inner);
    peer.send_frame(link, Kind::Stream, &frame)
}

/// A link has something passed on.
pub(crate) fn pass(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    let (to, inner) = body.split_first_chunk::<32>()?;
    let now = peer.now;
    let state = peer.links.get_mut(link)?;
    let from = *state.peer();
    state.membership.used = now;
    if !state.membership.relays.take(now, RATE, inner.len() as u64) {
        peer.drop(Drop::Rate);
        return Some(());
    }
    let Some(other) = peer.links.with(&PeerId(*to)).filter(|other| *other != link) else {
        peer.drop(Drop::Receiver);
        return Some(());
    };
    if let Some(state) = peer.links.get_mut(other) {
        state.membership.used = now;
    }
    let mut frame = [0; MAX_SEALED_BODY];
    let end = 33 + inner.len();
    let frame = frame.get_mut(..end)?;
    frame[0] = RELAYED;
    frame[1..33].copy_from_slice(&from.0);
    frame[33..].copy_from_slice(inner);
    peer.metrics.relayed += 1;
    peer.send_frame(other, Kind::Stream, frame);
    Some(())
}

/// Something that another peer passed on.
pub(crate) fn receive(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    let (from, inner) = body.split_first_chunk::<32>()?;
    let from = PeerId(*from);
    let via = *peer.links.get(link)?.peer();
    let Ok(Packet::Sealed(frame)) = Packet::decode(inner) else { return None };
    let id = LinkId(frame.session());
    if !peer.nat.relayed.contains_key(&id) && !super::offer::relayed(peer, id.0) {
        peer.drop(Drop::Session);
        return Some(());
    }
    let (now, suite) = (peer.now, peer.config.suite);
    let Some(relayed) = peer.nat.relayed.get_mut(&id).filter(|relayed| relayed.session.peer == from) else {
        peer.drop(Drop::Session);
        return Some(());
    };
    let mut buffer = [0; MAX_DATAGRAM];
    let body = match relayed.session.open(suite, &frame, &mut buffer) {
        Ok(body) if frame.kind == Kind::Stream => body,
        Ok(_) => return None,
        Err(reason) => {
            peer.drop(reason);
            return Some(());
        }
    };
    relayed.via = via;
    let first = relayed.heard.replace(now).is_none();
    let asker = relayed.asker;
    if first {
        // Older ones with the same peer are over.
        let old: Vec<LinkId> = peer
            .nat
            .relayed
            .iter()
            .filter(|(other, relayed)| **other != id && *relayed.with() == from)
            .map(|(id, _)| *id)
            .collect();
        for id in old {
            peer.nat.relayed.remove(&id);
        }
        super::connected(peer, &from, asker);
    }
    let (&what, rest) = body.split_first()?;
    match what {
        HEARTBEAT => {
            send(peer, id, &[ALIVE]);
        }
        ALIVE => {}
        _ => stream::talk(peer, &from, what, rest)?,
    }
    Some(())
}

/// The relayed session with a peer, if it is there.
pub(crate) fn with(peer: &Peer, other: &PeerId) -> Option<LinkId> {
    peer.nat.relayed.iter().find(|(_, relayed)| relayed.with() == other && relayed.is_up()).map(|(id, _)| *id)
}

/// The relay's address.
pub(crate) fn address(peer: &Peer, id: LinkId) -> Option<SocketAddr> {
    let via = peer.nat.relayed.get(&id)?.via;
    peer.links.with(&via).and_then(|link| peer.links.get(link)).map(|link| link.address)
}

/// Ends those with a peer.
pub(crate) fn end(peer: &mut Peer, other: &PeerId) {
    peer.nat.relayed.retain(|_, relayed| relayed.with() != other);
}

/// `Timer::Connect`: knocks, heartbeats, ends. When it wants to be called again.
pub(crate) fn due(peer: &mut Peer) -> Option<Time> {
    let now = peer.now;
    let ids: Vec<LinkId> = peer.nat.relayed.keys().copied().collect();
    for id in ids {
        let Some(relayed) = peer.nat.relayed.get(&id) else { continue };
        let alive = peer.links.with(&relayed.via).is_some();
        let (over, ask) = match relayed.heard {
            None => (now.since(relayed.since) >= OPENING, true),
            Some(at) => {
                let silent = now.since(at);
                (silent >= SILENCE.1, silent >= SILENCE.0 || now.since(relayed.spoke) >= SILENCE.0)
            }
        };
        if over || !alive {
            let (with, was_up) = (*relayed.with(), relayed.is_up());
            peer.nat.relayed.remove(&id);
            if was_up {
                super::lost(peer, &with);
            } else {
                super::unreachable(peer, &with);
            }
        } else if ask {
            knock(peer, id);
        }
    }
    let opening = peer.nat.relayed.values().any(|relayed| !relayed.is_up());
    let any = !peer.nat.relayed.is_empty();
    any.then(|| now + if opening { KNOCK } else { Duration::from_secs(1) })
}
