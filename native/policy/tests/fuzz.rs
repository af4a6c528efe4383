//! Any text: no panic, no power that nobody gave, and no path that leads out of what was listed.
//!
//! `PROPTEST_CASES=1000000 cargo test --release -p socket-policy --test fuzz` runs as long as one likes.

use std::path::Path;

use proptest::prelude::*;
use socket_policy::{
    Access, Capabilities, Grants, KEYS, Lists, Places, PolicyList, PolicySource, Source, Url, html, resolve,
};

fn cases(default: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(default);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Text that looks like a policy, more or less.
fn policy() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("connect-src".to_owned()),
        Just("default-src".to_owned()),
        Just("CONNECT-SRC".to_owned()),
        Just("script-src".to_owned()),
        Just("ipc:".to_owned()),
        Just("ipc://fs.open".to_owned()),
        Just("ipc://fs.*".to_owned()),
        Just("ipc://fs".to_owned()),
        Just("'none'".to_owned()),
        Just("'self'".to_owned()),
        Just("*".to_owned()),
        "[ -~]{0,12}",
        any::<String>(),
    ];
    let separator = prop_oneof![Just(" "), Just(";"), Just(","), Just("\t"), Just(""), Just("\n")];
    prop::collection::vec((word, separator), 0..12)
        .prop_map(|parts| parts.into_iter().map(|(word, separator)| word + separator).collect())
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn a_further_policy_only_narrows(a in policy(), b in policy()) {
        let one = PolicyList::parse(&a, PolicySource::Header);
        let mut both = one.clone();
        both.add(&b, PolicySource::Meta);
        for route in ["fs.open", "os.cpus", "ipc.events"] {
            prop_assert!(!both.allows_route(route) || one.allows_route(route) || !one.governs_calls());
            // Nothing is allowed that no source names.
            let named = format!("{a};{b}").to_ascii_lowercase().contains("ipc:");
            prop_assert!(named || !both.allows_route(route));
        }
        prop_assert!(both.governs_calls() || !both.allows_route("fs.open"));
    }

    #[test]
    fn sources_and_addresses_are_read(text in any::<String>(), url in any::<String>()) {
        let source = Source::parse(&text);
        if let (Some(url), Some(own)) = (Url::parse(&url), Url::parse("socket://com.app")) {
            let _ = source.allows(&url, &own);
        }
    }

    #[test]
    fn pages_are_read(text in r#"(<(meta|script|body|!--|/script|title|style)?|http-equiv|content|=|"|'|>|-->|Content-Security-Policy| |&amp;|é|x){0,30}"#) {
        let page = html::scan(&text);
        let mut replacements: Vec<_> = page.policies.iter().map(|meta| (meta.range.clone(), String::new())).collect();
        replacements.push((page.scripts..page.scripts, "y".into()));
        prop_assert!(page.scripts <= text.len());
        // Its places are places in the text.
        let _ = html::replace(&text, replacements);
    }

    #[test]
    fn entries_are_read_or_refused(key in 0..KEYS.len(), entry in any::<String>(), other in any::<String>(), port: u16) {
        let mut lists = Lists::default();
        if let Some(list) = lists.key(KEYS[key]) {
            list.push(entry);
        }
        if let Ok(limits) = Capabilities::new(Some(&lists), Places::default()) {
            let _ = limits.file(Path::new(&other), Access::Write, true, &Grants::default());
            let _ = (limits.udp(&other, port), limits.tcp(&other, port), limits.host(&other), limits.url(&other));
            let _ = limits.command(&other, std::slice::from_ref(&other), std::iter::empty());
            let _ = limits.bluetooth(&other);
        }
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn no_path_leads_out(parts in prop::collection::vec(prop_oneof![
        Just(".."), Just("."), Just("in"), Just("up"), Just("out"), Just("root"), Just("deep"), Just("none"), Just("a.txt"), Just(""),
    ], 0..10)) {
        // One tree for all runs: it is only read.
        static TREE: std::sync::OnceLock<tempfile::TempDir> = std::sync::OnceLock::new();
        let tree = TREE.get_or_init(|| {
            let tree = tempfile::tempdir().expect("a temporary folder");
            std::fs::create_dir_all(tree.path().join("own/deep")).expect("made");
            std::fs::write(tree.path().join("own/a.txt"), "x").expect("written");
            std::fs::write(tree.path().join("a.txt"), "secret").expect("written");
            #[cfg(unix)]
            for (target, link) in [("..", "up"), ("../a.txt", "out"), ("a.txt", "in"), ("/", "root"), ("..", "deep/up")] {
                std::os::unix::fs::symlink(target, tree.path().join("own").join(link)).expect("linked");
            }
            tree
        });
        let mut places = Places::default();
        places.set("DATA", tree.path().join("own"));
        let lists = Lists { read: vec!["$DATA/**".into()], ..Lists::default() };
        let limits = Capabilities::new(Some(&lists), places).expect("valid");
        let path = tree.path().join("own").join(parts.join("/"));
        let allowed = limits.file(&path, Access::Read, true, &Grants::default()).is_ok();
        // The system is the judge of what is there.
        if let Ok(real) = path.canonicalize() {
            let own = tree.path().join("own").canonicalize().expect("there");
            prop_assert_eq!(allowed, real.starts_with(&own), "{:?} is {:?}", path, real);
            prop_assert_eq!(resolve(&path, true).expect("resolved"), real);
        }
    }
}
