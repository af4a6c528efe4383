//! The loop: wait for datagrams, a command or the deadline; ask the core; carry out what follows.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use socket_p2p::group::GroupInput;
use socket_p2p::{
    ClusterId, ClusterSecret, Contact, Direction, Dropped, Event, Input, LocalPort, Metrics, Output, Outputs,
    PacketId, PeerId, Subcluster, SubclusterSecret,
};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::clock::Clock;
use crate::events::{Events, Queue};
use crate::outbox::Outbox;
use crate::socket::Socket;
use crate::state::Unsent;
use crate::{Connection, Error, Options, Publish, State, network};

/// Between two looks at the own addresses and at the wall clock.
const WATCH: Duration = Duration::from_secs(2);
/// Batches read from the main socket before others get their turn.
const BATCHES: usize = 4;
/// Peers that are remembered for the next run.
const MAX_CONTACTS: usize = 128;
/// Datagrams of the other sockets that may wait.
const WAITING: usize = 4096;

pub(crate) type Reply<T> = oneshot::Sender<T>;

/// What a handle asks of its driver.
#[derive(Debug)]
pub(crate) enum Command {
    Join { contacts: Vec<Contact>, reply: Reply<()> },
    Leave(Reply<()>),
    Subscribe { secret: ClusterSecret, reply: Reply<ClusterId> },
    Unsubscribe { cluster: ClusterId, reply: Reply<()> },
    Enter { cluster: ClusterId, secret: SubclusterSecret, reply: Reply<Result<(), Error>> },
    Exit { cluster: ClusterId, subcluster: Subcluster, reply: Reply<()> },
    Publish { message: Publish, reply: Reply<Result<PacketId, Error>> },
    Query { cluster: ClusterId, id: PacketId, direction: Direction, reply: Reply<()> },
    Connect { peer: PeerId, address: Option<SocketAddr>, reply: Reply<Result<Connection, Error>> },
    Send { message: Send, reply: Reply<Result<(), Error>> },
    Disconnect { peer: PeerId, reply: Reply<()> },
    Group { input: GroupInput, reply: Reply<Result<(), Error>> },
    Suspend(Reply<()>),
    Resume(Reply<()>),
    State(Reply<State>),
    Metrics(Reply<(Metrics, Dropped)>),
    Neighbours(Reply<Vec<(PeerId, SocketAddr)>>),
    Close(Reply<State>),
}

/// A message to one peer.
#[derive(Debug)]
pub(crate) struct Send {
    pub(crate) peer: PeerId,
    pub(crate) payload: Bytes,
    pub(crate) reliable: bool,
}

/// Who waits for the end of a request.
#[derive(Debug)]
enum Waiter {
    /// Tried again when there is room.
    Sent(Reply<Result<(), Error>>, Send),
    Published(Reply<Result<PacketId, Error>>, Unsent),
    /// What was left over from the last run.
    Again(Unsent),
    Connected(Reply<Result<Connection, Error>>),
    /// Refused at once, or done.
    Done(Reply<Result<(), Error>>),
}

/// A socket besides the main one.
#[derive(Debug)]
struct Extra {
    socket: Arc<Socket>,
    task: JoinHandle<()>,
}

