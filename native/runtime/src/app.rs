//! What is the same for all windows of a running app.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};
use socket_api::backend_process;
use socket_api::menu::{MenuChange, MenuItem};
use socket_api::{Dialog, Dropped, Popup, Reply, Screen, WindowOptions, WindowState};
use socket_config::{Config, Overrides};
use socket_ipc::Result;
use socket_ipc::policy::{Capabilities, Places};
use socket_manifest::{Reader, Seal, sign};
use tokio::sync::oneshot;

use crate::audit::Audit;
use crate::instance::Start;
use crate::options::{Options, is_link};
use crate::webview::development::Proxy;
use crate::webview::server::origin_of;
use crate::window::menu::Picked;

/// What an app is started from, or why it is not.
type Load<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The app.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) options: Options,
    /// The directory of socket.ini and of the files that pages may read: that of the executable, but in a bundle of macOS.
    pub(crate) resources: PathBuf,
    /// Where it was started from.
    cwd: PathBuf,
    /// The executable itself.
    pub(crate) executable: PathBuf,
    /// The bundle identifier in lower case: the host of the app's addresses.
    pub(crate) host: String,
    /// `socket://<host>`.
    pub(crate) origin: String,
    /// The only origin with native powers: `origin`, or that of the development server's pages.
    pub(crate) page_origin: String,
    /// Where a development server's pages come from.
    pub(crate) server: Option<Proxy>,
    /// Whether this is a development build.
    pub(crate) debug: bool,
    /// What the files were when the app was built. Builds for users have it.
    pub(crate) seal: Option<Arc<Seal>>,
    /// What native calls may reach.
    pub(crate) capabilities: Arc<Capabilities>,
    /// Who wants to know what is decided about calls.
    pub(crate) audit: Option<Audit>,
    /// Where calls are worked on.
    pub(crate) tokio: tokio::runtime::Handle,
    args: Map<String, Value>,
    warned: Mutex<BTreeSet<String>>,
}

/// One of the app's files, checked as it is read. What is wrong with it is said to the developer, too.
pub(crate) struct Sealed {
    reader: Reader,
    app: Arc<App>,
}

impl Sealed {
    /// Bytes in the whole file.
    pub(crate) fn total(&self) -> u64 {
        self.reader.total()
    }

    /// Gives only this part.
    pub(crate) fn part(self, start: u64, length: u64) -> Sealed {
        Sealed { reader: self.reader.part(start, length), ..self }
    }

    /// All of it.
    pub(crate) fn bytes(self) -> std::io::Result<Vec<u8>> {
        self.reader.bytes().map_err(|error| self.app.altered(error))
    }
}

impl std::io::Read for Sealed {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.reader.read(buffer).map_err(|error| self.app.altered(error))
    }
}

/// What the event loop is asked to do.
pub(crate) enum Command {
    Open(Box<WindowOptions>, oneshot::Sender<Result<WindowState>>),
    Update(u32, Box<WindowOptions>, oneshot::Sender<Result<WindowState>>),
    Windows(Option<u32>, oneshot::Sender<Result<Vec<WindowState>>>),
    Close(u32, oneshot::Sender<Result<()>>),
    Send(Option<u32>, socket_api::events::WindowMessage, oneshot::Sender<Result<()>>),
    Screen(oneshot::Sender<Result<Screen>>),
    Dialog(u32, Box<Dialog>, oneshot::Sender<Result<Vec<PathBuf>>>),
    TakeDrop(u32, oneshot::Sender<Result<Option<Dropped>>>),
    /// Files were dropped into a window.
    Dropped {
        window: u32,
        files: Dropped,
    },
    Quit(i32),
    /// A page has a new title.
    Titled {
        window: u32,
        title: String,
    },
    /// A page is complete.
    Loaded {
        window: u32,
        url: String,
    },
    /// The process of a page ended by itself.
    Crashed {
        window: u32,
        why: &'static str,
    },
    SetMenu(Option<u32>, Vec<MenuItem>, oneshot::Sender<Result<()>>),
    ChangeMenu(Option<u32>, Vec<usize>, MenuChange, oneshot::Sender<Result<()>>),
    Popup(u32, Popup, oneshot::Sender<Result<()>>),
    OpenExternal(String, oneshot::Sender<Result<()>>),
    Reveal(PathBuf, oneshot::Sender<Result<()>>),
    Print(u32, oneshot::Sender<Result<()>>),
    /// Something was chosen in a menu.
    Picked(Picked),
    /// What the page of a window says to its being closed.
    MayClose {
        window: u32,
        may: bool,
    },
    /// The app was started again.
    Started(Start),
    /// Removes what pages have stored, of the storage of a window.
    ClearStorage(u32, oneshot::Sender<Result<()>>),
    /// Files of the app changed (development builds).
    Changed,
}

