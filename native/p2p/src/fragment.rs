//! Messages longer than a packet. CRYPTO: to be filled in by `p2p-crypto`; what is here takes what fits one packet.
//!
//! Used by the message layer: `split`, `Reassembly`.

use bytes::Bytes;

use crate::cluster::Epoch;
use crate::crypto::Suite;
use crate::id::PacketId;
use crate::packet::{Data, Header, MAX_BODY};
use crate::timers::Timers;
use crate::{Config, Error, Time};

/// Makes packets of a sealed message: the head or only one first. `header` is the head's.
pub(crate) fn split(
    suite: Suite,
    epoch: &Epoch,
    header: &Header,
    sealed: &[u8],
) -> Result<Vec<(PacketId, Bytes)>, Error> {
    if sealed.len() > MAX_BODY {
        return Err(Error::TooLong { max: MAX_BODY, found: sealed.len() });
    }
    Ok(vec![header.seal(sealed, suite, |message| epoch.keys.sign(message))])
}

/// Messages that are not whole yet.
#[derive(Debug, Default)]
pub(crate) struct Reassembly {}

/// What a packet makes of its message.
#[derive(Debug)]
pub(crate) enum Progress {
    /// All of it is here: the head's header, its id, and the sealed bytes.
    Whole(Header, PacketId, Vec<u8>),
    /// Others are missing. These are known by id and worth asking for.
    Waiting(Vec<PacketId>),
    /// It does not fit: counted as `Drop::Fragment`.
    Refused,
}

impl Reassembly {
    pub(crate) fn new(_config: &Config) -> Self {
        Self {}
    }

    /// Takes a verified packet of an own cluster.
    pub(crate) fn add(
        &mut self,
        _config: &Config,
        _now: Time,
        _timers: &mut Timers,
        id: &PacketId,
        data: Data<'_>,
    ) -> Progress {
        match data.index() {
            0 => Progress::Whole(data.header(), *id, data.body().to_vec()),
            _ => Progress::Refused,
        }
    }

    /// `Timer::Reassembly`: gives up what has waited too long.
    pub(crate) fn expire(&mut self, _now: Time, _timers: &mut Timers) {}
}