impl Drop for Extra {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Arrived = (LocalPort, SocketAddr, Bytes);

pub(crate) struct Driver {
    core: socket_p2p::Peer,
    clock: Clock,
    main: Socket,
    address: SocketAddr,
    extra: BTreeMap<LocalPort, Extra>,
    arrived: (mpsc::Sender<Arrived>, mpsc::Receiver<Arrived>),
    commands: mpsc::Receiver<Command>,
    events: Arc<Queue>,
    outputs: Outputs,
    /// Datagrams to be sent: all that follows from what was read at once.
    sends: Vec<(SocketAddr, LocalPort, Bytes)>,
    /// Where datagrams for one call of the system are put together.
    segments: BytesMut,
    requests: u64,
    waiters: HashMap<u64, Waiter>,
    outbox: Outbox,
    /// Messages to one peer that wait for room: whoever sends them waits, too.
    blocked: VecDeque<(Reply<Result<(), Error>>, Send)>,
    kept: State,
    local: Vec<SocketAddr>,
}

impl Driver {
    pub(crate) fn new(options: Options, commands: mpsc::Receiver<Command>) -> Result<(Self, Events), Error> {
        let Options { bind, mut config, state } = options;
        // As much as is read at once, passed on.
        config.frame_bytes = config.frame_bytes.max(64 * 1024);
        let main = bind_main(bind).map_err(|error| Error::Bind { address: bind, error })?;
        let address = main.address().map_err(|error| Error::Bind { address: bind, error })?;
        let mut clock = Clock::new();
        let core =
            socket_p2p::Peer::new(config, &state.identity, socket_crypto::random::array(), clock.now());
        let (queue, events) = Queue::pair();
        let driver = Self {
            core,
            clock,
            main,
            address,
            extra: BTreeMap::new(),
            arrived: mpsc::channel(WAITING),
            commands,
            events: queue,
            outputs: Outputs::default(),
            sends: Vec::new(),
            segments: BytesMut::new(),
            requests: 0,
            waiters: HashMap::new(),
            outbox: Outbox::default(),
            blocked: VecDeque::new(),
            kept: state,
            local: network::local(address),
        };
        Ok((driver, events))
    }

