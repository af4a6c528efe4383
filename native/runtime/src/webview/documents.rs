//! Which documents a window has, and who of them calls.
//!
//! A window has one [`Document`], which owns what its page, frames and workers hold. Each page that is served for a
//! navigation also gets a *token*, 128 random bits in its text: a call names its document by it, and is governed by the
//! policies of that page as well as by those of the window's. Text that a script fetches has none, so no script can take
//! the place of a page that it may not navigate to; `blob:`, `data:` and `srcdoc` documents have none either.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use socket_ipc::Document;
use socket_ipc::policy::PolicyList;

/// How many pages of one window are known at a time.
const MAX_KNOWN: usize = 256;
/// How many navigations may be on their way.
const MAX_EXPECTED: usize = 64;

/// The documents of all windows.
#[derive(Debug, Default)]
pub(super) struct Documents {
    windows: Mutex<BTreeMap<u32, Window>>,
}

#[derive(Debug, Default)]
struct Window {
    shown: Option<Shown>,
    /// Paths that something navigates to.
    expected: VecDeque<String>,
    /// Pages that were served for navigations, the newest last.
    known: VecDeque<Known>,
    /// The path of a page that took over before it was served, as some engines have it.
    awaited: Option<String>,
}

#[derive(Debug)]
struct Shown {
    document: Arc<Document>,
    /// Of the app's own address.
    path: Option<String>,
    /// Its policies, for the headers of what it loads: workers and frames have policies of their own otherwise.
    policy: String,
}

#[derive(Debug)]
struct Known {
    token: String,
    path: String,
    policies: Arc<PolicyList>,
    /// As text for engines.
    engine: String,
    /// Whether it can be on the screen.
    active: bool,
}

/// A document that calls.
pub(super) struct Asking {
    /// The document of the window.
    pub(super) document: Arc<Document>,
    /// What its own page was served with.
    pub(super) policies: Arc<PolicyList>,
}

impl Window {
    fn know(&mut self, path: &str, policies: PolicyList, engine: &str, token: &str) {
        if self.awaited.as_deref() == Some(path) {
            self.awaited = None;
            if let Some(shown) = &mut self.shown {
                *shown.document.csp.lock().unwrap_or_else(PoisonError::into_inner) = policies.clone();
                engine.clone_into(&mut shown.policy);
            }
        }
        self.known.push_back(Known {
            token: token.to_owned(),
            path: path.to_owned(),
            policies: Arc::new(policies),
            engine: engine.to_owned(),
            active: true,
        });
        if self.known.len() > MAX_KNOWN {
            self.known.pop_front();
        }
    }
}

impl Documents {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Window>> {
        // Held for a few lines that leave the data whole.
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The engine is about to navigate the window or a frame of it to a path.
    pub(super) fn expect(&self, window: u32, path: &str) {
        let mut windows = self.lock();
        let expected = &mut windows.entry(window).or_default().expected;
        expected.push_back(path.to_owned());
        if expected.len() > MAX_EXPECTED {
            expected.pop_front();
        }
    }

    /// A page is served. Its token, if something navigates to it.
    pub(super) fn serve(
        &self,
        window: u32,
        path: &str,
        policies: PolicyList,
        engine: &str,
        token: impl FnOnce() -> String,
    ) -> Option<String> {
        let mut windows = self.lock();
        let window = windows.entry(window).or_default();
        let expected = window.expected.iter().position(|other| other == path);
        let awaited = window.awaited.as_deref() == Some(path);
        // The first page of a window is loaded by the app itself, and not every engine announces that.
        if expected.is_none() && !awaited && !(window.shown.is_none() && window.known.is_empty()) {
            return None;
        }
        if let Some(index) = expected {
            window.expected.remove(index);
        }
        let token = token();
        window.know(path, policies, engine, &token);
        Some(token)
    }

