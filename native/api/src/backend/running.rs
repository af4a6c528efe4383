//! One process of a backend and the conversation with it.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};

use super::audience::lock;
use super::lines::{Lines, Piece};
use super::sys::{self, Group, Signal};
use super::wire::{self, Line, Malformed, Outgoing, Value};
use super::{ERROR, EVENT, EXIT, Exited, Format, Options, Output, Said, Sent, Shared};
use crate::prelude::*;

/// How long a backend may take to end because its standard input has ended.
const READING: Duration = Duration::from_millis(300);
/// How long it may take after each signal.
const GRACE: Duration = Duration::from_secs(2);
/// What a process has left in its pipes when it ends is there at once; others may hold them open for ever.
const REST: Duration = Duration::from_millis(200);
/// How many answers may wait for a backend that does not read.
const MAX_ANSWERS: usize = 1024;
/// How many bytes of pages may wait for it.
const MAX_WAITING: usize = 256 << 20;
/// How much is read at once, and how many small messages are written at once.
const CHUNK: usize = 64 << 10;

/// A line on its way to the backend.
struct Job {
    line: Outgoing,
    /// Told when it is written; a page that has stopped waiting takes it back.
    done: Option<oneshot::Sender<()>>,
    /// Of the answers that may wait.
    _permit: Option<OwnedSemaphorePermit>,
}

/// What a request ends with.
type Settle = oneshot::Sender<Result<Value>>;

/// A process.
pub(super) struct Running {
    pub(super) group: Group,
    jobs: mpsc::UnboundedSender<Job>,
    answers: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// Requests without an answer, by their number; nothing once the process has ended.
    pending: Mutex<Option<BTreeMap<u64, Settle>>>,
    next: AtomicU64,
    /// Whether the app has asked it to end.
    closing: watch::Sender<bool>,
    /// The exit code, once the process has ended.
    ended: watch::Sender<Option<i32>>,
    /// The same, once all it has written is passed on.
    done: watch::Sender<Option<i32>>,
    /// What `ipc://exit` has said.
    pub(super) said_exit: Mutex<Option<i32>>,
    /// A full stop is under way and nothing must be waited for any more.
    hurry: AtomicBool,
    cmd: String,
    key: &'static str,
}

/// What is left behind when a call of a page is cancelled.
struct Waiting<'a> {
    running: &'a Running,
    bytes: usize,
    number: Option<u64>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.running.waiting.fetch_sub(self.bytes, Ordering::Relaxed);
        if let (Some(number), Some(pending)) = (self.number, lock(&self.running.pending).as_mut()) {
            pending.remove(&number);
        }
    }
}

