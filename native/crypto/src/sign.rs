//! Identities: Ed25519 keys and signatures.

use std::fmt;
use std::sync::OnceLock;

use sodiumoxide::crypto::sign::ed25519;

use crate::{BoxKeyPair, BoxPublicKey, Error, Result, Verifier, init};

bytes_type! {
    /// Who someone is: an Ed25519 public key. Any 32 bytes can be held; those that are no key fail to verify.
    PublicKey(32)
}

bytes_type! {
    /// An Ed25519 signature, apart from its message.
    Signature(64)
}

secret_type! {
    /// An Ed25519 secret key as libsodium writes it: 32 bytes of seed, 32 bytes of public key.
    SecretKey(ed25519::SecretKey, 64)
}

impl PublicKey {
    /// Checks that the holder of this key signed exactly this message. For many signatures of one key, keep its
    /// [`Verifier`].
    ///
    /// # Errors
    /// [`Error::BadSignature`], also when this is no key.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<()> {
        Verifier::new(self).map_err(|_| Error::BadSignature)?.verify(message, signature)
    }

    /// The key with which messages to this identity are encrypted. Costs about a signature: keep it, or keep
    /// the [`SharedKey`](crate::SharedKey) made from it.
    ///
    /// # Errors
    /// [`Error::BadKey`] when this is not a point of the curve, or one of small order.
    pub fn to_box(&self) -> Result<BoxPublicKey> {
        init();
        let key = ed25519::to_curve25519_pk(&ed25519::PublicKey(self.0)).map_err(|()| Error::BadKey)?;
        Ok(BoxPublicKey(key.0))
    }
}

impl SecretKey {
    /// Signs a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        init();
        Signature(ed25519::sign_detached(message, &self.0).to_bytes())
    }

    /// The public half, which is part of these bytes.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let mut public = [0; 32];
        public.copy_from_slice(&self.0.0[32..]);
        PublicKey(public)
    }
}

/// Both halves of an identity, and the key pair for encryption that follows from them, made when first needed.
#[derive(Clone)]
pub struct KeyPair {
    public: PublicKey,
    secret: SecretKey,
    boxed: OnceLock<BoxKeyPair>,
}

impl KeyPair {
    /// A new identity.
    #[must_use]
    pub fn generate() -> Self {
        init();
        let (public, secret) = ed25519::gen_keypair();
        Self { public: PublicKey(public.0), secret: SecretKey(secret), boxed: OnceLock::new() }
    }

    /// The identity that always follows from the same 32 secret bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        init();
        let (public, secret) = ed25519::keypair_from_seed(&ed25519::Seed(*seed));
        Self { public: PublicKey(public.0), secret: SecretKey(secret), boxed: OnceLock::new() }
    }

    /// From a kept secret key.
    ///
    /// # Errors
    /// [`Error::BadKey`] when its public half does not belong to its seed: signing with such a key would give
    /// the secret away.
    pub fn from_secret(secret: SecretKey) -> Result<Self> {
        init();
        let mut seed = ed25519::Seed([0; 32]);
        seed.0.copy_from_slice(&secret.0.0[..32]);
        let (public, again) = ed25519::keypair_from_seed(&seed);
        if again != secret.0 {
            return Err(Error::BadKey);
        }
        Ok(Self { public: PublicKey(public.0), secret, boxed: OnceLock::new() })
    }

    /// What others know this identity by.
    #[must_use]
    pub const fn public(&self) -> PublicKey {
        self.public
    }

    /// What nobody else may have.
    #[must_use]
    pub const fn secret(&self) -> &SecretKey {
        &self.secret
    }

    /// Signs a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        self.secret.sign(message)
    }

    /// The key pair for encryption that belongs to this identity. Computed once.
    #[must_use]
    pub fn boxed(&self) -> &BoxKeyPair {
        self.boxed.get_or_init(|| {
            // It fails for no input: the secret scalar is a hash of the seed.
            let secret =
                ed25519::to_curve25519_sk(&self.secret.0).expect("every seed has a curve25519 secret");
            BoxKeyPair::from_secret(crate::BoxSecretKey(secret))
        })
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({})", self.public)
    }
}
