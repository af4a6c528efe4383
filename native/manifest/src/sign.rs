//! What binds a manifest to a key: an Ed25519 signature of the bytes of the file, kept beside it.
//!
//! ```text
//! socket-signature 1
//! key <public key, 64 hexadecimal digits>
//! signature <128 hexadecimal digits>
//! ```
//!
//! A file with a secret key holds `socket-key 1` and the 32 bytes that the key follows from.

use socket_crypto::{KeyPair, Signature};

use crate::problem::{self, Problem, Result};
use crate::text::{Hex, unhex};

/// Who signs an app.
pub use socket_crypto::PublicKey;

const HEAD: &str = "socket-signature 1";
const KEY: &str = "socket-key 1";

/// Reads a public key: 64 hexadecimal digits.
///
/// # Errors
/// `ERR_MANIFEST_KEY`.
pub fn public_key(text: &str) -> Result<PublicKey> {
    let bytes = unhex::<32>(&text.trim().to_ascii_lowercase());
    bytes.map(PublicKey::new).ok_or_else(|| {
        let message = format!("`{}` is no public key", text.chars().take(80).collect::<String>());
        Problem::new(
            problem::KEY,
            message,
            "write the 64 hexadecimal digits that `ssc audit --keygen` prints",
        )
    })
}

/// A public key as it is written.
pub fn written(key: &PublicKey) -> String {
    Hex(key.as_bytes()).to_string()
}

/// A new secret key, as the text of its file, and its public half.
pub fn generate() -> (String, PublicKey) {
    let pair = KeyPair::generate();
    // The first half of libsodium's secret key is the seed.
    let seed = &pair.secret().expose()[..32];
    (format!("{KEY}\n{}\n", Hex(seed)), pair.public())
}

/// A secret key, read.
pub struct Secret(KeyPair);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret of {}", written(&self.public()))
    }
}

impl Secret {
    /// Reads the text of a file with a secret key.
    ///
    /// # Errors
    /// `ERR_MANIFEST_KEY`. Nothing of the text is repeated.
    pub fn parse(text: &str) -> Result<Secret> {
        let seed = text.trim().strip_prefix(KEY).and_then(|seed| unhex::<32>(seed.trim()));
        seed.map(|seed| Secret(KeyPair::from_seed(&seed))).ok_or_else(|| {
            Problem::new(
                problem::KEY,
                "the file holds no secret key",
                "make one with `ssc audit --keygen FILE`",
            )
        })
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        self.0.public()
    }

    /// The text of the signature file for a manifest.
    pub fn sign(&self, manifest: &[u8]) -> String {
        let signature = self.0.sign(manifest);
        format!("{HEAD}\nkey {}\nsignature {}\n", written(&self.public()), Hex(signature.as_bytes()))
    }
}

/// Checks the text of a signature file.
///
/// # Errors
/// When it is broken, of another key, or not of these bytes.
pub fn check(manifest: &[u8], text: &[u8], key: &PublicKey) -> Result<()> {
    let wrong = |message: &str| {
        let hint = "install the app again from where you trust it";
        Err(Problem::new(problem::SIGNATURE, format!("{}: {message}", crate::SIGNATURE), hint))
    };
    let parts = std::str::from_utf8(text).ok().and_then(|text| {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        (lines.next()? == HEAD).then_some(())?;
        let key = unhex::<32>(lines.next()?.strip_prefix("key ")?)?;
        let signature = unhex::<64>(lines.next()?.strip_prefix("signature ")?)?;
        lines.next().is_none().then_some((key, signature))
    });
    let Some((signer, signature)) = parts else {
        return wrong("it is not a signature that this version knows");
    };
    if signer != *key.as_bytes() {
        return wrong("it is by another key than the one that socket.ini names");
    }
    match key.verify(manifest, &Signature::new(signature)) {
        Ok(()) => Ok(()),
        Err(_) => wrong("it is not a signature of this manifest"),
    }
}
