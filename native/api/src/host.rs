//! The desktop as routes see it. `socket-runtime` implements it over tao and wry.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use serde::{Deserialize, Serialize};
use socket_ipc::{Code, Error, Result};
use ts_rs::TS;

use crate::menu::{MenuChange, MenuItem};
use crate::window::WindowMessage;

/// An answer that the event loop gives later.
pub type Reply<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// The desktop. Every method may be called from any thread.
pub trait Host: Send + Sync {
    /// Opens a window.
    fn open(&self, options: WindowOptions) -> Reply<WindowState>;
    /// Changes a window: only the options that are given.
    fn update(&self, index: u32, options: WindowOptions) -> Reply<WindowState>;
    /// State of one window, or of all that are open.
    fn windows(&self, index: Option<u32>) -> Reply<Vec<WindowState>>;
    /// Closes a window. The app ends when its last one closes.
    fn close(&self, index: u32) -> Reply<()>;
    /// Hands a message to the documents of one window, or of all.
    fn send(&self, index: Option<u32>, message: WindowMessage) -> Reply<()>;
    /// Removes what pages have stored, of the storage of a window.
    fn clear_storage(&self, window: u32) -> Reply<()>;
    /// The screen that the first window is on.
    fn screen(&self) -> Reply<Screen>;
    /// Gives a window a menu bar, or all windows, those that come later as well; without entries: none.
    fn set_menu(&self, window: Option<u32>, items: Vec<MenuItem>) -> Reply<()>;
    /// Changes an entry of the bar of a window, or of that of all.
    fn change_menu(&self, window: Option<u32>, path: Vec<usize>, change: MenuChange) -> Reply<()>;
    /// Shows a menu in a window.
    fn popup(&self, window: u32, popup: Popup) -> Reply<()>;
    /// Opens an address in the program that the user has for it.
    fn open_external(&self, url: String) -> Reply<()>;
    /// Shows a file in the file manager.
    fn reveal(&self, path: PathBuf) -> Reply<()>;
    /// Prints the page of a window, in the dialog of the system.
    fn print(&self, window: u32) -> Reply<()>;
    /// Ends the app with an exit code.
    fn quit(&self, code: i32);
    /// Whether standard input is for pages to read.
    fn has_stdin(&self) -> bool {
        true
    }
    /// The folder of the app's files: what its pages are served, and what they may `require`.
    fn root(&self) -> Result<PathBuf>;

    /// Reads one of the app's own files, by its real path; a build for users checks that it is what it was built with.
    ///
    /// # Errors
    /// When it cannot be read, or is not.
    fn read(&self, path: &std::path::Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    /// Lets people choose files, in a dialog of a window; none when they would rather not.
    fn dialog(&self, window: u32, dialog: Dialog) -> Reply<Vec<PathBuf>>;
    /// What was dropped into a window, once.
    fn take_drop(&self, window: u32) -> Reply<Option<Dropped>>;
    /// What people call the app.
    fn name(&self) -> String;
    /// `Err` with [`Code::ACCESS_DENIED`] when `[permissions]` of socket.ini switches it off.
    fn permitted(&self, permission: Permission) -> Result<()>;
}

/// What a dialog lets people choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum DialogKind {
    /// A file that is there.
    Open,
    /// Several files that are there.
    Several,
    /// A file to write, which need not be there.
    Save,
    /// A directory.
    Directory,
}

/// A kind of files that a dialog offers.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DialogFilter {
    /// For people.
    pub name: String,
    /// Endings of names, without the point.
    pub extensions: Vec<String>,
}

/// A dialog in which people choose files.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Dialog {
    /// What is chosen.
    pub kind: DialogKind,
    /// The text of its title bar; empty: the system's own.
    pub title: String,
    /// Where it begins; empty: where the last one ended.
    pub folder: String,
    /// The name that a new file gets unless it is changed.
    pub name: String,
    /// Kinds of files to choose from.
    pub filters: Vec<DialogFilter>,
    /// Whether any other file may be chosen as well.
    pub any: bool,
}

/// A menu that is shown in a window.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct Popup {
    /// What can be chosen.
    pub items: Vec<MenuItem>,
    /// Where in the page, logical pixels; where the pointer is without this.
    #[serde(default)]
    pub x: Option<i32>,
    /// Where in the page, logical pixels.
    #[serde(default)]
    pub y: Option<i32>,
}

/// Colours of windows and pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Light text on dark.
    Dark,
    /// Dark text on light.
    Light,
    /// As the system has it.
    System,
}

