//! What wit-bindgen makes of `wit/`. Authors use the names that the crate re-exports, never these.
#![allow(missing_docs, unreachable_pub, unsafe_code, clippy::all)]

pub mod handler {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "handler-plugin",
        pub_export_macro: true,
        export_macro_name: "export_handler",
        default_bindings_module: "flowport_plugin::bindings::handler",
        additional_derives: [PartialEq, Clone],
    });
}

pub mod codec {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "codec-plugin",
        pub_export_macro: true,
        export_macro_name: "export_codec",
        default_bindings_module: "flowport_plugin::bindings::codec",
        additional_derives: [PartialEq, Clone],
        with: {
            "flowport:plugin/types@0.1.0": super::handler::flowport::plugin::types,
            "flowport:plugin/host@0.1.0": super::handler::flowport::plugin::host,
        },
    });
}
