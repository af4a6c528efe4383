//! Any address of a page, and any path of a call, in a folder with links in and out of it: what is given is in the folder,
//! whatever the address says, and the system agrees about what each path leads to.
#![no_main]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use socket_policy::{Access, Capabilities, Found, Grants, Lists, Places, Resources, resolve};

struct Scene {
    own: PathBuf,
    files: [Resources; 2],
    limits: Capabilities,
}

/// Made once, beside what other runs have found, and only read from then on.
static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../build/fuzz/tree");
    let own = tree.join("own");
    fs::create_dir_all(own.join("deep/er")).expect("made");
    for file in ["own/index.html", "own/a.html", "own/deep/index.html", "own/app", "own/socket.ini", "secret"]
    {
        fs::write(tree.join(file), file).expect("written");
    }
    for (target, link) in [
        ("..", "up"),
        ("../secret", "out"),
        ("a.html", "in"),
        ("/", "root"),
        ("..", "deep/up"),
        ("loop", "loop"),
        ("none", "nowhere"),
        ("deep/er", "er"),
    ] {
        match symlink(target, own.join(link)) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => panic!("{link}: {error}"),
            _ => {}
        }
    }
    let own = own.canonicalize().expect("there");
    let hidden = [own.join("app"), own.join("socket.ini")];
    let hidden = [hidden[0].as_path(), hidden[1].as_path()];
    let files = [None, Some("/index.html")].map(|index| Resources::new(&own, &hidden, index).expect("there"));
    let mut places = Places::default();
    places.set("DATA", &own);
    let lists = Lists { read: vec!["$DATA/**".into()], ..Lists::default() };
    let limits = Capabilities::new(Some(&lists), places).expect("valid");
    Scene { own, files, limits }
});

fuzz_target!(|bytes: &[u8]| {
    let Scene { own, files, limits } = &*SCENE;
    if let Ok(address) = std::str::from_utf8(bytes) {
        for files in files {
            if let Found::File(file) = files.find(address) {
                let real = file.canonicalize().expect("it was found");
                assert!(real.starts_with(own) && real.is_file(), "{address:?} leads to {real:?}");
                assert!(
                    !["app", "socket.ini"].iter().any(|name| real == own.join(name)),
                    "{address:?}: hidden"
                );
            }
        }
    }
    // An absolute one takes the place of the whole.
    let path = own.join(OsStr::from_bytes(bytes));
    let real = path.canonicalize();
    for follow in [true, false] {
        let allowed = limits.file(&path, Access::Read, follow, &Grants::default()).is_ok();
        if let (true, true, Ok(real)) = (follow, allowed, &real) {
            assert!(real.starts_with(own), "{path:?} leads to {real:?}");
        }
        // Whatever is resolved is plain, and resolved once more is the same.
        if let Ok(resolved) = resolve(&path, follow) {
            assert!(socket_policy::is_plain(&resolved) || resolved == Path::new("/"), "{resolved:?}");
            assert_eq!(allowed, resolved.starts_with(own), "{path:?} is {resolved:?}");
        }
    }
    // The system's own answer, where nobody else changes what is there (/proc).
    if let Ok(real) = real
        && real.starts_with(own)
    {
        assert_eq!(resolve(&path, true).expect("it is there"), real);
    }
});
