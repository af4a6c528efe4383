//! The event loop: one match over every command and every event of the desktop.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use socket_api::backend_process::Backend;
use socket_api::events::{CHANGED, CHOSEN, CLOSED, Closed, MESSAGE, WindowMessage};
use socket_api::menu::{self, MenuChange, MenuItem, Role};
use socket_api::{Dialog, Dropped, Host, Popup, Screen, WindowOptions, WindowState};
use socket_ipc::policy::CspPolicy;
use socket_ipc::{Code, Error, Result};
use tao::dpi::{LogicalPosition, LogicalSize};
use tao::event::{Event, StartCause, WindowEvent};
use tao::event_loop::{ControlFlow, EventLoop, EventLoopBuilder, EventLoopProxy, EventLoopWindowTarget};
use tao::window::WindowBuilder;
use tokio::sync::oneshot;

use crate::app::{App, Command};
use crate::host::Desktop;
use crate::instance::{First, Start};
use crate::webview::server::Server;
use crate::webview::storage::Storage;
use crate::webview::{self, Native, Transport};
use crate::window::menu::{Picked, Tell, What};
use crate::window::{self, Lengths, Surface, Window, dialog};

/// Most windows that an app may have.
const MAX_WINDOWS: u32 = 256;
/// Most links that wait for a page.
const MAX_LINKS: usize = 256;
/// How often a page that crashes is loaded again.
const MAX_CRASHES: u32 = 3;
/// A page's process ended by itself and is not loaded again (EX_SOFTWARE).
const CRASHED: i32 = 70;

struct Desk {
    app: Arc<App>,
    server: Arc<Server>,
    backend: Arc<Backend>,
    proxy: EventLoopProxy<Command>,
    windows: BTreeMap<u32, Window>,
    /// What was dropped into a window and not asked for yet.
    drops: BTreeMap<u32, Dropped>,
    storage: Storage,
    /// The menu bar of windows without their own.
    menu: Vec<MenuItem>,
    /// Hears what is chosen in menus.
    tell: Tell,
    /// Links that opened the app, for a page that is not there yet.
    links: Vec<String>,
    /// Set when the app is to end.
    exit: Option<i32>,
}

/// Runs the app until it ends the process; `Err` when it cannot begin.
pub(crate) fn run(
    app: Arc<App>,
    first: Option<First>,
) -> std::result::Result<Infallible, Box<dyn std::error::Error>> {
    window::prepare()?;
    let event_loop: EventLoop<Command> = EventLoopBuilder::with_user_event().build();
    let proxy = event_loop.create_proxy();
    let host: Arc<dyn Host> = Arc::new(Desktop::new(proxy.clone(), app.clone()));
    // A test ends the app with its result, whatever the page that it tests may do.
    let always: &[_] = if app.options.test.is_some() { &["application.exit"] } else { &[] };
    let policy = Arc::new(CspPolicy { origin: app.page_origin.clone(), always });
    let router = socket_api::router(policy.clone());
    let backend = Backend::new(app.backend(), host.clone());
    let server = Arc::new(Server::new(app.clone(), router, host, backend.clone(), policy)?);
    if let Some(development) = &app.server {
        development.start(&server)?;
    }
    let storage = Storage::open(&app)?;
    if let Some(first) = first {
        let proxy = Mutex::new(proxy.clone());
        first.listen(move |start| {
            let proxy = proxy.lock().unwrap_or_else(PoisonError::into_inner);
            // A loop that has ended ends the process with it.
            drop(proxy.send_event(Command::Started(start)));
        })?;
    }
    let tell: Tell = {
        let proxy = proxy.clone();
        Rc::new(move |picked| drop(proxy.send_event(Command::Picked(picked))))
    };
    let links = app.links(&app.start());
    let (windows, drops) = (BTreeMap::new(), BTreeMap::new());
    let mut desk = Desk {
        app,
        server,
        backend,
        proxy,
        windows,
        drops,
        storage,
        links,
        menu: Vec::new(),
        tell,
        exit: None,
    };
    event_loop.run(move |event, target, flow| {
        *flow = ControlFlow::Wait;
        match event {
            Event::NewEvents(StartCause::Init) => desk.begin(target),
            // Links on macOS, whether the app was running or not.
            Event::Opened { urls } => desk.opened(urls.iter().map(ToString::to_string).collect()),
            Event::UserEvent(command) => desk.command(command, target),
            Event::WindowEvent { window_id, event, .. } => {
                let found = desk.windows.values().find(|window| window.surface.id() == Some(window_id));
                if let Some(index) = found.map(|window| window.index) {
                    desk.happened(index, &event);
                }
            }
            _ => {}
        }
        if let Some(code) = desk.exit {
            desk.end(code);
        }
    });
}

