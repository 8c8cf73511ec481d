//! What holds for all connectors and connections of flowport's own dialect.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{connection, connector, edit, inspect, relink, set_literal, set_secret, text};
use flowport_connector::Connectors;
use flowport_plugin::fake::Resource;
use flowport_plugin::{EditOp, Failure, Handler, Inspection, SlotValue};
use proptest::prelude::*;

/// The text as a JSON string; each bit of `escapes` says whether a character is spelled as an escape.
fn quoted(text: &str, escapes: u64) -> String {
    let spelled = text.chars().enumerate().map(|(index, character)| {
        let is_escaped = escapes >> (index % 64) & 1 == 1;
        if is_escaped || character < ' ' || matches!(character, '"' | '\\') {
            character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04X}")).collect()
        } else {
            character.to_string()
        }
    });
    format!("\"{}\"", spelled.collect::<String>())
}

fn string(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (text, any::<u64>()).prop_map(|(text, escapes)| quoted(&text, escapes))
}

/// Texts with and without secrets and values bound to an environment.
fn content() -> impl Strategy<Value = String> {
    let pieces = [
        "https://h.example/x",
        "https://bob:hunter2@h.example",
        "?code=abcd1234",
        "&sig=efgh5678",
        "ana@a.example",
        "Bearer abcdefghijklmnopqrst",
        " ",
        "é\n\"😀",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..5).prop_map(|pieces| pieces.concat())
}

/// Members by their unescaped names, in an object that is laid out in one way or another.
fn object(members: impl Strategy<Value = BTreeMap<String, String>>) -> impl Strategy<Value = String> {
    let space = proptest::sample::select(vec!["", " ", "\n  ", "\r\n\t"]);
    (members, space.clone(), space, any::<u64>()).prop_map(|(members, before, after, escapes)| {
        let member = |(name, value): (&String, &String)| {
            format!("{before}{}{after}:{before}{value}{after}", quoted(name, escapes))
        };
        format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
    })
}

fn secrets() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("null".to_owned()),
        Just("\"\"".to_owned()),
        string("S3CRET[a-z0-9é\"/]{0,12}"),
        string("S3CRET[a-z0-9é\"/]{0,12}"),
    ];
    object(proptest::collection::btree_map("[a-zé~/ \"]{1,4}", value, 0..6))
}

fn settings() -> impl Strategy<Value = String> {
    let key = proptest::sample::select(vec!["a", "b/c", "password", "apiKey", "url", "secrets", "name"]);
    let value =
        prop_oneof![string(content()), Just("1.50".to_owned()), string(content()).prop_map(|text| format!("[{text}]"))];
    object(proptest::collection::btree_map(key.prop_map(str::to_owned), value, 0..5))
}

/// Connectors and connections without errors.
fn resource() -> impl Strategy<Value = Resource> {
    let parts =
        (string(Just("CRM".to_owned())), string(content()), settings(), secrets(), string("[a-z]{1,3}"), any::<bool>());
    parts.prop_flat_map(|(name, url, settings, secrets, id, is_connection)| {
        let own = if is_connection { ("connector", id) } else { ("url", url) };
        let members =
            [("name", name), own, ("settings", settings), ("secrets", secrets), ("more", "[ 1.0 ]".to_owned())];
        let members: BTreeMap<_, _> = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        object(Just(members)).prop_map(move |part| if is_connection { connection(&part) } else { connector(&part) })
    })
}

/// Takes out what `chosen` says and returns it with the rest.
fn lift(before: &Resource, found: &Inspection, is_declared: bool) -> (Resource, Vec<SlotValue>) {
    let chosen = found.secrets.iter().filter(|secret| secret.declared == is_declared && secret.is_set);
    let slots: Vec<String> = chosen.map(|secret| secret.slot.clone()).collect();
    let values = Connectors::secret_values(before, &slots).unwrap();
    let out: Vec<EditOp> = slots.iter().map(|slot| set_secret(slot, None)).collect();
    (edit(before, &out).unwrap(), values)
}

