//! The contract between Rust and JavaScript holds: types are current, every module is in three places, every
//! route is called from its module.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn routes_d_ts_is_current() {
    let path = root().join("js/internal/routes.d.ts");
    let current = socket_ipc::typescript::contract(socket_api::modules());
    let stored = fs::read_to_string(&path).unwrap_or_default();
    if stored != current {
        fs::write(&path, current).expect("js/internal can be written");
        panic!(
            "routes.d.ts is stale; it has been rewritten: commit it, and let `npm run types` show what no longer fits"
        );
    }
}

#[test]
fn every_module_is_in_three_places() {
    for module in socket_api::MODULES {
        for place in [
            format!("native/api/src/{module}.rs"),
            format!("js/api/{module}.js"),
            format!("test/api/{module}.js"),
        ] {
            let folder = place.replace(".rs", "/mod.rs");
            assert!(root().join(&place).exists() || root().join(folder).exists(), "{place} is missing");
        }
    }
}

#[test]
fn every_route_belongs_to_its_module_and_is_called() {
    let mut source = String::new();
    read(&root().join("js/api"), &mut source);
    read(&root().join("js/internal"), &mut source);
    for (name, module) in socket_api::MODULES.iter().zip(socket_api::modules()) {
        for route in &module.routes {
            assert!(
                route.name.starts_with(&format!("{name}.")),
                "{} is not in the module {name}",
                route.name
            );
            assert!(source.contains(&format!("'{}'", route.name)), "no line of js/ calls {}", route.name);
        }
        for event in &module.events {
            assert!(
                source.contains(&format!("'{}'", event.name)),
                "no line of js/ listens to {}",
                event.name
            );
        }
    }
}

fn read(path: &Path, text: &mut String) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("readable").flatten() {
            if !entry.path().to_string_lossy().ends_with(".d.ts") {
                read(&entry.path(), text);
            }
        }
    } else if let Ok(more) = fs::read_to_string(path) {
        text.push_str(&more);
    }
}
