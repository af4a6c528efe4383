//! Options of sockets.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use socket_ipc::Endpoint;
use socket2::SockRef;

use super::Udp;
use super::address::Family;
use crate::address::ip;
use crate::prelude::*;

#[derive(Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
enum SocketOption {
    /// Datagrams may go to everyone (0 or 1).
    Broadcast,
    /// How many routers a datagram may pass (1 to 255).
    Ttl,
    /// The same for multicast (0 to 255).
    MulticastTtl,
    /// Whether this machine hears its own multicast (0 or 1).
    MulticastLoopback,
}

#[derive(Deserialize, TS)]
pub(super) struct SetOption {
    /// Number of the socket.
    id: u32,
    /// Which one.
    option: SocketOption,
    /// Its value.
    value: i32,
}

pub(super) async fn set_option(cx: Context, request: SetOption) -> Result<()> {
    let SetOption { id, option, value } = request;
    let udp = cx.document.handles.get::<Udp>(id)?;
    let socket = SockRef::from(&*udp.socket);
    let v4 = udp.family == Family::Udp4;
    let within = |range: std::ops::RangeInclusive<i32>| match range.contains(&value) {
        true => Ok(value.unsigned_abs()),
        false => Err(Error::errno("EINVAL")),
    };
    match option {
        SocketOption::Broadcast => socket.set_broadcast(value != 0)?,
        SocketOption::Ttl if v4 => socket.set_ttl_v4(within(1..=255)?)?,
        SocketOption::Ttl => socket.set_unicast_hops_v6(within(1..=255)?)?,
        SocketOption::MulticastTtl if v4 => socket.set_multicast_ttl_v4(within(0..=255)?)?,
        SocketOption::MulticastTtl => socket.set_multicast_hops_v6(within(0..=255)?)?,
        SocketOption::MulticastLoopback if v4 => socket.set_multicast_loop_v4(value != 0)?,
        SocketOption::MulticastLoopback => socket.set_multicast_loop_v6(value != 0)?,
    }
    Ok(())
}

#[derive(Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
enum Buffer {
    /// For what arrives.
    Recv,
    /// For what leaves.
    Send,
}

#[derive(Deserialize, TS)]
pub(super) struct BufferSize {
    /// Number of the socket.
    id: u32,
    /// Which buffer.
    buffer: Buffer,
    /// Its new length in bytes; 0: it stays.
    size: u32,
}

/// The length in bytes that the system now has.
pub(super) async fn buffer_size(cx: Context, BufferSize { id, buffer, size }: BufferSize) -> Result<usize> {
    let udp = cx.document.handles.get::<Udp>(id)?;
    let socket = SockRef::from(&*udp.socket);
    let size = usize::try_from(i32::try_from(size).map_err(|_| Error::errno("EINVAL"))?).unwrap_or(0);
    Ok(match (buffer, size) {
        (Buffer::Recv, 0) => socket.recv_buffer_size()?,
        (Buffer::Send, 0) => socket.send_buffer_size()?,
        (Buffer::Recv, _) => {
            socket.set_recv_buffer_size(size)?;
            size
        }
        (Buffer::Send, _) => {
            socket.set_send_buffer_size(size)?;
            size
        }
    })
}

#[derive(Deserialize, TS)]
pub(super) struct Membership {
    /// Number of the socket.
    id: u32,
    /// True: joins. False: leaves.
    join: bool,
    /// Address of the group; its port is 0.
    pub(super) group: Endpoint,
    /// Hears this sender alone.
    source: Option<String>,
    /// Address of an interface, for IPv6 with its zone (`::%eth0`); the system picks one when it is missing.
    interface: Option<String>,
}

