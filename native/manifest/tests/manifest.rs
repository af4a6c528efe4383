//! Manifests: made, written, read, and what a folder may no longer be.

use std::fs;
use std::io::Read;
use std::path::Path;

use proptest::prelude::*;
use socket_manifest::{CHUNK, Entry, File, Hex, Manifest, NAME, SIGNATURE, Seal, sign};
use tempfile::TempDir;

const MIB: usize = 1 << 20;

fn write(root: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    fs::write(path, content).expect("written");
}

/// Content that differs from piece to piece.
fn large() -> Vec<u8> {
    (0..3 * MIB + 17).map(|index| (index / 1000 % 251) as u8).collect()
}

/// An app with a manifest.
fn app() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    write(root, "app", "the executable");
    write(root, "socket.ini", "[build]\n");
    write(root, "index.html", "<h1>hello</h1>");
    write(root, "empty", "");
    write(root, "sub/a b.js", "1");
    write(root, "video.bin", large());
    write(root, "exact.bin", vec![7; CHUNK as usize]);
    seal(root);
    folder
}

fn seal(root: &Path) -> String {
    let manifest = Manifest::make(root, Some(&root.join("app"))).expect("made").to_string();
    fs::write(root.join(NAME), &manifest).expect("written");
    manifest
}

fn load(root: &Path) -> Seal {
    Seal::load(root, None).expect("loads")
}

