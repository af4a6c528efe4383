//! Every order of events that can be, for two and three peers: datagrams are lost, come twice, are changed on their way,
//! overtake each other, and timers come before them, each so often as `Trouble` says. Peers may be behind NATs, and be
//! introduced. What runs is the protocol itself, not a description of it: a state holds the peers, each step is a call of
//! `Peer::handle`.
//!
//! A hard NAT gives each destination and each socket a port that nobody can foresee. So the model does not foresee it: it goes
//! through every pair of a socket and a guess that may be the one that meets, and through none of them meeting. How likely
//! they are to meet is not its affair: `test/nat` and the simulator measure that.
//!
//! Two states are one when every peer has had the same inputs and the same is under way: then all that follows is the
//! same. Time passes when nothing is under way, up to a horizon, and besides in `hasty` steps.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use socket_p2p::{
    ClusterId, ClusterSecret, Config, Event, Input, LocalPort, NatKind, Output, Peer, PeerId, Time,
};
use stateright::{Checker as _, Model, Property};

const START: Time = Time::from_secs(1_700_000_000);

/// What may go wrong, and how often.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Trouble {
    lost: u8,
    twice: u8,
    changed: u8,
    /// Timers that come while datagrams are under way.
    hasty: u8,
    /// Datagrams that come before one that was sent to the same peer earlier.
    early: u8,
}

/// What an application does.
#[derive(Clone, Copy)]
enum Act {
    /// A peer is told of another.
    Join(usize, usize),
    /// A member says something.
    Publish(usize),
    /// An application wants to be connected with another.
    Connect(usize, usize),
}

/// What a peer is behind. None of them forgets in the time that is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Nat {
    /// Nothing.
    Static,
    /// One port outside, and in comes who was sent something.
    Easy,
    /// A port for each destination, and in comes what comes from there.
    Hard,
}

/// Who there is, and what they do.
struct World {
    peers: usize,
    /// Who only passes on, and is in no cluster.
    relays: Vec<usize>,
    /// What is done at once, and then at once when all is quiet, and so on.
    stages: Vec<Vec<Act>>,
    trouble: Trouble,
    /// Time passes until then.
    horizon: Duration,
    nats: Vec<Nat>,
    /// They know what they are behind.
    aware: bool,
}

/// Sockets that the hard side of a birthday connection opens, and ports that the easy side guesses.
const SOCKETS: u16 = 2;
const GUESSES: u16 = 3;

/// Which socket's port is guessed, and by which guess of a series.
type Met = Option<(u16, u16)>;

#[derive(Clone)]
struct One {
    peer: Arc<Peer>,
    now: Time,
    /// Of all its inputs.
    history: u64,
    /// What its application was given: author and text.
    given: Vec<(PeerId, Bytes)>,
    /// With whom it is connected now, as far as its application was told, and whether through another.
    connected: BTreeMap<PeerId, bool>,
}

#[derive(Clone, Hash)]
struct Datagram {
    from: usize,
    to: usize,
    /// The sender's socket.
    socket: u16,
    /// Outside of the receiver's NAT.
    port: u16,
    bytes: Bytes,
}

#[derive(Clone)]
struct State {
    peers: Vec<One>,
    /// From one peer to another in the order they were sent.
    under_way: Vec<Datagram>,
    nats: Vec<Nat>,
    /// Who sent something to whom: from which socket, to which port.
    opened: BTreeSet<(usize, u16, usize, u16)>,
    met: Met,
    /// Guesses that were sent; the port of the last one that meets.
    guesses: u16,
    guessed: Option<u16>,
    /// Sockets besides the main one, and the first that was opened last.
    sockets: BTreeSet<(usize, u16)>,
    first: u16,
    /// Ports outside of sockets that were guessed.
    mapped: BTreeMap<(usize, u16), u16>,
    left: Trouble,
    now: Time,
    /// Of the stages.
    done: usize,
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        for one in &self.peers {
            (one.history, one.now).hash(hasher);
        }
        (&self.under_way, &self.opened, self.left, self.now, self.done).hash(hasher);
        (self.met, self.guesses, self.guessed, &self.sockets, self.first, &self.mapped).hash(hasher);
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        let hash = |state: &Self| {
            let mut hasher = DefaultHasher::new();
            state.hash(&mut hasher);
            hasher.finish()
        };
        hash(self) == hash(other)
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let links: Vec<_> = self.peers.iter().map(|one| one.peer.neighbours().count()).collect();
        let given: Vec<_> = self.peers.iter().map(|one| one.given.len()).collect();
        let after = self.now.since(START);
        write!(f, "after {after:?}: links {links:?}, given {given:?}, {} under way", self.under_way.len())
    }
}