/// An answer that the event loop sends; an app that is ending sends none.
pub(crate) fn answer<T: Send + 'static>(receiver: oneshot::Receiver<Result<T>>) -> Reply<T> {
    Box::pin(async move {
        let ended = |_| socket_ipc::Error::new(socket_ipc::Code::ABORTED, "the app is ending");
        receiver.await.map_err(ended).and_then(|answer| answer)
    })
}

impl App {
    /// Reads socket.ini in the folder of the app's files and starts the runtime of the calls.
    pub(crate) fn load() -> Load<Arc<App>> {
        let mut executable = std::env::current_exe()?;
        if cfg!(target_os = "macos") {
            // There it is what was started, which may be a link from outside of the bundle.
            executable = executable.canonicalize()?;
        }
        let resources = resources_of(&executable, cfg!(target_os = "macos"));
        let (config, seal) = load(&resources)?;
        let argv = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
        let options = Options::new(&config, argv);
        // It may have been removed.
        let cwd = std::env::current_dir().unwrap_or_default();
        // Relative paths of the app are relative to its resources, wherever it is started from.
        std::env::set_current_dir(&resources)?;
        #[cfg(unix)]
        raise_file_limit(config.meta.file_limit.into());

        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let tokio = runtime.handle().clone();
        std::thread::Builder::new()
            .name("calls".into())
            .spawn(move || runtime.block_on(std::future::pending::<()>()))?;

        let host = config.meta.bundle_identifier.to_ascii_lowercase();
        let origin = format!("socket://{host}");
        let server = options.server.as_deref().map(|server| Proxy::new(&host, server)).transpose()?;
        let page_origin = server.as_ref().map_or_else(|| origin.clone(), Proxy::origin);
        let debug = config.build.debug;
        let places = places(&config, &resources);
        let capabilities = Capabilities::new(config.capabilities().as_ref(), places).map_err(|wrong| {
            let message = format!("`{}`: {}", wrong.value, wrong.what);
            config.wrong("capabilities", wrong.key, &message, &wrong.fix)
        })?;
        let mut app = App {
            config,
            options,
            resources,
            cwd,
            executable,
            host,
            origin,
            page_origin,
            server,
            debug,
            seal,
            audit: Audit::new(debug)?,
            capabilities: Arc::new(capabilities),
            tokio,
            args: Map::new(),
            warned: Mutex::default(),
        };
        app.args = app.make_args();
        Ok(Arc::new(app))
    }

    /// Where the engine keeps what pages store: a folder of this app and this user; a development build has its own.
    /// None where the system has no place for such folders.
    pub(crate) fn storage(&self) -> Option<PathBuf> {
        if let Some(told) = &self.options.storage {
            return Some(self.cwd.join(told));
        }
        // On Windows it is not for other machines of the user.
        dirs::data_local_dir().map(|data| data.join(&*self.config.meta.bundle_identifier).join(self.part()))
    }

    /// Where the engine keeps what it can get again. Elsewhere it has one folder for all.
    #[cfg(target_os = "linux")]
    pub(crate) fn cache(&self) -> Option<PathBuf> {
        dirs::cache_dir().map(|cache| cache.join(&*self.config.meta.bundle_identifier).join(self.part()))
    }

