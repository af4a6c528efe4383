//! From a file and what overrides it to a `Config`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Deref;
use std::path::{Path, PathBuf};

use socket_policy::{Capabilities, Lists, Places};

use crate::error::{
    COLLISION, Error, MISSING, NOT_FOUND, Place, Problem, READ, Result, TWICE, UNKNOWN, VALUE, Warning,
};
use crate::ini::{self, Document, Entry, Raw};
use crate::keys::{Preset, Section};
use crate::table::{FREE, KEYS, Sections};
use crate::value::{Paths, Protocol, Value};

/// `key = value` pairs in the order of the file.
pub type Map = Vec<(String, String)>;

/// What counts more than the file: the settings of `.sscrc`, then what a program sets.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub(crate) entries: Vec<Entry>,
}

impl Overrides {
    /// Sets one key. The value is taken as it is.
    ///
    /// # Errors
    /// When a line of a file could not hold it: line breaks, or a key with `=` or a bracket.
    pub fn set(&mut self, section: &str, name: &str, value: &str) -> Result<()> {
        self.entry(section, name, Raw::Quoted(value.into()), false)
    }

    /// Sets a list key. No items leave it empty.
    ///
    /// # Errors
    /// As for [`Overrides::set`].
    pub fn set_list(&mut self, section: &str, name: &str, items: &[String]) -> Result<()> {
        self.entry(section, name, Raw::Items(items.to_vec()), false)
    }

    fn entry(&mut self, section: &str, name: &str, raw: Raw, append: bool) -> Result<()> {
        let label = ini::label(section, name);
        let control = |text: &str| text.chars().any(|char| char.is_control() && char != '\t');
        if name.is_empty()
            || name.trim() != name
            || name.starts_with([';', '#', '['])
            || name.contains('=')
            || name.ends_with("[]")
            || control(name)
        {
            return Err(Problem::in_file(VALUE, Path::new(""), format!("{label}: `{name}` cannot be a key"))
                .hint("use letters, digits and `_`"));
        }
        let values = match &raw {
            Raw::Plain(text) | Raw::Quoted(text) => std::slice::from_ref(text),
            Raw::Items(items) => items.as_slice(),
        };
        if values.iter().any(|value| control(value)) {
            return Err(Problem::in_file(
                VALUE,
                Path::new(""),
                format!("{label}: the value has more than one line"),
            )
            .hint("a value is one line of text; put longer ones into a file"));
        }
        let entry = Entry {
            section: section.into(),
            name: name.into(),
            raw,
            append,
            place: Place::default(),
            value_place: Place::default(),
        };
        self.entries.push(entry);
        Ok(())
    }
}

/// The configuration of an app. The sections are fields: `config.build.name`, `config.window.width`.
#[derive(Clone, Debug)]
pub struct Config {
    sections: Sections,
    /// Every key as `section_key`, defaults included: what pages see as `application.config`.
    pub flat: BTreeMap<String, String>,
    /// What is worth saying to the user.
    pub warnings: Vec<Warning>,
    /// The file.
    pub path: PathBuf,
    pub(crate) entries: Vec<Entry>,
}

impl Deref for Config {
    type Target = Sections;
    fn deref(&self) -> &Sections {
        &self.sections
    }
}

impl Config {
    /// Reads a file and applies what overrides it.
    ///
    /// # Errors
    /// When the file cannot be read, a line is not part of the dialect, a value does not fit its key, or a
    /// required key is missing.
    pub fn load(path: &Path, overrides: &Overrides) -> Result<Config> {
        let bytes = std::fs::read(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Problem::in_file(NOT_FOUND, path, "there is no such file")
                .hint("run `ssc init` in the project, or give the project directory as an argument"),
            _ => Problem::in_file(READ, path, format!("cannot be read: {}", reason(&error)))
                .hint("check that it is a file and who may read it"),
        })?;
        Config::from_bytes(bytes, path, overrides)
    }

    /// The same, from what was read already. `path` is what errors name.
    ///
    /// # Errors
    /// As for [`Config::load`].
    pub fn from_bytes(bytes: Vec<u8>, path: &Path, overrides: &Overrides) -> Result<Config> {
        Config::parse(&ini::text(bytes, path)?, path, overrides)
    }

    /// The same, from text. `path` is what errors name.
    ///
    /// # Errors
    /// As for [`Config::load`].
    pub fn parse(text: &str, path: &Path, overrides: &Overrides) -> Result<Config> {
        let Document { mut entries, sections, mut warnings } = ini::parse(text, path)?;
        entries.extend(empty_capabilities(&entries, &sections));
        let entries = merge(entries, overrides, &mut warnings);
        let reader = Reader::new(&entries, &sections, path);
        let mut typed = Sections::read(&reader)?;
        complete(&mut typed, &reader)?;
        warnings.extend(entries.iter().filter_map(|entry| unknown(entry, &reader)));

        let mut flat: BTreeMap<_, _> = KEYS
            .iter()
            .filter_map(|key| match key.default {
                Preset::Text(text) => Some((key.flat(), text.to_owned())),
                _ => None,
            })
            .collect();
        flat.extend(entries.iter().map(|entry| (entry.flat(), entry.raw.text())));
        flat.entry("build_copy".into()).or_insert_with(|| typed.build.copy.join(" "));
        flat.insert("meta_title".into(), typed.meta.title.clone());
        flat.insert("meta_application_protocol".into(), typed.meta.application_protocol.to_string());
        flat.insert("window_alert_title".into(), typed.window.alert_title.clone());
        drop(reader);
        check_capabilities(&typed, &entries, path)?;
        Ok(Config { sections: typed, flat, warnings, path: path.into(), entries })
    }
}

