//! Files: the native half of `socket:fs`.
//!
//! A route has the name of the function that pages call, because a page's policy names routes. Descriptors are
//! numbers of the document's handles: no other document can use them, and they close with it.

mod content;
mod dir;
mod entry;
pub(crate) mod exact;
mod file;
mod meta;
mod path;
mod sys;
mod watch;

use crate::prelude::*;

use path::FilePath;
use socket_ipc::Resource;

routes! { Context;
    /// Checks whether a file can be used: a sum of 4 (read), 2 (write) and 1 (execute), or 0 (exists).
    "fs.access" => meta::access, read(path);
    /// Writes bytes at the end of a file, which it creates when it is missing.
    "fs.appendFile" => content::write_file, write(path);
    /// Changes the permissions of a file.
    "fs.chmod" => meta::chmod, write(path);
    /// Changes the owner of a file.
    "fs.chown" => meta::chown, write(path);
    /// Closes a descriptor.
    "fs.close" => file::close;
    /// Copies a file: a sum of 1 (fail when the destination exists), 2 (clone if possible) and 4 (clone or fail).
    "fs.copyFile" => entry::copy_file, read(path), write(dest);
    /// Closes a directory.
    "fs.dirClose" => dir::close;
    /// Brings the next entries of an open directory; none at its end.
    "fs.dirRead" => dir::read;
    /// Tells whether a file exists.
    "fs.exists" => meta::exists, read(path);
    /// Changes the permissions of an open file.
    "fs.fchmod" => meta::fchmod;
    /// Changes the owner of an open file.
    "fs.fchown" => meta::fchown;
    /// Waits until the content of an open file is on the disk.
    "fs.fdatasync" => file::fdatasync;
    /// Brings what is known about an open file.
    "fs.fstat" => meta::fstat;
    /// Waits until an open file is on the disk.
    "fs.fsync" => file::fsync;
    /// Changes the length of an open file.
    "fs.ftruncate" => file::ftruncate;
    /// Changes the times of an open file.
    "fs.futimes" => meta::futimes;
    /// Changes the owner of a file, or of the link itself.
    "fs.lchown" => meta::lchown, entry(path);
    /// Gives a file a second name.
    "fs.link" => entry::link, read(path), write(path), entry(dest);
    /// Brings what is known about a file, or about the link itself.
    "fs.lstat" => meta::lstat, look(path);
    /// Changes the times of a file, or of the link itself.
    "fs.lutimes" => meta::lutimes, entry(path);
    /// Makes a directory, with its parents when `recursive`; brings the first one made.
    "fs.mkdir" => dir::mkdir, write(path);
    /// Makes a directory with a name that nobody uses and brings it.
    "fs.mkdtemp" => dir::mkdtemp, asks(made);
    /// Opens a file and returns its descriptor.
    "fs.open" => file::open, asks(opened);
    /// Opens a directory and returns its descriptor.
    "fs.opendir" => dir::open, read(path);
    /// Reads bytes from an open file.
    "fs.read" => file::read;
    /// Brings the entries of a directory, sorted by their bytes.
    "fs.readdir" => dir::list, read(path);
    /// Brings the content of a file.
    "fs.readFile" => content::read_file, asks(opened);
    /// Brings where a link points to.
    "fs.readlink" => entry::readlink, look(path);
    /// Reads bytes from an open file for several buffers.
    "fs.readv" => file::read;
    /// Brings a path without links, `.` and `..`.
    "fs.realpath" => entry::realpath, read(path);
    /// Gives a file another name.
    "fs.rename" => entry::rename, look(path), entry(path), entry(dest);
    /// Removes a file, or a directory with all that is in it.
    "fs.rm" => dir::rm, entry(path);
    /// Removes an empty directory.
    "fs.rmdir" => dir::rmdir, entry(path);
    /// Brings what is known about a file.
    "fs.stat" => meta::stat, read(path);
    /// Brings what is known about a file system.
    "fs.statfs" => meta::statfs, read(path);
    /// Makes a link that points to `target`.
    "fs.symlink" => entry::symlink, entry(path), asks(linked);
    /// Changes the length of a file.
    "fs.truncate" => content::truncate, write(path);
    /// Removes a file.
    "fs.unlink" => entry::unlink, entry(path);
    /// Stops watching.
    "fs.unwatch" => watch::stop;
    /// Changes the times of a file.
    "fs.utimes" => meta::utimes, write(path);
    /// Watches a file or a directory; what happens comes as `fs.changed`.
    "fs.watch" => watch::start, read(path);
    /// Writes bytes to an open file.
    "fs.write" => file::write;
    /// Writes the content of a file, which it creates when it is missing.
    "fs.writeFile" => content::write_file, write(path);
    /// Writes the bytes of several buffers to an open file.
    "fs.writev" => file::write;

    events;
    /// Something happened to a watched file.
    "fs.changed" => CHANGED: WithBody<watch::Changed, Vec<u8>>, drop_oldest;
}

/// Requests that name a file and nothing else.
#[derive(Deserialize, TS)]
struct Path {
    /// The file.
    path: FilePath,
}

impl Path {
    /// What policy sees of a directory that is made with a random name: the beginning of the name, and as many letters.
    fn made(&self, check: exact::Check<'_>) -> Result<()> {
        check(Resource::entry(&template(&self.path)))
    }
}

/// A name whose end the system makes up.
fn template(path: &FilePath) -> std::ffi::OsString {
    let mut template = AsRef::<std::path::Path>::as_ref(path).as_os_str().to_owned();
    template.push("XXXXXX");
    template
}

/// Requests that name an open file or directory and nothing else.
#[derive(Deserialize, TS)]
struct Descriptor {
    /// Its number.
    fd: u32,
}

/// Answers that are a path.
#[derive(Serialize, TS)]
struct Found {
    /// Length of the path; its bytes follow.
    length: usize,
}

/// The bytes of a path beside its length: names need not be text.
fn found(path: impl AsRef<std::path::Path>) -> WithBody<Found, Vec<u8>> {
    let body = path.as_ref().as_os_str().as_encoded_bytes().to_vec();
    WithBody { head: Found { length: body.len() }, body }
}
