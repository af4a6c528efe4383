//! Encryption to keys and between them.

use socket_crypto::{BoxKeyPair, BoxPublicKey, BoxSecretKey, Nonce, SharedKey, boxed, exchange};

use super::{Parts, bytes, refused, split};
use crate::prelude::*;

type Request = WithBody<Parts>;
type Answer = Result<WithBody<(), Vec<u8>>>;

pub(super) async fn key_pair(_: Context, request: Request) -> Answer {
    bytes(request, |[seed]| {
        let pair = if seed.is_empty() {
            BoxKeyPair::generate()
        } else {
            BoxKeyPair::from_seed(seed.as_ref().try_into().map_err(|_| socket_crypto::Error::Length {
                what: "a seed",
                expected: 32,
                found: seed.len(),
            })?)
        };
        Ok([&pair.public().as_bytes()[..], pair.secret().expose()].concat())
    })
    .await
}

pub(super) async fn public_key(_: Context, request: Request) -> Answer {
    bytes(request, |[secret]| Ok(BoxSecretKey::from_slice(&secret)?.public().as_bytes().to_vec())).await
}

pub(super) async fn scalar_mult(_: Context, request: Request) -> Answer {
    bytes(request, |[secret, public]| {
        let public = BoxPublicKey::from_slice(&public)?;
        Ok(BoxSecretKey::from_slice(&secret)?.scalar_mult(&public)?.to_vec())
    })
    .await
}

pub(super) async fn shared_key(_: Context, request: Request) -> Answer {
    bytes(request, |[public, secret]| {
        let secret = BoxSecretKey::from_slice(&secret)?;
        Ok(SharedKey::new(&BoxPublicKey::from_slice(&public)?, &secret)?.expose().to_vec())
    })
    .await
}

pub(super) async fn close(_: Context, request: Request) -> Answer {
    bytes(request, |[key, nonce, message]| {
        Ok(SharedKey::from_slice(&key)?.seal(&message, &Nonce::from_slice(&nonce)?))
    })
    .await
}

pub(super) async fn open(_: Context, request: Request) -> Answer {
    bytes(request, |[key, nonce, sealed]| {
        SharedKey::from_slice(&key)?.open(&sealed, &Nonce::from_slice(&nonce)?)
    })
    .await
}

pub(super) async fn seal(_: Context, request: Request) -> Answer {
    bytes(request, |[key, message]| boxed::seal(&message, &BoxPublicKey::from_slice(&key)?)).await
}

pub(super) async fn seal_open(_: Context, request: Request) -> Answer {
    bytes(request, |[public, secret, sealed]| pair(&public, &secret)?.open(&sealed)).await
}

/// Both halves, which must belong together.
fn pair(public: &[u8], secret: &[u8]) -> socket_crypto::Result<BoxKeyPair> {
    let pair = BoxKeyPair::from_secret(BoxSecretKey::from_slice(secret)?);
    if pair.public() != BoxPublicKey::from_slice(public)? {
        return Err(socket_crypto::Error::BadKey);
    }
    Ok(pair)
}

#[derive(Deserialize, TS)]
pub(super) struct SessionKeys {
    /// Bytes of the own keys.
    lengths: Vec<u32>,
    /// Which side this is: exactly one of the two is the client.
    client: bool,
}

pub(super) async fn session_keys(_: Context, WithBody { head, body }: WithBody<SessionKeys>) -> Answer {
    let [public, secret, other] = split(body, &head.lengths)?;
    let side = if head.client { exchange::client } else { exchange::server };
    let keys = pair(&public, &secret)
        .and_then(|own| side(&own, &BoxPublicKey::from_slice(&other)?))
        .map_err(refused)?;
    Ok(WithBody { head: (), body: [&keys.receive.expose()[..], keys.send.expose()].concat() })
}
