//! What is passed on needs no new memory: frames between two others, and packets that are known.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unsafe_code, reason = "an allocator that counts can only be made so")]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use bytes::Bytes;
use common::Network;
use socket_p2p::{Config, Input, LocalPort, NatKind, Output, Outputs};

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is done by the system's allocator; a number is added to beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that ends has no number any more.
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

fn config() -> Config {
    let mut config = Config::default();
    (config.active, config.outbound, config.shuffle_size) = (1, 0, 0);
    config.nat_samples = usize::MAX;
    config.frame_bytes = 64 * 1024;
    config
}

/// What a peer sends, and to whom.
fn sent(outputs: &Outputs) -> Vec<Bytes> {
    let bytes = outputs.iter().filter_map(|output| match output {
        Output::Send { bytes, .. } => Some(bytes.clone()),
        _ => None,
    });
    bytes.collect()
}

#[test]
fn passing_frames_on_allocates_nothing() {
    let mut network = Network::new(3, (1_000, 1_000), 0);
    for nat in [NatKind::Static, NatKind::Hard, NatKind::Hard] {
        let index = network.add(config());
        network.input(index, Input::Remembered { nat, address: None });
        if index > 0 {
            let contacts = vec![network.contact(0)];
            network.input(index, Input::Join { contacts });
        }
        network.run(Duration::from_millis(100));
    }
    let [_, one, other] = [0, 1, 2].map(|index| network.nodes[index].address);
    network.filter =
        Some(Box::new(move |from, to, _| (from, to) != (one, other) && (from, to) != (other, one)));
    let with = network.nodes[2].peer.id();
    network.input(1, Input::Connect { request: 1, peer: with, address: None });
    network.run(Duration::from_secs(1));
    // Frames as they come to the relay.
    let now = network.now;
    let frames: Vec<Bytes> = (0..200)
        .flat_map(|number| {
            let payload = [number as u8; 900];
            let input = Input::Send { request: 2, peer: with, reliable: false, payload: &payload };
            sent(&network.nodes[1].peer.handle(now, input))
        })
        .filter(|bytes| bytes.len() > 900)
        .collect();
    assert_eq!(frames.len(), 200);
    let relay = &mut network.nodes[0].peer;
    let mut outputs = Outputs::default();
    let mut passed = 0;
    let mut pass = |frames: &[Bytes]| {
        for bytes in frames {
            relay.handle_into(now, Input::Datagram { from: one, port: LocalPort::MAIN, bytes }, &mut outputs);
            // As a driver does: what has gathered is sent, and let go of.
            passed += outputs
                .drain()
                .filter(|output| matches!(output, Output::Send { to, .. } if *to == other))
                .count();
        }
    };
    // Tables and buffers get their size.
    pass(&frames[..100]);
    let count = allocations(|| pass(&frames[100..]));
    assert_eq!((passed, count), (200, 0));
}

#[test]
fn a_packet_that_is_known_allocates_nothing_and_a_new_one_little() {
    let mut network = Network::new(3, (1_000, 1_000), 0);
    let relays = network.add(Config::default());
    for _ in 0..9 {
        let index = network.add(config());
        let contacts = vec![network.contact(0)];
        network.input(index, Input::Join { contacts });
        network.run(Duration::from_millis(50));
    }
    let cluster = network.subscribe(1, [1; 32]);
    network.run(Duration::from_secs(3));
    let (from, now) = (network.nodes[1].address, network.now);
    let packets: Vec<Bytes> = (0..600_u32)
        .flat_map(|number| {
            let payload = [&number.to_be_bytes()[..], &[7; 500]].concat();
            sent(&network.nodes[1].peer.handle(now, common::publish(cluster, &payload)))
        })
        .filter(|bytes| bytes.len() > 700)
        .collect();
    assert_eq!(packets.len(), 600);
    let peer = &mut network.nodes[relays].peer;
    let mut outputs = Outputs::default();
    let mut take = |packets: &[Bytes]| {
        let mut passed = 0;
        for bytes in packets {
            peer.handle_into(now, Input::Datagram { from, port: LocalPort::MAIN, bytes }, &mut outputs);
            passed += outputs.drain().filter(|output| matches!(output, Output::Send { .. })).count();
        }
        passed
    };
    take(&packets[..300]);
    let mut passed = 0;
    let new = allocations(|| passed = take(&packets[300..]));
    assert!(passed >= 300, "{passed}");
    println!(
        "{:.2} allocations for a new packet, {:.1} sent for it",
        new as f64 / 300.0,
        passed as f64 / 300.0
    );
    // Its bytes, which are kept, and now and then a bigger table.
    assert!(new <= 300 * 6, "{new} for 300 new packets");
    let known = allocations(|| _ = take(&packets));
    assert_eq!(known, 0, "for 600 known packets");
}
