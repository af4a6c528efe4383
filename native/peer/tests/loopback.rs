//! Real peers on this machine: messages arrive, nothing is lost silently, errors say what is wrong.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod common;

use std::net::SocketAddr;

use bytes::Bytes;
use common::{LONG, node, options, restore};
use socket_peer::{
    ClusterId, ClusterSecret, Error, Event, NatKind, Peer, PeerId, Publish, State, Subcluster,
};

#[tokio::test]
async fn two_peers_talk() {
    let (mut alice, mut bob) = (node(1).await, node(2).await);
    assert_ne!(alice.peer.id(), bob.peer.id());
    assert_eq!(alice.cluster, bob.cluster);
    bob.join(&[&alice]).await;
    bob.joined().await;
    alice.joined().await;
    let id = alice.peer.publish(Publish::new(alice.cluster, "hello")).await.unwrap();
    let message = bob.message().await;
    assert_eq!((message.id, message.author, &message.payload[..]), (id, alice.peer.id(), &b"hello"[..]));
    bob.peer.publish(Publish::new(bob.cluster, "hello yourself").to(alice.peer.id())).await.unwrap();
    let answer = alice.message().await;
    assert!(answer.private);
    assert_eq!(&answer.payload[..], b"hello yourself");
    let (metrics, _) = alice.peer.metrics().await.unwrap();
    assert_eq!(metrics.messages, 1);
    assert_eq!(alice.peer.neighbours().await.unwrap(), [(bob.peer.id(), bob.peer.local_address())]);
}

#[tokio::test]
async fn long_messages_arrive_whole() {
    let (mut alice, mut bob) = (node(1).await, node(2).await);
    bob.join(&[&alice]).await;
    bob.joined().await;
    alice.joined().await;
    let payload: Vec<u8> = (0..100_000_u32).map(|at| (at / 3) as u8).collect();
    alice.peer.publish(Publish::new(alice.cluster, payload.clone())).await.unwrap();
    assert_eq!(bob.message().await.payload, payload);
}

#[tokio::test]
async fn a_subcluster_is_for_those_in_it() {
    let (mut alice, mut bob, mut eve) = (node(1).await, node(2).await, node(3).await);
    let secret = ClusterSecret([1; 32]).subcluster("friends");
    let friends = alice.peer.enter(alice.cluster, secret.clone()).await.unwrap();
    assert_eq!(bob.peer.enter(bob.cluster, secret.clone()).await.unwrap(), friends);
    bob.join(&[&alice]).await;
    eve.join(&[&alice]).await;
    for node in [&mut alice, &mut bob, &mut eve] {
        node.joined().await;
    }
    alice.peer.publish(Publish::new(alice.cluster, "for friends").subcluster(friends)).await.unwrap();
    alice.peer.publish(Publish::new(alice.cluster, "for all")).await.unwrap();
    // In whatever order they come.
    let mut got =
        [bob.message().await, bob.message().await].map(|message| (message.subcluster, message.payload));
    got.sort();
    assert!(got.contains(&(friends, Bytes::from("for friends"))));
    assert_eq!(eve.message().await.payload, "for all");
    let refused = eve.peer.publish(Publish::new(eve.cluster, "me too").subcluster(friends)).await;
    assert!(matches!(refused, Err(Error::Refused(socket_p2p::Error::UnknownSubcluster))));
    let refused = eve.peer.enter(ClusterId([9; 32]), secret).await;
    assert!(matches!(refused, Err(Error::Refused(socket_p2p::Error::UnknownCluster))));
    alice.peer.exit(alice.cluster, friends).await.unwrap();
    assert!(alice.peer.publish(Publish::new(alice.cluster, "gone").subcluster(friends)).await.is_err());
}

