//! Names: peers, clusters, packets. All are 32 bytes and told apart by their type.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// "None" on the wire.
            pub const ZERO: Self = Self([0; 32]);

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Whether it stands for "none".
            #[must_use]
            pub fn is_zero(&self) -> bool {
                *self == Self::ZERO
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                self.0[..4].iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str("…)")
            }
        }

        /// Hexadecimal, lower case.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }
    };
}

id! {
    /// A peer: its Ed25519 public key.
    PeerId
}
id! {
    /// A cluster as the application knows it: the same in every epoch, never on the wire.
    ClusterId
}
id! {
    /// A cluster as the wire knows it: the Ed25519 public key of one epoch.
    ClusterTag
}
id! {
    /// A packet: the hash of all of it that does not change on its way.
    PacketId
}

impl PacketId {
    /// What links call it.
    #[must_use]
    pub fn short(&self) -> ShortId {
        let mut short = [0; 16];
        short.copy_from_slice(&self.0[..16]);
        ShortId(short)
    }
}

/// The first half of a [`PacketId`]. Between two peers that is name enough: whoever makes two packets with one
/// short name (2^64 hashes) harms only their own packets, and nobody can make one that another's packet has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortId(pub [u8; 16]);

impl fmt::Debug for ShortId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShortId(")?;
        self.0[..4].iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("…)")
    }
}
