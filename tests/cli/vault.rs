//! Declared secrets: kept apart and encrypted, set by hand, sealed on their way, never shown.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::project::{Project, Run, findings};

pub(crate) const PASSWORD: &str = "correct-horse-battery";
pub(crate) const SLOT: &str = "connector.json#/secrets/password";

/// A connector with a password, and a flow that needs it.
pub(crate) fn model(password: &str) -> String {
    let connector = json!({
        "kind": "connector", "id": "crm", "name": "CRM", "dialect": "flowport",
        "parts": { "connector.json": { "json": {
            "name": "CRM", "url": "https://crm.dev.example", "secrets": { "password": password, "user": "robot" },
        } } },
    });
    let connection = json!({
        "kind": "connection", "id": "crm-1", "name": "CRM of ana", "dialect": "flowport",
        "parts": { "connection.json": { "json": { "name": "CRM of ana", "connector": "crm" } } },
    });
    let flow = json!({
        "kind": "flow", "id": "orders", "name": "Orders", "dialect": "flowport", "state": "published",
        "parts": { "flow.json": { "json": {
            "name": "Orders", "state": "published", "trigger": {}, "steps": [],
            "connections": [{ "key": "crm", "connector": "crm", "connection": "crm-1" }],
        } } },
    });
    json!([connector, connection, flow]).to_string()
}

/// Nothing that any run printed holds the password.
fn with_model() -> Project {
    let project = Project::new();
    project.write("model.json", model(PASSWORD));
    project.ok(&["put", "dev", "model.json"]).says_not(PASSWORD);
    project
}

/// Runs a command with a value on stdin.
fn run_with(project: &Project, arguments: &[&str], value: &str) -> Run {
    let mut command = project.command(arguments);
    let path = project.path("stdin");
    std::fs::File::create(&path).unwrap().write_all(value.as_bytes()).unwrap();
    command.stdin(Stdio::from(std::fs::File::open(&path).unwrap()));
    let run = crate::support::project::run(command, arguments.join(" "));
    std::fs::remove_file(path).unwrap();
    run
}

/// Whether any file below the folder holds the text.
fn is_anywhere(folder: &std::path::Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return is_anywhere(&path, text);
        }
        std::fs::read(&path).unwrap().windows(text.len()).any(|window| window == text.as_bytes())
    })
}

fn secret(project: &Project, environment: &str, slot: &str) -> bool {
    let listed = project.json(0, &["secret", "list", environment]);
    let secrets = listed["result"]["secrets"].as_array().unwrap().clone();
    secrets.iter().find(|secret| secret["slot"] == slot).expect("it is declared")["set"].as_bool().unwrap()
}

