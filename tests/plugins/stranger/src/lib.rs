//! A component that has nothing to do with flowport.
// Natively nothing: a linker would stumble over the names of the exports.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, unreachable_pub)]

mod bindings {
    wit_bindgen::generate!({ path: "wit", world: "stranger" });
}

struct Stranger;

impl bindings::exports::acme::greetings::greeter::Guest for Stranger {
    fn greet() -> String {
        "hello".to_owned()
    }
}

bindings::export!(Stranger with_types_in bindings);
