//! ssc inside Node: conversions only. What `ssc` does is in `socket-cli`; which file of which package is
//! loaded is decided in `js/addon/load.js`.

pub mod cli;
mod process;
