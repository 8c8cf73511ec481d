//! Memory of instances that is kept and used again: a fresh mapping for each of ten thousand operations costs more than the
//! operations, and threads wait for each other in the kernel. A slot is reset to the plugin's first state between two uses.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use wasmtime::{Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::limits::Limits;
use crate::runtime::config;

/// Core modules of one component: a plugin in Rust is one, with two small ones beside it.
const CORES_PER_COMPONENT: u32 = 16;
/// Tables of one component; a plugin in Rust has two.
const TABLES_PER_COMPONENT: u32 = 8;
/// Linear memories of one component.
const MEMORIES_PER_COMPONENT: u32 = 2;
/// Functions in one table; some systems set room for all of them aside at once.
const TABLE_ELEMENTS: usize = 20_000;
/// How much of a slot's memory stays in place between two operations, in bytes; more is given back.
const KEPT: usize = 2 << 20;

/// An engine with slots for as many operations as are ever run at once.
pub(crate) fn engine(limits: &Limits) -> wasmtime::Result<(Engine, Slots)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let operations = u32::try_from(threads * 2).unwrap_or(u32::MAX).clamp(4, 64);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(operations)
        .total_core_instances(operations * CORES_PER_COMPONENT)
        .max_core_instances_per_component(CORES_PER_COMPONENT)
        .total_memories(operations * MEMORIES_PER_COMPONENT)
        .max_memories_per_component(MEMORIES_PER_COMPONENT)
        .total_tables(operations * TABLES_PER_COMPONENT)
        .max_tables_per_component(TABLES_PER_COMPONENT)
        .max_tables_per_module(TABLES_PER_COMPONENT)
        .table_elements(TABLE_ELEMENTS)
        // Nothing runs asynchronously here, and each stack would cost a system call at the start.
        .total_stacks(0)
        .max_memory_size(limits.memory)
        .linear_memory_keep_resident(KEPT)
        .table_keep_resident(KEPT)
        .pagemap_scan(Enabled::Auto);
    let engine = Engine::new(config(None)?.allocation_strategy(InstanceAllocationStrategy::Pooling(pool)))?;
    Ok((engine, Slots::new(operations)))
}

/// How many operations may begin now. One that finds no slot waits: there may be more threads than slots.
#[derive(Clone)]
pub(crate) struct Slots(Arc<(Mutex<u32>, Condvar)>);

/// A slot, until it is dropped.
pub(crate) struct Slot(Slots);

impl Slots {
    fn new(count: u32) -> Slots {
        Slots(Arc::new((Mutex::new(count), Condvar::new())))
    }

    /// Waits for a slot. An operation never waits for one while it holds one: no call of the host runs a plugin.
    pub(crate) fn take(&self) -> Slot {
        let (free, freed) = &*self.0;
        let free = free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Slot(self.clone())
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let (free, freed) = &*self.0.0;
        *free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        freed.notify_one();
    }
}
