//! Calls through a router: found, refused, cancelled, timed out, closed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use socket_ipc::policy::{CspPolicy, PolicyList, PolicySource};
use socket_ipc::{Caller, Document, Message, Policy, Resource, Result, Router, Seq, WithBody, routes};
use ts_rs::TS;

#[derive(Clone)]
struct Context {
    document: Arc<Document>,
    dropped: Arc<AtomicBool>,
}

impl Caller for Context {
    fn document(&self) -> &Document {
        &self.document
    }
}

routes! { Context;
    /// Adds.
    "test.add" => add;
    /// Turns bytes around.
    "test.reverse" => reverse, read(path);
    /// Never answers.
    "test.hang" => hang;

    events;
    /// Something happened.
    "test.happened" => HAPPENED: Sum, wait;
}

#[derive(Deserialize, TS)]
struct Add {
    a: i32,
    b: i32,
}

#[derive(Clone, Serialize, TS)]
struct Sum {
    sum: i32,
}

async fn add(_: Context, Add { a, b }: Add) -> Result<Sum> {
    Ok(Sum { sum: a + b })
}

#[derive(Deserialize, TS)]
struct Reverse {
    path: String,
}

async fn reverse(_: Context, request: WithBody<Reverse>) -> Result<WithBody<Sum, Vec<u8>>> {
    let length = i32::try_from(request.head.path.len()).unwrap_or(0);
    Ok(WithBody { head: Sum { sum: length }, body: request.body.iter().rev().copied().collect() })
}

