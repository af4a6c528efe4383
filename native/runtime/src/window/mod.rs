//! A window: where it is, what it looks like, and the view in it.

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "other.rs")]
mod imp;

#[cfg_attr(target_os = "linux", path = "dialog_linux.rs")]
#[cfg_attr(any(target_os = "macos", windows), path = "dialog_other.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "macos", windows)), path = "dialog_absent.rs")]
pub(crate) mod dialog;

#[cfg_attr(target_os = "linux", path = "menu_linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "menu_other.rs")]
pub(crate) mod menu;

#[cfg_attr(target_os = "linux", path = "outside_linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "outside_other.rs")]
pub(crate) mod outside;

pub(crate) use imp::{Surface, prepare};

use socket_api::menu::MenuItem;
use socket_api::{Length, Screen, WindowOptions, WindowState, WindowStatus};
use socket_config::Config;
use socket_ipc::{Code, Error, Result};
use tao::dpi::LogicalSize;
use wry::WebView;

/// A setter of something that is on or off.
type Switch = fn(&Surface, bool);

/// One window of the app.
pub(crate) struct Window {
    pub(crate) index: u32,
    pub(crate) surface: Surface,
    pub(crate) view: WebView,
    pub(crate) title: String,
    /// Whether the title was given by the app: a page's own title does not replace it then.
    pub(crate) titled: bool,
    /// How often its page's process ended by itself.
    pub(crate) crashes: u32,
    /// Its menu bar, and what is in it.
    pub(crate) bar: Option<menu::Bar>,
    pub(crate) menu: Vec<MenuItem>,
    /// Whether that is its own, and not the one of all windows.
    pub(crate) own_menu: bool,
    /// Whether its page is being asked if it may be closed.
    pub(crate) closing: bool,
    /// Whether a page has been complete in it.
    pub(crate) loaded: bool,
}

impl Window {
    /// What it is like now.
    pub(crate) fn state(&self) -> WindowState {
        let (width, height) = self.size();
        let (x, y) = self.surface.position();
        let visible = self.surface.is_visible();
        WindowState {
            index: self.index,
            title: self.title.clone(),
            width,
            height,
            x,
            y,
            visible,
            focused: self.surface.is_focused(),
            fullscreen: self.surface.is_fullscreen(),
            maximized: self.surface.is_maximized(),
            minimized: self.surface.is_minimized(),
            url: self.view.url().unwrap_or_default(),
            status: if visible { WindowStatus::Shown } else { WindowStatus::Hidden } as i32,
        }
    }

    /// Of the page, logical pixels: a bar belongs to the window.
    fn size(&self) -> (f64, f64) {
        let (width, height) = self.surface.size();
        (width, (height - self.bar.as_ref().map_or(0.0, menu::Bar::height)).max(0.0))
    }

    /// Gives it a menu bar in the place of the one that it has.
    pub(crate) fn set_menu(&mut self, items: Vec<MenuItem>, tell: &menu::Tell) -> Result<()> {
        // The new one first: what is wrong with it leaves the old one.
        let bar =
            if items.is_empty() { None } else { menu::Bar::new(&self.surface, self.index, &items, tell)? };
        if let Some(old) = std::mem::replace(&mut self.bar, bar) {
            old.remove(&self.surface);
        }
        self.menu = items;
        Ok(())
    }

