//! Datagrams on the wire between page and native code: index of the peer (u32), length (u32), bytes.

use std::net::SocketAddr;

use bytes::{BufMut, Bytes, BytesMut};
use socket_ipc::Endpoint;

use crate::address::endpoint;
use crate::prelude::*;

/// Index that means the peer a socket is connected to.
const CONNECTED: u32 = u32::MAX;

/// One datagram of a page.
pub(super) struct Record<'a> {
    /// Which peer of the list; `None`: the connected one.
    pub(super) peer: Option<usize>,
    /// What to send.
    pub(super) bytes: &'a [u8],
}

pub(super) fn broken() -> Error {
    Error::new(Code::REQUEST, "the records of datagrams are broken: each is peer (u32), length (u32), bytes")
}

/// Reads what a page sends together.
pub(super) fn records(mut body: &[u8]) -> Result<Vec<Record<'_>>> {
    let mut list = Vec::new();
    while !body.is_empty() {
        let (Some(peer), Some(length)) = (number(body, 0), number(body, 4)) else { return Err(broken()) };
        let (bytes, rest) = body[8..].split_at_checked(length as usize).ok_or_else(broken)?;
        list.push(Record { peer: (peer != CONNECTED).then_some(peer as usize), bytes });
        body = rest;
    }
    Ok(list)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// What has arrived together.
#[derive(Default)]
pub(super) struct Batch {
    peers: Vec<SocketAddr>,
    body: BytesMut,
    /// How many datagrams.
    pub(super) count: u64,
}

/// Bytes after which a batch goes off though there is more.
const FULL: usize = 256 << 10;
/// How far back a sender is looked for before it is listed again.
const LOOK_BACK: usize = 8;

impl Batch {
    pub(super) fn push(&mut self, from: SocketAddr, bytes: &[u8]) {
        let start = self.peers.len().saturating_sub(LOOK_BACK);
        let found = self.peers[start..].iter().rposition(|peer| *peer == from).map(|index| start + index);
        let peer = found.unwrap_or_else(|| {
            self.peers.push(from);
            self.peers.len() - 1
        });
        self.body.reserve(8 + bytes.len());
        // A batch has far fewer peers, a datagram far fewer bytes than fit.
        self.body.put_u32_le(peer as u32);
        self.body.put_u32_le(bytes.len() as u32);
        self.body.put_slice(bytes);
        self.count += 1;
    }

    pub(super) fn is_full(&self) -> bool {
        self.body.len() >= FULL
    }

    pub(super) fn finish(self) -> (Vec<Endpoint>, Bytes) {
        (self.peers.into_iter().map(endpoint).collect(), self.body.freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_reads_as_it_was_written() {
        let mut batch = Batch::default();
        let (one, two) = (SocketAddr::from(([1, 2, 3, 4], 5)), SocketAddr::from(([1, 2, 3, 4], 6)));
        for (from, bytes) in [(one, &b"abc"[..]), (two, b""), (one, b"d")] {
            batch.push(from, bytes);
        }
        assert_eq!(batch.count, 3);
        let (peers, body) = batch.finish();
        assert_eq!(peers.iter().map(|peer| peer.port).collect::<Vec<_>>(), [5, 6]);
        let list = records(&body).expect("whole");
        let list: Vec<_> = list.iter().map(|record| (record.peer, record.bytes)).collect();
        assert_eq!(list, [(Some(0), &b"abc"[..]), (Some(1), b""), (Some(0), b"d")]);
    }

    #[test]
    fn broken_records_are_refused() {
        for body in [&b"\0"[..], b"\0\0\0\0\x01\0\0", b"\0\0\0\0\x01\0\0\0", b"\0\0\0\0\xff\xff\xff\xffx"] {
            assert_eq!(
                records(body).err().map(|error| error.code().to_owned()).as_deref(),
                Some("ERR_IPC_REQUEST")
            );
        }
        assert_eq!(records(b"\xff\xff\xff\xff\x01\0\0\0x").expect("whole")[0].peer, None);
    }
}
