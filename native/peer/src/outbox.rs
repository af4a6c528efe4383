//! Messages that were published here and that no other peer is known to have.

use std::collections::VecDeque;

use socket_p2p::PacketId;

use crate::state::Unsent;

/// Nothing more is published above this, in bytes: as much as the cache could keep.
const MAX_BYTES: usize = 16 << 20;

#[derive(Debug, Default)]
pub(crate) struct Outbox {
    messages: VecDeque<(PacketId, Unsent)>,
    bytes: usize,
}

impl Outbox {
    /// A message was published.
    pub(crate) fn add(&mut self, id: PacketId, message: Unsent) {
        self.bytes += message.payload.len();
        self.messages.push_back((id, message));
    }

    /// Whether what waits must go first.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes >= MAX_BYTES
    }

    /// Another peer has it.
    pub(crate) fn spread(&mut self, id: &PacketId) {
        if let Some(at) = self.messages.iter().position(|(found, _)| found == id)
            && let Some((_, message)) = self.messages.remove(at)
        {
            self.bytes -= message.payload.len();
        }
    }

    pub(crate) fn unsent(&self) -> impl Iterator<Item = &Unsent> {
        self.messages.iter().map(|(_, message)| message)
    }
}
