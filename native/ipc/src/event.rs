//! What native code tells a page without being asked.
//!
//! A page collects its events with one long-poll (`ipc.events`), so a slow page is never flooded: the queue is
//! bounded and each kind of event says what happens when it is full.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::Mutex;

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;
use tokio::sync::Notify;
use ts_rs::TS;

use crate::document::lock;
use crate::{Code, Error, IntoMessage, Result};

/// How many bytes may wait for one realm. A page that does not collect cannot make the host grow.
const MAX_BYTES: usize = 8 << 20;
/// How many events may wait for one realm.
const MAX_EVENTS: usize = 65_536;

/// What happens to an event for which there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// The emitter waits: nothing is lost (`Document::emit_wait`), or is told that there is no room (`emit`).
    Wait,
    /// The oldest waiting event of the same kind goes.
    DropOldest,
    /// The new one goes.
    DropNewest,
    /// Only the newest counts: it takes the place of a waiting one of the same kind.
    Latest,
}

/// One kind of event, with the type of what it carries.
#[derive(Debug)]
pub struct Event<T> {
    /// As pages know it, for example `dgram.message`.
    pub name: &'static str,
    /// What happens when the queue is full.
    pub overflow: Overflow,
    marker: PhantomData<fn(T)>,
}

impl<T> Event<T> {
    /// Used by the `routes!` macro.
    pub const fn new(name: &'static str, overflow: Overflow) -> Event<T> {
        Event { name, overflow, marker: PhantomData }
    }
}

/// An event as the table of its module lists it.
#[derive(Debug)]
pub struct EventInfo {
    /// As pages know it.
    pub name: &'static str,
    /// For people; becomes JSDoc.
    pub doc: &'static str,
    /// Type of the payload.
    #[cfg(feature = "typescript")]
    pub(crate) signature: fn(&mut crate::typescript::Types) -> String,
}

impl EventInfo {
    /// Used by the `routes!` macro.
    #[doc(hidden)]
    pub fn new<T: IntoMessage>(event: &Event<T>, doc: &'static str) -> EventInfo {
        EventInfo {
            name: event.name,
            doc,
            #[cfg(feature = "typescript")]
            signature: |types| types.name::<T::Head>(T::BODY),
        }
    }
}

/// Events on their way to one realm (a page, a frame or a worker).
#[derive(Debug, Default)]
pub struct Queue {
    state: Mutex<State>,
    readable: Notify,
    writable: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<(&'static str, Bytes)>,
    bytes: usize,
    dropped: u64,
    closed: bool,
}

impl State {
    fn is_full(&self, more: usize) -> bool {
        // One event larger than the limit passes when nothing else waits: otherwise it could never be sent.
        !self.waiting.is_empty() && (self.bytes + more > MAX_BYTES || self.waiting.len() >= MAX_EVENTS)
    }

    fn remove(&mut self, index: usize) {
        if let Some((_, frame)) = self.waiting.remove(index) {
            self.bytes -= frame.len();
        }
    }

    /// Whether the event found a place (or needs none any more).
    fn push(&mut self, name: &'static str, frame: &Bytes, overflow: Overflow) -> bool {
        if overflow == Overflow::Latest
            && let Some(index) = self.waiting.iter().position(|(other, _)| *other == name)
        {
            self.remove(index);
        }
        while self.is_full(frame.len()) {
            match overflow {
                Overflow::Wait => return false,
                Overflow::DropNewest => {
                    self.dropped += 1;
                    return true;
                }
                Overflow::DropOldest | Overflow::Latest => {
                    let Some(index) = self.waiting.iter().position(|(other, _)| *other == name) else {
                        self.dropped += 1;
                        return true;
                    };
                    self.remove(index);
                    self.dropped += 1;
                }
            }
        }
        self.bytes += frame.len();
        self.waiting.push_back((name, frame.clone()));
        true
    }
}

/// What one long-poll brings.
#[derive(Debug, Serialize, TS)]
pub struct Batch {
    /// Events in the body, each a length (u32, little endian) and a frame whose head is `{ event, data }`.
    pub count: usize,
    /// Events dropped since the last poll.
    pub dropped: u64,
}

fn frame<T: IntoMessage>(event: &Event<T>, data: T) -> Result<Bytes> {
    let mut message = data.into_message()?;
    // The name is one of ours and the data is JSON already: nothing needs escaping.
    let mut head = BytesMut::with_capacity(message.head.len() + event.name.len() + 24);
    head.extend_from_slice(b"{\"event\":\"");
    head.extend_from_slice(event.name.as_bytes());
    head.extend_from_slice(b"\",\"data\":");
    head.extend_from_slice(&message.head);
    head.extend_from_slice(b"}");
    message.head = head.freeze();
    message.encode()
}

impl Queue {
    /// Hands over an event. With [`Overflow::Wait`] and no room: `ENOBUFS`.
    pub fn emit<T: IntoMessage>(&self, event: &Event<T>, data: T) -> Result<()> {
        let frame = frame(event, data)?;
        if self.push(event.name, &frame, event.overflow)? { Ok(()) } else { Err(Error::errno("ENOBUFS")) }
    }

