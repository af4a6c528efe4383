//! A stream that WebKit reads and that may fail half-way: then the load fails, too. A pipe could only end early, and a
//! page would take what came for the whole.

#![allow(unreachable_pub, reason = "glib asks for public types")]

use std::io::Read;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use gtk::gio::subclass::prelude::*;
use gtk::{gio, glib};
use socket_ipc::Reader;

mod imp {
    use super::*;

    #[derive(Default)]
    pub struct Checked {
        /// Read on a thread of gio's, one call at a time.
        pub(super) source: Mutex<Option<Box<dyn Read + Send>>>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Checked {
        const NAME: &'static str = "SocketChecked";
        type Type = super::Checked;
        type ParentType = gio::InputStream;
    }

    impl ObjectImpl for Checked {}

    impl InputStreamImpl for Checked {
        fn read(
            &self,
            buffer: &mut [u8],
            _cancellable: Option<&gio::Cancellable>,
        ) -> Result<usize, glib::Error> {
            let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(source) = source.as_mut() else { return Ok(0) };
            source
                .read(buffer)
                .map_err(|error| glib::Error::new(gio::IOErrorEnum::InvalidData, &error.to_string()))
        }
    }
}

glib::wrapper! {
    /// What gives a prefix and then what a reader gives.
    pub struct Checked(ObjectSubclass<imp::Checked>) @extends gio::InputStream;
}

impl Checked {
    pub(super) fn stream(prefix: Bytes, reader: Reader) -> gio::InputStream {
        let stream: Checked = glib::Object::new();
        let source: Box<dyn Read + Send> = Box::new(std::io::Cursor::new(prefix).chain(reader.0));
        *stream.imp().source.lock().unwrap_or_else(PoisonError::into_inner) = Some(source);
        glib::object::Cast::upcast(stream)
    }
}
