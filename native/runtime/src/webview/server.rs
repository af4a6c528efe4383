//! Answers what pages ask for, the same on every platform: `socket:` (modules and the app's files), `node:` (the
//! same modules under Node's names) and `ipc:` (routes). A transport turns an engine's requests into [`Request`]s and sends the [`Answer`]s.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use socket_api::backend_process::Backend;
use socket_api::{Context, Host};
use socket_ipc::policy::{Csp, CspPolicy};
use socket_ipc::{Body, Code, Document, Error, Message, Policy, Resource, Result, Router, Seq};

use super::html;
use super::modules;
use super::resources::{self, Found, Resources};
use super::spelling;
use crate::app::App;

/// What an engine asks.
pub(crate) struct Request<'a> {
    /// The whole address.
    pub(crate) url: &'a str,
    /// The `Origin` header, which scripts cannot choose; empty when there is none.
    pub(crate) origin: String,
    /// The `Range` header.
    pub(crate) range: Option<String>,
    /// Reads the body. Called only for calls of the app's own origin that announce one.
    pub(crate) body: Option<&'a mut dyn FnMut() -> Result<Bytes>>,
}

/// What the engine is told.
pub(crate) struct Response {
    /// HTTP status.
    pub(crate) status: u16,
    /// The type of the body.
    pub(crate) mime: &'static str,
    /// Further headers.
    pub(crate) headers: Vec<(String, String)>,
    /// Sent before the body.
    pub(crate) prefix: Bytes,
    /// The body.
    pub(crate) body: Body,
}

/// An answer, at once or later.
pub(crate) enum Answer {
    /// There already.
    Now(Response),
    /// To be run on tokio. Dropping it cancels the call.
    Later(Pin<Box<dyn Future<Output = Response> + Send>>),
}

/// Everything that the requests of all windows share.
pub(crate) struct Server {
    app: Arc<App>,
    router: Arc<Router<Context>>,
    host: Arc<dyn Host>,
    backend: Arc<Backend>,
    policy: Arc<CspPolicy>,
    resources: Resources,
    windows: Mutex<BTreeMap<u32, Page>>,
    /// Policies that pages carry in their text, by path: read when a page is served, used when it is committed.
    metas: Mutex<BTreeMap<String, String>>,
    /// Lets `socket:module` run CommonJS in pages whose policy allows `module.read`, and in no others.
    nonce: String,
}

/// The document that a window shows.
struct Page {
    document: Arc<Document>,
    /// Its policies, for the headers of what it loads: workers and frames have policies of their own otherwise.
    policy: String,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Held for a few lines that leave the data whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    pub(crate) fn new(
        app: Arc<App>,
        router: Router<Context>,
        host: Arc<dyn Host>,
        backend: Arc<Backend>,
        policy: Arc<CspPolicy>,
    ) -> std::io::Result<Server> {
        let webview = &app.config.webview;
        let root = app.root();
        let own = ["socket.ini", socket_manifest::NAME, socket_manifest::SIGNATURE];
        let own = own.map(|name| app.resources.join(name));
        let hidden = [&app.executable, &own[0], &own[1], &own[2]].map(PathBuf::as_path);
        let resources = Resources::new(&root, &hidden, Some(&webview.default_index))?;
        let router = Arc::new(router);
        Ok(Server {
            app,
            router,
            host,
            backend,
            policy,
            resources,
            windows: Mutex::default(),
            metas: Mutex::default(),
            nonce: super::token(),
        })
    }

    /// Where later answers are worked on.
    pub(crate) fn tokio(&self) -> &tokio::runtime::Handle {
        &self.app.tokio
    }

    /// A window shows another document: the old one loses all it holds.
    pub(crate) fn committed(&self, window: u32, url: &str) {
        let origin = origin_of(url);
        let meta = match url.strip_prefix(&self.app.origin).map(path_of) {
            Some(path) => lock(&self.metas).get(path).cloned().unwrap_or_default(),
            None => String::new(),
        };
        let policy = join_policies(&self.header_policy(), &meta);
        let document = Arc::new(Document::new(window, origin, Csp::parse(&policy)));
        let policy = self.for_engine(&policy, None);
        let old = lock(&self.windows).insert(window, Page { document, policy });
        if let Some(page) = old {
            page.document.close();
        }
    }

