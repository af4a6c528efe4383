//! A network of peers in one thread, or two.
//!
//! The same peers as in the driver, in another world: a clock that jumps from event to event, NATs, distances, losses,
//! churn, partitions, attackers. The same seed gives the same run, whatever the number of threads; [`Network::hash`]
//! tells. `scenarios/*.toml` describe runs ([`Scenario`]), [`run`] carries them out, [`Report`] says what came of it.
#![warn(missing_docs)]

mod attack;
mod calendar;
mod chart;
mod counters;
mod goals;
mod link;
mod nat;
mod network;
mod report;
mod run;
mod scenario;
mod shard;
mod tune;

pub use attack::Role;
pub use chart::chart;
pub use counters::Counters;
pub use goals::{Goal, Metric, Outcome, goals, table, wants_quiet, wants_replay};
pub use link::Latency;
pub use nat::Nat;
pub use network::{Network, NodeId, START, Settings, SiteId};
pub use report::{Report, Spread};
pub use run::run;
pub use scenario::{Crypto, Group, Happening, Messages, Nats, NetworkOptions, Scenario, ScenarioError};
pub use shard::Delivery;
pub use tune::Tuning;
