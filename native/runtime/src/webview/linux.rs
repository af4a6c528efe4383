//! The transport of WebKitGTK: both schemes registered natively on the view's context.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use gtk::gio::prelude::*;
use gtk::prelude::WidgetExt;
use gtk::{gio, glib};
use socket_api::Popup;
use socket_api::menu::Role;
use socket_ipc::{Body, Error, Result};
use soup::{MessageHeaders, MessageHeadersType};
use webkit2gtk::{
    LoadEvent, SecurityManagerExt, URISchemeRequest, URISchemeRequestExt, URISchemeResponse,
    URISchemeResponseExt, WebContextExt, WebProcessTerminationReason, WebViewExt,
    WebsiteDataManagerExtManual, WebsiteDataTypes,
};
use wry::{WebView, WebViewBuilder, WebViewBuilderExtUnix, WebViewExtUnix};

use super::Transport;
use super::checked::Checked;
use super::pieces::Pieces;
use super::server::{Answer, Request, Response, Server};
use crate::window::Surface;
use crate::window::menu::{self, Tell};

/// A body of a call may be as large as memory allows; this keeps one call from taking all of it.
const MAX_BODY: usize = 1 << 30;
/// Files up to here are read at once; larger ones by a thread, while they are sent.
const SMALL_FILE: u64 = 1 << 20;

pub(crate) struct Native;

thread_local! {
    /// Which window a view belongs to: one registration serves all views of a context.
    static WINDOWS: std::cell::RefCell<BTreeMap<usize, u32>> = const { std::cell::RefCell::new(BTreeMap::new()) };
    /// Contexts that know our schemes: the app's, and one of each ephemeral window.
    static REGISTERED: std::cell::RefCell<Vec<webkit2gtk::WebContext>> = const { std::cell::RefCell::new(Vec::new()) };
}

impl Transport for Native {
    fn build(
        builder: WebViewBuilder<'_>,
        surface: &Surface,
        server: &Arc<Server>,
        window: u32,
    ) -> wry::Result<WebView> {
        let view = builder.build_gtk(surface.container())?;
        let native = view.webview();
        let key = native.as_ptr() as usize;
        WINDOWS.with_borrow_mut(|windows| windows.insert(key, window));
        let own = native.web_context();
        native.connect_destroy(move |_| {
            WINDOWS.with_borrow_mut(|windows| windows.remove(&key));
            // The app's own goes on in its other windows, and knows the schemes as long as it lives.
            REGISTERED.with_borrow_mut(|contexts| {
                contexts.retain(|context| Some(context) != own.as_ref() || !context.is_ephemeral());
            });
        });
        let committed = server.clone();
        native.connect_load_changed(move |view, event| {
            if event == LoadEvent::Committed {
                committed.committed(window, view.uri().as_deref().unwrap_or_default());
            }
        });
        if let Some(context) = native.web_context()
            && !REGISTERED.with_borrow(|contexts| contexts.contains(&context))
        {
            REGISTERED.with_borrow_mut(|contexts| contexts.push(context.clone()));
            for scheme in ["socket", "node", "ipc"] {
                if let Some(security) = context.security_manager() {
                    security.register_uri_scheme_as_secure(scheme);
                    security.register_uri_scheme_as_cors_enabled(scheme);
                }
                let server = server.clone();
                context.register_uri_scheme(scheme, move |request| serve(&server, request));
            }
        }
        Ok(view)
    }

    fn load(view: &WebView, url: &str) -> wry::Result<()> {
        view.load_url(url)
    }