    /// A page is served to a window that is not known, of those that navigate to it: its token counts in each of them, and only
    /// one of them has its text. `navigates`: the engine said that this is a navigation; otherwise each counts once.
    pub(super) fn serve_somewhere(
        &self,
        path: &str,
        policies: &PolicyList,
        engine: &str,
        navigates: bool,
        token: impl FnOnce() -> String,
    ) -> Option<String> {
        let mut windows = self.lock();
        let token = token();
        let mut served = false;
        for window in windows.values_mut() {
            let expected = window.expected.iter().position(|other| other == path);
            if expected.is_none() && window.awaited.as_deref() != Some(path) {
                continue;
            }
            if let Some(index) = expected.filter(|_| !navigates) {
                window.expected.remove(index);
            }
            window.know(path, policies.clone(), engine, &token);
            served = true;
        }
        served.then_some(token)
    }

    /// A window shows another document: the old one loses all it holds. `path`: of the app's own address; `make` gets the
    /// policies that the page was served with, and gives the document and its policies for engines, if they are not known.
    pub(super) fn commit(
        &self,
        window: u32,
        path: Option<&str>,
        make: impl FnOnce(Option<&PolicyList>) -> (Document, String),
    ) {
        let old = {
            let mut windows = self.lock();
            let window = windows.entry(window).or_default();
            // A page that comes back out of the engine's memory keeps its token.
            for known in &mut window.known {
                known.active = Some(known.path.as_str()) == path;
            }
            let served = window.known.iter().rev().find(|known| known.active);
            let (document, policy) = make(served.map(|known| &*known.policies));
            let policy = served.map_or(policy, |known| known.engine.clone());
            window.awaited = path.filter(|_| served.is_none()).map(str::to_owned);
            let path = path.map(str::to_owned);
            window.shown.replace(Shown { document: Arc::new(document), path, policy })
        };
        if let Some(shown) = old {
            shown.document.close();
        }
    }

    /// A window is gone.
    pub(super) fn close(&self, window: u32) {
        let old = self.lock().remove(&window);
        if let Some(shown) = old.and_then(|window| window.shown) {
            shown.document.close();
        }
    }

    /// The document that a token names.
    pub(super) fn asking(&self, window: u32, token: &str) -> Option<Asking> {
        let windows = self.lock();
        let window = windows.get(&window)?;
        let known = window.known.iter().find(|known| known.active && known.token == token)?;
        Some(Asking { document: window.shown.as_ref()?.document.clone(), policies: known.policies.clone() })
    }

    /// The paths of the pages whose policies govern a call: the one that a token names, and the window's.
    pub(super) fn governing(&self, window: u32, token: &str) -> Vec<String> {
        let windows = self.lock();
        let Some(window) = windows.get(&window) else { return Vec::new() };
        let known = window.known.iter().find(|known| known.active && known.token == token);
        let mut paths: Vec<_> = known.map(|known| known.path.clone()).into_iter().collect();
        let shown = window.shown.as_ref().and_then(|shown| shown.path.clone());
        paths.extend(shown.filter(|shown| !paths.is_empty() && !paths.contains(shown)));
        paths
    }

    /// The document that a window shows.
    pub(super) fn shown(&self, window: u32) -> Option<Arc<Document>> {
        self.lock().get(&window)?.shown.as_ref().map(|shown| shown.document.clone())
    }

    /// The policies of what a window shows, for engines.
    pub(super) fn policy(&self, window: u32) -> Option<String> {
        self.lock().get(&window)?.shown.as_ref().map(|shown| shown.policy.clone())
    }

