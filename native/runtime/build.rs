//! Embeds the `socket:` modules: js/dist, which `node npm/modules.js` makes from js/api and js/internal.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let dist = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../js/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut modules = Vec::new();
    for (folder, prefix) in [("api", "socket:"), ("internal", "socket:internal/")] {
        walk(&dist.join(folder), "", prefix, &mut modules);
    }
    modules.sort();
    let preload = dist.join("preload.js");
    assert!(
        !modules.is_empty() && preload.exists(),
        "the socket: modules are not bundled yet: run `node npm/modules.js` first (`npm test` and `npm start` do)"
    );
    let mut text = String::from("pub(super) static MODULES: &[(&str, &[u8])] = &[\n");
    for (name, path) in modules {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    ({name:?}, include_bytes!({path:?})),");
    }
    let _ = writeln!(text, "];\npub(super) static PRELOAD: &str = include_str!({preload:?});");
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("modules.rs");
    fs::write(out, text).expect("OUT_DIR can be written");
}

fn walk(folder: &Path, within: &str, prefix: &str, modules: &mut Vec<(String, PathBuf)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            walk(&path, &format!("{within}{name}/"), prefix, modules);
        } else if let Some(name) = name.strip_suffix(".js") {
            println!("cargo::rerun-if-changed={}", path.display());
            modules.push((format!("{prefix}{within}{name}"), path));
        }
    }
}
