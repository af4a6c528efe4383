//! Any text as socket.ini: read or refused with a place, and what is written is what was read.

use std::path::Path;

use proptest::prelude::*;
use socket_config::{Config, Overrides};

fn cases(default: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(default);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

const APP: &str = "[build]\nname = app\n[meta]\nbundle_identifier = com.example.app\n";

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn any_file_is_read_or_refused(text in any::<String>(), rest in "(\\[|\\]|\n|=|\"|;|#| |\\.|a|window|width|capabilities|read|commands|\\[\\]|\\$APP/\\*\\*|50%|headers|x: y){0,40}") {
        for text in [text, rest.clone(), format!("{APP}{rest}")] {
            match Config::parse(&text, Path::new("socket.ini"), &Overrides::default()) {
                Ok(config) => {
                    let written = config.to_ini();
                    let again = Config::parse(&written, Path::new("socket.ini"), &Overrides::default());
                    let again = again.unwrap_or_else(|error| panic!("{error}\n{written}"));
                    prop_assert_eq!(&again.flat, &config.flat);
                    prop_assert_eq!(again.capabilities(), config.capabilities());
                }
                Err(error) => prop_assert!(!error.code.is_empty() && !error.to_string().is_empty()),
            }
        }
    }
}
