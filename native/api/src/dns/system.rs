//! What the system itself knows: `getaddrinfo` and `getnameinfo`.

use std::net::{IpAddr, SocketAddr};

use dns_lookup::{AddrInfoHints, LookupError, LookupErrorKind, SockType, getaddrinfo, getnameinfo};

use crate::prelude::*;

#[cfg(unix)]
use libc::{AF_INET, AF_INET6, AI_ADDRCONFIG, AI_ALL, AI_V4MAPPED, NI_NAMEREQD};
#[cfg(windows)]
use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, AI_ADDRCONFIG, AI_ALL, AI_V4MAPPED, NI_NAMEREQD,
};

#[derive(Deserialize, TS)]
pub(super) struct Lookup {
    /// The name.
    pub(super) hostname: String,
    /// 4, 6, or 0 for both.
    family: u8,
    /// Only families that this machine has an address of.
    addrconfig: bool,
    /// IPv4 addresses as IPv6 ones when there are no others.
    v4mapped: bool,
    /// With `v4mapped`: both.
    all: bool,
}

#[allow(clippy::unnecessary_cast, reason = "the types differ between systems")]
pub(super) async fn lookup(_: Context, request: Lookup) -> Result<Vec<String>> {
    blocking(move || {
        let mut flags = 0;
        for (wanted, flag) in
            [(request.addrconfig, AI_ADDRCONFIG), (request.v4mapped, AI_V4MAPPED), (request.all, AI_ALL)]
        {
            if wanted {
                flags |= flag as i32;
            }
        }
        let address = match request.family {
            4 => AF_INET as i32,
            6 => AF_INET6 as i32,
            _ => 0,
        };
        // One kind of socket, or each address would come once for every kind.
        let hints = AddrInfoHints { flags, address, socktype: SockType::Stream.into(), protocol: 0 };
        let fail = |error| failure(error, "getaddrinfo", &request.hostname);
        let found = getaddrinfo(Some(&request.hostname), None, Some(hints)).map_err(fail)?;
        let addresses = found.map(|entry| Ok(entry.syscall("getaddrinfo")?.sockaddr.ip().to_string()));
        addresses.collect()
    })
    .await
}

#[derive(Deserialize, TS)]
pub(super) struct LookupService {
    /// IPv4 or IPv6.
    pub(super) address: String,
    /// A port.
    port: u16,
}

#[derive(Serialize, TS)]
pub(super) struct Service {
    /// Name of the host.
    hostname: String,
    /// Name of the service, or the port when it has none.
    service: String,
}

#[allow(clippy::unnecessary_cast, reason = "the types differ between systems")]
pub(super) async fn lookup_service(_: Context, request: LookupService) -> Result<Service> {
    let ip: IpAddr = request.address.parse().map_err(|_| Error::errno("EINVAL").syscall("getnameinfo"))?;
    blocking(move || {
        let flags = NI_NAMEREQD as i32;
        let fail = |error| failure(error, "getnameinfo", &request.address);
        let (hostname, service) = getnameinfo(&SocketAddr::new(ip, request.port), flags).map_err(fail)?;
        Ok(Service { hostname, service })
    })
    .await
}

/// Node's names and libuv's numbers.
fn failure(error: LookupError, syscall: &'static str, host: &str) -> Error {
    let (code, errno) = match error.kind() {
        LookupErrorKind::Again => ("EAI_AGAIN", -3001),
        LookupErrorKind::Badflags => ("EAI_BADFLAGS", -3002),
        LookupErrorKind::Fail => ("EAI_FAIL", -3004),
        LookupErrorKind::Family => ("EAI_FAMILY", -3005),
        LookupErrorKind::Memory => ("EAI_MEMORY", -3006),
        LookupErrorKind::NoData => ("ENOTFOUND", -3007),
        LookupErrorKind::NoName => ("ENOTFOUND", -3008),
        LookupErrorKind::Service => ("EAI_SERVICE", -3010),
        LookupErrorKind::Socktype => ("EAI_SOCKTYPE", -3011),
        _ => {
            // A name with a null byte is no name.
            let error: std::io::Error = error.into();
            return Error::from(error).syscall(syscall);
        }
    };
    Error::lookup(code, Some(errno), syscall, host)
}
