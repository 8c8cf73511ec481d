//! What changes by itself, out of the way of reading: `null` in the file, the value in the layout, addressed so that it is found
//! again after edits around it.

use std::collections::{HashMap, HashSet};

use flowport_core::model::{ArrayKey, volatile};
use flowport_json::{Document, EditError, Edits, Kind, Value, pointer};

/// From a value to one within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// The member of that name.
    Member(String),
    /// The element at that place.
    Index(usize),
    /// The element whose member has that value.
    Keyed {
        /// The name of the member.
        key: String,
        /// JSON text.
        value: String,
    },
}

/// A value that was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// From the root.
    pub(crate) at: Vec<Step>,
    /// JSON text.
    pub(crate) value: String,
}

/// The document with `null` at its volatile slots, and what stood there.
pub(crate) fn take(
    document: &Document,
    pointers: &[&str],
    keys: &[&ArrayKey],
) -> Result<(Vec<u8>, Vec<Kept>), EditError> {
    let found = volatile::values(document.root(), pointers);
    let gone: HashSet<usize> = found.iter().map(|value| value.span().start).collect();
    let mut arrays = Arrays::default();
    let mut edits = Edits::new(document);
    let mut kept = Vec::with_capacity(found.len());
    for value in found {
        kept.push(Kept { at: address(value, keys, &gone, &mut arrays), value: value.raw().to_owned() });
        edits.replace(value, "null");
    }
    Ok((edits.finish()?, kept))
}

/// Puts values back where `null` stands now. What somebody has written there stays; the positions of those whose place is gone
/// are returned.
pub(crate) fn put_back(document: &Document, kept: &[Kept]) -> Result<(Vec<u8>, Vec<usize>), EditError> {
    let mut arrays = Arrays::default();
    let mut edits = Edits::new(document);
    let mut lost = Vec::new();
    let mut filled = HashSet::new();
    for (position, Kept { at, value }) in kept.iter().enumerate() {
        let place = at.iter().try_fold(document.root(), |from, step| match step {
            Step::Member(name) => from.get(name),
            Step::Index(index) => arrays.element(from, *index),
            Step::Keyed { key, value } => arrays.keyed(from, key, value),
        });
        match place {
            None => lost.push(position),
            Some(place) if place.is_null() && filled.insert(place.span().start) => {
                edits.replace(place, value.as_str());
            }
            Some(_) => {}
        }
    }
    Ok((edits.finish()?, lost))
}

fn address<'d>(value: Value<'d>, keys: &[&ArrayKey], gone: &HashSet<usize>, arrays: &mut Arrays<'d>) -> Vec<Step> {
    let pointer = value.pointer();
    let tokens: Vec<_> = pointer::tokens(&pointer).collect();
    let mut steps = Vec::with_capacity(tokens.len());
    let mut root = value;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let mut from = root;
    for (depth, token) in tokens.iter().enumerate() {
        if from.kind() == Kind::Object {
            let Some(member) = from.get(token) else { break };
            steps.push(Step::Member(token.clone().into_owned()));
            from = member;
            continue;
        }
        let Some((index, element)) = token.parse().ok().and_then(|index| Some((index, arrays.element(from, index)?)))
        else {
            break;
        };
        // An element that goes itself takes its key with it.
        let is_last = depth + 1 == tokens.len();
        let keyed = keys.iter().filter(|_| !is_last).find(|key| matches(&key.path, &tokens[..depth])).and_then(|key| {
            let named = element.get(&key.key).filter(|named| !gone.contains(&named.span().start))?;
            arrays.keyed(from, &key.key, named.raw())?;
            Some(Step::Keyed { key: key.key.clone(), value: named.raw().to_owned() })
        });
        steps.push(keyed.unwrap_or(Step::Index(index)));
        from = element;
    }
    steps
}

/// True where the tokens follow the pattern, in which `*` stands for any one.
fn matches(pattern: &str, tokens: &[std::borrow::Cow<'_, str>]) -> bool {
    let pattern: Vec<_> = pointer::tokens(pattern).collect();
    pattern.len() == tokens.len() && pattern.iter().zip(tokens).all(|(wanted, token)| wanted == "*" || wanted == token)
}

/// The elements of arrays, each array looked through once: there may be thousands of slots in one.
#[derive(Default)]
struct Arrays<'d> {
    elements: HashMap<usize, Vec<Value<'d>>>,
    /// By array, name of the member and its value; none where several elements have it.
    by_key: HashMap<(usize, String), HashMap<String, Option<Value<'d>>>>,
}

