//! Clusters are keys. Whoever has a cluster's secret can publish in it, and everybody can check that they do: the
//! `cluster` field of a packet is the Ed25519 public key that follows from the secret in this epoch.
//!
//! ```text
//! secret ─┬─ id            what the application calls the cluster; never on the wire
//!         └─ epoch n ─┬─ signing    Ed25519 pair; its public half is the tag on the wire
//!                     ├─ body       encrypts what everybody in the cluster may read
//!                     └─ addressing hides from everybody outside of the cluster for whom a packet is
//! ```
//!
//! The tag changes with the epoch, so that relays cannot follow a cluster for longer. Rotating means going on under
//! a new secret: who does not get it can neither read nor publish what comes after. A subcluster has a secret of its
//! own, and its packets carry the cluster's tag: relays cannot tell them from others, members can check them.

use std::collections::BTreeMap;
use std::fmt;

use socket_crypto::{DeriveKey, KeyPair, PublicKey, boxed};

use crate::crypto::{Keys, Suite};
use crate::id::{ClusterId, ClusterTag};
use crate::packet::Reader;
use crate::{Config, Time};

/// What members of a cluster have in common: 32 bytes that nobody else has.
#[derive(Clone, PartialEq, Eq)]
pub struct ClusterSecret(pub [u8; 32]);

/// What those have in common who take part in a part of a cluster.
#[derive(Clone, PartialEq, Eq)]
pub struct SubclusterSecret(pub [u8; 32]);

/// A part of a cluster, as the application knows it. Zero is all of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Subcluster(pub [u8; 32]);

impl Subcluster {
    /// All of the cluster.
    pub const ALL: Self = Self([0; 32]);
}

impl ClusterSecret {
    /// The cluster that everybody can join who knows its name: a public place.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        Self(socket_crypto::blake2b(&[b"socket:p2p:cluster\0", name.as_bytes()], None))
    }

    /// What the application calls it. Tells nothing about the secret.
    #[must_use]
    pub fn id(&self) -> ClusterId {
        ClusterId(DeriveKey::new(self.0).derive(b"p2pclust", 0))
    }

    /// The part of this cluster with a name of its own. Every member of the cluster can enter it.
    #[must_use]
    pub fn subcluster(&self, name: &str) -> SubclusterSecret {
        let key = DeriveKey::new(self.0).derive(b"p2p-subc", 0);
        SubclusterSecret(socket_crypto::blake2b(&[name.as_bytes()], Some(&key)))
    }

    /// Hands the secret to some identities; publish the result in the old cluster, go on in this one, and those who
    /// are not among them stay behind.
    ///
    /// `seed` is random and used once. Identities that are no keys are left out.
    #[must_use]
    pub fn share(&self, with: &[PublicKey], seed: &[u8; 32]) -> Vec<u8> {
        let mut out = Vec::with_capacity(with.len() * (32 + boxed::SEAL_LENGTH));
        for identity in with {
            let Ok(key) = identity.to_box() else { continue };
            let seed = socket_crypto::blake2b(&[b"socket:p2p:share\0", identity.as_bytes()], Some(seed));
            let Ok(sealed) = boxed::seal_with(&self.0, &key, &seed) else { continue };
            out.extend_from_slice(&sealed);
        }
        out
    }

    /// Takes what [`share`](Self::share) gave to one of several identities. `None` when none of it is for this one.
    #[must_use]
    pub fn accept(shared: &[u8], identity: &KeyPair) -> Option<Self> {
        let mut reader = Reader(shared);
        while let Some(sealed) = reader.take(32 + boxed::SEAL_LENGTH) {
            if let Some(secret) = identity.boxed().open(sealed).ok().and_then(|secret| secret.try_into().ok())
            {
                return Some(Self(secret));
            }
        }
        None
    }
}

impl SubclusterSecret {
    /// What the application calls it. Tells nothing about the secret.
    #[must_use]
    pub fn id(&self) -> Subcluster {
        Subcluster(DeriveKey::new(self.0).derive(b"p2psubid", 0))
    }
}

macro_rules! secret {
    ($name:ident) => {
        impl Drop for $name {
            fn drop(&mut self) {
                socket_crypto::erase(&mut self.0);
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(secret)"))
            }
        }
    };
}

