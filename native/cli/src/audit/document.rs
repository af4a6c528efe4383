//! What one page of an app may do.

use std::collections::BTreeSet;

use socket_config::Config;
use socket_policy::{PLUMBING, PolicyList, PolicySource, Source, html};

use super::subject::Page;

/// A page with its policies.
pub(crate) struct Document {
    /// From the root of the pages.
    pub(crate) path: String,
    /// The text of each policy, with where it stands.
    pub(crate) texts: Vec<(PolicySource, String)>,
    pub(crate) policies: PolicyList,
    /// Every route.
    pub(crate) all: bool,
    /// Modules, all of whose routes may be called.
    pub(crate) modules: BTreeSet<String>,
    /// Further routes.
    pub(crate) routes: BTreeSet<String>,
    /// A policy stands behind the first script, which runs without it.
    pub(crate) late: bool,
}

impl Document {
    pub(crate) fn new(page: &Page, config: &Config) -> Document {
        let scanned = html::scan(&page.text);
        let headers = config.webview.headers.iter();
        let headers = headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-security-policy"));
        let mut texts: Vec<_> =
            headers.map(|(_, value)| (PolicySource::Header, value.trim().to_owned())).collect();
        let behind = |meta: &html::Meta| meta.range.start > scanned.scripts;
        let late = scanned.policies.iter().any(behind);
        texts.extend(scanned.policies.iter().map(|meta| (PolicySource::Meta, meta.value.trim().to_owned())));
        let mut policies = PolicyList::default();
        texts.iter().for_each(|(from, text)| policies.add(text, *from));
        let all = policies.allows_every_route();
        let (mut modules, mut routes) = (BTreeSet::new(), BTreeSet::new());
        for (word, source) in connect_sources(&policies) {
            // As it is written: sources have lost their capital letters.
            let name = word.get("ipc://".len()..).unwrap_or_default().trim_end_matches('/');
            match source {
                // No route is called so: it is allowed exactly where the whole module is.
                Source::Module(module) if policies.allows_route(&format!("{module}.*")) => {
                    modules.insert(name.trim_end_matches(".*").to_owned());
                }
                Source::Host { scheme: Some(scheme), host, .. }
                    if scheme == "ipc" && policies.allows_route(host) =>
                {
                    routes.insert(name.to_owned());
                }
                // Of two policies the narrower one counts, which names the routes.
                _ => {}
            }
        }
        routes.retain(|route: &String| !has(&modules, route.split('.').next().unwrap_or_default()));
        if all {
            modules.clear();
            routes.clear();
        }
        Document { path: page.path.clone(), texts, policies, all, modules, routes, late }
    }

    /// Whether it may make any native call.
    pub(crate) fn has_power(&self) -> bool {
        self.all || !self.modules.is_empty() || !self.routes.is_empty()
    }

    /// Whether it may call any route of a module.
    pub(crate) fn touches(&self, module: &str) -> bool {
        self.all
            || has(&self.modules, module)
            || self
                .routes
                .iter()
                .any(|route| route.split('.').next().is_some_and(|own| own.eq_ignore_ascii_case(module)))
    }
}

/// Engines lower the case of hosts, so routes are compared without it.
pub(crate) fn has(names: &BTreeSet<String>, name: &str) -> bool {
    names.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// Sources of what governs connections, in every policy, with the words that they are read from.
fn connect_sources(policies: &PolicyList) -> impl Iterator<Item = (&String, &Source)> {
    let governing = policies.policies().iter().filter_map(|policy| policy.governing("connect-src"));
    governing.flat_map(|directive| directive.value.iter().zip(directive.sources()))
}

/// Routes that need no grant of their own.
pub(crate) fn is_plumbing(route: &str) -> bool {
    PLUMBING.iter().any(|plumbing| plumbing.eq_ignore_ascii_case(route))
}