    fn on_crash(view: &WebView, crashed: impl Fn(&'static str) + 'static) {
        view.webview().connect_web_process_terminated(move |_, reason| match reason {
            WebProcessTerminationReason::ExceededMemoryLimit => crashed("used too much memory"),
            WebProcessTerminationReason::TerminatedByApi => {}
            _ => crashed("crashed"),
        });
    }
}

fn serve(server: &Arc<Server>, request: &URISchemeRequest) {
    let view = request.web_view();
    let window =
        view.and_then(|view| WINDOWS.with_borrow(|windows| windows.get(&(view.as_ptr() as usize)).copied()));
    let (Some(window), Some(url)) = (window, request.uri()) else {
        request.finish_error(&mut glib::Error::new(gio::IOErrorEnum::Closed, "the window is closed"));
        return;
    };
    let headers = request.http_headers();
    let header = |name: &str| headers.as_ref().and_then(|headers| headers.one(name));
    let announced = header("x-ipc-body").is_some();
    let mut read = || read_body(request);
    let answer = server.answer(
        window,
        Request {
            url: &url,
            origin: header("Origin").map(Into::into).unwrap_or_default(),
            range: header("Range").map(Into::into),
            body: announced.then_some(&mut read),
        },
    );
    match answer {
        Answer::Now(response) => finish(request, response),
        Answer::Later(future) => {
            let request = request.clone();
            // Polled here, not on the calls' thread: most handlers wait for the blocking pool, and each change of
            // thread costs as much as the call itself.
            let mut future = future;
            let tokio = server.tokio().clone();
            let answer = std::future::poll_fn(move |cx| {
                let _runtime = tokio.enter();
                future.as_mut().poll(cx)
            });
            glib::MainContext::default().spawn_local(async move { finish(&request, answer.await) });
        }
    }
}

/// The body of a request, which WebKit holds in memory already.
fn read_body(request: &URISchemeRequest) -> Result<Bytes> {
    let Some(stream) = request.http_body() else { return Ok(Bytes::new()) };
    let mut body = Vec::new();
    loop {
        let piece = stream
            .read_bytes(256 << 10, gio::Cancellable::NONE)
            .map_err(|error| Error::from(std::io::Error::other(error.to_string())).syscall("read"))?;
        if piece.is_empty() {
            return Ok(body.into());
        }
        if body.len() + piece.len() > MAX_BODY {
            return Err(Error::errno("ENOBUFS").syscall("read"));
        }
        body.extend_from_slice(&piece);
    }
}

fn finish(request: &URISchemeRequest, response: Response) {
    let headers = MessageHeaders::new(MessageHeadersType::Response);
    for (name, value) in &response.headers {
        headers.append(name, value);
    }
    let (stream, length) = stream(response.prefix, response.body);
    let answer = URISchemeResponse::new(&stream, length);
    answer.set_status(u32::from(response.status), None);
    // WebKit takes this for the bare type, and compares: with parameters, a style sheet would be none.
    answer.set_content_type(response.mime.split(';').next().unwrap_or_default());
    headers.append("Content-Type", response.mime);
    answer.set_http_headers(headers);
    request.finish_with_response(&answer);
}

/// What WebKit reads the answer from, and its length or -1.
fn stream(prefix: Bytes, body: Body) -> (gio::InputStream, i64) {
    let length = i64::try_from(prefix.len() as u64 + body.len()).unwrap_or(-1);
    match body {
        Body::File { file, length: size } if size > SMALL_FILE => {
            match Pieces::file(prefix.clone(), file, size) {
                // A file may shrink while it is sent: the length is not promised.
                Ok(stream) => (stream, -1),
                Err(_) => (Pieces::memory([prefix, Bytes::new()]), -1),
            }
        }
        Body::File { mut file, length: size } => {
            let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
            // What cannot be read is missing at the end; the other side sees the length.
            let _ = Read::by_ref(&mut file).take(size).read_to_end(&mut bytes);
            (Pieces::memory([prefix, bytes.into()]), -1)
        }
        Body::Reader { reader, length: _ } => (Checked::stream(prefix, reader), length),
        Body::Bytes(bytes) => (Pieces::memory([prefix, bytes]), length),
        Body::Empty => (Pieces::memory([prefix, Bytes::new()]), length),
    }
}

pub(super) fn popup(
    surface: &Surface,
    view: &WebView,
    window: u32,
    popup: &Popup,
    tell: &Tell,
) -> Result<()> {
    let place = popup.x.zip(popup.y);
    menu::popup(surface, view.webview().upcast_ref(), window, &popup.items, place, tell)
}

pub(super) fn edit(view: &WebView, role: Role) {
    if let Some(command) = menu::editing(role) {
        view.webview().execute_editing_command(command);
    }
}

pub(super) fn clear(view: &WebView, done: impl FnOnce(std::result::Result<(), String>) + Send + 'static) {
    let manager = view.webview().web_context().and_then(|context| context.website_data_manager());
    let Some(manager) = manager else { return done(Err("the window has no storage".into())) };
    // From the beginning of time.
    let span = glib::TimeSpan::from_seconds(0);
    manager.clear(WebsiteDataTypes::ALL, span, gio::Cancellable::NONE, |result| {
        done(result.map_err(|error| error.to_string()));
    });
}

/// Watches a directory and those in it; calls back once for changes that come close together.
pub(super) fn watch(root: &std::path::Path, changed: impl Fn() + 'static) {
    use gtk::gio::FileMonitorEvent::{
        Changed, ChangesDoneHint, Created, Deleted, MovedIn, MovedOut, Renamed,
    };
    let changed = std::rc::Rc::new(changed);
    let pending = std::rc::Rc::new(Cell::new(false));
    let mut folders = vec![root.to_path_buf()];
    let mut monitors = Vec::new();
    while let Some(folder) = folders.pop() {
        if let Ok(entries) = std::fs::read_dir(&folder) {
            let inner = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
            folders.extend(inner.map(|entry| entry.path()));
        }
        let file = gio::File::for_path(&folder);
        let Ok(monitor) = file.monitor_directory(gio::FileMonitorFlags::WATCH_MOVES, gio::Cancellable::NONE)
        else {
            continue;
        };
        let (changed, pending) = (changed.clone(), pending.clone());
        monitor.connect_changed(move |_, _, _, event| {
            let counts =
                matches!(event, Changed | ChangesDoneHint | Created | Deleted | MovedIn | MovedOut | Renamed);
            if counts && !pending.replace(true) {
                let (changed, pending) = (changed.clone(), pending.clone());
                // A build writes many files: one reload for all of them.
                glib::timeout_add_local_once(std::time::Duration::from_millis(150), move || {
                    pending.set(false);
                    changed();
                });
            }
        });
        monitors.push(monitor);
    }
    // They watch for as long as the app runs.
    std::mem::forget(monitors);
}
