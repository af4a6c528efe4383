//! What is audited: an app in some layout, or a project that would become one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use socket_config::{Config, Overrides};
use socket_manifest::{Manifest, NAME, SIGNATURE};

use super::package::Package;
use crate::build::copy_map::{self, CopyMap};
use crate::build::walk;
use crate::context::Context;
use crate::error::{Error, IoContext, Result};
use crate::target::{Layout, Target};

/// A socket.ini or a page is far below these.
const LARGEST_CONFIG: u64 = 4 << 20;
const LARGEST_PAGE: u64 = 32 << 20;
const LARGEST_MANIFEST: u64 = 512 << 20;
/// Of all pages together.
const ALL_PAGES: u64 = 1 << 30;

/// The layout of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Project,
    Linux,
    Mac,
    Windows,
    Ios,
    Android,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Project => "project",
            Kind::Linux => "linux",
            Kind::Mac => "mac",
            Kind::Windows => "win",
            Kind::Ios => "ios",
            Kind::Android => "android",
        }
    }
}

/// An app.
pub(crate) struct Subject {
    pub(crate) kind: Kind,
    /// What was given.
    pub(crate) path: PathBuf,
    pub(crate) config: Config,
    package: Package,
    /// Path in the app's files → name in the package, or for a project the path of the source.
    files: BTreeMap<String, String>,
    /// Names in the package.
    pub(crate) executable: Option<String>,
    manifest: Option<String>,
    signature: Option<String>,
}

/// One page, as it is in the app.
pub(crate) struct Page {
    /// From the root of the pages.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Subject {
    /// Finds the app or project at a path.
    pub(crate) fn open(path: &Path, context: &Context) -> Result<Subject> {
        let package = Package::open(path)?;
        if let Package::Folder(root) = &package
            && root.join("socket.ini").is_file()
            && !is_built(root)?
        {
            return Subject::project(root, context);
        }
        let all = package.list()?;
        let candidates: Vec<&String> =
            all.iter().filter(|name| *name == "socket.ini" || name.ends_with("/socket.ini")).collect();
        // Where a layout has its own place for it, that one counts. Beside the executable it is nobody else's.
        let known: Vec<_> = match candidates.iter().find(|name| name.as_str() == "socket.ini") {
            Some(own) => vec![own],
            None => candidates.iter().filter(|name| kind(name, &all).is_some()).collect(),
        };
        let ini = match (known.as_slice(), candidates.as_slice()) {
            ([one], _) => (*one).to_string(),
            ([], [one]) => (*one).clone(),
            (several, _) => {
                let names: Vec<_> = several.iter().map(|name| name.as_str()).collect();
                return Err(none_or_many(path, &names));
            }
        };
        Subject::app(path, package, &all, &ini)
    }

    fn app(path: &Path, package: Package, all: &[String], ini: &str) -> Result<Subject> {
        let kind = kind(ini, all).unwrap_or(Kind::Linux);
        let prefix = ini.strip_suffix("socket.ini").unwrap_or_default();
        let config = package.read(ini, LARGEST_CONFIG)?;
        let config = Config::from_bytes(config, &path.join(ini), &Overrides::default())?;
        let files: BTreeMap<String, String> = all
            .iter()
            .filter_map(|name| Some((name.strip_prefix(prefix)?.to_owned(), name.clone())))
            .collect();
        let (manifest, signature) = (files.get(NAME).cloned(), files.get(SIGNATURE).cloned());
        let mut subject = Subject {
            kind,
            path: path.to_owned(),
            config,
            package,
            files,
            executable: None,
            manifest,
            signature,
        };
        subject.executable = subject.find_executable(prefix, all)?;
        let own = subject.executable.clone();
        subject.files.retain(|path, name| {
            ![NAME, SIGNATURE].contains(&path.as_str()) && Some(name.as_str()) != own.as_deref()
        });
        Ok(subject)
    }

    fn find_executable(&self, prefix: &str, all: &[String]) -> Result<Option<String>> {
        // One that is broken is told about elsewhere.
        let text = self.manifest_text()?.unwrap_or_default();
        let listed = Manifest::parse(&text).ok().and_then(|manifest| manifest.runtime);
        let listed = listed.map(|runtime| runtime.name);
        let name = &*self.config.build.name;
        let suffix = if self.config.build.debug { "-dev" } else { "" };
        let name = listed.unwrap_or_else(|| format!("{name}{suffix}"));
        let above = |count: usize| {
            let mut parts: Vec<_> = prefix.split_terminator('/').collect();
            parts.truncate(parts.len().saturating_sub(count));
            parts.iter().map(|part| format!("{part}/")).collect::<String>()
        };
        let places = match self.kind {
            Kind::Mac => vec![format!("{}MacOS/{name}", above(1))],
            Kind::Ios => vec![format!("{}{name}", above(1))],
            Kind::Windows => vec![format!("{prefix}{name}"), format!("{prefix}{name}.exe")],
            Kind::Android => all
                .iter()
                .filter(|path| path.starts_with("lib/") && path.ends_with("/libsocket.so"))
                .cloned()
                .collect(),
            _ => vec![format!("{prefix}{name}"), format!("{prefix}{}", &*self.config.build.name)],
        };
        Ok(places.into_iter().find(|place| all.binary_search(place).is_ok()))
    }

