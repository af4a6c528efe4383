//! `socket-p2p-sim scenarios/NAME.toml`: runs it, prints a report, writes its picture and its table.
//! `socket-p2p-sim goals`: runs all scenarios that have goals, and says which are reached.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use socket_p2p_sim::{Outcome, Report, Scenario, chart, goals, run, table, wants_replay};

/// Runs networks of peers in simulated time.
#[derive(Parser)]
#[command(name = "socket-p2p-sim")]
struct Args {
    /// Scenarios (TOML), or `goals`: all of them that have goals.
    #[arg(required = true, value_name = "SCENARIO|goals")]
    what: Vec<String>,
    /// Another seed than the scenario's.
    #[arg(long)]
    seed: Option<u64>,
    /// Another number of threads than the scenario's; the run is the same.
    #[arg(long)]
    threads: Option<u8>,
    /// Where pictures and tables go.
    #[arg(long, default_value = "build/p2p-sim", value_name = "FOLDER")]
    out: PathBuf,
    /// Where the table of goals goes.
    #[arg(long, default_value = "docs/p2p-goals.md", value_name = "FILE")]
    table: PathBuf,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let result = if args.what == ["goals"] { all_goals(&args) } else { scenarios(&args) };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(message) => {
            eprintln!("socket-p2p-sim: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The scenarios of this repository.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// As given, or beside the crate: the command works in every folder.
fn find(name: &str) -> PathBuf {
    let given = PathBuf::from(name);
    let stripped = given.strip_prefix("scenarios").unwrap_or(&given);
    let inside = folder().join(stripped);
    if given.exists() || !inside.exists() { given } else { inside }
}

fn read(file: &Path, args: &Args) -> Result<Scenario, String> {
    let mut scenario = Scenario::read(file).map_err(|error| error.to_string())?;
    scenario.seed = args.seed.unwrap_or(scenario.seed);
    scenario.threads = args.threads.unwrap_or(scenario.threads).clamp(1, 16);
    Ok(scenario)
}

fn watched(scenario: &Scenario) -> Report {
    let bar = ProgressBar::new(u64::try_from(scenario.duration_s.as_millis()).unwrap_or(u64::MAX));
    let style = "{prefix} {wide_bar} {percent} % of simulated time, {elapsed}, {eta} left";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_prefix(scenario.name.clone());
    let mut drawn = Instant::now();
    let report = run(scenario, |elapsed| {
        if drawn.elapsed() > Duration::from_millis(100) {
            drawn = Instant::now();
            bar.set_position(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
        }
    });
    bar.finish_and_clear();
    report
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    let parent = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)
        .and_then(|()| std::fs::write(file, text))
        .map_err(|error| format!("ERR_P2P_SIM_WRITE: {} cannot be written: {error}", file.display()))
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Runs one, writes its picture and table, and says what became of its goals.
fn one(file: &Path, args: &Args) -> Result<(Report, Vec<Outcome>), String> {
    let scenario = read(file, args)?;
    let report = watched(&scenario);
    let replay = wants_replay(&scenario).then(|| {
        let threads = if scenario.threads == 1 { 2 } else { 1 };
        watched(&Scenario { threads, ..scenario.clone() }).hash
    });
    let name = stem(file);
    write(&args.out.join(format!("{name}.svg")), &chart(&report)?)?;
    write(&args.out.join(format!("{name}.md")), &report.markdown())?;
    let outcomes = goals(&scenario, &name, &report, replay);
    Ok((report, outcomes))
}

fn scenarios(args: &Args) -> Result<bool, String> {
    let mut all = true;
    for name in &args.what {
        let file = find(name);
        let (report, outcomes) = one(&file, args)?;
        println!("{}", report.markdown());
        if !outcomes.is_empty() {
            println!("{}", table(&outcomes));
            all &= outcomes.iter().all(Outcome::pass);
        }
        let out = args.out.join(stem(&file));
        println!("Written: {0}.svg, {0}.md. Event log: {1:016x}\n", out.display(), report.hash);
    }
    Ok(all)
}

fn all_goals(args: &Args) -> Result<bool, String> {
    let started = Instant::now();
    let entries = std::fs::read_dir(folder())
        .map_err(|error| format!("ERR_P2P_SIM_READ: {} cannot be read: {error}", folder().display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut outcomes = Vec::new();
    for file in &files {
        if read(file, args)?.goals.is_empty() {
            continue;
        }
        let (report, found) = one(file, args)?;
        for outcome in &found {
            println!(
                "{} {} | target {} | {} | {}",
                if outcome.pass() { "pass" } else { "MISS" },
                outcome.goal.goal,
                outcome.target(),
                outcome.measured(),
                outcome.scenario
            );
        }
        println!(
            "     {} took {:.1} s, event log {:016x}",
            stem(file),
            report.wall.as_secs_f64(),
            report.hash
        );
        outcomes.extend(found);
        // Already now: who ends a long run has what it found.
        write(&args.table, &document(&outcomes, "not all were run"))?;
    }
    let passed = outcomes.iter().filter(|outcome| outcome.pass()).count();
    let summary =
        format!("{passed} of {} reached, in {:.0} s", outcomes.len(), started.elapsed().as_secs_f64());
    write(&args.table, &document(&outcomes, &summary))?;
    println!("\n{summary}. Written: {}", args.table.display());
    Ok(passed == outcomes.len())
}

fn document(outcomes: &[Outcome], summary: &str) -> String {
    format!(
        "# Goals of the P2P protocol\n\nMade by `cargo run --release -p socket-p2p-sim -- goals`: {summary}. Each row \
         again, with a picture and a longer table in `build/p2p-sim`: `cargo run --release -p socket-p2p-sim -- \
         scenarios/NAME.toml` (`--seed N` for another seed). Except for speed and memory, the same seed gives the same \
         figures on every machine.\n\n{}\n## What is meant\n\n\
         - **Reach**: of the honest peers in the cluster that were in the network when a message was published and \
         still are when it is measured. Peers go without a word. \"Worst\" is the message that reached fewest.\n\
         - **Redundancy**: copies of packets that came to those who had them, for each first one.\n\
         - **Stretch**: how much longer messages took than the shortest way over the links there were at that moment, \
         without loss or jitter: what flooding all links would take at best.\n\
         - **Bytes**: all that an honest peer sent while messages were published (UDP payload: control, membership, \
         repair), for each message. A message fills one packet.\n\
         - **Latencies**: each pair of networks has one, drawn once from the model; each datagram strays from it by \
         the scenario's `jitter`.\n\
         - **Speed** and **memory** are of the machine that made this table, with everything else it did.\n\n\
         Rows of the design that are not the simulator's: NAT connections between real processes (`test/nat`), packets \
         per second of a core (`native/p2p/benches`), a hundred real peers on one machine (`native/peer`), crash by \
         datagram and memory under attack (`native/p2p/tests`).\n",
        table(outcomes)
    )
}
