//! Many real peers in one process over loopback: how long until the last one has a message, and what it cost.
//!
//! ```text
//! cargo run --release -p socket-peer --example hundred -- [PEERS 100] [MESSAGES 20]
//! ```

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use socket_peer::{ClusterSecret, Error, Event, Metrics, Options, Peer, Publish};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<usize>().unwrap_or(0));
    let (count, messages) = (numbers.next().unwrap_or(100).max(2), numbers.next().unwrap_or(20));

    type Got = Arc<Mutex<BTreeMap<Vec<u8>, Vec<Instant>>>>;
    let got = Got::default();
    let mut peers: Vec<Peer> = Vec::new();
    let mut cluster = None;
    let start = Instant::now();
    for number in 0..count {
        let mut identity = [3; 32];
        identity[..8].copy_from_slice(&(number as u64).to_be_bytes());
        let mut options = Options::new(identity);
        options.bind = SocketAddr::from(([127, 0, 0, 1], 0));
        // All of them live at one address, which diversity rules take for one owner's.
        options.config.max_per_subnet = usize::MAX;
        options.config.max_passive_per_subnet = usize::MAX;
        let (peer, mut events) = Peer::open(options)?;
        cluster = Some(peer.subscribe(ClusterSecret::from_name("hundred")).await?);
        // Some of those before, as they would be remembered.
        let known = (1..=3_usize).filter_map(|step| peers.get(number.checked_sub(step * step)?));
        let contacts = known.map(|peer| peer.local_address().into()).collect();
        peer.join(contacts).await?;
        let got = got.clone();
        tokio::spawn(async move {
            while let Some(event) = events.next().await {
                if let Event::Message(message) = event {
                    let at = Instant::now();
                    if let Ok(mut got) = got.lock() {
                        got.entry(message.payload.to_vec()).or_default().push(at);
                    }
                }
            }
        });
        peers.push(peer);
    }
    let Some(cluster) = cluster else { return Ok(()) };
    let opened = start.elapsed();
    // Membership takes its first steps; what is measured is the spreading.
    tokio::time::sleep(Duration::from_secs(5)).await;

    let before = sum(&peers).await?;
    let mut sent = Vec::new();
    for number in 0..messages {
        let mut payload = vec![7; 800];
        payload[..8].copy_from_slice(&(number as u64).to_be_bytes());
        sent.push((payload.clone(), Instant::now()));
        peers[number * 37 % count].publish(Publish::new(cluster, payload)).await?;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = sum(&peers).await?;

    let got = got.lock().map(|got| got.clone()).unwrap_or_default();
    let mut last = Vec::new();
    let (mut delivered, mut twice) = (0, 0);
    for (payload, at) in &sent {
        let times = got.get(payload).cloned().unwrap_or_default();
        delivered += times.len().min(count - 1);
        twice += times.len().saturating_sub(count - 1);
        if let (Some(end), true) = (times.iter().max(), times.len() == count - 1) {
            last.push(end.duration_since(*at));
        }
    }
    last.sort();
    let expected = messages * (count - 1);
    if delivered < expected {
        for (number, peer) in peers.iter().enumerate() {
            let (done, dropped) = peer.metrics().await?;
            let own = (0..messages).filter(|message| message * 37 % count == number).count() as u64;
            if done.messages + own < messages as u64 {
                let dropped: Vec<_> = dropped.iter().filter(|(_, times)| *times > 0).collect();
                println!(
                    "peer {number} has {} of {}: {done:?}, dropped {dropped:?}",
                    done.messages,
                    messages as u64 - own
                );
            }
        }
    }
    let at =
        |part: f64| last.get(((last.len().max(1) - 1) as f64 * part) as usize).copied().unwrap_or_default();
    // Plumtree's: copies received beyond the first, for each first one.
    let copies = (after.packets_in - before.packets_in) as f64;
    println!("peers            {count}, opened in {opened:.0?}");
    println!("delivered        {delivered}/{expected}, {twice} twice");
    println!("to the last peer median {:.1?}, p95 {:.1?}, worst {:.1?}", at(0.5), at(0.95), at(1.0));
    println!("redundancy (RMR) {:.2}", copies / expected as f64 - 1.0);
    println!("bytes per peer per message {:.0}", (after.bytes_in - before.bytes_in) as f64 / expected as f64);
    let count_of_links = links(&peers).await?;
    println!("links per peer   {:.1}", count_of_links as f64 / count as f64);
    Ok(())
}

async fn links(peers: &[Peer]) -> Result<usize, Error> {
    let mut links = 0;
    for peer in peers {
        links += peer.neighbours().await?.len();
    }
    Ok(links)
}

async fn sum(peers: &[Peer]) -> Result<Metrics, Error> {
    let mut sum = Metrics::default();
    for peer in peers {
        let (metrics, _) = peer.metrics().await?;
        sum.packets_in += metrics.packets_in;
        sum.bytes_in += metrics.bytes_in;
    }
    Ok(sum)
}
