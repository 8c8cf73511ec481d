//! What holds for all entities and picklists.

mod common;

use std::collections::BTreeSet;

use common::{codes, entity_with, picklist, plan, standard_entity, stored, text};
use flowport_data_model::DataModel;
use flowport_plugin::fake::Resource;
use flowport_plugin::json::Document;
use flowport_plugin::{Action, Handler};
use proptest::prelude::*;

fn option() -> impl Strategy<Value = String> {
    (0..6i32, "[a-c]").prop_map(|(value, label)| format!(r#"{{"value":{value},"label":"{label}"}}"#))
}

/// Options with different values.
fn options() -> impl Strategy<Value = String> {
    proptest::collection::btree_set(0..6i32, 0..4).prop_flat_map(|values| {
        let labels = proptest::collection::vec("[a-c]", values.len());
        labels.prop_map(move |labels| {
            let pairs = values.iter().zip(labels);
            let options: Vec<_> =
                pairs.map(|(value, label)| format!(r#"{{"value":{value},"label":"{label}"}}"#)).collect();
            options.join(", ")
        })
    })
}

fn field_type() -> impl Strategy<Value = String> {
    prop_oneof![
        (1..20u32).prop_map(|length| format!(r#""type":"text","length":{length}"#)),
        Just(r#""type":"text""#.to_owned()),
        Just(r#""type" : "integer", "required": true"#.to_owned()),
        (0..4u32).prop_map(|precision| format!(r#""type":"decimal","precision":{precision}"#)),
        options().prop_map(|options| format!(r#""type":"picklist","options":[{options}]"#)),
    ]
}

/// Fields with different names, one key over some of them. `origins` are drawn for each field.
fn body(origins: &'static [&'static str]) -> impl Strategy<Value = String> {
    let names = proptest::collection::btree_set("[a-f]", 0..6);
    let origin = proptest::sample::select(origins);
    let details = proptest::collection::vec((field_type(), origin, any::<bool>(), any::<bool>()), 6);
    (names, details).prop_map(|(names, details)| {
        let mut fields = Vec::new();
        let mut in_key = Vec::new();
        for (name, (field_type, origin, is_upper, is_in_key)) in names.iter().zip(details) {
            let name = if is_upper { name.to_uppercase() } else { name.clone() };
            fields.push(format!(r#"{{"name":"{name}",{field_type}{origin}}}"#));
            in_key.extend(is_in_key.then(|| format!("\"{name}\"")));
        }
        let key = format!(r#"{{"name":"k{}","fields":[{}]}}"#, in_key.len(), in_key.join(","));
        let keys = if in_key.is_empty() { String::new() } else { format!(",\n  \"keys\": [{key}]") };
        format!("\"fields\": [\n    {}\n  ]{keys}", fields.join(",\n    "))
    })
}

const CUSTOM: &[&str] = &["", r#", "origin":"custom""#];
const ANY: &[&str] = &["", r#", "origin":"custom""#, r#", "origin":"standard""#];

fn names(resource: &Resource, list: &str, key: &str) -> BTreeSet<String> {
    let document = Document::parse(text(resource)).unwrap();
    let list = document.root().get(list);
    list.into_iter()
        .flat_map(|list| list.elements())
        .filter_map(|entry| entry.get(key))
        .map(|name| name.raw().to_lowercase())
        .collect()
}

/// Names of fields and keys, and the values of all options with the name of their field.
fn inventory(resource: &Resource) -> BTreeSet<String> {
    let document = Document::parse(text(resource)).unwrap();
    let options = document.walk().filter(|value| value.key().is_some_and(|key| key.is("value")));
    let with_owner = options.map(|value| {
        let owner = value.parent().and_then(|option| option.parent()).and_then(|options| options.parent());
        let name = owner.and_then(|owner| owner.get("name")).map_or("", |name| name.raw());
        format!("{}={}", name.to_lowercase(), value.raw())
    });
    let lists = [("fields", "name"), ("keys", "name"), ("options", "value")];
    with_owner.chain(lists.iter().flat_map(|(list, key)| names(resource, list, key))).collect()
}

/// Carries an import out, if it is possible and changes anything.
fn imported(incoming: &Resource, existing: &Resource, action: Action) -> Option<Resource> {
    let change = plan(incoming, Some(existing), Some(action));
    let has_error = codes(&change.diagnostics).iter().any(|code| code.ends_with('E'));
    assert!(!(has_error && change.outcome.is_some()), "{change:?}");
    (!has_error).then(|| match change.outcome {
        Some(_) => stored(&change, incoming),
        None => existing.clone(),
    })
}

/// What the package holds and the target must hold afterwards. Out-of-box fields of the target stay, with their options.
fn wanted(incoming: &Resource, existing: &Resource) -> BTreeSet<String> {
    let has_own = text(existing).contains(r#""origin":"standard""#);
    if has_own { names(incoming, "fields", "name") } else { inventory(incoming) }
}

fn check_merge(incoming: &Resource, existing: &Resource) -> Result<(), TestCaseError> {
    let Some(merged) = imported(incoming, existing, Action::Merge) else { return Ok(()) };
    let after = inventory(&merged);
    prop_assert!(after.is_superset(&inventory(existing)), "something was removed");
    prop_assert!(after.is_superset(&wanted(incoming, existing)), "something was not added");
    prop_assert!(codes(&DataModel::inspect(&merged).unwrap().diagnostics).iter().all(|code| !code.ends_with('E')));
    prop_assert_eq!(plan(incoming, Some(&merged), Some(Action::Merge)).outcome, None);
    Ok(())
}

fn check_overwrite(incoming: &Resource, existing: &Resource) -> Result<(), TestCaseError> {
    let Some(overwritten) = imported(incoming, existing, Action::Overwrite) else { return Ok(()) };
    prop_assert!(inventory(&overwritten).is_superset(&wanted(incoming, existing)));
    prop_assert_eq!(plan(incoming, Some(&overwritten), Some(Action::Overwrite)).outcome, None);
    Ok(())
}

fn prepared(resource: &Resource) -> Resource {
    resource.edited(&DataModel::prepare(resource).unwrap())
}

proptest! {
    #[test]
    fn merge_is_idempotent_and_removes_nothing(incoming in body(CUSTOM), existing in body(ANY)) {
        check_merge(&entity_with("a", &incoming), &entity_with("a", &existing))?;
    }

    #[test]
    fn merge_of_customizations_is_idempotent_and_removes_nothing(incoming in body(ANY), existing in body(ANY)) {
        check_merge(&prepared(&standard_entity("a", &incoming)), &standard_entity("a", &existing))?;
    }

    #[test]
    fn merge_of_picklists_is_idempotent_and_removes_nothing(incoming in options(), existing in options()) {
        check_merge(&picklist("a", &incoming), &picklist("a", &existing))?;
    }

    #[test]
    fn overwrite_is_idempotent(incoming in body(CUSTOM), existing in body(ANY)) {
        check_overwrite(&entity_with("a", &incoming), &entity_with("a", &existing))?;
        check_overwrite(&prepared(&standard_entity("a", &incoming)), &standard_entity("a", &existing))?;
    }

    #[test]
    fn prepare_is_idempotent_and_leaves_nothing_out_of_box(body in body(ANY)) {
        let resource = standard_entity("a", &body);
        let once = prepared(&resource);
        prop_assert!(!text(&once).contains(r#""origin":"standard""#));
        prop_assert!(DataModel::prepare(&once).unwrap().written.is_empty());
        prop_assert_eq!(codes(&DataModel::inspect(&once).unwrap().diagnostics).iter().filter(|code| code.ends_with('E')).count(), 0);
        prop_assert_eq!(imported(&once, &resource, Action::Merge).map(|after| text(&after)), Some(text(&resource)));
    }

    #[test]
    fn nothing_panics_on_any_json(root in any_json()) {
        let mut odd = entity_with("a", "\"fields\": []");
        odd.parts[0].2 = root.into_bytes();
        let plain = entity_with("a", r#""fields":[{"name":"a","type":"text"}]"#);
        for (incoming, existing) in [(&odd, &plain), (&plain, &odd), (&odd, &odd)] {
            let target = common::target(std::slice::from_ref(&odd));
            for action in [Action::Merge, Action::Overwrite] {
                // Either is fine: that it comes back is what counts.
                let _ = DataModel::plan(incoming, Some(existing), Some(action), &target);
            }
        }
        prop_assert!(DataModel::inspect(&odd).is_ok());
        let _ = DataModel::prepare(&odd);
    }
}

const WORDS: &[&str] = &[
    "fields",
    "keys",
    "options",
    "relationships",
    "name",
    "type",
    "value",
    "lookup",
    "text",
    "picklist",
    "default",
    "origin",
];

/// JSON that uses the words of the format in the wrong places.
fn any_json() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(WORDS);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("-1.5e3".to_owned()),
        word.clone().prop_map(|word| format!("\"{word}\"")),
        option(),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        let members = proptest::collection::btree_map(word.clone(), inner.clone(), 0..6);
        prop_oneof![
            proptest::collection::vec(inner, 0..6).prop_map(|elements| format!("[{}]", elements.join(","))),
            members.prop_map(|members| {
                let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}
