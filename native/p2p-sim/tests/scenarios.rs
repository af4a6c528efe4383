//! Scenarios that cannot be run say why; those of the repository can.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use socket_p2p_sim::{Scenario, chart, run};

const GOOD: &str = r#"name = "x"
about = "x"
seed = 1
duration_s = 6
network = { latency = { model = "uniform", min_ms = 10, max_ms = 50 } }
messages = { start_s = 3, count = 2, every_s = 0.5 }

[[peers]]
name = "peers"
count = 8
"#;

fn wrong(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    Scenario::parse(&GOOD.replace(from, to), Path::new("x.toml")).unwrap_err().to_string()
}

#[test]
fn errors_name_the_file_the_line_and_the_fix() {
    let all = [
        (wrong("seed = 1", "seeds = 1"), ["line 3", "unknown field `seeds`", "`seed`"]),
        (wrong("seed = 1", "seed = \"a\""), ["line 3", "invalid type: string", "u64"]),
        (wrong("min_ms = 10", "min_ms = 0"), ["line 5", "min_ms = 0", "at least 0.1"]),
        (wrong("max_ms = 50", "max_ms = 5"), ["line 5", "max_ms = 5", "from min_ms (10)"]),
        (wrong("\"uniform\"", "\"normal\""), ["line 5", "unknown variant `normal`", "`lognormal`"]),
        (wrong("count = 8", "count = 0"), ["line 10", "count = 0", "from 1 to 1000000"]),
        (wrong("count = 8", "count = 8\nnat = \"soft\""), ["line 11", "nat = \"soft\"", "port-restricted"]),
        (wrong("count = 8", "count = 8\nlife_s = 0"), ["line 11", "life_s = 0", "leave it out"]),
        (
            wrong("count = 8", "count = 8\nconfig = { eagre = 1 }"),
            ["line 11", "no parameter `eagre`", "eager_first"],
        ),
        (wrong("duration_s = 6", "duration_s = 3"), ["[messages]", "raise duration_s", "lower count"]),
        (
            wrong("count = 8", "count = 8\ncontacts_from = \"nobody\""),
            ["contacts_from = \"nobody\"", "\"peers\"", "no group"],
        ),
    ];
    for (message, parts) in all {
        assert!(message.starts_with("ERR_P2P_SIM_SCENARIO (x.toml): "), "{message}");
        for part in parts {
            assert!(message.contains(part), "`{part}` is missing in: {message}");
        }
    }
}

#[test]
fn a_run_has_a_picture_and_a_table() {
    let report = run(&Scenario::parse(GOOD, Path::new("x.toml")).unwrap(), |_| {});
    let svg = chart(&report).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("polyline"), "{}", &svg[..200]);
    let table = report.markdown();
    assert!(
        table.contains("| messages | 2 |") && table.contains(&format!("{:016x}", report.hash)),
        "{table}"
    );
}

#[test]
fn the_repositorys_scenarios_are_scenarios() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 10);
    for file in files {
        let scenario = Scenario::read(&file).unwrap_or_else(|error| panic!("{error}"));
        assert!(!scenario.about.is_empty());
    }
}
