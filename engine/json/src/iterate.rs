use crate::document::Document;
use crate::tape::{Node, Tag};
use crate::value::{Key, Value};

/// The members of an object, in document order.
#[derive(Debug, Clone)]
pub struct Members<'d> {
    children: Children<'d>,
}

impl<'d> Members<'d> {
    pub(crate) fn of(value: Value<'d>) -> Self {
        Members { children: Children::of(value, Tag::Object) }
    }
}

impl<'d> Iterator for Members<'d> {
    type Item = (Key<'d>, Value<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        let Children { document, next, end } = self.children;
        if next == end {
            return None;
        }
        // A member is its name, then its value.
        let value = Value::new(document, next + 1);
        self.children.next = value.node().next;
        Some((Key::new(document, next), value))
    }
}

/// The elements of an array, in document order.
#[derive(Debug, Clone)]
pub struct Elements<'d> {
    children: Children<'d>,
}

impl<'d> Elements<'d> {
    pub(crate) fn of(value: Value<'d>) -> Self {
        Elements { children: Children::of(value, Tag::Array) }
    }
}

impl<'d> Iterator for Elements<'d> {
    type Item = Value<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        let Children { document, next, end } = self.children;
        if next == end {
            return None;
        }
        let value = Value::new(document, next);
        self.children.next = value.node().next;
        Some(value)
    }
}

/// The nodes below a container that have not been visited.
#[derive(Clone, Copy)]
struct Children<'d> {
    document: &'d Document,
    next: u32,
    end: u32,
}

impl<'d> Children<'d> {
    /// Nothing, if the value is something else.
    fn of(value: Value<'d>, container: Tag) -> Self {
        let end = value.node().next;
        let next = if value.node().tag() == container { value.index() + 1 } else { end };
        Children { document: value.document(), next, end }
    }
}

impl std::fmt::Debug for Children<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Children").field("next", &self.next).field("end", &self.end).finish_non_exhaustive()
    }
}

/// Values depth first, in document order: each before what stands in it.
#[derive(Debug, Clone)]
pub struct Walk<'d> {
    rest: Children<'d>,
}

impl<'d> Walk<'d> {
    pub(crate) fn of(value: Value<'d>) -> Self {
        Walk { rest: Children { document: value.document(), next: value.index(), end: value.node().next } }
    }
}

impl<'d> Iterator for Walk<'d> {
    type Item = Value<'d>;

    fn next(&mut self) -> Option<Self::Item> {
        let Children { document, next, end } = self.rest;
        if next == end {
            return None;
        }
        // A name is always followed by a value.
        let is_key = document.nodes.get(next as usize).is_some_and(Node::is_key);
        let value = next + u32::from(is_key);
        self.rest.next = value + 1;
        Some(Value::new(document, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_members_elements_and_descendants() {
        let document = Document::parse(r#"{"a":[1,[2],{"b":3}],"c":{},"d":[]}"#).unwrap();
        let names: Vec<_> = document.root().members().map(|(key, value)| (key.name(), value.raw())).collect();
        assert_eq!(names, [("a".into(), r#"[1,[2],{"b":3}]"#), ("c".into(), "{}"), ("d".into(), "[]")]);
        assert_eq!(document.root().elements().count(), 0);

        let array = document.at("/a").unwrap();
        let elements: Vec<_> = array.elements().map(Value::raw).collect();
        assert_eq!(elements, ["1", "[2]", r#"{"b":3}"#]);
        assert_eq!(array.members().count(), 0);

        let below: Vec<_> = array.descendants().map(Value::raw).collect();
        assert_eq!(below, [array.raw(), "1", "[2]", "2", r#"{"b":3}"#, "3"]);
        let scalar: Vec<_> = document.at("/a/0").unwrap().descendants().map(Value::raw).collect();
        assert_eq!(scalar, ["1"]);
        for empty in ["/c", "/d", "/a/0"] {
            let value = document.at(empty).unwrap();
            assert_eq!((value.members().count(), value.elements().count()), (0, 0), "{empty}");
        }
    }
}
