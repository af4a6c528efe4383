//! What came of a run.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;
use socket_p2p::packet::Kind;
use socket_p2p::{Dropped, Metrics, Time};

use crate::network::Network;
use crate::run::Info;
use crate::{Counters, NodeId, Role, Scenario};

/// A message, and how it spread.
pub(crate) struct Published {
    pub(crate) number: u32,
    pub(crate) at: Time,
    pub(crate) author: NodeId,
    /// Honest peers in the cluster that had a link when it was published.
    pub(crate) eligible: Vec<NodeId>,
    /// The shortest time to each over the links there were, in microseconds.
    pub(crate) best: FxHashMap<NodeId, u64>,
    pub(crate) digest: u64,
    pub(crate) deliveries: Vec<(NodeId, Time)>,
    /// For each that was to get it: after how many microseconds it did, and was gone. [`Published::settle`] fills it.
    pub(crate) fates: Vec<(u64, u64)>,
}

impl Published {
    /// All is known of it.
    pub(crate) fn settle(&mut self, info: &[Info]) {
        let since = |at: Option<Time>| at.map_or(u64::MAX, |at| at.0.saturating_sub(self.at.0));
        let mut came: FxHashMap<NodeId, Time> = FxHashMap::default();
        for (node, at) in &self.deliveries {
            came.entry(*node).or_insert(*at);
        }
        let wanted = self.eligible.iter().filter(|node| **node != self.author);
        self.fates =
            wanted.map(|node| (since(came.get(node).copied()), since(info[node.0 as usize].died))).collect();
    }
}

/// What was used until a moment.
pub(crate) struct Usage {
    at: Time,
    wall: Instant,
    cpu: Duration,
    counters: Counters,
    totals: (Metrics, Dropped),
}

impl Usage {
    pub(crate) fn of(net: &Network) -> Self {
        Self {
            at: net.now(),
            wall: Instant::now(),
            cpu: cpu_time(),
            counters: net.counters(),
            totals: net.totals(),
        }
    }
}

/// The network at a moment.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Since the beginning.
    pub at: Duration,
    /// Honest peers.
    pub peers: usize,
    /// Peers that ever came.
    pub joins: usize,
    /// Peers that ever went.
    pub leaves: usize,
    /// Links of an honest peer, on average.
    pub links: f64,
    /// Honest peers without a link.
    pub isolated: usize,
    /// The part of honest peers' links that is with honest peers, where there are attackers.
    pub honest_share: Option<f64>,
    /// The largest cache, in bytes.
    pub cache: usize,
}

/// How a message reached how many, some time after it was published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean over all messages, of 1.
    pub mean: f64,
    /// The message that reached fewest.
    pub worst: f64,
}

/// What came of a run.
pub struct Report {
    pub(crate) scenario: Scenario,
    /// Of all that happened. Equal hashes: equal runs.
    pub hash: u64,
    /// Simulated time.
    pub simulated: Duration,
    /// Time that it took.
    pub wall: Duration,
    /// What was seen on the wire.
    pub total: Counters,
    pub(crate) begin: Usage,
    pub(crate) end: Usage,
    /// The most memory that the process ever had, in bytes, where the system tells.
    pub peak: Option<u64>,
    pub(crate) published: Vec<Published>,
    pub(crate) info: Vec<Info>,
    /// The network, from second to second.
    pub samples: Vec<Sample>,
    /// From the end of an eclipse until each victim had an honest link again.
    pub recovery: Option<Duration>,
    /// The part of victims' links that was honest when the eclipse ended.
    pub eclipse_share: Option<f64>,
    /// Messages that applications were given and that nobody in the cluster had said.
    pub forged: usize,
}

