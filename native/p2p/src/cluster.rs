//! Clusters: a shared secret, and the keys that follow from it in each epoch. CRYPTO: to be filled in by `p2p-crypto`.
//!
//! Used by the message layer: `subscribe`, `unsubscribe`, `find`, `current`.

use std::collections::BTreeMap;

use socket_crypto::DeriveKey;

use crate::crypto::{Keys, Suite};
use crate::id::{ClusterId, ClusterTag};
use crate::{Config, Time};

/// What members of a cluster have in common.
#[derive(Clone, PartialEq, Eq)]
pub struct ClusterSecret(pub [u8; 32]);

impl std::fmt::Debug for ClusterSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClusterSecret(secret)")
    }
}

/// A part of a cluster. Zero is all of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Subcluster(pub [u8; 32]);

/// A cluster in one epoch.
#[derive(Debug)]
pub(crate) struct Epoch {
    pub(crate) cluster: ClusterId,
    pub(crate) tag: ClusterTag,
    /// Signs packets.
    pub(crate) keys: Keys,
    /// Encrypts bodies.
    pub(crate) body: [u8; 32],
}

/// The own clusters, in the epochs whose packets are accepted.
#[derive(Debug, Default)]
pub(crate) struct Clusters {
    secrets: BTreeMap<ClusterId, ClusterSecret>,
    epochs: BTreeMap<ClusterTag, Epoch>,
    current: BTreeMap<ClusterId, ClusterTag>,
}

impl Clusters {
    /// Adds a cluster.
    pub(crate) fn subscribe(&mut self, config: &Config, secret: ClusterSecret, now: Time) -> ClusterId {
        let key = DeriveKey::new(secret.0);
        let cluster = ClusterId(key.derive(b"p2pclust", 0));
        self.secrets.insert(cluster, secret);
        self.advance(config, now);
        cluster
    }

    /// Derives what belongs to this epoch, and forgets what is no longer accepted. When to call again.
    pub(crate) fn advance(&mut self, config: &Config, now: Time) -> Option<Time> {
        let length = u64::try_from(config.epoch.as_micros()).unwrap_or(u64::MAX).max(1);
        let number = now.0 / length;
        for (cluster, secret) in &self.secrets {
            for epoch in [number.saturating_sub(1), number, number + 1] {
                let new = Epoch::derive(config.suite, *cluster, secret, epoch);
                if epoch == number {
                    self.current.insert(*cluster, new.tag);
                }
                self.epochs.entry(new.tag).or_insert(new);
            }
        }
        (!self.secrets.is_empty()).then(|| Time((number + 1).saturating_mul(length)))
    }

    /// Forgets a cluster.
    pub(crate) fn unsubscribe(&mut self, cluster: &ClusterId) {
        self.secrets.remove(cluster);
        self.current.remove(cluster);
        self.epochs.retain(|_, epoch| epoch.cluster != *cluster);
    }

    /// The own cluster that a packet belongs to.
    pub(crate) fn find(&self, tag: &ClusterTag) -> Option<&Epoch> {
        self.epochs.get(tag)
    }

    /// What is published with now.
    pub(crate) fn current(&self, cluster: &ClusterId) -> Option<&Epoch> {
        self.epochs.get(self.current.get(cluster)?)
    }

    /// Tags of a cluster whose packets are accepted.
    pub(crate) fn tags(&self) -> impl Iterator<Item = &ClusterTag> {
        self.epochs.keys()
    }
}

impl Epoch {
    fn derive(suite: Suite, cluster: ClusterId, secret: &ClusterSecret, epoch: u64) -> Self {
        let key = DeriveKey::new(secret.0);
        let keys = Keys::from_seed(suite, &key.derive(b"p2pepoch", epoch));
        Self { cluster, tag: ClusterTag(keys.public()), keys, body: key.derive(b"p2p-body", epoch) }
    }
}
