//! What a flow refers to, what in it is bound to its environment, and what is secret (§5 and §6 of the format).

mod common;

use common::{action, flow_of, inspect, literals};
use flowport_plugin::Target;
use flowport_plugin::fake::Resource;

fn unknowable(resource: &Resource) -> Vec<String> {
    let references = inspect(resource).references.into_iter();
    references
        .filter_map(|reference| match reference.target {
            Target::Unknowable(text) => Some(text),
            Target::Known(_) => None,
        })
        .collect()
}

#[test]
fn references_are_the_entries_of_the_maps() {
    let inspection = inspect(&flow_of(""));
    let slots: Vec<&str> = inspection.references.iter().map(|reference| reference.slot.as_str()).collect();
    let expected = [
        "apisMap.json#/shared_x_1",
        "apisMap.json#/shared_y",
        "connectionsMap.json#/shared_x_1",
        "connectionsMap.json#/shared_y",
    ];
    assert_eq!(slots, expected);
    assert!(inspection.diagnostics.is_empty(), "{:#?}", inspection.diagnostics);
    assert!(inspection.literals.is_empty() && inspection.secrets.is_empty());
    assert_eq!(inspection.identities, ["pa-flow:n-1"]);
}

/// The same flow with another key for `shared_y`, used by this expression.
fn keyed(key: &str, expression: &str) -> Resource {
    let mut resource = flow_of("");
    for part in &mut resource.parts {
        let text = String::from_utf8(part.2.clone()).unwrap();
        let text = text.replace("@parameters('$connections')['shared_y']['connectionId']", expression);
        part.2 = text.replace(r#""shared_y":"#, &format!("\"{key}\":")).into_bytes();
    }
    resource
}

#[test]
fn every_way_to_use_a_reference_is_known() {
    let invoker =
        "@json(decodeBase64(triggerOutputs().headers['X-MS-APIM-Tokens']))['$connections']['shared_y']['connectionId']";
    for (key, expression) in [
        ("shared_y", invoker),
        ("shared_y_11", "@parameters('$connections')['shared_y_11']['connectionId']"),
        ("shared_y-1", "@parameters('$connections')['shared_y-1']['connectionId']"),
        ("it's", "@parameters('$connections')['it''s']['connectionId']"),
        ("shared_o365.20audit.5f80", "@parameters('$connections')?['shared_o365.20audit.5f80']"),
    ] {
        let found = inspect(&keyed(key, expression)).diagnostics;
        assert!(found.is_empty(), "{key}: {found:#?}");
    }
    let named = action(r#"{"host":{"connectionReferenceName":"shared_y"}}"#);
    assert!(inspect(&named).diagnostics.is_empty());
    // A text that only speaks of one is evaluated by nobody.
    let told = action(r#"{"body":"see parameters('$connections')['none'] and @@parameters('$connections')['none']"}"#);
    assert!(inspect(&told).diagnostics.is_empty());
    // Not the host of an action: a text like any other.
    let text = action(r#"{"body":{"host":{"connectionName":"none"}}}"#);
    assert!(inspect(&text).diagnostics.is_empty());
}

#[test]
fn what_is_computed_is_unknowable() {
    let twice = "@{parameters('$connections')[variables('k')]}@{parameters('$connections')[item()]}";
    assert_eq!(unknowable(&action(&format!(r#"{{"x":"{twice}"}}"#))), ["variables('k'); item()"]);
    let host = r#"{"host":{"connectionName":"@variables('c')"},"parameters":{"flowName":"@variables('f')"}}"#;
    assert_eq!(unknowable(&action(host)), ["@variables('c')", "@variables('f')"]);
}

#[track_caller]
fn bound(inputs: &str, expected: &[(&str, &str)]) {
    let found = literals(&action(inputs));
    let found: Vec<(&str, &str)> = found.iter().map(|(class, value)| (class.as_str(), value.as_str())).collect();
    assert_eq!(found, expected, "{inputs}");
}

#[test]
fn sharepoint_sites_and_lists() {
    let site = "https://contoso.sharepoint.com/sites/hr";
    bound(
        &format!(
            r#"{{"parameters":{{"dataset":"{site}","table":"0061696a-68bf-4a2c-bd23-1ce36e36e9a4","view":"v"}}}}"#
        ),
        &[("sharepoint-site", site), ("list", "0061696a-68bf-4a2c-bd23-1ce36e36e9a4"), ("list-view", "v")],
    );
    bound(r#"{"parameters":{"dataset":"@variables('s')","table":"Tasks"}}"#, &[("list", "Tasks")]);
    let path = |dataset: &str| {
        format!(
            r#"{{"path":"/datasets/@{{encodeURIComponent(encodeURIComponent({dataset}))}}/tables/@{{encodeURIComponent(encodeURIComponent('Event Attendees'))}}/items"}}"#
        )
    };
    bound(&path(&format!("'{site}'")), &[("sharepoint-site", site), ("list", "Event Attendees")]);
    bound(&path("variables('s')"), &[("list", "Event Attendees")]);
    bound(&path("'default.cds'"), &[]);
    bound(&path("'org99b699f6.crm4'"), &[("dataverse-org", "org99b699f6.crm4")]);
}

#[test]
fn paths_that_are_encoded_already() {
    let site = ("sharepoint-site", "https://a.sharepoint.com/sites/hr");
    let list = "0c96611b-4aee-4ee5-a94a-ac9658556d86";
    let braced = "{0c96611b-4aee-4ee5-a94a-ac9658556d86}";
    for (path, expected) in [
        (
            format!("/datasets/https%253A%252F%252Fa.sharepoint.com%252Fsites%252Fhr/tables/{list}/items"),
            [site, ("list", list)],
        ),
        (
            format!("/datasets/https%253a%252f%252fa.sharepoint.com%252fsites%252fhr/tables/%257B{list}%257D/items"),
            [site, ("list", braced)],
        ),
        (
            format!("/datasets/https%3A%2F%2Fa.sharepoint.com%2Fsites%2Fhr/tables/%7b{list}%7d"),
            [site, ("list", braced)],
        ),
        (
            "/datasets/default.cds/teams/a/drives/b%2521x-1/y/channels/19%253Aab%2540thread.skype/z".to_owned(),
            [("drive", "b!x-1"), ("teams-conversation", "19:ab@thread.skype")],
        ),
    ] {
        bound(&format!(r#"{{"path":"{path}"}}"#), &expected);
    }
    // Two quotes are one quote of a constant.
    let path =
        "/datasets/@{encodeURIComponent('https://a.sharepoint.com/sites/hr')}/tables/@{encodeURIComponent('Bob''s')}/x";
    bound(&format!(r#"{{"path":"{path}"}}"#), &[site, ("list", "Bob's")]);
    // What is encoded in a parameter.
    bound(
        r#"{"parameters":{"dataset":"https%253A%252F%252Fa.sharepoint.com%252Fsites%252Fhr","table":"Events"}}"#,
        &[site, ("list", "Events")],
    );
}

#[test]
fn dataverse_environments_and_tenants() {
    bound(r#"{"parameters":{"dataset":"default.cds","table":"accounts"}}"#, &[]);
    bound(r#"{"parameters":{"dataset":"org1.crm4","table":"accounts"}}"#, &[("dataverse-org", "org1.crm4")]);
    let org = "https://org1.crm4.dynamics.com";
    bound(&format!(r#"{{"parameters":{{"organization":"{org}"}}}}"#), &[("dataverse-org", org)]);
    bound(r#"{"parameters":{"environment":"Default-1"}}"#, &[("environment", "Default-1")]);
    bound(r#"{"parameters":{"environmentName":"@triggerBody()"}}"#, &[]);
    bound(
        r#"{"authentication":{"type":"ManagedServiceIdentity","tenant":"contoso.com"}}"#,
        &[("tenant", "contoso.com")],
    );
    let metadata =
        flow_of(r#""m":{"metadata":{"creator":{"id":"i","tenantId":"0c96611b-4aee-4ee5-a94a-ac9658556d86"}}}"#);
    assert_eq!(literals(&metadata), [("tenant".to_owned(), "0c96611b-4aee-4ee5-a94a-ac9658556d86".to_owned())]);
}

#[test]
fn office_teams_people_and_flows() {
    bound(
        r#"{"parameters":{"source":"me","drive":"b!x","file":"01ABC","table":"{00000000-0000-0000-0000-000000000001}"}}"#,
        &[("drive", "b!x"), ("file", "01ABC"), ("excel-table", "{00000000-0000-0000-0000-000000000001}")],
    );
    bound(
        r#"{"parameters":{"body/recipient/groupId":"g","body/recipient":{"channelId":"19:a@thread.tacv2"},"planId":"p","teamId":"t"}}"#,
        &[("group", "g"), ("teams-conversation", "19:a@thread.tacv2"), ("plan", "p"), ("team", "t")],
    );
    bound(
        r#"{"body":{"To":"ana@contoso.com;ben@contoso.com;ana@contoso.com"}}"#,
        &[("email", "ana@contoso.com"), ("email", "ben@contoso.com")],
    );
    bound(r#"{"parameters":{"flowName":"f1","uiFlowId":"u1"}}"#, &[("flow", "f1"), ("flow", "u1")]);
    let host = "https://unitedstates-002.azure-apim.net";
    bound(&format!(r#"{{"host":{{"api":{{"runtimeUrl":"{host}/apim/x"}}}}}}"#), &[("runtime-host", host)]);
}

/// The names under which secrets are found.
#[track_caller]
fn secret(actions: &str, expected: &[&str]) {
    let found = inspect(&action(actions)).secrets;
    let names: Vec<&str> = found.iter().map(|secret| secret.slot.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, expected, "{actions}");
    assert!(found.iter().all(|secret| !secret.declared && secret.is_set && secret.label.contains(": ")));
}

#[test]
fn secrets_by_what_they_are_and_where_they_stand() {
    // The three shapes of real packages.
    secret(
        r#"{"authentication":{"type":"ActiveDirectoryOAuth","tenant":"@t","clientId":"c","secret":"s3cr3t"}}"#,
        &["secret"],
    );
    secret(r#"{"body":"grant_type=client_credentials&client_secret=s3cr3t"}"#, &["body"]);
    secret(r#"{"headers":{"Ocp-Apim-Subscription-Key":"abcd"}}"#, &["Ocp-Apim-Subscription-Key"]);
    // Those that may come.
    secret(
        r#"{"uri":"https://prod-1.westeurope.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke?sp=x&sig=Ab_cd"}"#,
        &["uri"],
    );
    secret(r#"{"authentication":{"type":"Basic","username":"u","password":"p"}}"#, &["password"]);
    secret(r#"{"authentication":{"type":"ClientCertificate","pfx":"AAAA","password":"@p"}}"#, &["pfx"]);
    secret(r#"{"authentication":{"type":"ActiveDirectoryOAuth","certificate":"AAAA"}}"#, &["certificate"]);
    secret(r#"{"authentication":{"type":"Raw","value":"a literal token"}}"#, &["value"]);
    secret(r#"{"headers":{"X-Custom-Token":"abcd","Accept":"x","Idempotency-Key":"1"}}"#, &["X-Custom-Token"]);
    secret(r#"{"body":"AccountName=a;AccountKey=Zm9vYmFy=="}"#, &["body"]);
    // No secrets.
    secret(r#"{"authentication":"@parameters('$authentication')"}"#, &[]);
    secret(
        r#"{"authentication":{"type":"Raw","value":"@json(decodeBase64(triggerOutputs().headers['X-MS-APIM-Tokens']))['$ConnectionKey']"}}"#,
        &[],
    );
    secret(r#"{"authentication":{"type":"ActiveDirectoryOAuth","secret":"@variables('s')"}}"#, &[]);
    secret(r#"{"headers":{"Authorization":"Bearer @{body('t')?['access_token']}"}}"#, &[]);
}

#[test]
fn secure_parameters_have_no_defaults() {
    let with = |parameter: &str| {
        let mut resource = flow_of("");
        let text = resource.text("definition.json");
        let text = text.replace(r#""parameters":{"$auth"#, &format!(r#""parameters":{{"p":{parameter},"$auth"#));
        assert!(text.contains(parameter));
        resource.parts[0].2 = text.into_bytes();
        inspect(&resource).secrets.into_iter().map(|secret| secret.slot).collect::<Vec<_>>()
    };
    let base = "definition.json#/properties/definition/parameters/p/defaultValue";
    assert_eq!(with(r#"{"type":"SecureString","defaultValue":"x"}"#), [base]);
    assert_eq!(with(r#"{"type":"secureobject","defaultValue":{"a":["x"]}}"#), [format!("{base}/a/0")]);
    assert!(with(r#"{"type":"String","defaultValue":"x"}"#).is_empty());
}
