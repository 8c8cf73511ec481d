//! `$type`: the .NET class that each object of a package names first.

use flowport_plugin::json::Value;

/// The member.
pub const MEMBER: &str = "$type";

/// The last segment of the class of an object: `MapElementId` of `"ManyWho.Flow.Model.Elements.Map.MapElementId,
/// ManyWho.Flow.Identifiers"`.
#[must_use]
pub fn of(object: Value<'_>) -> Option<&str> {
    let raw = object.get(MEMBER)?.raw();
    let class = raw.strip_prefix('"')?.strip_suffix('"')?;
    let class = class.split_once(',').map_or(class, |(class, _)| class);
    class.rsplit('.').next()
}
