//! Any bytes as socket.manifest: refused, or exactly the text that would be written; and as its signature and key, which
//! are never right by chance.
#![no_main]

use libfuzzer_sys::fuzz_target;
use socket_fuzz::allocated;
use socket_manifest::{Entry, Manifest, sign};

/// Bytes of memory for a byte of text, and for an error or the first node of a table.
const MEMORY: (usize, usize) = (64, 16 * 1024);

fn read(bytes: &[u8]) {
    let (parsed, memory) = allocated(|| Manifest::parse(bytes));
    assert!(memory <= MEMORY.0 * bytes.len() + MEMORY.1, "{memory} bytes of memory for {}", bytes.len());
    match parsed {
        Ok(manifest) => {
            assert_eq!(manifest.to_string().into_bytes(), bytes, "there is one text for one app");
            for (path, entry) in &manifest.entries {
                assert!(
                    !path.starts_with('/') && path.split('/').all(|name| !["", ".", ".."].contains(&name))
                );
                if let Entry::Link(target) = entry {
                    assert!(!target.starts_with('/'), "{path} leads to {target}");
                }
            }
        }
        Err(problem) => assert_eq!(problem.code, "ERR_MANIFEST_FORMAT"),
    }
}

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    read(&[Manifest::default().to_string().as_bytes(), bytes].concat());
    let text = String::from_utf8_lossy(bytes);
    let _ = sign::Secret::parse(&text);
    if let Ok(key) = sign::public_key(&text) {
        assert!(sign::check(b"socket-manifest 1\n", bytes, &key).is_err());
    }
    let key = sign::public_key(&"07".repeat(32)).expect("64 digits");
    assert!(sign::check(b"socket-manifest 1\n", bytes, &key).is_err(), "nobody has signed anything");
});
