//! This machine as a central, on btleplug.
//!
//! The radio knows the app, not its documents: what two of them share (a scan, a connection, a subscription) is
//! counted here, so that one document's end does not take it from the other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use btleplug::api::{
    Central, CentralEvent, CentralState, CharPropFlags, Manager as _, Peripheral as _, ScanFilter, WriteType,
};
use btleplug::platform::{self, Manager, Peripheral};
use futures_util::StreamExt;
use tokio::runtime;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::failure::{failed, no_adapter};
use super::{
    Adapter, Characteristic, Connect, DISCONNECTED, Disconnected, FOUND, Found, Handle, Manufacturer, Opened,
    Property, Service, ServiceData, StartScan, Target, VALUE, Value, Write,
};
use crate::prelude::*;

/// Number of each scan of an adapter, and the services it looks for.
type Scans = BTreeMap<String, Vec<(u64, Vec<Uuid>)>>;
/// Service and characteristic of what a page subscribed to.
type Subscribed = Arc<Mutex<Vec<(Uuid, Uuid)>>>;

/// The connection to the radio, made when the first page asks.
static MANAGER: tokio::sync::OnceCell<Manager> = tokio::sync::OnceCell::const_new();
/// Who scans, by adapter. Also held while a scan is changed: two changes at once would undo each other.
static SCANS: tokio::sync::Mutex<Scans> = tokio::sync::Mutex::const_new(BTreeMap::new());
/// How many documents use a connection or a subscription.
static USES: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Held for a few lines that leave the data whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts one more use.
fn enter(key: &str) {
    *lock(&USES).entry(key.to_owned()).or_default() += 1;
}

/// Counts one use less; whether it was the last.
fn leave(key: &str) -> bool {
    let mut uses = lock(&USES);
    match uses.get_mut(key) {
        Some(count) if *count > 1 => {
            *count -= 1;
            false
        }
        _ => uses.remove(key).is_some(),
    }
}

/// A UUID in any of its spellings: `180d`, `0x180d`, or whole.
pub(super) fn uuid(text: &str) -> Result<Uuid> {
    let short = text.strip_prefix("0x").unwrap_or(text);
    let number = u32::from_str_radix(short, 16).ok().filter(|_| matches!(short.len(), 4 | 8));
    match number {
        Some(number) => Ok(btleplug::api::bleuuid::uuid_from_u32(number)),
        None => Uuid::parse_str(text).map_err(|_| {
            let text = format!(
                "{text:?} is not a UUID of Bluetooth: write \"180d\" or \"0000180d-0000-1000-8000-00805f9b34fb\""
            );
            Error::new(Code::INVALID_ARG_VALUE, text)
        }),
    }
}

pub(super) fn uuids(texts: &[String]) -> Result<Vec<Uuid>> {
    texts.iter().map(|text| uuid(text)).collect()
}

async fn radios(cx: &Context) -> Result<Vec<(String, platform::Adapter)>> {
    super::permitted(cx)?;
    let manager = MANAGER.get_or_try_init(Manager::new).await.map_err(failed)?;
    let mut radios = Vec::new();
    for adapter in manager.adapters().await.map_err(failed)? {
        let info = adapter.adapter_info().await.map_err(failed)?;
        // BlueZ: `hci0 (usb:v1D6Bp0246d0540)`.
        let id = info.split(" (").next().unwrap_or_default().to_owned();
        radios.push((id, adapter));
    }
    Ok(radios)
}

/// The adapter of a name, or the first.
async fn radio(cx: &Context, name: Option<&str>) -> Result<(String, platform::Adapter)> {
    let mut radios = radios(cx).await?.into_iter();
    match name {
        None => radios.next().ok_or_else(no_adapter),
        Some(name) => radios.find(|(id, _)| id == name).ok_or_else(|| {
            Error::new(Code::BLUETOOTH_UNAVAILABLE, format!("there is no Bluetooth adapter {name:?}"))
        }),
    }
}

pub(super) async fn adapters(cx: Context, (): ()) -> Result<Vec<Adapter>> {
    let mut adapters = Vec::new();
    for (id, adapter) in radios(&cx).await? {
        let address = adapter.adapter_address().await.ok().flatten().map(|address| address.to_string());
        let powered = match adapter.adapter_state().await.map_err(failed)? {
            CentralState::PoweredOn => Some(true),
            CentralState::PoweredOff => Some(false),
            CentralState::Unknown => None,
        };
        adapters.push(Adapter { id, address, powered });
    }
    Ok(adapters)
}

/// A scan of a document. Dropping it ends it.
struct Scan {
    number: u64,
    radio: String,
    adapter: platform::Adapter,
    task: JoinHandle<()>,
    runtime: runtime::Handle,
}

