//! `store = "dir:…"`: the same commands, with files in the place of a database.

use std::process::Stdio;

use serde_json::{Value, json};

use super::{edit, file, files};
use crate::support::boomi;
use crate::support::package::{lone_flow, sample};
use crate::support::project::{Project, findings, run};
use crate::vault::{PASSWORD, SLOT, model};

/// A project with an environment `db` in a database and one in the folder `flows`.
fn project() -> Project {
    let project = Project::new();
    project.ok(&["env", "add", "db"]);
    project.ok(&["env", "add", "git", "--store", "dir:flows"]);
    project
}

/// The result of a command on one of the environments, without what differs between any two.
fn result(project: &Project, environment: &str, arguments: &[&str], exit: i32) -> Value {
    let output = format!("{environment}.json");
    let word = |word: &&str| match *word {
        "ENV" => environment.to_owned(),
        "OUT" => output.clone(),
        word => word.to_owned(),
    };
    let words: Vec<String> = arguments.iter().map(word).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let envelope = project.json(exit, &words);
    let text = json!([envelope["result"], envelope["diagnostics"]]).to_string();
    let text = text.replace(&format!(" {environment} "), " ENV ").replace(&format!(" {environment}/"), " ENV/");
    let mut result: Value = serde_json::from_str(&text).unwrap();
    blank(&mut result, environment);
    result
}

/// Times, and the name of the environment where it is a whole value.
fn blank(value: &mut Value, environment: &str) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                members.remove("changed");
                open.extend(members.values_mut());
            }
            Value::Array(elements) => open.extend(elements),
            Value::String(text) if *text == environment || *text == format!("{environment}.json") => {
                *text = "ENV".to_owned()
            }
            // A run.
            Value::String(text) if text.starts_with(&format!("{environment}/")) => {
                *text = text.replacen(environment, "ENV", 1);
            }
            _ => {}
        }
    }
}

/// Runs a command on both environments: they answer alike.
fn both(project: &Project, exit: i32, arguments: &[&str]) -> Value {
    let (db, git) = (result(project, "db", arguments, exit), result(project, "git", arguments, exit));
    assert_eq!(db, git, "{arguments:?}");
    git
}

#[test]
fn all_commands_answer_as_with_a_database() {
    let project = project();
    let sample = sample("Order intake");
    sample.package.save(project.path("orders.zip"));
    boomi::save(&boomi::package("aaaa0001-0000-4000-8000-000000000001", "Orders"), &project.path("orders.package"));
    let answers = sample.create_all();
    let mut import = vec!["import", "ENV", "orders.zip", "--yes"];
    import.extend(answers.iter().map(String::as_str));
    both(&project, 0, &["list", "ENV"]);
    both(&project, 4, &["plan", "ENV", "orders.zip"]);
    both(&project, 0, &import);
    both(&project, 0, &["plan", "ENV", "orders.zip"]);
    both(&project, 0, &["import", "ENV", "orders.package", "--yes", "--publish"]);
    both(&project, 0, &["list", "ENV"]);
    both(&project, 0, &["list", "ENV", "flow/*"]);
    let flow = format!("flow/{}", sample.flow);
    both(&project, 0, &["show", "ENV", &flow]);
    both(&project, 0, &["show", "ENV", &flow, "--part", "definition.json"]);
    both(&project, 0, &["graph", "ENV"]);
    both(&project, 0, &["check", "ENV"]);
    both(&project, 0, &["publish", "ENV", &flow]);
    both(&project, 0, &["publish", "ENV", &flow]);
    both(&project, 0, &["unpublish", "ENV", &flow]);
    both(&project, 0, &["export", "ENV", &flow, "-o", "OUT", "--include-drafts"]);
    let exported = |name: &str| {
        let mut package: Value = serde_json::from_str(&project.read(name)).unwrap();
        package["package"] = Value::Null;
        package
    };
    assert_eq!(exported("db.json"), exported("git.json"));
    let connection = format!("connection/{}", sample.connections[0]);
    both(&project, 4, &["delete", "ENV", &connection, "--yes"]);
    both(&project, 0, &["delete", "ENV", &connection, "--yes", "--force"]);
    both(&project, 4, &["check", "ENV"]);
    both(&project, 0, &["delete", "ENV", "*/*", "--yes", "--force"]);
    both(&project, 0, &["list", "ENV"]);
    assert_eq!(files(&project.path("flows")).into_keys().collect::<Vec<_>>(), [".gitattributes", "package.json"]);
}

