//! `ssc audit`: what it says of apps in every layout, and of what is no app.

#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use common::{Done, Project};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use socket_manifest::{Manifest, NAME, SIGNATURE, sign};
use zip::write::{SimpleFileOptions, ZipWriter};

const PAGE: &str = "<!doctype html><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'; script-src 'self' socket:; connect-src 'self' ipc://os.cpus\"><script type=module src=index.js></script>";

/// A page with this policy.
fn page(policy: &str) -> String {
    format!(
        "<!doctype html><meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\"><script src=x></script>"
    )
}

fn json(done: &Done) -> Value {
    serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {}{}", done.out, done.err))
}

/// Codes of the warnings about a place.
fn codes(value: &Value, place: &str) -> Vec<String> {
    let warnings = value["warnings"].as_array().expect("a list").iter();
    let own = warnings.filter(|warning| warning["place"] == place);
    own.map(|warning| warning["code"].as_str().expect("text").to_owned()).collect()
}

#[test]
fn a_project_in_plain_words() {
    let project = Project::new(
        "[linux]\ncmd = node backend.js\n[permissions]\nallow_camera = false\n[capabilities]\nread[] = $APP/**\nwrite[] = $DATA/**\n",
    );
    project.write("src/index.html", PAGE);
    project.write("src/sub/files.html", &page("connect-src ipc://fs.* ipc://dns.lookup; script-src 'self'"));
    project.write("src/none.html", &page("default-src 'self'"));
    let done = project.ok(&["audit"]);
    for line in [
        "app 1.0.0 (com.example.app): a project, for any platform",
        "  os.cpus  it can learn about the machine and its user",
        "  fs.*        it can read, change and remove files of the user",
        "  dns.lookup  it can look up names",
        "  it makes no native calls",
        "  read files: $APP/**",
        "  change files: $DATA/**",
        "  start: nothing",
        "  never asks the user for: camera, push notifications",
        "  has a backend, a program with all rights of the user: node backend.js",
        "no warnings",
    ] {
        assert!(done.out.lines().any(|own| own == line), "no {line:?} in:\n{}", done.out);
    }
    let value = json(&project.ok(&["audit", "--json"]));
    assert_eq!(value["version"], 1);
    assert_eq!(value["app"]["kind"], "project");
    let documents = value["documents"].as_array().expect("a list");
    let paths: Vec<_> = documents.iter().map(|document| document["path"].as_str().expect("text")).collect();
    assert_eq!(paths, ["index.html", "none.html", "sub/files.html"]);
    assert_eq!(documents[0]["routes"], serde_json::json!(["os.cpus"]));
    assert_eq!(documents[2]["modules"], serde_json::json!(["fs"]));
    assert_eq!(value["capabilities"]["write"], serde_json::json!(["$DATA/**"]));
    assert_eq!(value["backend"], "node backend.js");
    assert_eq!(value["permissions"]["camera"], false);
    assert_eq!(value["permissions"]["microphone"], true);
    assert_eq!(value["warnings"], serde_json::json!([]));
    assert!(!project.path.join("build").exists(), "nothing is built");
    assert_eq!(project.ssc(&["audit", "--strict"]).code, 0);
}

