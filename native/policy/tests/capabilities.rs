//! What `[capabilities]` allows: files whatever their paths look like, ends of connections, programs, services.

use std::fs;
use std::path::Path;

use socket_policy::{Access, Capabilities, Grants, Lists, Places, resolve};

fn list(entries: &[&str]) -> Vec<String> {
    entries.iter().map(|entry| (*entry).to_owned()).collect()
}

fn limited(lists: &Lists, places: Places) -> Capabilities {
    Capabilities::new(Some(lists), places).unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

/// `home/notes/a.txt`, `home/secret.txt`, and links of every kind.
fn tree() -> (tempfile::TempDir, Places) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let home = folder.path().join("home");
    fs::create_dir_all(home.join("notes/deep")).expect("made");
    for file in ["notes/a.txt", "notes/deep/b.md", "secret.txt"] {
        fs::write(home.join(file), file).expect("written");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink("../secret.txt", home.join("notes/out")).expect("linked");
        symlink("a.txt", home.join("notes/in")).expect("linked");
        symlink("../new.txt", home.join("notes/dangling")).expect("linked");
        symlink("..", home.join("notes/up")).expect("linked");
        symlink("loop", home.join("notes/loop")).expect("linked");
        symlink("notes", home.join("alias")).expect("linked");
    }
    let mut places = Places::default();
    places.set("HOME", &home);
    (folder, places)
}

#[test]
fn without_the_section_nothing_is_narrowed() {
    let all = Capabilities::new(None, Places::default()).expect("nothing to read");
    assert!(!all.limited());
    assert!(all.file(Path::new("/etc/passwd"), Access::Write, true, &Grants::default()).is_ok());
    assert!(all.udp("1.2.3.4", 5).is_ok() && all.tcp("a", 1).is_ok() && all.host("a").is_ok());
    assert!(all.command("rm", &list(&["-rf", "/"]), std::iter::empty()).is_ok());
    assert!(all.process(1).is_ok() && all.process(-1).is_ok());
    assert!(all.bluetooth("180d").is_ok() && all.url("https://a.b").is_ok());
}

#[test]
fn an_empty_section_allows_nothing() {
    let none = limited(&Lists::default(), Places::default());
    let file = none.file(Path::new("/etc/passwd"), Access::Read, true, &Grants::default());
    let (key, value) = file.expect_err("refused");
    assert_eq!(key, "read");
    assert!(value.ends_with("passwd"));
    assert_eq!(none.udp("1.2.3.4", 5), Err(("udp", "1.2.3.4:5".into())));
    assert_eq!(none.tcp("::1", 5), Err(("tcp", "[::1]:5".into())));
    assert_eq!(none.host("a.b"), Err(("hosts", "a.b".into())));
    let args = list(&["a b", "c"]);
    assert_eq!(none.command("x", &args, std::iter::empty()), Err(("commands", "x 'a b' c".into())));
    for pid in [0, 1, -1, i32::MAX, i32::MIN] {
        assert_eq!(none.process(pid), Err(("processes", "*".into())), "{pid}");
    }
    let own = i32::try_from(std::process::id()).expect("a number");
    assert_eq!(none.process(own), Err(("processes", "self".into())));
    assert_eq!(none.process(-own), Err(("processes", "*".into())), "its group is others, too");
    let itself = limited(&Lists { processes: list(&["self"]), ..Lists::default() }, Places::default());
    assert!(itself.process(own).is_ok() && itself.process(1).is_err() && itself.process(0).is_err());
    let any = limited(&Lists { processes: list(&["*"]), ..Lists::default() }, Places::default());
    assert!(any.process(own).is_ok() && any.process(1).is_ok() && any.process(0).is_ok());
    let wrong = Capabilities::new(
        Some(&Lists { processes: list(&["firefox"]), ..Lists::default() }),
        Places::default(),
    );
    assert_eq!(wrong.expect_err("no entry").key, "processes");
    assert_eq!(none.bluetooth("180d"), Err(("bluetooth", "180d".into())));
    assert_eq!(none.url("https://a.b/?q"), Err(("urls", "https://a.b/".into())));
}

