//! Which file of an app an address stands for: nothing outside the folder, whatever the address or a link says.

use std::path::{Component, Path, PathBuf};

use percent_encoding::percent_decode_str;

/// A directory whose files pages may read, and nothing outside it.
#[derive(Debug)]
pub struct Resources {
    root: PathBuf,
    /// The runtime's own files in it.
    hidden: Vec<PathBuf>,
    /// Served for addresses that name no file; for apps that route in the page.
    default_index: Option<PathBuf>,
}

/// What an address stands for.
#[derive(Debug, PartialEq)]
pub enum Found {
    /// A file.
    File(PathBuf),
    /// A directory that was asked for without its final slash: relative links in its index need it.
    Directory,
    /// Nothing that may be read.
    Missing,
}

impl Resources {
    /// `root` must exist.
    ///
    /// # Errors
    /// When it does not.
    pub fn new(root: &Path, hidden: &[&Path], default_index: Option<&str>) -> std::io::Result<Resources> {
        let root = root.canonicalize()?;
        let hidden = hidden.iter().filter_map(|path| path.canonicalize().ok()).collect();
        let mut resources = Resources { root, hidden, default_index: None };
        if let Some(index) = default_index.filter(|index| !index.is_empty()) {
            resources.default_index = resources.inside(Path::new(index.trim_start_matches('/')));
        }
        Ok(resources)
    }

    /// The file behind the path of an address.
    pub fn find(&self, path: &str) -> Found {
        let Some(relative) = relative(path) else { return Found::Missing };
        let folder = path.is_empty() || path.ends_with('/');
        if let Some(found) = self.inside(&relative) {
            if found.is_file() && !folder {
                return Found::File(found);
            }
            if let Some(index) = self.inside(&relative.join("index.html")).filter(|index| index.is_file()) {
                return if folder { Found::File(index) } else { Found::Directory };
            }
        }
        let html = relative.file_name().map(|name| {
            let mut name = name.to_os_string();
            name.push(".html");
            relative.with_file_name(name)
        });
        let page = html.filter(|_| !folder).and_then(|html| self.inside(&html)).filter(|page| page.is_file());
        match page.or_else(|| self.default_index.clone().filter(|_| !path.contains('.'))) {
            Some(page) => Found::File(page),
            None => Found::Missing,
        }
    }

    /// The real path of something in the root, whatever links lead where.
    fn inside(&self, relative: &Path) -> Option<PathBuf> {
        let path = self.root.join(relative).canonicalize().ok()?;
        (path.starts_with(&self.root) && !self.hidden.contains(&path)).then_some(path)
    }
}

/// Decodes a path once and keeps only plain names in it.
fn relative(path: &str) -> Option<PathBuf> {
    let decoded = percent_decode_str(path.trim_start_matches('/')).decode_utf8().ok()?;
    if decoded.contains('\0') || (cfg!(windows) && decoded.contains(['\\', ':'])) {
        return None;
    }
    let relative = Path::new(&*decoded);
    let plain = relative.components().all(|component| match component {
        Component::Normal(name) => !(cfg!(windows) && is_device(&name.to_string_lossy())),
        Component::CurDir => true,
        _ => false,
    });
    plain.then(|| relative.to_path_buf())
}

/// Names that Windows gives to devices, whatever their extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix)
            .is_some_and(|digit| digit.len() == 1 && digit.bytes().all(|byte| byte.is_ascii_digit()))
    };
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str())
        || numbered("COM")
        || numbered("LPT")
        || name.ends_with(['.', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A tree with a page, a folder, a secret beside it and links both ways.
    fn tree() -> (tempfile::TempDir, Resources) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("app");
        fs::create_dir_all(root.join("docs")).expect("made");
        for file in ["index.html", "about.html", "docs/index.html", "a b.txt", "app", "socket.ini"] {
            fs::write(root.join(file), file).expect("written");
        }
        fs::write(folder.path().join("secret"), "no").expect("written");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../secret", root.join("out")).expect("linked");
            std::os::unix::fs::symlink("index.html", root.join("in")).expect("linked");
        }
        let hidden = [root.join("app"), root.join("socket.ini")];
        let hidden: Vec<_> = hidden.iter().map(PathBuf::as_path).collect();
        let resources = Resources::new(&root, &hidden, None).expect("the root exists");
        (folder, resources)
    }

    #[test]
    fn addresses_name_files_indexes_and_pages() {
        let (_folder, resources) = tree();
        let file = |name: &str| Found::File(resources.root.join(name));
        assert_eq!(resources.find("/"), file("index.html"));
        assert_eq!(resources.find(""), file("index.html"));
        assert_eq!(resources.find("/about"), file("about.html"));
        assert_eq!(resources.find("/docs/"), file("docs/index.html"));
        assert_eq!(resources.find("/docs"), Found::Directory);
        assert_eq!(resources.find("/a%20b.txt"), file("a b.txt"));
        #[cfg(unix)]
        assert_eq!(resources.find("/in"), file("index.html"));
    }

    #[test]
    fn nothing_outside_and_nothing_of_the_runtime() {
        let (_folder, resources) = tree();
        for path in [
            "/app",
            "/socket.ini",
            "/docs/../socket.ini",
            "/../secret",
            "/%2e%2e/secret",
            "/..%2fsecret",
            "/%2e%2e%2fsecret",
            "/%252e%252e/secret",
            "/docs/../../secret",
            "/out",
            "/index.html%00.txt",
            "/index.html/",
            "//etc/passwd",
            "/nothing",
            "/%ff",
        ] {
            assert_eq!(resources.find(path), Found::Missing, "{path}");
        }
    }

    #[test]
    fn names_of_windows_devices_are_known() {
        for name in ["con", "NUL.txt", "com1", "LPT9.a.b", "aux ", "trailing."] {
            assert!(is_device(name), "{name}");
        }
        assert!(!is_device("console.js") && !is_device("com.js") && !is_device("com10"));
    }

    #[test]
    fn a_default_index_answers_addresses_without_a_dot() {
        let (_folder, resources) = tree();
        let resources = Resources::new(&resources.root, &[], Some("/index.html")).expect("the root exists");
        assert_eq!(resources.find("/users/7"), Found::File(resources.root.join("index.html")));
        assert_eq!(resources.find("/missing.png"), Found::Missing);
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { cases: 500, failure_persistence: None, ..Default::default() })]

        #[test]
        fn no_address_leads_out(parts in proptest::collection::vec(proptest::prop_oneof![
            proptest::strategy::Just("/"), proptest::strategy::Just(".."), proptest::strategy::Just("."), proptest::strategy::Just("%2e"),
            proptest::strategy::Just("%2f"), proptest::strategy::Just("%5c"), proptest::strategy::Just("%25"), proptest::strategy::Just("%00"),
            proptest::strategy::Just("docs"), proptest::strategy::Just("out"), proptest::strategy::Just("in"), proptest::strategy::Just("app"),
            proptest::strategy::Just("socket.ini"), proptest::strategy::Just("secret"), proptest::strategy::Just("about"), proptest::strategy::Just("%ff"),
        ], 0..12)) {
            // One tree for all runs: it is only read.
            static TREE: std::sync::OnceLock<(tempfile::TempDir, Resources)> = std::sync::OnceLock::new();
            let (_, resources) = TREE.get_or_init(tree);
            if let Found::File(file) = resources.find(&parts.concat()) {
                let real = file.canonicalize().expect("there");
                proptest::prop_assert!(real.starts_with(&resources.root) && !resources.hidden.contains(&real), "{real:?}");
            }
        }
    }
}
