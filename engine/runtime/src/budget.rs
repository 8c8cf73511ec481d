use std::time::Instant;

use wasmtime::bail;

use crate::limits::Limits;

/// What is left of an operation's limits.
pub(crate) struct Budget {
    limits: Limits,
    calls: u64,
    bytes: u64,
    unpacked: u64,
    started: Instant,
    moved: Instant,
}

impl Budget {
    /// For an operation on `input` bytes.
    pub(crate) fn new(limits: &Limits, input: u64) -> Budget {
        let now = Instant::now();
        Budget {
            calls: limits.calls.saturating_add(input / limits.bytes_per_call.max(1)),
            bytes: limits.bytes.saturating_add(input.saturating_mul(limits.bytes_per_input)),
            unpacked: limits.bytes.saturating_add(input.saturating_mul(limits.unpacked_per_input)).min(limits.unpacked),
            limits: limits.clone(),
            started: now,
            moved: now,
        }
    }

    /// One host call.
    pub(crate) fn call(&mut self) -> wasmtime::Result<()> {
        match self.calls.checked_sub(1) {
            Some(left) => self.calls = left,
            None => bail!("it made too many calls of the host"),
        }
        Ok(())
    }

    /// One host call that moves bytes to or from the plugin.
    pub(crate) fn bytes(&mut self, count: usize) -> wasmtime::Result<()> {
        self.call()?;
        if count > self.limits.memory {
            bail!("it asked for {count} bytes at once, more than its memory may hold");
        }
        Self::take(&mut self.bytes, count)?;
        self.mark(count);
        Ok(())
    }

    /// One host call by which a decoder hands over unpacked bytes.
    pub(crate) fn unpacked(&mut self, count: usize) -> wasmtime::Result<()> {
        self.call()?;
        Self::take(&mut self.unpacked, count)?;
        self.mark(count);
        Ok(())
    }

    fn take(left: &mut u64, count: usize) -> wasmtime::Result<()> {
        match left.checked_sub(count as u64) {
            Some(rest) => *left = rest,
            None => bail!("it moved more bytes than its input allows"),
        }
        Ok(())
    }

    fn mark(&mut self, count: usize) {
        if count > 0 {
            self.moved = Instant::now();
        }
    }

    /// What it began with.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Stops an operation that takes too long.
    pub(crate) fn check_time(&self) -> wasmtime::Result<()> {
        if self.moved.elapsed() > self.limits.idle {
            bail!("it ran for {} seconds without reading or writing anything", self.limits.idle.as_secs_f32());
        }
        if self.started.elapsed() > self.limits.total {
            bail!("it took longer than {} seconds", self.limits.total.as_secs_f32());
        }
        Ok(())
    }
}
