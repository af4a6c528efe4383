//! `ssc build`: what is in the output, and what a second build does to it.

#![cfg(target_os = "linux")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use common::Project;

/// Inode and time of every file: equal when nothing was touched.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, (u64, i64, i64)> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let entry = entry.expect("an entry");
            let metadata = entry.metadata().expect("metadata");
            match metadata.is_dir() {
                true => folders.push(entry.path()),
                false => drop(
                    files.insert(entry.path(), (metadata.ino(), metadata.mtime(), metadata.mtime_nsec())),
                ),
            }
        }
    }
    files
}

#[test]
fn the_layout_of_linux() {
    let project = Project::new(
        "title = \"My \\ App\"\ndescription = Does it\n[linux]\ncategories = \"Utility;Office\"",
    );
    project.write("src/sub/a b.txt", "a");
    project.ok(&["build"]);
    let tree = project.tree();
    let name = tree.file_name().expect("a name").to_str().expect("UTF-8");
    assert!(name.starts_with("app-dev_v1.0.0-1_"), "{name}");
    assert_eq!(project.read("index.html"), "<h1>hello</h1>");
    assert_eq!(project.read("sub/a b.txt"), "a");
    let executable = fs::metadata(project.resources().join("app-dev")).expect("the executable");
    assert_eq!(executable.mode() & 0o777, 0o755);
    let entry =
        fs::read_to_string(tree.join("usr/share/applications/app-dev.desktop")).expect("a desktop entry");
    for line in [
        "Name=My \\\\ App",
        "Comment=Does it",
        "Exec=/opt/app-dev/app-dev %u",
        "Icon=app-dev",
        "MimeType=x-scheme-handler/com-example-app;",
        "Categories=Utility;Office;",
    ] {
        assert!(entry.lines().any(|own| own == line), "no {line} in:\n{entry}");
    }
    assert!(tree.join("usr/share/icons/hicolor/256x256/apps/app-dev.png").is_file());
    let link = fs::read_link(tree.join("usr/local/bin/app-dev")).expect("a link");
    assert_eq!(link, Path::new("/opt/app-dev/app-dev"));
    let control = fs::read_to_string(tree.join("DEBIAN/control")).expect("a control file");
    assert!(control.contains("Package: app-dev\nVersion: 1.0.0-1\n"), "{control}");
}

#[test]
fn the_app_carries_its_configuration() {
    let project = Project::new("[build]\nenv = HOME");
    project.write(".sscrc", "[settings.meta]\ntitle = \"Rc ; title\"");
    let mut command = project.command(&[
        "build",
        "--env=A=1=2,B",
        "-E",
        "C=x y",
        "--port=8000",
        "--host=box",
        "--headless",
    ]);
    let done = common::finish(command.env("B", "from here"));
    assert_eq!(done.code, 0, "{}", done.err);
    let load =
        |path: &Path| socket_config::Config::load(path, &socket_config::Overrides::default()).expect("loads");
    let config = load(&project.resources().join("socket.ini"));
    assert!(config.build.debug);
    assert_eq!(config.meta.title, "Rc ; title");
    assert_eq!(*config.ssc.argv, ["--headless", "--host=box", "--port=8000"]);
    let env: Vec<_> = config.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(env, [("A", "1=2"), ("B", "from here"), ("C", "x y")]);
    project.ok(&["build", "-P", "--port=8000"]);
    let tree = fs::read_dir(project.path.join("build/linux"))
        .expect("built")
        .map(|entry| entry.expect("an entry").path());
    let tree =
        tree.into_iter().find(|path| path.to_string_lossy().contains("app_v")).expect("a tree without -dev");
    let config = load(&tree.join("opt/app/socket.ini"));
    assert!(!config.build.debug && config.ssc.argv.is_empty());
}

#[test]
fn a_second_build_touches_only_what_changed() {
    let project = Project::new("");
    project.write("src/a.txt", "a");
    project.write("src/old/gone.txt", "gone");
    project.ok(&["build"]);
    let first = snapshot(&project.tree());
    project.ok(&["build"]);
    assert_eq!(snapshot(&project.tree()), first);
    // A new time alone changes nothing either.
    project.write("src/a.txt", "a");
    project.ok(&["build"]);
    assert_eq!(snapshot(&project.tree()), first);

    project.write("src/a.txt", "b");
    project.write("src/new.txt", "new");
    fs::remove_dir_all(project.path.join("src/old")).expect("removed");
    fs::write(project.resources().join("foreign.txt"), "not ours").expect("written");
    let done = project.ok(&["build"]);
    assert!(done.err.contains("2 files written, 1 removed"), "{}", done.err);
    assert_eq!((&*project.read("a.txt"), &*project.read("new.txt")), ("b", "new"));
    assert!(!project.has("old") && project.has("foreign.txt"));
    let changed =
        snapshot(&project.tree()).iter().filter(|(path, stamp)| first.get(*path) != Some(stamp)).count();
    assert_eq!(changed, 3, "a, new and the foreign one");
}

#[test]
fn the_same_size_and_time_are_not_trusted_too_early() {
    let project = Project::new("");
    for text in ["one", "two", "six"] {
        project.write("src/a.txt", text);
        project.ok(&["build", "-q"]);
        assert_eq!(project.read("a.txt"), text);
    }
}

