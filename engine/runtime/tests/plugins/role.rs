//! The plugin of the plugin author's guide, as a component.

use std::sync::Arc;

use flowport_core::model::{EditOp, Resource, SlotValue};

use crate::support::{head, limits, load, part};

const TEXT: &str =
    r#"{"name": "Clerk", "entities": [ {"entity": "order", "rights": ["read"]} ], "apiKey": "s3\u0063ret"}"#;

pub(crate) fn role() -> Arc<Resource> {
    let part = part("role.json", "application/json", TEXT.as_bytes());
    Arc::new(Resource { head: head("role", "7", "flowport"), parts: vec![part] })
}

#[test]
fn a_component_of_the_sdk_works_as_its_native_tests_say() {
    let plugin = load("role", limits());
    let kinds = plugin.kinds().unwrap();
    assert!(kinds[0].traits.generated_ids && !kinds[0].traits.versioned);
    let handler = plugin.handler().unwrap().unwrap();
    let found = handler.inspect(&role()).unwrap();
    assert_eq!(found.identities, ["role:Clerk"]);
    assert_eq!(found.references[0].slot, "role.json#/entities/0/entity");
    assert_eq!(found.references[0].known().unwrap().to_string(), "entity/order");

    let slots = ["role.json#/apiKey".to_owned()];
    let secrets = handler.secret_values(&role(), &slots).unwrap();
    assert_eq!(secrets[0].value.as_deref(), Some(r#""s3\u0063ret""#));
    let lift = EditOp::SetSecret(SlotValue { slot: slots[0].clone(), value: None });
    let relink = EditOp::Relink {
        slot: "role.json#/entities/0/entity".to_owned(),
        to: Box::new(head("entity", "purchase", "flowport")),
    };
    let edited = handler.edit(&role(), &[lift, relink]).unwrap();
    let expected = TEXT.replace(r#""s3\u0063ret""#, "null").replace("order", "purchase");
    assert_eq!(String::from_utf8(edited.written[0].content.clone()).unwrap(), expected);
    let prepared = handler.prepare(&role()).unwrap();
    assert!(prepared.written.is_empty() && prepared.removed.is_empty());
}
