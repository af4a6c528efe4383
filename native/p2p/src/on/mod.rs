//! One file for each kind of packet: its body, how to make one, what receiving one does.

pub(crate) mod announce;
pub(crate) mod answer;
pub(crate) mod deliver;
pub(crate) mod intro;
pub(crate) mod join;
pub(crate) mod ping;
pub(crate) mod pong;
pub(crate) mod publish;
pub(crate) mod query;
pub(crate) mod stream;
pub(crate) mod sync;
