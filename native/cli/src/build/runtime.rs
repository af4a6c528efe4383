//! Where the prebuilt runtime of a platform is, and the terms of those who wrote what is inside of it.

use std::path::{Path, PathBuf};

use crate::Environment;
use crate::error::Error;
use crate::target::Target;

/// The runtime executable, when its package is installed: beside this one or among its dependencies.
pub(crate) fn find(environment: &Environment, target: Target) -> Option<PathBuf> {
    if target == Target::host() {
        return environment.runtime.clone();
    }
    let package = target.package();
    let name = package.rsplit('/').next().unwrap_or(&package).to_owned();
    let prefix = &environment.prefix;
    let folders =
        [prefix.parent().map(|scope| scope.join(&name)), Some(prefix.join("node_modules").join(&package))];
    let files = folders.into_iter().flatten().map(|folder| folder.join("bin").join(target.runtime()));
    files.into_iter().find(|file| file.is_file())
}

/// What the licences of the runtime's parts are called: in its package, and in every app.
pub(crate) const LICENCES: &str = "THIRD-PARTY-LICENSES";

/// The licences of a runtime: in its package beside `bin/`, below the prefix that it was installed to from source.
pub(crate) fn licences(runtime: &Path) -> Option<PathBuf> {
    let home = runtime.parent()?.parent()?;
    [home.to_owned(), home.join("share/socket-runtime")]
        .map(|folder| folder.join(LICENCES))
        .into_iter()
        .find(|file| file.is_file())
}

pub(crate) fn missing(target: Target) -> Error {
    let package = target.package();
    Error::new("ERR_RUNTIME", format!("the runtime for {target} is not installed")).hint(match target == Target::host() {
        true => format!("install it beside ssc with `npm install -g {package}`, or set SOCKET_HOME to a directory with bin/{}", target.runtime()),
        false => format!("it comes with the package {package}: `npm install -g --force {package}`; `--dry-run` shows what would be built"),
    })
}
