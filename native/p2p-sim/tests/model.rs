//! Every order of events that can be, for two and three peers: datagrams are lost, come twice, are changed on their way,
//! overtake each other, and timers come before them, each so often as `Trouble` says. Peers may be behind NATs, and be
//! introduced. What runs is the protocol itself, not a description of it: a state holds the peers, each step is a call of
//! `Peer::handle`.
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
use socket_p2p::{ClusterId, ClusterSecret, Config, Event, Input, LocalPort, Output, Peer, PeerId, Time};
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
    nats: [Nat; 3],
}

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
    /// Outside of the receiver's NAT.
    port: u16,
    bytes: Bytes,
}

#[derive(Clone)]
struct State {
    peers: Vec<One>,
    /// From one peer to another in the order they were sent.
    under_way: Vec<Datagram>,
    nats: [Nat; 3],
    /// Who sent something to whom.
    opened: BTreeSet<(usize, usize)>,
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
        for output in outputs {
            match output {
                Output::Send { to, bytes, .. } => {
                    let port = to.port();
                    if let Some(to) = (0..self.peers.len()).find(|of| address(*of).ip() == to.ip()) {
                        self.opened.insert((at, to));
                        self.under_way.push(Datagram { from: at, to, port, bytes });
                    }
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
        self.under_way.sort_by_key(|datagram| (datagram.from, datagram.to));
    }

    /// The port from which a peer's datagrams to another come.
    fn outside(&self, of: usize, towards: usize) -> u16 {
        if self.nats[of] == Nat::Hard { PORT + 100 + towards as u16 } else { PORT }
    }

    fn arrives(&mut self, datagram: &Datagram) {
        let Datagram { from, to, port, ref bytes } = *datagram;
        let open = self.nats[to] == Nat::Static || self.opened.contains(&(to, from));
        if !open || port != self.outside(to, from) {
            // The NAT lets it not in.
            return;
        }
        let bytes = &bytes[..];
        let mut from = address(datagram.from);
        from.set_port(self.outside(datagram.from, to));
        self.input(
            datagram.to,
            (datagram.from, bytes),
            Input::Datagram { from, port: LocalPort::MAIN, bytes },
        );
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
            // There is nobody who could be asked about NATs.
            config.nat_samples = 0;
            let peer = Arc::new(Peer::new(config, &[at as u8 + 1; 32], [at as u8 + 9; 32], START));
            let (given, connected) = (Vec::new(), BTreeMap::new());
            peers.push(One { peer, now: START, history: at as u64, given, connected });
        }
        let mut state = State {
            peers,
            under_way: Vec::new(),
            nats: self.nats,
            opened: BTreeSet::new(),
            left: self.trouble,
            now: START,
            done: 0,
        };
        for at in (0..self.peers).filter(|at| !self.relays.contains(at)) {
            state.input(at, "subscribe", Input::Subscribe { secret: secret() });
        }
        vec![state]
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
                let Datagram { from, to, port, bytes } = state.under_way.remove(at);
                let mut bytes = bytes.to_vec();
                let place = [7, bytes.len() / 2, bytes.len() - 1][usize::from(which)];
                bytes[place] ^= 1;
                state.left.changed -= 1;
                state.arrives(&Datagram { from, to, port, bytes: bytes.into() });
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
                "in the end who was introduced is connected, and not through another",
                |world: &World, state: &State| {
                    let connected = |a: usize, b: usize| {
                        let (a, b) = (&state.peers[a], &state.peers[b]);
                        a.connected.get(&b.peer.id()) == Some(&false)
                            && a.peer.neighbours().any(|(id, _)| id == b.peer.id())
                    };
                    let mut wanted =
                        world.stages[..state.done].iter().flatten().filter_map(|act| match act {
                            Act::Connect(who, whom) => Some((*who, *whom)),
                            _ => None,
                        });
                    !world.quiet(state) || wanted.all(|(a, b)| connected(a, b) && connected(b, a))
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
    World { peers: 2, relays: Vec::new(), stages, trouble, horizon, nats: [Nat::Static; 3] }
}

/// Two behind NATs who both know a third, and one wants to be connected with the other.
fn introduced(name: &str, one: Nat, other: Nat, trouble: Trouble) {
    let stages: &[&[Act]] =
        &[&[Act::Join(0, 1)], &[Act::Join(2, 1)], &[Act::Connect(0, 2)], &[Act::Publish(0)]];
    let nats = [one, Nat::Static, other];
    check(name, World { peers: 3, relays: vec![1], nats, ..two(stages, trouble) });
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