#[derive(Clone, PartialEq, Debug)]
enum Step {
    Arrives(usize),
    IsEarly(usize),
    IsLost(usize),
    ArrivesAndComesAgain(usize),
    /// With a byte changed: a header's, one in the middle, the last.
    ArrivesChanged(usize, u8),
    /// Nothing is under way: the next timer.
    TimePasses,
    /// A peer's timer, too early for what is under way.
    Hurries(usize),
    /// The next stage.
    Acts,
}

const PORT: u16 = 4000;

fn address(of: usize) -> SocketAddr {
    SocketAddr::from(([20 + of as u8, 1, 1, 1], PORT))
}

fn secret() -> ClusterSecret {
    ClusterSecret([7; 32])
}

fn cluster() -> ClusterId {
    secret().id()
}

fn text(author: usize) -> [u8; 3] {
    [b'h', b'i', author as u8]
}

impl State {
    fn input(&mut self, at: usize, tag: impl Hash, input: Input<'_>) {
        let now = self.now;
        let one = &mut self.peers[at];
        one.now = one.now.max(now);
        let mut hasher = DefaultHasher::new();
        (one.history, one.now, tag).hash(&mut hasher);
        one.history = hasher.finish();
        let outputs = Arc::make_mut(&mut one.peer).handle(one.now, input);
        assert!(one.peer.timeout().is_none_or(|next| next > one.now), "a timer in the past");
        let mut opened = None;
        for output in outputs {
            match output {
                Output::Send { to, port: LocalPort(socket), bytes } => {
                    let port = to.port();
                    if let Some(to) = (0..self.peers.len()).find(|of| address(*of).ip() == to.ip()) {
                        self.guess(at, to, port);
                        if !self.is_hopeless(at, socket, to, port) {
                            self.opened.insert((at, socket, to, port));
                            self.under_way.push(Datagram { from: at, to, socket, port, bytes });
                        }
                    }
                }
                Output::Open { first, count } => opened = Some((first, count)),
                Output::Close { first, count } => {
                    self.sockets.retain(|(of, socket)| {
                        *of != at || !(first.0..first.0.saturating_add(count)).contains(socket)
                    });
                }
                Output::Event(Event::Way { peer, relayed, .. }) => {
                    self.peers[at].connected.insert(peer, relayed);
                }
                Output::Event(Event::Connected { peer, relayed, .. }) => {
                    self.peers[at].connected.insert(peer, relayed);
                }
                Output::Event(Event::Disconnected { peer }) => {
                    self.peers[at].connected.remove(&peer);
                }
                Output::Event(Event::Message(message)) => {
                    self.peers[at].given.push((message.author, message.payload));
                }
                _ => {}
            }
        }
        if let Some((first, count)) = opened {
            self.first = first.0;
            self.sockets.extend((0..count).map(|nth| (at, first.0 + nth)));
            self.map(at);
            self.input(at, "opened", Input::Opened { first, count });
        }
        self.under_way.sort_by_key(|datagram| (datagram.from, datagram.to));
    }

    /// A peer sends to a port of one behind a hard NAT that is none of those that it knows: a guess.
    fn guess(&mut self, from: usize, to: usize, port: u16) {
        let known = port == self.outside(to, 0, from)
            || self.mapped.iter().any(|((of, _), mapped)| *of == to && *mapped == port);
        if self.nats[to] != Nat::Hard || known {
            return;
        }
        if self.met.is_some_and(|(_, guess)| self.guesses % GUESSES == guess) {
            self.guessed = Some(port);
            self.map(to);
        }
        self.guesses += 1;
    }

    /// Between a socket and a guess that never meet: no NAT will let it in, and when it is refused is all the same.
    fn is_hopeless(&self, from: usize, socket: u16, to: usize, port: u16) -> bool {
        let meets = |at: u16| self.met.is_some_and(|(nth, _)| self.first + nth == at);
        let unmapped = socket != 0 && !meets(socket) && !self.mapped.contains_key(&(from, socket));
        let wrong = port != self.outside(to, 0, from)
            && self.guessed != Some(port)
            && !self.mapped.iter().any(|((of, _), mapped)| *of == to && *mapped == port);
        (self.nats[from] == Nat::Hard && unmapped) || (self.nats[to] == Nat::Hard && wrong)
    }

