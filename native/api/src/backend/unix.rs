//! The process group of a backend. Its leader is a shell that does nothing but wait for the app to end, however it
//! ends, and then ends the group: the system has no such promise that holds for grandchildren, too.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};

/// Reads from a pipe that only the app can write to: it ends with the app, even one that was killed. `kill 0` is the
/// group, whose number cannot have been given to others while its leader is in it.
const WATCH: &str = "trap '' INT TERM HUP; read -r _; kill -TERM 0; sleep 2; kill -KILL 0";

/// Where a signal goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    Interrupt,
    Terminate,
}

#[derive(Debug)]
pub(super) struct Group {
    leader: Mutex<Option<Leader>>,
    id: i32,
}

#[derive(Debug)]
struct Leader {
    child: Child,
    /// Its closing is the sign.
    _app: ChildStdin,
}

impl Group {
    pub(super) fn new() -> io::Result<Group> {
        let mut child = Command::new("/bin/sh")
            .args(["-c", WATCH])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let app = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let id = child.id() as i32;
        Ok(Group { leader: Mutex::new(Some(Leader { child, _app: app })), id })
    }

    /// Puts the process that a command starts into the group.
    pub(super) fn adopt(&self, command: &mut tokio::process::Command) {
        command.process_group(self.id);
        #[cfg(target_os = "linux")]
        {
            // SAFETY: a question without arguments.
            let app = unsafe { libc::getpid() };
            // SAFETY: between fork and exec; only system calls that may be made there.
            unsafe {
                command.pre_exec(move || {
                    if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM) == -1 {
                        return Err(io::Error::last_os_error());
                    }
                    // The app may have ended before this was asked for.
                    if libc::getppid() == app {
                        Ok(())
                    } else {
                        Err(io::Error::from_raw_os_error(libc::ESRCH))
                    }
                });
            }
        }
    }

    /// The processes of the group belong to it from their start.
    pub(super) fn joined(&self, _child: &tokio::process::Child) -> io::Result<()> {
        Ok(())
    }

    /// Tells all processes of the group.
    pub(super) fn signal(&self, signal: Signal) {
        let leader = self.leader.lock().unwrap_or_else(PoisonError::into_inner);
        if leader.is_some() {
            let number = if signal == Signal::Interrupt { libc::SIGINT } else { libc::SIGTERM };
            // SAFETY: a plain system call. The leader is not reaped, so the number is still the group's.
            unsafe { libc::kill(-self.id, number) };
        }
    }

    /// Ends every process that is left in the group.
    pub(super) fn end(&self) {
        let leader = self.leader.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut leader) = leader {
            // SAFETY: as above.
            unsafe { libc::kill(-self.id, libc::SIGKILL) };
            // It has just been killed: this does not wait for long, and cannot fail for a child of ours.
            let _ = leader.child.wait();
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}

/// The shell line, and its arguments behind what it says.
pub(super) fn shell(line: &str, args: &[String]) -> tokio::process::Command {
    let exec = if super::command::is_simple(line) { "exec " } else { "" };
    let mut command = tokio::process::Command::new("/bin/sh");
    command.arg("-c").arg(format!("{exec}{line} \"$@\"")).arg("sh").args(args);
    command
}

/// As a shell says it: 128 and more for a signal.
pub(super) fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}
