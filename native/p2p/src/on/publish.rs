//! Publish: messages. CORE: being written; what is here floods.

use bytes::Bytes;

use crate::cluster::Subcluster;
use crate::fragment::Progress;
use crate::id::{ClusterId, PacketId, PeerId, ShortId};
use crate::io::{Event, Message};
use crate::links::LinkId;
use crate::membership::{self, Conduct};
use crate::metrics::Drop;
use crate::packet::{Data, Header, Kind};
use crate::peer::Peer;
use crate::{Error, envelope, fragment};

/// `Input::Publish`.
pub(crate) struct Request<'a> {
    pub(crate) request: u64,
    pub(crate) cluster: ClusterId,
    pub(crate) subcluster: Subcluster,
    pub(crate) to: Option<PeerId>,
    pub(crate) previous: Option<PacketId>,
    pub(crate) payload: &'a [u8],
}

pub(crate) fn publish(peer: &mut Peer, request: Request<'_>) {
    let Some(epoch) = peer.clusters.current(&request.cluster) else {
        return peer.refuse(request.request, Error::UnknownCluster);
    };
    let suite = peer.config.suite;
    peer.messages.clock = peer.messages.clock.saturating_add(1);
    let letter = envelope::seal(
        suite,
        epoch,
        &peer.keys,
        request.to,
        request.subcluster,
        request.payload,
        &mut peer.rng,
    );
    let packets = letter.and_then(|letter| {
        let header = Header {
            kind: Kind::Publish,
            hops: 0,
            postage: peer.config.postage,
            ttl: peer.config.ttl,
            clock: peer.messages.clock,
            index: 0,
            cluster: epoch.tag,
            previous: request.previous.unwrap_or_default(),
            next: PacketId::ZERO,
            to: letter.to,
        };
        fragment::split(suite, epoch, &header, &letter.sealed)
    });
    match packets {
        Ok(packets) => {
            let id = packets.first().map(|(id, _)| *id).unwrap_or_default();
            for (id, bytes) in packets {
                spread(peer, id, bytes, None);
            }
            peer.emit(Event::Published { request: request.request, id });
        }
        Err(error) => peer.refuse(request.request, error),
    }
}

fn spread(peer: &mut Peer, id: PacketId, bytes: Bytes, from: Option<LinkId>) {
    peer.cache.insert(id, bytes.clone());
    for link in peer.links.ids() {
        if Some(link) != from {
            peer.send_data(link, bytes.clone());
        }
    }
}

/// A data packet came on a link.
pub(crate) fn receive(peer: &mut Peer, link: LinkId, data: Data<'_>) {
    peer.metrics.packets_in += 1;
    let suite = peer.config.suite;
    let id = data.id(suite);
    if peer.cache.has(&id) {
        peer.metrics.packets_again += 1;
        return;
    }
    peer.metrics.verified += 1;
    if !data.verify(&id, suite) {
        membership::conduct(peer, link, Conduct::Invalid);
        return peer.drop(Drop::Signature);
    }
    peer.metrics.packets_new += 1;
    spread(peer, id, data.with(data.hops().saturating_add(1), data.postage()), Some(link));
    deliver(peer, &id, data);
}

/// Gives a verified new packet of an own cluster to the application.
fn deliver(peer: &mut Peer, id: &PacketId, data: Data<'_>) {
    let Some(epoch) = peer.clusters.find(&data.cluster()) else { return };
    match peer.reassembly.add(&peer.config, peer.now, &mut peer.timers, id, data) {
        Progress::Whole(header, id, sealed) => {
            peer.messages.clock = peer.messages.clock.max(header.clock).saturating_add(1);
            match envelope::open(peer.config.suite, epoch, &peer.keys, &header.to, &sealed) {
                Some(opened) => {
                    let message = Message {
                        id,
                        previous: header.previous,
                        clock: header.clock,
                        cluster: epoch.cluster,
                        subcluster: opened.subcluster,
                        author: opened.author,
                        private: opened.private,
                        hops: header.hops,
                        payload: opened.payload.into(),
                    };
                    peer.metrics.messages += 1;
                    peer.emit(Event::Message(message));
                }
                None => peer.drop(Drop::Envelope),
            }
        }
        Progress::Waiting(_) => {}
        Progress::Refused => peer.drop(Drop::Fragment),
    }
}

/// `Timer::Push`.
pub(crate) fn push_due(_peer: &mut Peer, _id: &ShortId, _link: LinkId) {}
