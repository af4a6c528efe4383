//! Lists of Content Security Policies as CSP Level 3 reads them, and what they say about native calls.
//!
//! No crate does this for us: `content-security-policy` decides about requests of the web, cannot name routes and
//! modules, and brings `regex` and `url` into every app (see docs/dependencies.md). The parser of the standard
//! is short.

use crate::source::{HashAlgorithm, Source, Url};

/// Where a policy was read: some directives count in headers alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicySource {
    /// A `Content-Security-Policy` header.
    Header,
    /// A `<meta http-equiv="Content-Security-Policy">`.
    Meta,
}

/// Directives without a meaning in a meta element.
const HEADER_ONLY: [&str; 4] = ["sandbox", "frame-ancestors", "report-uri", "report-to"];

/// One directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// In lower case.
    pub name: String,
    /// Its words as they are written.
    pub value: Vec<String>,
    sources: Vec<Source>,
}

impl Directive {
    /// Its words as sources. `'none'` beside others means nothing, and so does what fits no grammar.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Whether nothing is allowed: no source, or `'none'` alone (6.7.2.6).
    pub fn is_none(&self) -> bool {
        match self.sources.as_slice() {
            [] => true,
            [source] => *source == Source::Keyword("none"),
            _ => false,
        }
    }
}

/// What one policy says about native calls, prepared for being asked at every call.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Calls {
    /// No directive governs connections.
    Silent,
    /// `ipc:`
    All,
    /// Lower-case routes (`fs.open`) and modules (`fs`).
    Only { routes: Vec<String>, modules: Vec<String> },
}

/// One policy: directives, none twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    directives: Vec<Directive>,
    calls: Calls,
}

/// The policies of one document. All of them count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyList {
    policies: Vec<Policy>,
}

/// Routes that every document with any native power may call: they carry its events, cancel its own calls and say
/// what it has to say.
pub const PLUMBING: [&str; 3] = ["ipc.events", "ipc.cancel", "console.write"];

impl PolicyList {
    /// Reads the value of a header or a meta element: policies with commas between them.
    ///
    /// HTML would read a meta element as one policy; engines split it, and so does this, because a comma must never
    /// hide a policy.
    pub fn parse(value: &str, from: PolicySource) -> PolicyList {
        let mut list = PolicyList::default();
        list.add(value, from);
        list
    }

    /// Adds the policies of one more header or meta element.
    pub fn add(&mut self, value: &str, from: PolicySource) {
        self.policies.extend(value.split(',').filter_map(|text| Policy::parse(text, from)));
    }

    /// Adds the policies of another list.
    pub fn extend(&mut self, other: &PolicyList) {
        for policy in &other.policies {
            // Frames mostly have the same ones, and each is asked at every call.
            if !self.policies.contains(policy) {
                self.policies.push(policy.clone());
            }
        }
    }

    /// The policies, in order.
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty()
    }

    /// Whether any policy says something about connections. A document without one makes no native calls.
    pub fn governs_calls(&self) -> bool {
        self.policies.iter().any(|policy| policy.calls != Calls::Silent)
    }

    /// Whether a document may call a route: some policy names it, and no policy that governs connections leaves it out.
    ///
    /// Unlike requests of the web, which pass where no policy is: a page that says nothing gets nothing.
    pub fn allows_route(&self, route: &str) -> bool {
        self.all(|calls| calls.allows(route))
    }

    /// Whether a document may hear an event: the policies name it as they would name a route, or any route of its module.
    pub fn hears(&self, event: &str) -> bool {
        let module = event.split('.').next().unwrap_or_default();
        self.all(|calls| match calls {
            Calls::Silent | Calls::All => true,
            Calls::Only { routes, modules } => {
                modules.iter().any(|granted| granted.eq_ignore_ascii_case(module))
                    || routes.iter().any(|granted| {
                        granted.split('.').next().is_some_and(|other| other.eq_ignore_ascii_case(module))
                    })
            }
        })
    }

    fn all(&self, allows: impl Fn(&Calls) -> bool) -> bool {
        self.governs_calls() && self.policies.iter().all(|policy| allows(&policy.calls))
    }

    /// Of these routes, those that the document may call.
    pub fn granted<'a>(&self, routes: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        routes.filter(|route| self.allows_route(route)).collect()
    }

    /// Whether every policy has `ipc:` or something else that allows all routes.
    pub fn allows_every_route(&self) -> bool {
        self.all(|calls| matches!(calls, Calls::All | Calls::Silent))
    }

    /// Whether the directive `name`, or what stands in for it, allows an address in each policy (6.7.2.5).
    pub fn allows_url(&self, name: &str, url: &Url<'_>, own: &Url<'_>) -> bool {
        self.policies.iter().all(|policy| {
            policy.governing(name).is_none_or(|directive| {
                !directive.is_none() && directive.sources.iter().any(|source| source.allows(url, own))
            })
        })
    }

    /// Whether an inline script may run (6.7.3.3): `nonce` is its attribute, `hash` computes the digest of its text in
    /// base64.
    pub fn allows_inline_script(
        &self,
        nonce: Option<&str>,
        hash: impl Fn(HashAlgorithm) -> Option<String>,
    ) -> bool {
        self.policies.iter().all(|policy| {
            policy.governing("script-src-elem").is_none_or(|directive| {
                let sources = &directive.sources;
                let named = sources.iter().any(|source| match source {
                    Source::Nonce(allowed) => Some(allowed.as_str()) == nonce,
                    Source::Hash(algorithm, digest) => {
                        // Both alphabets of base64 mean the same.
                        let plain = |text: &str| text.replace('-', "+").replace('_', "/");
                        hash(*algorithm).is_some_and(|own| plain(&own) == plain(digest))
                    }
                    _ => false,
                });
                named || directive.allows_all_inline()
            })
        })
    }

    /// Whether text may be run as code (`eval`) under every policy.
    pub fn allows_eval(&self) -> bool {
        self.policies.iter().all(|policy| {
            let directive = policy.directive("script-src").or_else(|| policy.directive("default-src"));
            directive.is_none_or(|directive| directive.sources.contains(&Source::Keyword("unsafe-eval")))
        })
    }
}

