//! What `ssc audit --used` learns: a line of JSON for each page that is shown and for each decision about one of its calls,
//! once. Development builds only, and only where `ssc` asks for it.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use socket_ipc::{Code, Error};

/// Names the file to write to.
const VARIABLE: &str = "SOCKET_AUDIT_LOG";

/// Where decisions are written.
#[derive(Debug)]
pub(crate) struct Audit(Mutex<Log>);

#[derive(Debug)]
struct Log {
    file: File,
    written: BTreeSet<String>,
}

impl Audit {
    /// None in builds for users, and where nobody asks.
    pub(crate) fn new(debug: bool) -> std::io::Result<Option<Audit>> {
        let Some(path) = std::env::var_os(VARIABLE).filter(|_| debug) else { return Ok(None) };
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Some(Audit(Mutex::new(Log { file, written: BTreeSet::new() }))))
    }

    /// A page is shown.
    pub(crate) fn shown(&self, page: &str) {
        self.write(&json!({ "page": page }));
    }

    /// The gate has decided about a call; `refused`: the error that the page gets.
    pub(crate) fn decided(&self, page: &str, route: &str, refused: Option<&Error>) {
        let refused = refused.filter(|error| error.code() == Code::ACCESS_DENIED.as_str());
        let mut line = json!({ "page": page, "route": route, "allowed": refused.is_none() });
        if let Some((key, entry)) = refused.and_then(Error::missing_capability) {
            line["missing"] = json!([key, entry]);
        }
        self.write(&line);
    }

    fn write(&self, line: &Value) {
        let line = format!("{line}\n");
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if log.written.insert(line.clone()) {
            // A whole line at a time. Where it cannot be written, `ssc` finds nothing and says so.
            let _ = log.file.write_all(line.as_bytes());
        }
    }
}
