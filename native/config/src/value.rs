//! The types that a key may have, each with what people see of it: its name, and what is wrong with a value.

use std::fmt;
use std::ops::Deref;

use crate::ini::Raw;

/// What is wrong with a value, and the fix.
pub(crate) struct Wrong(pub(crate) String, pub(crate) String);

/// A type that a key may have.
pub(crate) trait Value: Sized {
    /// Its name in the documentation.
    const KIND: &'static str;
    /// The value that the text stands for.
    fn read(raw: &Raw) -> Result<Self, Wrong>;
    /// Whether a key without a default must be there.
    const REQUIRED: bool = false;
    /// The value of a key that is not there and has no default.
    fn absent() -> Self;
}

fn wrong<T>(what: String, fix: &str) -> Result<T, Wrong> {
    Err(Wrong(what, fix.into()))
}

impl Value for String {
    const KIND: &'static str = "text";
    fn read(raw: &Raw) -> Result<Self, Wrong> {
        Ok(raw.text())
    }
    fn absent() -> Self {
        String::new()
    }
}

impl Value for bool {
    const KIND: &'static str = "true or false";
    fn read(raw: &Raw) -> Result<Self, Wrong> {
        match raw.text().as_str() {
            "true" => Ok(true),
            "false" | "" => Ok(false),
            other => wrong(format!("`{other}` is neither true nor false"), "write true or false"),
        }
    }
    fn absent() -> Self {
        false
    }
}

impl Value for u32 {
    const KIND: &'static str = "number";
    fn read(raw: &Raw) -> Result<Self, Wrong> {
        let text = raw.text();
        text.parse().or_else(|_| wrong(format!("`{text}` is not a whole number"), "write digits only"))
    }
    fn absent() -> Self {
        0
    }
}

/// An empty value means the same as none.
impl<T: Value> Value for Option<T> {
    const KIND: &'static str = T::KIND;
    fn read(raw: &Raw) -> Result<Self, Wrong> {
        if raw.text().is_empty() { Ok(None) } else { T::read(raw).map(Some) }
    }
    fn absent() -> Self {
        None
    }
}

/// A length on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Logical pixels.
    Px(f64),
    /// A part of the screen: 50 is the half.
    Percent(f64),
}

impl Value for Length {
    const KIND: &'static str = "px or %";
    fn read(raw: &Raw) -> Result<Self, Wrong> {
        let text = raw.text();
        let (digits, of): (_, fn(f64) -> Length) = match (text.strip_suffix('%'), text.strip_suffix("px")) {
            (Some(digits), _) => (digits, Length::Percent),
            (_, Some(digits)) => (digits, Length::Px),
            _ => (text.as_str(), Length::Px),
        };
        let digits = digits.trim_end();
        // `parse` alone would let in `inf`, `1e9` and signs.
        match digits.parse() {
            Ok(number) if digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => Ok(of(number)),
            _ => wrong(
                format!("`{text}` is not a size"),
                "write pixels or a part of the screen, as in 800, 800px or 50%",
            ),
        }
    }
    fn absent() -> Self {
        Length::Px(0.0)
    }
}

/// Words with spaces or commas between them, quoted or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Value for Words {
    const KIND: &'static str = "list of words";
    fn read(raw: &Raw) -> Result<Self, Wrong> {
        let text = raw.text();
        let words = text.split(|char: char| char == ',' || char.is_whitespace());
        Ok(Words(words.filter(|word| !word.is_empty()).map(str::to_owned).collect()))
    }
    fn absent() -> Self {
        Words::default()
    }
}

/// Paths: an unquoted value is split at spaces, a quoted one and each `key[]` is one path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths(Vec<String>);

impl Value for Paths {
    const KIND: &'static str = "list of paths";
    fn read(raw: &Raw) -> Result<Self, Wrong> {
        let mut items: Vec<String> = match raw {
            Raw::Plain(text) => text.split_whitespace().map(str::to_owned).collect(),
            Raw::Quoted(text) => vec![text.clone()],
            Raw::Items(items) => items.clone(),
        };
        items.retain(|item| !item.trim().is_empty());
        Ok(Paths(items))
    }
    fn absent() -> Self {
        Paths::default()
    }
}

/// Whole texts, one for each `key[]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Items(Vec<String>);

impl Value for Items {
    const KIND: &'static str = "list, one `key[]` each";
    fn read(raw: &Raw) -> Result<Self, Wrong> {
        let mut items = match raw {
            Raw::Plain(text) | Raw::Quoted(text) => vec![text.clone()],
            Raw::Items(items) => items.clone(),
        };
        items.retain(|item| !item.trim().is_empty());
        Ok(Items(items))
    }
    fn absent() -> Self {
        Items::default()
    }
}

