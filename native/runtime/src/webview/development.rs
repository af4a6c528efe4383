//! A development server's pages, on every platform: the engine gets them through a proxy of the runtime on this machine,
//! which reads the policies of each page as it is served and names the page, as the app's own are. Development builds only.
//!
//! One request for each connection, and bytes as they come for everything but pages: events of servers and WebSockets that
//! reload pages flow through. Requests that name another host are refused, so that no site of a browser can reach the
//! server by way of a name that leads here.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener as StdListener};
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::server::{Development, Server};

/// What a head may have, in bytes.
const MAX_HEAD: usize = 64 << 10;
/// What a page may have, in bytes.
const MAX_PAGE: usize = 32 << 20;

/// Where the proxy listens, and what is behind it.
#[derive(Debug)]
pub(crate) struct Proxy {
    listeners: Vec<StdListener>,
    port: u16,
    /// `localhost:8000`
    upstream: String,
}

impl Proxy {
    /// Listens for an app; the same app and server have the same port where it is free, because what pages store belongs
    /// to their origin.
    ///
    /// # Errors
    /// When the server is not one of plain http, or nothing can listen here.
    pub(crate) fn new(app: &str, server: &str) -> io::Result<Proxy> {
        let upstream = server.strip_prefix("http://").ok_or_else(|| {
            let text = format!(
                "the development server {server} is not reached by http://, so the runtime cannot read the policies of its \
                 pages; start it without TLS and give --host without https://"
            );
            io::Error::new(io::ErrorKind::Unsupported, text)
        })?;
        let upstream = upstream.split('/').next().unwrap_or_default();
        let upstream = if has_port(upstream) {
            upstream.to_owned()
        } else {
            format!("{}:80", upstream.trim_end_matches(':'))
        };
        // FNV-1a: only to choose.
        let hash = app
            .bytes()
            .chain(server.bytes())
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let preferred = 49152 + u16::try_from(hash % 16384).unwrap_or(0);
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, preferred))
            .or_else(|_| StdListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let port = listener.local_addr()?.port();
        // `localhost` may be either; where this one is another's or missing, engines go on to the first.
        let six = StdListener::bind((Ipv6Addr::LOCALHOST, port)).ok();
        let listeners: Vec<_> = std::iter::once(listener).chain(six).collect();
        listeners.iter().try_for_each(|listener| listener.set_nonblocking(true))?;
        Ok(Proxy { listeners, port, upstream })
    }

    /// The origin of its pages.
    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Begins to answer.
    pub(crate) fn start(&self, server: &Arc<Server>) -> io::Result<()> {
        for listener in &self.listeners {
            let listener = listener.try_clone()?;
            let (server, origin, upstream) = (server.clone(), self.origin(), self.upstream.clone());
            let tokio = server.tokio().clone();
            tokio.spawn(async move {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                // A connection that failed before it was taken is nobody's.
                loop {
                    let Ok((stream, _)) = listener.accept().await else {
                        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                        continue;
                    };
                    let (server, origin, upstream) = (server.clone(), origin.clone(), upstream.clone());
                    tokio::spawn(async move {
                        let mut stream = stream;
                        // Who went away is not told.
                        let _ = serve(&mut stream, &server, &origin, &upstream).await;
                        let _ = stream.shutdown().await;
                    });
                }
            });
        }
        Ok(())
    }
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':')
        .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A head of HTTP: its first line, and its fields as they came.
#[derive(Debug, Default, PartialEq)]
struct Head {
    first: String,
    fields: Vec<(String, String)>,
}

impl Head {
    /// Reads what is before the empty line. None: it is not what this speaks.
    fn parse(text: &[u8]) -> Option<Head> {
        let text = std::str::from_utf8(text).ok()?;
        let mut lines = text.split("\r\n");
        let first = lines.next()?.to_owned();
        let fields = lines.map(|line| {
            let (name, value) = line.split_once(':')?;
            let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            let plain = !value.contains(['\r', '\n', '\0']);
            (!name.is_empty() && name.bytes().all(token) && plain)
                .then(|| (name.to_owned(), value.trim().to_owned()))
        });
        Some(Head { first, fields: fields.collect::<Option<_>>()? })
    }

    fn get(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        field.map(|(_, value)| value.as_str())
    }

    fn all(&self, name: &str) -> String {
        let named = self.fields.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn remove(&mut self, names: &[&str]) {
        self.fields.retain(|(other, _)| !names.iter().any(|name| other.eq_ignore_ascii_case(name)));
    }

    fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(&[name]);
        self.fields.push((name.to_owned(), value.into()));
    }

    fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.first);
        for (name, value) in &self.fields {
            text += &format!("{name}: {value}\r\n");
        }
        (text + "\r\n").into_bytes()
    }
}

