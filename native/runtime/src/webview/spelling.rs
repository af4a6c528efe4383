//! `fs` and `node:fs` beside `socket:fs`: what a page needs so that all three name one module.
//!
//! In pages an import map says so. It is a script in the page's text, so a policy that lets no inline script run
//! gets its hash, and nothing else. Workers have no import maps: `node:` is also a scheme, whose modules
//! pass on what `socket:` has, and bare names in what workers load are spelled out when it is served. See
//! docs/architecture.md, "Spellings".

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::html::Page;
use super::imports::{self, Import};
use super::modules;

/// Node 20's modules. Other names of ours are not taken from npm packages of the same name.
const NODE: [&str; 51] = [
    "assert",
    "assert/strict",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "dns/promises",
    "domain",
    "events",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "inspector",
    "inspector/promises",
    "module",
    "net",
    "os",
    "path",
    "path/posix",
    "path/win32",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "readline/promises",
    "repl",
    "stream",
    "stream/consumers",
    "stream/promises",
    "stream/web",
    "string_decoder",
    "timers",
    "timers/promises",
    "tls",
    "tty",
    "url",
    "util",
    "util/types",
    "v8",
    "vm",
    "worker_threads",
    "zlib",
];

/// What Node knows only with its scheme.
const NODE_ONLY: [&str; 1] = ["test"];

static NAMES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| NODE.into_iter().filter(|name| modules::exists(name)).collect());

/// The source of `node:fs` (without `node:`).
pub(super) fn node_module(name: &str) -> Option<String> {
    let known = NAMES.contains(&name) || (NODE_ONLY.contains(&name) && modules::exists(name));
    known.then(|| format!("export*from\"socket:{name}\";export{{default}}from\"socket:{name}\""))
}

/// Names after `node:`, for people.
pub(super) fn names() -> String {
    NAMES.join(", ")
}

/// What to change in a page's text.
pub(super) struct Change {
    /// The text that runs as an import map, to be allowed.
    pub(super) map: String,
    /// Where it goes, and what is to stand there.
    pub(super) replacement: (std::ops::Range<usize>, String),
}

/// The import map of a page: ours, or its own with ours added where it says nothing itself.
///
/// `allowed` tells whether the page's policies let its own map run (given its nonce and text): a map that they
/// refuse must not come into force by being joined with one that they allow.
pub(super) fn import_map(html: &str, page: &Page, allowed: impl Fn(Option<&str>, &str) -> bool) -> Change {
    let own = page.maps.first().filter(|map| allowed(map.nonce.as_deref(), &html[map.range.clone()]));
    let parsed =
        own.and_then(|map| Some((map, serde_json::from_str::<Value>(&html[map.range.clone()]).ok()?)));
    if let Some((map, Value::Object(mut value))) = parsed {
        // A name that a later map of the page gives stays the page's too.
        let later: Vec<_> = page.maps[1..]
            .iter()
            .filter_map(|map| serde_json::from_str::<Value>(&html[map.range.clone()]).ok())
            .collect();
        let imports = value.entry("imports").or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(imports) = imports {
            for (name, address) in entries() {
                if !later.iter().any(|map| map["imports"].get(&name).is_some()) {
                    imports.entry(name).or_insert(address);
                }
            }
            let text = script_text(&Value::Object(value));
            return Change { replacement: (map.range.clone(), text.clone()), map: text };
        }
    }
    let imports = entries().collect::<Map<_, _>>();
    let text = script_text(&serde_json::json!({ "imports": imports }));
    let element = format!("<script type=\"importmap\">{text}</script>");
    Change { replacement: (page.scripts..page.scripts, element), map: text }
}

fn entries() -> impl Iterator<Item = (String, Value)> {
    let names = NAMES.iter().flat_map(|name| {
        let address = Value::from(format!("socket:{name}"));
        [((*name).to_owned(), address.clone()), (format!("node:{name}"), address)]
    });
    let only = NODE_ONLY.iter().filter(|name| modules::exists(name));
    names.chain(only.map(|name| (format!("node:{name}"), Value::from(format!("socket:{name}")))))
}

