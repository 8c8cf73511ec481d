//! Whatever a package holds: what is written is what was read.

mod common;

use common::{decode, encode, inspections};
use flowport_plugin::fake::{Package, Resource};
use flowport_plugin::json::quote;
use flowport_plugin::{
    Action, EditOp, Handler, Head, Origin, PackageInfo, Relink, ResourceId, Setup, Severity, Target,
};
use proptest::prelude::*;

/// Unicode, quotes, slashes; keys of references also hold what pointers escape.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z~/'\"_.\\-]{1,12}", Just("流程 \u{1F600}".to_owned())]
        .prop_map(|text| text.chars().filter(|character| *character != '\0').collect())
}

fn head(kind: &str, id: &str, name: &str, attributes: String) -> Head {
    let mut head = Head::new(ResourceId::new(kind, id), "power-automate", name);
    head.attributes = attributes;
    head
}

fn setup(suggested: Action, allowed: &[Action], comment: Option<String>) -> Setup {
    Setup { suggested: Some(suggested), allowed: allowed.to_vec(), comment }
}

fn list(ids: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", ids.into_iter().map(|id| quote(&id)).collect::<Vec<_>>().join(","))
}

fn map(keys: &[String], id: impl Fn(usize) -> String) -> String {
    let entries: Vec<String> =
        keys.iter().enumerate().map(|(index, key)| format!("{}: {}", quote(key), quote(&id(index)))).collect();
    format!("{{ {} }}", entries.join(" ,"))
}

fn expression(key: &str) -> String {
    quote(&format!("@parameters('$connections')['{}']['connectionId']", key.replace('\'', "''")))
}

/// A flow with a connection per key, its connectors and connections, and perhaps an app around it.
fn package(names: &[String], keys: &[String], comment: Option<String>, has_app: bool, note: &str) -> Vec<Resource> {
    let name = |index: usize| names[index % names.len()].clone();
    let (api, connection) = (|index: usize| format!("api-{index}"), |index: usize| format!("con-{index}"));
    let api_id = |index: usize| format!("/providers/Microsoft.PowerApps/apis/shared_{index}");
    let references: Vec<String> = keys
        .iter()
        .enumerate()
        .map(|(index, key)| {
            format!("{}:{{\"connectionName\":\"n-{index}\",\"id\":{}}}", quote(key), quote(&api_id(index)))
        })
        .collect();
    let uses: Vec<String> = keys.iter().map(|key| expression(key)).collect();
    let definition = format!(
        "{{\"name\":\"n\",\"id\" : \"/providers/Microsoft.Flow/flows/n\",\"properties\":{{\"displayName\":{},\"definition\":{{\"note\":{},\"uses\":[{}]}},\n\"connectionReferences\":{{{}}}}}}}",
        quote(&name(0)),
        quote(note),
        uses.join(", "),
        references.join(",")
    );
    let depends = list((0..keys.len()).flat_map(|index| [api(index), connection(index)]));
    let hierarchy = if has_app { "Child" } else { "Root" };
    let attributes =
        format!(r#"{{"details":{{}},"configurableBy":"User","hierarchy":"{hierarchy}","dependsOn":{depends}}}"#);
    let mut flow = Resource::new(head("flow", "flow-1", &name(0), attributes))
        .json("definition.json", &definition)
        .json("apisMap.json", &map(keys, api))
        .json("connectionsMap.json", &map(keys, connection));
    flow.setup = setup(Action::Create, &[Action::UseExisting, Action::Create, Action::Update], comment);
    let mut resources = vec![flow];
    if has_app {
        let attributes = r#"{"details":{},"configurableBy":"User","dependsOn":["flow-1"],"dependencyKinds":["flow"]}"#;
        let mut app = Resource::new(head("app", "app-1", &name(1), attributes.to_owned())).json("42.json", "{}");
        app.parts.push((
            "N-document.msapp".to_owned(),
            "application/octet-stream".to_owned(),
            note.as_bytes().to_vec(),
        ));
        app.setup = setup(Action::Update, &[Action::Create, Action::Update], None);
        resources.push(app);
    }
    for index in 0..keys.len() {
        let attributes = format!(
            r#"{{"id":{},"name":"shared_{index}","details":{{}},"configurableBy":"System","hierarchy":"Child","dependsOn":[]}}"#,
            quote(&api_id(index))
        );
        let mut connector = Resource::new(head("connector", &api(index), &name(index + 2), attributes));
        connector.head.origin = Origin::Standard;
        connector.setup = setup(Action::UseExisting, &[], None);
        resources.push(connector);
    }
    for index in 0..keys.len() {
        let attributes = format!(
            r#"{{"details":{{}},"configurableBy":"User","hierarchy":"Child","dependsOn":["{}"],"apiId":{},"connectionName":"n-{index}"}}"#,
            api(index),
            quote(&api_id(index))
        );
        let mut resource = Resource::new(head("connection", &connection(index), &name(index + 3), attributes));
        resource.setup = setup(Action::UseExisting, &[Action::UseExisting], None);
        resources.push(resource);
    }
    resources
}

proptest! {
    #[test]
    fn what_is_written_is_what_was_read(
        names in prop::collection::vec(text(), 1..5),
        keys in prop::collection::btree_set(text(), 0..5),
        comment in prop::option::of(text()),
        has_app in any::<bool>(),
        note in text(),
    ) {
        let keys: Vec<String> = keys.into_iter().collect();
        let resources = package(&names, &keys, comment, has_app, &note);
        let (bytes, _) = encode(&Package::new(PackageInfo::named("P"), resources.clone())).unwrap();
        let (read, diagnostics) = decode(&bytes).unwrap();
        prop_assert!(diagnostics.iter().all(|found| found.severity != Severity::Error), "{diagnostics:#?}");
        prop_assert_eq!(read.resources(), resources);
        let (second, _) = encode(&common::again(&read)).unwrap();
        prop_assert_eq!(second, bytes);
        for inspection in inspections(&read) {
            let found = inspection.unwrap().diagnostics;
            prop_assert!(found.iter().all(|found| found.severity != Severity::Error), "{found:#?}");
        }
    }

    #[test]
    fn relinks_to_the_same_change_nothing(keys in prop::collection::btree_set(text(), 0..5), note in text()) {
        let keys: Vec<String> = keys.into_iter().collect();
        let resources = package(&["F".to_owned()], &keys, None, false, &note);
        let flow = &resources[0];
        let relink = |reference: &flowport_plugin::Reference| {
            let Target::Known(id) = &reference.target else { return None };
            let to = resources.iter().find(|resource| resource.head.id == *id)?.head.clone();
            Some(EditOp::Relink(Relink { slot: reference.slot.clone(), to }))
        };
        let inspection = flowport_flow::Flows::inspect(flow).unwrap();
        let ops: Vec<EditOp> = inspection.references.iter().filter_map(relink).collect();
        prop_assert_eq!(ops.len(), keys.len() * 2);
        let edited = flowport_flow::Flows::edit(flow, &ops).unwrap();
        prop_assert!(edited.written.is_empty());
        prop_assert_eq!(&edited.head, &flow.head);
    }
}
