//! Who a component says it is.

use flowport_core::model::{FormatInfo, KindInfo};
use flowport_core::plugin::PluginName;
use serde::{Deserialize, Serialize};
use wasmparser::{Parser, Payload};

/// The custom section in which the SDK's macro puts `name\nversion`.
const SECTION: &str = "flowport-plugin";

use crate::plugin::Role;

/// All that can be known of a plugin without loading it; kept beside an artifact compiled ahead of time.
#[derive(Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) name: String,
    pub(crate) version: String,
    /// SHA-256 of the component, in hexadecimal.
    pub(crate) hash: String,
    pub(crate) roles: Vec<Role>,
    pub(crate) imports: Vec<String>,
    pub(crate) kinds: Vec<KindInfo>,
    pub(crate) formats: Vec<FormatInfo>,
}

/// Reads the name and version out of a component; `fallback` where it says nothing of itself (other languages).
pub(crate) fn plugin_name(component: &[u8], fallback: &str) -> PluginName {
    let stated = Parser::new(0).parse_all(component).filter_map(Result::ok).find_map(|payload| match payload {
        Payload::CustomSection(section) if section.name() == SECTION => {
            let text = std::str::from_utf8(section.data()).ok()?;
            let (name, version) = text.split_once('\n')?;
            let clean = |text: &str| text.chars().filter(|character| !character.is_control()).take(64).collect();
            Some(PluginName { name: clean(name), version: clean(version) })
        }
        _ => None,
    });
    stated.unwrap_or_else(|| PluginName { name: fallback.to_owned(), version: "unknown version".to_owned() })
}

/// What a file is that is no component, for the error message.
pub(crate) fn no_component(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [] => Some("the file is empty"),
        [0, b'a', b's', b'm', _, _, 0, 0, ..] => Some("it is a core WebAssembly module, not a component"),
        [0, b'a', b's', b'm', _, _, _, _, ..] => None,
        _ => Some("it is no WebAssembly file"),
    }
}
