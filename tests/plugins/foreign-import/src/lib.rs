//! Wants what flowport does not lend.

use flowport_plugin::{Failure, Handler, Inspection, KindInfo, View};

#[cfg(target_arch = "wasm32")]
#[allow(missing_docs, unreachable_pub)]
mod bindings {
    wit_bindgen::generate!({ path: "wit", world: "opener" });
}

struct Opener;

impl Handler for Opener {
    fn kinds() -> Vec<KindInfo> {
        vec![KindInfo::new("note", "misbehave")]
    }

    fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
        Ok(Inspection::new().identity(open(&subject.head().name)))
    }
}

#[cfg(target_arch = "wasm32")]
fn open(name: &str) -> String {
    bindings::acme::secrets::vault::open(name)
}

#[cfg(not(target_arch = "wasm32"))]
fn open(name: &str) -> String {
    name.to_owned()
}

flowport_plugin::register!(handler: Opener);
