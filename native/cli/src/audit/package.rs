//! Files of an app wherever they lie: in a folder, or in an archive in the format zip, as packages of most platforms are.
//! What is read comes from strangers: sizes are bounded whatever the archive says of itself.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use socket_manifest::File as Hashed;
use zip::ZipArchive;

use crate::error::{Error, IoContext, Result};

/// More files than any app has.
const MOST_FILES: usize = 500_000;
/// Bytes in all files of a package: more than any app has.
const LARGEST_CONTENT: u64 = 8 << 30;
/// How deep folders are looked through.
const DEEPEST: usize = 64;

/// Where files come from.
pub(crate) enum Package {
    Folder(PathBuf),
    Zip { path: PathBuf, archive: RefCell<ZipArchive<File>>, index: BTreeMap<String, usize> },
    Deb { path: PathBuf, deb: Deb },
}

impl Package {
    /// Opens a folder or an archive.
    pub(crate) fn open(path: &Path) -> Result<Package> {
        let metadata = fs::metadata(path).doing("open", path)?;
        if metadata.is_dir() {
            return Ok(Package::Folder(path.to_owned()));
        }
        let mut file = File::open(path).doing("open", path)?;
        let mut head = Vec::new();
        (&mut file).take(8).read_to_end(&mut head).doing("read", path)?;
        let unpack = match head.as_slice() {
            head if head.starts_with(b"PK") => None,
            b"!<arch>\n" => {
                let deb = Deb::open(path, &mut file)?;
                return Ok(Package::Deb { path: path.to_owned(), deb });
            }
            head if head.starts_with(b"xar!") => {
                Some("unpack it with `pkgutil --expand-full PACKAGE FOLDER` and audit the folder")
            }
            // An executable: an AppImage is one, with a file system behind it.
            head if head.starts_with(b"\x7fELF") => Some(
                "of an AppImage, unpack it with `./APP.AppImage --appimage-extract`, which runs it, or without that with \
                 `unsquashfs -o OFFSET`, and audit squashfs-root; else give the folder that the executable is in",
            ),
            _ if disk_image(&mut file).doing("read", path)? => Some(
                "open the image with `hdiutil attach -readonly IMAGE`, or unpack it with `7z x IMAGE`, and audit the app in it",
            ),
            _ => Some("give a project, the folder of an app, or a .deb, .zip, .apk, .ipa, .appx or .msix"),
        };
        if let Some(hint) = unpack {
            let message = format!("{} is not a package that can be read", path.display());
            return Err(Error::new("ERR_AUDIT_PACKAGE", message).hint(hint));
        }
        let listed = listed(&mut file).doing("read", path)?;
        let mut archive = ZipArchive::new(file).map_err(|error| broken(path, &error.to_string()))?;
        if archive.len() > MOST_FILES {
            return Err(broken(path, &format!("it claims to hold {} files", archive.len())));
        }
        // Of two files with one name the crate keeps the later; other readers may take the first.
        if listed.is_some_and(|listed| listed != archive.len()) {
            return Err(broken(path, "it holds a name twice, or says a wrong number of files"));
        }
        let mut index = BTreeMap::new();
        for number in 0..archive.len() {
            let entry = archive.by_index_raw(number).map_err(|error| broken(path, &error.to_string()))?;
            if entry.is_dir() {
                continue;
            }
            let name = entry.name().map_err(|error| broken(path, &error.to_string()))?.replace('\\', "/");
            plain(path, &name)?;
            if index.insert(name.clone(), number).is_some() {
                return Err(broken(path, &format!("it holds {name} twice")));
            }
        }
        Ok(Package::Zip { path: path.to_owned(), archive: RefCell::new(archive), index })
    }

