//! Packages: what is in them, byte for byte, and what cannot be made.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use common::{Project, script};
use flate2::read::GzDecoder;
use zip::ZipArchive;

const CONFIG: &str = "maintainer = Me <me@example.com>\ndescription = Does it\ncopyright = © me\n\
    application_protocol = my-app\n[linux]\nicon = src/logo.png\n[build.script]\n\
    after = \"ls build/linux > after.txt\"\n";

const ICON: &[u8] = include_bytes!("../src/commands/init/icon.png");

fn project(config: &str) -> Project {
    let project = Project::new(config);
    fs::write(project.path.join("src/logo.png"), ICON).expect("written");
    project.write(&format!("src/{}/file", "long".repeat(40)), "deep");
    script(&project.path.join("src/run.sh"), "#!/bin/sh\n");
    project
}

fn package(project: &Project, folder: &str, ending: &str) -> PathBuf {
    let entries = fs::read_dir(project.path.join("build").join(folder)).expect("it was built");
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    paths.find(|path| path.extension().is_some_and(|own| own == ending)).expect("a package")
}

/// The members of an `ar` archive.
fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut rest = bytes.strip_prefix(b"!<arch>\n").expect("an ar archive");
    let mut found = Vec::new();
    while !rest.is_empty() {
        let head = std::str::from_utf8(&rest[..60]).expect("a header");
        assert!(head.ends_with("`\n"), "{head:?}");
        let size: usize = head[48..58].trim().parse().expect("a size");
        found.push((head[..16].trim().to_owned(), rest[60..60 + size].to_vec()));
        rest = &rest[60 + size + size % 2..];
    }
    found
}

/// Kind and mode, owner and time, and content or target, by path.
fn untar(bytes: &[u8]) -> BTreeMap<String, (String, Vec<u8>)> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    let entries = archive.entries().expect("a tar archive");
    let read = entries.map(|entry| {
        let mut entry = entry.expect("an entry");
        let header = entry.header();
        let number = |value: std::io::Result<u64>| value.expect("a number");
        let (owner, time) = (number(header.uid()) + number(header.gid()), header.mtime().expect("a time"));
        let about = format!("{:?} {:o} {owner} {time}", header.entry_type(), header.mode().expect("a mode"));
        let name = String::from_utf8(entry.path_bytes().into_owned()).expect("text");
        let mut content = entry.link_name_bytes().map(|link| link.into_owned()).unwrap_or_default();
        entry.read_to_end(&mut content).expect("read");
        (name, (about, content))
    });
    read.collect()
}

#[test]
fn deb() {
    let project = project(CONFIG);
    project.ok(&["build", "--prod", "-p"]);
    let path = package(&project, "linux", "deb");
    let bytes = fs::read(&path).expect("read");
    let members = members(&bytes);
    let names: Vec<_> = members.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["debian-binary", "control.tar.gz", "data.tar.gz"]);
    assert_eq!(members[0].1, b"2.0\n");
    let control = untar(&members[1].1);
    let text = String::from_utf8(control["control"].1.clone()).expect("text");
    for line in
        ["Package: app", "Version: 1.0.0-1", "Maintainer: Me <me@example.com>", "Description: Does it"]
    {
        assert!(text.lines().any(|own| own == line), "no {line} in:\n{text}");
    }
    assert!(text.contains("\nInstalled-Size: "), "{text}");
    let data = untar(&members[2].1);
    let about =
        |path: &str| data.get(path).unwrap_or_else(|| panic!("no {path} in {:?}", data.keys())).0.as_str();
    assert_eq!(about("./"), "Directory 755 0 315532800");
    assert_eq!(about("opt/app/"), "Directory 755 0 315532800");
    assert_eq!(about("opt/app/app"), "Regular 755 0 315532800");
    assert_eq!(about("opt/app/run.sh"), "Regular 755 0 315532800");
    assert_eq!(about("opt/app/index.html"), "Regular 644 0 315532800");
    assert_eq!(about("usr/local/bin/app"), "Symlink 777 0 315532800");
    assert_eq!(data["usr/local/bin/app"].1, b"/opt/app/app");
    assert_eq!(data[&format!("opt/app/{}/file", "long".repeat(40))].1, b"deep");
    assert!(data.contains_key("opt/app/socket.manifest") && !data.keys().any(|path| path.contains("DEBIAN")));
    let entry = String::from_utf8(data["usr/share/applications/app.desktop"].1.clone()).expect("text");
    assert!(entry.contains("MimeType=x-scheme-handler/my-app;\n"), "{entry}");
    let copyright = String::from_utf8(data["usr/share/doc/app/copyright"].1.clone()).expect("text");
    assert!(copyright.contains("© me"), "{copyright}");
    for size in [16_u32, 32, 48, 64, 128, 256] {
        let icon = &data[&format!("usr/share/icons/hicolor/{size}x{size}/apps/app.png")].1;
        assert_eq!(&icon[16..24], [size.to_be_bytes(), size.to_be_bytes()].concat(), "{size}");
    }
    assert!(!data.keys().any(|path| path.contains("512x512")), "larger than what the project has");
    assert!(project.path.join("after.txt").is_file(), "the script for afterwards finds the package");
    let listed = fs::read_to_string(project.path.join("after.txt")).expect("read");
    assert!(listed.contains(".deb"), "{listed}");

    // From another folder, at another time, under another umask and with other times of files.
    let other = self::project(CONFIG);
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let file = fs::File::options().write(true).open(other.path.join("src/index.html")).expect("opened");
    file.set_modified(old).expect("set");
    other.ok(&["build", "--prod", "-f", "deb"]);
    assert_eq!(fs::read(package(&other, "linux", "deb")).expect("read"), bytes, "equal sources, equal bytes");

    // Again over what is there, with another time.
    let mut command = project.command(&["build", "--prod", "-p"]);
    let done = common::finish(command.env("SOURCE_DATE_EPOCH", "1700000000"));
    assert_eq!(done.code, 0, "{}", done.err);
    let data = untar(&self::members(&fs::read(&path).expect("read"))[2].1);
    assert_eq!(data["opt/app/app"].0, "Regular 755 0 1700000000");
    let mut command = project.command(&["build", "-p"]);
    let done = common::finish(command.env("SOURCE_DATE_EPOCH", "yesterday"));
    assert!(done.code == 1 && done.err.contains("SOURCE_DATE_EPOCH is `yesterday`"), "{}", done.err);
}

