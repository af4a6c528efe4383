//! What is worth a second look in what an app may do.

use socket_policy::{PolicyList, Source, Url};

use super::document::Document;
use super::subject::{Kind, Subject};

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Warning {
    /// For programs, as in `unsafe-eval`.
    pub(crate) code: &'static str,
    /// The page, `socket.ini`, or the file.
    pub(crate) place: String,
    pub(crate) message: String,
    pub(crate) fix: String,
}

impl Warning {
    fn new(code: &'static str, place: &str, message: impl Into<String>, fix: impl Into<String>) -> Warning {
        Warning { code, place: place.to_owned(), message: message.into(), fix: fix.into() }
    }
}

/// Those of one page.
pub(crate) fn of_document(document: &Document, subject: &Subject) -> Vec<Warning> {
    let Document { policies, path, .. } = document;
    let mut all = Vec::new();
    let mut warn = |code, message: String, fix: &str| all.push(Warning::new(code, path, message, fix));
    if policies.is_empty() {
        warn(
            "no-policy",
            "it has no Content-Security-Policy: it may load and run anything from anywhere".into(),
            "add <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'; script-src 'self' socket:\">",
        );
        return all;
    }
    if document.late {
        warn(
            "late-policy",
            "its policy stands behind a script, and engines let that script run without it".into(),
            "move the <meta http-equiv=\"Content-Security-Policy\"> in front of the first script",
        );
    }
    if document.all {
        warn(
            "all-routes",
            "it may call every native function (`ipc:`)".into(),
            "name what it calls: `ssc audit --used --fix` finds out",
        );
    }
    if policies.allows_eval() {
        warn("unsafe-eval", "text may be run as code (eval)".into(), "remove 'unsafe-eval' from script-src");
    }
    if policies.allows_inline_script(None, |_| None) {
        warn(
            "unsafe-inline",
            "scripts that someone slips into its text run".into(),
            "move inline scripts into files, or name their hash, and remove 'unsafe-inline' from script-src",
        );
    }
    let remote = remote(policies, "script-src-elem");
    if !remote.is_empty() {
        let message = format!("scripts of others run with its powers: {}", remote.join(" "));
        warn("remote-script", message, "keep scripts in the app: they can then be read, hashed and signed");
    }
    if document.has_power() && allows_any_host(policies, "connect-src") {
        warn(
            "any-host",
            "it makes native calls and may send what it learns to any host".into(),
            "name the hosts that it talks to in connect-src",
        );
    }
    if document.touches("child_process") && unlimited(subject, "commands") {
        warn(
            "child-process",
            "it may start any program, with all rights of the user".into(),
            "list the programs in [capabilities] commands[] of socket.ini",
        );
    }
    if document.touches("fs") && subject.config.capabilities().is_none() {
        warn(
            "any-file",
            "nothing says which files it may read and change".into(),
            "list them in [capabilities] read[] and write[] of socket.ini",
        );
    }
    for word in invalid(policies) {
        warn("invalid-source", format!("`{word}` in its policy means nothing"), "correct or remove it");
    }
    all
}

/// Those of the app as a whole.
pub(crate) fn of_app(subject: &Subject, sealed: bool) -> Vec<Warning> {
    let config = &subject.config;
    let mut all = Vec::new();
    let mut warn = |code, message: String, fix: &str| {
        all.push(Warning::new(code, "socket.ini", message, fix));
    };
    if let Some(lists) = config.capabilities() {
        for (key, entries) in lists.iter() {
            for entry in entries {
                if let Some((code, message)) = wide(key, entry) {
                    warn(
                        code,
                        format!("{key}[] = {entry}: {message}"),
                        "name what the app needs, and no more",
                    );
                }
            }
        }
    }
    let remote: Vec<_> = config
        .webview
        .navigator_policies_allowed
        .iter()
        .filter(|url| ["http:", "https:", "*"].iter().any(|scheme| url.starts_with(scheme)))
        .cloned()
        .collect();
    if !remote.is_empty() {
        warn(
            "remote-page",
            format!("windows of the app show pages of others: {}", remote.join(" ")),
            "open them in the user's browser; such pages have no native powers, but look as if they were the app's",
        );
    }
    if subject.kind != Kind::Project {
        if config.build.debug {
            warn(
                "development",
                "it is a development build: its pages can be inspected, and its files are not checked".into(),
                "give users what `ssc build --prod` makes",
            );
        } else if !sealed {
            warn(
                "no-manifest",
                "it has no socket.manifest, and the runtime does not start it".into(),
                "build it again with `ssc build --prod`",
            );
        }
    }
    all
}