    pub(crate) fn id(&self) -> PeerId {
        self.core.id()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) async fn run(mut self) {
        let mut watch = tokio::time::interval(WATCH);
        watch.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let events = self.events.clone();
        self.handle(Input::Remembered { nat: self.kept.nat, address: self.kept.address });
        self.handle(Input::KeepAlives { networks: self.kept.keep_alives.clone() });
        self.handle(Input::AddressChanged { local: self.local.clone() });
        let closed = loop {
            self.flush().await;
            let deadline = self.core.timeout().map(|at| self.clock.instant(at));
            let due = async move {
                match deadline {
                    Some(at) => tokio::time::sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                readable = self.main.readable() => match readable {
                    Ok(()) if self.read() => {}
                    _ => self.rebind().await,
                },
                Some((port, from, bytes)) = self.arrived.1.recv() => self.datagram(port, from, &bytes),
                command = self.commands.recv() => match command {
                    Some(Command::Close(reply)) => break Some(reply),
                    Some(command) => self.command(command),
                    // Nobody holds a handle any more.
                    None => break None,
                },
                () = due => self.handle(Input::Timeout),
                taken = events.taken() => {
                    taken.into_iter().for_each(|(peer, bytes)| self.handle(Input::Consumed { peer, bytes }));
                }
                _ = watch.tick() => self.watch(),
            }
        };
        self.kept.contacts = self.contacts();
        self.handle(Input::Leave);
        self.flush().await;
        self.waiters.clear();
        self.extra.clear();
        let state = self.state();
        // Kept with the events when nobody asked for it, or no longer waits for it.
        let left = match closed {
            Some(reply) => reply.send(state).err(),
            None => Some(state),
        };
        self.events.close(left);
    }

    fn handle(&mut self, input: Input<'_>) {
        let now = self.clock.now();
        self.core.handle_into(now, input, &mut self.outputs);
        self.carry_out();
    }

    fn carry_out(&mut self) {
        let mut outputs = std::mem::take(&mut self.outputs);
        for output in outputs.drain() {
            match output {
                Output::Send { to, port, bytes } => self.sends.push((to, port, bytes)),
                Output::Event(event) => self.event(event),
                Output::Open { first, count } => self.open(first, count),
                Output::Close { first, count } => {
                    let last = LocalPort(first.0.saturating_add(count));
                    self.extra.retain(|port, _| *port < first || *port >= last);
                }
                _ => {}
            }
        }
        // Its memory is used again. What events led to was carried out meanwhile.
        self.outputs = outputs;
    }

    fn datagram(&mut self, port: LocalPort, from: SocketAddr, bytes: &[u8]) {
        // Its socket may have been closed while it waited here.
        if self.extra.contains_key(&port) {
            self.handle(Input::Datagram { from, port, bytes });
        }
    }

    /// Takes what has arrived. Whether the socket is alive.
    fn read(&mut self) -> bool {
        for _ in 0..BATCHES {
            let now = self.clock.now();
            let (core, outputs) = (&mut self.core, &mut self.outputs);
            let each = |from, bytes: &[u8]| {
                core.handle_into(now, Input::Datagram { from, port: LocalPort::MAIN, bytes }, outputs);
            };
            let read = self.main.receive(each);
            self.carry_out();
            match read {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                // An unreachable port that some datagram found is the next one's business. A dead socket is not.
                Err(error) if is_harmless(&error) => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// The socket died, as they do on phones that slept: another one, at the same port if possible.
    async fn rebind(&mut self) {
        // The port is free when the dead one is gone, so there is one in between.
        let ephemeral = SocketAddr::new(self.address.ip(), 0);
        let Ok(socket) = Socket::bind(ephemeral) else {
            // The network may be gone for a while.
            return tokio::time::sleep(WATCH).await;
        };
        self.main = socket;
        if let Ok(socket) = Socket::bind(self.address) {
            self.main = socket;
        }
        self.address = self.main.address().unwrap_or(self.address);
        self.moved();
    }

    fn moved(&mut self) {
        self.local = network::local(self.address);
        self.handle(Input::AddressChanged { local: self.local.clone() });
    }

    /// Did the machine sleep, or change networks?
    fn watch(&mut self) {
        let slept = self.clock.slept();
        if slept || network::local(self.address) != self.local {
            self.moved();
        }
        if slept {
            self.handle(Input::Resume);
        }
    }

    fn open(&mut self, first: LocalPort, count: u16) {
        let mut opened = 0;
        let any = SocketAddr::new(self.address.ip(), 0);
        for number in 0..count {
            let Some(port) = first.0.checked_add(number).map(LocalPort) else { break };
            // The system has an end of sockets; fewer are better than none.
            let Ok(socket) = Socket::bind(any) else { break };
            let socket = Arc::new(socket);
            let task = tokio::spawn(forward(port, socket.clone(), self.arrived.0.clone()));
            self.extra.insert(port, Extra { socket, task });
            opened += 1;
        }
        self.handle(Input::Opened { first, count: opened });
    }

    /// Sends what has gathered: neighbours of one length to one address with one call.
    async fn flush(&mut self) {
        let mut at = 0;
        while let Some((to, port, bytes)) = self.sends.get(at) {
            let extra = self.extra.get(port).map(|extra| &extra.socket);
            let socket = match (*port, extra) {
                (LocalPort::MAIN, _) => &self.main,
                (_, Some(socket)) => socket,
                (_, None) => {
                    at += 1;
                    continue;
                }
            };
            let run = run(&self.sends[at..], socket.segments());
            let (contents, segment): (&[u8], _) = match run {
                1 => (bytes, None),
                _ => {
                    self.segments.clear();
                    self.sends[at..at + run]
                        .iter()
                        .for_each(|(_, _, bytes)| self.segments.extend_from_slice(bytes));
                    (&self.segments, Some(bytes.len()))
                }
            };
            match socket.send(*to, contents, segment) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if socket.writable().await.is_err() {
                        at += run;
                    }
                }
                _ => at += run,
            }
        }
        self.sends.clear();
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Published { request, id } => self.published(request, id),
            Event::Refused { request, error } => self.refused(request, error),
            Event::Spread { id } => {
                self.outbox.spread(&id);
                self.events.push(Event::Spread { id });
            }
            Event::Contacts(contacts) => self.kept.contacts = contacts,
            Event::KeepAlives(networks) => self.kept.keep_alives = networks,
            Event::Connected { request, peer, address, relayed } => {
                if let Some(Waiter::Connected(reply)) =
                    request.and_then(|request| self.waiters.remove(&request))
                {
                    let _ = reply.send(Ok(Connection { peer, address, relayed }));
                }
                self.events.push(Event::Connected { request: None, peer, address, relayed });
            }
            Event::Nat { kind, address } => {
                (self.kept.nat, self.kept.address) = (kind, address);
                self.events.push(Event::Nat { kind, address });
            }
            Event::Writable { peer } => self.unblock(peer),
            Event::Disconnected { peer } => {
                // What waits for room is refused now: there will be none.
                self.unblock(peer);
                self.events.push(Event::Disconnected { peer });
            }
            // Told by the call that asked for it.
            Event::Subscribed { .. } => {}
            event => self.events.push(event),
        }
    }

    fn published(&mut self, request: u64, id: PacketId) {
        match self.waiters.remove(&request) {
            Some(Waiter::Published(reply, message)) => {
                self.outbox.add(id, message);
                let _ = reply.send(Ok(id));
            }
            Some(Waiter::Again(message)) => self.outbox.add(id, message),
            _ => {}
        }
    }

    fn refused(&mut self, request: u64, error: socket_p2p::Error) {
        let full = error == socket_p2p::Error::Busy;
        let error = Error::Refused(error);
        // Whoever no longer waits for an answer is not told.
        match self.waiters.remove(&request) {
            Some(Waiter::Published(reply, _)) => drop(reply.send(Err(error))),
            Some(Waiter::Connected(reply)) => drop(reply.send(Err(error))),
            Some(Waiter::Sent(reply, message)) if full => self.blocked.push_back((reply, message)),
            Some(Waiter::Done(reply) | Waiter::Sent(reply, _)) => drop(reply.send(Err(error))),
            Some(Waiter::Again(message)) => self.kept.unsent.push(message),
            None => {}
        }
    }

    fn request(&mut self, waiter: Waiter) -> u64 {
        self.requests += 1;
        self.waiters.insert(self.requests, waiter);
        self.requests
    }

    fn send(&mut self, reply: Reply<Result<(), Error>>, message: Send) {
        let (peer, payload, reliable) = (message.peer, message.payload.clone(), message.reliable);
        let request = self.request(Waiter::Sent(reply, message));
        self.handle(Input::Send { request, peer, reliable, payload: &payload });
        self.done(request);
    }

    /// There is room for what waited.
    fn unblock(&mut self, peer: PeerId) {
        let (now, later) = std::mem::take(&mut self.blocked).into_iter().partition(|(_, of)| of.peer == peer);
        self.blocked = later;
        let mut now: VecDeque<_> = now;
        while let Some((reply, message)) = now.pop_front() {
            self.send(reply, message);
            if self.blocked.iter().any(|(_, of)| of.peer == peer) {
                // Full again.
                self.blocked.append(&mut now);
            }
        }
    }

    /// What was not refused at once was done.
    fn done(&mut self, request: u64) {
        if let Some(Waiter::Done(reply) | Waiter::Sent(reply, _)) = self.waiters.remove(&request) {
            let _ = reply.send(Ok(()));
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Join { mut contacts, reply } => {
                contacts.extend(self.kept.contacts.iter().copied());
                self.handle(Input::Join { contacts });
                let _ = reply.send(());
            }
            Command::Leave(reply) => {
                self.handle(Input::Leave);
                let _ = reply.send(());
            }
            Command::Subscribe { secret, reply } => {
                let cluster = secret.id();
                self.handle(Input::Subscribe { secret });
                self.publish_again(cluster, Subcluster::ALL);
                let _ = reply.send(cluster);
            }
            Command::Unsubscribe { cluster, reply } => {
                self.handle(Input::Unsubscribe { cluster });
                let _ = reply.send(());
            }
            Command::Enter { cluster, secret, reply } => {
                let subcluster = secret.id();
                let request = self.request(Waiter::Done(reply));
                self.handle(Input::Enter { request, cluster, secret });
                self.publish_again(cluster, subcluster);
                self.done(request);
            }
            Command::Exit { cluster, subcluster, reply } => {
                self.handle(Input::Exit { cluster, subcluster });
                let _ = reply.send(());
            }
            // Nobody was there to take what was published before. It is not pushed out by more.
            Command::Publish { reply, .. } if self.outbox.is_full() => {
                let _ = reply.send(Err(Error::Refused(socket_p2p::Error::Busy)));
            }
            Command::Publish { message, reply } => {
                let Publish { cluster, subcluster, to, previous, payload } = message;
                let kept = Unsent { cluster, subcluster, to, payload: payload.clone() };
                let request = self.request(Waiter::Published(reply, kept));
                self.handle(Input::Publish { request, cluster, subcluster, to, previous, payload: &payload });
            }
            Command::Query { cluster, id, direction, reply } => {
                self.handle(Input::Query { cluster, id, direction });
                let _ = reply.send(());
            }
            Command::Connect { peer, address, reply } => {
                let request = self.request(Waiter::Connected(reply));
                self.handle(Input::Connect { request, peer, address });
            }
            // In order.
            Command::Send { message, reply }
                if self.blocked.iter().any(|(_, other)| other.peer == message.peer) =>
            {
                self.blocked.push_back((reply, message));
            }
            Command::Send { message, reply } => self.send(reply, message),
            Command::Disconnect { peer, reply } => {
                self.handle(Input::Disconnect { peer });
                let _ = reply.send(());
            }
            Command::Group { input, reply } => {
                let request = self.request(Waiter::Done(reply));
                self.handle(Input::Group { request, input });
                self.done(request);
            }
            Command::Suspend(reply) => {
                self.handle(Input::Suspend);
                let _ = reply.send(());
            }
            Command::Resume(reply) => {
                self.clock.slept();
                self.handle(Input::Resume);
                self.moved();
                let _ = reply.send(());
            }
            Command::State(reply) => drop(reply.send(self.state())),
            Command::Metrics(reply) => {
                drop(reply.send((self.core.metrics().clone(), self.core.dropped().clone())))
            }
            Command::Neighbours(reply) => drop(reply.send(self.core.neighbours().collect())),
            // `run` takes it.
            Command::Close(_) => {}
        }
    }

    /// What the last run could not get rid of, now that its cluster is here.
    fn publish_again(&mut self, cluster: ClusterId, subcluster: Subcluster) {
        let (now, later) = std::mem::take(&mut self.kept.unsent)
            .into_iter()
            .partition(|message| message.cluster == cluster && message.subcluster == subcluster);
        self.kept.unsent = later;
        let now: Vec<Unsent> = now;
        for message in now {
            let Unsent { cluster, subcluster, to, payload } = message.clone();
            let request = self.request(Waiter::Again(message));
            self.handle(Input::Publish {
                request,
                cluster,
                subcluster,
                to,
                previous: None,
                payload: &payload,
            });
        }
    }

    /// Peers by which to come back: those with whom there are links, then those the core named.
    fn contacts(&self) -> Vec<Contact> {
        let links = self.core.neighbours();
        let mut contacts: Vec<_> =
            links.map(|(peer, address)| Contact { peer: Some(peer), ..Contact::from(address) }).collect();
        for kept in &self.kept.contacts {
            match contacts.iter_mut().find(|contact| contact.address == kept.address) {
                Some(contact) => contact.nat = kept.nat,
                None => contacts.push(*kept),
            }
        }
        contacts.truncate(MAX_CONTACTS);
        contacts
    }

    fn state(&self) -> State {
        let mut state = self.kept.clone();
        state.contacts = self.contacts();
        state.unsent.extend(self.outbox.unsent().cloned());
        state
    }
}

/// How many datagrams, from the first on, can go out with one call: to one address, all as long as the first but
/// the last.
fn run(sends: &[(SocketAddr, LocalPort, Bytes)], max: usize) -> usize {
    let Some((to, port, first)) = sends.first() else { return 0 };
    let mut run = 1;
    for (other, at, bytes) in sends.iter().skip(1).take(max.saturating_sub(1)) {
        if (other, at) != (to, port) || bytes.len() > first.len() || bytes.is_empty() {
            break;
        }
        run += 1;
        if bytes.len() < first.len() {
            break;
        }
    }
    run
}

async fn forward(port: LocalPort, socket: Arc<Socket>, to: mpsc::Sender<Arrived>) {
    let mut batch = Vec::new();
    while socket.readable().await.is_ok() {
        match socket.receive(|from, bytes| batch.push((port, from, Bytes::copy_from_slice(bytes)))) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock && !is_harmless(&error) => return,
            _ => {}
        }
        for arrived in batch.drain(..) {
            if to.send(arrived).await.is_err() {
                return;
            }
        }
    }
}

/// Errors of an earlier datagram that the system reports when the next one is read.
fn is_harmless(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionRefused, ConnectionReset, HostUnreachable, Interrupted, NetworkUnreachable,
    };
    let kind = error.kind();
    matches!(kind, ConnectionRefused | ConnectionReset | HostUnreachable | Interrupted | NetworkUnreachable)
}

