//! Every external program that `ssc` ever runs; nothing else starts one.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use crate::context::Context;
use crate::error::{Error, IoContext, Result};

/// Starts programs with the variables of `.sscrc` and `.ssc.env`.
pub(crate) struct Tools<'a> {
    context: &'a Context,
}

/// How a program that `ssc` could run is called, and how to get it.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) hint: &'static str,
}

pub(crate) const ADB: Tool = Tool {
    name: "adb",
    hint: "install the Android platform tools (Debian: apt install adb) and put them on the PATH",
};
pub(crate) const CFGUTIL: Tool =
    Tool { name: "cfgutil", hint: "install Apple Configurator and its automation tools" };
pub(crate) const DPKG: Tool = Tool { name: "dpkg", hint: "use the package manager of your distribution" };
pub(crate) const INSTALLER: Tool = Tool { name: "installer", hint: "it is part of macOS" };

impl<'a> Tools<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Tools { context }
    }

    pub(crate) fn find(&self, name: impl AsRef<OsStr>) -> Option<PathBuf> {
        which::which_in(name, self.context.var("PATH"), &self.context.current).ok()
    }

    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.envs(&self.context.vars);
        command
    }

    fn require(&self, tool: &Tool) -> Result<PathBuf> {
        let missing = || Error::new("ERR_TOOL", format!("`{}` is not installed", tool.name)).hint(tool.hint);
        self.find(tool.name).ok_or_else(missing)
    }

    /// A line for the shell, in a directory. Its streams are ours.
    pub(crate) fn shell(
        &self,
        line: &str,
        args: &[&OsStr],
        folder: &Path,
        vars: &[(&str, &OsStr)],
    ) -> Result<ExitStatus> {
        let mut command = if cfg!(windows) {
            let mut command = self.command("cmd");
            command.args(["/d", "/s", "/c", line]).args(args);
            command
        } else {
            let line = if args.is_empty() { line.to_owned() } else { format!("{line} \"$@\"") };
            let mut command = self.command("/bin/sh");
            command.args(["-c", &line, "sh"]).args(args);
            command
        };
        command.current_dir(folder).envs(vars.iter().copied());
        end_with_us(&mut command);
        command.status().doing("run the shell in", folder)
    }

    /// What a tool prints. Its errors go to ours.
    pub(crate) fn output(&self, tool: &Tool, args: &[&str]) -> Result<Output> {
        let path = self.require(tool)?;
        self.command(&path)
            .args(args)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .doing("run", &path)
    }

    /// Runs a tool with our streams; as root through sudo when that is needed and there.
    pub(crate) fn status(&self, tool: &Tool, args: &[&OsStr], root: bool) -> Result<ExitStatus> {
        let path = self.require(tool)?;
        let sudo = self.find("sudo").filter(|_| root && !is_root());
        let mut command = match &sudo {
            Some(sudo) => {
                let mut command = self.command(sudo);
                command.arg(&path);
                command
            }
            None => self.command(&path),
        };
        command.args(args).status().doing("run", &path)
    }

    /// Starts the app; `aside` what it prints goes where errors go.
    pub(crate) fn app(&self, words: &[OsString], vars: &[(String, OsString)], aside: bool) -> Result<Child> {
        let (program, args) =
            words.split_first().ok_or_else(|| Error::new("ERR_RUN", "there is nothing to run"))?;
        let mut command = self.command(program);
        command.args(args).envs(vars.iter().map(|(name, value)| (name, value)));
        if aside {
            command.stdout(std::io::stderr());
        }
        command.spawn().doing("run", Path::new(program))
    }

    /// Starts a private X server that tells its number on its standard output. It is not in our group, so that
    /// Ctrl-C reaches the app before its display goes away, and it ends with us however we end.
    #[cfg(unix)]
    pub(crate) fn xvfb(&self, path: &Path, authority: &Path) -> Result<Child> {
        use std::os::unix::process::CommandExt;
        let mut command = self.command(path);
        command
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1920x1080x24",
                "-nolisten",
                "tcp",
                "-noreset",
                "-auth",
            ])
            .arg(authority)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0);
        end_with_us(&mut command);
        command.spawn().doing("run", path)
    }
}

/// What we started does not outlive us, however we end. Only Linux can promise that.
fn end_with_us(command: &mut Command) {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::process::CommandExt;
        // SAFETY: the closure runs between fork and exec and only makes a system call.
        unsafe {
            command.pre_exec(|| {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM);
                Ok(())
            });
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = command;
}

#[cfg(unix)]
pub(crate) fn is_root() -> bool {
    // SAFETY: it takes nothing and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

#[cfg(not(unix))]
pub(crate) fn is_root() -> bool {
    false
}

/// The code of a program that has ended, the way a shell tells it.
pub(crate) fn code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal;
    }
    status.code().unwrap_or(1)
}
