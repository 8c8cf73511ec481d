//! What an import changes in connectors and connections of flowport's own dialect.

mod common;

use common::{connection, connector, edit, inspect, plan, relink, set_literal, set_secret, text};
use flowport_connector::Connectors;
use flowport_plugin::{Action, EditOp, Failure, Handler, ResourceId, State};

const PART: &str = "{ \"name\" : \"C\\u0052M\",\n\t\"url\": \"https:\\/\\/crm-dev.example/api\",\n  \"settings\": \
    {\"mail\": \"ana@a.example, ana@a.example.org, ana@a.example\", \"to\": \"https://h.example/?code=abcd1234&x=1\"},\n  \
    \"secrets\": { \"password\":  \"p\\u0061ss\\\"word\", \"pin\": null } , \"limit\": 1.50}\n";

fn values(resource: &flowport_plugin::fake::Resource, slots: &[&str]) -> Result<Vec<Option<String>>, Failure> {
    let slots: Vec<String> = slots.iter().map(|slot| (*slot).to_owned()).collect();
    let values = Connectors::secret_values(resource, &slots)?;
    assert!(values.iter().map(|value| &value.slot).eq(&slots));
    Ok(values.into_iter().map(|value| value.value).collect())
}

#[test]
fn a_declared_secret_is_lifted_out_and_put_back_byte_for_byte() {
    let before = connector(PART);
    let (password, pin) = ("connector.json#/secrets/password", "connector.json#/secrets/pin");
    let lifted = values(&before, &[pin, password]).unwrap();
    assert_eq!(lifted, [None, Some(r#""p\u0061ss\"word""#.to_owned())]);
    let without = edit(&before, &[set_secret(password, None)]).unwrap();
    assert_eq!(text(&without), PART.replace(r#""p\u0061ss\"word""#, "null"));
    assert!(inspect(&without).secrets.iter().all(|secret| !secret.declared || !secret.is_set));
    assert_eq!(edit(&without, &[set_secret(password, lifted[1].as_deref())]).unwrap(), before);
    let set = edit(&before, &[set_secret(pin, Some("\"0815\""))]).unwrap();
    assert_eq!(text(&set), PART.replace("\"pin\": null", "\"pin\": \"0815\""));
}

#[test]
fn a_found_secret_is_stripped_and_put_back() {
    let (before, slot) = (connector(PART), "connector.json#/settings/to");
    let lifted = values(&before, &[slot]).unwrap();
    let stripped = edit(&before, &[set_secret(slot, None)]).unwrap();
    assert_eq!(text(&stripped), PART.replace("abcd1234", ""));
    assert_eq!(edit(&stripped, &[set_secret(slot, lifted[0].as_deref())]).unwrap(), before);
    // Both stand in one string, and one edit changes both.
    let both = [set_secret(slot, None), set_literal(slot, "https://h.example", "https://i.example")];
    assert_eq!(text(&edit(&before, &both).unwrap()), PART.replace("abcd1234", "").replace("h.example", "i.example"));
}

#[test]
fn only_the_value_that_inspect_reports_is_replaced() {
    let before = connector(PART);
    let ops = [
        set_literal("connector.json#/url", "https://crm-dev.example/api", "https://crm.example/v2"),
        set_literal("connector.json#/settings/mail", "ana@a.example", "ben@b.example"),
    ];
    let after = text(&edit(&before, &ops).unwrap());
    let expected = PART
        .replace("https:\\/\\/crm-dev.example/api", "https://crm.example/v2")
        .replace("ana@a.example, ana@a.example.org, ana@a.example", "ben@b.example, ana@a.example.org, ben@b.example");
    assert_eq!(after, expected);
    let twice = inspect(&before).literals.into_iter().filter(|literal| literal.value == "ana@a.example");
    assert_eq!(twice.count(), 1, "what one change replaces is listed once");
}

#[test]
fn a_connection_follows_its_connector() {
    let before = connection("{\"name\": \"CRM\", \"connector\":\"s\\u0071l\"}");
    let edited = Connectors::edit(&before, &[relink("connection.json#/connector", "connector", "sql")]).unwrap();
    assert!(edited.written.is_empty(), "what means the same keeps its bytes");
    let after = edit(&before, &[relink("connection.json#/connector", "connector", "a\"b")]).unwrap();
    assert_eq!(text(&after), "{\"name\": \"CRM\", \"connector\":\"a\\\"b\"}");
    let wrong = edit(&before, &[relink("connection.json#/connector", "flow", "x")]);
    assert!(matches!(wrong, Err(Failure::Other(why)) if why.contains("takes a connector, not a flow")));
}

#[test]
fn a_new_name_stands_in_head_and_part_and_a_new_id_in_the_head() {
    let id = ResourceId::new("connector", "copy");
    let after = edit(&connector(PART), &[EditOp::Rename("CRM 2".to_owned()), EditOp::SetId(id.clone())]).unwrap();
    assert_eq!((after.head.name.as_str(), &after.head.id), ("CRM 2", &id));
    assert_eq!(text(&after), PART.replace("C\\u0052M", "CRM 2"));
    let found = inspect(&after);
    assert_eq!(found.identities, ["connector:copy"]);
    assert!(found.diagnostics.iter().all(|found| found.code == "CN0007"), "{:?}", found.diagnostics);
    let draft = edit(&connector(PART), &[EditOp::SetState(State::Draft)]).unwrap();
    assert_eq!((draft.head.state, text(&draft).as_str()), (State::Draft, PART));
}

#[test]
fn a_slot_that_inspect_does_not_report_is_refused_and_nothing_is_changed() {
    let connector = connector(PART);
    let connection = connection(r#"{"name":"ana@a.example","connector":"ana@a.example"}"#);
    let other = EditOp::Other(("move".to_owned(), String::new()));
    for (resource, op) in [
        (&connector, relink("connector.json#/url", "connector", "x")),
        (&connector, relink("connector.json#/connector", "connector", "x")),
        (&connector, set_secret("connector.json#/secrets/none", Some("\"x\""))),
        (&connector, set_secret("connector.json#/secrets", Some("{}"))),
        (&connector, set_secret("connection.json#/secrets/pin", Some("\"x\""))),
        (&connector, set_secret("connector.json#/settings/mail", None)),
        (&connector, set_secret("connector.json#/name", Some("\"x\""))),
        (&connector, set_secret("connector.json#/limit", Some("\"x\""))),
        (&connector, set_secret("pin", Some("\"x\""))),
        (&connector, set_literal("connector.json#/settings/mail", "ana@b.example", "x")),
        (&connector, set_literal("connector.json#/settings/to", "abcd1234", "x")),
        (&connector, set_literal("connector.json#/url", "crm-dev.example", "x")),
        (&connector, set_literal("connector.json#/secrets/password", "pass\"word", "x")),
        (&connection, set_literal("connection.json#/name", "ana@a.example", "x")),
        (&connection, set_literal("connection.json#/connector", "ana@a.example", "x")),
        (&connection, set_secret("connection.json#/connector", Some("\"x\""))),
        (&connection, set_secret("connection.json#/connector", None)),
        (&connector, other),
    ] {
        let ops = [EditOp::Rename("R".to_owned()), op];
        assert!(matches!(edit(resource, &ops), Err(Failure::Other(_))), "{:?}", ops[1]);
    }
    for slot in ["connector.json#/secrets/none", "connector.json#/settings/mail", "connector.json#/name", "pin"] {
        assert!(matches!(values(&connector, &[slot]), Err(Failure::Other(_))), "{slot}");
    }
    assert!(matches!(values(&connection, &["connection.json#/connector"]), Err(Failure::Other(_))));
}

#[test]
fn a_connector_updates_what_is_there_and_keeps_its_id_and_state() {
    let (incoming, mut existing) = (connector(PART), connector(r#"{"name":"CRM"}"#));
    existing.head.id.id = "other".to_owned();
    existing.head.state = State::Draft;
    for action in [None, Some(Action::Update)] {
        let change = plan(&incoming, Some(&existing), action);
        assert_eq!(change.action, Some(Action::Update));
        let after = incoming.edited(&change.outcome.unwrap());
        assert_eq!((&after.head.id, after.head.state), (&existing.head.id, State::Draft));
        assert_eq!(after.parts, incoming.parts);
    }
    assert_eq!(plan(&incoming, None, None).action, Some(Action::Create));
    let copy = plan(&incoming, Some(&existing), Some(Action::Create));
    assert_eq!((copy.action, incoming.edited(&copy.outcome.unwrap())), (Some(Action::Create), incoming.clone()));
    let used = plan(&incoming, Some(&existing), Some(Action::UseExisting));
    assert!(used.action == Some(Action::UseExisting) && used.outcome.is_none());
    assert!(plan(&incoming, Some(&existing), Some(Action::Skip)).outcome.is_none());
}

#[test]
fn a_connection_is_used_where_it_is_there_and_asked_for_where_it_is_not() {
    let connection = connection(r#"{"name":"CRM","connector":"sql","secrets":{"password":null}}"#);
    let used = plan(&connection, Some(&connection), None);
    assert!(used.action == Some(Action::UseExisting) && used.outcome.is_none());
    let asked = plan(&connection, None, None);
    assert_eq!((asked.action, asked.outcome), (None, None));
    assert_eq!(asked.allowed, [Action::UseExisting, Action::Create, Action::Skip]);
    let made = plan(&connection, None, Some(Action::Create)).outcome.unwrap();
    assert_eq!(made.head.state, State::Published, "what it lacks are its secrets, and those are told of as not set");
    assert_eq!(connection.edited(&made), connection);
}
