//! The standard streams of a Node process, as a command line needs them.

/// Lets programs that `ssc` starts have the terminal.
///
/// Node marks its standard streams close-on-exec when it starts and hands copies to its own children. A child of
/// Rust's `Command` inherits the streams themselves, and would begin with all three closed.
#[cfg(unix)]
pub(crate) fn make_inheritable() {
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

/// On Windows `Command` makes inheritable copies of the handles itself.
#[cfg(not(unix))]
pub(crate) fn make_inheritable() {}