#[test]
fn hashes_are_those_of_sha256sum() {
    let app = app();
    let seal = load(app.path());
    let text = seal.manifest().to_string();
    assert!(text.starts_with("socket-manifest 1\nruntime "), "{text}");
    let Some(Entry::File(empty)) = seal.manifest().entries.get("empty") else { panic!("{text}") };
    assert_eq!(
        Hex(&empty.hash).to_string(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    let Some(Entry::File(video)) = seal.manifest().entries.get("video.bin") else { panic!("{text}") };
    assert_eq!(video.hash, socket_crypto::sha256(&[&large()]));
    assert_eq!(video.chunks.len(), 13);
    let Some(Entry::File(exact)) = seal.manifest().entries.get("exact.bin") else { panic!("{text}") };
    assert!(exact.chunks.is_empty(), "one piece is the file itself");
    for own in ["app", NAME, SIGNATURE] {
        assert!(!seal.manifest().entries.contains_key(own), "{own}");
    }
    seal.check_all(&|_| {}).expect("as it was made");
}

#[test]
fn the_order_of_the_disk_and_its_times_do_not_count() {
    let (one, two) = (tempfile::tempdir().expect("made"), tempfile::tempdir().expect("made"));
    let names = ["z", "a/z", "a.b", "a/b/c", "A", "é", "a b"];
    for name in names {
        write(one.path(), name, name);
    }
    for name in names.iter().rev() {
        write(two.path(), name, name);
        let file = fs::File::options().append(true).open(two.path().join(name)).expect("opened");
        file.set_modified(std::time::UNIX_EPOCH).expect("touched");
    }
    let manifest = |folder: &TempDir| Manifest::make(folder.path(), None).expect("made").to_string();
    assert_eq!(manifest(&one), manifest(&two));
}

/// Changes an app, and expects each of the three looks at it to say so, or not.
#[track_caller]
fn refused(change: impl Fn(&Path), path: &str, names: Option<&str>, content: Option<&str>) {
    let app = app();
    change(app.path());
    let seal = load(app.path());
    let code = |result: Result<(), socket_manifest::Problem>| result.err().map(|problem| problem.code);
    assert_eq!(code(seal.check_names()), names, "names");
    let all = code(seal.check_all(&|_| {}));
    assert_eq!(all, names.or(content), "everything");
    let read = seal.open(path).map_err(std::io::Error::from).and_then(|reader| reader.bytes());
    assert_eq!(read.is_err(), content.is_some(), "what a page gets: {read:?}");
}

#[test]
fn what_is_not_as_it_was_is_refused() {
    const ALTERED: Option<&str> = Some("ERR_MANIFEST_ALTERED");
    const MISSING: Option<&str> = Some("ERR_MANIFEST_MISSING");
    const EXTRA: Option<&str> = Some("ERR_MANIFEST_EXTRA");
    refused(|_| {}, "index.html", None, None);
    refused(|root| write(root, "index.html", "<h1>HELLO</h1>"), "index.html", None, ALTERED);
    refused(|root| write(root, "index.html", "<h1>hello</h1> "), "index.html", ALTERED, ALTERED);
    refused(|root| write(root, "empty", "x"), "empty", ALTERED, ALTERED);
    refused(|root| fs::remove_file(root.join("index.html")).expect("gone"), "index.html", MISSING, MISSING);
    refused(|root| write(root, "new.js", "x"), "new.js", EXTRA, EXTRA);
    refused(|root| write(root, "sub/new.js", "x"), "sub/new.js", EXTRA, EXTRA);
    refused(|root| write(root, "sub/.hidden", "x"), "index.html", EXTRA, None);
    refused(|root| write(root, ".DS_Store", "x"), "index.html", None, None);
    #[cfg(unix)]
    {
        let swap = |root: &Path| {
            fs::remove_file(root.join("index.html")).expect("gone");
            std::os::unix::fs::symlink("empty", root.join("index.html")).expect("linked");
        };
        refused(swap, "index.html", ALTERED, ALTERED);
        let folder = |root: &Path| {
            fs::remove_file(root.join("index.html")).expect("gone");
            fs::create_dir(root.join("index.html")).expect("made");
        };
        refused(folder, "index.html", MISSING, ALTERED);
    }
    let flip = |at: usize| {
        move |root: &Path| {
            let mut content = large();
            content[at] ^= 1;
            write(root, "video.bin", content);
        }
    };
    for at in [0, CHUNK as usize - 1, CHUNK as usize, 3 * MIB, 3 * MIB + 16] {
        refused(flip(at), "video.bin", None, ALTERED);
    }
}

#[test]
fn a_part_needs_only_its_pieces() {
    let app = app();
    let content = large();
    let read = |start: u64, length: u64| {
        let reader = load(app.path()).open("video.bin").expect("opens").part(start, length);
        reader.bytes()
    };
    let chunk = CHUNK;
    let total = content.len() as u64;
    for (start, length) in [
        (0, 1),
        (0, total),
        (chunk - 1, 2),
        (chunk, chunk),
        (5, 3 * chunk),
        (total - 1, 1),
        (total - 20, 500),
        (total, 5),
        (total + 9, 5),
        (3, 0),
        (u64::MAX, u64::MAX),
    ] {
        let from = start.min(total) as usize;
        let to = start.saturating_add(length).min(total) as usize;
        assert_eq!(read(start, length).expect("whole"), content[from..to], "{start} {length}");
    }
    let mut altered = content.clone();
    altered[2 * chunk as usize + 5] ^= 1;
    write(app.path(), "video.bin", &altered);
    assert!(read(0, 2 * chunk).is_ok(), "the pieces before it are right");
    assert!(read(3 * chunk, 10).is_ok(), "and those behind it");
    assert!(read(2 * chunk, 1).is_err());
    // Nothing of a piece that is wrong is given, and nothing after it.
    let mut reader = load(app.path()).open("video.bin").expect("opens");
    let mut got = Vec::new();
    reader.read_to_end(&mut got).expect_err("altered");
    assert_eq!(got, content[..2 * chunk as usize]);
    assert_eq!(reader.read(&mut [0; 9]).expect("the end"), 0);
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused() {
    let app = app();
    let mut reader = load(app.path()).open("video.bin").expect("opens");
    let mut first = vec![0; 10];
    reader.read_exact(&mut first).expect("the first piece");
    write(app.path(), "video.bin", vec![0; large().len()]);
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).expect_err("altered");
    assert_eq!(rest.len(), CHUNK as usize - 10, "what was checked already");
    let mut reader = load(app.path()).open("exact.bin").expect("opens");
    fs::write(app.path().join("exact.bin"), "").expect("cut");
    assert!(reader.read(&mut first).is_err(), "shorter than it was when it was opened");
}

#[test]
fn what_desktops_leave_is_tolerated_and_not_read() {
    let app = app();
    write(app.path(), "sub/.DS_Store", "x");
    load(app.path()).check_all(&|_| {}).expect("nobody minds");
    assert_eq!(load(app.path()).open("sub/.DS_Store").expect_err("refused").code, "ERR_MANIFEST_EXTRA");
}

#[test]
fn several_problems_are_named_at_once() {
    let app = app();
    for number in 0..9 {
        write(app.path(), &format!("extra{number}"), "");
    }
    let problem = load(app.path()).check_names().expect_err("refused");
    assert!(problem.message.contains("extra0 is not part of the app\nextra1"), "{problem}");
    assert!(problem.message.ends_with("and 4 more"), "{problem}");
}

#[test]
fn without_a_manifest() {
    let folder = tempfile::tempdir().expect("made");
    assert!(!Seal::is_there(folder.path()));
    let problem = Seal::load(folder.path(), None).expect_err("missing");
    assert_eq!(problem.code, "ERR_MANIFEST_MISSING");
    write(folder.path(), NAME, "nonsense\n");
    assert!(Seal::is_there(folder.path()));
    assert_eq!(Seal::load(folder.path(), None).expect_err("broken").code, "ERR_MANIFEST_FORMAT");
}

/// As in a bundle of macOS, where the executable does not stand among the files of the app.
#[test]
fn an_executable_elsewhere() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (root, executable) = (folder.path().join("Resources"), folder.path().join("MacOS/app"));
    write(folder.path(), "MacOS/app", "the executable");
    write(&root, "app.txt", "a file");
    let manifest = Manifest::make(&root, Some(&executable)).expect("made").to_string();
    fs::write(root.join(NAME), &manifest).expect("written");
    load(&root).check_all(&|_| {}).expect("as it was");
    write(&root, "app", "of its name");
    let problem = Manifest::make(&root, Some(&executable)).expect_err("which of the two?");
    assert!(problem.message.contains("it has the name of the executable"), "{problem}");
}

#[cfg(unix)]
#[test]
fn links_stay_in_the_folder() {
    let folder = tempfile::tempdir().expect("made");
    let root = folder.path();
    write(root, "bin/tool.js", "x");
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, root.join(name)).expect("linked");
    };
    link("../bin/tool.js", "bin/same");
    link("bin", "folder");
    seal_without_executable(root);
    load(root).check_all(&|_| {}).expect("links are part of it");
    assert_eq!(load(root).open("folder").expect_err("no file").code, "ERR_MANIFEST_EXTRA");
    fs::remove_file(root.join("bin/same")).expect("gone");
    link("tool.js", "bin/same");
    assert_eq!(load(root).check_names().expect_err("elsewhere").code, "ERR_MANIFEST_ALTERED");
    for (number, target) in ["/etc/passwd", "../out", "bin/../../x", ".."].iter().enumerate() {
        let name = format!("out{number}");
        link(target, &name);
        let problem = Manifest::make(root, None).expect_err(target);
        assert!(problem.message.contains("leads out"), "{problem}");
        fs::remove_file(root.join(name)).expect("gone");
    }
}

