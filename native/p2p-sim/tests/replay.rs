//! The same seed gives the same run; another one gives another.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use socket_p2p_sim::{Scenario, run};

const TEXT: &str = r#"
name = "replay"
about = "a bit of everything"
seed = 11
duration_s = 20

[network]
latency = { model = "lognormal", median_ms = 35, sigma = 0.6, min_ms = 5, max_ms = 400 }
jitter = 0.2
loss = 0.05

[[peers]]
name = "peers"
count = 60
ramp_s = 2
life_s = 20
nat = { static = 0.5, port-restricted = 0.3, hard = 0.2 }

[[peers]]
name = "poisoners"
role = "poisoner"
count = 4

[messages]
start_s = 6
count = 20
every_s = 0.5

[[events]]
what = "partition"
at_s = 10
share = 0.3

[[events]]
what = "heal"
at_s = 14
"#;

fn hash(change: impl FnOnce(&mut Scenario)) -> u64 {
    let mut scenario = Scenario::parse(TEXT, Path::new("replay.toml")).unwrap();
    change(&mut scenario);
    run(&scenario, |_| {}).hash
}

#[test]
fn the_same_seed_gives_the_same_run_with_any_number_of_threads() {
    let first = hash(|_| {});
    assert_eq!(first, hash(|_| {}));
    assert_eq!(first, hash(|scenario| scenario.threads = 2));
    assert_eq!(first, hash(|scenario| scenario.threads = 5));
}

#[test]
fn another_seed_gives_another_run() {
    assert_ne!(hash(|_| {}), hash(|scenario| scenario.seed = 12));
}
