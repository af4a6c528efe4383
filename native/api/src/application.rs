//! The app as a whole: its screen and its end.

use crate::host::Screen;
use crate::prelude::*;

routes! { Context;
    /// Extent of the screen that the first window is on.
    "application.screen" => screen;
    /// Removes what pages have stored: databases, caches, cookies, `localStorage`.
    "application.clearStorage" => clear_storage;
    /// Ends the app with an exit code.
    "application.exit" => exit;
}

async fn screen(cx: Context, (): ()) -> Result<Screen> {
    cx.host.screen().await
}

async fn clear_storage(cx: Context, (): ()) -> Result<()> {
    cx.host.clear_storage(cx.document.window).await
}

#[derive(Deserialize, TS)]
struct Exit {
    /// What the shell sees: 0 to 255.
    code: i32,
}

async fn exit(cx: Context, Exit { code }: Exit) -> Result<()> {
    cx.host.quit(code);
    Ok(())
}
