//! Whatever texts hold: what is taken out is put back exactly, and what is pointed elsewhere is pointed back.

mod common;

use common::{
    MAP, NEW, NEWER, PROPERTY, TEXT, TYPE, VALUE, document, edited, element, embedded, flow, head, knowing, relink,
    secret,
};
use flowport_boomi_flow::{inspect, secret_values};
use flowport_plugin::fake::Resource;
use flowport_plugin::json::quote;
use flowport_plugin::{EditOp, ResourceId, Target};
use proptest::prelude::*;

/// Anything, and much that looks like a mention, a secret or a literal.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        Just(format!("flowkey___{VALUE}|{PROPERTY}___flowkey")),
        Just(format!("flowkey___{VALUE}___flowkey")),
        Just("{![A]}".to_owned()),
        Just("{![A].[Total]}".to_owned()),
        Just(VALUE.to_owned()),
        Just("https://ana:pw@a.example/?code=abcd1234".to_owned()),
        Just("___flowkey {![ flowkey___".to_owned()),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn contents(owner: &str, text: &str) -> String {
    document(owner, TEXT, &quote(text))
}

/// All references of a kind pointed at `id`, called `name`.
fn pointed(resource: &Resource, kind: &str, id: &str, name: &str, attributes: &str) -> Resource {
    let mut to = head(kind, id, name);
    to.attributes = attributes.to_owned();
    let references = inspect(resource).unwrap().references.into_iter();
    let of_kind = references.filter(|reference| matches!(&reference.target, Target::Known(id) if id.kind == kind));
    let ops: Vec<EditOp> = of_kind.map(|reference| relink(&reference.slot, &to)).collect();
    edited(resource, &ops)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn references_lead_there_and_back(text in text()) {
        let before = knowing(flow("", "", &contents(MAP, &text)), &format!(r#","names":{{"A":"{VALUE}"}}"#));
        let there = pointed(&before, "value", NEW, "B", "{}");
        let there = pointed(&there, "type", NEWER, "U", &format!(r#"{{"properties":{{"{NEWER}":"Total"}}}}"#));
        let slots = |resource: &Resource| inspect(resource).unwrap().references.into_iter().map(|found| found.slot).collect::<Vec<_>>();
        prop_assert_eq!(slots(&there), slots(&before));
        let back = pointed(&there, "value", VALUE, "A", "{}");
        let back = pointed(&back, "type", TYPE, "T", &format!(r#"{{"properties":{{"{PROPERTY}":"Total"}}}}"#));
        prop_assert_eq!(&back.parts, &before.parts);
        prop_assert_eq!(back.head.attributes, before.head.attributes);
    }

    #[test]
    fn secrets_come_back_exactly(text in text(), content_type in prop_oneof![Just("ContentPassword"), Just("ContentString")]) {
        let rest = format!(r#","contentType":"{content_type}","defaultContentValueContentValueId":{}"#, embedded("Content.ContentValue", TEXT));
        let value = element("value", VALUE, &rest).json("contents.json", &format!("[{}]", contents(VALUE, &text)));
        for found in inspect(&value).unwrap().secrets.into_iter().filter(|found| found.is_set) {
            let raw = secret_values(&value, std::slice::from_ref(&found.slot)).unwrap().remove(0).value.unwrap();
            let without = edited(&value, &[secret(&found.slot, None)]);
            prop_assert!(without != value);
            prop_assert!(inspect(&without).unwrap().secrets.iter().all(|found| !found.is_set));
            prop_assert_eq!(&edited(&without, &[secret(&found.slot, Some(&raw))]), &value);
        }
    }

    #[test]
    fn a_copy_differs_in_guids_alone(text in text()) {
        let before = flow("", "", &contents(MAP, &text));
        let copy = edited(&before, &[EditOp::SetId(ResourceId::new("flow", NEW))]);
        for (after, before) in copy.parts.iter().zip(&before.parts) {
            prop_assert_eq!(after.2.len(), before.2.len());
        }
        prop_assert_eq!(copy.text("contents.json").matches(VALUE).count(), before.text("contents.json").matches(VALUE).count());
        prop_assert!(inspect(&copy).unwrap().diagnostics.is_empty());
    }
}
