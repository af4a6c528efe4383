//! Any bytes: decoded or refused, and what was decoded has the length that it says.
#![no_main]
#![allow(clippy::panic, reason = "a panic is what the fuzzer looks for")]

use libfuzzer_sys::fuzz_target;
use socket_p2p::packet::{Data, HEADER, MAX_DATA, MAX_DATAGRAM, Packet, SIGNATURE};

fuzz_target!(|bytes: &[u8]| {
    match Packet::decode(bytes) {
        Ok(Packet::Data(data)) => {
            assert_eq!(data.bytes(), bytes);
            assert_eq!(HEADER + SIGNATURE + data.body().len(), bytes.len());
            let header = data.header();
            let again = header.encode(data.body());
            let Ok(Packet::Data(same)) = Packet::decode(&again) else { panic!("encoded, and not decoded") };
            assert_eq!(same.header(), header);
        }
        Ok(Packet::Signed(packet)) => assert_eq!(130 + packet.body().len(), bytes.len()),
        Ok(Packet::Sealed(frame)) => assert_eq!(frame.head().len() + frame.sealed().len(), bytes.len()),
        Err(_) => {}
    }
    assert!(Packet::decode(bytes).is_err() || bytes.len() <= MAX_DATAGRAM);
    assert!(Data::new(bytes).is_err() || bytes.len() <= MAX_DATA);
});
