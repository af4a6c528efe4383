//! Events on their way to the application. A slow application loses streamed bytes before messages, and learns of it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use socket_p2p::{Event, PeerId};
use tokio::sync::Notify;

use crate::State;

/// Streamed bytes are dropped above this.
const STREAM_BYTES: usize = 4 << 20;
/// Messages are dropped above this.
const MAX_BYTES: usize = 64 << 20;

/// What happens to a peer, in order.
#[derive(Debug)]
pub struct Events {
    queue: Arc<Queue>,
}

#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<Pending>,
    notify: Notify,
    taken: Notify,
}

#[derive(Debug, Default)]
struct Pending {
    events: VecDeque<Event>,
    bytes: usize,
    lost: u64,
    closed: bool,
    /// What the peer ended with.
    ended: Option<State>,
    /// Bytes of reliable messages that were read, for the senders' windows.
    taken: BTreeMap<PeerId, usize>,
}

fn size(event: &Event) -> usize {
    128 + match event {
        Event::Message(message) => message.payload.len(),
        Event::Stream { payload, .. } => payload.len(),
        Event::Group { members, .. } => members.len() * 32,
        _ => 0,
    }
}

impl Pending {
    fn take(&mut self, event: &Event) {
        if let Event::Stream { peer, payload, reliable: true } = event {
            *self.taken.entry(*peer).or_default() += payload.len();
        }
    }
}

impl Queue {
    pub(crate) fn pair() -> (Arc<Self>, Events) {
        let queue = Arc::new(Self::default());
        (queue.clone(), Events { queue })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Pending) -> T) -> T {
        // Nothing in here leaves it half done.
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn push(self: &Arc<Self>, event: Event) {
        // The application keeps no end of it.
        if Arc::strong_count(self) == 1 {
            self.with(|pending| pending.take(&event));
            return self.taken.notify_one();
        }
        // What is reliable is bounded by its senders' windows.
        let lossy = matches!(event, Event::Stream { reliable: false, .. });
        let limit = if lossy { STREAM_BYTES } else { MAX_BYTES };
        let size = size(&event);
        self.with(|pending| {
            if pending.bytes + size > limit {
                pending.lost += 1;
            } else {
                pending.bytes += size;
                pending.events.push_back(event);
            }
        });
        self.notify.notify_one();
    }

    /// What the application has read since the last call; waits until there is some.
    pub(crate) async fn taken(&self) -> BTreeMap<PeerId, usize> {
        loop {
            let taken = self.with(|pending| std::mem::take(&mut pending.taken));
            if !taken.is_empty() {
                return taken;
            }
            self.taken.notified().await;
        }
    }

    pub(crate) fn close(&self, state: Option<State>) {
        self.with(|pending| (pending.closed, pending.ended) = (true, state));
        self.notify.notify_one();
    }
}

impl Events {
    /// The next one; `None` after the peer was closed and everything was read.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            let (event, closed) = self.queue.with(|pending| {
                let event = pending.events.pop_front();
                if let Some(event) = &event {
                    pending.bytes -= size(event);
                    pending.take(event);
                }
                (event, pending.closed)
            });
            if matches!(event, Some(Event::Stream { reliable: true, .. })) {
                self.queue.taken.notify_one();
            }
            if event.is_some() || closed {
                return event;
            }
            self.queue.notify.notified().await;
        }
    }

    /// After the last event: what is worth keeping of a peer that nobody closed, because all its handles went. Messages that
    /// no other peer has are in it. Once; and nothing after [`Peer::close`](crate::Peer::close), which has returned it.
    #[must_use]
    pub fn ended(&mut self) -> Option<State> {
        self.queue.with(|pending| pending.ended.take())
    }

    /// How many were dropped because they were not read in time.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.queue.with(|pending| pending.lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(length: usize) -> Event {
        Event::Stream { peer: PeerId([1; 32]), payload: vec![0; length].into(), reliable: false }
    }

    #[tokio::test]
    async fn a_slow_reader_loses_streams_first_and_is_told() {
        let (queue, mut events) = Queue::pair();
        for _ in 0..STREAM_BYTES / 1024 + 10 {
            queue.push(stream(1024));
        }
        let lost = events.lost();
        assert!(lost > 0);
        queue.push(Event::Joined);
        queue.close(None);
        let mut last = None;
        while let Some(event) = events.next().await {
            last = Some(event);
        }
        assert_eq!(last, Some(Event::Joined), "what is not streamed still comes");
        queue.push(stream(1024));
        assert_eq!(events.lost(), lost, "there is room again");
    }
}
