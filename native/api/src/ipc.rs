//! The plumbing of every document: collecting events, cancelling calls.

use socket_ipc::{Batch, Seq};

use crate::prelude::*;

routes! { Context;
    /// Waits for events of the calling realm and brings a batch of them.
    "ipc.events" => events;
    /// Ends a call of the calling realm early.
    "ipc.cancel" => cancel;
}

/// A batch is one answer in memory on both sides.
const BATCH_BYTES: usize = 1 << 20;

async fn events(cx: Context, (): ()) -> Result<WithBody<Batch>> {
    let (head, body) = cx.queue()?.poll(BATCH_BYTES).await?;
    Ok(WithBody { head, body })
}

#[derive(Deserialize, TS)]
struct Cancel {
    /// Number of the call, as in its own `seq`.
    #[ts(type = "number")]
    number: u64,
}

async fn cancel(cx: Context, Cancel { number }: Cancel) -> Result<()> {
    cx.document.cancel(&Seq { realm: cx.realm.to_string(), number });
    Ok(())
}
