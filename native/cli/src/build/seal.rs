//! The manifest of a build for users: hashes of what is in the folder of its files, and a signature of them.

use std::fs;
use std::path::{Path, PathBuf};

use socket_config::Config;
use socket_manifest::sign::{self, PublicKey, Secret};
use socket_manifest::{Manifest, NAME, Problem, SIGNATURE};

use crate::context::Context;
use crate::error::{Error, IoContext, Result};
use crate::target::Layout;

impl From<Problem> for Error {
    fn from(problem: Problem) -> Error {
        Error::new(problem.code, problem.message).hint(problem.hint)
    }
}

/// The secret key of a project, where it has one: a file that the environment or socket.ini names.
pub(crate) fn secret(config: &Config, project: &Path, context: &Context) -> Result<Option<Secret>> {
    let of_config = config.manifest.secret_key.as_ref().filter(|path| !path.is_empty());
    let path = match context.var("SSC_MANIFEST_KEY") {
        Some(path) => context.current.join(path),
        None => match of_config {
            Some(path) => project.join(path),
            None => return named_only(config),
        },
    };
    let text = fs::read_to_string(&path).doing("read the key", &path)?;
    let secret = Secret::parse(&text).map_err(|problem| {
        let message = format!("{}: {}", path.display(), problem.message);
        Error::from(Problem { message, ..problem })
    })?;
    if let Some(key) = public(config)?
        && key != secret.public()
    {
        let message = format!("{} is not the key that [manifest] public_key names", path.display());
        return Err(Error::new("ERR_MANIFEST_KEY", message).hint(format!(
            "its public half is {}; correct the one or the other",
            sign::written(&secret.public())
        )));
    }
    Ok(Some(secret))
}

/// An app that names a key would not start without a signature.
fn named_only(config: &Config) -> Result<Option<Secret>> {
    match public(config)? {
        None => Ok(None),
        Some(_) => Err(Error::new(
            "ERR_MANIFEST_KEY",
            "[manifest] public_key is set, and there is no secret key to sign with",
        )
        .hint("name its file in SSC_MANIFEST_KEY or in [manifest] secret_key")),
    }
}

/// The key that an app names.
pub(crate) fn public(config: &Config) -> Result<Option<PublicKey>> {
    let text = config.manifest.public_key.as_ref().filter(|text| !text.is_empty());
    Ok(text.map(|text| sign::public_key(text)).transpose()?)
}

/// Writes the manifest of what is there now, and its signature.
pub(crate) fn seal(layout: &Layout, secret: Option<&Secret>, context: &Context) -> Result<()> {
    let text = Manifest::make(&layout.resources, Some(&layout.executable))?.to_string();
    place(&layout.resources.join(NAME), text.as_bytes())?;
    let signature = layout.resources.join(SIGNATURE);
    match secret {
        Some(secret) => place(&signature, secret.sign(text.as_bytes()).as_bytes())?,
        // Of a build that had a key.
        None if signature.exists() => fs::remove_file(&signature).doing("remove", &signature)?,
        None => {}
    }
    context.progress.detail(&format!("wrote {}", layout.resources.join(NAME).display()));
    Ok(())
}

/// Renamed into its place, and only where it has changed.
fn place(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|current| current == bytes) {
        return super::assets::set_mode(path, false);
    }
    let scratch: PathBuf = path.with_extension("new");
    fs::write(&scratch, bytes).doing("write", path)?;
    super::assets::set_mode(&scratch, false)?;
    fs::rename(&scratch, path).doing("write", path)
}
