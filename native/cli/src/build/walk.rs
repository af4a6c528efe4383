//! Finds every file that the rules copy, before anything is touched.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use socket_config::Config;

use super::copy_map::Rule;
use crate::error::{Error, IoContext, Result};
use crate::target::{Layout, Target};

/// Copy (absolute) → source. Later rules win.
pub(crate) type Files = BTreeMap<PathBuf, PathBuf>;

pub(crate) fn files(rules: &[Rule], config: &Config, layout: &Layout) -> Result<Files> {
    let mut walk = Walk { config, layout, output: layout.output.canonicalize().ok(), files: Files::new() };
    for rule in rules {
        walk.rule(rule)?;
    }
    Ok(walk.files)
}

struct Walk<'a> {
    config: &'a Config,
    layout: &'a Layout,
    output: Option<PathBuf>,
    files: Files,
}

impl Walk<'_> {
    fn rule(&mut self, rule: &Rule) -> Result<()> {
        let (section, key) = rule.key;
        let metadata = fs::metadata(&rule.from).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                let message = format!("there is no {}", rule.from.display());
                let hint = "correct the path, or create the file or directory";
                Error::from(self.config.wrong(section, key, &message, hint))
            }
            _ => Err::<(), _>(error).doing("read", &rule.from).expect_err("an error stays one"),
        })?;
        let to = self.layout.resources.join(&rule.to);
        if metadata.is_dir() {
            return self.folder(&rule.from, &to, &mut Vec::new());
        }
        match rule.from.file_name().filter(|_| rule.into) {
            Some(name) => self.file(&rule.from, to.join(name)),
            None => self.file(&rule.from, to),
        }
    }

    fn folder(&mut self, from: &Path, to: &Path, above: &mut Vec<PathBuf>) -> Result<()> {
        let real = from.canonicalize().doing("read", from)?;
        if self.is_output(&real) {
            return Ok(());
        }
        if above.contains(&real) {
            return Err(Error::new(
                "ERR_PATH",
                format!("{} leads back to a directory that it is in", from.display()),
            )
            .hint("remove the symbolic link in this path; copying it would never end"));
        }
        above.push(real);
        for entry in fs::read_dir(from).doing("read", from)? {
            let entry = entry.doing("read", from)?;
            let (path, to) = (entry.path(), to.join(entry.file_name()));
            // Links are followed: the app has to stand alone.
            let metadata = fs::metadata(&path).map_err(|error| match path.is_symlink() {
                true => Error::new(
                    "ERR_NOT_FOUND",
                    format!("cannot read {}: the link leads nowhere", path.display()),
                )
                .hint("correct or remove the link"),
                false => Err::<(), _>(error).doing("read", &path).expect_err("an error stays one"),
            })?;
            if metadata.is_dir() {
                self.folder(&path, &to, above)?;
            } else if metadata.is_file() {
                self.file(&path, to)?;
            } else {
                return Err(Error::new(
                    "ERR_IO",
                    format!("{} is neither a file nor a directory", path.display()),
                )
                .hint("move it out of the directories that are copied"));
            }
        }
        above.pop();
        Ok(())
    }

    fn file(&mut self, from: &Path, to: PathBuf) -> Result<()> {
        let sealed = [socket_manifest::NAME, socket_manifest::SIGNATURE]
            .iter()
            .any(|name| to == self.layout.resources.join(name));
        if to == self.layout.config || to == self.layout.executable || sealed {
            // The project directory itself may be copied; the app gets the configuration that was used.
            if from == self.config.path {
                return Ok(());
            }
            let message = format!("{} would take the place of the app's own {}", from.display(), name(&to));
            return Err(Error::new("ERR_COPY", message).hint("rename it, or copy it into a directory"));
        }
        self.files.insert(to, from.to_owned());
        Ok(())
    }

    /// What was built is never a source, or each build would hold the one before.
    fn is_output(&self, real: &Path) -> bool {
        let Some(output) = &self.output else { return false };
        Target::ALL.iter().any(|target| real == output.join(target.name()))
    }
}

fn name(path: &Path) -> std::borrow::Cow<'_, str> {
    path.file_name().unwrap_or_default().to_string_lossy()
}
