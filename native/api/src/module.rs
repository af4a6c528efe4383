//! Files that `require` loads: the app's own, and nothing outside its folder.

use std::path::{Path, PathBuf};

use crate::prelude::*;

routes! { Context;
    /// Reads the first file that is there of a path with each of some endings.
    "module.read" => read;
}

#[derive(Deserialize, TS)]
struct Read {
    /// Absolute.
    path: String,
    /// What to append, in the order to try; the empty one is the path itself.
    endings: Vec<String>,
}

/// What is at a path.
#[derive(Serialize, TS)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// A file, which follows.
    File,
    /// No file with any ending; the path itself is a directory.
    Directory,
    /// Nothing that this app may load.
    Missing,
}

#[derive(Serialize, TS)]
struct Found {
    /// What there is.
    kind: Kind,
    /// Of the file, without symbolic links; empty otherwise.
    path: String,
}

async fn read(cx: Context, Read { path, endings }: Read) -> Result<WithBody<Found, Vec<u8>>> {
    let (host, root) = (cx.host.clone(), cx.host.root()?);
    blocking(move || {
        let answer = |kind, path: &Path, body| {
            Ok(WithBody { head: Found { kind, path: path.to_string_lossy().into_owned() }, body })
        };
        for ending in &endings {
            if let Some(found) = inside(&root, &format!("{path}{ending}")).filter(|found| found.is_file()) {
                let content = host.read(&found).syscall_on("open", &found)?;
                return answer(Kind::File, &found, content);
            }
        }
        let directory = inside(&root, &path).is_some_and(|found| found.is_dir());
        answer(if directory { Kind::Directory } else { Kind::Missing }, Path::new(""), Vec::new())
    })
    .await
}

/// The real path of something below the root; not the app's own executable and settings.
fn inside(root: &Path, path: &str) -> Option<PathBuf> {
    let root = root.canonicalize().ok()?;
    let found = Path::new(path).canonicalize().ok()?;
    let hidden = [root.join("socket.ini"), std::env::current_exe().ok()?];
    (found.starts_with(&root) && !hidden.contains(&found)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("app");
        std::fs::create_dir_all(root.join("lib")).expect("made");
        for file in ["lib/a.js", "socket.ini", "../secret.js"] {
            std::fs::write(root.join(file), "x").expect("written");
        }
        let found = |path: &str| inside(&root, &root.join(path).to_string_lossy());
        assert!(found("lib/a.js").is_some_and(|path| path.ends_with("lib/a.js")));
        assert!(found("lib").is_some());
        for path in ["../secret.js", "lib/../../secret.js", "socket.ini", "missing.js", "/etc/passwd", "a\0b"]
        {
            assert_eq!(found(path), None, "{path}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../../secret.js", root.join("lib/out.js")).expect("linked");
            assert_eq!(found("lib/out.js"), None);
        }
    }
}
