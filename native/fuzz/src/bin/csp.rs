//! Any text as a policy, and as a page with policies in it. A further policy only narrows, a further source only widens,
//! engines are told the same, and nothing is allowed that no source names.
#![no_main]

use libfuzzer_sys::fuzz_target;
use socket_ipc::policy::CspPolicy;
use socket_policy::{PolicyList, PolicySource, Url, html};

const ROUTES: [&str; 4] = ["fs.open", "fs.readFile", "os.cpus", "child_process.spawn"];

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    // Two policies and an address, with NUL between them.
    let mut parts = text.splitn(3, '\0');
    let (a, b) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let address = parts.next().unwrap_or("https://example.com/a");
    let (url, own) = (Url::parse(address), Url::parse("socket://com.app").expect("an address"));
    let lets = |list: &PolicyList| url.as_ref().is_some_and(|url| list.allows_url("connect-src", url, &own));

    for (one_is, other_is) in
        [(PolicySource::Header, PolicySource::Meta), (PolicySource::Meta, PolicySource::Header)]
    {
        let one = PolicyList::parse(a, one_is);
        let mut both = one.clone();
        both.add(b, other_is);
        let named = format!("{a};{b}").to_ascii_lowercase().contains("ipc:");
        for route in ROUTES {
            let allowed = both.allows_route(route);
            assert!(
                !allowed || one.allows_route(route) || !one.governs_calls(),
                "{route}: {b:?} widened {a:?}"
            );
            assert!(!allowed || (named && both.governs_calls()), "{route}: nothing names it");
        }
        assert!(!lets(&both) || lets(&one), "{b:?} widened {a:?} for {address:?}");
    }

    // Words that a policy's own separators cannot be part of.
    let words = |text: &str| text.replace([';', ','], " ");
    let (few, more) = (words(a), format!("{} {}", words(a), words(b)));
    let list = |words: &str| PolicyList::parse(&format!("connect-src {words}"), PolicySource::Header);
    let (few, more) = (list(&few), list(&more));
    for route in ROUTES {
        assert!(!few.allows_route(route) || more.allows_route(route), "{route}: a source took it away");
    }
    assert!(!lets(&few) || lets(&more), "a source took {address:?} away");

    let policy = CspPolicy { origin: String::new(), always: &[] };
    let list = PolicyList::parse(a, PolicySource::Header);
    let told = PolicyList::parse(&policy.expand(a, ROUTES.into_iter()), PolicySource::Header);
    for route in ROUTES {
        assert_eq!(told.allows_route(route), list.allows_route(route), "{route}: engines are told otherwise");
    }

    let page = html::scan(&text);
    assert!(page.scripts <= text.len());
    let places = page.policies.iter().map(|meta| (meta.range.clone(), String::new()));
    let _ = html::replace(&text, places.chain([(page.scripts..page.scripts, "x".into())]).collect());
});