    /// The port that was guessed is that of one of the sockets, whichever of the two came first.
    fn map(&mut self, hard: usize) {
        if let (Some((socket, _)), Some(port)) = (self.met, self.guessed)
            && self.sockets.contains(&(hard, self.first + socket))
        {
            self.mapped.insert((hard, self.first + socket), port);
        }
    }

    /// The port from which a peer's datagrams to another come.
    fn outside(&self, of: usize, socket: u16, towards: usize) -> u16 {
        match (self.nats[of], socket) {
            (Nat::Hard, 0) => PORT + 100 + towards as u16,
            // Below those that are guessed, as long as it is none of them.
            (Nat::Hard, _) => self.mapped.get(&(of, socket)).copied().unwrap_or(socket),
            _ => PORT,
        }
    }

    /// The socket that a NAT hands a datagram to, if it lets it in.
    fn inside(&self, datagram: &Datagram) -> Option<u16> {
        let Datagram { from, to, socket, port, .. } = *datagram;
        let source = self.outside(from, socket, to);
        let opened = |at: u16| self.opened.contains(&(to, at, from, source));
        match self.nats[to] {
            Nat::Static => (port == PORT).then_some(0),
            Nat::Easy => (port == PORT && opened(0)).then_some(0),
            Nat::Hard => {
                let own = self.sockets.iter().filter(|(of, _)| *of == to).map(|(_, socket)| *socket);
                own.chain([0]).find(|at| self.outside(to, *at, from) == port && opened(*at))
            }
        }
    }

    fn arrives(&mut self, datagram: &Datagram) {
        let Some(socket) = self.inside(datagram) else { return };
        let Datagram { from: sender, to, ref bytes, .. } = *datagram;
        let bytes = &bytes[..];
        let mut from = address(sender);
        from.set_port(self.outside(sender, datagram.socket, to));
        let port = LocalPort(socket);
        self.input(to, (from, socket, bytes), Input::Datagram { from, port, bytes });
    }

    /// Whether both know of a connection: a direct one, with a link; or, where that may be, one through another.
    fn connects(&self, a: usize, b: usize, may_be_relayed: bool) -> bool {
        let knows = |a: usize, b: usize| {
            let (a, b) = (&self.peers[a], &self.peers[b]);
            match a.connected.get(&b.peer.id()) {
                Some(false) => a.peer.neighbours().any(|(id, _)| id == b.peer.id()),
                Some(true) => may_be_relayed,
                None => false,
            }
        };
        knows(a, b) && knows(b, a)
    }

    fn next_timer(&self) -> Option<(Time, usize)> {
        let timers = self.peers.iter().enumerate();
        timers.filter_map(|(at, one)| Some((one.peer.timeout()?, at))).min()
    }
}

impl World {
    /// What was said until now, and by whom.
    fn said(&self, state: &State) -> Vec<(PeerId, Bytes)> {
        let acts = self.stages[..state.done].iter().flatten();
        let said = acts.filter_map(|act| match act {
            Act::Publish(author) => {
                Some((state.peers[*author].peer.id(), Bytes::copy_from_slice(&text(*author))))
            }
            Act::Join(..) | Act::Connect(..) => None,
        });
        said.collect()
    }

    /// Whether the next stage may begin: who says something has somebody to say it to.
    fn ready(&self, state: &State) -> bool {
        let linked = |of: usize| state.peers[of].peer.neighbours().count() > 0;
        self.stages.get(state.done).is_some_and(|acts| {
            acts.iter().all(|act| matches!(act, Act::Join(..)) || (0..self.peers).all(linked))
        })
    }

    /// Both are hard; or one is, and no guess meets, or the one that does was lost perhaps.
    fn may_be_relayed(&self, state: &State, a: usize, b: usize) -> bool {
        match (self.nats[a], self.nats[b]) {
            (Nat::Hard, Nat::Hard) => true,
            (Nat::Hard, Nat::Easy) | (Nat::Easy, Nat::Hard) => {
                self.aware && (state.met.is_none() || state.left != self.trouble)
            }
            _ => false,
        }
    }

    /// Nothing will happen any more.
    fn quiet(&self, state: &State) -> bool {
        let end = START + self.horizon;
        state.done == self.stages.len()
            && state.under_way.is_empty()
            && state.next_timer().is_none_or(|(at, _)| at > end)
    }
}

