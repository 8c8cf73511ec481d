use flowport_plugin::json::Value;

use crate::check::usable;
use crate::entries::{FIELDS, RELATIONSHIPS, text_of};
use crate::kind::ModelKind;
use crate::part::Part;
use crate::travel::places_staying;

/// A place that names another entity or a picklist.
pub(crate) struct Link<'d> {
    pub(crate) value: Value<'d>,
    pub(crate) kind: ModelKind,
    pub(crate) name: String,
}

/// All of a part, in its order. What stays in its environment needs nothing elsewhere: an export of `account` must not
/// drag along every standard entity.
pub(crate) fn links(part: &Part) -> Vec<Link<'_>> {
    if part.kind == ModelKind::Picklist {
        return Vec::new();
    }
    let staying = places_staying(part);
    let mut links = Vec::new();
    for list in [FIELDS, RELATIONSHIPS] {
        for entry in part.root().get(list.member).into_iter().flat_map(Value::elements) {
            if !staying.contains(&entry.span().start) {
                links.extend(link_of(entry, list == FIELDS));
            }
        }
    }
    links
}

fn link_of(entry: Value<'_>, is_field: bool) -> Option<Link<'_>> {
    let (member, kind) = match (is_field, text_of(entry, "type").as_deref()) {
        (true, Some("picklist")) => ("picklist", ModelKind::Picklist),
        (true, Some("lookup")) => ("lookup", ModelKind::Entity),
        (true, _) => return None,
        (false, _) => ("entity", ModelKind::Entity),
    };
    let value = entry.get(member)?;
    let name = value.as_str()?.into_owned();
    usable(&name).ok()?;
    Some(Link { value, kind, name })
}
