//! Comparing without what changes by itself: times, version ids, who saved last.

use flowport_json::{Document, Edits, Value};

use super::{Part, Resource};
use crate::content::Content;

/// The name of the part that stands for the attributes of the head.
pub const ATTRIBUTES: &str = "attributes";

/// The pointers of the volatile slots that lie in a part.
#[must_use]
pub fn pointers<'v>(volatile: &'v [String], part: &str) -> Vec<&'v str> {
    let slots = volatile.iter().filter_map(|slot| slot.split_once('#'));
    slots.filter(|(of, _)| *of == part).map(|(_, pointer)| pointer).collect()
}

/// The values at these pointers, in which `*` stands for any one token, in the document's order. None that lies within another
/// one, and none that is `null`.
#[must_use]
pub fn values<'d>(root: Value<'d>, pointers: &[&str]) -> Vec<Value<'d>> {
    let mut found: Vec<Value<'d>> = pointers.iter().flat_map(|pointer| at(root, pointer)).collect();
    found.sort_by_key(|value| (value.span().start, std::cmp::Reverse(value.span().end)));
    let mut done = 0;
    found.retain(|value| {
        let is_apart = !value.is_null() && value.span().start >= done;
        if is_apart {
            done = value.span().end;
        }
        is_apart
    });
    found
}

/// The resource with `null` at all volatile slots. None where a part that has some is no JSON or cannot be read.
pub(super) fn without(resource: &Resource, volatile: &[String]) -> Option<Resource> {
    let mut stable = resource.clone();
    let in_attributes = pointers(volatile, ATTRIBUTES);
    if !in_attributes.is_empty() {
        let text = blanked(resource.head.attributes.as_bytes().to_vec(), &in_attributes)?;
        stable.head.attributes = String::from_utf8(text).ok()?.into();
    }
    for Part { name, content, .. } in &mut stable.parts {
        let pointers = pointers(volatile, name);
        if !pointers.is_empty() {
            *content = Content::from_bytes(blanked(content.read_all().ok()?, &pointers)?);
        }
    }
    Some(stable)
}

/// The text with `null` at the pointers. None where it is no JSON.
pub(crate) fn blanked(text: Vec<u8>, pointers: &[&str]) -> Option<Vec<u8>> {
    let document = Document::parse(text).ok()?;
    let mut edits = Edits::new(&document);
    for value in values(document.root(), pointers) {
        edits.replace(value, "null");
    }
    edits.finish().ok()
}

/// The values at a pointer in which `*` stands for any one token.
pub(crate) fn at<'d>(root: Value<'d>, pattern: &str) -> Vec<Value<'d>> {
    let mut values = vec![root];
    for token in flowport_json::pointer::tokens(pattern) {
        values = values
            .into_iter()
            .flat_map(|value| -> Vec<Value<'d>> {
                match token.as_ref() {
                    "*" => value.members().map(|(_, member)| member).chain(value.elements()).collect(),
                    name => value.get(name).or_else(|| value.elements().nth(name.parse().ok()?)).into_iter().collect(),
                }
            })
            .collect();
    }
    values
}

#[cfg(test)]
mod tests {
    use super::blanked;

    fn same(left: &str, right: &str, pointers: &[&str]) -> bool {
        let blanked = |text: &str| blanked(text.into(), pointers).unwrap();
        blanked(left) == blanked(right)
    }

    #[test]
    fn only_volatile_values_are_overlooked() {
        let (left, right) = (r#"{"a":{"v":1,"w":2},"d":"x"}"#, r#"{"a":{"v":3,"w":2},"d":"y"}"#);
        assert!(same(left, right, &["/*/v", "/d"]));
        assert!(same(left, right, &["/a", "/a/v", "/d"]));
        assert!(!same(left, right, &["/*/v"]));
        assert!(!same(left, right, &["/d"]));
        assert!(same(r#"[{"v":1},{"v":2}]"#, r#"[{"v":2},{"v":1}]"#, &["/*/v"]));
        assert!(!same(r#"[{"v":1},{"v":2}]"#, r#"[{"v":1},{"v":3}]"#, &["/0/v"]));
    }
}
