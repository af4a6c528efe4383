//! What must come of runs: `[[goals]]` of scenarios, and the table of all of them.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Deserialize;

use crate::{Report, Scenario};

/// A goal of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// What it is, for the table.
    pub goal: String,
    /// The best figure known before, for the table.
    #[serde(default)]
    pub before: String,
    /// What is measured.
    pub metric: Metric,
    /// For the reach: after how many milliseconds.
    #[serde(default)]
    pub at_ms: u64,
    /// For what a group was given: which.
    #[serde(default)]
    pub group: String,
    /// The figure must not be less.
    #[serde(default)]
    pub least: Option<f64>,
    /// The figure must not be more.
    #[serde(default)]
    pub most: Option<f64>,
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Mean over the messages, in per cent.
    ReachMean,
    /// The message that reached fewest, in per cent.
    ReachWorst,
    /// Copies for each first one.
    Redundancy,
    /// Longer than the shortest way: 0.3 is 30 %.
    Stretch,
    /// Bytes that a peer sends, without what newcomers fetch of earlier messages.
    BytesPerMessage,
    /// The same with it.
    BytesWithHistory,
    /// Per cent of the links of honest peers.
    HonestShare,
    /// Seconds from the end of an eclipse.
    Recovery,
    /// Bytes at the victim for each one sent.
    Amplification,
    /// Of the largest cache, in MiB.
    Cache,
    /// What a group was given until the end, in per cent.
    Delivered,
    /// Simulated seconds in one.
    Speed,
    /// Of the process, in GiB.
    Memory,
    /// Messages that applications were given though nobody said them, and that they were given once more.
    Wrong,
    /// Whether another run with another number of threads has the same hash: 1 or 0.
    Replay,
}

/// A goal, and what became of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The goal.
    pub goal: Goal,
    /// The scenario's file name.
    pub scenario: String,
    /// Its seed.
    pub seed: u64,
    /// What was measured; none when the run has no such figure.
    pub figure: Option<f64>,
}

impl Outcome {
    /// Whether there is something to be reached.
    #[must_use]
    pub fn is_goal(&self) -> bool {
        self.goal.least.is_some() || self.goal.most.is_some()
    }

    /// Whether it was reached.
    #[must_use]
    pub fn pass(&self) -> bool {
        let Some(figure) = self.figure else { return false };
        self.goal.least.is_none_or(|least| figure >= least)
            && self.goal.most.is_none_or(|most| figure <= most)
    }

    fn number(&self, value: f64) -> String {
        use Metric::*;
        match self.goal.metric {
            ReachMean | ReachWorst | Delivered => format!("{value:.3} %"),
            HonestShare => format!("{value:.1} %"),
            Redundancy | Stretch | Amplification | Speed => format!("{value:.2}"),
            BytesPerMessage | BytesWithHistory => format!("{value:.0} B"),
            Recovery => format!("{value:.0} s"),
            Cache => format!("{value:.2} MiB"),
            Memory => format!("{value:.2} GiB"),
            Wrong => format!("{value:.0}"),
            Replay => if value == 1. { "same hash" } else { "other hash" }.into(),
        }
    }

    /// What was to be reached.
    #[must_use]
    pub fn target(&self) -> String {
        let Goal { least, most, at_ms, .. } = &self.goal;
        let after = if *at_ms > 0 { format!(" at {} s", *at_ms as f64 / 1000.) } else { String::new() };
        let plain = |value: f64| match self.goal.metric {
            Metric::ReachMean | Metric::ReachWorst | Metric::Delivered | Metric::HonestShare => {
                format!("{value} %")
            }
            Metric::BytesPerMessage | Metric::BytesWithHistory => format!("{value} B"),
            Metric::Recovery => format!("{value} s"),
            Metric::Cache => format!("{value} MiB"),
            Metric::Memory => format!("{value} GiB"),
            Metric::Replay => "same hash".into(),
            _ => format!("{value}"),
        };
        match (least, most) {
            _ if self.goal.metric == Metric::Replay => "same hash".into(),
            (Some(least), None) => format!("≥ {}{after}", plain(*least)),
            (None, Some(most)) => format!("≤ {}{after}", plain(*most)),
            (Some(least), Some(most)) => format!("{} to {}{after}", plain(*least), plain(*most)),
            (None, None) => "measured only".into(),
        }
    }

    /// What was measured.
    #[must_use]
    pub fn measured(&self) -> String {
        self.figure.map_or("none".into(), |figure| self.number(figure))
    }
}

/// Whether a goal needs another run.
#[must_use]
pub fn wants_replay(scenario: &Scenario) -> bool {
    scenario.goals.iter().any(|goal| goal.metric == Metric::Replay)
}

/// Whether a goal is about speed or memory: then nothing else may run meanwhile.
#[must_use]
pub fn wants_quiet(scenario: &Scenario) -> bool {
    scenario.goals.iter().any(|goal| matches!(goal.metric, Metric::Speed | Metric::Memory))
}

/// What became of a scenario's goals. `replay`: the hash of another run of it, where one was made.
#[must_use]
pub fn goals(scenario: &Scenario, file: &str, report: &Report, replay: Option<u64>) -> Vec<Outcome> {
    let figure = |goal: &Goal| {
        let reach = || report.reach(Duration::from_millis(goal.at_ms));
        Some(match goal.metric {
            Metric::ReachMean => reach().mean * 100.,
            Metric::ReachWorst => reach().worst * 100.,
            Metric::Redundancy => report.redundancy(),
            Metric::Stretch => report.stretch(),
            Metric::BytesPerMessage => report.bytes_per_message(false),
            Metric::BytesWithHistory => report.bytes_per_message(true),
            Metric::HonestShare => report.honest_share()? * 100.,
            Metric::Recovery => {
                // Only a full eclipse counts.
                report.eclipse_share.filter(|share| *share == 0.)?;
                report.recovery?.as_secs_f64()
            }
            Metric::Amplification => {
                if report.total.spoofed_packets == 0 {
                    return None;
                }
                report.amplification()
            }
            Metric::Cache => report.largest_cache() as f64 / f64::from(1 << 20),
            Metric::Delivered => report.delivered(&goal.group) * 100.,
            Metric::Speed => report.speed(),
            Metric::Memory => report.peak? as f64 / f64::from(1 << 30),
            Metric::Wrong => (report.forged + report.twice()) as f64,
            Metric::Replay => f64::from(u8::from(replay? == report.hash)),
        })
    };
    let outcome = |goal: &Goal| Outcome {
        goal: goal.clone(),
        scenario: file.to_owned(),
        seed: scenario.seed,
        figure: figure(goal),
    };
    scenario.goals.iter().map(outcome).collect()
}

/// The table of all.
#[must_use]
pub fn table(outcomes: &[Outcome]) -> String {
    let mut out = String::from(
        "| goal | best known before | target | figure | | scenario, seed |\n|---|---|---|---|---|---|\n",
    );
    for outcome in outcomes {
        let Outcome { goal, scenario, seed, .. } = outcome;
        let before = if goal.before.is_empty() { "–" } else { &goal.before };
        let (target, measured) = (outcome.target(), outcome.measured());
        let verdict = match (outcome.is_goal(), outcome.pass()) {
            (false, _) => "",
            (true, true) => "pass",
            (true, false) => "**miss**",
        };
        let _ = writeln!(
            out,
            "| {} | {before} | {target} | {measured} | {verdict} | `{scenario}`, {seed} |",
            goal.goal
        );
    }
    out
}