#[test]
fn files_are_what_their_paths_lead_to() {
    let (folder, places) = tree();
    let home = folder.path().join("home");
    let lists =
        Lists { read: list(&["$HOME/notes/**"]), write: list(&["$HOME/notes/*.txt"]), ..Lists::default() };
    let capabilities = limited(&lists, places);
    let may = |path: &str, access, follow| {
        capabilities.file(&home.join(path), access, follow, &Grants::default()).is_ok()
    };
    let read = |path: &str| may(path, Access::Read, true);
    for path in [
        "notes",
        "notes/",
        "notes/a.txt",
        "notes/deep/b.md",
        "notes/./a.txt",
        "notes/deep/../a.txt",
        "notes/new",
    ] {
        assert!(read(path), "{path}");
    }
    for path in [
        "",
        ".",
        "secret.txt",
        "notes/../secret.txt",
        "notes/deep/../../secret.txt",
        "notesx",
        "notes/no/../../secret.txt",
    ] {
        assert!(!read(path), "{path}");
    }
    assert!(may("notes/a.txt", Access::Write, true) && may("notes/new.txt", Access::Write, true));
    for path in ["notes", "notes/deep/b.md", "notes/deep/c.txt", "notes/a.md", "secret.txt"] {
        assert!(!may(path, Access::Write, true), "{path}");
    }
    #[cfg(unix)]
    {
        assert!(read("notes/in") && read("alias/a.txt"));
        for path in [
            "notes/out",
            "notes/dangling",
            "notes/up/secret.txt",
            "notes/up",
            "notes/loop",
            "notes/out/",
            "notes/out/.",
        ] {
            assert!(!read(path), "{path}");
        }
        // The entry itself, which removing is about.
        assert!(may("notes/out", Access::Read, false) && !may("notes/out/", Access::Read, false));
        assert!(!may("notes/up/secret.txt", Access::Read, false));
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_compared_by_their_bytes() {
    use std::os::unix::ffi::OsStrExt;
    let (folder, places) = tree();
    let name = |bytes: &[u8]| folder.path().join("home/notes").join(std::ffi::OsStr::from_bytes(bytes));
    let capabilities = limited(&Lists { read: list(&["$HOME/notes/a?c"]), ..Lists::default() }, places);
    let read = |path: &Path| capabilities.file(path, Access::Read, true, &Grants::default()).is_ok();
    assert!(read(&name(b"a\xffc")));
    assert!(!read(&name(b"a\xff\xffc")) && !read(&name(b"\xffac")));
}

#[test]
fn what_people_give_is_allowed_to_that_document() {
    let (folder, places) = tree();
    let home = folder.path().join("home");
    let capabilities = limited(&Lists::default(), places);
    let mut grants = Grants::default();
    grants.give(&home.join("secret.txt"), Access::Read).expect("resolved");
    grants.give(&home.join("notes"), Access::Write).expect("resolved");
    let may = |path: &str, access| capabilities.file(&home.join(path), access, true, &grants).is_ok();
    assert!(may("secret.txt", Access::Read) && !may("secret.txt", Access::Write));
    assert!(!may("secret.txt.bak", Access::Read));
    assert!(may("notes/deep/b.md", Access::Read) && may("notes/new", Access::Write));
    #[cfg(unix)]
    assert!(!may("notes/dangling", Access::Read));
    let missing = capabilities.file(&home.join("secret.txt"), Access::Write, true, &grants);
    assert_eq!(missing, Err(("write", "$HOME/secret.txt".into())));
}

#[test]
fn ends_of_connections() {
    #[rustfmt::skip]
    let table: &[(&str, &str, u16, bool)] = &[
        ("*:*", "1.2.3.4", 5, true),
        ("*:53", "a.b", 53, true),
        ("*:53", "a.b", 54, false),
        ("a.b:80-90", "A.B.", 85, true),
        ("a.b:80-90", "a.b", 91, false),
        ("*.a.b:1", "x.a.b", 1, true),
        ("*.a.b:1", "a.b", 1, false),
        ("*.a.b:1", "xa.b", 1, false),
        ("10.0.0.0/8:*", "10.9.8.7", 1, true),
        ("10.0.0.0/8:*", "11.0.0.1", 1, false),
        ("10.0.0.0/8:*", "::ffff:10.0.0.1", 1, true),
        ("0.0.0.0/0:*", "1.1.1.1", 1, true),
        ("0.0.0.0/0:*", "::1", 1, false),
        ("[fe80::]/10:*", "fe80::1%eth0", 1, true),
        ("[::1]:7", "::1", 7, true),
        ("[::1]:7", "[::1]", 7, true),
        ("1.2.3.4:7", "1.2.3.4", 7, true),
        ("1.2.3.4:7", "1.2.3.40", 7, false),
        ("localhost:*", "127.0.0.5", 1, true),
        ("localhost:*", "::1", 1, true),
        ("localhost:*", "localhost", 1, true),
        ("localhost:*", "localhost.evil", 1, false),
        ("localhost:*", "0.0.0.0", 1, false),
    ];
    for (entry, host, port, expected) in table {
        let lists = Lists { udp: list(&[entry]), ..Lists::default() };
        let Ok(capabilities) = Capabilities::new(Some(&lists), Places::default()) else {
            assert!(!expected, "{entry} is an entry");
            continue;
        };
        assert_eq!(capabilities.udp(host, *port).is_ok(), *expected, "{entry} about {host} {port}");
        assert!(capabilities.tcp(host, *port).is_err(), "another key");
    }
    let names = limited(
        &Lists { tcp: list(&["a.b:1"]), hosts: list(&["*.c"]), ..Lists::default() },
        Places::default(),
    );
    assert!(names.host("a.b").is_ok() && names.host("x.c").is_ok() && names.host("c").is_err());
}

#[test]
fn programs_and_their_arguments() {
    let lists = Lists {
        commands: list(&["git status", "git log * --stat", "/bin/echo ...", "tool 'a b' --x=*", "plain"]),
        ..Lists::default()
    };
    let capabilities = limited(&lists, Places::default());
    let may = |file: &str, args: &[&str]| capabilities.command(file, &list(args), std::iter::empty()).is_ok();
    assert!(may("git", &["status"]) && may("git", &["log", "HEAD", "--stat"]) && may("plain", &[]));
    assert!(may("/bin/echo", &[]) && may("/bin/echo", &["a", "b"]) && may("tool", &["a b", "--x=1"]));
    for (file, args) in [
        ("git", &["push"][..]),
        ("git", &["status", "--help"]),
        ("git", &["log", "--stat"]),
        ("git", &[]),
        ("/usr/bin/git", &["status"]),
        ("./git", &["status"]),
        ("echo", &["a"]),
        ("tool", &["a", "b", "--x=1"]),
        ("plain", &["x"]),
        ("", &[]),
    ] {
        assert!(!may(file, args), "{file} {args:?}");
    }
    let with = |name: &str| capabilities.command("plain", &[], std::iter::once(name)).is_ok();
    assert!(with("LANG") && !with("LD_PRELOAD") && !with("Path") && !with("DYLD_INSERT_LIBRARIES"));
}

#[test]
fn services_and_addresses() {
    let lists = Lists {
        bluetooth: list(&["180D", "0000180f-0000-1000-8000-00805F9B34FB"]),
        urls: list(&["https://a.b/docs/", "mailto:", "https://*.c.d"]),
        ..Lists::default()
    };
    let capabilities = limited(&lists, Places::default());
    assert!(capabilities.bluetooth("0000180d-0000-1000-8000-00805f9b34fb").is_ok());
    assert!(capabilities.bluetooth("0x180f").is_ok() && capabilities.bluetooth("1810").is_err());
    for url in ["https://a.b/docs/x?y#z", "mailto:me@a.b", "https://x.c.d/"] {
        assert!(capabilities.url(url).is_ok(), "{url}");
    }
    for url in [
        "https://a.b/",
        "http://a.b/docs/x",
        "https://c.d/",
        "https://a.b@evil/docs/",
        "javascript:1",
        "",
        "x",
    ] {
        assert!(capabilities.url(url).is_err(), "{url}");
    }
}

#[test]
fn entries_that_mean_nothing_are_errors() {
    #[rustfmt::skip]
    let table: &[(&str, &[&str])] = &[
        ("read", &["notes/**", "C:relative", "$NOWHERE/x", "/a/../b", "/a/[", "/a/{b", "$HOME/*/!x/../y"]),
        ("write", &["", "relative"]),
        ("udp", &["a.b", "a.b:", "a.b:70000", "a.b:9-8", "::1:5", "a b:1", "1.2.3.4/33:1", "a*:1"]),
        ("tcp", &["https://a.b", ":80"]),
        ("hosts", &["a b", "*.*", ""]),
        ("commands", &["", "*", "git*", "x ... y", "x 'a"]),
        ("bluetooth", &["heart", "180", "0000180f-0000"]),
        ("urls", &["a.b", "*", "javascript:", "file:", "ipc://fs.open", "'self'"]),
    ];
    for (key, entries) in table {
        for entry in *entries {
            let mut lists = Lists::default();
            let field = lists.key(key).expect("a key");
            field.push((*entry).to_owned());
            let wrong =
                Capabilities::new(Some(&lists), Places::default()).expect_err(&format!("{key} {entry:?}"));
            assert_eq!(wrong.key, *key, "{entry:?}");
            assert!(!wrong.what.is_empty() && !wrong.fix.is_empty());
        }
    }
}

#[test]
fn places_may_have_names_that_look_like_patterns() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let odd = folder.path().join("a[b]{c}*");
    fs::create_dir_all(&odd).expect("made");
    fs::create_dir_all(folder.path().join("ab{c}x")).expect("made");
    let mut places = Places::default();
    places.set("DATA", &odd);
    let capabilities = limited(&Lists { read: list(&["$DATA/**"]), ..Lists::default() }, places);
    let read = |path: &Path| capabilities.file(path, Access::Read, true, &Grants::default()).is_ok();
    assert!(read(&odd.join("x")) && !read(&folder.path().join("ab{c}x/x")));
}

#[test]
fn resolution_ends() {
    assert!(resolve(Path::new(""), true).is_err(), "the name of nothing");
    let long = "a/".repeat(5000) + "../";
    assert!(resolve(Path::new(&long), true).is_err(), "`..` after what is not there");
    #[cfg(unix)]
    assert_eq!(resolve(Path::new("/../../x"), true).expect("resolved"), Path::new("/x"));
}

#[cfg(unix)]
#[test]
fn names_are_compared_without_the_system_and_roundabout_ones_too() {
    let lists = Lists { read: vec!["/none/own/**".into()], ..Lists::default() };
    let limits = Capabilities::new(Some(&lists), Places::default()).expect("valid");
    let named = |path: &str| limits.named(Path::new(path), Access::Read, &Grants::default());
    for path in [
        "/none/own",
        "/none/own/a",
        "/none/own/a/../b",
        "/none//own/./a/",
        "/x/../none/own/a",
        "/../none/own",
    ] {
        assert!(named(path), "{path}");
    }
    for path in [
        "/none/own/..",
        "/none/own/../a",
        "/none/own/a/../../b",
        "own/a",
        "",
        "/",
        "/none/own/a/../../../none/other",
    ] {
        assert!(!named(path), "{path}");
    }
}

/// The system gives these a name that other files have, too.
#[cfg(target_os = "linux")]
#[test]
fn links_of_proc_are_what_they_say() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("a");
    fs::write(&file, "").expect("written");
    let open = fs::File::open(&file).expect("there");
    let link = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&open));
    assert_eq!(resolve(Path::new(&link), true).expect("resolved"), file.canonicalize().expect("there"));
    fs::remove_file(&file).expect("removed");
    let gone = resolve(Path::new(&link), true).expect("resolved");
    assert!(gone.to_string_lossy().ends_with("/a (deleted)"), "{gone:?}");
    // A file that is called so is that file.
    let odd = folder.path().join("b (deleted)");
    fs::write(&odd, "").expect("written");
    assert_eq!(resolve(&odd, true).expect("resolved"), odd.canonicalize().expect("there"));
}
