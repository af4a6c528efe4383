//! Files that people gave to one document: chosen in a picker, dropped on it.

use std::io::Result;
use std::path::{Path, PathBuf};

use crate::capability::Access;
use crate::path::resolve;

/// What people gave to one document. It ends with the document.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    given: Vec<(PathBuf, Access)>,
}

impl Grants {
    /// Gives a file, or a directory with all that is below it. [`Access::Write`] includes reading.
    ///
    /// # Errors
    /// When the path cannot be resolved.
    pub fn give(&mut self, path: &Path, access: Access) -> Result<()> {
        let path = resolve(path, true)?;
        if !self.given.iter().any(|(known, kind)| *known == path && *kind == access) {
            self.given.push((path, access));
        }
        Ok(())
    }

    /// Whether a resolved path was given for this.
    pub fn allow(&self, resolved: &Path, access: Access) -> bool {
        self.given.iter().any(|(path, given)| {
            // `starts_with` compares whole names: a file has nothing below it.
            resolved.starts_with(path) && (*given == access || *given == Access::Write)
        })
    }

    /// What was given.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, Access)> {
        self.given.iter().map(|(path, access)| (path.as_path(), *access))
    }
}
