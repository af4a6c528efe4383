//! The public surface, against published vectors where there are some, and against bad input.
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use socket_crypto::{
    Aead, Blake2b, BoxKeyPair, BoxPublicKey, BoxSecretKey, DeriveKey, Error, KeyPair, Nonce, PublicKey,
    SecretBox, SecretKey, SharedKey, Signature, blake2b, boxed, equal, exchange, password, random, sha256,
};

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Changes each byte in turn, and expects that `open` refuses every one of them.
fn assert_every_change_is_noticed(bytes: &[u8], open: impl Fn(&[u8]) -> bool) {
    assert!(open(bytes));
    for at in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        changed[at] ^= 0x10;
        assert!(!open(&changed), "byte {at} was changed");
    }
    assert!(!open(&bytes[..bytes.len() - 1]));
    assert!(!open(&[]));
}

#[test]
fn signatures_are_those_of_rfc_8032() {
    // Section 7.1, test 2.
    let seed: [u8; 32] =
        hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").try_into().unwrap();
    let pair = KeyPair::from_seed(&seed);
    assert_eq!(pair.public().to_string(), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    let signature = pair.sign(&[0x72]);
    assert_eq!(
        signature.to_string(),
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    );
    pair.public().verify(&[0x72], &signature).unwrap();
}

#[test]
fn a_signature_is_for_one_key_and_one_message() {
    let (alice, bob) = (KeyPair::generate(), KeyPair::generate());
    let signature = alice.sign(b"hello");
    assert_every_change_is_noticed(signature.as_bytes(), |bytes| {
        Signature::from_slice(bytes)
            .is_ok_and(|signature| alice.public().verify(b"hello", &signature).is_ok())
    });
    assert_eq!(alice.public().verify(b"hellO", &signature), Err(Error::BadSignature));
    assert_eq!(bob.public().verify(b"hello", &signature), Err(Error::BadSignature));
    assert_eq!(PublicKey::new([0; 32]).verify(b"hello", &signature), Err(Error::BadSignature));
    assert_eq!(alice.public().verify(b"hello", &Signature::new([0xff; 64])), Err(Error::BadSignature));
}

#[test]
fn keys_survive_being_kept() {
    let pair = KeyPair::generate();
    let kept = SecretKey::from_slice(pair.secret().expose()).unwrap();
    assert_eq!(kept.public(), pair.public());
    let again = KeyPair::from_secret(kept).unwrap();
    assert_eq!(again.public(), pair.public());
    assert_eq!(again.boxed().public(), pair.boxed().public());

    // Signing under a foreign public half would give the secret scalar away.
    let mut mixed = *pair.secret().expose();
    mixed[32..].copy_from_slice(KeyPair::generate().public().as_bytes());
    assert_eq!(KeyPair::from_secret(SecretKey::from_slice(&mixed).unwrap()).unwrap_err(), Error::BadKey);
}

#[test]
fn an_identity_has_one_box_key() {
    let pair = KeyPair::generate();
    assert_eq!(pair.public().to_box().unwrap(), pair.boxed().public());
    assert_eq!(PublicKey::new([0; 32]).to_box(), Err(Error::BadKey));
    assert_eq!(PublicKey::new([0xff; 32]).to_box(), Err(Error::BadKey));
}

#[test]
fn sealed_to_a_key() {
    let (alice, bob) = (BoxKeyPair::generate(), BoxKeyPair::generate());
    for length in [0, 1, 64, 1024, 70_000] {
        let message = random::bytes(length);
        let sealed = boxed::seal(&message, &alice.public()).unwrap();
        assert_eq!(sealed.len(), length + boxed::SEAL_LENGTH);
        assert_eq!(alice.open(&sealed).unwrap(), message);
        assert_eq!(bob.open(&sealed), Err(Error::Forged));
    }
    let sealed = boxed::seal(b"hello", &alice.public()).unwrap();
    assert_every_change_is_noticed(&sealed, |sealed| alice.open(sealed).is_ok());
    assert_ne!(sealed, boxed::seal(b"hello", &alice.public()).unwrap());
    let seeded = |seed| boxed::seal_with(b"hello", &alice.public(), &[seed; 32]).unwrap();
    assert_eq!(seeded(1), seeded(1));
    assert_ne!(seeded(1), seeded(2));
}

#[test]
fn a_shared_key_is_the_same_on_both_sides() {
    let (alice, bob, eve) = (BoxKeyPair::generate(), BoxKeyPair::generate(), BoxKeyPair::generate());
    let nonce = Nonce::generate();
    let there = alice.shared(&bob.public()).unwrap();
    let back = bob.shared(&alice.public()).unwrap();
    assert_eq!(there, back);
    let sealed = there.seal(b"hello", &nonce);
    assert_every_change_is_noticed(&sealed, |sealed| back.open(sealed, &nonce).is_ok());
    assert_eq!(eve.shared(&alice.public()).unwrap().open(&sealed, &nonce), Err(Error::Forged));
    assert_eq!(back.open(&sealed, &Nonce::new([0; 24])), Err(Error::Forged));

    let mut bytes = *b"hello";
    let tag = there.seal_in_place(&mut bytes, &nonce);
    assert_eq!(sealed, [tag.as_bytes().as_slice(), &bytes].concat());
    let before = bytes;
    assert_eq!(back.open_in_place(&mut bytes, &tag, &Nonce::new([0; 24])), Err(Error::Forged));
    assert_eq!(bytes, before);
    back.open_in_place(&mut bytes, &tag, &nonce).unwrap();
    assert_eq!(&bytes, b"hello");
}

#[test]
fn keys_that_everyone_would_share_are_refused() {
    let alice = BoxKeyPair::generate();
    // The points of small order of Curve25519 (RFC 7748, section 6.1): 0, 1, p - 1, p, and one of order 8.
    let mut small: Vec<[u8; 32]> = vec![[0; 32], [0; 32], [0xff; 32], [0xff; 32]];
    small[1][0] = 1;
    (small[2][0], small[2][31]) = (0xec, 0x7f);
    (small[3][0], small[3][31]) = (0xed, 0x7f);
    small.push(hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800").try_into().unwrap());
    for point in small {
        let point = BoxPublicKey::new(point);
        assert_eq!(alice.shared(&point).unwrap_err(), Error::BadKey, "{point}");
        assert_eq!(boxed::seal(b"hello", &point), Err(Error::BadKey), "{point}");
        assert_eq!(alice.secret().scalar_mult(&point), Err(Error::BadKey), "{point}");
        assert_eq!(exchange::client(&alice, &point).unwrap_err(), Error::BadKey, "{point}");
    }
}

#[test]
fn x25519_is_that_of_rfc_7748() {
    // Section 6.1.
    let alice =
        BoxSecretKey::from_slice(&hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
    let bob =
        BoxSecretKey::from_slice(&hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
    let (alice, bob) = (alice.unwrap(), bob.unwrap());
    assert_eq!(bob.public().to_string(), "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    let shared = alice.scalar_mult(&bob.public()).unwrap();
    assert_eq!(shared.as_slice(), hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"));
    assert_eq!(shared, bob.scalar_mult(&alice.public()).unwrap());
}

#[test]
fn secret_boxes() {
    let (key, nonce) = (SecretBox::generate(), Nonce::generate());
    let sealed = key.seal(b"hello", &nonce);
    assert_every_change_is_noticed(&sealed, |sealed| key.open(sealed, &nonce).is_ok());
    assert_eq!(SecretBox::generate().open(&sealed, &nonce), Err(Error::Forged));
    let mut bytes = *b"hello";
    let tag = key.seal_in_place(&mut bytes, &nonce);
    assert_eq!(sealed, [tag.as_bytes().as_slice(), &bytes].concat());
    key.open_in_place(&mut bytes, &tag, &nonce).unwrap();
    assert_eq!(&bytes, b"hello");
}

#[test]
fn associated_data_is_vouched_for() {
    let (key, nonce) = (Aead::generate(), Nonce::generate());
    let sealed = key.seal(b"hello", b"head", &nonce);
    assert_every_change_is_noticed(&sealed, |sealed| key.open(sealed, b"head", &nonce).is_ok());
    assert_eq!(key.open(&sealed, b"heaD", &nonce), Err(Error::Forged));
    assert_eq!(key.open(&sealed, b"", &nonce), Err(Error::Forged));
    let mut bytes = *b"hello";
    let tag = key.seal_in_place(&mut bytes, b"head", &nonce);
    assert_eq!(sealed, [bytes.as_slice(), tag.as_bytes()].concat());
    key.open_in_place(&mut bytes, b"head", &tag, &nonce).unwrap();
    assert_eq!(&bytes, b"hello");
}

#[test]
fn derived_keys_differ_by_id_and_context() {
    let key = DeriveKey::new([7; 32]);
    let derived = key.derive(b"cluster ", 1);
    assert_eq!(derived, DeriveKey::from_slice(&[7; 32]).unwrap().derive(b"cluster ", 1));
    assert_ne!(derived, key.derive(b"cluster ", 2));
    assert_ne!(derived, key.derive(b"session ", 1));
    assert_ne!(derived, DeriveKey::new([8; 32]).derive(b"cluster ", 1));
    for length in [0, 15, 65] {
        let error = key.derive_into(b"cluster ", 1, &mut vec![0; length]).unwrap_err();
        assert!(matches!(error, Error::Length { found, .. } if found == length));
    }
    key.derive_into(b"cluster ", 1, &mut [0; 64]).unwrap();
}

#[test]
fn hashes() {
    // FIPS 180-2 and RFC 7693, "abc".
    let expected = hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(sha256(&[b"a", b"", b"bc"]).as_slice(), expected);
    let expected = hex("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1\
         7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    assert_eq!(blake2b::<64>(&[b"ab", b"c"], None).as_slice(), expected);
    assert_ne!(blake2b::<32>(&[b"abc"], Some(&[1; 32])), blake2b::<32>(&[b"abc"], None));
    for (length, key) in [(15, None), (65, None), (32, Some(15)), (32, Some(65)), (32, Some(0))] {
        let key = key.map(|length| vec![0; length]);
        assert!(matches!(Blake2b::new(length, key.as_deref()), Err(Error::Length { .. })));
    }
}

#[test]
fn session_keys_are_crossed() {
    let (alice, bob) = (BoxKeyPair::generate(), BoxKeyPair::generate());
    let client = exchange::client(&alice, &bob.public()).unwrap();
    let server = exchange::server(&bob, &alice.public()).unwrap();
    assert_eq!(client.send, server.receive);
    assert_eq!(client.receive, server.send);
    assert_ne!(client.send, client.receive);
}

#[test]
fn passwords() {
    let cost = password::Cost { operations: 1, memory: 8192 };
    let hash = password::hash(b"correct horse", cost).unwrap();
    assert!(hash.starts_with("$argon2id$"));
    assert!(password::verify(&hash, b"correct horse"));
    assert!(!password::verify(&hash, b"correct Horse"));
    for bad in ["", "$argon2id$", "\0", &"x".repeat(128), &"x".repeat(127)] {
        assert!(!password::verify(bad, b"correct horse"));
    }
    let derive = |salt, length| {
        let mut key = vec![0; length];
        password::derive(b"correct horse", &password::Salt::new([salt; 16]), cost, &mut key).map(|()| key)
    };
    assert_eq!(derive(1, 32), derive(1, 32));
    assert_ne!(derive(1, 32), derive(2, 32));
    assert_eq!(derive(1, 15), Err(Error::Cost));
    assert_eq!(password::hash(b"", password::Cost { operations: 1, memory: 1 }), Err(Error::Cost));
}

#[test]
fn secrets_are_not_printed() {
    let pair = KeyPair::from_seed(&[0x5a; 32]);
    let shared = pair.boxed().shared(&BoxKeyPair::generate().public()).unwrap();
    let printed = format!(
        "{:?} {:?} {:?} {:?} {shared:?} {:?} {:?} {:?}",
        pair,
        pair.secret(),
        pair.boxed(),
        pair.boxed().secret(),
        SecretBox::new([0x5a; 32]),
        Aead::new([0x5a; 32]),
        DeriveKey::new([0x5a; 32]),
    );
    assert!(printed.contains(&pair.public().to_string()));
    for secret in ["5a5a", "90, 90", &format!("{:02x}", pair.boxed().secret().expose()[0]).repeat(2)] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert_eq!(format!("{:?}", SharedKey::from_slice(&[1; 32]).unwrap()), "SharedKey(secret)");
}

#[test]
fn lengths_are_told() {
    let error = PublicKey::from_slice(&[0; 31]).unwrap_err();
    assert_eq!(error.to_string(), "PublicKey has 32 bytes, and 31 were given");
    assert_eq!(error.code(), "ERR_CRYPTO_LENGTH");
    assert!(SecretKey::from_slice(&[0; 32]).is_err());
    assert!(SecretBox::from_slice(&[]).is_err());
    assert!(matches!(BoxKeyPair::generate().open(&[0; 47]), Err(Error::Length { found: 47, .. })));
}

#[test]
fn equality_in_constant_time() {
    assert!(equal(b"", b""));
    assert!(equal(b"abc", b"abc"));
    assert!(!equal(b"abc", b"abd"));
    assert!(!equal(b"abc", b"abcd"));
}

#[test]
fn randomness_is_not_repeated() {
    assert_ne!(random::array::<32>(), random::array::<32>());
    assert_eq!(random::bytes(5).len(), 5);
    assert_ne!(KeyPair::generate().public(), KeyPair::generate().public());
}
