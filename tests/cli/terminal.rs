//! What reaches a terminal: names from packages may hold anything, and it stays harmless.

use serde_json::{Value, json};

use crate::support::package::{Package, lone_flow};
use crate::support::project::Project;

/// Clears the screen, sets the window's title, turns the text round.
const NAME: &str = "\u{1b}[2J\u{1b}]0;pwned\u{7}Order\u{202e}gpj.exe\u{9b}31m";

/// Characters that a terminal obeys.
fn is_raw(character: char) -> bool {
    let bidirectional =
        matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
    character.is_control() && character != '\n' || bidirectional
}

fn with_evil_names() -> (Project, Package) {
    let project = Project::new();
    let mut package = Package::new(NAME);
    package.manifest["details"]["description"] = json!(NAME);
    package.manifest["details"]["creator"] = json!(NAME);
    package.manifest["details"]["sourceEnvironment"] = json!(NAME);
    let connector = package.connector("shared_office365");
    package.resource(&connector)["details"]["displayName"] = json!(NAME);
    let connection = package.connection(&connector, NAME);
    package.resource(&connection)["details"]["comment"] = json!(NAME);
    let flow = package.flow(NAME, &[crate::support::package::uses("shared_office365", &connection)]);
    let call = json!({ "type": "Http", "inputs": { "uri": format!("https://contoso.sharepoint.com/sites/{NAME}") }, "runAfter": {} });
    package.action(&flow, NAME, call);
    package.save(project.path("evil.zip"));
    (project, package)
}

#[test]
fn no_name_reaches_a_terminal_as_it_is() {
    let (project, package) = with_evil_names();
    let connection =
        package.manifest["resources"].as_object().unwrap().keys().find(|id| id.starts_with("00000003")).unwrap();
    let create = format!("connection/{connection}=create");
    let flow = package.definitions.keys().next().unwrap();
    let id = format!("flow/{flow}");
    let look = |arguments: &[&str]| {
        let run = project.run(arguments);
        let raw: Vec<char> = run.text().chars().filter(|character| is_raw(*character)).collect();
        assert!(raw.is_empty(), "{raw:?} from flowport {arguments:?}: {:?}", run.text());
        run
    };
    look(&["inspect", "evil.zip", "--json"]).exits(0);
    look(&["inspect", "evil.zip"]).exits(0).says("\\u{1b}[2J").says("\\u{202e}");
    look(&["plan", "dev", "evil.zip"]).exits(4).says("\\u{1b}");
    look(&["plan", "dev", "evil.zip", "--settings-template"]).exits(0);
    look(&["import", "dev", "evil.zip", "--yes"]).exits(4);
    look(&["import", "dev", "evil.zip", "--setup", &create]).exits(2);
    look(&["import", "dev", "evil.zip", "--setup", &create, "--yes"]).exits(0).says("\\u{1b}");
    look(&["list", "dev"]).exits(0).says("\\u{1b}");
    look(&["show", "dev", &id]).exits(0).says("\\u{1b}");
    look(&["show", "dev", "connection/x"]).exits(2);
    look(&["check", "dev"]).exits(0);
    for format in ["text", "dot", "svg", "json"] {
        look(&["graph", "dev", "--format", format]).exits(0);
        look(&["graph", "evil.zip", "--format", format]).exits(0);
    }
    look(&["export", "dev", &id, "-o", "out.zip"]).exits(0);
    look(&["export", "dev", "--all", "--split", "-o", "out"]).exits(0);
    for name in project.names("out") {
        assert!(!name.contains(is_raw), "{name:?}");
    }
    look(&["convert", "evil.zip", "out.json"]).exits(0);
    look(&["publish", "dev", &id]).exits(0);
    look(&["delete", "dev", "connection/*", "--yes"]).exits(4);
}

#[test]
fn a_template_with_evil_names_is_still_a_settings_file() {
    let (project, _) = with_evil_names();
    let template = project.ok(&["plan", "dev", "evil.zip", "--settings-template"]).stdout();
    let uncommented: Vec<&str> = template
        .lines()
        .map(|line| if line.starts_with("# setup.") || line.starts_with("# replace.") { &line[2..] } else { line })
        .collect();
    project.write("dev.toml", uncommented.join("\n"));
    project.ok(&["plan", "dev", "evil.zip", "--settings", "dev.toml"]).says("ready to import");
}

