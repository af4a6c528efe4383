//! Any text as a manifest: refused, or exactly what would be written.

use proptest::prelude::*;
use socket_manifest::Manifest;

fn cases(default: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(default);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn any_text_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), lines in prop::collection::vec(
        prop_oneof![
            "(file|runtime|link) [0-9a-f]{64} [0-9]{1,20} [a-z./ ]{1,10}",
            "- [0-9a-f]{64}",
            "link [a-z/]{1,6}",
            "> [a-z./]{1,8}",
            "[ -~]{0,20}",
        ],
        0..6,
    )) {
        let head = Manifest::default().to_string();
        let text = format!("{}{}", head, lines.iter().map(|line| format!("{line}\n")).collect::<String>());
        for bytes in [bytes, text.into_bytes()] {
            if let Ok(manifest) = Manifest::parse(&bytes) {
                prop_assert_eq!(manifest.to_string().into_bytes(), bytes);
            }
        }
    }
}