impl Desk {
    fn begin(&mut self, target: &EventLoopWindowTarget<Command>) {
        for warning in &self.app.config.warnings {
            self.app.warn_once(&warning.to_string());
        }
        if let Err(error) = self.open(window::configured(&self.app.config), target) {
            eprintln!("error: the window cannot be opened: {error}");
            self.exit = Some(1);
        }
        if self.app.config.backend.autostart {
            let backend = self.backend.clone();
            self.app.tokio.spawn(async move {
                if let Err(error) = backend.open(false).await {
                    eprintln!("error: {error}");
                }
            });
        }
        if self.app.debug && self.app.config.webview.watch && self.app.config.webview.watch_reload {
            webview::watch(&self.app, &self.proxy);
        }
    }

    fn command(&mut self, command: Command, target: &EventLoopWindowTarget<Command>) {
        // Whoever asked may be gone; then the answer is of no interest.
        match command {
            Command::Open(options, sender) => drop(sender.send(self.open(*options, target))),
            Command::Update(index, options, sender) => {
                drop(sender.send(self.update(index, &options, target)))
            }
            Command::Windows(index, sender) => drop(sender.send(self.states(index))),
            Command::Close(index, sender) => drop(sender.send(self.close(index))),
            Command::Send(index, message, sender) => drop(sender.send(self.send(index, &message))),
            Command::Screen(sender) => drop(sender.send(Ok(self.screen(target)))),
            Command::Dialog(index, dialog, sender) => self.dialog(index, &dialog, sender),
            Command::TakeDrop(index, sender) => drop(sender.send(Ok(self.drops.remove(&index)))),
            Command::Dropped { window, files } => self.dropped(window, files),
            Command::Quit(code) => self.exit = Some(code),
            Command::Titled { window, title } => self.titled(window, title),
            Command::Loaded { window, url } => self.loaded(window, &url),
            Command::Crashed { window, why } => self.crashed(window, why),
            Command::SetMenu(index, items, sender) => drop(sender.send(self.set_menu(index, &items))),
            Command::ChangeMenu(index, path, change, sender) => {
                drop(sender.send(self.change_menu(index, &path, &change)));
            }
            Command::Popup(index, popup, sender) => drop(sender.send(self.popup(index, &popup))),
            Command::OpenExternal(url, sender) => self.open_external(&url, sender),
            Command::Reveal(path, sender) => {
                window::outside::reveal(&path, move |result| drop(sender.send(result)));
            }
            Command::Print(index, sender) => drop(sender.send(self.print(index))),
            Command::Picked(picked) => self.picked(picked),
            Command::MayClose { window, may } => self.may_close(window, may),
            Command::Started(start) => self.started(&start),
            Command::ClearStorage(index, sender) => self.clear_storage(index, sender),
            Command::Changed => self.reload(),
        }
    }

