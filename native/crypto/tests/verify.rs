//! All peers must agree on which signatures are good. What decides is libsodium, which made the rules that peers began
//! with: `Verifier` accepts what it accepts and refuses what it refuses, for genuine, broken and crafted input alike.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use curve25519_dalek::constants::{ED25519_BASEPOINT_TABLE, EIGHT_TORSION};
use curve25519_dalek::scalar::Scalar;
use proptest::prelude::*;
use sha2::{Digest as _, Sha512};
use socket_crypto::{KeyPair, PublicKey, Signature, Verifier};
use sodiumoxide::crypto::sign::ed25519;

/// What libsodium says.
fn libsodium(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let Ok(signature) = ed25519::Signature::from_bytes(signature) else { return false };
    ed25519::verify_detached(&signature, message, &ed25519::PublicKey(*key))
}

/// What we say, which must be the same, with a verifier that is kept and without.
fn both(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let (public, sig) = (PublicKey::new(*key), Signature::new(*signature));
    let ours = public.verify(message, &sig).is_ok();
    let kept = Verifier::new(&public).is_ok_and(|verifier| verifier.verify(message, &sig).is_ok());
    let theirs = libsodium(key, message, signature);
    assert_eq!(
        (ours, kept),
        (theirs, theirs),
        "key {key:02x?}, message {message:02x?}, signature {signature:02x?}"
    );
    ours
}

/// Encodings that mean trouble: all points of small order and whatever else decodes to them, y at and above the prime,
/// nothing on the curve, with both signs.
fn strange() -> Vec<[u8; 32]> {
    let mut all: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|point| point.compress().to_bytes()).collect();
    for low in 0xe0..=0xff_u8 {
        let mut bytes = [0xff; 32];
        bytes[0] = low;
        all.push(bytes);
    }
    for low in 0..=0x20_u8 {
        let mut bytes = [0; 32];
        bytes[0] = low;
        all.push(bytes);
    }
    let signs: Vec<_> = all
        .iter()
        .flat_map(|bytes| {
            [0, 0x80].map(|sign| {
                let mut bytes = *bytes;
                bytes[31] = bytes[31] & 0x7f | sign;
                bytes
            })
        })
        .collect();
    signs
}

fn k(r: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(key).chain_update(message).finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}

fn join(r: [u8; 32], s: [u8; 32]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&r);
    signature[32..].copy_from_slice(&s);
    signature
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn genuine_ones_are_good_and_changed_ones_are_not(
        seed: [u8; 32],
        message in prop::collection::vec(any::<u8>(), 0..200),
        at in 0..64_usize,
        bit in 0..8_u32,
    ) {
        let pair = KeyPair::from_seed(&seed);
        let key = *pair.public().as_bytes();
        let mut signature = *pair.sign(&message).as_bytes();
        prop_assert!(both(&key, &message, &signature));
        signature[at] ^= 1 << bit;
        prop_assert!(!both(&key, &message, &signature));
    }

    #[test]
    fn any_bytes_are_judged_alike(key: [u8; 32], message: [u8; 8], first: [u8; 32], second: [u8; 32]) {
        both(&key, &message, &join(first, second));
    }

    #[test]
    fn strange_keys_and_points_are_judged_alike(
        key in prop::sample::select(strange()),
        r in prop::sample::select(strange()),
        s in prop_oneof![Just([0; 32]), any::<[u8; 32]>()],
        message: [u8; 4],
    ) {
        // With a key of small order S = 0 and R = −k·A would do.
        prop_assert!(!both(&key, &message, &join(r, s)));
        let pair = KeyPair::from_seed(&[7; 32]);
        prop_assert!(!both(pair.public().as_bytes(), &message, &join(r, s)));
    }

    #[test]
    fn s_has_one_representative(seed: [u8; 32], message: [u8; 4]) {
        let pair = KeyPair::from_seed(&seed);
        let mut signature = *pair.sign(&message).as_bytes();
        // S + L: the same number modulo the order.
        let order = (Scalar::ZERO - Scalar::ONE).to_bytes();
        let mut carry = 1_u16;
        for (byte, add) in signature[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(add) + carry;
            *byte = sum as u8;
            carry = sum >> 8;
        }
        prop_assert!(!both(pair.public().as_bytes(), &message, &signature));
    }

    /// A key or an R with a part of small order: rules with and without the cofactor tell these apart, and libsodium's
    /// accept them exactly when the part cancels out.
    #[test]
    fn parts_of_small_order_are_judged_alike(
        secret: [u8; 32],
        nonce: [u8; 32],
        of_key in 0..8_usize,
        of_r in 0..8_usize,
        message: [u8; 8],
    ) {
        let (secret, nonce) = (Scalar::from_bytes_mod_order(secret), Scalar::from_bytes_mod_order(nonce));
        let key = (ED25519_BASEPOINT_TABLE * &secret + EIGHT_TORSION[of_key]).compress().to_bytes();
        let r = (ED25519_BASEPOINT_TABLE * &nonce + EIGHT_TORSION[of_r]).compress().to_bytes();
        let s = nonce + k(&r, &key, &message) * secret;
        let good = both(&key, &message, &join(r, s.to_bytes()));
        if of_key == 0 {
            prop_assert_eq!(good, of_r == 0);
        }
    }

    /// S·B with S = k·a: R is the neutral element or another of small order, and the equation holds.
    #[test]
    fn an_r_of_small_order_is_refused(secret: [u8; 32], of_r in 0..8_usize, message: [u8; 8]) {
        let secret = Scalar::from_bytes_mod_order(secret);
        let key = (ED25519_BASEPOINT_TABLE * &secret).compress().to_bytes();
        let r = EIGHT_TORSION[of_r].compress().to_bytes();
        let s = k(&r, &key, &message) * secret;
        prop_assert!(!both(&key, &message, &join(r, s.to_bytes())));
    }
}

#[test]
fn both_kinds_of_verdict_occur_among_the_crafted() {
    // k·T cancels out for one message in eight: the test above sees both.
    let secret = Scalar::from_bytes_mod_order([3; 32]);
    let key = (ED25519_BASEPOINT_TABLE * &secret + EIGHT_TORSION[1]).compress().to_bytes();
    let r = (ED25519_BASEPOINT_TABLE * &secret).compress().to_bytes();
    let good = (0..200_u8).filter(|message| {
        let s = secret + k(&r, &key, &[*message]) * secret;
        both(&key, &[*message], &join(r, s.to_bytes()))
    });
    let good = good.count();
    assert!((5..60).contains(&good), "{good} of 200");
}
