use flowport_plugin::findings::{Findings, kind};
use flowport_plugin::json::Value;
use flowport_plugin::{Diagnostic, ResourceId};

use crate::{PART, codes};

/// Collects what is found in one flow; no subject where the flow is too broken to be a resource.
pub(crate) fn about(subject: Option<&ResourceId>) -> Findings {
    Findings::in_part(PART, subject.cloned(), codes::TOO_MANY)
}

/// Says that a value is of another type than it must be.
pub(crate) fn wrong_type(value: Value<'_>, what: &str, expected: &str) -> Diagnostic {
    Diagnostic::error(codes::WRONG_TYPE, format!("{what} must be {expected}, not {}", kind(value)))
        .help(format!("write {expected} there, or export the flow again"))
}
