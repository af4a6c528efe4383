//! What membership says on links: shuffles, path challenges, goodbyes.

use std::net::SocketAddr;
use std::time::Duration;

use super::view::Known;
use super::{is_plausible, remember};
use crate::id::PeerId;
use crate::io::Source;
use crate::limits::is_local;
use crate::links::LinkId;
use crate::metrics::Drop;
use crate::nat;
use crate::nat::NatKind;
use crate::on::stream::{CHALLENGE, GOODBYE, RESPONSE, SHUFFLE, SHUFFLED};
use crate::packet::{Kind, Reader, put_address};
use crate::peer::Peer;

/// Reasons of a goodbye: the application left.
pub(crate) const LEAVING: u8 = 0;
/// There are enough links.
pub(crate) const FULL: u8 = 1;
/// What came over the link was not to be borne.
pub(crate) const CONDUCT: u8 = 2;

/// Between two path challenges on a link.
const CHALLENGES: Duration = Duration::from_millis(200);

/// Sends some of the peers that are known, and asks for some.
pub(crate) fn shuffle(peer: &mut Peer, link: LinkId) {
    send(peer, link, SHUFFLE);
}

fn send(peer: &mut Peer, link: LinkId, kind: u8) {
    let Some(state) = peer.links.get(link) else { return };
    let (to, address) = (*state.peer(), state.address);
    let mut known: Vec<(PeerId, NatKind, bool, SocketAddr)> = Vec::new();
    for (_, other) in peer.links.iter() {
        known.push((*other.peer(), other.nat, true, other.address));
    }
    for (id, other) in peer.membership.view.iter() {
        // Behind a NAT they are found through somebody who has a link with them, or not at all.
        if !matches!(other.nat, NatKind::Easy | NatKind::Hard) {
            known.push((*id, other.nat, false, other.address));
        }
    }
    known.retain(|(id, _, _, named)| *id != to && (!is_local(named.ip()) || is_local(address.ip())));
    let count = peer.config.shuffle_size;
    peer.rng.sample(&mut known, count);
    let mut body = Vec::with_capacity(1 + 53 * known.len());
    body.push(kind);
    for (id, nat, linked, address) in known {
        body.extend_from_slice(&id.0);
        body.push(nat as u8 | u8::from(linked) << 7);
        put_address(&mut body, &address);
    }
    peer.send_frame(link, Kind::Stream, &body);
}

/// Receives one, or an answer to one.
pub(crate) fn receive_shuffle(
    peer: &mut Peer,
    link: LinkId,
    source: Source,
    body: &[u8],
    answer: bool,
) -> Option<()> {
    let (now, most, interval) = (peer.now, peer.config.shuffle_size, peer.config.shuffle_interval);
    let state = peer.links.get_mut(link)?;
    let by = *state.peer();
    // One who sends many would fill the view with its friends.
    let before = &mut state.membership.shuffled[usize::from(answer)];
    if before.is_some_and(|at| now.since(at) < interval / 4) {
        peer.drop(Drop::Rate);
        return Some(());
    }
    *before = Some(now);
    if !answer {
        send(peer, link, SHUFFLED);
    }
    let mut reader = Reader(body);
    let mut entries = Vec::new();
    while !reader.0.is_empty() {
        let (id, nat, address) = (PeerId(reader.array()?), reader.u8()?, reader.address()?);
        entries.push((id, nat, address));
    }
    for (id, nat, address) in entries.into_iter().take(most) {
        let via = (nat & 0x80 != 0).then_some(by);
        if is_plausible(&address, &source.address) {
            remember(peer, id, Known::named(address, NatKind::from_number(nat & 0x7f), via, by), &source);
        }
    }
    super::hurry(peer);
    Some(())
}

/// Says that a link ends.
pub(crate) fn goodbye(peer: &mut Peer, link: LinkId, reason: u8) {
    peer.send_frame(link, Kind::Stream, &[GOODBYE, reason]);
}

/// The other has ended the link.
pub(crate) fn receive_goodbye(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    let (&[reason], []) = body.split_first_chunk::<1>()? else { return None };
    let with = *peer.links.get(link)?.peer();
    peer.link_down(link);
    if reason == LEAVING {
        peer.membership.view.remove(&with);
        nat::gone(peer, &with);
    }
    Some(())
}

/// A genuine frame of a link came from another address than the link's: is its peer there?
pub(crate) fn moved(peer: &mut Peer, id: LinkId, source: Source) {
    let now = peer.now;
    let Some(link) = peer.links.get_mut(id) else { return };
    if link.membership.challenged.is_some_and(|at| now.since(at) < CHALLENGES) {
        return;
    }
    link.membership.challenged = Some(now);
    let token = peer.tokens.path(now, id.0, source.address, source.port);
    let mut body = [CHALLENGE; 9];
    body[1..].copy_from_slice(&token);
    let suite = peer.config.suite;
    let sealed = peer
        .links
        .get_mut(id)
        .and_then(|link| link.session.seal(suite, Kind::Stream, &body, &mut peer.arena));
    if let Some(bytes) = sealed {
        peer.send_reply(source, bytes);
    }
}

/// Are we where the challenge was sent? The answer goes back to where it came from.
pub(crate) fn receive_challenge(peer: &mut Peer, id: LinkId, source: Source, body: &[u8]) -> Option<()> {
    let token: [u8; 8] = body.try_into().ok()?;
    let mut answer = [RESPONSE; 9];
    answer[1..].copy_from_slice(&token);
    let suite = peer.config.suite;
    let bytes = peer.links.get_mut(id)?.session.seal(suite, Kind::Stream, &answer, &mut peer.arena)?;
    peer.send_reply(source, bytes);
    Some(())
}

/// It is there: what the link sends goes there from now on.
pub(crate) fn receive_response(peer: &mut Peer, id: LinkId, source: Source, body: &[u8]) -> Option<()> {
    let token: [u8; 8] = body.try_into().ok()?;
    if !peer.tokens.is_path(peer.now, token, id.0, source.address, source.port) {
        peer.drop(Drop::Token);
        return Some(());
    }
    let link = peer.links.get(id)?;
    if (link.address, link.port) != (source.address, source.port) {
        peer.links.moved(id, source.address, source.port);
    }
    Some(())
}
