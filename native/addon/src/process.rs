//! Makes a Node process one that a command line can run in: what Node changed at its start is put back.

/// Lets programs that `ssc` starts have the terminal.
///
/// Node marks its standard streams close-on-exec when it starts and hands copies to its own children. A child of
/// Rust's `Command` inherits the streams themselves, and would begin with all three closed.
#[cfg(unix)]
pub(crate) fn make_streams_inheritable() {
    for stream in [libc::STDIN_FILENO, libc::STDOUT_FILENO, libc::STDERR_FILENO] {
        // SAFETY: fcntl on a number touches no memory; a closed stream answers -1 and stays closed.
        unsafe {
            let flags = libc::fcntl(stream, libc::F_GETFD);
            if flags >= 0 {
                libc::fcntl(stream, libc::F_SETFD, flags & !libc::FD_CLOEXEC);
            }
        }
    }
}

/// Gives signals their ordinary effect.
///
/// Node's own handlers raise the signal once more so that it ends the process. The command line listens to signals
/// by calling the earlier handler first, and with that one the two would call each other for ever.
#[cfg(unix)]
pub(crate) fn reset_signals(signals: &[i32]) {
    for signal in signals {
        // SAFETY: the default action is no function of ours; a wrong number answers SIG_ERR and changes nothing.
        unsafe { libc::signal(*signal, libc::SIG_DFL) };
    }
}

/// On Windows `Command` makes inheritable copies of the handles itself.
#[cfg(not(unix))]
pub(crate) fn make_streams_inheritable() {}

/// On Windows the console tells the app by itself.
#[cfg(not(unix))]
pub(crate) fn reset_signals(_signals: &[i32]) {}