/// Reads a head and what came with it.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<(Head, Vec<u8>)> {
    let bad = |text: &str| io::Error::new(io::ErrorKind::InvalidData, text.to_owned());
    let mut bytes = Vec::new();
    let mut searched = 0;
    loop {
        if let Some(end) = find(&bytes[searched..], b"\r\n\r\n") {
            let end = searched + end;
            let rest = bytes.split_off(end + 4);
            let head = Head::parse(&bytes[..end]).ok_or_else(|| bad("a head that is no HTTP"))?;
            return Ok((head, rest));
        }
        searched = bytes.len().saturating_sub(3);
        if bytes.len() > MAX_HEAD {
            return Err(bad("a head is too long"));
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

async fn serve(client: &mut TcpStream, server: &Server, origin: &str, upstream: &str) -> io::Result<()> {
    let Ok((mut request, sent)) = read_head(client).await else {
        return refuse(client, "400 Bad Request", "this is no request").await;
    };
    let own = origin.trim_start_matches("http://");
    let numbered = own.replace("localhost", "127.0.0.1");
    let target = request.first.split(' ').nth(1).unwrap_or_default().to_owned();
    if !request.get("host").is_some_and(|host| host.eq_ignore_ascii_case(own) || host == numbered) {
        return refuse(client, "403 Forbidden", "this is for the app that started it").await;
    }
    if !target.starts_with('/') || !request.first.ends_with(" HTTP/1.1") {
        return refuse(client, "400 Bad Request", "this is no request").await;
    }
    // Scripts cannot set the former, and engines without it are told apart by what they navigate to.
    let destination = request.get("sec-fetch-dest").map(str::to_owned);
    let page = destination.as_deref().map_or_else(
        || request.get("accept").is_some_and(|accept| accept.contains("text/html")),
        |destination| ["document", "iframe", "frame", "embed", "object"].contains(&destination),
    );
    let upgrade = request.get("upgrade").is_some();
    request.set("Host", upstream);
    request.set("Connection", if upgrade { "Upgrade" } else { "close" });
    request.remove(&["Keep-Alive", "Proxy-Connection"]);
    for name in ["Origin", "Referer"] {
        // Its own pages are the server's own; whoever else asks stays who it is.
        let told = request.get(name).and_then(|value| value.strip_prefix(origin));
        if let Some(rest) = told.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
            let value = format!("http://{upstream}{rest}");
            request.set(name, value);
        }
    }
    if page {
        request.set("Accept-Encoding", "identity");
        request.remove(&["If-None-Match", "If-Modified-Since", "Range"]);
    }
    let Ok(mut upstream_stream) = TcpStream::connect(upstream).await else {
        let text = format!(
            "the development server http://{upstream} does not answer: start it, then load this page again"
        );
        return refuse(client, "502 Bad Gateway", &text).await;
    };
    upstream_stream.write_all(&request.bytes()).await?;
    upstream_stream.write_all(&sent).await?;
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = upstream_stream.split();
    // What the client sends goes on its way for as long as both are there.
    let sending = async {
        let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
    };
    let asked = Asked { page, navigates: destination.is_some(), target: &target, origin, upstream };
    tokio::select! {
        answered = answer(&mut from_server, &mut to_client, server, &asked) => answered,
        () = sending => Ok(()),
    }
}

/// What an answer is to.
struct Asked<'a> {
    page: bool,
    navigates: bool,
    target: &'a str,
    origin: &'a str,
    upstream: &'a str,
}

/// Gives on what the server answers, pages with what makes them the app's.
async fn answer(
    stream: &mut (impl AsyncRead + Unpin),
    client: &mut (impl AsyncWrite + Unpin),
    server: &Server,
    asked: &Asked<'_>,
) -> io::Result<()> {
    let Asked { page, navigates, target, origin, upstream } = *asked;
    let (mut answer, rest) = read_head(stream).await?;
    let base = format!("http://{upstream}");
    if let Some(rest) = answer.get("location").and_then(|to| to.strip_prefix(&base)).map(str::to_owned) {
        answer.set("Location", format!("{origin}{rest}"));
    }
    let html = answer
        .get("content-type")
        .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"));
    if !(page
        && html
        && answer.get("content-encoding").is_none_or(|coding| coding.eq_ignore_ascii_case("identity")))
    {
        if answer.first.split(' ').nth(1) != Some("101") {
            answer.set("Connection", "close");
        }
        client.write_all(&answer.bytes()).await?;
        client.write_all(&rest).await?;
        return tokio::io::copy(stream, client).await.map(drop);
    }
    let html = body(&answer, rest, stream).await?;
    let policies = answer.all("content-security-policy");
    let made = server.development_page(&Development {
        path: target.split(['?', '#']).next().unwrap_or_default(),
        html: String::from_utf8_lossy(&html).into_owned(),
        policies: &policies,
        navigates,
    });
    answer.remove(&[
        "Content-Length",
        "Transfer-Encoding",
        "Trailer",
        "Content-Security-Policy",
        "ETag",
        "Last-Modified",
    ]);
    answer.set("Connection", "close");
    // It names the page: once.
    answer.set("Cache-Control", "no-store");
    answer.set("Content-Length", made.html.len().to_string());
    answer.set("Content-Type", "text/html; charset=utf-8");
    if !made.policy.is_empty() {
        answer.set("Content-Security-Policy", made.policy);
    }
    client.write_all(&answer.bytes()).await?;
    client.write_all(made.html.as_bytes()).await
}

