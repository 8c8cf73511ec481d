//! What a file of DPM must be.

use flowport_plugin::json::Value;
use flowport_plugin::json_file::{Codes, JsonFile};

use crate::codes;

pub(crate) const FILE: JsonFile = JsonFile {
    what: "a flow of DPM",
    noun: "flow",
    is_one: is_flow,
    another: "this is no flow of DPM: it has neither FLOW_NAME nor STAGES",
    export_again: "export the flow again from DPM, in the Admin module",
    codes: Codes {
        not_json: codes::NOT_JSON,
        encoded: codes::ENCODED,
        not_an_object: codes::NOT_AN_OBJECT,
        another: codes::NO_FLOW,
    },
};

/// Whether an object has one of the two keys without which there is no flow.
pub(crate) fn is_flow(object: Value<'_>) -> bool {
    object.get("FLOW_NAME").is_some() || object.get("STAGES").is_some()
}
