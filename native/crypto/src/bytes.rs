//! Byte strings of a fixed length, public and secret.

/// A public value of `$len` bytes: copied, compared and printed freely.
macro_rules! bytes_type {
    ($(#[$doc:meta])* $name:ident($len:expr)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) [u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LENGTH: usize = $len;

            /// From exactly this many bytes.
            #[must_use]
            pub const fn new(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// From a slice.
            ///
            /// # Errors
            /// [`Error::Length`](crate::Error::Length) when it is shorter or longer.
            pub fn from_slice(bytes: &[u8]) -> crate::Result<Self> {
                crate::error::array(stringify!($name), bytes).map(Self)
            }

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl From<[u8; $len]> for $name {
            fn from(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        /// Hexadecimal, lower case.
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
    };
}

/// A secret of `$len` bytes around the binding's own type, which overwrites it on drop and compares in constant time.
macro_rules! secret_type {
    ($(#[$doc:meta])* $name:ident($inner:path, $len:expr)) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(pub(crate) $inner);

        impl $name {
            /// Length in bytes.
            pub const LENGTH: usize = $len;

            /// From a slice, which stays the caller's to erase.
            ///
            /// # Errors
            /// [`Error::Length`](crate::Error::Length) when it is shorter or longer.
            pub fn from_slice(bytes: &[u8]) -> crate::Result<Self> {
                <$inner>::from_slice(bytes).map(Self).ok_or_else(|| crate::error::length(stringify!($name), $len, bytes))
            }

            /// The secret itself, for keeping it somewhere safe.
            #[must_use]
            pub fn expose(&self) -> &[u8; $len] {
                &self.0.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(secret)"))
            }
        }
    };
}