    /// A window is gone.
    pub(crate) fn closed(&self, window: u32) {
        let page = lock(&self.windows).remove(&window);
        if let Some(page) = page {
            page.document.close();
        }
    }

    /// Documents of one window, or of all.
    pub(crate) fn documents(&self, window: Option<u32>) -> Vec<Arc<Document>> {
        let windows = lock(&self.windows);
        let wanted = windows.iter().filter(|(index, _)| window.is_none_or(|window| window == **index));
        wanted.map(|(_, page)| page.document.clone()).collect()
    }

    /// Answers a request of a window.
    pub(crate) fn answer(&self, window: u32, request: Request<'_>) -> Answer {
        match request.url.split_once(':') {
            Some(("ipc", rest)) => self.call(window, rest, request),
            // CORS alone would not do: engines let synchronous requests of foreign frames read what they get.
            Some(("socket" | "node", _)) if !request.origin.is_empty() && !self.is_own(&request.origin) => {
                Answer::Now(self.text(403, "this is for the app's own pages"))
            }
            Some(("socket", rest)) => Answer::Now(match rest.strip_prefix("//") {
                Some(rest) => self.file(window, rest, request.range.as_deref()),
                None => self.module(window, rest),
            }),
            Some(("node", name)) => Answer::Now(self.node_module(window, name)),
            _ => Answer::Now(self.text(404, "no such scheme")),
        }
    }

    fn is_own(&self, origin: &str) -> bool {
        origin == self.app.page_origin || origin == self.app.origin
    }

    /// `//fs.open?seq=…&head=…`
    fn call(&self, window: u32, rest: &str, request: Request<'_>) -> Answer {
        let rest = rest.trim_start_matches('/');
        let (name, query) = rest.split_once('?').unwrap_or((rest, ""));
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let name = name.trim_end_matches('/');
        let own = request.origin == self.app.page_origin;
        let (seq, timeout, message) = match read_call(query, request.body.filter(|_| own)) {
            Ok(call) => call,
            Err(error) => return Answer::Now(self.reply(own, Err(error))),
        };
        let page = lock(&self.windows).get(&window).map(|page| page.document.clone());
        let document = match page {
            Some(document) if own => document,
            // Nothing of the app's is lent to others; the policy sees who asks, and refuses.
            _ => Arc::new(Document::new(window, request.origin, Csp::default())),
        };
        let caller = Context {
            document,
            realm: seq.realm.as_str().into(),
            host: self.host.clone(),
            backend: self.backend.clone(),
        };
        let (router, name) = (self.router.clone(), name.to_owned());
        let mut call = Box::pin(async move { router.call(caller, &name, seq, timeout, message).await });
        // Many handlers are done when they are first asked: those answer without a change of thread.
        let first = {
            let _runtime = self.app.tokio.enter();
            call.as_mut().poll(&mut std::task::Context::from_waker(Waker::noop()))
        };
        match first {
            Poll::Ready(answer) => Answer::Now(self.reply(own, answer)),
            Poll::Pending => {
                let app = self.app.clone();
                Answer::Later(Box::pin(async move { reply(&app, own, call.await) }))
            }
        }
    }

    fn reply(&self, own: bool, answer: Result<Message>) -> Response {
        reply(&self.app, own, answer)
    }

