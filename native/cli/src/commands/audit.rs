//! `ssc audit`.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::build;
use super::options::{App, Common};
use crate::audit::document::Document;
use crate::audit::report::Report;
use crate::audit::subject::{Kind, Subject};
use crate::audit::used::{self, Usage};
use crate::audit::verify::{self, Known};
use crate::context::Context;
use crate::error::{Error, Exit, IoContext, Result};
use crate::launch;
use crate::progress::print;

/// Say what an app may do, and whether it is what it was built as
///
/// Reads a project, the folder of an app that was built, or its package (zip, apk, ipa, appx, msix), of any platform.
/// Nothing of it is run, except with --used.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Compare the files with socket.manifest, and the executable with the runtime that was published
    #[arg(long, conflicts_with_all = ["used", "keygen"])]
    verify: bool,
    /// With --verify: the manifest has to be signed by this key, 64 hexadecimal digits
    #[arg(long, value_name = "KEY", requires = "verify")]
    key: Option<String>,
    /// With --verify: the SHA-256 of the runtime, instead of that of the installed package
    #[arg(long, value_name = "SHA256", requires = "verify")]
    runtime_hash: Option<String>,
    /// With --verify: the hashes.json of a release
    #[arg(long, value_name = "FILE", requires = "verify")]
    hashes: Option<PathBuf>,
    /// Run the tests of a project, and list what its policies grant and nothing uses, and the reverse
    #[arg(long, requires = "test")]
    used: bool,
    /// With --used: the module to run, as for `ssc build`
    #[arg(short, long, value_name = "PATH")]
    test: Option<PathBuf>,
    /// With --used: variables for the app, as for `ssc build`
    #[arg(short = 'E', long, value_name = "LIST")]
    env: Vec<String>,
    /// With --used: write the policies that the tests need, after showing what changes
    #[arg(long, requires = "used")]
    fix: bool,
    /// With --fix: only show what would change
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// End with 1 when there are warnings
    #[arg(long)]
    strict: bool,
    /// Write a new key for signing manifests into this file, and print its public half
    #[arg(long, value_name = "FILE")]
    keygen: Option<PathBuf>,
    /// A project, the folder of an app, or a package [default: the current directory]
    #[arg(value_name = "APP")]
    project: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit> {
    if let Some(path) = &args.keygen {
        return keygen(&context.current.join(path), context);
    }
    if args.used {
        return used(&args, context);
    }
    let given = args.project.last().map_or(Path::new(""), PathBuf::as_path);
    let path: PathBuf = context.current.join(given).components().collect();
    let subject = Subject::open(&path, context)?;
    if args.verify {
        let known =
            Known::new(args.key.as_deref(), args.runtime_hash.as_deref(), args.hashes.as_deref(), context)?;
        let findings = verify::verify(&subject, &known, &|path| context.progress.detail(path))?;
        show(args.json, findings.json(), || findings.text())?;
        return Ok(if findings.is_right() { Exit::Success } else { Exit::Failure });
    }
    let report = Report::new(&subject)?;
    show(args.json, report.json(), || report.text())?;
    Ok(if args.strict && report.warnings().next().is_some() { Exit::Failure } else { Exit::Success })
}

fn show(json: bool, value: serde_json::Value, text: impl FnOnce() -> String) -> Result<()> {
    match json {
        // A Value always has a form as text.
        true => print(&serde_json::to_string_pretty(&value).unwrap_or_default()),
        false => print(&plain(&text())),
    }
}

/// What an app says of itself is printed, not obeyed: nothing in it moves the cursor or turns the direction of text.
fn plain(text: &str) -> String {
    let unfit = |char: char| {
        (char.is_control() && char != '\n')
            || matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|char| if unfit(char) { char::REPLACEMENT_CHARACTER } else { char }).collect()
}

/// Never over a file that is there: it may be the only copy of a key.
fn keygen(path: &Path, context: &Context) -> Result<Exit> {
    let (text, key) = socket_manifest::sign::generate();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Error::new("ERR_EXISTS", format!("{} is there already", path.display()))
                .hint("give another name; a key that is lost cannot be made again")
        }
        _ => Err::<(), _>(error).doing("write", path).expect_err("an error stays one"),
    })?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).doing("write", path)?;
    context.progress.say(&format!("keep {} secret, and a copy of it somewhere safe", path.display()));
    print(&socket_manifest::sign::written(&key))?;
    Ok(Exit::Success)
}