impl Running {
    /// Starts the process and its tasks. Called on a thread that lasts as long as the app: Linux takes the end of
    /// the thread that started a process for the end of the app.
    pub(super) fn start(
        options: &Options,
        cmd: &str,
        args: &[String],
        shared: &Arc<Shared>,
    ) -> Result<Arc<Running>> {
        let failed = |error: std::io::Error| {
            let text =
                format!("the backend cannot be started: {error}; {} in socket.ini is `{cmd}`", options.key);
            Error::new(Code::BACKEND_COMMAND, text)
        };
        let group = Group::new().map_err(failed)?;
        let mut command = sys::shell(cmd, args);
        command
            .current_dir(&options.directory)
            .env("SOCKET_BACKEND", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if options.seal.is_some() {
            // Python would put __pycache__ beside its files, and the app would not start again.
            command.env("PYTHONDONTWRITEBYTECODE", "1");
        }
        group.adopt(&mut command);
        let mut child = command.spawn().map_err(failed)?;
        group.joined(&child).map_err(failed)?;
        let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = streams else {
            return Err(failed(std::io::ErrorKind::BrokenPipe.into()));
        };
        let (jobs, queue) = mpsc::unbounded_channel();
        let running = Arc::new(Running {
            group,
            jobs,
            answers: Arc::new(Semaphore::new(MAX_ANSWERS)),
            waiting: AtomicUsize::new(0),
            pending: Mutex::new(Some(BTreeMap::new())),
            next: AtomicU64::new(1),
            closing: watch::Sender::new(false),
            ended: watch::Sender::new(None),
            done: watch::Sender::new(None),
            said_exit: Mutex::new(None),
            hurry: AtomicBool::new(false),
            cmd: cmd.to_owned(),
            key: options.key,
        });
        tokio::spawn(write(running.clone(), stdin, queue));
        let out = tokio::spawn(running.clone().read(stdout, shared.clone()));
        let err = tokio::spawn(running.clone().read_errors(stderr, shared.clone()));
        let this = running.clone();
        let shared = shared.clone();
        tokio::spawn(async move { this.wait(child, [out, err], &shared).await });
        Ok(running)
    }

    /// Whether the process has not ended yet.
    pub(super) fn is_alive(&self) -> bool {
        self.ended.borrow().is_none()
    }

    /// The exit code, when all is over.
    pub(super) async fn over(&self) -> i32 {
        let mut done = self.done.subscribe();
        let code = done.wait_for(Option::is_some).await;
        // The sender is ours: it cannot be gone.
        code.ok().and_then(|code| *code).unwrap_or(1)
    }

    /// The backend has said that it is done.
    pub(super) async fn asked(&self) {
        // The sender is ours: it cannot be gone.
        let _ = self.closing.subscribe().wait_for(|closing| *closing).await;
    }

    async fn wait(&self, mut child: Child, readers: [tokio::task::JoinHandle<()>; 2], shared: &Shared) {
        let code = child.wait().await.map_or(1, sys::code);
        self.ended.send_replace(Some(code));
        // The rest of its group goes with it.
        self.group.end();
        for reader in readers {
            // It cannot have panicked; if it had, there would be nothing more to read.
            let _ = reader.await;
        }
        // Dropping the senders tells the pages that wait.
        lock(&self.pending).take();
        let asked = *self.closing.borrow();
        self.closing.send_replace(true);
        if code != 0 && !asked && matches!(shared.output, Output::Pages(_)) {
            let why = if code == 127 { ": its shell did not find a program" } else { "" };
            let text = format!("warning: the backend ended with {code}{why} ({} = {})\n", self.key, self.cmd);
            print(2, text.into_bytes()).await;
        }
        if let Output::Pages(_) = shared.output {
            shared.audience.tell(&EXIT, &Exited { code });
        }
        self.done.send_replace(Some(code));
    }

    /// Asks the process to end, then makes it end.
    pub(super) async fn close(&self) {
        self.closing.send_replace(true);
        let mut ended = self.ended.subscribe();
        for (signal, grace) in
            [(None, READING), (Some(Signal::Interrupt), GRACE), (Some(Signal::Terminate), GRACE)]
        {
            signal.into_iter().for_each(|signal| self.group.signal(signal));
            if tokio::time::timeout(grace, ended.wait_for(Option::is_some)).await.is_ok() {
                break;
            }
        }
        self.group.end();
        self.hurry.store(true, Ordering::Relaxed);
        // A page that is slow to hear the last events does not hold up whoever closes.
        drop(tokio::time::timeout(GRACE, self.over()).await);
    }

    /// The same for an app that is ending: blocks, for as long as one of the graces.
    pub(super) fn end(&self) {
        self.closing.send_replace(true);
        self.group.signal(Signal::Terminate);
        let start = Instant::now();
        while self.is_alive() && start.elapsed() < GRACE {
            std::thread::sleep(Duration::from_millis(2));
        }
        self.group.end();
    }

    fn ended_error(&self) -> Error {
        let text = match *self.ended.borrow() {
            Some(code) => format!("the backend ended with {code} ({} = {})", self.key, self.cmd),
            None => "the backend is being closed".into(),
        };
        Error::new(Code::BACKEND_EXITED, text)
    }

    /// Sends a line of a page and waits until it is written, and for the answer of the backend if `reply`.
    pub(super) async fn send(
        &self,
        shared: &Shared,
        window: u32,
        event: &str,
        value: Value,
        reply: bool,
    ) -> Result<Value> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (settle, answer) = oneshot::channel();
        match lock(&self.pending).as_mut() {
            Some(pending) if reply => drop(pending.insert(number, settle)),
            Some(_) => {}
            None => return Err(self.ended_error()),
        }
        let (index, seq) = (window.to_string(), format!("R{number}"));
        let pairs = [
            ("index", Some(&*index)),
            ("seq", Some(&*seq)),
            ("event", Some(event)),
            ("reply", reply.then_some("1")),
        ];
        let line = Outgoing::new("process.write", &pairs, value);
        let bytes = line.size();
        let waiting = self.waiting.fetch_add(bytes, Ordering::Relaxed);
        let _guard = Waiting { running: self, bytes, number: reply.then_some(number) };
        if waiting > MAX_WAITING {
            let text = format!(
                "the backend does not read: {} MiB wait for it already; await each send()",
                MAX_WAITING >> 20
            );
            return Err(Error::new(Code::BACKEND_FULL, text));
        }
        let (done, written) = oneshot::channel();
        {
            let _order = lock(&shared.order);
            let job = Job { line, done: Some(done), _permit: None };
            self.jobs.send(job).map_err(|_| self.ended_error())?;
        }
        if !reply {
            return written.await.map(|()| Value::None).map_err(|_| self.ended_error());
        }
        let answer = answer.await.map_err(|_| self.ended_error())?;
        // Until here, so that the line is not taken back.
        drop(written);
        answer
    }

