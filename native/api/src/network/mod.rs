//! The network: what the machine is connected to, and peers in it. The native half of `socket:network`.

mod peer;
mod watch;

use crate::prelude::*;

routes! { Context;
    /// What the machine is connected to now.
    "network.state" => watch::state;
    /// Tells each change of it, as `network.changed`.
    "network.watch" => watch::watch;
    /// Tells no more.
    "network.unwatch" => watch::unwatch;
    /// Opens a peer. The body holds the 32 secret bytes that its key follows from, or what `network.close` gave.
    "network.open" => peer::open, asks(reached);
    /// Enters the network by peers that are known.
    "network.join" => peer::join, udp(contacts);
    /// Leaves the network; `network.join` enters it again.
    "network.leave" => peer::leave;
    /// Takes part in a cluster. The body holds the 32 secret bytes that its members have in common.
    "network.subscribe" => peer::subscribe;
    /// Takes part in a part of a cluster. The body holds the 32 secret bytes that those in it have in common.
    "network.enter" => peer::enter;
    /// No longer takes part in a part of a cluster.
    "network.exit" => peer::exit;
    /// Publishes a message, which is the body.
    "network.publish" => peer::publish;
    /// Asks the network for a message; it comes as `network.message`.
    "network.query" => peer::query;
    /// Peers that there are links to.
    "network.neighbours" => peer::neighbours;
    /// What is worth keeping until a peer is opened again; bytes.
    "network.save" => peer::save;
    /// Ends a peer. The answer is what is worth keeping; bytes.
    "network.close" => peer::close;

    events;
    /// What the machine is connected to has changed; only the newest state counts.
    "network.changed" => CHANGED: watch::State, latest;
    /// A message of a cluster, decrypted, its author's signature verified. The body is what it says.
    "network.message" => MESSAGE: WithBody<peer::Received>, wait;
    /// Something happened to a peer.
    "network.status" => STATUS: peer::Status, wait;
}