/// Runs the tests of a project with a runtime that writes down what it decides.
fn used(args: &Args, context: &Context) -> Result<Exit> {
    let project = context.project(&args.project)?;
    let log = Log::new()?;
    let app = App {
        test: args.test.clone(),
        headless: true,
        env: args.env.clone(),
        project: vec![project.clone()],
        ..App::default()
    };
    let mut app = build::test_app(app, args.common.clone(), context)?;
    app.vars.push((used::VARIABLE.into(), log.0.clone().into()));
    app.aside = true;
    let exit = launch::run(&app, context)?;
    if !log.0.is_file() {
        return Err(Error::new(
            "ERR_AUDIT_LOG",
            format!("the tests ended with {} before a page was shown", exit.code()),
        )
        .hint("see what `ssc build -r --headless --test` says"));
    }
    let pages = used::read(&log.0)?;
    // A project: the files with the test beside them are those of the app.
    let subject = Subject::open(&project, context)?;
    if subject.kind != Kind::Project {
        return Err(Error::new("ERR_AUDIT_APP", format!("{} is not a project", project.display()))
            .hint("--used builds and runs the tests of a project"));
    }
    let usages: Vec<Usage> = subject
        .pages()?
        .iter()
        .map(|page| Usage::new(&Document::new(page, &subject.config), pages.get(&page.path)))
        .collect();
    let mut notes = Vec::new();
    let changes = if args.fix { used::changes(&subject, &usages, &mut notes)? } else { Vec::new() };
    let json = serde_json::json!({
        "version": 1,
        "code": exit.code(),
        "documents": usages.iter().map(Usage::json).collect::<Vec<_>>(),
        "changes": changes.iter().map(|change| change.path.to_string_lossy()).collect::<Vec<_>>(),
        "notes": notes,
    });
    show(args.json, json, || {
        let mut text: String = usages.iter().map(Usage::text).collect();
        text += &changes.iter().map(|change| format!("\n{}", used::preview(change))).collect::<String>();
        notes.iter().for_each(|note| text += &format!("\nnote: {note}\n"));
        text.trim_start_matches('\n').to_owned()
    })?;
    if exit.code() != 0 {
        context.progress.warn(
            &format!("the tests ended with {}: what is listed may not be all", exit.code()),
            Some("calls that were refused may be why; with what is missing granted, audit again"),
        );
    }
    if args.fix && !args.dry_run {
        for change in &changes {
            write(&change.path, &change.new)?;
            context.progress.say(&format!("wrote {}", change.path.display()));
        }
    }
    let differs = usages.iter().any(Usage::differs);
    match () {
        () if args.fix => Ok(Exit::Success),
        () if exit.code() != 0 || (args.strict && differs) => Ok(Exit::Failure),
        () => Ok(Exit::Success),
    }
}

/// Through a file beside it, so that a page is whole whatever happens; with the mode of the old one.
fn write(path: &Path, text: &str) -> Result<()> {
    // A link stays one.
    let path = &path.canonicalize().doing("write", path)?;
    let scratch = path.with_extension(format!("ssc-{}", std::process::id()));
    let done = std::fs::metadata(path).and_then(|metadata| {
        std::fs::write(&scratch, text)?;
        std::fs::set_permissions(&scratch, metadata.permissions())?;
        std::fs::rename(&scratch, path)
    });
    if done.is_err() {
        // It may not have come to be.
        let _ = std::fs::remove_file(&scratch);
    }
    done.doing("write", path)
}

/// A file of our own that goes when we do.
struct Log(PathBuf);

impl Log {
    fn new() -> Result<Log> {
        let folder = std::env::temp_dir();
        for number in 0..100 {
            let path = folder.join(format!("ssc-audit-{}-{number}", std::process::id()));
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Log(path.join("decisions"))),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).doing("create", &path),
            }
        }
        Err(Error::new("ERR_IO", format!("{} is full of old files of ssc", folder.display()))
            .hint("remove its ssc-audit-* folders"))
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        if let Some(folder) = self.0.parent() {
            // Nobody needs it.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
