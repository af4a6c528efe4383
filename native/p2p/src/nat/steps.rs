//! Introductions by more than one: who has no link with the wanted peer asks some of those it has links with. The answer goes
//! back the way that the question came. What is kept of it is little and short-lived, and one question makes few others.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use super::seek;
use crate::Time;
use crate::id::PeerId;
use crate::links::LinkId;
use crate::metrics::Drop;
use crate::on::intro;
use crate::on::join::Consent;
use crate::peer::Peer;

/// Introducers in a row.
pub(crate) const MAX_STEPS: usize = 3;
/// Links that one asks who does not have the wanted one.
const FAN: usize = 3;
/// Questions whose way back is remembered.
const MAX_PASSED: usize = 256;
/// The same question is passed on again after this: half of what an asker waits.
const AGAIN: Duration = Duration::from_millis(350);
/// Consents passed on in a second, whoever sent them.
const RATE: u32 = 64;

/// A question that was passed on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passed {
    at: Time,
    asker: PeerId,
    wanted: PeerId,
    session: u32,
    /// Who brought it.
    by: PeerId,
}

/// What is remembered of others' questions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Steps {
    passed: VecDeque<Passed>,
    rate: crate::messages::Budget,
}

impl Steps {
    pub(crate) fn bytes(&self) -> usize {
        self.passed.len() * size_of::<Passed>()
    }
}

/// A consent that is for somebody else: to that one, back to whoever asked, or on to those who may know more. `path` are
/// the introducers that it came by, the last one first; none, if its signer sent it.
pub(crate) fn onwards(
    peer: &mut Peer,
    observed: &SocketAddr,
    came: &[u8],
    from: &PeerId,
    consent: &Consent,
    path: &[PeerId],
) {
    let now = peer.now;
    let by = path.first().copied().unwrap_or(*from);
    let live = peer.config.consent;
    let passed = &mut peer.nat.steps.passed;
    while passed.front().is_some_and(|first| now.since(first.at) >= live) {
        passed.pop_front();
    }
    let to: Vec<LinkId> = match consent.answers {
        Some((session, _)) => {
            let way = passed
                .iter()
                .find(|one| one.asker == consent.wanted && one.wanted == *from && one.session == session);
            let Some(back) = way.map(|one| one.by) else { return peer.drop(Drop::Unsolicited) };
            // It asked us itself, or brought the question.
            peer.links.with(&consent.wanted).or_else(|| peer.links.with(&back)).into_iter().collect()
        }
        None => {
            let same = |one: &Passed| {
                one.asker == *from && one.wanted == consent.wanted && one.session == consent.session
            };
            if passed.iter().any(|one| same(one) && now.since(one.at) < AGAIN) {
                return;
            }
            passed.retain(|one| !same(one));
            if passed.len() >= MAX_PASSED {
                passed.pop_front();
            }
            let (asker, wanted, session) = (*from, consent.wanted, consent.session);
            passed.push_back(Passed { at: now, asker, wanted, session, by });
            match peer.links.with(&wanted) {
                Some(link) => vec![link],
                None if path.len() + 1 < MAX_STEPS => others(peer, from, &wanted, path),
                None => return,
            }
        }
    };
    for link in to {
        if !peer.nat.steps.rate.take(now, RATE, 1) {
            return peer.drop(Drop::Rate);
        }
        intro::pass(peer, link, observed, came);
    }
}

/// Links that may know more: the one that named the wanted peer, and some at random.
fn others(peer: &mut Peer, from: &PeerId, wanted: &PeerId, path: &[PeerId]) -> Vec<LinkId> {
    let named = seek::hinted(peer, wanted);
    let mut links: Vec<(bool, LinkId)> = peer
        .links
        .iter()
        .filter(|(_, link)| link.peer() != from && !path.contains(link.peer()))
        .map(|(id, link)| (named == Some(*link.peer()), id))
        .collect();
    let hinted = links.iter().find(|(hinted, _)| *hinted).map(|(_, id)| *id);
    peer.rng.sample(&mut links, FAN);
    let mut links: Vec<LinkId> = links.into_iter().map(|(_, id)| id).collect();
    if let Some(hinted) = hinted.filter(|hinted| !links.contains(hinted)) {
        links.truncate(FAN - 1);
        links.push(hinted);
    }
    links
}