    fn happened(&mut self, index: u32, event: &WindowEvent<'_>) {
        match event {
            WindowEvent::CloseRequested => self.close_requested(index),
            // Closing a window that is not there any more is no failure.
            WindowEvent::Destroyed => drop(self.close(index)),
            WindowEvent::Resized(_) | WindowEvent::Moved(_) | WindowEvent::Focused(_) => self.changed(index),
            _ => {}
        }
    }

    fn open(
        &mut self,
        options: WindowOptions,
        target: &EventLoopWindowTarget<Command>,
    ) -> Result<WindowState> {
        let index = match options.index {
            Some(index) if self.windows.contains_key(&index) => {
                return Err(Error::new(Code::WINDOW, format!("the window {index} is open already")));
            }
            Some(index) if index < MAX_WINDOWS => index,
            Some(index) => {
                let text = format!("there is no window {index}: they are numbered 0 to {}", MAX_WINDOWS - 1);
                return Err(Error::new(Code::OUT_OF_RANGE, text));
            }
            None => (0..MAX_WINDOWS)
                .find(|index| !self.windows.contains_key(index))
                .ok_or_else(|| Error::new(Code::WINDOW, format!("{MAX_WINDOWS} windows are open")))?,
        };
        let url = self.own_address(options.url.as_deref().unwrap_or("/"))?;
        let screen = self.screen(target);
        let lengths = Lengths::new(&options, &screen)?;
        let size = LogicalSize::new(
            lengths.width.unwrap_or(screen.width / 2.0).max(1.0),
            lengths.height.unwrap_or(screen.height / 2.0).max(1.0),
        );
        let title = options.title.clone().unwrap_or_else(|| self.app.config.meta.title.clone());
        let mut builder = WindowBuilder::new()
            .with_title(&title)
            .with_inner_size(size)
            .with_resizable(options.resizable.unwrap_or(true))
            .with_decorations(!options.frameless.unwrap_or(false))
            .with_always_on_top(options.always_on_top.unwrap_or(false))
            .with_maximized(options.maximized.unwrap_or(false))
            .with_visible(options.visible.unwrap_or(true));
        if let (Some(x), Some(y)) = (options.x, options.y) {
            builder = builder.with_position(LogicalPosition::new(x, y));
        }
        let surface = Surface::new(builder, target, self.app.options.headless, size).map_err(failed)?;
        let builder = self.storage.builder(options.ephemeral == Some(true));
        let view =
            webview::build(&self.app, &self.server, &self.proxy, &surface, index, builder).map_err(failed)?;
        surface.filled();
        let background = match options.background_color {
            Some(given) => Some(given),
            None => window::background(&self.app.config, surface.is_dark())?,
        };
        let titled = options.title.is_some();
        let mut window = Window {
            index,
            surface,
            view,
            title,
            titled,
            crashes: 0,
            loaded: false,
            bar: None,
            menu: Vec::new(),
            own_menu: false,
            closing: false,
        };
        // What the builder has done already is not done twice.
        let rest = WindowOptions {
            title: None,
            width: None,
            height: None,
            resizable: None,
            frameless: options.frameless.filter(|frameless| *frameless),
            utility: options.utility.filter(|utility| *utility),
            always_on_top: None,
            maximized: None,
            visible: options.visible.filter(|visible| !visible),
            x: None,
            y: None,
            ephemeral: None,
            background_color: background,
            ..options
        };
        window.apply(&rest, &screen)?;
        if !self.menu.is_empty() {
            window.set_menu(self.menu.clone(), &self.tell)?;
        }
        Native::load(&window.view, &url).map_err(failed)?;
        let state = WindowState { url, ..window.state() };
        self.windows.insert(index, window);
        Ok(state)
    }

    fn update(
        &mut self,
        index: u32,
        options: &WindowOptions,
        target: &EventLoopWindowTarget<Command>,
    ) -> Result<WindowState> {
        let url = options.url.as_deref().map(|url| self.own_address(url)).transpose()?;
        let of_window = self.windows.get(&index).and_then(|window| window.surface.screen());
        let screen = of_window.unwrap_or_else(|| self.screen(target));
        let window = self.windows.get_mut(&index).ok_or_else(|| missing(index))?;
        window.apply(options, &screen)?;
        if let Some(url) = url {
            Native::load(&window.view, &url).map_err(failed)?;
        }
        let state = window.state();
        self.changed(index);
        Ok(state)
    }

