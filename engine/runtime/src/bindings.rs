//! What wasmtime makes of `wit/`: one world per role, shared types.
#![allow(missing_docs, unreachable_pub, clippy::all)]

pub(crate) mod handler {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "handler-plugin",
        imports: { default: trappable },
        with: {
            "flowport:plugin/host.view": crate::host::ViewHandle,
            "flowport:plugin/host.reader": crate::host::ReaderHandle,
            "flowport:plugin/host.input": crate::host::InputHandle,
            "flowport:plugin/host.output": crate::host::OutputHandle,
            "flowport:plugin/host.package-writer": crate::host::PackageWriterHandle,
            "flowport:plugin/host.package-reader": crate::host::PackageReaderHandle,
        },
    });
}

pub(crate) mod codec {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "codec-plugin",
        with: {
            "flowport:plugin/types": crate::bindings::handler::flowport::plugin::types,
            "flowport:plugin/host": crate::bindings::handler::flowport::plugin::host,
        },
    });
}

pub(crate) use handler::flowport::plugin::{host as wit_host, types as wit};
