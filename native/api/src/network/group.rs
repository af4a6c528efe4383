//! Identity groups: several devices, or groups of them, that are one addressee. Whoever is to be a member signs its consent;
//! whoever gets the whole group reads what is sent to it.

use socket_crypto::{KeyPair, PublicKey, Signature};
use socket_peer::group::{Certificate, Consent, Group, GroupError, GroupInput, Proposal};
use socket_peer::{ClusterId, PeerId, Time};

use super::peer::{Handle, failed, hex, peer, unhex};
use crate::prelude::*;

/// Of a secret key, the 32 bytes that it follows from.
const SEED: usize = 32;
/// A member's key and its signature.
const CONSENT: usize = 96;

fn wrong(error: &GroupError) -> Error {
    Error::from_peer(error.code().to_owned(), error.to_string(), None)
}

fn key(text: &str, what: &str) -> Result<PublicKey> {
    unhex(text, what).map(PublicKey::new)
}

/// The key pair whose seed a body begins with, and what follows.
fn split(body: &[u8]) -> Result<(KeyPair, &[u8])> {
    let (seed, rest) = body.split_first_chunk::<SEED>().ok_or_else(|| {
        Error::new(
            Code::INVALID_ARG_VALUE,
            "the body begins with the 32 bytes that a key follows from".to_owned(),
        )
    })?;
    Ok((KeyPair::from_seed(seed), rest))
}

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
pub(super) struct Propose {
    /// Public keys of those who are to be members: devices, and groups within this one.
    members: Vec<String>,
    /// The group that it takes the place of.
    replaces: Option<String>,
}

#[derive(Serialize, TS)]
pub(super) struct Proposed {
    /// Public key of the group.
    group: String,
}

pub(super) async fn propose(_: Context, request: WithBody<Propose>) -> Result<WithBody<Proposed, Vec<u8>>> {
    let (pair, _) = split(&request.body)?;
    let members: Vec<PublicKey> =
        request.members.iter().map(|member| key(member, "the key of a member")).collect::<Result<_>>()?;
    let replaces = request.replaces.as_deref().map(|group| key(group, "the key of a group")).transpose()?;
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let now = Time::from_secs(since.as_secs());
    let proposal = Proposal::new(&pair, &members, replaces, now).map_err(|error| wrong(&error))?;
    let group = hex(pair.public().as_bytes());
    Ok(WithBody { head: Proposed { group }, body: proposal.encode() })
}

/// What a member consents to.
#[derive(Deserialize, TS)]
pub(super) struct ConsentTo {}

pub(super) async fn consent(_: Context, request: WithBody<ConsentTo>) -> Result<WithBody<(), Vec<u8>>> {
    let (pair, proposal) = split(&request.body)?;
    let proposal = Proposal::decode(proposal).map_err(|error| wrong(&error))?;
    let consent = proposal.consent(&pair).map_err(|error| wrong(&error))?;
    let body = [consent.member.as_bytes().as_slice(), consent.signature.as_bytes()].concat();
    Ok(WithBody { head: (), body })
}

#[derive(Deserialize, TS)]
pub(super) struct Complete {
    /// How many consents of 96 bytes stand at the end of the body.
    consents: u16,
    /// Public key of the one for whom the whole group is sealed.
    to: String,
}

#[derive(Serialize, TS)]
pub(super) struct Completed {
    /// Public key of the group.
    group: String,
    /// How long the certificate is, with which the body begins; the whole group, sealed, is the rest.
    certificate: u32,
}

