//! Groups in a peer: those whose secret it holds, those it advertises, what it has heard of others'.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use socket_crypto::PublicKey;

use super::{Added, Certificate, Directory, Group, GroupError, Notice, Withdrawal};
use crate::cluster::Subcluster;
use crate::crypto::Keys;
use crate::fragment::Whole;
use crate::id::{ClusterId, PeerId};
use crate::io::Event;
use crate::metrics::Drop;
use crate::on::publish::{self, Request};
use crate::packet::Kind;
use crate::peer::Peer;
use crate::{Error, Time};

/// Groups that a peer can hold.
pub const MAX_HELD: usize = 64;
/// Consents of others that are verified in a second: a certificate with many costs as many signatures.
const CONSENTS_PER_SECOND: u32 = 512;
/// Between two answers to lookups of one group.
const ANSWER_PAUSE: Duration = Duration::from_secs(10);

/// What a peer knows about identity groups.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    held: BTreeMap<PublicKey, Held>,
    pub(crate) directory: Directory,
    /// Contacts that are written to as they are, whatever group they are in.
    pinned: BTreeSet<PublicKey>,
    /// Identities that the application asked for and that nobody has told of yet.
    wanted: BTreeSet<(ClusterId, PublicKey)>,
    budget: Budget,
}

#[derive(Clone, Debug)]
struct Held {
    keys: Keys,
    group: Group,
    /// Where it is advertised, and when that was last done.
    advertised: BTreeMap<ClusterId, Time>,
}

#[derive(Clone, Debug, Default)]
struct Budget {
    second: u64,
    spent: u32,
}

impl Budget {
    fn spend(&mut self, now: Time, amount: u32) -> bool {
        if self.second != now.as_secs() {
            *self = Self { second: now.as_secs(), spent: 0 };
        }
        self.spent = self.spent.saturating_add(amount);
        self.spent <= CONSENTS_PER_SECOND
    }
}

impl Groups {
    /// Identities, besides the peer's own, whose messages can be opened here.
    pub(crate) fn held(&self) -> impl Iterator<Item = &Keys> {
        self.held.values().map(|held| &held.keys)
    }

    /// Whom to encrypt to in a conversation with `contact`.
    pub(crate) fn address(&self, contact: &PeerId, now: Time) -> PeerId {
        let contact = PublicKey::new(contact.0);
        match self.pinned.contains(&contact) {
            true => PeerId(*contact.as_bytes()),
            false => PeerId(*self.directory.address(&contact, now).as_bytes()),
        }
    }
}

/// What an application does with groups.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum GroupInput {
    /// Read what is sent to this group from now on.
    Hold(Box<Group>),
    /// No longer read what is sent to a group, nor advertise it.
    Release(PeerId),
    /// Tell a cluster of a group that is held, and whoever asks for one of its members there.
    Advertise {
        /// Where.
        cluster: ClusterId,
        /// Which.
        group: PeerId,
    },
    /// Do not tell of it any more. Others forget it in a week.
    Conceal {
        /// Where.
        cluster: ClusterId,
        /// Which.
        group: PeerId,
    },
    /// A group that somebody told us of in confidence: used here, never passed on.
    Learn(Box<Certificate>),
    /// Ask a cluster for the group of an identity. Ends in [`Event::Group`], if anybody knows.
    Lookup {
        /// Where.
        cluster: ClusterId,
        /// Whose.
        peer: PeerId,
    },
    /// This peer itself leaves a group: it is not found by this peer any more.
    Withdraw {
        /// Where it was advertised.
        cluster: ClusterId,
        /// Which.
        group: PeerId,
    },
    /// Write to this contact alone, not to its group; or do so again.
    Pin {
        /// Whom.
        peer: PeerId,
        /// Whether to.
        pinned: bool,
    },
}

/// `Input::Group`. `request` returns in `Event::Refused`.
pub(crate) fn input(peer: &mut Peer, request: u64, input: GroupInput) {
    let done = match input {
        GroupInput::Hold(group) => hold(peer, *group),
        GroupInput::Release(group) => {
            peer.groups.held.remove(&PublicKey::new(group.0));
            Ok(())
        }
        GroupInput::Advertise { cluster, group } => advertise(peer, cluster, &PublicKey::new(group.0)),
        GroupInput::Conceal { cluster, group } => {
            if let Some(held) = peer.groups.held.get_mut(&PublicKey::new(group.0)) {
                held.advertised.remove(&cluster);
            }
            Ok(())
        }
        GroupInput::Learn(certificate) => {
            learn(peer, *certificate, true);
            Ok(())
        }
        GroupInput::Lookup { cluster, peer: whose } => lookup(peer, cluster, &PublicKey::new(whose.0)),
        GroupInput::Withdraw { cluster, group } => withdraw(peer, cluster, &PublicKey::new(group.0)),
        GroupInput::Pin { peer: contact, pinned } => {
            let contact = PublicKey::new(contact.0);
            match pinned {
                true => peer.groups.pinned.insert(contact),
                false => peer.groups.pinned.remove(&contact),
            };
            Ok(())
        }
    };
    if let Err(error) = done {
        peer.refuse(request, error);
    }
}

