//! Secrets and literals of a whole part: found, asked for, changed.

use flowport_plugin::detect::{FoundLiteral, Text};
use flowport_plugin::fake::Resource;
use flowport_plugin::json::{Document, Value};
use flowport_plugin::texts::{Everywhere, Rules, Texts};
use flowport_plugin::{
    EditOp, Edited, Failure, Head, Inspection, PartEdits, Relink, Replace, ResourceId, SlotValue, View,
};

const PART: &str = "x.json";
const TEXT: &str = r#"{ "name": "ana@a.example", "password": "p\u0061ss",
    "steps": [{ "url": "https://ana:pass@a.example" }, "https://b.example/ https:\/\/b.example", 7] }"#;

/// Passes names over, and takes an `url` for a literal as a whole.
struct Own;

impl Rules for Own {
    fn looks_at(&self, string: Value<'_>) -> bool {
        string.key().is_none_or(|key| !key.is("name"))
    }

    fn literals(&self, string: Value<'_>, text: Text<'_>) -> Vec<FoundLiteral> {
        if string.key().is_some_and(|key| key.is("url")) {
            return vec![FoundLiteral::plain("address", 0..text.as_str().len())];
        }
        text.literals()
    }
}

/// Slots of secrets; slots, classes and values of literals.
fn found(rules: &dyn Rules, text: &str) -> (Vec<String>, Vec<String>) {
    let document = Document::parse(text).unwrap();
    let mut inspection = Inspection::new();
    Texts::by(rules, PART, &document).find(&mut inspection);
    assert!(inspection.secrets.iter().all(|secret| !secret.declared && secret.is_set));
    let literals = inspection.literals.into_iter();
    (
        inspection.secrets.into_iter().map(|secret| secret.slot).collect(),
        literals.map(|literal| format!("{} {} {}", literal.slot, literal.class, literal.value)).collect(),
    )
}

fn edited(rules: &dyn Rules, text: &str, ops: &[EditOp]) -> Result<String, Failure> {
    let document = Document::parse(text).unwrap();
    let mut changes = Texts::by(rules, PART, &document).changes();
    ops.iter().try_for_each(|op| changes.apply(op))?;
    let mut edits = PartEdits::new();
    changes.finish(&mut edits);
    let resource = Resource::new(Head::new(ResourceId::new("x", "1"), "x", "X")).json(PART, text);
    let mut edited = Edited::unchanged(resource.head());
    edits.apply(&resource, &mut edited)?;
    Ok(resource.edited(&edited).text(PART))
}

fn secret(pointer: &str, raw: Option<&str>) -> EditOp {
    EditOp::SetSecret(SlotValue { slot: format!("{PART}#{pointer}"), value: raw.map(str::to_owned) })
}

fn literal(pointer: &str, old: &str, new: &str) -> EditOp {
    EditOp::SetLiteral(Replace { slot: format!("{PART}#{pointer}"), old: old.to_owned(), new: new.to_owned() })
}