    fn part(&self) -> &'static str {
        if self.debug { "webview-dev" } else { "webview" }
    }

    /// What this process was started with.
    pub(crate) fn start(&self) -> Start {
        Start { argv: self.options.argv.clone(), cwd: self.cwd.to_string_lossy().into_owned() }
    }

    /// The links among what the app was started with: addresses of its own scheme.
    pub(crate) fn links(&self, start: &Start) -> Vec<String> {
        let scheme = &*self.config.meta.application_protocol;
        start.argv.iter().skip(1).filter(|word| is_link(word, scheme)).cloned().collect()
    }

    /// The folder of the files that pages may read.
    pub(crate) fn root(&self) -> PathBuf {
        self.resources.join(self.config.webview.root.trim_start_matches('/'))
    }

    /// What starts the backend.
    pub(crate) fn backend(&self) -> backend_process::Options {
        let (key, cmd) = if cfg!(windows) {
            ("[win] cmd", &self.config.win.cmd)
        } else if cfg!(target_os = "macos") {
            ("[mac] cmd", &self.config.mac.cmd)
        } else {
            ("[linux] cmd", &self.config.linux.cmd)
        };
        let mut args: Vec<_> = self.options.argv.iter().skip(1).cloned().collect();
        if self.options.command {
            args.push(format!("--cwd={}", self.cwd.to_string_lossy()));
        }
        args.push(format!("--ssc-version=v{}", env!("CARGO_PKG_VERSION")));
        args.push(format!("--version=v{}", &*self.config.meta.version));
        args.push(format!("--name={}", &*self.config.build.name));
        if self.debug {
            args.push("--debug=1".into());
        }
        let seal = self.seal.clone();
        backend_process::Options { cmd: cmd.clone(), key, directory: self.resources.clone(), args, seal }
    }

    /// Opens one of the app's files, by its real path, where there is a manifest to check it with.
    pub(crate) fn sealed(self: &Arc<Self>, path: &Path) -> Option<std::io::Result<Sealed>> {
        let opened = self.seal.as_ref()?.open_path(path);
        let opened = opened.map(|reader| Sealed { reader, app: self.clone() });
        Some(opened.map_err(|problem| self.altered(problem.into())))
    }

    /// Reads one of the app's files, by its real path.
    pub(crate) fn read(self: &Arc<Self>, path: &Path) -> std::io::Result<Vec<u8>> {
        match self.sealed(path) {
            Some(sealed) => sealed.and_then(|sealed| sealed.part(0, u64::MAX).bytes()),
            None => std::fs::read(path),
        }
    }

    /// Says once that a file was refused.
    fn altered(&self, error: std::io::Error) -> std::io::Error {
        self.warn_once(&error.to_string());
        error
    }

    /// The address of a page: a path of the app's files, or an address of its origin.
    pub(crate) fn address(&self, url: &str) -> String {
        if url.contains("://") {
            return url.to_owned();
        }
        format!("{}/{}", self.page_origin, url.trim_start_matches('/'))
    }

    /// Whether an address is of the app itself.
    pub(crate) fn is_own(&self, url: &str) -> bool {
        let origin = origin_of(url);
        origin == self.page_origin || origin == self.origin
    }

    /// Whether a window may show an address: the app's own, and what `[webview.navigator.policies]` allows.
    pub(crate) fn may_navigate(&self, url: &str) -> bool {
        let own = self.is_own(url);
        let blank = ["about:blank", "about:srcdoc"].contains(&url)
            || url.starts_with("blob:")
            || url.starts_with("data:");
        let mut allowed = self.config.webview.navigator_policies_allowed.iter();
        if own || blank || allowed.any(|pattern| matches_pattern(pattern, url)) {
            return true;
        }
        self.warn_once(&format!(
            "the address {url} was not opened: it is not the app's own. To allow it, add it to allowed[] of \
             [webview.navigator.policies] in socket.ini"
        ));
        false
    }

    /// Says something to the developer, once.
    pub(crate) fn warn_once(&self, text: &str) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.len() < 1000 && warned.insert(text.to_owned()) {
            eprintln!("warning: {text}");
        }
    }

    /// What `socket:internal/args` exports in a window, as JSON.
    pub(crate) fn args(&self, window: u32) -> Value {
        let mut args = self.args.clone();
        args.insert("index".into(), window.into());
        Value::Object(args)
    }

    fn make_args(&self) -> Map<String, Value> {
        let text = |path: Option<PathBuf>| path.map(|path| path.to_string_lossy().into_owned());
        let config: Map<_, _> =
            self.config.flat.iter().map(|(key, value)| (key.clone(), coerce(value))).collect();
        let version = env!("CARGO_PKG_VERSION");
        let args = json!({
            "argv": self.options.argv,
            "env": self.env(),
            "config": config,
            "platform": if cfg!(target_os = "macos") { "darwin" } else if cfg!(windows) { "win32" } else { std::env::consts::OS },
            "arch": match std::env::consts::ARCH { "x86_64" => "x64", "aarch64" => "arm64", "x86" => "ia32", other => other },
            "cwd": self.resources.to_string_lossy(),
            "debug": self.debug,
            "headless": self.options.headless,
            "test": self.options.test.as_deref().unwrap_or_default(),
            "version": { "full": version, "short": version, "hash": "" },
            "home": text(dirs::home_dir()),
            "tmpdir": temporary(),
            "eol": if cfg!(windows) { "\r\n" } else { "\n" },
            "hostname": hostname(),
            "execPath": self.executable.to_string_lossy(),
            "pid": std::process::id(),
            "paths": {
                "resources": self.resources.to_string_lossy(),
                "root": self.root().to_string_lossy(),
                "home": text(dirs::home_dir()),
                "downloads": text(dirs::download_dir()),
                "documents": text(dirs::document_dir()),
                "pictures": text(dirs::picture_dir()),
                "desktop": text(dirs::desktop_dir()),
                "videos": text(dirs::video_dir()),
                "music": text(dirs::audio_dir()),
            },
        });
        match args {
            Value::Object(args) => args,
            _ => Map::new(),
        }
    }

    /// Variables that the app may see: those that socket.ini names.
    fn env(&self) -> Map<String, Value> {
        // Set by `ssc run --env`.
        let run = std::env::var("SSC_APP_ENV").unwrap_or_default();
        let run = run.split(',').filter(|name| !name.is_empty());
        let names = self.config.build.env.iter().map(String::as_str).chain(run);
        let named = names.filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?)));
        let given = self.config.env.iter().map(|(name, value)| {
            // What the environment says is newer than what was built.
            (name.clone(), std::env::var(name).unwrap_or_else(|_| value.clone()))
        });
        named.chain(given).map(|(name, value)| (name, value.into())).collect()
    }
}

