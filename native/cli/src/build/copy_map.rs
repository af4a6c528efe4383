//! What is copied where: `[build] copy`, the copy map files and `[build.copy-map]` as one list of rules.

use std::path::{Component, Path, PathBuf};

use socket_config::{Config, Map, pairs};

use crate::error::{Error, Result};
use crate::target::Target;

/// Copies a file, or what is in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// An absolute path.
    pub(crate) from: PathBuf,
    /// Relative to the resources. For a file the path of the copy, except with `into`.
    pub(crate) to: PathBuf,
    /// A file goes into `to` and keeps its name.
    pub(crate) into: bool,
    /// The key that says so, for errors.
    pub(crate) key: (&'static str, &'static str),
}

/// A file of `copy_map`, read.
#[derive(Clone, Debug)]
pub struct CopyMap {
    key: (&'static str, &'static str),
    pairs: Map,
}

impl CopyMap {
    /// Reads the copy map files that count for a platform.
    ///
    /// # Errors
    /// When one is missing or broken.
    pub fn load(config: &Config, project: &Path, target: Target) -> Result<Vec<CopyMap>> {
        let build = &config.build;
        let own = match target.family() {
            "linux" => (&build.linux_copy_map, ("build.linux", "copy_map")),
            "mac" => (&build.mac_copy_map, ("build.mac", "copy_map")),
            "win" => (&build.win_copy_map, ("build.win", "copy_map")),
            "ios" => (&build.ios_copy_map, ("build.ios", "copy_map")),
            _ => (&build.android_copy_map, ("build.android", "copy_map")),
        };
        let mut maps = Vec::new();
        for (file, key) in [(&build.copy_map, ("build", "copy_map")), own] {
            let Some(file) = file else { continue };
            let path = project.join(file);
            if !path.is_file() {
                let message = format!("there is no file `{file}`");
                return Err(config
                    .wrong(key.0, key.1, &message, "correct the path or remove the key")
                    .into());
            }
            maps.push(CopyMap { key, pairs: pairs(&path)? });
        }
        Ok(maps)
    }
}

/// Every rule, in the order in which they count: later ones win.
pub(crate) fn rules(
    config: &Config,
    maps: &[CopyMap],
    project: &Path,
    target: Target,
    production: bool,
) -> Result<Vec<Rule>> {
    let mut rules = Vec::new();
    let key = ("build", "copy");
    for item in config.build.copy.iter() {
        let (from, to) = item.split_once(';').unwrap_or((item, ""));
        let to = to.trim();
        let to = to.strip_prefix("dst=").unwrap_or(to);
        rules.push(rule(config, project, from.trim(), to, true, key)?);
    }
    let inline = CopyMap { key: ("build.copy-map", ""), pairs: config.copy_map.clone() };
    for map in maps.iter().chain([&inline]) {
        for (name, to) in &map.pairs {
            let Some(from) = counts(name, target, production) else { continue };
            let to = if to.is_empty() { from } else { to };
            rules.push(rule(config, project, from, to, to.ends_with('/'), map.key)?);
        }
    }
    Ok(rules)
}

/// The source that a key of a copy map names, when its prefixes fit.
fn counts(mut name: &str, target: Target, production: bool) -> Option<&str> {
    let prefixes = [
        ("win_", target.family() == "win"),
        ("mac_", target.family() == "mac"),
        ("ios_", target.family() == "ios"),
        ("linux_", target.family() == "linux"),
        ("android_", target.family() == "android"),
        ("debug_", !production),
        ("prod_", production),
        ("production_", production),
    ];
    while let Some((rest, fits)) =
        prefixes.iter().find_map(|(prefix, fits)| Some((name.strip_prefix(prefix)?, *fits)))
    {
        if !fits {
            return None;
        }
        name = rest;
    }
    Some(name)
}

fn rule(
    config: &Config,
    project: &Path,
    from: &str,
    to: &str,
    into: bool,
    key: (&'static str, &'static str),
) -> Result<Rule> {
    let wrong = |message: &str, hint: &str| -> Error { config.wrong(key.0, key.1, message, hint).into() };
    if from.is_empty() {
        return Err(wrong(&format!("nothing is said to be copied to `{to}`"), "write the source before `;`"));
    }
    let mut inside = PathBuf::new();
    for part in Path::new(to).components() {
        match part {
            Component::Normal(part) => inside.push(part),
            Component::ParentDir | Component::Prefix(_) => {
                return Err(wrong(
                    &format!("`{to}` leads out of the resources"),
                    "write a path without `..`",
                ));
            }
            Component::RootDir | Component::CurDir => {}
        }
    }
    Ok(Rule { from: normal(&project.join(from)), to: inside, into, key })
}

/// The path without `.` and, as far as its text tells, without `..`.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if matches!(normal.components().next_back(), Some(Component::Normal(_))) => {
                normal.pop();
            }
            Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}