impl Directive {
    /// `'unsafe-inline'`, unless a hash, a nonce or `'strict-dynamic'` takes it back (6.7.3.2).
    pub fn allows_all_inline(&self) -> bool {
        self.sources.contains(&Source::Keyword("unsafe-inline"))
            && !self.sources.iter().any(|source| {
                matches!(source, Source::Nonce(_) | Source::Hash(..) | Source::Keyword("strict-dynamic"))
            })
    }
}

impl Policy {
    /// 2.2.1: none for text without any directive.
    fn parse(text: &str, from: PolicySource) -> Option<Policy> {
        let mut directives: Vec<Directive> = Vec::new();
        for token in text.split(';') {
            let mut words = token.split_ascii_whitespace();
            let Some(name) = words.next().map(str::to_ascii_lowercase) else { continue };
            // The first of its name counts.
            if directives.iter().any(|known| known.name == name)
                || (from == PolicySource::Meta && HEADER_ONLY.contains(&name.as_str()))
            {
                continue;
            }
            let value: Vec<String> = words.map(str::to_owned).collect();
            let sources = value.iter().map(|word| Source::parse(word)).collect();
            directives.push(Directive { name, value, sources });
        }
        if directives.is_empty() {
            return None;
        }
        let mut policy = Policy { directives, calls: Calls::Silent };
        policy.calls = policy.governing("connect-src").map_or(Calls::Silent, Calls::of);
        Some(policy)
    }

    /// Its directives, in order.
    pub fn directives(&self) -> &[Directive] {
        &self.directives
    }

    /// The directive of exactly this name, in lower case.
    pub fn directive(&self, name: &str) -> Option<&Directive> {
        self.directives.iter().find(|directive| directive.name == name)
    }

    /// The directive that governs what `name` is about: itself, or the first of those that stand in for it (6.8.3).
    pub fn governing(&self, name: &str) -> Option<&Directive> {
        let rest: &[&str] = match name {
            "script-src-elem" | "script-src-attr" => &["script-src", "default-src"],
            "style-src-elem" | "style-src-attr" => &["style-src", "default-src"],
            "worker-src" => &["child-src", "script-src", "default-src"],
            "frame-src" => &["child-src", "default-src"],
            "connect-src" | "font-src" | "img-src" | "manifest-src" | "media-src" | "object-src"
            | "prefetch-src" | "script-src" | "style-src" | "child-src" => &["default-src"],
            _ => &[],
        };
        self.directive(name).or_else(|| rest.iter().find_map(|name| self.directive(name)))
    }

    /// Whether it says which native calls are allowed.
    pub fn governs_calls(&self) -> bool {
        self.calls != Calls::Silent
    }
}

impl Calls {
    fn of(directive: &Directive) -> Calls {
        let (mut routes, mut modules) = (Vec::new(), Vec::new());
        for source in &directive.sources {
            match source {
                Source::Scheme(scheme) if scheme == "ipc" => return Calls::All,
                Source::Host { scheme: Some(scheme), host, .. } if scheme == "ipc" => {
                    routes.push(host.clone());
                }
                Source::Module(module) => modules.push(module.clone()),
                _ => {}
            }
        }
        Calls::Only { routes, modules }
    }

    fn allows(&self, route: &str) -> bool {
        let Calls::Only { routes, modules } = self else { return true };
        if routes.is_empty() && modules.is_empty() {
            return false;
        }
        let module = route.split('.').next().unwrap_or_default();
        PLUMBING.iter().any(|plumbing| plumbing.eq_ignore_ascii_case(route))
            || routes.iter().any(|granted| granted.eq_ignore_ascii_case(route))
            || modules.iter().any(|granted| granted.eq_ignore_ascii_case(module))
    }
}
