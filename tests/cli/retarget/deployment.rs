//! Power Platform's `deploymentSettings.json` in the place of a settings file.

use serde_json::{Value, json};

use super::{Project, Sample, changed, changes, findings, with_sample};
use crate::support::project::Run;

const APIS: &str = "/providers/Microsoft.PowerApps/apis/";

fn entry(name: &str, connection: &str, connector: &str) -> Value {
    json!({ "LogicalName": name, "ConnectionId": connection, "ConnectorId": format!("{APIS}{connector}") })
}

fn write(project: &Project, entries: &[Value]) {
    let settings = json!({ "EnvironmentVariables": [], "ConnectionReferences": entries });
    // As the tool writes it on Windows.
    project.write("deployment.json", format!("\u{feff}{settings:#}").replace('\n', "\r\n"));
}

const CONVERT: [&str; 6] = ["convert", "orders.zip", "prod.zip", "--settings", "deployment.json", "--overwrite"];

/// The names of the connections in the sample's package are other ones now, and nothing else is.
#[track_caller]
fn renamed(project: &Project, sample: &Sample, keys: &[(usize, &str)]) {
    changed(project, "orders.zip", "prod.zip", |_, text| {
        let name = |index: usize| sample.package.connection_name(&sample.connections[index]);
        keys.iter().fold(text.to_owned(), |text, (index, key)| text.replace(name(*index), key))
    });
}

fn refused(project: &Project, entries: &[Value]) -> Run {
    write(project, entries);
    let run = project.run(&CONVERT).exits(4);
    assert!(!project.path("prod.zip").exists());
    run.says("S-DEPLOYMENT")
}

#[test]
fn a_connection_is_meant_by_key_by_name_or_by_its_connector() {
    let (project, sample) = with_sample();
    let [first, ..] = &sample.connections;
    write(
        &project,
        &[
            entry("shared_office365_4", "shop-key", "shared_office365"),
            // Two are called so; one is of this connector.
            entry("ana@contoso.example", "site-key", "shared_sharepointonline"),
            entry(first, "mail-key", "shared_office365"),
        ],
    );
    let done = project.json(0, &CONVERT);
    renamed(&project, &sample, &[(0, "mail-key"), (1, "shop-key"), (2, "site-key")]);
    assert_eq!(changes(&done).len(), 6, "each connection, and the flow that uses it");
    write(&project, &[entry("cr123_sharedsharepointonline_9f", "site-key", "shared_sharepointonline")]);
    project.ok(&CONVERT);
    renamed(&project, &sample, &[(2, "site-key")]);
}

#[test]
fn an_entry_for_several_or_none_is_an_error_that_says_what_to_write() {
    let (project, sample) = with_sample();
    let [first, second, ..] = &sample.connections;
    let several = [entry("cr1_outlook", "mail-key", "shared_office365")];
    let flag = |id: &str| format!("--map 'connection/{id}=connection/mail-key'");
    refused(&project, &several).says_all(&["cr1_outlook", &flag(first), &flag(second)]);
    // One of them is answered by hand, so that one is left.
    let by_hand = format!("connection/{first}=connection/other-key");
    project.ok(&[&CONVERT[..], &["--map", &by_hand]].concat());
    renamed(&project, &sample, &[(0, "other-key"), (1, "mail-key")]);
    std::fs::remove_file(project.path("prod.zip")).unwrap();
    refused(&project, &[entry("cr1_sql", "sql-key", "shared_sql")]).says_all(&["cr1_sql", "shared_sql", "none has"]);
    refused(&project, &[entry("shared_office365", "k", "shared_sql")])
        .says_all(&["belongs to office365", "shared_sql"]);
    let twice = [entry("shared_office365", "a", "shared_office365"), entry(first, "b", "shared_office365")];
    refused(&project, &twice).says("has an answer already");
}

#[test]
fn a_flag_goes_over_an_entry() {
    let (project, sample) = with_sample();
    write(&project, &[entry("shared_office365", "file-key", "shared_office365")]);
    let flag = format!("connection/{}=connection/flag-key", sample.connections[0]);
    project.ok(&[&CONVERT[..], &["--map", &flag]].concat());
    renamed(&project, &sample, &[(0, "flag-key")]);
}

#[test]
fn a_custom_connector_is_known_by_another_id() {
    let (project, sample) = with_sample();
    write(&project, &[entry("shared_warehouse-5f01", "stock-key", "shared_warehouse-5fffff")]);
    project.ok(&CONVERT);
    let name = sample.package.connection_name(&sample.connections[3]);
    changed(&project, "orders.zip", "prod.zip", |_, text| {
        let old = "apis/shared_warehouse-5f0123456789abcdef";
        text.replace(name, "stock-key").replace(old, "apis/shared_warehouse-5fffff")
    });
}

#[test]
fn what_is_not_filled_in_stays_and_variables_are_none() {
    let (project, sample) = with_sample();
    let text = json!({
        "EnvironmentVariables": [{ "SchemaName": "cr1_url", "Value": "hunter2" }],
        "ConnectionReferences": [entry("shared_office365", "", "shared_office365"), { "LogicalName": "cr1_none" }],
    });
    project.write("deployment.json", text.to_string());
    let done = project.json(0, &CONVERT);
    let said = findings(&done);
    assert!(
        said.iter().any(|it| it.starts_with("warning[S-DEPLOYMENT]") && it.contains("environment variables")),
        "{said:#?}"
    );
    let left = said.iter().filter(|it| it.starts_with("info[S-DEPLOYMENT]") && it.contains("stays as it is"));
    assert_eq!(left.count(), 2, "{said:#?}");
    assert!(changes(&done).is_empty() && !done.to_string().contains("hunter2"));
    renamed(&project, &sample, &[]);
}

#[test]
fn only_convert_takes_it_and_only_what_it_is() {
    let (project, _) = with_sample();
    write(&project, &[entry("shared_office365", "k", "shared_office365")]);
    for command in ["plan", "import"] {
        let run = project.run(&[command, "dev", "orders.zip", "--settings", "deployment.json"]).exits(4);
        run.says_all(&["S-DEPLOYMENT", "only convert takes", "flowport convert"]);
    }
    for wrong in [
        "{}",
        "{\"a\":",
        r#"{"ConnectionReferences":"hunter2"}"#,
        r#"{"ConnectionReferences":[{"LogicalName":["hunter2"]}]}"#,
    ] {
        project.write("deployment.json", wrong);
        project.run(&CONVERT).exits(4).says_all(&["S-SYNTAX", "deployment.json"]).says_not("hunter2");
    }
}
