//! What a table of keys turns into: a struct a section, the list of all keys, and how they are read.

use crate::error::Result;
use crate::load::Reader;

/// One key of the table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// With dots, as in `build.script`.
    pub section: &'static str,
    /// As it is written in that section.
    pub name: &'static str,
    /// What a value looks like.
    pub kind: &'static str,
    /// The value when the key is missing.
    pub default: Preset,
    /// Where it has a meaning.
    pub platforms: &'static str,
    /// What it does.
    pub doc: &'static str,
}

/// A section whose keys are the user's own.
#[derive(Clone, Copy, Debug)]
pub struct Free {
    /// With dots.
    pub section: &'static str,
    /// What its keys and values are.
    pub doc: &'static str,
}

/// What a missing key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// This text.
    Text(&'static str),
    /// Said in words, computed from other keys.
    Derived(&'static str),
    /// Nothing.
    Empty,
    /// An error.
    Required,
}

impl Key {
    /// The key in the flat map.
    pub(crate) fn flat(&self) -> String {
        crate::ini::flatten(self.section, self.name)
    }
}

/// A section of the table, read from a file.
pub(crate) trait Section: Sized {
    fn read(reader: &Reader) -> Result<Self>;
}

/// `field: Type, platforms [= "default"] [or "derived default"];` in `section as Struct { … }`. A key that is
/// not called like its field, or stands in a sub-section, is written after `as`.
macro_rules! sections {
    (
        $($(#[doc = $about:literal])+ $section:ident as $Section:ident {
            $($(#[doc = $doc:literal])+
            $field:ident $(as $sub:literal . $name:literal)?: $ty:ty, $platforms:literal $(= $text:literal)? $(or $derived:literal)?;)*
        })+
        free { $($(#[doc = $free_doc:literal])+ $free:ident: $free_section:literal;)+ }
    ) => {
        $($(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $Section { $($(#[doc = $doc])+ pub $field: $ty,)* }

        impl $crate::keys::Section for $Section {
            fn read(reader: &$crate::load::Reader) -> $crate::Result<Self> {
                Ok($Section { $($field: reader.get(
                    sections!(@section $section $($sub)?),
                    sections!(@name $field $($name)?),
                    sections!(@default $($text)?),
                )?,)* })
            }
        })+

        /// Every key there is.
        pub static KEYS: &[$crate::keys::Key] = &[$($($crate::keys::Key {
            section: sections!(@section $section $($sub)?),
            name: sections!(@name $field $($name)?),
            kind: <$ty as $crate::value::Value>::KIND,
            default: sections!(@preset $ty; $($text)?; $($derived)?),
            platforms: $platforms,
            doc: concat!($($doc),+),
        },)*)+];

        /// Every section whose keys are the user's own.
        pub static FREE: &[$crate::keys::Free] = &[$($crate::keys::Free {
            section: $free_section,
            doc: concat!($($free_doc),+),
        },)+];

        /// The sections, typed.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Sections {
            $($(#[doc = $about])+ pub $section: $Section,)+
            $($(#[doc = $free_doc])+ pub $free: $crate::Map,)+
        }

        impl $crate::keys::Section for Sections {
            fn read(reader: &$crate::load::Reader) -> $crate::Result<Self> {
                Ok(Sections {
                    $($section: $crate::keys::Section::read(reader)?,)+
                    $($free: reader.free($free_section),)+
                })
            }
        }
    };
    (@section $section:ident) => { stringify!($section) };
    (@section $section:ident $sub:literal) => { $sub };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:literal) => { $name };
    (@default) => { None };
    (@default $text:literal) => { Some($text) };
    (@preset $ty:ty; $text:literal; ) => { $crate::keys::Preset::Text($text) };
    (@preset $ty:ty; ; $derived:literal) => { $crate::keys::Preset::Derived($derived) };
    (@preset $ty:ty; ; ) => {
        if <$ty as $crate::value::Value>::REQUIRED { $crate::keys::Preset::Required } else { $crate::keys::Preset::Empty }
    };
}
pub(crate) use sections;
