//! Any bytes as a frame, any name as a call, any text as a policy for an engine.

use bytes::Bytes;
use proptest::prelude::*;
use socket_ipc::policy::{CspPolicy, PolicyList, PolicySource};
use socket_ipc::{Message, Seq};

fn cases(default: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(default);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

const ROUTES: [&str; 4] = ["fs.open", "fs.readFile", "os.cpus", "child_process.spawn"];

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn frames_are_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), length: u32) {
        for frame in [Bytes::from(bytes.clone()), [&length.to_le_bytes()[..], &bytes].concat().into()] {
            match Message::decode(frame.clone()) {
                Ok(message) => prop_assert_eq!(message.encode().expect("it was a frame"), frame),
                Err(error) => prop_assert_eq!(error.code(), "ERR_IPC_FRAME"),
            }
        }
    }

    #[test]
    fn whole_frames_come_back(head in prop::collection::vec(any::<u8>(), 0..100), body in prop::collection::vec(any::<u8>(), 0..100)) {
        let frame = Message { head: head.clone().into(), body: body.clone().into() }.encode().expect("small");
        let message = Message::decode(frame).expect("a frame");
        prop_assert_eq!(&message.head[..], &head[..]);
        prop_assert_eq!(&message.body.into_bytes().expect("in memory")[..], &body[..]);
    }

    #[test]
    fn names_of_calls_are_read_or_refused(text in any::<String>()) {
        if let Some(seq) = Seq::parse(&text) {
            prop_assert_eq!(Seq::parse(&seq.to_string()), Some(seq));
        }
    }

    #[test]
    fn what_engines_are_told_allows_no_more(text in "(connect-src|default-src|script-src|;|,| |ipc:|ipc://fs.open|ipc://fs\\.\\*|ipc://fs|'none'|'self'|\\*|[a-z:/.*']{0,6}){0,14}") {
        let policy = CspPolicy { origin: String::new(), always: &[] };
        let list = PolicyList::parse(&text, PolicySource::Header);
        let told = PolicyList::parse(&policy.expand(&text, ROUTES.into_iter()), PolicySource::Header);
        for route in ROUTES {
            prop_assert_eq!(told.allows_route(route), list.allows_route(route), "{} about {}", route, text);
        }
    }
}
