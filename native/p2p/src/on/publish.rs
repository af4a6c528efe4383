//! Publish: messages. CORE: being written; what is here floods.

use bytes::Bytes;

use crate::Error;
use crate::cluster::Subcluster;
use crate::id::{ClusterId, PacketId, PeerId, ShortId};
use crate::io::Event;
use crate::links::LinkId;
use crate::membership::{self, Conduct};
use crate::metrics::Drop;
use crate::on::deliver;
use crate::packet::{Data, Kind};
use crate::peer::Peer;

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
    match send(peer, Kind::Publish, &request) {
        Ok(id) => peer.emit(Event::Published { request: request.request, id }),
        Err(error) => peer.refuse(request.request, error),
    }
}

/// Makes packets of what we say ourselves and spreads them. The id of the message.
pub(crate) fn send(peer: &mut Peer, kind: Kind, request: &Request<'_>) -> Result<PacketId, Error> {
    let packets = deliver::pack(peer, kind, request, request.previous.unwrap_or_default())?;
    let id = packets.first().map(|(id, _)| *id).unwrap_or_default();
    for (id, bytes) in packets {
        spread(peer, id, bytes, None);
    }
    Ok(id)
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
    deliver::deliver(peer, &id, data);
}

/// `Timer::Push`.
pub(crate) fn push_due(_peer: &mut Peer, _id: &ShortId, _link: LinkId) {}
