//! What arrives, gathered and told.

use std::io;
use std::sync::Arc;

use socket_ipc::{Endpoint, Queue};
use tokio::io::Interest;
use tokio::net::UdpSocket;

#[cfg(target_os = "linux")]
use super::many;
use super::records::Batch;
use super::{FAILED, MESSAGES};
use crate::prelude::*;

/// Datagrams that arrived together.
#[derive(Debug, Serialize, TS)]
pub(super) struct Received {
    /// The page's number for the socket.
    key: u32,
    /// Where they come from.
    peers: Vec<Endpoint>,
    /// How many were dropped before these, because the page does not collect them.
    #[ts(type = "number")]
    dropped: u64,
}

/// A failure that no call can answer.
#[derive(Clone, Debug, Serialize, TS)]
pub(super) struct Failed {
    /// The page's number for the socket.
    key: u32,
    /// What happened.
    #[ts(type = "{ code: string, errno: number, message: string }")]
    error: Error,
}

/// Failures in a row after which a socket receives no more: the system does not recover.
const HOPELESS: u32 = 64;

/// Delivers until the document is gone. Whoever drops the task ends it.
pub(super) async fn run(socket: Arc<UdpSocket>, queue: Arc<Queue>, key: u32) {
    #[cfg(not(target_os = "linux"))]
    let mut space = vec![0; 65_535];
    let mut dropped = 0;
    let mut failures = 0;
    while failures < HOPELESS {
        let Ok(ready) = socket.ready(Interest::READABLE | Interest::ERROR).await else { return };
        let mut batch = Batch::default();
        #[cfg(target_os = "linux")]
        let mut failure = gather(&socket, &mut batch);
        #[cfg(not(target_os = "linux"))]
        let mut failure = gather(&socket, &mut space, &mut batch);
        if ready.is_error() {
            // Linux says so alone when a peer refused: there is nothing to read.
            failure = failure.or_else(|| socket.take_error().ok().flatten());
            let _ = socket.try_io(Interest::ERROR, || Err::<(), _>(io::ErrorKind::WouldBlock.into()));
        }
        if batch.count > 0 {
            failures = 0;
            let count = batch.count;
            let (peers, body) = batch.finish();
            match queue.emit(&MESSAGES, WithBody { head: Received { key, peers, dropped }, body }) {
                Ok(()) => dropped = 0,
                Err(error) if error.code() == "ENOBUFS" => dropped += count,
                Err(_) => return,
            }
        }
        if let Some(error) = failure {
            failures += 1;
            let error = Error::from(error).syscall("recvmsg");
            if queue.emit(&FAILED, Failed { key, error }).is_err() {
                return;
            }
        }
        // Others have their turn, however fast datagrams come.
        tokio::task::yield_now().await;
    }
}

#[cfg(target_os = "linux")]
fn gather(socket: &UdpSocket, batch: &mut Batch) -> Option<io::Error> {
    while !batch.is_full() {
        let receive = || many::receive(socket, |from, bytes| batch.push(from, bytes));
        match socket.try_io(Interest::READABLE, receive) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
            Err(error) => return Some(error),
        }
    }
    None
}

#[cfg(not(target_os = "linux"))]
fn gather(socket: &UdpSocket, space: &mut [u8], batch: &mut Batch) -> Option<io::Error> {
    while !batch.is_full() {
        match socket.try_recv_from(space) {
            Ok((length, from)) => batch.push(from, &space[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
            // Windows says of any socket that some peer refused an earlier datagram; others only of connected ones.
            Err(error) if cfg!(windows) && error.kind() == io::ErrorKind::ConnectionReset => {}
            Err(error) => return Some(error),
        }
    }
    None
}
