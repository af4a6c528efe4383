//! What `socket:crypto` cannot do well in a page: keys from passwords, which take long, and libsodium's primitives, whose
//! secrets need code that takes the same time whatever they are.
//!
//! Bytes come in the body, one part after the other. The head says how long each part is but the last, which is what
//! remains. What is answered is bytes too, of a length that follows from the question.

mod boxes;
mod derive;
mod keys;
mod secret;

use bytes::Bytes;

use crate::prelude::*;

routes! { Context;
    /// A key from a password (PBKDF2 with HMAC). Parts: password, salt.
    "crypto.pbkdf2" => derive::pbkdf2;
    /// A key from a password (scrypt). Parts: password, salt.
    "crypto.scrypt" => derive::scrypt;
    /// A key from a password (Argon2id). Parts: password, salt of 16 bytes.
    "crypto.argon2" => derive::argon2;
    /// A text to be kept instead of a password (Argon2id). Parts: password.
    "crypto.passwordHash" => derive::password_hash;
    /// Whether a kept text was made from a password. Parts: password.
    "crypto.passwordVerify" => derive::password_verify;
    /// Key number `id` that follows from a key. Parts: key, context of 8 bytes.
    "crypto.deriveKey" => derive::derive_key;
    /// BLAKE2b. Parts: key (or nothing), message.
    "crypto.blake2b" => derive::blake2b;
    /// A pair of keys that signs: 32 bytes public, 64 secret. Parts: seed of 32 bytes, or nothing for a new pair.
    "crypto.signKeyPair" => keys::sign_key_pair;
    /// A signature of 64 bytes. Parts: secret key, message.
    "crypto.sign" => keys::sign;
    /// Whether a signature is that of a key for a message. Parts: public key, signature, message.
    "crypto.verify" => keys::verify;
    /// The key for encryption that belongs to one that signs: 32 bytes. Parts: public or secret key.
    "crypto.toBoxKey" => keys::to_box_key;
    /// A pair of keys for encryption: 32 bytes public, 32 secret. Parts: seed of 32 bytes, or nothing for a new pair.
    "crypto.boxKeyPair" => boxes::key_pair;
    /// The public half of a secret key for encryption. Parts: secret key.
    "crypto.boxPublicKey" => boxes::public_key;
    /// X25519: what two keys share, 32 bytes. Parts: secret key, public key.
    "crypto.scalarMult" => boxes::scalar_mult;
    /// The key of boxes between two pairs: 32 bytes. Parts: public key, secret key.
    "crypto.sharedKey" => boxes::shared_key;
    /// Encrypts under the key of two pairs. Parts: shared key, nonce of 24 bytes, message.
    "crypto.box" => boxes::close;
    /// Decrypts it. Parts: shared key, nonce, ciphertext.
    "crypto.boxOpen" => boxes::open;
    /// Encrypts to a public key. Parts: public key, message.
    "crypto.seal" => boxes::seal;
    /// Decrypts it. Parts: public key, secret key, ciphertext.
    "crypto.sealOpen" => boxes::seal_open;
    /// Keys of a connection: 32 bytes for what comes in, 32 for what goes out. Parts: own public key, own secret key,
    /// public key of the other side.
    "crypto.sessionKeys" => boxes::session_keys;
    /// Encrypts under a secret (XSalsa20-Poly1305). Parts: key, nonce of 24 bytes, message.
    "crypto.secretBox" => secret::close;
    /// Decrypts it. Parts: key, nonce, ciphertext.
    "crypto.secretBoxOpen" => secret::open;
    /// Encrypts and vouches for more (XChaCha20-Poly1305). Parts: key, nonce of 24 bytes, what is vouched for, message.
    "crypto.aead" => secret::aead;
    /// Decrypts it. Parts: key, nonce, what is vouched for, ciphertext.
    "crypto.aeadOpen" => secret::aead_open;
}

/// How the body is cut.
#[derive(Deserialize, TS)]
pub(crate) struct Parts {
    /// Bytes of each part but the last.
    lengths: Vec<u32>,
}

/// Bytes that are worked on at once; more goes where it may take its time.
const QUICK: usize = 32 << 10;

/// The parts of a body.
fn split<const N: usize>(mut body: Bytes, lengths: &[u32]) -> Result<[Bytes; N]> {
    let broken = || {
        let text = format!(
            "the body has {N} parts: `lengths` names the bytes of each but the last, and they fit into it"
        );
        Error::new(Code::REQUEST, text)
    };
    if lengths.len() + 1 != N {
        return Err(broken());
    }
    let mut parts = [const { Bytes::new() }; N];
    for (part, &length) in parts.iter_mut().zip(lengths) {
        let length = usize::try_from(length).map_err(|_| broken())?;
        if length > body.len() {
            return Err(broken());
        }
        *part = body.split_to(length);
    }
    parts[N - 1] = body;
    Ok(parts)
}

/// Runs what takes as long as the body is large.
async fn compute<const N: usize, T: Send + 'static>(
    request: WithBody<Parts>,
    work: impl FnOnce([Bytes; N]) -> socket_crypto::Result<T> + Send + 'static,
) -> Result<T> {
    let quick = request.body.len() <= QUICK;
    let parts = split(request.body, &request.head.lengths)?;
    if quick {
        return work(parts).map_err(refused);
    }
    blocking(move || work(parts).map_err(refused)).await
}

/// [`compute`] for what answers with bytes.
async fn bytes<const N: usize>(
    request: WithBody<Parts>,
    work: impl FnOnce([Bytes; N]) -> socket_crypto::Result<Vec<u8>> + Send + 'static,
) -> Result<WithBody<(), Vec<u8>>> {
    Ok(WithBody { head: (), body: compute(request, work).await? })
}

fn refused(error: socket_crypto::Error) -> Error {
    let code = match error {
        socket_crypto::Error::Length { .. } => Code::CRYPTO_LENGTH,
        socket_crypto::Error::BadKey => Code::CRYPTO_KEY,
        socket_crypto::Error::Forged | socket_crypto::Error::BadSignature => Code::CRYPTO_FORGED,
        _ => Code::CRYPTO_COST,
    };
    Error::new(code, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_cut_where_its_head_says() {
        let body = Bytes::from_static(b"keymessage");
        assert_eq!(split::<2>(body.clone(), &[3]).expect("fits"), [&b"key"[..], b"message"]);
        assert_eq!(split::<1>(body.clone(), &[]).expect("fits"), [&b"keymessage"[..]]);
        assert_eq!(split::<3>(body.clone(), &[0, 10]).expect("fits"), [&b""[..], b"keymessage", b""]);
        for lengths in [&[][..], &[11], &[3, 3], &[u32::MAX]] {
            let error = split::<2>(body.clone(), lengths).expect_err("does not fit");
            assert_eq!(error.code(), "ERR_IPC_REQUEST");
        }
    }
}
