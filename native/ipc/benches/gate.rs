//! What the gate costs for each call: a page that names a few routes, one that names modules, one that names all, and
//! the same with `[capabilities]`. Figures in docs/performance.md.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use socket_ipc::policy::{Capabilities, CspPolicy, Lists, Places, PolicyList, PolicySource};
use socket_ipc::{Document, Policy, Resource};

const ORIGIN: &str = "socket://com.example.app";

fn document(csp: &str) -> Document {
    Document::new(0, ORIGIN, PolicyList::parse(csp, PolicySource::Header))
}

fn gate(criterion: &mut Criterion) {
    let policy = CspPolicy { origin: ORIGIN.into(), always: &[] };
    let few = "default-src 'self'; connect-src 'self' ipc://fs.open ipc://fs.read ipc://fs.close ipc://fs.stat ipc://os.cpus \
               ipc://os.uptime ipc://window.list ipc://window.open ipc://dgram.bind ipc://fs.readFile";
    for (name, csp) in [
        ("ten routes, the last of them", few),
        ("a module", "connect-src ipc://os.* ipc://fs.*"),
        ("all", "connect-src ipc:"),
        ("two policies", "connect-src ipc://fs.readFile, connect-src ipc://fs.*"),
    ] {
        let document = document(csp);
        criterion.bench_function(&format!("gate/{name}"), |bencher| {
            bencher.iter(|| {
                policy.check(&document, black_box("fs.readFile"), &Resource::None)?;
                policy.check(&document, black_box("fs.readFile"), &Resource::read(Path::new("/tmp/x")))
            });
        });
    }
    let lists = Lists {
        read: vec!["$APP/**".into(), "$TMP/app/*.txt".into()],
        udp: vec!["192.168.0.0/16:*".into(), "*:5000-5010".into()],
        commands: vec!["git status".into(), "git log ...".into()],
        ..Lists::default()
    };
    let mut places = Places::default();
    places.set("APP", std::env::current_dir().unwrap_or_default());
    places.set("TMP", std::env::temp_dir());
    let limits = Arc::new(Capabilities::new(Some(&lists), places).unwrap_or_default());
    let document = document(few).limited(limits);
    let file = std::env::current_dir().unwrap_or_default().join("Cargo.toml");
    criterion.bench_function("gate/capabilities, a file that is listed by its name", |bencher| {
        bencher.iter(|| policy.check(&document, black_box("fs.readFile"), &Resource::read(&file)));
    });
    let roundabout = file.parent().unwrap_or(&file).join("../ipc/Cargo.toml");
    criterion.bench_function("gate/capabilities, a file by another name", |bencher| {
        bencher.iter(|| policy.check(&document, black_box("fs.readFile"), &Resource::read(&roundabout)));
    });
    let relative = Path::new("Cargo.toml");
    criterion.bench_function("gate/capabilities, a file by a relative name", |bencher| {
        bencher.iter(|| policy.check(&document, black_box("fs.readFile"), &Resource::read(relative)));
    });
    // Listed by what its name leads to alone: the system is asked.
    #[cfg(unix)]
    {
        let link = std::env::temp_dir().join(format!("socket-gate-{}", std::process::id()));
        if std::os::unix::fs::symlink(file.parent().unwrap_or(&file), &link).is_ok() {
            let linked = link.join("Cargo.toml");
            criterion.bench_function("gate/capabilities, a file behind a link", |bencher| {
                bencher.iter(|| policy.check(&document, black_box("fs.readFile"), &Resource::read(&linked)));
            });
            let _ = std::fs::remove_file(&link);
        }
    }
    let args = ["log".to_owned(), "HEAD".to_owned()];
    criterion.bench_function("gate/capabilities, a program", |bencher| {
        bencher.iter(|| {
            let command = Resource::Command { file: "git", args: &args, env: None };
            policy.check(&document, black_box("fs.readFile"), &command)
        });
    });
}

criterion_group!(benches, gate);
criterion_main!(benches);
