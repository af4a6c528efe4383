//! Policies and what they decide, after CSP Level 3: parsing, what stands in for what, matching, and native calls.

use socket_policy::PolicySource::{Header, Meta};
use socket_policy::{HashAlgorithm, PolicyList, Source, Url};

/// May a document with this policy call this route?
#[rustfmt::skip]
const ROUTES: &[(&str, &str, bool)] = &[
    // Nothing said, nothing given.
    ("", "fs.open", false),
    ("   ", "fs.open", false),
    (";;;", "fs.open", false),
    (",,", "fs.open", false),
    ("script-src 'self'", "fs.open", false),
    ("img-src *; font-src ipc:", "fs.open", false),
    // The scheme alone.
    ("connect-src ipc:", "fs.open", true),
    ("connect-src IPC:", "fs.open", true),
    ("CONNECT-SRC ipc:", "fs.open", true),
    ("\tconnect-src\t\n ipc:\x0c", "fs.open", true),
    ("connect-src ipc", "fs.open", false),
    ("connect-src ipc:/", "fs.open", false),
    ("connect-src ipc://", "fs.open", false),
    ("connect-src ipc://*", "fs.open", false),
    ("connect-src 'ipc:'", "fs.open", false),
    ("connect-src \"ipc:\"", "fs.open", false),
    ("connect-src xipc:", "fs.open", false),
    ("connect-src ipc:;", "fs.open", true),
    ("connect-src: ipc:", "fs.open", false),
    ("connect-src\u{a0}ipc:", "fs.open", false),
    ("connect-src\u{b}ipc:", "fs.open", false),
    // One route.
    ("connect-src ipc://fs.open", "fs.open", true),
    ("connect-src ipc://fs.open", "FS.OPEN", true),
    ("connect-src IPC://FS.Open", "fs.open", true),
    ("connect-src ipc://fs.open/", "fs.open", true),
    ("connect-src ipc://fs.open/x", "fs.open", false),
    ("connect-src ipc://fs.open?x", "fs.open", false),
    ("connect-src ipc://fs.open#x", "fs.open", false),
    ("connect-src ipc://fs.open:80", "fs.open", false),
    ("connect-src ipc://fs.open:*", "fs.open", false),
    ("connect-src ipc://a@fs.open", "fs.open", false),
    ("connect-src fs.open", "fs.open", false),
    ("connect-src //fs.open", "fs.open", false),
    ("connect-src http://fs.open", "fs.open", false),
    ("connect-src ipc://fs.open", "fs.openDir", false),
    ("connect-src ipc://fs.openDir", "fs.open", false),
    ("connect-src ipc://fs.ope%6e", "fs.open", false),
    ("connect-src ipc://fs.op*", "fs.open", false),
    ("connect-src ipc://*.open", "fs.open", false),
    ("connect-src ipc://fs.open.*", "fs.open", false),
    ("connect-src ipc://.fs.open", "fs.open", false),
    ("connect-src ipc://fs..open", "fs.open", false),
    ("connect-src ipc://child_process.spawn", "child_process.spawn", true),
    ("connect-src ipc://child_process.spawn", "child_process.spawnSync", false),
    // A module.
    ("connect-src ipc://fs.*", "fs.open", true),
    ("connect-src ipc://fs", "fs.open", true),
    ("connect-src ipc://fs/", "fs.open", true),
    ("connect-src ipc://FS.*", "fs.close", true),
    ("connect-src ipc://fs.*", "fsx.open", false),
    ("connect-src ipc://f", "fs.open", false),
    ("connect-src ipc://child_process", "child_process.kill", true),
    // Other sources name no route.
    ("connect-src *", "fs.open", false),
    ("connect-src 'self'", "fs.open", false),
    ("connect-src 'none'", "fs.open", false),
    ("connect-src 'NONE'", "fs.open", false),
    ("connect-src", "fs.open", false),
    ("connect-src socket: https: data:", "fs.open", false),
    ("connect-src 'unsafe-inline' 'nonce-abc'", "fs.open", false),
    ("connect-src 'none' ipc:", "fs.open", true),
    ("connect-src https://a.b ipc://fs.open 'self'", "fs.open", true),
    ("connect-src é ipc:", "fs.open", true),
    // What stands in for what.
    ("default-src ipc:", "fs.open", true),
    ("default-src 'self'", "fs.open", false),
    ("default-src 'none'", "fs.open", false),
    ("default-src ipc:; connect-src 'self'", "fs.open", false),
    ("default-src 'none'; connect-src ipc:", "fs.open", true),
    ("connect-src ipc:; default-src 'none'", "fs.open", true),
    ("child-src ipc:; script-src ipc:", "fs.open", false),
    // The first of its name counts.
    ("connect-src 'self'; connect-src ipc:", "fs.open", false),
    ("connect-src ipc:; connect-src 'none'", "fs.open", true),
    ("connect-src ipc:; CONNECT-SRC 'none'", "fs.open", true),
    ("default-src 'none'; default-src ipc:", "fs.open", false),
    ("img-src *; connect-src ipc:; font-src *", "fs.open", true),
    // All policies count.
    ("connect-src ipc:, connect-src ipc:", "fs.open", true),
    ("connect-src ipc:, connect-src 'self'", "fs.open", false),
    ("connect-src 'self', connect-src ipc:", "fs.open", false),
    ("connect-src ipc:, script-src 'self'", "fs.open", true),
    ("script-src 'self', connect-src ipc:", "fs.open", true),
    ("script-src 'self', img-src *", "fs.open", false),
    ("connect-src ipc://fs.*, connect-src ipc://fs.open", "fs.open", true),
    ("connect-src ipc://fs.*, connect-src ipc://fs.open", "fs.close", false),
    ("connect-src ipc:,", "fs.open", true),
    (",connect-src 'none',,connect-src ipc:", "fs.open", false),
    ("connect-src ipc:,default-src 'none'", "fs.open", false),
    ("connect-src a,ipc:", "fs.open", false),
    // The plumbing comes with any native call, and with none it does not.
    ("connect-src ipc://fs.open", "ipc.events", true),
    ("connect-src ipc://fs.open", "ipc.cancel", true),
    ("connect-src ipc://fs.open", "console.write", true),
    ("connect-src ipc://fs.open", "ipc.other", false),
    ("connect-src 'self'", "ipc.events", false),
    ("", "ipc.events", false),
    ("connect-src ipc://fs.open, connect-src 'none'", "ipc.events", false),
    // Unknown directives and what is no directive.
    ("x-connect-src ipc:; connect-src-elem ipc:", "fs.open", false),
    ("upgrade-insecure-requests; connect-src ipc:", "fs.open", true),
    ("connect-src ipc: ; sandbox allow-scripts", "fs.open", true),
    ("ipc: connect-src", "fs.open", false),
    ("connect-srcipc:", "fs.open", false),
];

