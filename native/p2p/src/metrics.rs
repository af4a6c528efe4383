//! Counters. Every datagram that is dropped adds one to the counter of its reason.

macro_rules! metrics {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// What a peer has done and refused since it was created.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Metrics {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Metrics {
            /// Names and values, in a fixed order.
            pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($name), self.$name)),*].into_iter()
            }

            /// Adds another peer's, for sums over many.
            pub fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)*
            }
        }
    };
}

macro_rules! drops {
    ($($(#[$doc:meta])* $name:ident = $reason:ident),* $(,)?) => {
        /// Why a datagram, or a part of it, was dropped.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Drop {
            $($(#[$doc])* $reason,)*
        }

        /// Counters of [`Drop`].
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Dropped {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Dropped {
            pub(crate) fn count(&mut self, reason: Drop) {
                match reason {
                    $(Drop::$reason => self.$name += 1,)*
                }
            }

            /// Names and values, in a fixed order.
            pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($name), self.$name)),*].into_iter()
            }

            /// Adds another peer's, for sums over many.
            pub fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)*
            }

            /// All of them.
            #[must_use]
            pub fn total(&self) -> u64 {
                self.iter().map(|(_, count)| count).sum()
            }
        }
    };
}

metrics! {
    /// Datagrams received.
    datagrams_in,
    /// Bytes received.
    bytes_in,
    /// Datagrams sent.
    datagrams_out,
    /// Bytes sent.
    bytes_out,
    /// Data packets received, copies included.
    packets_in,
    /// Data packets received for the first time.
    packets_new,
    /// Data packets received again: what relative message redundancy counts.
    packets_again,
    /// Data packets sent.
    packets_out,
    /// Packets pushed a second time because nobody acknowledged them.
    pushes_failed_over,
    /// Packets asked for after an announcement.
    pulls,
    /// Packets asked for again from another link.
    pulls_retried,
    /// Packets given up: nobody who announced them sent them.
    pulls_failed,
    /// Signatures verified.
    verified,
    /// Messages of the own clusters given to the application.
    messages,
    /// Packets evicted to make room.
    evicted,
    /// Packets whose time to live ran out.
    expired,
    /// Last rebroadcasts.
    rebroadcast,
    /// Differences found by reconciliation.
    reconciled,
    /// Links made.
    links_up,
    /// Links lost.
    links_down,
    /// Peers made known to each other.
    introduced,
    /// Frames passed on between two peers.
    relayed,
    /// Messages of streams given to the application.
    streamed,
    /// Paced probes sent towards addresses that consented to an introduction.
    probes,
}

drops! {
    /// Shorter than its kind can be, longer than a datagram may be, or otherwise not a packet.
    malformed = Malformed,
    /// Another version of the protocol.
    version = Version,
    /// A kind that does not exist.
    kind = Kind,
    /// For another receiver.
    receiver = Receiver,
    /// The signature is not the sender's or not the cluster's.
    signature = Signature,
    /// A frame of no link, or of one that ended.
    session = Session,
    /// A frame that was not made with the link's key.
    forged = Forged,
    /// A frame or control packet that was received before, or is too old to tell.
    replayed = Replayed,
    /// A data packet from an address without a link.
    stranger = Stranger,
    /// Travelled too far.
    hops = Hops,
    /// Its time to live is over, or not allowed.
    expired = Expired,
    /// More than its source may send.
    rate = Rate,
    /// More than its source, signer or cluster may occupy.
    quota = Quota,
    /// Would have answered more than an unproven address may cause.
    amplification = Amplification,
    /// An answer to nothing that was asked.
    unsolicited = Unsolicited,
    /// An introduction without the consent of both.
    consent = Consent,
    /// A token of an address that is wrong or old.
    token = Token,
    /// A message that cannot be decrypted, or whose author's signature is wrong.
    envelope = Envelope,
    /// A fragment that does not fit its message.
    fragment = Fragment,
    /// Comes from ourselves.
    own = Own,
    /// While suspended.
    suspended = Suspended,
}