impl Drop for Scan {
    fn drop(&mut self) {
        self.task.abort();
        let (number, radio, adapter) = (self.number, self.radio.clone(), self.adapter.clone());
        // A radio that is gone scans no more, either.
        self.runtime.spawn(async move { drop(leave_scan(number, &radio, &adapter).await) });
    }
}

async fn leave_scan(number: u64, radio: &str, adapter: &platform::Adapter) -> Result<()> {
    let mut scans = SCANS.lock().await;
    let Some(here) = scans.get_mut(radio) else { return Ok(()) };
    here.retain(|(other, _)| *other != number);
    if here.is_empty() {
        scans.remove(radio);
        return adapter.stop_scan().await.map_err(failed);
    }
    Ok(())
}

async fn join_scan(radio: &str, adapter: &platform::Adapter, services: Vec<Uuid>) -> Result<u64> {
    static NUMBERS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let mut scans = SCANS.lock().await;
    let here = scans.entry(radio.to_owned()).or_default();
    let was_scanning = !here.is_empty();
    let mut wanted: Vec<_> = here.iter().map(|(_, services)| services.clone()).collect();
    wanted.push(services.clone());
    // The radio looks for what anybody wants: one that wants any device makes it look for all.
    let any = wanted.iter().any(Vec::is_empty);
    let filter = ScanFilter { services: if any { Vec::new() } else { wanted.concat() } };
    if was_scanning {
        adapter.stop_scan().await.map_err(failed)?;
    }
    if let Err(error) = adapter.start_scan(filter).await {
        scans.retain(|_, scans| !scans.is_empty());
        return Err(failed(error));
    }
    let number = NUMBERS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    scans.entry(radio.to_owned()).or_default().push((number, services));
    Ok(number)
}

pub(super) async fn start_scan(
    cx: Context,
    StartScan { adapter, services, key }: StartScan,
) -> Result<Opened> {
    let services = uuids(&services)?;
    let (radio, adapter) = radio(&cx, adapter.as_deref()).await?;
    let queue = cx.queue()?;
    let mut events = adapter.events().await.map_err(failed)?;
    let number = join_scan(&radio, &adapter, services.clone()).await?;
    let from = adapter.clone();
    let task = tokio::spawn(async move {
        while let Some(event) = events.next().await {
            let id = match event {
                CentralEvent::DeviceDiscovered(id)
                | CentralEvent::DeviceUpdated(id)
                | CentralEvent::ManufacturerDataAdvertisement { id, .. }
                | CentralEvent::ServiceDataAdvertisement { id, .. }
                | CentralEvent::ServicesAdvertisement { id, .. }
                | CentralEvent::RssiUpdate { id, .. } => id,
                _ => continue,
            };
            let Ok(device) = from.peripheral(&id).await else { continue };
            let Ok(Some(found)) = found(key, &device, &services).await else { continue };
            if queue.emit(&FOUND, found).is_err() {
                return;
            }
        }
    });
    let scan = Scan { number, radio, adapter, task, runtime: runtime::Handle::current() };
    Ok(Opened { id: cx.document.handles.insert(scan)? })
}

/// What is known of a device, when it offers one of the services.
async fn found(key: u32, device: &Peripheral, services: &[Uuid]) -> Result<Option<WithBody<Found, Vec<u8>>>> {
    let Some(known) = device.properties().await.map_err(failed)? else { return Ok(None) };
    if !services.is_empty() && !known.services.iter().any(|service| services.contains(service)) {
        return Ok(None);
    }
    let mut body = Vec::new();
    let mut manufacturers: Vec<_> = known.manufacturer_data.into_iter().collect();
    manufacturers.sort_unstable();
    let mut data: Vec<_> = known.service_data.into_iter().collect();
    data.sort_unstable();
    let mut keep = |bytes: Vec<u8>| {
        body.extend_from_slice(&bytes);
        bytes.len()
    };
    let manufacturer_data = manufacturers
        .into_iter()
        .map(|(company, bytes)| Manufacturer { company, length: keep(bytes) })
        .collect();
    let service_data = data
        .into_iter()
        .map(|(service, bytes)| ServiceData { service: service.to_string(), length: keep(bytes) })
        .collect();
    let address = device.address();
    let head = Found {
        key,
        id: device.id().to_string(),
        name: known.local_name,
        address: (address != btleplug::api::BDAddr::default()).then(|| address.to_string()),
        rssi: known.rssi,
        tx_power: known.tx_power_level,
        services: known.services.iter().map(Uuid::to_string).collect(),
        manufacturer_data,
        service_data,
    };
    Ok(Some(WithBody { head, body }))
}

pub(super) async fn stop_scan(cx: Context, Handle { id }: Handle) -> Result<()> {
    let scan = cx.document.handles.remove::<Scan>(id)?;
    scan.task.abort();
    leave_scan(scan.number, &scan.radio, &scan.adapter).await
}

