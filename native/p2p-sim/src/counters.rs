//! What was seen on the wire.

use socket_p2p::packet::Kind;

/// Datagrams and bytes of each kind, and what became of those that did not arrive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// By the number of their kind; 0 is what is none.
    pub sent: [u64; 12],
    /// The same, in bytes of UDP payload.
    pub sent_bytes: [u64; 12],
    /// By the number of their kind.
    pub received: [u64; 12],
    /// Lost on the way.
    pub lost: u64,
    /// To an address that nobody has.
    pub unroutable: u64,
    /// Across a partition.
    pub cut: u64,
    /// Not let in by a NAT.
    pub filtered: u64,
    /// For a peer that is gone.
    pub gone: u64,
    /// Not sent by an attacker that should have.
    pub withheld: u64,
    /// Made up by attackers.
    pub forged: u64,
    /// Timers.
    pub wakes: u64,
    /// Bytes that attackers sent under the victim's address.
    pub spoofed_bytes: u64,
    /// Datagrams that attackers sent under the victim's address.
    pub spoofed_packets: u64,
    /// Bytes that the victim got.
    pub victim_bytes: u64,
    /// Datagrams that the victim got.
    pub victim_packets: u64,
}

/// The number of a datagram's kind.
pub(crate) fn kind(bytes: &[u8]) -> usize {
    bytes.first().and_then(|number| Kind::from_number(*number)).map_or(0, |kind| kind as usize)
}

impl Counters {
    pub(crate) fn sent(&mut self, bytes: &[u8]) {
        let kind = kind(bytes);
        self.sent[kind] += 1;
        self.sent_bytes[kind] += bytes.len() as u64;
    }

    pub(crate) fn received(&mut self, bytes: &[u8]) {
        self.received[kind(bytes)] += 1;
    }

    fn each(&mut self, other: &Self, of: impl Fn(u64, u64) -> u64) {
        for (own, others) in [
            (&mut self.sent, &other.sent),
            (&mut self.sent_bytes, &other.sent_bytes),
            (&mut self.received, &other.received),
        ] {
            own.iter_mut().zip(others).for_each(|(own, other)| *own = of(*own, *other));
        }
        for (own, other) in [
            (&mut self.lost, other.lost),
            (&mut self.unroutable, other.unroutable),
            (&mut self.cut, other.cut),
            (&mut self.filtered, other.filtered),
            (&mut self.gone, other.gone),
            (&mut self.withheld, other.withheld),
            (&mut self.forged, other.forged),
            (&mut self.wakes, other.wakes),
            (&mut self.spoofed_bytes, other.spoofed_bytes),
            (&mut self.spoofed_packets, other.spoofed_packets),
            (&mut self.victim_bytes, other.victim_bytes),
            (&mut self.victim_packets, other.victim_packets),
        ] {
            *own = of(*own, other);
        }
    }

    /// Of two shards.
    pub(crate) fn add(&mut self, other: &Self) {
        self.each(other, |own, other| own + other);
    }

    /// Since `before`.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let mut out = self.clone();
        out.each(before, |own, other| own - other);
        out
    }

    /// Datagrams sent.
    #[must_use]
    pub fn datagrams(&self) -> u64 {
        self.sent.iter().sum()
    }

    /// Bytes sent.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.sent_bytes.iter().sum()
    }
}