secret!(ClusterSecret);
secret!(SubclusterSecret);

/// A cluster in one epoch.
#[derive(Clone)]
pub(crate) struct Epoch {
    pub(crate) cluster: ClusterId,
    pub(crate) tag: ClusterTag,
    /// Signs packets.
    pub(crate) keys: Keys,
    /// Encrypts bodies.
    pub(crate) body: [u8; 32],
    addressing: [u8; 32],
    number: u64,
    /// Whom a packet of this epoch may be for, besides everybody, by what stands in its `to`.
    parts: BTreeMap<[u8; 32], Part>,
}

#[derive(Clone)]
struct Part {
    subcluster: Subcluster,
    body: [u8; 32],
}

impl Drop for Epoch {
    fn drop(&mut self) {
        socket_crypto::erase(&mut self.body);
        socket_crypto::erase(&mut self.addressing);
        self.parts.values_mut().for_each(|part| socket_crypto::erase(&mut part.body));
    }
}

impl fmt::Debug for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Epoch({} of {})", self.number, self.cluster)
    }
}

/// For whom a packet is, seen by a member.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Audience<'a> {
    /// Everybody who has this key: the cluster, or a subcluster that was entered.
    Shared(Subcluster, &'a [u8; 32]),
    /// An identity, if it is ours: [`Epoch::address`] tells.
    Other,
}

impl Epoch {
    fn derive(suite: Suite, cluster: ClusterId, secret: &ClusterSecret, number: u64) -> Self {
        let key = DeriveKey::new(secret.0);
        let keys = Keys::from_seed(suite, &key.derive(b"p2pepoch", number));
        Self {
            cluster,
            tag: ClusterTag(keys.public()),
            keys,
            body: key.derive(b"p2p-body", number),
            addressing: key.derive(b"p2p-addr", number),
            number,
            parts: BTreeMap::new(),
        }
    }

    fn enter(&mut self, secret: &SubclusterSecret) {
        let key = DeriveKey::new(secret.0);
        let to = key.derive(b"p2psubto", self.number);
        self.parts.insert(to, Part { subcluster: secret.id(), body: key.derive(b"p2psubbd", self.number) });
    }

    /// What stands in `to` for an identity. Who is outside of the cluster cannot tell whose it is, nor that it is
    /// the same one in another epoch.
    pub(crate) fn address(&self, suite: Suite, identity: &[u8; 32]) -> [u8; 32] {
        suite.keyed_hash(&self.addressing, &[identity])
    }

    /// For whom a packet is.
    pub(crate) fn audience(&self, to: &[u8; 32]) -> Audience<'_> {
        if *to == [0; 32] {
            return Audience::Shared(Subcluster::ALL, &self.body);
        }
        self.parts.get(to).map_or(Audience::Other, |part| Audience::Shared(part.subcluster, &part.body))
    }

    /// What stands in `to` for a subcluster that was entered, and its key.
    pub(crate) fn part(&self, subcluster: &Subcluster) -> Option<([u8; 32], &[u8; 32])> {
        if *subcluster == Subcluster::ALL {
            return Some(([0; 32], &self.body));
        }
        self.parts.iter().find(|(_, part)| part.subcluster == *subcluster).map(|(to, part)| (*to, &part.body))
    }
}

#[derive(Clone, Debug)]
struct Joined {
    secret: ClusterSecret,
    parts: BTreeMap<Subcluster, SubclusterSecret>,
    current: ClusterTag,
}

/// The own clusters, in the epochs whose packets are accepted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clusters {
    joined: BTreeMap<ClusterId, Joined>,
    epochs: BTreeMap<ClusterTag, Epoch>,
}

impl Clusters {
    /// Adds a cluster.
    pub(crate) fn subscribe(&mut self, config: &Config, secret: ClusterSecret, now: Time) -> ClusterId {
        let cluster = secret.id();
        self.joined.entry(cluster).or_insert_with(|| Joined {
            secret,
            parts: BTreeMap::new(),
            current: ClusterTag::default(),
        });
        self.advance(config, now);
        cluster
    }

