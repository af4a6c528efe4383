//! Menus of GTK: a bar above the page of a window, and one where the pointer is.

use std::rc::Rc;

use gtk::gdk::ModifierType;
use gtk::prelude::*;
use gtk::{
    AccelFlags, AccelGroup, CheckMenuItem, Menu, MenuBar, MenuItem as Entry, MenuShell, SeparatorMenuItem,
};
use socket_api::menu::{Accelerator, MenuChosen, MenuItem, MenuKind, Modifier, Role};
use socket_ipc::{Code, Error, Result};
use tao::platform::unix::WindowExtUnix;

use super::Surface;

/// What is told when something is chosen.
pub(crate) type Tell = Rc<dyn Fn(Picked)>;

/// What people chose.
pub(crate) struct Picked {
    pub(crate) window: u32,
    /// Where in the bar of the window; empty: in another menu.
    pub(crate) path: Vec<usize>,
    pub(crate) what: What,
}

/// What comes of it.
pub(crate) enum What {
    /// The page is told.
    Told(MenuChosen),
    /// The system does it itself.
    Done(Role),
}

/// The bar of a window.
pub(crate) struct Bar {
    bar: MenuBar,
    keys: AccelGroup,
}

struct Making<'a> {
    kind: MenuKind,
    window: u32,
    keys: Option<&'a AccelGroup>,
    tell: &'a Tell,
}

impl Bar {
    /// A bar above the page; none in a window that is not on a screen.
    pub(crate) fn new(
        surface: &Surface,
        window: u32,
        items: &[MenuItem],
        tell: &Tell,
    ) -> Result<Option<Bar>> {
        let keys = AccelGroup::new();
        let bar = MenuBar::new();
        let making = Making { kind: MenuKind::System, window, keys: Some(&keys), tell };
        making.fill(bar.upcast_ref(), items, "", &[])?;
        let Surface::Desktop(desktop) = surface else { return Ok(None) };
        desktop.gtk_window().add_accel_group(&keys);
        let container = surface.container();
        container.pack_start(&bar, false, false, 0);
        container.reorder_child(&bar, 0);
        bar.show_all();
        Ok(Some(Bar { bar, keys }))
    }

    pub(crate) fn remove(self, surface: &Surface) {
        if let Surface::Desktop(desktop) = surface {
            desktop.gtk_window().remove_accel_group(&self.keys);
        }
        surface.container().remove(&self.bar);
    }

    /// Logical pixels that it takes from the page.
    pub(crate) fn height(&self) -> f64 {
        f64::from(self.bar.preferred_height().1)
    }
}

/// Shows a menu where the pointer is, or at a place of the page.
pub(crate) fn popup(
    surface: &Surface,
    view: &gtk::Widget,
    window: u32,
    items: &[MenuItem],
    place: Option<(i32, i32)>,
    tell: &Tell,
) -> Result<()> {
    if matches!(surface, Surface::Offscreen(_)) {
        return Err(Error::new(Code::WINDOW, "this app is headless: nobody can choose from a menu"));
    }
    let menu = Menu::new();
    Making { kind: MenuKind::Context, window, keys: None, tell }.fill(menu.upcast_ref(), items, "", &[])?;
    menu.set_attach_widget(Some(view));
    menu.show_all();
    menu.connect_deactivate(move |menu| {
        // The entry that was chosen is told about after this.
        let menu = menu.clone();
        gtk::glib::idle_add_local_once(move || {
            menu.set_attach_widget(None::<&gtk::Widget>);
        });
    });
    let missing = || Error::new(Code::WINDOW, "the window is not on the screen");
    let area = view.window().ok_or_else(missing)?;
    let pointer = view.display().default_seat().and_then(|seat| seat.pointer()).ok_or_else(missing)?;
    let (x, y) = place.unwrap_or_else(|| {
        let (_, x, y, _) = area.device_position(&pointer);
        (x, y)
    });
    // What the menu is an answer to is over: GTK asks for it all the same.
    let mut event = gtk::gdk::Event::new(gtk::gdk::EventType::ButtonPress);
    event.set_device(Some(&pointer));
    let place = gtk::gdk::Rectangle::new(x, y, 1, 1);
    let corner = gtk::gdk::Gravity::NorthWest;
    menu.popup_at_rect(&area, &place, corner, corner, Some(&event));
    Ok(())
}