    async fn read(self: Arc<Self>, mut stdout: ChildStdout, shared: Arc<Shared>) {
        let mut buffer = vec![0; CHUNK];
        let mut lines = Lines::default();
        let mut text = Vec::new();
        loop {
            let length = self.read_some(&mut stdout, &mut buffer).await;
            let mut chunk = &buffer[..length];
            loop {
                let piece = match length {
                    0 => lines.end(),
                    _ => lines.next(&mut chunk),
                };
                let Some(piece) = piece else { break };
                match piece {
                    Piece::Text(more) => {
                        text.extend_from_slice(&more);
                        continue;
                    }
                    Piece::Message(line) => {
                        flush(1, &mut text).await;
                        self.received(&line, &shared).await;
                    }
                    Piece::TooLong(start) => {
                        flush(1, &mut text).await;
                        report(&Malformed::new("a line that is longer than 1 GiB", &start)).await;
                    }
                }
            }
            flush(1, &mut text).await;
            if length == 0 {
                return;
            }
        }
    }

    /// What a pipe has; 0 at its end, or when nothing comes although the process has ended.
    async fn read_some(&self, pipe: &mut (impl AsyncReadExt + Unpin), buffer: &mut [u8]) -> usize {
        let mut ended = self.ended.subscribe();
        tokio::select! {
            biased;
            length = pipe.read(buffer) => return length.unwrap_or(0),
            _ = ended.wait_for(Option::is_some) => {}
        }
        match tokio::time::timeout(REST, pipe.read(buffer)).await {
            Ok(Ok(length)) => length,
            _ => 0,
        }
    }

    async fn read_errors(self: Arc<Self>, mut stderr: ChildStderr, shared: Arc<Shared>) {
        let mut buffer = vec![0; CHUNK];
        // The beginning of a character whose end has not come.
        let mut cut = Vec::new();
        loop {
            let length = self.read_some(&mut stderr, &mut buffer).await;
            if length > 0 {
                print(2, buffer[..length].to_vec()).await;
            }
            cut.extend_from_slice(&buffer[..length]);
            let text = take_text(&mut cut, length == 0);
            if !text.is_empty() && matches!(shared.output, Output::Pages(_)) {
                shared.audience.tell(&ERROR, &Said { text });
            }
            if length == 0 {
                return;
            }
        }
    }

