//! This machine as a peripheral: services that BlueZ offers in our name, and the advertisement that leads to them.
//!
//! Each has a bus connection of its own. Closing it is the end of both: BlueZ withdraws what its owner left.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::{Buf, Bytes};
use dbus::arg::{PropMap, RefArg, Variant};
use dbus::channel::{MatchingReceiver, Sender, Token};
use dbus::message::{MatchRule, SignalArgs};
use dbus::nonblock::stdintf::org_freedesktop_dbus::{ObjectManager, PropertiesPropertiesChanged};
use dbus::nonblock::{Proxy, SyncConnection};
use dbus_crossroads::{Crossroads, IfaceToken, MethodErr};
use socket_ipc::Queue;
use tokio::task::JoinHandle;

use super::central::{lock, uuid};
use super::failure::{dbus_error, no_adapter};
use super::{Handle, Opened, Property, Serve, Target, WRITTEN, Written};
use crate::prelude::*;

const BLUEZ: &str = "org.bluez";
const ADVERTISING: &str = "org.bluez.LEAdvertisingManager1";
const GATT: &str = "org.bluez.GattManager1";
const ADVERTISEMENT: &str = "/advertisement";
const APPLICATION: &str = "/application";
/// How long BlueZ may take.
const LIMIT: Duration = Duration::from_secs(30);
/// What is lacking in a page's request.
const SHORT: &str = "the body is shorter than the lengths say";

/// A characteristic that this machine serves.
struct Local {
    service: String,
    uuid: String,
    /// Path on the bus.
    path: String,
    properties: Vec<Property>,
    value: Mutex<Vec<u8>>,
    notifying: AtomicBool,
}

/// What a document serves. Dropping it ends it.
struct Server {
    connection: Arc<SyncConnection>,
    receiver: Token,
    resource: JoinHandle<()>,
    characteristics: Vec<Arc<Local>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // What receives holds the connection, and the task does: without both it closes.
        drop(self.connection.stop_receive(self.receiver));
        self.resource.abort();
    }
}

/// What an advertisement says.
struct Advertisement {
    name: Option<String>,
    services: Vec<String>,
    manufacturers: Vec<(u16, Vec<u8>)>,
    data: Vec<(String, Vec<u8>)>,
}

fn take(body: &mut Bytes, length: usize) -> Result<Vec<u8>> {
    if length > body.remaining() {
        return Err(Error::new(Code::REQUEST, SHORT));
    }
    Ok(body.split_to(length).to_vec())
}

fn canonical(text: &str) -> Result<String> {
    Ok(uuid(text)?.to_string())
}

pub(super) async fn serve(cx: Context, request: WithBody<Serve>) -> Result<Opened> {
    super::permitted(&cx)?;
    let queue = cx.queue()?;
    let WithBody { head: request, mut body } = request;
    let mut advertisement = Advertisement {
        name: request.name,
        services: request.advertise.iter().map(|text| canonical(text)).collect::<Result<_>>()?,
        manufacturers: Vec::new(),
        data: Vec::new(),
    };
    for data in &request.manufacturer_data {
        advertisement.manufacturers.push((data.company, take(&mut body, data.length)?));
    }
    for data in &request.service_data {
        advertisement.data.push((canonical(&data.service)?, take(&mut body, data.length)?));
    }
    let mut services = Vec::new();
    for (number, service) in request.services.iter().enumerate() {
        let path = format!("{APPLICATION}/service{number}");
        let name = canonical(&service.uuid)?;
        let mut characteristics = Vec::new();
        for (number, characteristic) in service.characteristics.iter().enumerate() {
            characteristics.push(Arc::new(Local {
                service: name.clone(),
                uuid: canonical(&characteristic.uuid)?,
                path: format!("{path}/char{number}"),
                properties: characteristic.properties.clone(),
                value: Mutex::new(take(&mut body, characteristic.length)?),
                notifying: false.into(),
            }));
        }
        services.push((path, name, characteristics));
    }
    let (resource, connection) =
        dbus_tokio::connection::new_system_sync().map_err(|error| dbus_error(&error))?;
    let resource = tokio::spawn(async move {
        // The bus went away: what was served is gone with it.
        drop(resource.await);
    });
    let characteristics = services.iter().flat_map(|(_, _, all)| all.iter().cloned()).collect();
    let objects = objects(advertisement, &services, &queue, request.key);
    let server = Server { receiver: receive(&connection, objects), connection, resource, characteristics };
    let adapter = adapter(&server.connection, request.adapter.as_deref()).await?;
    let proxy = Proxy::new(BLUEZ, adapter, LIMIT, server.connection.clone());
    let options = PropMap::new;
    if !services.is_empty() {
        let path = dbus::Path::from(APPLICATION);
        let call = proxy.method_call::<(), _, _, _>(GATT, "RegisterApplication", (path, options()));
        call.await.map_err(|error| dbus_error(&error))?;
    }
    let path = dbus::Path::from(ADVERTISEMENT);
    let call = proxy.method_call::<(), _, _, _>(ADVERTISING, "RegisterAdvertisement", (path, options()));
    call.await.map_err(|error| dbus_error(&error))?;
    Ok(Opened { id: cx.document.handles.insert(server)? })
}