#[test]
fn each_warning() {
    let cases: &[(&str, &[&str])] = &[
        ("default-src 'self'; script-src 'self' 'unsafe-eval'", &["unsafe-eval"]),
        ("default-src 'self'; script-src 'self' 'unsafe-inline'", &["unsafe-inline"]),
        // A nonce takes it back.
        ("default-src 'self'; script-src 'self' 'unsafe-inline' 'nonce-abc'", &[]),
        ("default-src 'self'; script-src 'self' https://cdn.example", &["remote-script"]),
        ("default-src 'self'; script-src https:", &["remote-script"]),
        ("default-src 'self'; script-src *", &["remote-script"]),
        ("default-src 'self'; script-src 'self' data:", &["remote-script"]),
        ("default-src 'self'; script-src 'self' http://*.example:8080", &["remote-script"]),
        // Two policies: only what both allow.
        ("script-src *; default-src 'self', script-src 'self'", &[]),
        ("default-src 'self'; connect-src ipc://child_process.*", &["child-process"]),
        ("default-src 'self'; connect-src ipc://child_process.spawn", &["child-process"]),
        ("default-src 'self'; connect-src ipc://fs.readFile", &["any-file"]),
        ("default-src 'self'; connect-src ipc:", &["all-routes", "child-process", "any-file"]),
        ("default-src 'self'; connect-src ipc://os.cpus https:", &["any-host"]),
        ("default-src 'self'; connect-src https:", &[]),
        ("default-src 'self'; connect-src ipc://fs.read* 'selv'", &["invalid-source", "invalid-source"]),
        ("img-src 'self'", &["unsafe-eval", "unsafe-inline", "remote-script"]),
        ("", &["no-policy"]),
    ];
    let project = Project::new("");
    for (number, (policy, _)) in cases.iter().enumerate() {
        project.write(&format!("src/{number}.html"), &page(policy));
    }
    project.write(
        "src/late.html",
        "<script src=a></script><meta http-equiv=Content-Security-Policy content=\"default-src 'self'\">",
    );
    project.write("src/bare.html", "<p>no policy");
    let value = json(&project.ok(&["audit", "--json"]));
    for (number, (policy, expected)) in cases.iter().enumerate() {
        assert_eq!(codes(&value, &format!("{number}.html")), *expected, "{policy}");
    }
    assert_eq!(codes(&value, "late.html"), ["late-policy"]);
    assert_eq!(codes(&value, "bare.html"), ["no-policy"]);
    let strict = project.ssc(&["audit", "--strict"]);
    assert_eq!(strict.code, 1);
    assert!(strict.out.contains("! unsafe-eval: text may be run as code (eval)"), "{}", strict.out);
    assert!(strict.err.is_empty(), "{}", strict.err);
}

#[test]
fn warnings_about_the_app() {
    let project = Project::new(
        "[capabilities]\nread[] = $HOME/**\nwrite[] = $HOME\nwrite[] = $APP/x\nudp[] = *:*\ntcp[] = *:*\nurls[] = https:\n[webview.navigator.policies]\nallowed[] = https://example.com/*\n",
    );
    let value = json(&project.ok(&["audit", "--json"]));
    let mut found = codes(&value, "socket.ini");
    found.sort();
    assert_eq!(
        found,
        [
            "any-address",
            "any-host",
            "any-host",
            "app-writable",
            "home-readable",
            "home-writable",
            "remote-page"
        ]
    );
}

#[test]
fn headers_count_for_every_page() {
    let project = Project::new(
        "[webview]\nheaders[] = \"Content-Security-Policy: default-src 'self'; connect-src ipc://fs.*\"\n",
    );
    project.write("src/index.html", "<p>nothing of its own");
    project.write("src/narrow.html", &page("connect-src ipc://fs.readFile ipc://os.cpus"));
    let value = json(&project.ok(&["audit", "--json"]));
    assert_eq!(value["documents"][0]["modules"], serde_json::json!(["fs"]));
    assert_eq!(value["documents"][0]["policies"][0]["from"], "socket.ini");
    assert_eq!(value["documents"][1]["routes"], serde_json::json!(["fs.readFile"]), "what both name");
    assert_eq!(value["documents"][1]["modules"], serde_json::json!([]));
}