impl Config {
    /// The section `[capabilities]`; none where there is no such section and nothing is narrowed.
    pub fn capabilities(&self) -> Option<Lists> {
        lists(&self.sections, &self.entries)
    }

    /// Takes a key out of what [`Config::to_ini`] writes and pages see: it is for those who build alone.
    pub fn forget(&mut self, section: &str, name: &str) {
        let flat = ini::flatten(section, name);
        self.entries.retain(|entry| entry.flat() != flat);
        self.flat.remove(&flat);
    }

    /// An error about the value of a key that only its user can judge (a file that is not there), with its place.
    pub fn wrong(&self, section: &str, name: &str, message: &str, hint: &str) -> Problem {
        let flat = ini::flatten(section, name);
        let place = self.entries.iter().find(|entry| entry.flat() == flat).map(|entry| &entry.value_place);
        let message = format!("{}: {message}", ini::label(section, name));
        match place {
            Some(place) => Problem::at(VALUE, place, message),
            None => Problem::in_file(VALUE, &self.path, message),
        }
        .hint(hint)
    }
}

const CAPABILITIES: &str = "capabilities";

/// A section without keys allows nothing. What `ssc build` writes for the app has keys alone, so it gets one.
fn empty_capabilities(entries: &[Entry], sections: &[(String, Place)]) -> Option<Entry> {
    let (_, place) = sections.iter().find(|(section, _)| section == CAPABILITIES)?;
    let (section, place) = (CAPABILITIES.to_owned(), place.clone());
    (!entries.iter().any(|entry| entry.section == section)).then(|| Entry {
        section,
        name: socket_policy::KEYS[0].into(),
        raw: Raw::Plain(String::new()),
        append: false,
        value_place: place.clone(),
        place,
    })
}

fn lists(typed: &Sections, entries: &[Entry]) -> Option<Lists> {
    let found = &typed.capabilities;
    entries.iter().any(|entry| entry.section == CAPABILITIES).then(|| Lists {
        read: found.read.to_vec(),
        write: found.write.to_vec(),
        udp: found.udp.to_vec(),
        tcp: found.tcp.to_vec(),
        hosts: found.hosts.to_vec(),
        commands: found.commands.to_vec(),
        processes: found.processes.to_vec(),
        bluetooth: found.bluetooth.to_vec(),
        urls: found.urls.to_vec(),
    })
}

/// Entries that mean nothing stop the build, not the app of a user.
fn check_capabilities(typed: &Sections, entries: &[Entry], path: &Path) -> Result<()> {
    let lists = lists(typed, entries);
    let Err(wrong) = Capabilities::new(lists.as_ref(), Places::default()) else { return Ok(()) };
    let message = format!("{}: `{}`: {}", ini::label(CAPABILITIES, wrong.key), wrong.value, wrong.what);
    let place = entries.iter().find(|entry| entry.section == CAPABILITIES && entry.name == wrong.key);
    let problem = match place {
        Some(entry) => Problem::at(VALUE, &entry.value_place, message),
        None => Problem::in_file(VALUE, path, message),
    };
    Err(problem.hint(wrong.fix))
}