    /// `fs/promises` of `socket:fs/promises`
    fn module(&self, window: u32, specifier: &str) -> Response {
        let name = specifier.split(['?', '#']).next().unwrap_or_default();
        let body = if name == "internal/args" {
            let mut args = self.app.args(window);
            let page = lock(&self.windows).get(&window).map(|page| page.document.clone());
            if page
                .is_some_and(|document| self.policy.check(&document, "module.read", &Resource::None).is_ok())
            {
                args["nonce"] = self.nonce.as_str().into();
            }
            Bytes::from(format!("export default {args}"))
        } else if name == "internal/preload" {
            Bytes::from(modules::worker_preload())
        } else {
            match modules::find(name) {
                Some(source) => Bytes::from(source),
                None => {
                    let text = format!("there is no module socket:{name}; there are: {}", modules::names());
                    return self.text(404, text);
                }
            }
        };
        self.respond(200, "text/javascript; charset=utf-8", self.policy_of(window), body.into())
    }

    /// `fs/promises` of `node:fs/promises`
    fn node_module(&self, window: u32, specifier: &str) -> Response {
        let name = specifier.split(['?', '#']).next().unwrap_or_default();
        match spelling::node_module(name) {
            Some(source) => self.respond(
                200,
                "text/javascript; charset=utf-8",
                self.policy_of(window),
                source.into_bytes().into(),
            ),
            None => {
                let text =
                    format!("there is no module node:{name}; of Node's there are: {}", spelling::names());
                self.text(404, text)
            }
        }
    }

    /// `com.example.app/index.html` of `socket://com.example.app/index.html`
    fn file(&self, window: u32, rest: &str, range: Option<&str>) -> Response {
        let (host, path) = rest.find(['/', '?', '#']).map_or((rest, ""), |end| rest.split_at(end));
        if !host.eq_ignore_ascii_case(&self.app.host) {
            return self.text(404, format!("this app is socket://{}", self.app.host));
        }
        let query = path.split_once('?').map_or("", |(_, rest)| rest.split('#').next().unwrap_or_default());
        let path = path_of(path);
        match self.resources.find(path) {
            Found::File(file) if resources::mime(&file).starts_with("text/html") => self.page(path, &file),
            Found::File(file) => match spelling::worker_query(query) {
                _ if !resources::mime(&file).starts_with("text/javascript") => {
                    self.part(window, &file, range)
                }
                Some(kind) => self.script(window, &file, |text| spelling::worker_script(text, kind)),
                None if query == "socket-commonjs" => self.script(window, &file, spelling::commonjs_script),
                None => self.part(window, &file, range),
            },
            Found::Directory => {
                let name = path.rsplit('/').next().unwrap_or_default();
                // Engines do not follow redirects of custom schemes. The name comes from an address: encoded.
                let name = name.replace('"', "%22").replace('<', "%3C").replace('&', "&amp;");
                let html =
                    format!("<!doctype html><meta http-equiv=\"refresh\" content=\"0; url=./{name}/\">");
                self.respond(
                    200,
                    "text/html; charset=utf-8",
                    self.policy_of(window),
                    html.into_bytes().into(),
                )
            }
            Found::Missing => self.text(404, format!("{path} is not one of the app's files")),
        }
    }

    /// An HTML page: its own policies become a header too, in a form that engines understand.
    fn page(&self, path: &str, file: &std::path::Path) -> Response {
        let html = match resources::read_text(&self.app, file) {
            Ok(html) => html,
            Err(error) => return self.text(500, format!("{path} cannot be read: {error}")),
        };
        let page = html::scan(&html);
        let meta = page.policies.iter().map(|meta| meta.value.as_str()).collect::<Vec<_>>().join(", ");
        lock(&self.metas).insert(path.to_owned(), meta.clone());
        let policies = join_policies(&self.header_policy(), &header_form(&meta));
        let change = spelling::imports_modules(&policies).then(|| {
            spelling::import_map(&html, &page, |nonce, text| spelling::allows_inline(&policies, nonce, text))
        });
        let map = change.as_ref().map(|change| change.map.as_str());
        let policy = self.for_engine(&policies, map);
        let metas = page.policies.iter().map(|meta| (meta, self.for_engine(&meta.value, map)));
        let mut replacements: Vec<_> = metas
            .filter(|(meta, expanded)| *expanded != meta.value)
            .map(|(meta, expanded)| (meta.range.clone(), html::encode(&expanded)))
            .collect();
        replacements.extend(change.map(|change| change.replacement));
        let html = if replacements.is_empty() { html } else { html::replace(&html, replacements) };
        self.respond(200, "text/html; charset=utf-8", policy, html.into_bytes().into())
    }