/// Response headers, each `Name: value`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Value for Headers {
    const KIND: &'static str = "list of `Name: value`, one `key[]` each";
    fn read(raw: &Raw) -> Result<Self, Wrong> {
        let token = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
        };
        let mut headers = Vec::new();
        for item in Items::read(raw)?.iter() {
            match item.split_once(':').map(|(name, value)| (name.trim(), value.trim())) {
                Some((name, value)) if token(name) => headers.push((name.to_owned(), value.to_owned())),
                _ => return wrong(format!("`{item}` is not a header"), "write \"Name: value\""),
            }
        }
        Ok(Headers(headers))
    }
    fn absent() -> Self {
        Headers::default()
    }
}

macro_rules! list {
    ($($list:ident of $item:ty),+) => {$(
        impl Deref for $list {
            type Target = [$item];
            fn deref(&self) -> &[$item] {
                &self.0
            }
        }
    )+};
}
list!(Words of String, Paths of String, Items of String, Headers of (String, String));

/// A text with rules of its own: name, kind, whether a key of it is required, and the rule.
macro_rules! text {
    ($($(#[$doc:meta])+ $name:ident, $kind:literal, $required:literal, $check:expr;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name(String);

        impl Value for $name {
            const KIND: &'static str = $kind;
            fn read(raw: &Raw) -> Result<Self, Wrong> {
                let text = raw.text();
                let check: fn(&str) -> Result<(), Wrong> = $check;
                check(&text)?;
                Ok($name(text))
            }
            const REQUIRED: bool = $required;
            fn absent() -> Self {
                Self::default()
            }
        }

        impl Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

text! {
    /// The name of the app's executable and package.
    Name, "letters, digits, `-`, `_`", true, |text| {
        let fine = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
        match text {
            "" => wrong("the name is empty".into(), "give the app a name, as in `name = hello`"),
            _ if text.len() > 100 => wrong("the name is longer than 100 characters".into(), "shorten it"),
            _ if text.starts_with('-') => wrong(format!("`{text}` begins with `-`"), "begin with a letter, a digit or `_`"),
            _ => match text.chars().find(|&char| !fine(char)) {
                Some(char) => wrong(
                    format!("`{text}` contains `{char}`"),
                    "use letters, digits, `-` and `_`; the title, [meta] title, may contain anything",
                ),
                None => Ok(()),
            },
        }
    };

    /// Three numbers, `x.y.z`.
    Version, "x.y.z", false, |text| {
        let number = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse::<u32>().is_ok()
        };
        match text.split('.').count() == 3 && text.split('.').all(number) {
            true => Ok(()),
            false => wrong(format!("`{text}` is not a version"), "write three numbers, as in 1.0.0"),
        }
    };

    /// Reverse DNS, as in `com.example.app`.
    BundleIdentifier, "reverse DNS", false, |text| {
        let label = |part: &str| {
            !part.is_empty() && part.chars().all(|char| char.is_ascii_alphanumeric() || char == '-' || char == '_')
        };
        match text.split('.').count() >= 2 && text.split('.').all(label) && text.len() <= 155 {
            true => Ok(()),
            false => wrong(format!("`{text}` is not a bundle identifier"), "write reverse DNS, as in com.example.app"),
        }
    };

    /// The scheme of the app's own URLs.
    Protocol, "URL scheme", false, |text| {
        const TAKEN: [&str; 12] = [
            "about", "blob", "data", "file", "ftp", "http", "https", "ipc", "javascript", "node", "socket", "ws",
        ];
        let fine = |char: char| char.is_ascii_alphanumeric() || "+-.".contains(char);
        if text.is_empty() {
            return Ok(());
        }
        if TAKEN.contains(&text.to_ascii_lowercase().as_str()) {
            return wrong(format!("the scheme `{text}` already has a meaning"), "choose a name of your own");
        }
        match text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.chars().all(fine) {
            true => Ok(()),
            false => wrong(
                format!("`{text}` is not a URL scheme"),
                "begin with a letter, then letters, digits, `+`, `-` and `.`",
            ),
        }
    };

    /// How macOS draws the title bar.
    TitlebarStyle, "`hidden` or `hiddenInset`", false, |text| match text {
        "" | "hidden" | "hiddenInset" => Ok(()),
        _ => wrong(format!("`{text}` is no title bar style"), "write hidden or hiddenInset, or leave it out"),
    };

    /// What is built.
    AppType, "empty or `extension`", false, |text| match text {
        "" | "extension" => Ok(()),
        _ => wrong(format!("`{text}` is no type"), "write extension, or leave it out for an app"),
    };
}

impl Paths {
    /// One path.
    pub(crate) fn made(path: &str) -> Self {
        Paths(vec![path.to_owned()])
    }
}

impl Protocol {
    /// Made from a value that passed its own rule.
    pub(crate) fn made(text: String) -> Self {
        Protocol(text)
    }
}
