//! A flow with two references, one used in the old style and one in the new.
#![allow(dead_code, reason = "each test file uses a part")]

use flowport_plugin::fake::Resource;
use flowport_plugin::{EditOp, Failure, Head, Inspection, Relink, Replace, ResourceId, SlotValue};
use flowport_power_automate::flow;

pub(crate) const NEW: &str = r#""new":{"type":"OpenApiConnection","inputs":{"host":{"connectionName":"shared_x_1","operationId":"O","apiId":"/apis/shared_x"},"parameters":{"dataset":"default.cds","text":"caf\u00e9"}}}"#;
pub(crate) const OLD: &str = r#""old":{"type":"ApiConnection","inputs":{"host":{"connection":{"name":"@parameters('$connections')['shared_y']['connectionId']"}}}}"#;

/// A flow whose definition holds these actions.
pub(crate) fn flow_of(actions: &str) -> Resource {
    let definition = format!(
        r#"{{"name":"n-1", "id":"/providers/Microsoft.Flow/flows/n-1","type":"Microsoft.Flow/flows","properties":{{"displayName":"F","definition":{{"parameters":{{"$authentication":{{"defaultValue":{{}},"type":"SecureObject"}}}},"actions":{{{OLD},{NEW}{comma}{actions}}}}},"connectionReferences":{{"shared_x_1":{{"connectionName":"c-x","source":"Embedded","id":"/apis/shared_x"}},"shared_y":{{"connectionName":"c-y","id":"/apis/shared_y","apiName":"y"}}}}}}}}"#,
        comma = if actions.is_empty() { "" } else { "," },
    );
    let mut head = Head::new(ResourceId::new("flow", "f"), "power-automate", "F");
    head.attributes = r#"{"configurableBy":"User", "dependsOn":["api-x","con-x","api-y","con-y"]}"#.to_owned();
    Resource::new(head)
        .json("definition.json", &definition)
        .json("apisMap.json", r#"{"shared_x_1":"api-x","shared_y":"api-y"}"#)
        .json("connectionsMap.json", r#"{ "shared_x_1":"con-x","shared_y":"con-y"}"#)
}

/// One action of that name with these inputs.
pub(crate) fn action(inputs: &str) -> Resource {
    flow_of(&format!(r#""more":{{"type":"Http","inputs":{inputs}}}"#))
}

pub(crate) fn inspect(resource: &Resource) -> Inspection {
    flow::inspect(resource).unwrap()
}

/// Class and value of each literal.
pub(crate) fn literals(resource: &Resource) -> Vec<(String, String)> {
    inspect(resource).literals.into_iter().map(|literal| (literal.class, literal.value)).collect()
}

pub(crate) fn relink(slot: &str, kind: &str, id: &str, attributes: &str) -> EditOp {
    let mut to = Head::new(ResourceId::new(kind, id), "power-automate", "target");
    to.attributes = attributes.to_owned();
    EditOp::Relink(Relink { slot: slot.to_owned(), to })
}

pub(crate) fn literal(slot: &str, old: &str, new: &str) -> EditOp {
    EditOp::SetLiteral(Replace { slot: slot.to_owned(), old: old.to_owned(), new: new.to_owned() })
}

pub(crate) fn secret(slot: &str, value: Option<&str>) -> EditOp {
    EditOp::SetSecret(SlotValue { slot: slot.to_owned(), value: value.map(str::to_owned) })
}

#[track_caller]
pub(crate) fn edited(resource: &Resource, ops: &[EditOp]) -> Resource {
    resource.edited(&flow::edit(resource, ops).unwrap())
}

#[track_caller]
pub(crate) fn refused(result: Result<impl std::fmt::Debug, Failure>) {
    assert!(matches!(result, Err(Failure::Other(_))), "{result:?}");
}
