//! The file that policy decided about, and no other that takes its place in the meantime.
//!
//! The gate decides by names. Where `[capabilities]` narrows the app, this is where links are followed, policy is asked about
//! where they lead, and the file is held: what the system is then told to use is not found by its name again. On Linux and
//! Android a descriptor holds it; elsewhere [`open`] alone does, see docs/security.md.

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use socket_ipc::policy::{Access, is_plain, resolve};
use socket_ipc::{Document, Resource};

use super::sys;
use crate::prelude::*;

/// What a request shows policy goes here, one after the other.
pub(super) type Check<'a> = &'a mut dyn FnMut(Resource<'_>) -> Result<()>;

/// What a call does with a path.
#[derive(Clone, Copy)]
pub(crate) struct Use {
    place: Place,
    accesses: &'static [Access],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// What the path leads to, which has to be there.
    Object,
    /// An entry of a directory, whatever it links to.
    Entry,
    /// Where something is made: a link that leads nowhere yet is followed.
    Target,
}

impl Use {
    /// Reads what the path leads to.
    pub(crate) const READ: Use = Use { place: Place::Object, accesses: &[Access::Read] };
    /// Changes what the path leads to.
    pub(crate) const WRITE: Use = Use { place: Place::Object, accesses: &[Access::Write] };
    /// Both.
    pub(crate) const TALK: Use = Use { place: Place::Object, accesses: &[Access::Read, Access::Write] };
    /// Makes or changes what the path leads to.
    pub(crate) const MAKE: Use = Use { place: Place::Target, accesses: &[Access::Write] };
    /// Reads an entry of a directory itself.
    pub(crate) const LOOK: Use = Use { place: Place::Entry, accesses: &[Access::Read] };
    /// Makes, changes or removes an entry of a directory itself.
    pub(crate) const ENTRY: Use = Use { place: Place::Entry, accesses: &[Access::Write] };
    /// Moves an entry of a directory away.
    pub(crate) const MOVE: Use = Use { place: Place::Entry, accesses: &[Access::Read, Access::Write] };
}

/// A path for the system, which leads to what policy decided about for as long as this is there.
pub(crate) struct Exact {
    path: PathBuf,
    /// Its real path, where the app is narrowed.
    real: Option<PathBuf>,
    /// Keeps it in its place.
    _held: Option<sys::Held>,
}

impl AsRef<Path> for Exact {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

impl Exact {
    /// Its real path, where the app is narrowed: then its last name is no link, and none that comes is followed.
    pub(crate) fn real(&self) -> Option<&Path> {
        self.real.as_deref()
    }
}

/// The file that a path means, for one use. The inner error is the system's.
///
/// # Errors
/// What policy says.
pub(crate) fn exact(document: &Document, route: &str, path: &Path, how: Use) -> Result<io::Result<Exact>> {
    if !document.capabilities().limited() {
        return Ok(Ok(Exact { path: path.to_path_buf(), real: None, _held: None }));
    }
    let admit =
        |real: &Path| how.accesses.iter().try_for_each(|access| document.admit_real(route, real, *access));
    // A path that is listed as it is written, and has no link in it, is held at once.
    if let Some(plain) = plain(path)
        && admit(&plain).is_ok()
    {
        match hold(&plain, how.place) {
            Err(error) if sys::is_link(&error) => {}
            held => return Ok(held),
        }
    }
    let real = match resolve(path, how.place != Place::Entry) {
        Ok(real) => real,
        Err(error) if path.as_os_str().is_empty() => return Ok(Err(error)),
        Err(error) => {
            // Not more than the gate itself tells of a path that is not listed.
            admit(path)?;
            return Ok(Err(error));
        }
    };
    admit(&real)?;
    let mut held = hold(&real, how.place);
    if path.as_os_str().as_encoded_bytes().ends_with(b"/")
        && let Ok(held) = &mut held
    {
        // The system then refuses what is no directory.
        held.path.push("");
    }
    Ok(held)
}

/// A link that is called as a directory: systems remove neither of the two then.
pub(super) fn is_link_as_folder(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b"/") && PathBuf::from_iter(path.components()).is_symlink()
}

/// The path in full, where that needs no look at the system.
fn plain(path: &Path) -> Option<Cow<'_, Path>> {
    let full =
        if path.is_absolute() { Cow::from(path) } else { std::env::current_dir().ok()?.join(path).into() };
    is_plain(&full).then_some(full)
}