/// A connection of a document. Dropping it leaves the device, unless another document uses it.
struct Link {
    device: Peripheral,
    /// What `USES` counts.
    name: String,
    subscribed: Subscribed,
    tasks: [JoinHandle<()>; 2],
    runtime: runtime::Handle,
    left: std::sync::atomic::AtomicBool,
}

impl Link {
    async fn leave(device: Peripheral, name: String, subscribed: Subscribed) -> Result<()> {
        let subscribed = std::mem::take(&mut *lock(&subscribed));
        let last = leave(&name);
        for (service, characteristic) in subscribed {
            // A device that was left tells nothing more.
            if leave(&format!("{name} {service} {characteristic}"))
                && !last
                && let Ok(found) = find(&device, service, characteristic)
            {
                device.unsubscribe(&found).await.map_err(failed)?;
            }
        }
        if last && device.is_connected().await.unwrap_or(false) {
            device.disconnect().await.map_err(failed)?;
        }
        Ok(())
    }

    fn end(&self) -> Option<(Peripheral, String, Subscribed)> {
        self.tasks.iter().for_each(JoinHandle::abort);
        let left = self.left.swap(true, std::sync::atomic::Ordering::AcqRel);
        (!left).then(|| (self.device.clone(), self.name.clone(), self.subscribed.clone()))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Some((device, name, subscribed)) = self.end() {
            // Nobody is there to hear that it failed.
            self.runtime.spawn(async move { drop(Link::leave(device, name, subscribed).await) });
        }
    }
}

pub(super) async fn connect(cx: Context, request: Connect) -> Result<Opened> {
    let queue = cx.queue()?;
    let radios = match request.adapter.as_deref() {
        Some(name) => vec![radio(&cx, Some(name)).await?],
        None => radios(&cx).await?,
    };
    if radios.is_empty() {
        return Err(no_adapter());
    }
    let mut known = None;
    for (_, adapter) in radios {
        let devices = adapter.peripherals().await.map_err(failed)?;
        let named = |device: &Peripheral| {
            device.id().to_string() == request.device
                || device.address().to_string().eq_ignore_ascii_case(&request.device)
        };
        if let Some(device) = devices.into_iter().find(named) {
            known = Some((adapter, device));
            break;
        }
    }
    let Some((adapter, device)) = known else {
        let text = format!("no device {:?} is known: scan for it first", request.device);
        return Err(Error::new(Code::BLUETOOTH_DEVICE, text));
    };
    let name = device.id().to_string();
    // Listened to before it is connected: a device that goes at once is heard of, too.
    let mut events = adapter.events().await.map_err(failed)?;
    let mut values = device.notifications().await.map_err(failed)?;
    let limit = Duration::from_millis(u64::from(request.timeout));
    enter(&name);
    let subscribed = Arc::new(Mutex::new(Vec::new()));
    let mut connected = device.is_connected().await.map_err(failed);
    if matches!(connected, Ok(false)) {
        connected = device.connect_with_timeout(limit).await.map_err(failed).map(|()| true);
    }
    if let Err(error) = connected {
        // What was half done is undone; that this fails as well says nothing new.
        drop(Link::leave(device, name, subscribed).await);
        return Err(error);
    }
    let key = request.key;
    let (own, to) = (device.id(), queue.clone());
    let gone = tokio::spawn(async move {
        while let Some(event) = events.next().await {
            if matches!(&event, CentralEvent::DeviceDisconnected(id) if *id == own) {
                // A page that is closing misses it.
                let _ = to.emit_wait(&DISCONNECTED, Disconnected { key }).await;
                return;
            }
        }
    });
    let wanted = subscribed.clone();
    let told = tokio::spawn(async move {
        while let Some(value) = values.next().await {
            // Reading changes a value as well: only what was asked for is told.
            if !lock(&wanted).contains(&(value.service_uuid, value.uuid)) {
                continue;
            }
            let (service, characteristic) = (value.service_uuid.to_string(), value.uuid.to_string());
            let head = Value { key, service, characteristic };
            if queue.emit(&VALUE, WithBody { head, body: value.value }).is_err() {
                return;
            }
        }
    });
    let link = Link {
        device,
        name,
        subscribed,
        tasks: [gone, told],
        runtime: runtime::Handle::current(),
        left: false.into(),
    };
    link.device.discover_services().await.map_err(failed)?;
    Ok(Opened { id: cx.document.handles.insert(link)? })
}

pub(super) async fn disconnect(cx: Context, Handle { id }: Handle) -> Result<()> {
    let link = cx.document.handles.remove::<Link>(id)?;
    match link.end() {
        Some((device, name, subscribed)) => Link::leave(device, name, subscribed).await,
        None => Ok(()),
    }
}