    /// The files in it, sorted, with `/`.
    pub(crate) fn list(&self) -> Result<Vec<String>> {
        let root = match self {
            Package::Zip { index, .. } => return Ok(index.keys().cloned().collect()),
            Package::Deb { deb, .. } => return Ok(deb.index.keys().cloned().collect()),
            Package::Folder(root) => root,
        };
        let mut found = Vec::new();
        let mut folders = vec![(root.clone(), String::new(), 0)];
        while let Some((folder, prefix, depth)) = folders.pop() {
            for entry in fs::read_dir(&folder).doing("read", &folder)? {
                let entry = entry.doing("read", &folder)?;
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                // Links are not followed: what is audited is what is here.
                let kind = entry.file_type().doing("read", &entry.path())?;
                if kind.is_dir() && depth < DEEPEST {
                    folders.push((entry.path(), format!("{name}/"), depth + 1));
                } else if !kind.is_dir() {
                    found.push(name);
                }
                if found.len() > MOST_FILES {
                    let message = format!("{} holds more files than any app", root.display());
                    return Err(Error::new("ERR_AUDIT_PACKAGE", message).hint("give the folder of one app"));
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// The content of a file that has at most `limit` bytes.
    pub(crate) fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.with(name, |reader| reader.take(limit + 1).read_to_end(&mut bytes).map(|_| ()))?;
        if bytes.len() as u64 > limit {
            let message = format!("{name} has more than {limit} bytes");
            return Err(Error::new("ERR_AUDIT_SIZE", message).hint("no such file of an app is that large"));
        }
        Ok(bytes)
    }

    /// The hashes of a file that has at most `limit` bytes.
    pub(crate) fn hash(&self, name: &str, limit: u64) -> Result<Hashed> {
        let mut hashed = None;
        self.with(name, |reader| {
            hashed = Some(Hashed::read(reader, limit)?);
            Ok(())
        })?;
        // It is there unless there was an error.
        hashed.ok_or_else(|| Error::new("ERR_AUDIT_PACKAGE", format!("{name} cannot be read")))
    }

    /// Whether a symbolic link is kept there.
    pub(crate) fn is_link(&self, name: &str) -> bool {
        match self {
            Package::Folder(root) => root.join(name).is_symlink(),
            Package::Deb { deb, .. } => matches!(deb.index.get(name), Some(Member::Link(_))),
            Package::Zip { archive, index, .. } => index.get(name).is_some_and(|&number| {
                archive.borrow_mut().by_index_raw(number).is_ok_and(|entry| entry.is_symlink())
            }),
        }
    }

    fn with(&self, name: &str, read: impl FnOnce(&mut dyn Read) -> std::io::Result<()>) -> Result<()> {
        match self {
            Package::Folder(root) => {
                let path = root.join(name);
                if path.is_symlink() {
                    let target = fs::read_link(&path).doing("read", &path)?;
                    return read(&mut target.as_os_str().as_encoded_bytes()).doing("read", &path);
                }
                let mut file = File::open(&path).doing("read", &path)?;
                read(&mut file).doing("read", &path)
            }
            Package::Deb { path, deb } => {
                let missing = || broken(path, &format!("it holds no {name}"));
                match deb.index.get(name).ok_or_else(missing)? {
                    Member::Link(target) => read(&mut target.as_slice()).doing("read", path),
                    Member::File { at, size } => {
                        let mut file = deb.content.borrow_mut();
                        file.seek(SeekFrom::Start(*at)).doing("read", path)?;
                        read(&mut (&mut *file).take(*size)).doing("read", path)
                    }
                }
            }
            Package::Zip { path, archive, index } => {
                let mut archive = archive.borrow_mut();
                let number = index.get(name);
                let number = number.ok_or_else(|| broken(path, &format!("it holds no {name}")))?;
                let entry = archive.by_index(*number);
                let mut entry = entry.map_err(|error| broken(path, &format!("{name}: {error}")))?;
                read(&mut entry).map_err(|error| broken(path, &format!("{name}: {error}")))
            }
        }
    }
}

/// Whether a file ends as disk images of macOS do.
fn disk_image(file: &mut File) -> std::io::Result<bool> {
    let mut mark = [0; 4];
    if file.metadata()?.len() < 512 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-512))?;
    file.read_exact(&mut mark)?;
    Ok(&mark == b"koly")
}

/// Refuses a path that leads out of the package.
fn plain(path: &Path, name: &str) -> Result<()> {
    let plain = !name.starts_with('/')
        // What is printed of a package must not talk to the terminal.
        && !name.chars().any(char::is_control)
        && name.split('/').all(|part| !["", ".", ".."].contains(&part));
    if plain {
        return Ok(());
    }
    let shown: String = name.chars().take(100).collect();
    Err(broken(path, &format!("it holds the path {shown:?}, which leads out of it or cannot be shown")))
}

/// What is in a package of Debian: an `ar` archive, in it a compressed `tar` archive. Its content lies unpacked in one file
/// that has no name; nothing of it is laid out on the disk.
pub(crate) struct Deb {
    content: RefCell<File>,
    index: BTreeMap<String, Member>,
}

enum Member {
    File {
        /// In the content.
        at: u64,
        size: u64,
    },
    Link(Vec<u8>),
}

impl Deb {
    fn open(path: &Path, file: &mut File) -> Result<Deb> {
        let failed = |error: std::io::Error| broken(path, &error.to_string());
        let length = data(path, file)?;
        let mut content = tempfile::tempfile().doing("write", &std::env::temp_dir())?;
        let mut data = GzDecoder::new(file.take(length)).take(LARGEST_CONTENT + 1);
        if std::io::copy(&mut data, &mut content).map_err(failed)? > LARGEST_CONTENT {
            return Err(broken(path, &format!("it unpacks to more than {LARGEST_CONTENT} bytes")));
        }
        content.rewind().map_err(failed)?;
        let mut index = BTreeMap::new();
        let mut archive = tar::Archive::new(&content);
        for (count, entry) in archive.entries().map_err(failed)?.enumerate() {
            if count > MOST_FILES {
                return Err(broken(path, "it holds more files than any app"));
            }
            let entry = entry.map_err(failed)?;
            let name = String::from_utf8(entry.path_bytes().into_owned())
                .map_err(|_| broken(path, "it holds a name that is no text"))?;
            let name = name.strip_prefix("./").unwrap_or(&name);
            let member = match entry.header().entry_type() {
                tar::EntryType::Directory => continue,
                tar::EntryType::Regular | tar::EntryType::Continuous => {
                    Member::File { at: entry.raw_file_position(), size: entry.size() }
                }
                tar::EntryType::Symlink => {
                    Member::Link(entry.link_name_bytes().unwrap_or_default().into_owned())
                }
                kind => {
                    return Err(broken(
                        path,
                        &format!("{name:.100?} is neither a file nor a link: {kind:?}"),
                    ));
                }
            };
            plain(path, name)?;
            if index.insert(name.to_owned(), member).is_some() {
                return Err(broken(path, &format!("it holds {name} twice")));
            }
        }
        Ok(Deb { content: RefCell::new(content), index })
    }
}

/// Goes to the member of an `ar` archive that holds the files, and gives its length.
fn data(path: &Path, file: &mut File) -> Result<u64> {
    let failed = |error: std::io::Error| broken(path, &error.to_string());
    let whole = file.metadata().map_err(failed)?.len();
    let mut at = file.seek(SeekFrom::Start(8)).map_err(failed)?;
    // Debian's packages have three.
    for _ in 0..16 {
        let mut head = [0; 60];
        if file.read_exact(&mut head).is_err() {
            break;
        }
        at += 60;
        let text =
            |range: std::ops::Range<usize>| std::str::from_utf8(&head[range]).unwrap_or_default().trim();
        let (name, size) = (text(0..16).trim_end_matches('/'), text(48..58).parse::<u64>());
        let Some(size) = size.ok().filter(|size| head.ends_with(b"`\n") && at + size <= whole) else {
            return Err(broken(path, "a part of it has no size, or one that it does not have"));
        };
        match name {
            "data.tar.gz" => return Ok(size),
            name if name.starts_with("data.tar") => {
                let message =
                    format!("{} is compressed in a way that is not read here: {name:?}", path.display());
                return Err(Error::new("ERR_AUDIT_PACKAGE", message)
                    .hint("unpack it with `dpkg-deb -x PACKAGE FOLDER` and audit the folder"));
            }
            _ => at = file.seek(SeekFrom::Start(at + size + size % 2)).map_err(failed)?,
        }
    }
    Err(broken(path, "it is no package of Debian: no data.tar.gz"))
}

/// How many files the end of an archive says that there are; none where the number has a place of its own (zip64).
fn listed(file: &mut File) -> std::io::Result<Option<usize>> {
    const MARK: &[u8] = b"PK\x05\x06";
    let length = file.metadata()?.len();
    // The record has 22 bytes and a comment of at most 64 KiB.
    file.seek(SeekFrom::Start(length.saturating_sub(22 + 0xffff)))?;
    let mut tail = Vec::new();
    file.take(22 + 0xffff).read_to_end(&mut tail)?;
    let at = tail.windows(MARK.len()).rposition(|window| window == MARK);
    let count = at.and_then(|at| Some(u16::from_le_bytes(tail.get(at + 10..at + 12)?.try_into().ok()?)));
    Ok(count.filter(|count| *count != u16::MAX).map(usize::from))
}

fn broken(path: &Path, why: &str) -> Error {
    Error::new("ERR_AUDIT_PACKAGE", format!("{} cannot be read: {why}", path.display()))
        .hint("download or build it again; a package like this is not to be trusted")
}
