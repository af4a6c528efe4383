//! Why an input was not carried out.

use std::fmt;

/// Of [`Event::Refused`](crate::Event::Refused).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The cluster was not subscribed to.
    UnknownCluster,
    /// The part of the cluster was not entered.
    UnknownSubcluster,
    /// The secret of the group is not held.
    UnknownGroup,
    /// The message is longer than messages may be.
    TooLong {
        /// The most there may be, in bytes.
        max: usize,
        /// What was given.
        found: usize,
    },
    /// The peer id is no public key.
    BadPeer,
    /// There is no connection to the peer.
    NotConnected,
    /// The peer could not be reached, not even through others.
    Unreachable,
    /// The address cannot be sent to.
    BadAddress,
    /// Too much of this at once.
    Busy,
}

impl Error {
    /// The name that crosses to JavaScript.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownCluster => "ERR_P2P_CLUSTER",
            Self::UnknownSubcluster => "ERR_P2P_SUBCLUSTER",
            Self::UnknownGroup => "ERR_P2P_GROUP",
            Self::TooLong { .. } => "ERR_P2P_LENGTH",
            Self::BadPeer => "ERR_P2P_PEER",
            Self::NotConnected => "ERR_P2P_NOT_CONNECTED",
            Self::Unreachable => "ERR_P2P_UNREACHABLE",
            Self::BadAddress => "ERR_P2P_ADDRESS",
            Self::Busy => "ERR_P2P_BUSY",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCluster => {
                f.write_str("not a member of this cluster: subscribe with its secret first")
            }
            Self::UnknownSubcluster => {
                f.write_str("not in this part of the cluster: enter it with its secret first")
            }
            Self::UnknownGroup => {
                f.write_str("the secret of this group is not held here: hold the group first")
            }
            Self::TooLong { max, found } => {
                write!(f, "at most {max} bytes fit, and {found} were given: send them in parts")
            }
            Self::BadPeer => f.write_str("not a peer's id: use the 32 bytes of its public key"),
            Self::NotConnected => f.write_str("not connected to this peer: connect first"),
            Self::Unreachable => f.write_str("the peer does not answer, neither directly nor through others"),
            Self::BadAddress => f.write_str("an address that nothing can be sent to"),
            Self::Busy => f.write_str("too much at once: wait for what was asked before"),
        }
    }
}

impl std::error::Error for Error {}
