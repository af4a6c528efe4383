//! Sends datagrams to a port of this machine as fast as they are answered, never more than `WINDOW` ahead, and prints
//! how many a second were answered: `udp-load <port> <bytes> <answered each> <seconds>`.
//!
//! Compiled by the bench with `rustc -O`: a sender in Node would be what bounds the figure.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

/// So many fit into the buffers that systems give a socket.
const WINDOW: u64 = 128;
/// What has not been answered by then is lost.
const PATIENCE: Duration = Duration::from_millis(50);

fn main() -> std::io::Result<()> {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let [port, bytes, each, seconds] = numbers[..] else {
        eprintln!("usage: udp-load <port> <bytes> <answered each> <seconds>");
        std::process::exit(2);
    };
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(("127.0.0.1", u16::try_from(port).expect("a port")))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let message = vec![115; usize::try_from(bytes).expect("a length")];
    let mut space = [0; 2048];
    let (mut away, mut answered, mut lost) = (0, 0, 0);
    // The first quarter is to warm up.
    let mut begin = Instant::now();
    let warm = begin + Duration::from_secs(seconds) / 4;
    let end = begin + Duration::from_secs(seconds);
    let mut warming = true;
    loop {
        while away < WINDOW {
            socket.send(&message)?;
            away += 1;
        }
        match socket.recv(&mut space) {
            Ok(_) => {
                away = away.saturating_sub(each);
                answered += each;
            }
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                lost += away;
                away = 0;
            }
            Err(error) => return Err(error),
        }
        let now = Instant::now();
        if warming && now >= warm {
            warming = false;
            (answered, lost, begin) = (0, 0, now);
        }
        if now >= end {
            break;
        }
    }
    println!("{} {lost}", answered as f64 / begin.elapsed().as_secs_f64());
    Ok(())
}
