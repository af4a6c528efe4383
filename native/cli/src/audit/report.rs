//! What an app may do, for people and for programs.

use serde_json::{Value, json};
use socket_policy::PolicySource;

use super::document::Document;
use super::subject::{Kind, Subject};
use super::warnings::{self, Warning};
use super::words;
use crate::error::Result;

/// Everything that is said about an app.
pub(crate) struct Report<'a> {
    subject: &'a Subject,
    documents: Vec<(Document, Vec<Warning>)>,
    app: Vec<Warning>,
    sealed: bool,
    signed: bool,
}

impl<'a> Report<'a> {
    pub(crate) fn new(subject: &'a Subject) -> Result<Report<'a>> {
        let mut documents = Vec::new();
        for page in subject.pages()? {
            let document = Document::new(&page, &subject.config);
            let found = warnings::of_document(&document, subject);
            documents.push((document, found));
        }
        let sealed = subject.manifest_text()?.is_some();
        let signed = subject.signature_text()?.is_some();
        Ok(Report { subject, documents, app: warnings::of_app(subject, sealed), sealed, signed })
    }

    /// Every warning.
    pub(crate) fn warnings(&self) -> impl Iterator<Item = &Warning> {
        self.documents.iter().flat_map(|(_, found)| found).chain(&self.app)
    }

    fn backend(&self) -> Option<&str> {
        let config = &self.subject.config;
        let cmd = match self.subject.kind {
            Kind::Mac => &config.mac.cmd,
            Kind::Windows => &config.win.cmd,
            Kind::Ios | Kind::Android => return None,
            Kind::Project | Kind::Linux => &config.linux.cmd,
        };
        cmd.as_deref().map(str::trim).filter(|cmd| !cmd.is_empty())
    }

    /// The switches of `[permissions]` by name, without `allow_`.
    fn permissions(&self) -> Vec<(&str, bool)> {
        let flat = self.subject.config.flat.iter();
        let own =
            flat.filter_map(|(key, value)| Some((key.strip_prefix("permissions_allow_")?, value == "true")));
        own.collect()
    }

    fn allowed(&self) -> Vec<&str> {
        self.subject.config.webview.navigator_policies_allowed.iter().map(String::as_str).collect()
    }

    /// The form that programs read: version 1 in docs/cli.md.
    pub(crate) fn json(&self) -> Value {
        let config = &self.subject.config;
        let warning = |warning: &Warning| json!({ "code": warning.code, "place": warning.place, "message": warning.message, "fix": warning.fix });
        let documents: Vec<_> = self
            .documents
            .iter()
            .map(|(document, _)| {
                let policies: Vec<_> = document
                    .texts
                    .iter()
                    .map(|(from, text)| {
                        let from = if *from == PolicySource::Header { "socket.ini" } else { "page" };
                        json!({ "from": from, "text": text })
                    })
                    .collect();
                json!({
                    "path": document.path,
                    "policies": policies,
                    "everything": document.all,
                    "modules": document.modules,
                    "routes": document.routes,
                })
            })
            .collect();
        let capabilities = config.capabilities().map(|lists| {
            let pairs = lists.iter().map(|(key, entries)| (key.to_owned(), json!(entries)));
            Value::Object(pairs.collect())
        });
        json!({
            "version": 1,
            "app": {
                "name": &*config.build.name,
                "version": config.meta.version.to_string(),
                "identifier": config.meta.bundle_identifier.to_string(),
                "kind": self.subject.kind.name(),
                "development": config.build.debug,
                "manifest": self.sealed,
                "signed": self.signed,
            },
            "documents": documents,
            "capabilities": capabilities,
            "permissions": self.permissions().into_iter().map(|(name, on)| (name.to_owned(), on.into())).collect::<serde_json::Map<_, _>>(),
            "backend": self.backend(),
            "navigation": self.allowed(),
            "warnings": self.warnings().map(warning).collect::<Vec<_>>(),
        })
    }

    /// The form that people read.
    pub(crate) fn text(&self) -> String {
        let config = &self.subject.config;
        let what = match self.subject.kind {
            Kind::Project => "a project",
            _ if config.build.debug => "a development build",
            _ if self.signed => "a build for users, signed",
            _ => "a build for users",
        };
        let mut text = format!(
            "{} {} ({}): {what}, for {}\n",
            &*config.build.name,
            &*config.meta.version,
            &*config.meta.bundle_identifier,
            match self.subject.kind {
                Kind::Project => "any platform",
                kind => kind.name(),
            }
        );
        for (document, found) in &self.documents {
            text += &format!("\n{}\n", document.path);
            text += &self.powers(document);
            found.iter().for_each(|warning| text += &said(warning));
        }
        if self.documents.is_empty() {
            text += "\nThere are no pages.\n";
            if self.subject.kind == Kind::Project && config.build.script.is_some() {
                text += "  [build] script makes them: audit what was built.\n";
            }
        }
        text += "\nThe app\n";
        match config.capabilities() {
            None => {
                text +=
                    "  nothing narrows what native calls reach: there is no [capabilities] in socket.ini\n"
            }
            Some(lists) => {
                for (key, entries) in lists.iter() {
                    let list = if entries.is_empty() { "nothing".to_owned() } else { entries.join(", ") };
                    text += &format!("  {}: {list}\n", words::capability(key));
                }
            }
        }
        let off: Vec<_> = self
            .permissions()
            .into_iter()
            .filter(|(_, on)| !on)
            .map(|(name, _)| name.replace('_', " "))
            .collect();
        text += &match off.as_slice() {
            [] => "  may ask the user for everything: [permissions] switches nothing off\n".to_owned(),
            off => format!("  never asks the user for: {}\n", off.join(", ")),
        };
        if let Some(cmd) = self.backend() {
            text += &format!("  has a backend, a program with all rights of the user: {cmd}\n");
        }
        if !self.allowed().is_empty() {
            text += &format!("  its windows may show {}\n", self.allowed().join(", "));
        }
        self.app.iter().for_each(|warning| text += &said(warning));
        let count = self.warnings().count();
        text += &match count {
            0 => "\nno warnings\n".to_owned(),
            1 => "\n1 warning\n".to_owned(),
            count => format!("\n{count} warnings\n"),
        };
        text
    }

    fn powers(&self, document: &Document) -> String {
        if document.all {
            return "  it can call everything that the runtime has\n".into();
        }
        if !document.has_power() {
            return "  it makes no native calls\n".into();
        }
        let mut text = String::new();
        let modules = document.modules.iter().map(|module| (format!("{module}.*"), words::module(module)));
        let routes = document.routes.iter().map(|route| (route.clone(), words::route(route)));
        let all: Vec<_> = modules.chain(routes).collect();
        let width = all.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, words) in all {
            text += &format!("  {name:width$}  it can {words}\n");
        }
        text
    }
}

fn said(warning: &Warning) -> String {
    format!("  ! {}: {}\n    {}\n", warning.code, warning.message, warning.fix)
}
