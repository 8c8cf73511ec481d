//! An update keeps who the existing flow is; a copy does not.

use flowport_flow::Flows;
use flowport_plugin::fake::{Resource, Target};
use flowport_plugin::{Action, EditOp, Failure, Handler, Head, Replace, ResourceId, SlotValue, State, View};

fn power_automate(id: &str, name: &str) -> Resource {
    let definition = format!(
        r#"{{"name":"{name}","id":"/providers/Microsoft.Flow/flows/{name}","properties":{{"displayName":"F","definition":{{}},"connectionReferences":{{}}}}}}"#
    );
    Resource::new(Head::new(ResourceId::new("flow", id), "power-automate", "F"))
        .json("definition.json", &definition)
        .json("apisMap.json", "{}")
        .json("connectionsMap.json", "{}")
}

fn neutral(flow: &str) -> Resource {
    Resource::new(Head::new(ResourceId::new("flow", "n"), "flowport", "F")).json("flow.json", flow)
}

fn planned(incoming: &Resource, existing: &Resource, action: Option<Action>) -> Resource {
    let change = Flows::plan(incoming, Some(existing as &dyn View), action, &Target::default()).unwrap();
    incoming.edited(&change.outcome.unwrap())
}

#[test]
fn an_update_keeps_ids_and_state() {
    let (incoming, mut existing) = (power_automate("a", "n-1"), power_automate("b", "n-2"));
    existing.head.state = State::Draft;
    let after = planned(&incoming, &existing, None);
    assert_eq!((after.head.id.id.as_str(), after.head.state), ("b", State::Draft));
    assert_eq!(after.text("definition.json"), incoming.text("definition.json").replace("n-1", "n-2"));
}

#[test]
fn a_copy_and_another_dialect_keep_their_own() {
    let incoming = power_automate("a", "n-1");
    assert_eq!(planned(&incoming, &power_automate("b", "n-2"), Some(Action::Create)), incoming);
    let existing = neutral(r#"{"name":"F","state":"published","trigger":{},"steps":[]}"#);
    assert_eq!(planned(&incoming, &existing, None).parts, incoming.parts);
}

#[test]
fn a_neutral_flow_changes_only_what_inspect_reports() {
    let text = r#"{"name":"F","state":"published","trigger":{},"steps":[{"url":"https://a.example https://a.example.org","password":"p\u0061ss"}],"uses":["page/1"]}"#;
    let flow = neutral(text);
    let inspection = Flows::inspect(&flow).unwrap();
    assert_eq!(inspection.secrets.len(), 1);
    let replace = |slot: &str, old: &str, new: &str| {
        EditOp::SetLiteral(Replace { slot: slot.to_owned(), old: old.to_owned(), new: new.to_owned() })
    };
    let url = "flow.json#/steps/0/url";
    let ops = [replace(url, "https://a.example", "https://b.example")];
    let after = flow.edited(&Flows::edit(&flow, &ops).unwrap());
    assert_eq!(after.text("flow.json"), text.replace("https://a.example ", "https://b.example "));
    let slot = inspection.secrets[0].slot.clone();
    let value = Flows::secret_values(&flow, std::slice::from_ref(&slot)).unwrap().remove(0);
    let set = |value: Option<String>| EditOp::SetSecret(SlotValue { slot: slot.clone(), value });
    let stripped = flow.edited(&Flows::edit(&flow, &[set(None)]).unwrap());
    assert!(!stripped.text("flow.json").contains("ss\""));
    assert_eq!(stripped.edited(&Flows::edit(&stripped, &[set(value.value)]).unwrap()), flow);
    for bad in [replace("flow.json#/name", "F", "G"), replace(url, "https://c.example", "x")] {
        assert!(matches!(Flows::edit(&flow, &[bad]), Err(Failure::Other(_))));
    }
    let to = Head::new(ResourceId::new("page", "2"), "flowport", "P");
    let relink = |slot: &str| EditOp::Relink(flowport_plugin::Relink { slot: slot.to_owned(), to: to.clone() });
    assert!(Flows::edit(&flow, &[relink("flow.json#/name")]).is_err());
    let after = flow.edited(&Flows::edit(&flow, &[relink("flow.json#/uses/0")]).unwrap());
    assert_eq!(after.text("flow.json"), text.replace("page/1", "page/2"));
}
