//! `ssc print-build-dir`.

use std::path::PathBuf;

use super::options::Common;
use crate::build::copy_map::normal;
use crate::context::Context;
use crate::error::{Exit, Result};
use crate::progress::print;
use crate::target::{Layout, Target};

/// Print the directory that a build puts the app's files into
///
/// For scripts that write there themselves. It need not exist yet.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Of this platform instead of this machine's
    #[arg(long, value_enum)]
    platform: Option<Target>,
    /// The output directory of the platform instead
    #[arg(long)]
    root: bool,
    /// Of a build for users
    #[arg(short = 'P', long)]
    prod: bool,
    /// The project directory [default: the current one]
    #[arg(value_name = "PROJECT")]
    project: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit> {
    let project = context.project(&args.project)?;
    let config = context.config(&project, |_| Ok(()))?;
    let layout = Layout::new(&config, &project, args.platform.unwrap_or_else(Target::host), args.prod);
    let path = normal(if args.root { &layout.root } else { &layout.resources });
    print(&path.display().to_string())?;
    Ok(Exit::Success)
}