pub(super) async fn complete(
    _: Context,
    request: WithBody<Complete>,
) -> Result<WithBody<Completed, Vec<u8>>> {
    let (pair, rest) = split(&request.body)?;
    let signed = usize::from(request.consents) * CONSENT;
    let at = rest.len().checked_sub(signed).ok_or_else(|| wrong(&GroupError::Malformed))?;
    let (proposal, consents) = rest.split_at(at);
    let consents: Vec<Consent> = consents
        .chunks_exact(CONSENT)
        .filter_map(|consent| consent.split_first_chunk::<32>())
        .filter_map(|(member, signature)| {
            let signature = Signature::new(signature.try_into().ok()?);
            Some(Consent { member: PublicKey::new(*member), signature })
        })
        .collect();
    let proposal = Proposal::decode(proposal).map_err(|error| wrong(&error))?;
    let group = proposal.complete(pair, &consents).map_err(|error| wrong(&error))?;
    let certificate = group.certificate().encode();
    let sealed = share(&group, &request.to)?;
    let head = Completed {
        group: hex(group.certificate().group().as_bytes()),
        certificate: u32::try_from(certificate.len()).unwrap_or(u32::MAX),
    };
    Ok(WithBody { head, body: [certificate, sealed].concat() })
}

fn share(group: &Group, to: &str) -> Result<Vec<u8>> {
    let to = key(to, "the key of a peer or group")?;
    group.share(&to, &socket_crypto::random::array()).map_err(|error| wrong(&error))
}

#[derive(Deserialize, TS)]
pub(super) struct Share {
    /// Public key of the one for whom it is sealed anew.
    to: String,
}

pub(super) async fn reshare(_: Context, request: WithBody<Share>) -> Result<WithBody<(), Vec<u8>>> {
    let (pair, sealed) = split(&request.body)?;
    let group = Group::accept(sealed, &pair).map_err(|error| wrong(&error))?;
    Ok(WithBody { head: (), body: share(&group, &request.to)? })
}

pub(super) async fn hold(cx: Context, request: WithBody<Handle>) -> Result<Proposed> {
    let (pair, sealed) = split(&request.body)?;
    let group = Group::accept(sealed, &pair).map_err(|error| wrong(&error))?;
    let name = hex(group.certificate().group().as_bytes());
    let held = peer(&cx, request.id)?.peer.group(GroupInput::Hold(Box::new(group))).await;
    held.map_err(|error| failed(&error))?;
    Ok(Proposed { group: name })
}

pub(super) async fn learn(cx: Context, request: WithBody<Handle>) -> Result<()> {
    let certificate = Certificate::decode(&request.body).map_err(|error| wrong(&error))?;
    let learned = peer(&cx, request.id)?.peer.group(GroupInput::Learn(Box::new(certificate))).await;
    learned.map_err(|error| failed(&error))
}

/// What is done with a group, or with a contact's.
#[derive(Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub(super) enum Deed {
    /// No longer read what is sent to it.
    Release,
    /// Tell the cluster of it.
    Advertise,
    /// Tell of it no longer.
    Conceal,
    /// Ask for the group of a peer; it comes as an event.
    Lookup,
    /// This peer leaves it.
    Withdraw,
    /// Write to this contact alone, not to its group.
    Pin,
    /// Write to its group again.
    Unpin,
}

#[derive(Deserialize, TS)]
pub(super) struct Do {
    /// Number of the peer.
    id: u32,
    /// What is done.
    deed: Deed,
    /// The cluster.
    cluster: String,
    /// Public key of the group, or of the contact.
    whose: String,
}

pub(super) async fn act(cx: Context, request: Do) -> Result<()> {
    let cluster = ClusterId(unhex(&request.cluster, "the id of a cluster")?);
    let whose = PeerId(unhex(&request.whose, "the key of a peer or group")?);
    let input = match request.deed {
        Deed::Release => GroupInput::Release(whose),
        Deed::Advertise => GroupInput::Advertise { cluster, group: whose },
        Deed::Conceal => GroupInput::Conceal { cluster, group: whose },
        Deed::Lookup => GroupInput::Lookup { cluster, peer: whose },
        Deed::Withdraw => GroupInput::Withdraw { cluster, group: whose },
        Deed::Pin => GroupInput::Pin { peer: whose, pinned: true },
        Deed::Unpin => GroupInput::Pin { peer: whose, pinned: false },
    };
    peer(&cx, request.id)?.peer.group(input).await.map_err(|error| failed(&error))
}
