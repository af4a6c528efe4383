//! Keys from passwords and from keys.

use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_256};
use socket_crypto::password::{self, Cost, Salt};
use socket_crypto::{Blake2b, DeriveKey};

use super::{Parts, bytes, refused, split};
use crate::prelude::*;

/// Hashes that PBKDF2 knows here.
#[derive(Clone, Copy, Deserialize, TS)]
pub(super) enum Digest {
    #[serde(rename = "sha1")]
    Sha1,
    #[serde(rename = "sha224")]
    Sha224,
    #[serde(rename = "sha256")]
    Sha256,
    #[serde(rename = "sha384")]
    Sha384,
    #[serde(rename = "sha512")]
    Sha512,
    #[serde(rename = "sha512-256")]
    Sha512of256,
}

#[derive(Deserialize, TS)]
pub(super) struct Pbkdf2 {
    /// Bytes of the password.
    lengths: Vec<u32>,
    /// Bytes wanted.
    length: u32,
    /// At least 1.
    iterations: u32,
    digest: Digest,
}

#[derive(Deserialize, TS)]
pub(super) struct Scrypt {
    /// Bytes of the password.
    lengths: Vec<u32>,
    /// Bytes wanted.
    length: u32,
    /// `N` is two to this power.
    log_n: u8,
    r: u32,
    p: u32,
}

#[derive(Deserialize, TS)]
pub(super) struct Argon2 {
    /// Bytes of the password.
    lengths: Vec<u32>,
    /// Bytes wanted, at least 16.
    length: u32,
    /// Passes over the memory.
    operations: u32,
    /// Bytes of memory.
    #[ts(type = "number")]
    memory: u64,
}

#[derive(Deserialize, TS)]
pub(super) struct PasswordHash {
    /// None: the password is the whole body.
    lengths: Vec<u32>,
    /// Passes over the memory.
    operations: u32,
    /// Bytes of memory.
    #[ts(type = "number")]
    memory: u64,
}

#[derive(Deserialize, TS)]
pub(super) struct PasswordVerify {
    /// None: the password is the whole body.
    lengths: Vec<u32>,
    /// What `passwordHash` answered.
    hash: String,
}

#[derive(Deserialize, TS)]
pub(super) struct Derive {
    /// Bytes of the key.
    lengths: Vec<u32>,
    /// Number of the wanted key, in decimal: it may have 64 bits.
    id: String,
    /// Bytes wanted, 16 to 64.
    length: u32,
}

#[derive(Deserialize, TS)]
pub(super) struct Hash {
    /// Bytes of the key.
    lengths: Vec<u32>,
    /// Bytes wanted, 16 to 64.
    length: u32,
}

type Answer = Result<WithBody<(), Vec<u8>>>;

/// Memory that a page asks for is asked of the system before it is used: more than there is must be an error and not
/// the end of the app.
fn room(length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let reserved = usize::try_from(length).map(|length| bytes.try_reserve_exact(length).map(|()| length));
    match reserved {
        Ok(Ok(_)) => Ok(bytes),
        _ => Err(refused(socket_crypto::Error::Cost)),
    }
}

fn zeroed(length: u32) -> Result<Vec<u8>> {
    let mut bytes = room(length.into())?;
    bytes.resize(length as usize, 0);
    Ok(bytes)
}

pub(super) async fn pbkdf2(_: Context, WithBody { head, body }: WithBody<Pbkdf2>) -> Answer {
    let [password, salt] = split(body, &head.lengths)?;
    if head.iterations == 0 {
        return Err(Error::new(Code::OUT_OF_RANGE, "iterations is at least 1"));
    }
    blocking(move || {
        let mut key = zeroed(head.length)?;
        match head.digest {
            Digest::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>(&password, &salt, head.iterations, &mut key),
            Digest::Sha224 => pbkdf2::pbkdf2_hmac::<Sha224>(&password, &salt, head.iterations, &mut key),
            Digest::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(&password, &salt, head.iterations, &mut key),
            Digest::Sha384 => pbkdf2::pbkdf2_hmac::<Sha384>(&password, &salt, head.iterations, &mut key),
            Digest::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(&password, &salt, head.iterations, &mut key),
            Digest::Sha512of256 => {
                pbkdf2::pbkdf2_hmac::<Sha512_256>(&password, &salt, head.iterations, &mut key);
            }
        }
        Ok(WithBody { head: (), body: key })
    })
    .await
}

