//! What a page asks for, as a command.

use std::process::Stdio;

use tokio::process::Command;

use crate::prelude::*;
use socket_ipc::Resource;

/// What a standard stream of a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub(super) enum Stream {
    /// A pipe to the page.
    Pipe,
    /// Nothing.
    Ignore,
    /// The app's own.
    Inherit,
}

impl From<Stream> for Stdio {
    fn from(stream: Stream) -> Stdio {
        match stream {
            Stream::Pipe => Stdio::piped(),
            Stream::Ignore => Stdio::null(),
            Stream::Inherit => Stdio::inherit(),
        }
    }
}

#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(unix, allow(dead_code, reason = "some fields are for Windows"))]
#[cfg_attr(windows, allow(dead_code, reason = "programs do not get their name from whoever starts them"))]
pub(super) struct Spawn {
    /// A path, or a name that is looked for in `PATH`.
    pub(super) file: String,
    /// What the program gets beside its name.
    args: Vec<String>,
    /// What it is told that its name is.
    argv0: Option<String>,
    /// Folder in which it begins.
    cwd: Option<String>,
    /// Its whole environment.
    env: Vec<(String, String)>,
    /// Standard input, output and error.
    stdio: [Stream; 3],
    /// It outlives the document, and terminals count it as a session of its own.
    pub(super) detached: bool,
    /// User it runs as.
    uid: Option<u32>,
    /// Group it runs as.
    gid: Option<u32>,
    /// On Windows: no console window.
    windows_hide: bool,
    /// On Windows: arguments go to the program as they are.
    windows_verbatim: bool,
}

impl Spawn {
    /// What policy sees.
    pub(super) fn command(&self, check: &mut dyn FnMut(Resource<'_>) -> Result<()>) -> Result<()> {
        check(Resource::Command { file: &self.file, args: &self.args, env: Some(&self.env) })
    }
}

pub(super) fn build(request: &Spawn, kill_on_drop: bool) -> std::io::Result<Command> {
    let mut command = std::process::Command::new(&request.file);
    let [input, output, errors] = request.stdio;
    command.stdin(input).stdout(output).stderr(errors);
    command.env_clear().envs(request.env.iter().map(|(name, value)| (name, value)));
    if let Some(cwd) = &request.cwd {
        command.current_dir(cwd);
    }
    arguments(&mut command, request)?;
    let mut command = Command::from(command);
    command.kill_on_drop(kill_on_drop);
    Ok(command)
}

#[cfg(unix)]
fn arguments(command: &mut std::process::Command, request: &Spawn) -> std::io::Result<()> {
    use std::os::unix::process::CommandExt;
    command.args(&request.args);
    if let Some(name) = &request.argv0 {
        command.arg0(name);
    }
    if let Some(uid) = request.uid {
        command.uid(uid);
    }
    if let Some(gid) = request.gid {
        command.gid(gid);
    }
    if request.detached {
        // SAFETY: between fork and exec only calls that are safe in a signal handler are allowed, and this one is.
        unsafe {
            command.pre_exec(|| match libc::setsid() {
                -1 => Err(std::io::Error::last_os_error()),
                _ => Ok(()),
            });
        }
    }
    Ok(())
}

#[cfg(windows)]
fn arguments(command: &mut std::process::Command, request: &Spawn) -> std::io::Result<()> {
    use std::os::windows::process::CommandExt;
    const DETACHED_PROCESS: u32 = 0x0000_0008;
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    const ERROR_NOT_SUPPORTED: i32 = 50;
    if request.uid.is_some() || request.gid.is_some() {
        return Err(std::io::Error::from_raw_os_error(ERROR_NOT_SUPPORTED));
    }
    for argument in &request.args {
        if request.windows_verbatim {
            command.raw_arg(argument)
        } else {
            command.arg(argument)
        };
    }
    let mut flags = 0;
    if request.detached {
        flags |= DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP;
    } else if request.windows_hide {
        flags |= CREATE_NO_WINDOW;
    }
    command.creation_flags(flags);
    Ok(())
}
