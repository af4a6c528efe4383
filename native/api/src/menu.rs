//! Menus as routes and the desktop see them: of windows, of a click, of the tray.

use serde::{Deserialize, Serialize};
use socket_ipc::{Code, Error, Result};
use ts_rs::TS;

/// The most entries that a menu has, all those below it counted.
const MOST: usize = 2000;
/// How deep menus may be in each other.
const DEEPEST: usize = 8;

/// One entry of a menu.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(optional_fields)]
pub struct MenuItem {
    /// What it says; empty: a line between others.
    pub label: String,
    /// What the page calls it; pages are told it when it is chosen.
    pub id: Option<String>,
    /// Grey when false, and cannot be chosen.
    pub enabled: Option<bool>,
    /// With a check mark, or without.
    pub checked: Option<bool>,
    /// The key that chooses it.
    pub accelerator: Option<Accelerator>,
    /// What the system does itself when it is chosen.
    pub role: Option<Role>,
    /// The menu below it.
    pub items: Option<Vec<MenuItem>>,
}

/// A key, with those that are held.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
pub struct Accelerator {
    /// A character, or the name of a key as `KeyboardEvent.key` has it: `s`, `F5`, `Enter`, `ArrowUp`.
    pub key: String,
    /// Those that are held.
    pub modifiers: Vec<Modifier>,
}

/// A key that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Modifier {
    /// Alt, or Option.
    Alt,
    /// Control.
    Control,
    /// Shift.
    Shift,
    /// The key of the system: Command, Windows, Super.
    Meta,
    /// Command on macOS, Control elsewhere.
    CommandOrControl,
}

/// What the system does itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Takes the last change back.
    Undo,
    /// Makes it again.
    Redo,
    /// Moves what is selected to the clipboard.
    Cut,
    /// Copies what is selected to the clipboard.
    Copy,
    /// Inserts what is on the clipboard.
    Paste,
    /// Removes what is selected.
    Delete,
    /// Selects everything.
    SelectAll,
    /// Puts the window into the task bar.
    Minimize,
    /// Closes the window.
    Close,
    /// Ends the app.
    Quit,
}

/// What changes about an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(optional_fields)]
pub struct MenuChange {
    /// What it says.
    pub label: Option<String>,
    /// Whether it can be chosen.
    pub enabled: Option<bool>,
    /// Whether it has a check mark.
    pub checked: Option<bool>,
}

/// Which menu something was chosen in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MenuKind {
    /// The bar of a window; on macOS that of the app.
    System,
    /// The one of a click.
    Context,
}

/// Something was chosen in a menu.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct MenuChosen {
    /// Which menu.
    pub r#type: MenuKind,
    /// The window that it belongs to.
    pub window: u32,
    /// What it says.
    pub title: String,
    /// What is written above it; empty: nothing.
    pub parent: String,
    /// What the page calls it.
    pub id: Option<String>,
    /// Whether it has a check mark now.
    pub checked: Option<bool>,
}

/// Looks through a menu.
///
/// # Errors
/// [`Code::OUT_OF_RANGE`] when it is too large, [`Code::INVALID_ARG_VALUE`] when an accelerator is of no key.
pub fn check(items: &[MenuItem]) -> Result<()> {
    let mut count = 0;
    below(items, 0, &mut count)
}

fn below(items: &[MenuItem], depth: usize, count: &mut usize) -> Result<()> {
    *count += items.len();
    if depth > DEEPEST || *count > MOST {
        let text = format!("a menu has at most {MOST} entries, {DEEPEST} deep");
        return Err(Error::new(Code::OUT_OF_RANGE, text));
    }
    for item in items {
        if let Some(accelerator) = &item.accelerator
            && accelerator.key.is_empty()
        {
            let text = format!("the accelerator of {:?} has no key", item.label);
            return Err(Error::new(Code::INVALID_ARG_VALUE, text));
        }
        below(item.items.as_deref().unwrap_or_default(), depth + 1, count)?;
    }
    Ok(())
}

/// The entry at a place: the number of each entry on the way to it.
///
/// # Errors
/// [`Code::OUT_OF_RANGE`] when there is none.
pub fn at<'a>(items: &'a mut [MenuItem], path: &[usize]) -> Result<&'a mut MenuItem> {
    let missing = || Error::new(Code::OUT_OF_RANGE, format!("there is no entry {path:?} in the menu"));
    let (first, rest) = path.split_first().ok_or_else(missing)?;
    let item = items.get_mut(*first).ok_or_else(missing)?;
    match rest {
        [] => Ok(item),
        rest => at(item.items.as_deref_mut().unwrap_or_default(), rest).map_err(|_| missing()),
    }
}

impl MenuItem {
    /// Changes what is named.
    pub fn change(&mut self, change: &MenuChange) {
        if let Some(label) = &change.label {
            self.label.clone_from(label);
        }
        self.enabled = change.enabled.or(self.enabled);
        self.checked = change.checked.or(self.checked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu(label: &str, items: Vec<MenuItem>) -> MenuItem {
        MenuItem { label: label.into(), items: Some(items), ..MenuItem::default() }
    }

    #[test]
    fn entries_are_found_by_their_place() {
        let mut items = vec![menu("File", vec![menu("Recent", vec![menu("a", vec![])])])];
        assert_eq!(at(&mut items, &[0, 0, 0]).expect("it is there").label, "a");
        for path in [&[][..], &[1], &[0, 1], &[0, 0, 0, 0]] {
            assert_eq!(at(&mut items, path).expect_err("there is none").code(), "ERR_OUT_OF_RANGE");
        }
        at(&mut items, &[0])
            .expect("it is there")
            .change(&MenuChange { enabled: Some(false), ..MenuChange::default() });
        assert_eq!((items[0].enabled, &*items[0].label), (Some(false), "File"));
    }

    #[test]
    fn menus_are_bounded() {
        let mut deep = menu("x", vec![]);
        for _ in 0..DEEPEST {
            assert!(check(std::slice::from_ref(&deep)).is_ok());
            deep = menu("x", vec![deep]);
        }
        assert!(check(&[deep]).is_err());
        assert!(check(&vec![MenuItem::default(); MOST + 1]).is_err());
        let accelerator = Some(Accelerator { key: String::new(), modifiers: vec![] });
        assert!(check(&[MenuItem { accelerator, ..MenuItem::default() }]).is_err());
    }
}
