//! The network: what the machine is connected to, and peers in it. The native half of `socket:network`.

mod connection;
mod group;
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
    /// Connects to a peer: directly, through its NAT, or by way of another.
    "network.connect" => connection::connect, asks(reached);
    /// Sends the body to a connected peer.
    "network.send" => connection::send;
    /// Ends the connection to a peer.
    "network.hangUp" => connection::disconnect;
    /// What a peer has done and refused.
    "network.metrics" => connection::metrics;
    /// Proposes an identity group. The body holds the 32 secret bytes that its key follows from; the answer is the proposal.
    "network.propose" => group::propose;
    /// Consents to a proposal. The body holds the 32 secret bytes of a member's key and the proposal.
    "network.consent" => group::consent;
    /// Makes the group. The body holds the 32 secret bytes of its key, the proposal, and the consents of all members.
    "network.complete" => group::complete;
    /// Seals a group for another. The body holds the 32 secret bytes of the key that it is sealed for, and the sealed group.
    "network.share" => group::reshare;
    /// Reads from now on what is sent to a group. The body is as that of `network.share`.
    "network.hold" => group::hold;
    /// A group that somebody told of in confidence. The body is its certificate.
    "network.learn" => group::learn;
    /// Does something with a group.
    "network.group" => group::act;
    /// What is worth keeping until a peer is opened again; bytes.
    "network.save" => peer::save;
    /// Ends a peer. The answer is what is worth keeping; bytes.
    "network.close" => peer::close;

    events;
    /// What the machine is connected to has changed; only the newest state counts.
    "network.changed" => CHANGED: watch::State, latest;
    /// A message of a cluster, decrypted, its author's signature verified. The body is what it says.
    "network.message" => MESSAGE: WithBody<peer::Received>, wait;
    /// Bytes from a connected peer, which are the body.
    "network.stream" => STREAM: WithBody<connection::Streamed>, wait;
    /// Something happened to a peer.
    "network.status" => STATUS: peer::Status, wait;
}
