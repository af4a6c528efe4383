//! Windows of GTK, on a screen or, headless, on none.

use std::cell::Cell;

use gtk::prelude::*;
use socket_api::{Screen, Theme};
use socket_ipc::{Error, Result};
use tao::dpi::{LogicalPosition, LogicalSize};
use tao::event_loop::EventLoopWindowTarget;
use tao::platform::unix::WindowExtUnix;
use tao::window::{Fullscreen, WindowBuilder, WindowId};
use webkit2gtk::{WebInspectorExt, WebViewExt};
use wry::{WebView, WebViewExtUnix};

use crate::app::Command;

/// What a view is in.
pub(crate) enum Surface {
    /// A window on the desktop.
    Desktop(Box<tao::window::Window>),
    /// Rendered and never shown: timers and animation run as in a visible window, which is not so in a hidden one.
    Offscreen(Offscreen),
}

pub(crate) struct Offscreen {
    window: gtk::OffscreenWindow,
    container: gtk::Box,
    position: Cell<(f64, f64)>,
    visible: Cell<bool>,
}

/// Before anything else of GTK: says in one line what is missing instead of panicking.
pub(crate) fn prepare() -> std::result::Result<(), String> {
    gtk::init().map_err(|_| {
        let display = std::env::var("DISPLAY").or_else(|_| std::env::var("WAYLAND_DISPLAY"));
        match display {
            Ok(display) if !display.is_empty() => format!("the display {display} cannot be opened"),
            _ => "there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set. Run the app in a desktop session, or \
                  headless with `ssc run --headless`, which starts Xvfb"
                .into(),
        }
    })
}

/// The inspector of a development build.
pub(super) fn inspect(view: &WebView, open: bool) -> Result<()> {
    let inspector = view.webview().inspector().ok_or_else(|| Error::errno("ENOSYS"))?;
    if open {
        inspector.show()
    } else {
        inspector.close()
    }
    Ok(())
}

impl Surface {
    pub(crate) fn new(
        builder: WindowBuilder,
        target: &EventLoopWindowTarget<Command>,
        headless: bool,
        size: LogicalSize<f64>,
    ) -> std::result::Result<Surface, tao::error::OsError> {
        if !headless {
            return Ok(Surface::Desktop(Box::new(builder.build(target)?)));
        }
        let window = gtk::OffscreenWindow::new();
        let container = gtk::Box::new(gtk::Orientation::Vertical, 0);
        window.add(&container);
        window.set_default_size(size.width as i32, size.height as i32);
        container.set_size_request(size.width as i32, size.height as i32);
        let (position, visible) = (Cell::new((0.0, 0.0)), Cell::new(true));
        Ok(Surface::Offscreen(Offscreen { window, container, position, visible }))
    }

    /// Called when the view is in it.
    pub(crate) fn filled(&self) {
        if let Surface::Offscreen(offscreen) = self {
            offscreen.window.show_all();
        }
    }

    pub(crate) fn container(&self) -> &gtk::Box {
        match self {
            // tao makes the box unless it is told not to, and it is not.
            Surface::Desktop(window) => window.default_vbox().expect("tao's windows have a box"),
            Surface::Offscreen(offscreen) => &offscreen.container,
        }
    }

    fn desktop(&self) -> Option<&tao::window::Window> {
        match self {
            Surface::Desktop(window) => Some(window),
            Surface::Offscreen(_) => None,
        }
    }

    pub(crate) fn id(&self) -> Option<WindowId> {
        self.desktop().map(tao::window::Window::id)
    }

    /// Size of the page, logical pixels.
    pub(crate) fn size(&self) -> (f64, f64) {
        match self {
            Surface::Desktop(window) => window.inner_size().to_logical::<f64>(window.scale_factor()).into(),
            Surface::Offscreen(offscreen) => {
                let (width, height) = offscreen.container.size_request();
                (f64::from(width), f64::from(height))
            }
        }
    }

    pub(crate) fn set_size(&self, width: f64, height: f64) {
        match self {
            Surface::Desktop(window) => window.set_inner_size(LogicalSize::new(width, height)),
            Surface::Offscreen(offscreen) => {
                offscreen.container.set_size_request(width as i32, height as i32);
                offscreen.window.resize(width as i32, height as i32);
            }
        }
    }

    pub(crate) fn set_limits(&self, min: Option<LogicalSize<f64>>, max: Option<LogicalSize<f64>>) {
        if let Some(window) = self.desktop() {
            window.set_min_inner_size(min);
            window.set_max_inner_size(max);
        }
    }

    pub(crate) fn position(&self) -> (f64, f64) {
        match self {
            Surface::Desktop(window) => {
                let position = window.outer_position().unwrap_or_default();
                position.to_logical::<f64>(window.scale_factor()).into()
            }
            Surface::Offscreen(offscreen) => offscreen.position.get(),
        }
    }

