//! Who has a link with a peer of whom only the id is known? A question walks from link to link, one step for each that
//! brought it, so that nobody makes many of few; the answer goes back the same way and names one who can introduce. What
//! follows is an introduction as any other, with both consents.

use std::collections::VecDeque;
use std::net::SocketAddr;

use super::NatKind;
use super::steps::MAX_STEPS;
use crate::Time;
use crate::handshake::Why;
use crate::id::PeerId;
use crate::io::Contact;
use crate::links::LinkId;
use crate::membership;
use crate::messages::Budget;
use crate::metrics::Drop;
use crate::on::ping;
use crate::on::stream::{FOUND, SEEK};
use crate::packet::{Kind, Reader, put_address};
use crate::peer::Peer;

/// Walks that one question begins, and their steps.
const WALKS: usize = 8;
const STEPS: u8 = 32;
/// Questions whose way back is remembered, as long as a consent is good for.
const MAX_PASSED: usize = 256;
/// Answers to one question that are passed on, and that its asker follows.
const MAX_ANSWERS: u8 = 4;
/// Whom answers named, for introductions that follow.
const MAX_HINTS: usize = 64;
/// Questions passed on in a second: of one link, of all.
const RATE: u32 = 16;
const RATE_ALL: u32 = 128;

/// A question that came by, or that is our own.
#[derive(Clone, Copy, Debug)]
struct Passed {
    at: Time,
    question: u64,
    wanted: PeerId,
    /// Who brought it first. None: it is ours.
    by: Option<PeerId>,
    answers: u8,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Seeks {
    passed: VecDeque<Passed>,
    /// One wanted, and the link that said it can introduce.
    hints: VecDeque<(PeerId, PeerId)>,
    rate: Budget,
}

impl Seeks {
    pub(crate) fn bytes(&self) -> usize {
        self.passed.capacity() * size_of::<Passed>() + self.hints.capacity() * size_of::<(PeerId, PeerId)>()
    }

    fn remember(&mut self, passed: Passed, live: std::time::Duration) {
        while self.passed.front().is_some_and(|first| passed.at.since(first.at) >= live) {
            self.passed.pop_front();
        }
        // One that comes by again keeps its first, shortest, way back.
        if self.passed.iter().any(|one| one.question == passed.question) {
            return;
        }
        if self.passed.len() >= MAX_PASSED {
            self.passed.pop_front();
        }
        self.passed.push_back(passed);
    }

