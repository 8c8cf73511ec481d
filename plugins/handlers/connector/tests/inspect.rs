//! What is found in connectors and connections of flowport's own dialect.

mod common;

use common::{connection, connector, findings, inspect};
use flowport_connector::Connectors;
use flowport_plugin::fake::Resource;
use flowport_plugin::{Action, Failure, Handler, Head, Inspection, ResourceId, Strength, Target, Traits};

fn secrets(found: &Inspection) -> Vec<(&str, bool, bool)> {
    found.secrets.iter().map(|secret| (secret.slot.as_str(), secret.declared, secret.is_set)).collect()
}

fn literals(found: &Inspection) -> Vec<(&str, &str, &str)> {
    let parts = found.literals.iter().map(|literal| (&literal.slot, &literal.class, &literal.value));
    parts.map(|(slot, class, value)| (slot.as_str(), class.as_str(), value.as_str())).collect()
}

#[test]
fn kinds_say_what_an_import_can_do() {
    let kinds = Connectors::kinds();
    let actions = |kind: &str| {
        let found = kinds.iter().find(|info| info.kind == kind && info.dialects == ["flowport"]).unwrap();
        assert_eq!(found.traits, Traits::GENERATED_IDS);
        found.actions.clone()
    };
    assert_eq!(actions("connector"), [Action::Update, Action::Create, Action::UseExisting, Action::Skip]);
    assert_eq!(actions("connection"), [Action::UseExisting, Action::Create, Action::Skip]);
    assert_eq!(kinds.iter().filter(|info| info.dialects == ["power-automate"]).count(), 2);
}

