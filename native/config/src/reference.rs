//! `docs/config.md`, from the table.

use std::fmt::Write;

use crate::keys::{Key, Preset};
use crate::table::{FREE, KEYS};

const HEAD: &str = include_str!("reference.md");

/// The page that documents every key. A test compares it with `docs/config.md`.
pub fn reference() -> String {
    let mut page = HEAD.trim_end().to_owned();
    page.push('\n');
    let mut section = "";
    for key in KEYS {
        // Sub-sections stand among the keys of their section.
        let top = key.section.split('.').next().unwrap_or_default();
        if top != section {
            section = top;
            push(
                &mut page,
                format_args!(
                    "\n## `[{section}]`\n\n| key | value | default | platforms | |\n|---|---|---|---|---|"
                ),
            );
        }
        let Key { name, kind, platforms, doc, .. } = key;
        let name = match key.section == top {
            true => format!("`{name}`"),
            false => format!("`[{}] {name}`", key.section),
        };
        let default = match key.default {
            Preset::Text(text) => format!("`{text}`"),
            Preset::Derived(words) => words.to_owned(),
            Preset::Empty => "–".to_owned(),
            Preset::Required => "required".to_owned(),
        };
        push(&mut page, format_args!("| {name} | {kind} | {default} | {platforms} | {} |", doc.trim()));
    }
    push(&mut page, format_args!("\n## Sections with keys of your own\n\n| section | |\n|---|---|"));
    for free in FREE {
        push(&mut page, format_args!("| `[{}]` | {} |", free.section, free.doc.trim()));
    }
    page
}

fn push(page: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(page, "{line}");
}
