//! The rule in force.

use std::path::Path;

use socket_policy::{Access, Missing, PolicyList};

use super::{Policy, Resource};
use crate::document::lock;
use crate::{Code, Document, Error, Result};

/// Exact origin, the `connect-src` of every policy of the document, and `[capabilities]`.
#[derive(Debug)]
pub struct CspPolicy {
    /// The only origin with native powers.
    pub origin: String,
    /// Routes that this run of the app allows whatever its pages say: a test run must be able to end the app.
    pub always: &'static [&'static str],
}

const WHERE: &str =
    "the <meta http-equiv=\"Content-Security-Policy\"> of the page, or [webview] headers of socket.ini";

impl Policy for CspPolicy {
    fn check(&self, document: &Document, route: &str, resource: &Resource<'_>) -> Result<()> {
        if document.origin != self.origin {
            let origin =
                if document.origin.is_empty() { "a document without origin" } else { &document.origin };
            let text = format!("{route} was refused: {origin} is not this app's origin {}", self.origin);
            return Err(Error::new(Code::ACCESS_DENIED, text).denied(route, None, None));
        }
        match resource {
            Resource::None if self.always.contains(&route) => Ok(()),
            Resource::None => self.check_list(&lock(&document.csp), route),
            _ => document.admit(route, resource),
        }
    }
}

impl CspPolicy {
    /// Whether a list of policies allows a route; `always` is not asked.
    ///
    /// # Errors
    /// With the source to add and where.
    pub fn check_list(&self, list: &PolicyList, route: &str) -> Result<()> {
        if list.allows_route(route) {
            return Ok(());
        }
        let source = format!("ipc://{route}");
        if list.governs_calls() {
            let text = format!(
                "{route} was refused by the page's Content-Security-Policy; to allow it, add {source} to connect-src in {WHERE}"
            );
            return Err(Error::new(Code::ACCESS_DENIED, text).denied(route, None, Some((&source, WHERE))));
        }
        let line =
            format!("<meta http-equiv=\"Content-Security-Policy\" content=\"connect-src 'self' {source}\">");
        let text = format!(
            "{route} was refused: no Content-Security-Policy of the page says which native calls it may make; to allow \
             this one, add {line} to the <head> of the page, or a header with connect-src to [webview] headers of socket.ini"
        );
        Err(Error::new(Code::ACCESS_DENIED, text).denied(
            route,
            None,
            Some((&line, "the <head> of the page")),
        ))
    }
}

impl Document {
    /// Whether `[capabilities]`, or what people gave to the document, allows what a call is about. The gate asks it
    /// before the handler runs; a handler that finds out more (a file once its links are followed) asks again.
    ///
    /// # Errors
    /// With the line to add and where.
    pub fn admit(&self, route: &str, resource: &Resource<'_>) -> Result<()> {
        limited(self, resource).map_err(|missing| lacking(route, resource, &missing))
    }

    /// The same of what a path leads to, whatever it is called.
    ///
    /// # Errors
    /// With the line to add and where.
    pub fn admit_followed(&self, route: &str, path: &Path, access: Access) -> Result<()> {
        let allowed = self.capabilities().file(path, access, true, &lock(self.grants()));
        let resource = Resource::File { path, access, follow: true };
        allowed.map_err(|missing| lacking(route, &resource, &missing))
    }

    /// The same of a file that is known by its real path: one on whose way there are no links.
    ///
    /// # Errors
    /// With the line to add and where.
    pub fn admit_real(&self, route: &str, path: &Path, access: Access) -> Result<()> {
        let allowed = self.capabilities().resolved(path, access, &lock(self.grants()));
        let resource = Resource::File { path, access, follow: false };
        allowed.map_err(|missing| lacking(route, &resource, &missing))
    }
}

fn limited(document: &Document, resource: &Resource<'_>) -> std::result::Result<(), Missing> {
    let limits = document.capabilities();
    if !limits.limited() {
        return Ok(());
    }
    match *resource {
        Resource::None => Ok(()),
        // The name of nothing: the system says so.
        Resource::File { path, .. } if path.as_os_str().is_empty() => Ok(()),
        Resource::File { path, access, follow } => {
            let given = lock(document.grants());
            // Links are followed by whoever uses the file: see `Resource::File`.
            if limits.named(path, access, &given) {
                return Ok(());
            }
            limits.file(path, access, follow, &given)
        }
        Resource::Url(url) => {
            // An address of the app itself, or a path: never further than the app's own pages.
            let own = !url.contains(':')
                || url
                    .strip_prefix(&document.origin)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            if own { Ok(()) } else { limits.url(url) }
        }
        Resource::Udp(ends) => ends.iter().try_for_each(|end| limits.udp(&end.address, end.port)),
        Resource::Tcp(ends) => ends.iter().try_for_each(|end| limits.tcp(&end.address, end.port)),
        Resource::Host(name) => limits.host(name),
        Resource::Command { file, args, env } => {
            let changed = env.unwrap_or_default().iter().filter(|(name, value)| {
                std::env::var_os(name).is_none_or(|own| own != std::ffi::OsStr::new(value))
            });
            limits.command(file, args, changed.map(|(name, _)| name.as_str()))
        }
        // A group has the number of the program that leads it, with a minus.
        Resource::Process(pid) if pid.unsigned_abs() > 1 && document.has_started(pid.unsigned_abs()) => {
            Ok(())
        }
        Resource::Process(pid) => limits.process(pid),
        Resource::Bluetooth(service) => limits.bluetooth(service),
    }
}

