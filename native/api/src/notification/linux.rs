//! The notification daemon of the desktop, over the session bus (org.freedesktop.Notifications).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dbus::arg::{PropMap, RefArg, Variant};
use dbus::message::MatchRule;
use dbus::nonblock::{MsgMatch, Proxy, SyncConnection};

use socket_ipc::Queue;

use super::{Ability, CLOSED, Closed, RESPONSE, Response, Show, State};
use crate::prelude::*;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// How long the daemon may take.
const LIMIT: Duration = Duration::from_secs(10);
/// What the daemon calls a click on the notification itself.
const DEFAULT: &str = "default";

/// The connection of the app, made when the first page asks, and again when the bus has ended.
static SESSION: tokio::sync::Mutex<Option<Arc<Session>>> = tokio::sync::Mutex::const_new(None);

struct Session {
    connection: Arc<SyncConnection>,
    shown: Arc<Mutex<BTreeMap<u32, Owner>>>,
    /// Kept: without them the daemon is not heard.
    _matches: Vec<MsgMatch>,
    resource: tokio::task::JoinHandle<()>,
    /// What the daemon can do.
    capabilities: Vec<String>,
    /// Whether texts are markup to it.
    markup: bool,
}

/// Who hears what becomes of a notification.
#[derive(Clone)]
struct Owner {
    queue: Arc<Queue>,
    key: u32,
    tag: String,
}

impl Owner {
    /// Whether it is the same notification for the page.
    fn is(&self, cx: &Context, key: u32) -> bool {
        self.key == key && cx.queue().is_ok_and(|queue| Arc::ptr_eq(&queue, &self.queue))
    }

    fn respond(&self, action: String) {
        // The page may be gone: the notification outlives it.
        let _ = self.queue.emit(&RESPONSE, Response { key: self.key, action });
    }

    fn closed(&self) {
        let _ = self.queue.emit(&CLOSED, Closed { key: self.key });
    }
}

fn lock(shown: &Mutex<BTreeMap<u32, Owner>>) -> MutexGuard<'_, BTreeMap<u32, Owner>> {
    // Held for a few lines that leave the data whole.
    shown.lock().unwrap_or_else(PoisonError::into_inner)
}

fn failed(error: &dbus::Error) -> Error {
    let message = error.message().unwrap_or_default();
    let text = match error.name().unwrap_or_default() {
        "org.freedesktop.DBus.Error.ServiceUnknown" | "org.freedesktop.DBus.Error.NameHasNoOwner" => {
            "no notification daemon runs on this desktop (org.freedesktop.Notifications)".to_owned()
        }
        "org.freedesktop.DBus.Error.NoReply" => "the notification daemon does not answer".to_owned(),
        name if name.starts_with("org.freedesktop.DBus.Error.") => {
            format!("there is no message bus for notifications: {message}")
        }
        name => format!("the notification daemon refused: {message} ({name})"),
    };
    Error::new(Code::NOTIFICATION, text)
}

async fn session() -> Result<Arc<Session>> {
    let mut session = SESSION.lock().await;
    if let Some(session) = &*session
        && !session.resource.is_finished()
    {
        return Ok(session.clone());
    }
    let new = Arc::new(Session::connect().await.map_err(|error| failed(&error))?);
    *session = Some(new.clone());
    Ok(new)
}

impl Session {
    async fn connect() -> std::result::Result<Session, dbus::Error> {
        let (resource, connection) = dbus_tokio::connection::new_session_sync()?;
        let resource = tokio::spawn(async move { drop(resource.await) });
        let mut session = Session {
            connection,
            shown: Arc::default(),
            _matches: Vec::new(),
            resource,
            capabilities: Vec::new(),
            markup: false,
        };
        let signal = |name| MatchRule::new_signal(NAME, name).with_path(PATH);
        let shown = session.shown.clone();
        let invoked = session.connection.add_match(signal("ActionInvoked")).await?;
        session._matches.push(invoked.cb(move |_, (id, action): (u32, String)| {
            let owner = lock(&shown).get(&id).cloned();
            if let Some(owner) = owner {
                owner.respond(if action == DEFAULT { String::new() } else { action });
            }
            true
        }));
        let shown = session.shown.clone();
        let closed = session.connection.add_match(signal("NotificationClosed")).await?;
        session._matches.push(closed.cb(move |_, (id, _): (u32, u32)| {
            let owner = lock(&shown).remove(&id);
            if let Some(owner) = owner {
                owner.closed();
            }
            true
        }));
        let (capabilities,): (Vec<String>,) =
            session.proxy().method_call(NAME, "GetCapabilities", ()).await?;
        session.markup = capabilities.iter().any(|capability| capability == "body-markup");
        session.capabilities = capabilities;
        Ok(session)
    }

