//! Does everything that a plugin must not do, one thing at a time: what a resource is called, or which format is asked for,
//! decides. `ok` behaves.

mod ambient;
mod codec;
mod faults;
mod handler;

flowport_plugin::register!(handler: handler::Notes, codec: codec::Formats);