#[test]
fn every_byte_comes_back_through_a_folder() {
    let project = project();
    boomi::save(&boomi::package("aaaa0001-0000-4000-8000-000000000001", "Orders"), &project.path("orders.package"));
    project.ok(&["import", "git", "orders.package", "--yes", "--publish"]);
    project.ok(&["publish", "git", "flow/Orders"]);
    project.ok(&["export", "git", "flow/Orders", "-o", "back.package", "--include-secrets"]);
    assert_eq!(project.read("back.package"), project.read("orders.package"));
}

#[test]
fn secrets_are_kept_as_in_a_database_and_lie_nowhere_in_the_files() {
    let project = project();
    project.write("model.json", model(PASSWORD));
    both(&project, 0, &["put", "ENV", "model.json"]);
    both(&project, 0, &["secret", "list", "ENV"]);
    both(&project, 0, &["put", "ENV", "model.json"]);
    let holds = |root: &str| {
        let all = files(&project.path(root))
            .into_values()
            .chain(std::fs::read(project.path("flows/.flowport/secrets.json")).ok());
        all.into_iter().any(|bytes| String::from_utf8_lossy(&bytes).contains(PASSWORD))
    };
    assert!(!holds("flows"));
    for (environment, name) in [("db", "db.json"), ("git", "git.json")] {
        project.ok(&["export", environment, "--all", "-o", name, "--include-secrets"]).says_not(PASSWORD);
        assert!(project.read(name).contains(PASSWORD), "{environment}");
    }
    both(&project, 0, &["secret", "remove", "ENV", "connector/CRM", SLOT]);
    both(&project, 0, &["check", "ENV"]);
    project.write("value", "again");
    both(&project, 0, &["secret", "set", "ENV", "connector/CRM", SLOT, "--file", "value"]);
    both(&project, 0, &["secret", "list", "ENV"]);
}

#[test]
fn an_edit_in_the_files_is_an_edit_of_the_environment() {
    let project = project();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["import", "git", "orders.zip", "--yes"]);
    let definition = file(&project, "flows", "flow/", "definition.json");
    let before = files(&project.path("flows"));
    project.ok(&["import", "git", "orders.zip", "--yes"]).says("no changes");
    assert_eq!(files(&project.path("flows")), before, "what is no change touches no file");
    edit(&project, &definition, "1.0.0.0", "2.0.0.0");
    assert!(String::from_utf8(project.part("git", "flow/Orders", "definition.json")).unwrap().contains("2.0.0.0"));
    let plan = project.json(0, &["plan", "git", "orders.zip", "--detailed-exitcode"]);
    assert_eq!(plan["result"]["changes"][0]["action"], "kept");
    let take = ["plan", "git", "orders.zip", "--detailed-exitcode", "--resolve", "flow/Orders=take"];
    assert_eq!(project.json(3, &take)["result"]["changes"][0]["action"], "update");
    project.ok(&["export", "git", "flow/Orders", "-o", "edited.zip"]);
    project.ok(&["import", "dev", "edited.zip", "--yes"]);
    assert!(String::from_utf8(project.part("dev", "flow/Orders", "definition.json")).unwrap().contains("2.0.0.0"));
    // The folder keeps its name when the flow gets another one.
    edit(
        &project,
        &file(&project, "flows", "flow/", "resource.json"),
        "\"name\": \"Orders\"",
        "\"name\": \"Invoices\"",
    );
    assert_eq!(project.list("git")[0]["name"], "Invoices");
    project.ok(&["publish", "git", "flow/Invoices"]);
    assert_eq!(file(&project, "flows", "flow/", "definition.json"), definition);
}

