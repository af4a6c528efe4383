//! Real peers on this machine's loopback.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(unreachable_pub, reason = "shared by test files")]
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::net::SocketAddr;
use std::time::Duration;

use socket_peer::{ClusterId, ClusterSecret, Event, Events, Message, Options, Peer, State};

/// Longer than anything here takes on the slowest machine: reached only by a test that fails.
pub const LONG: Duration = Duration::from_secs(30);

pub fn options(state: State) -> Options {
    let mut options = Options::restore(state);
    options.bind = SocketAddr::from(([127, 0, 0, 1], 0));
    // All of them live at one address, which diversity rules take for one owner's.
    options.config.max_per_subnet = usize::MAX;
    options.config.max_passive_per_subnet = usize::MAX;
    options
}

pub struct Node {
    pub peer: Peer,
    pub events: Events,
    pub cluster: ClusterId,
}

pub async fn node(number: u8) -> Node {
    restore(State::new([number; 32])).await
}

pub async fn restore(state: State) -> Node {
    let (peer, events) = Peer::open(options(state)).unwrap();
    let cluster = peer.subscribe(ClusterSecret([1; 32])).await.unwrap();
    Node { peer, events, cluster }
}

impl Node {
    pub async fn join(&self, others: &[&Node]) {
        let contacts = others.iter().map(|other| other.peer.local_address().into()).collect();
        self.peer.join(contacts).await.unwrap();
    }

    /// The first event that is wanted; what comes before it is thrown away.
    pub async fn wait<T>(&mut self, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let found = async {
            loop {
                let event = self.events.next().await.expect("the peer was closed");
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
        };
        tokio::time::timeout(LONG, found).await.expect("nothing of the kind happened")
    }

    pub async fn joined(&mut self) {
        self.wait(|event| matches!(event, Event::Joined).then_some(())).await;
    }

    pub async fn message(&mut self) -> Message {
        self.wait(|event| if let Event::Message(message) = event { Some(message) } else { None }).await
    }
}