    fn hint(&mut self, wanted: PeerId, via: PeerId) {
        self.hints.retain(|(peer, _)| *peer != wanted);
        if self.hints.len() >= MAX_HINTS {
            self.hints.pop_front();
        }
        self.hints.push_back((wanted, via));
    }
}

/// Who is said to know a way to a peer.
pub(super) fn hinted(peer: &Peer, wanted: &PeerId) -> Option<PeerId> {
    let hints = &peer.nat.seeks.hints;
    let hint = hints.iter().find(|(peer, _)| peer == wanted).map(|(_, via)| *via);
    let named = || peer.membership.view.get(wanted).and_then(|known| known.via);
    hint.filter(|via| peer.links.with(via).is_some()).or_else(named)
}

/// Looks for one who can introduce us.
pub(super) fn begin(peer: &mut Peer, wanted: PeerId) {
    let (now, live, question) = (peer.now, peer.config.consent, peer.rng.u64());
    peer.nat.seeks.remember(Passed { at: now, question, wanted, by: None, answers: 0 }, live);
    let mut links = peer.links.talkative();
    peer.rng.sample(&mut links, WALKS);
    for link in links {
        ask(peer, link, &wanted, question, STEPS);
    }
}

fn ask(peer: &mut Peer, link: LinkId, wanted: &PeerId, question: u64, steps: u8) {
    let mut body = Vec::with_capacity(42);
    body.push(SEEK);
    body.extend_from_slice(&wanted.0);
    body.extend_from_slice(&question.to_be_bytes());
    body.push(steps);
    peer.send_frame(link, Kind::Stream, &body);
}

/// A question: it is answered, or goes one step on.
pub(crate) fn seek(peer: &mut Peer, id: LinkId, body: &[u8]) -> Option<()> {
    let mut reader = Reader(body);
    let (wanted, question, steps) = (PeerId(reader.array()?), reader.u64()?, reader.u8()?);
    reader.end()?;
    let (now, live) = (peer.now, peer.config.consent);
    let link = peer.links.get_mut(id)?;
    let from = *link.peer();
    if !link.membership.seeks.take(now, RATE, 1) || !peer.nat.seeks.rate.take(now, RATE_ALL, 1) {
        peer.drop(Drop::Rate);
        return Some(());
    }
    if wanted == peer.id || wanted == from {
        return Some(());
    }
    peer.nat.seeks.remember(Passed { at: now, question, wanted, by: Some(from), answers: 0 }, live);
    if peer.links.with(&wanted).is_some() {
        found(peer, id, question, 1, None);
        return Some(());
    }
    if let Some(known) = peer.membership.view.get(&wanted).filter(|known| known.nat == NatKind::Static) {
        let named = (wanted, known.nat, known.address);
        found(peer, id, question, 1, Some(named));
    }
    let steps = steps.min(STEPS).saturating_sub(1);
    if steps == 0 {
        return Some(());
    }
    let hint = hinted(peer, &wanted).filter(|via| *via != from).and_then(|via| peer.links.with(&via));
    let mut links = peer.links.talkative();
    links.retain(|link| *link != id);
    if let Some(next) = hint.or_else(|| peer.rng.pick(&links).copied()) {
        ask(peer, next, &wanted, question, steps);
    }
    Some(())
}

type Named = (PeerId, NatKind, SocketAddr);

/// Answers: who can introduce; none: the one who says so.
fn found(peer: &mut Peer, to: LinkId, question: u64, steps: u8, named: Option<Named>) {
    let mut body = Vec::with_capacity(70);
    body.push(FOUND);
    body.extend_from_slice(&question.to_be_bytes());
    body.extend_from_slice(&[steps, u8::from(named.is_some())]);
    if let Some((id, nat, address)) = named {
        body.extend_from_slice(&id.0);
        body.push(nat as u8);
        put_address(&mut body, &address);
    }
    peer.send_frame(to, Kind::Stream, &body);
}

/// An answer: it goes back to who brought the question, or is followed.
pub(crate) fn receive_found(peer: &mut Peer, id: LinkId, body: &[u8]) -> Option<()> {
    let mut reader = Reader(body);
    let (question, steps, given) = (reader.u64()?, usize::from(reader.u8()?), reader.u8()?);
    let given = match given {
        0 => None,
        1 => Some((PeerId(reader.array()?), NatKind::from_number(reader.u8()?), reader.address()?)),
        _ => return None,
    };
    reader.end()?;
    let link = peer.links.get(id)?;
    let (by, nat, address) = (*link.peer(), link.nat, link.address);
    let passed = peer.nat.seeks.passed.iter_mut().find(|one| one.question == question);
    let Some(passed) = passed.filter(|one| one.answers < MAX_ANSWERS) else {
        peer.drop(Drop::Unsolicited);
        return Some(());
    };
    passed.answers += 1;
    let (wanted, back) = (passed.wanted, passed.by);
    if given.is_none() {
        // It has a link with the wanted one, or with one who has: introductions that come by us go there.
        peer.nat.seeks.hint(wanted, by);
    }
    let Some(back) = back else {
        match given {
            Some(named) => follow(peer, by, &address, named),
            None => super::offer::again(peer, &wanted),
        }
        return Some(());
    };
    let Some(back) = peer.links.with(&back) else { return Some(()) };
    let behind = matches!(nat, NatKind::Easy | NatKind::Hard);
    match given {
        Some(named) if membership::is_plausible(&named.2, &address) => {
            found(peer, back, question, steps.min(MAX_STEPS) as u8, Some(named));
        }
        Some(_) => peer.drop(Drop::Malformed),
        // Strangers reach it.
        None if !behind => found(peer, back, question, 1, Some((by, nat, address))),
        // They reach it by us.
        None if steps < MAX_STEPS => found(peer, back, question, steps as u8 + 1, None),
        None => {}
    }
    Some(())
}

/// Asks one that was named for a link; when there is one, it is asked to introduce. It gets one datagram, as whomever others
/// named.
fn follow(peer: &mut Peer, by: PeerId, at: &SocketAddr, (id, nat, address): Named) {
    let many = peer.handshakes.attempts().filter(|attempt| attempt.why == Why::Found).count();
    if many < usize::from(MAX_ANSWERS) && membership::is_plausible(&address, at) {
        ping::open_named(peer, Contact { address, peer: Some(id), nat }, Why::Found, Some(by));
    }
}
