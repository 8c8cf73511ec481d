//! Edits change only what they name; `prepare` takes out only what does not travel.

mod common;

use common::{entity, entity_with, id, picklist, standard_entity, standard_picklist, text};
use flowport_data_model::DataModel;
use flowport_plugin::fake::Resource;
use flowport_plugin::{EditOp, Edited, Failure, Handler, Head, Origin, Relink, Replace, ResourceId, SlotValue, State};

const FIELDS: &str = r#"{"name":"a", "type":"lookup","lookup" : "inv\u006fice"},
    { "name":"b","type":"picklist", "picklist":"stage"},{"name":"c","type":"lookup","lookup":"account" }"#;

fn relink(slot: &str, to: ResourceId) -> EditOp {
    EditOp::Relink(Relink { slot: slot.to_owned(), to: Head::new(to, "flowport", "") })
}

fn edit(resource: &Resource, ops: &[EditOp]) -> Edited {
    DataModel::edit(resource, ops).unwrap()
}

#[test]
fn relink_writes_the_new_name_and_no_other_byte() {
    let resource = entity("invoice", FIELDS);
    let ops = [
        relink("entity.json#/fields/1/picklist", id("picklist", "new_stage")),
        relink("entity.json#/fields/2/lookup", id("entity", "compañía")),
    ];
    let after = resource.edited(&edit(&resource, &ops));
    assert_eq!(
        text(&after),
        text(&resource).replace("\"stage\"", "\"new_stage\"").replace("\"account\"", "\"compañía\"")
    );
    assert_eq!(after.head, resource.head);
}

#[test]
fn what_is_there_already_is_not_written() {
    let resource = entity("invoice", FIELDS);
    let ops = [
        relink("entity.json#/fields/0/lookup", id("entity", "invoice")),
        EditOp::Rename("The invoice".to_owned()),
        EditOp::SetId(id("entity", "invoice")),
        EditOp::SetState(State::Draft),
    ];
    let edited = edit(&resource, &ops);
    assert!(edited.written.is_empty());
    assert_eq!(edited.head.state, State::Draft);
}

