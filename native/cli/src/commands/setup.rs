//! `ssc setup`.

use super::options::Common;
use crate::context::Context;
use crate::error::{Error, Exit, Result};
use crate::launch::webkit;
use crate::progress::print;
use crate::target::Target;

/// Check that this machine has what apps need, and install what is missing
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Check for this platform instead of this machine's
    #[arg(long, value_enum)]
    platform: Option<Target>,
    /// Install without asking
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// One thing that was looked for.
struct Check {
    what: &'static str,
    found: bool,
    /// Only some uses need it.
    optional: bool,
    fix: String,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit> {
    let target = args.platform.unwrap_or_else(Target::host);
    let checks = match target {
        Target::Linux if Target::host() == Target::Linux => linux(context),
        Target::Android | Target::AndroidEmulator => android(context),
        host if host == Target::host() => vec![runtime(context, host)],
        other => {
            return Err(Error::new(
                "ERR_PLATFORM",
                format!("nothing can be set up for {other} on {}", Target::host()),
            )
            .hint(format!("run `ssc setup` on a machine with {}", other.family())));
        }
    };
    let mut lines = String::new();
    for check in &checks {
        let state = match (check.found, check.optional) {
            (true, _) => "ok",
            (false, true) => "missing (optional)",
            (false, false) => "missing",
        };
        lines += &format!("{}: {state}\n", check.what);
        if !check.found {
            lines += &format!("  {}\n", check.fix);
        }
    }
    print(&lines)?;
    let missing: Vec<_> = checks.iter().filter(|check| !check.found && !check.optional).collect();
    if missing.is_empty() {
        return Ok(Exit::Success);
    }
    if args.yes && target == Target::Linux && !webkit::is_installed() {
        let line = webkit::install_command().replacen("install", "install -y", 1);
        let sudo = if crate::tools::is_root() { "" } else { "sudo " };
        context.progress.say(&format!("run `{sudo}{line}`"));
        let status = context.tools().shell(&format!("{sudo}{line}"), &[], &context.current, &[])?;
        if status.success() && webkit::is_installed() && missing.len() == 1 {
            return Ok(Exit::Success);
        }
    }
    let names: Vec<_> = missing.iter().map(|check| check.what).collect();
    Err(Error::new("ERR_SETUP", format!("{target} needs what is missing here: {}", names.join(", "))).hint(
        format!(
            "install it, then run `ssc setup{}` again",
            args.platform.map(|name| format!(" --platform={name}")).unwrap_or_default()
        ),
    ))
}

fn runtime(context: &Context, target: Target) -> Check {
    Check {
        what: "the runtime",
        found: crate::build::runtime::find(&context.environment, target).is_some(),
        optional: false,
        fix: format!("npm install -g {}", target.package()),
    }
}

fn linux(context: &Context) -> Vec<Check> {
    let display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| context.var(name).is_some());
    vec![
        runtime(context, Target::Linux),
        Check {
            what: "WebKitGTK 4.1",
            found: webkit::is_installed(),
            optional: false,
            fix: webkit::install_command().into(),
        },
        Check {
            what: "a display",
            found: display,
            optional: true,
            fix: "run apps with --headless, or in a desktop session".into(),
        },
        Check {
            what: "Xvfb, for --headless without a display",
            found: context.tools().find("Xvfb").is_some(),
            optional: true,
            fix: "Debian: apt install xvfb; Fedora: dnf install xorg-x11-server-Xvfb".into(),
        },
    ]
}

fn android(context: &Context) -> Vec<Check> {
    let folder = |name: &str| context.var(name).is_some_and(|path| std::path::Path::new(&path).is_dir());
    let find = |name: &str| context.tools().find(name).is_some();
    vec![
        runtime(context, Target::Android),
        Check {
            what: "the Android SDK",
            found: folder("ANDROID_HOME"),
            optional: false,
            fix: "set ANDROID_HOME in .ssc.env to the directory of the SDK".into(),
        },
        Check { what: "adb", found: find("adb"), optional: false, fix: crate::tools::ADB.hint.into() },
        Check {
            what: "Java",
            found: folder("JAVA_HOME") || find("java"),
            optional: false,
            fix: "install a JDK, and set JAVA_HOME in .ssc.env if it is not on the PATH".into(),
        },
    ]
}