    pub(crate) fn set_position(&self, x: f64, y: f64) {
        match self {
            Surface::Desktop(window) => window.set_outer_position(LogicalPosition::new(x, y)),
            Surface::Offscreen(offscreen) => offscreen.position.set((x, y)),
        }
    }

    pub(crate) fn is_visible(&self) -> bool {
        match self {
            Surface::Desktop(window) => window.is_visible(),
            Surface::Offscreen(offscreen) => offscreen.visible.get(),
        }
    }

    pub(crate) fn set_visible(&self, visible: bool) {
        match self {
            Surface::Desktop(window) => window.set_visible(visible),
            Surface::Offscreen(offscreen) => offscreen.visible.set(visible),
        }
    }

    pub(crate) fn set_title(&self, title: &str) {
        match self {
            Surface::Desktop(window) => window.set_title(title),
            Surface::Offscreen(offscreen) => offscreen.window.set_title(title),
        }
    }

    pub(crate) fn is_focused(&self) -> bool {
        self.desktop().is_some_and(tao::window::Window::is_focused)
    }

    pub(crate) fn is_fullscreen(&self) -> bool {
        self.desktop().is_some_and(|window| window.fullscreen().is_some())
    }

    pub(crate) fn is_maximized(&self) -> bool {
        self.desktop().is_some_and(tao::window::Window::is_maximized)
    }

    pub(crate) fn is_minimized(&self) -> bool {
        self.desktop().is_some_and(tao::window::Window::is_minimized)
    }

    pub(crate) fn set_resizable(&self, value: bool) {
        if let Some(window) = self.desktop() {
            window.set_resizable(value);
        }
    }

    pub(crate) fn set_frameless(&self, value: bool) {
        if let Some(window) = self.desktop() {
            window.set_decorations(!value);
        }
    }

    pub(crate) fn set_utility(&self, value: bool) {
        if let Some(window) = self.desktop() {
            // Desktops without a task bar have nothing to skip.
            let _ = window.set_skip_taskbar(value);
        }
    }

    pub(crate) fn set_closable(&self, value: bool) {
        if let Some(window) = self.desktop() {
            window.set_closable(value);
        }
    }

    pub(crate) fn set_minimizable(&self, value: bool) {
        if let Some(window) = self.desktop() {
            window.set_minimizable(value);
        }
    }

    pub(crate) fn set_maximizable(&self, value: bool) {
        if let Some(window) = self.desktop() {
            window.set_maximizable(value);
        }
    }

    /// GTK has one for all windows, and the engine asks it.
    pub(crate) fn set_theme(&self, theme: Theme) {
        let Some(settings) = gtk::Settings::default() else { return };
        match theme {
            Theme::System => settings.reset_property("gtk-application-prefer-dark-theme"),
            dark => settings.set_gtk_application_prefer_dark_theme(dark == Theme::Dark),
        }
    }

    /// Whether its theme is light text on dark: GTK has one for all windows.
    pub(crate) fn is_dark(&self) -> bool {
        let dark = |name: &str| name.to_lowercase().ends_with("dark");
        gtk::Settings::default().is_some_and(|settings| {
            settings.is_gtk_application_prefer_dark_theme()
                || settings.gtk_theme_name().is_some_and(|name| dark(&name))
        })
    }

    pub(crate) fn set_always_on_top(&self, value: bool) {
        if let Some(window) = self.desktop() {
            window.set_always_on_top(value);
        }
    }

    pub(crate) fn set_fullscreen(&self, value: bool) {
        if let Some(window) = self.desktop() {
            window.set_fullscreen(value.then_some(Fullscreen::Borderless(None)));
        }
    }

    pub(crate) fn set_maximized(&self, value: bool) {
        if let Some(window) = self.desktop() {
            window.set_maximized(value);
        }
    }

    pub(crate) fn set_minimized(&self, value: bool) {
        if let Some(window) = self.desktop() {
            window.set_minimized(value);
        }
    }

    pub(crate) fn focus(&self) {
        if let Some(window) = self.desktop() {
            window.set_focus();
        }
    }

    /// Brings it to the front, from the task bar as well.
    pub(crate) fn present(&self) {
        if let Some(window) = self.desktop() {
            window.set_visible(true);
            window.set_minimized(false);
            window.gtk_window().present();
        }
    }

    /// The screen that it is on.
    pub(crate) fn screen(&self) -> Option<Screen> {
        let window = self.desktop()?;
        let monitor = window.current_monitor().or_else(|| window.primary_monitor())?;
        Some(super::screen_of(&monitor))
    }
}