    fn proxy(&self) -> Proxy<'static, Arc<SyncConnection>> {
        Proxy::new(NAME, PATH, LIMIT, self.connection.clone())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.resource.abort();
    }
}

pub(super) async fn ability(_: &Context) -> Result<Ability> {
    let session = session().await?;
    let actions = session.capabilities.iter().any(|capability| capability == "actions");
    // The specification knows no limit; desktops show about three.
    Ok(Ability { state: State::Granted, max_actions: if actions { 3 } else { 0 } })
}

/// Nobody asks here: the desktop's own settings decide what is seen.
pub(super) async fn request(cx: &Context) -> Result<Ability> {
    ability(cx).await
}

/// Text as it is, where the daemon would read markup in it.
fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn hints(request: &WithBody<Show>) -> PropMap {
    let mut hints = PropMap::new();
    let mut hint = |name: &str, value: Box<dyn RefArg>| drop(hints.insert(name.to_owned(), Variant(value)));
    if request.silent {
        hint("suppress-sound", Box::new(true));
    }
    if request.require_interaction {
        // Critical ones stay; `resident` keeps it when a button was pressed.
        hint("urgency", Box::new(2_u8));
    }
    if request.width > 0 && request.height > 0 {
        // Checked: at most 512 pixels a side.
        let (width, height) = (request.width as i32, request.height as i32);
        let picture = (width, height, width * 4, true, 8_i32, 4_i32, request.body.to_vec());
        hint("image-data", Box::new(picture_struct(picture)));
    }
    hints
}

type Picture = (i32, i32, i32, bool, i32, i32, Vec<u8>);

/// The struct `(iiibiiay)`.
fn picture_struct(picture: Picture) -> std::collections::VecDeque<Box<dyn RefArg>> {
    let (width, height, stride, alpha, bits, channels, bytes) = picture;
    let parts: [Box<dyn RefArg>; 7] = [
        Box::new(width),
        Box::new(height),
        Box::new(stride),
        Box::new(alpha),
        Box::new(bits),
        Box::new(channels),
        Box::new(bytes),
    ];
    parts.into()
}

pub(super) async fn show(cx: &Context, request: WithBody<Show>) -> Result<()> {
    let owner = Owner { queue: cx.queue()?, key: request.key, tag: request.tag.clone() };
    let session = session().await?;
    let mut actions = vec![DEFAULT.to_owned(), String::new()];
    for action in &request.actions {
        actions.extend([action.action.clone(), action.title.clone()]);
    }
    let replaced = lock(&session.shown)
        .iter()
        .find(|(_, other)| {
            !owner.tag.is_empty() && other.tag == owner.tag && Arc::ptr_eq(&other.queue, &owner.queue)
        })
        .map_or(0, |(id, _)| *id);
    let text = if session.markup { plain(&request.text) } else { request.text.clone() };
    let timeout = if request.require_interaction { 0_i32 } else { -1 };
    let name = cx.host.name();
    let arguments = (name, replaced, "", request.title.as_str(), text, actions, hints(&request), timeout);
    let answer = session.proxy().method_call(NAME, "Notify", arguments).await;
    let (id,): (u32,) = answer.map_err(|error| failed(&error))?;
    // A daemon that gives the number of another one has replaced that.
    let old = lock(&session.shown).insert(id, owner);
    if let Some(old) = old {
        old.closed();
    }
    Ok(())
}

pub(super) async fn close(cx: &Context, key: u32) -> Result<()> {
    let session = session().await?;
    let found = lock(&session.shown).iter().find(|(_, owner)| owner.is(cx, key)).map(|(id, _)| *id);
    // One that is gone needs no closing.
    let Some(id) = found else { return Ok(()) };
    let answer = session.proxy().method_call(NAME, "CloseNotification", (id,)).await;
    answer.map_err(|error| failed(&error))
}
