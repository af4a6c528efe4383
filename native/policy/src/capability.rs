//! The section `[capabilities]` of socket.ini: what native calls may reach, whatever a page's policy lets it call.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::command::{CommandPattern, is_loader_variable};
use crate::endpoint::{EndpointPattern, HostPattern};
use crate::grant::Grants;
use crate::path::{FilePattern, is_plain, lexical, resolve};
use crate::source::{Source, Url};

/// What a call does with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Its content or what is known about it.
    Read,
    /// Changes, creates, moves or removes it.
    Write,
}

impl Access {
    /// The key of `[capabilities]`.
    pub fn key(self) -> &'static str {
        match self {
            Access::Read => "read",
            Access::Write => "write",
        }
    }
}

/// Places that `$NAME` stands for in `read[]` and `write[]`, and what each is.
pub const VARIABLES: [(&str, &str); 12] = [
    ("APP", "the app's own files"),
    ("CACHE", "what the app can make again"),
    ("CONFIG", "settings of the app"),
    ("DATA", "what the app keeps"),
    ("DESKTOP", "the desktop"),
    ("DOCUMENTS", "documents"),
    ("DOWNLOADS", "downloads"),
    ("HOME", "the user's own folder"),
    ("MUSIC", "music"),
    ("PICTURES", "pictures"),
    ("TMP", "temporary files"),
    ("VIDEOS", "films"),
];

/// Where those places are on this machine.
#[derive(Clone, Debug, Default)]
pub struct Places(BTreeMap<&'static str, PathBuf>);

impl Places {
    /// Says where a place is. Names that are not in [`VARIABLES`] are nobody's.
    pub fn set(&mut self, name: &str, path: impl Into<PathBuf>) {
        if let Some((name, _)) = VARIABLES.iter().find(|(known, _)| *known == name) {
            self.0.insert(name, path.into());
        }
    }

    /// Where a place is, if this machine has it.
    pub fn get(&self, name: &str) -> Option<&Path> {
        self.0.get(name).map(PathBuf::as_path)
    }

    /// A path as an entry would name it: by the innermost place that has it.
    fn name(&self, path: &Path) -> String {
        let inside = self.0.iter().filter_map(|(name, place)| {
            let place = resolve(place, true).ok()?;
            Some((place.as_os_str().len(), name, path.strip_prefix(&place).ok()?))
        });
        match inside.max_by_key(|(length, ..)| *length) {
            Some((_, name, rest)) if rest.as_os_str().is_empty() => format!("${name}"),
            Some((_, name, rest)) => format!("${name}/{}", rest.display()),
            None => path.display().to_string(),
        }
    }
}

/// The entries of `[capabilities]`, as they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// Files to read.
    pub read: Vec<String>,
    /// Files to create, change and remove.
    pub write: Vec<String>,
    /// Ends of datagrams.
    pub udp: Vec<String>,
    /// Ends of connections.
    pub tcp: Vec<String>,
    /// Names to look up, beside those of `udp` and `tcp`.
    pub hosts: Vec<String>,
    /// Programs with their arguments.
    pub commands: Vec<String>,
    /// Programs that may get signals, beside those that the page started.
    pub processes: Vec<String>,
    /// Bluetooth services.
    pub bluetooth: Vec<String>,
    /// Addresses outside the app that may be opened.
    pub urls: Vec<String>,
}

/// Keys of `[capabilities]`.
pub const KEYS: [&str; 9] =
    ["read", "write", "udp", "tcp", "hosts", "commands", "processes", "bluetooth", "urls"];

impl Lists {
    /// The entries of a key.
    pub fn key(&mut self, key: &str) -> Option<&mut Vec<String>> {
        Some(match key {
            "read" => &mut self.read,
            "write" => &mut self.write,
            "udp" => &mut self.udp,
            "tcp" => &mut self.tcp,
            "hosts" => &mut self.hosts,
            "commands" => &mut self.commands,
            "processes" => &mut self.processes,
            "bluetooth" => &mut self.bluetooth,
            "urls" => &mut self.urls,
            _ => return None,
        })
    }

    /// Keys with their entries.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &[String])> {
        let lists = [
            &self.read,
            &self.write,
            &self.udp,
            &self.tcp,
            &self.hosts,
            &self.commands,
            &self.processes,
            &self.bluetooth,
            &self.urls,
        ];
        KEYS.into_iter().zip(lists.map(Vec::as_slice))
    }
}

/// What is wrong with an entry, and the fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The key; empty until the entry is known to stand under one.
    pub key: &'static str,
    /// The entry.
    pub value: String,
    /// What is wrong.
    pub what: String,
    /// The fix.
    pub fix: String,
}

impl Wrong {
    pub(crate) fn new(value: &str, what: &str, fix: &str) -> Wrong {
        Wrong { key: "", value: value.to_owned(), what: what.to_owned(), fix: fix.to_owned() }
    }
}

/// What `[capabilities]` allows. Without the section nothing is narrowed.
#[derive(Clone, Debug, Default)]
pub struct Capabilities {
    limits: Option<Limits>,
    places: Places,
}