/// Does a policy allow an address under a directive, for a page of an origin?
#[rustfmt::skip]
const ADDRESSES: &[(&str, &str, &str, &str, bool)] = &[
    ("", "connect-src", "https://a.b/", "socket://com.app", true),
    ("connect-src 'none'", "connect-src", "https://a.b/", "socket://com.app", false),
    ("connect-src", "connect-src", "https://a.b/", "socket://com.app", false),
    ("connect-src *", "connect-src", "https://a.b/", "socket://com.app", true),
    ("connect-src *", "connect-src", "wss://a.b/", "socket://com.app", true),
    ("connect-src *", "connect-src", "data:x", "socket://com.app", false),
    ("connect-src *", "connect-src", "blob:x", "socket://com.app", false),
    ("connect-src *", "connect-src", "ipc://fs.open", "socket://com.app", false),
    ("connect-src *", "connect-src", "socket://com.app/x", "socket://com.app", true),
    ("connect-src 'self'", "connect-src", "socket://com.app/x", "socket://com.app", true),
    ("connect-src 'self'", "connect-src", "socket://com.other/x", "socket://com.app", false),
    ("connect-src 'self'", "connect-src", "https://a.b/", "http://a.b", true),
    ("connect-src 'self'", "connect-src", "http://a.b/", "https://a.b", false),
    ("connect-src 'self'", "connect-src", "wss://a.b/", "https://a.b", false),
    ("connect-src 'self'", "connect-src", "https://a.b:8443/", "https://a.b", false),
    ("connect-src 'self'", "connect-src", "https://a.b:443/", "https://a.b", true),
    ("connect-src data:", "connect-src", "data:x", "socket://com.app", true),
    ("connect-src http:", "connect-src", "https://a.b/", "socket://com.app", true),
    ("connect-src https:", "connect-src", "http://a.b/", "socket://com.app", false),
    ("connect-src ws:", "connect-src", "wss://a.b/", "socket://com.app", true),
    ("connect-src wss:", "connect-src", "ws://a.b/", "socket://com.app", false),
    ("connect-src https://a.b", "connect-src", "https://a.b/x", "socket://com.app", true),
    ("connect-src https://A.B", "connect-src", "https://a.b/x", "socket://com.app", true),
    ("connect-src https://a.b", "connect-src", "https://x.a.b/", "socket://com.app", false),
    ("connect-src https://a.b", "connect-src", "https://a.b.evil/", "socket://com.app", false),
    ("connect-src https://a.b", "connect-src", "https://a.b:444/", "socket://com.app", false),
    ("connect-src https://a.b:444", "connect-src", "https://a.b:444/", "socket://com.app", true),
    ("connect-src https://a.b:*", "connect-src", "https://a.b:444/", "socket://com.app", true),
    ("connect-src http://a.b:80", "connect-src", "https://a.b/", "socket://com.app", true),
    ("connect-src http://a.b", "connect-src", "https://a.b/", "socket://com.app", true),
    ("connect-src https://*.a.b", "connect-src", "https://x.a.b/", "socket://com.app", true),
    ("connect-src https://*.a.b", "connect-src", "https://x.y.a.b/", "socket://com.app", true),
    ("connect-src https://*.a.b", "connect-src", "https://a.b/", "socket://com.app", false),
    ("connect-src https://*.a.b", "connect-src", "https://xa.b/", "socket://com.app", false),
    ("connect-src https://*", "connect-src", "https://anything/", "socket://com.app", true),
    ("connect-src *.b", "connect-src", "https://a.b/", "https://c.d", true),
    ("connect-src a.b", "connect-src", "https://a.b/", "http://c.d", true),
    ("connect-src a.b", "connect-src", "http://a.b/", "https://c.d", false),
    ("connect-src a.b", "connect-src", "https://a.b/", "socket://com.app", false),
    ("connect-src https://1.2.3.4", "connect-src", "https://1.2.3.4/", "socket://com.app", false),
    ("connect-src http://127.0.0.1:80", "connect-src", "http://127.0.0.1/", "socket://com.app", true),
    ("connect-src https://a.b/x", "connect-src", "https://a.b/x", "socket://com.app", true),
    ("connect-src https://a.b/x", "connect-src", "https://a.b/x?q#f", "socket://com.app", true),
    ("connect-src https://a.b/x", "connect-src", "https://a.b/x/y", "socket://com.app", false),
    ("connect-src https://a.b/x/", "connect-src", "https://a.b/x/y/z", "socket://com.app", true),
    ("connect-src https://a.b/x/", "connect-src", "https://a.b/x", "socket://com.app", false),
    ("connect-src https://a.b/%61", "connect-src", "https://a.b/a", "socket://com.app", true),
    ("connect-src https://a.b/", "connect-src", "https://a.b/anything", "socket://com.app", true),
    ("connect-src https://a.b/x?y", "connect-src", "https://a.b/x", "socket://com.app", false),
    ("connect-src https://u@a.b", "connect-src", "https://a.b/", "socket://com.app", false),
    ("connect-src https://a.b:x", "connect-src", "https://a.b/", "socket://com.app", false),
    ("connect-src https:///x", "connect-src", "https://a.b/x", "socket://com.app", false),
    ("connect-src 'none' https://a.b", "connect-src", "https://a.b/", "socket://com.app", true),
    ("connect-src 'unknown' https://a.b", "connect-src", "https://a.b/", "socket://com.app", true),
    ("default-src https:", "connect-src", "https://a.b/", "socket://com.app", true),
    ("default-src https:; connect-src 'self'", "connect-src", "https://a.b/", "socket://com.app", false),
    ("default-src 'none'", "form-action", "https://a.b/", "socket://com.app", true),
    ("default-src 'none'", "base-uri", "https://a.b/", "socket://com.app", true),
    ("default-src 'none'", "frame-src", "https://a.b/", "socket://com.app", false),
    ("child-src https:; default-src 'none'", "frame-src", "https://a.b/", "socket://com.app", true),
    ("child-src 'none'", "worker-src", "socket://com.app/w.js", "socket://com.app", false),
    ("script-src 'self'", "worker-src", "socket://com.app/w.js", "socket://com.app", true),
    ("script-src 'none'; child-src 'self'", "worker-src", "socket://com.app/w.js", "socket://com.app", true),
    ("script-src 'none'; worker-src 'self'", "worker-src", "socket://com.app/w.js", "socket://com.app", true),
    ("script-src socket:", "script-src-elem", "socket:fs", "socket://com.app", true),
    ("script-src 'self'", "script-src-elem", "socket:fs", "socket://com.app", false),
    ("script-src https:; script-src-elem 'none'", "script-src-elem", "https://a.b/", "socket://com.app", false),
    ("connect-src https:, connect-src https://a.b", "connect-src", "https://c.d/", "socket://com.app", false),
];

