//! UDP sockets that take and give many datagrams with one call of the system, where it can (`quinn-udp`: recvmmsg and
//! GRO in, UDP_SEGMENT out). Sent and received on loopback by one thread of a busy machine, at 1230 bytes, unoptimised:
//! one datagram a call 110 k/s, 4 a call 333 k/s, 16 a call 735 k/s, 48 no more than that.

use std::cell::RefCell;
use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSocketState};
use socket2::{Domain, Protocol, Type};
use tokio::io::Interest;
use tokio::net::UdpSocket;

/// What the kernel may hold for us: at 1230 bytes, 850 datagrams. The system may give less.
const BUFFER: usize = 1 << 20;
/// With GRO a buffer may hold as many datagrams as fit a packet of IP.
const SLOT: usize = 1 << 16;
/// Datagrams sent with one call. More would be longer than a packet of IP.
const MAX_SEGMENTS: usize = 48;

#[derive(Debug)]
pub(crate) struct Socket {
    io: UdpSocket,
    state: UdpSocketState,
    v6: bool,
}

thread_local! {
    // Shared by all peers of a thread: they read one after the other, and never wait in between.
    static SLOTS: RefCell<Vec<u8>> = RefCell::new(vec![0; BATCH_SIZE * SLOT]);
}

impl Socket {
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = socket2::Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        if address.is_ipv6() && address.ip().is_unspecified() {
            socket.set_only_v6(false)?;
        }
        // Smaller ones do, with more loss under load.
        let _ = socket.set_recv_buffer_size(BUFFER);
        let _ = socket.set_send_buffer_size(BUFFER);
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        let state = UdpSocketState::new((&socket).into())?;
        Ok(Self { io: UdpSocket::from_std(socket.into())?, state, v6: address.is_ipv6() })
    }

    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    pub(crate) async fn readable(&self) -> io::Result<()> {
        self.io.readable().await
    }

    pub(crate) async fn writable(&self) -> io::Result<()> {
        self.io.writable().await
    }

    /// Hands over every datagram of one batch.
    ///
    /// # Errors
    /// `WouldBlock` when there is none.
    pub(crate) fn receive(&self, mut each: impl FnMut(SocketAddr, &[u8])) -> io::Result<()> {
        SLOTS.with_borrow_mut(|slots| {
            let mut meta = [RecvMeta::default(); BATCH_SIZE];
            let count = {
                let mut buffers = slots.chunks_mut(SLOT).map(IoSliceMut::new);
                let mut buffers: [IoSliceMut<'_>; BATCH_SIZE] =
                    std::array::from_fn(|_| buffers.next().unwrap_or_else(|| IoSliceMut::new(&mut [])));
                self.io.try_io(Interest::READABLE, || {
                    self.state.recv((&self.io).into(), &mut buffers, &mut meta)
                })?
            };
            for (meta, slot) in meta[..count].iter().zip(slots.chunks(SLOT)) {
                // A stride of zero is an empty datagram, which is nothing.
                for datagram in slot[..meta.len].chunks(meta.stride.max(1)) {
                    each(plain(meta.addr), datagram);
                }
            }
            Ok(())
        })
    }

    /// How many datagrams of one length go out with one call.
    pub(crate) fn segments(&self) -> usize {
        self.state.max_gso_segments().min(MAX_SEGMENTS)
    }

    /// Sends one datagram, or several of `segment` bytes (the last may be shorter).
    ///
    /// # Errors
    /// `WouldBlock` when the system takes no more now. What cannot be sent for another reason is lost, as it
    /// might have been on its way.
    pub(crate) fn send(&self, to: SocketAddr, contents: &[u8], segment: Option<usize>) -> io::Result<()> {
        let Some(destination) = self.reachable(to) else { return Ok(()) };
        let transmit = Transmit { destination, ecn: None, contents, segment_size: segment, src_ip: None };
        match self.io.try_io(Interest::WRITABLE, || self.state.try_send((&self.io).into(), &transmit)) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(()),
        }
    }

    /// As this socket's family writes it.
    fn reachable(&self, to: SocketAddr) -> Option<SocketAddr> {
        match (to, self.v6) {
            (SocketAddr::V4(to), true) => Some(SocketAddr::from((to.ip().to_ipv6_mapped(), to.port()))),
            (SocketAddr::V6(_), false) => None,
            _ => Some(to),
        }
    }
}

/// As the protocol writes it: IPv4 is IPv4 on whatever socket it came.
fn plain(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => SocketAddr::from((ip, address.port())),
            None => SocketAddr::from((Ipv6Addr::from(ip.octets()), address.port())),
        },
        IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;

    async fn send(socket: &Socket, to: SocketAddr, contents: &[u8], segment: Option<usize>) {
        // A socket is not known to be writable before it was waited for.
        socket.writable().await.unwrap();
        socket.send(to, contents, segment).unwrap();
    }

    async fn receive(socket: &Socket, count: usize) -> Vec<(SocketAddr, Vec<u8>)> {
        let mut got = Vec::new();
        while got.len() < count {
            socket.readable().await.unwrap();
            match socket.receive(|from, bytes| got.push((from, bytes.to_vec()))) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                other => other.unwrap(),
            }
        }
        got
    }

    #[tokio::test]
    async fn datagrams_keep_their_borders_whatever_is_coalesced() {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let (from, to) = (Socket::bind(any).unwrap(), Socket::bind(any).unwrap());
        let count = from.segments();
        let mut contents: Vec<u8> = (0..count).flat_map(|number| vec![number as u8; 1230]).collect();
        contents.truncate(contents.len() - 30);
        let segment = (count > 1).then_some(1230);
        send(&from, to.address().unwrap(), &contents, segment).await;
        send(&from, to.address().unwrap(), b"hello", None).await;
        let got = receive(&to, count + 1).await;
        for (number, (address, bytes)) in got[..count].iter().enumerate() {
            assert_eq!(*address, from.address().unwrap());
            assert_eq!(bytes.len(), if number + 1 == count { 1200 } else { 1230 });
            assert!(bytes.iter().all(|byte| *byte == number as u8));
        }
        assert_eq!(got[count].1, b"hello");
    }

    #[tokio::test]
    async fn one_socket_for_both_families() {
        let Ok(both) = Socket::bind(SocketAddr::from(([0_u16; 8], 0))) else {
            println!("skipped: this machine has no IPv6");
            return;
        };
        let v4 = Socket::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let to = SocketAddr::from(([127, 0, 0, 1], both.address().unwrap().port()));
        send(&v4, to, b"to both", None).await;
        let got = receive(&both, 1).await;
        assert_eq!(got, [(v4.address().unwrap(), b"to both".to_vec())]);
        send(&both, got[0].0, b"to v4", None).await;
        assert_eq!(receive(&v4, 1).await, [(to, b"to v4".to_vec())]);
        send(&v4, SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 9)), b"nowhere", None).await;
    }
}