#[derive(Clone, Debug)]
struct Limits {
    read: Vec<FilePattern>,
    write: Vec<FilePattern>,
    udp: Vec<EndpointPattern>,
    tcp: Vec<EndpointPattern>,
    hosts: Vec<HostPattern>,
    commands: Vec<CommandPattern>,
    processes: Vec<Processes>,
    bluetooth: Vec<String>,
    urls: Vec<Source>,
}

/// What an entry would have to say: key and value of `[capabilities]`.
pub type Missing = (&'static str, String);

impl Capabilities {
    /// Reads the entries; `None` where socket.ini has no such section.
    ///
    /// # Errors
    /// The first entry that means nothing.
    pub fn new(lists: Option<&Lists>, places: Places) -> Result<Capabilities, Wrong> {
        let Some(lists) = lists else { return Ok(Capabilities { limits: None, places }) };
        let limits = Limits {
            read: each("read", &lists.read, |text| FilePattern::parse(text, &places))?,
            write: each("write", &lists.write, |text| FilePattern::parse(text, &places))?,
            udp: each("udp", &lists.udp, EndpointPattern::parse)?,
            tcp: each("tcp", &lists.tcp, EndpointPattern::parse)?,
            hosts: each("hosts", &lists.hosts, HostPattern::parse)?,
            commands: each("commands", &lists.commands, CommandPattern::parse)?,
            processes: each("processes", &lists.processes, Processes::parse)?,
            bluetooth: each("bluetooth", &lists.bluetooth, service)?,
            urls: each("urls", &lists.urls, url_source)?,
        };
        Ok(Capabilities { limits: Some(limits), places })
    }

    /// Whether anything is narrowed.
    pub fn limited(&self) -> bool {
        self.limits.is_some()
    }

    /// A file; `follow` as in [`resolve`]. `given` is what people gave to the document. Follows links, and so asks the
    /// system about every name of the path.
    ///
    /// # Errors
    /// The entry that is missing.
    pub fn file(&self, path: &Path, access: Access, follow: bool, given: &Grants) -> Result<(), Missing> {
        if self.limits.is_none() {
            return Ok(());
        }
        match resolve(path, follow) {
            Ok(resolved) => self.resolved(&resolved, access, given),
            Err(_) => Err((access.key(), self.places.name(path))),
        }
    }

    /// The same of a path that [`resolve`] made, or on whose way there are no links.
    ///
    /// # Errors
    /// The entry that is missing.
    pub fn resolved(&self, path: &Path, access: Access, given: &Grants) -> Result<(), Missing> {
        if self.lists(path, access, given) { Ok(()) } else { Err((access.key(), self.places.name(path))) }
    }

    /// Whether a path is listed as it is written, `..` taken for the folder that is written before it. The system is not asked:
    /// there may be a link on the way, so whoever uses the path has to follow none, or to ask again about where they lead.
    pub fn named(&self, path: &Path, access: Access, given: &Grants) -> bool {
        match is_plain(path) {
            true => self.lists(path, access, given),
            false => lexical(path).is_some_and(|path| self.lists(&path, access, given)),
        }
    }

    fn lists(&self, path: &Path, access: Access, given: &Grants) -> bool {
        let Some(limits) = &self.limits else { return true };
        let patterns = match access {
            Access::Read => &limits.read,
            Access::Write => &limits.write,
        };
        patterns.iter().any(|pattern| pattern.matches(path)) || given.allow(path, access)
    }

    /// An end of datagrams.
    ///
    /// # Errors
    /// The entry that is missing.
    pub fn udp(&self, host: &str, port: u16) -> Result<(), Missing> {
        let Some(limits) = &self.limits else { return Ok(()) };
        endpoint(&limits.udp, "udp", host, port)
    }

    /// An end of connections.
    ///
    /// # Errors
    /// The entry that is missing.
    pub fn tcp(&self, host: &str, port: u16) -> Result<(), Missing> {
        let Some(limits) = &self.limits else { return Ok(()) };
        endpoint(&limits.tcp, "tcp", host, port)
    }

    /// A name or an address to look up.
    ///
    /// # Errors
    /// The entry that is missing.
    pub fn host(&self, host: &str) -> Result<(), Missing> {
        let Some(limits) = &self.limits else { return Ok(()) };
        let ends = limits.udp.iter().chain(&limits.tcp).map(EndpointPattern::host);
        if limits.hosts.iter().chain(ends).any(|pattern| pattern.matches(host)) {
            return Ok(());
        }
        Err(("hosts", host.to_owned()))
    }

    /// A program with its arguments and the variables that it gets where they differ from the app's own.
    ///
    /// # Errors
    /// The entry that is missing.
    pub fn command<'a>(
        &self,
        file: &str,
        args: &[String],
        changed: impl Iterator<Item = &'a str>,
    ) -> Result<(), Missing> {
        let Some(limits) = &self.limits else { return Ok(()) };
        let known = limits.commands.iter().any(|pattern| pattern.matches(file, args));
        // An entry names a program; these variables put another in its place, so no entry allows them.
        match changed.into_iter().find(|name| is_loader_variable(name)) {
            Some(name) if known => Err(("commands", format!("{file} (without the variable {name})"))),
            None if known => Ok(()),
            _ => {
                let quote = |word: &str| match word.is_empty() || word.contains(char::is_whitespace) {
                    true => format!("'{word}'"),
                    false => word.to_owned(),
                };
                let words: Vec<_> =
                    std::iter::once(file).chain(args.iter().map(String::as_str)).map(quote).collect();
                Err(("commands", words.join(" ")))
            }
        }
    }

    /// A process that gets a signal, by its number as the system takes it: below 1 it names several. The caller knows which the
    /// document started itself.
    ///
    /// # Errors
    /// The entry that is missing.
    pub fn process(&self, pid: i32) -> Result<(), Missing> {
        let Some(limits) = &self.limits else { return Ok(()) };
        let own = u32::try_from(pid).is_ok_and(|pid| pid == std::process::id());
        let wanted = if own { Processes::Own } else { Processes::All };
        if limits.processes.iter().any(|known| *known == Processes::All || *known == wanted) {
            return Ok(());
        }
        Err(("processes", if own { "self" } else { "*" }.to_owned()))
    }

    /// A Bluetooth service.
    ///
    /// # Errors
    /// The entry that is missing.
    pub fn bluetooth(&self, uuid: &str) -> Result<(), Missing> {
        let Some(limits) = &self.limits else { return Ok(()) };
        let wanted = service(uuid).unwrap_or_else(|_| uuid.to_owned());
        if limits.bluetooth.iter().any(|known| known == "*" || *known == wanted) {
            return Ok(());
        }
        Err(("bluetooth", uuid.to_owned()))
    }

    /// An address outside the app.
    ///
    /// # Errors
    /// The entry that is missing.
    pub fn url(&self, url: &str) -> Result<(), Missing> {
        let Some(limits) = &self.limits else { return Ok(()) };
        let nobody = Url { scheme: "", host: "", port: None, path: "" };
        let parsed = Url::parse(url);
        if parsed.is_some_and(|url| limits.urls.iter().any(|source| source.allows(&url, &nobody))) {
            return Ok(());
        }
        Err(("urls", url.split(['?', '#']).next().unwrap_or_default().to_owned()))
    }
}

