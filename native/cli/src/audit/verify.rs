//! `ssc audit --verify`: whether an app is what it was built as, with the runtime that was published.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use socket_manifest::sign::{self, PublicKey};
use socket_manifest::{Entry, File, Hash, Hex, Manifest, NAME, is_litter, unhex};

use super::signed::{self, Signed};
use super::subject::{Kind, Subject};
use crate::build::{runtime, seal};
use crate::context::Context;
use crate::error::{Error, IoContext, Result};
use crate::target::Target;

/// What a package of the runtime says about itself, beside its `package.json`.
pub(crate) const HASHES: &str = "hashes.json";
/// No executable of an app is that large.
const LARGEST_RUNTIME: u64 = 1 << 30;

/// What to compare with.
pub(crate) struct Known {
    /// The key of whoever made the app.
    pub(crate) key: Option<PublicKey>,
    /// Hashes of the runtime, with where they are from.
    pub(crate) runtimes: Vec<(Hash, String)>,
    /// The runtime for macOS itself, where it is installed: what was signed is compared with it byte for byte.
    pub(crate) mac: Option<PathBuf>,
}

/// What was found.
#[derive(Default)]
pub(crate) struct Findings {
    files: usize,
    bytes: u64,
    /// By which key.
    signed: Option<String>,
    /// Hash of the executable, and what it is known as.
    runtime: Option<(Hash, String)>,
    notes: Vec<String>,
    problems: Vec<(&'static str, String)>,
}

impl Known {
    /// What the options say, else what is installed.
    pub(crate) fn new(
        key: Option<&str>,
        hash: Option<&str>,
        hashes: Option<&Path>,
        context: &Context,
    ) -> Result<Known> {
        let key = key.map(sign::public_key).transpose()?;
        let mut runtimes = Vec::new();
        if let Some(text) = hash {
            let hash = unhex::<32>(&text.trim().to_ascii_lowercase()).ok_or_else(|| {
                Error::new("ERR_ARGS", format!("--runtime-hash: `{text}` is no SHA-256"))
                    .hint("give its 64 hexadecimal digits")
            })?;
            runtimes.push((hash, "--runtime-hash".to_owned()));
        }
        if let Some(path) = hashes {
            runtimes.extend(read_hashes(&context.current.join(path))?);
        }
        if runtimes.is_empty() {
            runtimes = installed(context)?;
        }
        Ok(Known { key, runtimes, mac: runtime::find(&context.environment, Target::Mac) })
    }
}

/// Hashes that the installed packages name, or of the executables in them.
fn installed(context: &Context) -> Result<Vec<(Hash, String)>> {
    let mut all = Vec::new();
    for target in [Target::Linux, Target::Mac, Target::Win] {
        let Some(path) = runtime::find(&context.environment, target) else { continue };
        let listed: Option<PathBuf> = path.ancestors().nth(2).map(|folder| folder.join(HASHES));
        match listed.filter(|path| path.is_file()) {
            Some(listed) => all.extend(read_hashes(&listed)?),
            // Built from source: there is no other word for it than its own.
            None => all.push((File::of(&path)?.hash, format!("the one installed at {}", path.display()))),
        }
    }
    Ok(all)
}

fn read_hashes(path: &Path) -> Result<Vec<(Hash, String)>> {
    let text = std::fs::read_to_string(path).doing("read", path)?;
    let wrong = || {
        Error::new("ERR_AUDIT_HASHES", format!("{} is not a list of hashes", path.display()))
            .hint("it is JSON, as in { \"version\": 1, \"release\": \"1.2.3\", \"runtimes\": { \"linux-x64\": \"…\" } }")
    };
    let value: Value = serde_json::from_str(&text).map_err(|_| wrong())?;
    let release = value["release"].as_str().ok_or_else(wrong)?;
    if value["version"] != 1 {
        return Err(wrong());
    }
    let runtimes = value["runtimes"].as_object().ok_or_else(wrong)?;
    let each = runtimes.iter().map(|(name, hash)| {
        let hash = hash.as_str().and_then(unhex::<32>).ok_or_else(wrong)?;
        Ok((hash, format!("{release} for {name}")))
    });
    each.collect()
}

/// Looks at everything; what is wrong is collected, not thrown.
pub(crate) fn verify(subject: &Subject, known: &Known, progress: &dyn Fn(&str)) -> Result<Findings> {
    if subject.kind == Kind::Project {
        return Err(Error::new(
            "ERR_AUDIT_APP",
            format!("{} is a project, and only what was built can be verified", subject.path.display()),
        )
        .hint("give the folder or the package of the app"));
    }
    let mut findings = Findings::default();
    let Some(text) = subject.manifest_text()? else {
        let what = if subject.config.build.debug { "a development build" } else { "it" };
        findings.problem("ERR_MANIFEST_MISSING", format!("{what} has no {NAME}"));
        return Ok(findings);
    };
    let manifest = match Manifest::parse(&text) {
        Ok(manifest) => manifest,
        Err(problem) => {
            findings.problem(problem.code, problem.message);
            return Ok(findings);
        }
    };
    findings.signature(subject, known, &text)?;
    findings.names(subject, &manifest);
    for (path, entry) in &manifest.entries {
        if let Some(name) = subject.files().get(path) {
            progress(path);
            findings.content(subject, path, name, entry);
        }
    }
    findings.executable(subject, &manifest, known)?;
    Ok(findings)
}

/// The hash of the installed runtime for macOS, where the app was built with it and differs from it in signatures only.
fn before(rest: &[u8], manifest: &Manifest, known: &Known) -> Option<Hash> {
    let original = std::fs::read(known.mac.as_ref()?).ok()?;
    let hash = File::read(original.as_slice(), LARGEST_RUNTIME).ok()?.hash;
    let listed = manifest.runtime.as_ref().is_some_and(|runtime| runtime.hash == hash);
    // One that was linked for Intel's processors may have had no signature: nothing tells how it was aligned then.
    let same = matches!(signed::read(&original), Some(Signed::Mac(other)) if other == rest);
    (listed && same).then_some(hash)
}

impl Findings {
    fn problem(&mut self, code: &'static str, message: impl Into<String>) {
        self.problems.push((code, message.into()));
    }