    /// The address of a page that a window may be sent to by the app.
    fn own_address(&self, url: &str) -> Result<String> {
        let address = self.app.address(url);
        if self.app.may_navigate(&address) && !address.starts_with("data:") {
            return Ok(address);
        }
        let text =
            format!("{url} is not a page of this app, and [webview.navigator.policies] does not allow it");
        Err(Error::new(Code::ACCESS_DENIED, text))
    }

    fn states(&self, index: Option<u32>) -> Result<Vec<WindowState>> {
        match index {
            None => Ok(self.windows.values().map(Window::state).collect()),
            Some(index) => Ok(vec![self.windows.get(&index).ok_or_else(|| missing(index))?.state()]),
        }
    }

    fn close(&mut self, index: u32) -> Result<()> {
        let window = self.windows.remove(&index).ok_or_else(|| missing(index))?;
        self.drops.remove(&index);
        self.server.closed(index);
        drop(window);
        self.tell(|document| document.emit(&CLOSED, Closed { index }));
        if self.windows.is_empty() {
            self.exit = Some(0);
        }
        Ok(())
    }

    fn send(&self, index: Option<u32>, message: &WindowMessage) -> Result<()> {
        if let Some(index) = index.filter(|index| !self.windows.contains_key(index)) {
            return Err(missing(index));
        }
        let documents = self.server.documents(index);
        documents.iter().try_for_each(|document| document.emit(&MESSAGE, message.clone()))
    }

    fn dialog(&self, index: u32, dialog: &Dialog, sender: oneshot::Sender<Result<Vec<PathBuf>>>) {
        match self.windows.get(&index) {
            // Whoever asked may be gone.
            None => drop(sender.send(Err(missing(index)))),
            Some(_) if self.app.options.headless => {
                let text = "this app is headless: nobody can choose files";
                drop(sender.send(Err(Error::new(Code::WINDOW, text))));
            }
            Some(window) => dialog::show(&window.surface, dialog, sender),
        }
    }

    /// The page asks for the files itself, when it listens and may: their paths are not for every page.
    fn dropped(&mut self, index: u32, files: Dropped) {
        if let Some(window) = self.windows.get(&index) {
            self.drops.insert(index, files);
            // A page that is just going away misses it.
            let _ = window.view.evaluate_script("globalThis[Symbol.for('socket.drop')]?.()");
        }
    }

    fn set_menu(&mut self, index: Option<u32>, items: &[MenuItem]) -> Result<()> {
        if let Some(index) = index {
            let window = self.windows.get_mut(&index).ok_or_else(|| missing(index))?;
            // Without a bar of its own it has that of all.
            let items = if items.is_empty() { self.menu.as_slice() } else { items };
            window.set_menu(items.to_vec(), &self.tell)?;
            window.own_menu = !items.is_empty();
            self.changed(index);
            return Ok(());
        }
        for window in self.windows.values_mut().filter(|window| !window.own_menu) {
            window.set_menu(items.to_vec(), &self.tell)?;
        }
        self.menu = items.to_vec();
        let indices: Vec<_> = self.windows.keys().copied().collect();
        indices.into_iter().for_each(|index| self.changed(index));
        Ok(())
    }

    fn change_menu(&mut self, index: Option<u32>, path: &[usize], change: &MenuChange) -> Result<()> {
        let mut items = match index {
            Some(index) => self.windows.get(&index).ok_or_else(|| missing(index))?.menu.clone(),
            None => self.menu.clone(),
        };
        menu::at(&mut items, path)?.change(change);
        self.set_menu(index, &items)
    }

