//! Many datagrams in one call of the system, where it has such calls. A call for each is what receiving and sending cost
//! most.

#![cfg(target_os = "linux")]

use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, RawFd};

use socket2::{SockAddr, SockAddrStorage};

/// How many datagrams one call takes.
const AT_ONCE: usize = 32;
/// The longest datagram.
const LONGEST: usize = 65_535;

/// Where datagrams arrive. Most of it is never touched, and so is no memory.
struct Space {
    bytes: Vec<u8>,
    from: [libc::sockaddr_storage; AT_ONCE],
}

thread_local! {
    /// For all sockets: what arrives is copied before the next one's turn.
    static SPACE: RefCell<Option<Space>> = const { RefCell::new(None) };
}

/// Hands over what is there, in order, and says how many that were.
pub(super) fn receive(socket: &impl AsRawFd, mut heard: impl FnMut(SocketAddr, &[u8])) -> io::Result<usize> {
    let socket = socket.as_raw_fd();
    SPACE.with_borrow_mut(|space| {
        let space = space.get_or_insert_with(|| Space {
            bytes: vec![0; AT_ONCE * LONGEST],
            // SAFETY: plain numbers, for which zero is a value.
            from: unsafe { std::mem::zeroed() },
        });
        let lengths = receive_into(socket, space)?;
        let mut count = 0;
        for (slot, (bytes, address)) in space.bytes.chunks_exact(LONGEST).zip(&space.from).enumerate() {
            let Some((length, name)) = lengths[slot] else { break };
            let mut storage = SockAddrStorage::zeroed();
            // SAFETY: the storage is as large as the system's own, and the system wrote an address of this length.
            let address = unsafe {
                *storage.view_as::<libc::sockaddr_storage>() = *address;
                SockAddr::new(storage, name)
            };
            if let Some(address) = address.as_socket() {
                heard(address, &bytes[..length]);
            }
            count += 1;
        }
        Ok(count)
    })
}

/// Length of each datagram that arrived, and of its address.
fn receive_into(socket: RawFd, space: &mut Space) -> io::Result<[Option<(usize, libc::socklen_t)>; AT_ONCE]> {
    let parts: [libc::iovec; AT_ONCE] = {
        let mut slots = space.bytes.chunks_exact_mut(LONGEST);
        std::array::from_fn(|_| {
            let slot = slots.next().unwrap_or_default();
            libc::iovec { iov_base: slot.as_mut_ptr().cast(), iov_len: slot.len() }
        })
    };
    // SAFETY: all fields are numbers or pointers, for which zero is a value.
    let mut heads: [libc::mmsghdr; AT_ONCE] = unsafe { std::mem::zeroed() };
    for ((head, part), from) in heads.iter_mut().zip(&parts).zip(&mut space.from) {
        head.msg_hdr.msg_name = std::ptr::from_mut(from).cast();
        head.msg_hdr.msg_namelen = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
        head.msg_hdr.msg_iov = std::ptr::from_ref(part).cast_mut();
        head.msg_hdr.msg_iovlen = 1;
    }
    // SAFETY: the heads point at memory that outlives the call, with its length.
    let count = unsafe {
        libc::recvmmsg(socket, heads.as_mut_ptr(), AT_ONCE as u32, libc::MSG_DONTWAIT, std::ptr::null_mut())
    };
    let count = usize::try_from(count).map_err(|_| io::Error::last_os_error())?;
    Ok(std::array::from_fn(|slot| {
        let head = &heads[slot];
        (slot < count).then_some(((head.msg_len as usize).min(LONGEST), head.msg_hdr.msg_namelen))
    }))
}

/// Sends the first of them, as many as the system takes, and says how many that were: at least one.
pub(super) fn send(socket: &impl AsRawFd, list: &[(Option<SockAddr>, &[u8])]) -> io::Result<usize> {
    let list = &list[..list.len().min(AT_ONCE)];
    let parts: Vec<libc::iovec> = list
        .iter()
        .map(|(_, bytes)| libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() })
        .collect();
    // SAFETY: all fields are numbers or pointers, for which zero is a value.
    let mut heads: [libc::mmsghdr; AT_ONCE] = unsafe { std::mem::zeroed() };
    for ((head, part), (peer, _)) in heads.iter_mut().zip(&parts).zip(list) {
        if let Some(peer) = peer {
            head.msg_hdr.msg_name = peer.as_ptr().cast_mut().cast();
            head.msg_hdr.msg_namelen = peer.len();
        }
        head.msg_hdr.msg_iov = std::ptr::from_ref(part).cast_mut();
        head.msg_hdr.msg_iovlen = 1;
    }
    // SAFETY: the heads point at memory that outlives the call, with its length, and that is only read.
    let count = unsafe {
        libc::sendmmsg(
            socket.as_raw_fd(),
            heads.as_mut_ptr(),
            list.len() as u32,
            libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL,
        )
    };
    usize::try_from(count).map_err(|_| io::Error::last_os_error())
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    #[test]
    fn what_is_sent_together_arrives_in_order_whatever_its_length() {
        let (one, two) =
            (UdpSocket::bind("127.0.0.1:0").expect("bound"), UdpSocket::bind("127.0.0.1:0").expect("bound"));
        let to = SockAddr::from(two.local_addr().expect("its end"));
        let messages: Vec<Vec<u8>> = (0..AT_ONCE + 5).map(|number| vec![number as u8; number * 37]).collect();
        let list: Vec<_> = messages.iter().map(|bytes| (Some(to.clone()), &bytes[..])).collect();
        assert_eq!(send(&one, &list).expect("sent"), AT_ONCE);
        assert_eq!(send(&one, &list[AT_ONCE..]).expect("sent"), 5);
        let mut heard = Vec::new();
        while heard.len() < messages.len() {
            receive(&two, |from, bytes| {
                assert_eq!(from, one.local_addr().expect("its end"));
                heard.push(bytes.to_vec());
            })
            .expect("received");
        }
        assert_eq!(heard, messages);
        assert_eq!(receive(&two, |_, _| {}).expect_err("nothing is there").kind(), io::ErrorKind::WouldBlock);
    }

    #[test]
    fn a_refusal_is_of_the_first_that_was_not_sent() {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("bound");
        let to = SockAddr::from(socket.local_addr().expect("its end"));
        let long = vec![0; 70_000];
        let list = [(Some(to.clone()), &b"a"[..]), (Some(to), &long[..])];
        assert_eq!(send(&socket, &list).expect("the first"), 1);
        assert_eq!(send(&socket, &list[1..]).expect_err("too long").raw_os_error(), Some(libc::EMSGSIZE));
    }
}