fn hold(peer: &mut Peer, group: Group) -> Result<(), Error> {
    let public = group.pair().public();
    if peer.groups.held.len() >= MAX_HELD && !peer.groups.held.contains_key(&public) {
        return Err(Error::Busy);
    }
    learn(peer, group.certificate().clone(), true);
    let keys = Keys::Real(Box::new(group.pair().clone()));
    peer.groups.held.entry(public).or_insert(Held { keys, group, advertised: BTreeMap::new() });
    Ok(())
}

fn say(peer: &mut Peer, cluster: &ClusterId, notice: &Notice) -> Result<(), Error> {
    let (cluster, payload) = (*cluster, notice.encode());
    let request = Request {
        request: 0,
        cluster,
        subcluster: Subcluster::ALL,
        to: None,
        previous: None,
        payload: &payload,
    };
    publish::send(peer, Kind::Group, &request).map(drop)
}

fn advertise(peer: &mut Peer, cluster: ClusterId, group: &PublicKey) -> Result<(), Error> {
    let now = peer.now;
    let held = peer.groups.held.get_mut(group).ok_or(Error::UnknownGroup)?;
    held.advertised.insert(cluster, now);
    let notice = Notice::Advertise(held.group.certificate().clone());
    say(peer, &cluster, &notice)
}

fn lookup(peer: &mut Peer, cluster: ClusterId, identity: &PublicKey) -> Result<(), Error> {
    if let Some(certificate) = peer.groups.directory.lookup(identity, peer.now) {
        let event = event(identity, certificate);
        peer.emit(event);
        return Ok(());
    }
    if peer.groups.wanted.len() >= super::MAX_GROUPS {
        return Err(Error::Busy);
    }
    peer.groups.wanted.insert((cluster, *identity));
    say(peer, &cluster, &Notice::Lookup(*identity))
}

fn withdraw(peer: &mut Peer, cluster: ClusterId, group: &PublicKey) -> Result<(), Error> {
    let withdrawal = Withdrawal::new(group, peer.keys.pair().ok_or(Error::BadPeer)?);
    peer.groups.directory.withdraw(&withdrawal);
    say(peer, &cluster, &Notice::Withdraw(withdrawal))
}

fn event(identity: &PublicKey, certificate: &Certificate) -> Event {
    let id = |key: &PublicKey| PeerId(*key.as_bytes());
    Event::Group {
        peer: id(identity),
        group: id(&certificate.group()),
        members: certificate.members().iter().map(id).collect(),
        replaces: certificate.proposal().replaces().as_ref().map(id),
    }
}

/// Puts a group where it is found, and tells the application if it asked or if it is new.
fn learn(peer: &mut Peer, certificate: Certificate, private: bool) {
    if peer.groups.directory.add(certificate.clone(), private, peer.now) != Added::New {
        return;
    }
    for member in certificate.members() {
        peer.groups.wanted.retain(|(_, wanted)| wanted != member);
    }
    if let Some(member) = certificate.members().first() {
        let event = event(member, &certificate);
        peer.emit(event);
    }
}

/// A Group packet of an own cluster is whole: its author is certain, what it says is not.
pub(crate) fn received(peer: &mut Peer, cluster: ClusterId, whole: &Whole) {
    let cost = Notice::cost(&whole.payload);
    if !peer.groups.budget.spend(peer.now, cost) {
        return peer.drop(Drop::Rate);
    }
    match Notice::decode(&whole.payload) {
        Ok(Notice::Advertise(certificate)) => learn(peer, certificate, false),
        Ok(Notice::Withdraw(withdrawal)) => peer.groups.directory.withdraw(&withdrawal),
        Ok(Notice::Lookup(identity)) => answer(peer, cluster, &identity),
        Err(GroupError::Malformed) => peer.drop(Drop::Malformed),
        Err(_) => peer.drop(Drop::Consent),
    }
}

/// Someone asked for a member's group: who holds it says so, once in a while however many ask.
fn answer(peer: &mut Peer, cluster: ClusterId, identity: &PublicKey) {
    let now = peer.now;
    let held = peer.groups.held.values_mut().find(|held| {
        held.group.certificate().members().contains(identity)
            && held.advertised.get(&cluster).is_some_and(|last| now.since(*last) >= ANSWER_PAUSE)
    });
    let Some(held) = held else { return };
    held.advertised.insert(cluster, now);
    let notice = Notice::Advertise(held.group.certificate().clone());
    // Refused when the cluster was left meanwhile: then there is nobody to tell.
    let _ = say(peer, &cluster, &notice);
}

/// A new epoch: what is advertised is said again, so that it is believed for another week.
pub(crate) fn epoch(peer: &mut Peer) {
    let due: Vec<_> = peer
        .groups
        .held
        .iter()
        .flat_map(|(group, held)| held.advertised.iter().map(|(cluster, last)| (*group, *cluster, *last)))
        .filter(|(_, _, last)| peer.now.since(*last) >= peer.config.epoch)
        .collect();
    for (group, cluster, _) in due {
        // As in `answer`.
        let _ = advertise(peer, cluster, &group);
    }
}