/// The files of a built app, with names that begin with `prefix`, and its executable at another place.
fn archive(to: &Path, prefix: &str, executable: &str, more: &[(&str, &str)]) {
    let scratch = tempfile::tempdir().expect("made");
    let root = scratch.path();
    fs::write(root.join("index.html"), PAGE).expect("written");
    fs::write(
        root.join("socket.ini"),
        "; Written by ssc build\n[build]\nname = app\n[meta]\nbundle_identifier = com.example.app\n",
    )
    .expect("written");
    let runtime = root
        .parent()
        .expect("a parent")
        .join(format!("{}.exe", root.file_name().expect("a name").to_string_lossy()));
    fs::write(&runtime, common::RUNTIME).expect("written");
    let mut manifest = Manifest::make(root, Some(&runtime)).expect("made");
    if let Some(runtime) = &mut manifest.runtime {
        runtime.name = executable.rsplit('/').next().expect("a name").to_owned();
    }
    fs::remove_file(&runtime).expect("removed");
    fs::write(root.join(NAME), manifest.to_string()).expect("written");
    let mut zip = ZipWriter::new(fs::File::create(to).expect("made"));
    let mut add = |name: String, bytes: &[u8]| {
        zip.start_file(name, SimpleFileOptions::default()).expect("started");
        zip.write_all(bytes).expect("written");
    };
    for name in ["index.html", "socket.ini", NAME] {
        add(format!("{prefix}{name}"), &fs::read(root.join(name)).expect("read"));
    }
    add(executable.to_owned(), common::RUNTIME.as_bytes());
    more.iter().for_each(|(name, text)| add((*name).to_owned(), text.as_bytes()));
    zip.finish().expect("finished");
}

#[test]
fn packages_of_every_platform() {
    let project = Project::new("");
    let cases = [
        ("linux.zip", "app_v1/opt/app/", "app_v1/opt/app/app", "linux", &[("app_v1/usr/share/x", "x")][..]),
        (
            "mac.zip",
            "App.app/Contents/Resources/",
            "App.app/Contents/MacOS/app",
            "mac",
            &[("App.app/Contents/Info.plist", "<plist/>")],
        ),
        ("win.zip", "", "app.exe", "win", &[]),
        (
            "app.msix",
            "",
            "app.exe",
            "win",
            &[("AppxManifest.xml", "<Package/>"), ("AppxBlockMap.xml", "<x/>")],
        ),
        (
            "app.apk",
            "assets/",
            "lib/arm64-v8a/libsocket.so",
            "android",
            &[("AndroidManifest.xml", "\x03"), ("classes.dex", "dex")],
        ),
        (
            "app.ipa",
            "Payload/app.app/ui/",
            "Payload/app.app/app",
            "ios",
            &[("Payload/app.app/Info.plist", "<plist/>")],
        ),
    ];
    for (name, prefix, executable, kind, more) in cases {
        let path = project.path.join(name);
        archive(&path, prefix, executable, more);
        let value = json(&project.ok(&["audit", "--json", name]));
        assert_eq!(value["app"]["kind"], kind, "{name}");
        assert_eq!(value["app"]["manifest"], true, "{name}");
        assert_eq!(value["documents"][0]["routes"], serde_json::json!(["os.cpus"]), "{name}");
        assert_eq!(value["documents"].as_array().expect("a list").len(), 1, "{name}");
        let done = project.ok(&["audit", "--verify", name]);
        assert!(
            done.out.contains("2 files with") && done.out.ends_with("verified\n"),
            "{name}: {}",
            done.out
        );
    }
}

#[test]
fn folders_that_were_built() {
    let project = Project::new("");
    project.write("src/index.html", PAGE);
    project.ok(&["build"]);
    let done = project.ok(&["audit", "build/linux"]);
    assert!(done.out.contains(": a development build, for linux"), "{}", done.out);
    assert!(done.out.contains("! development: "), "{}", done.out);
    project.fails(&["audit", "--verify", "build/linux"], &[]);
    project.ok(&["build", "--prod"]);
    project.fails(&["audit", "build/linux"], &["holds several apps"]);
    let users = users(&project);
    for path in [users.clone(), users.join("opt"), users.join("opt/app")] {
        let path = path.to_string_lossy();
        let value = json(&project.ok(&["audit", "--json", &path]));
        assert_eq!((&value["app"]["kind"], &value["app"]["development"]), (&"linux".into(), &false.into()));
        assert_eq!(codes(&value, "socket.ini"), [""; 0]);
        project.ok(&["audit", "--verify", &path]);
    }
    fs::remove_file(users.join("opt/app").join(NAME)).expect("removed");
    let value = json(&project.ok(&["audit", "--json", &users.to_string_lossy()]));
    assert_eq!(codes(&value, "socket.ini"), ["no-manifest"]);
}

