//! Identity groups: several devices (or groups of them) that are one addressee.
//!
//! A group is a key pair. Whoever holds its secret reads what is sent to it. Which devices are *found* to belong to
//! it is another matter, and theirs to decide: a [`Certificate`] lists members and holds the consent of each, signed.
//!
//! ```text
//! Proposal ── every member: consent ──► complete ──► Group ──► share with one's devices
//!                                                      └─► Certificate ──► advertise, or give to chosen peers
//! ```
//!
//! Others keep certificates in a [`Directory`]. A conversation with a device goes to its group as soon as that is
//! known, and to the group that replaces it when members come and go: [`Directory::address`]. A group that is not
//! advertised is known to those it was given to, and to nobody else.

mod certificate;
mod directory;
mod held;

use std::fmt;

use socket_crypto::PublicKey;

pub use certificate::{Certificate, Consent, Group, MAX_MEMBERS, Proposal, Withdrawal};
pub use directory::{ADVERTISED, Added, Directory, MAX_BYTES, MAX_GROUPS};
pub use held::{GroupInput, MAX_HELD};
pub(crate) use held::{Groups, epoch, input, received};

use crate::packet::Reader;

/// What is wrong with a group, or with what claims to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GroupError {
    /// Not something that was encoded here.
    Malformed,
    /// No members, too many, one twice, or the group within itself.
    Members,
    /// The identity is not among the members.
    NotMember,
    /// This member's consent is missing, or not its own.
    Consent(PublicKey),
    /// The key is another one than the group's.
    Key,
}

impl GroupError {
    /// The name that crosses to JavaScript.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "ERR_GROUP_MALFORMED",
            Self::Members => "ERR_GROUP_MEMBERS",
            Self::NotMember => "ERR_GROUP_NOT_MEMBER",
            Self::Consent(_) => "ERR_GROUP_CONSENT",
            Self::Key => "ERR_GROUP_KEY",
        }
    }
}

impl fmt::Display for GroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not a group: the bytes are cut, or another thing's"),
            Self::Members => {
                write!(f, "a group has 1 to {MAX_MEMBERS} different members, itself not among them")
            }
            Self::NotMember => {
                f.write_str("not a member of this group: propose one that includes this identity")
            }
            Self::Consent(member) => {
                write!(f, "the consent of {member} is missing or not its own: have it sign the proposal")
            }
            Self::Key => f.write_str("the key is not this group's"),
        }
    }
}

impl std::error::Error for GroupError {}

/// The body of a packet of kind Group, inside its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// This group exists.
    Advertise(Certificate),
    /// Which group is this identity part of?
    Lookup(PublicKey),
    /// This member has left.
    Withdraw(Withdrawal),
}

impl Notice {
    /// Kind of the notice, then what it is about.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let (number, rest) = match self {
            Self::Advertise(certificate) => (0, certificate.encode()),
            Self::Lookup(identity) => (1, identity.as_bytes().to_vec()),
            Self::Withdraw(withdrawal) => (2, withdrawal.encode()),
        };
        [&[number], rest.as_slice()].concat()
    }

    /// How many signatures decoding verifies, at most.
    pub(crate) fn cost(bytes: &[u8]) -> u32 {
        match bytes.first() {
            // Group, time and replacement stand before the count.
            Some(0) => {
                bytes.get(73..75).map_or(0, |count| u32::from(u16::from_be_bytes([count[0], count[1]])) + 1)
            }
            Some(2) => 1,
            _ => 0,
        }
    }

    /// What [`encode`](Self::encode) made, if its signatures are genuine.
    ///
    /// # Errors
    /// As [`Certificate::decode`] and [`Withdrawal::decode`].
    pub fn decode(bytes: &[u8]) -> Result<Self, GroupError> {
        let mut reader = Reader(bytes);
        match reader.u8() {
            Some(0) => Certificate::decode(reader.0).map(Self::Advertise),
            Some(1) => PublicKey::from_slice(reader.0).map(Self::Lookup).map_err(|_| GroupError::Malformed),
            Some(2) => Withdrawal::decode(reader.0).map(Self::Withdraw),
            _ => Err(GroupError::Malformed),
        }
    }
}
