//! Any bytes as socket.ini: refused with a code and a text, or read so that what is written again says the same.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use socket_config::{Config, Overrides};
use socket_policy::{Access, Capabilities, Grants, Places};

/// What an app cannot be without, so that what follows is looked at as well.
const APP: &[u8] = b"[build]\nname = app\n[meta]\nbundle_identifier = com.example.app\n";

fn read(bytes: Vec<u8>) {
    let path = Path::new("socket.ini");
    let config = match Config::from_bytes(bytes, path, &Overrides::default()) {
        Ok(config) => config,
        Err(error) => return assert!(!error.code.is_empty() && !error.to_string().is_empty()),
    };
    let written = config.to_ini();
    let again = Config::parse(&written, path, &Overrides::default()).expect("what was written can be read");
    assert_eq!(again.flat, config.flat);
    assert_eq!(again.capabilities(), config.capabilities());
    // Entries that were read can be asked, and nothing is listed where there are none.
    if let Some(lists) = config.capabilities()
        && let Ok(limits) = Capabilities::new(Some(&lists), Places::default())
    {
        let nobody = Grants::default();
        let file = limits.resolved(Path::new("/etc/passwd"), Access::Read, &nobody);
        assert!(file.is_err() || !lists.read.is_empty());
        assert!(limits.tcp("example.com", 443).is_err() || !lists.tcp.is_empty());
        assert!(
            limits.command("git", &["log".into()], [].into_iter()).is_err() || !lists.commands.is_empty()
        );
        assert!(limits.url("https://example.com/").is_err() || !lists.urls.is_empty());
    }
}

fuzz_target!(|bytes: &[u8]| {
    read(bytes.to_vec());
    read([APP, bytes].concat());
});
