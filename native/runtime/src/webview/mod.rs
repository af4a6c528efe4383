//! Pages: what they are served, and how their requests reach native code.
//!
//! [`server`] answers; a [`Transport`] is how one engine's requests get there and back. WebKitGTK has its own
//! (`linux.rs`, registered natively: wry's builder cannot parse `socket:fs/promises`, buffers answers, and
//! reads every body); all other engines use wry's custom protocols (`wry.rs`).

#[cfg(target_os = "linux")]
mod checked;
pub(crate) mod development;
mod documents;
mod imports;
mod modules;
mod permissions;
#[cfg(target_os = "linux")]
mod pieces;
mod resources;
pub(crate) mod server;
mod spelling;
pub(crate) mod storage;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "wry.rs")]
mod imp;

use std::sync::Arc;

use serde_json::{Map, Value};
use socket_api::menu::Role;
use socket_api::{Dropped, Popup};
use socket_policy::html;
use tao::event_loop::EventLoopProxy;
use wry::{PageLoadEvent, WebView, WebViewBuilder};

use crate::app::{App, Command};
use crate::window::Surface;
use crate::window::menu::Tell;
use server::Server;

/// How the requests of an engine reach the [`Server`].
pub(crate) trait Transport {
    /// Builds the view in its window and connects `socket:` and `ipc:`. The page is loaded by the caller.
    fn build(
        builder: WebViewBuilder<'_>,
        surface: &Surface,
        server: &Arc<Server>,
        window: u32,
    ) -> wry::Result<WebView>;

    /// A page begins to load. For engines that do not say more precisely when a document takes over.
    fn started(_server: &Server, _window: u32, _url: &str) {}

    /// Loads an address, as the engine spells those of the app.
    fn load(view: &WebView, url: &str) -> wry::Result<()>;

    /// Calls back when the page's process ended by itself.
    fn on_crash(view: &WebView, crashed: impl Fn(&'static str) + 'static);
}

/// The transport of this platform.
pub(crate) type Native = imp::Native;

/// A view in a window, connected and still empty.
pub(crate) fn build(
    app: &Arc<App>,
    server: &Arc<Server>,
    proxy: &EventLoopProxy<Command>,
    surface: &Surface,
    window: u32,
    builder: WebViewBuilder<'_>,
) -> wry::Result<WebView> {
    let token = token();
    let test = app.options.test.as_deref().filter(|_| window == 0);
    let backend = app.backend().cmd.is_some();
    let preload = modules::preload(&app.page_origin, &token, &known_args(app, window), test, backend);
    let builder = builder
        .with_initialization_script_for_main_only(preload, false)
        .with_devtools(app.debug)
        .with_clipboard(app.config.permissions.allow_clipboard)
        .with_autoplay(app.config.permissions.allow_autoplay)
        .with_ipc_handler(move |request| {
            if let Some(text) = request.body().strip_prefix(token.as_str()) {
                print(text);
            }
        })
        .with_navigation_handler({
            let (app, server) = (app.clone(), server.clone());
            move |url| {
                let may = app.may_navigate(&url);
                if may {
                    server.navigating(window, &url);
                }
                may
            }
        })
        .with_drag_drop_handler({
            let proxy = proxy.clone();
            move |event| {
                let wry::DragDropEvent::Drop { paths, position: (x, y) } = event else { return false };
                // Text and links are the engine's: it gives them to the page itself.
                let files: Vec<_> = paths.into_iter().filter(|path| path.is_absolute()).collect();
                if files.is_empty() {
                    return false;
                }
                drop(proxy.send_event(Command::Dropped { window, files: Dropped { paths: files, x, y } }));
                // The engine's own `drop` has no files in it: the page gets one that has.
                true
            }
        })
        .with_new_window_req_handler({
            let app = app.clone();
            move |url, _| {
                app.warn_once(&format!(
                    "a new window for {url} was not opened: use createWindow of socket:application"
                ));
                wry::NewWindowResponse::Deny
            }
        })
        .with_document_title_changed_handler({
            let proxy = proxy.clone();
            move |title| drop(proxy.send_event(Command::Titled { window, title }))
        })
        .with_on_page_load_handler({
            let (server, proxy) = (server.clone(), proxy.clone());
            move |event, url| match event {
                PageLoadEvent::Started => Native::started(&server, window, &url),
                PageLoadEvent::Finished => drop(proxy.send_event(Command::Loaded { window, url })),
            }
        });
    #[cfg(not(target_os = "linux"))]
    let builder = builder.with_permission_handler({
        let app = app.clone();
        move |kind| permissions::respond(&app.config, kind)
    });
    let view = Native::build(builder, surface, server, window)?;
    #[cfg(target_os = "linux")]
    permissions::apply(&wry::WebViewExtUnix::webview(&view), app);
    let proxy = proxy.clone();
    Native::on_crash(&view, move |why| drop(proxy.send_event(Command::Crashed { window, why })));
    Ok(view)
}

/// What pages of earlier versions read from `__args`.
fn known_args(app: &App, window: u32) -> Value {
    let all = app.args(window);
    let known = ["argv", "config", "debug", "headless", "env", "index"];
    known.iter().map(|name| ((*name).to_owned(), all[*name].clone())).collect::<Map<_, _>>().into()
}

/// Console text of a page: `1` or `2` for the stream, then what to write.
fn print(text: &str) {
    use std::io::Write;
    // A closed terminal is no reason to fail: console.log never throws.
    let _ = match text.split_at_checked(1) {
        Some(("1", text)) => {
            let mut out = std::io::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())
        }
        Some(("2", text)) => std::io::stderr().write_all(text.as_bytes()),
        _ => Ok(()),
    };
}

/// 128 random bits as text. Taken from the hasher keys of the standard library, which come from the system.
pub(crate) fn token() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}{:016x}", RandomState::new().hash_one(1), RandomState::new().hash_one(2))
}

/// Shows a menu in a view, at a place or where the pointer is.
pub(crate) fn popup(
    surface: &Surface,
    view: &WebView,
    window: u32,
    popup: &Popup,
    tell: &Tell,
) -> socket_ipc::Result<()> {
    imp::popup(surface, view, window, popup, tell)
}

/// Does what a menu says with what is selected in a view. Engines that have menus of their own do it themselves.
pub(crate) fn edit(view: &WebView, role: Role) {
    imp::edit(view, role);
}

/// Removes everything that pages have stored in the storage of a view, and calls back when it is gone.
pub(crate) fn clear(view: &WebView, done: impl FnOnce(Result<(), String>) + Send + 'static) {
    imp::clear(view, done);
}

/// Tells the event loop when files of the app change: development builds load their pages again.
pub(crate) fn watch(app: &Arc<App>, proxy: &EventLoopProxy<Command>) {
    let proxy = proxy.clone();
    imp::watch(&app.resources, move || drop(proxy.send_event(Command::Changed)));
}