#[test]
fn an_environment_keeps_a_declared_secret_apart_and_encrypted() {
    let project = with_model();
    std::fs::remove_file(project.path("model.json")).unwrap();
    assert!(!is_anywhere(project.folder(), PASSWORD), "neither the store nor anything beside it holds it");
    let part: Value = serde_json::from_slice(&project.part("dev", "connector/CRM", "connector.json")).unwrap();
    assert_eq!(part["secrets"]["password"], Value::Null);
    assert!(secret(&project, "dev", SLOT));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(project.path(".flowport/secrets.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    for arguments in [
        &["show", "dev", "connector/CRM"][..],
        &["show", "dev", "connector/CRM", "--json"],
        &["list", "dev", "--json"],
        &["secret", "list", "dev"],
        &["check", "dev", "--json"],
        &["graph", "dev", "--format", "json"],
        &["-vv", "export", "dev", "flow/Orders", "-o", "quiet.json"],
    ] {
        project.ok(arguments).says_not(PASSWORD);
    }
}

#[test]
fn the_same_put_again_changes_nothing() {
    let project = with_model();
    let again = project.json(0, &["put", "dev", "model.json"]);
    assert_eq!(again["result"]["resources"], json!([]), "{again:#}");
    project.write("model.json", model("another one"));
    let changed = project.json(0, &["put", "dev", "model.json"]);
    assert_eq!(changed["result"]["resources"], json!(["connector/crm"]), "{changed:#}");
}

#[test]
fn secrets_stay_behind_travel_or_travel_sealed() {
    let project = with_model();
    project.ok(&["export", "dev", "flow/Orders", "-o", "without.json"]).says("stays behind").says_not(PASSWORD);
    assert!(!project.read("without.json").contains(PASSWORD));
    let included = ["export", "dev", "flow/Orders", "-o", "with.json", "--include-secrets"];
    project.ok(&included).says("travels in the package").says_not(PASSWORD);
    assert!(project.read("with.json").contains(PASSWORD));

    let other = Project::new();
    let recipient = other.ok(&["secret", "recipient"]).stdout();
    let sealed = ["export", "dev", "flow/Orders", "-o", "sealed.json", "--seal-to", recipient.trim()];
    project.ok(&sealed).says("travels sealed").says_not(PASSWORD);
    assert!(!project.read("sealed.json").contains(PASSWORD));
    let inspected = project.json(0, &["inspect", "sealed.json"]);
    assert_eq!(inspected["result"]["sealed_secrets"], true);

    // The addressee's import opens it, and nothing is left to be set.
    other.write("sealed.json", project.read("sealed.json"));
    let answers = ["--setup", "connection/*=create"];
    let import = [&["import", "prod", "sealed.json", "--yes"][..], &answers].concat();
    other.ok(&import).says_not(PASSWORD).says_not("lacks a secret");
    assert!(secret(&other, "prod", SLOT));
    other.ok(&["export", "prod", "flow/Orders", "--include-drafts", "-o", "back.json", "--include-secrets"]);
    assert!(other.read("back.json").contains(PASSWORD));

    // Nobody else's does: it says so and goes on without them.
    let run = project.ok(&import).says_all(&["E-SEALED", "lacks a secret", "flowport secret set prod"]);
    run.says_not(PASSWORD);
    assert!(!secret(&project, "prod", SLOT));
    project.run(&[&import[..], &["--identity", ".flowport/secrets.key"]].concat()).exits(9).says("somebody else");
}

#[test]
fn sealed_secrets_travel_in_any_format() {
    let project = with_model();
    project.ok(&["secret", "recipient"]);
    let recipient = project.ok(&["secret", "recipient"]).stdout();
    let sealed = ["export", "dev", "flow/Orders", "-o", "sealed.zip", "--seal-to", recipient.trim()];
    project.ok(&sealed);
    project.ok(&["convert", "sealed.zip", "sealed.json"]);
    for file in ["sealed.zip", "sealed.json"] {
        assert_eq!(project.json(0, &["inspect", file])["result"]["sealed_secrets"], true, "{file}");
    }
    project.ok(&["import", "prod", "sealed.zip", "--yes", "--setup", "connection/*=create"]);
    assert!(secret(&project, "prod", SLOT));
}

#[test]
fn a_passphrase_seals_as_well() {
    let project = with_model();
    project.write("phrase.txt", "open sesame\n");
    project.write("wrong.txt", "open says me\n");
    let export = ["export", "dev", "flow/Orders", "-o", "sealed.json", "--seal-to", "passphrase"];
    project.run(&export).exits(2).says("--passphrase-file");
    project.ok(&[&export[..], &["--passphrase-file", "phrase.txt"]].concat()).says_not("sesame");
    let import = ["import", "prod", "sealed.json", "--yes", "--setup", "connection/*=create"];
    project.run(&[&import[..], &["--passphrase-file", "wrong.txt"]].concat()).exits(9).says("not the passphrase");
    assert!(project.ids("prod").is_empty());
    project.ok(&[&import[..], &["--passphrase-file", "phrase.txt"]].concat()).says_not("lacks a secret");
    assert!(secret(&project, "prod", SLOT));
    project.run(&["export", "dev", "flow/Orders", "-o", "x.json", "--seal-to", "bob"]).exits(2).says("age1");
}

#[test]
fn what_is_missing_is_listed_set_by_hand_and_keeps_its_flow_off() {
    let project = with_model();
    project.ok(&["export", "dev", "flow/Orders", "-o", "orders.json"]);
    let import = ["import", "prod", "orders.json", "--yes", "--publish", "--setup", "connection/*=create"];
    let first = project.json(0, &import);
    assert!(findings(&first).iter().any(|finding| finding.starts_with("warning[P-INACTIVE]")), "{first:#}");
    let template =
        project.json(0, &["plan", "prod", "orders.json", "--settings-template"])["result"]["settings"].clone();
    let wanted = "# secrets.\"connector/crm#connector.json#/secrets/password\" = { env = ";
    assert!(template.as_str().unwrap().contains(wanted), "{template}");
    let left = first["result"]["left_to_do"].to_string();
    assert!(left.contains("flowport secret set prod 'connector/crm'"), "{left}");
    let state = |project: &Project| {
        let shown = project.json(0, &["show", "prod", "flow/Orders"]);
        shown["result"]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&project), "draft", "a flow whose secret is missing arrives inactive");
    project.ok(&["check", "prod"]).says_all(&["password is not set", "flowport secret set prod"]);
    project.ok(&["publish", "prod", "flow/Orders"]).says_all(&["E-LACKS", "connector/crm lacks a secret"]);
    project.ok(&["unpublish", "prod", "flow/Orders"]);

    // From stdin or a file, never from a flag; the slot, its end and its label name it.
    run_with(&project, &["secret", "set", "prod", "connector/CRM", "password"], "s3cret-of-prod\n")
        .exits(0)
        .says_not("s3cret");
    project.write("user.txt", "robot-prod");
    project.ok(&["secret", "set", "prod", "connector/CRM", "connector.json#/secrets/user", "--file", "user.txt"]);
    run_with(&project, &["secret", "set", "prod", "connector/CRM", "pasword"], "x").exits(2).says(SLOT);
    run_with(&project, &["secret", "set", "prod", "connector/CRM", "password"], "").exits(2).says("empty");
    run_with(&project, &["secret", "set", "prod", "flow/Orders", "password"], "x").exits(2).says("declares none");
    project.ok(&["check", "prod"]).says_not("is not set");
    project.ok(&["import", "prod", "orders.json", "--yes", "--publish"]);
    assert_eq!(state(&project), "published");
    project.ok(&["export", "prod", "flow/Orders", "-o", "back.json", "--include-secrets"]);
    assert!(project.read("back.json").contains("s3cret-of-prod"));
    project.ok(&["secret", "remove", "prod", "connector/CRM", "password"]);
    assert!(!secret(&project, "prod", SLOT));
}

