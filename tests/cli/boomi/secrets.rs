//! What a package of Boomi Flow keeps secret.

use serde_json::json;

use super::{FLOW, imported, part, with};
use crate::support::boomi::{HIDDEN, PASSWORD, PROPERTY, SERVICE, encoded, package};
use crate::support::project::{Project, findings};

#[test]
fn a_password_stays_behind_and_is_put_back_byte_for_byte() {
    let project = imported();
    project.ok(&["export", "dev", "flow/Orders", "-o", "without.package"]).says("stays behind").says_not(HIDDEN);
    assert!(!project.read("without.package").contains(HIDDEN));
    let value = part(&project, "dev", &format!("value/{PASSWORD}"), "contents.json");
    assert!(!value.contains(HIDDEN), "{value}");
    for arguments in [&["inspect", "orders.package", "--json"][..], &["plan", "prod", "orders.package", "--json"]] {
        project.ok(arguments).says_not(HIDDEN);
    }
    let first = project.json(0, &["import", "prod", "without.package", "--yes", "--publish"]);
    assert!(findings(&first).iter().any(|finding| finding.starts_with("warning[P-INACTIVE]")), "{first:#}");
    project.write("secret.txt", "of-prod");
    project.ok(&["secret", "set", "prod", "value/CRM password", &slot(&project), "--file", "secret.txt"]);
    project.ok(&["publish", "prod", "flow/Orders"]);
    project.ok(&["export", "prod", "flow/Orders", "-o", "prod.package", "--include-secrets"]);
    assert_eq!(project.read("prod.package"), encoded(&package(FLOW, "Orders")).replace(HIDDEN, "of-prod"));
}

/// Of the only secret in prod.
fn slot(project: &Project) -> String {
    let listed = project.json(0, &["secret", "list", "prod"]);
    let secrets = listed["result"]["secrets"].as_array().unwrap();
    assert_eq!(secrets.len(), 1, "{listed:#}");
    secrets[0]["slot"].as_str().unwrap().to_owned()
}

/// Services of newer tenants sign in by themselves.
#[test]
fn the_sign_in_of_a_service_and_of_an_identity_provider_are_declared() {
    const PROVIDER: &str = "0d8e8c37-0000-4000-8000-000000000009";
    let mut newer = package(FLOW, "Orders");
    let service = &mut newer["serviceElementConfigurations"][0];
    service["httpAuthenticationUsername"] = json!("robot");
    service["httpAuthenticationPassword"] = json!("service-hunter2");
    newer["identityProviderElementConfigurations"] = json!([{
        "compositeId": { "guid": PROVIDER, "versionId": "0d8e8c37-2222-4000-8000-000000000009" },
        "developerName": "Sign-in", "clientId": "orders", "clientSecret": "provider-hunter2", "apiSecret": "0d8e8c37-aaaa-4000-8000-00000000beef",
    }]);
    let project = with(&newer);
    project.ok(&["inspect", "orders.package"]).says_all(&["identity-provider/", "(package2, unverified)"]);
    project.ok(&["import", "dev", "orders.package", "--yes", "--publish"]).says_not("hunter2");
    project.ok(&["publish", "dev", "flow/Orders"]);
    let service = part(&project, "dev", &format!("connector/{SERVICE}"), "element.json");
    assert!(service.contains("\"robot\"") && !service.contains("service-hunter2"), "{service}");
    let provider = part(&project, "dev", &format!("identity-provider/{PROVIDER}"), "element.json");
    assert!(!provider.contains("provider-hunter2"), "{provider}");
    let listed = project.json(0, &["secret", "list", "dev"]);
    assert_eq!(listed["result"]["secrets"].as_array().unwrap().len(), 4, "{listed:#}");
    project.ok(&["export", "dev", "--all", "-o", "without.package2"]).says_not("hunter2");
    assert!(!project.read("without.package2").contains("hunter2"));
    assert!(!project.read("without.package2").contains("00000000beef"), "a secret may look like a guid");
    project.ok(&["export", "dev", "--all", "-o", "with.package2", "--include-secrets"]).says_not("hunter2");
    for secret in ["service-hunter2", "provider-hunter2", HIDDEN] {
        assert!(project.read("with.package2").contains(secret), "{secret}");
    }
}

#[test]
fn a_key_in_a_text_is_found_and_stripped_on_request() {
    let text = encoded(&package(FLOW, "Orders"))
        .replace("<p>Order ", "<p>https://crm.example/?api_key=4f9d2c7b8a1e6053 Order ");
    let project = Project::new();
    project.write("orders.package", text);
    project.ok(&["import", "dev", "orders.package", "--yes", "--publish"]).says("E-FOUND").says_not("4f9d2c7b8a1e6053");
    project.ok(&["publish", "dev", "flow/Orders"]);
    let envelope = project.json(0, &["export", "dev", "flow/Orders", "-o", "stripped.package", "--strip-found"]);
    assert!(findings(&envelope).iter().any(|it| it.contains("taken out")), "{envelope:#}");
    assert!(!project.read("stripped.package").contains("4f9d2c7b8a1e6053"));
    project.ok(&["inspect", "stripped.package"]).says_not("E-FOUND");
}

/// What is kept of a secret within a larger text fits only the very text that it was taken from.
#[test]
fn a_secret_inside_an_object_never_brings_an_old_object_back() {
    let with_entry = |number: &str, password: &str| {
        let mut package = package(FLOW, "Orders");
        let translations = &mut package["contentValueDocuments"][2]["contentValueDocumentTranslations"];
        let translation = translations.as_object_mut().unwrap().values_mut().next().unwrap();
        let text = translation["contentValues"].as_object_mut().unwrap().values_mut().next().unwrap();
        let entry = format!(
            "<complextypeentry typeelemententryid=\"{PROPERTY}\" contenttype=\"ContentPassword\"><![CDATA[{password}]]></complextypeentry></complextype>"
        );
        *text = json!(text.as_str().unwrap().replace("4711", number).replace("</complextype>", &entry));
        encoded(&package)
    };
    let project = Project::new();
    project.write("orders.package", with_entry("4711", "object-hunter2"));
    project.ok(&["import", "dev", "orders.package", "--yes", "--publish"]).says_not("object-hunter2");
    project.ok(&["publish", "dev", "flow/Orders"]);
    let value = part(&project, "dev", "value/Current order", "contents.json");
    assert!(!value.contains("object-hunter2") && value.contains("4711"), "{value}");
    project.ok(&["export", "dev", "flow/Orders", "-o", "back.package", "--include-secrets"]);
    assert_eq!(project.read("back.package"), with_entry("4711", "object-hunter2"));
    // Another object arrives without its secret.
    project.write("changed.package", with_entry("4712", ""));
    project.ok(&["import", "dev", "changed.package", "--yes", "--publish"]);
    let run = project.run(&["export", "dev", "value/Current order", "-o", "x.json", "--include-secrets"]).exits(4);
    run.says("another one now").says_not("object-hunter2");
}
