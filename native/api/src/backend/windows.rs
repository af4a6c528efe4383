//! The job of a backend: the system ends its processes when the app's handle to it is closed, however the app ends.

use std::io;
use std::mem::size_of_val;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::os::windows::process::CommandExt;
use std::process::ExitStatus;
use std::ptr::null;

use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation, SetInformationJobObject,
    TerminateJobObject,
};
use windows_sys::Win32::System::Threading::CREATE_NO_WINDOW;

/// What the system lacks: programs without a console cannot be asked to end, except by closing their standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    Interrupt,
    Terminate,
}

#[derive(Debug)]
pub(super) struct Group {
    job: OwnedHandle,
}

fn check(result: i32) -> io::Result<()> {
    if result == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

impl Group {
    pub(super) fn new() -> io::Result<Group> {
        // SAFETY: the handle is new, checked, and ours alone.
        let job = unsafe {
            let handle = CreateJobObjectW(null(), null());
            if handle.is_null() {
                return Err(io::Error::last_os_error());
            }
            OwnedHandle::from_raw_handle(handle)
        };
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        // SAFETY: the job is open and the structure is as long as said.
        check(unsafe {
            SetInformationJobObject(
                job.as_raw_handle(),
                JobObjectExtendedLimitInformation,
                (&raw const limits).cast(),
                size_of_val(&limits) as u32,
            )
        })?;
        Ok(Group { job })
    }

    pub(super) fn adopt(&self, command: &mut tokio::process::Command) {
        command.creation_flags(CREATE_NO_WINDOW);
    }

    /// Puts a process into the job; what it starts from now on belongs to it, too.
    pub(super) fn joined(&self, child: &tokio::process::Child) -> io::Result<()> {
        let process = child.raw_handle().ok_or(io::ErrorKind::NotFound)?;
        // SAFETY: both handles are open.
        check(unsafe { AssignProcessToJobObject(self.job.as_raw_handle(), process) })
    }

    pub(super) fn signal(&self, signal: Signal) {
        // Its standard input has been closed before: that was what could be asked.
        if signal == Signal::Terminate {
            self.end();
        }
    }

    pub(super) fn end(&self) {
        // SAFETY: the job is open. There may be nobody left in it.
        unsafe { TerminateJobObject(self.job.as_raw_handle(), 1) };
    }
}

/// The command line, and its arguments behind what it says.
pub(super) fn shell(line: &str, args: &[String]) -> tokio::process::Command {
    let quoted = args.iter().map(|argument| format!(" \"{}\"", argument.replace('"', "\\\"")));
    let mut command = tokio::process::Command::new("cmd.exe");
    command.as_std_mut().raw_arg(format!("/d /s /c \"{line}{}\"", quoted.collect::<String>()));
    command
}

pub(super) fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(1)
}
