//! What the protocol spends its time on, at 1024 bytes: `cargo bench -p socket-crypto`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use socket_crypto::{BoxKeyPair, KeyPair, Nonce, SecretBox, Verifier, blake2b, boxed, sha256};

fn crypto(c: &mut Criterion) {
    let message = [7; 1024];
    let pair = KeyPair::from_seed(&[1; 32]);
    let signature = pair.sign(&message);
    let (alice, bob) = (BoxKeyPair::from_seed(&[1; 32]), BoxKeyPair::from_seed(&[2; 32]));
    let shared = alice.shared(&bob.public()).expect("a real key");
    let nonce = Nonce::new([3; 24]);
    let sealed = boxed::seal(&message, &alice.public()).expect("a real key");
    let secret = SecretBox::new([4; 32]);

    c.bench_function("sign", |b| b.iter(|| pair.sign(black_box(&message))));
    c.bench_function("verify", |b| b.iter(|| pair.public().verify(black_box(&message), &signature)));
    let verifier = Verifier::new(&pair.public()).expect("a real key");
    c.bench_function("verify, key kept", |b| b.iter(|| verifier.verify(black_box(&message), &signature)));
    c.bench_function("sealed box: seal", |b| b.iter(|| boxed::seal(black_box(&message), &alice.public())));
    c.bench_function("sealed box: open", |b| b.iter(|| alice.open(black_box(&sealed))));
    c.bench_function("precomputed box: seal in place", |b| {
        let mut bytes = message;
        b.iter(|| shared.seal_in_place(black_box(&mut bytes), &nonce));
    });
    c.bench_function("secret box: seal in place", |b| {
        let mut bytes = message;
        b.iter(|| secret.seal_in_place(black_box(&mut bytes), &nonce));
    });
    c.bench_function("shared key", |b| b.iter(|| alice.shared(black_box(&bob.public()))));
    c.bench_function("public key to box key", |b| b.iter(|| black_box(pair.public()).to_box()));
    c.bench_function("sha256", |b| b.iter(|| sha256(&[black_box(&message)])));
    c.bench_function("blake2b, keyed", |b| b.iter(|| blake2b::<32>(&[black_box(&message)], Some(&[1; 32]))));
    c.bench_function("blake2b, keyed, 28 bytes", |b| {
        b.iter(|| blake2b::<16>(&[black_box(&message[..28])], Some(&[1; 32])));
    });
}

criterion_group!(benches, crypto);
criterion_main!(benches);