    fn popup(&self, index: u32, popup: &Popup) -> Result<()> {
        let window = self.windows.get(&index).ok_or_else(|| missing(index))?;
        webview::popup(&window.surface, &window.view, index, popup, &self.tell)
    }

    /// Something was chosen in a menu.
    fn picked(&mut self, Picked { window: index, path, what }: Picked) {
        let Some(window) = self.windows.get_mut(&index) else { return };
        match what {
            What::Told(chosen) => {
                // The mark stays when something else of the bar changes.
                if let Ok(item) = menu::at(&mut window.menu, &path) {
                    item.checked = chosen.checked;
                }
                if !window.own_menu
                    && let Ok(item) = menu::at(&mut self.menu, &path)
                {
                    item.checked = chosen.checked;
                }
                for document in self.server.documents(Some(index)) {
                    // A document that is closing misses it.
                    let _ = document.emit(&CHOSEN, chosen.clone());
                }
            }
            What::Done(Role::Minimize) => window.surface.set_minimized(true),
            What::Done(Role::Close) => self.close_requested(index),
            What::Done(Role::Quit) => self.exit = Some(0),
            What::Done(role) => webview::edit(&window.view, role),
        }
    }

    fn open_external(&self, url: &str, sender: oneshot::Sender<Result<()>>) {
        if self.app.options.headless {
            let text = "this app is headless: nothing is opened outside of it";
            return drop(sender.send(Err(Error::new(Code::WINDOW, text))));
        }
        window::outside::open(url, move |result| drop(sender.send(result)));
    }

    fn print(&self, index: u32) -> Result<()> {
        let window = self.windows.get(&index).ok_or_else(|| missing(index))?;
        if self.app.options.headless {
            return Err(Error::new(Code::WINDOW, "this app is headless: nobody can choose a printer"));
        }
        window.view.print().map_err(failed)
    }

    /// Someone wants to close a window: its page may have something against it. Asked twice, it is not asked again: a
    /// page that hangs cannot keep its window.
    fn close_requested(&mut self, index: u32) {
        let Some(window) = self.windows.get_mut(&index) else { return };
        let own = window.view.url().is_ok_and(|url| self.app.is_own(&url));
        if window.closing || !window.loaded || !own {
            // Closing a window that is not there any more is no failure.
            return drop(self.close(index));
        }
        window.closing = true;
        let proxy = Mutex::new(self.proxy.clone());
        let asked = window.view.evaluate_script_with_callback(
            "globalThis[Symbol.for('socket.closing')]?.() ?? true",
            move |answer| {
                let proxy = proxy.lock().unwrap_or_else(PoisonError::into_inner);
                drop(proxy.send_event(Command::MayClose { window: index, may: answer != "false" }));
            },
        );
        if asked.is_err() {
            drop(self.close(index));
        }
    }

    fn may_close(&mut self, index: u32, may: bool) {
        let Some(window) = self.windows.get_mut(&index) else { return };
        if !std::mem::take(&mut window.closing) {
            return;
        }
        if may {
            drop(self.close(index));
        }
    }

    /// The app was started again: it comes to the front, and its page hears what with.
    fn started(&mut self, start: &Start) {
        let Some(window) = self.windows.values().next() else { return };
        window.surface.present();
        if window.view.url().is_ok_and(|url| self.app.is_own(&url)) {
            let detail = serde_json::json!({ "argv": start.argv, "cwd": start.cwd });
            // A page that is just going away misses it.
            let _ =
                window.view.evaluate_script(&format!("globalThis[Symbol.for('socket.started')]?.({detail})"));
        }
        self.opened(self.app.links(start));
    }

    /// Links opened the app.
    fn opened(&mut self, links: Vec<String>) {
        // A page that is never there hears none of them, and they are few.
        self.links.extend(links);
        self.links.truncate(MAX_LINKS);
        if self.windows.values().next().is_some_and(|window| window.loaded) {
            self.deliver();
        }
    }

