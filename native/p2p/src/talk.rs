//! Streams: messages from one peer to another, in order, each once, over whatever way there is at the moment. Segments are
//! acknowledged one by one, sent again when they are lost, no more of them at once than the way and the receiver
//! bear. A stream does not belong to a link: it goes on over the next one.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;

use crate::id::PeerId;
use crate::io::Event;
use crate::links::Rtt;
use crate::metrics::Drop;
use crate::on::stream::{RECEIVED, RESET, SEGMENT};
use crate::packet::Reader;
use crate::peer::Peer;
use crate::timers::Timer;
use crate::{Error, MAX_STREAM, Time, nat};

/// Bytes of a segment: with the headers of a relay and of both sessions it fits a datagram.
const SEGMENT_BYTES: usize = 1024;
/// Peers with whom there are streams.
const MAX_TALKS: usize = 128;
/// Bytes that may wait to be sent to one peer.
const QUEUE: usize = 256 * 1024;
/// Bytes that a peer may send before the application has taken what came before.
const WINDOW: usize = 256 * 1024;
/// Segments that wait for earlier ones, of all peers, in bytes.
const EARLY: usize = 512 * 1024;
/// Segments on their way at first, and at most.
const FIRST_FLIGHT: u32 = 16;
const MOST_FLIGHT: u32 = 256;
/// Bounds of the wait for an acknowledgement.
const WAIT: (Duration, Duration) = (Duration::from_millis(60), Duration::from_secs(2));
const UNKNOWN_WAIT: Duration = Duration::from_millis(400);
/// Segments that must have come after one that did not, before it is taken for lost.
const OVERTAKEN: u32 = 3;
/// How long a stream waits for a way.
const FORGOTTEN: Duration = Duration::from_secs(60);

const END: u8 = 1;

#[derive(Clone, Debug)]
struct Segment {
    flags: u8,
    bytes: Bytes,
    sent: Option<Time>,
    times: u32,
    there: bool,
}

/// Both directions between two peers.
#[derive(Clone, Debug)]
struct Talk {
    /// The name of what we send: whoever does not know it has lost what came before.
    stream: u32,
    queue: VecDeque<Segment>,
    /// The number of the first in `queue`.
    oldest: u32,
    queued: usize,
    flight: u32,
    threshold: u32,
    /// Acknowledged since `flight` grew.
    grown: u32,
    cut: Time,
    room: u32,
    rtt: Rtt,
    backoff: u32,
    refused: bool,
    /// The name of what comes, the number that is awaited, what came before its turn.
    theirs: Option<u32>,
    next: u32,
    early: BTreeMap<u32, (u8, Bytes)>,
    message: Vec<u8>,
    /// Given to the application, not taken by it.
    waiting: usize,
    closed: bool,
    alive: Time,
}

impl Talk {
    fn new(stream: u32, now: Time) -> Self {
        Self {
            stream,
            queue: VecDeque::new(),
            oldest: 0,
            queued: 0,
            flight: FIRST_FLIGHT,
            threshold: MOST_FLIGHT,
            grown: 0,
            cut: now,
            room: FIRST_FLIGHT,
            rtt: Rtt::default(),
            backoff: 0,
            refused: false,
            theirs: None,
            next: 0,
            early: BTreeMap::new(),
            message: Vec::new(),
            waiting: 0,
            closed: false,
            alive: now,
        }
    }

    fn wait(&self) -> Duration {
        let base =
            self.rtt.smoothed().map_or(UNKNOWN_WAIT, |smoothed| smoothed * 2 + Duration::from_millis(10));
        (base.max(WAIT.0) * (1 << self.backoff.min(5))).min(WAIT.1)
    }

    /// Segments that may still come.
    fn window(&self) -> u16 {
        let free = WINDOW.saturating_sub(self.waiting + self.early.len() * SEGMENT_BYTES) / SEGMENT_BYTES;
        u16::try_from(free).unwrap_or(u16::MAX)
    }

