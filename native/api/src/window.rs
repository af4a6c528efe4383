//! Windows: the native half of `socket:window`.

use std::path::PathBuf;

use socket_ipc::policy::Access;

use crate::fs::exact::{Use, exact};
use crate::host::{Dialog, Popup, WindowOptions, WindowState};
use crate::menu;
use crate::prelude::*;

routes! { Context;
    /// Opens a window.
    "window.open" => open, url(url);
    /// Changes a window: only the options that are given. A URL navigates.
    "window.update" => update, url(url);
    /// State of one window, or of all that are open.
    "window.list" => list;
    /// Closes a window.
    "window.close" => close;
    /// Hands an event to the pages of one window, or of all.
    "window.send" => send;
    /// Shows a menu; what is chosen is an event.
    "window.popup" => popup;
    /// Prints the page, in the dialog of the system.
    "window.print" => print;
    /// Opens an address in the program that the user has for it.
    "window.openExternal" => open_external, url(url);
    /// Shows a file in the file manager.
    "window.showFileInFolder" => show_file, look(path);
    /// Lets people choose files; none when they would rather not. The body holds the paths.
    "window.pick" => pick;
    /// The files that were dropped into the window last; each drop is told once. The body holds the paths.
    "window.takeDrop" => take_drop;

    events;
    /// Another window sent something.
    "window.message" => MESSAGE: WindowMessage, wait;
    /// Size, place, title or visibility of a window changed; only the newest state counts.
    "window.changed" => CHANGED: WindowState, latest;
    /// Something was chosen in a menu.
    "window.menuItemSelected" => CHOSEN: menu::MenuChosen, wait;
    /// A window closed.
    "window.closed" => CLOSED: Closed, wait;
}

/// Options for a new window; where it stands in the table of resources it needs an address.
#[derive(Deserialize, TS)]
struct Open {
    /// Page to show.
    url: String,
    /// Everything else.
    options: WindowOptions,
}

async fn open(cx: Context, Open { url, mut options }: Open) -> Result<WindowState> {
    options.url = Some(url);
    cx.host.open(options).await
}

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
struct Update {
    /// Which window.
    index: u32,
    /// Page to show instead; empty: none.
    #[serde(default)]
    url: String,
    /// What to change.
    #[serde(default)]
    options: WindowOptions,
}

async fn update(cx: Context, Update { index, url, mut options }: Update) -> Result<WindowState> {
    options.url = (!url.is_empty()).then_some(url);
    cx.host.update(index, options).await
}

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
struct List {
    /// Which window; all when it is missing.
    index: Option<u32>,
}

async fn list(cx: Context, List { index }: List) -> Result<Vec<WindowState>> {
    cx.host.windows(index).await
}

async fn popup(cx: Context, popup: Popup) -> Result<()> {
    menu::check(&popup.items)?;
    cx.host.popup(cx.document.window, popup).await
}

#[derive(Deserialize, TS)]
struct Print {
    /// Which window.
    index: u32,
}

async fn print(cx: Context, Print { index }: Print) -> Result<()> {
    cx.host.print(index).await
}

#[derive(Deserialize, TS)]
struct OpenExternal {
    /// The address.
    url: String,
}

/// Those that lead into the app or the engine, that run something, or that name files, for which there is
/// `showFileInFolder`.
const NOT_OUTSIDE: &[&str] = &[
    "about",
    "blob",
    "data",
    "file",
    "ftp",
    "ipc",
    "javascript",
    "node",
    "smb",
    "socket",
    "vbscript",
    "view-source",
];

async fn open_external(cx: Context, OpenExternal { url }: OpenExternal) -> Result<()> {
    let (scheme, rest) = url.split_once(':').unwrap_or_default();
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_scheme
        || rest.is_empty()
        || url.chars().any(|character| character.is_control() || character == ' ')
    {
        let text = format!(
            "{url:?} is no address that can be opened: give one as https://example.com or mailto:me@example.com"
        );
        return Err(Error::new(Code::INVALID_ARG_VALUE, text));
    }
    if NOT_OUTSIDE.iter().any(|other| other.eq_ignore_ascii_case(scheme)) {
        let text = format!("addresses of {scheme}: are not opened outside the app");
        return Err(Error::new(Code::ACCESS_DENIED, text));
    }
    cx.host.open_external(url).await
}

