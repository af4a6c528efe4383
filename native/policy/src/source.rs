//! One source expression, and which addresses it allows (CSP Level 3, 2.3.1 and 6.7.2).

/// A hash function that a source may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashAlgorithm {
    /// `'sha256-…'`
    Sha256,
    /// `'sha384-…'`
    Sha384,
    /// `'sha512-…'`
    Sha512,
}

/// A source expression. Scheme and host are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `https:`
    Scheme(String),
    /// `https://*.example.com:8080/path/`
    Host {
        /// Without `:`; none where the page's own scheme counts.
        scheme: Option<String>,
        /// `*`, `*.example.com` or `example.com`.
        host: String,
        /// Digits or `*`; none means the scheme's own.
        port: Option<String>,
        /// With its first `/`, percent-encoded; none and `/` allow every path.
        path: Option<String>,
    },
    /// Every route of a module: `ipc://fs` or `ipc://fs.*`. Ours: the standard knows no such star.
    Module(String),
    /// `'self'`, `'none'`, `'unsafe-inline'` and so on, in lower case without quotes.
    Keyword(&'static str),
    /// `'nonce-…'`
    Nonce(String),
    /// `'sha256-…'`; the digest in base64.
    Hash(HashAlgorithm, String),
    /// Means nothing, as the standard says for text that fits no grammar.
    Invalid,
}

/// Keywords of CSP Level 3 and of the specifications that extend it.
const KEYWORDS: [&str; 12] = [
    "self",
    "none",
    "unsafe-inline",
    "unsafe-eval",
    "strict-dynamic",
    "unsafe-hashes",
    "report-sample",
    "unsafe-allow-redirects",
    "wasm-unsafe-eval",
    "trusted-types-eval",
    "report-sha256",
    "inline-speculation-rules",
];

impl Source {
    /// Reads one expression; whatever fits no grammar is [`Source::Invalid`].
    pub fn parse(text: &str) -> Source {
        if let Some(quoted) = text.strip_prefix('\'') {
            return quoted.strip_suffix('\'').and_then(Source::quoted).unwrap_or(Source::Invalid);
        }
        if let Some(scheme) = text.strip_suffix(':').filter(|scheme| is_scheme(scheme)) {
            return Source::Scheme(scheme.to_ascii_lowercase());
        }
        Source::host(text).unwrap_or(Source::Invalid)
    }

    fn quoted(text: &str) -> Option<Source> {
        if let Some(keyword) = KEYWORDS.iter().find(|keyword| keyword.eq_ignore_ascii_case(text)) {
            return Some(Source::Keyword(keyword));
        }
        let (kind, value) = text.split_once('-')?;
        if !is_base64(value) {
            return None;
        }
        let algorithm = match kind.to_ascii_lowercase().as_str() {
            "nonce" => return Some(Source::Nonce(value.to_owned())),
            "sha256" => HashAlgorithm::Sha256,
            "sha384" => HashAlgorithm::Sha384,
            "sha512" => HashAlgorithm::Sha512,
            _ => return None,
        };
        Some(Source::Hash(algorithm, value.to_owned()))
    }

    fn host(text: &str) -> Option<Source> {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme.to_ascii_lowercase()), rest),
            Some(_) => return None,
            None => (None, text),
        };
        let (authority, path) = match rest.find('/') {
            Some(at) => (&rest[..at], Some(&rest[at..])),
            None => (rest, None),
        };
        // A path has neither query nor fragment, and no character that ends a directive.
        if path.is_some_and(|path| path.contains(['?', '#', ';', ','])) {
            return None;
        }
        if scheme.as_deref() == Some("ipc") {
            return native(authority, path);
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let digits = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        if !is_host(host) || port.is_some_and(|port| port != "*" && !digits(port)) {
            return None;
        }
        Some(Source::Host {
            scheme,
            host: host.to_ascii_lowercase(),
            port: port.map(str::to_owned),
            path: path.map(str::to_owned),
        })
    }

    /// Whether it allows an address (6.7.2.8), for documents of the origin `own`.
    pub fn allows(&self, url: &Url<'_>, own: &Url<'_>) -> bool {
        match self {
            Source::Scheme(scheme) => scheme_matches(scheme, url.scheme),
            Source::Host { scheme, host, port, path } => {
                if let (None, "*", None, None) = (scheme, host.as_str(), port, path) {
                    // `*` names what the web is made of and the page's own scheme, never a further scheme.
                    return is_network(url.scheme) || url.scheme.eq_ignore_ascii_case(own.scheme);
                }
                let scheme = scheme.as_deref().unwrap_or(own.scheme);
                scheme_matches(scheme, url.scheme)
                    && host_matches(host, url.host)
                    && port_matches(port.as_deref(), scheme, url)
                    && path.as_deref().is_none_or(|path| path_matches(path, url.path))
            }
            Source::Keyword("self") => {
                let same_host = own.host.eq_ignore_ascii_case(url.host) && !own.host.is_empty();
                let defaults = own.port.is_none_or(|port| Some(port) == default_port(own.scheme))
                    && url.port.is_none_or(|port| Some(port) == default_port(url.scheme));
                let same_port = own.port_or_default() == url.port_or_default();
                let same_scheme = own.scheme.eq_ignore_ascii_case(url.scheme);
                let upgraded = !same_scheme && scheme_matches(own.scheme, url.scheme);
                same_host && ((same_scheme && same_port) || (upgraded && (defaults || same_port)))
            }
            // `ipc:` addresses have no modules on the web's side: see `PolicyList::allows_route`.
            Source::Module(_)
            | Source::Keyword(_)
            | Source::Nonce(_)
            | Source::Hash(..)
            | Source::Invalid => false,
        }
    }
}