/// The path of the adapter of a name, or of the first that can advertise.
async fn adapter(connection: &Arc<SyncConnection>, name: Option<&str>) -> Result<dbus::Path<'static>> {
    let proxy = Proxy::new(BLUEZ, "/", LIMIT, connection.clone());
    let mut paths: Vec<_> = proxy
        .get_managed_objects()
        .await
        .map_err(|error| dbus_error(&error))?
        .into_iter()
        .filter(|(_, interfaces)| interfaces.contains_key(ADVERTISING) && interfaces.contains_key(GATT))
        .map(|(path, _)| path)
        .collect();
    paths.sort_unstable();
    let wanted = |path: &dbus::Path<'_>| name.is_none_or(|name| path.rsplit('/').next() == Some(name));
    paths.into_iter().find(wanted).ok_or_else(|| match name {
        Some(name) => {
            let text = format!("there is no Bluetooth adapter {name:?} that can advertise");
            Error::new(Code::BLUETOOTH_UNAVAILABLE, text)
        }
        None => no_adapter(),
    })
}

/// Answers what BlueZ asks, until it is stopped.
fn receive(connection: &Arc<SyncConnection>, mut objects: Crossroads) -> Token {
    connection.start_receive(
        MatchRule::new_method_call(),
        Box::new(move |message, connection| {
            // Only messages without a reply fail, and BlueZ sends none.
            let _ = objects.handle_message(message, connection);
            true
        }),
    )
}

/// Everything that BlueZ may ask for.
fn objects(
    advertisement: Advertisement,
    services: &[(String, String, Vec<Arc<Local>>)],
    queue: &Arc<Queue>,
    key: u32,
) -> Crossroads {
    let mut objects = Crossroads::new();
    let advertising = advertisement_interface(&mut objects);
    objects.insert(ADVERTISEMENT, &[advertising], advertisement);
    let manager = objects.object_manager::<()>();
    objects.insert(APPLICATION, &[manager], ());
    let service = objects.register("org.bluez.GattService1", |builder| {
        builder.property("UUID").get(|_, uuid: &mut String| Ok(uuid.clone()));
        builder.property("Primary").get(|_, _| Ok(true));
    });
    let characteristic = characteristic_interface(&mut objects, queue, key);
    for (path, uuid, characteristics) in services {
        objects.insert(path.clone(), &[service], uuid.clone());
        for local in characteristics {
            objects.insert(local.path.clone(), &[characteristic], local.clone());
        }
    }
    objects
}

fn advertisement_interface(objects: &mut Crossroads) -> IfaceToken<Advertisement> {
    objects.register("org.bluez.LEAdvertisement1", |builder| {
        builder.property("Type").get(|_, _: &mut Advertisement| Ok("peripheral".to_owned()));
        builder.property("ServiceUUIDs").get(|_, data| Ok(data.services.clone()));
        // A property that has nothing to say is left out of what BlueZ reads.
        builder.property("LocalName").get(|_, data| data.name.clone().ok_or_else(nothing));
        builder.property("ManufacturerData").get(|_, data| {
            let data: HashMap<u16, Variant<Box<dyn RefArg>>> = data
                .manufacturers
                .iter()
                .map(|(company, bytes)| (*company, Variant(Box::new(bytes.clone()) as Box<dyn RefArg>)))
                .collect();
            Ok(data)
        });
        builder.property("ServiceData").get(|_, data| {
            let data: PropMap = data
                .data
                .iter()
                .map(|(service, bytes)| {
                    (service.clone(), Variant(Box::new(bytes.clone()) as Box<dyn RefArg>))
                })
                .collect();
            Ok(data)
        });
        builder.method("Release", (), (), |_, _, ()| Ok(()));
    })
}

fn nothing() -> MethodErr {
    MethodErr::no_property("it is not set")
}