#[tokio::test]
async fn after_closing_everything_says_so() {
    let mut alice = node(1).await;
    let again = alice.peer.clone();
    alice.peer.close().await.unwrap();
    assert!(alice.events.next().await.is_none());
    let cluster = alice.cluster;
    assert!(matches!(again.close().await, Err(Error::Closed)));
    assert!(matches!(again.join(vec![]).await, Err(Error::Closed)));
    assert!(matches!(again.subscribe(ClusterSecret([1; 32])).await, Err(Error::Closed)));
    assert!(matches!(again.publish(Publish::new(cluster, "hello")).await, Err(Error::Closed)));
    assert!(matches!(again.send(PeerId([1; 32]), "hello").await, Err(Error::Closed)));
    assert!(matches!(again.state().await, Err(Error::Closed)));
    assert_eq!(again.publish(Publish::new(cluster, "hello")).await.unwrap_err().code(), "ERR_PEER_CLOSED");
}

#[tokio::test]
async fn without_a_handle_a_peer_ends() {
    let mut alice = node(1).await;
    alice.peer.publish(Publish::new(alice.cluster, "nobody has this")).await.unwrap();
    drop(alice.peer);
    assert!(tokio::time::timeout(LONG, alice.events.next()).await.unwrap().is_none());
    // Nobody closed it, and nothing is lost.
    let state = alice.events.ended().unwrap();
    assert_eq!(
        state.unsent.iter().map(|message| &message.payload[..]).collect::<Vec<_>>(),
        [b"nobody has this"]
    );
    assert!(alice.events.ended().is_none(), "it is given once");
}

/// Peers who hear of others by introduction only, and believe what they are told of their NAT.
async fn behind(number: u8, nat: NatKind) -> common::Node {
    let mut state = State::new([number; 32]);
    state.nat = nat;
    let mut options = options(state);
    options.config.shuffle_size = 0;
    options.config.nat_samples = usize::MAX;
    let (peer, events) = Peer::open(options).unwrap();
    let cluster = peer.subscribe(ClusterSecret([1; 32])).await.unwrap();
    common::Node { peer, events, cluster }
}

#[tokio::test]
async fn two_behind_hard_nats_talk_by_a_relay_that_reads_nothing() {
    let (mut hub, mut alice, mut bob) =
        (behind(1, NatKind::Static).await, behind(2, NatKind::Hard).await, behind(3, NatKind::Hard).await);
    for node in [&mut alice, &mut bob] {
        node.join(&[&hub]).await;
        node.joined().await;
    }
    let made = alice.peer.connect(bob.peer.id(), None).await.unwrap();
    assert_eq!((made.relayed, made.address), (true, hub.peer.local_address()));
    bob.wait(|event| matches!(event, Event::Connected { relayed: true, .. }).then_some(())).await;
    let messages: Vec<Bytes> = (0..40_u8).map(|number| Bytes::from(vec![number; 9000])).collect();
    let (sender, all, to) = (alice.peer.clone(), messages.clone(), bob.peer.id());
    let sending = tokio::spawn(async move {
        for message in all {
            sender.send(to, message).await.unwrap();
        }
    });
    for message in messages {
        let got = bob.wait(|event| match event {
            Event::Stream { payload, reliable: true, .. } => Some(payload),
            _ => None,
        });
        assert_eq!(got.await, message);
    }
    sending.await.unwrap();
    let (done, _) = hub.peer.metrics().await.unwrap();
    assert!(done.relayed > 300 && done.streamed == 0, "{done:?}");
    // When the relay goes, both hear that the connection has ended.
    hub.peer.close().await.unwrap();
    while hub.events.next().await.is_some() {}
    alice.peer.disconnect(bob.peer.id()).await.unwrap();
    alice.wait(|event| matches!(event, Event::Disconnected { .. }).then_some(())).await;
}

#[tokio::test]
async fn two_who_have_no_link_in_common_are_introduced_by_two() {
    let (mut one, other) = (behind(1, NatKind::Static).await, behind(2, NatKind::Static).await);
    let (mut alice, mut bob) = (behind(3, NatKind::Easy).await, behind(4, NatKind::Easy).await);
    one.join(&[&other]).await;
    one.joined().await;
    alice.join(&[&one]).await;
    bob.join(&[&other]).await;
    alice.joined().await;
    bob.joined().await;
    let made = alice.peer.connect(bob.peer.id(), None).await.unwrap();
    assert_eq!((made.relayed, made.address), (false, bob.peer.local_address()));
}