    fn signature(&mut self, subject: &Subject, known: &Known, manifest: &[u8]) -> Result<()> {
        let own = seal::public(&subject.config)?;
        let Some(key) = known.key.or(own) else {
            if subject.signature_text()?.is_some() {
                self.notes.push("it has a signature and names no key; give --key".into());
            }
            return Ok(());
        };
        match subject.signature_text()? {
            None => self.problem("ERR_MANIFEST_SIGNATURE", "there is no signature"),
            Some(text) => match sign::check(manifest, &text, &key) {
                Err(problem) => self.problem(problem.code, problem.message),
                Ok(()) => {
                    self.signed = Some(sign::written(&key));
                    if known.key.is_none() {
                        self.notes.push(
                            "the key is the one that the app names itself; give --key to tell whose it is"
                                .into(),
                        );
                    }
                }
            },
        }
        Ok(())
    }

    fn names(&mut self, subject: &Subject, manifest: &Manifest) {
        let litter = |path: &str| is_litter(path.rsplit('/').next().unwrap_or_default());
        for path in subject.files().keys().filter(|path| !litter(path)) {
            if !manifest.entries.contains_key(path) && !self.belongs_to_package(subject, path) {
                self.problem("ERR_MANIFEST_EXTRA", format!("{path} is not part of the app"));
            }
        }
        for path in manifest.entries.keys().filter(|path| !subject.files().contains_key(*path)) {
            self.problem("ERR_MANIFEST_MISSING", format!("{path} is missing"));
        }
    }

    /// What the format of a package puts among the files.
    fn belongs_to_package(&self, subject: &Subject, path: &str) -> bool {
        subject.kind == Kind::Windows
            && (path.starts_with("AppxMetadata/")
                || ["AppxManifest.xml", "AppxBlockMap.xml", "AppxSignature.p7x", "[Content_Types].xml"]
                    .contains(&path))
    }

    fn content(&mut self, subject: &Subject, path: &str, name: &str, entry: &Entry) {
        let package = subject.package();
        let right = match (entry, package.is_link(name)) {
            (Entry::Link(target), true) => {
                package.read(name, 1 << 16).map(|found| found == target.as_bytes())
            }
            (Entry::File(expected), false) => package.hash(name, expected.size).map(|found| {
                self.bytes += found.size;
                found == *expected
            }),
            _ => Ok(false),
        };
        self.files += 1;
        match right {
            Ok(true) => {}
            Ok(false) => {
                self.problem(
                    "ERR_MANIFEST_ALTERED",
                    format!("{path} is not what it was when the app was built"),
                );
            }
            Err(error) => self.problem("ERR_MANIFEST_ALTERED", error.message),
        }
    }