/// The files of a zip archive: mode, and content.
fn unzip(path: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    let mut archive = ZipArchive::new(fs::File::open(path).expect("opened")).expect("a zip archive");
    let mut found = BTreeMap::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).expect("an entry");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("read");
        let name = file.name().expect("a name").into_owned();
        found.insert(name, (file.unix_mode().expect("a mode"), content));
    }
    found
}

#[test]
fn zip() {
    let project = project("[build.linux.package]\nformat = zip\n");
    project.ok(&["build", "-p"]);
    let path = package(&project, "linux", "zip");
    let folder = project.tree().file_name().expect("a name").to_string_lossy().into_owned();
    let files = unzip(&path);
    let file = |path: &str| &files[&format!("{folder}/{path}")];
    assert_eq!(file("opt/app-dev/app-dev").0, 0o100_755);
    assert_eq!(file("opt/app-dev/index.html"), &(0o100_644, b"<h1>hello</h1>".to_vec()));
    assert_eq!(file("usr/local/bin/app-dev"), &(0o120_777, b"/opt/app-dev/app-dev".to_vec()));
    assert!(!files.keys().any(|path| path.contains("DEBIAN")));
    let bytes = fs::read(&path).expect("read");
    let other = self::project("[build.linux.package]\nformat = zip\n");
    other.ok(&["build", "-p"]);
    assert_eq!(fs::read(package(&other, "linux", "zip")).expect("read"), bytes);
}

#[test]
fn other_platforms() {
    let project = project("");
    for (name, runtime) in
        [("socket-darwin-arm64", "socket-runtime"), ("socket-win32-x64", "socket-runtime.exe")]
    {
        let path = project.home().join("node_modules/@socketsupply").join(name).join("bin").join(runtime);
        fs::create_dir_all(path.parent().expect("bin")).expect("created");
        script(&path, "the runtime");
    }
    project.ok(&["build", "-P", "-p", "--platform=mac"]);
    let files = unzip(&project.path.join("build/mac/app.zip"));
    assert_eq!(files["app.app/Contents/MacOS/app"].0, 0o100_755);
    assert!(String::from_utf8_lossy(&files["app.app/Contents/Info.plist"].1).contains("CFBundleURLSchemes"));
    project.ok(&["build", "-P", "-p", "--platform=win"]);
    let files = unzip(&project.path.join("build/win/app-v1.0.0.zip"));
    assert_eq!(files["app-v1.0.0/app.exe"].1, b"the runtime");
}

#[test]
fn mistakes() {
    let project = project("");
    for (words, said) in [
        (&["build", "-f=rpm"][..], &["invalid value", "rpm"][..]),
        (&["build", "-f=pkg"], &["no package of the format pkg for linux", "deb, zip"]),
        (&["build", "-f=pkg", "--platform=mac"], &["productbuild"]),
        (&["build", "-f=msix", "--platform=win"], &["Windows SDK", "zip"]),
    ] {
        project.fails(words, said);
        assert!(!project.path.join("build").exists(), "nothing is built for nothing");
    }
    let project = self::project("[build.linux.package]\nformat = rpm\n");
    project.ok(&["build"]);
    project.fails(&["build", "-p"], &["socket.ini:6:10", "`rpm` is no format"]);
    let project = self::project("[linux]\nicon = src/index.png\nicon_sizes = 16 big\n");
    project.write("src/index.png", "no picture");
    project.fails(&["build", "-p"], &["`big` is no size", "socket.ini:7:14"]);
    project.write(".sscrc", "[settings.linux]\nicon_sizes = 16");
    project.fails(&["build", "-p"], &["src/index.png cannot be read", "socket.ini:6:8"]);
}
