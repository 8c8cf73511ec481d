//! Packages in flowport JSON that make an import write all that an import can write.

use serde_json::{Value, json};

/// Larger than what the store keeps in one piece.
const LARGE: usize = 300_000;
const FLOWS: usize = 8;

/// Which of two packages with the same resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    Old,
    New,
}

/// Flows, one of them large, and a connector with a declared secret. Most of it differs between the two; the new one has a resource
/// more.
pub(crate) fn package(edition: Edition) -> String {
    let is_new = edition == Edition::New;
    let trigger = if is_new { "webhook" } else { "timer" };
    let mut resources: Vec<Value> =
        (0..FLOWS + usize::from(is_new)).map(|number| flow(&format!("flow-{number}"), trigger, number)).collect();
    let text = trigger.repeat(LARGE / trigger.len());
    resources[0]["parts"]["flow.json"]["json"]["steps"][0]["text"] = json!(text);
    let secrets = json!({ "password": format!("the password of the {trigger}"), "user": "robot" });
    let connector = json!({ "name": "CRM", "url": "https://crm.example", "secrets": secrets });
    let parts = json!({ "connector.json": { "json": connector } });
    resources.push(json!({ "kind": "connector", "id": "crm", "name": "CRM", "dialect": "flowport", "parts": parts }));
    of("Many", resources)
}

/// A package of one maker in a round: a flow that the other one has as well, and one that nobody else has.
pub(crate) fn of_maker(maker: &str, round: u32) -> String {
    let stamp = format!("{maker} {round}");
    of(maker, vec![flow("shared", &stamp, 0), flow(&format!("own-{maker}"), &stamp, 1)])
}

fn of(name: &str, resources: Vec<Value>) -> String {
    let info = json!({ "name": name });
    json!({ "format": "flowport", "formatVersion": "1.0", "package": info, "resources": resources }).to_string()
}

fn flow(id: &str, trigger: &str, number: usize) -> Value {
    let steps: Vec<Value> =
        (0..5).map(|step| json!({ "name": format!("s{step}"), "type": "x", "n": number })).collect();
    let part = json!({ "name": id, "state": "published", "trigger": { "type": trigger }, "steps": steps });
    json!({ "kind": "flow", "id": id, "name": id, "dialect": "flowport", "parts": { "flow.json": { "json": part } } })
}