#[cfg(unix)]
#[test]
fn edit_changes_the_file() {
    let project = project();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["import", "git", "orders.zip", "--yes"]);
    project.write(
        "editor.sh",
        "sed 's/1[.]0[.]0[.]0/2.0.0.0/' \"$1\" > \"$1.new\" && cat \"$1.new\" > \"$1\" && rm \"$1.new\"\n",
    );
    let mut command = project.command(&["edit", "git", "flow/Orders", "--part", "definition.json"]);
    command.env("EDITOR", format!("sh {}", project.path("editor.sh").display()));
    run(command, "edit".to_owned()).exits(0).says("1 resource edited");
    assert!(project.read(&file(&project, "flows", "flow/", "definition.json")).contains("2.0.0.0"));
}

#[cfg(unix)]
#[test]
fn a_file_that_breaks_while_an_import_is_confirmed_stops_it_and_is_named() {
    let project = project();
    project.write("model.json", model(PASSWORD));
    project.ok(&["put", "git", "model.json"]);
    let robot = json!([{ "kind": "robot", "id": "r2", "name": "R2", "dialect": "acme", "parts": {} }]);
    project.write("robot.json", robot.to_string());
    let part = file(&project, "flows", "connection/", "connection.json");
    let text = project.read(&part);
    let mut terminal = crate::pty::Terminal::start(project.command(&["import", "git", "robot.json"]));
    terminal.waits_for("import into git");
    project.write(&part, format!("<<<<<<< HEAD\n{text}"));
    terminal.types("y");
    assert_eq!(terminal.exit(), Some(4), "{}", terminal.screen);
    terminal.waits_for(&format!("{}:1:1: ", part.strip_prefix("flows/").unwrap()));
    project.write(&part, text);
    assert_eq!(project.ids("git").len(), 3);
    project.ok(&["import", "git", "robot.json", "--yes"]);
    assert_eq!(project.ids("git").len(), 4);
}

#[test]
fn a_broken_file_is_named_and_hides_no_other_resource() {
    let project = project();
    project.write("model.json", model(PASSWORD));
    project.ok(&["put", "git", "model.json"]);
    let part = file(&project, "flows", "connection/", "connection.json");
    let text = project.read(&part);
    project.write(&part, format!("<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n"));
    let place = format!("{}:1:1: ", part.strip_prefix("flows/").unwrap());
    let listed = project.json(4, &["list", "git"]);
    assert_eq!(listed["result"]["resources"].as_array().unwrap().len(), 2);
    assert!(findings(&listed)[0].contains(&place), "{listed:#}");
    project.run(&["list", "git"]).exits(4).says_all(&["connector/crm", "flow/orders", &place, "E-JSON"]);
    project.ok(&["show", "git", "flow/orders"]);
    project.run(&["check", "git"]).exits(4).says(&place);
    project.run(&["env", "list"]).exits(1).says(&place);
    // Nothing is planned or written beside what cannot be read.
    for arguments in [
        &["plan", "git", "model.json"][..],
        &["put", "git", "model.json"],
        &["export", "git", "--all", "-o", "x.json"],
        &["delete", "git", "flow/orders", "--yes"],
        &["graph", "git"],
        &["env", "remove", "git", "--delete-store", "--yes"],
    ] {
        project.run(arguments).exits(4).says(&place);
    }
    project.write(&part, text);
    assert_eq!(project.ids("git").len(), 3);
    std::fs::remove_file(project.path("flows/package.json")).unwrap();
    project.run(&["list", "git"]).exits(4).says_all(&["package.json", "is not"]);
}

/// What stands in the folder while ben holds it.
pub(super) const BEN: &str =
    r#"{"number":1,"holder":{"owner":"ben","host":"build-7","process":7,"since":"2026-01-01T00:00:00Z"}}"#;

