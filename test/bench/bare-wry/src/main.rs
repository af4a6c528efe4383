//! A window of wry's and nothing else: `bare-wry <folder>` shows its index.html and prints what the page says.

use std::borrow::Cow;
use std::path::PathBuf;

use tao::dpi::LogicalSize;
use tao::event::{Event, WindowEvent};
use tao::event_loop::{ControlFlow, EventLoop};
use tao::window::WindowBuilder;
use wry::WebViewBuilder;
use wry::http::{Response, header::CONTENT_TYPE};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: bare-wry <folder>")?);
    let events = EventLoop::new();
    let window = WindowBuilder::new()
        .with_title("hello")
        .with_inner_size(LogicalSize::new(640, 400))
        .build(&events)?;
    let builder = WebViewBuilder::new()
        .with_custom_protocol("socket".into(), move |_, request| {
            let path = request.uri().path().trim_start_matches('/');
            let body = std::fs::read(folder.join(if path.is_empty() { "index.html" } else { path }));
            let kind = if path.ends_with(".js") { "text/javascript" } else { "text/html" };
            let status = if body.is_ok() { 200 } else { 404 };
            let mut response = Response::new(Cow::Owned(body.unwrap_or_default()));
            *response.status_mut() = status.try_into().expect("200 and 404 are status codes");
            response
                .headers_mut()
                .insert(CONTENT_TYPE, kind.parse().expect("a media type is a header value"));
            response
        })
        .with_ipc_handler(|request| println!("{}", request.body()))
        .with_url("socket://bare/");
    #[cfg(target_os = "linux")]
    let _view = {
        use tao::platform::unix::WindowExtUnix;
        use wry::WebViewBuilderExtUnix;
        builder.build_gtk(window.default_vbox().ok_or("a window of tao's has a box")?)?
    };
    #[cfg(not(target_os = "linux"))]
    let _view = builder.build(&window)?;
    events.run(move |event, _, flow| {
        *flow = ControlFlow::Wait;
        if let Event::WindowEvent { event: WindowEvent::CloseRequested, .. } = event {
            *flow = ControlFlow::Exit;
        }
    })
}
