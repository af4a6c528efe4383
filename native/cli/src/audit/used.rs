//! What the tests of an app use of what its pages may do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use socket_config::{Config, Overrides};

use super::document::{Document, has, is_plumbing};
use super::fix;
use super::subject::Subject;
use crate::error::{Error, IoContext, Result};

/// Where the runtime of a development build writes its decisions.
pub(crate) const VARIABLE: &str = "SOCKET_AUDIT_LOG";
/// What a run of tests may call whatever the policy says.
const EXIT: &str = "application.exit";
/// More than any run of tests decides about.
const LARGEST_LOG: u64 = 256 << 20;

/// What the gate decided about one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decisions {
    pub(crate) granted: BTreeSet<String>,
    pub(crate) denied: BTreeSet<String>,
    /// Entries of `[capabilities]` that would have been needed.
    pub(crate) missing: BTreeSet<(String, String)>,
}

/// Reads what the runtime wrote: a line of JSON for each decision that differs from the ones before.
///
/// # Errors
/// When it cannot be read, or holds something else: then the runtime is of another version.
pub(crate) fn read(path: &Path) -> Result<BTreeMap<String, Decisions>> {
    let mut text = String::new();
    let file = std::fs::File::open(path).doing("read", path)?;
    std::io::Read::read_to_string(&mut std::io::Read::take(file, LARGEST_LOG), &mut text)
        .doing("read", path)?;
    let mut pages: BTreeMap<String, Decisions> = BTreeMap::new();
    for line in text.lines() {
        let wrong = || {
            Error::new("ERR_AUDIT_LOG", "the runtime wrote what cannot be read")
                .hint("use the runtime and ssc of one release")
        };
        let value: Value = serde_json::from_str(line).map_err(|_| wrong())?;
        let page = value["page"].as_str().ok_or_else(wrong)?;
        let decisions = pages.entry(page.to_owned()).or_default();
        // A page that was shown.
        let Some(route) = value.get("route") else { continue };
        let route = route.as_str().ok_or_else(wrong)?;
        let allowed = value["allowed"].as_bool().ok_or_else(wrong)?;
        if is_plumbing(route) {
            continue;
        }
        match value["missing"].as_array().map(Vec::as_slice) {
            Some([Value::String(key), Value::String(entry)]) => {
                decisions.missing.insert((key.clone(), entry.clone()));
                decisions.denied.insert(route.to_owned());
            }
            _ if allowed => {
                decisions.granted.insert(route.to_owned());
            }
            _ => {
                decisions.denied.insert(route.to_owned());
            }
        }
    }
    Ok(pages)
}

/// What one page may do, and what its tests did.
pub(crate) struct Usage {
    pub(crate) path: String,
    /// Sources of its policy that nothing used.
    pub(crate) unused: Vec<String>,
    /// Wider than what was used of them.
    pub(crate) wide: Vec<String>,
    /// Routes that were called and allowed.
    pub(crate) used: BTreeSet<String>,
    /// Routes that were called and refused.
    pub(crate) denied: BTreeSet<String>,
    pub(crate) missing: BTreeSet<(String, String)>,
    /// Nobody opened it.
    pub(crate) seen: bool,
}

impl Usage {
    pub(crate) fn new(document: &Document, decisions: Option<&Decisions>) -> Usage {
        let seen = decisions.is_some();
        let Decisions { granted, denied, missing } = decisions.cloned().unwrap_or_default();
        // What is refused although the policy names it is refused by [capabilities] or [permissions].
        let allowed = |route: &&String| document.policies.allows_route(route);
        // A run of tests may end any app, and does. Only where a policy names that is it taken to be the page's.
        let of_page = |route: &&String| {
            !route.eq_ignore_ascii_case(EXIT)
                || has(&document.routes, EXIT)
                || has(&document.modules, "application")
        };
        let used: BTreeSet<String> =
            granted.union(&denied).filter(allowed).filter(of_page).cloned().collect();
        let denied: BTreeSet<String> = denied.iter().filter(|route| !allowed(route)).cloned().collect();
        let by_module = |module: &str| {
            used.iter()
                .any(|route| route.split('.').next().is_some_and(|own| own.eq_ignore_ascii_case(module)))
        };
        let (mut unused, mut wide) = (Vec::new(), Vec::new());
        if document.all {
            let list = if used.is_empty() && seen { &mut unused } else { &mut wide };
            list.push("ipc:".to_owned());
        }
        for module in &document.modules {
            let list = if by_module(module) { &mut wide } else { &mut unused };
            list.push(format!("ipc://{module}.*"));
        }
        unused.extend(
            document.routes.iter().filter(|route| !has(&used, route)).map(|route| format!("ipc://{route}")),
        );
        Usage { path: document.path.clone(), unused, wide, used, denied, missing, seen }
    }

    /// What the page needs: what was allowed and what was refused.
    pub(crate) fn needs(&self) -> BTreeSet<String> {
        self.used.iter().chain(&self.denied).cloned().collect()
    }

