//! The app as a whole: its screen and its end.

use crate::host::Screen;
use crate::menu::{self, MenuChange, MenuItem};
use crate::prelude::*;

routes! { Context;
    /// Extent of the screen that the first window is on.
    "application.screen" => screen;
    /// Gives a window a menu bar, or all windows; without entries: none.
    "application.setMenu" => set_menu;
    /// Changes an entry of a menu bar.
    "application.changeMenu" => change_menu;
    /// Removes what pages have stored: databases, caches, cookies, `localStorage`.
    "application.clearStorage" => clear_storage;
    /// Ends the app with an exit code.
    "application.exit" => exit;
}

async fn screen(cx: Context, (): ()) -> Result<Screen> {
    cx.host.screen().await
}

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
struct SetMenu {
    /// Which window; all, those that come later as well, when it is missing.
    index: Option<u32>,
    /// The menus of the bar.
    items: Vec<MenuItem>,
}

async fn set_menu(cx: Context, SetMenu { index, items }: SetMenu) -> Result<()> {
    menu::check(&items)?;
    cx.host.set_menu(index, items).await
}

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
struct ChangeMenu {
    /// Which window; the bar of all when it is missing.
    index: Option<u32>,
    /// The entry: the number of each on the way to it.
    path: Vec<usize>,
    /// What changes.
    change: MenuChange,
}

async fn change_menu(cx: Context, ChangeMenu { index, path, change }: ChangeMenu) -> Result<()> {
    cx.host.change_menu(index, path, change).await
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
