//! Identity groups. CRYPTO: to be filled in by `p2p-crypto`.
//!
//! Group packets ([`Kind::Group`](crate::packet::Kind::Group)) are stored and forwarded like Publish; the message layer
//! hands each verified new one to `received`.

use crate::packet::Data;
use crate::peer::Peer;

/// The groups that are known.
#[derive(Debug, Default)]
pub(crate) struct Groups {}

/// A Group packet came, verified as the cluster's, for the first time.
pub(crate) fn received(_peer: &mut Peer, _data: Data<'_>) {}