fn hold(real: &Path, place: Place) -> io::Result<Exact> {
    let (path, held) = match (place, real.parent(), real.file_name()) {
        (Place::Entry | Place::Target, Some(parent), Some(name)) => {
            let (path, held) = sys::hold(parent)?;
            let path = path.join(name);
            if place == Place::Target && path.is_symlink() {
                return Err(sys::link());
            }
            (path, held)
        }
        _ => sys::hold(real)?,
    };
    Ok(Exact { path, real: Some(real.to_path_buf()), _held: held })
}

/// What opening with these flags does with a file.
pub(super) fn resources(path: &Path, flags: i32, check: Check<'_>) -> Result<()> {
    let sys::Opening { reads, writes, follows } = sys::opening(flags);
    let read = if follows { Resource::read(path) } else { Resource::look(path) };
    let write = if follows { Resource::write(path) } else { Resource::entry(path) };
    [reads.then_some(read), writes.then_some(write)].into_iter().flatten().try_for_each(check)
}

/// Opens a file. Where `[capabilities]` narrows the app, links are followed here, policy is asked about where they lead,
/// and the system is told to follow none on the way there: a link that was put in the way after the first question
/// leads nowhere.
pub(super) fn open(document: &Document, route: &str, path: &Path, flags: i32, mode: u32) -> Result<File> {
    if !document.capabilities().limited() {
        return sys::open(path, flags, mode).syscall_on("open", path);
    }
    let sys::Opening { reads, writes, follows } = sys::opening(flags);
    let admit = |real: &Path| {
        let wanted = [reads.then_some(Access::Read), writes.then_some(Access::Write)];
        wanted.into_iter().flatten().try_for_each(|access| document.admit_real(route, real, access))
    };
    if let Some(plain) = plain(path)
        && admit(&plain).is_ok()
    {
        match sys::open_exact(&plain, flags, mode) {
            Err(error) if sys::is_link(&error) => {}
            opened => return opened.syscall_on("open", path),
        }
    }
    let resolved = resolve(path, follows).syscall_on("open", path)?;
    admit(&resolved)?;
    sys::open_exact(&resolved, flags, mode).syscall_on("open", path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::sync::Arc;

    use socket_ipc::policy::{Capabilities, Lists, Places, PolicyList};

    use super::*;

    /// `own`, which may be read and, if so, written, with links into and out of it; beside it a secret.
    fn tree(write: &[&str]) -> (tempfile::TempDir, PathBuf, Document) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let own = folder.path().canonicalize().expect("there").join("own");
        std::fs::create_dir_all(own.join("real")).expect("made");
        std::fs::create_dir_all(folder.path().join("other")).expect("made");
        std::fs::write(own.join("real/a.txt"), "a").expect("written");
        std::fs::write(folder.path().join("secret"), "no").expect("written");
        std::fs::write(folder.path().join("other/a.txt"), "other").expect("written");
        symlink("real", own.join("alias")).expect("linked");
        symlink("../secret", own.join("out")).expect("linked");
        let mut places = Places::default();
        places.set("DATA", &own);
        let write = write.iter().map(|entry| (*entry).to_owned()).collect();
        let lists = Lists { read: vec!["$DATA/**".into()], write, ..Lists::default() };
        let limits = Capabilities::new(Some(&lists), places).expect("valid");
        let document = Document::new(0, "socket://a", PolicyList::default()).limited(Arc::new(limits));
        (folder, own, document)
    }

    /// What an attacker does between the decision and the use: the folder becomes a link to another.
    fn swap(own: &Path) {
        std::fs::rename(own.join("real"), own.join("moved")).expect("moved");
        symlink("../other", own.join("real")).expect("linked");
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[test]
    fn a_folder_that_becomes_a_link_after_the_decision_is_not_entered() {
        type Work = fn(&Path) -> io::Result<()>;
        let calls: [(&str, Use, Work); 12] = [
            ("stat", Use::READ, |path| std::fs::metadata(path).map(|found| assert_eq!(found.len(), 1))),
            ("access", Use::READ, |path| sys::access(path, libc::R_OK)),
            ("chmod", Use::WRITE, |path| sys::chmod(path, 0o600)),
            ("utimes", Use::WRITE, |path| sys::utimes(path, (1, 0), (1, 0), true)),
            ("truncate", Use::WRITE, |path| {
                std::fs::OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(0))
            }),
            ("lstat", Use::LOOK, |path| {
                std::fs::symlink_metadata(path).map(|found| assert_eq!(found.len(), 1))
            }),
            ("lutimes", Use::ENTRY, |path| sys::utimes(path, (1, 0), (1, 0), false)),
            ("rename", Use::MOVE, |path| std::fs::rename(path, path.with_file_name("b.txt"))),
            ("link", Use::MOVE, |path| std::fs::hard_link(path, path.with_file_name("b.txt"))),
            ("symlink", Use::ENTRY, |path| symlink("x", path.with_file_name("l"))),
            ("mkdir", Use::MAKE, |path| sys::mkdir(&path.with_file_name("d"), 0o777)),
            ("unlink", Use::ENTRY, |path| std::fs::remove_file(path)),
        ];
        for (name, how, work) in calls {
            let (folder, own, document) = tree(&["$DATA/**"]);
            let held = exact(&document, "fs.x", &own.join("real/a.txt"), how).expect("listed").expect(name);
            swap(&own);
            let other = folder.path().join("other");
            let known = |path: PathBuf| {
                let found = std::fs::symlink_metadata(path)?;
                Ok::<_, io::Error>((found.len(), found.permissions(), found.modified().ok()))
            };
            let before = known(other.join("a.txt")).expect(name);
            work(held.as_ref()).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(known(other.join("a.txt")).expect(name), before, "{name} left the other folder alone");
            assert_eq!(std::fs::read_dir(&other).expect(name).count(), 1, "{name} made nothing there");
            // It did its work where the decision was about: not nothing at all.
            let names = std::fs::read_dir(own.join("moved")).expect(name).count();
            let expected = match name {
                "link" | "symlink" | "mkdir" => 2,
                "unlink" => 0,
                _ => 1,
            };
            assert_eq!(names, expected, "{name}");
        }
    }

    #[test]
    fn a_link_that_comes_before_the_decision_counts() {
        let (_folder, own, document) = tree(&["$DATA/**"]);
        swap(&own);
        for how in [Use::READ, Use::WRITE, Use::MAKE, Use::LOOK, Use::ENTRY, Use::MOVE, Use::TALK] {
            let error = exact(&document, "fs.x", &own.join("real/a.txt"), how).err().expect("refused");
            assert_eq!(error.code(), "ERR_ACCESS_DENIED");
        }
        // The gate goes by the name: what it lets through is decided here.
        let path = own.join("real/a.txt");
        assert!(document.admit("fs.x", &Resource::read(&path)).is_ok());
    }

    #[test]
    fn what_people_gave_counts_beside_the_lists_and_for_that_document_alone() {
        let (folder, _own, document) = tree(&[]);
        let (_, _, other) = tree(&[]);
        let secret = folder.path().canonicalize().expect("there").join("secret");
        let opened = |document: &Document, flags| open(document, "fs.open", &secret, flags, 0);
        assert_eq!(opened(&document, libc::O_RDONLY).expect_err("refused").code(), "ERR_ACCESS_DENIED");
        document.grant(&secret, Access::Read).expect("there");
        let file = opened(&document, libc::O_RDONLY).expect("given");
        // To read it, to this document, and nothing beside it.
        assert!(opened(&document, libc::O_WRONLY).is_err() && opened(&other, libc::O_RDONLY).is_err());
        let beside = open(&document, "fs.open", &secret.with_file_name("other/a.txt"), libc::O_RDONLY, 0);
        assert_eq!(beside.expect_err("refused").code(), "ERR_ACCESS_DENIED");
        assert!(exact(&document, "fs.rm", &secret, Use::ENTRY).is_err());
        // A link that takes its place leads where nobody gave anything.
        std::fs::rename(&secret, secret.with_file_name("kept")).expect("moved");
        symlink("other/a.txt", &secret).expect("linked");
        assert_eq!(opened(&document, libc::O_RDONLY).expect_err("refused").code(), "ERR_ACCESS_DENIED");
        // What is open stays so, as with the system's own permissions.
        let mut text = String::new();
        io::Read::read_to_string(&mut &file, &mut text).expect("still open");
        assert_eq!(text, "no");
    }

    #[test]
    fn no_name_is_no_file() {
        let (_folder, _own, document) = tree(&["/**"]);
        for how in [Use::READ, Use::WRITE, Use::MAKE, Use::LOOK, Use::ENTRY, Use::MOVE, Use::TALK] {
            let held = exact(&document, "fs.x", Path::new(""), how).expect("not for policy to say");
            assert_eq!(held.err().expect("nothing").kind(), io::ErrorKind::NotFound);
        }
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[test]
    fn what_is_held_has_no_link_on_its_way() {
        let (_folder, own, document) = tree(&[]);
        for path in ["out", "alias", "alias/a.txt"] {
            let error = sys::hold(&own.join(path)).expect_err("a link");
            assert!(sys::is_link(&error), "{path}: {error}");
        }
        let held = |path: &str, how| exact(&document, "fs.x", &own.join(path), how);
        for (path, real) in
            [("alias/a.txt", "real/a.txt"), ("real/../real/./a.txt", "real/a.txt"), ("real/", "real")]
        {
            let held = held(path, Use::READ).expect("listed").expect("there");
            assert_eq!(held.real(), Some(own.join(real).as_path()), "{path}");
        }
        let missing =
            |path: &str, how| held(path, how).expect("listed").err().expect("missing").raw_os_error();
        assert_eq!(missing("no", Use::READ), Some(libc::ENOENT));
        assert_eq!(missing("real/a.txt/x", Use::READ), Some(libc::ENOTDIR));
        assert_eq!(missing("no/x", Use::LOOK), Some(libc::ENOENT));
        let file = held("real/a.txt/", Use::READ).expect("listed").expect("the file");
        assert_eq!(std::fs::metadata(file).expect_err("a file").raw_os_error(), Some(libc::ENOTDIR));
    }

    #[test]
    fn a_link_in_the_way_leads_nowhere() {
        let (_folder, own, document) = tree(&[]);
        let opened = |path: &str| open(&document, "fs.open", &own.join(path), libc::O_RDONLY, 0);
        assert!(opened("real/a.txt").is_ok());
        assert!(opened("alias/a.txt").is_ok(), "where it leads is listed");
        assert_eq!(opened("out").expect_err("refused").code(), "ERR_ACCESS_DENIED");
        let written = open(&document, "fs.open", &own.join("real/a.txt"), libc::O_RDONLY | libc::O_TRUNC, 0);
        assert_eq!(written.expect_err("refused").code(), "ERR_ACCESS_DENIED");
        // What the decision was about had no link in it; one that came since is not followed, wherever it stands.
        for path in ["out", "alias/a.txt"] {
            let error = sys::open_exact(&own.join(path), libc::O_RDONLY, 0);
            assert!(!cfg!(target_os = "linux") || error.is_err(), "{path}");
        }
    }

    #[test]
    fn a_file_that_was_opened_for_reading_is_not_writable() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let opened = |flags| sys::open(file.path(), flags, 0).expect("opened");
        assert!(!sys::is_writable(&opened(libc::O_RDONLY)).expect("asked"));
        assert!(sys::is_writable(&opened(libc::O_RDWR)).expect("asked"));
        assert!(sys::is_writable(&opened(libc::O_WRONLY)).expect("asked"));
    }
}