impl Model for World {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let mut peers = Vec::new();
        for at in 0..self.peers {
            let mut config = Config::simulated();
            // What the model looks at comes within seconds; signs of life and comparisons would only fill it.
            config.liveness = Duration::from_secs(600);
            config.link_timeout = Duration::from_secs(1200);
            config.keep_alive = Duration::from_secs(600);
            config.shuffle_interval = Duration::from_secs(600);
            // All that there are: nobody is looked for that does not exist.
            config.active = self.peers - 1;
            if self.stages.iter().flatten().any(|act| matches!(act, Act::Connect(..))) {
                // Who gets to know of another waits until its application wants it.
                (config.active, config.outbound) = (1, 0);
            }
            config.sync_interval = Duration::from_secs(5);
            // There is nobody who could be asked about NATs. Those that matter are remembered of an earlier run.
            config.nat_samples = if self.aware && !self.relays.contains(&at) { usize::MAX } else { 0 };
            (config.birthday_ports, config.birthday_tries) = (SOCKETS, GUESSES);
            let peer = Arc::new(Peer::new(config, &[at as u8 + 1; 32], [at as u8 + 9; 32], START));
            let (given, connected) = (Vec::new(), BTreeMap::new());
            peers.push(One { peer, now: START, history: at as u64, given, connected });
        }
        let mut state = State {
            peers,
            under_way: Vec::new(),
            nats: self.nats.clone(),
            opened: BTreeSet::new(),
            met: None,
            guesses: 0,
            guessed: None,
            sockets: BTreeSet::new(),
            first: 0,
            mapped: BTreeMap::new(),
            left: self.trouble,
            now: START,
            done: 0,
        };
        for at in (0..self.peers).filter(|at| !self.relays.contains(at)) {
            state.input(at, "subscribe", Input::Subscribe { secret: secret() });
            if self.aware {
                let nat = match self.nats[at] {
                    Nat::Static => NatKind::Static,
                    Nat::Easy => NatKind::Easy,
                    Nat::Hard => NatKind::Hard,
                };
                state.input(at, "remembered", Input::Remembered { nat, address: None });
            }
        }
        let mut mets = vec![None];
        if self.aware && self.nats.contains(&Nat::Easy) && self.nats.contains(&Nat::Hard) {
            mets.extend((0..SOCKETS).flat_map(|socket| (0..GUESSES).map(move |guess| Some((socket, guess)))));
        }
        mets.into_iter().map(|met| State { met, ..state.clone() }).collect()
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        let way = |at: usize| state.under_way.get(at).map(|datagram| (datagram.from, datagram.to));
        for at in 0..state.under_way.len() {
            let first = at == 0 || way(at - 1) != way(at);
            if !first {
                // What happens to one that is not the first can as well happen when it is, this apart.
                let second = at == 1 || way(at - 2) != way(at);
                if second && state.left.early > 0 {
                    actions.push(Step::IsEarly(at));
                }
                continue;
            }
            actions.push(Step::Arrives(at));
            if state.left.lost > 0 {
                actions.push(Step::IsLost(at));
            }
            if state.left.twice > 0 {
                actions.push(Step::ArrivesAndComesAgain(at));
            }
            if state.left.changed > 0 {
                actions.extend((0..3).map(|which| Step::ArrivesChanged(at, which)));
            }
        }
        if state.under_way.is_empty() {
            if self.ready(state) {
                actions.push(Step::Acts);
            } else if state.next_timer().is_some_and(|(at, _)| at <= START + self.horizon) {
                actions.push(Step::TimePasses);
            }
        } else if state.left.hasty > 0 {
            let end = START + self.horizon;
            let has = |at: &usize| state.peers[*at].peer.timeout().is_some_and(|next| next <= end);
            actions.extend((0..self.peers).filter(has).map(Step::Hurries));
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut state = last.clone();
        match step {
            Step::Arrives(at) => {
                let datagram = state.under_way.remove(at);
                state.arrives(&datagram);
            }
            Step::IsEarly(at) => {
                state.left.early -= 1;
                let datagram = state.under_way.remove(at);
                state.arrives(&datagram);
            }
            Step::IsLost(at) => {
                state.under_way.remove(at);
                state.left.lost -= 1;
            }
            Step::ArrivesAndComesAgain(at) => {
                let datagram = state.under_way[at].clone();
                state.left.twice -= 1;
                state.arrives(&datagram);
            }
            Step::ArrivesChanged(at, which) => {
                let datagram = state.under_way.remove(at);
                let mut bytes = datagram.bytes.to_vec();
                let place = [7, bytes.len() / 2, bytes.len() - 1][usize::from(which)];
                bytes[place] ^= 1;
                state.left.changed -= 1;
                state.arrives(&Datagram { bytes: bytes.into(), ..datagram });
            }
            Step::TimePasses => {
                let (at, who) = state.next_timer()?;
                state.now = state.now.max(at);
                state.input(who, "timeout", Input::Timeout);
            }
            Step::Hurries(who) => {
                state.left.hasty -= 1;
                let at = state.peers[who].peer.timeout()?;
                state.peers[who].now = at;
                state.input(who, "timeout", Input::Timeout);
            }
            Step::Acts => {
                state.done += 1;
                for act in &self.stages[state.done - 1] {
                    match act {
                        Act::Join(who, whom) => {
                            let contacts = vec![address(*whom).into()];
                            state.input(*who, ("join", whom), Input::Join { contacts });
                        }
                        Act::Publish(author) => {
                            let (payload, cluster, subcluster) =
                                (&text(*author)[..], cluster(), Default::default());
                            let (to, previous) = (None, None);
                            let input =
                                Input::Publish { request: 1, cluster, subcluster, to, previous, payload };
                            state.input(*author, "publish", input);
                        }
                        Act::Connect(who, whom) => {
                            let peer = state.peers[*whom].peer.id();
                            let input = Input::Connect { request: 2, peer, address: None };
                            state.input(*who, ("connect", whom), input);
                        }
                    }
                }
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no message is accepted twice", |_: &World, state: &State| {
                state
                    .peers
                    .iter()
                    .all(|one| one.given.iter().collect::<BTreeSet<_>>().len() == one.given.len())
            }),
            Property::always("only what its author said is accepted", |world: &World, state: &State| {
                let said = world.said(state);
                state.peers.iter().flat_map(|one| &one.given).all(|given| said.contains(given))
            }),
            Property::always(
                "in the end all are linked and have everything",
                |world: &World, state: &State| {
                    let said = world.said(state);
                    let complete = |at: usize, one: &One| {
                        let others = said.iter().filter(|(author, _)| *author != one.peer.id()).count();
                        one.peer.neighbours().count() > 0
                            && one.given.len() == if world.relays.contains(&at) { 0 } else { others }
                    };
                    !world.quiet(state) || state.peers.iter().enumerate().all(|(at, one)| complete(at, one))
                },
            ),
            Property::always(
                "in the end who was introduced is connected, and not through another if it can be helped",
                |world: &World, state: &State| {
                    let mut wanted =
                        world.stages[..state.done].iter().flatten().filter_map(|act| match act {
                            Act::Connect(who, whom) => Some((*who, *whom)),
                            _ => None,
                        });
                    !world.quiet(state)
                        || wanted.all(|(a, b)| state.connects(a, b, world.may_be_relayed(state, a, b)))
                },
            ),
            Property::sometimes("there is an end", |world: &World, state: &State| world.quiet(state)),
        ]
    }
}