    /// The page of the first window hears of links, when it is the app's own and complete.
    fn deliver(&mut self) {
        let Some(window) = self.windows.values().next() else { return };
        if self.links.is_empty()
            || !window.loaded
            || !window.view.url().is_ok_and(|url| self.app.is_own(&url))
        {
            return;
        }
        let links = serde_json::json!(std::mem::take(&mut self.links));
        // A page that is just going away misses them.
        let _ = window.view.evaluate_script(&format!("globalThis[Symbol.for('socket.links')]?.({links})"));
    }

    fn clear_storage(&self, index: u32, sender: oneshot::Sender<Result<()>>) {
        let Some(window) = self.windows.get(&index) else { return drop(sender.send(Err(missing(index)))) };
        webview::clear(&window.view, move |result| drop(sender.send(result.map_err(failed))));
    }

    fn tell(&self, emit: impl Fn(&socket_ipc::Document) -> Result<()>) {
        for document in self.server.documents(None) {
            // A document that is closing, or too slow for an event that may be lost, misses it.
            let _ = emit(&document);
        }
    }

    fn changed(&self, index: u32) {
        if let Some(window) = self.windows.get(&index) {
            let state = window.state();
            self.tell(|document| document.emit(&CHANGED, state.clone()));
        }
    }

    fn screen(&self, target: &EventLoopWindowTarget<Command>) -> Screen {
        let of_window = self.windows.values().next().and_then(|window| window.surface.screen());
        of_window.unwrap_or_else(|| {
            match target.primary_monitor().or_else(|| target.available_monitors().next()) {
                Some(monitor) => window::screen_of(&monitor),
                None => Screen { width: 1920.0, height: 1080.0, scale_factor: 1.0 },
            }
        })
    }

    fn titled(&mut self, index: u32, title: String) {
        if let Some(window) = self.windows.get_mut(&index)
            && !window.titled
            && !title.is_empty()
        {
            window.surface.set_title(&title);
            window.title = title;
            self.changed(index);
        }
    }

    fn loaded(&mut self, index: u32, url: &str) {
        if let Some(window) = self.windows.get_mut(&index)
            && url != "about:blank"
        {
            window.loaded = true;
            window.crashes = 0;
        }
        self.changed(index);
        self.deliver();
    }

    fn crashed(&mut self, index: u32, why: &str) {
        let Some(window) = self.windows.get_mut(&index) else { return };
        let url = window.view.url().unwrap_or_default();
        self.server.closed(index);
        window.crashes += 1;
        if self.app.options.test.is_some() || window.crashes > MAX_CRASHES {
            eprintln!("error: the process of the page {url} {why}; giving up after {} times", window.crashes);
            self.exit = Some(CRASHED);
            return;
        }
        eprintln!("error: the process of the page {url} {why}; loading the page again");
        let url = if url.is_empty() { self.app.address("/") } else { url };
        if let Err(error) = Native::load(&window.view, &url) {
            eprintln!("error: the page cannot be loaded again: {error}");
            self.exit = Some(CRASHED);
        }
    }

    fn reload(&self) {
        for window in self.windows.values() {
            if let Err(error) = window.view.reload() {
                eprintln!("warning: the page cannot be loaded again: {error}");
            }
        }
    }

    /// Ends the process. Descriptors, children and sockets end with their documents, not with chance.
    fn end(&mut self, code: i32) -> ! {
        for index in std::mem::take(&mut self.windows).into_keys() {
            self.server.closed(index);
        }
        self.backend.end();
        self.storage.end();
        // Nothing can be done about a closed terminal.
        let _ = std::io::stdout().flush();
        std::process::exit(code)
    }
}

fn missing(index: u32) -> Error {
    Error::new(Code::WINDOW, format!("there is no window {index}"))
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::new(Code::WINDOW, format!("the system refused: {error}"))
}
