//! A private display for an app that runs without one.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::Child;

use crate::context::Context;
use crate::error::{Error, IoContext, Result};

/// Ends with its owner.
pub(crate) struct Xvfb {
    child: Child,
    display: String,
    authority: PathBuf,
}

impl Xvfb {
    pub(crate) fn start(context: &Context) -> Result<Xvfb> {
        let tools = context.tools();
        let path = tools.find("Xvfb").ok_or_else(|| {
            Error::new(
                "ERR_DISPLAY",
                "there is no display, and Xvfb, which would stand in for one, is not installed",
            )
            .hint("install it (Debian: apt install xvfb; Fedora: dnf install xorg-x11-server-Xvfb)")
        })?;
        let authority = authority()?;
        let mut server = Xvfb { child: tools.xvfb(&path, &authority)?, display: String::new(), authority };
        let mut line = String::new();
        if let Some(out) = server.child.stdout.take() {
            // Ends with a number, or with nothing when the server gave up.
            BufReader::new(out).read_line(&mut line).doing("read from", &path)?;
        }
        if line.trim().parse::<u32>().is_err() {
            return Err(Error::new("ERR_DISPLAY", "Xvfb did not start")
                .hint("try `Xvfb -displayfd 1` by hand to see what it says"));
        }
        server.display = format!(":{}", line.trim());
        Ok(server)
    }

    pub(crate) fn vars(&self) -> Vec<(String, OsString)> {
        vec![
            ("DISPLAY".into(), self.display.clone().into()),
            ("XAUTHORITY".into(), self.authority.clone().into()),
            // GTK would look for a Wayland compositor first.
            ("GDK_BACKEND".into(), "x11".into()),
        ]
    }
}

impl Drop for Xvfb {
    fn drop(&mut self) {
        // SAFETY: a plain system call; the child is not reaped, so the number is still its own. TERM and not
        // KILL: the server removes its socket and lock file.
        unsafe { libc::kill(self.child.id() as libc::pid_t, libc::SIGTERM) };
        // Nothing is left to be done about a failure.
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.authority);
    }
}

/// A file with a key that only programs of ours can read, in the format of the X authority.
fn authority() -> Result<PathBuf> {
    // The key, and apart from it what makes the file name unique.
    let mut bytes = [0; 24];
    let random = "/dev/urandom".as_ref();
    File::open(random).and_then(|mut file| file.read_exact(&mut bytes)).doing("read", random)?;
    let (key, name) = bytes.split_at(16);
    let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_dir());
    let path = runtime.unwrap_or_else(std::env::temp_dir).join(format!("ssc-{name}.xauth"));
    let method = b"MIT-MAGIC-COOKIE-1";
    let mut entry = vec![0xff, 0xff, 0, 0, 0, 0];
    for field in [&method[..], key] {
        entry.extend((field.len() as u16).to_be_bytes());
        entry.extend(field);
    }
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).doing("write", &path)?;
    file.write_all(&entry).doing("write", &path)?;
    Ok(path)
}
