//! The dialect: sections, keys, comments, quotes and `key[]`. Knows no key by name.
//!
//! ```text
//! ; a comment, also # and also after an unquoted value
//! [a.b]              keys below are a_b_<key>
//! [.c]               extends the section above: a_b_c_<key>
//! key = value
//! key = "kept: ; # and  spaces"     "" inside quotes is one quote
//! key[] = one        appends
//! ```

use std::path::Path;
use std::sync::Arc;

use crate::error::{COMMENT, Place, Problem, READ, Result, SYNTAX, Warning};

/// A value as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    /// Without quotes: a list key may split it.
    Plain(String),
    /// In quotes: kept as it is.
    Quoted(String),
    /// Collected from `key[]` lines.
    Items(Vec<String>),
}

impl Raw {
    /// The one text that the flat map holds.
    pub(crate) fn text(&self) -> String {
        match self {
            Raw::Plain(text) | Raw::Quoted(text) => text.clone(),
            Raw::Items(items) => items.join(" "),
        }
    }

    pub(crate) fn push(&mut self, item: String) {
        let mut items = match std::mem::replace(self, Raw::Items(Vec::new())) {
            Raw::Plain(text) => text.split_whitespace().map(str::to_owned).collect(),
            Raw::Quoted(text) => vec![text],
            Raw::Items(items) => items,
        };
        items.push(item);
        *self = Raw::Items(items);
    }
}

/// One `key = value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// With dots, as in `build.script`; empty above the first section.
    pub(crate) section: String,
    pub(crate) name: String,
    pub(crate) raw: Raw,
    pub(crate) append: bool,
    pub(crate) place: Place,
    pub(crate) value_place: Place,
}

impl Entry {
    /// The key in the flat map.
    pub(crate) fn flat(&self) -> String {
        flatten(&self.section, &self.name)
    }

    /// The key as people write it.
    pub(crate) fn label(&self) -> String {
        label(&self.section, &self.name)
    }
}

pub(crate) fn flatten(section: &str, name: &str) -> String {
    match section.is_empty() {
        true => name.to_owned(),
        false => format!("{}_{name}", section.replace('.', "_")),
    }
}

pub(crate) fn label(section: &str, name: &str) -> String {
    match section.is_empty() {
        true => name.to_owned(),
        false => format!("[{section}] {name}"),
    }
}

/// What a file holds, in order.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) entries: Vec<Entry>,
    /// Every section line, for errors about what is missing in it.
    pub(crate) sections: Vec<(String, Place)>,
    pub(crate) warnings: Vec<Warning>,
}

/// Bytes to text. A byte order mark is skipped.
pub(crate) fn text(bytes: Vec<u8>, file: &Path) -> Result<String> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let start = valid.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(&valid[start..]).chars().count() + 1;
        let place = Place { file: file.into(), line: line as u32, column: column as u32 };
        Problem::at(READ, &place, "not UTF-8 text").hint("save the file with the encoding UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Parses the dialect.
pub(crate) fn parse(text: &str, file: &Path) -> Result<Document> {
    let file: Arc<Path> = file.into();
    let mut document = Document::default();
    let mut section = String::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_end();
        // Every place is told by the tail of the line that begins there.
        let at = |tail: &str| {
            let column = line[..line.len() - tail.len()].chars().count() as u32 + 1;
            Place { file: file.clone(), line: number as u32 + 1, column }
        };
        let rest = line.trim_start();
        if rest.is_empty() || rest.starts_with([';', '#']) {
            continue;
        }
        if let Some(name) = rest.strip_prefix('[') {
            section = header(name, &section)
                .map_err(|(message, hint)| Problem::at(SYNTAX, &at(rest), message).hint(hint))?;
            document.sections.push((section.clone(), at(rest)));
            continue;
        }
        let Some((key, tail)) = rest.split_once('=') else {
            return Err(Problem::at(
                SYNTAX,
                &at(rest),
                format!("`{rest}` is neither a section nor `key = value`"),
            )
            .hint("write `key = value`, or begin the line with `;` to make it a comment"));
        };
        let key = key.trim_end();
        let (name, append) = match key.strip_suffix("[]") {
            Some(name) => (name.trim_end(), true),
            None => (key, false),
        };
        if name.is_empty() {
            return Err(Problem::at(SYNTAX, &at(rest), "there is no key before `=`")
                .hint("write `key = value`, or begin the line with `;` to make it a comment"));
        }
        let tail = tail.trim_start();
        let place = at(tail);
        let (raw, comment) = value(tail).map_err(|message| {
            Problem::at(SYNTAX, &place, message)
                .hint("close the value with `\"` on the same line; write a quote inside it as `\"\"`")
        })?;
        let entry = Entry {
            section: section.clone(),
            name: name.into(),
            raw,
            append,
            place: at(rest),
            value_place: place,
        };
        if let Some(mark) = suspect(&entry.raw, comment) {
            document.warnings.push(
                Warning::at(
                    COMMENT,
                    &entry.value_place,
                    format!("{}: everything from `{mark}` on is a comment", entry.label()),
                )
                .hint(match tail.strip_prefix('"') {
                    // Its last quote, if that is where the value was meant to end, stays as it is.
                    Some(rest) => {
                        let inside = rest.strip_suffix('"').unwrap_or(rest).replace('"', "\"\"");
                        format!("write quotes inside a quoted value twice to keep it: {name} = \"{inside}\"")
                    }
                    None => format!("quote the value to keep it: {name} = \"{tail}\""),
                }),
            );
        }
        document.entries.push(entry);
    }
    Ok(document)
}

