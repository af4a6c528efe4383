//! Ends of connections: `host:port`.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use crate::capability::Wrong;

/// One entry of `udp[]` or `tcp[]`.
#[derive(Clone, Debug)]
pub(crate) struct EndpointPattern {
    host: HostPattern,
    ports: RangeInclusive<u16>,
}

/// One entry of `hosts[]`, and the first half of an endpoint.
#[derive(Clone, Debug)]
pub(crate) enum HostPattern {
    /// `*`
    Any,
    /// `localhost`: the name and every loopback address.
    Loopback,
    /// `example.com`
    Name(String),
    /// `*.example.com`: names below, with the leading dot.
    Below(String),
    /// `10.0.0.0/8`, or one address with all its bits.
    Network(IpAddr, u8),
}

const FIX: &str =
    "write host:port, as in example.com:443, *.example.com:443, 192.168.0.0/16:*, [::1]:5000-5010 or *:*";

impl EndpointPattern {
    pub(crate) fn parse(text: &str) -> Result<EndpointPattern, Wrong> {
        let wrong = |what: &str| Wrong::new(text, what, FIX);
        let (host, ports) = text.trim().rsplit_once(':').ok_or_else(|| wrong("it has no port"))?;
        if host.contains(':') && !(host.starts_with('[') && host.contains(']')) {
            return Err(wrong("an IPv6 address stands in brackets"));
        }
        let number = |text: &str| text.parse::<u16>().map_err(|_| wrong("the port is no number up to 65535"));
        let ports = match ports.split_once('-') {
            _ if ports == "*" => 0..=u16::MAX,
            Some((first, last)) => number(first)?..=number(last)?,
            None => number(ports)?..=number(ports)?,
        };
        if ports.is_empty() {
            return Err(wrong("the range of ports is empty"));
        }
        Ok(EndpointPattern { host: HostPattern::parse_in(text, host)?, ports })
    }

    pub(crate) fn matches(&self, host: &str, port: u16) -> bool {
        self.ports.contains(&port) && self.host.matches(host)
    }

    pub(crate) fn host(&self) -> &HostPattern {
        &self.host
    }
}

impl HostPattern {
    pub(crate) fn parse(text: &str) -> Result<HostPattern, Wrong> {
        HostPattern::parse_in(text, text.trim())
    }

    fn parse_in(whole: &str, host: &str) -> Result<HostPattern, Wrong> {
        let wrong = |what: &str| {
            Wrong::new(whole, what, "write a name, *.name, an address, a network such as 10.0.0.0/8, or *")
        };
        let host = host.to_ascii_lowercase();
        match host.as_str() {
            "*" => return Ok(HostPattern::Any),
            "localhost" => return Ok(HostPattern::Loopback),
            _ => {}
        }
        let (address, bits) = host.split_once('/').map_or((host.as_str(), None), |(a, b)| (a, Some(b)));
        if let Some(address) = ip(address) {
            let all = if address.is_ipv4() { 32 } else { 128 };
            let bits = bits.map_or(Some(all), |bits| bits.parse().ok().filter(|bits| *bits <= all));
            return Ok(HostPattern::Network(
                address,
                bits.ok_or_else(|| wrong("the network has no such length"))?,
            ));
        }
        let (name, below) = match host.strip_prefix("*.") {
            Some(name) => (name, true),
            None => (host.as_str(), false),
        };
        let name = name.trim_end_matches('.');
        let label = |label: &str| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        };
        if bits.is_some() || !name.split('.').all(label) {
            return Err(wrong("it is no host"));
        }
        Ok(if below { HostPattern::Below(format!(".{name}")) } else { HostPattern::Name(name.to_owned()) })
    }

    pub(crate) fn matches(&self, host: &str) -> bool {
        let address = ip(host);
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        match self {
            HostPattern::Any => true,
            HostPattern::Loopback => address.map_or(host == "localhost", |address| address.is_loopback()),
            HostPattern::Name(name) => host == *name,
            HostPattern::Below(suffix) => host.len() > suffix.len() && host.ends_with(suffix.as_str()),
            HostPattern::Network(network, bits) => {
                address.is_some_and(|address| in_network(address, *network, *bits))
            }
        }
    }
}

/// An address without its brackets and its zone; one of IPv4 in IPv6's clothes is one of IPv4.
fn ip(text: &str) -> Option<IpAddr> {
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let text = text.split('%').next().unwrap_or_default();
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

fn in_network(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let same = |a: u128, b: u128, width: u32| {
        let shift = width - u32::from(bits);
        // A shift by the whole width is none in Rust: no bits means every address.
        a.checked_shr(shift).unwrap_or(0) == b.checked_shr(shift).unwrap_or(0)
    };
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(u32::from(a).into(), u32::from(b).into(), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.into(), b.into(), 128),
        _ => false,
    }
}
