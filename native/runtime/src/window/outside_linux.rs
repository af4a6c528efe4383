//! What the desktop opens for an app: addresses in the programs that are for them, files in the file manager.

use std::path::Path;

use gtk::gio::prelude::*;
use gtk::{gio, glib};
use socket_ipc::{Code, Error, Result};

/// Opens an address in the program that the user has for it.
pub(crate) fn open(url: &str, done: impl FnOnce(Result<()>) + 'static) {
    let text = url.to_owned();
    gio::AppInfo::launch_default_for_uri_async(
        url,
        gio::AppLaunchContext::NONE,
        gio::Cancellable::NONE,
        move |result| {
            done(result.map_err(|error| {
                Error::new(Code::WINDOW, format!("the desktop does not open {text}: {}", error.message()))
            }));
        },
    );
}

/// Shows a file among those beside it; where there is no file manager that can, the folder.
pub(crate) fn reveal(path: &Path, done: impl FnOnce(Result<()>) + 'static) {
    let uri = gio::File::for_path(path).uri();
    let folder = gio::File::for_path(path.parent().unwrap_or(path)).uri();
    let fallback = move |done: Box<dyn FnOnce(Result<()>)>| open(&folder, done);
    gio::bus_get(gio::BusType::Session, gio::Cancellable::NONE, move |bus| {
        let Ok(bus) = bus else { return fallback(Box::new(done)) };
        let parameters = (vec![uri.as_str()], "").to_variant();
        bus.call(
            Some("org.freedesktop.FileManager1"),
            "/org/freedesktop/FileManager1",
            "org.freedesktop.FileManager1",
            "ShowItems",
            Some(&parameters),
            None,
            gio::DBusCallFlags::NONE,
            5000,
            gio::Cancellable::NONE,
            move |result: std::result::Result<glib::Variant, glib::Error>| match result {
                Ok(_) => done(Ok(())),
                Err(_) => fallback(Box::new(done)),
            },
        );
    });
}
