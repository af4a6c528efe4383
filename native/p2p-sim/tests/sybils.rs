//! Peers that cost nothing are worth nothing: many of one attacker's, in few subnets, take few places.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use socket_p2p_sim::{Scenario, run};

/// Twenty for each honest peer, who say nothing, and later cut three of these off from all others.
const SCENARIO: &str = r#"name = "Sybils"
about = "Twenty for each honest peer."
seed = 4
duration_s = 70
network = { latency = { model = "uniform", min_ms = 10, max_ms = 50 } }
messages = { start_s = 20, count = 20, every_s = 0.25 }

[[peers]]
name = "peers"
count = 12
ramp_s = 3

[[peers]]
name = "sybils"
role = "dropper"
count = 240
start_s = 5
ramp_s = 5
subnets = 2
contacts = 8
config = { max_links = 64, max_per_subnet = 64, max_passive_per_subnet = 64 }

[[events]]
what = "eclipse"
at_s = 27
victims = 3

[[events]]
what = "heal"
at_s = 36
"#;

#[test]
fn they_take_few_places_keep_nothing_from_anybody_and_are_left_behind() {
    let report = run(&Scenario::parse(SCENARIO, Path::new("sybils.toml")).unwrap(), |_| {});
    let share = report.honest_share().unwrap();
    assert!(share >= 0.8, "the honest have {share} of each other's links");
    let reach = report.reach(std::time::Duration::from_secs(1));
    assert!(reach.worst >= 0.999, "{reach:?}");
    assert_eq!(report.eclipse_share, Some(0.), "the eclipse was full");
    let recovery = report.recovery.unwrap();
    assert!(recovery.as_secs() < 60, "{recovery:?}");
}
