//! Edits of a flow: the bytes concerned change, and no other.

mod common;

use common::{action, edited, flow_of, inspect, literal, refused, relink, secret};
use flowport_plugin::{EditOp, ResourceId, State};
use flowport_power_automate::flow;

const PARTS: [&str; 3] = ["definition.json", "apisMap.json", "connectionsMap.json"];

#[test]
fn a_connection_is_relinked_in_its_map_reference_and_dependency() {
    let before = flow_of("");
    let op = relink(
        "connectionsMap.json#/shared_x_1",
        "connection",
        "con-2",
        r#"{"connectionName":"c-2","apiId":"/apis/q"}"#,
    );
    let after = edited(&before, &[op]);
    assert_eq!(after.text(PARTS[0]), before.text(PARTS[0]).replace(r#""c-x""#, r#""c-2""#));
    assert_eq!(after.text(PARTS[1]), before.text(PARTS[1]));
    assert_eq!(after.text(PARTS[2]), before.text(PARTS[2]).replace("con-x", "con-2"));
    assert_eq!(after.head.attributes, before.head.attributes.replace("con-x", "con-2"));
}

#[test]
fn a_connector_is_relinked_where_its_id_stands() {
    let before = flow_of("");
    let op = relink("apisMap.json#/shared_x_1", "connector", "api-2", r#"{"id":"/apis/shared_z","name":"shared_z"}"#);
    let after = edited(&before, &[op]);
    // The reference and the host of the action in the new style; the key stays.
    assert_eq!(after.text(PARTS[0]), before.text(PARTS[0]).replace("/apis/shared_x", "/apis/shared_z"));
    assert_eq!(after.text(PARTS[1]), before.text(PARTS[1]).replace("api-x", "api-2"));
    assert_eq!(after.text(PARTS[2]), before.text(PARTS[2]));
    assert_eq!(after.head.attributes, before.head.attributes.replace("api-x", "api-2"));
    // The other key has an apiName and no host.
    let after =
        edited(&before, &[relink("apisMap.json#/shared_y", "connector", "api-2", r#"{"apiId":"/apis/shared_z"}"#)]);
    let expected = before
        .text(PARTS[0])
        .replace("/apis/shared_y", "/apis/shared_z")
        .replace(r#""apiName":"y""#, r#""apiName":"z""#);
    assert_eq!(after.text(PARTS[0]), expected);
}

#[test]
fn depends_on_follows_where_two_become_one_and_one_becomes_two() {
    let before = flow_of("");
    let merge = relink("connectionsMap.json#/shared_y", "connection", "con-x", "{}");
    let merged = edited(&before, &[merge]);
    assert_eq!(merged.head.attributes, r#"{"configurableBy":"User", "dependsOn":["api-x","con-x","api-y"]}"#);
    let split = relink("connectionsMap.json#/shared_y", "connection", "con-3", "{}");
    let after = edited(&merged, &[split]);
    assert_eq!(after.head.attributes, r#"{"configurableBy":"User", "dependsOn":["api-x","con-x","con-3","api-y"]}"#);
}

#[test]
fn what_is_relinked_to_itself_is_not_written() {
    let before = flow_of("");
    let ops = [
        relink("connectionsMap.json#/shared_x_1", "connection", "con-x", r#"{"connectionName":"c-x"}"#),
        relink("apisMap.json#/shared_x_1", "connector", "api-x", r#"{"id":"/apis/shared_x"}"#),
        EditOp::Rename("F".to_owned()),
    ];
    let result = flow::edit(&before, &ops).unwrap();
    assert!(result.written.is_empty());
    assert_eq!(result.head, before.head);
}

#[test]
fn a_name_and_an_id() {
    let before = flow_of("");
    let after = edited(&before, &[EditOp::Rename("Ü \"2\"".to_owned())]);
    assert_eq!(after.head.name, "Ü \"2\"");
    assert_eq!(
        after.text(PARTS[0]),
        before.text(PARTS[0]).replace(r#""displayName":"F""#, r#""displayName":"Ü \"2\"""#)
    );
    let set_id = |id: &str| edited(&before, &[EditOp::SetId(ResourceId::new("flow", id))]);
    let after = set_id("g");
    let identity = inspect(&after).identities.remove(0);
    let name = identity.strip_prefix("pa-flow:").unwrap();
    assert_eq!(after.text(PARTS[0]), before.text(PARTS[0]).replace("n-1", name));
    assert_eq!(after.head.id.id, "g");
    assert_eq!(set_id("g"), after);
    assert_ne!(inspect(&set_id("h")).identities, [identity]);
    let switched = flow::edit(&before, &[EditOp::SetState(State::Draft)]).unwrap();
    assert!(switched.written.is_empty() && switched.head.state == State::Draft);
}

const PATH: &str = r#"{"path":"/datasets/@{encodeURIComponent(encodeURIComponent('https://a.sharepoint.com/sites/hr'))}/tables/@{encodeURIComponent('Events')}/x?b=https://a.sharepoint.com/sites/hr2"}"#;
const AT: &str = "definition.json#/properties/definition/actions/more/inputs/path";

#[test]
fn literals_inside_expressions_are_changed_at_once() {
    let before = action(PATH);
    let ops = [
        literal(AT, "https://a.sharepoint.com/sites/hr", "https://a.sharepoint.com/sites/hr2"),
        literal(AT, "https://a.sharepoint.com/sites/hr2", "https://b.sharepoint.com/sites/hr"),
        literal(AT, "Events", "Tasks"),
    ];
    let after = edited(&before, &ops);
    let expected = PATH
        .replace("sites/hr'", "sites/hr2'")
        .replace("https://a.sharepoint.com/sites/hr2\"", "https://b.sharepoint.com/sites/hr\"")
        .replace("Events", "Tasks");
    assert_eq!(after.text(PARTS[0]), before.text(PARTS[0]).replace(PATH, &expected));
}

#[test]
fn literals_are_written_as_they_were_encoded() {
    let inputs = r#"{"path":"/datasets/https%253A%252F%252Fa.sharepoint.com%252Fsites%252Fhr/tables/%257B0c96611b-4aee-4ee5-a94a-ac9658556d86%257D/x","body":"@concat('https://a.sharepoint.com/sites/hr', '/x')","uri":"https://a.sharepoint.com/sites/hr"}"#;
    let before = action(inputs);
    let at = |name: &str| AT.replace("path", name);
    let site = "https://a.sharepoint.com/sites/hr";
    let ops = ["path", "body", "uri"].map(|name| literal(&at(name), site, "https://b.example/it's"));
    let list = literal(&at("path"), "{0c96611b-4aee-4ee5-a94a-ac9658556d86}", "{2}");
    let after = edited(&before, &[&ops[..], &[list]].concat());
    let expected = r#"{"path":"/datasets/https%253A%252F%252Fb.example%252Fit%2527s/tables/%257B2%257D/x","body":"@concat('https://b.example/it''s', '/x')","uri":"https://b.example/it's"}"#;
    assert_eq!(after.text(PARTS[0]), before.text(PARTS[0]).replace(inputs, expected));
}

#[test]
fn a_secret_and_a_literal_of_one_string() {
    let inputs = r#"{"uri":"https:\/\/a.example\/x?sig=s3cr3t&y=1"}"#;
    let slot = "definition.json#/properties/definition/actions/more/inputs/uri";
    let before = action(inputs);
    let after = edited(&before, &[secret(slot, None), literal(slot, "https://a.example", "https://b.example")]);
    let expected = before.text(PARTS[0]).replace(inputs, r#"{"uri":"https://b.example/x?sig=&y=1"}"#);
    assert_eq!(after.text(PARTS[0]), expected);
}

#[test]
fn a_secret_taken_out_and_put_back_leaves_every_byte() {
    let before = action(r#"{"headers":{"Authorization":"B\u0061sic \/x"},"body":"a&client_secret=\u0073ecret&b"}"#);
    let found = inspect(&before).secrets;
    let slots: Vec<String> = found.iter().map(|secret| secret.slot.clone()).collect();
    assert_eq!(slots.len(), 2);
    let values = flow::secret_values(&before, &slots).unwrap();
    let out: Vec<EditOp> = slots.iter().map(|slot| secret(slot, None)).collect();
    let stripped = edited(&before, &out);
    assert!(inspect(&stripped).secrets.is_empty());
    assert!(!stripped.text(PARTS[0]).contains("ecret&"), "{}", stripped.text(PARTS[0]));
    let back: Vec<EditOp> = values.iter().map(|value| secret(&value.slot, value.value.as_deref())).collect();
    assert_eq!(edited(&stripped, &back), before);
}

#[test]
fn unknown_slots_are_refused_as_a_whole() {
    let before = action(PATH);
    let good = EditOp::Rename("G".to_owned());
    for bad in [
        relink("apisMap.json#/nothing", "connector", "x", "{}"),
        relink("definition.json#/name", "connector", "x", "{}"),
        relink("apisMap.json#", "connector", "x", "{}"),
        literal(AT, "https://a.sharepoint.com", "x"),
        literal("definition.json#/name", "n-1", "x"),
        literal("apisMap.json#/shared_y", "api-y", "x"),
        secret("definition.json#/name", None),
        secret("nowhere", Some("1")),
        EditOp::Other(("dance".to_owned(), String::new())),
    ] {
        refused(flow::edit(&before, &[good.clone(), bad]));
    }
    refused(flow::secret_values(&before, &["definition.json#/name".to_owned()]));
    refused(flow::secret_values(&before, &["definition.json#/properties".to_owned()]));
}

#[test]
fn an_update_keeps_who_the_existing_flow_is() {
    let existing = edited(&flow_of(""), &[EditOp::SetId(ResourceId::new("flow", "g"))]);
    let incoming = action(PATH);
    let mut outcome = flowport_plugin::Edited::unchanged(incoming.head.clone());
    outcome.head.id = existing.head.id.clone();
    let kept = incoming.edited(&flow::keep_identity(&incoming, &existing, outcome).unwrap());
    assert_eq!(inspect(&kept).identities, inspect(&existing).identities);
    assert_eq!(kept.head.id, existing.head.id);
    let name = inspect(&existing).identities[0].strip_prefix("pa-flow:").unwrap().to_owned();
    assert_eq!(kept.text(PARTS[0]), incoming.text(PARTS[0]).replace("n-1", &name));
}
