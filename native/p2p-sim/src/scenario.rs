//! Scenarios: what a TOML file may say. Unknown keys, wrong types and impossible values are errors that name the line.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::goals::Goal;
use crate::link::Latency;
use crate::tune::Tuning;
use crate::{Nat, Role};

/// A run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Of its picture and table.
    pub name: String,
    /// What it is about, for the report.
    pub about: String,
    /// Everything follows from it.
    pub seed: u64,
    /// Threads, 1 or 2. The run is the same with both.
    #[serde(default = "one", deserialize_with = "threads")]
    pub threads: u8,
    /// Simulated time.
    #[serde(deserialize_with = "seconds")]
    pub duration_s: Duration,
    /// Ed25519 and XSalsa20, or hashes of the same length in their place.
    #[serde(default)]
    pub crypto: Crypto,
    /// The way between peers.
    pub network: NetworkOptions,
    /// Who takes part.
    pub peers: Vec<Group>,
    /// What they say.
    #[serde(default)]
    pub messages: Option<Messages>,
    /// What happens to them.
    #[serde(default)]
    pub events: Vec<Happening>,
    /// What must come of it.
    #[serde(default)]
    pub goals: Vec<Goal>,
}

/// See [`Scenario::crypto`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Crypto {
    /// Hashes of the same length.
    #[default]
    Simulated,
    /// As in the field.
    Real,
}

/// The way between peers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkOptions {
    /// How long it takes.
    #[serde(deserialize_with = "latency")]
    pub latency: Latency,
    /// The part of a latency that one datagram may take longer.
    #[serde(default, deserialize_with = "part")]
    pub jitter: f64,
    /// The part that is lost.
    #[serde(default, deserialize_with = "part")]
    pub loss: f64,
    /// Seconds after which a NAT forgets.
    #[serde(default = "thirty", deserialize_with = "seconds")]
    pub nat_expiry_s: Duration,
    /// Whether NATs lead datagrams for their own address back.
    #[serde(default)]
    pub hairpin: bool,
}

/// Peers of one sort.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// For events and the report.
    pub name: String,
    /// How many there are on average.
    #[serde(deserialize_with = "count")]
    pub count: usize,
    /// Honest, or an attacker.
    #[serde(default)]
    pub role: Role,
    /// What networks they are in.
    #[serde(default)]
    pub nat: Nats,
    /// Mean lifetime. New ones come as old ones go. None: they stay.
    #[serde(default, deserialize_with = "some_seconds")]
    pub life_s: Option<Duration>,
    /// When the first comes.
    #[serde(default, deserialize_with = "seconds")]
    pub start_s: Duration,
    /// How long it takes until all have come.
    #[serde(default, deserialize_with = "seconds")]
    pub ramp_s: Duration,
    /// Peers without NAT that each is told of. Of its own group where `contacts_from` says so.
    #[serde(default = "four")]
    pub contacts: usize,
    /// The group that these are from; none: of all honest peers.
    #[serde(default)]
    pub contacts_from: Option<String>,
    /// Networks (/24) that they share. None: each has its own.
    #[serde(default)]
    pub subnets: Option<usize>,
    /// Whether they are in the cluster.
    #[serde(default = "yes")]
    pub subscribed: bool,
    /// Whether they publish.
    #[serde(default = "yes")]
    pub publishes: bool,
    /// Long-lived devices that keep as much as they can.
    #[serde(default)]
    pub broadcast: bool,
    /// Parameters of the protocol that differ.
    #[serde(default)]
    pub config: Tuning,
}

/// One kind of NAT, or parts of several.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a kind (static, full-cone, restricted, port-restricted, hard) or a table of parts"
)]
pub enum Nats {
    /// All have this one.
    One(Nat),
    /// The parts that have each.
    Parts(BTreeMap<Nat, f64>),
}

impl Default for Nats {
    fn default() -> Self {
        Self::One(Nat::Static)
    }
}

impl Nats {
    /// The one at this place between 0 and 1.
    #[must_use]
    pub fn pick(&self, at: f64) -> Nat {
        match self {
            Self::One(nat) => *nat,
            Self::Parts(parts) => {
                let mut left = at * parts.values().sum::<f64>();
                for (nat, part) in parts {
                    left -= part;
                    if left < 0. {
                        return *nat;
                    }
                }
                parts.keys().next_back().copied().unwrap_or_default()
            }
        }
    }
}

/// Messages of random peers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Messages {
    /// When the first is published.
    #[serde(deserialize_with = "seconds")]
    pub start_s: Duration,
    /// How many.
    #[serde(deserialize_with = "count")]
    pub count: usize,
    /// Between two.
    #[serde(deserialize_with = "seconds")]
    pub every_s: Duration,
    /// Bytes of payload.
    #[serde(default = "full")]
    pub bytes: usize,
}

