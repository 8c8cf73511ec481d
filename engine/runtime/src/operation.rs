//! One operation: a fresh store with its limits, and what is left to say when it fails.

use wasmtime::component::ResourceTable;
use wasmtime::{ResourceLimiter, Store, UpdateDeadline};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::random::Deterministic;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

use crate::budget::Budget;
use crate::clock::Frozen;
use crate::limits::Limits;
use crate::runtime::Runtime;

/// How many values a plugin's tables may hold: its functions, not its data.
const TABLE_ELEMENTS: usize = 1 << 20;

/// What a store holds.
pub(crate) struct Operation {
    pub(crate) table: ResourceTable,
    pub(crate) budget: Budget,
    pub(crate) plugin: String,
    stderr: MemoryOutputPipe,
    wasi: WasiCtx,
    memory: MemoryLimit,
}

/// Memory of one operation, over all memories of its instance.
struct MemoryLimit {
    left: usize,
    refused: bool,
}

impl Operation {
    /// A store for one operation on `input` bytes.
    pub(crate) fn store(runtime: &Runtime, plugin: &str, input: u64) -> Store<Operation> {
        let limits: &Limits = runtime.limits();
        let stderr = MemoryOutputPipe::new(limits.stderr);
        let wasi = WasiCtxBuilder::new()
            .stderr(stderr.clone())
            .wall_clock(Frozen)
            .secure_random(Deterministic::new(vec![0]))
            .insecure_random(Deterministic::new(vec![0]))
            .insecure_random_seed(0)
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .build();
        let operation = Operation {
            table: ResourceTable::new(),
            budget: Budget::new(limits, input),
            plugin: plugin.to_owned(),
            stderr,
            wasi,
            memory: MemoryLimit { left: limits.memory, refused: false },
        };
        let mut store = Store::new(runtime.engine(), operation);
        store.limiter(|operation| &mut operation.memory);
        store.set_hostcall_fuel(limits.memory);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|context| {
            context.data().budget.check_time()?;
            Ok(UpdateDeadline::Continue(1))
        });
        store
    }

    /// What the plugin wrote to stderr: the panic text, where there is one.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr.contents()).into_owned()
    }

    /// True where the plugin wrote as much to stderr as is kept.
    pub(crate) fn stderr_is_full(&self) -> bool {
        self.stderr.contents().len() >= self.budget.limits().stderr
    }

    /// True where the plugin asked for more memory than it may have.
    pub(crate) fn out_of_memory(&self) -> bool {
        self.memory.refused
    }
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        match self.left.checked_sub(more) {
            Some(left) => {
                self.left = left;
                Ok(true)
            }
            None => {
                self.refused = true;
                Ok(false)
            }
        }
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS)
    }
}

impl WasiView for Operation {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}