#[tokio::test]
async fn bad_input_is_told_apart() {
    let alice = node(1).await;
    let taken = alice.peer.local_address();
    let mut second = options(State::new([2; 32]));
    second.bind = taken;
    let error = Peer::open(second).unwrap_err();
    assert_eq!(error.code(), "EADDRINUSE");
    assert!(error.to_string().starts_with(&format!("cannot bind {taken}")), "{error}");
    let mut elsewhere = options(State::new([2; 32]));
    elsewhere.bind = SocketAddr::from(([192, 0, 2, 1], 0));
    assert_eq!(Peer::open(elsewhere).unwrap_err().code(), "EADDRNOTAVAIL");

    let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
    assert!(
        matches!(alice.peer.join(vec![nowhere.into()]).await, Err(Error::Address(found)) if found == nowhere)
    );
    assert!(matches!(alice.peer.connect(PeerId([1; 32]), Some(nowhere)).await, Err(Error::Address(_))));
    let unknown = alice.peer.publish(Publish::new(ClusterId([9; 32]), "hello")).await;
    assert!(matches!(unknown, Err(Error::Refused(socket_p2p::Error::UnknownCluster))));
    let long = alice.peer.publish(Publish::new(alice.cluster, vec![0; 10 << 20])).await;
    assert!(matches!(long, Err(Error::Refused(socket_p2p::Error::TooLong { .. }))));
    let nobody = alice.peer.publish(Publish::new(alice.cluster, "hello").to(PeerId([0; 32]))).await;
    assert!(matches!(nobody, Err(Error::Refused(socket_p2p::Error::BadPeer))));
    let stranger = alice.peer.send(PeerId([1; 32]), "hello").await;
    assert!(matches!(stranger, Err(Error::Refused(_))));
    assert!(matches!(State::decode(b"something else"), Err(Error::State)));
}

#[tokio::test]
async fn what_nobody_has_is_kept_for_the_next_run() {
    let alice = node(1).await;
    let id = alice.peer.id();
    alice.peer.publish(Publish::new(alice.cluster, "to nobody yet")).await.unwrap();
    let state = alice.peer.close().await.unwrap();
    let unsent: Vec<_> = state.unsent.iter().map(|message| (message.cluster, &message.payload[..])).collect();
    assert_eq!(unsent, [(alice.cluster, &b"to nobody yet"[..])]);

    let mut bob = node(2).await;
    let state = State::decode(&state.encode()).unwrap();
    let (peer, events) = Peer::open(options(state)).unwrap();
    assert_eq!(peer.id(), id, "it is the same peer");
    // Not before its cluster is there again.
    assert_eq!(peer.state().await.unwrap().unsent.len(), 1);
    let alice = common::Node { cluster: peer.subscribe(ClusterSecret([1; 32])).await.unwrap(), peer, events };
    alice.join(&[&bob]).await;
    let message = bob.message().await;
    assert_eq!((message.author, &message.payload[..]), (id, &b"to nobody yet"[..]));
}

#[tokio::test]
async fn it_comes_back_by_those_it_knew() {
    let (mut alice, mut bob) = (node(1).await, node(2).await);
    bob.join(&[&alice]).await;
    bob.joined().await;
    alice.joined().await;
    let state = bob.peer.close().await.unwrap();
    assert_eq!(
        state.contacts.iter().map(|contact| contact.address).collect::<Vec<_>>(),
        [alice.peer.local_address()]
    );
    let mut bob = restore(State::decode(&state.encode()).unwrap()).await;
    bob.join(&[]).await;
    bob.joined().await;
    alice.peer.publish(Publish::new(alice.cluster, "back again")).await.unwrap();
    assert_eq!(bob.message().await.payload, "back again");
}

