//! `ssc install-app`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::options::Common;
use crate::build::copy_map::normal;
use crate::context::Context;
use crate::error::{Error, Exit, IoContext, Result};
use crate::target::{Layout, Target};
use crate::tools::{ADB, CFGUTIL, DPKG, INSTALLER, Tool, code};

/// Install the app that was built, on this machine or on a device
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// ios, android, android-emulator [default: this machine]
    #[arg(long, value_enum)]
    platform: Option<Target>,
    /// The device, when more than one is connected
    #[arg(long, value_name = "ID")]
    device: Option<String>,
    /// The build for users
    #[arg(short = 'P', long)]
    prod: bool,
    /// Install below this directory
    #[arg(long, value_name = "DIRECTORY", default_value = "/")]
    target: PathBuf,
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
    let mut words: Vec<&OsStr> = Vec::new();
    let device = args.device.as_deref().map(OsStr::new);
    match layout.target {
        Target::Linux if Target::host() == Target::Linux => linux(&layout, &args.target, context),
        Target::Mac if Target::host() == Target::Mac => {
            let package = built(layout.root.join(format!("{}.pkg", layout.name)))?;
            words.extend([
                OsStr::new("-pkg"),
                package.as_os_str(),
                OsStr::new("-target"),
                args.target.as_os_str(),
            ]);
            finish(&INSTALLER, &words, args.target == Path::new("/"), context)
        }
        Target::Ios if Target::host() == Target::Mac => {
            let package = built(layout.root.join(format!("{0}.ipa/{0}.ipa", layout.name)))?;
            words.extend(device.iter().flat_map(|&device| [OsStr::new("--ecid"), device]));
            words.extend([OsStr::new("install-app"), package.as_os_str()]);
            finish(&CFGUTIL, &words, false, context)
        }
        Target::Android | Target::AndroidEmulator => {
            let kind = if args.prod { "live" } else { "dev" };
            let package =
                built(layout.root.join(format!("app/build/outputs/apk/{kind}/debug/app-{kind}-debug.apk")))?;
            words.extend(device.iter().flat_map(|&device| [OsStr::new("-s"), device]));
            words.extend([OsStr::new("install"), OsStr::new("-r"), package.as_os_str()]);
            finish(&ADB, &words, false, context)
        }
        other => Err(Error::new(
            "ERR_PLATFORM",
            format!("an app for {other} cannot be installed from {}", Target::host()),
        )),
    }
}

fn built(package: PathBuf) -> Result<PathBuf> {
    match package.is_file() {
        true => Ok(package),
        false => Err(Error::new("ERR_NOT_BUILT", format!("there is no package {}", package.display()))
            .hint("packaging for this platform is not there yet")),
    }
}

fn finish(tool: &Tool, words: &[&OsStr], root: bool, context: &Context) -> Result<Exit> {
    let status = context.tools().status(tool, words, root)?;
    match status.success() {
        true => Ok(Exit::Success),
        false => {
            let code = code(status);
            Err(Error::new("ERR_TOOL", format!("`{}` ended with {code}", tool.name)).exit(Exit::Of(code)))
        }
    }
}

/// The package when there is one, else the tree as it was built.
fn linux(layout: &Layout, target: &Path, context: &Context) -> Result<Exit> {
    let package = layout
        .tree
        .with_file_name(format!("{}.deb", layout.tree.file_name().unwrap_or_default().to_string_lossy()));
    if package.is_file() && target == Path::new("/") {
        return finish(&DPKG, &[OsStr::new("-i"), package.as_os_str()], true, context);
    }
    if !layout.executable.is_file() {
        return Err(Error::new(
            "ERR_NOT_BUILT",
            format!("the app is not built: there is no {}", layout.executable.display()),
        )
        .hint("run `ssc build` first"));
    }
    let target = normal(&context.current.join(target));
    context.progress.step(&format!("install {} below {}", layout.name, target.display()), || {
        for part in ["opt", "usr"] {
            copy(&layout.tree.join(part), &target.join(part))?;
        }
        Ok(((), "".into()))
    })?;
    Ok(Exit::Success)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let metadata = std::fs::symlink_metadata(from).doing("read", from)?;
    if metadata.is_dir() {
        std::fs::create_dir_all(to).doing("create", to)?;
        for entry in std::fs::read_dir(from).doing("read", from)? {
            let entry = entry.doing("read", from)?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    // Beside its place first: the app may be running from there.
    let scratch = to.with_file_name(format!(".ssc-{}", std::process::id()));
    let written = match metadata.is_symlink() {
        true => std::fs::read_link(from).and_then(|target| link(&target, &scratch)),
        false => std::fs::copy(from, &scratch).map(|_| ()),
    };
    let placed = written.and_then(|()| std::fs::rename(&scratch, to)).doing("write", to);
    if placed.is_err() {
        // It may not have come to be.
        let _ = std::fs::remove_file(&scratch);
    }
    placed
}

#[cfg(unix)]
fn link(target: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, to)
}

#[cfg(not(unix))]
fn link(target: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::copy(target, to).map(|_| ())
}