    /// Fewer at once: something was lost. Once for a round trip.
    fn cut(&mut self, now: Time) {
        if now.since(self.cut) >= self.rtt.smoothed().unwrap_or(WAIT.0) {
            self.cut = now;
            self.threshold = (self.flight * 7 / 10).max(4);
            self.flight = self.threshold;
        }
    }
}

/// Streams with all peers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Talks {
    with: BTreeMap<PeerId, Talk>,
}

impl Talks {
    fn early(&self) -> usize {
        self.with.values().map(|talk| talk.early.len() * SEGMENT_BYTES).sum()
    }

    /// What others can make it occupy. What our application sends is not counted.
    pub(crate) fn bytes(&self) -> usize {
        self.with
            .values()
            .map(|talk| size_of::<Talk>() + talk.early.len() * (SEGMENT_BYTES + 64) + talk.message.len())
            .sum()
    }
}

fn open<'a>(peer: &'a mut Peer, with: &PeerId) -> Option<&'a mut Talk> {
    if !peer.talks.with.contains_key(with) {
        if peer.talks.with.len() >= MAX_TALKS {
            return None;
        }
        let talk = Talk::new(peer.rng.u32(), peer.now);
        peer.talks.with.insert(*with, talk);
    }
    peer.talks.with.get_mut(with)
}

/// `Input::Send`.
pub(crate) fn send(peer: &mut Peer, request: u64, to: &PeerId, payload: &[u8]) {
    let Some(talk) = open(peer, to) else { return peer.refuse(request, Error::Busy) };
    if talk.queued > 0 && talk.queued + payload.len() > QUEUE {
        talk.refused = true;
        return peer.refuse(request, Error::Busy);
    }
    let payload = Bytes::copy_from_slice(payload);
    let count = payload.len().div_ceil(SEGMENT_BYTES).max(1);
    for nth in 0..count {
        let end = ((nth + 1) * SEGMENT_BYTES).min(payload.len());
        let bytes = payload.slice(nth * SEGMENT_BYTES..end);
        let flags = if nth + 1 == count { END } else { 0 };
        talk.queue.push_back(Segment { flags, bytes, sent: None, times: 0, there: false });
    }
    talk.queued += payload.len();
    go_on(peer, to);
}

/// Sends what may be sent now, and what is late once more.
fn go_on(peer: &mut Peer, to: &PeerId) {
    let now = peer.now;
    let Some(talk) = peer.talks.with.get_mut(to) else { return };
    let wait = talk.wait();
    let most = talk.flight.min(talk.room);
    let mut flying =
        talk.queue.iter().filter(|segment| segment.sent.is_some() && !segment.there).count() as u32;
    let last_there = talk.queue.iter().rposition(|segment| segment.there).unwrap_or_default();
    let mut out: Vec<Vec<u8>> = Vec::new();
    let (stream, oldest) = (talk.stream, talk.oldest);
    let mut lost = false;
    let round = talk.rtt.late().unwrap_or(WAIT.0);
    for at in 0..talk.queue.len() {
        let number = talk.oldest.wrapping_add(at as u32);
        let Some(segment) = talk.queue.get_mut(at) else { break };
        if segment.there {
            continue;
        }
        let again = match segment.sent {
            // Nothing is on its way, and there is no room: one is sent to hear when there is.
            None if flying < most || (flying == 0 && at == 0 && out.is_empty()) => {
                flying += 1;
                false
            }
            None => break,
            Some(sent) => {
                let overtaken = last_there as u32 >= at as u32 + OVERTAKEN && now.since(sent) >= round;
                if !overtaken && (now.since(sent) < wait || at > 0) {
                    continue;
                }
                if !overtaken {
                    talk.backoff += 1;
                }
                lost = true;
                true
            }
        };
        segment.sent = Some(now);
        segment.times += 1;
        if again && out.len() >= FIRST_FLIGHT as usize {
            break;
        }
        let mut body = Vec::with_capacity(14 + segment.bytes.len());
        body.push(SEGMENT);
        body.extend_from_slice(&stream.to_be_bytes());
        body.extend_from_slice(&oldest.to_be_bytes());
        body.extend_from_slice(&number.to_be_bytes());
        body.push(segment.flags);
        body.extend_from_slice(&segment.bytes);
        out.push(body);
    }
    if lost && talk.room > 0 {
        talk.cut(now);
    }
    for body in out {
        nat::say(peer, to, &body);
    }
    schedule(peer, to);
}

