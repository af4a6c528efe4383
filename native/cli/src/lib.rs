//! `ssc`, as a function of its arguments.
//!
//! [`run`] parses, hands over to one file of `commands/`, and prints an error once, with its hint. Standard
//! output carries what was asked for; progress, warnings and errors go to standard error.

mod args;
mod audit;
mod build;
mod commands;
mod context;
mod error;
mod launch;
mod package;
mod progress;
mod target;
mod tools;

use std::ffi::OsString;
use std::path::PathBuf;

pub use build::assets::{Changes, Tree};
pub use build::copy_map::CopyMap;
pub use build::plan::{Inputs, Plan, plan};
pub use build::step::Step;
pub use context::Context;
pub use error::{Error, Exit, Result};
pub use package::Format;
pub use target::{Layout, Target};

/// What `ssc` cannot find out by itself.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Where `ssc` is installed: what `--prefix` prints.
    pub prefix: PathBuf,
    /// The prebuilt runtime executable of this machine, when it is installed.
    pub runtime: Option<PathBuf>,
}

impl Environment {
    /// For the plain executable: the runtime stands below `SOCKET_HOME` when that is set, else beside it.
    pub fn of_executable() -> Environment {
        let folder = std::env::current_exe()
            .ok()
            .and_then(|path| path.parent().map(PathBuf::from))
            .unwrap_or_default();
        let home = std::env::var_os("SOCKET_HOME").map(PathBuf::from);
        let name = format!("socket-runtime{}", std::env::consts::EXE_SUFFIX);
        let bin = home.as_ref().map_or_else(|| folder.clone(), |home| home.join("bin"));
        let runtime = Some(bin.join(name)).filter(|path| path.is_file());
        Environment { prefix: home.unwrap_or(folder), runtime }
    }
}

/// Runs `ssc` with these arguments, without the program's own name, and returns its exit code: 0 only on success.
pub fn run(args: impl IntoIterator<Item = OsString>, environment: &Environment) -> i32 {
    let result = args::parse(args, environment).and_then(|request| match request {
        args::Request::Say { out, note } => {
            progress::print(&out)?;
            if let Some(note) = note {
                progress::complain(&note);
            }
            Ok(Exit::Success)
        }
        args::Request::Run { command, context } => command.run(&context),
    });
    match result {
        Ok(exit) => exit.code(),
        Err(error) => {
            progress::complain(&error.render());
            error.exit.code()
        }
    }
}