impl<'d> Arrays<'d> {
    fn element(&mut self, array: Value<'d>, index: usize) -> Option<Value<'d>> {
        let elements = self.elements.entry(array.span().start).or_insert_with(|| array.elements().collect());
        elements.get(index).copied()
    }

    fn keyed(&mut self, array: Value<'d>, key: &str, value: &str) -> Option<Value<'d>> {
        let by_value = self.by_key.entry((array.span().start, key.to_owned())).or_insert_with(|| {
            let mut by_value: HashMap<String, Option<Value<'d>>> = HashMap::new();
            for element in array.elements() {
                if let Some(named) = element.get(key).and_then(scalar) {
                    by_value.entry(named).and_modify(|several| *several = None).or_insert(Some(element));
                }
            }
            by_value
        });
        let document = Document::parse(value).ok()?;
        by_value.get(&scalar(document.root())?).copied().flatten()
    }
}

/// A value that can name an element, however it is escaped; never the same text for two kinds of values.
fn scalar(value: Value<'_>) -> Option<String> {
    match value.kind() {
        Kind::String => value.as_str().map(|text| format!("\"{text}")),
        Kind::Number => Some(value.raw().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINTERS: [&str; 3] = ["/list/*/v", "/time", "/list/*/deep/*"];

    fn parse(text: &str) -> Document {
        Document::parse(text).unwrap()
    }

    fn key() -> ArrayKey {
        ArrayKey { part: "p".to_owned(), path: "/list".to_owned(), key: "id".to_owned() }
    }

    fn taken(text: &str) -> (String, Vec<Kept>) {
        let (stable, kept) = take(&parse(text), &POINTERS, &[&key()]).unwrap();
        (String::from_utf8(stable).unwrap(), kept)
    }

    fn back(text: &str, kept: &[Kept]) -> (String, Vec<usize>) {
        let (text, lost) = put_back(&parse(text), kept).unwrap();
        (String::from_utf8(text).unwrap(), lost)
    }

    const TEXT: &str = r#"{"time":1,"list":[{"id":"a","v":[1]},{"id":"b","v":2,"deep":[3,4]},{"v":5},{"id":7,"v":6}]}"#;

    #[test]
    fn what_is_taken_out_comes_back() {
        let (stable, kept) = taken(TEXT);
        assert_eq!(
            stable,
            r#"{"time":null,"list":[{"id":"a","v":null},{"id":"b","v":null,"deep":[null,null]},{"v":null},{"id":7,"v":null}]}"#
        );
        assert_eq!(back(&stable, &kept), (TEXT.to_owned(), vec![]));
    }

    #[test]
    fn it_is_found_again_after_elements_have_come_gone_and_moved() {
        let (_, kept) = taken(TEXT);
        let edited =
            r#"{"list":[{"id":"new","v":null},{"id":"b","v":null,"deep":[]},{"v":null},{"id":"\u0061","v":null}]}"#;
        let (text, lost) = back(edited, &kept);
        assert_eq!(
            text,
            r#"{"list":[{"id":"new","v":null},{"id":"b","v":2,"deep":[]},{"v":5},{"id":"\u0061","v":[1]}]}"#
        );
        let gone: Vec<&str> = lost.iter().map(|position| kept[*position].value.as_str()).collect();
        assert_eq!(gone, ["1", "3", "4", "6"]);
    }

    #[test]
    fn what_somebody_wrote_in_its_place_stays() {
        let (_, kept) = taken(TEXT);
        let (text, lost) = back(r#"{"time":9,"list":[]}"#, &kept);
        assert_eq!((text.as_str(), lost.len()), (r#"{"time":9,"list":[]}"#, kept.len() - 1));
    }

    #[test]
    fn keys_that_name_several_elements_or_are_volatile_themselves_name_none() {
        for text in [r#"{"list":[{"id":1,"v":1},{"id":1,"v":2}]}"#, r#"{"list":[{"id":{},"v":1}]}"#] {
            let (stable, kept) = taken(text);
            assert!(kept.iter().all(|kept| matches!(kept.at[1], Step::Index(_))), "{kept:?}");
            assert_eq!(back(&stable, &kept).0, text);
        }
        let document = parse(r#"{"list":[{"id":1,"v":1}]}"#);
        for pointers in [["/list/*/v", "/list/*/id"].as_slice(), &["/list/*"]] {
            let (stable, kept) = take(&document, pointers, &[&key()]).unwrap();
            let stable = Document::parse(stable).unwrap();
            assert_eq!(put_back(&stable, &kept).unwrap().0, document.text().as_bytes(), "{pointers:?}");
        }
    }
}
