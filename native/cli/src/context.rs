//! What every command has at hand: where it runs, what the environment says, how it talks.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use socket_config::{Config, Overrides, Problem, Rc, Search, env_file};

use crate::Environment;
use crate::error::{Error, IoContext, Result};
use crate::progress::{Progress, Volume};
use crate::tools::Tools;

/// What every command has at hand.
#[derive(Clone, Debug)]
pub struct Context {
    pub(crate) environment: Environment,
    /// The directory that `ssc` was called in.
    pub(crate) current: PathBuf,
    /// Variables of `.sscrc` and `.ssc.env` that the environment does not set.
    pub(crate) vars: BTreeMap<String, OsString>,
    pub(crate) rc: Rc,
    pub(crate) progress: Progress,
}

/// A variable of the environment; empty counts as unset.
fn var(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

pub(crate) fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

impl Context {
    /// Reads `.sscrc` and `.ssc.env`.
    pub(crate) fn new(environment: &Environment, project: Option<&Path>) -> Result<Context> {
        let current = std::env::current_dir().doing("find", "the current directory".as_ref())?;
        let rc = Rc::load(&Search {
            home: home(),
            project: project.map(|project| current.join(project)),
            current: Some(current.clone()),
            only: var("SSC_RC").map(|path| current.join(path)),
            name: var("SSC_RC_FILENAME"),
        })?;
        let mut vars = BTreeMap::new();
        let name = var("SSC_ENV_FILENAME").unwrap_or_else(|| ".ssc.env".into());
        let folders = [var("SOCKET_HOME").map(PathBuf::from), Some(current.clone())];
        for folder in folders.into_iter().flatten() {
            for (name, value) in env_file(&folder.join(&name))? {
                vars.entry(name).or_insert_with(|| value.into());
            }
        }
        vars.retain(|name, _| std::env::var_os(name).is_none());
        vars.extend(rc.env().into_iter().map(|(name, value)| (name, value.into())));
        let progress = Progress::new(Volume::Normal);
        Ok(Context { environment: environment.clone(), current, vars, rc, progress })
    }

    /// Sets how much is said, once the options are known, and tells the programs that `ssc` starts.
    pub(crate) fn volume(&mut self, quiet: bool, verbose: bool, debug: bool) {
        let verbose = verbose || self.is_on("SSC_VERBOSE");
        for (on, name) in [(verbose, "SSC_VERBOSE"), (debug, "SSC_DEBUG")] {
            if on {
                self.vars.insert(name.into(), "1".into());
            }
        }
        self.progress = Progress::new(match (quiet, verbose) {
            (true, _) => Volume::Quiet,
            (_, true) => Volume::Verbose,
            _ => Volume::Normal,
        });
        for warning in &self.rc.warnings {
            self.warn(warning);
        }
    }

    /// A variable, from the environment or from `.sscrc` and `.ssc.env`.
    pub(crate) fn var(&self, name: &str) -> Option<OsString> {
        self.vars.get(name).cloned().or_else(|| var(name)).filter(|value| !value.is_empty())
    }

    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.var(name).is_some_and(|value| value != "0" && value != "false")
    }

    pub(crate) fn tools(&self) -> Tools<'_> {
        Tools::new(self)
    }

    pub(crate) fn warn(&self, problem: &Problem) {
        self.progress.warn(&problem.to_string(), problem.hint.as_deref());
    }

    /// The project directory: the last one given, else the current one.
    pub(crate) fn project(&self, given: &[PathBuf]) -> Result<PathBuf> {
        let given = given.last().map_or(Path::new(""), PathBuf::as_path);
        let project: PathBuf = self.current.join(given).components().collect();
        let metadata = std::fs::metadata(&project).doing("open the project", &project)?;
        if !metadata.is_dir() {
            return Err(Error::new("ERR_PROJECT", format!("{} is not a directory", project.display()))
                .hint("give the directory that holds socket.ini"));
        }
        Ok(project)
    }

    /// The configuration of a project, with what `.sscrc` and the command line override.
    pub(crate) fn config(
        &self,
        project: &Path,
        change: impl FnOnce(&mut Overrides) -> Result<()>,
    ) -> Result<Config> {
        let mut overrides = self.rc.settings();
        change(&mut overrides)?;
        let config = Config::load(&project.join("socket.ini"), &overrides)?;
        Ok(config)
    }
}
