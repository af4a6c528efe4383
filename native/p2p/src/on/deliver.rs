//! Packets of the own clusters, on their way to the application: opened, put together, handed over. And the way
//! back: what the application says becomes packets.

use bytes::Bytes;

use crate::envelope::{self, Draft, For, Unpacked};
use crate::fragment::{Progress, Whole};
use crate::id::{ClusterId, PacketId};
use crate::io::{Event, Message};
use crate::metrics::Drop;
use crate::on::publish::Request;
use crate::packet::{Data, Kind};
use crate::peer::Peer;
use crate::{Error, Subcluster, group};

/// How far one message may set our clock forward: a member cannot use it up for everybody.
const MAX_CLOCK_STEP: u32 = 1 << 20;

/// Makes the packets of a message, the only one or the head first. Counts the clock on when it can be done.
pub(crate) fn pack(
    peer: &mut Peer,
    kind: Kind,
    request: &Request<'_>,
    previous: PacketId,
) -> Result<Vec<(PacketId, Bytes)>, Error> {
    let epoch = peer.clusters.current(&request.cluster).ok_or(Error::UnknownCluster)?;
    let clock = peer.messages.clock.saturating_add(1);
    let draft = Draft {
        kind,
        ttl: peer.config.ttl,
        postage: peer.config.postage,
        clock,
        previous,
        time: peer.now,
        subcluster: request.subcluster,
        to: request.to.map(|to| peer.groups.address(&to, peer.now)),
        payload: request.payload,
    };
    let packets = envelope::pack(&peer.config, epoch, &peer.keys, &draft)?;
    peer.messages.clock = clock;
    Ok(packets)
}

/// Gives a verified new packet to the application, if it is of an own cluster and for us. Returns the id of another
/// packet of the same message that is missing, if one is known.
pub(crate) fn deliver(peer: &mut Peer, id: &PacketId, data: Data<'_>) -> Option<PacketId> {
    let epoch = peer.clusters.find(&data.cluster())?;
    let cluster = epoch.cluster;
    match envelope::unpack(peer.config.suite, epoch, &peer.keys, &peer.groups, data) {
        Unpacked::Foreign => {}
        Unpacked::Forged => peer.drop(Drop::Envelope),
        Unpacked::Opened(opened) => {
            let packet = (id, data);
            match peer.reassembly.add(&peer.config, peer.now, &mut peer.timers, packet, opened) {
                Progress::Whole(whole) => hand_over(peer, data.kind(), cluster, whole),
                Progress::Waiting(missing) => return missing,
                Progress::Refused => peer.drop(Drop::Fragment),
            }
        }
    }
    None
}

fn hand_over(peer: &mut Peer, kind: Kind, cluster: ClusterId, whole: Whole) {
    // Ids are forgotten by the cache before they are forgotten here.
    if !peer.messages.delivered.add(whole.id.short()) {
        return peer.drop(Drop::Replayed);
    }
    let clock = whole.clock.min(peer.messages.clock.saturating_add(MAX_CLOCK_STEP));
    peer.messages.clock = peer.messages.clock.max(clock).saturating_add(1);
    if kind == Kind::Group {
        return group::received(peer, cluster, &whole);
    }
    let head = peer.messages.heads.entry(cluster).or_insert((whole.clock, whole.id));
    *head = (*head).max((whole.clock, whole.id));
    let (subcluster, private, group) = match whole.audience {
        For::Subcluster(subcluster) => (subcluster, false, None),
        For::Us => (Subcluster::ALL, true, None),
        For::Group(group) => (Subcluster::ALL, true, Some(group)),
    };
    peer.metrics.messages += 1;
    peer.emit(Event::Message(Message {
        id: whole.id,
        previous: whole.previous,
        clock: whole.clock,
        cluster,
        subcluster,
        author: whole.author,
        private,
        group,
        time: whole.time,
        hops: whole.hops,
        payload: whole.payload,
    }));
}
