//! Whether a document may make a call. Every route call passes [`Policy::check`] before its handler runs.
//!
//! The rule in force is [`CspPolicy`]: the document has the app's own origin, and each Content Security Policy
//! that it was served with allows the route in `connect-src`. The WebView enforces the same policies; this
//! gate does not rely on it.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::document::lock;
use crate::{Code, Document, Error, Result};

/// What a call is about.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource<'a> {
    /// Nothing in particular: may the route be called at all?
    None,
    /// A file or directory.
    File(&'a str),
    /// An address that a window should show.
    Url(&'a str),
    /// Where datagrams go to or come in: a local end, peers, a multicast group (its port is 0).
    Udp(&'a [Endpoint]),
    /// A name or an address that is looked up.
    Host(&'a str),
    /// A program to start.
    Command(&'a str),
}

/// An IP address and a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Endpoint {
    /// IPv4 or IPv6; the latter may end in a `%zone`.
    pub address: String,
    /// 0 where the system picks one or where none is meant.
    pub port: u16,
}

impl AsRef<[Endpoint]> for Endpoint {
    fn as_ref(&self) -> &[Endpoint] {
        std::slice::from_ref(self)
    }
}

impl<'a> Resource<'a> {
    /// Used by the `routes!` table: `file(path)`.
    pub fn file(path: &'a impl AsRef<str>) -> Resource<'a> {
        Resource::File(path.as_ref())
    }

    /// Used by the `routes!` table: `url(url)`.
    pub fn url(url: &'a impl AsRef<str>) -> Resource<'a> {
        Resource::Url(url.as_ref())
    }

    /// Used by the `routes!` table: `udp(peer)`, of one endpoint or a list.
    pub fn udp(endpoints: &'a impl AsRef<[Endpoint]>) -> Resource<'a> {
        Resource::Udp(endpoints.as_ref())
    }

    /// Used by the `routes!` table: `command(file)`.
    pub fn command(file: &'a impl AsRef<str>) -> Resource<'a> {
        Resource::Command(file.as_ref())
    }

    /// Used by the `routes!` table: `host(hostname)`.
    pub fn host(name: &'a impl AsRef<str>) -> Resource<'a> {
        Resource::Host(name.as_ref())
    }
}

impl fmt::Debug for Resource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Resource::None => f.write_str("none"),
            Resource::File(path) => write!(f, "the file {path:?}"),
            Resource::Url(url) => write!(f, "the address {url:?}"),
            Resource::Udp(endpoints) => {
                let names: Vec<_> =
                    endpoints.iter().map(|end| format!("{} port {}", end.address, end.port)).collect();
                write!(f, "datagrams of {}", names.join(", "))
            }
            Resource::Command(file) => write!(f, "the program {file:?}"),
            Resource::Host(name) => write!(f, "the host {name:?}"),
        }
    }
}

/// The gate.
pub trait Policy: Send + Sync {
    /// `Err` with [`Code::ACCESS_DENIED`] refuses. Called once with [`Resource::None`] before the request is
    /// read, then once for each resource that the route's table names.
    fn check(&self, document: &Document, route: &str, resource: &Resource<'_>) -> Result<()>;
}

/// Routes that every document with any native power may call: they carry its events and cancel its own calls.
const PLUMBING: [&str; 3] = ["ipc.events", "ipc.cancel", "console.write"];

/// Exact origin, and the `connect-src` of every policy of the document.
#[derive(Debug)]
pub struct CspPolicy {
    /// The only origin with native powers.
    pub origin: String,
    /// Routes that this run of the app allows whatever its pages say: a test run must be able to end the app.
    pub always: &'static [&'static str],
}

impl Policy for CspPolicy {
    fn check(&self, document: &Document, route: &str, _resource: &Resource<'_>) -> Result<()> {
        if document.origin != self.origin {
            let origin =
                if document.origin.is_empty() { "a document without origin" } else { &document.origin };
            let text = format!("{route} was refused: {origin} is not this app's origin {}", self.origin);
            return Err(Error::new(Code::ACCESS_DENIED, text));
        }
        if self.always.contains(&route) || lock(&document.csp).allows(route) {
            return Ok(());
        }
        let text = format!(
            "{route} was refused by the page's Content-Security-Policy; to allow it, add ipc://{route} to connect-src \
             in the <meta http-equiv=\"Content-Security-Policy\"> of the page or in [webview] headers of socket.ini"
        );
        Err(Error::new(Code::ACCESS_DENIED, text))
    }
}

impl CspPolicy {
    /// Rewrites a policy for an engine whose sources are plain hosts: modules become the list of their routes, and
    /// the plumbing is added wherever some native call is allowed. Other text stays as it is.
    pub fn expand<'a>(&self, value: &str, routes: impl Iterator<Item = &'a str> + Clone) -> String {
        let policies = value.split(',').map(|policy| {
            let Some(sources) = connect_sources(policy) else { return policy.to_owned() };
            let mut native = !self.always.is_empty();
            let mut words: Vec<String> = Vec::new();
            for word in sources.split_ascii_whitespace() {
                match Source::parse(word) {
                    Source::Module(module) => {
                        native = true;
                        let of_module = |route: &&str| {
                            route
                                .split_once('.')
                                .is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case(&module))
                        };
                        words.extend(routes.clone().filter(of_module).map(|route| format!("ipc://{route}")));
                    }
                    Source::Route(_) => {
                        native = true;
                        words.push(word.to_owned());
                    }
                    // It stands alone or means nothing.
                    Source::Other if !self.always.is_empty() && word.eq_ignore_ascii_case("'none'") => {}
                    Source::All | Source::Other => words.push(word.to_owned()),
                }
            }
            if !native {
                return policy.to_owned();
            }
            words.extend(PLUMBING.iter().chain(self.always).map(|route| format!("ipc://{route}")));
            let expanded = words.join(" ");
            // `sources` is a part of `policy`: its place follows from the addresses. Written as a new directive in
            // front when it came from default-src, which must stay as it is for everything else.
            let start = sources.as_ptr() as usize - policy.as_ptr() as usize;
            let head = policy[..start].trim_end();
            if head.to_ascii_lowercase().ends_with("connect-src") {
                format!("{head} {expanded}{}", &policy[start + sources.len()..])
            } else {
                format!("connect-src {expanded}; {}", policy.trim_start())
            }
        });
        policies.collect::<Vec<_>>().join(",")
    }
}

/// The policies of one document. None: nothing is restricted, as on the web.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Csp {
    policies: Vec<Grant>,
}

/// What one policy says about native calls.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Grant {
    /// `ipc:`, or no directive that governs connections.
    All,
    /// Lower-case routes (`fs.open`) and modules (`fs`).
    Only { routes: Vec<String>, modules: Vec<String> },
}

impl Csp {
    /// Adds the value of one `Content-Security-Policy` header or meta element: policies separated by commas.
    pub fn add(&mut self, value: &str) {
        self.policies.extend(value.split(',').filter(|policy| !policy.trim().is_empty()).map(Grant::parse));
    }

    /// The policies of a value.
    pub fn parse(value: &str) -> Csp {
        let mut csp = Csp::default();
        csp.add(value);
        csp
    }

    /// Whether each policy allows the route.
    pub fn allows(&self, route: &str) -> bool {
        self.policies.iter().all(|grant| grant.allows(route))
    }
}

impl Grant {
    fn parse(policy: &str) -> Grant {
        let Some(sources) = connect_sources(policy) else { return Grant::All };
        let (mut routes, mut modules) = (Vec::new(), Vec::new());
        for source in sources.split_ascii_whitespace() {
            match Source::parse(source) {
                Source::All => return Grant::All,
                Source::Route(route) => routes.push(route),
                Source::Module(module) => modules.push(module),
                Source::Other => {}
            }
        }
        Grant::Only { routes, modules }
    }

    fn allows(&self, route: &str) -> bool {
        let Grant::Only { routes, modules } = self else { return true };
        if routes.is_empty() && modules.is_empty() {
            return false;
        }
        let route = route.to_ascii_lowercase();
        let module = route.split('.').next().unwrap_or_default();
        PLUMBING.contains(&route.as_str())
            || routes.contains(&route)
            || modules.iter().any(|granted| granted == module)
    }
}

/// One source of `connect-src`, as far as native calls are concerned.
enum Source {
    /// `ipc:`
    All,
    /// `ipc://fs.open`
    Route(String),
    /// `ipc://fs` or `ipc://fs.*`
    Module(String),
    /// Anything else, `'none'` and `*` included: they say nothing about native calls.
    Other,
}

impl Source {
    fn parse(source: &str) -> Source {
        let source = source.to_ascii_lowercase();
        let Some(rest) = source.strip_prefix("ipc:") else { return Source::Other };
        if rest.is_empty() {
            return Source::All;
        }
        let Some(host) = rest.strip_prefix("//") else { return Source::Other };
        let host = host.strip_suffix('/').unwrap_or(host);
        let (name, is_module) = match host.strip_suffix(".*") {
            Some(module) => (module, !module.contains('.')),
            None => (host, !host.contains('.')),
        };
        let plain = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        match (plain(name), is_module) {
            (true, true) => Source::Module(name.to_owned()),
            (true, false) if !host.ends_with('*') => Source::Route(name.to_owned()),
            _ => Source::Other,
        }
    }
}

/// The value of the directive that governs connections. As the standard says, the first of two equal
/// directives counts and `default-src` stands in for a missing one.
fn connect_sources(policy: &str) -> Option<&str> {
    let directive = |name: &str| {
        policy.split(';').find_map(|directive| {
            let directive = directive.trim_ascii();
            let end = directive.find(|c: char| c.is_ascii_whitespace()).unwrap_or(directive.len());
            directive[..end].eq_ignore_ascii_case(name).then(|| &directive[end..])
        })
    };
    directive("connect-src").or_else(|| directive("default-src"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_name_all_one_route_or_a_module() {
        let allows = |csp: &str, route: &str| Csp::parse(csp).allows(route);
        assert!(allows("", "fs.open"));
        assert!(allows("script-src 'self'", "fs.open"), "nothing governs connections");
        assert!(allows("connect-src ipc:", "fs.open"));
        assert!(allows("connect-src 'self' ipc://fs.open", "fs.open"));
        assert!(allows("connect-src ipc://FS.readfile", "fs.readFile"));
        assert!(!allows("connect-src ipc://fs.open", "fs.openDir"));
        assert!(!allows("connect-src ipc://fs.open", "fs.close"));
        assert!(allows("connect-src ipc://fs.*", "fs.close"));
        assert!(allows("connect-src ipc://fs", "fs.close"));
        assert!(!allows("connect-src ipc://fs", "fsx.close"));
        assert!(!allows("connect-src *", "fs.open"), "* does not name the scheme");
        assert!(!allows("connect-src 'none'", "fs.open"));
        assert!(!allows("default-src 'self'", "fs.open"));
        assert!(allows("default-src ipc:", "fs.open"));
        assert!(!allows("default-src ipc:; connect-src 'self'", "fs.open"));
        assert!(!allows("connect-src 'self'; connect-src ipc:", "fs.open"), "the first counts");
        assert!(!allows("connect-src ipc:, connect-src 'self'", "fs.open"), "all policies must allow");
        assert!(!allows("connect-src ipc://*.open ipc://fs.op* ipc:/fs.open ipc://", "fs.open"));
    }

    #[test]
    fn plumbing_comes_with_any_native_call() {
        assert!(Csp::parse("connect-src ipc://fs.open").allows("ipc.cancel"));
        assert!(!Csp::parse("connect-src 'self'").allows("ipc.cancel"));
    }

    #[test]
    fn expansion_names_hosts_that_engines_understand() {
        let routes = ["fs.open", "fs.readFile", "os.cpus"];
        let policy = |always| CspPolicy { origin: String::new(), always };
        let expand = |csp: &str| policy(&[]).expand(csp, routes.iter().copied());
        let plumbing = "ipc://ipc.events ipc://ipc.cancel ipc://console.write";
        assert_eq!(
            expand("default-src 'self'; connect-src ipc://fs.* https://a.b; img-src data:"),
            format!(
                "default-src 'self'; connect-src ipc://fs.open ipc://fs.readFile https://a.b {plumbing}; img-src data:"
            )
        );
        assert_eq!(
            expand("default-src 'self' ipc://os.cpus"),
            format!("connect-src 'self' ipc://os.cpus {plumbing}; default-src 'self' ipc://os.cpus")
        );
        for unchanged in ["", "connect-src 'none'", "connect-src ipc:", "img-src *"] {
            assert_eq!(expand(unchanged), unchanged);
        }
        let test = |csp: &str| policy(&["application.exit"]).expand(csp, routes.iter().copied());
        assert_eq!(
            test("connect-src 'none'; img-src *"),
            format!("connect-src {plumbing} ipc://application.exit; img-src *")
        );
        assert_eq!(test("img-src *"), "img-src *");
    }

    #[test]
    fn only_the_exact_origin_passes() {
        let policy = CspPolicy { origin: "socket://com.app".into(), always: &[] };
        let check = |origin: &str| {
            policy.check(&Document::new(0, origin, Csp::default()), "fs.open", &Resource::None).map_err(|e| {
                assert_eq!(e.code(), "ERR_ACCESS_DENIED");
            })
        };
        assert!(check("socket://com.app").is_ok());
        for origin in ["", "null", "socket://com.app.evil", "https://com.app", "socket://com.app/"] {
            assert!(check(origin).is_err(), "{origin}");
        }
    }

    #[test]
    fn the_error_names_the_line_to_add() {
        let policy = CspPolicy { origin: "socket://a".into(), always: &["application.exit"] };
        let document = Document::new(0, "socket://a", Csp::parse("connect-src ipc://fs.stat"));
        let error = policy.check(&document, "fs.open", &Resource::File("/x")).expect_err("refused");
        assert!(error.message().contains("add ipc://fs.open to connect-src"), "{error}");
        assert!(
            policy.check(&document, "application.exit", &Resource::None).is_ok(),
            "what this run always allows"
        );
        let other = Document::new(0, "socket://b", Csp::default());
        assert!(
            policy.check(&other, "application.exit", &Resource::None).is_err(),
            "but only to the app's own pages"
        );
    }
}
