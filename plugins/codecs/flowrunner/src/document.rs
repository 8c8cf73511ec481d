//! What a file of FlowRunner must be.

use flowport_flowrunner::{Shape, shape};
use flowport_plugin::json::Value;
use flowport_plugin::json_file::{Codes, JsonFile};

use crate::codes;

pub(crate) const FILE: JsonFile = JsonFile {
    what: "a version of a flow",
    noun: "flow",
    is_one: is_flow,
    another: "this is no flow of FlowRunner: it does not have elements beside a name",
    export_again: "export the version again from FlowRunner",
    codes: Codes {
        not_json: codes::NOT_JSON,
        encoded: codes::ENCODED,
        not_an_object: codes::NOT_AN_OBJECT,
        another: codes::NO_FLOW,
    },
};

/// Whether an object may be an exported version.
pub(crate) fn is_flow(object: Value<'_>) -> bool {
    shape(object) != Shape::Other
}