fn users(project: &Project) -> PathBuf {
    let trees = fs::read_dir(project.path.join("build/linux")).expect("built");
    let mut trees = trees.map(|entry| entry.expect("an entry").path());
    trees.find(|path| path.to_string_lossy().contains("app_v")).expect("a build for users")
}

/// What `--verify` says: its code, and the codes of the problems.
fn verify(project: &Project, args: &[&str]) -> (i32, Vec<String>, Value) {
    let mut all = vec!["audit", "--verify", "--json"];
    all.extend(args);
    let done = project.ssc(&all);
    let value = json(&done);
    assert_eq!(value["verified"], done.code == 0);
    let problems = value["problems"].as_array().expect("a list").iter();
    (done.code, problems.map(|problem| problem["code"].as_str().expect("text").to_owned()).collect(), value)
}

#[test]
fn verify_finds_what_was_changed() {
    let project = Project::new("");
    project.write("src/index.html", PAGE);
    project.write("src/a.js", "a");
    project.ok(&["build", "--prod"]);
    let root = users(&project).join("opt/app");
    let path = root.to_string_lossy().into_owned();
    let codes = || verify(&project, &[&path]).1;
    assert_eq!(codes(), [""; 0]);
    let keep = |name: &str, change: &dyn Fn(&Path), expected: &[&str]| {
        let file = root.join(name);
        let old = fs::read(&file).ok();
        change(&file);
        assert_eq!(codes(), expected, "{name}");
        match old {
            Some(old) => fs::write(&file, old).expect("restored"),
            None => fs::remove_file(&file).expect("removed"),
        }
    };
    let write = |text: &'static str| move |file: &Path| fs::write(file, text).expect("written");
    keep("a.js", &write("b"), &["ERR_MANIFEST_ALTERED"]);
    keep("a.js", &write("ab"), &["ERR_MANIFEST_ALTERED"]);
    keep("a.js", &|file| fs::remove_file(file).expect("removed"), &["ERR_MANIFEST_MISSING"]);
    keep("new.js", &write("x"), &["ERR_MANIFEST_EXTRA"]);
    keep("app", &write("#!/bin/sh\n"), &["ERR_RUNTIME_ALTERED", "ERR_RUNTIME_UNKNOWN"]);
    keep(NAME, &write("nonsense\n"), &["ERR_MANIFEST_FORMAT"]);
    keep(NAME, &|file| fs::remove_file(file).expect("removed"), &["ERR_MANIFEST_MISSING"]);
    let ini =
        fs::read_to_string(root.join("socket.ini")).expect("read").replace("com.example.app", "com.evil.app");
    keep("socket.ini", &|file| fs::write(file, &ini).expect("written"), &["ERR_MANIFEST_ALTERED"]);
    assert_eq!(codes(), [""; 0]);
    let text = project.ssc(&["audit", "--verify", &path]);
    assert!(text.out.ends_with("verified\n") && text.code == 0, "{}", text.out);
    fs::write(root.join("a.js"), "b").expect("written");
    let text = project.ssc(&["audit", "--verify", &path]);
    assert!(text.out.contains("NOT verified") && text.code == 1, "{}", text.out);
    project.fails(&["audit", "--verify"], &["is a project, and only what was built can be verified"]);
}

