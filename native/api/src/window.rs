//! Windows: the native half of `socket:window`.

use crate::host::{WindowOptions, WindowState};
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

    events;
    /// Another window sent something.
    "window.message" => MESSAGE: WindowMessage, wait;
    /// Size, place, title or visibility of a window changed; only the newest state counts.
    "window.changed" => CHANGED: WindowState, latest;
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