    /// Changes what the options name, and nothing else.
    pub(crate) fn apply(&mut self, options: &WindowOptions, screen: &Screen) -> Result<()> {
        if options.ephemeral.is_some() {
            let text = "`ephemeral` is for new windows: where a window stores cannot be changed";
            return Err(Error::new(Code::INVALID_ARG_VALUE, text));
        }
        let surface = &self.surface;
        let lengths = Lengths::new(options, screen)?;
        if let Some(title) = &options.title {
            surface.set_title(title);
            self.title.clone_from(title);
            self.titled = true;
        }
        if lengths.min.is_some() || lengths.max.is_some() {
            surface.set_limits(lengths.min, lengths.max);
        }
        if options.width.is_some() || options.height.is_some() {
            let (width, height) = self.size();
            let bar = self.bar.as_ref().map_or(0.0, menu::Bar::height);
            surface.set_size(lengths.width.unwrap_or(width), lengths.height.unwrap_or(height) + bar);
        }
        if options.x.is_some() || options.y.is_some() {
            let (x, y) = surface.position();
            surface.set_position(options.x.unwrap_or(x), options.y.unwrap_or(y));
        }
        let switches: [(Option<bool>, Switch); 11] = [
            (options.closable, Surface::set_closable),
            (options.minimizable, Surface::set_minimizable),
            (options.maximizable, Surface::set_maximizable),
            (options.resizable, Surface::set_resizable),
            (options.frameless, Surface::set_frameless),
            (options.utility, Surface::set_utility),
            (options.always_on_top, Surface::set_always_on_top),
            (options.fullscreen, Surface::set_fullscreen),
            (options.maximized, Surface::set_maximized),
            (options.minimized, Surface::set_minimized),
            (options.visible, Surface::set_visible),
        ];
        for (value, set) in switches {
            if let Some(value) = value {
                set(surface, value);
            }
        }
        if let Some(theme) = options.theme {
            surface.set_theme(theme);
        }
        if let Some(zoom) = options.zoom {
            if !(0.25..=5.0).contains(&zoom) {
                let text = format!("zoom: {zoom} is not between 0.25 and 5");
                return Err(Error::new(Code::OUT_OF_RANGE, text));
            }
            let failed =
                |error| Error::new(Code::WINDOW, format!("the page cannot be drawn larger: {error}"));
            self.view.zoom(zoom).map_err(failed)?;
        }
        if options.focused == Some(true) {
            surface.focus();
        }
        if let Some((red, green, blue, alpha)) = options.background_color {
            let alpha = (alpha.clamp(0.0, 1.0) * 255.0).round() as u8;
            // Engines that cannot change it keep their own.
            let _ = self.view.set_background_color((red, green, blue, alpha));
        }
        if let Some(open) = options.inspector {
            imp::inspect(&self.view, open)?;
        }
        Ok(())
    }
}

/// The lengths of options, in logical pixels.
pub(crate) struct Lengths {
    pub(crate) width: Option<f64>,
    pub(crate) height: Option<f64>,
    pub(crate) min: Option<LogicalSize<f64>>,
    pub(crate) max: Option<LogicalSize<f64>>,
}

impl Lengths {
    pub(crate) fn new(options: &WindowOptions, screen: &Screen) -> Result<Lengths> {
        let pixels = |name: &str, length: &Option<Length>, extent: f64| {
            let named = |error: Error| Error::new(Code::INVALID_ARG_VALUE, format!("{name}: {error}"));
            length.as_ref().map(|length| length.to_pixels(extent).map_err(named)).transpose()
        };
        let both = |width: Option<f64>, height: Option<f64>, other: f64| {
            (width.is_some() || height.is_some())
                .then(|| LogicalSize::new(width.unwrap_or(other), height.unwrap_or(other)))
        };
        let min_width = pixels("minWidth", &options.min_width, screen.width)?;
        let min_height = pixels("minHeight", &options.min_height, screen.height)?;
        let max_width = pixels("maxWidth", &options.max_width, screen.width)?;
        let max_height = pixels("maxHeight", &options.max_height, screen.height)?;
        Ok(Lengths {
            width: pixels("width", &options.width, screen.width)?,
            height: pixels("height", &options.height, screen.height)?,
            min: both(min_width, min_height, 0.0),
            max: both(max_width, max_height, f64::from(u16::MAX)),
        })
    }
}

/// The colour behind a page that is not painted yet, by the theme of the window.
pub(crate) fn background(config: &Config, dark: bool) -> Result<Option<(u8, u8, u8, f64)>> {
    let window = &config.window;
    let (key, text) = match dark {
        true => ("backgroundColorDark", &window.background_color_dark),
        false => ("backgroundColorLight", &window.background_color_light),
    };
    let Some(text) = text.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
    colour(text).map(Some).ok_or_else(|| {
        let text = format!(
            "[window] {key}: {text:?} is no colour: write #rrggbb, #rgb, rgb(0, 0, 0) or rgba(0, 0, 0, 0.5)"
        );
        Error::new(Code::INVALID_ARG_VALUE, text)
    })
}