#[test]
fn files_and_directories_change_places() {
    let project = Project::new("");
    project.write("src/x", "file");
    project.ok(&["build"]);
    fs::remove_file(project.path.join("src/x")).expect("removed");
    project.write("src/x/y", "in a directory");
    project.ok(&["build"]);
    assert_eq!(project.read("x/y"), "in a directory");
    fs::remove_dir_all(project.path.join("src/x")).expect("removed");
    project.write("src/x", "file");
    project.ok(&["build"]);
    assert_eq!(project.read("x"), "file");
}

#[test]
fn copies_in_every_form() {
    let project = Project::new(
        "[build]\ncopy[] = src\ncopy[] = \"two words;dst=into/here\"\ncopy[] = \"more;there\"\ncopy[] = single.txt\n\
         copy_map = map.ini\n[build.copy-map]\nsingle.txt = named.txt\ndebug_more = dbg\nprod_more = prod\nmac_more = mac",
    );
    project.write("two words/1", "1");
    project.write("more/2", "2");
    project.write("single.txt", "s");
    project.write("map.ini", "more/2 = deep/two\n[linux]\nmore = only-linux\n[win]\nmore = only-win");
    project.ok(&["build"]);
    assert_eq!(project.read("into/here/1"), "1");
    for path in ["there/2", "deep/two", "only-linux/2", "dbg/2"] {
        assert_eq!(project.read(path), "2", "{path}");
    }
    assert_eq!((&*project.read("single.txt"), &*project.read("named.txt")), ("s", "s"));
    assert!(!project.has("prod") && !project.has("mac") && !project.has("only-win"));
}

#[test]
fn a_copy_never_shares_its_file() {
    let project = Project::new("");
    project.write("src/a.txt", "a");
    project.ok(&["build"]);
    let inode = |path: &Path| fs::metadata(path).expect("there").ino();
    assert_ne!(inode(&project.path.join("src/a.txt")), inode(&project.resources().join("a.txt")));
}

#[test]
fn the_licences_of_the_runtime_are_in_every_app() {
    const NAME: &str = "THIRD-PARTY-LICENSES";
    let project = Project::new("");
    project.ok(&["build"]);
    assert!(!project.has(NAME), "a runtime without licences has none to give");
    let done = project.ok(&["build", "--prod"]);
    assert!(done.err.contains("the licences of the runtime are not installed"), "{}", done.err);

    // Installed from source; the npm package has them beside `bin`, and those count.
    for (place, text) in [("share/socket-runtime", "from source"), ("", "of the package")] {
        let folder = project.home().join(place);
        fs::create_dir_all(&folder).expect("created");
        fs::write(folder.join(NAME), text).expect("written");
        project.ok(&["build"]);
        assert_eq!(project.read(NAME), text);
    }
    let done = project.ok(&["build", "--prod"]);
    assert!(!done.err.contains("warning"), "{}", done.err);

    // What the project says about its own parts is not lost, nor what the runtime has to say.
    project.write("src/THIRD-PARTY-LICENSES", "of the project");
    project.ok(&["build"]);
    assert_eq!(project.read(NAME), "of the project\n\nof the package");
    let done = project.ok(&["build"]);
    assert!(done.err.contains("(0 files written"), "{}", done.err);
}

#[test]
fn scripts() {
    let project = Project::new(
        "[build]\nscript = sh make.sh\n[.script]\nforward_arguments = true\nafter = echo done > after.txt",
    );
    project.write(
        "make.sh",
        "test \"$1\" = \"$PREFIX\" || exit 3\ncp page.html \"$PREFIX/index.html\"\necho said",
    );
    project.write("page.html", "made");
    let done = project.ok(&["build"]);
    assert_eq!((&*done.out, &*project.read("index.html")), ("said\n", "made"));
    assert_eq!(fs::read_to_string(project.path.join("after.txt")).expect("it ran"), "done\n");
    // What a script put there stays.
    project.ok(&["build"]);
    assert_eq!(project.read("index.html"), "made");
    project.write("make.sh", "exit 42");
    let done = project.ssc(&["build"]);
    assert_eq!(done.code, 42);
    assert!(done.err.contains("the script `sh make.sh` ended with 42"), "{}", done.err);
    project.write("make.sh", "kill -TERM $$");
    assert_eq!(project.ssc(&["build"]).code, 128 + 15);
}

#[test]
fn a_test_and_what_lies_around_it() {
    let project = Project::new("");
    project.write("test/index.js", "import './helper.js'");
    project.write("test/helper.js", "");
    project.ok(&["build", "--test=test/index.js"]);
    assert!(project.has("test/index.js") && project.has("test/helper.js"));
    assert!(
        project.read("socket.ini").contains("argv[] = \"--test=/test/index.js\""),
        "{}",
        project.read("socket.ini")
    );
    project.fails(&["build", "--test=test/none.js"], &["--test: there is no file test/none.js"]);
    project.ok(&["build"]);
    assert!(!project.has("test"), "a build without it takes it away");
}

#[test]
fn the_output_is_never_a_source() {
    let project = Project::new("[build]\ncopy = .");
    project.write("index.html", "root");
    for _ in 0..3 {
        project.ok(&["build"]);
    }
    assert_eq!(project.read("index.html"), "root");
    assert!(!project.has("build/linux"));
    assert!(project.read("socket.ini").contains("Written by ssc build"));
}