    /// Understands a line. One that is wrong is reported, and the next one counts.
    async fn received(&self, line: &[u8], shared: &Shared) {
        let outcome = match wire::parse(line) {
            Ok(line) => self.carry_out(&line, shared).await,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            report(&error).await;
        }
    }

    async fn carry_out(&self, line: &Line<'_>, shared: &Shared) -> std::result::Result<(), Malformed> {
        let seq = line.get("seq");
        let seq = seq.as_deref();
        match line.command {
            "send" => {
                let message = event(line).and_then(|(window, event)| Ok((window, event, line.value()?)));
                let (window, event, value) = match message {
                    Ok(message) => message,
                    Err(error) => {
                        let refusal = Error::new(Code::BACKEND_MALFORMED, error.to_string());
                        self.answer(seq, Err(refusal)).await;
                        return Err(error);
                    }
                };
                self.deliver(seq, window, event, value, shared).await;
            }
            "heartbeat" => self.answer(seq, Ok(())).await,
            "stdout" | "stderr" => {
                let output = line.output()?;
                if line.command == "stderr" && matches!(shared.output, Output::Pages(_)) {
                    let text = String::from_utf8_lossy(&output).into_owned();
                    shared.audience.tell(&ERROR, &Said { text });
                }
                print(if line.command == "stdout" { 1 } else { 2 }, output).await;
                self.answer(seq, Ok(())).await;
            }
            "resolve" => {
                let number = seq.and_then(|seq| seq.strip_prefix('R')?.parse().ok());
                let settle = number.and_then(|number: u64| lock(&self.pending).as_mut()?.remove(&number));
                // Without one its page has gone, or stopped waiting.
                if let Some(settle) = settle {
                    let value = line.value();
                    let answer = match (&value, line.get("state").as_deref()) {
                        (Ok(value), None | Some("0")) => Ok(value.clone()),
                        (Ok(value), _) => Err(refused(value)),
                        (Err(error), _) => Err(Error::new(Code::BACKEND_MALFORMED, error.to_string())),
                    };
                    drop(settle.send(answer));
                    value?;
                }
            }
            // Said by older helpers when they end; in command mode it is the exit code of the app.
            "exit" | "process.exit" => {
                let code = line.get("value").and_then(|value| value.trim().parse().ok());
                lock(&self.said_exit).get_or_insert(code.unwrap_or(0));
                self.answer(seq, Ok(())).await;
                if line.command == "exit" && matches!(shared.output, Output::Terminal) {
                    self.closing.send_replace(true);
                }
            }
            other => {
                let text = format!("the app does not know the command {other}; see docs/backend-protocol.md");
                self.answer(seq, Err(Error::new(Code::BACKEND_MALFORMED, text))).await;
            }
        }
        Ok(())
    }

    async fn deliver(
        &self,
        seq: Option<&str>,
        window: Option<u32>,
        event: String,
        value: Value,
        shared: &Shared,
    ) {
        let Output::Pages(host) = &shared.output else {
            print(1, printed(value)).await;
            return self.answer(seq, Ok(())).await;
        };
        // Taken before the pages are told: their calls must come behind it.
        let permit = self.permit(seq).await;
        let (format, body) = split(value);
        let size = event.len() * 6 + body.len() + 256;
        let sent = WithBody { head: Sent { event, format }, body };
        let told = async {
            let then = || self.submit(seq, &Ok(()), permit);
            shared.audience.deliver(&**host, window, &EVENT, (&sent, size), &shared.order, then).await
        };
        let told = tokio::select! {
            told = told => told,
            () = self.hurried() => return,
        };
        if let Err(error) = told {
            self.answer(seq, Err(error)).await;
        }
    }

