//! `ssc build --prod`: equal bytes from equal sources, and the manifest of them.

#![cfg(target_os = "linux")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Project, finish, script};
use socket_manifest::{Entry, NAME, SIGNATURE, Seal, sign};

/// Everything in a tree: mode, and content or target.
fn tree(folder: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("readable") {
            let path = entry.expect("an entry").path();
            let metadata = fs::symlink_metadata(&path).expect("metadata");
            let content = if metadata.is_dir() {
                folders.push(path.clone());
                Vec::new()
            } else if metadata.is_symlink() {
                fs::read_link(&path).expect("a target").into_os_string().into_encoded_bytes()
            } else {
                fs::read(&path).expect("content")
            };
            let name = path.strip_prefix(folder).expect("inside").to_owned();
            all.insert(name, (metadata.mode(), content));
        }
    }
    all
}

impl Project {
    /// The folder of the files of a build for users.
    fn users(&self) -> PathBuf {
        let root = self.path.join("build/linux");
        let mut trees = fs::read_dir(&root).expect("built").map(|entry| entry.expect("an entry").path());
        let tree = trees.find(|path| path.to_string_lossy().contains("app_v")).expect("a build for users");
        tree.join("opt/app")
    }
}

const MADE: &str = "[build]\ncopy[] = src\ncopy[] = \"backend;dst=backend\"\nscript = sh make.sh\nenv = HOME\n[linux]\ncmd = ./backend/run.sh\n[window]\nwidth = 50%";

/// Writes the same project in one order or the other.
fn fill(project: &Project, backwards: bool) {
    let mut files = vec![
        ("src/index.html", "<h1>hello</h1>"),
        ("src/z.js", "z"),
        ("src/a b.js", "a"),
        ("src/deep/er/x.css", "x"),
        ("src/é.txt", "é"),
        ("backend/lib.sh", "echo lib"),
        ("make.sh", "mkdir -p \"$PREFIX/made\" && echo made > \"$PREFIX/made/by-script.txt\""),
    ];
    if backwards {
        files.reverse();
    }
    for (path, text) in files {
        project.write(path, text);
    }
    script(&project.path.join("backend/run.sh"), "#!/bin/sh\necho run");
}

#[test]
fn equal_sources_make_equal_apps() {
    let first = Project::named("one", MADE);
    let second = Project::named("another name, deeper/down", MADE);
    fill(&first, false);
    fill(&second, true);
    // Other times, and what another umask made of the sources.
    for path in ["src/index.html", "src/z.js", "socket.ini", "backend/run.sh"] {
        let file = fs::File::options().write(true).open(second.path.join(path)).expect("opened");
        file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(86_400)).expect("touched");
    }
    let mode = |path: &str, mode| {
        fs::set_permissions(second.path.join(path), fs::Permissions::from_mode(mode)).expect("changed");
    };
    mode("src/z.js", 0o600);
    mode("src/a b.js", 0o666);
    mode("backend/run.sh", 0o700);
    let build = |project: &Project, umask: &str| {
        let ssc = env!("CARGO_BIN_EXE_ssc");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("umask {umask}; exec '{ssc}' build --prod")]);
        command.current_dir(&project.path).env("SOCKET_HOME", project.home()).env("HOME", project.home());
        let done = finish(&mut command);
        assert_eq!(done.code, 0, "{}", done.err);
    };
    build(&first, "022");
    build(&second, "007");
    let users = |project: &Project| project.users().ancestors().nth(2).expect("the tree").to_owned();
    let (one, two) = (tree(&users(&first)), tree(&users(&second)));
    let names = |tree: &BTreeMap<PathBuf, _>| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&one), names(&two));
    for (path, (mode, content)) in &one {
        let (other_mode, other) = &two[path];
        assert!(content == other, "{} differs", path.display());
        // What the project's script makes has the modes that the script gives it.
        if !path.starts_with("opt/app/made") {
            assert_eq!(format!("{mode:o}"), format!("{other_mode:o}"), "{}", path.display());
        }
    }
    assert!(one.len() > 15, "{:?}", names(&one));
    // A build over an older one comes to the same.
    first.write("src/z.js", "other");
    first.write("src/gone.js", "gone");
    build(&first, "077");
    first.write("src/z.js", "z");
    fs::remove_file(first.path.join("src/gone.js")).expect("removed");
    build(&first, "022");
    assert_eq!(tree(&users(&first)), one);
}

#[test]
fn the_manifest_lists_everything_and_development_builds_have_none() {
    let project = Project::new(MADE);
    fill(&project, false);
    project.ok(&["build"]);
    assert!(!project.has(NAME));
    let done = project.ok(&["build", "-P"]);
    assert!(!done.err.contains("manifest"), "only with --verbose: {}", done.err);
    let root = project.users();
    let seal = Seal::load(&root, None).expect("a manifest");
    seal.check_all(&|_| {}).expect("as it was built");
    let manifest = seal.manifest();
    for path in ["index.html", "socket.ini", "backend/run.sh", "made/by-script.txt", "a b.js"] {
        assert!(matches!(manifest.entries.get(path), Some(Entry::File(_))), "no {path}");
    }
    let runtime = manifest.runtime.as_ref().expect("the executable");
    assert_eq!((&*runtime.name, runtime.size), ("app", common::RUNTIME.len() as u64));
    let stamp = |name: &str| fs::metadata(root.join(name)).expect("there").ino();
    let first = stamp(NAME);
    project.ok(&["build", "-P"]);
    assert_eq!(stamp(NAME), first, "nothing changed, nothing is written");
    assert!(!fs::exists(root.join("socket.new")).expect("asked"));
    let plan = project.ok(&["build", "-P", "--dry-run"]).out;
    assert!(plan.contains("write the manifest, opt/app/socket.manifest"), "{plan}");
    assert!(!project.ok(&["build", "--dry-run"]).out.contains("manifest"));
    project.write("src/socket.manifest", "mine");
    project.fails(&["build"], &["would take the place of the app's own socket.manifest"]);
}