/// Whether nothing narrows a key of `[capabilities]`.
fn unlimited(subject: &Subject, key: &str) -> bool {
    subject.config.capabilities().is_none_or(|lists| {
        lists.iter().any(|(own, entries)| own == key && entries.iter().any(|entry| entry == "*"))
    })
}

/// Entries that allow nearly everything of their kind.
fn wide(key: &str, entry: &str) -> Option<(&'static str, &'static str)> {
    let entry = entry.trim();
    let star = |rest: &str| ["", "/", "/*", "/**", "/**/*"].contains(&rest);
    match key {
        "write" if entry.strip_prefix("$HOME").is_some_and(star) => {
            Some(("home-writable", "every file of the user may be changed"))
        }
        "write"
            if entry.strip_prefix("$APP").is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) =>
        {
            Some(("app-writable", "the app may change itself; a build for users would not start again"))
        }
        "read" | "write" if star(entry) || entry == "**" || entry == "*" => {
            Some(("any-file", "that is every file"))
        }
        "read" if entry.strip_prefix("$HOME").is_some_and(star) => {
            Some(("home-readable", "every file of the user may be read, keys and passwords included"))
        }
        "udp" | "tcp" if entry == "*" || entry == "*:*" => Some(("any-host", "that is every host")),
        "commands" if entry == "*" || entry == "..." => Some(("child-process", "that is every program")),
        "commands"
            if ["sh", "bash", "cmd", "powershell", "python", "python3", "node", "perl"].iter().any(
                |shell| entry.split(' ').next().is_some_and(|first| first.rsplit('/').next() == Some(shell)),
            ) && entry.contains(['*', '.']) =>
        {
            Some(("child-process", "it runs any program that is written to it"))
        }
        "processes" if entry == "*" => Some(("any-process", "any program of the user may be ended")),
        "urls" if ["http:", "https:"].contains(&entry) => {
            Some(("any-address", "that is every page of the web"))
        }
        _ => None,
    }
}

const ANYWHERE: &str = "any host";

/// What outside the app a directive allows: sources as they would be written.
fn remote(policies: &PolicyList, directive: &str) -> Vec<String> {
    if allows_any_host(policies, directive) {
        return vec![ANYWHERE.into()];
    }
    let own = Url { scheme: "socket", host: "app", port: None, path: "/" };
    let mut found = Vec::new();
    for policy in policies.policies() {
        let sources = policy.governing(directive).map_or(&[][..], |directive| directive.sources());
        for source in sources {
            let text = match source {
                Source::Host { scheme, host, port, .. }
                    if scheme
                        .as_deref()
                        .is_none_or(|scheme| !["socket", "node", "ipc"].contains(&scheme)) =>
                {
                    let scheme = scheme.as_deref().unwrap_or("https");
                    let port = port.as_deref().filter(|port| *port != "*");
                    format!("{scheme}://{host}{}", port.map(|port| format!(":{port}")).unwrap_or_default())
                }
                Source::Scheme(scheme) if ["data", "blob", "filesystem"].contains(&scheme.as_str()) => {
                    format!("{scheme}:")
                }
                _ => continue,
            };
            // A star is allowed where some host of it is.
            let example = text.replace("://*.", "://any.");
            let url = Url::parse(&example);
            if !found.contains(&text) && url.is_some_and(|url| policies.allows_url(directive, &url, &own)) {
                found.push(text);
            }
        }
    }
    found
}

fn allows_any_host(policies: &PolicyList, directive: &str) -> bool {
    let own = Url { scheme: "socket", host: "app", port: None, path: "/" };
    let url = Url { scheme: "https", host: "host.invalid", port: None, path: "/x.js" };
    policies.allows_url(directive, &url, &own)
}

/// Words that fit no grammar, where sources are expected.
fn invalid(policies: &PolicyList) -> Vec<String> {
    let mut words = Vec::new();
    for directive in policies.policies().iter().flat_map(|policy| policy.directives()) {
        if !directive.name.ends_with("-src") && !directive.name.contains("-src-") {
            continue;
        }
        let pairs = directive.value.iter().zip(directive.sources());
        words.extend(pairs.filter(|(_, source)| **source == Source::Invalid).map(|(word, _)| word.clone()));
    }
    words.dedup();
    words
}
