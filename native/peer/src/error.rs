//! Why something could not be done.

use std::fmt;
use std::io;
use std::net::SocketAddr;

/// Why something could not be done.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The peer was closed.
    Closed,
    /// The socket could not be bound.
    Bind {
        /// Where to.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// Nothing can be sent to this address.
    Address(SocketAddr),
    /// The protocol refused.
    Refused(socket_p2p::Error),
    /// Kept state that cannot be read: cut, changed, or of a later version.
    State,
}

impl Error {
    /// The name that crosses to JavaScript.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed => "ERR_PEER_CLOSED",
            Self::Bind { error, .. } => match error.kind() {
                io::ErrorKind::AddrInUse => "EADDRINUSE",
                io::ErrorKind::AddrNotAvailable => "EADDRNOTAVAIL",
                io::ErrorKind::PermissionDenied => "EACCES",
                _ => "ERR_PEER_BIND",
            },
            Self::Address(_) => "ERR_PEER_ADDRESS",
            Self::Refused(error) => error.code(),
            Self::State => "ERR_PEER_STATE",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the peer was closed: open another one"),
            Self::Bind { address, error } => write!(f, "cannot bind {address}: {error}"),
            Self::Address(address) => {
                write!(f, "nothing can be sent to {address}: give an address and a port of a peer")
            }
            Self::Refused(error) => error.fmt(f),
            Self::State => f.write_str("not the state of a peer: start with a new one"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind { error, .. } => Some(error),
            Self::Refused(error) => Some(error),
            _ => None,
        }
    }
}
