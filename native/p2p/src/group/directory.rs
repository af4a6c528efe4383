//! Which group to send to instead of a device: what others have said about their groups.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use socket_crypto::PublicKey;

use super::{Certificate, Withdrawal};
use crate::Time;

/// Groups that are remembered.
pub const MAX_GROUPS: usize = 1024;
/// Bytes that they may take.
pub const MAX_BYTES: usize = 512 * 1024;
/// How long a group is believed to exist that nobody advertises any more.
pub const ADVERTISED: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Clocks that are ahead by more than this are not believed.
const SKEW: Duration = Duration::from_secs(60 * 60);

#[derive(Clone, Debug)]
struct Known {
    certificate: Certificate,
    /// When it was heard last.
    heard: Time,
    /// Given by someone, not advertised: used for lookups here, never passed on.
    private: bool,
    withdrawn: BTreeSet<PublicKey>,
}

impl Known {
    fn contains(&self, member: &PublicKey) -> bool {
        self.certificate.members().contains(member) && !self.withdrawn.contains(member)
    }

    fn bytes(&self) -> usize {
        200 + self.certificate.members().len() * (32 + 64 + 48) + self.withdrawn.len() * 48
    }
}

/// What is known about identity groups. Bounded; the one heard of longest ago goes first.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    groups: BTreeMap<PublicKey, Known>,
    by_member: BTreeMap<PublicKey, BTreeSet<PublicKey>>,
    bytes: usize,
}

/// What became of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It was not known.
    New,
    /// It was known, and is believed for longer now.
    Again,
    /// Too old, or from the future.
    Stale,
}

impl Directory {
    /// Learns of a group. `private` for one that was given to us and is not everybody's to know.
    pub fn add(&mut self, certificate: Certificate, private: bool, now: Time) -> Added {
        let created = certificate.proposal().created();
        if created > now + SKEW {
            return Added::Stale;
        }
        let group = certificate.group();
        if let Some(known) = self.groups.get_mut(&group) {
            // One key is one group: another certificate for it would be a change that its members may not know of.
            if known.certificate != certificate {
                return Added::Stale;
            }
            known.heard = known.heard.max(now);
            known.private &= private;
            return Added::Again;
        }
        self.make_room(now);
        for member in certificate.members() {
            self.by_member.entry(*member).or_default().insert(group);
        }
        let known = Known { certificate, heard: now, private, withdrawn: BTreeSet::new() };
        self.bytes += known.bytes();
        self.groups.insert(group, known);
        self.make_room(now);
        Added::New
    }

    /// A member has left. Kept only while the group is known.
    pub fn withdraw(&mut self, withdrawal: &Withdrawal) {
        let Some(known) = self.groups.get_mut(&withdrawal.group) else { return };
        if known.certificate.members().contains(&withdrawal.member) {
            self.bytes -= known.bytes();
            known.withdrawn.insert(withdrawal.member);
            self.bytes += known.bytes();
        }
    }

    /// Forgets what nobody advertises any more, and the oldest of what is too much.
    fn make_room(&mut self, now: Time) {
        let old: Vec<_> = self
            .groups
            .iter()
            .filter(|(_, known)| !known.private && now.since(known.heard) > ADVERTISED)
            .map(|(group, _)| *group)
            .collect();
        old.iter().for_each(|group| self.remove(group));
        while self.groups.len() > MAX_GROUPS || self.bytes > MAX_BYTES {
            // Private ones were given on purpose: strangers' advertisements do not push them out.
            let Some(oldest) = self
                .groups
                .iter()
                .min_by_key(|(_, known)| (known.private, known.heard))
                .map(|(group, _)| *group)
            else {
                break;
            };
            self.remove(&oldest);
        }
    }

    /// Forgets a group.
    pub fn remove(&mut self, group: &PublicKey) {
        let Some(known) = self.groups.remove(group) else { return };
        self.bytes -= known.bytes();
        for member in known.certificate.members() {
            if let Some(groups) = self.by_member.get_mut(member) {
                groups.remove(group);
                if groups.is_empty() {
                    self.by_member.remove(member);
                }
            }
        }
    }

    /// A group by its key.
    #[must_use]
    pub fn get(&self, group: &PublicKey) -> Option<&Certificate> {
        self.groups.get(group).map(|known| &known.certificate)
    }

    /// The group that an identity says it is part of: the newest, if there are several.
    #[must_use]
    pub fn lookup(&self, identity: &PublicKey, now: Time) -> Option<&Certificate> {
        self.known(identity, now).map(|known| &known.certificate)
    }

    /// Those that may be told to whoever asks: the group an identity is part of, if it is advertised.
    #[must_use]
    pub fn answer(&self, identity: &PublicKey, now: Time) -> Option<&Certificate> {
        self.known(identity, now).filter(|known| !known.private).map(|known| &known.certificate)
    }

    fn known(&self, identity: &PublicKey, now: Time) -> Option<&Known> {
        let groups = self.by_member.get(identity)?;
        groups
            .iter()
            .filter_map(|group| self.groups.get(group))
            .filter(|known| {
                known.contains(identity) && (known.private || now.since(known.heard) <= ADVERTISED)
            })
            // Equal times are decided by the key, so that everybody decides the same.
            .max_by_key(|known| (known.certificate.proposal().created(), known.certificate.group()))
    }

    /// Whom to send to in a conversation with `contact`, a device or a group: to the group the contact is part of,
    /// or to the group that replaced it.
    ///
    /// A group is followed to its replacement only if more than half of its members are part of the new one and
    /// so have consented: a single lost device cannot take the conversations of the others with it.
    #[must_use]
    pub fn address(&self, contact: &PublicKey, now: Time) -> PublicKey {
        let mut at = match self.groups.contains_key(contact) {
            true => *contact,
            false => self.lookup(contact, now).map_or(*contact, Certificate::group),
        };
        let mut seen = BTreeSet::from([at]);
        while let Some(next) = self.replacement(&at, now) {
            if !seen.insert(next) {
                break;
            }
            at = next;
        }
        at
    }

    fn replacement(&self, group: &PublicKey, now: Time) -> Option<PublicKey> {
        let old = &self.groups.get(group)?.certificate;
        let candidates: BTreeSet<_> =
            old.members().iter().filter_map(|member| self.by_member.get(member)).flatten().collect();
        candidates
            .into_iter()
            .filter_map(|group| self.groups.get(group))
            .filter(|known| {
                let new = &known.certificate;
                let stay = old.members().iter().filter(|member| known.contains(member)).count();
                new.proposal().replaces() == Some(*group)
                    && new.proposal().created() > old.proposal().created()
                    && stay * 2 > old.members().len()
                    && (known.private || now.since(known.heard) <= ADVERTISED)
            })
            .max_by_key(|known| (known.certificate.proposal().created(), known.certificate.group()))
            .map(|known| known.certificate.group())
    }

    /// Every device behind an identity: of nested groups too, as far as they are known. A device stands for itself.
    #[must_use]
    pub fn devices(&self, identity: &PublicKey) -> BTreeSet<PublicKey> {
        let (mut devices, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![*identity];
        while let Some(identity) = open.pop() {
            if !seen.insert(identity) {
                continue;
            }
            match self.groups.get(&identity) {
                Some(known) => {
                    open.extend(known.certificate.members().iter().filter(|member| known.contains(member)))
                }
                None => drop(devices.insert(identity)),
            }
        }
        devices
    }

    /// How many groups are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}
