//! Connectors and connections: declared by packages, never carried.

use flowport_connector::Connectors;
use flowport_plugin::fake::{Resource, Target};
use flowport_plugin::{
    Action, Change, EditOp, Failure, Handler, Head, Origin, PRODUCT_KEY, Relink, ResourceId, State, Target as To,
    Traits, View,
};

fn resource(kind: &str, id: &str, attributes: &str) -> Resource {
    let mut head = Head::new(ResourceId::new(kind, id), "power-automate", "ana@example.com");
    head.attributes = attributes.to_owned();
    if attributes.contains("\"id\"") {
        head.origin = Origin::Standard;
    }
    Resource::new(head)
}

fn standard() -> Resource {
    resource("connector", "api-1", r#"{"id":"/apis/shared_x"}"#)
}

fn connection() -> Resource {
    resource("connection", "con-1", r#"{"dependsOn":["api-1"],"apiId":"/apis/shared_x","connectionName":"c"}"#)
}

#[test]
fn identities_and_references() {
    assert_eq!(Connectors::inspect(&standard()).unwrap().identities, ["api:/apis/shared_x"]);
    let custom = resource("connector", "api-2", r#"{"apiId":"/apis/shared_mine-5f1"}"#);
    assert!(Connectors::inspect(&custom).unwrap().identities.is_empty(), "custom connectors must be mapped");
    let found = Connectors::inspect(&connection()).unwrap();
    assert_eq!(found.references[0].slot, "attributes#/dependsOn/0");
    assert!(matches!(&found.references[0].target, To::Known(id) if *id == ResourceId::new("connector", "api-1")));
    assert!(found.identities.is_empty() && found.diagnostics.is_empty());
}

#[test]
fn a_connection_follows_its_connector() {
    let relink = |slot: &str| {
        let to = resource("connector", "api-9", r#"{"id":"/apis/shared_z"}"#).head;
        EditOp::Relink(Relink { slot: slot.to_owned(), to })
    };
    let before = connection();
    let edited = Connectors::edit(&before, &[relink("attributes#/dependsOn/0")]).unwrap();
    assert!(edited.written.is_empty());
    assert_eq!(
        edited.head.attributes,
        before.head.attributes.replace("api-1", "api-9").replace("/apis/shared_x", "/apis/shared_z")
    );
    for slot in ["attributes#/dependsOn/1", "attributes#/apiId", "x.json#/a", "nothing"] {
        assert!(matches!(Connectors::edit(&before, &[relink(slot)]), Err(Failure::Other(_))), "{slot}");
    }
}

#[test]
fn a_key_of_the_product_takes_the_place_of_the_old_one() {
    let kinds = Connectors::kinds().into_iter().filter(|info| info.dialects == ["power-automate"]);
    assert!(
        kinds.clone().count() == 2
            && kinds.clone().all(|info| info.traits == Traits::GENERATED_IDS | Traits::PRODUCT_KEYS)
    );
    let key = |resource: &Resource, key: &str| {
        let op = EditOp::Other((PRODUCT_KEY.to_owned(), key.to_owned()));
        Connectors::edit(resource, &[op]).map(|edited| edited.head.attributes)
    };
    let changed = connection().head.attributes.replace(r#""c""#, r#""shared-x-1""#);
    assert_eq!(key(&connection(), "shared-x-1").unwrap(), changed);
    let unnamed = resource("connection", "con-2", r#"{ "dependsOn": [] }"#);
    assert_eq!(key(&unnamed, "k").unwrap(), r#"{ "dependsOn": [], "connectionName": "k" }"#);
    let custom = resource("connector", "api-2", r#"{"apiId":"/providers/Microsoft.PowerApps/apis/shared_mine-5f1"}"#);
    for written in ["shared_mine-5f2", "/providers/Microsoft.PowerApps/apis/shared_mine-5f2"] {
        assert_eq!(key(&custom, written).unwrap(), custom.head.attributes.replace("5f1", "5f2"));
    }
    assert!(matches!(key(&standard(), "shared_y"), Err(Failure::Unsupported(_))));
    for (resource, wrong) in [
        (connection(), "orders site"),
        (connection(), "ana@contoso.example"),
        (connection(), ""),
        (custom.clone(), "/apis/x"),
        (custom, "a'b"),
    ] {
        assert!(matches!(key(&resource, wrong), Err(Failure::Other(why)) if why.contains("no key")), "{wrong}");
    }
}

fn plan(incoming: &Resource, existing: Option<&Resource>, action: Option<Action>) -> Change {
    let existing = existing.map(|existing| existing as &dyn View);
    Connectors::plan(incoming, existing, action, &Target::default()).unwrap()
}

#[test]
fn what_is_there_is_used_and_what_is_not_needs_setup() {
    assert_eq!(plan(&connection(), Some(&connection()), None).action, Some(Action::UseExisting));
    // Every environment has the standard connectors.
    let known = plan(&standard(), None, None);
    assert_eq!((known.action, known.diagnostics.len()), (Some(Action::Create), 0));
    let asked = plan(&connection(), None, None);
    assert!(asked.action.is_none() && asked.allowed.contains(&Action::Create));
    let made = plan(&connection(), None, Some(Action::Create));
    let outcome = made.outcome.unwrap();
    assert_eq!(outcome.head.state, State::Draft);
    assert_eq!(made.diagnostics[0].code, "PA0501");
    assert!(made.diagnostics[0].help.as_ref().unwrap().contains("flowport publish"));
    let placeholder = connection().edited(&outcome);
    assert_eq!(Connectors::inspect(&placeholder).unwrap().diagnostics[0].code, "PA0501");
}

#[test]
fn what_comes_with_the_product_is_never_switched_off() {
    let off = EditOp::SetState(State::Draft);
    assert!(matches!(Connectors::edit(&standard(), std::slice::from_ref(&off)), Err(Failure::Unsupported(_))));
    assert_eq!(Connectors::edit(&connection(), &[off]).unwrap().head.state, State::Draft);
}
