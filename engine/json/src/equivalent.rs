use std::borrow::Cow;
use std::collections::HashMap;

use crate::iterate::{Elements, Members};
use crate::value::{Key, Kind, Value};

/// Two arrays or objects that are alike as far as they have been compared. They are on a stack of their own, because
/// documents may nest as deep as their limits let them.
enum Pair<'l, 'r> {
    Arrays(Elements<'l>, Elements<'r>),
    Objects(Members<'l>, Lookup<'r>),
}

pub(crate) fn compare<'l, 'r>(left: Value<'l>, right: Value<'r>) -> bool {
    let mut open: Vec<Pair<'l, 'r>> = Vec::new();
    let mut next = Some((left, right));
    loop {
        if let Some((left, right)) = next {
            match (left.kind(), right.kind()) {
                (Kind::Array, Kind::Array) => {
                    open.push(Pair::Arrays(left.elements(), right.elements()));
                }
                (Kind::Object, Kind::Object) => {
                    open.push(Pair::Objects(left.members(), Lookup::new(right)));
                }
                (Kind::String, Kind::String) if left.as_str() == right.as_str() => {}
                (Kind::Null | Kind::Bool | Kind::Number, kind) if kind == left.kind() && left.raw() == right.raw() => {}
                _ => return false,
            }
        }
        next = match open.last_mut() {
            None => return true,
            Some(Pair::Arrays(left, right)) => match (left.next(), right.next()) {
                (None, None) => None,
                (Some(left), Some(right)) => Some((left, right)),
                _ => return false,
            },
            Some(Pair::Objects(left, right)) => match left.next() {
                None if right.has_more() => return false,
                None => None,
                Some((key, left)) => match right.find(key) {
                    None => return false,
                    Some(right) => Some((left, right)),
                },
            },
        };
        if next.is_none() {
            open.pop();
        }
    }
}

/// Finds the members of an object by name, at once where they are asked for in their own order.
struct Lookup<'r> {
    object: Value<'r>,
    in_order: Members<'r>,
    by_name: Option<HashMap<Cow<'r, str>, Value<'r>>>,
}

impl<'r> Lookup<'r> {
    fn new(object: Value<'r>) -> Self {
        Lookup { object, in_order: object.members(), by_name: None }
    }

    fn find(&mut self, key: Key<'_>) -> Option<Value<'r>> {
        let name = key.name();
        if let Some((key, value)) = self.in_order.next()
            && key.is(&name)
        {
            return Some(value);
        }
        let by_name = || self.object.members().map(|(key, value)| (key.name(), value)).collect();
        self.by_name.get_or_insert_with(by_name).get(&name).copied()
    }

    /// Whether there are more members than have been asked for. As names do not repeat, the others have then been found.
    fn has_more(&mut self) -> bool {
        self.in_order.next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use crate::Document;

    fn equivalent(left: &str, right: &str) -> bool {
        let (left, right) = (Document::parse(left).unwrap(), Document::parse(right).unwrap());
        let result = left.root().equivalent(right.root());
        assert_eq!(right.root().equivalent(left.root()), result);
        result
    }

    #[test]
    fn sees_through_layout_order_and_escapes() {
        assert!(equivalent("[ 1 ,2]", "[1,2]"));
        assert!(equivalent(r#"{"a":1,"b":[{"x":1,"y":2}],"c":3}"#, r#"{"c":3,"b":[{"y":2,"x":1}],"a":1}"#));
        assert!(equivalent(r#"{"\u0061":"\u00e9\/"}"#, r#"{"a":"é/"}"#));
        assert!(equivalent("[[],{},null,true]", "[[],{},null,true]"));
    }

    #[test]
    fn sees_differences() {
        for (left, right) in [
            ("1", "1.0"),
            ("1", "\"1\""),
            ("null", "false"),
            ("true", "false"),
            ("[]", "{}"),
            ("[1,2]", "[2,1]"),
            ("[1]", "[1,1]"),
            ("[[1]]", "[[2]]"),
            (r#"{"a":1}"#, r#"{"a":2}"#),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            (r#"{"a":1}"#, r#"{"a":1,"b":1}"#),
            (r#"{"a":1,"b":2,"c":3}"#, r#"{"a":1,"c":2,"b":3}"#),
            (r#"{"a":{}}"#, r#"{"a":{"b":null}}"#),
            (r#""a""#, r#""A""#),
        ] {
            assert!(!equivalent(left, right), "{left} {right}");
        }
    }

    #[test]
    fn compares_many_reordered_members_in_linear_time() {
        let object = |numbers: &mut dyn Iterator<Item = u32>| {
            let members: Vec<_> = numbers.map(|number| format!("\"k{number}\":{number}")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(equivalent(&object(&mut (0..100_000)), &object(&mut (0..100_000).rev())));
    }
}
