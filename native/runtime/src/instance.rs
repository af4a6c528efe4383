//! One process per app: an app that is started again hands what it was started with to the one that runs, and ends.
//!
//! Who holds the lock of a file is the first. It listens on a socket that only its user can reach: of the file system,
//! and on Windows of the loopback, where who knocks shows a secret out of a file of the user's own.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::app::App;

/// What is handed over is arguments of a command.
const MOST: u64 = 4 << 20;
/// How long one waits for the other.
const PATIENCE: Duration = Duration::from_secs(5);

/// What an app was started with, again.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Start {
    /// All arguments, the executable first.
    pub(crate) argv: Vec<String>,
    /// Where.
    pub(crate) cwd: String,
}

/// What becomes of this process.
pub(crate) enum Claim {
    /// It is the app.
    First(First),
    /// Another is, and knows.
    HandedOver,
}

/// The place where later starts knock.
pub(crate) struct First {
    /// Locked for as long as this process is.
    lock: File,
    door: imp::Door,
}

/// Becomes the app, or tells the one that is.
///
/// # Errors
/// When there is one that does not answer, or no place to meet.
pub(crate) fn claim(app: &App, start: &Start) -> io::Result<Claim> {
    let storage =
        app.storage().ok_or_else(|| io::Error::other("this user has no folder for the data of apps"))?;
    let name = Sha256::digest(storage.as_os_str().as_encoded_bytes());
    let name: String = name.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    claim_at(&imp::folder(&storage)?.join(format!("socket-{name}")), start)
}

fn claim_at(place: &Path, start: &Start) -> io::Result<Claim> {
    let lock = File::options().create(true).truncate(false).write(true).open(place.with_extension("lock"))?;
    let mut last = io::Error::from(io::ErrorKind::TimedOut);
    let begun = Instant::now();
    // The other may hold the lock and not listen yet, or have ended meanwhile.
    while begun.elapsed() < PATIENCE {
        match lock.try_lock() {
            Ok(()) => return Ok(Claim::First(First { lock, door: imp::Door::open(place)? })),
            Err(fs::TryLockError::WouldBlock) => {}
            Err(fs::TryLockError::Error(error)) => return Err(error),
        }
        match imp::knock(place).and_then(|stream| hand_over(stream, start)) {
            Ok(()) => return Ok(Claim::HandedOver),
            Err(error) => last = error,
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err(io::Error::new(
        last.kind(),
        format!("the app is running already and does not answer ({last}); end it first"),
    ))
}

fn hand_over(mut stream: imp::Stream, start: &Start) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(format!("{}\n", serde_json::to_string(start)?).as_bytes())?;
    let mut answer = [0; 3];
    stream.read_exact(&mut answer)?;
    if &answer == b"ok\n" { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}

impl First {
    /// Calls back for each later start, on a thread of its own, until the process ends.
    pub(crate) fn listen(self, started: impl Fn(Start) + Send + 'static) -> io::Result<()> {
        std::thread::Builder::new().name("later starts".into()).spawn(move || {
            // Held by this thread.
            let _lock = &self.lock;
            loop {
                // Who goes away while knocking is no reason to end.
                let Ok(mut stream) = self.door.next() else { continue };
                let heard = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| {
                    stream.set_write_timeout(Some(PATIENCE))?;
                    let mut line = String::new();
                    BufReader::new((&mut stream).take(MOST)).read_line(&mut line)?;
                    Ok(serde_json::from_str::<Start>(&line)?)
                });
                if let Ok(start) = heard {
                    started(start);
                    // It may have gone away.
                    let _ = stream.write_all(b"ok\n");
                }
            }
        })?;
        Ok(())
    }
}

#[cfg(unix)]
mod imp {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    use std::os::unix::net::{UnixListener, UnixStream};

    use super::{Path, PathBuf, fs, io};

    pub(super) type Stream = UnixStream;

    pub(super) struct Door(UnixListener);

    impl Door {
        /// The caller holds the lock: what is there is of a process that has ended.
        pub(super) fn open(place: &Path) -> io::Result<Door> {
            let path = place.with_extension("sock");
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let listener = UnixListener::bind(&path)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            Ok(Door(listener))
        }

        pub(super) fn next(&self) -> io::Result<Stream> {
            Ok(self.0.accept()?.0)
        }
    }

    pub(super) fn knock(place: &Path) -> io::Result<Stream> {
        UnixStream::connect(place.with_extension("sock"))
    }

    /// Where this user's processes meet: nobody else can look into it, and its name leaves room for that of a socket.
    pub(super) fn folder(_: &Path) -> io::Result<PathBuf> {
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        if let Some(runtime) =
            runtime.filter(|path| path.is_absolute() && is_private(path) && path.as_os_str().len() < 64)
        {
            return Ok(runtime);
        }
        // SAFETY: it takes nothing and cannot fail.
        let user = unsafe { libc::geteuid() };
        let folder = Path::new("/tmp").join(format!("socket-{user}"));
        match fs::DirBuilder::new().mode(0o700).create(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ if is_private(&folder) => Ok(folder),
            _ => Err(io::Error::other(format!("{} is not this user's alone; remove it", folder.display()))),
        }
    }

    fn is_private(path: &Path) -> bool {
        // SAFETY: it takes nothing and cannot fail.
        let user = unsafe { libc::geteuid() };
        fs::symlink_metadata(path)
            .is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == user && metadata.mode() & 0o077 == 0)
    }
}

