//! The routes over standard input and output, for tests: the same contract as in a WebView, without one.
//!
//! ```text
//! record = length of the rest (u32) | kind (u8) | call (u64) | length of name (u16) | name | frame   little endian
//! ```
//!
//! Kinds in: 0 call (`name` is the route). Kinds out: 1 answer, 2 error. Ends with its standard input.
//! The first argument, if any, is the Content-Security-Policy of the only document; without it, it may call everything. The
//! environment variable `SOCKET_HEADLESS_CAPABILITIES` is JSON of keys of `[capabilities]` and `$PLACE`s;
//! `SOCKET_HEADLESS_BACKEND` is the command of the backend, `SOCKET_HEADLESS_DIRECTORY` where it starts.

#[cfg(unix)]
use std::io::stderr;
use std::io::{Read, Write, stdin, stdout};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use socket_api::backend_process::{Backend, Options};
use socket_api::{Context, Headless, router};
use socket_ipc::policy::{Capabilities, CspPolicy, Lists, Places, PolicyList, PolicySource};
use socket_ipc::{Document, Error, Message, Seq};

const ORIGIN: &str = "socket://headless";

fn main() -> std::io::Result<()> {
    let csp = std::env::args().nth(1).unwrap_or_else(|| "connect-src ipc:".into());
    let csp = PolicyList::parse(&csp, PolicySource::Header);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let router = Arc::new(router(Arc::new(CspPolicy { origin: ORIGIN.into(), always: &[] })));
    let document = Arc::new(Document::new(0, ORIGIN, csp).limited(Arc::new(capabilities()?)));
    let backend = Backend::new(options()?, Arc::new(Headless));
    let cx = Context {
        document: document.clone(),
        realm: "node".into(),
        host: Arc::new(Headless),
        backend: backend.clone(),
    };
    let output = Arc::new(Mutex::new(protocol_output()?));
    let mut input = stdin().lock();
    while let Some((number, name, frame)) = read(&mut input)? {
        let (router, cx, output) = (router.clone(), cx.clone(), output.clone());
        runtime.spawn(async move {
            let seq = Seq { realm: cx.realm.to_string(), number };
            let answer = match Message::decode(frame) {
                Ok(message) => router.call(cx, &name, seq, None, message).await,
                Err(error) => Err(error),
            };
            let (kind, frame) = match answer.and_then(Message::encode) {
                Ok(frame) => (1, frame),
                Err(error) => (2, encode_error(&error)),
            };
            let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
            if write(&mut *output, kind, number, &frame).is_err() {
                // Nobody listens any more.
                std::process::exit(0);
            }
        });
    }
    document.close();
    backend.end();
    Ok(())
}

/// `{ "read": ["$APP/**"], "$APP": "/where/that/is" }`
fn capabilities() -> std::io::Result<Capabilities> {
    let Ok(text) = std::env::var("SOCKET_HEADLESS_CAPABILITIES") else { return Ok(Capabilities::default()) };
    let value: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text)?;
    let (mut lists, mut places) = (Lists::default(), Places::default());
    for (key, value) in &value {
        if let (Some(name), Some(path)) = (key.strip_prefix('$'), value.as_str()) {
            places.set(name, path);
            continue;
        }
        let entries = value.as_array().into_iter().flatten().filter_map(|entry| entry.as_str());
        let list = lists.key(key).ok_or_else(|| std::io::Error::other(format!("{key} is no key")))?;
        list.extend(entries.map(str::to_owned));
    }
    let wrong = |wrong| std::io::Error::other(format!("{wrong:?}"));
    Capabilities::new(Some(&lists), places).map_err(wrong)
}

fn options() -> std::io::Result<Options> {
    let variable = |name| std::env::var(name).ok();
    Ok(Options {
        cmd: variable("SOCKET_HEADLESS_BACKEND"),
        key: "[linux] cmd",
        directory: variable("SOCKET_HEADLESS_DIRECTORY")
            .map_or_else(std::env::current_dir, |path| Ok(path.into()))?,
        args: vec!["--ssc-version=v0.0.0".into()],
        seal: None,
    })
}

/// Standard output carries records alone: what routes print there goes to standard error instead.
#[cfg(unix)]
fn protocol_output() -> std::io::Result<std::fs::File> {
    use std::os::fd::{AsFd, AsRawFd};
    let output = stdout().as_fd().try_clone_to_owned()?;
    // SAFETY: both descriptors are open; standard output is replaced by a copy of standard error.
    if unsafe { libc::dup2(stderr().as_raw_fd(), stdout().as_raw_fd()) } < 0 {
        return Err(std::io::Error::last_os_error());
    }
    Ok(output.into())
}

#[cfg(not(unix))]
fn protocol_output() -> std::io::Result<std::io::Stdout> {
    Ok(stdout())
}

fn encode_error(error: &Error) -> Bytes {
    Message::json(error.to_json()).prefix()
}

fn read(input: &mut impl Read) -> std::io::Result<Option<(u64, String, Bytes)>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut record = vec![0; u32::from_le_bytes(length) as usize];
    input.read_exact(&mut record)?;
    let mut record = Bytes::from(record);
    let broken = || std::io::Error::new(std::io::ErrorKind::InvalidData, "broken record");
    let header = record.split_to(11.min(record.len()));
    let Ok([0, number @ .., low, high]) = <[u8; 11]>::try_from(&header[..]) else { return Err(broken()) };
    let number = u64::from_le_bytes(number);
    let name = record.split_to(usize::from(u16::from_le_bytes([low, high])).min(record.len()));
    let name = String::from_utf8(name.to_vec()).map_err(|_| broken())?;
    Ok(Some((number, name, record)))
}

fn write(output: &mut impl Write, kind: u8, number: u64, frame: &[u8]) -> std::io::Result<()> {
    let length = u32::try_from(frame.len() + 11).map_err(std::io::Error::other)?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(&[kind])?;
    output.write_all(&number.to_le_bytes())?;
    output.write_all(&[0, 0])?;
    output.write_all(frame)?;
    output.flush()
}
