//! A backend in Rust, complete, with nothing but the standard library: `rustc backend.rs`.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};

/// Encodes everything but unreserved characters, once.
fn encode(text: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(char::from(*byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Decodes once. A plus is a space, a percent sign that begins nothing is itself.
fn decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let escape = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 2;
            }
            None => decoded.push(if bytes[at] == b'+' { b' ' } else { bytes[at] }),
        }
        at += 1;
    }
    decoded
}

/// A line, taken apart: the first of equal names counts.
fn parse(line: &str) -> Option<(&str, HashMap<String, String>)> {
    let (command, query) = line.strip_prefix("ipc://")?.split_once('?')?;
    let mut pairs = HashMap::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let text = |part| String::from_utf8_lossy(&decode(part)).into_owned();
        pairs.entry(text(name)).or_insert_with(|| text(value));
    }
    Some((command, pairs))
}

/// Writes a message.
fn say(command: &str, pairs: &[(&str, &str)]) -> io::Result<()> {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value.as_bytes()))).collect();
    let mut out = io::stdout().lock();
    writeln!(out, "ipc://{command}?{}", pairs.join("&"))?;
    out.flush()
}

/// A number of a small JSON object; a real program would use a JSON library.
fn number(json: &str, name: &str) -> i64 {
    let rest = json.split(&format!("\"{name}\":")).nth(1).unwrap_or_default();
    let end = rest.find(|char: char| char != '-' && !char.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().unwrap_or(0)
}

fn main() -> io::Result<()> {
    eprintln!("backend.rs is starting");
    println!("a line for the terminal");
    let ready = format!("{{\"language\":\"Rust\",\"process\":{}}}", std::process::id());
    say("send", &[("event", "ready"), ("value", &ready)])?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let Some(("process.write", pairs)) = parse(line.trim_end_matches('\r')) else { continue };
        let get = |name: &str| pairs.get(name).map_or("", String::as_str);
        let value = get("value");
        let reply = |state: &str, value: &str| {
            if get("reply") != "1" {
                return Ok(());
            }
            say("resolve", &[("seq", get("seq")), ("index", get("index")), ("state", state), ("value", value)])
        };
        match get("event") {
            "add" => reply("0", &(number(value, "a") + number(value, "b")).to_string())?,
            "fail" => reply("1", r#"{"message":"not today","code":"ERR_FAILED"}"#)?,
            "echo" => {
                let format = pairs.get("format").map_or("json", String::as_str);
                let index = get("index");
                say("send", &[("event", "echoed"), ("index", index), ("format", format), ("value", value)])?;
            }
            "never" => {}
            _ => reply("1", r#"{"message":"nobody listens","code":"ERR_NO_LISTENER"}"#)?,
        }
    }
    Ok(())
}
