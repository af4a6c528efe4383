//! Every order of events that can be, for two and three peers: datagrams arrive in any order, are lost, come twice, are
//! changed on their way, and timers come before them. What runs is the protocol itself, not a description of it: a state
//! holds the peers, each step is a call of `Peer::handle`.
//!
//! Two states are one when every peer has had the same inputs and the same is under way: then all that follows is the
//! same. Time passes when nothing is under way, up to a horizon, and besides in `hasty` steps.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
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
}

/// Who there is, who is told of whom, who says something.
struct World {
    peers: usize,
    /// Who is told of whom at the beginning.
    told: Vec<(usize, usize)>,
    /// Who says something, when all is quiet for the first time.
    authors: Vec<usize>,
    trouble: Trouble,
    /// Time passes until then.
    horizon: Duration,
}

#[derive(Clone)]
struct One {
    peer: Arc<Peer>,
    now: Time,
    /// Of all its inputs.
    history: u64,
    /// What its application was given: author and text.
    given: Vec<(PeerId, Bytes)>,
}

#[derive(Clone, Hash, PartialEq, Eq, PartialOrd, Ord)]
struct Datagram {
    from: usize,
    to: usize,
    bytes: Bytes,
}

#[derive(Clone)]
struct State {
    peers: Vec<One>,
    /// In an order that does not depend on when they were sent.
    under_way: Vec<Datagram>,
    left: Trouble,
    now: Time,
    said: bool,
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        for one in &self.peers {
            (one.history, one.now).hash(hasher);
        }
        (&self.under_way, self.left, self.now, self.said).hash(hasher);
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
    IsLost(usize),
    ArrivesAndComesAgain(usize),
    /// With a byte changed: a header's, one in the middle, the last.
    ArrivesChanged(usize, u8),
    /// Nothing is under way: the next timer.
    TimePasses,
    /// A peer's timer, too early for what is under way.
    Hurries(usize),
    /// The authors say something.
    Publish,
}

fn address(of: usize) -> SocketAddr {
    SocketAddr::from(([20 + of as u8, 1, 1, 1], 4000))
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
                    if let Some(to) = (0..self.peers.len()).find(|of| address(*of) == to) {
                        self.under_way.push(Datagram { from: at, to, bytes });
                    }
                }
                Output::Event(Event::Message(message)) => {
                    self.peers[at].given.push((message.author, message.payload));
                }
                _ => {}
            }
        }
        self.under_way.sort();
    }

    fn arrives(&mut self, datagram: &Datagram) {
        let bytes = &datagram.bytes[..];
        let from = address(datagram.from);
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
    fn authors(&self, state: &State) -> Vec<(PeerId, Bytes)> {
        let said = |author: &usize| (state.peers[*author].peer.id(), Bytes::copy_from_slice(&text(*author)));
        self.authors.iter().map(said).collect()
    }

    /// Nothing will happen any more.
    fn quiet(&self, state: &State) -> bool {
        let end = START + self.horizon;
        state.said && state.under_way.is_empty() && state.next_timer().is_none_or(|(at, _)| at > end)
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
            let peer = Arc::new(Peer::new(config, &[at as u8 + 1; 32], [at as u8 + 9; 32], START));
            peers.push(One { peer, now: START, history: at as u64, given: Vec::new() });
        }
        let mut state = State { peers, under_way: Vec::new(), left: self.trouble, now: START, said: false };
        for at in 0..self.peers {
            state.input(at, "subscribe", Input::Subscribe { secret: secret() });
            let of = self.told.iter().filter(|(who, _)| *who == at);
            let contacts: Vec<_> = of.map(|(_, whom)| address(*whom).into()).collect();
            if !contacts.is_empty() {
                state.input(at, "join", Input::Join { contacts });
            }
        }
        vec![state]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        for (at, datagram) in state.under_way.iter().enumerate() {
            // Equal ones are one choice.
            if at > 0 && state.under_way[at - 1] == *datagram {
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
            if !state.said && state.peers.iter().all(|one| one.peer.neighbours().count() > 0) {
                actions.push(Step::Publish);
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
                let Datagram { from, to, bytes } = state.under_way.remove(at);
                let mut bytes = bytes.to_vec();
                let place = [7, bytes.len() / 2, bytes.len() - 1][usize::from(which)];
                bytes[place] ^= 1;
                state.left.changed -= 1;
                state.arrives(&Datagram { from, to, bytes: bytes.into() });
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
            Step::Publish => {
                state.said = true;
                for author in &self.authors {
                    let payload = text(*author);
                    let (subcluster, cluster) = (Default::default(), cluster());
                    state.input(
                        *author,
                        "publish",
                        Input::Publish {
                            request: 1,
                            cluster,
                            subcluster,
                            to: None,
                            previous: None,
                            payload: &payload,
                        },
                    );
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
            Property::always(
                "nothing is accepted that its author did not say",
                |world: &World, state: &State| {
                    let said = if state.said { world.authors(state) } else { Vec::new() };
                    state.peers.iter().all(|one| one.given.iter().all(|given| said.contains(given)))
                },
            ),
            Property::always(
                "in the end all are linked and have everything",
                |world: &World, state: &State| {
                    !world.quiet(state) || {
                        let others = |one: &One| {
                            world.authors(state).iter().filter(|(id, _)| *id != one.peer.id()).count()
                        };
                        state
                            .peers
                            .iter()
                            .all(|one| one.peer.neighbours().count() > 0 && one.given.len() == others(one))
                    }
                },
            ),
            Property::sometimes("there is an end", |world: &World, state: &State| world.quiet(state)),
        ]
    }
}

fn check(name: &str, world: World) {
    // A change that makes the protocol talk for ever is to fail here, and not to fill the memory.
    const TOO_MANY: usize = 1_000_000;
    let checker = world.checker().threads(2).target_state_count(TOO_MANY).spawn_bfs().join();
    assert!(checker.state_count() < TOO_MANY, "{name}: there is no end to it");
    println!("{name}: {} states, {} steps deep", checker.unique_state_count(), checker.max_depth());
    checker.assert_properties();
}

const NO_TROUBLE: Trouble = Trouble { lost: 0, twice: 0, changed: 0, hasty: 0 };

fn world(peers: usize, told: &[(usize, usize)], authors: &[usize], trouble: Trouble) -> World {
    let (told, authors) = (told.to_vec(), authors.to_vec());
    World { peers, told, authors, trouble, horizon: Duration::from_secs(25) }
}

#[test]
fn two_peers_and_what_they_say_is_lost() {
    check("two, lost", world(2, &[(0, 1)], &[0, 1], Trouble { lost: 2, ..NO_TROUBLE }));
}

#[test]
fn two_peers_and_datagrams_come_twice() {
    check("two, twice", world(2, &[(0, 1)], &[0], Trouble { twice: 1, ..NO_TROUBLE }));
}

#[test]
fn two_peers_and_datagrams_are_changed() {
    check("two, changed", world(2, &[(0, 1)], &[0], Trouble { changed: 2, ..NO_TROUBLE }));
}

#[test]
fn two_peers_and_timers_come_early() {
    check("two, hasty", world(2, &[(0, 1)], &[0], Trouble { lost: 1, hasty: 1, ..NO_TROUBLE }));
}

#[test]
fn two_peers_that_join_each_other_at_once() {
    let told = [(0, 1), (1, 0)];
    check("at once", world(2, &told, &[0], NO_TROUBLE));
}

#[test]
fn three_peers_in_a_row() {
    check("row", world(3, &[(0, 1), (2, 1)], &[0], Trouble { lost: 1, ..NO_TROUBLE }));
}