#[cfg(not(unix))]
mod imp {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpListener, TcpStream};

    use super::{PATIENCE, Path, PathBuf, fs, io};

    pub(super) type Stream = TcpStream;

    pub(super) struct Door {
        listener: TcpListener,
        secret: String,
    }

    impl Door {
        pub(super) fn open(place: &Path) -> io::Result<Door> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            let secret = crate::webview::token();
            fs::write(place.with_extension("door"), format!("{} {secret}", listener.local_addr()?.port()))?;
            Ok(Door { listener, secret })
        }

        pub(super) fn next(&self) -> io::Result<Stream> {
            let mut stream = self.listener.accept()?.0;
            stream.set_read_timeout(Some(PATIENCE))?;
            let mut shown = vec![0; self.secret.len()];
            stream.read_exact(&mut shown)?;
            // All of it, whatever differs first.
            let differs =
                shown.iter().zip(self.secret.bytes()).fold(0, |sum, (left, right)| sum | (left ^ right));
            if differs == 0 { Ok(stream) } else { Err(io::ErrorKind::PermissionDenied.into()) }
        }
    }

    pub(super) fn knock(place: &Path) -> io::Result<Stream> {
        let text = fs::read_to_string(place.with_extension("door"))?;
        let (port, secret) = text.split_once(' ').ok_or(io::ErrorKind::InvalidData)?;
        let port: u16 = port.parse().map_err(|_| io::ErrorKind::InvalidData)?;
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.write_all(secret.as_bytes())?;
        Ok(stream)
    }

    /// Of the user's own profile.
    pub(super) fn folder(storage: &Path) -> io::Result<PathBuf> {
        let folder = storage.parent().unwrap_or(storage).to_owned();
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn start(word: &str) -> Start {
        Start { argv: vec!["app".into(), word.into()], cwd: "/".into() }
    }

    #[test]
    fn later_starts_reach_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("app");
        let Claim::First(first) = claim_at(&place, &start("1")).expect("claimed") else {
            panic!("it is the first")
        };
        let (sender, started) = channel();
        first.listen(move |start| sender.send(start).expect("heard")).expect("listens");
        for word in ["my-app://open/ü x\n\"", &"x".repeat(1 << 20)] {
            assert!(matches!(claim_at(&place, &start(word)), Ok(Claim::HandedOver)));
            assert_eq!(started.recv_timeout(PATIENCE).expect("heard"), start(word));
        }
        // Nonsense, and nothing at all.
        imp::knock(&place).expect("reached").write_all(b"nonsense\n").expect("written");
        drop(imp::knock(&place).expect("reached"));
        assert!(matches!(claim_at(&place, &start("2")), Ok(Claim::HandedOver)));
        assert_eq!(started.recv_timeout(PATIENCE).expect("heard"), start("2"));
    }

    #[test]
    fn what_an_ended_process_left_is_in_nobodys_way() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("app");
        drop(imp::Door::open(&place).expect("opened"));
        let Claim::First(first) = claim_at(&place, &start("1")).expect("claimed") else {
            panic!("it is the first")
        };
        drop(first);
        assert!(matches!(claim_at(&place, &start("2")), Ok(Claim::First(_))));
    }
}