#[cfg(unix)]
fn seal_without_executable(root: &Path) {
    let manifest = Manifest::make(root, None).expect("made").to_string();
    fs::write(root.join(NAME), manifest).expect("written");
}

#[cfg(unix)]
#[test]
fn names_and_kinds_that_cannot_be_listed() {
    use std::os::unix::ffi::OsStrExt;
    for name in [&b"a\nb"[..], b"a\x7f", b"\xff"] {
        let folder = tempfile::tempdir().expect("made");
        let path = folder.path().join(std::ffi::OsStr::from_bytes(name));
        if fs::write(&path, "").is_err() {
            continue; // This file system knows no such names.
        }
        let problem = Manifest::make(folder.path(), None).expect_err("refused");
        assert_eq!(problem.code, "ERR_MANIFEST_NAME");
    }
    let folder = tempfile::tempdir().expect("made");
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("s")).expect("bound");
    assert!(Manifest::make(folder.path(), None).expect_err("refused").message.contains("neither"));
}

#[test]
fn signatures_bind_a_manifest_to_a_key() {
    let app = app();
    let root = app.path();
    let (text, key) = sign::generate();
    let secret = sign::Secret::parse(&text).expect("its own text");
    assert_eq!(secret.public(), key);
    assert_eq!(sign::public_key(&sign::written(&key)).expect("written"), key);
    let code = |key: &sign::PublicKey| Seal::load(root, Some(key)).err().map(|problem| problem.code);
    let refused = Some("ERR_MANIFEST_SIGNATURE");
    assert_eq!(code(&key), refused, "there is none");
    let manifest = fs::read(root.join(NAME)).expect("read");
    let signature = secret.sign(&manifest);
    write(root, SIGNATURE, &signature);
    assert_eq!(code(&key), None);
    assert_eq!(load(root).check_names().err(), None, "it is not one of the files");
    let (_, other) = sign::generate();
    assert_eq!(code(&other), refused, "another key");
    // Whoever alters a file has to alter the manifest, and that cannot be signed again.
    write(root, "index.html", "<h1>evil!</h1>");
    let evil = seal(root);
    assert_eq!(code(&key), refused);
    load(root).check_all(&|_| {}).expect("without a key nobody can tell");
    let (forger, _) = sign::generate();
    write(root, SIGNATURE, sign::Secret::parse(&forger).expect("a key").sign(evil.as_bytes()));
    assert_eq!(code(&key), refused);
    let mixed = signature.replace("socket-signature 1", "socket-signature 2");
    for text in ["", "x", mixed.as_str(), signature.trim_end(), &format!("{signature}\n")] {
        write(root, SIGNATURE, text);
        assert_eq!(code(&key), refused, "{text:?}");
    }
    for text in ["", "socket-key 1", "socket-key 1\nzz", "socket-key 2\n00"] {
        let problem = sign::Secret::parse(text).expect_err("no key");
        assert!(problem.code == "ERR_MANIFEST_KEY" && !problem.message.contains("zz"));
    }
    assert_eq!(sign::public_key("abc").expect_err("short").code, "ERR_MANIFEST_KEY");
}