    /// Whether the policy is more or less than what was used.
    pub(crate) fn differs(&self) -> bool {
        self.seen
            && !(self.unused.is_empty()
                && self.wide.is_empty()
                && self.denied.is_empty()
                && self.missing.is_empty())
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!("\n{}\n", self.path);
        if !self.seen {
            return text + "  no test opened it\n";
        }
        let mut line = |what: &str, items: &mut dyn Iterator<Item = String>| {
            items.for_each(|item| text += &format!("  {what} {item}\n"));
        };
        line("used               ", &mut self.used.iter().map(|route| format!("ipc://{route}")));
        line("granted, not used  ", &mut self.unused.iter().cloned());
        line("granted, too wide  ", &mut self.wide.iter().cloned());
        line("used, not granted  ", &mut self.denied.iter().map(|route| format!("ipc://{route}")));
        line(
            "used, not granted  ",
            &mut self.missing.iter().map(|(key, entry)| format!("{key}[] = {entry} in [capabilities]")),
        );
        if !self.differs() {
            text += "  its policy is what its tests use\n";
        }
        text
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "path": self.path,
            "seen": self.seen,
            "used": self.used,
            "unused": self.unused,
            "wide": self.wide,
            "denied": self.denied,
            "missing": self.missing.iter().map(|(key, entry)| json!({ "key": key, "entry": entry })).collect::<Vec<_>>(),
        })
    }
}

/// A file with another text.
pub(crate) struct Change {
    pub(crate) path: std::path::PathBuf,
    pub(crate) old: String,
    pub(crate) new: String,
}

/// What would have to be written so that each policy is what its page uses. `notes` gets what nobody can write.
pub(crate) fn changes(subject: &Subject, usages: &[Usage], notes: &mut Vec<String>) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for usage in usages.iter().filter(|usage| usage.differs()) {
        let Some(path) = subject.source(&usage.path) else { continue };
        let old = std::fs::read_to_string(path).doing("read", path)?;
        if let Some(new) = fix::page(&old, &usage.needs()) {
            changes.push(Change { path: path.to_owned(), old, new });
        }
    }
    let headers = subject.config.webview.headers.iter();
    let headers: Vec<_> =
        headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-security-policy")).collect();
    // One header is for all pages: it has to allow what any of them uses, and nobody knows what an unseen one needs.
    let unseen: Vec<_> = usages.iter().filter(|usage| !usage.seen).map(|usage| usage.path.as_str()).collect();
    let path = subject.path.join("socket.ini");
    let all: BTreeSet<String> = usages.iter().flat_map(Usage::needs).collect();
    let missing: BTreeSet<_> = usages.iter().flat_map(|usage| &usage.missing).collect();
    if !headers.is_empty() || !missing.is_empty() {
        let first = std::fs::read_to_string(&path).doing("read", &path)?;
        let mut text = first.clone();
        for (key, entry) in missing {
            match granted(&text, &path, key, entry) {
                Some(new) => text = new,
                None => notes.push(format!(
                    "socket.ini: what was refused cannot be written as an entry; to allow it, see {key}[] of [capabilities]: {entry}"
                )),
            }
        }
        for (_, value) in headers.into_iter().filter(|(_, value)| fix::policy(value, &all).is_some()) {
            match fix::config(&text, value.trim(), &all) {
                _ if !unseen.is_empty() => notes.push(format!(
                    "socket.ini: its header is for all pages, and no test opened {}",
                    unseen.join(", ")
                )),
                Some(new) => text = new,
                None => notes.push(format!(
                    "{}: the policy of headers[] was not found in it; write {}",
                    path.display(),
                    fix::policy(value, &all).unwrap_or_default()
                )),
            }
        }
        if text != first {
            changes.push(Change { path, old: first, new: text });
        }
    }
    for usage in usages.iter().filter(|usage| usage.seen && !usage.denied.is_empty()) {
        let document_has_policy =
            changes.iter().any(|change| subject.source(&usage.path) == Some(&change.path));
        if !document_has_policy && subject.config.webview.headers.is_empty() {
            let list: Vec<_> = usage.needs().iter().map(|route| format!("ipc://{route}")).collect();
            notes.push(format!(
                "{}: it has no policy that could be changed; one that allows what it uses is \
                 <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'; script-src 'self' socket:; connect-src {}\">",
                usage.path,
                list.join(" ")
            ));
        }
    }
    Ok(changes)
}

/// socket.ini with an entry more, where that is an entry and is then listed.
fn granted(text: &str, path: &Path, key: &str, entry: &str) -> Option<String> {
    // A program that was started with another loader: no entry allows that.
    if key == "commands" && entry.ends_with(')') && entry.contains(" (without the variable ") {
        return None;
    }
    let new = fix::capability(text, key, entry)?;
    let mut lists = Config::parse(&new, path, &Overrides::default()).ok()?.capabilities()?;
    lists.key(key)?.iter().any(|listed| listed == entry).then_some(new)
}

/// The lines that differ, as a person would compare them.
pub(crate) fn preview(change: &Change) -> String {
    let mut text = format!("{}\n", change.path.display());
    let (old, new): (Vec<_>, Vec<_>) = (change.old.lines().collect(), change.new.lines().collect());
    // A policy keeps its lines, so line stands beside line; one that spans several is shown whole. Entries are lines more.
    let mut added = new.len().saturating_sub(old.len());
    let mut lines = old.iter().enumerate().peekable();
    for new in &new {
        match lines.peek() {
            Some((_, old)) if *old == new => drop(lines.next()),
            at if added > 0 => {
                added -= 1;
                let number = at.map_or(old.len(), |(number, _)| *number);
                text += &format!("  after line {number}\n  + {}\n", new.trim());
            }
            Some((number, old)) => {
                text += &format!("  line {}\n  - {}\n  + {}\n", number + 1, old.trim(), new.trim());
                lines.next();
            }
            None => {}
        }
    }
    text
}