fn check(name: &str, world: World) {
    // A change that makes the protocol talk for ever is to fail here, and not to fill the memory.
    const TOO_MANY: usize = 400_000;
    let checker = world.checker().threads(2).target_state_count(TOO_MANY).spawn_bfs().join();
    println!("{name}: {} states, {} steps deep", checker.unique_state_count(), checker.max_depth());
    checker.assert_properties();
    assert!(checker.state_count() < TOO_MANY, "{name}: there is no end to it");
}

const NO_TROUBLE: Trouble = Trouble { lost: 0, twice: 0, changed: 0, hasty: 0, early: 0 };

fn two(stages: &[&[Act]], trouble: Trouble) -> World {
    let stages = stages.iter().map(|acts| acts.to_vec()).collect();
    let horizon = Duration::from_secs(12);
    World { peers: 2, relays: Vec::new(), stages, trouble, horizon, nats: vec![Nat::Static; 5], aware: false }
}

/// Two behind NATs who both know a third, and one wants to be connected with the other.
fn introduced(name: &str, one: Nat, other: Nat, trouble: Trouble) {
    let stages: &[&[Act]] =
        &[&[Act::Join(0, 1)], &[Act::Join(2, 1)], &[Act::Connect(0, 2)], &[Act::Publish(0)]];
    let nats = vec![one, Nat::Static, other];
    check(name, World { peers: 3, relays: vec![1], nats, ..two(stages, trouble) });
}

