//! The effective configuration as a file that reads back the same.

use std::fmt::Write;

use crate::ini::Raw;
use crate::load::Config;

impl Config {
    /// The configuration with every override applied, in the dialect of `socket.ini`: what a built app carries.
    pub fn to_ini(&self) -> String {
        let mut text = String::from("; Written by ssc build. Change the project's socket.ini instead.\n");
        // A key above the first section cannot stand below one.
        let mut sections = vec![""];
        for entry in &self.entries {
            if !sections.contains(&entry.section.as_str()) {
                sections.push(&entry.section);
            }
        }
        for section in sections {
            if !section.is_empty() {
                write_line(&mut text, format_args!("\n[{section}]"));
            }
            for entry in self.entries.iter().filter(|entry| entry.section == section) {
                let name = &entry.name;
                match &entry.raw {
                    // What was read without quotes reads back without them.
                    Raw::Plain(value) => write_line(&mut text, format_args!("{name} = {value}")),
                    Raw::Quoted(value) => write_line(&mut text, format_args!("{name} = {}", quoted(value))),
                    Raw::Items(items) if items.is_empty() => write_line(&mut text, format_args!("{name} =")),
                    Raw::Items(items) => items
                        .iter()
                        .for_each(|item| write_line(&mut text, format_args!("{name}[] = {}", quoted(item)))),
                }
            }
        }
        text
    }
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\"\""))
}

fn write_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}
