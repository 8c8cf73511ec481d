//! Plugins against the runtime: one that behaves, others that misbehave on purpose (`tests/plugins`).

mod ambient;
mod codecs;
mod handlers;
mod loading;
mod role;
mod support;

#[path = "../../../../tests/support/guests.rs"]
mod guests;