#[test]
fn the_runtime_is_compared_with_what_was_published() {
    let project = Project::new("");
    project.ok(&["build", "--prod"]);
    let path = users(&project).to_string_lossy().into_owned();
    let own = socket_manifest::Hex(&socket_crypto::sha256(&[common::RUNTIME.as_bytes()])).to_string();
    let none = "0".repeat(64);
    let list = |hash: &str| {
        format!("{{\"version\":1,\"release\":\"9.8.7\",\"runtimes\":{{\"linux-x64\":\"{hash}\"}}}}")
    };
    let known = |args: &[&str]| {
        let (_, codes, value) = verify(&project, &[&[path.as_str()], args].concat());
        (codes, value["runtime"]["known"].as_str().unwrap_or_default().to_owned())
    };
    let (codes, name) = known(&[]);
    assert!(codes.is_empty() && name.starts_with("the one installed at "), "{codes:?} {name}");
    // A package says it itself.
    fs::write(project.home().join("hashes.json"), list(&own)).expect("written");
    assert_eq!(known(&[]), (vec![], "9.8.7 for linux-x64".into()));
    fs::write(project.home().join("hashes.json"), list(&none)).expect("written");
    assert_eq!(known(&[]).0, ["ERR_RUNTIME_UNKNOWN"]);
    assert_eq!(known(&["--runtime-hash", &own]), (vec![], "--runtime-hash".into()));
    assert_eq!(known(&["--runtime-hash", &none]).0, ["ERR_RUNTIME_UNKNOWN"]);
    project.write("release.json", &list(&own));
    assert_eq!(known(&["--hashes", "release.json"]).0, [""; 0]);
    project.fails(&["audit", "--verify", &path, "--runtime-hash=abc"], &["`abc` is no SHA-256"]);
    for text in ["", "{}", "[]", "{\"version\":2,\"release\":\"1\",\"runtimes\":{}}", &list("xyz")] {
        project.write("release.json", text);
        project.fails(&["audit", "--verify", &path, "--hashes=release.json"], &["is not a list of hashes"]);
    }
    fs::remove_file(project.home().join("hashes.json")).expect("removed");
    fs::remove_file(project.home().join("bin/socket-runtime")).expect("removed");
    assert_eq!(known(&[]).0, ["ERR_RUNTIME_UNKNOWN"], "nothing to compare with is no agreement");
}

#[test]
fn keys_and_signatures() {
    let project = Project::new("[manifest]\nsecret_key = app.key\n");
    let done = project.ok(&["audit", "--keygen", "app.key"]);
    let key = done.out.trim().to_owned();
    assert_eq!(key.len(), 64);
    use std::os::unix::fs::MetadataExt;
    assert_eq!(fs::metadata(project.path.join("app.key")).expect("there").mode() & 0o777, 0o600);
    project.fails(&["audit", "--keygen", "app.key"], &["app.key is there already"]);
    project.fails(&["audit", "--keygen", "none/app.key"], &["cannot write", "none/app.key"]);
    project.ok(&["build", "--prod"]);
    let root = users(&project).join("opt/app");
    let path = root.to_string_lossy().into_owned();
    assert_eq!(json(&project.ok(&["audit", "--json", &path]))["app"]["signed"], true);
    let (code, _, value) = verify(&project, &[&path]);
    assert_eq!((code, &value["key"]), (0, &Value::from(key.as_str())));
    assert!(value["notes"][0].as_str().expect("text").contains("give --key"));
    let (code, _, value) = verify(&project, &[&path, "--key", &key]);
    assert_eq!((code, &value["notes"]), (0, &serde_json::json!([])));
    // Someone else's app, whole in itself.
    let (other, public) = sign::generate();
    let manifest = fs::read(root.join(NAME)).expect("read");
    fs::write(root.join(SIGNATURE), sign::Secret::parse(&other).expect("a key").sign(&manifest))
        .expect("written");
    assert_eq!(verify(&project, &[&path]).1, ["ERR_MANIFEST_SIGNATURE"]);
    assert_eq!(verify(&project, &[&path, "--key", &key]).1, ["ERR_MANIFEST_SIGNATURE"]);
    assert_eq!(verify(&project, &[&path, "--key", &sign::written(&public)]).0, 0);
    fs::remove_file(root.join(SIGNATURE)).expect("removed");
    assert_eq!(verify(&project, &[&path, "--key", &key]).1, ["ERR_MANIFEST_SIGNATURE"]);
    project.fails(&["audit", "--verify", &path, "--key=xyz"], &["`xyz` is no public key"]);
}