/// One entry of `processes[]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Processes {
    /// The app itself.
    Own,
    /// Every process of the user.
    All,
}

impl Processes {
    fn parse(text: &str) -> Result<Processes, Wrong> {
        match text.trim() {
            "self" => Ok(Processes::Own),
            "*" => Ok(Processes::All),
            _ => Err(Wrong::new(
                text,
                "it is neither `self` nor `*`",
                "write `self` for the app itself, or `*`",
            )),
        }
    }
}

fn each<T>(
    key: &'static str,
    entries: &[String],
    parse: impl Fn(&str) -> Result<T, Wrong>,
) -> Result<Vec<T>, Wrong> {
    let parsed = entries.iter().map(|entry| parse(entry).map_err(|wrong| Wrong { key, ..wrong }));
    parsed.collect()
}

fn endpoint(patterns: &[EndpointPattern], key: &'static str, host: &str, port: u16) -> Result<(), Missing> {
    if patterns.iter().any(|pattern| pattern.matches(host, port)) {
        return Ok(());
    }
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    Err((key, format!("{host}:{port}")))
}

/// A UUID in full and in lower case; Bluetooth's own have a short form of 4 or 8 digits.
fn service(text: &str) -> Result<String, Wrong> {
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower.strip_prefix("0x").unwrap_or(&lower);
    let hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lengths: Vec<_> = lower.split('-').map(str::len).collect();
    match digits.len() {
        _ if lower == "*" => Ok(lower),
        4 | 8 if hex(digits) => Ok(format!("{digits:0>8}-0000-1000-8000-00805f9b34fb")),
        36 if lengths == [8, 4, 4, 4, 12] && lower.split('-').all(hex) => Ok(lower),
        _ => Err(Wrong::new(text, "it is no UUID", "write a UUID, its short form such as 180d, or *")),
    }
}

/// An entry of `urls[]` is a source with a scheme, as policies have them.
fn url_source(text: &str) -> Result<Source, Wrong> {
    match Source::parse(text.trim()) {
        Source::Scheme(scheme)
            if !["javascript", "data", "blob", "file", "ipc", "socket"].contains(&scheme.as_str()) =>
        {
            Ok(Source::Scheme(scheme))
        }
        Source::Host { scheme: Some(scheme), host, port, path } if scheme != "ipc" && scheme != "socket" => {
            Ok(Source::Host { scheme: Some(scheme), host, port, path })
        }
        _ => {
            let fix =
                "write it as a policy's source: https://example.com, https://example.com/docs/ or mailto:";
            Err(Wrong::new(text, "it is no address that can be opened", fix))
        }
    }
}