fn lacking(route: &str, resource: &Resource<'_>, (key, value): &Missing) -> Error {
    let line = format!("{key}[] = {value}");
    let place = "[capabilities] of socket.ini";
    let text = format!("{route} was refused: {resource}; to allow it, add the line {line} to {place}");
    Error::new(Code::ACCESS_DENIED, text).denied(route, Some(resource.to_string()), Some((&line, place)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use socket_policy::{Capabilities, Lists, Places, PolicySource};

    use super::*;

    fn list(csp: &str) -> PolicyList {
        PolicyList::parse(csp, PolicySource::Header)
    }

    #[test]
    fn only_the_exact_origin_passes() {
        let policy = CspPolicy { origin: "socket://com.app".into(), always: &["application.exit"] };
        let check = |origin: &str, route: &str| {
            policy.check(&Document::new(0, origin, list("connect-src ipc:")), route, &Resource::None).map_err(
                |e| {
                    assert_eq!(e.code(), "ERR_ACCESS_DENIED");
                },
            )
        };
        assert!(check("socket://com.app", "fs.open").is_ok());
        for origin in ["", "null", "socket://com.app.evil", "https://com.app", "socket://com.app/"] {
            assert!(
                check(origin, "fs.open").is_err() && check(origin, "application.exit").is_err(),
                "{origin}"
            );
        }
    }

    #[test]
    fn the_error_names_the_line_to_add() {
        let policy = CspPolicy { origin: "socket://a".into(), always: &["application.exit"] };
        let document = Document::new(0, "socket://a", list("connect-src ipc://fs.stat"));
        let error = policy.check(&document, "fs.open", &Resource::None).expect_err("refused");
        assert!(error.message().contains("add ipc://fs.open to connect-src"), "{error}");
        let json: serde_json::Value = serde_json::from_slice(&error.to_json()).expect("JSON");
        assert_eq!((&json["route"], &json["add"]), (&"fs.open".into(), &"ipc://fs.open".into()));
        assert!(
            policy.check(&document, "application.exit", &Resource::None).is_ok(),
            "what this run always allows"
        );
        let silent = Document::new(0, "socket://a", list("script-src 'self'"));
        let error = policy.check(&silent, "fs.open", &Resource::None).expect_err("refused");
        assert!(error.message().contains("connect-src 'self' ipc://fs.open\">"), "{error}");
    }

    #[test]
    fn capabilities_narrow_what_a_policy_allows() {
        let lists = Lists { urls: vec!["https://a.b".into()], ..Lists::default() };
        let limits = Capabilities::new(Some(&lists), Places::default()).expect("valid");
        let policy = CspPolicy { origin: "socket://a".into(), always: &[] };
        let document = Document::new(0, "socket://a", list("connect-src ipc:")).limited(Arc::new(limits));
        let document = Arc::new(document);
        let check = |resource| policy.check(&document, "x.y", &resource);
        let secret = Path::new("/secret/x");
        let error = check(Resource::read(secret)).expect_err("refused");
        assert!(
            error.message().ends_with("add the line read[] = /secret/x to [capabilities] of socket.ini"),
            "{error}"
        );
        document.grant(secret, Access::Read).expect("resolved");
        assert!(check(Resource::read(secret)).is_ok() && check(Resource::write(secret)).is_err());
        for (url, expected) in [
            ("index.html", true),
            ("socket://a/x", true),
            ("socket://a", true),
            ("socket://ab/x", false),
            ("https://a.b/x", true),
            ("https://c.d/", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(check(Resource::Url(url)).is_ok(), expected, "{url}");
        }
        let started = document.started(4242);
        for (pid, expected) in
            [(4242, true), (-4242, true), (4243, false), (0, false), (-1, false), (1, false)]
        {
            assert_eq!(check(Resource::Process(pid)).is_ok(), expected, "{pid}");
        }
        drop(started);
        assert!(check(Resource::Process(4242)).is_err(), "the number is another's by now");
        assert!(check(Resource::Process(i32::MIN)).is_err());
        let args = ["x".to_owned()];
        assert!(check(Resource::Command { file: "sh", args: &args, env: None }).is_err());
    }
}