pub(super) async fn scrypt(_: Context, WithBody { head, body }: WithBody<Scrypt>) -> Answer {
    let [password, salt] = split(body, &head.lengths)?;
    let wrong = |_| Error::new(Code::INVALID_ARG_VALUE, "no parameters of scrypt: N, r or p is out of range");
    let params = scrypt::Params::new(head.log_n, head.r, head.p).map_err(wrong)?;
    blocking(move || {
        let mut key = zeroed(head.length)?;
        let block = 128 * u64::from(head.r);
        let memory = 1_u64.checked_shl(head.log_n.into()).and_then(|n| n.checked_add(head.p.into()));
        drop(room(memory.and_then(|blocks| blocks.checked_mul(block)).unwrap_or(u64::MAX))?);
        scrypt::scrypt(&password, &salt, &params, &mut key)
            .map_err(|_| Error::new(Code::INVALID_ARG_VALUE, "scrypt makes no key of this length"))?;
        Ok(WithBody { head: (), body: key })
    })
    .await
}

fn cost(operations: u32, memory: u64) -> Result<Cost> {
    let outside = |_| refused(socket_crypto::Error::Cost);
    Ok(Cost {
        operations: operations.try_into().map_err(outside)?,
        memory: memory.try_into().map_err(outside)?,
    })
}

pub(super) async fn argon2(_: Context, WithBody { head, body }: WithBody<Argon2>) -> Answer {
    let [password, salt] = split(body, &head.lengths)?;
    let salt = Salt::from_slice(&salt).map_err(refused)?;
    let cost = cost(head.operations, head.memory)?;
    blocking(move || {
        let mut key = zeroed(head.length)?;
        password::derive(&password, &salt, cost, &mut key).map_err(refused)?;
        Ok(WithBody { head: (), body: key })
    })
    .await
}

pub(super) async fn password_hash(
    _: Context,
    WithBody { head, body }: WithBody<PasswordHash>,
) -> Result<String> {
    let [password] = split(body, &head.lengths)?;
    let cost = cost(head.operations, head.memory)?;
    blocking(move || password::hash(&password, cost).map_err(refused)).await
}

pub(super) async fn password_verify(
    _: Context,
    WithBody { head, body }: WithBody<PasswordVerify>,
) -> Result<bool> {
    let [password] = split(body, &head.lengths)?;
    blocking(move || Ok(password::verify(&head.hash, &password))).await
}

pub(super) async fn derive_key(_: Context, WithBody { head, body }: WithBody<Derive>) -> Answer {
    let [key, context] = split(body, &head.lengths)?;
    let id = head.id.parse().map_err(|_| Error::new(Code::OUT_OF_RANGE, "id is a number below 2 ** 64"))?;
    let context = context.as_ref().try_into().map_err(|_| {
        refused(socket_crypto::Error::Length { what: "a context", expected: 8, found: context.len() })
    })?;
    // More than 64 bytes are refused below; less memory is asked for meanwhile.
    let mut derived = vec![0; head.length.min(65) as usize];
    DeriveKey::from_slice(&key)
        .and_then(|key| key.derive_into(context, id, &mut derived))
        .map_err(refused)?;
    Ok(WithBody { head: (), body: derived })
}

pub(super) async fn blake2b(_: Context, WithBody { head, body }: WithBody<Hash>) -> Answer {
    let length = head.length as usize;
    bytes::<2>(WithBody { head: Parts { lengths: head.lengths }, body }, move |[key, message]| {
        let mut hash = Blake2b::new(length, Some(&key[..]).filter(|key| !key.is_empty()))?;
        hash.update(&message);
        Ok(hash.finish())
    })
    .await
}