/// The section that `[name]` begins, given what follows the bracket.
fn header(rest: &str, above: &str) -> Result<String, (String, &'static str)> {
    let Some((name, after)) = rest.split_once(']') else {
        return Err((format!("the section `[{rest}` has no `]`"), "close it: `[section]`"));
    };
    let after = after.trim_start();
    if !after.is_empty() && !after.starts_with([';', '#']) {
        return Err((format!("`{after}` follows the section `[{name}]`"), "put it on a line of its own"));
    }
    let name = name.trim();
    let (full, own) = match name.strip_prefix('.') {
        Some(own) if above.is_empty() => {
            return Err((
                format!("`[.{own}]` extends no section"),
                "put it below the section that it extends",
            ));
        }
        Some(own) => (format!("{above}.{own}"), own),
        None => (name.to_owned(), name),
    };
    if own.split('.').any(|part| part.trim().is_empty()) {
        return Err((
            format!("`[{name}]` has an empty part"),
            "name the section: `[section]` or `[section.part]`",
        ));
    }
    Ok(full)
}

/// The value at the start of `tail`, and its comment.
fn value(tail: &str) -> Result<(Raw, &str), String> {
    let Some(rest) = tail.strip_prefix('"') else {
        let end = tail.find([';', '#']).unwrap_or(tail.len());
        let text = tail[..end].trim_end();
        return Ok((Raw::Plain(text.to_owned()), &tail[text.len()..]));
    };
    let mut text = String::new();
    let mut chars = rest.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        if char != '"' {
            text.push(char);
            continue;
        }
        let after = rest[at + 1..].trim_start();
        if after.is_empty() || after.starts_with([';', '#']) {
            return Ok((Raw::Quoted(text), after));
        }
        // A lone quote inside is taken as it is; two are one.
        text.push('"');
        chars.next_if(|&(_, next)| next == '"');
    }
    // In `"say "hi""` the last two were meant as one quote and the end.
    if rest.len() > 2 && rest.ends_with("\"\"") {
        return Ok((Raw::Quoted(text), ""));
    }
    Err(format!("the value `{tail}` is not closed"))
}

/// `a;b`, `#fff` and `"say "hi"; bye"` lose their end silently to whoever does not know the dialect.
fn suspect(raw: &Raw, comment: &str) -> Option<char> {
    let mark = comment.chars().next().filter(|&mark| mark == ';' || mark == '#')?;
    let glued = comment[1..].starts_with(|next: char| !next.is_whitespace() && next != mark);
    let suspect = match raw {
        Raw::Plain(text) => glued && (!text.is_empty() || mark == '#'),
        _ => comment.ends_with('"'),
    };
    suspect.then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let document = parse(text, Path::new("x.ini")).expect("parses");
        document.entries.iter().map(|entry| (entry.flat(), entry.raw.text())).collect()
    }

    #[track_caller]
    fn check(line: &str, value: &str) {
        assert_eq!(read(line), [("k".to_owned(), value.to_owned())], "{line}");
    }

    #[test]
    fn values() {
        check("k = a b ; c", "a b");
        check("k=a#c", "a");
        check("k =", "");
        check("k = \"\"", "");
        check("k = \"a ; b # c\" ; d", "a ; b # c");
        check("k = \"a \"b\" c\"", "a \"b\" c");
        check("k = \"say \"hi\"\"", "say \"hi\"");
        check("k = \"x\"\" ; y\"", "x\" ; y");
        check("k = \"\"\"\"", "\"");
        check("k = \"C:\\dir\\\"", "C:\\dir\\");
        check("k = a = b", "a = b");
        check("\tk\t= \u{fc} \r", "\u{fc}");
    }

    #[test]
    fn sections_extend() {
        let keys = read("[a.b]\nk=1\n[.c]\nk=2\n[d]\nk=3");
        let keys: Vec<_> = keys.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["a_b_k", "a_b_c_k", "d_k"]);
    }

    #[test]
    fn columns_count_characters() {
        let document = parse("[s]\n  \u{fc}ber = x", Path::new("x.ini")).expect("parses");
        let entry = &document.entries[0];
        assert_eq!((entry.place.line, entry.place.column, entry.value_place.column), (2, 3, 10));
    }
}
