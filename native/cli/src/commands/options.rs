//! Options that several subcommands share.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::build::test_file::TestFile;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::target::Target;

/// What every subcommand takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Common {
    /// Only say what went wrong
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short = 'V', long, help_heading = "Output")]
    pub(crate) verbose: bool,
    /// Debug output, of ssc and of the app
    #[arg(short = 'D', long, help_heading = "Output")]
    pub(crate) debug: bool,
}

/// How an app is built and started.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct App {
    /// Build for this platform instead of this machine's
    #[arg(long, value_enum)]
    pub(crate) platform: Option<Target>,
    /// Load the page from this host instead of the packaged files
    #[arg(long)]
    pub(crate) host: Option<String>,
    /// The port of the development server; 0 means the packaged files
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Load this module into the page once it is ready
    #[arg(short, long, value_name = "PATH")]
    pub(crate) test: Option<PathBuf>,
    /// Show no window; needs no display where Xvfb is installed
    #[arg(short = 'H', long)]
    pub(crate) headless: bool,
    /// A build for users: no inspector, no `-dev` in the name
    #[arg(short = 'P', long)]
    pub(crate) prod: bool,
    /// Variables that the app may see: KEY=VALUE, or KEY to copy it from here; commas between them
    #[arg(short = 'E', long, value_name = "LIST")]
    pub(crate) env: Vec<String>,
    /// The project directory [default: the current one]
    #[arg(value_name = "PROJECT")]
    pub(crate) project: Vec<PathBuf>,
    /// Arguments for the app
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) args: Vec<OsString>,
}

impl App {
    pub(crate) fn target(&self) -> Target {
        self.platform.unwrap_or_else(Target::host)
    }

    /// The variables of `--env`.
    pub(crate) fn variables(&self, context: &Context) -> Result<Vec<(String, String)>> {
        let mut pairs = Vec::new();
        for item in
            self.env.iter().flat_map(|list| list.split(',')).map(str::trim).filter(|item| !item.is_empty())
        {
            match item.split_once('=') {
                Some(("", _)) => {
                    return Err(Error::new("ERR_ARGS", format!("--env: `{item}` has no name"))
                        .hint("write KEY=VALUE or KEY"));
                }
                Some((name, value)) => pairs.push((name.to_owned(), value.to_owned())),
                None => match context.var(item) {
                    Some(value) => pairs.push((item.to_owned(), value.to_string_lossy().into_owned())),
                    None => context
                        .progress
                        .warn(&format!("--env: {item} is not set here"), Some("write KEY=VALUE to set it")),
                },
            }
        }
        Ok(pairs)
    }

    /// The file of `--test`, which has to be there. A relative path is looked for here, then in the project.
    pub(crate) fn test_path(&self, context: &Context, project: &Path) -> Result<Option<PathBuf>> {
        let Some(given) = &self.test else { return Ok(None) };
        let places = [context.current.join(given), project.join(given)];
        let found = places.iter().find(|path| path.is_file());
        let path: PathBuf = found.map(|path| path.components().collect()).ok_or_else(|| {
            Error::new("ERR_TEST", format!("--test: there is no file {}", given.display()))
                .hint("give the path of a JavaScript module, as in --test=test/index.js")
        })?;
        Ok(Some(path))
    }

    /// The arguments for the app that these options stand for.
    pub(crate) fn argv(&self, test: Option<&TestFile>) -> Vec<String> {
        let mut argv = Vec::new();
        argv.extend(self.headless.then(|| "--headless".to_owned()));
        argv.extend(test.map(|test| format!("--test={}", test.url)));
        argv.extend(self.host.as_ref().map(|host| format!("--host={host}")));
        argv.extend(self.port.map(|port| format!("--port={port}")));
        argv
    }

    /// The page comes from a development server.
    pub(crate) fn served(&self) -> bool {
        self.port.is_some_and(|port| port != 0)
    }
}
