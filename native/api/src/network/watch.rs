//! What the machine is connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::sync::Mutex;

use super::CHANGED;
use crate::prelude::*;

/// What the machine is connected to.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub(super) struct State {
    /// Whether there is a way out of this machine. Whether it leads to the Internet nobody can know.
    online: bool,
    /// Addresses of this machine that others may reach it at, sorted.
    addresses: Vec<Address>,
}

/// An address of this machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
pub(super) struct Address {
    /// The interface.
    interface: String,
    /// IPv4 or IPv6.
    address: String,
    /// Length of the part that its network has in common.
    prefix: u8,
}

/// Addresses that are reserved for documentation: there is a route to them exactly if there is one out of the local
/// networks. Nothing is sent.
const OUTSIDE: [(IpAddr, IpAddr); 2] = [
    (IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
    (IpAddr::V6(Ipv6Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))),
];

fn online() -> bool {
    OUTSIDE.iter().any(|(any, outside)| {
        let socket =
            UdpSocket::bind((*any, 0)).and_then(|socket| socket.connect((*outside, 9)).map(|()| socket));
        socket.and_then(|socket| socket.local_addr()).is_ok_and(|local| !local.ip().is_unspecified())
    })
}

fn is_shared(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !ip.is_loopback() && !ip.is_unspecified(),
        // Link-local ones name nothing outside of their link.
        IpAddr::V6(ip) => !ip.is_loopback() && !ip.is_unspecified() && !ip.is_unicast_link_local(),
    }
}

impl State {
    fn new<'a>(interfaces: impl Iterator<Item = &'a netwatcher::Interface>) -> State {
        let addresses = interfaces.flat_map(|interface| {
            interface.ips.iter().filter(|record| is_shared(record.ip)).map(|record| Address {
                interface: interface.name.clone(),
                address: record.ip.to_string(),
                prefix: record.prefix_len,
            })
        });
        let mut addresses: Vec<_> = addresses.collect();
        addresses.sort_unstable();
        State { online: online(), addresses }
    }
}

fn failed(error: netwatcher::Error) -> Error {
    Error::from(std::io::Error::other(error.to_string())).syscall("networkInterfaces")
}

pub(super) async fn state(_: Context, (): ()) -> Result<State> {
    blocking(|| Ok(State::new(netwatcher::list_interfaces().map_err(failed)?.values()))).await
}

/// Dropping it ends the watching.
struct Watch {
    /// Not to be used from two threads at once; nobody does.
    _handle: Mutex<netwatcher::WatchHandle>,
}

#[derive(Serialize, TS)]
pub(super) struct Watching {
    /// Number of the watch.
    id: u32,
}

pub(super) async fn watch(cx: Context, (): ()) -> Result<Watching> {
    let queue = cx.queue()?;
    let handle = blocking(move || {
        let mut last = None;
        netwatcher::watch_interfaces_with_callback(move |update| {
            let state = State::new(update.interfaces.values());
            // The first one says how it is, not that it has changed.
            let changed = last.as_ref().is_some_and(|last| *last != state);
            if changed {
                // Ends with the document: then nobody listens any more.
                let _ = queue.emit(&CHANGED, state.clone());
            }
            last = Some(state);
        })
        .map_err(failed)
    })
    .await?;
    Ok(Watching { id: cx.document.handles.insert(Watch { _handle: Mutex::new(handle) })? })
}

#[derive(Deserialize, TS)]
pub(super) struct Unwatch {
    /// Number of the watch.
    id: u32,
}

pub(super) async fn unwatch(cx: Context, Unwatch { id }: Unwatch) -> Result<()> {
    let watch = cx.document.handles.remove::<Watch>(id)?;
    // Ending may wait for the thread that looks.
    blocking(move || {
        drop(watch);
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_others_can_reach() {
        let shared = |text: &str| is_shared(text.parse().expect(text));
        assert!(shared("192.168.1.2") && shared("2001:db8::5") && shared("fd00::1"));
        assert!(!shared("127.0.0.1") && !shared("::1") && !shared("fe80::1") && !shared("0.0.0.0"));
    }
}
