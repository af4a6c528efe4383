//! Signals of the system, for the pages that listen to them. A signal that nobody listens to any more does what it does in
//! every program.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::{SIGNAL, Signal, sys};
use crate::prelude::*;

/// Who listens, by signal. A signal that is in the map is caught until the app ends.
type Listeners = Mutex<HashMap<i32, BTreeMap<u64, Context>>>;

fn listeners() -> &'static Listeners {
    static LISTENERS: OnceLock<Listeners> = OnceLock::new();
    LISTENERS.get_or_init(Listeners::default)
}

/// A page's interest in a signal: dropping it, as the end of its document does, ends that.
struct Listening {
    signal: i32,
    key: u64,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut all = listeners().lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(some) = all.get_mut(&self.signal) {
            some.remove(&self.key);
        }
    }
}

#[derive(Deserialize, TS)]
pub(super) struct Listen {
    /// Number of the signal.
    signal: i32,
}

#[derive(Deserialize, Serialize, TS)]
pub(super) struct Handle {
    /// Number of the interest.
    id: u32,
}

pub(super) async fn listen(cx: Context, Listen { signal }: Listen) -> Result<Handle> {
    let key = {
        let mut all = listeners().lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(&signal) {
            let mut caught =
                sys::catch(signal).map_err(|_| Error::errno("EINVAL").syscall("uv_signal_start"))?;
            tokio::spawn(async move {
                while caught.next().await.is_some() {
                    tell(signal);
                }
            });
        }
        let some = all.entry(signal).or_default();
        let key = some.last_key_value().map_or(0, |(last, _)| last + 1);
        some.insert(key, cx.clone());
        key
    };
    Ok(Handle { id: cx.document.handles.insert(Listening { signal, key })? })
}

pub(super) async fn unlisten(cx: Context, Handle { id }: Handle) -> Result<()> {
    cx.document.handles.remove::<Listening>(id)?;
    Ok(())
}

fn tell(signal: i32) {
    let listening: Vec<Context> = {
        let all = listeners().lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&signal).map(|some| some.values().cloned().collect()).unwrap_or_default()
    };
    if listening.is_empty() {
        return sys::default_action(signal);
    }
    for cx in listening {
        // A document that has just ended hears nothing.
        let _ = cx.emit(&SIGNAL, Signal { signal });
    }
}