/// What `ipc://…` names: a route, or a module. Narrower than the standard's hosts (no port, no path, no leading star), and
/// wider by `_` and a star at the end.
fn native(authority: &str, path: Option<&str>) -> Option<Source> {
    let name = authority.strip_suffix(".*").unwrap_or(authority);
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    if !name.split('.').all(plain) || path.is_some_and(|path| path != "/") {
        return None;
    }
    let (module, lower) = (!name.contains('.'), name.to_ascii_lowercase());
    match (module, name.len() == authority.len()) {
        (true, _) => Some(Source::Module(lower)),
        (false, true) => {
            Some(Source::Host { scheme: Some("ipc".into()), host: lower, port: None, path: None })
        }
        (false, false) => None,
    }
}

/// The parts of an address that sources are compared with. Not a parser of addresses in general: those that are
/// compared come from engines or are written by an app's author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Url<'a> {
    /// Without `:`.
    pub scheme: &'a str,
    /// Empty for addresses without one (`data:`).
    pub host: &'a str,
    /// Only where it is written.
    pub port: Option<&'a str>,
    /// With its first `/`, without query and fragment.
    pub path: &'a str,
}

impl<'a> Url<'a> {
    /// Splits an address; none for text without a scheme.
    pub fn parse(text: &'a str) -> Option<Url<'a>> {
        let (scheme, rest) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme))?;
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let Some(rest) = rest.strip_prefix("//") else {
            return Some(Url { scheme, host: "", port: None, path: rest });
        };
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let authority = authority.rsplit('@').next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
            _ => (authority, None),
        };
        Some(Url { scheme, host, port: port.filter(|port| !port.is_empty()), path })
    }

    fn port_or_default(&self) -> Option<&str> {
        self.port.or_else(|| default_port(self.scheme))
    }
}

fn default_port(scheme: &str) -> Option<&'static str> {
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "ws" => Some("80"),
        "https" | "wss" => Some("443"),
        "ftp" => Some("21"),
        _ => None,
    }
}

/// Fetch's "HTTP(S) scheme" and the schemes of web sockets.
fn is_network(scheme: &str) -> bool {
    ["http", "https", "ws", "wss"].iter().any(|network| network.eq_ignore_ascii_case(scheme))
}

/// 6.7.2.9: a secure scheme may take the place of its insecure form.
fn scheme_matches(allowed: &str, scheme: &str) -> bool {
    let scheme = scheme.to_ascii_lowercase();
    match allowed.to_ascii_lowercase().as_str() {
        allowed if allowed == scheme => true,
        "http" => scheme == "https",
        "ws" => ["wss", "http", "https"].contains(&scheme.as_str()),
        "wss" => scheme == "https",
        _ => false,
    }
}

/// 6.7.2.10
fn host_matches(pattern: &str, host: &str) -> bool {
    if host.is_empty() {
        return false;
    }
    match pattern.strip_prefix('*') {
        Some("") => true,
        // `*.example.com` is every name below, not the name itself.
        Some(suffix) => {
            host.len() > suffix.len()
                && host.as_bytes()[host.len() - suffix.len()..].eq_ignore_ascii_case(suffix.as_bytes())
        }
        None => {
            // Of addresses of the form of numbers, only this one is ever named by a source.
            pattern.eq_ignore_ascii_case(host) && (!is_ipv4(host) || host == "127.0.0.1")
        }
    }
}

fn is_ipv4(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>().is_ok()
}

/// 6.7.2.11
fn port_matches(pattern: Option<&str>, scheme: &str, url: &Url<'_>) -> bool {
    let number = |port: &str| port.parse::<u32>().ok();
    match pattern {
        Some("*") => true,
        None => url.port.is_none_or(|port| Some(port) == default_port(url.scheme)),
        Some(port) => {
            let wanted = url.port_or_default();
            wanted.is_some_and(|wanted| number(wanted) == number(port))
                || (number(port) == Some(80)
                    && !scheme.eq_ignore_ascii_case(url.scheme)
                    && wanted == Some("443"))
        }
    }
}

/// 6.7.2.12
fn path_matches(pattern: &str, path: &str) -> bool {
    if pattern.is_empty() || pattern == "/" {
        return true;
    }
    let whole = !pattern.ends_with('/');
    let mut parts = path.split('/');
    let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
    for piece in pattern.split('/') {
        match parts.next() {
            Some(part) if decode(piece) == decode(part) => {}
            _ => return false,
        }
    }
    // A path that ends in a slash allows what is below it, and itself with the slash.
    if whole { parts.next().is_none() } else { parts.next().is_some() }
}

fn decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok()).filter(|hex| !hex.starts_with('+'));
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    decoded
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// `*`, or names with dots, the first of which may be `*`. With `_`, as engines have it.
fn is_host(text: &str) -> bool {
    if text == "*" {
        return true;
    }
    let name = text.strip_prefix("*.").unwrap_or(text);
    name.split('.').all(|label| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    })
}

/// base64-value of the grammar: either alphabet, at most two `=` at the end.
fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty()
        && text.len() - body.len() <= 2
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte))
}