    /// Policies as engines understand them, with what the spellings of modules need.
    fn for_engine(&self, policies: &str, map: Option<&str>) -> String {
        let nonce = Csp::parse(policies).allows("module.read").then_some(self.nonce.as_str());
        spelling::allow(&self.policy.expand(policies, self.router.names()), map, nonce)
    }

    /// A script with something of ours around it, where the policy lets `socket:` scripts in.
    fn script(&self, window: u32, file: &std::path::Path, change: impl Fn(&str) -> String) -> Response {
        let policy = self.policy_of(window);
        let script = match resources::read_text(&self.app, file) {
            Ok(script) => script,
            Err(error) => return self.text(500, format!("the file cannot be read: {error}")),
        };
        let script = if spelling::imports_modules(&policy) { change(&script) } else { script };
        self.respond(200, resources::mime(file), policy, script.into_bytes().into())
    }

    fn part(&self, window: u32, file: &std::path::Path, range: Option<&str>) -> Response {
        let policy = self.policy_of(window);
        match resources::open(&self.app, file, range) {
            Ok(Some(part)) => {
                let whole = part.length == part.total;
                let mut response =
                    self.respond(if whole { 200 } else { 206 }, resources::mime(file), policy, part.body);
                response.headers.push(("Accept-Ranges".into(), "bytes".into()));
                if !whole {
                    let end = part.start + part.length - 1;
                    let range = format!("bytes {}-{end}/{}", part.start, part.total);
                    response.headers.push(("Content-Range".into(), range));
                }
                response
            }
            Ok(None) => self.text(416, "the range is outside the file"),
            Err(error) => self.text(500, format!("the file cannot be read: {error}")),
        }
    }

    fn text(&self, status: u16, text: impl Into<String>) -> Response {
        self.respond(status, "text/plain; charset=utf-8", String::new(), text.into().into_bytes().into())
    }

    fn respond(&self, status: u16, mime: &'static str, policy: String, body: Body) -> Response {
        let mut headers = vec![
            ("Access-Control-Allow-Origin".into(), self.app.page_origin.clone()),
            ("X-Content-Type-Options".into(), "nosniff".into()),
            ("Cache-Control".into(), "no-store".into()),
        ];
        let own = self.app.config.webview.headers.iter();
        headers.extend(own.filter(|(name, _)| !is_policy(name)).cloned());
        if !policy.is_empty() {
            headers.push(("Content-Security-Policy".into(), policy));
        }
        Response { status, mime, headers, prefix: Bytes::new(), body }
    }