#[test]
fn two_writers_are_one_too_many() {
    let project = project();
    project.write("model.json", model(PASSWORD));
    project.ok(&["put", "git", "model.json"]);
    let before = files(&project.path("flows"));
    let lock = std::fs::File::options().write(true).open(project.path("flows/.flowport/lock")).unwrap();
    lock.try_lock().unwrap();
    let delete = ["delete", "git", "flow/orders", "--yes"];
    // Ana's own write is done.
    project.run(&delete).exits(8).says_all(&["git", "another program writes to its store"]);
    project.write("flows/.flowport/writer", BEN);
    project.run(&delete).exits(8).says_all(&["git", "ben on build-7 (process 7) since 2026-01-01T00:00:00Z"]);
    assert_eq!(files(&project.path("flows")), before);
    assert_eq!(project.ids("git").len(), 3, "readers go on");
    drop(lock);
    project.ok(&["delete", "git", "flow/orders", "--yes"]);
    // Both at once: each waits for nobody, and none gets in the other's way.
    let runs: Vec<_> = (0..4)
        .map(|number| {
            let name = format!("flow-{number}.json");
            project.write(&name, model(PASSWORD).replace("\"orders\"", &format!("\"orders-{number}\"")));
            let mut command = project.command(&["put", "git", &name]);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    let ended: Vec<i32> = runs.into_iter().map(|mut run| run.wait().unwrap().code().unwrap()).collect();
    assert!(ended.iter().all(|exit| [0, 7, 8].contains(exit)) && ended.contains(&0), "{ended:?}");
    let written = ended.iter().filter(|exit| **exit == 0).count();
    assert_eq!(project.ids("git").iter().filter(|id| id.starts_with("flow/orders-")).count(), written);
}

#[test]
fn two_environments_never_share_a_folder() {
    let project = project();
    project.ok(&["put", "git", project.write("model.json", model(PASSWORD))]);
    project.ok(&["env", "show", "git"]).says("flows");
    std::fs::write(
        project.path("flowport.toml"),
        project.read("flowport.toml") + "\n[environments.copy]\nkind = \"test\"\nstore = \"dir:./flows/\"\n",
    )
    .unwrap();
    project.run(&["list", "git"]).exits(2).says_all(&["copy", "git", "one store"]);
    project.write("flowport.toml", "[environments.x]\nkind = \"test\"\nstore = \"dir:\"\n");
    project.run(&["list", "x"]).exits(2).says("dir:FOLDER");
    project.write("flowport.toml", "[environments.x]\nkind = \"test\"\nstore = \"dir:model.json\"\n");
    project.run(&["list", "x"]).exits(1).says("no folder");
}

#[test]
fn a_store_goes_only_when_asked_and_only_what_is_flowports() {
    let project = project();
    project.ok(&["put", "git", project.write("model.json", model(PASSWORD))]);
    project.write("flows/README.md", "mine");
    project.run(&["env", "remove", "git", "--delete-store"]).exits(2).says("--yes");
    assert_eq!(project.ids("git").len(), 3);
    project.ok(&["env", "remove", "git", "--delete-store", "--yes"]);
    assert_eq!(files(&project.path("flows")).into_keys().collect::<Vec<_>>(), ["README.md"]);
    assert_eq!(project.names("flows"), ["README.md"]);
}

#[test]
fn an_unpacked_package_is_an_environment_too_and_an_environment_a_package() {
    let project = project();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["unpack", "orders.zip", "flows"]);
    assert_eq!(project.list("git")[0]["name"], "Orders");
    project.ok(&["plan", "git", "orders.zip", "--detailed-exitcode"]).says("no changes");
    project.write("model.json", model(PASSWORD));
    project.ok(&["put", "git", "model.json"]);
    project.ok(&["pack", "flows", "all.json", "--format", "json"]);
    assert_eq!(project.json(0, &["inspect", "all.json"])["result"]["resources"].as_array().unwrap().len(), 4);
    // Importing is the way into an environment, also of one that has written nothing yet.
    let before = files(&project.path("flows"));
    project.run(&["unpack", "orders.zip", "flows", "--overwrite"]).exits(1).says_all(&["git", "flowport import"]);
    project.ok(&["unpack", "orders.zip", "first"]);
    project.ok(&["env", "add", "first", "--store", "dir:first"]);
    project.run(&["unpack", "orders.zip", "./first/", "--overwrite"]).exits(1).says("flowport import first");
    assert_eq!(files(&project.path("flows")), before);
    // What only is an environment is not written over by a package.
    project.ok(&["env", "add", "other", "--store", "dir:other"]);
    project.ok(&["put", "other", "model.json"]);
    project.run(&["unpack", "orders.zip", "other", "--overwrite"]).exits(1).says("environment");
    project.ok(&["pack", "other", "other.json"]);
}
