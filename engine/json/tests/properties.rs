//! What holds for every document.

use flowport_json::{Document, Edits, MemberOrder, Value, compact, pointer, pretty, quote};
use proptest::prelude::*;
use serde_json::Value as Expected;

/// A document before it is text; strings and numbers are raw.
#[derive(Debug, Clone)]
enum Tree {
    Scalar(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-c/~]{0,3}",
        1 => Just(r"\u0061".to_owned()),
        1 => Just(r#"\"\\\/\b\f\n\r\t"#.to_owned()),
        1 => Just(r"\ud83d\uDE00".to_owned()),
        1 => Just(r"\u0000".to_owned()),
        1 => "[é漢😀\u{7F}\u{2028}]",
        1 => "[a-z ]{8,40}",
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

/// Numbers that serde_json reads too, so that its result can be compared.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,2})?",
        Just("-0.0".to_owned()),
        Just("0.1000000000000000055511151231257827".to_owned()),
    ]
}

fn odd_number() -> impl Strategy<Value = String> {
    prop_oneof![Just("1e400".to_owned()), Just("-1E+9999".to_owned()), "[1-9][0-9]{300,400}"]
}

fn tree(number: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = Tree> {
    let word = prop_oneof![Just("null"), Just("true"), Just("false")].prop_map(str::to_owned);
    let scalar = prop_oneof![string(), number, word].prop_map(Tree::Scalar);
    scalar.prop_recursive(5, 60, 7, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..7).prop_map(Tree::Array),
            proptest::collection::vec((string(), inner), 0..7).prop_map(|members| {
                let mut names = std::collections::HashSet::new();
                let meaning = |raw: &str| serde_json::from_str::<String>(raw).unwrap();
                Tree::Object(members.into_iter().filter(|(name, _)| names.insert(meaning(name))).collect())
            }),
        ]
    })
}

fn write(tree: &Tree, spaces: &mut impl Iterator<Item = &'static str>, text: &mut String) {
    let mut space = |text: &mut String| text.push_str(spaces.next().unwrap());
    space(text);
    match tree {
        Tree::Scalar(raw) => text.push_str(raw),
        Tree::Array(elements) => {
            text.push('[');
            for (place, element) in elements.iter().enumerate() {
                text.push_str(if place > 0 { "," } else { "" });
                write(element, spaces, text);
            }
            text.push_str(spaces.next().unwrap());
            text.push(']');
        }
        Tree::Object(members) => {
            text.push('{');
            for (place, (name, value)) in members.iter().enumerate() {
                text.push_str(if place > 0 { "," } else { "" });
                text.push_str(spaces.next().unwrap());
                text.push_str(name);
                text.push_str(spaces.next().unwrap());
                text.push(':');
                write(value, spaces, text);
            }
            text.push_str(spaces.next().unwrap());
            text.push('}');
        }
    }
    text.push_str(spaces.next().unwrap());
}

/// The text of a tree with white space all over.
fn text(tree: impl Strategy<Value = Tree>) -> impl Strategy<Value = String> {
    let space = prop_oneof![
        4 => Just(""), 1 => Just(" "), 1 => Just("\n"), 1 => Just("\r\n\t"), 1 => Just("              ")
    ];
    (tree, proptest::collection::vec(space, 1..40)).prop_map(|(tree, spaces)| {
        let mut text = String::new();
        write(&tree, &mut spaces.into_iter().cycle(), &mut text);
        text
    })
}

