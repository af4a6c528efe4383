//! Whatever is opened and closed leaves nothing: no number in the document's table, no descriptor in the process. One test
//! alone: others of the same process would open descriptors meanwhile.

#![cfg(target_os = "linux")]

use std::sync::Arc;

use serde_json::{Value, json};
use socket_api::backend_process::{Backend, Options};
use socket_api::{Context, Headless, router};
use socket_ipc::policy::{CspPolicy, PolicyList, PolicySource};
use socket_ipc::{Document, Message, Router, Seq};

const ORIGIN: &str = "socket://headless";
const ROUNDS: usize = 50;

struct Page {
    router: Router<Context>,
    cx: Context,
}

impl Page {
    fn new() -> Page {
        let policies = PolicyList::parse("connect-src ipc:", PolicySource::Header);
        let cx = Context {
            document: Arc::new(Document::new(0, ORIGIN, policies)),
            realm: "page".into(),
            host: Arc::new(Headless),
            backend: Backend::new(Options::default(), Arc::new(Headless)),
        };
        Page { router: router(Arc::new(CspPolicy { origin: ORIGIN.into(), always: &[] })), cx }
    }

    async fn call(&self, route: &str, request: Value) -> Value {
        let message = Message { head: request.to_string().into(), body: Default::default() };
        let seq = Seq { realm: "page".into(), number: 1 };
        let answer = self.router.call(self.cx.clone(), route, seq, None, message).await;
        let answer = answer.unwrap_or_else(|error| panic!("{route}: {error}"));
        serde_json::from_slice(&answer.head).unwrap_or(Value::Null)
    }

    /// One of everything that a page can open, closed again. `folder` has a file `a`.
    async fn round(&self, folder: &str) {
        let file = format!("{folder}/a");
        let opened = self.call("fs.open", json!({ "path": file, "flags": libc::O_RDWR, "mode": 0 })).await;
        self.call("fs.close", json!({ "fd": opened["fd"] })).await;
        let opened = self.call("fs.opendir", json!({ "path": folder })).await;
        self.call("fs.dirRead", json!({ "fd": opened["fd"], "count": 1 })).await;
        self.call("fs.dirClose", json!({ "fd": opened["fd"] })).await;

        let here = json!({ "address": "127.0.0.1", "port": 0 });
        let bound = self
            .call(
                "dgram.bind",
                json!({ "family": "udp4", "local": here, "reuseAddr": false, "ipv6Only": false, "recvBufferSize": 0,
                    "sendBufferSize": 0, "key": 1 }),
            )
            .await;
        self.call("dgram.close", json!({ "id": bound["id"] })).await;

        let server = self.call("net.listen", json!({ "local": here, "backlog": 5, "ipv6Only": false })).await;
        let client = self.call("net.connect", json!({ "peer": server["local"], "local": null })).await;
        let accepted = self.call("net.accept", json!({ "id": server["id"] })).await;
        for end in [&client, &accepted, &server] {
            self.call("net.close", json!({ "id": end["id"], "reset": false })).await;
        }

        let child = self
            .call(
                "child_process.spawn",
                json!({ "file": "/bin/true", "args": [], "argv0": null, "cwd": null, "env": [],
                    "stdio": ["pipe", "pipe", "pipe"], "detached": false, "uid": null, "gid": null,
                    "windowsHide": false, "windowsVerbatim": false }),
            )
            .await;
        self.call("child_process.wait", json!({ "id": child["id"] })).await;
        self.call("child_process.close", json!({ "id": child["id"] })).await;
    }
}

/// Waits until the process has this open and nothing else: a watcher's thread ends by itself, soon after the watcher.
fn expect(before: &[String], when: &str) {
    let begin = std::time::Instant::now();
    while descriptors() != before && begin.elapsed() < std::time::Duration::from_secs(30) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(descriptors(), before, "{when}");
}

/// What the process has open, one line each.
fn descriptors() -> Vec<String> {
    let entries = std::fs::read_dir("/proc/self/fd").expect("procfs");
    let mut list: Vec<_> = entries
        .flatten()
        .filter_map(|entry| {
            let target = std::fs::read_link(entry.path()).ok()?.to_string_lossy().into_owned();
            // Numbers of sockets and pipes are new each time.
            Some(target.split_once(":[").map_or(target.clone(), |(kind, _)| kind.to_owned()))
        })
        .filter(|target| !target.starts_with("/proc/"))
        .collect();
    list.sort();
    list
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_closed_leaves_neither_handles_nor_descriptors() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a"), "x").expect("written");
    let folder = folder.path().to_str().expect("text");
    let page = Page::new();
    // The first round leaves what the process keeps: the reactor's, and how it hears of children.
    page.round(folder).await;
    let before = descriptors();
    for _ in 0..ROUNDS {
        page.round(folder).await;
        let watching = page.call("fs.watch", json!({ "path": folder, "recursive": false })).await;
        page.call("fs.unwatch", json!({ "fd": watching["fd"] })).await;
    }
    assert_eq!(page.cx.document.handles.len(), 0, "the table of handles");
    expect(&before, "after all rounds");

    // What a page leaves open goes with its document.
    for _ in 0..ROUNDS {
        page.call("fs.open", json!({ "path": format!("{folder}/a"), "flags": 0, "mode": 0 })).await;
        page.call("fs.opendir", json!({ "path": folder })).await;
    }
    assert_eq!(page.cx.document.handles.len(), 2 * ROUNDS);
    assert_eq!(descriptors().len(), before.len() + 2 * ROUNDS);
    page.cx.document.close();
    assert_eq!(page.cx.document.handles.len(), 0);
    expect(&before, "after the document was closed");
}