/// May an inline script with this nonce run whose text has the digest `q1w2`?
#[rustfmt::skip]
const INLINE: &[(&str, Option<&str>, bool)] = &[
    ("", None, true),
    ("img-src 'none'", None, true),
    ("script-src 'self'", None, false),
    ("default-src 'self'", None, false),
    ("script-src 'unsafe-inline'", None, true),
    ("script-src 'UNSAFE-INLINE'", None, true),
    ("script-src unsafe-inline", None, false),
    ("script-src 'unsafe-inline' 'nonce-a'", None, false),
    ("script-src 'unsafe-inline' 'nonce-a'", Some("a"), true),
    ("script-src 'unsafe-inline' 'sha256-zzzz'", None, false),
    ("script-src 'unsafe-inline' 'strict-dynamic'", None, false),
    ("script-src 'nonce-abc'", Some("abc"), true),
    ("script-src 'nonce-abc'", Some("ABC"), false),
    ("script-src 'NONCE-abc'", Some("abc"), true),
    ("script-src 'nonce-'", Some(""), false),
    ("script-src 'nonce-a b'", Some("a"), false),
    ("script-src 'nonce-abc'", None, false),
    ("script-src 'sha256-q1w2'", None, true),
    ("script-src 'SHA256-q1w2'", None, true),
    ("script-src 'sha256-Q1W2'", None, false),
    ("script-src 'sha384-q1w2'", None, false),
    ("script-src 'sha1-q1w2'", None, false),
    ("script-src sha256-q1w2", None, false),
    ("script-src 'self'; script-src-elem 'nonce-a'", Some("a"), true),
    ("script-src 'nonce-a', script-src 'self'", Some("a"), false),
    ("script-src 'nonce-a===='", Some("a===="), false),
];