    /// Enters a part of a cluster. Whether the cluster was there.
    pub(crate) fn enter(&mut self, cluster: &ClusterId, secret: SubclusterSecret) -> bool {
        let Some(joined) = self.joined.get_mut(cluster) else { return false };
        let epochs = self.epochs.values_mut().filter(|epoch| epoch.cluster == *cluster);
        epochs.for_each(|epoch| epoch.enter(&secret));
        joined.parts.insert(secret.id(), secret);
        true
    }

    /// Leaves a part of a cluster.
    pub(crate) fn exit(&mut self, cluster: &ClusterId, subcluster: &Subcluster) {
        if let Some(joined) = self.joined.get_mut(cluster) {
            joined.parts.remove(subcluster);
        }
        for epoch in self.epochs.values_mut().filter(|epoch| epoch.cluster == *cluster) {
            epoch.parts.retain(|_, part| part.subcluster != *subcluster);
        }
    }

    /// Derives what belongs to this epoch, and forgets what is no longer accepted. When to call again.
    pub(crate) fn advance(&mut self, config: &Config, now: Time) -> Option<Time> {
        let length = u64::try_from(config.epoch.as_micros()).unwrap_or(u64::MAX).max(1);
        let number = now.0 / length;
        // One ahead, for those whose clocks are; and those from which packets may still be on their way.
        let accepted = number.saturating_sub(config.epochs_kept)..=number.saturating_add(1);
        self.epochs.retain(|_, epoch| accepted.contains(&epoch.number));
        for (cluster, joined) in &mut self.joined {
            let known: BTreeMap<u64, ClusterTag> = self
                .epochs
                .values()
                .filter(|epoch| epoch.cluster == *cluster)
                .map(|epoch| (epoch.number, epoch.tag))
                .collect();
            for wanted in accepted.clone() {
                let tag = known.get(&wanted).copied().unwrap_or_else(|| {
                    let mut epoch = Epoch::derive(config.suite, *cluster, &joined.secret, wanted);
                    joined.parts.values().for_each(|secret| epoch.enter(secret));
                    let tag = epoch.tag;
                    self.epochs.insert(tag, epoch);
                    tag
                });
                if wanted == number {
                    joined.current = tag;
                }
            }
        }
        (!self.joined.is_empty()).then(|| Time((number + 1).saturating_mul(length)))
    }

    /// Forgets a cluster.
    pub(crate) fn unsubscribe(&mut self, cluster: &ClusterId) {
        self.joined.remove(cluster);
        self.epochs.retain(|_, epoch| epoch.cluster != *cluster);
    }

    /// The own cluster that a packet belongs to.
    pub(crate) fn find(&self, tag: &ClusterTag) -> Option<&Epoch> {
        self.epochs.get(tag)
    }

    /// What is published with now.
    pub(crate) fn current(&self, cluster: &ClusterId) -> Option<&Epoch> {
        self.epochs.get(&self.joined.get(cluster)?.current)
    }

    /// Tags whose packets are accepted.
    pub(crate) fn tags(&self) -> impl Iterator<Item = &ClusterTag> {
        self.epochs.keys()
    }