fn schedule(peer: &mut Peer, to: &PeerId) {
    let Some(talk) = peer.talks.with.get(to) else { return };
    let oldest = talk.queue.iter().find(|segment| !segment.there).and_then(|segment| segment.sent);
    if let Some(sent) = oldest {
        let at = (sent + talk.wait()).max(Time(peer.now.0 + 1));
        peer.timers.set_earlier(Timer::Talk, at);
    }
}

/// `Timer::Talk`.
pub(crate) fn due(peer: &mut Peer) {
    let now = peer.now;
    let all: Vec<PeerId> = peer.talks.with.keys().copied().collect();
    for with in all {
        let reached = nat::reaches(peer, &with);
        let Some(talk) = peer.talks.with.get_mut(&with) else { continue };
        if reached {
            talk.alive = now;
        } else if now.since(talk.alive) >= FORGOTTEN {
            end(peer, &with);
            continue;
        }
        if !talk.queue.is_empty() {
            go_on(peer, &with);
        }
    }
}

/// There is a way again: what waits goes out at once.
pub(crate) fn kick(peer: &mut Peer, with: &PeerId) {
    let Some(talk) = peer.talks.with.get_mut(with) else { return };
    talk.backoff = 0;
    for segment in &mut talk.queue {
        segment.sent = None;
    }
    go_on(peer, with);
}

/// The connection has ended; what was not acknowledged may not have come.
pub(crate) fn end(peer: &mut Peer, with: &PeerId) {
    peer.talks.with.remove(with);
}

/// A part of a message.
pub(crate) fn segment(peer: &mut Peer, from: &PeerId, body: &[u8]) -> Option<()> {
    let mut reader = Reader(body);
    let (stream, oldest, number, flags) = (reader.u32()?, reader.u32()?, reader.u32()?, reader.u8()?);
    let bytes = reader.0;
    if bytes.len() > SEGMENT_BYTES {
        return None;
    }
    let early = peer.talks.early();
    let now = peer.now;
    let before = peer.talks.with.get(from).filter(|talk| talk.theirs == Some(stream));
    let known = before.is_some();
    let awaited = before.map_or(0, |talk| talk.next);
    if (1..1 << 31).contains(&oldest.wrapping_sub(awaited)) {
        // What it no longer keeps is not here: one of us began anew.
        let mut answer = [RESET; 5];
        answer[1..].copy_from_slice(&stream.to_be_bytes());
        nat::say(peer, from, &answer);
        return Some(());
    }
    let Some(talk) = open(peer, from) else {
        peer.drop(Drop::Rate);
        return Some(());
    };
    talk.alive = now;
    if !known {
        // The other began anew: what was not whole of its last stream will not be.
        talk.theirs = Some(stream);
        talk.next = 0;
        talk.early.clear();
        talk.message.clear();
    }
    let ahead = number.wrapping_sub(talk.next);
    // Behind: it came before, and the acknowledgement was lost.
    let is_new = ahead < 1 << 31 && !talk.early.contains_key(&number);
    let fits = ahead < u32::from(talk.window()).min(MOST_FLIGHT) && (ahead == 0 || early < EARLY);
    let mut whole: Vec<Bytes> = Vec::new();
    if is_new && !fits {
        peer.drop(Drop::Rate);
    } else if is_new {
        talk.early.insert(number, (flags, Bytes::copy_from_slice(bytes)));
        while let Some((flags, bytes)) = talk.early.remove(&talk.next) {
            talk.next = talk.next.wrapping_add(1);
            talk.message.extend_from_slice(&bytes);
            if talk.message.len() > MAX_STREAM {
                peer.talks.with.remove(from);
                return None;
            }
            if flags & END != 0 {
                let message = std::mem::take(&mut talk.message);
                talk.waiting += message.len();
                whole.push(message.into());
            }
        }
    }
    acknowledge(peer, from);
    for payload in whole {
        peer.metrics.streamed += 1;
        peer.emit(Event::Stream { peer: *from, payload, reliable: true });
    }
    Some(())
}

