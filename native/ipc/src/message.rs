//! What a call and its answer look like on any transport.
//!
//! ```text
//! frame = length of head (u32, little endian) | head (JSON) | tail (raw bytes, to the end)
//! ```

use std::fmt;
use std::fs::File;

use bytes::{Bytes, BytesMut};
use serde::Serialize;
use serde::de::DeserializeOwned;
use ts_rs::TS;

use crate::{Code, Error, Result};

/// The largest head. Bytes belong in the tail; a larger head is a mistake or an attack.
const MAX_HEAD: usize = 16 << 20;

/// A JSON head and a raw tail.
#[derive(Debug, Default)]
pub struct Message {
    /// JSON; empty means `null`.
    pub head: Bytes,
    /// What rides beside the JSON.
    pub body: Body,
}

/// The tail of a message.
#[derive(Debug, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// Bytes in memory.
    Bytes(Bytes),
    /// The next `length` bytes of a file: a transport may move them without reading them into memory.
    File {
        /// Positioned where the body begins.
        file: File,
        /// Bytes to send.
        length: u64,
    },
    /// The bytes that a reader gives. When it fails, the rest is not there and the whole is not to be used.
    Reader {
        /// Gives at most `length` bytes; may block.
        reader: Reader,
        /// Bytes to send.
        length: u64,
    },
}

/// Where the bytes of a [`Body::Reader`] come from.
pub struct Reader(pub Box<dyn std::io::Read + Send>);

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

impl Body {
    /// Length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Body::Empty => 0,
            Body::Bytes(bytes) => bytes.len() as u64,
            Body::File { length, .. } | Body::Reader { length, .. } => *length,
        }
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes; reads a file to its end, so call it where blocking is fine.
    pub fn into_bytes(self) -> Result<Bytes> {
        use std::io::Read;
        let (source, length): (Box<dyn Read>, u64) = match self {
            Body::Empty => return Ok(Bytes::new()),
            Body::Bytes(bytes) => return Ok(bytes),
            Body::File { file, length } => (Box::new(file), length),
            Body::Reader { reader, length } => (reader.0, length),
        };
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        source.take(length).read_to_end(&mut bytes).map_err(|error| Error::from(error).syscall("read"))?;
        Ok(bytes.into())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Body {
        if bytes.is_empty() { Body::Empty } else { Body::Bytes(bytes) }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Body {
        Bytes::from(bytes).into()
    }
}

impl Message {
    /// A message without a tail.
    pub fn json(head: impl Into<Bytes>) -> Message {
        Message { head: head.into(), body: Body::Empty }
    }

    /// Reads a frame. The tail shares the frame's memory.
    pub fn decode(mut frame: Bytes) -> Result<Message> {
        let Some(length) = frame.first_chunk::<4>() else {
            return Err(Error::new(
                Code::FRAME,
                format!("a frame has at least 4 bytes, this one {}", frame.len()),
            ));
        };
        let length = u32::from_le_bytes(*length) as usize;
        let rest = frame.len() - 4;
        if length > rest || length > MAX_HEAD {
            let text =
                format!("the head of a frame says {length} bytes, and {rest} follow (at most {MAX_HEAD})");
            return Err(Error::new(Code::FRAME, text));
        }
        let mut frame = frame.split_off(4);
        let head = frame.split_to(length);
        Ok(Message { head, body: frame.into() })
    }

    /// The frame up to where the tail begins.
    pub fn prefix(&self) -> Bytes {
        let mut frame = BytesMut::with_capacity(4 + self.head.len());
        // A head that large cannot be made: MAX_HEAD is far below u32::MAX.
        frame.extend_from_slice(&u32::try_from(self.head.len()).unwrap_or(u32::MAX).to_le_bytes());
        frame.extend_from_slice(&self.head);
        frame.freeze()
    }

    /// The whole frame in one piece.
    pub fn encode(self) -> Result<Bytes> {
        let prefix = self.prefix();
        if self.body.is_empty() {
            return Ok(prefix);
        }
        let mut frame = BytesMut::from(prefix);
        frame.extend_from_slice(&self.body.into_bytes()?);
        Ok(frame.freeze())
    }
}

/// A head with bytes beside it: `T` in JSON, then the body raw.
#[derive(Clone, Debug)]
pub struct WithBody<T, B = Bytes> {
    /// What is sent as JSON.
    pub head: T,
    /// What is sent raw.
    pub body: B,
}

/// The fields of the head, so that a table may name them whether or not a tail follows.
impl<T, B> std::ops::Deref for WithBody<T, B> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.head
    }
}

/// What a handler can take.
pub trait FromMessage: Sized {
    /// The type of the head.
    type Head: TS + 'static;
    /// Whether a tail belongs to it.
    const BODY: bool;
    /// Reads the request of a route.
    fn from_message(message: Message) -> Result<Self>;
}

/// What a handler can give.
pub trait IntoMessage {
    /// The type of the head.
    type Head: TS + 'static;
    /// Whether a tail belongs to it.
    const BODY: bool;
    /// Writes the answer of a route.
    fn into_message(self) -> Result<Message>;
}

fn read<T: DeserializeOwned>(head: &[u8]) -> Result<T> {
    let head = if head.is_empty() { b"null" } else { head };
    serde_json::from_slice(head)
        .map_err(|error| Error::new(Code::REQUEST, format!("the request does not fit: {error}")))
}

fn write<T: Serialize>(head: &T) -> Result<Bytes> {
    serde_json::to_vec(head)
        .map(Bytes::from)
        .map_err(|error| Error::new(Code::INTERNAL, format!("the answer cannot be written as JSON: {error}")))
}

impl<T: DeserializeOwned + TS + 'static> FromMessage for T {
    type Head = T;
    const BODY: bool = false;

    fn from_message(message: Message) -> Result<T> {
        read(&message.head)
    }
}

impl<T: DeserializeOwned + TS + 'static> FromMessage for WithBody<T> {
    type Head = T;
    const BODY: bool = true;

    fn from_message(message: Message) -> Result<WithBody<T>> {
        Ok(WithBody { head: read(&message.head)?, body: message.body.into_bytes()? })
    }
}

impl<T: Serialize + TS + 'static> IntoMessage for T {
    type Head = T;
    const BODY: bool = false;

    fn into_message(self) -> Result<Message> {
        Ok(Message::json(write(&self)?))
    }
}

impl<T: Serialize + TS + 'static, B: Into<Body>> IntoMessage for WithBody<T, B> {
    type Head = T;
    const BODY: bool = true;

    fn into_message(self) -> Result<Message> {
        Ok(Message { head: write(&self.head)?, body: self.body.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_length_head_tail() {
        let message =
            Message { head: Bytes::from_static(b"{\"fd\":3}"), body: Bytes::from_static(b"raw").into() };
        let frame = message.encode().expect("encodes");
        assert_eq!(&frame[..], b"\x08\0\0\0{\"fd\":3}raw");
        let message = Message::decode(frame).expect("decodes");
        assert_eq!(&message.head[..], b"{\"fd\":3}");
        assert_eq!(&message.body.into_bytes().expect("in memory")[..], b"raw");
    }

    #[test]
    fn broken_frames_are_errors() {
        for frame in [&b""[..], b"\x01", b"\x09\0\0\0{\"fd\":3}", b"\xff\xff\xff\xff{}"] {
            let error = Message::decode(Bytes::copy_from_slice(frame)).expect_err("broken");
            assert_eq!(error.code(), Code::FRAME.as_str());
        }
    }
}