/// `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb(r, g, b)`, `rgba(r, g, b, a)`.
fn colour(text: &str) -> Option<(u8, u8, u8, f64)> {
    let text = text.trim().to_ascii_lowercase();
    if let Some(digits) = text.strip_prefix('#') {
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let value = |part: &str| u8::from_str_radix(part, 16).ok();
        return match digits.len() {
            3 => {
                let mut doubled = digits.chars().map(|digit| value(&format!("{digit}{digit}")));
                Some((doubled.next()??, doubled.next()??, doubled.next()??, 1.0))
            }
            6 | 8 => {
                let alpha = if digits.len() == 8 { f64::from(value(&digits[6..8])?) / 255.0 } else { 1.0 };
                Some((value(&digits[..2])?, value(&digits[2..4])?, value(&digits[4..6])?, alpha))
            }
            _ => None,
        };
    }
    let (count, parts) = match text.strip_prefix("rgba") {
        Some(parts) => (4, parts),
        None => (3, text.strip_prefix("rgb")?),
    };
    let parts: Vec<_> =
        parts.trim().strip_prefix('(')?.strip_suffix(')')?.split(',').map(str::trim).collect();
    if parts.len() != count {
        return None;
    }
    let alpha = parts.get(3).map_or(Some(1.0), |alpha| alpha.parse().ok());
    let alpha = alpha.filter(|alpha| (0.0..=1.0).contains(alpha))?;
    Some((parts[0].parse().ok()?, parts[1].parse().ok()?, parts[2].parse().ok()?, alpha))
}

/// The first window, as socket.ini describes it.
pub(crate) fn configured(config: &Config) -> WindowOptions {
    let length = |length: socket_config::Length| match length {
        socket_config::Length::Px(pixels) => Length::Pixels(pixels),
        socket_config::Length::Percent(percent) => Length::Text(format!("{percent}%")),
    };
    let window = &config.window;
    // The defaults limit nothing; as limits they would keep a window from being maximized.
    let min = |value: socket_config::Length| (value != socket_config::Length::Px(0.0)).then(|| length(value));
    let max = |value: socket_config::Length| {
        (value != socket_config::Length::Percent(100.0)).then(|| length(value))
    };
    WindowOptions {
        url: Some("/".into()),
        width: Some(length(window.width)),
        height: Some(length(window.height)),
        min_width: min(window.min_width),
        min_height: min(window.min_height),
        max_width: max(window.max_width),
        max_height: max(window.max_height),
        resizable: Some(window.resizable),
        frameless: Some(window.frameless),
        utility: Some(window.utility),
        closable: Some(window.closable).filter(|value| !value),
        minimizable: Some(window.minimizable).filter(|value| !value),
        maximizable: Some(window.maximizable).filter(|value| !value),
        ..WindowOptions::default()
    }
}

/// A monitor as pages see it.
pub(crate) fn screen_of(monitor: &tao::monitor::MonitorHandle) -> Screen {
    let scale_factor = monitor.scale_factor();
    let size = monitor.size().to_logical::<f64>(scale_factor);
    Screen { width: size.width, height: size.height, scale_factor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read() {
        assert_eq!(colour("#fff"), Some((255, 255, 255, 1.0)));
        assert_eq!(colour(" #1a2B3c "), Some((26, 43, 60, 1.0)));
        assert_eq!(colour("#00000000"), Some((0, 0, 0, 0.0)));
        assert_eq!(colour("rgb(1, 2,3)"), Some((1, 2, 3, 1.0)));
        assert_eq!(colour("rgba(1,2,3,0.5)"), Some((1, 2, 3, 0.5)));
        for wrong in [
            "",
            "red",
            "#12",
            "#12345",
            "#xyzxyz",
            "#é1é",
            "rgb(1,2)",
            "rgb(1,2,3,1)",
            "rgba(1,2,3,4)",
            "rgb(256,0,0)",
            "rgb 1,2,3",
        ] {
            assert_eq!(colour(wrong), None, "{wrong}");
        }
    }
}