impl Making<'_> {
    fn fill(&self, shell: &MenuShell, items: &[MenuItem], parent: &str, above: &[usize]) -> Result<()> {
        for (number, item) in items.iter().enumerate() {
            shell.append(&self.entry(item, parent, [above, &[number]].concat())?);
        }
        Ok(())
    }

    fn entry(&self, item: &MenuItem, parent: &str, path: Vec<usize>) -> Result<Entry> {
        if item.label.is_empty() {
            return Ok(SeparatorMenuItem::new().upcast());
        }
        let entry: Entry = match item.checked {
            Some(checked) => {
                let check = CheckMenuItem::with_label(&item.label);
                check.set_active(checked);
                check.upcast()
            }
            None => Entry::with_label(&item.label),
        };
        entry.set_sensitive(item.enabled != Some(false));
        if let Some(items) = &item.items {
            let menu = Menu::new();
            self.fill(menu.upcast_ref(), items, &item.label, &path)?;
            entry.set_submenu(Some(&menu));
            return Ok(entry);
        }
        if let (Some(accelerator), Some(keys)) = (&item.accelerator, self.keys) {
            let (key, held) = key(accelerator)?;
            entry.add_accelerator("activate", keys, key, held, AccelFlags::VISIBLE);
        }
        let (tell, window) = (self.tell.clone(), self.window);
        let path = if self.kind == MenuKind::System { path } else { Vec::new() };
        if let Some(role) = item.role {
            entry.connect_activate(move |_| {
                tell(Picked { window, path: path.clone(), what: What::Done(role) })
            });
            return Ok(entry);
        }
        let chosen = MenuChosen {
            r#type: self.kind,
            window: self.window,
            title: item.label.clone(),
            parent: parent.to_owned(),
            id: item.id.clone(),
            checked: None,
        };
        // Setting the mark is no choice; it is done before anyone listens.
        entry.connect_activate(move |entry| {
            let checked = entry.downcast_ref::<CheckMenuItem>().map(CheckMenuItemExt::is_active);
            let what = What::Told(MenuChosen { checked, ..chosen.clone() });
            tell(Picked { window, path: path.clone(), what });
        });
        Ok(entry)
    }
}

/// What GTK calls a key, with those that are held.
fn key(Accelerator { key, modifiers }: &Accelerator) -> Result<(u32, ModifierType)> {
    let mut characters = key.chars();
    let (first, rest) = (characters.next(), characters.next());
    let name = match key.as_str() {
        "Enter" => "Return",
        "Backspace" => "BackSpace",
        "ArrowUp" => "Up",
        "ArrowDown" => "Down",
        "ArrowLeft" => "Left",
        "ArrowRight" => "Right",
        "PageUp" => "Page_Up",
        "PageDown" => "Page_Down",
        " " | "Space" => "space",
        other => other,
    };
    let value = match (first, rest) {
        (Some(character), None) if character != ' ' => {
            let lower = character.to_lowercase().next().unwrap_or(character);
            *gtk::gdk::keys::Key::from_unicode(lower)
        }
        _ => *gtk::gdk::keys::Key::from_name(name),
    };
    let void = *gtk::gdk::keys::constants::VoidSymbol;
    if value == void || value == 0 {
        let text = format!(
            "there is no key {key:?}: use a character, or a name as KeyboardEvent.key has it (F5, Enter, ArrowUp)"
        );
        return Err(Error::new(Code::INVALID_ARG_VALUE, text));
    }
    let mut held = ModifierType::empty();
    for modifier in modifiers {
        held |= match modifier {
            Modifier::Alt => ModifierType::MOD1_MASK,
            Modifier::Control | Modifier::CommandOrControl => ModifierType::CONTROL_MASK,
            Modifier::Shift => ModifierType::SHIFT_MASK,
            Modifier::Meta => ModifierType::SUPER_MASK,
        };
    }
    Ok((value, held))
}

/// What an engine calls what is done in its page.
pub(crate) fn editing(role: Role) -> Option<&'static str> {
    match role {
        Role::Undo => Some("Undo"),
        Role::Redo => Some("Redo"),
        Role::Cut => Some("Cut"),
        Role::Copy => Some("Copy"),
        Role::Paste => Some("Paste"),
        Role::Delete => Some("Delete"),
        Role::SelectAll => Some("SelectAll"),
        Role::Minimize | Role::Close | Role::Quit => None,
    }
}
