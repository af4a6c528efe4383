//! `--test=path`: where the file is in the built app, and what has to be copied so that it is there.

use std::path::{Component, Path, PathBuf};

use super::copy_map::{Rule, normal};
use crate::target::Layout;

/// The test module of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TestFile {
    /// What the page imports: a path from its root.
    pub(crate) url: String,
    /// Relative to the resources.
    pub(crate) path: PathBuf,
    /// Copies its directory when nothing else does.
    pub(crate) rule: Option<Rule>,
}

impl TestFile {
    /// `file` is the absolute path of the module.
    pub(crate) fn new(file: &Path, project: &Path, rules: &[Rule], root: &str) -> TestFile {
        let file = normal(file);
        let copied = rules.iter().rev().find_map(|rule| match file.strip_prefix(&rule.from) {
            Ok(rest) if rest.as_os_str().is_empty() => {
                Some(if rule.into { rule.to.join(file.file_name()?) } else { rule.to.clone() })
            }
            Ok(rest) => Some(rule.to.join(rest)),
            Err(_) => None,
        });
        let root: PathBuf =
            Path::new(root).components().filter(|part| matches!(part, Component::Normal(_))).collect();
        let (path, rule) = match copied.filter(|path| path.starts_with(&root)) {
            Some(path) => (path, None),
            None => outside(&file, project, &root),
        };
        let inside = path.strip_prefix(&root).unwrap_or(&path);
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        TestFile { url: format!("/{}", parts.join("/")), path, rule }
    }
}

/// The directory of the file goes beside what the page root holds, under its own name.
fn outside(file: &Path, project: &Path, root: &Path) -> (PathBuf, Option<Rule>) {
    let name = file.file_name().unwrap_or_default();
    let rule =
        |from: &Path, to: PathBuf, into| Some(Rule { from: from.into(), to, into, key: ("build", "copy") });
    match file.parent() {
        // The whole project is too much to copy for one file.
        Some(folder) if folder != normal(project) && folder.file_name().is_some() => {
            let to = root.join(folder.file_name().unwrap_or_default());
            (to.join(name), rule(folder, to, true))
        }
        _ => (root.join(name), rule(file, root.into(), true)),
    }
}

impl TestFile {
    /// Whether the built app has it.
    pub(crate) fn is_built(&self, layout: &Layout) -> bool {
        layout.resources.join(&self.path).is_file()
    }
}