    /// Tags that are published with now.
    pub(crate) fn published(&self) -> impl Iterator<Item = &ClusterTag> {
        self.joined.values().map(|joined| &joined.current)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;

    fn joined(secret: u8, now: Time) -> (Clusters, ClusterId) {
        let mut clusters = Clusters::default();
        let id = clusters.subscribe(&Config::default(), ClusterSecret([secret; 32]), now);
        (clusters, id)
    }

    const DAY: u64 = 24 * 60 * 60;

    #[test]
    fn members_derive_the_same_and_others_something_else() {
        let now = Time::from_secs(100 * DAY);
        let ((alice, id), (bob, same), (eve, other)) = (joined(1, now), joined(1, now), joined(2, now));
        assert_eq!(id, same);
        assert_ne!(id, other);
        let (alice, bob, eve) = (alice.current(&id), bob.current(&id), eve.current(&other));
        let (alice, bob, eve) = (alice.unwrap(), bob.unwrap(), eve.unwrap());
        assert_eq!(alice.tag, bob.tag);
        assert_eq!(alice.body, bob.body);
        assert_ne!(alice.tag, eve.tag);
        let address = |epoch: &Epoch| epoch.address(Suite::Real, &[9; 32]);
        assert_eq!(address(alice), address(bob));
        assert_ne!(address(alice), address(eve));
    }

    #[test]
    fn the_tag_changes_with_the_epoch_and_old_ones_end() {
        let config = Config::default();
        let start = Time::from_secs(100 * DAY + 5);
        let (mut clusters, id) = joined(1, start);
        let first = clusters.current(&id).unwrap().tag;
        let next = clusters.advance(&config, start).unwrap();
        assert_eq!(next, Time::from_secs(101 * DAY));
        clusters.advance(&config, next);
        let second = clusters.current(&id).unwrap().tag;
        assert_ne!(first, second);
        assert!(clusters.find(&first).is_some(), "packets of yesterday are still read");
        let address = |tag| clusters.find(tag).unwrap().address(Suite::Real, &[9; 32]);
        assert_ne!(address(&first), address(&second));
        clusters.advance(&config, Time::from_secs((101 + config.epochs_kept) * DAY));
        assert!(clusters.find(&first).is_none());
        assert!(clusters.find(&second).is_some());
        // A clock that is a day ahead publishes in an epoch that we accept.
        let (ahead, _) = joined(1, Time::from_secs((102 + config.epochs_kept) * DAY));
        assert!(clusters.find(&ahead.current(&id).unwrap().tag).is_some());
        clusters.unsubscribe(&id);
        assert_eq!(clusters.tags().count(), 0);
    }

    #[test]
    fn subclusters_have_keys_of_their_own() {
        let now = Time::from_secs(100 * DAY);
        let (mut inside, id) = joined(1, now);
        let (outside, _) = joined(1, now);
        let secret = ClusterSecret([1; 32]).subcluster("friends");
        let friends = secret.id();
        assert!(inside.enter(&id, secret.clone()));
        assert!(!inside.enter(&ClusterId::ZERO, secret));
        let epoch = inside.current(&id).unwrap();
        let (to, key) = epoch.part(&friends).unwrap();
        assert!(
            matches!(epoch.audience(&to), Audience::Shared(part, found) if part == friends && found == key)
        );
        assert!(
            matches!(epoch.audience(&[0; 32]), Audience::Shared(Subcluster::ALL, found) if found == &epoch.body)
        );
        assert!(matches!(outside.current(&id).unwrap().audience(&to), Audience::Other));
        assert_eq!(outside.current(&id).unwrap().part(&friends), None);
        // Entered once, found in every epoch, also in those to come.
        inside.advance(&Config::default(), Time::from_secs(101 * DAY));
        let later = inside.current(&id).unwrap().part(&friends).unwrap().0;
        assert_ne!(later, to);
        inside.exit(&id, &friends);
        assert_eq!(inside.current(&id).unwrap().part(&friends), None);
        assert_ne!(ClusterSecret([1; 32]).subcluster("work").id(), friends);
        assert_ne!(ClusterSecret([2; 32]).subcluster("friends").id(), friends);
    }

    #[test]
    fn rotation_leaves_out_who_is_not_given_the_next_secret() {
        let (alice, bob, eve) = ([1, 2, 3].map(|seed| KeyPair::from_seed(&[seed; 32]))).into();
        let next = ClusterSecret([7; 32]);
        let shared = next.share(&[alice.public(), PublicKey::new([0; 32]), bob.public()], &[5; 32]);
        assert!(ClusterSecret::accept(&shared, &alice).as_ref() == Some(&next));
        assert!(ClusterSecret::accept(&shared, &bob).as_ref() == Some(&next));
        assert!(ClusterSecret::accept(&shared, &eve).is_none());
        assert!(ClusterSecret::accept(&shared[..70], &alice).is_none());
    }

    #[test]
    fn secrets_are_not_printed() {
        let (mut clusters, id) = joined(0x5a, Time::from_secs(100 * DAY));
        clusters.enter(&id, SubclusterSecret([0x5a; 32]));
        let printed = format!("{clusters:?} {:?}", clusters.current(&id));
        assert!(!printed.contains("5a5a") && !printed.contains("90, 90"), "{printed}");
    }
}