/// Files that were dropped into a window.
#[derive(Clone, Debug)]
pub struct Dropped {
    /// The files.
    pub paths: Vec<PathBuf>,
    /// Where in the page, logical pixels.
    pub x: i32,
    /// Where in the page, logical pixels.
    pub y: i32,
}

/// What `[permissions]` of socket.ini can switch off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Bluetooth.
    Bluetooth,
    /// Notifications.
    Notifications,
}

impl Permission {
    /// The key in socket.ini.
    pub fn key(self) -> &'static str {
        match self {
            Permission::Bluetooth => "allow_bluetooth",
            Permission::Notifications => "allow_notifications",
        }
    }

    /// What a page is told when it is switched off.
    pub fn denied(self) -> Error {
        let text = format!("socket.ini of this app says {} = false in [permissions]", self.key());
        Error::new(Code::ACCESS_DENIED, text)
    }
}

/// A length in pixels or a part of the screen: `800`, `"800"`, `"50%"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Length {
    /// Logical pixels.
    Pixels(f64),
    /// `"800"`, `"800px"` or `"50%"`.
    Text(String),
}

impl Length {
    /// Logical pixels on a screen of that extent.
    pub fn to_pixels(&self, screen: f64) -> Result<f64> {
        let invalid = |text: &str| {
            let text =
                format!("{text:?} is not a length: use pixels (800) or a part of the screen (\"50%\")");
            Error::new(Code::INVALID_ARG_VALUE, text)
        };
        let pixels = match self {
            Length::Pixels(pixels) => *pixels,
            Length::Text(text) => {
                let trimmed = text.trim();
                let (number, factor) = match trimmed.strip_suffix('%') {
                    Some(percent) => (percent, screen / 100.0),
                    None => (trimmed.strip_suffix("px").unwrap_or(trimmed), 1.0),
                };
                number.trim().parse::<f64>().map_err(|_| invalid(text))? * factor
            }
        };
        if pixels.is_finite() && (0.0..=1e6).contains(&pixels) {
            Ok(pixels)
        } else {
            Err(invalid(&pixels.to_string()))
        }
    }
}

/// A window to open, or what to change about one. All fields are optional.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(optional_fields)]
pub struct WindowOptions {
    /// Number of the window; the lowest free one when it is missing.
    pub index: Option<u32>,
    /// Page: a path in the app's resources or an address of the app's origin.
    pub url: Option<String>,
    /// Text of the title bar.
    pub title: Option<String>,
    /// Width of the page.
    pub width: Option<Length>,
    /// Height of the page.
    pub height: Option<Length>,
    /// Smallest width.
    pub min_width: Option<Length>,
    /// Smallest height.
    pub min_height: Option<Length>,
    /// Largest width.
    pub max_width: Option<Length>,
    /// Largest height.
    pub max_height: Option<Length>,
    /// Left edge on the screen, in logical pixels.
    pub x: Option<f64>,
    /// Top edge on the screen, in logical pixels.
    pub y: Option<f64>,
    /// Whether it is on screen.
    pub visible: Option<bool>,
    /// Whether people can change its size.
    pub resizable: Option<bool>,
    /// Without title bar and borders.
    pub frameless: Option<bool>,
    /// Kept out of the task bar where the desktop can do that.
    pub utility: Option<bool>,
    /// Whether it has a button that closes it; without one nothing but the app closes it.
    pub closable: Option<bool>,
    /// Whether people can put it into the task bar.
    pub minimizable: Option<bool>,
    /// Whether people can make it fill the work area.
    pub maximizable: Option<bool>,
    /// Above all others.
    pub always_on_top: Option<bool>,
    /// Whether it fills the screen.
    pub fullscreen: Option<bool>,
    /// Whether it fills the work area.
    pub maximized: Option<bool>,
    /// Whether it is in the task bar only.
    pub minimized: Option<bool>,
    /// Whether it has the keyboard.
    pub focused: Option<bool>,
    /// Colours of the window, and what `prefers-color-scheme` says in its page. On Linux of all windows.
    pub theme: Option<Theme>,
    /// How large the page is drawn: 1 is its own size; 0.25 to 5.
    pub zoom: Option<f64>,
    /// Colour behind the page: red, green, blue (0 to 255) and alpha (0 to 1).
    pub background_color: Option<(u8, u8, u8, f64)>,
    /// Whether its pages store in memory, for this window alone. New windows only.
    pub ephemeral: Option<bool>,
    /// Whether the web inspector is open (development builds).
    pub inspector: Option<bool>,
}

