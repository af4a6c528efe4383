//! Embeds the `socket:` modules: js/dist, which `node npm/modules.js` makes from js/api and js/internal.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let dist = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../js/dist");
    for made in ["api", "internal", "preload.js"] {
        println!("cargo::rerun-if-changed={}", dist.join(made).display());
    }
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
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    let mut text = String::from("static MODULES: &[(&str, &[u8])] = &[\n");
    for (index, (name, path)) in modules.iter().enumerate() {
        let packed = pack(path, &out.join(format!("{index}.deflate")));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    ({name:?}, include_bytes!({packed:?})),");
    }
    let packed = pack(&preload, &out.join("preload.deflate"));
    let _ = writeln!(text, "];\nstatic PRELOAD: &[u8] = include_bytes!({packed:?});");
    fs::write(out.join("modules.rs"), text).expect("OUT_DIR can be written");
}

/// Compressed: the runtime is part of every app, and unpacking what a page imports takes less than a millisecond.
fn pack(source: &Path, packed: &Path) -> PathBuf {
    let bytes = fs::read(source).expect("js/dist can be read");
    fs::write(packed, miniz_oxide::deflate::compress_to_vec(&bytes, 9)).expect("OUT_DIR can be written");
    packed.to_path_buf()
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
