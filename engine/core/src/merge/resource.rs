//! One resource out of three.

use std::sync::Arc;

use flowport_json::quote;

use super::content::Contents;
use super::model::{Clash, Merged, Verdict};
use crate::content::Content;
use crate::diff::{Options, Secrecy, Shown, head};
use crate::error::Error;
use crate::model::volatile::ATTRIBUTES;
use crate::model::{EditOp, Head, Part, Resource, SlotValue};
use crate::plugin::SharedView;
use crate::registry::Registry;

/// The part under which a difference of the head is named.
const HEAD: &str = "head";
/// Where the name stands in it.
const NAME: &str = "/name";
/// Where the dialect does.
const DIALECT: &str = "/dialect";

/// Merges what the target changed in a resource with what comes: `sides` are the resource as it came last, as it is there, and
/// as an import would store it now, all under the id that it has there. `apart` gives the declared secrets that are kept apart
/// from it, so that none of them is shown.
///
/// Name and state stand in the content of many kinds: where they differ, the handler first gives all sides the same ones. The
/// state is no content; the merged resource has the one of what comes.
///
/// # Errors
/// When a handler fails, or a part cannot be read.
pub fn merge<'a>(
    registry: &'a Registry,
    sides: [&SharedView; 3],
    apart: impl Fn() -> Vec<SlotValue> + 'a,
) -> Result<Merged, Error> {
    let name = name(sides);
    let state = sides[2].head.state;
    let alike = |side: &SharedView| -> Result<SharedView, Error> {
        let mut ops = Vec::new();
        if let Some(name) = name.filter(|name| **name != side.head.name) {
            ops.push(EditOp::Rename(name.clone()));
        }
        if side.head.state != state {
            ops.push(EditOp::SetState(state));
        }
        same(registry, side, &ops)
    };
    let alike = [alike(sides[0])?, alike(sides[1])?, alike(sides[2])?];
    let secrecy = alike.each_ref().map(|side| Secrecy::of(registry, side, || Ok(Vec::new())));
    let secrecy = Secrecy::joint(secrecy.into()).with(apart);
    let mut merged = Merged {
        resource: Resource { head: alike[1].head.clone(), parts: Vec::new() },
        kept: Vec::new(),
        taken: Vec::new(),
        clashes: Vec::new(),
        doubt: None,
    };
    facts(sides, &mut merged);
    let dialects = alike.each_ref().map(|side| &side.head.dialect);
    let is_of_one = dialects[0] == dialects[1] && dialects[1] == dialects[2];
    let handler = registry.handler(&alike[1].head);
    let (id, options) = (&alike[1].head.id, &Options::default());
    let contents = Contents { id, info: handler.map(|(_, info)| info), secrecy: &secrecy, options };
    content(&contents, alike.each_ref(), &mut merged)?;
    if !is_of_one && !merged.kept.is_empty() && !merged.taken.is_empty() {
        // What one language says has no place in another.
        merged.clashes.push(clash(dialects, DIALECT));
    }
    merged.doubt = secrecy.doubt();
    Ok(merged)
}

/// Attributes and parts; the target's in their order, then those that come.
fn content(contents: &Contents<'_>, sides: [&SharedView; 3], merged: &mut Merged) -> Result<(), Error> {
    let attributes = sides.map(|side| attributes(&side.head));
    if let Some(part) = contents.part(ATTRIBUTES, attributes.each_ref().map(Some), merged)? {
        let text = part.content.read_all().map_err(Error::Output)?;
        merged.resource.head.attributes = String::from_utf8_lossy(&text).into();
    }
    let [base, ours, theirs] = sides;
    let coming = theirs.parts.iter().filter(|part| ours.part(&part.name).is_none());
    let gone = |part: &&Part| ours.part(&part.name).is_none() && theirs.part(&part.name).is_none();
    for name in ours.parts.iter().chain(coming).chain(base.parts.iter().filter(gone)).map(|part| &part.name) {
        let part = contents.part(name, sides.map(|side| side.part(name)), merged)?;
        merged.resource.parts.extend(part);
    }
    Ok(())
}

/// The name that it will have; none where both sides gave it another one.
fn name(sides: [&SharedView; 3]) -> Option<&String> {
    let [base, ours, theirs] = sides.map(|side| &side.head.name);
    match Verdict::of([base, ours, theirs]) {
        Verdict::Same | Verdict::Kept => Some(ours),
        Verdict::Taken => Some(theirs),
        Verdict::Both => None,
    }
}

/// A side with name and state as all shall have them. Without a handler nothing says that they stand in the content.
fn same(registry: &Registry, side: &SharedView, ops: &[EditOp]) -> Result<SharedView, Error> {
    if ops.is_empty() {
        return Ok(side.clone());
    }
    if let Some((handler, _)) = registry.handler(&side.head) {
        return Ok(Arc::new(side.edited(handler.edit(side, ops)?)));
    }
    let mut resource = Resource::clone(side);
    for op in ops {
        match op {
            EditOp::Rename(name) => resource.head.name.clone_from(name),
            EditOp::SetState(state) => resource.head.state = *state,
            _ => {}
        }
    }
    Ok(Arc::new(resource))
}

/// Name, origin and dialect: one value each.
fn facts(sides: [&SharedView; 3], merged: &mut Merged) {
    let [base, ours, theirs] = sides.map(|side| &side.head);
    let values = |head: &Head| [head.name.clone(), head.origin.as_str().to_owned(), head.dialect.clone()];
    let [was, now, comes] = [values(base), values(ours), values(theirs)];
    for (at, path) in [NAME, "/origin", DIALECT].into_iter().enumerate() {
        let change = |to: &Head| head(base, to).into_iter().filter(move |change| change.path == path);
        match Verdict::of([&was[at], &now[at], &comes[at]]) {
            Verdict::Same => {}
            Verdict::Kept => merged.kept.extend(change(ours)),
            Verdict::Taken => {
                merged.taken.extend(change(theirs));
                match path {
                    NAME => {}
                    "/origin" => merged.resource.head.origin = theirs.origin,
                    _ => merged.resource.head.dialect.clone_from(&theirs.dialect),
                }
            }
            Verdict::Both => merged.clashes.push(clash([&was[at], &now[at], &comes[at]], path)),
        }
    }
}

fn clash(values: [&String; 3], path: &str) -> Clash {
    let [base, now, comes] = values.map(|text| Some(Shown::Json(quote(text))));
    Clash { part: HEAD.to_owned(), path: path.to_owned(), base, now, comes }
}

/// The attributes as a part.
fn attributes(head: &Head) -> Part {
    let content = Content::from_bytes(head.attributes.as_bytes());
    Part { name: ATTRIBUTES.to_owned(), media_type: "application/json".to_owned(), content }
}
