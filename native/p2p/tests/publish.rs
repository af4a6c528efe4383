//! Messages reach everyone, once, decrypted.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::Network;
use socket_p2p::Config;

#[test]
fn two_peers_join_publish_and_receive() {
    let mut network = Network::new(1, (10_000, 50_000), 0);
    let (a, b) = (network.add(Config::default()), network.add(Config::default()));
    let cluster = network.subscribe(a, [1; 32]);
    assert_eq!(cluster, network.subscribe(b, [1; 32]));
    network.join_all(1);
    network.run(Duration::from_secs(1));
    network.publish(a, cluster, b"hello");
    network.run(Duration::from_millis(200));
    let got = network.messages(b);
    assert_eq!(got.len(), 1);
    assert_eq!(&got[0].1.payload[..], b"hello");
    assert_eq!(got[0].1.author, network.nodes[a].peer.id());
    assert!(network.messages(a).is_empty(), "one's own messages do not come back");
}
