//! Bluetooth Low Energy: the native half of `socket:bluetooth`.
//!
//! A page is a central (scan, connect, read, write, subscribe) on btleplug, and where the system can, a peripheral
//! (advertise, serve characteristics), which btleplug cannot be: on Linux that is BlueZ over D-Bus. What a page has
//! open ends with its document: scans stop, devices are left, advertisements are withdrawn.

#[cfg(feature = "bluetooth")]
mod central;
#[cfg(not(feature = "bluetooth"))]
#[path = "absent.rs"]
mod central;
#[cfg(feature = "bluetooth")]
mod failure;
#[cfg(all(feature = "bluetooth", target_os = "linux"))]
mod peripheral;
#[cfg(not(all(feature = "bluetooth", target_os = "linux")))]
#[path = "absent_peripheral.rs"]
mod peripheral;

use crate::prelude::*;
use socket_ipc::Resource;

routes! { Context;
    /// The Bluetooth adapters of this machine.
    "bluetooth.adapters" => central::adapters;
    /// Begins to look for devices; each that is found, and each change of one, comes as `bluetooth.found`.
    "bluetooth.startScan" => central::start_scan, asks(sought);
    /// Ends a scan.
    "bluetooth.stopScan" => central::stop_scan;
    /// Connects to a device. Its end comes as `bluetooth.disconnected`.
    "bluetooth.connect" => central::connect;
    /// Leaves a device.
    "bluetooth.disconnect" => central::disconnect;
    /// The services and characteristics of a device.
    "bluetooth.services" => central::services;
    /// Reads the value of a characteristic.
    "bluetooth.read" => central::read, bluetooth(service);
    /// Writes the value of a characteristic.
    "bluetooth.write" => central::write, bluetooth(service);
    /// Asks to be told of each new value of a characteristic, as `bluetooth.value`.
    "bluetooth.subscribe" => central::subscribe, bluetooth(service);
    /// Asks to be told no more.
    "bluetooth.unsubscribe" => central::unsubscribe, bluetooth(service);
    /// Advertises this machine, with services that others can connect to. The body holds the bytes of the data of
    /// manufacturers and services, and first values, in the order of their lengths.
    "bluetooth.serve" => peripheral::serve, asks(offered);
    /// Changes the value of a characteristic that this machine serves; whoever subscribed is told.
    "bluetooth.setValue" => peripheral::set_value, bluetooth(service);
    /// Ends serving and advertising.
    "bluetooth.unserve" => peripheral::unserve;

    events;
    /// A scan found a device, or something about it changed. The body holds the bytes of `manufacturerData` and
    /// `serviceData`, in this order.
    "bluetooth.found" => FOUND: WithBody<Found, Vec<u8>>, drop_oldest;
    /// A characteristic that the page subscribed to has a new value.
    "bluetooth.value" => VALUE: WithBody<Value, Vec<u8>>, drop_oldest;
    /// A device is connected no more.
    "bluetooth.disconnected" => DISCONNECTED: Disconnected, wait;
    /// A peer wrote the value of a characteristic that this machine serves.
    "bluetooth.written" => WRITTEN: WithBody<Written, Vec<u8>>, wait;
}

#[derive(Deserialize, TS)]
struct Handle {
    /// Number of what is open.
    id: u32,
}

/// A Bluetooth adapter.
#[derive(Serialize, TS)]
struct Adapter {
    /// As the system names it.
    id: String,
    /// Its hardware address, where the system tells.
    address: Option<String>,
    /// Whether it is on; nothing where the system does not tell.
    powered: Option<bool>,
}

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
struct StartScan {
    /// Which adapter; the first when it is missing.
    adapter: Option<String>,
    /// Only devices that offer one of these services; any device when there are none.
    services: Vec<String>,
    /// The page's own number for the scan: events carry it.
    key: u32,
}

