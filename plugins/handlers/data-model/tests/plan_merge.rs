//! Merge adds and never removes.

mod common;

use common::{
    assert_only, codes, entity, entity_with, id, picklist, picklist_with, plan, standard_entity, stored, text,
};
use flowport_plugin::{Action, State};

#[test]
fn what_is_missing_is_added_at_the_end_of_the_targets_own_bytes() {
    let existing = entity_with(
        "invoice",
        r#""x" : 1.0, "fields": [
    { "name": "a",   "type": "text" }
  ],
  "relationships": []"#,
    );
    let incoming = entity_with(
        "invoice",
        r#""fields":[{"name":"c", "type":"integer"},{"name":"A","type":"text"},{"name":"b","type":"text","y":[1, 2]}],
           "keys":[{"name":"k","fields":["b"]}, {"name":"l","fields":["a"]}],
           "relationships":[{"name":"r","type":"many-to-many","entity":"project"}]"#,
    );
    let change = plan(&incoming, Some(&existing), None);
    assert_eq!((change.action.clone(), codes(&change.diagnostics)), (Some(Action::Merge), vec![]));
    let expected = r#"{
  "schemaName": "invoice",
  "displayName": "The invoice",
  "origin": "custom",
  "x" : 1.0, "fields": [
    { "name": "a",   "type": "text" },
    {"name":"c", "type":"integer"},
    {"name":"b","type":"text","y":[1, 2]}
  ],
  "relationships": [{"name":"r","type":"many-to-many","entity":"project"}],
  "keys": [{"name":"k","fields":["b"]}, {"name":"l","fields":["a"]}]
}
"#;
    let merged = stored(&change, &incoming);
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(squeezed(&text(&merged)), squeezed(expected));
    assert!(text(&merged).starts_with(&expected[..expected.find("{\"name\":\"c\"").unwrap()]));
    assert_eq!(merged.head, existing.head);
}

