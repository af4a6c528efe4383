//! Messages as lines and back: docs/backend-protocol.md. The vectors of test/node/vectors.json hold for this and
//! for the helper for Node alike.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde::de::IgnoredAny;

/// What every line of the protocol begins with.
pub(super) const SCHEME: &[u8] = b"ipc://";
/// Everything but what RFC 3986 calls unreserved is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// The URL's alphabet without padding. Bits beyond the last byte mean nothing, as for Node.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);
/// How much of a line that is wrong is shown.
const SHOWN: usize = 80;
/// How much of a value is encoded at once: a multiple of three, so that base64 joins without padding.
const PIECE: usize = 48 << 10;

/// A line that cannot be understood.
#[derive(Debug)]
pub(super) struct Malformed {
    why: Cow<'static, str>,
    line: String,
}

impl Malformed {
    pub(super) fn new(why: impl Into<Cow<'static, str>>, line: &[u8]) -> Malformed {
        let shown = String::from_utf8_lossy(&line[..line.len().min(SHOWN)]);
        let more = if line.len() > SHOWN { "…" } else { "" };
        Malformed { why: why.into(), line: format!("{:?}", format!("{shown}{more}")) }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.why, self.line)
    }
}

/// What a message carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Value {
    /// Nothing.
    #[default]
    None,
    /// JSON text.
    Json(Bytes),
    /// Bytes.
    Bytes(Bytes),
}

/// A line taken apart; names and values are still encoded.
#[derive(Debug)]
pub(super) struct Line<'a> {
    text: &'a str,
    pub(super) command: &'a str,
    pairs: Vec<(Cow<'a, str>, &'a str)>,
}

/// Takes a line apart, without its end.
pub(super) fn parse(line: &[u8]) -> Result<Line<'_>, Malformed> {
    let text = std::str::from_utf8(line).map_err(|_| Malformed::new("a line that is not UTF-8", line))?;
    let Some(rest) = text.get(SCHEME.len()..).filter(|_| is_message(line)) else {
        return Err(Malformed::new("a line that does not begin with ipc://", line));
    };
    let (command, query) = rest.split_once('?').unwrap_or((rest, ""));
    let command = command.strip_suffix('/').unwrap_or(command);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    if command.is_empty() || !command.bytes().all(plain) {
        return Err(Malformed::new("no command", line));
    }
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), value)
    });
    Ok(Line { text, command, pairs: pairs.collect() })
}

/// Whether a line belongs to the protocol; all others are text for the terminal.
pub(super) fn is_message(line: &[u8]) -> bool {
    line.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}

impl<'a> Line<'a> {
    /// The whole line.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The first value of this name as it stands in the line.
    fn raw(&self, name: &str) -> Option<&'a str> {
        self.pairs.iter().find(|(other, _)| other == name).map(|(_, value)| *value)
    }

    /// The first value of this name, decoded.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        self.raw(name).map(decode)
    }

    /// What the message carries.
    pub(super) fn value(&self) -> Result<Value, Malformed> {
        let text = self.raw("value").unwrap_or_default();
        let malformed = |why: &'static str| Malformed::new(why, self.text.as_bytes());
        match self.get("format").as_deref() {
            None | Some("json") if text.is_empty() => Ok(Value::None),
            None | Some("json") => {
                let json = decode(text).into_owned();
                serde_json::from_str::<IgnoredAny>(&json)
                    .map_err(|_| malformed("a value that is not JSON"))?;
                Ok(Value::Json(json.into()))
            }
            Some("base64url") => {
                let bytes = BASE64.decode(&*decode(text));
                bytes
                    .map(|bytes| Value::Bytes(bytes.into()))
                    .map_err(|_| malformed("a value that is not base64url"))
            }
            Some(other) => Err(Malformed::new(
                format!("the format {:?} is unknown", other.chars().take(SHOWN).collect::<String>()),
                self.text.as_bytes(),
            )),
        }
    }

    /// Text to print: `value` is itself, not JSON.
    pub(super) fn output(&self) -> Result<Vec<u8>, Malformed> {
        match (self.get("format").as_deref(), self.value()) {
            (Some("base64url"), Ok(Value::Bytes(bytes))) => Ok(bytes.into()),
            (Some("base64url"), Err(error)) => Err(error),
            _ => Ok(self.get("value").unwrap_or_default().into_owned().into_bytes()),
        }
    }
}

