//! A running app that can be told something, up to the moment it is reaped.

use std::process::Child;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::Event;
use super::signals::Signal;
use crate::error::{IoContext, Result};

static COUNT: AtomicU32 = AtomicU32::new(0);

#[derive(Debug)]
pub(crate) struct Process {
    /// What its `Event::Exited` carries.
    pub(crate) number: u32,
    /// Nothing once it is reaped: its number may then belong to another.
    child: Arc<Mutex<Option<Child>>>,
}

impl Process {
    pub(crate) fn start(child: Child, events: Sender<Event>) -> Result<Process> {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let id = child.id();
        let child = Arc::new(Mutex::new(Some(child)));
        let shared = child.clone();
        std::thread::Builder::new()
            .name("wait".into())
            .spawn(move || {
                wait(id);
                // From here on nothing can be sent to it.
                let child = shared.lock().unwrap_or_else(PoisonError::into_inner).take();
                if let Some(Ok(status)) = child.map(|mut child| child.wait()) {
                    // Nobody may be listening any more.
                    let _ = events.send(Event::Exited(number, status));
                }
            })
            .doing("wait for", "the app".as_ref())?;
        Ok(Process { number, child })
    }

    /// Hands a signal on. One that came from the terminal has already reached the app.
    pub(crate) fn forward(&self, signal: Signal) {
        if signal.sent {
            self.send(signal.number);
        }
    }

    /// Asks the app to end.
    pub(crate) fn terminate(&self) {
        self.send(TERMINATE);
    }

    /// Ends the app.
    pub(crate) fn kill(&self) {
        if let Some(child) = self.child.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            // It may have ended just now.
            let _ = child.kill();
        }
    }

    #[cfg(unix)]
    fn send(&self, signal: i32) {
        if let Some(child) = self.child.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            // SAFETY: a plain system call; the child is not reaped, so the number is still its own.
            unsafe { libc::kill(child.id() as libc::pid_t, signal) };
        }
    }

    #[cfg(not(unix))]
    fn send(&self, _signal: i32) {
        self.kill();
    }
}

#[cfg(unix)]
const TERMINATE: i32 = libc::SIGTERM;
#[cfg(not(unix))]
const TERMINATE: i32 = 15;

/// Returns when the child has ended, and leaves it to be reaped.
#[cfg(unix)]
fn wait(id: u32) {
    loop {
        // SAFETY: the structure is only written to, and zero is valid for all its fields.
        let result = unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            libc::waitid(libc::P_PID, id as libc::id_t, &mut info, libc::WEXITED | libc::WNOWAIT)
        };
        let interrupted = std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted;
        if result == 0 || !interrupted {
            return;
        }
    }
}

/// `Child::wait` needs no such care where processes have handles; but it needs the child, which `kill` needs too.
#[cfg(not(unix))]
fn wait(id: u32) {
    use std::os::windows::io::FromRawHandle;
    unsafe extern "system" {
        fn OpenProcess(access: u32, inherit: i32, id: u32) -> *mut std::ffi::c_void;
        fn WaitForSingleObject(handle: *mut std::ffi::c_void, milliseconds: u32) -> u32;
    }
    const SYNCHRONIZE: u32 = 0x0010_0000;
    // SAFETY: the handle is ours, checked, and closed by its owner when this returns.
    unsafe {
        let handle = OpenProcess(SYNCHRONIZE, 0, id);
        if !handle.is_null() {
            let owner = std::os::windows::io::OwnedHandle::from_raw_handle(handle);
            WaitForSingleObject(handle, u32::MAX);
            drop(owner);
        }
    }
}