#[test]
fn nothing_new_is_no_change() {
    let field = r#"{"name":"a","type":"text"}"#;
    let existing = entity("invoice", &format!(r#"{field},{{"name":"b","type":"text"}}"#));
    let incoming = entity("invoice", &format!("  {field}"));
    let change = plan(&incoming, Some(&existing), Some(Action::Merge));
    assert_eq!(codes(&change.diagnostics), [""; 0]);
    assert_eq!((change.action, change.outcome), (Some(Action::Merge), None));
}

#[test]
fn a_result_that_the_package_holds_already_is_not_written() {
    let a = r#"{"name":"a","type":"text"}"#;
    let incoming = entity("invoice", &format!(r#"{a}, {{"name":"b","type":"text"}}, {{"name":"c","type":"text"}}"#));
    let existing = entity("invoice", &format!(r#"{a}, {{"name":"b","type":"text"}}"#));
    let change = plan(&incoming, Some(&existing), None);
    let outcome = change.outcome.unwrap();
    assert!(outcome.written.is_empty(), "{outcome:?}");
}

#[test]
fn the_head_of_the_target_stays() {
    let incoming = entity("invoice", r#"{"name":"a","type":"text"}"#);
    let mut existing = entity("bill", "");
    existing.head.attributes = r#"{"owner":"me"}"#.to_owned();
    existing.head.state = State::Draft;
    let change = plan(&incoming, Some(&existing), None);
    assert_only(&change, "DM26W", &["`displayName`", "`invoice`"]);
    let merged = stored(&change, &incoming);
    assert_eq!(merged.head, existing.head);
    assert_eq!(merged.head.id, id("entity", "bill"));
    assert!(text(&merged).contains(r#""schemaName": "bill""#));
}

/// A field of the package, of the target, and what is found; then the field as it will be, if not as in the target.
type Case = (&'static str, &'static str, &'static [&'static str], Option<&'static str>);

const FIELDS: &[Case] = &[
    (r#""type":"text""#, r#""type":"integer""#, &["DM23E"], None),
    (r#""type":"text""#, r#""type":"memo""#, &["DM23E"], None),
    (r#""type":"lookup","lookup":"x""#, r#""type":"lookup","lookup":"y""#, &["DM23E"], None),
    (r#""type":"picklist","picklist":"x""#, r#""type":"picklist","picklist":"y""#, &["DM23E"], None),
    (r#""type":"picklist","picklist":"x""#, r#""type":"picklist","options":[]"#, &["DM23E"], None),
    (r#""type":"text","length":9"#, r#""type":"text","length":5"#, &["DM25I"], Some(r#""type":"text","length":9"#)),
    (r#""type":"text","length":5"#, r#""type":"text","length":9"#, &["DM24W"], None),
    (r#""type":"text","length":5"#, r#""type":"text""#, &["DM24W"], None),
    (r#""type":"text""#, r#""type":"text","length":5"#, &[], None),
    (
        r#""type":"decimal","precision":3"#,
        r#""type":"decimal","precision" : 2"#,
        &["DM25I"],
        Some(r#""type":"decimal","precision" : 3"#),
    ),
    (r#""type":"decimal","precision":1"#, r#""type":"decimal","precision":2"#, &["DM24W"], None),
    (r#""type":"text","required":true"#, r#""type":"text""#, &["DM26W"], None),
    (r#""type":"text","required":false,"origin":"custom""#, r#""type":"text""#, &[], None),
    (r#""type":"text","x":1,"displayName":"A""#, r#""type":"text","x":2,"displayName":"B""#, &["DM26W"], None),
    (r#""type":"text","x":[1, 2]"#, r#""x":[1,2],"type":"text""#, &[], None),
    (r#""type":"text""#, r#""type":"text","x":2,"required":true"#, &[], None),
    (
        r#""type":"picklist","options":[{"value":2,"label":"b"},{"value":1,"label":"c"}]"#,
        r#""type":"picklist","options":[{"value":1,"label":"a"},{"value":3,"label":"d"}]"#,
        &["DM26W"],
        Some(
            r#""type":"picklist","options":[{"value":1,"label":"a"},{"value":3,"label":"d"},{"value":2,"label":"b"}]"#,
        ),
    ),
    (r#""type":"text","length":9"#, r#""type":"text","length":5,"origin":"standard""#, &["DM26W"], None),
    (r#""type":"text""#, r#""type":"memo","origin":"standard""#, &["DM23E"], None),
];

#[test]
fn the_same_field_on_both_sides() {
    for (incoming_field, existing_field, expected, result) in FIELDS {
        let field = |members: &str| entity("invoice", &format!(r#"{{"name":"amount",{members}}}"#));
        let (incoming, existing) = (field(incoming_field), field(existing_field));
        let change = plan(&incoming, Some(&existing), None);
        assert_eq!(codes(&change.diagnostics), *expected, "{incoming_field} {existing_field}");
        for found in &change.diagnostics {
            assert!(found.summary.contains("`amount`"), "{}", found.summary);
            assert!(found.slot.as_ref().is_some_and(|slot| slot.starts_with("entity.json#/fields/0")), "{found:?}");
        }
        match result {
            Some(result) => assert_eq!(text(&stored(&change, &incoming)), text(&field(result))),
            None => assert_eq!(change.outcome, None, "{incoming_field} {existing_field}"),
        }
    }
}

#[test]
fn keys_and_relationships_of_one_name_stay() {
    let body = |key: &str, relationship: &str| {
        let fields = r#"[{"name":"a","type":"text"},{"name":"b","type":"text"}]"#;
        let members =
            format!(r#""fields":{fields},"keys":[{{"name":"k","fields":["{key}"]}}],"relationships":[{relationship}]"#);
        entity_with("invoice", &members)
    };
    let existing = body("a", r#"{"name":"r","type":"many-to-many","entity":"x"}"#);
    let change = plan(&body("b", r#"{"name":"R","type":"many-to-many","entity":"x"}"#), Some(&existing), None);
    assert_only(&change, "DM26W", &["key `k`", "`fields`"]);
    assert_eq!(change.outcome, None);
    let change = plan(&body("a", r#"{"name":"r","type":"many-to-many","entity":"y"}"#), Some(&existing), None);
    assert_only(&change, "DM23E", &["relationship `r`", "`x`", "`y`"]);
    let change = plan(&body("a", r#"{"name":"r","type":"one-to-many","entity":"x"}"#), Some(&existing), None);
    assert_only(&change, "DM23E", &["many-to-many", "one-to-many"]);
}

#[test]
fn picklists_get_options_and_keep_labels() {
    let existing = picklist("stage", r#"{"value":1,"label":"a"}, {"value":3,"label":"c"}"#);
    let incoming = picklist("stage", r#"{"value":1,"label":"A"},{"value":2,"label":"b","color":"red"}"#);
    let change = plan(&incoming, Some(&existing), None);
    assert_only(&change, "DM26W", &["option `1`", "`label`"]);
    let expected =
        picklist("stage", r#"{"value":1,"label":"a"}, {"value":3,"label":"c"}, {"value":2,"label":"b","color":"red"}"#);
    assert_eq!(text(&stored(&change, &incoming)), text(&expected));
}

#[test]
fn customizations_join_those_of_a_standard_entity() {
    let existing = standard_entity(
        "account",
        r#""fields":[{"name":"name","type":"text","origin":"standard"},{"name":"a","type":"text"}]"#,
    );
    let incoming = standard_entity("account", r#""fields":[{"name":"b","type":"text"}]"#);
    let change = plan(&incoming, Some(&existing), None);
    assert_eq!(codes(&change.diagnostics), [""; 0]);
    let expected = standard_entity(
        "account",
        r#""fields":[{"name":"name","type":"text","origin":"standard"},{"name":"a","type":"text"},{"name":"b","type":"text"}]"#,
    );
    assert_eq!(text(&stored(&change, &incoming)), text(&expected));
}

#[test]
fn a_byte_order_mark_is_a_byte_like_any_other() {
    let existing = entity("invoice", "");
    let mut incoming = existing.clone();
    incoming.parts[0].2.splice(0..0, *b"\xEF\xBB\xBF");
    assert_eq!(plan(&incoming, Some(&existing), None).outcome, None);
    assert!(plan(&incoming, Some(&existing), Some(Action::Overwrite)).outcome.is_some());
    assert_eq!(plan(&existing, Some(&incoming), None).outcome, None);
    assert!(plan(&existing, Some(&incoming), Some(Action::Overwrite)).outcome.is_some());
    let more = entity("invoice", r#"{"name":"a","type":"text"}"#);
    assert!(text(&stored(&plan(&more, Some(&incoming), None), &more)).starts_with('\u{FEFF}'));
}

#[test]
fn who_uses_a_picklist_is_no_difference() {
    let options = r#""options":[{"value":1,"label":"a"}]"#;
    let incoming = picklist_with("stage", &format!(r#"{options},"usedBy":["invoice"]"#));
    let change = plan(&incoming, Some(&picklist_with("stage", options)), None);
    assert_eq!((codes(&change.diagnostics), change.outcome), (vec![], None));
}
