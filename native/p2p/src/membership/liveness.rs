//! Is a link alive? A link in use is asked after a second of silence and lost after three. One that is not in use is asked
//! as often as its NATs' mappings need it.

use std::time::Duration;

use crate::handshake::Why;
use crate::io::Source;
use crate::links::LinkId;
use crate::nat::{self, NatKind};
use crate::on::ping;
use crate::on::stream::{ALIVE, HEARTBEAT};
use crate::packet::{Kind, Reader, put_address};
use crate::peer::Peer;
use crate::timers::Timer;

/// A link that nothing went over for this long is not in use.
const IN_USE: Duration = Duration::from_secs(30);
/// How often a silent link is asked before it is lost.
const ASKS: u32 = 7;
/// What is learned about mappings is not less than this.
const LEAST: Duration = Duration::from_secs(5);
/// Sent this much before a mapping ends.
const MARGIN: Duration = Duration::from_secs(3);

/// How long a link may be silent.
fn patience(peer: &Peer, id: LinkId) -> Duration {
    let Some(link) = peer.links.get(id) else { return peer.config.liveness };
    let used = link.membership.used.max(link.since);
    let busy = peer.now.since(used) < IN_USE || nat::wants(peer, link.peer());
    if busy { peer.config.liveness } else { keep_alive(peer) }
}

/// How often something must be sent.
pub(crate) fn keep_alive(peer: &Peer) -> Duration {
    peer.membership.keep_alive.saturating_sub(MARGIN).max(LEAST).max(peer.config.liveness)
}

/// How long an answer is waited for in all.
fn grace(peer: &Peer) -> Duration {
    peer.config.link_timeout.saturating_sub(peer.config.liveness)
}

/// Sets the link's timer.
pub(crate) fn watch(peer: &mut Peer, id: LinkId) {
    let patience = patience(peer, id);
    let Some(link) = peer.links.get(id) else { return };
    // What comes in keeps no mapping open: something must go out, too.
    let at = (link.heard + patience).min(link.spoke + peer.membership.keep_alive.max(peer.config.liveness));
    peer.timers.set(Timer::Heartbeat(id), at.max(peer.now + Duration::from_millis(1)));
}

/// Asks whether the link is alive.
pub(crate) fn beat(peer: &mut Peer, id: LinkId) {
    let now = peer.now;
    let wait = grace(peer) / ASKS;
    let kind = nat::kind(peer) as u8;
    let Some(link) = peer.links.get_mut(id) else { return };
    let state = &mut link.membership;
    state.beat = state.beat.wrapping_add(1);
    state.beats += 1;
    state.asked.get_or_insert(now);
    let number = state.beat.to_be_bytes();
    peer.send_frame(id, Kind::Stream, &[HEARTBEAT, number[0], number[1], number[2], number[3], kind]);
    peer.timers.set(Timer::Heartbeat(id), now + wait.max(Duration::from_millis(1)));
}

/// `Timer::Heartbeat`.
pub(crate) fn heartbeat(peer: &mut Peer, id: LinkId) {
    let (now, grace, patience) = (peer.now, grace(peer), patience(peer, id));
    if let Some(link) = peer.links.get(id).filter(|link| link.session.is_worn()) {
        // A counter is used once for a key: a new session long before they end.
        let contact = super::contact(link);
        ping::open(peer, contact, Why::Wanted);
    }
    let Some(link) = peer.links.get_mut(id) else { return };
    let state = &mut link.membership;
    if state.asked.is_some_and(|at| link.heard >= at && now > at) {
        // Anything genuine is an answer.
        state.asked = None;
        state.beats = 0;
    }
    match state.asked {
        Some(at) if now.since(at) >= grace && now.since(link.heard) >= grace => lost(peer, id),
        Some(_) => beat(peer, id),
        None if now.since(link.heard) >= patience || now.since(link.spoke) >= peer.membership.keep_alive => {
            beat(peer, id);
        }
        None => watch(peer, id),
    }
}

fn lost(peer: &mut Peer, id: LinkId) {
    let Some(link) = peer.links.get(id) else { return };
    let (with, idle) =
        (*link.peer(), peer.now.since(link.since) > IN_USE && patience(peer, id) > peer.config.liveness);
    if idle {
        shorter(peer);
    }
    peer.link_down(id);
    // It was there, and no longer is: others first.
    peer.membership.view.failed(&with);
}

/// A link did not survive its silence: mappings may last less long than was thought.
fn shorter(peer: &mut Peer) {
    let shorter = peer.membership.keep_alive * 3 / 4;
    peer.membership.keep_alive = shorter.max(LEAST + MARGIN);
}

/// Receives a heartbeat.
pub(crate) fn receive_beat(peer: &mut Peer, id: LinkId, source: Source, body: &[u8]) -> Option<()> {
    let mut reader = Reader(body);
    let number: [u8; 4] = reader.array()?;
    let kind = NatKind::from_number(reader.u8()?);
    reader.end()?;
    peer.links.get_mut(id)?.nat = kind;
    let mut answer = Vec::with_capacity(24);
    answer.push(ALIVE);
    answer.extend_from_slice(&number);
    put_address(&mut answer, &source.address);
    peer.send_frame(id, Kind::Stream, &answer);
    Some(())
}

/// Receives an answer: the other is there, and says what our address looks like.
pub(crate) fn alive(peer: &mut Peer, id: LinkId, source: Source, body: &[u8]) -> Option<()> {
    let mut reader = Reader(body);
    let (number, observed) = (reader.u32()?, reader.address()?);
    reader.end()?;
    let now = peer.now;
    let link = peer.links.get_mut(id)?;
    let state = &mut link.membership;
    if number == state.beat {
        if state.beats == 1
            && let Some(at) = state.asked
        {
            link.rtt.sample(now.since(at));
        }
        state.asked = None;
        state.beats = 0;
    }
    let before = link.membership.observed.replace(observed);
    let silent = now.since(link.membership.used.max(link.since)) >= IN_USE;
    if silent && before.is_some_and(|before| before.ip() == observed.ip() && before.port() != observed.port())
    {
        // The same router gave us another port: the old mapping was gone.
        shorter(peer);
    }
    nat::observed(peer, &source, observed);
    watch(peer, id);
    Some(())
}

/// We slept, or were not let run: silence until now says nothing.
pub(crate) fn slept(peer: &mut Peer) {
    let now = peer.now;
    for (_, link) in peer.links.iter_mut() {
        link.heard = now;
        link.membership.asked = None;
        link.membership.beats = 0;
    }
}