#[test]
fn an_import_keeps_the_secrets_of_the_target() {
    let project = with_model();
    project.ok(&["export", "dev", "flow/Orders", "-o", "orders.json"]);
    project.ok(&["import", "prod", "orders.json", "--yes", "--setup", "connection/*=create"]);
    run_with(&project, &["secret", "set", "prod", "connector/CRM", "password"], "of-prod").exits(0);
    let changed = project.read("orders.json").replace("crm.dev.example", "crm.example");
    project.write("orders.json", changed);
    let envelope = project.json(0, &["import", "prod", "orders.json", "--yes"]);
    assert_eq!(envelope["result"]["stored"], json!(["connector/crm"]), "{envelope:#}");
    assert!(secret(&project, "prod", SLOT), "an update does not take it away");
}

#[test]
fn secrets_in_a_package_are_lifted_out_and_the_second_import_changes_nothing() {
    let project = with_model();
    project.ok(&["export", "dev", "flow/Orders", "-o", "with.json", "--include-secrets"]);
    for run in [
        project.run(&["inspect", "with.json", "--json"]),
        project.run(&["plan", "prod", "with.json", "--json", "--setup", "connection/*=create"]),
        project.run(&["import", "prod", "with.json", "--yes", "--json", "--setup", "connection/*=create"]),
    ] {
        run.exits(0).says_not(PASSWORD);
    }
    assert!(secret(&project, "prod", SLOT));
    let part = project.part("prod", "connector/CRM", "connector.json");
    assert!(!String::from_utf8(part).unwrap().contains(PASSWORD));
    project.ok(&["plan", "prod", "with.json", "--detailed-exitcode"]).says("no changes");
    let changed = project.read("with.json").replace(PASSWORD, "rotated");
    project.write("with.json", changed);
    project.run(&["plan", "prod", "with.json", "--detailed-exitcode"]).exits(3).says_not("rotated");
}

