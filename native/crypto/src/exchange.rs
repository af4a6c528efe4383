//! Session keys for a connection between a client and a server (libsodium's `crypto_kx`).

use sodiumoxide::crypto::kx;

use crate::{BoxKeyPair, BoxPublicKey, Error, Result, init};

secret_type! {
    /// The key for one direction of one connection.
    SessionKey(kx::SessionKey, 32)
}

/// The two keys of one side.
#[derive(Debug, Clone)]
pub struct SessionKeys {
    /// Decrypts what the other side sends.
    pub receive: SessionKey,
    /// Encrypts what this side sends.
    pub send: SessionKey,
}

/// The client's keys.
///
/// # Errors
/// [`Error::BadKey`] when the server's key is of small order.
pub fn client(client: &BoxKeyPair, server: &BoxPublicKey) -> Result<SessionKeys> {
    side(kx::client_session_keys, client, server)
}

/// The server's keys.
///
/// # Errors
/// [`Error::BadKey`] when the client's key is of small order.
pub fn server(server: &BoxKeyPair, client: &BoxPublicKey) -> Result<SessionKeys> {
    side(kx::server_session_keys, server, client)
}

type Side =
    fn(&kx::PublicKey, &kx::SecretKey, &kx::PublicKey) -> Result<(kx::SessionKey, kx::SessionKey), ()>;

fn side(keys: Side, own: &BoxKeyPair, other: &BoxPublicKey) -> Result<SessionKeys> {
    init();
    let secret = kx::SecretKey(*own.secret().expose());
    let (receive, send) =
        keys(&kx::PublicKey(own.public().0), &secret, &kx::PublicKey(other.0)).map_err(|()| Error::BadKey)?;
    Ok(SessionKeys { receive: SessionKey(receive), send: SessionKey(send) })
}
