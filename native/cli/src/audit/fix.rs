//! The least that a policy must allow, written into the text that the policy stands in and nowhere else.

use std::collections::BTreeSet;
use std::ops::Range;

use socket_policy::{PolicyList, PolicySource, Source, html};

/// `value` (policies with commas between them) with these routes and no others in each policy that governs connections.
/// Everything else in it stays as it is. Nothing where no policy would change.
pub(crate) fn policy(value: &str, routes: &BTreeSet<String>) -> Option<String> {
    let policies: Vec<String> = value.split(',').map(|policy| one(policy, routes)).collect();
    let new = policies.join(",");
    (new != value).then_some(new)
}

fn one(policy: &str, routes: &BTreeSet<String>) -> String {
    // Other names than these never govern connections, and the parser knows which of two counts.
    let parsed = PolicyList::parse(policy, PolicySource::Header);
    let Some(parsed) = parsed.policies().first().filter(|policy| policy.governs_calls()) else {
        return policy.to_owned();
    };
    let Some(directive) = parsed.governing("connect-src") else { return policy.to_owned() };
    let words = words(&directive.value, directive.sources(), routes);
    match range(policy, "connect-src") {
        Some(range) => {
            let (head, tail) = (&policy[..range.start], &policy[range.end..]);
            format!("{head} {words}{tail}")
        }
        // `default-src` stands in for it, and governs more than connections.
        None if policy.trim_end().ends_with(';') => format!("{} connect-src {words}", policy.trim_end()),
        None => format!("{}; connect-src {words}", policy.trim_end()),
    }
}

/// Where the sources of a directive stand, the first one of that name.
fn range(policy: &str, name: &str) -> Option<Range<usize>> {
    let mut at = 0;
    for directive in policy.split(';') {
        let inner = directive.trim_ascii_start();
        let start = at + directive.len() - inner.len();
        let length = inner.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inner.len());
        if inner[..length].eq_ignore_ascii_case(name) {
            return Some(start + length..start + inner.trim_ascii_end().len().max(length));
        }
        at += directive.len() + 1;
    }
    None
}

/// The sources that are not native, in their order, with the routes where the first native one was.
fn words(old: &[String], sources: &[Source], routes: &BTreeSet<String>) -> String {
    let native = |source: &Source| match source {
        Source::Module(_) => true,
        Source::Scheme(scheme) => scheme == "ipc",
        Source::Host { scheme, .. } => scheme.as_deref() == Some("ipc"),
        _ => false,
    };
    let mut added: Vec<String> = routes.iter().map(|route| format!("ipc://{route}")).collect();
    let mut words = Vec::new();
    for (word, source) in old.iter().zip(sources) {
        if native(source) {
            words.append(&mut added);
        } else if *source != Source::Keyword("none") {
            words.push(word.clone());
        }
    }
    words.append(&mut added);
    if words.is_empty() { "'none'".into() } else { words.join(" ") }
}

/// A page whose policies name these routes; the rest of its text stays as it is, byte for byte. Nothing where nothing changes.
pub(crate) fn page(text: &str, routes: &BTreeSet<String>) -> Option<String> {
    let mut changes = Vec::new();
    for meta in html::scan(text).policies {
        let Some(new) = policy(&meta.value, routes) else { continue };
        let quote = text[..meta.range.start].chars().next_back();
        let raw = &text[meta.range.clone()];
        let new = new.replace('&', "&amp;");
        changes.push(match quote {
            Some('"') => (meta.range, new.replace('"', "&quot;")),
            Some('\'') => (meta.range, new.replace('\'', "&#39;")),
            // Without quotes a value has no spaces; the new one has.
            _ if raw.is_empty() => continue,
            _ => (meta.range, format!("\"{}\"", new.replace('"', "&quot;"))),
        });
    }
    (!changes.is_empty()).then(|| html::replace(text, changes))
}

/// The lines of socket.ini with another policy in a header. Nothing where the policy cannot be found, or stands twice.
pub(crate) fn config(text: &str, old: &str, routes: &BTreeSet<String>) -> Option<String> {
    let new = policy(old, routes)?;
    // As it stands in a quoted value, or in one without.
    let forms = [(old.to_owned(), new.clone()), (old.replace('"', "\"\""), new.replace('"', "\"\""))];
    forms.into_iter().find_map(|(old, new)| {
        let mut places = text.match_indices(&old);
        let (at, _) = places.next().filter(|_| places.next().is_none())?;
        Some(format!("{}{new}{}", &text[..at], &text[at + old.len()..]))
    })
}