#[test]
fn what_is_no_app() {
    let project = Project::new("");
    fs::create_dir(project.path.join("empty")).expect("made");
    project.write("text.txt", "text");
    project.write("a.deb", "!<arch>\ndebian-binary");
    project.write("broken.zip", "PK\x03\x04 and then nothing");
    project.write("nothing", "");
    project.fails(&["audit", "none"], &["cannot open", "none"]);
    project.fails(&["audit", "empty"], &["there is no app and no project in"]);
    project.fails(&["audit", "text.txt"], &["is not a package that can be read", "give a project"]);
    project.fails(&["audit", "nothing"], &["is not a package that can be read"]);
    project.fails(&["audit", "a.deb"], &["a.deb cannot be read", "no data.tar.gz"]);
    project.write("a.AppImage", "\x7fELF");
    project.fails(&["audit", "a.AppImage"], &["not a package that can be read", "--appimage-extract"]);
    project.write("a.dmg", &format!("{}koly{}", "x".repeat(100), "\0".repeat(508)));
    project.fails(&["audit", "a.dmg"], &["not a package that can be read", "hdiutil attach"]);
    project.write("a.pkg", "xar!");
    project.fails(&["audit", "a.pkg"], &["pkgutil --expand-full"]);
    project.fails(&["audit", "broken.zip"], &["broken.zip cannot be read: "]);
    project.write("src/socket.manifest", "");
    project.fails(&["audit"], &["take the place of the app's own"]);
}

#[test]
fn a_package_of_debian_is_read_as_it_is() {
    let project = Project::new("[capabilities]\nread[] = $APP/**\n");
    project.write("src/index.html", PAGE);
    project.ok(&["build", "--prod", "-f", "deb"]);
    let entries =
        fs::read_dir(project.path.join("build/linux")).expect("built").map(|entry| entry.expect("entry"));
    let path =
        entries.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|own| own == "deb"));
    let path = path.expect("a package");
    let given = path.to_str().expect("text");
    let done = project.ssc(&["audit", given]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(
        done.out.contains("a build for users") && done.out.contains("read files: $APP/**"),
        "{}",
        done.out
    );
    assert_eq!(verify(&project, &[given]).1, [""; 0]);
    // Cut, and with bytes changed: an error or a report, never a panic.
    let good = fs::read(&path).expect("read");
    for at in (0..good.len()).step_by(good.len() / 40) {
        let mut bad = good.clone();
        bad[at] ^= 0x41;
        fs::write(project.path.join("bad.deb"), &bad).expect("written");
        let changed = project.ssc(&["audit", "bad.deb"]);
        assert!([0, 1].contains(&changed.code) && !changed.err.contains("panic"), "{at}: {}", changed.err);
        fs::write(project.path.join("bad.deb"), &good[..at]).expect("written");
        project.fails(&["audit", "bad.deb"], &["bad.deb "]);
    }
}

