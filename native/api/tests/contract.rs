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

/// Routes about which policy sees no more than their name, and why that is enough. A module stands for its routes.
const WITHOUT_RESOURCE: &[(&str, &str)] = &[
    ("application", "the app's own screen, menus, storage and end"),
    ("backend", "its command stands in socket.ini, which pages cannot write"),
    ("bluetooth.adapters", "a fact about the machine"),
    ("bluetooth.connect", "what is read and written there is asked about by its service"),
    ("bluetooth.disconnect", "a connection of the same document"),
    ("bluetooth.services", "names of what a device offers"),
    ("bluetooth.stopScan", "a scan of the same document"),
    ("bluetooth.unserve", "services of the same document"),
    ("child_process.close", "a program of the same document, asked about when it was started"),
    ("child_process.end", "a program of the same document, asked about when it was started"),
    ("child_process.kill", "a program of the same document, asked about when it was started"),
    ("child_process.read", "a program of the same document, asked about when it was started"),
    ("child_process.wait", "a program of the same document, asked about when it was started"),
    ("child_process.write", "a program of the same document, asked about when it was started"),
    ("console", "text for the terminal"),
    ("crypto", "bytes that the page gives and gets"),
    ("dgram.bufferSize", "a socket of the same document, asked about when it was bound or sends"),
    ("dgram.close", "a socket of the same document, asked about when it was bound or sends"),
    ("dgram.disconnect", "a socket of the same document, asked about when it was bound or sends"),
    ("dgram.multicastInterface", "a socket of the same document, asked about when it was bound or sends"),
    ("dgram.setOption", "a socket of the same document, asked about when it was bound or sends"),
    ("dns.servers", "a fact about the machine"),
    ("fs.close", "a file of the same document, asked about when it was opened"),
    ("fs.dirClose", "a directory of the same document, asked about when it was opened"),
    ("fs.dirRead", "a directory of the same document, asked about when it was opened"),
    ("fs.fchmod", "a file of the same document that was opened for writing"),
    ("fs.fchown", "a file of the same document that was opened for writing"),
    ("fs.fdatasync", "a file of the same document, asked about when it was opened"),
    ("fs.fstat", "a file of the same document, asked about when it was opened"),
    ("fs.fsync", "a file of the same document, asked about when it was opened"),
    ("fs.ftruncate", "a file of the same document, asked about when it was opened"),
    ("fs.futimes", "a file of the same document that was opened for writing"),
    ("fs.read", "a file of the same document, asked about when it was opened"),
    ("fs.readv", "a file of the same document, asked about when it was opened"),
    ("fs.unwatch", "a file of the same document, asked about when it was watched"),
    ("fs.write", "a file of the same document, asked about when it was opened"),
    ("fs.writev", "a file of the same document, asked about when it was opened"),
    ("ipc", "calls and events of the same document"),
    ("module", "the app's own files, as pages are served them, and nothing outside"),
    ("net.accept", "a server of the same document, asked about when it began to listen"),
    ("net.close", "a connection or server of the same document, asked about when it was made"),
    ("net.end", "a connection of the same document, asked about when it was made"),
    ("net.read", "a connection of the same document, asked about when it was made"),
    ("net.setOption", "a connection of the same document, asked about when it was made"),
    ("net.write", "a connection of the same document, asked about when it was made"),
    ("network.complete", "keys and signatures that the page gives and gets"),
    ("network.consent", "keys and signatures that the page gives and gets"),
    ("network.close", "a peer of the same document, asked about when it was opened"),
    ("network.enter", "a peer of the same document, asked about when it was opened"),
    ("network.exit", "a peer of the same document, asked about when it was opened"),
    ("network.group", "a peer of the same document, asked about when it was opened"),
    ("network.hangUp", "a peer of the same document, asked about when it was opened"),
    ("network.hold", "a peer of the same document, asked about when it was opened"),
    ("network.learn", "a peer of the same document, asked about when it was opened"),
    ("network.leave", "a peer of the same document, asked about when it was opened"),
    ("network.metrics", "a peer of the same document, asked about when it was opened"),
    ("network.neighbours", "a peer of the same document, asked about when it was opened"),
    ("network.propose", "keys and signatures that the page gives and gets"),
    ("network.publish", "a peer of the same document, asked about when it was opened"),
    ("network.query", "a peer of the same document, asked about when it was opened"),
    ("network.save", "a peer of the same document, asked about when it was opened"),
    ("network.send", "a peer of the same document, asked about when it was opened or connected"),
    ("network.share", "keys and signatures that the page gives and gets"),
    ("network.state", "facts about the machine"),
    ("network.subscribe", "a peer of the same document, asked about when it was opened"),
    ("network.unwatch", "facts about the machine"),
    ("network.watch", "facts about the machine"),
    ("notification", "text for the user; [permissions] governs it"),
    ("os", "facts about the machine; priorities of the user's own processes"),
    ("process.cpuUsage", "the app's own process"),
    ("process.constrainedMemory", "the app's own process"),
    ("process.ids", "the app's own process"),
    ("process.listen", "the app's own process"),
    ("process.memoryUsage", "the app's own process"),
    ("process.readStdin", "the app's own process"),
    ("process.resourceUsage", "the app's own process"),
    ("process.umask", "the app's own process"),
    ("process.unlisten", "the app's own process"),
    ("window.close", "windows of the app"),
    ("window.list", "windows of the app"),
    ("window.popup", "a menu that people choose from"),
    ("window.print", "the dialog of the system, in which people choose"),
    ("window.pick", "files that people choose; their choice is what allows them"),
    ("window.send", "windows of the app"),
    ("window.takeDrop", "files that people dropped; that is what allows them"),
];

#[test]
fn every_route_shows_policy_what_it_is_about() {
    let reason = |name: &str| {
        let module = name.split('.').next().unwrap_or_default();
        WITHOUT_RESOURCE.iter().any(|(known, why)| (*known == name || *known == module) && !why.is_empty())
    };
    let modules = socket_api::modules();
    let routes: Vec<_> = modules.iter().flat_map(|module| &module.routes).collect();
    for route in &routes {
        assert!(
            reason(route.name) == route.resources.is_empty(),
            "{}: name what it is about in its line of routes! (`read(path)`, see contributing.md), or say in \
             WITHOUT_RESOURCE why it is about nothing that policy must see; not both",
            route.name
        );
    }
    for (name, _) in WITHOUT_RESOURCE {
        let known =
            |route: &&socket_ipc::Route<_>| route.name == *name || route.name.split('.').next() == Some(name);
        assert!(routes.iter().any(known), "there is no route {name} any more");
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