#[derive(Deserialize, TS)]
struct ShowFile {
    /// The file.
    path: String,
}

async fn show_file(cx: Context, ShowFile { path }: ShowFile) -> Result<()> {
    // Absolute, there, and what policy was asked about wherever links lead.
    let document = cx.document.clone();
    let real = move || {
        let held = exact(&document, "window.showFileInFolder", path.as_ref(), Use::READ)?;
        match held.syscall_on("realpath", &path)?.real() {
            Some(real) => Ok(real.to_path_buf()),
            None => std::fs::canonicalize(&path).syscall_on("realpath", &path),
        }
    };
    let path = blocking(real).await?;
    cx.host.reveal(path).await
}

#[derive(Deserialize, TS)]
struct Close {
    /// Which window.
    index: u32,
}

async fn close(cx: Context, Close { index }: Close) -> Result<()> {
    cx.host.close(index).await
}

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
struct Send {
    /// Which window; all when it is missing.
    index: Option<u32>,
    /// Name of the event.
    event: String,
    /// What it carries.
    #[ts(type = "unknown")]
    value: serde_json::Value,
}

async fn send(cx: Context, Send { index, event, value }: Send) -> Result<()> {
    let from = cx.document.window;
    cx.host.send(index, WindowMessage { from, event, value }).await
}

/// Files that people chose. The body holds their paths, whose bytes need not be text.
#[derive(Serialize, TS)]
struct Chosen {
    /// Length of each path.
    lengths: Vec<usize>,
    /// Where they were dropped, logical pixels of the page.
    x: i32,
    /// Where they were dropped, logical pixels of the page.
    y: i32,
}

fn chosen(paths: &[PathBuf], x: i32, y: i32) -> WithBody<Chosen, Vec<u8>> {
    let bytes = || paths.iter().map(|path| path.as_os_str().as_encoded_bytes());
    let lengths = bytes().map(<[u8]>::len).collect();
    WithBody { head: Chosen { lengths, x, y }, body: bytes().flatten().copied().collect() }
}

/// What people chose they have given to the document, whatever socket.ini allows besides; with a file also the one
/// beside it that is written in its stead until all of it is there.
fn give(cx: &Context, paths: &[PathBuf]) {
    for path in paths {
        // What cannot be resolved is gone, and is of no use to the page either.
        let _ = cx.document.grant(path, Access::Write);
        if !path.is_dir() {
            let mut beside = path.clone().into_os_string();
            beside.push(".crswap");
            let _ = cx.document.grant(beside, Access::Write);
        }
    }
}

async fn pick(cx: Context, dialog: Dialog) -> Result<WithBody<Chosen, Vec<u8>>> {
    let paths = cx.host.dialog(cx.document.window, dialog).await?;
    give(&cx, &paths);
    Ok(chosen(&paths, 0, 0))
}

async fn take_drop(cx: Context, (): ()) -> Result<WithBody<Chosen, Vec<u8>>> {
    match cx.host.take_drop(cx.document.window).await? {
        Some(dropped) => {
            give(&cx, &dropped.paths);
            Ok(chosen(&dropped.paths, dropped.x, dropped.y))
        }
        None => Ok(chosen(&[], 0, 0)),
    }
}

/// What one window tells another.
#[derive(Clone, Debug, Serialize, TS)]
pub struct WindowMessage {
    /// Window that sent it.
    pub from: u32,
    /// Name of the event.
    pub event: String,
    /// What it carries.
    #[ts(type = "unknown")]
    pub value: serde_json::Value,
}

/// A window is gone.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Closed {
    /// Which one.
    pub index: u32,
}
