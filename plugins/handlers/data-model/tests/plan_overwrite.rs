//! Overwrite replaces, names what is lost, and refuses what harms rows.

mod common;

use common::{
    assert_only, codes, entity, entity_with, id, picklist, picklist_with, plan, standard_entity, standard_picklist,
    stored, target, text,
};
use flowport_data_model::DataModel;
use flowport_plugin::fake::Resource;
use flowport_plugin::{Action, Change, Handler, State};

fn overwrite(incoming: &Resource, existing: &Resource) -> Change {
    let change = plan(incoming, Some(existing), Some(Action::Overwrite));
    assert_eq!(change.action, Some(Action::Overwrite));
    change
}

#[test]
fn a_custom_entity_becomes_the_packages() {
    let existing = entity_with(
        "invoice",
        r#""x":1,"fields":[{"name":"a","type":"text"},{"name":"b","type":"text"}],"keys":[{"name":"k","fields":["b"]}],
           "relationships":[{"name":"r","type":"many-to-many","entity":"x"}]"#,
    );
    let incoming = entity_with("invoice", r#""y" : 2,"fields":[{"name":"A","type":"text","length":5000000000}]"#);
    assert_eq!(codes(&overwrite(&incoming, &existing).diagnostics), ["DM24E", "DM27W", "DM27W", "DM27W"]);
    let incoming = entity_with("invoice", r#""y" : 2,"fields":[{"name":"A","type":"text","required":true}]"#);
    let change = overwrite(&incoming, &existing);
    let summaries: Vec<&str> = change.diagnostics.iter().map(|found| found.summary.as_str()).collect();
    let expected =
        ["field `b` is removed, with what rows hold in it", "key `k` is removed", "relationship `r` is removed"];
    assert_eq!(summaries, expected);
    assert_eq!(codes(&change.diagnostics), ["DM27W"; 3]);
    let outcome = change.outcome.unwrap();
    assert!(outcome.written.is_empty() && outcome.removed.is_empty());
    assert_eq!(outcome.head, incoming.head);
}

#[test]
fn identical_content_is_no_change() {
    let resource = entity("invoice", r#"{"name":"a","type":"text"}"#);
    assert_eq!(overwrite(&resource, &resource), Change::nothing(Action::Overwrite));
    let mut renamed = resource.clone();
    renamed.head.attributes = r#"{"a":1}"#.to_owned();
    assert!(overwrite(&renamed, &resource).outcome.is_some());
}

#[test]
fn a_resource_of_another_name_keeps_its_own() {
    let existing = entity("bill", r#"{"name":"a","type":"text"}"#);
    let incoming = entity("invoice", r#"{"name":"a","type":"text","x":1}"#);
    let overwritten = stored(&overwrite(&incoming, &existing), &incoming);
    assert_eq!(overwritten.head.id, id("entity", "bill"));
    assert_eq!(text(&overwritten), text(&incoming).replace(r#""schemaName": "invoice""#, r#""schemaName": "bill""#));
    assert_eq!(codes(&DataModel::inspect(&overwritten).unwrap().diagnostics), [""; 0]);
}

#[test]
fn the_state_of_the_target_and_equivalent_customizations_stay() {
    let mut existing = entity("invoice", "");
    existing.head.state = State::Draft;
    let incoming = entity("invoice", r#"{"name":"a","type":"text"}"#);
    assert_eq!(stored(&overwrite(&incoming, &existing), &incoming).head.state, State::Draft);

    let existing = standard_entity("account", r#""fields":[{"name":"a",  "type":"text"}]"#);
    let incoming = standard_entity("account", r#""fields":[{"type":"text","name":"a"}]"#);
    assert_eq!(overwrite(&incoming, &existing), Change::nothing(Action::Overwrite));
}

/// A field of the package, of the target, and what is found.
const FIELDS: &[(&str, &str, &[&str])] = &[
    (r#""type":"text""#, r#""type":"integer""#, &["DM23E"]),
    (r#""type":"lookup","lookup":"x""#, r#""type":"lookup","lookup":"y""#, &["DM23E"]),
    (r#""type":"text","length":5"#, r#""type":"text","length":9"#, &["DM24E"]),
    (r#""type":"text","length":5"#, r#""type":"text""#, &["DM24E"]),
    (r#""type":"text","length":9"#, r#""type":"text","length":5"#, &[]),
    (r#""type":"text""#, r#""type":"text","length":5"#, &[]),
    (r#""type":"decimal","precision":1"#, r#""type":"decimal","precision":2"#, &["DM24E"]),
    (r#""type":"text","displayName":"A""#, r#""type":"text","displayName":"B""#, &[]),
    (
        r#""type":"picklist","options":[{"value":1,"label":"a"}]"#,
        r#""type":"picklist","options":[{"value":1,"label":"a"},{"value":2,"label":"b"}]"#,
        &["DM28W"],
    ),
    (
        r#""type":"picklist","options":[{"value":1,"label":"a"}]"#,
        r#""type":"picklist","options":[{"value":1,"label":"a"},{"value":2,"label":"b"}],"default":2"#,
        &["DM29E"],
    ),
];

#[test]
fn the_same_field_on_both_sides() {
    for (incoming_field, existing_field, expected) in FIELDS {
        let custom = |members: &str| entity("invoice", &format!(r#"{{"name":"amount",{members}}}"#));
        let standard =
            |members: &str| standard_entity("account", &format!(r#""fields":[{{"name":"amount",{members}}}]"#));
        for (incoming, existing) in
            [(custom(incoming_field), custom(existing_field)), (standard(incoming_field), standard(existing_field))]
        {
            let change = overwrite(&incoming, &existing);
            assert_eq!(codes(&change.diagnostics), *expected, "{incoming_field} {existing_field}");
            assert!(change.diagnostics.iter().all(|found| found.summary.contains("`amount`")));
            if expected.iter().any(|code| code.ends_with('E')) {
                assert_eq!(change.outcome, None);
            } else {
                assert_eq!(text(&stored(&change, &incoming)), text(&incoming));
            }
        }
    }
}

#[test]
fn of_a_standard_entity_only_customizations_are_replaced() {
    let existing = standard_entity(
        "account",
        r#""pluralName" : "Accounts","fields":[{"name":"name","type":"text","origin":"standard"}, {"name":"a","type":"text"},
          {"name":"b","type":"text"}],
          "keys":[{"name":"s","fields":["name"]}, {"name":"k","fields":["a"]}]"#,
    );
    let incoming = standard_entity(
        "account",
        r#""pluralName":"Konten","fields":[{"name":"c","type":"text"},{"name":"B","type":"text","x":1}],"keys":[]"#,
    );
    let change = overwrite(&incoming, &existing);
    assert_eq!(codes(&change.diagnostics), ["DM27W", "DM27W"]);
    assert!(change.diagnostics[0].summary.contains("field `a`") && change.diagnostics[1].summary.contains("key `k`"));
    let overwritten = stored(&change, &incoming);
    let expected = standard_entity(
        "account",
        r#""pluralName" : "Accounts","fields":[{"name":"name","type":"text","origin":"standard"}, {"name":"B","type":"text","x":1},
          {"name":"c","type":"text"}],
          "keys":[{"name":"s","fields":["name"]}]"#,
    );
    let squeezed = |text: String| text.split_whitespace().collect::<String>();
    assert_eq!(squeezed(text(&overwritten)), squeezed(text(&expected)));
    assert!(text(&overwritten).contains(r#""pluralName" : "Accounts""#));
    assert_eq!(overwrite(&incoming, &overwritten).outcome, None);
}

#[test]
fn out_of_box_fields_in_a_custom_entity_stay() {
    let existing = entity(
        "invoice",
        r#"{"name":"createdon","type":"date-time","origin":"standard"},{"name":"owner","type":"text","length":9,"origin":"standard"}"#,
    );
    let incoming = entity(
        "invoice",
        r#"{"name":"owner","type":"text","length":5,"origin":"standard"},{"name":"a","type":"text"}"#,
    );
    let change = overwrite(&incoming, &existing);
    assert_only(&change, "DM26W", &["field `owner`", "`length`"]);
    let expected = entity(
        "invoice",
        r#"{"name":"owner","type":"text","length":9,"origin":"standard"},{"name":"a","type":"text"},{"name":"createdon","type":"date-time","origin":"standard"}"#,
    );
    assert_eq!(text(&stored(&change, &incoming)), text(&expected));

    let change = overwrite(&entity("invoice", r#"{"name":"owner","type":"memo"}"#), &existing);
    assert_only(&change, "DM23E", &["field `owner`"]);
}

fn invoice(default: i32) -> Resource {
    entity("invoice", &format!(r#"{{"name":"step","type":"picklist","picklist":"stage","default":{default}}}"#))
}

#[test]
fn a_removed_option_may_be_in_rows() {
    let existing = picklist("stage", r#"{"value":1,"label":"a"},{"value":2,"label":"b"}"#);
    let incoming = picklist("stage", r#"{"value":1,"label":"a"}"#);
    let change = overwrite(&incoming, &existing);
    assert_only(&change, "DM28W", &["option 2 (`b`)", "`stage`", "rows may hold it"]);
    assert_eq!(text(&stored(&change, &incoming)), text(&incoming));

    let kept = r#"{"value":1,"label":"a","origin":"standard"}"#;
    let existing = standard_picklist("industry", &format!(r#"{kept}, {{"value":2,"label":"b"}}"#));
    let change = overwrite(&standard_picklist("industry", ""), &existing);
    assert_only(&change, "DM28W", &["option 2"]);
    let left = stored(&change, &standard_picklist("industry", ""));
    assert_eq!(text(&left), text(&standard_picklist("industry", kept)));
}

#[test]
fn a_removed_option_in_use_is_an_error() {
    let options = r#""options":[{"value":1,"label":"a"},{"value":2,"label":"b"}]"#;
    let one = r#""options":[{"value":1,"label":"a"}]"#;
    let used = r#","usedBy":["missing","invoice"]"#;
    for (in_target, in_package) in [(used, ""), ("", used)] {
        let existing = picklist_with("stage", &format!("{options}{in_target}"));
        let incoming = picklist_with("stage", &format!("{one}{in_package}"));
        let plan_with = |entity: &Resource| {
            let target = target(&[incoming.clone(), entity.clone()]);
            DataModel::plan(&incoming, Some(&existing), Some(Action::Overwrite), &target).unwrap()
        };
        let change = plan_with(&invoice(2));
        assert_only(&change, "DM29E", &["option 2 (`b`)", "field `step` of the entity `invoice`"]);
        assert_eq!(change.outcome, None);
        assert_only(&plan_with(&invoice(1)), "DM28W", &["option 2"]);
        let other = entity("invoice", r#"{"name":"step","type":"picklist","picklist":"other","default":2}"#);
        assert_only(&plan_with(&other), "DM28W", &["option 2"]);
    }
}
