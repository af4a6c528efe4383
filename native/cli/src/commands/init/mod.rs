//! `ssc init`: the files of a new project. Their templates stand beside this file.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::options::Common;
use crate::build::desktop::ICON;
use crate::context::Context;
use crate::error::{Error, Exit, IoContext, Result};
use crate::progress::print;

/// Start a new project
///
/// Writes socket.ini, .gitignore and, into an empty directory, src with a first page. Files that are there stay
/// as they are.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Write socket.ini and nothing else
    #[arg(short = 'C', long)]
    config: bool,
    /// The name of the app [default: the name of the directory]
    #[arg(short, long)]
    name: Option<String>,
    /// The project directory [default: the current one]
    #[arg(value_name = "PROJECT")]
    project: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}

const CONFIG: &str = include_str!("socket.ini");
const FILES: [(&str, &[u8]); 5] = [
    ("src/index.html", include_bytes!("index.html")),
    ("src/index.js", include_bytes!("index.js")),
    ("src/index.css", include_bytes!("index.css")),
    ("src/icon.png", ICON),
    (".gitignore", include_bytes!("gitignore")),
];

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit> {
    let given = args.project.last().map(|project| context.current.join(project));
    if let Some(folder) = &given {
        fs::create_dir_all(folder).doing("create", folder)?;
    }
    let project = context.project(&args.project)?;
    let name = match &args.name {
        Some(name) => checked(name)?,
        None => from_folder(&project)?,
    };
    let empty = fs::read_dir(&project)
        .doing("read", &project)?
        .flatten()
        .all(|entry| is_ignored(&entry.file_name().to_string_lossy()));
    let mut written = Vec::new();
    write(&project, "socket.ini", config(&name).as_bytes(), &mut written)?;
    for (path, bytes) in FILES.into_iter().filter(|_| !args.config) {
        if empty || !path.starts_with("src/") {
            write(&project, path, bytes, &mut written)?;
        }
    }
    match written.is_empty() {
        true => context.progress.say("nothing to do: every file is there already"),
        false => print(&written.join("\n"))?,
    }
    Ok(Exit::Success)
}

/// Dot files do not make a directory used, nor do `package.json` and what npm put there to run this.
fn is_ignored(name: &str) -> bool {
    name.starts_with('.')
        || ["package.json", "package-lock.json", "node_modules", "README.md", "LICENSE"].contains(&name)
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('-')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn checked(name: &str) -> Result<String> {
    match is_name(name) {
        true => Ok(name.to_owned()),
        false => Err(Error::new("ERR_NAME", format!("`{name}` cannot be the name of an app"))
            .hint("use letters, digits, `-` and `_`; the title, [meta] title, may contain anything")),
    }
}

/// The name of the directory, made to fit.
fn from_folder(project: &Path) -> Result<String> {
    let folder = project.canonicalize().doing("open", project)?;
    let folder = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name: String = folder
        .chars()
        .map(|char| if char.is_ascii_alphanumeric() || char == '_' { char } else { '-' })
        .collect();
    let name: String = name.trim_matches('-').chars().take(60).collect();
    Ok(if is_name(&name) { name } else { "app".into() })
}

fn config(name: &str) -> String {
    // Schemes begin with a letter and have no underscore.
    let protocol = name.replace('_', "-").to_lowercase();
    let protocol = if protocol.starts_with(|first: char| first.is_ascii_alphabetic()) {
        protocol
    } else {
        format!("app-{protocol}")
    };
    CONFIG.replace("{{name}}", name).replace("{{protocol}}", &protocol)
}

fn write(project: &Path, name: &str, bytes: &[u8], written: &mut Vec<String>) -> Result<()> {
    let path = project.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).doing("create", parent)?;
    }
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        file => file.doing("write", &path)?,
    };
    file.write_all(bytes).doing("write", &path)?;
    written.push(name.to_owned());
    Ok(())
}
