//! Menus of macOS and Windows: not there yet, and said so.

use std::rc::Rc;

use socket_api::menu::{MenuChosen, MenuItem, Role};
use socket_ipc::{Code, Error, Result};

use super::Surface;

/// What is told when something is chosen.
pub(crate) type Tell = Rc<dyn Fn(Picked)>;

/// What people chose.
#[allow(dead_code, reason = "nothing can be chosen yet")]
pub(crate) struct Picked {
    pub(crate) window: u32,
    /// Where in the bar of the window; empty: in another menu.
    pub(crate) path: Vec<usize>,
    pub(crate) what: What,
}

/// What comes of it.
#[allow(dead_code, reason = "nothing can be chosen yet")]
pub(crate) enum What {
    /// The page is told.
    Told(MenuChosen),
    /// The system does it itself.
    Done(Role),
}

/// The bar of a window.
pub(crate) struct Bar;

pub(crate) fn missing() -> Error {
    Error::new(Code::UNAVAILABLE, "menus are there on Linux only, so far: draw one in the page")
}

impl Bar {
    pub(crate) fn new(_: &Surface, _: u32, _: &[MenuItem], _: &Tell) -> Result<Option<Bar>> {
        Err(missing())
    }

    pub(crate) fn remove(self, _: &Surface) {}

    pub(crate) fn height(&self) -> f64 {
        0.0
    }
}
