//! Signals as events, while an app runs or files are watched.

use std::sync::mpsc::Sender;

use super::Event;
use crate::error::Result;

/// A signal that reached us.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signal {
    pub(crate) number: i32,
    /// By a process, and so only to us; the terminal tells the app as well.
    pub(crate) sent: bool,
}

#[cfg(unix)]
pub(crate) use unix::listen;

#[cfg(unix)]
mod unix {
    use std::io::Read;
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    use signal_hook_registry::{SigId, register_sigaction, unregister};

    use super::{Event, Result, Sender, Signal};
    use crate::error::IoContext;

    const SIGNALS: [i32; 6] =
        [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM, libc::SIGUSR1, libc::SIGUSR2];

    /// What `kill` marks its signals with.
    #[cfg(not(target_vendor = "apple"))]
    const SENT: i32 = libc::SI_USER;
    /// `SI_USER` of Apple's systems, which libc leaves out.
    #[cfg(target_vendor = "apple")]
    const SENT: i32 = 0x10001;

    /// Signals have their ordinary effect again when this is dropped.
    pub(crate) struct Listener {
        ids: Vec<SigId>,
        // After the handlers, which write to it.
        _writer: UnixStream,
    }

    impl Drop for Listener {
        fn drop(&mut self) {
            self.ids.drain(..).for_each(|id| {
                unregister(id);
            });
        }
    }

    /// Sends every signal as an event.
    pub(crate) fn listen(events: Sender<Event>) -> Result<Listener> {
        let what = "the signals".as_ref();
        let (mut reader, writer) = UnixStream::pair().doing("listen to", what)?;
        writer.set_nonblocking(true).doing("listen to", what)?;
        let mut listener = Listener { ids: Vec::new(), _writer: writer };
        let descriptor = listener._writer.as_raw_fd();
        for signal in SIGNALS {
            let action = move |info: &libc::siginfo_t| {
                let message = [signal as u8, u8::from(info.si_code == SENT)];
                // SAFETY: write is safe in a handler, the buffer is two bytes, and the descriptor outlives the
                // handler. A full pipe loses the signal, after hundreds that nobody has answered.
                unsafe { libc::write(descriptor, message.as_ptr().cast(), message.len()) };
            };
            // SAFETY: the handler only does what a handler may.
            listener.ids.push(unsafe { register_sigaction(signal, action) }.doing("listen to", what)?);
        }
        std::thread::Builder::new()
            .name("signals".into())
            .spawn(move || {
                let mut message = [0; 2];
                // Ends when the listener is dropped.
                while reader.read_exact(&mut message).is_ok() {
                    let signal = Signal { number: message[0].into(), sent: message[1] == 1 };
                    if events.send(Event::Signal(signal)).is_err() {
                        return;
                    }
                }
            })
            .doing("listen to", what)?;
        Ok(listener)
    }
}

/// Elsewhere the console tells the app by itself.
#[cfg(not(unix))]
pub(crate) fn listen(events: Sender<Event>) -> Result<Sender<Event>> {
    Ok(events)
}
