//! Answers what pages ask for, the same on every platform: `socket:` (modules and the app's files), `node:` (the
//! same modules under Node's names) and `ipc:` (routes). A transport turns an engine's requests into [`Request`]s and sends the [`Answer`]s.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use socket_api::backend_process::Backend;
use socket_api::{Context, Host};
use socket_ipc::policy::{CspPolicy, PolicyList, PolicySource};
use socket_ipc::{Body, Code, Document, Error, Message, Policy, Resource, Result, Router, Seq};
use socket_policy::{Found, Resources};

use super::documents::{Asking, Documents};
use super::html;
use super::modules;
use super::resources;
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

/// A page of a development server.
pub(crate) struct Development<'a> {
    /// Without query.
    pub(crate) path: &'a str,
    pub(crate) html: String,
    /// What the server sent in headers.
    pub(crate) policies: &'a str,
    /// Whether the engine said that it navigates.
    pub(crate) navigates: bool,
}

/// A page as engines get it.
pub(crate) struct Made {
    pub(crate) html: String,
    /// For its header.
    pub(crate) policy: String,
    /// Whether it got a name, and so may call what its policies allow.
    pub(crate) named: bool,
    /// Whether any of its policies governs calls.
    pub(crate) governs: bool,
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
    documents: Documents,
    /// Lets `socket:module` run CommonJS in pages whose policy allows `module.read`, and in no others.
    nonce: String,
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
            documents: Documents::default(),
            nonce: super::token(),
        })
    }

    /// Where later answers are worked on.
    pub(crate) fn tokio(&self) -> &tokio::runtime::Handle {
        &self.app.tokio
    }

    /// The engine is about to navigate the window or a frame of it.
    pub(crate) fn navigating(&self, window: u32, url: &str) {
        if let Some(path) = self.own_path(url) {
            self.documents.expect(window, path);
        }
    }

    /// The path of one of the app's own addresses, also as engines that know only http spell them.
    fn own_path<'a>(&self, url: &'a str) -> Option<&'a str> {
        let spelled = |scheme: &str| format!("{scheme}://socket.{}", self.app.host);
        let origins =
            [self.app.page_origin.clone(), self.app.origin.clone(), spelled("http"), spelled("https")];
        let rest = origins.iter().find_map(|origin| {
            // Engines write hosts in lower case; an author may not.
            let (head, rest) = url.split_at_checked(origin.len())?;
            head.eq_ignore_ascii_case(origin).then_some(rest)
        })?;
        (rest.is_empty() || rest.starts_with(['/', '?', '#'])).then(|| path_of(rest))
    }

    /// A window shows another document: the old one loses all it holds.
    pub(crate) fn committed(&self, window: u32, url: &str) {
        let origin = origin_of(url);
        self.documents.commit(window, self.own_path(url), |served| {
            let header = self.header_policy();
            let policies =
                served.cloned().unwrap_or_else(|| PolicyList::parse(&header, PolicySource::Header));
            let document = Document::new(window, origin, policies).limited(self.app.capabilities.clone());
            (document, self.for_engine(&header, None))
        });
    }

    /// Makes what an engine gets of a page of a development server: the same as of the app's own pages.
    pub(crate) fn development_page(&self, page: &Development<'_>) -> Made {
        let header = join_policies(&self.header_policy(), page.policies);
        let made = self.make_page(&page.html, &header, |list, inherited| {
            self.documents.serve_somewhere(page.path, &list, inherited, page.navigates, super::token)
        });
        if made.named && !made.governs {
            self.app.warn_once(&format!(
                "no policy says which native calls {} of the development server may make, so it may make none: let the \
                 server send <meta http-equiv=\"Content-Security-Policy\" content=\"connect-src 'self' ipc://fs.readFile\"> in its \
                 <head>, or add headers[] with such a policy to [webview] of socket.ini",
                page.path
            ));
        }
        made
    }

    /// A window is gone.
    pub(crate) fn closed(&self, window: u32) {
        self.documents.close(window);
    }

    /// Documents of one window, or of all.
    pub(crate) fn documents(&self, window: Option<u32>) -> Vec<Arc<Document>> {
        self.documents.all(window)
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
                // Of what is the app's own, engines say the origin of modules alone.
                Some(rest) => self.file(window, rest, request.range.as_deref(), !request.origin.is_empty()),
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
        let Call { seq, timeout, token, message } = match read_call(query, request.body.filter(|_| own)) {
            Ok(call) => call,
            Err(error) => return Answer::Now(self.reply(own, Err(error))),
        };
        let asking = if own { self.documents.asking(window, token) } else { None };
        let decided = self.observer(window, if own { token } else { "" }, name);
        let document = match asking {
            Some(Asking { document, policies }) => {
                let always = self.policy.always.contains(&name);
                let refused = if always { None } else { self.govern(&document, &seq, name, &policies) };
                if let Some(refused) = refused {
                    decided(Some(&refused));
                    return Answer::Now(self.reply(own, Err(refused)));
                }
                document
            }
            None if own => {
                let text = format!(
                    "{name} was refused: the call does not say which of the app's pages makes it. Pages that the app \
                     serves and their workers can call, with the socket: modules; blob:, data: and srcdoc documents cannot"
                );
                let error = Error::new(Code::ACCESS_DENIED, text).denied(name, None, None);
                return Answer::Now(self.reply(own, Err(error)));
            }
            // Nothing of the app's is lent to others; the policy sees who asks, and refuses.
            None => Arc::new(Document::new(window, request.origin, PolicyList::default())),
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
            Poll::Ready(answer) => {
                decided(answer.as_ref().err());
                Answer::Now(self.reply(own, answer))
            }
            Poll::Pending => {
                let app = self.app.clone();
                Answer::Later(Box::pin(async move {
                    let answer = call.await;
                    decided(answer.as_ref().err());
                    reply(&app, own, answer)
                }))
            }
        }
    }

    /// Tells who wants to know what was decided about a call, for each page whose policy has a say in it.
    fn observer(
        &self,
        window: u32,
        token: &str,
        name: &str,
    ) -> impl Fn(Option<&Error>) + Send + 'static + use<> {
        let told = self.app.audit.as_ref().and_then(|_| {
            let paths = self.documents.governing(window, token);
            let pages: Vec<_> = paths.iter().filter_map(|path| self.page_name(path)).collect();
            // As the table spells it: engines may have lowered its case.
            let route = self.router.names().find(|route| route.eq_ignore_ascii_case(name))?;
            Some((self.app.clone(), pages, route))
        });
        move |refused| {
            if let Some((app, pages, route)) = &told
                && let Some(audit) = &app.audit
            {
                pages.iter().for_each(|page| audit.decided(page, route, refused));
            }
        }
    }

    /// The file of a page, from the root of the pages, with `/`.
    fn page_name(&self, path: &str) -> Option<String> {
        let Found::File(file) = self.resources.find(path) else { return None };
        let root = self.app.root().canonicalize().ok()?;
        let parts = file.strip_prefix(root).ok()?.iter().map(|part| part.to_string_lossy());
        Some(parts.collect::<Vec<_>>().join("/"))
    }

    /// The policies of the page that calls, beside those of the window's page.
    fn govern(
        &self,
        document: &Document,
        seq: &Seq,
        name: &str,
        policies: &Arc<PolicyList>,
    ) -> Option<Error> {
        if let Err(error) = self.policy.check_list(policies, name) {
            return Some(error);
        }
        if name.eq_ignore_ascii_case("ipc.events") {
            // What this realm hears is also a matter of its own policies.
            document.govern(&seq.realm, policies);
        }
        None
    }

    fn reply(&self, own: bool, answer: Result<Message>) -> Response {
        reply(&self.app, own, answer)
    }

    /// `fs/promises` of `socket:fs/promises`
    fn module(&self, window: u32, specifier: &str) -> Response {
        let name = specifier.split(['?', '#']).next().unwrap_or_default();
        let body = if name == "internal/args" {
            let mut args = self.app.args(window);
            if self
                .documents
                .shown(window)
                .is_some_and(|document| self.policy.check(&document, "module.read", &Resource::None).is_ok())
            {
                args["nonce"] = self.nonce.as_str().into();
            }
            Bytes::from(format!("export default {args}"))
        } else if name == "internal/preload" {
            Bytes::from([spelling::worker_names().into_bytes(), modules::worker_preload()].concat())
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
    ///
    /// `module`: it is loaded as a module, as far as engines tell.
    fn file(&self, window: u32, rest: &str, range: Option<&str>, module: bool) -> Response {
        let (host, path) = rest.find(['/', '?', '#']).map_or((rest, ""), |end| rest.split_at(end));
        if !host.eq_ignore_ascii_case(&self.app.host) {
            return self.text(404, format!("this app is socket://{}", self.app.host));
        }
        let query = path.split_once('?').map_or("", |(_, rest)| rest.split('#').next().unwrap_or_default());
        let path = path_of(path);
        match self.resources.find(path) {
            Found::File(file) if resources::mime(&file).starts_with("text/html") => {
                self.page(window, path, &file)
            }
            Found::File(file) => match spelling::worker_query(query) {
                _ if !resources::mime(&file).starts_with("text/javascript") => {
                    self.part(window, &file, range)
                }
                Some((load, query)) => {
                    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
                    let address = format!("{}{path}{query}", self.app.origin);
                    self.script(window, &file, |text| {
                        let preload = match load {
                            spelling::Load::Preload => modules::worker_preload(),
                            _ => Vec::new(),
                        };
                        let preload = String::from_utf8_lossy(&preload);
                        spelling::worker_script(text, load, &address, &self.app.host, &preload)
                    })
                }
                None if module && range.is_none() => self.module_file(window, &file),
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
    fn page(&self, window: u32, path: &str, file: &std::path::Path) -> Response {
        let html = match resources::read_text(&self.app, file) {
            Ok(html) => html,
            Err(error) => return self.text(500, format!("{path} cannot be read: {error}")),
        };
        let made = self.make_page(&html, &self.header_policy(), |list, inherited| {
            let token = self.documents.serve(window, path, list, inherited, super::token)?;
            if let (Some(audit), Some(name)) = (&self.app.audit, self.page_name(path)) {
                audit.shown(&name);
            }
            Some(token)
        });
        self.respond(200, "text/html; charset=utf-8", made.policy, made.html.into_bytes().into())
    }

    /// `header`: policies that are not in the page; `serve` gives the page its token, if something navigates to it.
    fn make_page(
        &self,
        html: &str,
        header: &str,
        serve: impl FnOnce(PolicyList, &str) -> Option<String>,
    ) -> Made {
        let page = html::scan(html);
        let meta = page.policies.iter().map(|meta| meta.value.as_str()).collect::<Vec<_>>().join(", ");
        let policies = join_policies(header, &header_form(&meta));
        let change = spelling::imports_modules(&policies).then(|| {
            spelling::import_map(html, &page, |nonce, text| spelling::allows_inline(&policies, nonce, text))
        });
        let map = change.as_ref().map(|change| change.map.as_str());
        let policy = self.for_engine(&policies, map);
        let metas = page.policies.iter().map(|meta| (meta, self.for_engine(&meta.value, map)));
        let mut replacements: Vec<_> = metas
            .map(|(meta, expanded)| {
                (meta, if webview_enforces(&self.app) { expanded } else { String::new() })
            })
            .filter(|(meta, expanded)| *expanded != meta.value)
            .map(|(meta, expanded)| (meta.range.clone(), html::encode(&expanded)))
            .collect();
        let mut list = PolicyList::parse(header, PolicySource::Header);
        list.add(&meta, PolicySource::Meta);
        let governs = list.governs_calls();
        // Workers and frames have the page's policies without the hash of its own map.
        let inherited = header_form(&self.for_engine(&join_policies(header, &meta), None));
        let token = serve(list, &inherited);
        if let Some(token) = &token {
            let element = format!("<meta name=\"socket-document\" content=\"{token}\">");
            replacements.push((page.scripts..page.scripts, element));
        }
        replacements.extend(change.map(|change| change.replacement));
        let html = if replacements.is_empty() { html.to_owned() } else { html::replace(html, replacements) };
        let policy = if webview_enforces(&self.app) { policy } else { String::new() };
        Made { html, policy, named: token.is_some(), governs }
    }

    /// Policies as engines understand them, with what the spellings of modules need.
    fn for_engine(&self, policies: &str, map: Option<&str>) -> String {
        let list = PolicyList::parse(policies, PolicySource::Header);
        let nonce = list.allows_route("module.read").then_some(self.nonce.as_str());
        let mut expanded = self.policy.expand(policies, self.router.names());
        if self.app.audit.is_some() {
            // So that native code refuses, and is seen to: engines say nothing of what they refuse. What a test run
            // always allows stands in every policy that governs connections.
            for route in self.policy.always {
                expanded = expanded.replace(&format!("ipc://{route}"), "ipc:");
            }
        }
        spelling::allow(&expanded, map, nonce)
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

    /// A module of a page: as it is, unless its failure would be told to nobody.
    fn module_file(&self, window: u32, file: &std::path::Path) -> Response {
        let policy = self.policy_of(window);
        let followed = resources::read_text(&self.app, file)
            .ok()
            .filter(|_| spelling::imports_modules(&policy))
            .and_then(|script| spelling::followed(script.strip_prefix('\u{feff}').unwrap_or(&script), false));
        match followed {
            Some(script) => self.respond(200, resources::mime(file), policy, script.into_bytes().into()),
            None => self.part(window, file, None),
        }
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
        if !policy.is_empty() && webview_enforces(&self.app) {
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
        header_form(
            &self.documents.policy(window).unwrap_or_else(|| self.for_engine(&self.header_policy(), None)),
        )
    }
}

/// Whether the WebView hears of policies. Always, but for the tests of the native gate alone: those switch the WebView's
/// own enforcement off. The switch is not compiled into the executable that apps are built from.
#[cfg(debug_assertions)]
fn webview_enforces(app: &App) -> bool {
    !(app.debug && std::env::var_os("SOCKET_TEST_WITHOUT_WEBVIEW_CSP").is_some())
}

#[cfg(not(debug_assertions))]
fn webview_enforces(_: &App) -> bool {
    true
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

/// What the address and the body of a call say.
struct Call<'a> {
    seq: Seq,
    timeout: Option<Duration>,
    /// Of the document that calls; empty when it says none.
    token: &'a str,
    message: Message,
}

fn read_call<'a>(query: &'a str, body: Option<&mut dyn FnMut() -> Result<Bytes>>) -> Result<Call<'a>> {
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
    Ok(Call { seq, timeout, token: get("document").unwrap_or_default(), message })
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
        let call = read_call("seq=ab.7&timeout=50&document=t&head=%7B%22a%22%3A1%7D", None).expect("valid");
        assert_eq!((call.seq.to_string().as_str(), &call.message.head[..]), ("ab.7", &b"{\"a\":1}"[..]));
        assert_eq!((call.timeout, call.token), (Some(Duration::from_millis(50)), "t"));
        let mut body = || Ok(Bytes::from_static(b"\x02\0\0\0{}tail"));
        let call = read_call("seq=ab.8", Some(&mut body)).expect("valid");
        assert_eq!((call.message.body.len(), call.token), (4, ""));
        for query in ["", "seq=", "seq=ab", "seq=a b.1", "seq=ab.-1", "head=1"] {
            assert_eq!(
                read_call(query, None).err().map(|error| error.code().to_owned()).as_deref(),
                Some("ERR_IPC_FRAME")
            );
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