pub(super) async fn services(cx: Context, Handle { id }: Handle) -> Result<Vec<Service>> {
    let link = cx.document.handles.get::<Link>(id)?;
    let characteristics = |service: &btleplug::api::Service| {
        let all = service.characteristics.iter();
        all.map(|characteristic| Characteristic {
            uuid: characteristic.uuid.to_string(),
            properties: properties(characteristic.properties),
        })
        .collect()
    };
    Ok(link
        .device
        .services()
        .iter()
        .map(|service| Service {
            uuid: service.uuid.to_string(),
            primary: service.primary,
            characteristics: characteristics(service),
        })
        .collect())
}

fn properties(flags: CharPropFlags) -> Vec<Property> {
    let all = [
        (CharPropFlags::BROADCAST, Property::Broadcast),
        (CharPropFlags::READ, Property::Read),
        (CharPropFlags::WRITE_WITHOUT_RESPONSE, Property::WriteWithoutResponse),
        (CharPropFlags::WRITE, Property::Write),
        (CharPropFlags::NOTIFY, Property::Notify),
        (CharPropFlags::INDICATE, Property::Indicate),
    ];
    all.into_iter().filter(|(flag, _)| flags.contains(*flag)).map(|(_, property)| property).collect()
}

fn find(device: &Peripheral, service: Uuid, uuid: Uuid) -> Result<btleplug::api::Characteristic> {
    let found = device
        .characteristics()
        .into_iter()
        .find(|characteristic| characteristic.service_uuid == service && characteristic.uuid == uuid);
    found.ok_or_else(|| {
        let text = format!("the device has no characteristic {uuid} in a service {service}");
        Error::new(Code::BLUETOOTH_DEVICE, text)
    })
}

pub(super) async fn read(cx: Context, target: Target) -> Result<WithBody<(), Vec<u8>>> {
    let link = cx.document.handles.get::<Link>(target.id)?;
    let characteristic = find(&link.device, uuid(&target.service)?, uuid(&target.characteristic)?)?;
    let body = link.device.read(&characteristic).await.map_err(failed)?;
    Ok(WithBody { head: (), body })
}

pub(super) async fn write(cx: Context, request: WithBody<Write>) -> Result<()> {
    let link = cx.document.handles.get::<Link>(request.id)?;
    let characteristic = find(&link.device, uuid(&request.service)?, uuid(&request.characteristic)?)?;
    let kind = if request.response { WriteType::WithResponse } else { WriteType::WithoutResponse };
    link.device.write(&characteristic, &request.body, kind).await.map_err(failed)
}

pub(super) async fn subscribe(cx: Context, target: Target) -> Result<()> {
    let link = cx.document.handles.get::<Link>(target.id)?;
    let key = (uuid(&target.service)?, uuid(&target.characteristic)?);
    let characteristic = find(&link.device, key.0, key.1)?;
    {
        let mut subscribed = lock(&link.subscribed);
        if subscribed.contains(&key) {
            return Ok(());
        }
        // Before the device is asked: the first value may come before the answer.
        subscribed.push(key);
        enter(&format!("{} {} {}", link.name, key.0, key.1));
    }
    let answer = link.device.subscribe(&characteristic).await.map_err(failed);
    if answer.is_err() {
        forget(&link, key);
    }
    answer
}

/// Whether nobody else subscribed to it.
fn forget(link: &Link, key: (Uuid, Uuid)) -> bool {
    let mut subscribed = lock(&link.subscribed);
    let Some(index) = subscribed.iter().position(|other| *other == key) else { return false };
    subscribed.swap_remove(index);
    leave(&format!("{} {} {}", link.name, key.0, key.1))
}

pub(super) async fn unsubscribe(cx: Context, target: Target) -> Result<()> {
    let link = cx.document.handles.get::<Link>(target.id)?;
    let key = (uuid(&target.service)?, uuid(&target.characteristic)?);
    let characteristic = find(&link.device, key.0, key.1)?;
    if forget(&link, key) {
        return link.device.unsubscribe(&characteristic).await.map_err(failed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_have_three_spellings() {
        let whole = "0000180d-0000-1000-8000-00805f9b34fb";
        for text in ["180d", "0x180D", "0000180d", whole] {
            assert_eq!(uuid(text).expect(text).to_string(), whole);
        }
        for text in ["", "18", "180", "heart_rate", "0x", "180d180d1"] {
            assert_eq!(uuid(text).expect_err(text).code(), "ERR_INVALID_ARG_VALUE");
        }
    }

    #[test]
    fn uses_are_counted() {
        enter("a test");
        enter("a test");
        assert!(!leave("a test"), "another one is left");
        assert!(leave("a test"), "the last");
        assert!(!leave("a test"), "there is none");
    }
}
