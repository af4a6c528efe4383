//! `socket-p2p-sim scenarios/NAME.toml`: runs it, prints a report, writes its picture and its table.
//! `socket-p2p-sim goals`: runs all scenarios that have goals, and says which are reached.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use socket_p2p_sim::{Outcome, Report, Scenario, chart, goals, run, table, wants_quiet, wants_replay};

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

/// Memory in large pages: half as many misses of the address translation among very many peers. glibc asks for them when a
/// variable says so as the process begins, so it begins once more.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn large_pages() {
    use std::os::unix::process::CommandExt as _;
    const NAME: &str = "GLIBC_TUNABLES";
    if std::env::var_os(NAME).is_none()
        && let Ok(own) = std::env::current_exe()
    {
        let mut again = std::process::Command::new(own);
        again.args(std::env::args_os().skip(1)).env(NAME, "glibc.malloc.hugetlb=1");
        // Returns only when it cannot be: then with small pages.
        let _ = again.exec();
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn large_pages() {}

fn main() -> ExitCode {
    large_pages();
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

fn watched(scenario: &Scenario, bar: bool) -> Report {
    if !bar {
        return run(scenario, |_| {});
    }
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
fn one(file: &Path, args: &Args, bar: bool) -> Result<(Report, Vec<Outcome>), String> {
    let scenario = read(file, args)?;
    let report = watched(&scenario, bar);
    let replay = wants_replay(&scenario).then(|| {
        let threads = if scenario.threads == 1 { 2 } else { 1 };
        watched(&Scenario { threads, ..scenario.clone() }, bar).hash
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
        let (report, outcomes) = one(&file, args, true)?;
        println!("{}", report.markdown());
        if !outcomes.is_empty() {
            println!("{}", table(&outcomes));
            all &= outcomes.iter().all(|outcome| outcome.pass() || !outcome.is_goal());
        }
        let out = args.out.join(stem(&file));
        println!("Written: {0}.svg, {0}.md. Event log: {1:016x}\n", out.display(), report.hash);
    }
    Ok(all)
}

/// Scenarios that run at once, where nothing is measured that they would disturb.
const AT_ONCE: usize = 2;

fn all_goals(args: &Args) -> Result<bool, String> {
    let started = Instant::now();
    let entries = std::fs::read_dir(folder())
        .map_err(|error| format!("ERR_P2P_SIM_READ: {} cannot be read: {error}", folder().display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    // Those first that are to have the machine, and the process's memory, for themselves; then the longest.
    let mut quiet = Vec::new();
    let mut others = Vec::new();
    for file in files {
        let scenario = read(&file, args)?;
        if wants_quiet(&scenario) {
            quiet.push(file);
        } else if !scenario.goals.is_empty() {
            others.push((work(&scenario), file));
        }
    }
    others.sort();
    let others = others.into_iter().map(|(_, file)| file).collect();
    let done = Mutex::new(BTreeMap::new());
    for (list, at_once) in [(quiet, 1), (others, AT_ONCE)] {
        let (list, failed) = (Mutex::new(list), Mutex::new(None));
        let next = || list.lock().unwrap_or_else(PoisonError::into_inner).pop();
        std::thread::scope(|scope| {
            for _ in 0..at_once {
                scope.spawn(|| {
                    while let Some(file) = next() {
                        if let Err(error) = goals_of(&file, args, &done) {
                            failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                        }
                    }
                });
            }
        });
        if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
    }
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let outcomes: Vec<Outcome> = done.into_values().flatten().filter(Outcome::is_goal).collect();
    let passed = outcomes.iter().filter(|outcome| outcome.pass()).count();
    println!(
        "\n{passed} of {} reached, in {:.0} s. Written: {}",
        outcomes.len(),
        started.elapsed().as_secs_f64(),
        args.table.display()
    );
    Ok(passed == outcomes.len())
}

/// How much there is to do in a scenario, about: so that no long one is the last.
fn work(scenario: &Scenario) -> u128 {
    let peers: usize = scenario.peers.iter().map(|group| group.count).sum();
    u128::from(scenario.duration_s.as_secs()) * peers as u128
}

/// Runs a scenario and says what became of its goals; the table is written anew each time, so that who ends a long run
/// has what it found.
fn goals_of(file: &Path, args: &Args, done: &Mutex<BTreeMap<PathBuf, Vec<Outcome>>>) -> Result<(), String> {
    let (report, found) = one(file, args, false)?;
    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
    for outcome in &found {
        let verdict = match (outcome.is_goal(), outcome.pass()) {
            (false, _) => "    ",
            (true, true) => "pass",
            (true, false) => "MISS",
        };
        let (goal, target, figure) = (&outcome.goal.goal, outcome.target(), outcome.measured());
        println!("{verdict} {goal} | target {target} | {figure} | {}", outcome.scenario);
    }
    println!("     {} took {:.1} s, event log {:016x}", stem(file), report.wall.as_secs_f64(), report.hash);
    done.insert(file.to_owned(), found);
    let outcomes: Vec<Outcome> = done.values().flatten().cloned().collect();
    let before = std::fs::read_to_string(&args.table).unwrap_or_default();
    write(&args.table, &document(&before, &outcomes))
}

/// Around the table in its file; what stands outside of them is kept.
const MARKS: [&str; 2] = ["<!-- made by `goals` -->\n", "<!-- end -->\n"];

fn document(before: &str, outcomes: &[Outcome]) -> String {
    let [begin, end] = MARKS;
    let table = format!("{begin}{}{end}", table(outcomes));
    match (before.split_once(begin), before.split_once(end)) {
        (Some((head, _)), Some((_, tail))) => format!("{head}{table}{tail}"),
        _ => format!("# Goals of the P2P protocol\n\n{table}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_the_table_is_kept() {
        let new = document("", &[]);
        assert!(new.starts_with("# Goals") && new.contains(MARKS[0]) && new.ends_with(MARKS[1]));
        let [begin, end] = MARKS;
        let before = format!("above\n\n{begin}old\n{end}\nbelow\n");
        let after = document(&before, &[]);
        assert!(after.starts_with("above\n") && after.ends_with("\nbelow\n") && !after.contains("old"));
        assert_eq!(document(&after, &[]), after);
    }
}
