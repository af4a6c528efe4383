//! What others have us send to addresses that proved nothing to us. Whoever names an address pays for what goes there, with
//! what came from it: three bytes for each. All of them together have a subnet sent a little a second and no more.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use crate::cache::Source as Subnet;
use crate::crypto::Suite;
use crate::id::PeerId;
use crate::io::Source;
use crate::limits::Limits;
use crate::links::LinkId;
use crate::metrics::Drop;
use crate::peer::Peer;
use crate::{Config, Time};

/// The most that one can have saved up, in bytes.
const MOST: usize = 16 * 1024;
/// Those without a link who have something left.
const MAX_FORMER: usize = 64;
/// Bytes a second to one /24 or /48, or to one address of the own network, whoever named what is there.
const SUBNET_RATE: u32 = 2048;
/// One series of guessed ports goes to a subnet in this time.
const SUBNET_PAUSE: Duration = Duration::from_secs(30);
/// Series in this time that others asked for: of one introducer, of all.
const SERIES: Duration = Duration::from_secs(60);
const SERIES_OF_ONE: usize = 4;
const SERIES_OF_ALL: usize = 16;
/// Series that are remembered.
const MAX_SERIES: usize = 64;

#[derive(Clone, Copy, Debug)]
struct Series {
    at: Time,
    to: Subnet,
    /// Who introduced; none: our own application wants the connection.
    by: Option<PeerId>,
}

#[derive(Clone, Debug)]
pub(crate) struct Vouched {
    /// What those may still have sent with whom there is no link.
    former: VecDeque<(PeerId, usize)>,
    subnets: Limits,
    series: VecDeque<Series>,
}

impl Vouched {
    pub(crate) fn new(key: [u8; 32], suite: Suite) -> Self {
        Self { former: VecDeque::new(), subnets: Limits::new(key, suite), series: VecDeque::new() }
    }

    pub(crate) fn bytes(&self) -> usize {
        Limits::bytes()
            + self.former.capacity() * size_of::<(PeerId, usize)>()
            + self.series.capacity() * size_of::<Series>()
    }
}

/// What so many bytes are worth.
fn worth(config: &Config, length: usize) -> usize {
    length * config.amplification
}

/// Something genuine came over a link from where its peer has proven to be.
pub(crate) fn earn(peer: &mut Peer, id: LinkId, source: &Source, length: usize) {
    let worth = worth(&peer.config, length);
    if let Some(link) = peer.links.get_mut(id)
        && (link.address, link.port) == (source.address, source.port)
    {
        link.vouched = (link.vouched + worth).min(MOST);
    }
}

/// A genuine answer of one who may never have a link with us.
pub(crate) fn earn_former(peer: &mut Peer, by: PeerId, length: usize) {
    let worth = worth(&peer.config, length);
    match peer.links.with(&by).and_then(|id| peer.links.get_mut(id)) {
        Some(link) => link.vouched = (link.vouched + worth).min(MOST),
        None => leave(peer, by, worth),
    }
}

/// A link ended with so much left.
pub(crate) fn leave(peer: &mut Peer, by: PeerId, left: usize) {
    let former = &mut peer.vouched.former;
    let before = take_former(former, &by);
    if left + before == 0 {
        return;
    }
    if former.len() >= MAX_FORMER {
        former.pop_front();
    }
    former.push_back((by, (left + before).min(MOST)));
}

fn take_former(former: &mut VecDeque<(PeerId, usize)>, by: &PeerId) -> usize {
    let at = former.iter().position(|(id, _)| id == by);
    at.and_then(|at| former.remove(at)).map_or(0, |(_, left)| left)
}

/// A link began: what its peer had left is the link's.
pub(crate) fn come(peer: &mut Peer, id: LinkId) {
    let Peer { links, vouched, .. } = peer;
    if let Some(link) = links.get_mut(id) {
        let left = take_former(&mut vouched.former, link.peer());
        link.vouched = (link.vouched + left).min(MOST);
    }
}

/// Takes what a datagram costs from who named its receiver. Whether it may be sent.
pub(crate) fn pay(peer: &mut Peer, by: &PeerId, to: &SocketAddr, length: usize) -> bool {
    let Peer { links, vouched, now, .. } = peer;
    let purse = match links.with(by).and_then(|id| links.get_mut(id)) {
        Some(link) => Some(&mut link.vouched),
        None => vouched.former.iter_mut().find(|(id, _)| id == by).map(|(_, left)| left),
    };
    let purse = purse.filter(|left| **left >= length);
    match purse {
        Some(left) if vouched.subnets.take(*now, SUBNET_RATE, length as u64, to) => {
            *left -= length;
            true
        }
        _ => {
            peer.drop(Drop::Amplification);
            false
        }
    }
}

/// Whether a series of guessed ports, or from many sockets, may go to a subnet. Nobody can pay for it: what bounds it is how
/// seldom it happens.
pub(crate) fn series(peer: &mut Peer, by: Option<PeerId>, to: &SocketAddr) -> bool {
    let now = peer.now;
    let series = &mut peer.vouched.series;
    while series.front().is_some_and(|first| now.since(first.at) >= SERIES) {
        series.pop_front();
    }
    let to = Subnet::of(to);
    let busy = series.iter().any(|one| one.to == to && now.since(one.at) < SUBNET_PAUSE);
    let others = series.iter().filter(|one| one.by.is_some()).count();
    let same = series.iter().filter(|one| one.by == by).count();
    let many = by.is_some() && (others >= SERIES_OF_ALL || same >= SERIES_OF_ONE);
    if busy || many || series.len() >= MAX_SERIES {
        peer.drop(Drop::Amplification);
        return false;
    }
    series.push_back(Series { at: now, to, by });
    true
}