#[test]
fn the_names_themselves_are_kept() {
    let (project, _) = with_evil_names();
    let inspected = project.json(0, &["inspect", "evil.zip"]);
    assert_eq!(inspected["result"]["name"], NAME);
    project.ok(&["convert", "evil.zip", "out.json"]);
    let written: Value = serde_json::from_str(&project.read("out.json")).unwrap();
    assert_eq!(written["package"]["name"], NAME);
}

#[test]
fn ordinary_names_in_any_script_are_shown_as_they_are() {
    let project = Project::new();
    lone_flow("Überprüfung 사용자 — 注文").0.save(project.path("orders.zip"));
    project.ok(&["inspect", "orders.zip"]).says("Überprüfung 사용자 — 注文");
}

#[test]
fn results_are_on_stdout_and_failures_on_stderr() {
    let project = Project::new();
    let run = project.run(&["show", "dev", "flow/none"]).exits(2);
    assert!(run.stdout.is_empty() && run.stderr.starts_with("error: "), "{run}");
    let run = project.ok(&["env", "list"]);
    assert!(run.stderr.is_empty() && !run.stdout.is_empty(), "{run}");
}

#[test]
fn completions_are_scripts_for_their_shells() {
    let project = Project::bare();
    for (shell, says) in [
        ("bash", "complete "),
        ("zsh", "#compdef flowport"),
        ("fish", "complete -c flowport"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        project.ok(&["completions", shell]).says(says).says("detailed-exitcode");
    }
    project.run(&["completions", "cmd"]).exits(2).says("cmd");
}

#[test]
fn formats_say_what_they_hold() {
    let project = Project::bare();
    let envelope = project.json(0, &["formats"]);
    let formats = envelope["result"]["formats"].as_array().unwrap();
    let format =
        |id: &str| formats.iter().find(|format| format["id"] == id).unwrap_or_else(|| panic!("no format {id}"));
    assert_eq!(format("zip")["extensions"], json!(["zip"]));
    assert_eq!(format("json")["extensions"], json!(["json"]));
    let kinds: Vec<&str> =
        format("zip")["writes"].as_array().unwrap().iter().map(|native| native["kind"].as_str().unwrap()).collect();
    for kind in ["flow", "app", "connector", "connection"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    project.ok(&["formats"]).says_all(&["zip", ".json", "everything"]);
}

#[test]
fn built_in_plugins_say_what_they_know_and_import_nothing_that_acts() {
    let project = Project::bare();
    let envelope = project.json(0, &["plugin", "list"]);
    let plugins = envelope["result"]["plugins"].as_array().unwrap();
    assert!(plugins.len() >= 5, "{plugins:#?}");
    for plugin in plugins {
        let name = plugin["name"].as_str().unwrap();
        assert_eq!(plugin["sha256"].as_str().unwrap().len(), 64);
        let info = project.json(0, &["plugin", "info", name]);
        assert_eq!(info["result"]["sha256"], plugin["sha256"]);
        for import in plugin["imports"].as_array().unwrap() {
            let import = import.as_str().unwrap();
            assert!(import.starts_with("flowport:plugin/") || import.starts_with("wasi:"), "{name} imports {import}");
            assert!(!import.starts_with("wasi:sockets") && !import.starts_with("wasi:http"), "{name} imports {import}");
        }
        project.ok(&["plugin", "info", name]).says(name);
    }
}

#[test]
fn help_and_version_are_no_failures() {
    let project = Project::bare();
    project.ok(&["--version"]).says(env!("CARGO_PKG_VERSION"));
    project.ok(&["--help"]).says("flowport demo");
    for command in [
        "init",
        "env",
        "list",
        "show",
        "put",
        "edit",
        "publish",
        "unpublish",
        "delete",
        "export",
        "inspect",
        "plan",
        "import",
        "convert",
        "graph",
        "check",
        "plugin",
        "formats",
        "completions",
    ] {
        project.ok(&[command, "--help"]).says("Usage: flowport");
    }
}
