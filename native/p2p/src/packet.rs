//! What is on the wire. Three forms, told apart by the kind in the first byte; all integers are big-endian.
//!
//! - [`Data`]: Publish and Group. The header of 142 bytes, the cluster's signature, a body of at most 1024 bytes.
//!   What is stored and forwarded by everyone.
//! - [`Signed`]: Ping, Pong, Intro, Join. Between peers that have no link (yet): signed by the sender, bound to the
//!   receiver.
//! - [`Sealed`]: Stream, Sync, Query, Answer, Announce. On a link, under the link's key.
//!
//! Views borrow the datagram; decoding copies nothing and cannot fail in another way than returning an error.

use bytes::{BufMut as _, Bytes, BytesMut};

use crate::crypto::{Suite, Verifiers};
use crate::id::{ClusterTag, PacketId, PeerId};
use crate::metrics::Drop;

/// Of every packet, in its second byte.
pub const VERSION: u8 = 1;
/// The header of a data packet.
pub const HEADER: usize = 142;
/// An Ed25519 signature.
pub const SIGNATURE: usize = 64;
/// The longest body of a data packet.
pub const MAX_BODY: usize = 1024;
/// The longest data packet.
pub const MAX_DATA: usize = HEADER + SIGNATURE + MAX_BODY;
const MIN_DATA: usize = HEADER + SIGNATURE;
const MIN_SIGNED: usize = SIGNED_HEADER + SIGNATURE;
const MIN_SEALED: usize = SEALED_HEADER + TAG;
/// The longest datagram: the MTU that IPv6 guarantees, less the headers of IPv6 and UDP.
pub const MAX_DATAGRAM: usize = 1280 - 40 - 8;
/// kind, version, from, to.
pub const SIGNED_HEADER: usize = 1 + 1 + 32 + 32;
/// The longest body of a signed control packet.
pub const MAX_SIGNED_BODY: usize = MAX_DATAGRAM - SIGNED_HEADER - SIGNATURE;
/// kind, version, session, counter.
pub const SEALED_HEADER: usize = 1 + 1 + 4 + 4;
/// The authenticator of a sealed frame.
pub const TAG: usize = 16;
/// The longest body of a sealed frame.
pub const MAX_SEALED_BODY: usize = MAX_DATAGRAM - SEALED_HEADER - TAG;

/// The kinds by number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Kind {
    /// Asks who and where I am; opens a link.
    Ping = 1,
    /// Answers a Ping.
    Pong = 2,
    /// Makes two peers known to each other.
    Intro = 3,
    /// Asks for introductions.
    Join = 4,
    /// A packet of a message.
    Publish = 5,
    /// Bytes from peer to peer.
    Stream = 6,
    /// Compares sets of packets.
    Sync = 7,
    /// Asks for packets.
    Query = 8,
    /// Says what follows, or that nothing does.
    Answer = 9,
    /// Names packets that the sender has.
    Announce = 10,
    /// What an identity group says about itself, stored and forwarded like Publish.
    Group = 11,
}

/// What a kind looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// [`Data`].
    Data,
    /// [`Signed`].
    Signed,
    /// [`Sealed`].
    Sealed,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Ping,
        Self::Pong,
        Self::Intro,
        Self::Join,
        Self::Publish,
        Self::Stream,
        Self::Sync,
        Self::Query,
        Self::Answer,
        Self::Announce,
        Self::Group,
    ];

    /// The kind with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// What it looks like.
    #[must_use]
    pub const fn form(self) -> Form {
        match self {
            Self::Publish | Self::Group => Form::Data,
            Self::Ping | Self::Pong | Self::Intro | Self::Join => Form::Signed,
            Self::Stream | Self::Sync | Self::Query | Self::Answer | Self::Announce => Form::Sealed,
        }
    }
}

