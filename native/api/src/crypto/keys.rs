//! Keys that sign.

use socket_crypto::{KeyPair, PublicKey, SecretKey, Signature};

use super::{Parts, bytes, compute};
use crate::prelude::*;

type Request = WithBody<Parts>;
type Answer = Result<WithBody<(), Vec<u8>>>;

pub(super) async fn sign_key_pair(_: Context, request: Request) -> Answer {
    bytes(request, |[seed]| {
        let pair = if seed.is_empty() {
            KeyPair::generate()
        } else {
            KeyPair::from_seed(seed.as_ref().try_into().map_err(|_| socket_crypto::Error::Length {
                what: "a seed",
                expected: 32,
                found: seed.len(),
            })?)
        };
        Ok([&pair.public().as_bytes()[..], pair.secret().expose()].concat())
    })
    .await
}

pub(super) async fn sign(_: Context, request: Request) -> Answer {
    bytes(request, |[key, message]| Ok(SecretKey::from_slice(&key)?.sign(&message).as_bytes().to_vec())).await
}

pub(super) async fn verify(_: Context, request: Request) -> Result<bool> {
    compute(request, |[key, signature, message]| {
        let signature = Signature::from_slice(&signature)?;
        Ok(PublicKey::from_slice(&key)?.verify(&message, &signature).is_ok())
    })
    .await
}

pub(super) async fn to_box_key(_: Context, request: Request) -> Answer {
    bytes(request, |[key]| {
        if key.len() == SecretKey::LENGTH {
            let pair = KeyPair::from_secret(SecretKey::from_slice(&key)?)?;
            return Ok(pair.boxed().secret().expose().to_vec());
        }
        Ok(PublicKey::from_slice(&key)?.to_box()?.as_bytes().to_vec())
    })
    .await
}