/// The folder of an app's files: where the executable is, or, in a bundle of macOS, `Contents/Resources` beside
/// `Contents/MacOS`. An executable that is in none keeps its files beside itself there, too.
fn resources_of(executable: &Path, bundles: bool) -> PathBuf {
    let folder = executable.parent().unwrap_or(Path::new(""));
    if bundles && folder.ends_with("Contents/MacOS") {
        return folder.with_file_name("Resources");
    }
    folder.to_path_buf()
}

/// Reads socket.ini and, in a build for users, checks it and the names of all files against the manifest. One that is
/// there counts even where socket.ini says that this is a development build.
fn load(resources: &Path) -> Load<(Config, Option<Arc<Seal>>)> {
    let path = resources.join("socket.ini");
    let Ok(bytes) = std::fs::read(&path) else {
        // It knows how to say why.
        return Ok((Config::load(&path, &Overrides::default())?, None));
    };
    let config = Config::from_bytes(bytes.clone(), &path, &Overrides::default())?;
    if config.build.debug && !Seal::is_there(resources) {
        return Ok((config, None));
    }
    let key = config.manifest.public_key.as_deref().map(sign::public_key).transpose()?;
    let seal = Seal::load(resources, key.as_ref())?;
    seal.check_bytes("socket.ini", &bytes)?;
    seal.check_names()?;
    Ok((config, Some(Arc::new(seal))))
}

