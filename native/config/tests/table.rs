//! The table of keys: nothing stands in it twice, its defaults fit, and `docs/config.md` is made from it.

use std::collections::BTreeSet;
use std::path::Path;

use socket_config::{KEYS, Preset, reference};

#[test]
fn keys_are_distinct_and_documented() {
    let flat: BTreeSet<_> =
        KEYS.iter().map(|key| format!("{}.{}", key.section, key.name).replace('.', "_")).collect();
    assert_eq!(flat.len(), KEYS.len());
    for key in KEYS {
        assert!(key.doc.trim().ends_with('.'), "[{}] {}", key.section, key.name);
        assert_ne!(key.default, Preset::Text(""), "[{}] {}", key.section, key.name);
    }
}

#[test]
fn the_documentation_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/config.md");
    let page = reference();
    if std::fs::read_to_string(&path).is_ok_and(|current| current == page) {
        return;
    }
    std::fs::create_dir_all(path.parent().expect("docs")).expect("created");
    std::fs::write(&path, page).expect("written");
    panic!("docs/config.md was stale; it is rewritten, commit it");
}