/// A datagram, as far as it can be told without a key.
#[derive(Clone, Copy, Debug)]
pub enum Packet<'a> {
    /// Publish, Group.
    Data(Data<'a>),
    /// Ping, Pong, Intro, Join.
    Signed(Signed<'a>),
    /// Stream, Sync, Query, Answer, Announce.
    Sealed(Sealed<'a>),
}

impl<'a> Packet<'a> {
    /// Tells what a datagram is. Says nothing about whether it is genuine.
    ///
    /// # Errors
    /// The reason for dropping it.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Drop> {
        let (&[kind, version], _) = bytes.split_first_chunk::<2>().ok_or(Drop::Malformed)?;
        if version != VERSION {
            return Err(Drop::Version);
        }
        if bytes.len() > MAX_DATAGRAM {
            return Err(Drop::Malformed);
        }
        let kind = Kind::from_number(kind).ok_or(Drop::Kind)?;
        match kind.form() {
            Form::Data => Data::new(bytes).map(Self::Data),
            Form::Signed => Signed::new(kind, bytes).map(Self::Signed),
            Form::Sealed => Sealed::new(kind, bytes).map(Self::Sealed),
        }
    }
}

/// The header of a data packet, by value. `hops` and `postage` are outside of the id and the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// [`Kind::Publish`] or [`Kind::Group`].
    pub kind: Kind,
    /// How often it was passed on.
    pub hops: u8,
    /// How many more lives it has.
    pub postage: u8,
    /// Length of a life, in minutes.
    pub ttl: u16,
    /// The author's logical clock.
    pub clock: u32,
    /// 0: whole, or the head of a fragmented message; from 1: a fragment.
    pub index: u32,
    /// Which cluster, in which epoch: the key that signs.
    pub cluster: ClusterTag,
    /// What the author knew last. The head, in a fragment.
    pub previous: PacketId,
    /// The next fragment. Zero in the last one, and outside of fragments.
    pub next: PacketId,
    /// The addressee, hidden (`envelope.rs`). Zero for everybody in the cluster.
    pub to: [u8; 32],
}

impl Header {
    /// Writes the packet: the header, an empty place for the signature, the body.
    ///
    /// # Panics
    /// When the body is longer than [`MAX_BODY`]: only own packets are encoded, and fragments are cut to it.
    #[must_use]
    pub fn encode(&self, body: &[u8]) -> BytesMut {
        assert!(body.len() <= MAX_BODY, "bodies are cut to {MAX_BODY} bytes before");
        let mut out = BytesMut::with_capacity(HEADER + SIGNATURE + body.len());
        out.put_u8(self.kind as u8);
        out.put_u8(VERSION);
        out.put_u8(self.hops);
        out.put_u8(self.postage);
        out.put_u16(self.ttl);
        out.put_u32(self.clock);
        out.put_u32(self.index);
        out.put_slice(self.cluster.as_bytes());
        out.put_slice(self.previous.as_bytes());
        out.put_slice(self.next.as_bytes());
        out.put_slice(&self.to);
        out.put_bytes(0, SIGNATURE);
        out.put_slice(body);
        out
    }

    /// Makes a whole packet and its id: encodes, and has the cluster's key sign.
    pub(crate) fn seal(
        &self,
        body: &[u8],
        suite: Suite,
        sign: impl FnOnce(&[u8]) -> [u8; 64],
    ) -> (PacketId, Bytes) {
        let mut bytes = self.encode(body);
        let id = packet_id(&bytes, suite);
        bytes[HEADER..HEADER + SIGNATURE].copy_from_slice(&sign(&signing_input(&id)));
        (id, bytes.freeze())
    }
}

/// What the cluster's key signs: the id, which holds everything that does not change.
pub(crate) fn signing_input(id: &PacketId) -> [u8; 50] {
    let mut input = [0; 50];
    input[..18].copy_from_slice(b"socket:p2p:packet\0");
    input[18..].copy_from_slice(&id.0);
    input
}

/// The hash of all but hops, postage and signature.
fn packet_id(bytes: &[u8], suite: Suite) -> PacketId {
    PacketId(suite.hash(&[&bytes[..2], &bytes[4..HEADER], &bytes[HEADER + SIGNATURE..]]))
}

/// A data packet as it came.
#[derive(Clone, Copy, Debug)]
pub struct Data<'a>(&'a [u8]);