#[tokio::test]
async fn garbage_is_counted_and_does_no_harm() {
    let (mut alice, mut bob) = (node(1).await, node(2).await);
    let stranger = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut garbage = vec![0_u8; 2000];
    for round in 0..200_u8 {
        for (at, byte) in garbage.iter_mut().enumerate() {
            *byte = byte.wrapping_mul(31).wrapping_add(round ^ at as u8);
        }
        // Every kind, the right version, any length.
        (garbage[0], garbage[1]) = (round % 13, 1);
        stranger.send_to(&garbage[..usize::from(round) * 10], alice.peer.local_address()).unwrap();
    }
    bob.join(&[&alice]).await;
    bob.joined().await;
    alice.joined().await;
    bob.peer.publish(Publish::new(bob.cluster, "still there?")).await.unwrap();
    assert_eq!(alice.message().await.payload, "still there?");
    let (_, dropped) = alice.peer.metrics().await.unwrap();
    assert!(dropped.total() >= 150, "{dropped:?}");
}

#[tokio::test]
async fn what_somebody_has_is_not_published_again() {
    let (mut alice, mut bob) = (node(1).await, node(2).await);
    bob.join(&[&alice]).await;
    alice.joined().await;
    let published = alice.peer.publish(Publish::new(alice.cluster, "hello")).await.unwrap();
    bob.message().await;
    // The application is told, too: from now on it may forget what it said.
    let spread = alice.wait(|event| match event {
        Event::Spread { id } => Some(id),
        _ => None,
    });
    assert_eq!(spread.await, published);
    let state = alice.peer.close().await.unwrap();
    assert_eq!(state.unsent, []);
    let _: Subcluster = Subcluster::ALL;
    drop(restore(state).await);
}

#[tokio::test]
async fn sleeping_and_waking() {
    let (mut alice, mut bob) = (node(1).await, node(2).await);
    bob.join(&[&alice]).await;
    bob.joined().await;
    alice.joined().await;
    alice.peer.suspend().await.unwrap();
    alice.peer.resume().await.unwrap();
    alice.peer.publish(Publish::new(alice.cluster, "awake")).await.unwrap();
    assert_eq!(bob.message().await.payload, "awake");
}

#[tokio::test]
async fn messages_to_one_peer_come_in_order_and_wait_for_the_reader() {
    let (mut alice, mut bob) = (node(1).await, node(2).await);
    let connected = alice.peer.connect(bob.peer.id(), Some(bob.peer.local_address())).await.unwrap();
    assert_eq!((connected.peer, connected.relayed), (bob.peer.id(), false));
    bob.wait(|event| matches!(event, Event::Connected { .. }).then_some(())).await;
    // More than windows and queues hold: whoever sends waits until it is read.
    let messages: Vec<Bytes> = (0..64_u8).map(|number| Bytes::from(vec![number; 30_000])).collect();
    let (sender, all, to) = (alice.peer.clone(), messages.clone(), bob.peer.id());
    let sending = tokio::spawn(async move {
        for message in all {
            sender.send(to, message).await.unwrap();
        }
    });
    for message in messages {
        let got = bob.wait(|event| match event {
            Event::Stream { payload, reliable: true, .. } => Some(payload),
            _ => None,
        });
        assert_eq!(got.await, message);
    }
    sending.await.unwrap();
    bob.peer.disconnect(alice.peer.id()).await.unwrap();
    alice.wait(|event| matches!(event, Event::Disconnected { .. }).then_some(())).await;
}

#[tokio::test]
async fn connecting_to_nobody_says_so() {
    let alice = node(1).await;
    let refused = alice.peer.connect(PeerId([9; 32]), None).await;
    assert!(matches!(refused, Err(Error::Refused(socket_p2p::Error::Unreachable))));
    let refused = alice.peer.connect(alice.peer.id(), None).await;
    assert!(matches!(refused, Err(Error::Refused(socket_p2p::Error::BadPeer))));
}