    /// Hands over an event, waiting for room when its kind must not be lost.
    pub async fn emit_wait<T: IntoMessage>(&self, event: &Event<T>, data: T) -> Result<()> {
        let frame = frame(event, data)?;
        loop {
            // Registered before the look, so that room made in between is not missed.
            let room = self.writable.notified();
            if self.push(event.name, &frame, event.overflow)? {
                return Ok(());
            }
            room.await;
        }
    }

    /// Waits until there is room for an event of this size, or the queue is closed.
    pub async fn room(&self, bytes: usize) {
        loop {
            let room = self.writable.notified();
            if !self.is_full(bytes) {
                return;
            }
            room.await;
        }
    }

    fn is_full(&self, bytes: usize) -> bool {
        let state = lock(&self.state);
        !state.closed && state.is_full(bytes)
    }

    fn push(&self, name: &'static str, frame: &Bytes, overflow: Overflow) -> Result<bool> {
        let mut state = lock(&self.state);
        if state.closed {
            return Err(Error::errno("EPIPE"));
        }
        let pushed = state.push(name, frame, overflow);
        drop(state);
        if pushed {
            self.readable.notify_one();
        }
        Ok(pushed)
    }

    /// Waits for events and takes at most about `limit` bytes of them.
    pub async fn poll(&self, limit: usize) -> Result<(Batch, Bytes)> {
        loop {
            let readable = self.readable.notified();
            if let Some(batch) = self.take(limit)? {
                return Ok(batch);
            }
            readable.await;
        }
    }

    fn take(&self, limit: usize) -> Result<Option<(Batch, Bytes)>> {
        let mut state = lock(&self.state);
        if state.closed {
            return Err(Error::new(Code::ABORTED, "the document is closed"));
        }
        if state.waiting.is_empty() {
            return Ok(None);
        }
        let mut body = BytesMut::new();
        let mut count = 0;
        while let Some((_, frame)) = state.waiting.front() {
            if count > 0 && body.len() + frame.len() + 4 > limit {
                break;
            }
            // Frames are made from memory here and are far below 4 GiB.
            body.put_u32_le(u32::try_from(frame.len()).unwrap_or(u32::MAX));
            body.extend_from_slice(frame);
            state.remove(0);
            count += 1;
        }
        let dropped = std::mem::take(&mut state.dropped);
        drop(state);
        self.writable.notify_waiters();
        Ok(Some((Batch { count, dropped }, body.freeze())))
    }

    /// Drops what waits; from now on emitting fails with `EPIPE`.
    pub fn close(&self) {
        *lock(&self.state) = State { closed: true, ..State::default() };
        self.readable.notify_one();
        self.writable.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Message, WithBody};

    static WAIT: Event<WithBody<u32>> = Event::new("test.wait", Overflow::Wait);
    static OLDEST: Event<WithBody<u32>> = Event::new("test.oldest", Overflow::DropOldest);
    static NEWEST: Event<WithBody<u32>> = Event::new("test.newest", Overflow::DropNewest);
    static LATEST: Event<u32> = Event::new("test.latest", Overflow::Latest);

    fn mebibyte(head: u32) -> WithBody<u32> {
        WithBody { head, body: vec![0; 1 << 20].into() }
    }

    /// Head of the first event of a batch.
    fn first(body: &Bytes) -> String {
        let length = u32::from_le_bytes(*body.first_chunk().expect("a length")) as usize;
        let message = Message::decode(body.slice(4..4 + length)).expect("a frame");
        String::from_utf8(message.head.to_vec()).expect("text")
    }

    #[tokio::test]
    async fn a_full_queue_does_what_each_event_says() {
        let queue = Queue::default();
        for number in 0..7 {
            queue.emit(&WAIT, mebibyte(number)).expect("there is room");
        }
        assert_eq!(queue.emit(&WAIT, mebibyte(7)).expect_err("full").code(), "ENOBUFS");
        queue.emit(&NEWEST, mebibyte(7)).expect("dropped");
        queue.emit(&OLDEST, mebibyte(7)).expect("dropped: no older one of its kind");
        queue.emit(&LATEST, 1).expect("small");
        queue.emit(&LATEST, 2).expect("replaces");
        let (batch, body) = queue.poll(1).await.expect("open");
        assert_eq!((batch.count, batch.dropped), (1, 2));
        assert_eq!(first(&body), r#"{"event":"test.wait","data":0}"#);
        let (batch, _) = queue.poll(usize::MAX).await.expect("open");
        assert_eq!((batch.count, batch.dropped), (7, 0));
    }

    #[tokio::test]
    async fn an_emitter_waits_for_room_and_is_freed_by_close() {
        let queue = Queue::default();
        for number in 0..7 {
            queue.emit(&WAIT, mebibyte(number)).expect("there is room");
        }
        let (emitted, polled) = tokio::join!(queue.emit_wait(&WAIT, mebibyte(7)), queue.poll(1));
        emitted.expect("found room");
        assert_eq!(polled.expect("open").0.count, 1);
        let closing = async { queue.close() };
        let (emitted, ()) = tokio::join!(queue.emit_wait(&WAIT, mebibyte(8)), closing);
        assert_eq!(emitted.expect_err("closed").code(), "EPIPE");
        assert_eq!(queue.poll(1).await.expect_err("closed").code(), "ABORT_ERR");
    }
}