/// An `ar` archive with one member.
fn deb(path: &Path, name: &str, size: &str, content: &[u8]) {
    let head = format!("!<arch>\n{name:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, 0, "100644");
    fs::write(path, [head.as_bytes(), content].concat()).expect("written");
}

#[test]
fn packages_of_debian_made_to_do_harm() {
    const INI: &[u8] = b"; Written by ssc build\n[build]\nname = app\n[meta]\nbundle_identifier = a.b\n";
    let project = Project::new("");
    let path = project.path.join("a.deb");
    let packed = |entries: &[(&str, tar::EntryType, &[u8])]| {
        let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, kind, content) in entries {
            let mut header = tar::Header::new_gnu();
            // As bytes: the crate itself would not write such names.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            tar.append(&header, *content).expect("written");
        }
        tar.into_inner().expect("finished").finish().expect("finished")
    };
    let fails = |data: &[u8], why: &str| {
        deb(&path, "data.tar.gz", &data.len().to_string(), data);
        project.fails(&["audit", "a.deb"], &[why]);
    };
    let file = tar::EntryType::Regular;
    let ini = ("./opt/app/socket.ini", file, INI);
    for name in ["../evil", "/etc/evil", "./a/../../b", "a//b", "./../x", "a\u{1b}[2J"] {
        fails(&packed(&[ini, (name, file, b"x")]), "which leads out of it");
    }
    fails(&packed(&[ini, ("./a", file, b"1"), ("./a", file, b"2")]), "it holds a twice");
    fails(&packed(&[ini, ("a", file, b"1"), ("./a", file, b"2")]), "it holds a twice");
    for kind in [tar::EntryType::Link, tar::EntryType::Char, tar::EntryType::Block, tar::EntryType::Fifo] {
        fails(&packed(&[ini, ("./dev", kind, b"")]), "is neither a file nor a link");
    }
    let zeros = vec![b' '; 40 << 20];
    fails(&packed(&[("./opt/app/socket.ini", file, &zeros)]), "socket.ini has more than");
    fails(&packed(&[ini, ("./opt/app/index.html", file, &zeros)]), "index.html has more than");
    fails(b"nothing", "a.deb cannot be read");
    let good = packed(&[ini]);
    for (name, size, why) in [
        ("data.tar.gz", "99999999", "a part of it has no size"),
        ("data.tar.gz", "-1", "a part of it has no size"),
        ("data.tar.gz", "", "a part of it has no size"),
        ("data.tar.gz", "9999999999", "a part of it has no size"),
        ("data.tar.xz", "10", "compressed in a way that is not read here"),
        ("control.tar.gz", "10", "cannot be read"),
    ] {
        deb(&path, name, size, &good);
        project.fails(&["audit", "a.deb"], &[why]);
    }
    deb(&path, "data.tar.gz", &good.len().to_string(), &good);
    let done = project.ssc(&["audit", "a.deb"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
}

fn zip(path: &Path, files: &[(&str, &[u8])]) {
    let mut zip = ZipWriter::new(fs::File::create(path).expect("made"));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("started");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("finished");
}

#[test]
fn archives_made_to_do_harm() {
    const INI: (&str, &[u8]) =
        ("socket.ini", b"; Written by ssc build\n[build]\nname = app\n[meta]\nbundle_identifier = a.b\n");
    let project = Project::new("");
    let path = |name: &str| project.path.join(name);
    let zeros = vec![b' '; 40 << 20];
    zip(&path("page.zip"), &[INI, ("index.html", &zeros)]);
    assert!(fs::metadata(path("page.zip")).expect("there").len() < 1 << 20, "it is small");
    project.fails(&["audit", "page.zip"], &["index.html has more than"]);
    zip(&path("config.zip"), &[("socket.ini", &zeros)]);
    project.fails(&["audit", "config.zip"], &["socket.ini has more than"]);
    for (number, name) in
        ["../evil.html", "/etc/evil", "a/../../b", "a//b", "..\\evil", "a\u{1b}[2J"].iter().enumerate()
    {
        let file = format!("{number}.zip");
        zip(&path(&file), &[INI, (name, b"x")]);
        project.fails(&["audit", &file], &["which leads out of it"]);
    }
    // A name that is twice in it: readers disagree about which one counts.
    zip(&path("twice.zip"), &[INI, ("a.html", b"1"), ("b.html", b"2")]);
    let bytes = fs::read(path("twice.zip")).expect("read");
    let twice: Vec<u8> = {
        let mut bytes = bytes.clone();
        while let Some(at) = bytes.windows(6).position(|window| window == b"b.html") {
            bytes[at] = b'a';
        }
        bytes
    };
    fs::write(path("twice.zip"), twice).expect("written");
    let done = project.ssc(&["audit", "twice.zip"]);
    assert_eq!(done.code, 1, "{}{}", done.out, done.err);
    // Cut, and with bytes changed, at every place: an error or a report, never a panic.
    zip(&path("good.zip"), &[INI, ("index.html", PAGE.as_bytes())]);
    let good = fs::read(path("good.zip")).expect("read");
    for at in (0..good.len()).step_by(7) {
        let mut bad = good.clone();
        bad[at] ^= 0x41;
        fs::write(path("bad.zip"), &bad).expect("written");
        let changed = project.ssc(&["audit", "bad.zip"]);
        assert!([0, 1].contains(&changed.code) && !changed.err.contains("panic"), "{at}: {}", changed.err);
        if at % 49 == 0 {
            fs::write(path("bad.zip"), &good[..at]).expect("written");
            project.fails(&["audit", "bad.zip"], &["bad.zip "]);
        }
    }
}

#[test]
fn verify_reads_no_more_than_the_manifest_says() {
    let project = Project::new("");
    archive(&project.path.join("a.zip"), "", "app.exe", &[]);
    let mut archive =
        zip::ZipArchive::new(fs::File::open(project.path.join("a.zip")).expect("there")).expect("a zip");
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for number in 0..archive.len() {
        let mut entry = archive.by_index(number).expect("an entry");
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).expect("read");
        files.push((entry.name().expect("a name").into_owned(), bytes));
    }
    for (name, bytes) in &mut files {
        if name == "index.html" {
            *bytes = vec![0; 64 << 20];
        }
    }
    let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    zip(&project.path.join("b.zip"), &files);
    let (_, codes, value) = verify(&project, &["b.zip"]);
    assert_eq!(codes, ["ERR_MANIFEST_ALTERED"]);
    assert!(value["problems"][0]["message"].as_str().expect("text").contains("more than"), "{value}");
}

#[test]
fn what_an_app_says_does_not_reach_the_terminal() {
    let project = Project::new("");
    project.write("src/a\u{202e}lmth.html", &page("connect-src ipc://fs.* \u{1b}[2Jx"));
    let done = project.ok(&["audit"]);
    assert!(done.out.contains("a\u{fffd}lmth.html") && done.out.contains("`\u{fffd}[2Jx`"), "{:?}", done.out);
    assert!(!done.out.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn files_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new("");
    let file = project.path.join("src/secret.html");
    project.write("src/secret.html", PAGE);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).expect("changed");
    if fs::File::open(&file).is_ok() {
        eprintln!("skipped: root may read every file");
        return;
    }
    project.fails(&["audit"], &["cannot read", "secret.html", "permission denied"]);
}

#[test]
fn used_needs_a_test() {
    let project = Project::new("");
    for (args, words) in [
        (&["audit", "--used"][..], "--test"),
        (&["audit", "--fix"], "--used"),
        (&["audit", "--key=x"], "--verify"),
        (&["audit", "--verify", "--used", "--test=x"], "cannot be used with"),
    ] {
        project.fails(args, &[words]);
    }
    project.fails(&["audit", "--used", "--test=none.js"], &["--test: there is no file none.js"]);
    // The stand-in of these tests writes down nothing: that is said, and not taken for "nothing is used".
    project.write("test/index.js", "");
    project.fails(&["audit", "--used", "--test=test/index.js"], &["before a page was shown"]);
}