#[test]
fn rename_and_set_id_keep_head_and_part_the_same() {
    let resource = entity("invoice", FIELDS);
    let ops = [EditOp::Rename("Bill \"2\"".to_owned()), EditOp::SetId(id("entity", "bill"))];
    let after = resource.edited(&edit(&resource, &ops));
    assert_eq!((after.head.name.as_str(), after.head.id.id.as_str()), ("Bill \"2\"", "bill"));
    let expected = text(&resource)
        .replace("\"The invoice\"", r#""Bill \"2\"""#)
        .replace(r#""schemaName": "invoice""#, r#""schemaName": "bill""#)
        .replace(r#""inv\u006fice""#, r#""bill""#);
    assert_eq!(text(&after), expected);
    assert!(DataModel::inspect(&after).unwrap().diagnostics.is_empty());

    let stage = picklist("stage", r#"{"value":1,"label":"stage"}"#);
    let after = stage.edited(&edit(&stage, &[EditOp::SetId(id("picklist", "phase"))]));
    assert_eq!(text(&after), text(&stage).replace(r#""schemaName": "stage""#, r#""schemaName": "phase""#));
}

#[test]
fn a_relink_counts_more_than_a_copy_that_takes_itself_along() {
    let resource = entity("invoice", FIELDS);
    let relinked = relink("entity.json#/fields/0/lookup", id("entity", "other"));
    for ops in
        [[relinked.clone(), EditOp::SetId(id("entity", "bill"))], [EditOp::SetId(id("entity", "bill")), relinked]]
    {
        let after = resource.edited(&edit(&resource, &ops));
        assert_eq!(text(&after).matches("\"other\"").count(), 1);
        assert_eq!(text(&after).matches("\"bill\"").count(), 1);
    }
}

#[test]
fn what_cannot_be_edited_is_refused() {
    let resource = entity("invoice", FIELDS);
    let value = |slot: &str| SlotValue { slot: slot.to_owned(), value: None };
    let literal = Replace { slot: "entity.json#/displayName".to_owned(), old: String::new(), new: String::new() };
    let versioned = ResourceId { version: Some("1".to_owned()), ..id("entity", "a") };
    for op in [
        relink("entity.json#/fields/0/name", id("entity", "a")),
        relink("entity.json#/fields/9/lookup", id("entity", "a")),
        relink("entity.json#/fields/1/picklist", id("entity", "a")),
        EditOp::SetSecret(value("entity.json#/displayName")),
        EditOp::SetLiteral(literal),
        EditOp::SetId(id("picklist", "a")),
        EditOp::SetId(id("entity", " a")),
        EditOp::SetId(versioned),
        EditOp::Other(("grow".to_owned(), String::new())),
    ] {
        let result = DataModel::edit(&resource, std::slice::from_ref(&op));
        assert!(matches!(result, Err(Failure::Other(_))), "{op:?}: {result:?}");
    }
}

#[test]
fn custom_things_travel_whole() {
    let body = r#""fields":[{"name":"createdon","type":"date-time","origin":"standard"}]"#;
    for resource in [entity_with("invoice", body), picklist("stage", r#"{"value":1,"label":"x","origin":"standard"}"#)]
    {
        let prepared = DataModel::prepare(&resource).unwrap();
        assert_eq!(prepared, Edited::unchanged(resource.head.clone()));
    }
}

#[test]
fn of_a_standard_entity_only_customizations_travel() {
    let resource = standard_entity(
        "account",
        r#""x" : 1.50,"fields": [
    { "name": "name", "type": "text", "origin": "standard" },
    { "name": "new_a",  "type": "text" },
    { "name": "parent", "type": "lookup", "lookup": "account", "origin": "standard" },
    { "name": "new_b", "type": "lookup", "lookup": "contact", "origin": "custom" }
  ],
  "keys": [{"name":"k","fields":["new_a","Name"]}, {"name":"l", "fields":["new_a"]}],
  "relationships": [
    {"name":"p","type":"many-to-one","entity":"account","field":"parent"},
    {"name":"q","type":"many-to-one","entity":"contact","field":"new_b"},
    {"name":"r","type":"one-to-many","entity":"task","field":"parent","origin":"standard"},
    {"name":"s","type":"one-to-many","entity":"task","field":"name"}
  ]"#,
    );
    let after = resource.edited(&DataModel::prepare(&resource).unwrap());
    let expected = r#"{
  "schemaName": "account",
  "displayName": "The account",
  "origin": "standard",
  "x" : 1.50,"fields": [
    { "name": "new_a",  "type": "text" },
    { "name": "new_b", "type": "lookup", "lookup": "contact", "origin": "custom" }
  ],
  "keys": [{"name":"l", "fields":["new_a"]}],
  "relationships": [
    {"name":"q","type":"many-to-one","entity":"contact","field":"new_b"},
    {"name":"s","type":"one-to-many","entity":"task","field":"name"}
  ]
}
"#;
    assert_eq!(text(&after), expected);
    assert!(DataModel::inspect(&after).unwrap().diagnostics.is_empty());
    assert!(DataModel::prepare(&after).unwrap().written.is_empty());
}

#[test]
fn of_a_standard_picklist_only_own_options_travel() {
    let resource =
        standard_picklist("industry", r#"{"value":1,"label":"x","origin":"standard"}, {"value":2,"label":"y"}"#);
    let after = resource.edited(&DataModel::prepare(&resource).unwrap());
    assert!(text(&after).contains(r#""options": [{"value":2,"label":"y"}]"#), "{}", text(&after));
}

#[test]
fn where_head_and_part_disagree_only_customizations_travel() {
    let body = r#""fields":[{"name":"name","type":"text","origin":"standard"}]"#;
    let (mut by_head, mut by_part) = (entity_with("account", body), standard_entity("account", body));
    by_head.head.origin = Origin::Standard;
    by_part.head.origin = Origin::Custom;
    for resource in [by_head, by_part] {
        let prepared = resource.edited(&DataModel::prepare(&resource).unwrap());
        assert!(text(&prepared).contains(r#""fields": []"#) || text(&prepared).contains(r#""fields":[]"#));
    }
}
