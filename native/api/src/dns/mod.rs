//! Names and addresses: the native half of `socket:dns`.

mod exchange;
mod system;

use crate::prelude::*;

use exchange::{exchange, servers};
use system::{lookup, lookup_service};

routes! { Context;
    /// Asks the system for the addresses of a host: its tables, its files, its servers.
    "dns.lookup" => lookup, host(hostname);
    /// Asks the system for the names of an address and a port.
    "dns.lookupService" => lookup_service, host(address);
    /// Asks DNS servers. The bodies are DNS messages.
    "dns.query" => exchange, udp(servers);
    /// Addresses of the servers that the system is set to use.
    "dns.servers" => servers;
}