impl Report {
    /// Messages that were published.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.published.len()
    }

    /// Messages that applications were given once more.
    #[must_use]
    pub fn twice(&self) -> usize {
        let given = |message: &Published| {
            let nodes: std::collections::BTreeSet<_> =
                message.deliveries.iter().map(|(node, _)| *node).collect();
            message.deliveries.len() - nodes.len()
        };
        self.published.iter().map(given).sum()
    }

    fn reached(&self, message: &Published, within: Duration) -> (usize, usize) {
        let within = u64::try_from(within.as_micros()).unwrap_or(u64::MAX);
        let there = message.fates.iter().filter(|(_, gone)| *gone > within);
        there.fold((0, 0), |(came, all), (after, _)| (came + usize::from(*after <= within), all + 1))
    }

    /// How many had the messages this long after they were published, of the honest peers in the cluster that were in
    /// the network then and still are; their author does not count.
    #[must_use]
    pub fn reach(&self, within: Duration) -> Spread {
        let parts: Vec<f64> = self
            .published
            .iter()
            .map(|message| self.reached(message, within))
            .filter(|(_, wanted)| *wanted > 0)
            .map(|(came, wanted)| came as f64 / wanted as f64)
            .collect();
        if parts.is_empty() {
            return Spread { mean: 0., worst: 0. };
        }
        let worst = parts.iter().copied().fold(1., f64::min);
        Spread { mean: parts.iter().sum::<f64>() / parts.len() as f64, worst }
    }

    fn received(&self) -> usize {
        self.published.iter().map(|message| message.deliveries.len()).sum()
    }

    /// Copies that came to those who had the packet, for each first one (Plumtree's relative message redundancy).
    #[must_use]
    pub fn redundancy(&self) -> f64 {
        let again = self.end.totals.0.packets_again - self.begin.totals.0.packets_again;
        again as f64 / self.received().max(1) as f64
    }

    /// How much longer messages took than the shortest way over the links there were: 0.3 is 30 % longer.
    #[must_use]
    pub fn stretch(&self) -> f64 {
        let (mut taken, mut best) = (0., 0.);
        for message in &self.published {
            for (node, at) in &message.deliveries {
                let Some(shortest) = message.best.get(node).filter(|shortest| **shortest > 0) else {
                    continue;
                };
                taken += at.since(message.at).as_micros() as f64;
                best += *shortest as f64;
            }
        }
        if best > 0. { taken / best - 1. } else { 0. }
    }

    /// Bytes of packets that came to peers of messages that were published before they did, while messages were published.
    fn history(&self) -> f64 {
        let seen = self.end.counters.since(&self.begin.counters);
        let kind = Kind::Publish as usize;
        let packet = seen.sent_bytes[kind] as f64 / seen.sent[kind].max(1) as f64;
        let of = |message: &Published| {
            let late = |(node, at): &&(NodeId, Time)| {
                self.info[node.0 as usize].came > message.at && *at <= self.end.at
            };
            message.deliveries.iter().filter(late).count()
        };
        packet * self.published.iter().map(of).sum::<usize>() as f64
    }

    /// Bytes that an honest peer sent for each message, with everything else that it sent meanwhile. `history`: also
    /// packets of messages that were published before the peers came that they went to.
    #[must_use]
    pub fn bytes_per_message(&self, history: bool) -> f64 {
        let bytes = (self.end.totals.0.bytes_out - self.begin.totals.0.bytes_out) as f64
            - if history { 0. } else { self.history() };
        let begin = self.begin.at.since(crate::START);
        let end = self.end.at.since(crate::START);
        let during: Vec<usize> = self
            .samples
            .iter()
            .filter(|sample| sample.at >= begin && sample.at <= end)
            .map(|sample| sample.peers)
            .collect();
        let peers = during.iter().sum::<usize>() as f64 / during.len().max(1) as f64;
        bytes / (peers * self.published.len() as f64).max(1.)
    }

    /// The part of links of honest peers that is with honest peers: the least of all moments while messages were
    /// published.
    #[must_use]
    pub fn honest_share(&self) -> Option<f64> {
        let begin = self.begin.at.since(crate::START);
        let end = self.end.at.since(crate::START);
        let during = self.samples.iter().filter(|sample| sample.at >= begin && sample.at <= end);
        during.filter_map(|sample| sample.honest_share).reduce(f64::min)
    }

    /// Bytes that the victim of amplifiers got for each one that they sent.
    #[must_use]
    pub fn amplification(&self) -> f64 {
        self.total.victim_bytes as f64 / self.total.spoofed_bytes.max(1) as f64
    }

    /// Of all messages, how many the peers of a group that are there in the end were ever given, their own apart.
    #[must_use]
    pub fn delivered(&self, group: &str) -> f64 {
        let members: Vec<NodeId> = (0_u32..)
            .zip(&self.info)
            .filter(|(_, info)| info.died.is_none() && self.scenario.peers[info.group].name == group)
            .map(|(id, _)| NodeId(id))
            .collect();
        let own =
            self.published.iter().filter(|message| members.binary_search(&message.author).is_ok()).count();
        let wanted = members.len() * self.published.len() - own;
        let came: usize = self
            .published
            .iter()
            .map(|message| {
                message.deliveries.iter().filter(|(node, _)| members.binary_search(node).is_ok()).count()
            })
            .sum();
        came as f64 / wanted.max(1) as f64
    }

    /// Simulated seconds in one second, while messages were published.
    #[must_use]
    pub fn speed(&self) -> f64 {
        let wall = self.end.wall.saturating_duration_since(self.begin.wall).as_secs_f64();
        self.end.at.since(self.begin.at).as_secs_f64() / wall.max(1e-9)
    }

    /// Simulated seconds in one second of one core, while messages were published.
    #[must_use]
    pub fn speed_of_a_core(&self) -> f64 {
        let cpu = self.end.cpu.saturating_sub(self.begin.cpu).as_secs_f64();
        self.end.at.since(self.begin.at).as_secs_f64() / cpu.max(1e-9)
    }

    /// The largest cache of any honest peer at any moment, in bytes.
    #[must_use]
    pub fn largest_cache(&self) -> usize {
        self.samples.iter().map(|sample| sample.cache).max().unwrap_or_default()
    }

    /// Mean and worst reach, for a curve: milliseconds, parts of 1.
    #[must_use]
    pub fn curve(&self, until: Duration, points: u32) -> Vec<(f64, Spread)> {
        (0..=points)
            .map(|point| {
                let within = until * point / points;
                (within.as_secs_f64() * 1000., self.reach(within))
            })
            .collect()
    }

    /// As Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let Scenario { name, about, seed, threads, .. } = &self.scenario;
        let mut out = format!("# {name}\n\n{about}\n\n| | |\n|---|---|\n");
        let mut row = |name: &str, value: String| {
            let _ = writeln!(out, "| {name} | {value} |");
        };
        row("seed, threads", format!("{seed}, {threads}"));
        row("hash of the event log", format!("{:016x}", self.hash));
        row(
            "simulated, taken",
            format!("{:.1} s, {:.1} s", self.simulated.as_secs_f64(), self.wall.as_secs_f64()),
        );
        if let Some(peak) = self.peak {
            row("memory of the process", format!("{:.2} GiB", peak as f64 / f64::from(1 << 30)));
        }
        if let Some(last) = self.samples.last() {
            row("peers, in the end", last.peers.to_string());
            row("joins, leaves", format!("{}, {}", last.joins, last.leaves));
            row("links of a peer", format!("{:.2}", last.links));
        }
        row("peers without a link, at most", {
            let begin = self.begin.at.since(crate::START);
            let during = self.samples.iter().filter(|sample| sample.at >= begin);
            during.map(|sample| sample.isolated).max().unwrap_or_default().to_string()
        });
        if !self.published.is_empty() {
            row("messages", self.messages().to_string());
            for ms in [100, 200, 300, 400, 500, 600, 1000, 1200, 2000, 5000] {
                let Spread { mean, worst } = self.reach(Duration::from_millis(ms));
                row(
                    &format!("reach after {ms} ms: mean, worst"),
                    format!("{:.3} %, {:.2} %", mean * 100., worst * 100.),
                );
            }
            row("redundancy", format!("{:.3}", self.redundancy()));
            row("stretch", format!("{:.3}", self.stretch()));
            row(
                "bytes sent by a peer for each message, with what newcomers fetch of earlier ones",
                format!("{:.0}, {:.0}", self.bytes_per_message(false), self.bytes_per_message(true)),
            );
            row(
                "speed: simulated seconds in one, in one of a core",
                format!("{:.2}, {:.2}", self.speed(), self.speed_of_a_core()),
            );
        }
        if !self.published.is_empty() {
            row("messages given that nobody said, given twice", format!("{}, {}", self.forged, self.twice()));
        }
        if let Some(share) = self.honest_share() {
            row("honest part of honest peers' links, at least", format!("{:.1} %", share * 100.));
        }
        if let Some(share) = self.eclipse_share {
            row("honest part of the eclipsed peers' links, when it ended", format!("{:.1} %", share * 100.));
            row(
                "recovery of the last of them",
                self.recovery.map_or("not in this run".into(), |time| format!("{:.0} s", time.as_secs_f64())),
            );
        }
        if self.total.spoofed_packets > 0 {
            row(
                "amplification in bytes, in packets",
                format!(
                    "{:.2}, {:.2}",
                    self.amplification(),
                    self.total.victim_packets as f64 / self.total.spoofed_packets as f64
                ),
            );
        }
        row("largest cache", format!("{:.2} MiB", self.largest_cache() as f64 / f64::from(1 << 20)));
        for group in self.scenario.peers.iter().filter(|group| group.role == Role::Honest && group.subscribed)
        {
            row(
                &format!("messages that `{}` were given until the end", group.name),
                format!("{:.3} %", self.delivered(&group.name) * 100.),
            );
        }
        self.wire(&mut out);
        out
    }

    /// What was on the wire while messages were published.
    fn wire(&self, out: &mut String) {
        let seen = self.end.counters.since(&self.begin.counters);
        out.push_str("\n| kind | sent | bytes |\n|---|---|---|\n");
        for kind in Kind::ALL {
            let (count, bytes) = (seen.sent[kind as usize], seen.sent_bytes[kind as usize]);
            if count > 0 {
                let _ = writeln!(out, "| {kind:?} | {count} | {bytes} |");
            }
        }
        let _ = writeln!(
            out,
            "\nOf these {} were lost, {} filtered by NATs, {} for peers that were gone, {} for addresses of nobody, {} \
             cut off; attackers withheld {} and forged {}.",
            seen.lost, seen.filtered, seen.gone, seen.unroutable, seen.cut, seen.withheld, seen.forged
        );
        let list = |values: Vec<(&str, u64, u64)>| {
            let values = values.into_iter().filter(|(_, before, after)| after > before);
            values
                .map(|(name, before, after)| format!("{name} {}", after - before))
                .collect::<Vec<_>>()
                .join(" · ")
        };
        let pair = |before: Vec<(&'static str, u64)>, after: Vec<(&'static str, u64)>| {
            before.into_iter().zip(after).map(|((name, before), (_, after))| (name, before, after)).collect()
        };
        let (begin, end) = (&self.begin.totals, &self.end.totals);
        let metrics = list(pair(begin.0.iter().collect(), end.0.iter().collect()));
        let dropped = list(pair(begin.1.iter().collect(), end.1.iter().collect()));
        let _ = writeln!(
            out,
            "\nHonest peers counted: {metrics}\n\nThey dropped: {}",
            if dropped.is_empty() { "nothing" } else { &dropped }
        );
    }
}

/// Processor time of this process. Zero where the system does not tell.
fn cpu_time() -> Duration {
    // Linux: utime and stime are fields 14 and 15, in hundredths of a second, after the name in parentheses.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 =
        fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

pub(crate) fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}