    /// Ends when nothing must be waited for any more.
    async fn hurried(&self) {
        while !self.hurry.load(Ordering::Relaxed) {
            tokio::time::sleep(REST).await;
        }
    }

    /// Room for an answer: a backend that asks without reading answers is not read either.
    async fn permit(&self, seq: Option<&str>) -> Option<OwnedSemaphorePermit> {
        seq?;
        let mut closing = self.closing.subscribe();
        tokio::select! {
            permit = self.answers.clone().acquire_owned() => permit.ok(),
            _ = closing.wait_for(|closing| *closing) => None,
        }
    }

    async fn answer(&self, seq: Option<&str>, outcome: Result<()>) {
        let permit = self.permit(seq).await;
        self.submit(seq, &outcome, permit);
    }

    fn submit(&self, seq: Option<&str>, outcome: &Result<()>, permit: Option<OwnedSemaphorePermit>) {
        if seq.is_none() {
            return;
        }
        let (state, value) = match outcome {
            Ok(()) => ("0", Value::None),
            Err(error) => ("1", Value::Json(error.to_json().into())),
        };
        let line = Outgoing::new("resolve", &[("seq", seq), ("state", Some(state))], value);
        // A backend that has ended needs no answer.
        drop(self.jobs.send(Job { line, done: None, _permit: permit }));
    }
}

/// Writes lines in their order. Ends, and closes the pipe, when the process is to end.
async fn write(running: Arc<Running>, mut stdin: ChildStdin, mut queue: mpsc::UnboundedReceiver<Job>) {
    let mut closing = running.closing.subscribe();
    let work = async {
        let mut buffer = Vec::with_capacity(CHUNK);
        while let Some(first) = queue.recv().await {
            let mut next = Some(first);
            let mut written = Vec::new();
            while let Some(mut job) = next.take() {
                // Nobody waits for it any more, and none of it is written yet.
                if job.done.as_ref().is_some_and(oneshot::Sender::is_closed) {
                    next = queue.try_recv().ok();
                    continue;
                }
                while job.line.write(&mut buffer) {
                    stdin.write_all(&buffer).await?;
                    buffer.clear();
                }
                written.push((job.done, job._permit));
                if buffer.len() < CHUNK {
                    next = queue.try_recv().ok();
                }
            }
            stdin.write_all(&buffer).await?;
            buffer.clear();
            for (done, _permit) in written {
                // Its page may have stopped waiting.
                let _ = done.map(|done| done.send(()));
            }
        }
        std::io::Result::Ok(())
    };
    tokio::select! {
        _ = closing.wait_for(|closing| *closing) => {}
        // The process has closed its standard input, or ended: the lines that wait go with the queue.
        _ = work => {}
    }
}

/// `index` and `event` of a message.
fn event(line: &Line<'_>) -> std::result::Result<(Option<u32>, String), Malformed> {
    let malformed = |why: &'static str| Malformed::new(why, line.text().as_bytes());
    let window = match line.get("index").as_deref().map(str::trim) {
        None | Some("" | "-1") => None,
        Some(index) => Some(index.parse().map_err(|_| malformed("an index that is not a window's"))?),
    };
    let event = line.get("event").filter(|event| !event.is_empty());
    Ok((window, event.ok_or_else(|| malformed("an event without a name"))?.into_owned()))
}

pub(super) fn split(value: Value) -> (Format, bytes::Bytes) {
    match value {
        Value::None => (Format::None, bytes::Bytes::new()),
        Value::Json(json) => (Format::Json, json),
        Value::Bytes(bytes) => (Format::Bytes, bytes),
    }
}

