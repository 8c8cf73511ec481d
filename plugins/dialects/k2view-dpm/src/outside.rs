//! What a flow needs that no export carries: roles, operations, mail templates and custom lists, by name. Told by their
//! keys.

use std::collections::HashSet;

use flowport_plugin::Diagnostic;
use flowport_plugin::findings::{Findings, shown};
use flowport_plugin::json::Value;

use crate::{codes, keys};

struct Need {
    code: &'static str,
    what: &'static str,
    /// The last words of keys that hold its name.
    keys: &'static [&'static [&'static str]],
}

/// The more telling keys first.
const NEEDS: [Need; 4] = [
    Need { code: codes::ROLE, what: "role", keys: &[&["ROLE"], &["ROLE", "NAME"]] },
    Need { code: codes::OPERATION, what: "operation", keys: &[&["OPERATION"], &["OPERATION", "NAME"]] },
    Need {
        code: codes::MAIL_TEMPLATE,
        what: "mail template",
        keys: &[
            &["MAIL", "TEMPLATE"],
            &["MAIL", "TEMPLATE", "NAME"],
            &["EMAIL", "TEMPLATE"],
            &["EMAIL", "TEMPLATE", "NAME"],
        ],
    },
    Need { code: codes::CUSTOM_LIST, what: "custom list", keys: &[&["LIST"], &["LIST", "NAME"]] },
];

/// Names each of them once, where it is needed first.
pub(crate) fn check(root: Value<'_>, findings: &mut Findings) {
    let mut seen: HashSet<(&str, String)> = HashSet::new();
    for value in root.descendants() {
        let (Some(key), Some(name)) = (value.key(), value.as_str()) else { continue };
        let key = key.name();
        let holds = |need: &&Need| need.keys.iter().any(|last| keys::ends_in(&key, last));
        let Some(need) = NEEDS.iter().find(holds).filter(|_| !name.trim().is_empty()) else { continue };
        if seen.insert((need.code, name.clone().into_owned())) {
            let summary = format!("the flow needs the {} {}, which does not travel with it", need.what, shown(&name));
            let help = format!("see to it that the {} is there under this name in the target", need.what);
            findings.at(value, Diagnostic::info(need.code, summary).help(help));
        }
    }
}
