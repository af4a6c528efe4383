//! Ids of packets that are gone.

use std::collections::VecDeque;

use crate::id::ShortId;
use crate::table::Table;

/// The newest so many ids; the oldest is forgotten for a new one.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    limit: usize,
    order: VecDeque<ShortId>,
    ids: Table<ShortId, ()>,
}

impl Memory {
    pub(crate) fn new(limit: usize, secret: u64) -> Self {
        Self { limit, order: VecDeque::new(), ids: Table::new(secret) }
    }

    /// Whether it was new.
    pub(crate) fn add(&mut self, id: ShortId) -> bool {
        if self.limit == 0 || self.ids.insert(id, ()).is_some() {
            return self.limit == 0;
        }
        self.order.push_back(id);
        if self.order.len() > self.limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }

    pub(crate) fn has(&self, id: &ShortId) -> bool {
        self.ids.has(id)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.order.capacity() * size_of::<ShortId>() + self.ids.bytes()
    }
}