impl<'a> Data<'a> {
    /// Looks at the length and at nothing else.
    ///
    /// # Errors
    /// [`Drop::Malformed`].
    pub fn new(bytes: &'a [u8]) -> Result<Self, Drop> {
        match bytes.len() {
            MIN_DATA..=MAX_DATA => Ok(Self(bytes)),
            _ => Err(Drop::Malformed),
        }
    }

    fn array<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut out = [0; N];
        // `new` made sure that the header is there.
        out.copy_from_slice(&self.0[at..at + N]);
        out
    }

    /// Publish or Group.
    #[must_use]
    pub fn kind(&self) -> Kind {
        Kind::from_number(self.0[0]).unwrap_or(Kind::Publish)
    }

    /// How often it was passed on.
    #[must_use]
    pub fn hops(&self) -> u8 {
        self.0[2]
    }

    /// How many more lives it has.
    #[must_use]
    pub fn postage(&self) -> u8 {
        self.0[3]
    }

    /// Length of a life, in minutes.
    #[must_use]
    pub fn ttl(&self) -> u16 {
        u16::from_be_bytes(self.array(4))
    }

    /// The author's logical clock.
    #[must_use]
    pub fn clock(&self) -> u32 {
        u32::from_be_bytes(self.array(6))
    }

    /// 0: whole or head; from 1: fragment.
    #[must_use]
    pub fn index(&self) -> u32 {
        u32::from_be_bytes(self.array(10))
    }

    /// The key that signs.
    #[must_use]
    pub fn cluster(&self) -> ClusterTag {
        ClusterTag(self.array(14))
    }

    /// What the author knew last; the head, in a fragment.
    #[must_use]
    pub fn previous(&self) -> PacketId {
        PacketId(self.array(46))
    }

    /// The next fragment.
    #[must_use]
    pub fn next(&self) -> PacketId {
        PacketId(self.array(78))
    }

    /// The addressee, hidden.
    #[must_use]
    pub fn to(&self) -> [u8; 32] {
        self.array(110)
    }

    /// The cluster's signature.
    #[must_use]
    pub fn signature(&self) -> [u8; 64] {
        self.array(HEADER)
    }

    /// Encrypted.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        &self.0[HEADER + SIGNATURE..]
    }

    /// All of it.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.0
    }

    /// By value.
    #[must_use]
    pub fn header(&self) -> Header {
        Header {
            kind: self.kind(),
            hops: self.hops(),
            postage: self.postage(),
            ttl: self.ttl(),
            clock: self.clock(),
            index: self.index(),
            cluster: self.cluster(),
            previous: self.previous(),
            next: self.next(),
            to: self.to(),
        }
    }

    /// Its id. Always computed, never believed.
    pub(crate) fn id(&self, suite: Suite) -> PacketId {
        packet_id(self.0, suite)
    }

    /// Whether a holder of the cluster's secret published it. `id` is [`Data::id`]'s.
    pub(crate) fn verify(&self, id: &PacketId, suite: Suite, verifiers: &mut Verifiers) -> bool {
        verifiers.verify(suite, self.cluster().as_bytes(), &signing_input(id), &self.signature())
    }

    /// A copy with other mutable bytes: the one that is cached and passed on.
    pub(crate) fn with(&self, hops: u8, postage: u8) -> Bytes {
        let mut bytes = BytesMut::from(self.0);
        bytes[2] = hops;
        bytes[3] = postage;
        bytes.freeze()
    }
}

/// A control packet of peers that have no link.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// Ping, Pong, Intro or Join.
    pub kind: Kind,
    bytes: &'a [u8],
}

impl<'a> Signed<'a> {
    fn new(kind: Kind, bytes: &'a [u8]) -> Result<Self, Drop> {
        match bytes.len() {
            MIN_SIGNED..=MAX_DATAGRAM => Ok(Self { kind, bytes }),
            _ => Err(Drop::Malformed),
        }
    }