fn expected(text: &str) -> Expected {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Picks one of the values that `which` accepts.
fn pick<'d>(document: &'d Document, at: prop::sample::Index, which: fn(Value<'_>) -> bool) -> Option<Value<'d>> {
    let candidates: Vec<_> = document.walk().filter(|value| which(*value)).collect();
    (!candidates.is_empty()).then(|| candidates[at.index(candidates.len())])
}

fn any_value(_: Value<'_>) -> bool {
    true
}

/// Everything about a value agrees with serde_json.
fn agrees(value: Value<'_>, expected: &Expected) {
    match expected {
        Expected::Null => assert!(value.is_null()),
        Expected::Bool(expected) => assert_eq!(value.as_bool(), Some(*expected)),
        Expected::Number(_) => {
            assert_eq!(serde_json::from_str::<Expected>(value.raw()).unwrap(), *expected);
            if expected.is_i64() {
                assert_eq!(value.as_i64(), expected.as_i64());
            }
        }
        Expected::String(expected) => assert_eq!(value.as_str().unwrap(), *expected),
        Expected::Array(expected) => {
            assert_eq!(value.len(), expected.len());
            assert!(value.members().next().is_none());
            value.elements().zip(expected).for_each(|(value, expected)| agrees(value, expected));
        }
        Expected::Object(expected) => {
            assert_eq!(value.len(), expected.len());
            assert!(value.elements().next().is_none());
            for ((key, value), (name, expected)) in value.members().zip(expected) {
                assert_eq!(key.name(), *name);
                agrees(value, expected);
            }
        }
    }
}

proptest! {
    #[test]
    fn documents_come_out_as_they_went_in(text in text(tree(prop_oneof![number(), odd_number()])), bom: bool) {
        let bytes = [if bom { &b"\xEF\xBB\xBF"[..] } else { b"" }, text.as_bytes()].concat();
        let document = Document::parse(bytes.clone()).unwrap();
        prop_assert_eq!(document.text(), &text);
        prop_assert_eq!(document.has_bom(), bom);
        prop_assert_eq!(Edits::new(&document).finish().unwrap(), bytes.clone());
        prop_assert_eq!(document.into_bytes(), bytes);
    }

    #[test]
    fn documents_mean_what_serde_json_reads(text in text(tree(number()))) {
        agrees(Document::parse(text.clone()).unwrap().root(), &expected(&text));
    }

    #[test]
    fn pointers_lead_back(text in text(tree(number()))) {
        let document = Document::parse(text.clone()).unwrap();
        let expected = expected(&text);
        for value in document.walk() {
            let pointer = value.pointer();
            prop_assert!(pointer::is_valid(&pointer));
            prop_assert_eq!(document.at(&pointer).unwrap().span(), value.span());
            agrees(value, expected.pointer(&pointer).unwrap());
        }
    }

    #[test]
    fn pretty_means_the_same(text in text(tree(prop_oneof![number(), odd_number()]))) {
        let document = Document::parse(text).unwrap();
        let indented = Document::parse(pretty(&document)).unwrap();
        prop_assert!(document.root().equivalent(indented.root()));
        prop_assert_eq!(pretty(&indented), indented.text());
    }

    #[test]
    fn compact_undoes_pretty(text in text(tree(prop_oneof![number(), odd_number()]))) {
        let document = Document::parse(text).unwrap();
        let short = compact(document.root());
        let long = Document::parse(pretty(&document)).unwrap();
        prop_assert_eq!(&compact(long.root()), &short);
        let again = Document::parse(short).unwrap();
        prop_assert!(again.root().equivalent(document.root()));
    }

    #[test]
    fn adapting_gives_what_is_wanted(text in text(tree(number())), wanted in text(tree(number())), follow: bool) {
        let (document, target) = (Document::parse(text).unwrap(), Document::parse(wanted).unwrap());
        let order = if follow { MemberOrder::Follow } else { MemberOrder::Keep };
        let mut edits = Edits::new(&document);
        edits.adapt(document.root(), target.root(), order);
        let result = Document::parse(edits.finish().unwrap()).unwrap();
        prop_assert!(result.root().equivalent(target.root()));
        if follow {
            // Names stand in the order of the target.
            let names = |document: &Document| document.walk().filter_map(|value| Some(value.key()?.name().into_owned())).collect::<Vec<_>>();
            prop_assert_eq!(names(&result), names(&target));
        }
    }

    #[test]
    fn adapting_to_itself_changes_nothing(text in text(tree(number())), at: prop::sample::Index, new in text(tree(number()))) {
        let document = Document::parse(text.clone()).unwrap();
        let same = Document::parse(compact(document.root())).unwrap();
        let mut edits = Edits::new(&document);
        edits.adapt(document.root(), same.root(), MemberOrder::Follow);
        prop_assert_eq!(edits.finish().unwrap(), text.as_bytes());
        // One value of another kind changes, and nothing around it.
        let value = pick(&document, at, any_value).unwrap();
        if !matches!(value.kind(), flowport_json::Kind::Array | flowport_json::Kind::Object) {
            let mut one = Edits::new(&document);
            one.replace(value, new.trim());
            let replaced = one.finish().unwrap();
            let wanted = Document::parse(replaced.clone()).unwrap();
            let mut edits = Edits::new(&document);
            edits.adapt(document.root(), wanted.root(), MemberOrder::Follow);
            let adapted = edits.finish().unwrap();
            let kept = |bytes: &[u8]| bytes.starts_with(&text.as_bytes()[..value.span().start]);
            prop_assert!(kept(&adapted) && adapted.ends_with(&text.as_bytes()[value.span().end..]));
        }
    }

    #[test]
    fn pretty_looks_as_in_serde_json(text in text(tree(any::<i64>().prop_map(|number| number.to_string())))) {
        // Compared where the tokens are written as serde_json writes them.
        let normal = serde_json::to_string(&expected(&text)).unwrap();
        let indented = serde_json::to_string_pretty(&expected(&text)).unwrap();
        prop_assert_eq!(pretty(&Document::parse(normal).unwrap()), indented);
    }

    #[test]
    fn quoted_strings_are_read_back(text in any::<String>()) {
        let quoted = quote(&text);
        prop_assert_eq!(&serde_json::from_str::<String>(&quoted).unwrap(), &text);
        let document = Document::parse(quoted).unwrap();
        prop_assert_eq!(document.root().as_str().unwrap(), text);
    }

    #[test]
    fn replacing_changes_only_the_value(text in text(tree(number())), new in text(tree(number())), at: prop::sample::Index) {
        let document = Document::parse(text.clone()).unwrap();
        let value = pick(&document, at, any_value).unwrap();
        let mut edits = Edits::new(&document);
        edits.replace(value, &*new);
        let result = String::from_utf8(edits.finish().unwrap()).unwrap();
        prop_assert_eq!(&result, &[&text[..value.span().start], &new, &text[value.span().end..]].concat());

        let mut wanted = expected(&text);
        *wanted.pointer_mut(&value.pointer()).unwrap() = expected(&new);
        agrees(Document::parse(result).unwrap().root(), &wanted);
    }

    #[test]
    fn renaming_changes_only_the_name(text in text(tree(number())), name in "[x-z\"é]{5}", at: prop::sample::Index) {
        let document = Document::parse(text.clone()).unwrap();
        if let Some(value) = pick(&document, at, |value| value.key().is_some()) {
            let span = value.key().unwrap().span();
            let mut edits = Edits::new(&document);
            edits.rename_key(value, &name);
            let result = String::from_utf8(edits.finish().unwrap()).unwrap();
            prop_assert_eq!(&result, &[&text[..span.start], &quote(&name), &text[span.end..]].concat());
            let renamed = Document::parse(result).unwrap();
            let again = renamed.at(&pointer::join(&value.parent().unwrap().pointer(), &name)).unwrap();
            prop_assert!(again.equivalent(value));
        }
    }

    #[test]
    fn removing_and_inserting_agree_with_serde_json(
        text in text(tree(number())),
        removed in proptest::collection::vec(any::<bool>(), 1..20),
        inserted in proptest::collection::vec(0..3_usize, 1..20),
        new in text(tree(number())),
    ) {
        let document = Document::parse(text.clone()).unwrap();
        let mut wanted = expected(&text);
        let mut edits = Edits::new(&document);
        // From the back, so that pointers into serde_json's value still lead to the same place.
        let values: Vec<_> = document.walk().collect();
        let mut removed = removed.iter().cycle();
        let mut inserted = inserted.iter().cycle();
        let is_removed: Vec<bool> = values.iter().map(|value| value.parent().is_some() && *removed.next().unwrap()).collect();
        let is_gone = |value: Value<'_>| values.iter().zip(&is_removed).any(|(other, is_removed)| {
            *is_removed && other.span().start <= value.span().start && value.span().end <= other.span().end
        });
        for (value, is_removed) in values.iter().zip(&is_removed).rev() {
            let parent = value.parent();
            if parent.is_some_and(is_gone) {
                continue;
            }
            if *is_removed {
                edits.remove(*value);
                let parent = wanted.pointer_mut(&parent.unwrap().pointer()).unwrap();
                match (parent, value.key()) {
                    (Expected::Object(members), Some(key)) => drop(members.shift_remove(&*key.name())),
                    (Expected::Array(elements), _) => {
                        let place = value.pointer().rsplit('/').next().unwrap().parse::<usize>().unwrap();
                        elements.remove(place);
                    }
                    _ => unreachable!(),
                }
                continue;
            }
            for number in 0..*inserted.next().unwrap() {
                // From the back, too: the elements removed from this array already stood behind this place.
                match wanted.pointer_mut(&value.pointer()).unwrap() {
                    Expected::Object(members) => {
                        let name = format!("new \"{number}");
                        edits.insert_member(*value, &name, &*new);
                        members.insert(name, expected(&new));
                    }
                    Expected::Array(elements) => {
                        edits.insert_element(*value, &*new);
                        elements.push(expected(&new));
                    }
                    _ => {}
                }
            }
        }
        let result = String::from_utf8(edits.finish().unwrap()).unwrap();
        let edited = Document::parse(result.clone()).unwrap_or_else(|error| panic!("{result}: {error}"));
        agrees(edited.root(), &wanted);
    }

    #[test]
    fn arbitrary_bytes_are_no_reason_to_panic(bytes in any::<Vec<u8>>()) {
        if let Err(error) = Document::parse(bytes) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn almost_json_is_taken_exactly_if_it_is_json(
        text in text(tree(number())), at: prop::sample::Index, byte in prop_oneof![any::<u8>(), prop::sample::select(&b"{}[],:\"\\0-.eE \n"[..])],
        cut: bool,
    ) {
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let ours = Document::parse(bytes.clone());
        match (&ours, serde_json::from_slice::<Expected>(&bytes)) {
            (Ok(document), Ok(expected)) => agrees(document.root(), &expected),
            (Err(error), Err(_)) => {
                prop_assert!(error.position.offset <= bytes.len());
                prop_assert!(pointer::is_valid(&error.pointer));
            }
            // serde_json takes names twice, and refuses numbers out of the range of a double.
            (Err(error), Ok(_)) => prop_assert!(error.to_string().contains("twice"), "{error}"),
            (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("number out of range"), "{error}"),
        }
    }
}