async fn hang(cx: Context, (): ()) -> Result<()> {
    struct Flag(Arc<AtomicBool>);
    impl Drop for Flag {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let _flag = Flag(cx.dropped);
    std::future::pending().await
}

/// Refuses files outside /ok.
struct OnlyOk;

impl Policy for OnlyOk {
    fn check(&self, document: &Document, route: &str, resource: &Resource<'_>) -> Result<()> {
        CspPolicy { origin: "socket://app".into(), always: &[] }.check(document, route, &Resource::None)?;
        match resource {
            Resource::File { path, .. } if !path.starts_with("/ok") => {
                Err(socket_ipc::Error::errno("EACCES"))
            }
            _ => Ok(()),
        }
    }
}

fn seq(number: u64) -> Seq {
    Seq { realm: "test".into(), number }
}

const ALL: &str = "connect-src ipc:";

fn fixture(csp: &str) -> (Arc<Router<Context>>, Context) {
    let document = Arc::new(Document::new(0, "socket://app", PolicyList::parse(csp, PolicySource::Header)));
    let router = Router::new([module()], Arc::new(OnlyOk));
    (Arc::new(router), Context { document, dropped: Arc::default() })
}

async fn call(csp: &str, name: &str, head: &'static str) -> Result<String> {
    let (router, cx) = fixture(csp);
    let answer = router.call(cx, name, seq(1), None, Message::json(head)).await?;
    Ok(String::from_utf8(answer.head.to_vec()).expect("JSON"))
}

#[tokio::test]
async fn a_call_finds_its_handler_whatever_the_case() {
    assert_eq!(call(ALL, "test.add", r#"{"a":1,"b":2}"#).await.expect("works"), r#"{"sum":3}"#);
    assert_eq!(call(ALL, "TEST.Add", r#"{"a":1,"b":2}"#).await.expect("works"), r#"{"sum":3}"#);
    assert_eq!(call(ALL, "test.none", "{}").await.expect_err("no such route").code(), "ERR_IPC_ROUTE");
    assert_eq!(
        call(ALL, "test.add", r#"{"a":1}"#).await.expect_err("b is missing").code(),
        "ERR_IPC_REQUEST"
    );
    assert_eq!(call(ALL, "test.add", "{").await.expect_err("broken").code(), "ERR_IPC_REQUEST");
}

#[tokio::test]
async fn policy_comes_first() {
    let error = call("connect-src 'none'", "test.add", "{").await.expect_err("refused");
    assert_eq!(error.code(), "ERR_ACCESS_DENIED", "before the request is even read");
    assert_eq!(call("", "test.add", "{}").await.expect_err("no policy").code(), "ERR_ACCESS_DENIED");
    assert!(call("connect-src ipc://test.add", "test.add", r#"{"a":1,"b":2}"#).await.is_ok());
}

#[tokio::test]
async fn policy_sees_the_resources_of_the_table() {
    let error = call(ALL, "test.reverse", r#"{"path":"/secret"}"#).await.expect_err("refused");
    assert_eq!(error.code(), "EACCES");
    assert!(call(ALL, "test.reverse", r#"{"path":"/ok/x"}"#).await.is_ok());
}

#[tokio::test]
async fn bytes_ride_beside_the_head() {
    let (router, cx) = fixture(ALL);
    let message = Message { head: r#"{"path":"/ok"}"#.into(), body: b"abc".to_vec().into() };
    let answer = router.call(cx, "test.reverse", seq(1), None, message).await.expect("works");
    assert_eq!(&answer.body.into_bytes().expect("in memory")[..], b"cba");
}

#[tokio::test(start_paused = true)]
async fn calls_end_by_cancel_close_and_timeout() {
    let (router, cx) = fixture(ALL);
    let (answer, ()) =
        tokio::join!(router.call(cx.clone(), "test.hang", seq(1), None, Message::default()), async {
            tokio::task::yield_now().await;
            cx.document.cancel(&seq(1));
        });
    assert_eq!(answer.expect_err("cancelled").code(), "ABORT_ERR");
    assert!(cx.dropped.load(Ordering::SeqCst), "the handler is gone");

    let limit = Some(Duration::from_secs(5));
    let answer = router.call(cx.clone(), "test.hang", seq(2), limit, Message::default()).await;
    assert_eq!(answer.expect_err("too long").code(), "ERR_IPC_TIMEOUT");

    let (answer, ()) =
        tokio::join!(router.call(cx.clone(), "test.hang", seq(3), None, Message::default()), async {
            tokio::task::yield_now().await;
            cx.document.close();
        });
    assert_eq!(answer.expect_err("closed").code(), "ABORT_ERR");
    let answer = router.call(cx, "test.add", seq(4), None, Message::default()).await;
    assert_eq!(answer.expect_err("closed").code(), "ABORT_ERR");
}

#[test]
fn a_page_cannot_make_realms_without_end() {
    let (_, cx) = fixture(ALL);
    let failed = (0..10_000).find_map(|number| cx.document.queue(&number.to_string()).err());
    assert_eq!(failed.expect("a limit").code(), "ENOBUFS");
    assert!(cx.document.queue("0").is_ok(), "those that are there go on");
}

#[tokio::test]
async fn an_event_reaches_every_realm_that_listens() {
    let (_, cx) = fixture(ALL);
    let [page, worker] = ["page", "worker"].map(|realm| cx.document.queue(realm).expect("few realms"));
    cx.document.emit(&HAPPENED, Sum { sum: 1 }).expect("room");
    for queue in [page, worker] {
        assert_eq!(queue.poll(1 << 20).await.expect("open").0.count, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn events_reach_those_alone_that_may_call_their_module() {
    for (csp, hears) in [
        ("connect-src ipc://test.add", true),
        ("connect-src ipc://test.happened", true),
        ("connect-src ipc://other.*", false),
        ("", false),
    ] {
        let (_, cx) = fixture(csp);
        let queue = cx.document.queue("page").expect("few realms");
        cx.document.emit(&HAPPENED, Sum { sum: 1 }).expect("room");
        let heard = tokio::time::timeout(Duration::from_millis(1), queue.poll(1 << 20)).await.is_ok();
        assert_eq!(heard, hears, "{csp:?}");
    }
    // A frame hears what its own page may hear, whatever the page of the window may.
    let (_, cx) = fixture(ALL);
    let [page, frame] = ["page", "frame"].map(|realm| cx.document.queue(realm).expect("few realms"));
    let narrow = PolicyList::parse("connect-src ipc://other.*", PolicySource::Header);
    cx.document.govern("frame", &Arc::new(narrow));
    cx.document.emit(&HAPPENED, Sum { sum: 1 }).expect("room");
    assert_eq!(page.poll(1 << 20).await.expect("open").0.count, 1);
    assert!(tokio::time::timeout(Duration::from_millis(1), frame.poll(1 << 20)).await.is_err());
}