/// JSON in which nothing ends the script.
fn script_text(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// `'sha256-…'` of a script's text.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}

/// The directive of a policy that governs inline scripts: where its sources stand in the text.
fn script_sources(policy: &str) -> Option<std::ops::Range<usize>> {
    ["script-src-elem", "script-src", "default-src"].iter().find_map(|name| sources(policy, name))
}

fn sources(policy: &str, name: &str) -> Option<std::ops::Range<usize>> {
    policy.split(';').find_map(|directive| {
        let text = directive.trim_ascii();
        let end = text.find(|c: char| c.is_ascii_whitespace()).unwrap_or(text.len());
        let start = text.as_ptr() as usize - policy.as_ptr() as usize;
        text[..end].eq_ignore_ascii_case(name).then(|| start + end..start + text.len())
    })
}

/// Nothing may run: such a policy is not made to allow something.
fn is_none(sources: &[&str]) -> bool {
    sources.is_empty() || (sources.len() == 1 && sources[0].eq_ignore_ascii_case("'none'"))
}

fn is_hash_or_nonce(source: &str) -> bool {
    ["'nonce-", "'sha256-", "'sha384-", "'sha512-"]
        .iter()
        .any(|prefix| source.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
}

/// Whether a page with these policies imports `socket:` modules: only then it gets an import map.
pub(super) fn imports_modules(policies: &str) -> bool {
    policies.split(',').all(|policy| {
        script_sources(policy).is_none_or(|range| {
            let mut sources = policy[range].split_ascii_whitespace();
            sources.any(|source| source.eq_ignore_ascii_case("socket:") || source == "*")
        })
    })
}

/// Whether these policies let an inline script run.
pub(super) fn allows_inline(policies: &str, nonce: Option<&str>, text: &str) -> bool {
    let (nonce, hash) = (nonce.map(|nonce| format!("'nonce-{nonce}'")), hash(text));
    policies.split(',').all(|policy| {
        script_sources(policy).is_none_or(|range| {
            let sources: Vec<_> = policy[range].split_ascii_whitespace().collect();
            let named = |source: &&str| **source == hash || Some(*source) == nonce.as_deref();
            sources.iter().any(named)
                || (sources.iter().any(|source| source.eq_ignore_ascii_case("'unsafe-inline'"))
                    && !sources.iter().any(|source| is_hash_or_nonce(source)))
        })
    })
}

/// Adds to policies what the spellings need: the scheme `node:` beside `socket:`, for a page the hash of its import
/// map, and `nonce` if the page may load CommonJS. A policy that lets every inline script run stays so: a hash or a
/// nonce would end that.
pub(super) fn allow(policies: &str, map: Option<&str>, nonce: Option<&str>) -> String {
    let hash = map.map(hash);
    let inline = [hash, nonce.map(|nonce| format!("'nonce-{nonce}'"))];
    let policies = policies.split(',').map(|policy| {
        let mut additions: Vec<(usize, String)> = Vec::new();
        for name in ["script-src-elem", "script-src", "default-src"] {
            let Some(range) = sources(policy, name) else { continue };
            let has = |wanted: &str| {
                policy[range.clone()]
                    .split_ascii_whitespace()
                    .any(|source| source.eq_ignore_ascii_case(wanted))
            };
            if has("socket:") && !has("node:") {
                additions.push((range.end, " node:".into()));
            }
        }
        if let Some(range) = script_sources(policy) {
            let sources: Vec<_> = policy[range.clone()].split_ascii_whitespace().collect();
            let all_inline = sources.iter().any(|source| source.eq_ignore_ascii_case("'unsafe-inline'"))
                && !sources.iter().any(|source| is_hash_or_nonce(source));
            let wanted = inline.iter().flatten().filter(|_| !all_inline && !is_none(&sources));
            for source in wanted.filter(|source| !sources.contains(&source.as_str())) {
                additions.push((range.end, format!(" {source}")));
            }
        }
        additions.sort_by_key(|(at, _)| *at);
        let mut text = policy.to_owned();
        for (at, addition) in additions.iter().rev() {
            text.insert_str(*at, addition);
        }
        text
    });
    policies.collect::<Vec<_>>().join(",")
}

/// What a worker loads, and how it is served: engines do not say what they load a script for, so the preload of pages and
/// workers marks the addresses, and what is served under a mark marks what it imports.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Load {
    /// The script of a classic worker.
    Classic,
    /// That of a module worker: it loads the preload and then itself, as [`Load::Main`].
    Root,
    /// What a module worker loads first.
    Preload,
    /// Its own script.
    Main,
    /// A module that a worker imports.
    Module,
    /// A script that a classic worker imports.
    Script,
    /// A CommonJS file, for `importScripts`.
    CommonJs,
}

const MARKS: [(&str, Load); 7] = [
    ("socket-worker=classic", Load::Classic),
    ("socket-worker=module", Load::Root),
    ("socket-preload", Load::Preload),
    ("socket-main", Load::Main),
    ("socket-module", Load::Module),
    ("socket-script", Load::Script),
    ("socket-commonjs", Load::CommonJs),
];

/// What the last part of a query marks, and the query without it.
pub(super) fn worker_query(query: &str) -> Option<(Load, &str)> {
    let (rest, mark) = query.rsplit_once('&').unwrap_or(("", query));
    MARKS.iter().find(|(name, _)| *name == mark).map(|(_, load)| (*load, rest))
}

/// What workers import with, by the preload: see js/internal/worker-realm.js.
const IMPORTER: &str = "globalThis[Symbol.for(\"socket.import\")]";

/// The names that the preload of a worker spells out, as a script in front of it.
pub(super) fn worker_names() -> String {
    format!("globalThis[Symbol.for(\"socket.names\")]=\"{}\";", NAMES.join(" "))
}

/// A script as a worker gets it. Nothing is added but on the first line, so that numbers of lines stay.
///
/// `address`: its own, without the mark. `host`: of the app. `preload`: its source.
pub(super) fn worker_script(script: &str, load: Load, address: &str, host: &str, preload: &str) -> String {
    let script = script.strip_prefix('\u{feff}').unwrap_or(script);
    let text = |address: &str| serde_json::to_string(address).unwrap_or_default();
    let marked = |mark: &str| text(&mark_address(address, mark));
    match load {
        // Modules run in the order in which they are imported, so the worker has its console before its first line runs.
        // All is imported at once: a module that waited would miss the first messages.
        Load::Root => format!("import{};import{}", marked("socket-preload"), marked("socket-main")),
        Load::Preload => format!("{}{preload}", worker_names()),
        Load::Main | Load::Module => {
            let script = spell_out(script, address, host);
            let followed = if load == Load::Main { followed(&script, true) } else { None };
            format!("import.meta.url={};{}", text(address), followed.unwrap_or(script))
        }
        Load::Script => spell_out(script, address, host),
        Load::Classic => {
            // A directive counts only in front.
            let strict = if is_strict(script) { "\"use strict\";" } else { "" };
            let script = spell_out(script, address, host);
            format!("{strict}importScripts(\"socket:internal/preload\");{script}")
        }
        Load::CommonJs => commonjs_script(&spell_out(script, address, host)),
    }
}

/// A module whose failure is told to the preload, where engines tell nobody: WebKit drops what is thrown behind an `await`
/// of the module's own, and tells a worker nothing of what its own script throws. Its body becomes a function's, and what it
/// imports stays in front. A module that exports something cannot be followed so, and need not be where it does not wait
/// (`always`: all the same).
pub(super) fn followed(script: &str, always: bool) -> Option<String> {
    if !always && !script.contains("await") {
        return None;
    }
    let module = imports::read(script);
    if !module.whole || module.exports || !(always || module.waits) {
        return None;
    }
    let is_end = |character: &char| matches!(character, '\n' | '\r');
    let mut head = String::new();
    let mut body = String::with_capacity(script.len());
    let mut at = 0;
    for range in module.declarations {
        let declaration = &script[range.clone()];
        head.extend(declaration.chars().map(|character| if is_end(&character) { ' ' } else { character }));
        head.push(';');
        body.push_str(&script[at..range.start]);
        // Lines stay.
        body.extend(declaration.chars().filter(is_end));
        at = range.end;
    }
    body.push_str(&script[at..]);
    let comment = if body.starts_with("#!") { "//" } else { "" };
    Some(format!(
        "{head}await(globalThis[Symbol.for(\"socket.follow\")]??((_,p)=>p))(import.meta.url,(async()=>{{{comment}{body}\n}})());"
    ))
}

/// `?a#b` becomes `?a&mark#b`.
fn mark_address(address: &str, mark: &str) -> String {
    let (head, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
    let separator = if head.contains('?') { '&' } else { '?' };
    format!("{head}{separator}{mark}{fragment}")
}

/// Replaces bare names of built-in modules by their addresses, and marks the app's own modules, so that theirs are
/// replaced, too. Calls of `import()` go through a function of the preload's, which does the same.
fn spell_out(script: &str, address: &str, host: &str) -> String {
    let mut result = String::with_capacity(script.len() + 64);
    let mut at = 0;
    for import in imports::find(script) {
        let (range, text) = match import {
            Import::Static(range) => match static_specifier(&script[range.clone()], host) {
                Some(text) => (range, text),
                None => continue,
            },
            Import::Dynamic(range) => {
                let base = serde_json::to_string(address).unwrap_or_default();
                (range, format!("{IMPORTER}({base})"))
            }
        };
        result.push_str(&script[at..range.start]);
        result.push_str(&text);
        at = range.end;
    }
    result.push_str(&script[at..]);
    result
}

fn static_specifier(specifier: &str, host: &str) -> Option<String> {
    if NAMES.contains(&specifier) {
        return Some(format!("socket:{specifier}"));
    }
    let own = specifier.strip_prefix("socket://").is_some_and(|rest| {
        rest.get(..host.len()).is_some_and(|start| start.eq_ignore_ascii_case(host))
            && rest[host.len()..].starts_with('/')
    });
    let relative = ["./", "../", "/"].iter().any(|start| specifier.starts_with(start));
    (own || (relative && !specifier.starts_with("//"))).then(|| mark_address(specifier, "socket-module"))
}

/// A CommonJS file as a script that leaves its function where `socket:module` takes it: workers run it with
/// `importScripts`, which policies govern as any script of the app's.
fn commonjs_script(source: &str) -> String {
    // What a shell reads of an executable file is a comment.
    let comment = if source.starts_with("#!") { "//" } else { "" };
    // Two functions: a file may declare names like Buffer itself, but not those of its parameters.
    format!(
        "globalThis[Symbol.for(\"socket.commonjs\")]=function(process,Buffer,global,setImmediate,clearImmediate){{\
         return function(exports,require,module,__filename,__dirname){{{comment}{source}\n}}}}"
    )
}

fn is_strict(script: &str) -> bool {
    let mut rest = script.trim_start();
    loop {
        let skipped = if let Some(comment) = rest.strip_prefix("//") {
            comment.split_once('\n').map_or("", |(_, rest)| rest)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, rest)| rest)
        } else {
            return rest.starts_with("'use strict'") || rest.starts_with("\"use strict\"");
        };
        rest = skipped.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::super::html;
    use super::*;

    #[test]
    fn node_modules_pass_on_ours() {
        assert_eq!(
            node_module("fs/promises").as_deref(),
            Some("export*from\"socket:fs/promises\";export{default}from\"socket:fs/promises\"")
        );
        assert!(node_module("test").is_some(), "known with its scheme");
        for name in ["", "window", "internal/ipc", "nothing"] {
            assert_eq!(node_module(name), None, "{name}");
        }
        for name in NAMES.iter().chain(&NODE_ONLY) {
            let source = String::from_utf8(modules::find(name).expect("it is there")).expect("text");
            let default = source.contains("as default") || source.contains("export default");
            assert!(default, "socket:{name} has no default export, which node:{name} passes on");
        }
    }

    fn map_of(html: &str, allowed: bool) -> (String, String) {
        let page = html::scan(html);
        let change = import_map(html, &page, |_, _| allowed);
        (html::replace(html, vec![change.replacement]), change.map)
    }

    #[test]
    fn a_page_gets_a_map_before_its_first_script() {
        let (html, map) = map_of("<!doctype html><title>x</title><script src=a></script>", true);
        assert_eq!(
            html,
            format!(
                "<!doctype html><title>x</title><script type=\"importmap\">{map}</script><script src=a></script>"
            )
        );
        let map: Value = serde_json::from_str(&map).expect("JSON");
        assert_eq!(map["imports"]["fs"], "socket:fs");
        assert_eq!(map["imports"]["node:fs/promises"], "socket:fs/promises");
        assert_eq!(map["imports"]["test"], Value::Null, "Node has it with its scheme only");
        assert_eq!(map["imports"]["node:test"], "socket:test");
        assert_eq!(map["imports"]["window"], Value::Null);
    }

    #[test]
    fn what_a_page_maps_itself_stays() {
        let own = r#"<script type="importmap">{"imports":{"path":"./p.js","x":"</"},"scopes":{"/a/":{"fs":"./f.js"}}}</script>
            <script type=importmap>{"imports":{"os":"./o.js"}}</script>"#;
        let (html, map) = map_of(own, true);
        assert!(html.contains(&format!("<script type=\"importmap\">{map}</script>")), "{html}");
        assert!(!map.contains("</"), "nothing ends the script early");
        let map: Value = serde_json::from_str(&map).expect("JSON");
        assert_eq!(map["imports"]["path"], "./p.js");
        assert_eq!(map["imports"]["node:path"], "socket:path");
        assert_eq!(map["imports"]["os"], Value::Null, "said by a later map");
        assert_eq!(map["imports"]["fs"], "socket:fs");
        assert_eq!(map["scopes"]["/a/"]["fs"], "./f.js");
    }

    #[test]
    fn a_map_that_is_refused_or_broken_is_not_touched() {
        let own = r#"<script type="importmap">{"imports":{"path":"./p.js"}}</script>"#;
        for (html, allowed) in [(own, false), ("<script type=importmap>{</script>", true)] {
            let (changed, _) = map_of(html, allowed);
            assert!(changed.ends_with(html), "{changed}");
            assert!(changed.starts_with("<script type=\"importmap\">{\"imports\""), "{changed}");
        }
    }

    #[test]
    fn policies_gain_the_hash_and_the_scheme_and_no_more() {
        let map = "{}";
        let hash = hash(map);
        assert_eq!(hash, "'sha256-RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o='");
        let cases = [
            (
                "script-src 'self' socket:; img-src *",
                format!("script-src 'self' socket: node: {hash}; img-src *"),
            ),
            ("default-src 'self' socket:", format!("default-src 'self' socket: node: {hash}")),
            ("script-src socket: 'unsafe-inline'", "script-src socket: 'unsafe-inline' node:".to_owned()),
            (
                "script-src socket: 'unsafe-inline' 'nonce-a'",
                format!("script-src socket: 'unsafe-inline' 'nonce-a' node: {hash}"),
            ),
            (
                "script-src socket:; script-src-elem socket: node:",
                format!("script-src socket: node:; script-src-elem socket: node: {hash}"),
            ),
            ("img-src 'self'", "img-src 'self'".to_owned()),
            (
                "script-src socket:, default-src socket:",
                format!("script-src socket: node: {hash},default-src socket: node: {hash}")
                    .replace(",default", ", default"),
            ),
        ];
        for (before, after) in cases {
            assert_eq!(allow(before, Some(map), None), after);
        }
        assert_eq!(allow("script-src socket:", None, None), "script-src socket: node:");
        assert_eq!(allow("script-src 'self'", None, Some("a")), "script-src 'self' 'nonce-a'");
        assert_eq!(allow("script-src 'unsafe-inline'", None, Some("a")), "script-src 'unsafe-inline'");
        assert_eq!(allow("default-src 'none'", Some(map), Some("a")), "default-src 'none'");
        assert_eq!(allow("", Some(map), Some("a")), "");
    }

    #[test]
    fn only_pages_that_may_import_get_a_map() {
        assert!(imports_modules(""));
        assert!(imports_modules("img-src 'none'"));
        assert!(imports_modules("default-src 'self' SOCKET:"));
        assert!(!imports_modules("script-src 'none'"));
        assert!(!imports_modules("script-src 'self'"));
        assert!(!imports_modules("script-src socket:, default-src 'self'"));
    }

    #[test]
    fn inline_scripts_are_allowed_as_browsers_do() {
        assert!(allows_inline("", None, "x"));
        assert!(allows_inline("script-src 'unsafe-inline'", None, "x"));
        assert!(!allows_inline("script-src 'unsafe-inline' 'nonce-a'", None, "x"));
        assert!(allows_inline("script-src 'nonce-a'", Some("a"), "x"));
        assert!(!allows_inline("script-src 'nonce-a'", Some("b"), "x"));
        assert!(allows_inline(&format!("script-src {}", hash("x")), None, "x"));
        assert!(!allows_inline("script-src 'self'", None, "x"));
        assert!(!allows_inline("script-src 'unsafe-inline', script-src 'self'", None, "x"));
    }

    fn served(script: &str, load: Load) -> String {
        worker_script(script, load, "socket://a/d/w.js?q", "a", "PRELOAD")
    }

    #[test]
    fn marks_are_the_last_of_a_query() {
        assert_eq!(worker_query("a=1&socket-worker=module"), Some((Load::Root, "a=1")));
        assert_eq!(worker_query("socket-worker=classic"), Some((Load::Classic, "")));
        assert_eq!(worker_query("a&b&socket-module"), Some((Load::Module, "a&b")));
        for other in ["", "socket-worker", "socket-worker=", "x=socket-worker=classic", "socket-module&a"] {
            assert_eq!(worker_query(other), None, "{other}");
        }
        assert_eq!(mark_address("./a?b#c", "m"), "./a?b&m#c");
        assert_eq!(mark_address("./a#c?d", "m"), "./a?m#c?d");
    }

    #[test]
    fn worker_scripts_load_the_preload_first() {
        assert_eq!(served("\u{feff}x", Load::Classic), "importScripts(\"socket:internal/preload\");x");
        assert_eq!(
            served("anything", Load::Root),
            "import\"socket://a/d/w.js?q&socket-preload\";import\"socket://a/d/w.js?q&socket-main\""
        );
        let preload = served("anything", Load::Preload);
        assert!(
            preload.starts_with("globalThis[Symbol.for(\"socket.names\")]=\"assert ")
                && preload.ends_with("PRELOAD"),
            "{preload}"
        );
        for strict in ["'use strict';x", "// a\n/* b */ \"use strict\"\nx"] {
            let script = served(strict, Load::Classic);
            assert!(
                script.starts_with("\"use strict\";importScripts") && script.ends_with(strict),
                "{script}"
            );
        }
        assert!(served("#!/bin/node\nx", Load::CommonJs).ends_with("__dirname){//#!/bin/node\nx\n}}"));
        assert!(!served("f('use strict')", Load::Classic).starts_with("\"use"));
    }

    #[test]
    fn bare_names_are_spelled_out() {
        let script = "import fs from 'fs'\nimport 'node:os'; import './a.js'; import '/b.js#c'; import 'socket://A/d.js'\n\
            import 'socket://ab/d.js'; import 'package'; import '//x/y'; export * from 'fs/promises'; import('fs'); a.import('fs')";
        assert_eq!(
            served(script, Load::Module),
            "import.meta.url=\"socket://a/d/w.js?q\";import fs from 'socket:fs'\nimport 'node:os'; \
             import './a.js?socket-module'; import '/b.js?socket-module#c'; import 'socket://A/d.js?socket-module'\n\
             import 'socket://ab/d.js'; import 'package'; import '//x/y'; export * from 'socket:fs/promises'; \
             globalThis[Symbol.for(\"socket.import\")](\"socket://a/d/w.js?q\")('fs'); a.import('fs')"
        );
        assert_eq!(served("import(x)", Load::Script), format!("{IMPORTER}(\"socket://a/d/w.js?q\")(x)"));
    }

    #[test]
    fn a_script_that_waits_is_followed() {
        let follow =
            "await(globalThis[Symbol.for(\"socket.follow\")]??((_,p)=>p))(import.meta.url,(async()=>{";
        assert_eq!(
            followed("let a\nimport {\n b } from 'b'\nawait b // end", false),
            Some(format!("import {{  b }} from 'b';{follow}let a\n\n\nawait b // end\n}})());"))
        );
        for other in ["a()", "export const a = await b", "async () => { await 1 }", "await 1; }"] {
            assert_eq!(followed(other, false), None, "{other}");
        }
        assert_eq!(followed("a()", true), Some(format!("{follow}a()\n}})());")));
        assert_eq!(followed("export default 1", true), None);
    }
}
