//! Bytes on their way to WebKit.
//!
//! WebKit reads at most 8 KB at a time, each in a turn of the main loop, and sends it to the page in a message of its own.
//! gio's streams make a turn dear: they ask the system whether there is something to read, memory included.

#![allow(unreachable_pub, reason = "glib asks for public types")]

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use bytes::{Buf, Bytes};
use gtk::gio::subclass::prelude::*;
use gtk::{gio, glib};

/// What is read of a file at a time.
const BLOCK: usize = 256 << 10;
/// How many blocks of a file wait for WebKit.
const AHEAD: usize = 4;

/// A read that waits for a block. `buffer` and `count` are valid until `task` has an answer.
struct Waiting {
    task: *mut gio::ffi::GTask,
    buffer: *mut u8,
    count: usize,
}

// SAFETY: a GTask may be answered on any thread, and the buffer is this read's alone until then.
unsafe impl Send for Waiting {}

impl Waiting {
    fn answer(self, read: usize) {
        // SAFETY: the task is alive, as we hold a reference to it, which is given up here; it is answered once. A read is
        // never longer than its buffer, and so than isize.
        unsafe {
            gio::ffi::g_task_return_int(self.task, read as isize);
            glib::gobject_ffi::g_object_unref(self.task.cast());
        }
    }
}

#[derive(Default)]
struct State {
    parts: VecDeque<Bytes>,
    /// Whether more will come.
    fed: bool,
    waiting: Option<Waiting>,
    /// Nobody will read any more.
    closed: bool,
}

impl State {
    /// Gives the next piece; `None`: wait for it.
    fn take(&mut self, buffer: &mut [u8]) -> Option<usize> {
        let most = buffer.len();
        let mut filled = 0;
        while filled < most {
            let Some(part) = self.parts.front_mut() else { break };
            let length = part.len().min(most - filled);
            buffer[filled..filled + length].copy_from_slice(&part[..length]);
            part.advance(length);
            filled += length;
            if part.is_empty() {
                self.parts.pop_front();
            }
        }
        (filled > 0 || !self.fed).then_some(filled)
    }

    /// Answers a read that waits, if it can be answered.
    fn serve(&mut self) {
        let Some(waiting) = self.waiting.take() else { return };
        // SAFETY: the caller of the read keeps the buffer until its task has an answer.
        let buffer = unsafe { std::slice::from_raw_parts_mut(waiting.buffer, waiting.count) };
        match self.take(buffer) {
            Some(read) => waiting.answer(read),
            None => self.waiting = Some(waiting),
        }
    }
}

/// What the stream and the thread that reads a file share.
#[derive(Default)]
pub struct Feed {
    state: Mutex<State>,
    room: Condvar,
}

impl Feed {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Held for a few lines that leave the state whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room and adds a block; false when nobody reads any more.
    fn push(&self, block: Bytes) -> bool {
        let full = |state: &mut State| state.parts.len() >= AHEAD && !state.closed;
        let mut state = self.room.wait_while(self.lock(), full).unwrap_or_else(PoisonError::into_inner);
        state.parts.push_back(block);
        state.serve();
        !state.closed
    }

    fn end(&self) {
        let mut state = self.lock();
        state.fed = false;
        state.serve();
    }
}

mod imp {
    use super::*;

    #[derive(Default)]
    pub struct Pieces {
        pub(super) feed: Arc<Feed>,
    }

    #[glib::object_subclass]
    impl ObjectSubclass for Pieces {
        const NAME: &'static str = "SocketPieces";
        type Type = super::Pieces;
        type ParentType = gio::InputStream;

        fn class_init(class: &mut Self::Class) {
            let class: *mut Self::Class = class;
            // SAFETY: the class of a child begins with that of its parent. gio's own `read_async` would take a thread for
            // each read; its `read_finish` takes the answer out of a task, as ours is.
            unsafe { (*class.cast::<gio::ffi::GInputStreamClass>()).read_async = Some(read_async) };
        }
    }

    impl ObjectImpl for Pieces {}

    impl Drop for Pieces {
        fn drop(&mut self) {
            self.feed.lock().closed = true;
            self.feed.room.notify_all();
        }
    }

    // WebKit reads asynchronously alone: the parent's answer to anything else, that it is not supported, is right.
    impl InputStreamImpl for Pieces {}