#[test]
fn a_key_that_others_can_read_or_that_is_gone_is_an_error_that_says_so() {
    let project = with_model();
    let key = project.path(".flowport/secrets.key");
    let export = ["export", "dev", "flow/Orders", "-o", "with.json", "--include-secrets"];
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).unwrap();
        project.run(&export).exits(1).says("chmod 600");
    }
    std::fs::remove_file(key).unwrap();
    project.run(&export).exits(1).says_all(&["secrets.key", "flowport secret set"]);
    project.ok(&["export", "dev", "flow/Orders", "-o", "without.json"]);
    // What the message says helps, and until then a check names it.
    project.run(&["check", "dev"]).exits(4).says_all(&["C-KEY", "connector/crm"]);
    for slot in ["password", "user"] {
        run_with(&project, &["secret", "set", "dev", "connector/CRM", slot], "new").exits(0).says("is set");
    }
    project.ok(&["check", "dev"]).says_not("C-KEY");
    project.ok(&export).says("travels");
    project.ok(&["secret", "remove", "dev", "connector/CRM", "user"]).says("is forgotten");
    project.ok(&["secret", "remove", "dev", "connector/CRM", "user"]).says("as it was");
}

#[test]
fn a_flow_that_runs_is_switched_off_where_an_update_brings_a_need_without_its_secret() {
    let project = with_model();
    project.ok(&["export", "dev", "flow/Orders", "-o", "orders.json", "--include-secrets"]);
    project.ok(&["import", "prod", "orders.json", "--yes", "--publish", "--setup", "connection/*=create"]);
    let state = || project.json(0, &["show", "prod", "flow/Orders"])["result"]["state"].clone();
    assert_eq!(state(), "published");
    let mut more: Value = serde_json::from_str(&model(PASSWORD)).unwrap();
    let mut erp = more[0].clone();
    erp["id"] = json!("erp");
    erp["name"] = json!("ERP");
    erp["parts"]["connector.json"]["json"]["name"] = json!("ERP");
    more[2]["parts"]["flow.json"]["json"]["uses"] = json!(["connector/erp"]);
    more.as_array_mut().unwrap().push(erp);
    project.write("more.json", more.to_string());
    project.ok(&["put", "dev", "more.json"]);
    project.ok(&["export", "dev", "flow/Orders", "-o", "update.json"]);
    project.ok(&["import", "prod", "update.json", "--yes"]).says_all(&["P-INACTIVE", "is switched off"]);
    assert_eq!(state(), "draft");
}

#[test]
fn a_plan_says_that_a_secret_is_written_and_an_answer_without_effect_is_an_error() {
    let project = with_model();
    project.ok(&["export", "dev", "flow/Orders", "-o", "orders.json"]);
    project.write("password.txt", "of-prod");
    project.write("prod.toml", "[secrets]\n\"connector/CRM#password\" = { file = \"password.txt\" }\n");
    let plan = ["plan", "prod", "orders.json", "--setup", "connection/*=create", "--settings", "prod.toml"];
    project.ok(&plan).says("connector/crm: the import brings a secret").says_not("of-prod");
    let import =
        ["import", "prod", "orders.json", "--yes", "--setup", "connection/*=create", "--settings", "prod.toml"];
    project.ok(&import);
    project.write("password.txt", "rotated");
    project.ok(&plan).says("replaces a secret").says_not("rotated");
    let used = [&plan[..], &["--setup", "connector/crm=use-existing"]].concat();
    project.run(&used).exits(4).says("S-SECRET");
}

#[test]
fn put_says_that_it_opens_nothing_that_is_sealed() {
    let project = with_model();
    let recipient = project.ok(&["secret", "recipient"]).stdout();
    project.ok(&["export", "dev", "flow/Orders", "-o", "sealed.json", "--seal-to", recipient.trim()]);
    project.ok(&["put", "prod", "sealed.json"]).says("E-SEALED");
}