fn characteristic_interface(
    objects: &mut Crossroads,
    queue: &Arc<Queue>,
    key: u32,
) -> IfaceToken<Arc<Local>> {
    let queue = queue.clone();
    objects.register("org.bluez.GattCharacteristic1", |builder| {
        builder.property("UUID").get(|_, local: &mut Arc<Local>| Ok(local.uuid.clone()));
        builder.property("Service").get(|_, local| {
            let service = local.path.rsplit_once('/').map_or("/", |(service, _)| service);
            Ok(dbus::Path::from(service.to_owned()))
        });
        builder.property("Flags").get(|_, local| {
            let flags = local.properties.iter().map(|property| flag(*property).to_owned());
            Ok(flags.collect::<Vec<_>>())
        });
        builder.property("Value").get(|_, local| Ok(lock(&local.value).clone()));
        builder.property("Notifying").get(|_, local| Ok(local.notifying.load(Ordering::Acquire)));
        builder.method("ReadValue", ("options",), ("value",), |_, local, (options,): (PropMap,)| {
            let value = lock(&local.value);
            let offset = number(&options, "offset");
            match value.get(offset..) {
                Some(rest) => Ok((rest.to_vec(),)),
                None => Err(refused("org.bluez.Error.InvalidOffset", "the value is shorter")),
            }
        });
        builder.method(
            "WriteValue",
            ("value", "options"),
            (),
            move |_, local, (bytes, options): (Vec<u8>, PropMap)| {
                let offset = number(&options, "offset");
                let mut value = lock(&local.value);
                if offset > value.len() {
                    return Err(refused("org.bluez.Error.InvalidOffset", "the value is shorter"));
                }
                value.truncate(offset);
                value.extend_from_slice(&bytes);
                let (service, characteristic) = (local.service.clone(), local.uuid.clone());
                let head = Written { key, service, characteristic };
                // A page that does not collect its events does not get more than fit.
                queue
                    .emit(&WRITTEN, WithBody { head, body: value.clone() })
                    .map_err(|_| refused("org.bluez.Error.Failed", "the app does not answer"))
            },
        );
        builder.method("StartNotify", (), (), |_, local, ()| {
            local.notifying.store(true, Ordering::Release);
            Ok(())
        });
        builder.method("StopNotify", (), (), |_, local, ()| {
            local.notifying.store(false, Ordering::Release);
            Ok(())
        });
        builder.method("Confirm", (), (), |_, _, ()| Ok(()));
    })
}

fn refused(name: &'static str, text: &str) -> MethodErr {
    MethodErr::from((name, &text.to_owned()))
}

fn number(options: &PropMap, name: &str) -> usize {
    let number = options.get(name).and_then(|value| value.0.as_u64());
    number.and_then(|number| usize::try_from(number).ok()).unwrap_or(0)
}

fn flag(property: Property) -> &'static str {
    match property {
        Property::Broadcast => "broadcast",
        Property::Read => "read",
        Property::WriteWithoutResponse => "write-without-response",
        Property::Write => "write",
        Property::Notify => "notify",
        Property::Indicate => "indicate",
    }
}

pub(super) async fn set_value(cx: Context, request: WithBody<Target>) -> Result<()> {
    let server = cx.document.handles.get::<Server>(request.id)?;
    let (service, name) = (canonical(&request.service)?, canonical(&request.characteristic)?);
    let local = server.characteristics.iter().find(|local| local.service == service && local.uuid == name);
    let Some(local) = local else {
        let text = format!("no characteristic {name} is served in a service {service}");
        return Err(Error::new(Code::BLUETOOTH_DEVICE, text));
    };
    *lock(&local.value) = request.body.to_vec();
    if local.notifying.load(Ordering::Acquire) {
        let value: Box<dyn RefArg> = Box::new(request.body.to_vec());
        let changed = PropertiesPropertiesChanged {
            interface_name: "org.bluez.GattCharacteristic1".into(),
            changed_properties: PropMap::from([("Value".to_owned(), Variant(value))]),
            invalidated_properties: Vec::new(),
        };
        let message = changed.to_emit_message(&dbus::Path::from(local.path.clone()));
        server.connection.send(message).map_err(|()| {
            Error::new(Code::BLUETOOTH_UNAVAILABLE, "the connection to the system bus is lost")
        })?;
    }
    Ok(())
}

pub(super) async fn unserve(cx: Context, Handle { id }: Handle) -> Result<()> {
    let server = cx.document.handles.remove::<Server>(id)?;
    // Asked for, instead of left to the end of the connection: when this has answered, it is over.
    let adapter = adapter(&server.connection, None).await;
    if let Ok(adapter) = adapter {
        let proxy = Proxy::new(BLUEZ, adapter, LIMIT, server.connection.clone());
        let path = dbus::Path::from(ADVERTISEMENT);
        // Another adapter than the first has it: the end of the connection tells that one.
        drop(proxy.method_call::<(), _, _, _>(ADVERTISING, "UnregisterAdvertisement", (path,)).await);
    }
    Ok(())
}