fn acknowledge(peer: &mut Peer, to: &PeerId) {
    let Some(talk) = peer.talks.with.get_mut(to) else { return };
    let Some(stream) = talk.theirs else { return };
    let window = talk.window();
    talk.closed = window == 0;
    let mut bits = 0_u64;
    for number in talk.early.keys() {
        let ahead = number.wrapping_sub(talk.next);
        if (1..=64).contains(&ahead) {
            bits |= 1 << (ahead - 1);
        }
    }
    let mut body = [RECEIVED; 19];
    body[1..5].copy_from_slice(&stream.to_be_bytes());
    body[5..9].copy_from_slice(&talk.next.to_be_bytes());
    body[9..11].copy_from_slice(&window.to_be_bytes());
    body[11..].copy_from_slice(&bits.to_be_bytes());
    nat::say(peer, to, &body);
}

/// What came of what we sent.
pub(crate) fn received(peer: &mut Peer, from: &PeerId, body: &[u8]) -> Option<()> {
    let mut reader = Reader(body);
    let (stream, next, room, bits) = (reader.u32()?, reader.u32()?, reader.u16()?, reader.u64()?);
    reader.end()?;
    let now = peer.now;
    let Some(talk) = peer.talks.with.get_mut(from).filter(|talk| talk.stream == stream) else {
        return Some(());
    };
    talk.alive = now;
    let done = next.wrapping_sub(talk.oldest) as usize;
    // Beyond what was sent, or older than what is known: an old acknowledgement.
    let sent = talk.queue.iter().take_while(|segment| segment.times > 0).count();
    if done > sent {
        return Some(());
    }
    let mut fresh = 0;
    for _ in 0..done {
        let Some(segment) = talk.queue.pop_front() else { break };
        talk.queued = talk.queued.saturating_sub(segment.bytes.len());
        fresh += u32::from(!segment.there);
        if let (1, Some(sent), false) = (segment.times, segment.sent, segment.there) {
            talk.rtt.sample(now.since(sent));
        }
    }
    talk.oldest = next;
    for at in 0..64_usize {
        if bits >> at & 1 == 1
            && let Some(segment) = talk.queue.get_mut(at + 1)
            && !segment.there
        {
            segment.there = true;
            fresh += 1;
            if let (1, Some(sent)) = (segment.times, segment.sent) {
                talk.rtt.sample(now.since(sent));
            }
        }
    }
    talk.room = u32::from(room);
    if fresh > 0 {
        talk.backoff = 0;
        talk.grown += fresh;
        let step = if talk.flight < talk.threshold { 1 } else { talk.flight };
        while talk.grown >= step && talk.flight < MOST_FLIGHT {
            talk.grown -= step;
            talk.flight += 1;
        }
        talk.grown = talk.grown.min(MOST_FLIGHT);
    }
    let writable = talk.refused && talk.queued <= QUEUE / 2;
    if writable {
        talk.refused = false;
    }
    go_on(peer, from);
    if writable {
        peer.emit(Event::Writable { peer: *from });
    }
    Some(())
}

/// The other does not know our stream any more: it was started anew, and what was not acknowledged is lost.
pub(crate) fn reset(peer: &mut Peer, from: &PeerId, body: &[u8]) -> Option<()> {
    let stream = u32::from_be_bytes(body.try_into().ok()?);
    if peer.talks.with.get(from).is_some_and(|talk| talk.stream == stream) {
        nat::gone(peer, from);
        end(peer, from);
    }
    Some(())
}

/// `Input::Consumed`: the application took what was given to it.
pub(crate) fn consumed(peer: &mut Peer, from: &PeerId, bytes: usize) {
    let Some(talk) = peer.talks.with.get_mut(from) else { return };
    talk.waiting = talk.waiting.saturating_sub(bytes);
    if talk.closed && talk.waiting <= WINDOW / 2 {
        acknowledge(peer, from);
    }
}