/// As `application/x-www-form-urlencoded` says it: a plus is a space, a percent sign that begins nothing is itself.
fn decode(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let Some(first) = memchr::memchr2(b'%', b'+', bytes) else {
        return Cow::Borrowed(text);
    };
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(bytes.len());
    decoded.extend_from_slice(&bytes[..first]);
    let mut at = first;
    while at < bytes.len() {
        match (bytes[at], hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                // Two hexadecimal digits are a byte.
                decoded.push((high * 16 + low) as u8);
                at += 3;
                continue;
            }
            (b'+', ..) => decoded.push(b' '),
            (byte, ..) => decoded.push(byte),
        }
        at += 1;
    }
    Cow::Owned(match String::from_utf8(decoded) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// A message on its way out, encoded piece by piece: the line of a large value is never in memory as a whole.
#[derive(Debug)]
pub(super) struct Outgoing {
    head: Vec<u8>,
    value: Value,
    at: usize,
}

impl Outgoing {
    /// A message; pairs without a value are left out.
    pub(super) fn new(command: &str, pairs: &[(&str, Option<&str>)], value: Value) -> Outgoing {
        let mut head = [SCHEME, command.as_bytes()].concat();
        let mut separator = b'?';
        let mut add = |name: &str, value: &str| {
            head.push(std::mem::replace(&mut separator, b'&'));
            encode(name.as_bytes(), &mut head);
            head.push(b'=');
            encode(value.as_bytes(), &mut head);
        };
        pairs.iter().for_each(|(name, value)| {
            if let Some(value) = value {
                add(name, value);
            }
        });
        match value {
            Value::None => {}
            Value::Json(_) => add("value", ""),
            Value::Bytes(_) => {
                add("format", "base64url");
                add("value", "");
            }
        }
        Outgoing { head, value, at: 0 }
    }

    /// How much memory it holds.
    pub(super) fn size(&self) -> usize {
        self.head.len() + self.bytes().len()
    }

    fn bytes(&self) -> &[u8] {
        match &self.value {
            Value::None => &[],
            Value::Json(bytes) | Value::Bytes(bytes) => bytes,
        }
    }

    /// Writes the next piece behind what is in `out`; whether there is more.
    pub(super) fn write(&mut self, out: &mut Vec<u8>) -> bool {
        out.append(&mut self.head);
        let at = self.at;
        let bytes = self.bytes();
        let end = bytes.len().min(at + PIECE);
        match &self.value {
            Value::None => {}
            Value::Json(bytes) => encode(&bytes[at..end], out),
            Value::Bytes(bytes) => {
                let start = out.len();
                out.resize(start + (end - at).div_ceil(3) * 4, 0);
                // The room is what these bytes need at most.
                let length = BASE64.encode_slice(&bytes[at..end], &mut out[start..]).unwrap_or(0);
                out.truncate(start + length);
            }
        }
        let more = end < bytes.len();
        self.at = end;
        if !more {
            out.push(b'\n');
        }
        more
    }
}

fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    percent_encode(bytes, ENCODED).for_each(|piece| out.extend_from_slice(piece.as_bytes()));
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;

    fn vectors(kind: &str) -> Vec<Json> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../test/node/vectors.json");
        let text = std::fs::read_to_string(path).expect("the vectors are there");
        // Half a character is none that a string of Rust could hold; the line with it is read all the same.
        let text = text.replace(r"\u0000\ud83d", r"\u0000");
        let vectors: Json = serde_json::from_str(&text).expect("JSON");
        let of_kind = vectors[kind].as_array().expect("a list").clone();
        assert!(!of_kind.is_empty(), "{kind}");
        of_kind
    }

    fn text(json: &Json) -> &str {
        json.as_str().expect("text")
    }

    fn whole(mut outgoing: Outgoing) -> String {
        let mut out = Vec::new();
        while outgoing.write(&mut out) {}
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn lines_are_written_as_the_vectors_say() {
        for vector in vectors("format") {
            let pairs = vector["pairs"].as_object().expect("pairs");
            let pairs: Vec<_> =
                pairs.iter().map(|(name, value)| (name.as_str(), Some(text(value)))).collect();
            let line = whole(Outgoing::new(text(&vector["command"]), &pairs, Value::None));
            assert_eq!(line, format!("{}\n", text(&vector["line"])), "{}", vector["name"]);
        }
    }

    #[test]
    fn lines_are_read_as_the_vectors_say() {
        for vector in vectors("parse") {
            let line = parse(text(&vector["line"]).as_bytes())
                .unwrap_or_else(|error| panic!("{}: {error}", vector["name"]));
            assert_eq!(line.command, text(&vector["command"]));
            let pairs = vector["pairs"].as_object().expect("pairs");
            for (name, value) in pairs {
                assert_eq!(line.get(name).as_deref(), Some(text(value)), "{}", vector["name"]);
            }
            assert!(line.pairs.iter().all(|(name, _)| pairs.contains_key(&**name)), "{}", vector["name"]);
            if let Some(bytes) = vector["bytes"].as_array() {
                let bytes: Vec<u8> = bytes.iter().map(|byte| byte.as_u64().expect("a byte") as u8).collect();
                assert_eq!(line.value().expect("valid"), Value::Bytes(bytes.into()));
            } else if vector.get("data").is_some() {
                // What JSON says is for JavaScript to find out: lone surrogates, for one, are none of Rust's.
                let json = pairs["value"].as_str().expect("text").to_owned();
                assert_eq!(line.value().expect("valid"), Value::Json(json.into()));
            }
        }
    }

    #[test]
    fn malformed_lines_are_reported() {
        for vector in vectors("malformed") {
            let line = text(&vector["line"]).as_bytes();
            let outcome = parse(line).and_then(|line| line.value());
            assert!(outcome.is_err_and(|error| !error.to_string().is_empty()), "{}", vector["name"]);
        }
        let error = parse(b"ipc://send?value=\xff").expect_err("not UTF-8").to_string();
        assert!(error.starts_with("a line that is not UTF-8: \"ipc://"), "{error}");
        assert!(Malformed::new("x", &[b'a'; 5000]).to_string().len() < 200);
    }

    #[test]
    fn large_values_are_whole_whatever_their_length() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 2] {
            let bytes: Bytes = (0..length).map(|i| (i % 251) as u8).collect::<Vec<_>>().into();
            let line = whole(Outgoing::new("send", &[], Value::Bytes(bytes.clone())));
            let line = parse(line.trim_end().as_bytes()).expect("valid");
            assert_eq!(line.value().expect("valid"), Value::Bytes(bytes), "{length}");
            let json: Bytes = serde_json::to_vec(&"é\n".repeat(length / 3)).expect("JSON").into();
            let line = whole(Outgoing::new("send", &[("event", Some("x"))], Value::Json(json.clone())));
            let line = parse(line.trim_end().as_bytes()).expect("valid");
            assert_eq!(line.value().expect("valid"), Value::Json(json), "{length}");
        }
    }

    #[test]
    fn what_is_printed_is_text_or_bytes() {
        let output = |line: &str| parse(line.as_bytes()).and_then(|line| line.output());
        assert_eq!(output("ipc://stdout?value=a%0Ab").expect("valid"), b"a\nb");
        assert_eq!(output("ipc://stdout?value=_wo&format=base64url").expect("valid"), b"\xff\n");
        output("ipc://stdout?value=%3D&format=base64url").expect_err("not base64url");
    }
}