#[test]
fn a_script_afterwards_is_part_of_it() {
    let project = Project::new("[build.script]\nafter = sh after.sh");
    project.write("after.sh", "for app in build/linux/app_*; do echo more > $app/opt/app/after.txt; done");
    project.ok(&["build", "-P"]);
    let seal = Seal::load(&project.users(), None).expect("a manifest");
    seal.check_all(&|_| {}).expect("with what the script wrote");
    assert!(seal.manifest().entries.contains_key("after.txt"));
}

#[test]
fn what_cannot_be_listed_stops_the_build() {
    let project = Project::new("[build]\nscript = cp -r src/. $PREFIX && ln -s /etc/hostname $PREFIX/out");
    project.fails(&["build", "-P"], &["out cannot be part of an app: the link leads out of it"]);
}

#[test]
fn signed_builds() {
    let project = Project::new("[manifest]\nsecret_key = keys/app.key");
    let (text, key) = sign::generate();
    project.write("keys/app.key", &text);
    project.ok(&["build", "-P"]);
    let root = project.users();
    Seal::load(&root, Some(&key)).expect("signed by it").check_all(&|_| {}).expect("whole");
    let ini = fs::read_to_string(root.join("socket.ini")).expect("read");
    assert!(ini.contains(&format!("public_key = \"{}\"", sign::written(&key))), "{ini}");
    assert!(!ini.contains("app.key"), "where the secret is, is nobody's business: {ini}");
    assert!(project.ok(&["build", "-P", "--dry-run"]).out.contains("write the signed manifest"));
    project.ok(&["build"]);
    assert!(!project.read("socket.ini").contains("app.key"));

    // The environment names another, here and in a folder of its own.
    let (other, second) = sign::generate();
    fs::write(project.home().join("other.key"), &other).expect("written");
    let mut command = project.command(&["build", "-P"]);
    let done = finish(command.env("SSC_MANIFEST_KEY", project.home().join("other.key")));
    assert_eq!(done.code, 0, "{}", done.err);
    Seal::load(&root, Some(&second)).expect("signed by the other");

    // Without one there is no signature left.
    let config = fs::read_to_string(project.path.join("socket.ini")).expect("read");
    let ini = |lines: &str| config.replace("secret_key = keys/app.key", lines);
    project.write("socket.ini", &ini(""));
    project.ok(&["build", "-P"]);
    assert!(!root.join(SIGNATURE).exists());

    let named = format!("public_key = {}", sign::written(&second));
    project.write("socket.ini", &ini(&named));
    project.fails(&["build", "-P"], &["public_key is set, and there is no secret key", "SSC_MANIFEST_KEY"]);
    project.ok(&["build"]);
    project.write("socket.ini", &ini(&format!("{named}\nsecret_key = keys/app.key")));
    project
        .fails(&["build", "-P"], &["is not the key that [manifest] public_key names", &sign::written(&key)]);
    project.write("socket.ini", &ini("public_key = short"));
    project.fails(&["build", "-P"], &["`short` is no public key"]);
    project.write("socket.ini", &ini("secret_key = keys/none.key"));
    project.fails(&["build", "-P"], &["cannot read the key", "none.key"]);
    project.write("keys/none.key", "socket-key 1\nnonsense");
    let done = project.fails(&["build", "-P"], &["none.key: the file holds no secret key"]);
    assert!(!done.err.contains("nonsense"), "{}", done.err);
}

#[test]
fn the_files_of_a_backend() {
    let project = Project::new(MADE);
    fill(&project, false);
    project.ok(&["build"]);
    let mode = |path: &str| fs::metadata(project.resources().join(path)).expect("there").mode() & 0o777;
    assert_eq!((mode("backend/run.sh"), mode("backend/lib.sh")), (0o755, 0o644));
    let ini = project.read("socket.ini");
    assert!(ini.contains("cmd = ./backend/run.sh"), "{ini}");
    // As the runtime starts it: a line for the shell, in the directory of the files.
    let mut command = Command::new("/bin/sh");
    let done = finish(command.args(["-c", "./backend/run.sh"]).current_dir(project.resources()));
    assert_eq!((done.code, &*done.out), (0, "run\n"));
    // A mode that changes alone is a change.
    fs::set_permissions(project.path.join("backend/lib.sh"), fs::Permissions::from_mode(0o755))
        .expect("changed");
    project.ok(&["build"]);
    assert_eq!(mode("backend/lib.sh"), 0o755);
    project.write("backend/new.sh", "new");
    fs::remove_file(project.path.join("backend/lib.sh")).expect("removed");
    project.ok(&["build"]);
    assert!(project.has("backend/new.sh") && !project.has("backend/lib.sh"));
}