#[test]
fn every_string_is_looked_at_unless_rules_say_otherwise() {
    let (secrets, literals) = found(&Everywhere, TEXT);
    assert_eq!(secrets, ["x.json#/password", "x.json#/steps/0/url"]);
    let expected = [
        "x.json#/name email ana@a.example",
        "x.json#/steps/0/url host a.example",
        "x.json#/steps/1 host https://b.example",
    ];
    assert_eq!(literals, expected, "each literal once per string");
    assert_eq!(found(&Own, TEXT), (secrets, vec![expected[2].to_owned()]));
    assert_eq!(found(&Own, r#"{"url":"tcp:a"}"#).1, ["x.json#/url address tcp:a"]);
}

#[test]
fn a_handler_that_walks_a_part_asks_value_by_value() {
    let document = Document::parse(TEXT).unwrap();
    let texts = Texts::by(&Own, PART, &document);
    let (mut at_once, mut one_by_one) = (Inspection::new(), Inspection::new());
    texts.find(&mut at_once);
    document.walk().for_each(|value| texts.find_in(value, &mut one_by_one));
    assert_eq!(at_once, one_by_one);
    assert!(!at_once.secrets.is_empty());
}

#[test]
fn no_literal_shows_a_secret() {
    let text = r#"{"password":"ana@a.example","url":"https://ana:pass@a.example"}"#;
    assert_eq!(found(&Everywhere, text).1, ["x.json#/url host a.example"]);
    assert_eq!(found(&Own, text).1, [""; 0], "the whole of it would show the password");
    let op = literal("/password", "ana@a.example", "x");
    assert_eq!(edited(&Everywhere, text, std::slice::from_ref(&op)), Err(Failure::unknown_slot(&op)));
}

#[test]
fn a_secret_taken_out_and_put_back_leaves_every_byte() {
    let document = Document::parse(TEXT).unwrap();
    let (slots, _) = found(&Everywhere, TEXT);
    let values = Texts::of(PART, &document).secret_values(&slots).unwrap();
    assert_eq!(values[0].value.as_deref(), Some(r#""p\u0061ss""#));
    let out = slots.into_iter().map(|slot| EditOp::SetSecret(SlotValue { slot, value: None }));
    let without = edited(&Everywhere, TEXT, &out.collect::<Vec<_>>()).unwrap();
    assert_eq!(without, TEXT.replace(r"p\u0061ss", "").replace("ana:pass@", "ana:@"));
    let back: Vec<EditOp> = values.into_iter().map(EditOp::SetSecret).collect();
    assert_eq!(edited(&Everywhere, &without, &back).unwrap(), TEXT);
}

#[test]
fn changes_to_one_string_are_made_at_once() {
    let ops = [
        literal("/steps/0/url", "a.example", "c.example"),
        secret("/steps/0/url", None),
        literal("/steps/1", "https://b.example", "d"),
    ];
    let expected = TEXT.replace("ana:pass@a", "ana:@c").replace(r"https://b.example/ https:\/\/b.example", "d/ d");
    assert_eq!(edited(&Everywhere, TEXT, &ops).unwrap(), expected);
}

#[test]
fn what_is_put_back_takes_the_place_of_other_changes_to_its_string() {
    for ops in [
        [secret("/password", Some(r#""\/""#)), secret("/password", None)],
        [secret("/password", None), secret("/password", Some(r#""\/""#))],
    ] {
        assert_eq!(edited(&Everywhere, TEXT, &ops).unwrap(), TEXT.replace(r"p\u0061ss", r"\/"));
    }
}

#[test]
fn what_was_not_reported_is_refused() {
    let relink = Relink { slot: "x.json#/name".to_owned(), to: Head::new(ResourceId::new("x", "2"), "x", "Y") };
    for op in [
        EditOp::Relink(relink),
        EditOp::Rename("Y".to_owned()),
        literal("/name", "ana@a.example", "x"),
        literal("/steps/1", "https://c.example", "x"),
        literal("/steps/2", "7", "x"),
        secret("/name", None),
        secret("/name", Some("\"x\"")),
        secret("/steps/1", None),
        secret("/steps/2", Some("8")),
        secret("/steps/9", Some("8")),
        EditOp::SetSecret(SlotValue { slot: "y.json#/password".to_owned(), value: None }),
        EditOp::SetSecret(SlotValue { slot: "password".to_owned(), value: None }),
    ] {
        assert_eq!(edited(&Own, TEXT, std::slice::from_ref(&op)), Err(Failure::unknown_slot(&op)));
    }
    let document = Document::parse(TEXT).unwrap();
    for slot in ["x.json#/steps/1", "x.json#/name", "y.json#/password", "x.json#/nothing"] {
        let refused = Texts::by(&Own, PART, &document).secret_values(&[slot.to_owned()]);
        assert_eq!(refused, Err(Failure::Other(format!("there is no secret at {slot}"))));
    }
}