/// The error that a backend has answered with.
fn refused(value: &Value) -> Error {
    #[derive(Deserialize)]
    struct Reason {
        message: Option<String>,
        code: Option<serde_json::Value>,
        name: Option<String>,
    }
    let text = match value {
        Value::Json(json) => json.as_ref(),
        _ => b"{}",
    };
    let reason = match serde_json::from_slice::<Reason>(text) {
        Ok(reason) => reason,
        // A backend may say it in one word.
        Err(_) => {
            let message =
                serde_json::from_slice(text).unwrap_or_else(|_| String::from_utf8_lossy(text).into());
            Reason { message: Some(message), code: None, name: None }
        }
    };
    let code = match reason.code {
        Some(serde_json::Value::String(code)) => code,
        Some(serde_json::Value::Number(code)) => code.to_string(),
        _ => Code::BACKEND.as_str().to_owned(),
    };
    let message = reason.message.unwrap_or_else(|| "the backend refused".into());
    Error::from_peer(code, message, reason.name)
}

/// For people: a text without its quotes, all else as JSON.
fn printed(value: Value) -> Vec<u8> {
    let mut text = match value {
        Value::None => return Vec::new(),
        Value::Bytes(bytes) => return bytes.into(),
        Value::Json(json) => {
            serde_json::from_slice::<String>(&json).map_or_else(|_| json.into(), String::into_bytes)
        }
    };
    text.push(b'\n');
    text
}

/// As much of the bytes as is whole characters; all of it at the end.
fn take_text(bytes: &mut Vec<u8>, end: bool) -> String {
    let tail = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() && !end => bytes.split_off(error.valid_up_to()),
        // In the middle there may be what is no text; the end may still be cut.
        Err(_) if !end => {
            let start = bytes.len().saturating_sub(3);
            let cut = (start..bytes.len()).find(|at| {
                std::str::from_utf8(&bytes[*at..])
                    .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
            });
            cut.map_or_else(Vec::new, |at| bytes.split_off(at))
        }
        _ => Vec::new(),
    };
    String::from_utf8_lossy(&std::mem::replace(bytes, tail)).into_owned()
}

async fn report(error: &Malformed) {
    print(2, format!("warning: the backend wrote {error}\n").into_bytes()).await;
}

async fn flush(stream: u8, text: &mut Vec<u8>) {
    if !text.is_empty() {
        print(stream, std::mem::take(text)).await;
    }
}

/// Writes to the app's own output, which may be slow: then the backend is read slowly, too.
async fn print(stream: u8, text: Vec<u8>) {
    let write = move || match stream {
        1 => std::io::stdout().write_all(&text).and_then(|()| std::io::stdout().flush()),
        _ => std::io::stderr().write_all(&text),
    };
    // A closed terminal is no reason to fail.
    let _ = tokio::task::spawn_blocking(write).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        let mut bytes = "aé".as_bytes()[..2].to_vec();
        assert_eq!(take_text(&mut bytes, false), "a");
        bytes.push(0xa9);
        assert_eq!(take_text(&mut bytes, false), "é");
        assert!(bytes.is_empty());
        let mut bytes = b"\xffa\xf0\x9f\x99".to_vec();
        assert_eq!(take_text(&mut bytes, false), "\u{fffd}a");
        assert_eq!(take_text(&mut bytes, true), "\u{fffd}");
    }

    #[test]
    fn what_a_backend_answers_becomes_an_error() {
        let said = |json: &'static str| refused(&Value::Json(json.into()));
        let error = said(r#"{"message":"too much","code":"ERR_MUCH","name":"RangeError"}"#);
        assert_eq!((error.code(), error.message()), ("ERR_MUCH", "too much"));
        assert_eq!((said("\"no\"").code(), said("\"no\"").message()), ("ERR_BACKEND", "no"));
        assert_eq!(said("{}").message(), "the backend refused");
        assert_eq!(refused(&Value::None).code(), "ERR_BACKEND");
    }

    #[test]
    fn values_are_printed_for_people() {
        assert_eq!(printed(Value::Json("\"a b\"".into())), b"a b\n");
        assert_eq!(printed(Value::Json("{\"a\":1}".into())), b"{\"a\":1}\n");
        assert_eq!(printed(Value::None), b"");
    }
}