fn url(text: &str) -> Url<'_> {
    Url::parse(text).unwrap_or_else(|| panic!("{text} is an address"))
}

#[test]
fn policies_decide_about_routes() {
    for (policy, route, expected) in ROUTES {
        let list = PolicyList::parse(policy, Header);
        assert_eq!(list.allows_route(route), *expected, "{policy:?} about {route}");
        // A meta element means the same here.
        assert_eq!(
            PolicyList::parse(policy, Meta).allows_route(route),
            *expected,
            "{policy:?} in a meta element"
        );
    }
}

#[test]
fn policies_decide_about_addresses() {
    for (policy, directive, address, own, expected) in ADDRESSES {
        let list = PolicyList::parse(policy, Header);
        let decided = list.allows_url(directive, &url(address), &url(own));
        assert_eq!(decided, *expected, "{policy:?} of {own} about {address} as {directive}");
    }
}

#[test]
fn policies_decide_about_inline_scripts() {
    for (policy, nonce, expected) in INLINE {
        let hash = |algorithm| (algorithm == HashAlgorithm::Sha256).then(|| "q1w2".to_owned());
        let list = PolicyList::parse(policy, Header);
        assert_eq!(list.allows_inline_script(*nonce, hash), *expected, "{policy:?} with {nonce:?}");
    }
}