/// Something happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Happening {
    /// Part of the networks cannot reach the others.
    Partition {
        /// When.
        #[serde(deserialize_with = "seconds")]
        at_s: Duration,
        /// How many are on one side.
        #[serde(deserialize_with = "part")]
        share: f64,
    },
    /// Partitions and eclipses end.
    Heal {
        /// When.
        #[serde(deserialize_with = "seconds")]
        at_s: Duration,
    },
    /// The part of datagrams that is lost changes.
    Loss {
        /// When.
        #[serde(deserialize_with = "seconds")]
        at_s: Duration,
        /// To what.
        #[serde(deserialize_with = "part")]
        loss: f64,
    },
    /// Some honest peers can reach attackers alone.
    Eclipse {
        /// When.
        #[serde(deserialize_with = "seconds")]
        at_s: Duration,
        /// How many.
        victims: usize,
    },
    /// Some peers change their address.
    Move {
        /// When.
        #[serde(deserialize_with = "seconds")]
        at_s: Duration,
        /// How many of all.
        #[serde(deserialize_with = "part")]
        share: f64,
    },
    /// Some peers are gone at once, without a word.
    Crash {
        /// When.
        #[serde(deserialize_with = "seconds")]
        at_s: Duration,
        /// How many of all.
        #[serde(deserialize_with = "part")]
        share: f64,
    },
}

impl Happening {
    /// When.
    #[must_use]
    pub fn at(&self) -> Duration {
        match self {
            Self::Partition { at_s, .. }
            | Self::Heal { at_s }
            | Self::Loss { at_s, .. }
            | Self::Eclipse { at_s, .. }
            | Self::Move { at_s, .. }
            | Self::Crash { at_s, .. } => *at_s,
        }
    }
}

/// A scenario that cannot be run.
#[derive(Debug)]
pub struct ScenarioError {
    file: PathBuf,
    message: String,
}

impl ScenarioError {
    /// For programs.
    pub const CODE: &str = "ERR_P2P_SIM_SCENARIO";

    fn new(file: &Path, message: impl fmt::Display) -> Self {
        Self { file: file.to_owned(), message: message.to_string() }
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", Self::CODE, self.file.display(), self.message.trim_end())
    }
}

impl std::error::Error for ScenarioError {}

impl Scenario {
    /// Reads one.
    ///
    /// # Errors
    /// When it cannot be read, or says what is no scenario: with the line and what to write instead.
    pub fn read(file: &Path) -> Result<Self, ScenarioError> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| ScenarioError::new(file, format!("cannot be read: {error}")))?;
        Self::parse(&text, file)
    }

    /// The same, of a text. `file` is named in errors.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn parse(text: &str, file: &Path) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text).map_err(|error| ScenarioError::new(file, error))?;
        scenario.check().map_err(|message| ScenarioError::new(file, message))?;
        Ok(scenario)
    }

    /// What no single line shows.
    fn check(&self) -> Result<(), String> {
        if self.peers.is_empty() {
            return Err("no [[peers]]: add a group with name and count".into());
        }
        for (index, group) in self.peers.iter().enumerate() {
            let name = &group.name;
            if self.peers[..index].iter().any(|other| other.name == *name) {
                return Err(format!("two groups of [[peers]] are named \"{name}\": give each its own name"));
            }
            if let Some(from) = &group.contacts_from
                && !self.peers.iter().any(|other| other.name == *from)
            {
                return Err(format!(
                    "contacts_from = \"{from}\" of group \"{name}\": no group has this name"
                ));
            }
            if group.subnets == Some(0) {
                return Err(format!("subnets = 0 of group \"{name}\": at least 1"));
            }
        }
        if let Some(messages) = &self.messages {
            if !(4..=64 * 1024).contains(&messages.bytes) {
                return Err(format!("bytes = {} of [messages]: from 4 to 65536", messages.bytes));
            }
            let last =
                messages.start_s + messages.every_s * u32::try_from(messages.count).unwrap_or(u32::MAX);
            if last > self.duration_s {
                return Err(format!(
                    "[messages] end at {} s and the run at {} s: raise duration_s or lower count",
                    last.as_secs_f64(),
                    self.duration_s.as_secs_f64()
                ));
            }
        }
        Ok(())
    }
}

fn one() -> u8 {
    1
}

fn four() -> usize {
    4
}

fn yes() -> bool {
    true
}

/// As much as fits one packet.
fn full() -> usize {
    850
}

fn thirty() -> Duration {
    Duration::from_secs(30)
}

fn threads<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    let found = u8::deserialize(from)?;
    if (1..=16).contains(&found) { Ok(found) } else { Err(D::Error::custom("from 1 to 16")) }
}

fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let found = f64::deserialize(from)?;
    if (0. ..=1e8).contains(&found) {
        Ok(Duration::from_secs_f64(found))
    } else {
        Err(D::Error::custom(format!("{found}: seconds, from 0 to 100 million")))
    }
}

fn some_seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let found = seconds(from)?;
    if found.is_zero() {
        Err(D::Error::custom("0: leave it out for peers that stay"))
    } else {
        Ok(Some(found))
    }
}

fn part<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let found = f64::deserialize(from)?;
    if (0. ..=1.).contains(&found) {
        Ok(found)
    } else {
        Err(D::Error::custom(format!("{found}: a part, from 0 to 1 (0.2 is 20 %)")))
    }
}

fn count<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    let found = usize::deserialize(from)?;
    if (1..=1_000_000).contains(&found) {
        Ok(found)
    } else {
        Err(D::Error::custom(format!("{found}: from 1 to 1000000")))
    }
}

fn latency<'de, D: Deserializer<'de>>(from: D) -> Result<Latency, D::Error> {
    let found = Latency::deserialize(from)?;
    found.check().map_err(D::Error::custom)?;
    Ok(found)
}
