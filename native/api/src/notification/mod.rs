//! Notifications of the desktop: the native half of `socket:notification`.
//!
//! What is shown stays when its document goes, as a message does that was sent; what people do with it is told to
//! the document for as long as there is one.

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "absent.rs")]
mod imp;

use crate::Permission;
use crate::prelude::*;

routes! { Context;
    /// Whether notifications can be shown, and with how many buttons.
    "notification.permission" => permission;
    /// Asks the user, where the system does that, whether notifications may be shown.
    "notification.request" => request;
    /// Shows a notification, or replaces one that has the same tag. The body holds the pixels of its picture.
    "notification.show" => show;
    /// Takes a notification off the screen.
    "notification.close" => close;

    events;
    /// Somebody clicked a notification or one of its buttons.
    "notification.response" => RESPONSE: Response, wait;
    /// A notification is not on the screen any more.
    "notification.closed" => CLOSED: Closed, wait;
}

/// Whether notifications may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
enum State {
    /// They may.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux shows them"))]
    Granted,
    /// They may not.
    Denied,
    /// The user was not asked yet.
    #[expect(dead_code, reason = "Linux does not ask")]
    Default,
}

/// What the system can do.
#[derive(Serialize, TS)]
#[serde(rename_all = "camelCase")]
struct Ability {
    /// Whether notifications may be shown.
    state: State,
    /// How many buttons one may have.
    max_actions: u32,
}

/// A button of a notification.
#[derive(Clone, Debug, Deserialize, TS)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "pages say it everywhere, and only Linux listens")
)]
struct Action {
    /// Its name in the page.
    action: String,
    /// Its text.
    title: String,
}

/// A notification to show.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "pages say it everywhere, and only Linux listens")
)]
struct Show {
    /// First line.
    title: String,
    /// The text below.
    text: String,
    /// Buttons.
    actions: Vec<Action>,
    /// A notification of the page with the same tag is replaced; empty: none is.
    tag: String,
    /// Without a sound.
    silent: bool,
    /// It stays until somebody has seen it.
    require_interaction: bool,
    /// Size of the picture; the body holds its pixels: red, green, blue and alpha, a byte each. 0: there is none.
    width: u32,
    /// Size of the picture.
    height: u32,
    /// The page's own number for the notification: events carry it.
    key: u32,
}

/// Largest side of a picture.
const MAX_SIDE: u32 = 512;
/// Buttons that make sense on any desktop.
const MAX_ACTIONS: usize = 16;

#[derive(Deserialize, TS)]
struct Close {
    /// The page's number for the notification.
    key: u32,
}

/// Somebody did something with a notification.
#[derive(Clone, Debug, Serialize, TS)]
struct Response {
    /// The page's number for the notification.
    key: u32,
    /// The button; empty: the notification itself.
    action: String,
}

/// A notification is gone.
#[derive(Clone, Debug, Serialize, TS)]
struct Closed {
    /// The page's number for the notification.
    key: u32,
}

async fn permission(cx: Context, (): ()) -> Result<Ability> {
    match cx.host.permitted(Permission::Notifications) {
        Ok(()) => imp::ability(&cx).await,
        Err(_) => Ok(Ability { state: State::Denied, max_actions: 0 }),
    }
}

async fn request(cx: Context, (): ()) -> Result<Ability> {
    match cx.host.permitted(Permission::Notifications) {
        Ok(()) => imp::request(&cx).await,
        Err(_) => Ok(Ability { state: State::Denied, max_actions: 0 }),
    }
}

async fn show(cx: Context, request: WithBody<Show>) -> Result<()> {
    cx.host.permitted(Permission::Notifications)?;
    let (width, height) = (request.width, request.height);
    if width.max(height) > MAX_SIDE || request.body.len() as u64 != u64::from(width) * u64::from(height) * 4 {
        let text =
            format!("a picture has at most {MAX_SIDE} × {MAX_SIDE} pixels, and as many bytes as they need");
        return Err(Error::new(Code::REQUEST, text));
    }
    if request.actions.len() > MAX_ACTIONS {
        let text = format!("a notification has at most {MAX_ACTIONS} actions");
        return Err(Error::new(Code::OUT_OF_RANGE, text));
    }
    imp::show(&cx, request).await
}

async fn close(cx: Context, Close { key }: Close) -> Result<()> {
    imp::close(&cx, key).await
}
