//! The desktop as routes see it: every call becomes a command of the event loop.

use socket_api::events::WindowMessage;
use socket_api::menu::{MenuChange, MenuItem};
use socket_api::{Dialog, Dropped, Host, Permission, Popup, Reply, Screen, WindowOptions, WindowState};
use socket_ipc::Result;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tao::event_loop::EventLoopProxy;
use tokio::sync::oneshot;

use crate::app::{App, Command, answer};

/// Sends commands. The proxy may be used from any thread, but not by two at once on every system.
pub(crate) struct Desktop {
    proxy: Mutex<EventLoopProxy<Command>>,
    app: Arc<App>,
}

impl Desktop {
    pub(crate) fn new(proxy: EventLoopProxy<Command>, app: Arc<App>) -> Desktop {
        Desktop { proxy: Mutex::new(proxy), app }
    }

    fn send(&self, command: Command) {
        let proxy = self.proxy.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // A loop that has ended answers nobody: the dropped sender tells the caller.
        drop(proxy.send_event(command));
    }

    fn ask<T: Send + 'static>(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<T>>) -> Command,
    ) -> Reply<T> {
        let (sender, receiver) = oneshot::channel();
        self.send(command(sender));
        answer(receiver)
    }
}

impl Host for Desktop {
    fn open(&self, options: WindowOptions) -> Reply<WindowState> {
        self.ask(|sender| Command::Open(Box::new(options), sender))
    }

    fn update(&self, index: u32, options: WindowOptions) -> Reply<WindowState> {
        self.ask(|sender| Command::Update(index, Box::new(options), sender))
    }

    fn windows(&self, index: Option<u32>) -> Reply<Vec<WindowState>> {
        self.ask(|sender| Command::Windows(index, sender))
    }

    fn close(&self, index: u32) -> Reply<()> {
        self.ask(|sender| Command::Close(index, sender))
    }

    fn send(&self, index: Option<u32>, message: WindowMessage) -> Reply<()> {
        self.ask(|sender| Command::Send(index, message, sender))
    }

    fn set_menu(&self, window: Option<u32>, items: Vec<MenuItem>) -> Reply<()> {
        self.ask(|sender| Command::SetMenu(window, items, sender))
    }

    fn change_menu(&self, window: Option<u32>, path: Vec<usize>, change: MenuChange) -> Reply<()> {
        self.ask(|sender| Command::ChangeMenu(window, path, change, sender))
    }

    fn popup(&self, window: u32, popup: Popup) -> Reply<()> {
        self.ask(|sender| Command::Popup(window, popup, sender))
    }

    fn open_external(&self, url: String) -> Reply<()> {
        self.ask(|sender| Command::OpenExternal(url, sender))
    }

    fn reveal(&self, path: PathBuf) -> Reply<()> {
        self.ask(|sender| Command::Reveal(path, sender))
    }

    fn print(&self, window: u32) -> Reply<()> {
        self.ask(|sender| Command::Print(window, sender))
    }

    fn clear_storage(&self, window: u32) -> Reply<()> {
        self.ask(|sender| Command::ClearStorage(window, sender))
    }

    fn screen(&self) -> Reply<Screen> {
        self.ask(Command::Screen)
    }

    fn quit(&self, code: i32) {
        self.send(Command::Quit(code));
    }

    fn root(&self) -> Result<PathBuf> {
        Ok(self.app.root())
    }

    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.app.read(path)
    }

    fn dialog(&self, window: u32, dialog: Dialog) -> Reply<Vec<PathBuf>> {
        self.ask(|sender| Command::Dialog(window, Box::new(dialog), sender))
    }

    fn take_drop(&self, window: u32) -> Reply<Option<Dropped>> {
        self.ask(|sender| Command::TakeDrop(window, sender))
    }

    fn name(&self) -> String {
        self.app.config.meta.title.clone()
    }

    fn permitted(&self, permission: Permission) -> Result<()> {
        let permissions = &self.app.config.permissions;
        let permitted = match permission {
            Permission::Bluetooth => permissions.allow_bluetooth,
            Permission::Notifications => permissions.allow_notifications,
        };
        if permitted { Ok(()) } else { Err(permission.denied()) }
    }
}