    unsafe extern "C" fn read_async(
        stream: *mut gio::ffi::GInputStream,
        buffer: *mut u8,
        count: usize,
        priority: std::ffi::c_int,
        cancellable: *mut gio::ffi::GCancellable,
        callback: gio::ffi::GAsyncReadyCallback,
        data: *mut std::ffi::c_void,
    ) {
        // SAFETY: gio calls this with a stream of this class and with arguments that hold until the callback is called. The
        // task holds a reference to the stream, so that neither goes while a read waits.
        unsafe {
            let task = gio::ffi::g_task_new(stream.cast(), cancellable, callback, data);
            gio::ffi::g_task_set_priority(task, priority);
            let this = (*stream.cast::<<Pieces as ObjectSubclass>::Instance>()).imp();
            let mut state = this.feed.lock();
            state.waiting = Some(Waiting { task, buffer, count });
            state.serve();
            drop(state);
            this.feed.room.notify_one();
        }
    }
}

glib::wrapper! {
    /// Gives bytes out of memory, or of a file that a thread reads.
    pub struct Pieces(ObjectSubclass<imp::Pieces>) @extends gio::InputStream;
}

impl Pieces {
    pub(super) fn memory(parts: [Bytes; 2]) -> gio::InputStream {
        let stream: Pieces = glib::Object::new();
        stream.imp().feed.lock().parts.extend(parts.into_iter().filter(|part| !part.is_empty()));
        glib::object::Cast::upcast(stream)
    }

    /// A file is read ahead on a thread, as fast as WebKit takes it.
    pub(super) fn file(prefix: Bytes, file: File, length: u64) -> io::Result<gio::InputStream> {
        let stream: Pieces = glib::Object::new();
        let feed = stream.imp().feed.clone();
        {
            let mut state = feed.lock();
            state.parts.push_back(prefix);
            state.fed = true;
        }
        std::thread::Builder::new().name("file to page".into()).spawn(move || {
            // What cannot be read is missing at the end; the other side sees the length.
            let _ = copy(&mut file.take(length), &feed);
            feed.end();
        })?;
        Ok(glib::object::Cast::upcast(stream))
    }
}

fn copy(file: &mut impl Read, feed: &Feed) -> io::Result<()> {
    loop {
        let mut block = Vec::with_capacity(BLOCK);
        if file.by_ref().take(BLOCK as u64).read_to_end(&mut block)? == 0 || !feed.push(block.into()) {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use gtk::gio::prelude::*;

    use super::*;

    /// All that a stream gives.
    fn drain(stream: &gio::InputStream) -> Vec<u8> {
        let context = glib::MainContext::new();
        context
            .with_thread_default(|| {
                context.block_on(async {
                    let mut all = Vec::new();
                    loop {
                        let (buffer, read) =
                            stream.read_future(vec![0; 8192], glib::Priority::DEFAULT).await.expect("memory");
                        if read == 0 {
                            return all;
                        }
                        all.extend_from_slice(&buffer[..read]);
                    }
                })
            })
            .expect("the context is ours")
    }

    #[test]
    fn every_byte_comes_in_order() {
        let bytes: Vec<u8> = (0..20_000_u32).map(|number| number as u8).collect();
        let all = drain(&Pieces::memory([Bytes::from_static(b"head"), bytes.clone().into()]));
        assert_eq!(all, [&b"head"[..], &bytes].concat());
        assert_eq!(drain(&Pieces::memory([Bytes::new(), Bytes::new()])), b"");
    }

    #[test]
    fn a_file_comes_whole_however_many_blocks_it_has() {
        let bytes: Vec<u8> = (0..3 * BLOCK as u32 + 7).map(|number| (number * 31) as u8).collect();
        let path = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(path.path(), &bytes).expect("written");
        for length in [bytes.len(), bytes.len() + 100, 5] {
            let file = File::open(path.path()).expect("there");
            let stream = Pieces::file(Bytes::from_static(b"head"), file, length as u64).expect("a thread");
            let expected = [&b"head"[..], &bytes[..length.min(bytes.len())]].concat();
            assert!(drain(&stream) == expected, "{length} bytes of {}", bytes.len());
        }
    }

    #[test]
    fn the_thread_ends_when_nobody_reads() {
        let path = tempfile::NamedTempFile::new().expect("a file");
        path.as_file().set_len(64 << 20).expect("room");
        let stream = Pieces::file(Bytes::new(), path.reopen().expect("there"), 64 << 20).expect("a thread");
        let feed = Arc::downgrade(&stream.downcast_ref::<Pieces>().expect("ours").imp().feed);
        drop(stream);
        // The thread holds it as well: it is gone when that has ended.
        while feed.upgrade().is_some() {
            std::thread::yield_now();
        }
    }
}
