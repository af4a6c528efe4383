//! What a call is about.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use socket_policy::Access;
use ts_rs::TS;

/// What a call is about.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource<'a> {
    /// Nothing in particular: may the route be called at all?
    None,
    /// A file or directory. The gate decides by the name as the page gives it where that is listed, without asking the
    /// system; links on the way are followed, and decided about, when the file is used (`native/api/src/fs/exact.rs`).
    File {
        /// As the page gives it, byte for byte.
        path: &'a Path,
        /// What the call does with it.
        access: Access,
        /// Whether a link at its end is followed. Calls that remove or rename work on the link itself.
        follow: bool,
    },
    /// An address that a window should show or that another program should open.
    Url(&'a str),
    /// Where datagrams go to or come in: a local end, peers, a multicast group (its port is 0).
    Udp(&'a [Endpoint]),
    /// Where a connection goes to or comes in; the address may be a name.
    Tcp(&'a [Endpoint]),
    /// A name or an address that is looked up.
    Host(&'a str),
    /// A program to start.
    Command {
        /// A path, or a name that is looked for in `PATH`.
        file: &'a str,
        /// What it gets beside its name.
        args: &'a [String],
        /// Its environment; none: the app's own.
        env: Option<&'a [(String, String)]>,
    },
    /// A process that gets a signal, by its number as the system takes it: below 1 it names several.
    Process(i32),
    /// A Bluetooth service: its UUID, or its short form.
    Bluetooth(&'a str),
}

/// An IP address or a name, and a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Endpoint {
    /// IPv4 or IPv6; the latter may end in a `%zone`.
    pub address: String,
    /// 0 where the system picks one or where none is meant.
    pub port: u16,
}

impl AsRef<[Endpoint]> for Endpoint {
    fn as_ref(&self) -> &[Endpoint] {
        std::slice::from_ref(self)
    }
}

impl<'a> Resource<'a> {
    /// Used by the `routes!` table: `read(path)`, a file whose content or state is read.
    pub fn read(path: &'a (impl AsRef<Path> + ?Sized)) -> Resource<'a> {
        Resource::File { path: path.as_ref(), access: Access::Read, follow: true }
    }

    /// Used by the `routes!` table: `write(path)`, a file that is created or changed.
    pub fn write(path: &'a (impl AsRef<Path> + ?Sized)) -> Resource<'a> {
        Resource::File { path: path.as_ref(), access: Access::Write, follow: true }
    }

    /// Used by the `routes!` table: `look(path)`, an entry of a directory that is read, whatever it links to.
    pub fn look(path: &'a (impl AsRef<Path> + ?Sized)) -> Resource<'a> {
        Resource::File { path: path.as_ref(), access: Access::Read, follow: false }
    }

    /// Used by the `routes!` table: `entry(path)`, an entry of a directory that is made, changed or removed, whatever it
    /// links to.
    pub fn entry(path: &'a (impl AsRef<Path> + ?Sized)) -> Resource<'a> {
        Resource::File { path: path.as_ref(), access: Access::Write, follow: false }
    }

    /// Used by the `routes!` table: `url(url)`.
    pub fn url(url: &'a (impl AsRef<str> + ?Sized)) -> Resource<'a> {
        Resource::Url(url.as_ref())
    }

    /// Used by the `routes!` table: `udp(peer)`, of one endpoint or a list.
    pub fn udp(endpoints: &'a (impl AsRef<[Endpoint]> + ?Sized)) -> Resource<'a> {
        Resource::Udp(endpoints.as_ref())
    }

    /// Used by the `routes!` table: `tcp(peer)`, of one endpoint or a list.
    pub fn tcp(endpoints: &'a (impl AsRef<[Endpoint]> + ?Sized)) -> Resource<'a> {
        Resource::Tcp(endpoints.as_ref())
    }

    /// Used by the `routes!` table: `host(hostname)`.
    pub fn host(name: &'a (impl AsRef<str> + ?Sized)) -> Resource<'a> {
        Resource::Host(name.as_ref())
    }

    /// Used by the `routes!` table: `process(pid)`.
    pub fn process(pid: &i32) -> Resource<'static> {
        Resource::Process(*pid)
    }

    /// Used by the `routes!` table: `bluetooth(service)`.
    pub fn bluetooth(service: &'a (impl AsRef<str> + ?Sized)) -> Resource<'a> {
        Resource::Bluetooth(service.as_ref())
    }
}

impl fmt::Display for Resource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ends = |f: &mut fmt::Formatter<'_>, kind: &str, endpoints: &[Endpoint]| {
            let names: Vec<_> =
                endpoints.iter().map(|end| format!("{} port {}", end.address, end.port)).collect();
            write!(f, "{kind} {}", names.join(", "))
        };
        match self {
            Resource::None => f.write_str("none"),
            Resource::File { path, access: Access::Read, .. } => write!(f, "reading {path:?}"),
            Resource::File { path, access: Access::Write, .. } => write!(f, "writing {path:?}"),
            Resource::Url(url) => write!(f, "the address {url:?}"),
            Resource::Udp(endpoints) => ends(f, "datagrams of", endpoints),
            Resource::Tcp(endpoints) => ends(f, "connections of", endpoints),
            Resource::Host(name) => write!(f, "the host {name:?}"),
            Resource::Command { file, args, .. } => {
                write!(f, "the program {file:?}")?;
                args.iter().try_for_each(|arg| write!(f, " {arg:?}"))
            }
            Resource::Process(pid) => write!(f, "a signal to the process {pid}"),
            Resource::Bluetooth(service) => write!(f, "the Bluetooth service {service:?}"),
        }
    }
}

impl fmt::Debug for Resource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
