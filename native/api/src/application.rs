//! The app as a whole: its screen and its end.

use crate::host::Screen;
use crate::prelude::*;

routes! { Context;
    /// Extent of the screen that the first window is on.
    "application.screen" => screen;
    /// Ends the app with an exit code.
    "application.exit" => exit;
}

async fn screen(cx: Context, (): ()) -> Result<Screen> {
    cx.host.screen().await
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