impl StartScan {
    /// What policy sees: without a filter every device is found, whatever it offers.
    fn sought(&self, check: &mut dyn FnMut(Resource<'_>) -> Result<()>) -> Result<()> {
        if self.services.is_empty() {
            return check(Resource::Bluetooth("*"));
        }
        self.services.iter().try_for_each(|service| check(Resource::Bluetooth(service)))
    }
}

/// Something is open.
#[derive(Serialize, TS)]
struct Opened {
    /// Its number.
    id: u32,
}

/// A device that a scan knows.
#[derive(Serialize, TS)]
#[serde(rename_all = "camelCase")]
struct Found {
    /// The page's number for the scan.
    key: u32,
    /// What `bluetooth.connect` takes.
    id: String,
    /// What it calls itself.
    name: Option<String>,
    /// Its hardware address, where the system tells.
    address: Option<String>,
    /// Strength of its signal, in dBm.
    rssi: Option<i16>,
    /// Strength that it sends with, in dBm.
    tx_power: Option<i16>,
    /// Services that it advertises.
    services: Vec<String>,
    /// Whose data it advertises.
    manufacturer_data: Vec<Manufacturer>,
    /// Services whose data it advertises.
    service_data: Vec<ServiceData>,
}

/// Data of a manufacturer; the bytes are in the body.
#[derive(Serialize, Deserialize, TS)]
struct Manufacturer {
    /// Number of the company.
    company: u16,
    /// How many bytes.
    length: usize,
}

/// Data of a service; the bytes are in the body.
#[derive(Serialize, Deserialize, TS)]
struct ServiceData {
    /// The service.
    service: String,
    /// How many bytes.
    length: usize,
}

#[derive(Deserialize, TS)]
#[ts(optional_fields)]
struct Connect {
    /// Which adapter; the first that knows the device when it is missing.
    adapter: Option<String>,
    /// What a scan called it, or its hardware address.
    device: String,
    /// How long to try, in milliseconds.
    timeout: u32,
    /// The page's own number for the connection: events carry it.
    key: u32,
}

/// A service of a device.
#[derive(Serialize, TS)]
struct Service {
    /// What it is.
    uuid: String,
    /// Whether it stands for itself.
    primary: bool,
    /// What can be read, written and subscribed to.
    characteristics: Vec<Characteristic>,
}

/// A characteristic of a service.
#[derive(Serialize, TS)]
struct Characteristic {
    /// What it is.
    uuid: String,
    /// What can be done with it.
    properties: Vec<Property>,
}

/// What can be done with a characteristic.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
enum Property {
    /// Its value is part of advertisements.
    Broadcast,
    /// Its value can be read.
    Read,
    /// Its value can be written; nobody says whether it arrived.
    WriteWithoutResponse,
    /// Its value can be written.
    Write,
    /// New values are told.
    Notify,
    /// New values are told, and each is confirmed.
    Indicate,
}

/// A characteristic of a connected device.
#[derive(Deserialize, TS)]
struct Target {
    /// Number of the connection.
    id: u32,
    /// The service.
    service: String,
    /// The characteristic.
    characteristic: String,
}

#[derive(Deserialize, TS)]
struct Write {
    /// Number of the connection.
    id: u32,
    /// The service.
    service: String,
    /// The characteristic.
    characteristic: String,
    /// Whether to wait until the device says that it has it.
    response: bool,
}

/// A new value of a characteristic.
#[derive(Serialize, TS)]
struct Value {
    /// The page's number for the connection.
    key: u32,
    /// The service.
    service: String,
    /// The characteristic.
    characteristic: String,
}

/// A device is gone.
#[derive(Clone, Serialize, TS)]
struct Disconnected {
    /// The page's number for the connection.
    key: u32,
}

#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "pages say it everywhere, and only Linux serves")
)]
struct Serve {
    /// Which adapter; the first that can when it is missing.
    adapter: Option<String>,
    /// What to call this machine.
    name: Option<String>,
    /// Services that are advertised.
    advertise: Vec<String>,
    /// Data of manufacturers that is advertised.
    manufacturer_data: Vec<Manufacturer>,
    /// Data of services that is advertised.
    service_data: Vec<ServiceData>,
    /// Services that peers can connect to.
    services: Vec<Served>,
    /// The page's own number for it: events carry it.
    key: u32,
}

impl Serve {
    /// What policy sees.
    fn offered(&self, check: &mut dyn FnMut(Resource<'_>) -> Result<()>) -> Result<()> {
        let data = self.service_data.iter().map(|data| &data.service);
        let served = self.services.iter().map(|served| &served.uuid);
        self.advertise.iter().chain(data).chain(served).try_for_each(|uuid| check(Resource::Bluetooth(uuid)))
    }
}

/// A service of this machine.
#[derive(Deserialize, TS)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "pages say it everywhere, and only Linux serves")
)]
struct Served {
    /// What it is.
    uuid: String,
    /// Its characteristics.
    characteristics: Vec<ServedCharacteristic>,
}

/// A characteristic of this machine.
#[derive(Deserialize, TS)]
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "pages say it everywhere, and only Linux serves")
)]
struct ServedCharacteristic {
    /// What it is.
    uuid: String,
    /// What peers may do with it.
    properties: Vec<Property>,
    /// Length of its first value; the bytes are in the body.
    length: usize,
}

/// A peer wrote a value.
#[derive(Serialize, TS)]
struct Written {
    /// The page's number for what it serves.
    key: u32,
    /// The service.
    service: String,
    /// The characteristic.
    characteristic: String,
}

/// `[permissions]` of socket.ini is asked before the radio is.
fn permitted(cx: &Context) -> Result<()> {
    cx.host.permitted(crate::Permission::Bluetooth)
}