/// What `$NAME` stands for in `[capabilities]`.
fn places(config: &Config, resources: &Path) -> Places {
    let mut places = Places::default();
    let id = &*config.meta.bundle_identifier;
    places.set("APP", resources.join(config.webview.root.trim_start_matches('/')));
    places.set("TMP", std::env::temp_dir());
    let found = [
        ("HOME", dirs::home_dir()),
        ("DOCUMENTS", dirs::document_dir()),
        ("DOWNLOADS", dirs::download_dir()),
        ("DESKTOP", dirs::desktop_dir()),
        ("PICTURES", dirs::picture_dir()),
        ("VIDEOS", dirs::video_dir()),
        ("MUSIC", dirs::audio_dir()),
        ("DATA", dirs::data_dir().map(|folder| folder.join(id))),
        ("CACHE", dirs::cache_dir().map(|folder| folder.join(id))),
        ("CONFIG", dirs::config_dir().map(|folder| folder.join(id))),
    ];
    for (name, path) in found {
        if let Some(path) = path {
            places.set(name, path);
        }
    }
    places
}

/// `application.config` has true, false and numbers as such.
fn coerce(value: &str) -> Value {
    match value {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match value.parse::<i64>() {
            Ok(number) if number.to_string() == value => number.into(),
            _ => value.into(),
        },
    }
}

/// `https://a.b/*` allows what begins so; without a star the address itself.
fn matches_pattern(pattern: &str, url: &str) -> bool {
    match pattern.strip_suffix('*') {
        // A star may not stand for a part of the host: https://a.b* would allow https://a.b.evil.
        Some(prefix) => prefix.splitn(4, '/').count() == 4 && url.starts_with(prefix),
        None => url.trim_end_matches('/') == pattern.trim_end_matches('/'),
    }
}

/// Node's os.tmpdir: no slash at the end.
fn temporary() -> String {
    let folder = std::env::temp_dir().to_string_lossy().into_owned();
    match folder.trim_end_matches(['/', '\\']) {
        "" => folder,
        trimmed => trimmed.to_owned(),
    }
}

#[cfg(unix)]
fn hostname() -> String {
    let mut name = [0_u8; 256];
    // SAFETY: the buffer is as long as said; the last byte stays zero.
    if unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) } != 0 {
        return "localhost".into();
    }
    name.split(|byte| *byte == 0)
        .next()
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .unwrap_or_default()
}

#[cfg(windows)]
fn hostname() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_else(|_| "localhost".into())
}

/// Lets the app have as many files open as socket.ini says, as far as the system allows.
#[cfg(unix)]
fn raise_file_limit(wanted: u64) {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is a valid place for the answer, and is only read by the second call. If either fails, the
    // limit stays as it was.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) == 0 && limit.rlim_cur < wanted {
            limit.rlim_cur = wanted.min(limit.rlim_max);
            libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_allow_what_they_say() {
        assert!(matches_pattern("https://a.b/*", "https://a.b/c?d"));
        assert!(matches_pattern("https://a.b", "https://a.b/"));
        assert!(!matches_pattern("https://a.b*", "https://a.b.evil/"));
        assert!(!matches_pattern("https://a.b/*", "https://a.b.evil/"));
        assert!(!matches_pattern("*", "https://a.b/"));
        assert!(!matches_pattern("https://a.b", "https://a.b/c"));
    }

    #[test]
    fn the_files_of_a_bundle_are_its_resources() {
        let of = |executable: &str, bundles| resources_of(Path::new(executable), bundles);
        let bundle = "/Applications/My App.app/Contents/MacOS/app";
        assert_eq!(of(bundle, true), Path::new("/Applications/My App.app/Contents/Resources"));
        // Elsewhere such a path means nothing.
        assert_eq!(of(bundle, false), Path::new("/Applications/My App.app/Contents/MacOS"));
        // No bundle: an executable that was just compiled, or one whose folder only ends so.
        for other in [
            "/src/target/debug/socket-runtime",
            "/MacOS/app",
            "/xContents/MacOS/app",
            "/Contents/MacOS/bin/app",
        ] {
            assert_eq!(of(other, true), Path::new(other).parent().expect("a parent"), "{other}");
        }
        assert_eq!(of("app", true), Path::new(""));
    }

    #[test]
    fn config_values_keep_their_meaning() {
        assert_eq!(coerce("true"), json!(true));
        assert_eq!(coerce("8000"), json!(8000));
        assert_eq!(coerce("1.0.0"), json!("1.0.0"));
        assert_eq!(coerce("007"), json!("007"));
        assert_eq!(coerce(""), json!(""));
    }
}
