//! What others see of us, and whether strangers get in: asks a link to have us called by somebody whom we never sent
//! anything.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::NatKind;
use crate::cache::Source as Subnet;
use crate::id::PeerId;
use crate::io::{Event, LocalPort, Source};
use crate::limits::is_local;
use crate::links::LinkId;
use crate::on::stream::{DIAL, DIAL_BACK};
use crate::packet::{Kind, Reader, put_address};
use crate::peer::Peer;
use crate::timers::Timer;
use crate::{token, vouch};

/// Hosts that are not to call, in a question.
const MAX_KNOWN: usize = 64;
/// Callers for one question.
const CALLERS: usize = 2;
/// Of the budgets of a link: two questions a second.
const COST: u64 = 8;
/// How long what an earlier run found out is believed without being confirmed.
const HINT: Duration = Duration::from_secs(120);
/// Between two looks, at first; doubled up to the second.
const LOOK: (Duration, Duration) = (Duration::from_millis(2100), Duration::from_secs(120));

/// What is known of the own NAT; what an earlier run found out, until more is known.
pub(crate) fn kind(peer: &Peer) -> NatKind {
    let found = found(peer);
    match (found, peer.nat.hint) {
        (NatKind::Unknown, Some(hint)) if peer.now.since(hint.since) < HINT => hint.kind,
        _ => found,
    }
}

/// What this run has found out.
fn found(peer: &Peer) -> NatKind {
    peer.nat.votes.kind(&peer.config, peer.now).0
}

/// What our address looks like from elsewhere.
pub(crate) fn observed(peer: &mut Peer, by: &Source, address: SocketAddr) {
    if by.port == LocalPort::MAIN {
        peer.nat.votes.add(peer.now, by.address.ip(), address);
        // Elsewhere than the last time: what is remembered is another network's.
        if let Some(before) = peer.nat.hint.and_then(|hint| hint.address)
            && peer.nat.votes.ip() != Some(before.ip())
        {
            peer.nat.hint = None;
        }
        look(peer);
    }
}

/// Tells the application when something new follows from the votes.
fn look(peer: &mut Peer) {
    let (kind, address) = peer.nat.votes.kind(&peer.config, peer.now);
    if kind != NatKind::Unknown {
        peer.nat.hint = None;
        if let Some(ip) = peer.nat.votes.ip() {
            crate::membership::network(peer, ip);
        }
    }
    if kind != NatKind::Unknown && peer.nat.told != (kind, address) {
        peer.nat.told = (kind, address);
        peer.emit(Event::Nat { kind, address });
        super::all_may_be_better(peer);
    }
}

/// Looks again soon.
pub(crate) fn again(peer: &mut Peer) {
    if peer.config.nat_samples == 0 {
        return;
    }
    let wait = (LOOK.0 * (1 << peer.nat.reflections.min(6))).min(LOOK.1);
    let at = peer.now + wait;
    peer.timers.set_earlier(Timer::Reflect, at);
}

/// A link was made: while nothing is known, somebody else is asked to call us.
pub(crate) fn up(peer: &mut Peer, id: LinkId) {
    if peer.config.nat_samples > 0 && peer.nat.reflections < 2 && !peer.nat.votes.is_open(peer.now) {
        ask(peer, id);
    }
    again(peer);
}

/// `Timer::Reflect`.
pub(crate) fn reflect(peer: &mut Peer) {
    peer.nat.reflections = peer.nat.reflections.saturating_add(1);
    let links = peer.links.talkative();
    if peer.links.is_empty() {
        return;
    }
    if !peer.nat.votes.is_open(peer.now)
        && let Some(link) = peer.rng.pick(&links).copied()
    {
        ask(peer, link);
    }
    if found(peer) == NatKind::Unknown {
        // Those that we did not ask for links did not tell us yet what they see.
        links.into_iter().take(8).for_each(|link| crate::membership::beat(peer, link));
    }
    look(peer);
    again(peer);
}

fn name(peer: &Peer, host: IpAddr) -> [u8; 4] {
    let text = host.to_canonical().to_string();
    let hash = peer.config.suite.hash(&[b"socket:p2p:dial\0", text.as_bytes()]);
    [hash[0], hash[1], hash[2], hash[3]]
}

fn ask(peer: &mut Peer, link: LinkId) {
    let number: [u8; 16] = peer.rng.array();
    peer.nat.votes.dial(peer.now, number);
    let mut body = vec![DIAL];
    body.extend_from_slice(&number);
    let hosts: Vec<IpAddr> = peer.nat.votes.hosts().collect();
    for host in hosts.into_iter().rev().take(MAX_KNOWN) {
        body.extend_from_slice(&name(peer, host));
    }
    peer.send_frame(link, Kind::Stream, &body);
}

/// A link asks to be called by somebody else.
pub(crate) fn dial(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    let (number, known) = body.split_first_chunk::<16>()?;
    let (known, []) = known.as_chunks::<4>() else { return None };
    let now = peer.now;
    let state = peer.links.get_mut(link)?;
    let (asker, address, subnet) = (*state.peer(), state.address, Subnet::of(&state.address));
    if !state.membership.asks.take(now, 16, COST) {
        return Some(());
    }
    let others: Vec<(LinkId, IpAddr)> = peer
        .links
        .iter()
        .filter(|(_, other)| Subnet::of(&other.address) != subnet)
        .map(|(id, other)| (id, other.address.ip()))
        .collect();
    let mut callers: Vec<LinkId> = others
        .into_iter()
        .filter(|(_, host)| !known.contains(&name(peer, *host)))
        .map(|(id, _)| id)
        .collect();
    peer.rng.sample(&mut callers, CALLERS);
    let mut order = vec![DIAL_BACK];
    order.extend_from_slice(&asker.0);
    order.extend_from_slice(number);
    put_address(&mut order, &address);
    for caller in callers {
        peer.send_frame(caller, Kind::Stream, &order);
    }
    Some(())
}

/// A link asks us to call somebody: once, with a Ping that wants no answer. It is less than three times what asked for
/// it, and few a second are done.
pub(crate) fn dial_back(peer: &mut Peer, link: LinkId, body: &[u8]) -> Option<()> {
    let mut reader = Reader(body);
    let (asker, number, address) = (PeerId(reader.array()?), reader.array::<16>()?, reader.address()?);
    reader.end()?;
    let now = peer.now;
    let state = peer.links.get_mut(link)?;
    let (local, by) = (is_local(state.address.ip()), *state.peer());
    if !state.membership.intros.take(now, 16, COST)
        || (is_local(address.ip()) && !local)
        || address.port() == 0
    {
        return Some(());
    }
    let mut ping = vec![0; 4];
    ping.extend_from_slice(&number);
    ping.extend_from_slice(&token::NONE);
    ping.extend_from_slice(&[kind(peer) as u8, 0]);
    let bytes = peer.signed(Kind::Ping, &asker, &ping);
    if vouch::pay(peer, &by, &address, bytes.len()) {
        peer.send_probe(address, LocalPort::MAIN, bytes);
    }
    Some(())
}

/// A Ping that somebody was asked to send to us. Whether it was one.
pub(crate) fn dialled(peer: &mut Peer, source: &Source, number: &[u8; 16]) -> bool {
    if !peer.nat.votes.is_dial(number) {
        return false;
    }
    if source.port == LocalPort::MAIN && !peer.nat.votes.was_contacted(source.address.ip()) {
        let now = peer.now;
        peer.nat.votes.came_in(now);
        look(peer);
    }
    true
}
