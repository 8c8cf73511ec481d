//! Secrets are found, taken out, and put back exactly.

mod common;

use common::{NEW, SERVICE, TEXT, VALUE, document, edited, element, embedded, refused, secret, text_slot};
use flowport_boomi_flow::{inspect, secret_values};
use flowport_plugin::fake::Resource;

/// Slot, whether declared, whether set.
fn secrets(resource: &Resource) -> Vec<(String, bool, bool)> {
    let inspection = inspect(resource).unwrap();
    inspection.secrets.into_iter().map(|secret| (secret.slot, secret.declared, secret.is_set)).collect()
}

/// A value whose default is this JSON text.
fn value(content_type: &str, text: &str) -> Resource {
    let rest = format!(
        r#","contentType":"{content_type}","defaultContentValueContentValueId":{}"#,
        embedded("Content.ContentValue", TEXT)
    );
    element("value", VALUE, &rest).json("contents.json", &format!("[{}]", document(VALUE, TEXT, text)))
}

/// Takes the one secret out and puts it back; what is there in between.
#[track_caller]
fn out_and_back(resource: &Resource) -> Resource {
    let found = secrets(resource);
    assert_eq!(found.len(), 1, "{found:?}");
    let slot = &found[0].0;
    let raw = secret_values(resource, std::slice::from_ref(slot)).unwrap().remove(0).value.unwrap();
    let without = edited(resource, &[secret(slot, None)]);
    assert_ne!(&without, resource);
    assert_eq!(&edited(&without, &[secret(slot, Some(&raw))]), resource);
    without
}

#[test]
fn passwords_are_declared_secrets() {
    for content_type in ["ContentPassword", "ContentEncrypted", "CONTENTPASSWORD"] {
        let resource = value(content_type, r#""p\u0061ss \/ https://a.example""#);
        assert_eq!(secrets(&resource), [(text_slot(TEXT), true, true)]);
        let inspection = inspect(&resource).unwrap();
        assert_eq!(inspection.secrets[0].label, "default of N");
        assert!(inspection.literals.is_empty(), "a literal would show it");
        let without = out_and_back(&resource);
        assert!(without.text("contents.json").contains(&format!(r#""{TEXT}":null"#)));
        assert_eq!(secrets(&without), [(text_slot(TEXT), true, false)]);
    }
    for (content_type, text) in [("ContentPassword", "null"), ("ContentPassword", r#""""#)] {
        assert_eq!(secrets(&value(content_type, text)), [(text_slot(TEXT), true, false)]);
    }
    assert!(secrets(&value("ContentString", r#""password""#)).is_empty());
}

#[test]
fn passwords_within_objects_are_declared_secrets() {
    let entry = |text: &str| {
        format!(
            r#""<complextype><complextypeentry contenttype=\"ContentPassword\">{text}</complextypeentry><complextypeentry contenttype=\"ContentString\"><![CDATA[https://b.example]]></complextypeentry></complextype>""#
        )
    };
    let resource = value("ContentObject", &entry("<![CDATA[https://a.example]]>"));
    assert_eq!(secrets(&resource), [(text_slot(TEXT), true, true)]);
    let literals: Vec<String> = inspect(&resource).unwrap().literals.into_iter().map(|literal| literal.value).collect();
    assert_eq!(literals, ["https://b.example"]);
    let without = out_and_back(&resource);
    assert_eq!(without.text("contents.json"), value("ContentObject", &entry("<![CDATA[]]>")).text("contents.json"));
    assert_eq!(secrets(&without), [(text_slot(TEXT), true, false)]);
}

#[test]
fn connectors_declare_their_own() {
    let connector = |rest: &str| element("connector", SERVICE, rest);
    let slot = "element.json#/httpAuthenticationPassword".to_owned();
    let full = connector(r#","httpAuthenticationUsername":"ana","httpAuthenticationPassword":"s3cr3t""#);
    assert_eq!(secrets(&full), [(slot.clone(), true, true)]);
    let without = out_and_back(&full);
    assert_eq!(secrets(&without), [(slot, true, false)]);
    // Nobody misses the password of a connector without a user.
    assert!(secrets(&connector(r#","httpAuthenticationUsername":null,"httpAuthenticationPassword":null"#)).is_empty());
    let certificate = connector(r#","httpAuthenticationClientCertificatePasswordReference":"s3cr3t""#);
    assert_eq!(secrets(&certificate).len(), 1);
    // A guid names the value that holds it.
    let named = connector(&format!(r#","httpAuthenticationClientCertificatePasswordReference":"{NEW}""#));
    assert!(secrets(&named).is_empty());
}

#[test]
fn identity_providers_declare_theirs_by_name() {
    let provider =
        element("identity-provider", NEW, r#","oauth":{"clientSecret":"s3cr3t","clientId":"x"},"privateKey":null"#);
    let found = secrets(&provider);
    assert_eq!(
        found,
        [
            ("element.json#/oauth/clientSecret".to_owned(), true, true),
            ("element.json#/privateKey".to_owned(), true, false)
        ]
    );
}

#[test]
fn other_secrets_are_found() {
    let resource = value("ContentString", r#""https://a.example/?code=abcd1234&x=1""#);
    assert_eq!(secrets(&resource), [(text_slot(TEXT), false, true)]);
    let without = out_and_back(&resource);
    assert!(without.text("contents.json").contains("?code=&x=1"));
    assert!(secrets(&without).is_empty());
}

#[test]
fn what_is_not_looked_at_is_not_changed() {
    let person = element("value", VALUE, r#","UserOwnerObject":{"$type":"M.AppUser, M","password":"s3cr3t"}"#);
    assert!(secrets(&person).is_empty());
    refused(flowport_boomi_flow::edit(&person, &[secret("element.json#/UserOwnerObject/password", None)]));
    let password = value("ContentPassword", r#""https://a.example""#);
    let op = common::literal(&text_slot(TEXT), "https://a.example", "https://b.example");
    refused(flowport_boomi_flow::edit(&password, &[op]));
}

#[test]
fn places_without_a_secret_have_none() {
    let resource = value("ContentString", r#""text""#);
    for slot in [text_slot(TEXT), "element.json#/developerName".to_owned(), "x#/y".to_owned(), "nothing".to_owned()] {
        refused(secret_values(&resource, std::slice::from_ref(&slot)));
        refused(flowport_boomi_flow::edit(&resource, &[secret(&slot, None)]));
    }
}