    fn executable(&mut self, subject: &Subject, manifest: &Manifest, known: &Known) -> Result<()> {
        let Some(name) = &subject.executable else {
            self.problem("ERR_RUNTIME_MISSING", "the executable is missing");
            return Ok(());
        };
        let File { mut hash, .. } = subject.package().hash(name, LARGEST_RUNTIME)?;
        if [Kind::Windows, Kind::Mac, Kind::Ios].contains(&subject.kind)
            && manifest.runtime.as_ref().is_none_or(|runtime| runtime.hash != hash)
        {
            match signed::read(&subject.package().read(name, LARGEST_RUNTIME)?) {
                Some(Signed::Windows(Some(before))) => {
                    let before = File::read(before.as_slice(), LARGEST_RUNTIME).doing("read", Path::new(name))?.hash;
                    if manifest.runtime.as_ref().is_some_and(|runtime| runtime.hash == before) {
                        hash = before;
                        self.notes.push(format!(
                            "{name} was signed for Windows; without the signature it is the one that the app was built with. \
                             Whose signature it is, says `signtool verify /pa`"
                        ));
                    }
                }
                Some(Signed::Windows(None)) => {
                    self.notes.push(format!("{name} has a signature for Windows with something else behind it"));
                }
                Some(Signed::Mac(rest)) => match before(&rest, manifest, known) {
                    Some(before) => {
                        hash = before;
                        self.notes.push(format!(
                            "{name} was signed for macOS; but for signatures it is the one that the app was built with. \
                             Whose signature it is, says `codesign --verify --deep --strict -d -v`"
                        ));
                    }
                    None => self.notes.push(format!(
                        "{name} has a signature for macOS. It can be compared where the package {} of the same release is \
                         installed beside ssc; else verify the app as it was before signing",
                        Target::Mac.package()
                    )),
                },
                None => {}
            }
        }
        if manifest.runtime.as_ref().is_none_or(|runtime| runtime.hash != hash) {
            self.problem(
                "ERR_RUNTIME_ALTERED",
                format!("{name} is not the executable that the app was built with"),
            );
        }
        match known.runtimes.iter().find(|(other, _)| *other == hash) {
            Some((_, known)) => self.runtime = Some((hash, known.clone())),
            None => {
                let against: Vec<_> = known.runtimes.iter().map(|(_, name)| name.as_str()).collect();
                let against =
                    if against.is_empty() { "no hash is known here".to_owned() } else { against.join(", ") };
                self.problem(
                    "ERR_RUNTIME_UNKNOWN",
                    format!(
                        "the executable {name} is no runtime that is known here ({against}): its SHA-256 is {}. \
                         Give the published hash of its release with --runtime-hash or --hashes",
                        Hex(&hash)
                    ),
                );
            }
        }
        Ok(())
    }

    pub(crate) fn is_right(&self) -> bool {
        self.problems.is_empty()
    }

    pub(crate) fn json(&self) -> Value {
        let problems: Vec<_> =
            self.problems.iter().map(|(code, message)| json!({ "code": code, "message": message })).collect();
        let runtime = self
            .runtime
            .as_ref()
            .map(|(hash, known)| json!({ "sha256": Hex(hash).to_string(), "known": known }));
        json!({
            "version": 1,
            "verified": self.is_right(),
            "files": self.files,
            "bytes": self.bytes,
            "key": self.signed,
            "runtime": runtime,
            "notes": self.notes,
            "problems": problems,
        })
    }

    pub(crate) fn text(&self) -> String {
        let mut lines = vec![format!("{} files with {} bytes compared with {NAME}", self.files, self.bytes)];
        lines.extend(self.signed.iter().map(|key| format!("signed by {key}")));
        lines.extend(self.runtime.iter().map(|(_, known)| format!("the runtime is {known}")));
        lines.extend(self.notes.iter().map(|note| format!("note: {note}")));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (code, message) in &self.problems {
            let count = counts.entry(code).or_default();
            *count += 1;
            // Of an app that was altered all over the first say enough.
            match *count {
                0..=20 => lines.push(format!("! {code}: {message}")),
                21 => lines.push(format!("! {code}: and more")),
                _ => {}
            }
        }
        lines.push(match self.is_right() {
            true => "verified".into(),
            false => "NOT verified: install the app again from where you trust it".into(),
        });
        lines.join("\n") + "\n"
    }
}
