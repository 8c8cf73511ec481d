//! Structural checks, identities and references.

mod common;

use common::{codes, entity, entity_with, id, picklist, picklist_with, standard_entity, text};
use flowport_data_model::DataModel;
use flowport_plugin::fake::Resource;
use flowport_plugin::{Failure, Handler, Origin, Strength, Target};

/// `code severity slot` of all findings, each of which must help and name its subject.
fn found(resource: &Resource) -> Vec<String> {
    let inspection = DataModel::inspect(resource).unwrap();
    let diagnostics = inspection.diagnostics;
    let with_slots = diagnostics.iter().zip(codes(&diagnostics)).map(|(diagnostic, code)| {
        assert!(diagnostic.help.is_some(), "{diagnostic:?} does not help");
        assert_eq!(diagnostic.subject.as_ref(), Some(&resource.head.id));
        format!("{code} {}", diagnostic.slot.as_deref().unwrap_or_default())
    });
    with_slots.collect()
}

/// Fields, then what is found.
const FIELDS: &[(&str, &[&str])] = &[
    (r#"{"name":"a","type":"text","length":20,"required":true,"default":"x","icon":{"any":1}}"#, &[]),
    (r#"{"type":"text"}"#, &["DM03E entity.json#/fields/0/name"]),
    (r#"{"name":"a"}"#, &["DM03E entity.json#/fields/0/type"]),
    (r#"{"name":1,"type":"text"}"#, &["DM02E entity.json#/fields/0/name"]),
    (r#""a""#, &["DM02E entity.json#/fields/0"]),
    (r#"{"name":"","type":"text"}"#, &["DM05E entity.json#/fields/0/name"]),
    (r#"{"name":" a","type":"text"}"#, &["DM05E entity.json#/fields/0/name"]),
    (r#"{"name":"a\u0007","type":"text"}"#, &["DM05E entity.json#/fields/0/name"]),
    (r#"{"name":"É","type":"text"},{"name":"é","type":"text"}"#, &["DM06E entity.json#/fields/1/name"]),
    (r#"{"name":"a","type":"string"}"#, &["DM07E entity.json#/fields/0/type"]),
    (r#"{"name":"a","type":"text","origin":"user"}"#, &["DM07E entity.json#/fields/0/origin"]),
    (r#"{"name":"a","type":"text","required":"yes"}"#, &["DM02E entity.json#/fields/0/required"]),
    (r#"{"name":"a","type":"text","displayName":null}"#, &["DM02E entity.json#/fields/0/displayName"]),
    (r#"{"name":"a","type":"boolean","length":3}"#, &["DM08E entity.json#/fields/0/length"]),
    (r#"{"name":"a","type":"text","precision":3}"#, &["DM08E entity.json#/fields/0/precision"]),
    (r#"{"name":"a","type":"text","picklist":"p"}"#, &["DM08E entity.json#/fields/0/picklist"]),
    (r#"{"name":"a","type":"text","options":[]}"#, &["DM08E entity.json#/fields/0/options"]),
    (r#"{"name":"a","type":"text","lookup":"e"}"#, &["DM08E entity.json#/fields/0/lookup"]),
    (r#"{"name":"a","type":"text","length":0}"#, &["DM09E entity.json#/fields/0/length"]),
    (r#"{"name":"a","type":"text","length":4000}"#, &[]),
    (r#"{"name":"a","type":"text","length":4001}"#, &["DM09E entity.json#/fields/0/length"]),
    (r#"{"name":"a","type":"text","length":1.5}"#, &["DM09E entity.json#/fields/0/length"]),
    (r#"{"name":"a","type":"memo","length":1048576}"#, &[]),
    (r#"{"name":"a","type":"memo","length":1048577}"#, &["DM09E entity.json#/fields/0/length"]),
    (r#"{"name":"a","type":"decimal","precision":10}"#, &[]),
    (r#"{"name":"a","type":"currency","precision":11}"#, &["DM09E entity.json#/fields/0/precision"]),
    (r#"{"name":"a","type":"picklist"}"#, &["DM10E entity.json#/fields/0/picklist"]),
    (r#"{"name":"a","type":"picklist","picklist":"p","options":[]}"#, &["DM10E entity.json#/fields/0/picklist"]),
    (r#"{"name":"a","type":"lookup"}"#, &["DM11E entity.json#/fields/0/lookup"]),
    (r#"{"name":"a","type":"lookup","lookup":7}"#, &["DM02E entity.json#/fields/0/lookup"]),
    (
        r#"{"name":"a","type":"picklist","options":[{"value":1,"label":"x"},{"value":1,"label":"y"},{"value":2,"label":"x"}]}"#,
        &["DM13E entity.json#/fields/0/options/1/value", "DM14W entity.json#/fields/0/options/2/label"],
    ),
    (
        r#"{"name":"a","type":"picklist","options":[{"value":"1","label":"x"}]}"#,
        &["DM02E entity.json#/fields/0/options/0/value"],
    ),
    (r#"{"name":"a","type":"picklist","options":[{"value":1}]}"#, &["DM03E entity.json#/fields/0/options/0/label"]),
    (r#"{"name":"a","type":"text","length":2,"default":"éé"}"#, &[]),
    (r#"{"name":"a","type":"text","length":2,"default":"ééé"}"#, &["DM15E entity.json#/fields/0/default"]),
    (r#"{"name":"a","type":"text","default":1}"#, &["DM15E entity.json#/fields/0/default"]),
    (r#"{"name":"a","type":"integer","default":1.0}"#, &["DM15E entity.json#/fields/0/default"]),
    (r#"{"name":"a","type":"decimal","default":1.0}"#, &[]),
    (r#"{"name":"a","type":"boolean","default":"true"}"#, &["DM15E entity.json#/fields/0/default"]),
    (r#"{"name":"a","type":"lookup","lookup":"e","default":"row"}"#, &["DM15E entity.json#/fields/0/default"]),
    (r#"{"name":"a","type":"lookup","lookup":"e","default":null}"#, &[]),
    (
        r#"{"name":"a","type":"picklist","options":[{"value":1,"label":"x"}],"default":2}"#,
        &["DM15E entity.json#/fields/0/default"],
    ),
    (
        r#"{"type":"text","length":0},{"name":"b","type":"lookup"}"#,
        &[
            "DM03E entity.json#/fields/0/name",
            "DM09E entity.json#/fields/0/length",
            "DM11E entity.json#/fields/1/lookup",
        ],
    ),
];

#[test]
fn fields_are_checked_and_all_problems_told_at_once() {
    for (fields, expected) in FIELDS {
        assert_eq!(found(&entity("invoice", fields)), *expected, "{fields}");
    }
}

/// Members behind `origin`, then what is found.
const BODIES: &[(&str, &[&str])] = &[
    (r#""icon":1"#, &["DM03E entity.json#/fields"]),
    (r#""fields":{}"#, &["DM02E entity.json#/fields"]),
    (r#""fields":[],"pluralName":1"#, &["DM02E entity.json#/pluralName"]),
    (r#""fields":[],"description":[]"#, &["DM02E entity.json#/description"]),
    (r#""fields":[],"keys":[{"fields":[]}]"#, &["DM03E entity.json#/keys/0/name", "DM12E entity.json#/keys/0/fields"]),
    (r#""fields":[{"name":"A","type":"text"}],"keys":[{"name":"k","fields":["a"]}]"#, &[]),
    (
        r#""fields":[{"name":"a","type":"text"}],"keys":[{"name":"k","fields":["a","A"]}]"#,
        &["DM06E entity.json#/keys/0/fields/1"],
    ),
    (r#""fields":[],"keys":[{"name":"k","fields":["b"]}]"#, &["DM12E entity.json#/keys/0/fields/0"]),
    (
        r#""fields":[],"relationships":[{"name":"r","type":"many"}]"#,
        &["DM07E entity.json#/relationships/0/type", "DM03E entity.json#/relationships/0/entity"],
    ),
    (
        r#""fields":[],"relationships":[{"name":"r","type":"many-to-many","entity":"e","field":"f"}]"#,
        &["DM08E entity.json#/relationships/0/field"],
    ),
    (
        r#""fields":[],"relationships":[{"name":"r","type":"many-to-one","entity":"e","field":"f"}]"#,
        &["DM12E entity.json#/relationships/0/field"],
    ),
    (r#""fields":[],"relationships":[{"name":"r","type":"one-to-many","entity":"e","field":"f"}]"#, &[]),
    (
        r#""fields":[{"name":"f","type":"lookup","lookup":"other"}],
           "relationships":[{"name":"r","type":"many-to-one","entity":"e","field":"f"}]"#,
        &["DM16E entity.json#/relationships/0/field"],
    ),
    (
        r#""fields":[{"name":"f","type":"lookup","lookup":"e"}],
           "relationships":[{"name":"r","type":"many-to-one","entity":"e","field":"f"}]"#,
        &[],
    ),
    (
        r#""fields":[],"relationships":[{"name":"r","type":"many-to-many","entity":"e"},{"name":"R","type":"many-to-many","entity":"e"}]"#,
        &["DM06E entity.json#/relationships/1/name"],
    ),
    (
        r#""fields":[{"name":"f","type":"lookup","lookup":"e"}],
           "relationships":[{"name":"r","type":"many-to-one","field":"f"}]"#,
        &["DM03E entity.json#/relationships/0/entity"],
    ),
];

#[test]
fn keys_relationships_and_the_rest_are_checked() {
    for (body, expected) in BODIES {
        assert_eq!(found(&entity_with("invoice", body)), *expected, "{body}");
    }
}

#[test]
fn picklists_are_checked() {
    let option = r#"{"value":1,"label":"x"}"#;
    assert_eq!(found(&picklist("stage", &format!(r#"{option},{{"value":-2,"label":"y","color":"red"}}"#))), [""; 0]);
    assert_eq!(found(&picklist("stage", &format!("{option},{option}"))), ["DM13E picklist.json#/options/1/value"]);
    assert_eq!(found(&picklist_with("stage", r#""usedBy":["e"]"#)), ["DM03E picklist.json#/options"]);
    assert_eq!(found(&picklist_with("stage", r#""options":[],"usedBy":[1]"#)), ["DM02E picklist.json#/usedBy/0"]);
}

#[test]
fn head_and_part_must_agree() {
    let mut resource = entity("invoice", "");
    resource.head.id.id = "bill".to_owned();
    resource.head.name = "Bill".to_owned();
    resource.head.origin = Origin::Standard;
    let expected = ["DM04E entity.json#/schemaName", "DM04E entity.json#/displayName", "DM04E entity.json#/origin"];
    assert_eq!(found(&resource), expected);
}

#[test]
fn a_standard_entity_tells_what_does_not_travel() {
    let resource = standard_entity(
        "account",
        r#""fields":[{"name":"name","type":"text","origin":"standard"},{"name":"new_a","type":"text"}],
           "keys":[{"name":"k","fields":["new_a","NAME"]},{"name":"l","fields":["new_a"]},
                   {"name":"m","fields":["name"],"origin":"standard"}]"#,
    );
    assert_eq!(found(&resource), ["DM17W entity.json#/keys/0"]);
}

#[test]
fn what_is_no_json_is_malformed() {
    for (part, code) in [("{", "DM01"), (r#"{"a":1,"a":2}"#, "DM01")] {
        let mut resource = entity("invoice", "");
        resource.parts[0].2 = part.as_bytes().to_vec();
        let Err(Failure::Malformed(diagnostics)) = DataModel::inspect(&resource) else { panic!("{part}") };
        assert_eq!(diagnostics[0].code, code);
        assert_eq!(diagnostics[0].subject, Some(id("entity", "invoice")));
    }
    let mut resource = entity("invoice", "");
    resource.parts[0].2 = b"[]".to_vec();
    assert_eq!(found(&resource), ["DM02E entity.json#"]);
    resource.parts.clear();
    assert!(matches!(DataModel::inspect(&resource), Err(Failure::Malformed(_))));
    resource.head.dialect = "boomi-flow".to_owned();
    assert!(matches!(DataModel::inspect(&resource), Err(Failure::Unsupported(_))));
}

fn references(resource: &Resource) -> Vec<(String, String)> {
    let inspection = DataModel::inspect(resource).unwrap();
    assert!(inspection.secrets.is_empty() && inspection.literals.is_empty());
    let parts = inspection.references.into_iter().map(|reference| {
        assert_eq!(reference.strength, Strength::Required);
        let Target::Known(id) = reference.target else { panic!("{reference:?}") };
        (reference.slot, format!("{}/{}", id.kind, id.id))
    });
    parts.collect()
}

#[test]
fn lookups_picklists_and_relationships_are_references() {
    let body = r#""fields":[
        {"name":"a","type":"picklist","picklist":"stage"},
        {"name":"b","type":"lookup","lookup":"account"},
        {"name":"c","type":"text","lookup":"nothing"},
        {"name":"d","type":"lookup","lookup":""},
        {"name":"s","type":"lookup","lookup":"contact","origin":"standard"}],
      "relationships":[{"name":"r","type":"many-to-many","entity":"project"},
        {"name":"t","type":"many-to-one","entity":"contact","field":"s"}]"#;
    let pair = |slot: &str, id: &str| (format!("entity.json#{slot}"), id.to_owned());
    let travelling = [
        pair("/fields/0/picklist", "picklist/stage"),
        pair("/fields/1/lookup", "entity/account"),
        pair("/relationships/0/entity", "entity/project"),
    ];
    assert_eq!(references(&standard_entity("lead", body)), travelling);
    let custom = entity_with("lead", body);
    let all = references(&custom);
    assert_eq!(all.len(), 5);
    assert!(all.contains(&pair("/fields/4/lookup", "entity/contact")));
    assert!(all.contains(&pair("/relationships/1/entity", "entity/contact")));
    assert_eq!(DataModel::inspect(&custom).unwrap().identities, ["schema:entity:lead"]);
    let stage = picklist("stage", "");
    assert_eq!(DataModel::inspect(&stage).unwrap().identities, ["schema:picklist:stage"]);
    assert!(text(&stage).contains("options"));
}

#[test]
fn a_hostile_number_of_problems_is_cut() {
    let fields = vec!["1"; 5_000].join(",");
    let diagnostics = DataModel::inspect(&entity("invoice", &fields)).unwrap().diagnostics;
    assert_eq!(diagnostics.len(), 1_001);
    assert_eq!(codes(&diagnostics[1_000..]), ["DM18E"]);
    assert!(diagnostics[1_000].summary.starts_with("4000 "));
}
