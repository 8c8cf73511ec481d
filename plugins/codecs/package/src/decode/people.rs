//! Who built the elements: names and e-mail addresses that travel with a package.

use std::collections::HashSet;

use flowport_boomi_flow::is_person;
use flowport_plugin::json::Value;

use super::file::File;
use crate::codes;
use crate::problems::Problems;

/// Says once how many people a package names.
pub(super) fn report(file: &File<'_>, problems: &mut Problems) {
    let elements = file.identified().flat_map(|(_, element)| element.members());
    let people = elements.map(|(_, value)| value).filter(|value| is_person(*value));
    let identity = |person: Value<'_>| {
        let named = ["Guid", "Email"].into_iter().find_map(|name| person.get(name));
        named.and_then(Value::as_str).map(|text| text.into_owned())
    };
    let people: HashSet<String> = people.filter_map(identity).collect();
    if people.is_empty() {
        return;
    }
    let count = people.len();
    let who = if count == 1 { "one person".to_owned() } else { format!("{count} people") };
    let summary = format!("the package names {who} who built its elements, with e-mail address; this travels along");
    let help = "do not publish the package if they should not be known";
    problems.info(codes::PEOPLE, summary, help);
}