pub(super) async fn membership(cx: Context, request: Membership) -> Result<()> {
    let udp = cx.document.handles.get::<Udp>(request.id)?;
    let socket = SockRef::from(&*udp.socket);
    let invalid = || Error::errno("EINVAL");
    let address = |text: &str| ip(text).ok_or_else(invalid);
    let (group, _) = address(&request.group.address)?;
    let source = request.source.as_deref().map(address).transpose()?.map(|(source, _)| source);
    let interface = request.interface.as_deref().map(address).transpose()?;
    let done = match group {
        IpAddr::V4(group) => {
            let interface = match interface {
                None => Ipv4Addr::UNSPECIFIED,
                Some((IpAddr::V4(address), _)) => address,
                Some(_) => return Err(invalid()),
            };
            match (source, request.join) {
                (None, true) => socket.join_multicast_v4(&group, &interface),
                (None, false) => socket.leave_multicast_v4(&group, &interface),
                (Some(IpAddr::V4(source)), true) => socket.join_ssm_v4(&source, &group, &interface),
                (Some(IpAddr::V4(source)), false) => socket.leave_ssm_v4(&source, &group, &interface),
                (Some(IpAddr::V6(_)), _) => return Err(invalid()),
            }
        }
        IpAddr::V6(group) => {
            let interface = match interface {
                None => 0,
                Some((IpAddr::V6(_), zone)) => zone,
                Some(_) => return Err(invalid()),
            };
            match source {
                None if request.join => socket.join_multicast_v6(&group, interface),
                None => socket.leave_multicast_v6(&group, interface),
                Some(IpAddr::V6(source)) => {
                    source_v6::change(&socket, request.join, group, source, interface)
                }
                Some(IpAddr::V4(_)) => return Err(invalid()),
            }
        }
    };
    Ok(done?)
}

/// Groups of IPv6 heard from one sender: `socket2` has them for IPv4 alone.
#[cfg(unix)]
mod source_v6 {
    use std::io;
    use std::net::{Ipv6Addr, SocketAddr, SocketAddrV6};
    use std::os::fd::AsRawFd;

    use socket2::{SockAddr, Socket};

    // `libc` has these for Apple and not for every C library of Linux.
    #[cfg(target_vendor = "apple")]
    const OPTIONS: (i32, i32) = (82, 83);
    #[cfg(not(target_vendor = "apple"))]
    const OPTIONS: (i32, i32) = (46, 47);

    pub(super) fn change(
        socket: &Socket,
        join: bool,
        group: Ipv6Addr,
        source: Ipv6Addr,
        interface: u32,
    ) -> io::Result<()> {
        let storage = |address: Ipv6Addr| {
            let address = SockAddr::from(SocketAddr::V6(SocketAddrV6::new(address, 0, 0, 0)));
            // SAFETY: numbers alone, for which zero is a value.
            let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
            let to = (&raw mut storage).cast::<u8>();
            // SAFETY: an address is no longer than the space for any.
            unsafe { address.as_ptr().cast::<u8>().copy_to_nonoverlapping(to, address.len() as usize) };
            storage
        };
        // SAFETY: numbers alone, for which zero is a value.
        let mut request: libc::group_source_req = unsafe { std::mem::zeroed() };
        request.gsr_interface = interface;
        request.gsr_group = storage(group);
        request.gsr_source = storage(source);
        let option = if join { OPTIONS.0 } else { OPTIONS.1 };
        let length = size_of::<libc::group_source_req>() as libc::socklen_t;
        let value = (&raw const request).cast();
        // SAFETY: the descriptor is open, the request as long as it says.
        match unsafe { libc::setsockopt(socket.as_raw_fd(), libc::IPPROTO_IPV6, option, value, length) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

#[cfg(not(unix))]
mod source_v6 {
    use std::io;
    use std::net::Ipv6Addr;

    use socket2::Socket;

    pub(super) fn change(_: &Socket, _: bool, _: Ipv6Addr, _: Ipv6Addr, _: u32) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[derive(Deserialize, TS)]
pub(super) struct MulticastInterface {
    /// Number of the socket.
    id: u32,
    /// Address of an interface, for IPv6 with its zone (`::%eth0`).
    interface: String,
}

pub(super) async fn multicast_interface(cx: Context, request: MulticastInterface) -> Result<()> {
    let udp = cx.document.handles.get::<Udp>(request.id)?;
    let socket = SockRef::from(&*udp.socket);
    let set: io::Result<()> = match ip(&request.interface).ok_or_else(|| Error::errno("EINVAL"))? {
        (IpAddr::V4(address), _) => socket.set_multicast_if_v4(&address),
        (IpAddr::V6(_), zone) => socket.set_multicast_if_v6(zone),
    };
    Ok(set?)
}
