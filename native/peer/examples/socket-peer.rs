//! A peer for a terminal or a script: commands in, one JSON object a line out.
//!
//! ```text
//! cargo run -p socket-peer --example socket-peer -- --bind 0.0.0.0:4500 --cluster NAME [--identity HEX]
//!     [--state FILE]
//! ```
//!
//! `join ADDRESS…` · `publish TEXT` · `connect PEER [ADDRESS]` · `send PEER TEXT` · `disconnect PEER` · `neighbours` ·
//! `metrics` · `leave` · `close`. Every line that comes out has `at`, milliseconds since the start.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::{Value, json};
use socket_peer::{ClusterId, ClusterSecret, Error, Event, Options, Peer, PeerId, Publish, State};
use tokio::io::{AsyncBufReadExt as _, BufReader};

struct Arguments {
    bind: SocketAddr,
    cluster: String,
    identity: [u8; 32],
    state: Option<PathBuf>,
}

fn arguments() -> Result<Arguments, String> {
    let mut found = Arguments {
        bind: SocketAddr::from(([0; 4], 0)),
        cluster: "socket-peer".into(),
        identity: socket_crypto::random::array(),
        state: None,
    };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let value = given.next().ok_or_else(|| format!("{name} wants a value"))?;
        match name.as_str() {
            "--bind" => {
                found.bind =
                    value.parse().map_err(|_| format!("--bind: {value} is no address with a port"))?
            }
            "--cluster" => found.cluster = value,
            "--identity" => found.identity = hex(&value).ok_or("--identity wants 64 hexadecimal digits")?,
            "--state" => found.state = Some(value.into()),
            _ => return Err(format!("{name}: unknown; there are --bind, --cluster, --identity, --state")),
        }
    }
    Ok(found)
}

fn hex(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let bytes: Vec<u8> =
        digits?.chunks(2).filter_map(|pair| Some(pair.first()? * 16 + pair.get(1)?)).collect();
    bytes.try_into().ok()
}

struct Printer(Instant);

impl Printer {
    fn say(&self, event: &str, mut more: Value) {
        more["at"] = json!(u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX));
        more["event"] = json!(event);
        println!("{more}");
    }

    fn failed(&self, error: &Error) {
        self.say("error", json!({ "code": error.code(), "message": error.to_string() }));
    }

    fn event(&self, event: Event) {
        match event {
            Event::Message(message) => self.say(
                "message",
                json!({
                    "author": message.author.to_string(),
                    "text": String::from_utf8_lossy(&message.payload),
                    "hops": message.hops,
                }),
            ),
            Event::Connected { peer, address, relayed, .. } => self.say(
                "connected",
                json!({ "peer": peer.to_string(), "address": address.to_string(), "relayed": relayed }),
            ),
            Event::Way { peer, address, relayed } => self.say(
                "way",
                json!({ "peer": peer.to_string(), "address": address.to_string(), "relayed": relayed }),
            ),
            Event::Disconnected { peer } => self.say("disconnected", json!({ "peer": peer.to_string() })),
            Event::Stream { peer, payload, .. } => self.say(
                "stream",
                json!({ "peer": peer.to_string(), "text": String::from_utf8_lossy(&payload) }),
            ),
            Event::Nat { kind, address } => self.say(
                "nat",
                json!({ "kind": format!("{kind:?}"), "address": address.map(|address| address.to_string()) }),
            ),
            Event::Joined => self.say("joined", json!({})),
            Event::Isolated => self.say("isolated", json!({})),
            _ => {}
        }
    }

    /// Carries out a command. Whether it was the last.
    async fn command(&self, peer: &Peer, cluster: ClusterId, line: &str) -> Result<bool, Error> {
        let (name, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let (first, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let whom = || hex(first).map(PeerId);
        match (name, whom()) {
            ("", _) => {}
            ("join", _) => {
                let contacts: Vec<_> =
                    rest.split_whitespace().filter_map(|text| text.parse::<SocketAddr>().ok()).collect();
                peer.join(contacts.into_iter().map(Into::into).collect()).await?;
            }
            ("publish", _) => {
                let id = peer.publish(Publish::new(cluster, rest.to_owned())).await?;
                self.say("published", json!({ "id": id.to_string() }));
            }
            ("connect", Some(whom)) => {
                // Waits for its end while other commands go on.
                let (peer, address, start) = (peer.clone(), text.parse().ok(), self.0);
                tokio::spawn(async move {
                    if let Err(error) = peer.connect(whom, address).await {
                        Printer(start).failed(&error);
                    }
                });
            }
            ("send", Some(whom)) => peer.send(whom, text.to_owned()).await?,
            ("disconnect", Some(whom)) => peer.disconnect(whom).await?,
            ("neighbours", _) => {
                let of: Vec<_> = peer.neighbours().await?.iter().map(|(peer, _)| peer.to_string()).collect();
                self.say("neighbours", json!({ "peers": of }));
            }
            ("metrics", _) => {
                let (done, dropped) = peer.metrics().await?;
                let object = |pairs: Vec<(&'static str, u64)>| -> Value {
                    pairs.into_iter().filter(|(_, count)| *count > 0).collect()
                };
                let (done, dropped) = (object(done.iter().collect()), object(dropped.iter().collect()));
                self.say("metrics", json!({ "done": done, "dropped": dropped }));
            }
            ("leave", _) => peer.leave().await?,
            ("close", _) => return Ok(true),
            _ => self.say("error", json!({ "code": "USAGE", "message": format!("not understood: {line}") })),
        }
        Ok(false)
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let printer = Printer(Instant::now());
    let kept = arguments.state.as_ref().and_then(|path| std::fs::read(path).ok());
    let state = match kept {
        Some(bytes) => State::decode(&bytes)?,
        None => State::new(arguments.identity),
    };
    let mut options = Options::restore(state);
    options.bind = arguments.bind;
    let (peer, mut events) = Peer::open(options)?;
    let cluster = peer.subscribe(ClusterSecret::from_name(&arguments.cluster)).await?;
    printer
        .say("open", json!({ "peer": peer.id().to_string(), "address": peer.local_address().to_string() }));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        tokio::select! {
            event = events.next() => match event {
                Some(event) => printer.event(event),
                None => break,
            },
            line = lines.next_line() => {
                let Some(line) = line? else { break };
                match printer.command(&peer, cluster, &line).await {
                    Ok(true) => break,
                    Ok(false) => {}
                    Err(error) => printer.failed(&error),
                }
            }
        }
    }
    let state = peer.close().await?;
    if let Some(path) = arguments.state {
        std::fs::write(path, state.encode())?;
    }
    printer.say("closed", json!({ "unsent": state.unsent.len() }));
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = arguments()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(run(arguments));
    // A read of standard input that nothing will come from would hold it.
    runtime.shutdown_background();
    done
}