/// The lines of socket.ini with one entry more in `[capabilities]`: behind the last of its key, else behind the section's last
/// line. Everything else stays, comments and line ends included. Nothing where there is no such section.
pub(crate) fn capability(text: &str, key: &str, entry: &str) -> Option<String> {
    let (mut inside, mut last, mut last_of_key) = (false, None, None);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let content = line.trim();
        if let Some(header) = content.strip_prefix('[') {
            let name = header.split(']').next().unwrap_or_default().trim();
            inside = name.eq_ignore_ascii_case("capabilities");
            // What stands in further sections of that name counts as well; one is enough.
            last = if inside { last.or(Some(end)) } else { last };
        }
        if inside && !content.is_empty() && !content.starts_with([';', '#']) && !content.starts_with('[') {
            last = Some(end);
            let name = content.split('=').next().unwrap_or_default().trim().trim_end_matches("[]");
            if name == key {
                last_of_key = Some(end);
            }
        }
        at = end;
    }
    let place = last_of_key.or(last)?;
    let (head, tail) = text.split_at(place);
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let before = if head.ends_with('\n') { "" } else { end };
    let plain = !entry.contains(['"', '\'', ';', '#']) && entry.trim() == entry;
    let value = if plain { entry.to_owned() } else { format!("\"{}\"", entry.replace('"', "\"\"")) };
    Some(format!("{head}{before}{key}[] = {value}{end}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn fixed(value: &str, names: &[&str]) -> String {
        policy(value, &routes(names)).unwrap_or_else(|| value.to_owned())
    }

    #[test]
    fn only_native_sources_change() {
        for (old, names, new) in [
            ("connect-src ipc:", &["fs.open"][..], "connect-src ipc://fs.open"),
            (
                "default-src 'self'; connect-src https://a.b ipc://fs.* 'self'; img-src *",
                &["os.cpus", "fs.open"],
                "default-src 'self'; connect-src https://a.b ipc://fs.open ipc://os.cpus 'self'; img-src *",
            ),
            ("connect-src 'none'", &["fs.open"], "connect-src ipc://fs.open"),
            ("connect-src ipc://fs", &[], "connect-src 'none'"),
            ("connect-src 'self' ipc://fs", &[], "connect-src 'self'"),
            ("Connect-Src\tipc:  ;x", &["a.b"], "Connect-Src ipc://a.b  ;x"),
            ("connect-src", &["a.b"], "connect-src ipc://a.b"),
            ("default-src ipc: 'self'", &["a.b"], "default-src ipc: 'self'; connect-src ipc://a.b 'self'"),
            ("default-src 'self' ;", &["a.b"], "default-src 'self' ; connect-src 'self' ipc://a.b"),
            ("connect-src ipc:; connect-src 'none'", &["a.b"], "connect-src ipc://a.b; connect-src 'none'"),
            (
                "connect-src ipc:, script-src *, connect-src ipc://fs.*",
                &["fs.open"],
                "connect-src ipc://fs.open, script-src *, connect-src ipc://fs.open",
            ),
            ("script-src 'self'", &["a.b"], "script-src 'self'"),
            ("connect-src ipc://fs.open", &["fs.open"], "connect-src ipc://fs.open"),
        ] {
            assert_eq!(fixed(old, names), new, "{old}");
            let list = PolicyList::parse(new, PolicySource::Header);
            if list.governs_calls() {
                assert!(names.iter().all(|name| list.allows_route(name)), "{new}");
                assert!(!list.allows_route("something.else"), "{new}");
            }
        }
    }

    #[test]
    fn the_rest_of_a_page_stays() {
        let old = "\u{feff}<!doctype html>\r\n<META http-equiv='Content-Security-Policy'\tcontent=\"default-src 'self'; connect-src ipc:\" >\r\n<p>é &amp; ipc:";
        let new = page(old, &routes(&["fs.open"])).expect("changed");
        assert_eq!(new, old.replace("connect-src ipc:\"", "connect-src ipc://fs.open\""));
        assert_eq!(page(&new, &routes(&["fs.open"])), None);
        let single = "<meta http-equiv=content-security-policy content='connect-src ipc: &#39;self&#39;'>";
        assert_eq!(
            page(single, &routes(&["fs.open"])).expect("changed"),
            "<meta http-equiv=content-security-policy content='connect-src ipc://fs.open &#39;self&#39;'>"
        );
        let double = "<meta http-equiv=content-security-policy content=\"connect-src ipc: &#39;self&#39;\">";
        assert_eq!(
            page(double, &routes(&["fs.open"])).expect("changed"),
            "<meta http-equiv=content-security-policy content=\"connect-src ipc://fs.open 'self'\">"
        );
        let bare = "<meta http-equiv=content-security-policy content=default-src>";
        let changed = page(bare, &routes(&["fs.open"])).expect("changed");
        assert_eq!(
            changed,
            "<meta http-equiv=content-security-policy content=\"default-src; connect-src ipc://fs.open\">"
        );
        assert_eq!(page("<p>no policy", &routes(&["fs.open"])), None);
    }

    #[test]
    fn entries_stand_beside_those_of_their_key() {
        let text = "; mine\n[capabilities]\n; files\nread[] = $APP/** ; all\n\n; others\n[build]\nname = a\n";
        let read = capability(text, "read", "$DATA/x").expect("a section");
        assert_eq!(read, text.replace("; all\n", "; all\nread[] = $DATA/x\n"));
        let command = capability(&read, "commands", "git 'a; b'").expect("a section");
        assert_eq!(command, read.replace("$DATA/x\n", "$DATA/x\ncommands[] = \"git 'a; b'\"\n"));
        for (text, new) in [
            ("[capabilities]", "[capabilities]\nurls[] = a:\n"),
            ("[capabilities]\n\n[a]\nurls[] = x\n", "[capabilities]\nurls[] = a:\n\n[a]\nurls[] = x\n"),
            ("[capabilities]\r\nurls[] = b:\r\n", "[capabilities]\r\nurls[] = b:\r\nurls[] = a:\r\n"),
            ("[capabilities]\nurls[] = b:\n; last", "[capabilities]\nurls[] = b:\nurls[] = a:\n; last"),
        ] {
            assert_eq!(capability(text, "urls", "a:").as_deref(), Some(new));
        }
        assert_eq!(capability("[a]\n; [capabilities]\n", "urls", "a:"), None);
    }

    #[test]
    fn one_place_in_the_configuration() {
        let text = "[webview]\nheaders[] = \"Content-Security-Policy: connect-src ipc:\" ; all\nother = 1\n";
        let used = routes(&["fs.open"]);
        assert_eq!(
            config(text, "connect-src ipc:", &used).expect("found"),
            text.replace("connect-src ipc:", "connect-src ipc://fs.open")
        );
        assert_eq!(config(text, "connect-src ipc://x.y", &used), None);
        assert_eq!(config("; connect-src ipc:\nconnect-src ipc:", "connect-src ipc:", &used), None, "twice");
    }
}
