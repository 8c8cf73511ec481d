//! What the command line promises, tried on the real binary in folders of their own.

#[path = "../support/mod.rs"]
mod support;

#[path = "../support/guests.rs"]
mod guests;

#[cfg(unix)]
#[path = "../support/pty.rs"]
mod pty;

mod activation;
mod answers;
mod audit;
mod boomi;
mod by_hand;
mod convert;
mod data_model;
mod diff;
mod dpm;
mod envelope;
mod environments;
mod export;
mod flowrunner;
mod graph;
mod hold;
mod html;
mod import;
#[cfg(unix)]
mod interrupted;
mod kill;
mod large;
mod left;
mod long_lists;
mod output;
mod permissions;
#[cfg(unix)]
mod pipelines;
mod plan_formats;
mod plugins;
mod questions;
mod quoting;
mod readme;
mod recognition;
mod retarget;
mod runs;
mod saved;
mod secrets;
mod share;
mod signatures;
mod stand_ins;
mod terminal;
mod three_way;
mod torture;
mod tree;
mod vault;
