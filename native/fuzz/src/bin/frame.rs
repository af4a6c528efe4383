//! Any bytes as a frame of IPC: refused, or a head and a tail that are where the frame says, in the frame's own memory.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use socket_fuzz::allocated;
use socket_ipc::{Body, Message, Seq};

/// For a handle on the frame's memory, or the text of an error; never for what a frame claims to hold.
const MEMORY: usize = 1024;

fuzz_target!(|bytes: &[u8]| {
    let frame = Bytes::copy_from_slice(bytes);
    let (decoded, memory) = allocated(|| Message::decode(frame.clone()));
    assert!(memory <= MEMORY, "{memory} bytes of memory for a frame of {}", bytes.len());
    match decoded {
        Ok(message) => {
            let length = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
            assert_eq!(&message.head[..], &bytes[4..4 + length]);
            let (Body::Bytes(_) | Body::Empty) = &message.body else { unreachable!("a frame is in memory") };
            assert_eq!(message.body.len() as usize, bytes.len() - 4 - length);
            let _ = serde_json::from_slice::<serde_json::Value>(&message.head);
            assert_eq!(message.encode().expect("it was a frame"), frame);
        }
        Err(error) => assert_eq!(error.code(), "ERR_IPC_FRAME"),
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(seq) = Seq::parse(text)
    {
        assert_eq!(Seq::parse(&seq.to_string()), Some(seq));
    }
});
