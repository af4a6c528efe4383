//! The transport of every engine but WebKitGTK: wry's custom protocols.
//!
//! WKWebView knows both schemes natively. WebView2 and Android's WebView rewrite them to
//! `http://socket.<host>` and `http://ipc.<route>` (lower case, which the router allows for) and deliver bodies
//! only on Windows; Android sends the head in the address, as every small call does.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use socket_api::Popup;
use socket_api::menu::Role;
use wry::http;
use wry::{RequestAsyncResponder, WebView, WebViewBuilder};

use super::Transport;
use super::server::{Answer, Request, Response, Server};
use crate::window::Surface;
use crate::window::menu::Tell;

pub(crate) struct Native;

impl Transport for Native {
    fn build(
        builder: WebViewBuilder<'_>,
        surface: &Surface,
        server: &Arc<Server>,
        window: u32,
    ) -> wry::Result<WebView> {
        let mut builder = builder;
        for scheme in ["socket", "node", "ipc"] {
            let server = server.clone();
            builder =
                builder.with_asynchronous_custom_protocol(scheme.into(), move |_, request, responder| {
                    serve(&server, window, scheme, &request, responder);
                });
        }
        builder.build(surface.window())
    }

    fn started(server: &Server, window: u32, url: &str) {
        server.committed(window, &original("socket", url));
    }

    fn load(view: &WebView, url: &str) -> wry::Result<()> {
        view.load_url(url)
    }

    fn on_crash(_: &WebView, _: impl Fn(&'static str) + 'static) {
        // WKWebView reloads by itself and WebView2 shows its own page; wry passes neither on.
    }
}

fn serve(
    server: &Arc<Server>,
    window: u32,
    scheme: &str,
    request: &http::Request<Vec<u8>>,
    responder: RequestAsyncResponder,
) {
    let header =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let url = original(scheme, &request.uri().to_string());
    let announced = header("x-ipc-body").is_some();
    let mut read = || Ok(Bytes::copy_from_slice(request.body()));
    let answer = server.answer(
        window,
        Request {
            url: &url,
            origin: header("origin").map(|origin| original("socket", &origin)).unwrap_or_default(),
            range: header("range"),
            body: announced.then_some(&mut read),
        },
    );
    match answer {
        Answer::Now(response) => responder.respond(finish(response)),
        Answer::Later(future) => {
            server.tokio().spawn(async move { responder.respond(finish(future.await)) });
        }
    }
}

/// Undoes the rewriting of engines that know only http: `http://socket.com.app/x` → `socket://com.app/x`.
fn original(scheme: &str, url: &str) -> String {
    for http in ["http", "https"] {
        if let Some(rest) = url.strip_prefix(&format!("{http}://{scheme}.")) {
            return format!("{scheme}://{rest}");
        }
    }
    url.to_owned()
}

fn finish(response: Response) -> http::Response<Cow<'static, [u8]>> {
    let mut builder = http::Response::builder().status(response.status).header("Content-Type", response.mime);
    for (name, value) in &response.headers {
        builder = builder.header(name, value);
    }
    let mut body = response.prefix.to_vec();
    let (body, complete) = match response.body.into_bytes() {
        Ok(rest) => {
            body.extend_from_slice(&rest);
            (body, true)
        }
        Err(_) => (Vec::new(), false),
    };
    if !complete {
        builder = builder.status(500);
    }
    // A header that http refuses came from socket.ini, which is checked when it is read: an empty 500 otherwise.
    builder.body(Cow::Owned(body)).unwrap_or_else(|_| {
        let mut response = http::Response::new(Cow::Borrowed(&b""[..]));
        *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}

pub(super) fn popup(_: &Surface, _: &WebView, _: u32, _: &Popup, _: &Tell) -> socket_ipc::Result<()> {
    Err(crate::window::menu::missing())
}

pub(super) fn edit(_: &WebView, _: Role) {}

/// These engines do not say when it is done.
pub(super) fn clear(view: &WebView, done: impl FnOnce(Result<(), String>) + Send + 'static) {
    done(view.clear_all_browsing_data().map_err(|error| error.to_string()));
}

/// Development with `ssc build -w` restarts the app on these systems.
pub(super) fn watch(_: &std::path::Path, _: impl Fn() + 'static) {}