#[test]
fn there_are_enough_of_them() {
    assert!(ROUTES.len() + ADDRESSES.len() + INLINE.len() >= 180);
}

#[test]
fn some_directives_count_in_headers_alone() {
    let text = "sandbox; FRAME-ANCESTORS 'none'; report-uri /x; report-to y; connect-src ipc:";
    let names = |from| {
        let list = PolicyList::parse(text, from);
        let names: Vec<_> = list.policies()[0].directives().iter().map(|one| one.name.clone()).collect();
        names
    };
    assert_eq!(names(Meta), ["connect-src"]);
    assert_eq!(names(Header), ["sandbox", "frame-ancestors", "report-uri", "report-to", "connect-src"]);
    assert!(PolicyList::parse("sandbox", Meta).is_empty());
}

#[test]
fn none_is_nothing_only_by_itself() {
    let is_none = |text: &str| PolicyList::parse(text, Header).policies()[0].directives()[0].is_none();
    assert!(is_none("connect-src 'none'") && is_none("connect-src") && is_none("connect-src 'NoNe'"));
    assert!(!is_none("connect-src 'none' a.b") && !is_none("connect-src 'none' 'none'"));
}

#[test]
fn events_are_heard_by_those_who_may_call_their_module() {
    let hears = |text: &str, event: &str| PolicyList::parse(text, Header).hears(event);
    assert!(hears("connect-src ipc:", "window.message"));
    assert!(hears("connect-src ipc://window.*", "window.message"));
    assert!(hears("connect-src ipc://window.list", "window.message"));
    assert!(hears("connect-src ipc://window.message", "window.message"), "named like a route");
    assert!(!hears("connect-src ipc://fs.open", "window.message"));
    assert!(!hears("connect-src ipc://window.list, connect-src ipc://fs.open", "window.message"));
    assert!(!hears("", "window.message"));
}

#[test]
fn evaluation_is_governed_by_scripts() {
    let eval = |text: &str| PolicyList::parse(text, Header).allows_eval();
    assert!(eval("") && eval("img-src 'self'") && eval("script-src 'unsafe-eval'"));
    assert!(!eval("script-src 'self'") && !eval("default-src 'self'"));
    assert!(!eval("script-src 'unsafe-eval', script-src 'self'"));
}

#[test]
fn lists_join_without_repetition() {
    let mut list = PolicyList::parse("connect-src ipc:", Header);
    list.extend(&PolicyList::parse("connect-src ipc:, connect-src ipc://fs.*", Header));
    assert_eq!(list.policies().len(), 2);
    assert!(list.allows_route("fs.open") && !list.allows_route("os.cpus"));
    assert_eq!(list.granted(["fs.open", "os.cpus"].into_iter()), ["fs.open"]);
    assert!(!list.allows_every_route() && PolicyList::parse("connect-src ipc:", Header).allows_every_route());
}

#[test]
fn sources_are_read_whole() {
    let (sha, invalid) = (Source::Hash(HashAlgorithm::Sha512, "ab_-".into()), Source::Invalid);
    assert_eq!(Source::parse("'sha512-ab_-'"), sha);
    assert_eq!(Source::parse("'strict-dynamic'"), Source::Keyword("strict-dynamic"));
    for text in ["", "'", "''", "'self", "self'", "'nonce-'", "://a", "a:b:c", "*a", "**", "a b", "é.com"] {
        assert_eq!(Source::parse(text), invalid, "{text:?}");
    }
}