/// An error of the system without its number.
pub(crate) fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// What the keys that are computed from others come to, and rules that concern more than one key.
fn complete(typed: &mut Sections, reader: &Reader) -> Result<()> {
    let extension = [&typed.meta.r#type, &typed.build.r#type].iter().any(|kind| &***kind == "extension");
    if typed.meta.bundle_identifier.is_empty() && !extension {
        return Err(reader.missing(
            "meta",
            "bundle_identifier",
            "in reverse DNS, as in `bundle_identifier = com.example.app`",
        ));
    }
    // A script makes the resources by itself; copying the sources over them would undo its work.
    if typed.build.script.is_none() && !reader.index.contains_key("build_copy") {
        typed.build.copy = Paths::made("src");
    }
    if typed.meta.title.is_empty() {
        typed.meta.title = typed.build.name.to_string();
    }
    if typed.meta.application_protocol.is_empty() {
        let protocol = typed.meta.bundle_identifier.replace(['.', '_'], "-");
        typed.meta.application_protocol = Protocol::made(protocol);
    }
    if typed.window.alert_title.is_empty() {
        typed.window.alert_title = typed.meta.title.clone();
    }
    Ok(())
}

/// One entry a key: later ones win, `key[]` appends, and an override begins anew.
fn merge(entries: Vec<Entry>, overrides: &Overrides, warnings: &mut Vec<Warning>) -> Vec<Entry> {
    let mut merged: Vec<Entry> = Vec::with_capacity(entries.len());
    let mut index: HashMap<String, usize> = HashMap::new();
    let count = entries.len();
    for (number, mut entry) in entries.into_iter().chain(overrides.entries.iter().cloned()).enumerate() {
        let Some(&at) = index.get(&entry.flat()) else {
            index.insert(entry.flat(), merged.len());
            if entry.append {
                entry.raw = Raw::Items(vec![entry.raw.text()]);
            }
            merged.push(entry);
            continue;
        };
        let known = &mut merged[at];
        if number < count {
            if (&known.section, &known.name) != (&entry.section, &entry.name) {
                let message = format!(
                    "{} and {} (line {}) are the same key, {}",
                    entry.label(),
                    known.label(),
                    known.place.line,
                    entry.flat(),
                );
                warnings.push(
                    Warning::at(COLLISION, &entry.place, message)
                        .hint("keep one of them; the later one counts"),
                );
            } else if !entry.append {
                let message = format!("{} is already set on line {}", entry.label(), known.place.line);
                warnings.push(
                    Warning::at(TWICE, &entry.place, message).hint("keep one of them; the later one counts"),
                );
            }
        }
        // A list in another file does not add to this one, it takes its place.
        if entry.append && known.place.file == entry.place.file {
            known.raw.push(entry.raw.text());
        } else {
            known.raw = if entry.append { Raw::Items(vec![entry.raw.text()]) } else { entry.raw };
        }
        (known.place, known.value_place) = (entry.place, entry.value_place);
    }
    merged
}

/// Reads typed values out of merged entries.
pub(crate) struct Reader<'a> {
    entries: &'a [Entry],
    index: HashMap<String, &'a Entry>,
    sections: &'a [(String, Place)],
    file: &'a Path,
    known: HashSet<String>,
}

impl<'a> Reader<'a> {
    fn new(entries: &'a [Entry], sections: &'a [(String, Place)], file: &'a Path) -> Self {
        let index = entries.iter().map(|entry| (entry.flat(), entry)).collect();
        let known = KEYS.iter().map(|key| key.flat()).collect();
        Reader { entries, index, sections, file, known }
    }

    pub(crate) fn get<T: Value>(&self, section: &str, name: &str, default: Option<&str>) -> Result<T> {
        let entry = self.index.get(&ini::flatten(section, name));
        let text = entry.map(|entry| &entry.raw);
        // A key without a value is as good as a missing one.
        let text = text.filter(|raw| default.is_none() || !raw.text().is_empty());
        let preset = default.map(|text| Raw::Plain(text.into()));
        match (text.or(preset.as_ref()), entry) {
            (Some(raw), _) if raw.text().is_empty() && !T::REQUIRED => Ok(T::absent()),
            (Some(raw), entry) => T::read(raw).map_err(|wrong| {
                let place = entry.map(|entry| entry.value_place.clone()).unwrap_or_default();
                Problem::at(VALUE, &place, format!("{}: {}", ini::label(section, name), wrong.0))
                    .hint(wrong.1)
            }),
            (None, _) if T::REQUIRED => Err(self.missing(section, name, &format!("({})", T::KIND))),
            (None, _) => Ok(T::absent()),
        }
    }

    /// The keys of a section that are the user's own.
    pub(crate) fn free(&self, section: &str) -> Map {
        let prefix = ini::flatten(section, "");
        let pair = |entry: &Entry| {
            let flat = entry.flat();
            let name = flat.strip_prefix(&prefix).filter(|_| !self.known.contains(&flat))?;
            Some((name.to_owned(), entry.raw.text()))
        };
        self.entries.iter().filter_map(pair).collect()
    }

    fn missing(&self, section: &str, name: &str, how: &str) -> Error {
        let message = format!("{} is missing", ini::label(section, name));
        let error = match self.sections.iter().find(|(known, _)| known == section) {
            Some((_, place)) => Problem::at(MISSING, place, message),
            None => Problem::in_file(MISSING, self.file, message),
        };
        error.hint(format!("add `{name}` to the section [{section}] {how}"))
    }
}

/// A warning for a key that nothing reads, with the nearest one that something does.
fn unknown(entry: &Entry, reader: &Reader) -> Option<Warning> {
    let flat = entry.flat();
    let free = FREE.iter().any(|free| flat.starts_with(&ini::flatten(free.section, "")));
    if free || reader.known.contains(&flat) {
        return None;
    }
    let near = |key: &&crate::keys::Key| {
        // In the same section only the name tells keys apart.
        match key.section == entry.section {
            true => strsim::jaro_winkler(key.name, &entry.name),
            false => strsim::jaro_winkler(&key.flat(), &flat),
        }
    };
    let nearest = KEYS.iter().map(|key| (near(&key), key)).max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = match nearest {
        Some((score, key)) if score > 0.85 => format!("did you mean {}?", ini::label(key.section, key.name)),
        _ => format!("only pages see it, as application.config.{flat}"),
    };
    Some(Warning::at(UNKNOWN, &entry.place, format!("{} is not a known key", entry.label())).hint(hint))
}
