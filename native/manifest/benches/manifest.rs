//! What a manifest costs an app of 100 MB in 2000 files, with a file of 64 MiB among them: at start, and when a page
//! reads. The folder is in the system's cache, as it is for an app that starts a second time.

use std::fs;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use socket_manifest::{Manifest, NAME, SIGNATURE, Seal, sign};

const FILES: usize = 2000;
const LARGE: usize = 64 << 20;
const SMALL: usize = (100_000_000 - LARGE) / FILES;

fn app() -> (tempfile::TempDir, sign::PublicKey) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for number in 0..FILES {
        let path = folder.path().join(format!("{}/{number}.js", number % 40));
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, vec![number as u8; SMALL]).expect("written");
    }
    fs::write(folder.path().join("video.mp4"), vec![1; LARGE]).expect("written");
    let text = Manifest::make(folder.path(), None).expect("made").to_string();
    let (secret, key) = sign::generate();
    let signature = sign::Secret::parse(&secret).expect("a key").sign(text.as_bytes());
    fs::write(folder.path().join(NAME), text).expect("written");
    fs::write(folder.path().join(SIGNATURE), signature).expect("written");
    (folder, key)
}

fn benches(c: &mut Criterion) {
    let (folder, key) = app();
    let root = folder.path();
    let mut group = c.benchmark_group("100 MB");
    group.sample_size(10);
    group.bench_function("start: manifest, signature and names", |b| {
        b.iter(|| Seal::load(black_box(root), Some(&key)).expect("loads").check_names().expect("whole"));
    });
    group.bench_function("every byte", |b| {
        let seal = Seal::load(root, None).expect("loads");
        b.iter(|| seal.check_all(&|_| {}).expect("whole"));
    });
    group.finish();
    let seal = Seal::load(root, None).expect("loads");
    let mut group = c.benchmark_group("read");
    group.sample_size(10);
    for (name, path, start, length) in [
        ("a file of 16 KB", "0/0.js", 0, u64::MAX),
        ("1 KB from the middle of 64 MiB", "video.mp4", 33 << 20, 1024),
        ("64 MiB", "video.mp4", 0, u64::MAX),
    ] {
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |b| {
            b.iter(|| seal.open(path).expect("opens").part(start, length).bytes().expect("whole").len());
        });
        // The same without looking at hashes.
        group.bench_function(format!("{name}, unchecked"), |b| {
            use std::io::{Read, Seek, SeekFrom};
            b.iter(|| {
                let mut file = fs::File::open(root.join(path)).expect("opens");
                file.seek(SeekFrom::Start(start)).expect("sought");
                let mut bytes = Vec::new();
                file.take(length).read_to_end(&mut bytes).expect("read");
                bytes.len()
            });
        });
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