/// IPv6 and IPv4 on one socket; IPv4 alone where there is no IPv6.
fn bind_main(address: SocketAddr) -> io::Result<Socket> {
    Socket::bind(address).or_else(|error| match address.is_ipv6() && address.ip().is_unspecified() {
        true => Socket::bind(SocketAddr::from(([0; 4], address.port()))).map_err(|_| error),
        false => Err(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_dead_socket_is_replaced_at_the_same_port() {
        let mut options = Options::new([1; 32]);
        options.bind = SocketAddr::from(([127, 0, 0, 1], 0));
        let (_sender, commands) = mpsc::channel(1);
        let Ok((mut driver, _events)) = Driver::new(options, commands) else {
            panic!("there is a free port")
        };
        let before = driver.address;
        driver.rebind().await;
        assert_eq!(driver.address, before);
        assert_eq!(driver.main.address().ok(), Some(before));
    }

    #[tokio::test]
    async fn what_was_said_before_sleep_and_after_it_arrives() {
        use std::sync::atomic::Ordering;

        let options = |seed: u8| {
            let mut options = Options::new([seed; 32]);
            options.bind = SocketAddr::from(([127, 0, 0, 1], 0));
            options
        };
        let (sender, commands) = mpsc::channel(8);
        let Ok((driver, mut alices)) = Driver::new(options(1), commands) else {
            panic!("there is a free port")
        };
        let ahead = driver.clock.ahead();
        let (id, address) = (driver.id(), driver.address());
        tokio::spawn(driver.run());
        let alice = crate::Peer { id, address, commands: sender };
        let (bob, mut bobs) = crate::Peer::open(options(2)).expect("there is a free port");
        let secret = || ClusterSecret([4; 32]);
        let cluster = alice.subscribe(secret()).await.expect("open");
        bob.subscribe(secret()).await.expect("open");
        alice.connect(bob.id(), Some(bob.local_address())).await.expect("a connection");

        let mut number = 0_u32;
        let (mut first, mut last) = (None, None);
        let sleep = Duration::from_secs(40 * 60);
        let talk = async {
            // Until the time of what she says shows that she knows of it: the jump is looked for every two seconds.
            loop {
                number += 1;
                let text = number.to_be_bytes().to_vec();
                alice.publish(Publish::new(cluster, text.clone())).await.expect("published");
                alice.send(bob.id(), text.clone()).await.expect("sent");
                let (mut published, mut streamed) = (None, None);
                while published.is_none() || streamed.is_none() {
                    match bobs.next().await.expect("open") {
                        Event::Message(message) if message.payload == text => published = Some(message.time),
                        Event::Stream { payload, .. } => {
                            assert_eq!(payload, text, "in order, each once");
                            streamed = Some(());
                        }
                        _ => {}
                    }
                }
                last = published;
                let first = *first.get_or_insert(published.unwrap_or_default());
                if published.unwrap_or_default().since(first) >= sleep {
                    return;
                }
                ahead.store(sleep.as_secs(), Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), talk).await.expect("it is noticed");
        assert!(last > first);
        // And nothing of it was taken for the end of the connection: what has happened so far is there to be read.
        while let Ok(Some(event)) = tokio::time::timeout(Duration::ZERO, alices.next()).await {
            assert!(!matches!(event, Event::Disconnected { .. } | Event::Isolated), "{event:?}");
        }
    }

    #[test]
    fn runs_are_of_one_address_and_length() {
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let send = |port, length| (address(port), LocalPort::MAIN, Bytes::from(vec![0; length]));
        let lengths = |sends: &[(SocketAddr, LocalPort, Bytes)]| run(sends, 4);
        assert_eq!(lengths(&[]), 0);
        assert_eq!(lengths(&[send(1, 10)]), 1);
        assert_eq!(lengths(&[send(1, 10), send(1, 10), send(2, 10)]), 2);
        assert_eq!(lengths(&[send(1, 10), send(1, 5), send(1, 5)]), 2, "a shorter one is the last");
        assert_eq!(lengths(&[send(1, 10), send(1, 11)]), 1, "a longer one is none of them");
        assert_eq!(lengths(&vec![send(1, 10); 9]), 4, "the system's limit");
        assert_eq!(run(&[send(1, 10), send(1, 10)], 1), 1);
    }
}
