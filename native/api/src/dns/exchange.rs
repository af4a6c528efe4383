//! Questions to DNS servers. Messages are made and read by the page (`js/internal/dns`); here they are carried, as a
//! stub resolver does: over UDP, over TCP when the answer is too long, to the next server when one does not help.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use socket_ipc::Endpoint;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, UdpSocket};
use tokio::time::timeout;

use crate::prelude::*;

/// The longest message that a server may send over UDP; questions here promise no more than 512.
const LONGEST: usize = 4096;
/// Bytes of the head of every message.
const HEAD: usize = 12;

#[derive(Deserialize, TS)]
pub(super) struct Exchange {
    /// Asked in this order.
    pub(super) servers: Vec<Endpoint>,
    /// How long the first round waits for each server, in milliseconds; each further one waits twice as long.
    timeout: u32,
    /// How many rounds.
    tries: u32,
    /// Local address for servers of IPv4.
    local4: Option<String>,
    /// Local address for servers of IPv6.
    local6: Option<String>,
}

pub(super) async fn exchange(_: Context, request: WithBody<Exchange>) -> Result<WithBody<(), Vec<u8>>> {
    let WithBody { head, body: question } = request;
    if question.len() < HEAD || question.len() > usize::from(u16::MAX) {
        return Err(Error::new(Code::REQUEST, "the body must be one DNS message"));
    }
    let mut last = Err(io::Error::from(io::ErrorKind::TimedOut));
    for round in 0..head.tries.clamp(1, 16) {
        let patience = Duration::from_millis(u64::from(head.timeout.max(1)) << round);
        for server in &head.servers {
            let one = ask(server, &head, &question);
            match timeout(patience, one).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
                Ok(answer) if !is_no_help(&answer) => return Ok(WithBody { head: (), body: answer }),
                Ok(answer) => last = Ok(answer),
                // An answer without help says more than silence of the next server.
                Err(error) if last.is_err() => last = Err(error),
                Err(_) => {}
            }
        }
        // Servers that have answered, or are not there, will do so again.
        if !matches!(&last, Err(error) if error.kind() == io::ErrorKind::TimedOut) {
            break;
        }
    }
    last.map(|body| WithBody { head: (), body }).syscall("query")
}

/// Another server may know more: failed, not implemented, refused.
fn is_no_help(answer: &[u8]) -> bool {
    matches!(answer[3] & 0x0f, 2 | 4 | 5)
}

async fn ask(server: &Endpoint, request: &Exchange, question: &[u8]) -> io::Result<Vec<u8>> {
    let invalid = || io::Error::from(io::ErrorKind::InvalidInput);
    let ip: IpAddr = server.address.parse().map_err(|_| invalid())?;
    let server = SocketAddr::new(ip, server.port);
    let local = if ip.is_ipv4() { &request.local4 } else { &request.local6 };
    let local: Option<IpAddr> = local.as_ref().map(|text| text.parse().map_err(|_| invalid())).transpose()?;
    let any: IpAddr = if ip.is_ipv4() { [0; 4].into() } else { [0_u8; 16].into() };
    let local = SocketAddr::new(local.unwrap_or(any), 0);
    let answer = over_udp(local, server, question).await?;
    let truncated = answer[2] & 0x02 != 0;
    if truncated { over_tcp(local, server, question).await } else { Ok(answer) }
}

/// A port of its own for each question, from which only this server is heard.
async fn over_udp(local: SocketAddr, server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    let socket = UdpSocket::bind(local).await?;
    socket.connect(server).await?;
    socket.send(question).await?;
    let mut answer = vec![0; LONGEST];
    loop {
        let length = socket.recv(&mut answer).await?;
        if belongs(question, &answer[..length]) {
            answer.truncate(length);
            return Ok(answer);
        }
    }
}

async fn over_tcp(local: SocketAddr, server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    let socket = if local.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.bind(local)?;
    let mut stream = socket.connect(server).await?;
    let mut message = Vec::with_capacity(2 + question.len());
    // Checked above: a message is shorter than that.
    message.extend_from_slice(&(question.len() as u16).to_be_bytes());
    message.extend_from_slice(question);
    stream.write_all(&message).await?;
    let mut answer = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut answer).await?;
    if belongs(question, &answer) { Ok(answer) } else { Err(io::ErrorKind::InvalidData.into()) }
}

/// Whether a message is an answer and has the number of the question.
fn belongs(question: &[u8], answer: &[u8]) -> bool {
    answer.len() >= HEAD && answer[..2] == question[..2] && answer[2] & 0x80 != 0
}

/// Addresses of the system's servers.
pub(super) async fn servers(_: Context, (): ()) -> Result<Vec<String>> {
    blocking(|| Ok(configured())).await
}

#[cfg(unix)]
fn configured() -> Vec<String> {
    let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    name_servers(&text)
}

/// The addresses in the text of `resolv.conf`.
#[cfg(any(unix, test))]
fn name_servers(text: &str) -> Vec<String> {
    let words = text.lines().filter_map(|line| {
        let mut words = line.split_ascii_whitespace();
        (words.next() == Some("nameserver")).then(|| words.next())?
    });
    let is_address = |word: &&str| word.split('%').next().is_some_and(|ip| ip.parse::<IpAddr>().is_ok());
    words.filter(is_address).map(str::to_owned).collect()
}

#[cfg(not(unix))]
fn configured() -> Vec<String> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_servers_are_read() {
        let text = "# nameserver 9.9.9.9\nnameserver 10.0.0.1\n nameserver\t::1 # local\nnameserver\nnameserver x\nsearch a.b";
        assert_eq!(name_servers(text), ["10.0.0.1", "::1"]);
    }

    #[test]
    fn only_answers_to_the_question_count() {
        let question = [7, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let mut answer = question;
        assert!(!belongs(&question, &answer), "a question");
        answer[2] |= 0x80;
        assert!(belongs(&question, &answer));
        assert!(!belongs(&question, &answer[..11]), "too short");
        answer[0] = 9;
        assert!(!belongs(&question, &answer), "of another question");
    }
}