    /// What a build would copy; nothing is built.
    fn project(root: &Path, context: &Context) -> Result<Subject> {
        let config = context.config(root, |_| Ok(()))?;
        let target = Target::host();
        let layout = Layout::new(&config, root, target, true);
        let maps = CopyMap::load(&config, root, target)?;
        let rules = copy_map::rules(&config, &maps, root, target, true)?;
        let mut files = BTreeMap::new();
        for (to, from) in walk::files(&rules, &config, &layout)? {
            let Ok(path) = to.strip_prefix(&layout.resources) else { continue };
            let path: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            files.insert(path.join("/"), from.to_string_lossy().into_owned());
        }
        Ok(Subject {
            kind: Kind::Project,
            path: root.to_owned(),
            config,
            package: Package::Folder(PathBuf::new()),
            files,
            executable: None,
            manifest: None,
            signature: None,
        })
    }

    /// The manifest, where there is one.
    pub(crate) fn manifest_text(&self) -> Result<Option<Vec<u8>>> {
        self.manifest.as_ref().map(|name| self.package.read(name, LARGEST_MANIFEST)).transpose()
    }

    pub(crate) fn signature_text(&self) -> Result<Option<Vec<u8>>> {
        self.signature.as_ref().map(|name| self.package.read(name, LARGEST_CONFIG)).transpose()
    }

    /// The app's own files but the manifest: path → name in the package.
    pub(crate) fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    pub(crate) fn package(&self) -> &Package {
        &self.package
    }

    /// Every page of the app.
    pub(crate) fn pages(&self) -> Result<Vec<Page>> {
        let root = self.config.webview.root.trim_matches('/');
        let root = if root.is_empty() { String::new() } else { format!("{root}/") };
        let mut pages = Vec::new();
        let mut total = 0;
        for (path, name) in &self.files {
            let Some(path) = path.strip_prefix(&root) else { continue };
            let lower = path.to_ascii_lowercase();
            if !(lower.ends_with(".html") || lower.ends_with(".htm")) || self.package.is_link(name) {
                continue;
            }
            let bytes = self.package.read(name, LARGEST_PAGE)?;
            total += bytes.len() as u64;
            if total > ALL_PAGES {
                return Err(Error::new(
                    "ERR_AUDIT_SIZE",
                    "the pages of the app have more than 1 GiB together",
                )
                .hint("an app like this is not to be trusted"));
            }
            pages.push(Page { path: path.to_owned(), text: String::from_utf8_lossy(&bytes).into_owned() });
        }
        Ok(pages)
    }

    /// The source of a page of a project.
    pub(crate) fn source(&self, page: &str) -> Option<&Path> {
        let root = self.config.webview.root.trim_matches('/');
        let path = if root.is_empty() { page.to_owned() } else { format!("{root}/{page}") };
        (self.kind == Kind::Project).then(|| self.files.get(&path).map(Path::new)).flatten()
    }
}

/// Whether a folder with a socket.ini is an app and not a project.
fn is_built(root: &Path) -> Result<bool> {
    let path = root.join("socket.ini");
    let text = fs::read(&path).doing("read", &path)?;
    Ok(text.starts_with(b"; Written by ssc build") || root.join(NAME).is_file())
}

/// Which layout has its configuration here.
fn kind(ini: &str, all: &[String]) -> Option<Kind> {
    let parts: Vec<_> = ini.split('/').collect();
    let has = |name: &str| all.binary_search_by(|other| other.as_str().cmp(name)).is_ok();
    let windows = |prefix: &str| {
        all.iter().any(|name| {
            name.strip_prefix(prefix).is_some_and(|rest| !rest.contains('/') && rest.ends_with(".exe"))
        })
    };
    match parts.as_slice() {
        ["Payload", app, "ui", _] if app.ends_with(".app") => Some(Kind::Ios),
        ["assets", _] if has("AndroidManifest.xml") => Some(Kind::Android),
        [.., "Contents", "Resources", _] => Some(Kind::Mac),
        ["Resources", _] if all.iter().any(|name| name.starts_with("MacOS/")) => Some(Kind::Mac),
        [.., "opt", _, _] => Some(Kind::Linux),
        ["ui", _] => Some(Kind::Ios),
        [.., "app", "src", "main", "assets", _] => Some(Kind::Android),
        [_] | [_, _] if windows(ini.strip_suffix("socket.ini").unwrap_or_default()) => Some(Kind::Windows),
        [_] => Some(Kind::Linux),
        _ => None,
    }
}

fn none_or_many(path: &Path, found: &[&str]) -> Error {
    let shown = path.display();
    match found {
        [] => {
            Error::new("ERR_AUDIT_APP", format!("there is no app and no project in {shown}: no socket.ini"))
                .hint("give a project, the folder of an app that was built, or its package")
        }
        many => {
            let list: Vec<_> = many.iter().take(5).copied().collect();
            Error::new("ERR_AUDIT_APP", format!("{shown} holds several apps: {}", list.join(", ")))
                .hint("give one of these folders")
        }
    }
}