/// Life of a window, in the numbers of `socket:window/constants`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum WindowStatus {
    /// Open, not on screen.
    Hidden = 21,
    /// On screen.
    Shown = 31,
    /// Gone.
    Closed = 41,
}

/// What a window is like now.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WindowState {
    /// Number of the window.
    pub index: u32,
    /// Text of the title bar.
    pub title: String,
    /// Width of the page, logical pixels.
    pub width: f64,
    /// Height of the page, logical pixels.
    pub height: f64,
    /// Left edge on the screen, logical pixels.
    pub x: f64,
    /// Top edge on the screen, logical pixels.
    pub y: f64,
    /// Whether it is on screen.
    pub visible: bool,
    /// Whether it has the keyboard.
    pub focused: bool,
    /// Whether it fills the screen.
    pub fullscreen: bool,
    /// Whether it fills the work area.
    pub maximized: bool,
    /// Whether it is in the task bar only.
    pub minimized: bool,
    /// Address of the page.
    pub url: String,
    /// See `socket:window/constants`.
    pub status: i32,
}

/// A screen.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Screen {
    /// Logical pixels.
    pub width: f64,
    /// Logical pixels.
    pub height: f64,
    /// Physical pixels in a logical one.
    pub scale_factor: f64,
}

/// No desktop: what needs one says so. For `socket-headless` and other programs without windows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Headless;

fn no_desktop<T: Send + 'static>() -> Reply<T> {
    let error = Error::new(Code::WINDOW, "this program has no windows");
    Box::pin(std::future::ready(Err(error)))
}

impl Host for Headless {
    /// It serves no pages, and its caller may read every file anyway.
    fn root(&self) -> Result<PathBuf> {
        let here = std::env::current_dir()?;
        Ok(here.ancestors().last().unwrap_or(&here).to_owned())
    }

    fn dialog(&self, _: u32, _: Dialog) -> Reply<Vec<PathBuf>> {
        no_desktop()
    }

    fn take_drop(&self, _: u32) -> Reply<Option<Dropped>> {
        no_desktop()
    }

    fn name(&self) -> String {
        "socket-headless".into()
    }

    fn permitted(&self, permission: Permission) -> Result<()> {
        // For tests: what socket.ini says of an app.
        match std::env::var("SOCKET_HEADLESS_DENIED") {
            Ok(denied) if denied.split(',').any(|key| key == permission.key()) => Err(permission.denied()),
            _ => Ok(()),
        }
    }

    fn open(&self, _: WindowOptions) -> Reply<WindowState> {
        no_desktop()
    }

    fn update(&self, _: u32, _: WindowOptions) -> Reply<WindowState> {
        no_desktop()
    }

    fn windows(&self, _: Option<u32>) -> Reply<Vec<WindowState>> {
        no_desktop()
    }

    fn close(&self, _: u32) -> Reply<()> {
        no_desktop()
    }

    fn send(&self, _: Option<u32>, _: WindowMessage) -> Reply<()> {
        no_desktop()
    }

    fn clear_storage(&self, _: u32) -> Reply<()> {
        no_desktop()
    }

    fn set_menu(&self, _: Option<u32>, _: Vec<MenuItem>) -> Reply<()> {
        no_desktop()
    }

    fn change_menu(&self, _: Option<u32>, _: Vec<usize>, _: MenuChange) -> Reply<()> {
        no_desktop()
    }

    fn popup(&self, _: u32, _: Popup) -> Reply<()> {
        no_desktop()
    }

    fn open_external(&self, _: String) -> Reply<()> {
        no_desktop()
    }

    fn reveal(&self, _: PathBuf) -> Reply<()> {
        no_desktop()
    }

    fn print(&self, _: u32) -> Reply<()> {
        no_desktop()
    }

    fn screen(&self) -> Reply<Screen> {
        no_desktop()
    }

    /// The calls themselves come in there.
    fn has_stdin(&self) -> bool {
        false
    }

    fn quit(&self, code: i32) {
        std::process::exit(code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_pixels_or_parts_of_the_screen() {
        let pixels = |text: &str| Length::Text(text.into()).to_pixels(1000.0);
        assert_eq!(Length::Pixels(12.5).to_pixels(1000.0), Ok(12.5));
        assert_eq!(pixels("800"), Ok(800.0));
        assert_eq!(pixels("800px"), Ok(800.0));
        assert_eq!(pixels(" 50 % "), Ok(500.0));
        for text in ["", "%", "-1", "wide", "NaN", "inf", "1e9"] {
            assert_eq!(pixels(text).expect_err(text).code(), "ERR_INVALID_ARG_VALUE");
        }
    }
}
