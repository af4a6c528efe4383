//! Encryption under a secret that both sides have.

use socket_crypto::{Aead, Nonce, SecretBox};

use super::{Parts, bytes};
use crate::prelude::*;

type Request = WithBody<Parts>;
type Answer = Result<WithBody<(), Vec<u8>>>;

pub(super) async fn close(_: Context, request: Request) -> Answer {
    bytes(request, |[key, nonce, message]| {
        Ok(SecretBox::from_slice(&key)?.seal(&message, &Nonce::from_slice(&nonce)?))
    })
    .await
}

pub(super) async fn open(_: Context, request: Request) -> Answer {
    bytes(request, |[key, nonce, sealed]| {
        SecretBox::from_slice(&key)?.open(&sealed, &Nonce::from_slice(&nonce)?)
    })
    .await
}

pub(super) async fn aead(_: Context, request: Request) -> Answer {
    bytes(request, |[key, nonce, associated, message]| {
        Ok(Aead::from_slice(&key)?.seal(&message, &associated, &Nonce::from_slice(&nonce)?))
    })
    .await
}

pub(super) async fn aead_open(_: Context, request: Request) -> Answer {
    bytes(request, |[key, nonce, associated, sealed]| {
        Aead::from_slice(&key)?.open(&sealed, &associated, &Nonce::from_slice(&nonce)?)
    })
    .await
}
