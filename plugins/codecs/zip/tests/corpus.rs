//! Real packages: read without errors, written again in the exporter's profile, with every part as it was.

mod common;

use std::collections::BTreeMap;

use common::{again, corpus, decode, encode, entry, inspections};
use flowport_plugin::json::Document;
use flowport_plugin::{Confidence, Severity};

#[test]
fn real_packages_come_back_as_they_were() {
    let Some(packages) = corpus() else { return };
    for (name, bytes) in &packages {
        assert_eq!(common::recognize(bytes.clone()).confidence, Confidence::Certain, "{name}");
        let (package, diagnostics) = decode(bytes).unwrap();
        assert!(diagnostics.iter().all(|found| found.severity != Severity::Error), "{name}: {diagnostics:#?}");
        for inspection in inspections(&package) {
            let found = inspection.unwrap().diagnostics;
            assert!(found.iter().all(|found| found.severity != Severity::Error), "{name}: {found:#?}");
        }
        let (written, placements) = encode(&again(&package)).unwrap();
        assert!(placements.iter().all(|placement| placement.lost.is_empty()), "{name}");
        let (second, _) = decode(&written).unwrap();
        for (after, before) in second.resources().iter().zip(package.resources()) {
            // Packages that people formatted have white space between the attributes.
            let attributes = |text: &str| Document::parse(text).unwrap();
            let (left, right) = (attributes(&after.head.attributes), attributes(&before.head.attributes));
            assert!(left.root().equivalent(right.root()), "{name}: {}\n{}", left.text(), right.text());
            assert_eq!((&after.parts, &after.setup), (&before.parts, &before.setup), "{name}");
        }
        let has_flows = package.resources().iter().any(|resource| resource.head.id.kind == "flow");
        for manifest in ["manifest.json", "Microsoft.Flow/flows/manifest.json"].iter().take(1 + usize::from(has_flows))
        {
            let document = |bytes: &[u8]| Document::parse(entry(bytes, manifest)).unwrap();
            let (before, after) = (document(bytes), document(&written));
            assert!(before.root().equivalent(after.root()), "{name}: {}\n{}", before.text(), after.text());
        }
    }
}

/// Literals and secrets of a package: class and value, secrets by the rule alone.
fn found(bytes: &[u8]) -> (BTreeMap<String, String>, Vec<String>) {
    let (package, _) = decode(bytes).unwrap();
    let (mut literals, mut secrets) = (BTreeMap::new(), Vec::new());
    for inspection in inspections(&package) {
        let inspection = inspection.unwrap();
        literals.extend(inspection.literals.into_iter().map(|literal| (literal.value, literal.class)));
        secrets.extend(inspection.secrets.into_iter().map(|secret| secret.slot));
    }
    (literals, secrets)
}

#[test]
fn what_is_bound_and_what_is_secret_is_found() {
    let Some(packages) = corpus() else { return };
    let mut with_secrets = Vec::new();
    for (name, bytes) in &packages {
        let (literals, secrets) = found(bytes);
        eprintln!("{name}: {literals:?} {secrets:?}");
        if !secrets.is_empty() {
            with_secrets.push((name.as_str(), secrets.len()));
        }
        for value in literals.keys() {
            assert!(value != "default.cds" && !value.contains("schema.management.azure.com"), "{name}: {value}");
            assert!(!value.contains("@{") && !value.is_empty(), "{name}: {value}");
        }
        let class = |value: &str| literals.get(value).map(String::as_str);
        match name.as_str() {
            "TrainingInADayRegistrationConfirmation_20200110144911.zip" => {
                assert_eq!(class("org99b699f6.crm"), Some("dataverse-org"));
            }
            "EventRegistrationApp.zip" => {
                assert_eq!(class("Event Attendees"), Some("list"));
                assert_eq!(class("https://contoso.sharepoint.com/sites/Events"), Some("sharepoint-site"));
            }
            "ics-calendar-invite.zip" => {
                assert_eq!(class("https://contoso.sharepoint.com/sites/PowerAppsDemos"), Some("sharepoint-site"));
                assert_eq!(class("Events"), Some("list"));
            }
            "HttpCallForKeyVault.zip" => {
                assert_eq!(class("https://cognitiveapivault.vault.azure.net"), Some("host"));
            }
            _ => {}
        }
    }
    let expected = [("GetOrganizationUsers.zip", 1), ("HttpCallForKeyVault.zip", 1), ("TextModeration.zip", 1)];
    assert_eq!(with_secrets, expected);
}