/// The same; they know what they are behind.
fn aware(name: &str, one: Nat, other: Nat, trouble: Trouble) {
    let stages: &[&[Act]] =
        &[&[Act::Join(0, 1)], &[Act::Join(2, 1)], &[Act::Connect(0, 2)], &[Act::Publish(0)]];
    let nats = vec![one, Nat::Static, other];
    check(name, World { peers: 3, relays: vec![1], nats, aware: true, ..two(stages, trouble) });
}

#[test]
fn two_peers_and_what_they_say_is_lost() {
    let stages: &[&[Act]] = &[&[Act::Join(0, 1)], &[Act::Publish(0), Act::Publish(1)]];
    check("two, lost", two(stages, Trouble { lost: 2, ..NO_TROUBLE }));
}

#[test]
fn two_peers_and_datagrams_come_twice() {
    let stages: &[&[Act]] = &[&[Act::Join(0, 1)], &[Act::Publish(0)]];
    check("two, twice", two(stages, Trouble { twice: 1, early: 1, ..NO_TROUBLE }));
}

#[test]
fn two_peers_and_datagrams_are_changed() {
    let stages: &[&[Act]] = &[&[Act::Join(0, 1)], &[Act::Publish(0)]];
    check("two, changed", two(stages, Trouble { changed: 2, ..NO_TROUBLE }));
}

#[test]
fn two_peers_and_timers_come_early() {
    let stages: &[&[Act]] = &[&[Act::Join(0, 1)], &[Act::Publish(0)]];
    check("two, hasty", two(stages, Trouble { lost: 1, hasty: 1, ..NO_TROUBLE }));
}

#[test]
fn two_peers_that_join_each_other_at_once() {
    let stages: &[&[Act]] = &[&[Act::Join(0, 1), Act::Join(1, 0)], &[Act::Publish(0)]];
    check("at once", two(stages, Trouble { lost: 1, twice: 1, ..NO_TROUBLE }));
}

#[test]
fn three_peers_in_a_row() {
    // The one in the middle passes on what it cannot read.
    let stages: &[&[Act]] = &[&[Act::Join(0, 1)], &[Act::Join(2, 1)], &[Act::Publish(0)]];
    check("row", World { peers: 3, relays: vec![1], ..two(stages, Trouble { lost: 1, ..NO_TROUBLE }) });
}

#[test]
fn two_that_are_introduced() {
    introduced("static, static", Nat::Static, Nat::Static, Trouble { lost: 1, ..NO_TROUBLE });
}

#[test]
fn two_behind_nats_that_are_introduced() {
    introduced("easy, easy", Nat::Easy, Nat::Easy, Trouble { lost: 1, ..NO_TROUBLE });
}

#[test]
fn one_behind_a_nat_and_one_that_is_not() {
    introduced("easy, static", Nat::Easy, Nat::Static, Trouble { lost: 1, ..NO_TROUBLE });
    introduced("static, easy", Nat::Static, Nat::Easy, Trouble { lost: 1, ..NO_TROUBLE });
}

#[test]
fn one_behind_a_hard_nat_and_one_that_is_found() {
    introduced("hard, static", Nat::Hard, Nat::Static, Trouble { lost: 1, ..NO_TROUBLE });
}

#[test]
fn introductions_that_come_twice() {
    introduced("easy, easy, twice", Nat::Easy, Nat::Easy, Trouble { twice: 1, ..NO_TROUBLE });
}

#[test]
fn one_behind_a_hard_nat_whose_port_is_guessed() {
    aware("hard, easy, each guess", Nat::Hard, Nat::Easy, NO_TROUBLE);
    aware("easy, hard, each guess", Nat::Easy, Nat::Hard, NO_TROUBLE);
}

#[test]
fn two_behind_hard_nats_are_connected_through_another() {
    aware("hard, hard", Nat::Hard, Nat::Hard, Trouble { lost: 1, ..NO_TROUBLE });
}

#[test]
fn two_introducers_in_a_row() {
    let stages: &[&[Act]] = &[
        &[Act::Join(0, 1)],
        &[Act::Join(1, 2)],
        &[Act::Join(3, 2)],
        &[Act::Connect(0, 3)],
        &[Act::Publish(0)],
    ];
    let nats = vec![Nat::Easy, Nat::Static, Nat::Static, Nat::Easy];
    let world = |trouble| World { peers: 4, relays: vec![1, 2], nats: nats.clone(), ..two(stages, trouble) };
    check("two introducers", world(NO_TROUBLE));
}
