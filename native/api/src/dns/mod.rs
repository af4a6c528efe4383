//! Names and addresses: the native half of `socket:dns`.

mod system;

use crate::prelude::*;

use system::{lookup, lookup_service};

routes! { Context;
    /// Asks the system for the addresses of a host: its tables, its files, its servers.
    "dns.lookup" => lookup, host(hostname);
    /// Asks the system for the names of an address and a port.
    "dns.lookupService" => lookup_service, host(address);
}