proptest! {
    #[test]
    fn what_is_lifted_comes_back_byte_for_byte(before in resource(), with_mark in any::<bool>()) {
        let mut before = before;
        if with_mark {
            before.parts[0].2.splice(0..0, *b"\xEF\xBB\xBF");
        }
        let found = inspect(&before);
        for is_declared in [true, false] {
            let (without, values) = lift(&before, &found, is_declared);
            let left = inspect(&without);
            prop_assert!(left.secrets.iter().all(|secret| secret.declared != is_declared || !secret.is_set));
            if is_declared {
                prop_assert!(left.secrets.len() == found.secrets.len(), "a place is gone");
                let decoded = flowport_plugin::json::Document::parse(text(&without)).unwrap();
                prop_assert!(decoded.walk().all(|value| !value.as_str().is_some_and(|text| text.contains("S3CRET"))));
            }
            let back: Vec<EditOp> = values.into_iter().map(EditOp::SetSecret).collect();
            prop_assert_eq!(edit(&without, &back).unwrap(), before.clone());
        }
    }

    #[test]
    fn nothing_that_is_shown_holds_a_secret(before in resource()) {
        let found = inspect(&before);
        prop_assert!(found.diagnostics.iter().all(|found| found.code == "CN0007"), "{:?}", found.diagnostics);
        let shown = format!("{found:?}");
        for secret in ["S3CRET", "hunter2", "abcd1234", "efgh5678", "abcdefghijklmnopqrst"] {
            prop_assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn slots_are_unique_and_edit_takes_each(before in resource()) {
        let found = inspect(&before);
        let slots = found.references.iter().map(|reference| &reference.slot);
        let slots: Vec<&String> = slots.chain(found.secrets.iter().map(|secret| &secret.slot)).collect();
        prop_assert_eq!(slots.iter().collect::<BTreeSet<_>>().len(), slots.len());
        for reference in &found.references {
            let after = edit(&before, &[relink(&reference.slot, "connector", "new \"id\"")]).unwrap();
            let after = inspect(&after).references;
            prop_assert!(format!("{after:?}").contains("new \\\"id\\\""), "{after:?}");
        }
        for literal in &found.literals {
            let after = edit(&before, &[set_literal(&literal.slot, &literal.value, "elsewhere")]).unwrap();
            let mut left = inspect(&after).literals;
            left.retain(|left| left.slot == literal.slot && left.value == literal.value);
            prop_assert!(left.is_empty(), "{left:?}");
        }
        prop_assert_eq!(edit(&before, &[]).unwrap(), before);
    }

    #[test]
    fn nothing_panics_on_any_json(part in any_json(), is_connection in any::<bool>()) {
        let odd = if is_connection { connection(&part) } else { connector(&part) };
        let found = match Connectors::inspect(&odd) {
            Ok(found) => found,
            Err(Failure::Malformed(found)) => {
                prop_assert_eq!(&found[0].code, "CN0001");
                return Ok(());
            }
            Err(other) => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        let slots: Vec<String> = found.secrets.iter().map(|secret| secret.slot.clone()).collect();
        let values = Connectors::secret_values(&odd, &slots).unwrap();
        let back: Vec<EditOp> = values.into_iter().map(EditOp::SetSecret).collect();
        prop_assert_eq!(edit(&odd, &back).unwrap(), odd.clone());
        // Without a name there is nothing to rename; that it comes back is what counts.
        let _ = edit(&odd, &[EditOp::Rename("R".to_owned())]);
    }
}

/// JSON that uses the words of the format in the wrong places.
fn any_json() -> impl Strategy<Value = String> {
    let word =
        proptest::sample::select(vec!["name", "connector", "url", "settings", "secrets", "password", "", "a\tb"]);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("-1.5e3".to_owned()),
        string(word.clone().prop_map(str::to_owned)),
        string(content()),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        let members = proptest::collection::btree_map(word.clone().prop_map(str::to_owned), inner.clone(), 0..6);
        let elements = proptest::collection::vec(inner, 0..6);
        prop_oneof![elements.prop_map(|elements| format!("[{}]", elements.join(","))), object(members)]
    })
}
