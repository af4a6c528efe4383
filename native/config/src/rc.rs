//! `.sscrc`: what a user or a machine prefers. `.ssc.env`: where the tools of this machine are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::{NOT_FOUND, Place, Problem, READ, Result, SYNTAX, UNKNOWN, Warning};
use crate::ini::{self, Document, Entry};
use crate::keys::Key;
use crate::load::{Map, Overrides, reason};
use crate::table::KEYS;

/// Where `.sscrc` files are looked for. Later places win.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The home directory: `~/.ssc/config/`, `~/.config/ssc/`, `~/`.
    pub home: Option<PathBuf>,
    /// The current directory.
    pub current: Option<PathBuf>,
    /// The project directory.
    pub project: Option<PathBuf>,
    /// `SSC_RC`: this file and no other.
    pub only: Option<PathBuf>,
    /// `SSC_RC_FILENAME`: the name instead of `.sscrc`.
    pub name: Option<OsString>,
}

/// All `.sscrc` files that were found, merged.
#[derive(Clone, Debug, Default)]
pub struct Rc {
    entries: Vec<Entry>,
    /// What is worth saying to the user.
    pub warnings: Vec<Warning>,
}

/// An option of a subcommand that an `.sscrc` sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RcOption {
    /// Without dashes in front, as in `package-format`.
    pub name: String,
    /// The value.
    pub value: String,
    place: Place,
}

impl RcOption {
    /// The error for a value that the option does not take.
    pub fn wrong(&self, message: &str, hint: &str) -> Problem {
        Problem::at(crate::VALUE, &self.place, message).hint(hint)
    }
}

impl Rc {
    /// Reads every `.sscrc` there is.
    ///
    /// # Errors
    /// When one cannot be read or a line is not part of the dialect, and when the file of `only` is missing.
    pub fn load(search: &Search) -> Result<Rc> {
        let name = search.name.clone().unwrap_or_else(|| ".sscrc".into());
        let home = |path: &str| search.home.as_ref().map(|home| home.join(path));
        let places = [
            Some("/etc".into()),
            home(".ssc/config"),
            home(".config/ssc"),
            home(""),
            search.current.clone(),
            search.project.clone(),
        ];
        let mut files: Vec<PathBuf> = match &search.only {
            Some(file) if file.exists() => vec![file.clone()],
            Some(file) => {
                return Err(Problem::in_file(NOT_FOUND, file, "SSC_RC names this file, which is not there")
                    .hint("correct the environment variable or unset it"));
            }
            None => places.into_iter().flatten().map(|place: PathBuf| place.join(&name)).collect(),
        };
        files.retain(|file| file.is_file());
        // The same file by two ways (the project is the current directory) is read once, at its later place.
        let mut rc = Rc::default();
        for (number, file) in files.iter().enumerate() {
            let same = |other: &PathBuf| other.canonicalize().ok() == file.canonicalize().ok();
            if files[number + 1..].iter().any(same) {
                continue;
            }
            let bytes = std::fs::read(file).map_err(|error| {
                Problem::in_file(READ, file, format!("cannot be read: {}", reason(&error)))
            })?;
            rc.add(&ini::text(bytes, file)?, file)?;
        }
        Ok(rc)
    }

    fn add(&mut self, text: &str, file: &Path) -> Result<()> {
        let Document { entries, warnings, .. } = ini::parse(text, file)?;
        self.warnings.extend(warnings);
        for entry in &entries {
            let section = |key: &&Key| key.section.split('.').next() == entry.section.split('.').next();
            if entry.section != "build" && entry.section != "env" && KEYS.iter().any(|key| section(&key)) {
                let warning =
                    Warning::at(UNKNOWN, &entry.place, format!("{} has no effect here", entry.label()));
                self.warnings.push(warning.hint(format!("write it below [settings.{}]", entry.section)));
            }
        }
        self.entries.extend(entries);
        Ok(())
    }

    /// The options of one subcommand, as in `[build] platform = ios`.
    pub fn options(&self, command: &str) -> Vec<RcOption> {
        let mut options: Vec<RcOption> = Vec::new();
        for entry in self.entries.iter().filter(|entry| entry.section == command) {
            let name = entry.name.trim_start_matches('-').replace('_', "-");
            options.retain(|option| option.name != name);
            options.push(RcOption { name, value: entry.raw.text(), place: entry.value_place.clone() });
        }
        options
    }

    /// The variables of `[env]`.
    pub fn env(&self) -> Map {
        let entries = self.entries.iter().filter(|entry| entry.section == "env");
        entries.map(|entry| (entry.name.clone(), entry.raw.text())).collect()
    }

    /// The settings below `[settings.…]`, which override `socket.ini`.
    pub fn settings(&self) -> Overrides {
        let setting = |entry: &Entry| {
            let section = match entry.section.strip_prefix("settings")? {
                "" => "",
                section => section.strip_prefix('.')?,
            };
            Some(Entry { section: section.to_owned(), ..entry.clone() })
        };
        Overrides { entries: self.entries.iter().filter_map(setting).collect() }
    }
}

/// The `KEY=value` lines of a `.ssc.env` file; none when there is no such file.
///
/// # Errors
/// When it cannot be read or a line is something else.
pub fn env_file(path: &Path) -> Result<Map> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Map::new()),
        Err(error) => {
            return Err(Problem::in_file(READ, path, format!("cannot be read: {}", reason(&error))));
        }
    };
    let document = ini::parse(&ini::text(bytes, path)?, path)?;
    if let Some((section, place)) = document.sections.first() {
        return Err(Problem::at(
            SYNTAX,
            place,
            format!("there are no sections such as [{section}] in this file"),
        )
        .hint("write `KEY=value` lines only"));
    }
    Ok(document.entries.iter().map(|entry| (entry.name.clone(), entry.raw.text())).collect())
}

/// The pairs of an ini file whose keys are the user's own, such as a copy map. Sections become prefixes.
///
/// # Errors
/// When it cannot be read or a line is not part of the dialect.
pub fn pairs(path: &Path) -> Result<Map> {
    let bytes = std::fs::read(path)
        .map_err(|error| Problem::in_file(READ, path, format!("cannot be read: {}", reason(&error))))?;
    let document = ini::parse(&ini::text(bytes, path)?, path)?;
    Ok(document.entries.iter().map(|entry| (entry.flat(), entry.raw.text())).collect())
}
