//! Windows of systems that tao draws by itself. Headless, they are there and never shown.

use socket_api::{Screen, Theme};
use socket_ipc::{Error, Result};
use tao::dpi::{LogicalPosition, LogicalSize};
use tao::event_loop::EventLoopWindowTarget;
use tao::window::{Fullscreen, Window, WindowBuilder, WindowId};
use wry::WebView;

use crate::app::Command;

/// What a view is in.
pub(crate) struct Surface {
    window: Window,
    headless: bool,
}

/// Nothing can be missing before the first window.
pub(crate) fn prepare() -> std::result::Result<(), String> {
    Ok(())
}

/// The inspector opens from the context menu of the page; engines offer no call for it that stores accept.
pub(super) fn inspect(_: &WebView, _: bool) -> Result<()> {
    Err(Error::errno("ENOSYS"))
}

impl Surface {
    pub(crate) fn new(
        builder: WindowBuilder,
        target: &EventLoopWindowTarget<Command>,
        headless: bool,
        _size: LogicalSize<f64>,
    ) -> std::result::Result<Surface, tao::error::OsError> {
        let builder = if headless { builder.with_visible(false) } else { builder };
        Ok(Surface { window: builder.build(target)?, headless })
    }

    /// Called when the view is in it.
    pub(crate) fn filled(&self) {}

    pub(crate) fn window(&self) -> &Window {
        &self.window
    }

    pub(crate) fn id(&self) -> Option<WindowId> {
        Some(self.window.id())
    }

    /// Size of the page, logical pixels.
    pub(crate) fn size(&self) -> (f64, f64) {
        self.window.inner_size().to_logical::<f64>(self.window.scale_factor()).into()
    }

    pub(crate) fn set_size(&self, width: f64, height: f64) {
        self.window.set_inner_size(LogicalSize::new(width, height));
    }

    pub(crate) fn set_limits(&self, min: Option<LogicalSize<f64>>, max: Option<LogicalSize<f64>>) {
        self.window.set_min_inner_size(min);
        self.window.set_max_inner_size(max);
    }

    pub(crate) fn position(&self) -> (f64, f64) {
        let position = self.window.outer_position().unwrap_or_default();
        position.to_logical::<f64>(self.window.scale_factor()).into()
    }

    pub(crate) fn set_position(&self, x: f64, y: f64) {
        self.window.set_outer_position(LogicalPosition::new(x, y));
    }

    pub(crate) fn is_visible(&self) -> bool {
        self.window.is_visible()
    }

    pub(crate) fn set_visible(&self, visible: bool) {
        if !self.headless {
            self.window.set_visible(visible);
        }
    }

    pub(crate) fn set_title(&self, title: &str) {
        self.window.set_title(title);
    }

    pub(crate) fn is_focused(&self) -> bool {
        self.window.is_focused()
    }

    pub(crate) fn is_fullscreen(&self) -> bool {
        self.window.fullscreen().is_some()
    }

    pub(crate) fn is_maximized(&self) -> bool {
        self.window.is_maximized()
    }

    pub(crate) fn is_minimized(&self) -> bool {
        self.window.is_minimized()
    }

    pub(crate) fn set_resizable(&self, value: bool) {
        self.window.set_resizable(value);
    }

    pub(crate) fn set_frameless(&self, value: bool) {
        self.window.set_decorations(!value);
    }

    pub(crate) fn set_utility(&self, _value: bool) {
        #[cfg(windows)]
        {
            use tao::platform::windows::WindowExtWindows;
            // Desktops without a task bar have nothing to skip.
            let _ = self.window.set_skip_taskbar(_value);
        }
    }

    pub(crate) fn set_closable(&self, value: bool) {
        self.window.set_closable(value);
    }

    pub(crate) fn set_minimizable(&self, value: bool) {
        self.window.set_minimizable(value);
    }

    pub(crate) fn set_maximizable(&self, value: bool) {
        self.window.set_maximizable(value);
    }

    pub(crate) fn set_theme(&self, theme: Theme) {
        self.window.set_theme(match theme {
            Theme::Dark => Some(tao::window::Theme::Dark),
            Theme::Light => Some(tao::window::Theme::Light),
            Theme::System => None,
        });
    }

    /// Whether its theme is light text on dark.
    pub(crate) fn is_dark(&self) -> bool {
        self.window.theme() == tao::window::Theme::Dark
    }

    pub(crate) fn set_always_on_top(&self, value: bool) {
        self.window.set_always_on_top(value);
    }

    pub(crate) fn set_fullscreen(&self, value: bool) {
        self.window.set_fullscreen(value.then_some(Fullscreen::Borderless(None)));
    }

    pub(crate) fn set_maximized(&self, value: bool) {
        self.window.set_maximized(value);
    }

    pub(crate) fn set_minimized(&self, value: bool) {
        self.window.set_minimized(value);
    }

    pub(crate) fn focus(&self) {
        self.window.set_focus();
    }

    /// Brings it to the front, from the task bar as well.
    pub(crate) fn present(&self) {
        self.set_visible(true);
        self.window.set_minimized(false);
        self.window.set_focus();
    }

    /// The screen that it is on.
    pub(crate) fn screen(&self) -> Option<Screen> {
        let monitor = self.window.current_monitor().or_else(|| self.window.primary_monitor())?;
        Some(super::screen_of(&monitor))
    }
}
