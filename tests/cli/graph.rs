//! `graph`, with cycles and self references.

use serde_json::{Value, json};

use crate::support::project::Project;

fn entity(name: &str, lookups: &[&str]) -> Value {
    let fields: Vec<Value> = lookups
        .iter()
        .enumerate()
        .map(|(index, to)| json!({ "name": format!("f{index}"), "type": "lookup", "lookup": to }))
        .collect();
    let part = json!({ "schemaName": name, "displayName": name, "origin": "custom", "fields": fields });
    json!({ "kind": "entity", "id": name, "name": name, "dialect": "flowport", "parts": { "entity.json": { "json": part } } })
}

/// order ⇄ customer, customer → itself, order → one that is not there.
fn cyclic() -> Project {
    let project = Project::new();
    let model =
        json!([entity("order", &["customer", "customer", "nowhere"]), entity("customer", &["order", "customer"])]);
    project.write("model.json", model.to_string());
    project.ok(&["put", "dev", "model.json"]);
    project
}

#[test]
fn a_graph_of_an_environment_shows_cycles_self_references_and_what_is_missing() {
    let project = cyclic();
    let graph = project.json(0, &["graph", "dev"])["result"].clone();
    let mut nodes: Vec<(&str, bool)> = graph["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (node["resource"].as_str().unwrap(), node["present"].as_bool().unwrap()))
        .collect();
    nodes.sort_unstable();
    assert_eq!(nodes, [("entity/customer", true), ("entity/nowhere", false), ("entity/order", true)]);
    let mut edges: Vec<(&str, &str)> = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| (edge["from"].as_str().unwrap(), edge["to"].as_str().unwrap()))
        .collect();
    edges.sort_unstable();
    let (customer, order, nowhere) = ("entity/customer", "entity/order", "entity/nowhere");
    assert_eq!(
        edges,
        [(customer, customer), (customer, order), (order, customer), (order, customer), (order, nowhere)]
    );
    let printed: Value = serde_json::from_str(&project.ok(&["graph", "dev", "--format", "json"]).stdout()).unwrap();
    assert_eq!(printed, graph);
}

#[test]
fn every_form_of_the_graph_holds_every_node_and_edge() {
    let project = cyclic();
    let text = project.ok(&["graph", "dev"]).stdout();
    for line in
        ["entity/order  order", "  needs entity/customer", "  needs entity/order", "  needs entity/nowhere  (not here)"]
    {
        assert!(text.lines().any(|found| found == line), "{line:?} is not in\n{text}");
    }
    let dot = project.ok(&["graph", "dev", "--format", "dot"]).stdout();
    assert!(dot.starts_with("digraph flowport {") && dot.ends_with("}\n"), "{dot}");
    for edge in [("order", "customer"), ("customer", "order"), ("customer", "customer"), ("order", "nowhere")] {
        let line = format!("\"entity/{}\" -> \"entity/{}\"", edge.0, edge.1);
        assert_eq!(dot.matches(&line).count(), 1, "{line} in\n{dot}");
    }
    let svg = project.ok(&["graph", "dev", "--format", "svg"]).stdout();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{svg}");
    assert_eq!((svg.matches("<rect").count(), svg.matches("<path").count()), (3, 4), "{svg}");
    assert_eq!(svg.matches("class=\"missing\"").count(), 1, "{svg}");
}

#[test]
fn a_graph_of_a_package_is_that_of_the_environment_it_came_from() {
    let project = cyclic();
    project.ok(&["export", "dev", "--all", "-o", "model.json", "--overwrite"]);
    let of = |place: &str| project.json(0, &["graph", place])["result"].clone();
    let sorted = |graph: &Value, key: &str| {
        let mut entries: Vec<String> = graph[key].as_array().unwrap().iter().map(Value::to_string).collect();
        entries.sort();
        entries
    };
    let (package, environment) = (of("model.json"), of("dev"));
    assert_eq!(sorted(&package, "nodes"), sorted(&environment, "nodes"));
    assert_eq!(sorted(&package, "edges"), sorted(&environment, "edges"));
    project.run(&["graph", "none"]).exits(2).says("none");
}

#[test]
fn a_cycle_is_exported_and_imported_in_one_go() {
    let project = Project::new();
    let model = json!([entity("order", &["customer"]), entity("customer", &["order", "customer"])]);
    project.write("model.json", model.to_string());
    project.ok(&["put", "dev", "model.json"]);
    project.ok(&["export", "dev", "entity/order", "-o", "order.json"]);
    project.ok(&["import", "prod", "order.json", "--yes"]);
    let mut ids = project.ids("prod");
    ids.sort();
    assert_eq!(ids, ["entity/customer", "entity/order"]);
    project.ok(&["check", "prod"]).says("nothing is missing");
    project.ok(&["plan", "prod", "order.json", "--detailed-exitcode"]).says("no changes");
    project.run(&["delete", "prod", "entity/order", "--yes"]).exits(4).says("entity/customer needs entity/order");
    project.ok(&["delete", "prod", "entity/*", "--yes"]);
}