    fn array<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut out = [0; N];
        // `new` made sure that header and signature are there.
        out.copy_from_slice(&self.bytes[at..at + N]);
        out
    }

    /// Who signed, if it is genuine.
    #[must_use]
    pub fn from(&self) -> PeerId {
        PeerId(self.array(2))
    }

    /// The receiver. Zero in a first contact, where only an address is known.
    #[must_use]
    pub fn to(&self) -> PeerId {
        PeerId(self.array(34))
    }

    /// What the kind defines.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        &self.bytes[SIGNED_HEADER..self.bytes.len() - SIGNATURE]
    }

    /// All of it, signature included.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the sender signed it. Costs what a signature costs: ask after everything that is cheaper.
    pub(crate) fn verify(&self, suite: Suite) -> bool {
        let signed = self.bytes.len() - SIGNATURE;
        suite.verify_control(self.from().as_bytes(), &self.bytes[..signed], &self.array(signed))
    }
}

/// Writes a signed control packet.
///
/// # Panics
/// When the body is longer than [`MAX_SIGNED_BODY`], which no kind's is.
pub(crate) fn signed(
    kind: Kind,
    from: &PeerId,
    to: &PeerId,
    body: &[u8],
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Bytes {
    assert!(body.len() <= MAX_SIGNED_BODY, "a control packet fits a datagram");
    let mut out = BytesMut::with_capacity(SIGNED_HEADER + body.len() + SIGNATURE);
    out.put_u8(kind as u8);
    out.put_u8(VERSION);
    out.put_slice(from.as_bytes());
    out.put_slice(to.as_bytes());
    out.put_slice(body);
    let signature = sign(&out);
    out.put_slice(&signature);
    out.freeze()
}

/// A frame on a link.
#[derive(Clone, Copy, Debug)]
pub struct Sealed<'a> {
    /// Stream, Sync, Query, Answer or Announce.
    pub kind: Kind,
    bytes: &'a [u8],
}

impl<'a> Sealed<'a> {
    fn new(kind: Kind, bytes: &'a [u8]) -> Result<Self, Drop> {
        match bytes.len() {
            MIN_SEALED..=MAX_DATAGRAM => Ok(Self { kind, bytes }),
            _ => Err(Drop::Malformed),
        }
    }

    fn u32(&self, at: usize) -> u32 {
        let mut out = [0; 4];
        // `new` made sure that the header is there.
        out.copy_from_slice(&self.bytes[at..at + 4]);
        u32::from_be_bytes(out)
    }

    /// The link, by the number that its receiver chose.
    #[must_use]
    pub fn session(&self) -> u32 {
        self.u32(2)
    }

    /// The sender's count of frames on this link.
    #[must_use]
    pub fn counter(&self) -> u32 {
        self.u32(6)
    }

    /// Ciphertext and authenticator.
    #[must_use]
    pub fn sealed(&self) -> &'a [u8] {
        &self.bytes[SEALED_HEADER..]
    }

    /// kind, version, session, counter: authenticated with the body.
    #[must_use]
    pub fn head(&self) -> &'a [u8] {
        &self.bytes[..SEALED_HEADER]
    }
}

/// Reads bodies of control packets. Every method answers `None` at the end of the bytes; the caller turns it into
/// [`Drop::Malformed`].
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    /// A byte.
    pub fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_be_bytes)
    }

    /// Two bytes.
    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes.
    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes.
    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// An address: its length (4 or 16), its bytes, the port in two bytes.
    pub fn address(&mut self) -> Option<std::net::SocketAddr> {
        let ip = match self.u8()? {
            4 => std::net::IpAddr::from(self.array::<4>()?),
            16 => std::net::IpAddr::from(self.array::<16>()?),
            _ => return None,
        };
        Some(std::net::SocketAddr::new(ip, self.u16()?))
    }

    /// `Some` when nothing is left over.
    pub fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Writes what [`Reader::address`] reads.
pub fn put_address(out: &mut Vec<u8>, address: &std::net::SocketAddr) {
    match address.ip() {
        std::net::IpAddr::V4(ip) => {
            out.push(4);
            out.extend_from_slice(&ip.octets());
        }
        std::net::IpAddr::V6(ip) => {
            out.push(16);
            out.extend_from_slice(&ip.octets());
        }
    }
    out.extend_from_slice(&address.port().to_be_bytes());
}
