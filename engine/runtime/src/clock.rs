//! The clocks that plugins get: they stand still, and to wait for them takes no time. wasmtime's own would let a plugin sleep
//! inside the host, where no deadline reaches it.

use std::time::Duration;

use wasmtime::component::{HasSelf, Linker, Resource};
use wasmtime_wasi::HostWallClock;
use wasmtime_wasi::clocks::WasiClocksView;
use wasmtime_wasi::p2::DynPollable;
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock;

use crate::operation::Operation;

/// Always 1970-01-01.
pub(crate) struct Frozen;

impl HostWallClock for Frozen {
    fn resolution(&self) -> Duration {
        Duration::from_secs(1)
    }
    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

/// Puts the clock in the place of wasmtime's, under the same names.
pub(crate) fn add_to_linker(linker: &mut Linker<Operation>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    monotonic_clock::add_to_linker::<_, HasSelf<Operation>>(linker, |operation| operation)?;
    linker.allow_shadowing(false);
    Ok(())
}

impl monotonic_clock::Host for Operation {
    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(0)
    }
    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(1)
    }
    fn subscribe_instant(&mut self, _when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.clocks().subscribe_duration(0)
    }
    fn subscribe_duration(&mut self, _duration: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.clocks().subscribe_duration(0)
    }
}
