//! What goes wrong with a radio, in codes that programs can tell apart.

use crate::prelude::*;

/// The error of btleplug as pages see it.
pub(super) fn failed(error: btleplug::Error) -> Error {
    use btleplug::Error as E;
    match error {
        E::NotConnected => Error::errno("ENOTCONN"),
        E::DeviceNotFound => Error::new(Code::BLUETOOTH_DEVICE, "the device is not there any more"),
        E::NoAdapterAvailable => no_adapter(),
        E::TimedOut(limit) => {
            let text = format!("the device did not answer within {} ms", limit.as_millis());
            Error::new(Code::TIMEOUT, text)
        }
        E::PermissionDenied => {
            let text =
                "the system does not let this app use Bluetooth; its user can change that in the settings";
            Error::new(Code::ACCESS_DENIED, text)
        }
        E::NotSupported(what) => {
            Error::new(Code::UNAVAILABLE, format!("this system cannot do that with Bluetooth: {what}"))
        }
        E::Other(other) => other_error(&*other),
        error => Error::new(Code::BLUETOOTH, format!("Bluetooth failed: {error}")),
    }
}

/// There is no radio.
pub(super) fn no_adapter() -> Error {
    Error::new(Code::BLUETOOTH_UNAVAILABLE, "this machine has no Bluetooth adapter that is switched on")
}

#[cfg(target_os = "linux")]
fn other_error(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Error {
    match error.downcast_ref::<bluez_async::BluetoothError>() {
        Some(bluez_async::BluetoothError::DbusError(error)) => dbus_error(error),
        Some(bluez_async::BluetoothError::NoBluetoothAdapters) => no_adapter(),
        Some(bluez_async::BluetoothError::ServiceDiscoveryTimedOut) => {
            Error::new(Code::TIMEOUT, "the device did not tell its services in time")
        }
        _ => match error.downcast_ref::<dbus::Error>() {
            Some(error) => dbus_error(error),
            None => Error::new(Code::BLUETOOTH, format!("Bluetooth failed: {error}")),
        },
    }
}

#[cfg(not(target_os = "linux"))]
fn other_error(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Error {
    Error::new(Code::BLUETOOTH, format!("Bluetooth failed: {error}"))
}

/// What BlueZ or the bus refuses.
#[cfg(target_os = "linux")]
pub(super) fn dbus_error(error: &dbus::Error) -> Error {
    let name = error.name().unwrap_or_default();
    let message = error.message().unwrap_or_default();
    let kind = name.rsplit('.').next().unwrap_or_default();
    if name.starts_with("org.bluez.") {
        return match kind {
            "NotConnected" => Error::errno("ENOTCONN"),
            "InProgress" => Error::errno("EBUSY"),
            "NotSupported" => Error::errno("ENOTSUP"),
            "NotPermitted" | "NotAuthorized" => {
                Error::new(Code::BLUETOOTH_REFUSED, format!("the device does not permit that: {message}"))
            }
            "DoesNotExist" => {
                Error::new(Code::BLUETOOTH_DEVICE, format!("the device is not there any more: {message}"))
            }
            "NotReady" => no_adapter(),
            _ => Error::new(Code::BLUETOOTH, format!("Bluetooth failed: {message} ({name})")),
        };
    }
    match kind {
        "ServiceUnknown" | "NameHasNoOwner" | "Spawn.ServiceNotFound" => Error::new(
            Code::BLUETOOTH_UNAVAILABLE,
            "Bluetooth is not available: BlueZ does not run on this machine (start bluetooth.service)",
        ),
        // The device, the adapter or a characteristic went while it was spoken of.
        "UnknownObject" | "UnknownMethod" | "UnknownInterface" => {
            Error::new(Code::BLUETOOTH_DEVICE, format!("that is not there any more: {message}"))
        }
        "NoReply" | "Timeout" | "TimedOut" => Error::new(Code::TIMEOUT, "BlueZ did not answer in time"),
        "AccessDenied" => {
            let text = "the system does not let this user use Bluetooth (on Debian: the group bluetooth)";
            Error::new(Code::ACCESS_DENIED, text)
        }
        _ => Error::new(
            Code::BLUETOOTH_UNAVAILABLE,
            format!("Bluetooth is not available: the system bus cannot be used: {message}"),
        ),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_codes() {
        let code = |name: &str| dbus_error(&dbus::Error::new_custom(name, "why")).code().to_owned();
        assert_eq!(code("org.bluez.Error.NotConnected"), "ENOTCONN");
        assert_eq!(code("org.bluez.Error.InProgress"), "EBUSY");
        assert_eq!(code("org.bluez.Error.NotPermitted"), "ERR_BLUETOOTH_REFUSED");
        assert_eq!(code("org.bluez.Error.Failed"), "ERR_BLUETOOTH");
        assert_eq!(code("org.freedesktop.DBus.Error.ServiceUnknown"), "ERR_BLUETOOTH_UNAVAILABLE");
        assert_eq!(code("org.freedesktop.DBus.Error.NoServer"), "ERR_BLUETOOTH_UNAVAILABLE");
        assert_eq!(code("org.freedesktop.DBus.Error.UnknownObject"), "ERR_BLUETOOTH_DEVICE");
    }
}
