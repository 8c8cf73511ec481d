//! The engine with the built-in plugins, in memory.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use flowport_core::content::Content;
use flowport_core::decode::{Decoded, decode};
use flowport_core::encode::{self, Leftover, Placed};
use flowport_core::model::Package;
use flowport_core::plugin::{Input, Output};
use flowport_core::registry::Registry;
use flowport_runtime::{Limits, Runtime};

pub(crate) fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let runtime = Runtime::new(Limits::default()).unwrap();
        let mut registry = Registry::default();
        for precompiled in flowport_bundle::PLUGINS {
            let plugin = runtime.load_precompiled(precompiled).unwrap();
            plugin.handler().unwrap().into_iter().for_each(|handler| registry.add_handler(handler, false).unwrap());
            plugin.codec().unwrap().into_iter().for_each(|codec| registry.add_codec(codec, false).unwrap());
        }
        registry
    })
}

pub(crate) fn read(bytes: &[u8]) -> Decoded {
    let input: Arc<dyn Input> = Arc::new(Content::from_bytes(bytes));
    let shown = || String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]).into_owned();
    decode(registry(), &input, None).unwrap_or_else(|error| panic!("{error}: {:#?}\n{}", error.diagnostics(), shown()))
}

#[derive(Default)]
struct Memory(Mutex<Vec<u8>>);

impl Output for Memory {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut content = self.0.lock().unwrap();
        let start = usize::try_from(offset).unwrap();
        if content.len() < start + bytes.len() {
            content.resize(start + bytes.len(), 0);
        }
        content[start..start + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }
}

fn try_encode(
    format: &str,
    package: &Package,
    leftover: Leftover,
) -> Result<(Vec<u8>, Vec<Placed>), flowport_core::Error> {
    let memory = Arc::new(Memory::default());
    let output: Arc<dyn Output> = memory.clone();
    let placed = encode::encode(registry(), format, package, leftover, &output)?.placed;
    let bytes = memory.0.lock().unwrap().clone();
    Ok((bytes, placed))
}

pub(crate) fn encode(format: &str, package: &Package, leftover: Leftover) -> (Vec<u8>, Vec<Placed>) {
    try_encode(format, package, leftover)
        .unwrap_or_else(|error| panic!("{format}: {error}: {:#?}", error.diagnostics()))
}

/// The codes of what is wrong.
pub(crate) fn refused(format: &str, package: &Package, leftover: Leftover) -> Vec<String> {
    let error = try_encode(format, package, leftover).expect_err("it was written");
    error.diagnostics().iter().map(|found| found.code.clone()).collect()
}

pub(crate) fn convert(bytes: &[u8], format: &str) -> Vec<u8> {
    encode(format, &read(bytes).package, Leftover::Carry).0
}