    /// Documents of one window, or of all.
    pub(super) fn all(&self, window: Option<u32>) -> Vec<Arc<Document>> {
        let windows = self.lock();
        let wanted = windows.iter().filter(|(index, _)| window.is_none_or(|window| window == **index));
        wanted.filter_map(|(_, window)| Some(window.shown.as_ref()?.document.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use socket_ipc::policy::PolicySource;

    use super::*;

    fn list(csp: &str) -> PolicyList {
        PolicyList::parse(csp, PolicySource::Header)
    }

    fn serve(documents: &Documents, path: &str, csp: &str) -> Option<String> {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let token = || format!("t{}", NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        documents.serve(1, path, list(csp), csp, token)
    }

    fn commit(documents: &Documents, path: &str) {
        documents.commit(1, Some(path), |served| {
            (Document::new(1, "socket://a", served.cloned().unwrap_or_default()), String::new())
        });
    }

    fn allows(documents: &Documents, token: &str, route: &str) -> Option<bool> {
        let asking = documents.asking(1, token)?;
        let own = asking.document.csp.lock().expect("not poisoned").allows_route(route);
        Some(own && asking.policies.allows_route(route))
    }

    #[test]
    fn only_navigations_get_tokens() {
        let documents = Documents::default();
        let top = serve(&documents, "/", "connect-src ipc://fs.*").expect("the first page");
        commit(&documents, "/");
        assert_eq!(allows(&documents, &top, "fs.open"), Some(true));
        assert_eq!(serve(&documents, "/admin.html", "connect-src ipc:"), None, "fetched by a script");
        documents.expect(1, "/frame.html");
        let frame = serve(&documents, "/frame.html", "connect-src ipc://os.*").expect("a frame");
        assert_eq!(serve(&documents, "/frame.html", ""), None, "once for each navigation");
        assert_eq!(allows(&documents, &frame, "fs.open"), Some(false), "its own policy");
        assert_eq!(allows(&documents, &frame, "os.cpus"), Some(false), "the window's policy");
        for wrong in ["", "x", "t", &top.to_uppercase()] {
            assert_eq!(allows(&documents, wrong, "fs.open"), None, "{wrong}");
        }
        assert!(documents.asking(2, &top).is_none(), "another window");
    }

    #[test]
    fn tokens_end_with_the_page_of_the_window() {
        let documents = Documents::default();
        let first = serve(&documents, "/", "connect-src ipc:").expect("the first page");
        commit(&documents, "/");
        let old = documents.shown(1).expect("shown");
        documents.expect(1, "/two");
        let second = serve(&documents, "/two", "connect-src ipc://os.*").expect("the second");
        commit(&documents, "/two");
        assert!(old.is_closed());
        assert_eq!(allows(&documents, &first, "os.cpus"), None);
        assert_eq!(allows(&documents, &second, "os.cpus"), Some(true));
        assert_eq!(documents.policy(1).as_deref(), Some("connect-src ipc://os.*"));
        // Back, out of the engine's memory.
        commit(&documents, "/");
        assert_eq!(allows(&documents, &first, "fs.open"), Some(true));
        assert_eq!(allows(&documents, &second, "os.cpus"), None);
        documents.close(1);
        assert!(documents.asking(1, &first).is_none());
    }

    #[test]
    fn engines_that_commit_first_are_understood() {
        let documents = Documents::default();
        commit(&documents, "/");
        let token = serve(&documents, "/", "connect-src ipc://os.*").expect("the awaited page");
        assert_eq!(allows(&documents, &token, "os.cpus"), Some(true));
        assert_eq!(documents.policy(1).as_deref(), Some("connect-src ipc://os.*"));
        assert_eq!(serve(&documents, "/", ""), None);
    }

    #[test]
    fn a_page_for_a_window_that_is_not_known_is_of_those_that_navigate_to_it() {
        let documents = Documents::default();
        let serve = |path: &str, navigates| {
            documents.serve_somewhere(path, &list("connect-src ipc://os.*"), "", navigates, || "t".to_owned())
        };
        assert_eq!(serve("/", true), None, "nothing navigates");
        documents.expect(1, "/");
        assert_eq!(serve("/other", true), None);
        let token = serve("/", true).expect("the page");
        assert!(documents.asking(2, &token).is_none(), "another window");
        commit(&documents, "/");
        assert_eq!(allows(&documents, &token, "os.cpus"), Some(true));
        assert_eq!(allows(&documents, &token, "fs.open"), Some(false));
        assert!(serve("/", false).is_some() && serve("/", false).is_none(), "once, where engines do not say");
    }

    #[test]
    fn memory_is_bounded() {
        let documents = Documents::default();
        for _ in 0..1000 {
            documents.expect(1, "/");
        }
        let served = (0..1000).filter(|_| serve(&documents, "/", "").is_some()).count();
        assert_eq!(served, MAX_EXPECTED);
        let windows = documents.lock();
        assert!(windows[&1].known.len() <= MAX_KNOWN && windows[&1].expected.is_empty());
    }
}