#[test]
fn only_the_one_form_is_read() {
    let hash = "0".repeat(64);
    let good =
        format!("socket-manifest 1\nruntime {hash} 5 app\nfile {hash} 1 a\nfile {hash} 0 b c\nlink d\n> a\n");
    assert_eq!(Manifest::parse(good.as_bytes()).expect("good").to_string(), good);
    let big = CHUNK + 1;
    let bad = [
        String::new(),
        "\n".into(),
        "socket-manifest 1".into(),
        "socket-manifest 2\n".into(),
        "socket-manifest 1\n\n".into(),
        format!("socket-manifest 1\r\nfile {hash} 1 a\r\n"),
        format!("socket-manifest 1\nfile {hash} 1 a\nfile {hash} 1 a\n"),
        format!("socket-manifest 1\nfile {hash} 1 b\nfile {hash} 1 a\n"),
        format!("socket-manifest 1\nfile {hash} 1 a\nruntime {hash} 1 app\n"),
        format!("socket-manifest 1\nruntime {hash} 1 x/app\n"),
        format!("socket-manifest 1\nruntime {hash} 1 app\nfile {hash} 1 app\n"),
        format!("socket-manifest 1\nfile {hash} 01 a\n"),
        format!("socket-manifest 1\nfile {hash} +1 a\n"),
        format!("socket-manifest 1\nfile {hash} 99999999999999999999999 a\n"),
        format!("socket-manifest 1\nfile {} 1 a\n", "A".repeat(64)),
        format!("socket-manifest 1\nfile {} 1 a\n", "0".repeat(63)),
        format!("socket-manifest 1\nfile {hash} {big} a\n"),
        format!("socket-manifest 1\nfile {hash} {big} a\n- {hash}\n"),
        format!("socket-manifest 1\nfile {hash} 1 a\n- {hash}\n"),
        format!("socket-manifest 1\n- {hash}\n"),
        format!("socket-manifest 1\nother {hash} 1 a\n"),
        format!("socket-manifest 1\nfile {hash} 1 socket.manifest\n"),
        "socket-manifest 1\nlink a\n".into(),
        "socket-manifest 1\nlink a\n> ../b\n".into(),
        "socket-manifest 1\nlink a\n> /b\n".into(),
    ];
    for text in bad {
        let problem = Manifest::parse(text.as_bytes()).expect_err(&text);
        assert_eq!(problem.code, "ERR_MANIFEST_FORMAT");
    }
    for path in ["", "/a", "a/", "a//b", "./a", "../a", "a/../b", "a\tb", "a\u{85}"] {
        let text = format!("socket-manifest 1\nfile {hash} 1 {path}\n");
        assert!(Manifest::parse(text.as_bytes()).is_err(), "{path:?}");
    }
    assert!(Manifest::parse(b"socket-manifest 1\nfile \xff\n").is_err());
}

proptest! {
    /// Whatever the bytes are: no panic, and what is accepted is in the one form.
    #[test]
    fn any_bytes_are_read_or_refused(lines in prop::collection::vec(prop_oneof![
        "[ -~]{0,80}",
        "(file|runtime|link) [0-9a-f]{64} [0-9]{1,7} [a-z./]{0,6}",
        "(- [0-9a-f]{64}|link [a-z/]{1,4}|> [a-z./]{1,6})",
    ], 0..12)) {
        let text = format!("socket-manifest 1\n{}\n", lines.join("\n"));
        if let Ok(manifest) = Manifest::parse(text.as_bytes()) {
            prop_assert_eq!(manifest.to_string(), text);
        }
    }

    #[test]
    fn raw_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(manifest) = Manifest::parse(&bytes) {
            prop_assert_eq!(manifest.to_string().into_bytes(), bytes);
        }
    }

    #[test]
    fn what_is_written_reads_back(files in prop::collection::btree_map("[a-zé ]{1,8}(/[a-z.]{1,3}x){0,2}", (any::<[u8; 32]>(), 0..3 * CHUNK), 0..8)) {
        let mut manifest = Manifest::default();
        for (path, (hash, size)) in files {
            let chunks = if size > CHUNK { vec![hash; size.div_ceil(CHUNK) as usize] } else { Vec::new() };
            manifest.entries.insert(path, Entry::File(File { hash, size, chunks }));
        }
        prop_assert_eq!(Manifest::parse(manifest.to_string().as_bytes()), Ok(manifest));
    }
}