    /// What `[webview] headers` say for every document.
    fn header_policy(&self) -> String {
        let headers = self.app.config.webview.headers.iter();
        headers
            .filter(|(name, _)| is_policy(name))
            .map(|(_, value)| value.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn policy_of(&self, window: u32) -> String {
        let policy = lock(&self.windows).get(&window).map(|page| page.policy.clone());
        header_form(&policy.unwrap_or_else(|| self.for_engine(&self.header_policy(), None)))
    }
}

fn is_policy(name: &str) -> bool {
    name.eq_ignore_ascii_case("content-security-policy")
}

/// Directives that a meta element cannot set must not come into force by becoming a header.
fn header_form(policies: &str) -> String {
    let only_headers = ["sandbox", "frame-ancestors", "report-uri", "report-to"];
    let policies = policies.split(',').map(|policy| {
        let kept = policy.split(';').filter(|directive| {
            let name = directive.split_ascii_whitespace().next().unwrap_or_default();
            !only_headers.iter().any(|other| other.eq_ignore_ascii_case(name))
        });
        kept.collect::<Vec<_>>().join(";").trim().to_owned()
    });
    policies.filter(|policy| !policy.is_empty()).collect::<Vec<_>>().join(", ")
}

fn join_policies(a: &str, b: &str) -> String {
    [a, b].into_iter().filter(|policy| !policy.trim().is_empty()).collect::<Vec<_>>().join(", ")
}

/// The path of what follows an origin.
fn path_of(rest: &str) -> &str {
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    if path.is_empty() { "/" } else { path }
}

/// `socket://com.a/x?y` → `socket://com.a`; nothing for addresses without a host.
pub(crate) fn origin_of(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return String::new() };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    format!("{}://{}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase())
}

fn read_call(
    query: &str,
    body: Option<&mut dyn FnMut() -> Result<Bytes>>,
) -> Result<(Seq, Option<Duration>, Message)> {
    let get = |name: &str| {
        query
            .split('&')
            .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
    };
    let Some(seq) = get("seq").and_then(Seq::parse) else {
        return Err(Error::new(Code::FRAME, "a call needs seq=<realm>.<number> in its address"));
    };
    let message = match (body, get("head")) {
        (Some(read), _) => Message::decode(read()?)?,
        (None, Some(head)) => {
            let head: Vec<u8> = percent_decode_str(head).collect();
            Message::json(head)
        }
        (None, None) => Message::default(),
    };
    let timeout = get("timeout").and_then(|limit| limit.parse().ok()).map(Duration::from_millis);
    Ok((seq, timeout, message))
}

fn reply(app: &App, own: bool, answer: Result<Message>) -> Response {
    let (status, message) = match answer {
        Ok(message) => (200, message),
        Err(error) => {
            if app.debug && error.code() == Code::ACCESS_DENIED.as_str() {
                app.warn_once(&error.to_string());
            }
            (500, Message::json(error.to_json()))
        }
    };
    let prefix = message.prefix();
    let mut headers = vec![("Cache-Control".into(), "no-store".into())];
    if own {
        headers.push(("Access-Control-Allow-Origin".into(), app.page_origin.clone()));
        headers.push(("Access-Control-Expose-Headers".into(), "x-ipc-length".into()));
        headers.push(("X-Ipc-Length".into(), (prefix.len() as u64 + message.body.len()).to_string()));
    }
    Response { status, mime: "application/octet-stream", headers, prefix, body: message.body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_exact() {
        assert_eq!(origin_of("socket://com.a/index.html?x#y"), "socket://com.a");
        assert_eq!(origin_of("HTTP://LocalHost:8000/"), "http://localhost:8000");
        assert_eq!(origin_of("about:blank"), "");
        assert_eq!(origin_of("socket://com.a@evil/"), "socket://com.a@evil");
    }

    #[test]
    fn calls_are_read_from_their_address() {
        let (seq, timeout, message) =
            read_call("seq=ab.7&timeout=50&head=%7B%22a%22%3A1%7D", None).expect("valid");
        assert_eq!((seq.to_string().as_str(), &message.head[..]), ("ab.7", &b"{\"a\":1}"[..]));
        assert_eq!(timeout, Some(Duration::from_millis(50)));
        let mut body = || Ok(Bytes::from_static(b"\x02\0\0\0{}tail"));
        let (_, _, message) = read_call("seq=ab.8", Some(&mut body)).expect("valid");
        assert_eq!(message.body.len(), 4);
        for query in ["", "seq=", "seq=ab", "seq=a b.1", "seq=ab.-1", "head=1"] {
            assert_eq!(read_call(query, None).expect_err(query).code(), "ERR_IPC_FRAME");
        }
    }

    #[test]
    fn a_meta_policy_gains_no_powers_as_a_header() {
        let policy = "sandbox; default-src 'self'; Frame-Ancestors *, report-uri /x";
        assert_eq!(header_form(policy), "default-src 'self'");
        assert_eq!(join_policies("a", ""), "a");
        assert_eq!(join_policies("a", "b"), "a, b");
    }
}