#[test]
fn a_connector_is_found_by_its_id_and_a_connection_must_be_mapped() {
    assert_eq!(inspect(&connector(r#"{"name":"CRM"}"#)).identities, ["connector:crm"]);
    let found = inspect(&connection(r#"{"name":"CRM","connector":"sql"}"#));
    assert!(found.identities.is_empty() && found.diagnostics.is_empty());
    let reference = &found.references[0];
    assert_eq!((reference.slot.as_str(), reference.strength), ("connection.json#/connector", Strength::Required));
    assert!(matches!(&reference.target, Target::Known(id) if *id == ResourceId::new("connector", "sql")));
    // A connector refers to nothing, whatever it calls its members.
    assert!(inspect(&connector(r#"{"name":"CRM","connector":"sql"}"#)).references.is_empty());
}

#[test]
fn each_member_of_secrets_is_a_declared_secret() {
    let part = r#"{"name":"CRM","secrets":{"password":"hunter2","a/b":null,"key":"","\u0070in":"\u0031"}}"#;
    let found = inspect(&connector(part));
    let expected = [
        ("connector.json#/secrets/password", true, true),
        ("connector.json#/secrets/a~1b", true, false),
        ("connector.json#/secrets/key", true, false),
        ("connector.json#/secrets/pin", true, true),
    ];
    assert_eq!(secrets(&found), expected);
    let labels: Vec<&str> = found.secrets.iter().map(|secret| secret.label.as_str()).collect();
    assert_eq!(labels, ["password", "a/b", "key", "pin"]);
    assert!(found.diagnostics.is_empty() && found.literals.is_empty());
    let found = inspect(&connection(r#"{"name":"CRM","connector":"sql","secrets":{"password":"x"}}"#));
    assert_eq!(secrets(&found), [("connection.json#/secrets/password", true, true)]);
}

#[test]
fn settings_are_searched_for_secrets_and_values_bound_to_an_environment() {
    let part = r#"{"name":"Mail for ana@contoso.example","type":"http","url":"https://crm-dev.contoso.example/api/v2",
        "settings":{"owner":"ana@contoso.example","retry":{"password":"hunter2"},"apis":["https://a.example/x?code=12345"]}}"#;
    let found = inspect(&connector(part));
    let expected = [
        ("connector.json#/url", "service-uri", "https://crm-dev.contoso.example/api/v2"),
        ("connector.json#/settings/owner", "email", "ana@contoso.example"),
        ("connector.json#/settings/apis/0", "host", "https://a.example"),
    ];
    assert_eq!(literals(&found), expected, "a name is no literal: it follows the resource's name");
    let expected =
        [("connector.json#/settings/retry/password", false, true), ("connector.json#/settings/apis/0", false, true)];
    assert_eq!(secrets(&found), expected);
    assert!(found.secrets.iter().all(|secret| !secret.label.contains("hunter2") && !secret.label.contains("12345")));
}

#[test]
fn only_the_url_of_a_connector_is_a_literal_as_a_whole() {
    let url = "https://a.example/x";
    let found = inspect(&connector(&format!(r#"{{"name":"CRM","settings":{{"url":"{url}"}}}}"#)));
    assert_eq!(literals(&found), [("connector.json#/settings/url", "host", "https://a.example")]);
    let found = inspect(&connection(&format!(r#"{{"name":"CRM","connector":"sql","url":"{url}"}}"#)));
    assert_eq!(literals(&found), [("connection.json#/url", "host", "https://a.example")]);
    let found = inspect(&connector(&format!(r#"{{"name":"CRM","url":["{url}"]}}"#)));
    assert_eq!(literals(&found), [("connector.json#/url/0", "host", "https://a.example")]);
    assert!(literals(&inspect(&connector(r#"{"name":"CRM","url":""}"#))).is_empty());
    let found = inspect(&connector(r#"{"name":"CRM","url":"tcp:db-dev,1433"}"#));
    assert_eq!(literals(&found), [("connector.json#/url", "service-uri", "tcp:db-dev,1433")]);
}

#[test]
fn no_literal_shows_a_secret() {
    let found = inspect(&connector(r#"{"name":"CRM","url":"https://bob:hunter2@h.example/x"}"#));
    assert_eq!(literals(&found), [("connector.json#/url", "host", "h.example")]);
    assert_eq!(secrets(&found), [("connector.json#/url", false, true)]);
    let found = inspect(&connector(r#"{"name":"CRM","settings":{"password":"hunter2@h.example"}}"#));
    assert_eq!(literals(&found), []);
    assert_eq!(secrets(&found), [("connector.json#/settings/password", false, true)]);
}

#[test]
fn findings_name_the_place() {
    for (part, expected) in [
        (r#"{"name":"ERP"}"#, "CN0002E connector.json#/name"),
        ("{}", "CN0003E connector.json#/name"),
        (r#"{"name":1}"#, "CN0004E connector.json#/name"),
        (r#"{"name":"CRM","type":null}"#, "CN0004E connector.json#/type"),
        (r#"{"name":"CRM","url":{}}"#, "CN0004E connector.json#/url"),
        (r#"{"name":"CRM","settings":[]}"#, "CN0004E connector.json#/settings"),
        (r#"{"name":"CRM","secrets":"hunter2"}"#, "CN0004E connector.json#/secrets"),
        (r#"{"name":"CRM","secrets":{"a":7}}"#, "CN0006E connector.json#/secrets/a"),
        (r#"{"name":"CRM","secrets":{"":"x"}}"#, "CN0006E connector.json#/secrets"),
        (r#"{"name":"CRM","secrets":{"a\nb":"x"}}"#, "CN0006E connector.json#/secrets"),
        (r#"{"name":"CRM","note/1":"x"}"#, "CN0007W connector.json#/note~11"),
        (r#"{"name":"CRM","connector":""}"#, "CN0007W connector.json#/connector"),
    ] {
        assert_eq!(findings(&inspect(&connector(part)).diagnostics), [expected], "{part}");
    }
    for (part, expected) in [
        (r#"{"name":"CRM"}"#, "CN0003E connection.json#/connector"),
        (r#"{"name":"CRM","connector":["sql"]}"#, "CN0004E connection.json#/connector"),
        (r#"{"name":"CRM","connector":""}"#, "CN0005E connection.json#/connector"),
        (r#"{"name":"CRM","connector":"a\tb"}"#, "CN0005E connection.json#/connector"),
        (r#"{"name":"CRM","connector":"sql","url":"x"}"#, "CN0007W connection.json#/url"),
    ] {
        let found = inspect(&connection(part));
        assert_eq!(findings(&found.diagnostics), [expected], "{part}");
        assert_eq!(found.references.len(), usize::from(expected.starts_with("CN0007")), "{part}");
    }
    let long = |length: usize| connection(&format!(r#"{{"name":"CRM","connector":"{}"}}"#, "a".repeat(length)));
    assert!(inspect(&long(1024)).diagnostics.is_empty());
    assert_eq!(findings(&inspect(&long(1025)).diagnostics), ["CN0005E connection.json#/connector"]);
}

#[test]
fn all_findings_come_at_once() {
    let found = inspect(&connection(r#"{"name":"ERP","secrets":{"a":7},"x":1}"#));
    let expected = [
        "CN0003E connection.json#/connector",
        "CN0007W connection.json#/x",
        "CN0002E connection.json#/name",
        "CN0006E connection.json#/secrets/a",
    ];
    assert_eq!(findings(&found.diagnostics), expected);
}

#[test]
fn what_is_no_secret_is_not_lifted_and_stays_an_error() {
    let found = inspect(&connector(r#"{"name":"CRM","secrets":{"a":4711,"b":{"c":"hunter2"},"":"hunter2"}}"#));
    let expected = [("connector.json#/secrets/a", true, false), ("connector.json#/secrets/b", true, false)];
    assert_eq!(secrets(&found), expected);
    let shown = format!("{found:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("4711"), "{shown}");
    for part in [r#"{"name":"CRM","secrets":"ana@a.example"}"#, r#"{"name":"CRM","secrets":{"a":["ana@a.example"]}}"#] {
        let shown = format!("{:?}", inspect(&connector(part)));
        assert!(!shown.contains("ana@a.example"), "{shown}");
    }
}

#[test]
fn a_part_that_cannot_be_read_says_where() {
    for (part, place) in [
        ("{\n  \"name\": }", "connector.json#/name"),
        (r#"{"name":"CRM","name":"CRM"}"#, "connector.json#/name"),
        ("[]", "connector.json#"),
        ("\"hunter2\"", "connector.json#"),
    ] {
        let Err(Failure::Malformed(found)) = Connectors::inspect(&connector(part)) else { panic!("{part}") };
        assert_eq!(findings(&found), [format!("CN0001E {place}")], "{part}");
        assert!(!found[0].summary.contains("hunter2"));
    }
    let Err(Failure::Malformed(found)) = Connectors::inspect(&connector("{\n  \"name\": }")) else { panic!() };
    assert!(found[0].summary.contains("line 2"), "{}", found[0].summary);
    let without_part = Resource::new(Head::new(ResourceId::new("connector", "crm"), "flowport", "CRM"));
    assert!(matches!(Connectors::inspect(&without_part), Err(Failure::Malformed(_))));
}

#[test]
fn other_kinds_and_dialects_are_refused() {
    for (kind, dialect) in [("flow", "flowport"), ("connector", "elsewhere")] {
        let resource = Resource::new(Head::new(ResourceId::new(kind, "crm"), dialect, "CRM"));
        assert!(matches!(Connectors::inspect(&resource), Err(Failure::Unsupported(_))), "{kind} {dialect}");
    }
}

#[test]
fn a_name_is_shown_on_one_short_line() {
    let long = "é".repeat(81);
    let found = inspect(&connector(&format!(r#"{{"name":"CRM","a\nb":1,"{long}":1}}"#)));
    let summaries: Vec<&str> = found.diagnostics.iter().map(|found| found.summary.as_str()).collect();
    let cut = format!("`{}…` is not known; it is kept", "é".repeat(80));
    assert_eq!(summaries, ["`a\u{FFFD}b` is not known; it is kept", cut.as_str()]);
}
