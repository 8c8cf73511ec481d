//! Built for a contract that this flowport does not speak.
// Natively nothing: a linker would stumble over the names of the exports.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, unreachable_pub)]

mod bindings {
    wit_bindgen::generate!({ path: "wit", world: "handler-plugin" });
}

struct OtherContract;

impl bindings::exports::flowport::plugin::handler::Guest for OtherContract {
    fn kinds() -> Vec<String> {
        vec!["note".to_owned()]
    }
}

bindings::export!(OtherContract with_types_in bindings);