/// The whole body of an answer.
async fn body(head: &Head, mut bytes: Vec<u8>, stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let long = || io::Error::new(io::ErrorKind::InvalidData, "a page is too long");
    let length = head.get("content-length").and_then(|length| length.parse::<usize>().ok());
    let chunked = head.get("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
    loop {
        if chunked {
            if let Some(body) = unchunked(&bytes)? {
                return Ok(body);
            }
        } else if length.is_some_and(|length| bytes.len() >= length) {
            bytes.truncate(length.unwrap_or_default());
            return Ok(bytes);
        }
        if bytes.len() > MAX_PAGE {
            return Err(long());
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            // It ends with the connection where nothing else says where.
            return if chunked || length.is_some() {
                Err(io::ErrorKind::UnexpectedEof.into())
            } else {
                Ok(bytes)
            };
        }
    }
}

/// The pieces of a body put together, once the last one is there.
fn unchunked(mut bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let bad = || io::Error::new(io::ErrorKind::InvalidData, "a piece of a body that is none");
    let mut body = Vec::new();
    loop {
        let Some(end) = find(bytes, b"\r\n") else {
            return if bytes.len() > 1024 { Err(bad()) } else { Ok(None) };
        };
        let line = std::str::from_utf8(&bytes[..end]).map_err(|_| bad())?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(digits, 16).map_err(|_| bad())?;
        if size > MAX_PAGE {
            return Err(bad());
        }
        bytes = &bytes[end + 2..];
        if size == 0 {
            return Ok(Some(body));
        }
        let Some(piece) = bytes.get(..size + 2) else { return Ok(None) };
        if !piece.ends_with(b"\r\n") {
            return Err(bad());
        }
        body.extend_from_slice(&piece[..size]);
        bytes = &bytes[size + 2..];
    }
}

async fn refuse(client: &mut (impl AsyncWrite + Unpin), status: &str, text: &str) -> io::Result<()> {
    let length = text.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
    );
    client.write_all(head.as_bytes()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_or_refused() {
        let head = Head::parse(
            b"GET /a HTTP/1.1\r\nHost: x\r\nContent-Security-Policy: a\r\ncontent-security-policy:b",
        )
        .expect("a head");
        assert_eq!((head.get("HOST"), head.all("Content-Security-Policy")), (Some("x"), "a, b".into()));
        for text in [
            "GET / HTTP/1.1\r\nno colon",
            "GET / HTTP/1.1\r\n folded: x",
            "GET / HTTP/1.1\r\na b: c",
            "GET / HTTP/1.1\r\n: c",
        ] {
            assert_eq!(Head::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Head::parse(b"\xff"), None);
    }

    #[test]
    fn pieces_are_put_together_or_refused() {
        let all = |bytes: &[u8]| unchunked(bytes).map_err(|error| error.kind());
        assert_eq!(all(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), Ok(Some(b"abcde".to_vec())));
        for part in [&b""[..], b"3", b"3\r\nab", b"3\r\nabc", b"3\r\nabc\r\n"] {
            assert_eq!(all(part), Ok(None));
        }
        for bad in [&b"x\r\n"[..], b"-1\r\n", b"3\r\nabcde\r\n", b"ffffffffffffffffff\r\n", b"7fffffff\r\n"] {
            assert_eq!(all(bad), Err(io::ErrorKind::InvalidData));
        }
    }

    #[test]
    fn only_plain_http_is_read() {
        assert!(Proxy::new("com.a", "https://localhost:1").is_err());
        let proxy = Proxy::new("com.a", "http://localhost:8000").expect("listens");
        assert_eq!(proxy.upstream, "localhost:8000");
        assert_eq!(Proxy::new("com.a", "http://[::1]").expect("listens").upstream, "[::1]:80");
        let other = Proxy::new("com.a", "http://localhost:8000").expect("listens elsewhere");
        assert_ne!(proxy.origin(), other.origin());
    }
}
