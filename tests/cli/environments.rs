//! `init` and `env`.

use crate::support::package::lone_flow;
use crate::support::project::Project;

#[test]
fn init_makes_a_project_with_dev_test_and_prod_and_never_writes_over_one() {
    let project = Project::bare();
    project.ok(&["init", "here"]).says("dev, test and prod");
    let before = project.read("here/flowport.toml");
    project.run(&["init", "here"]).exits(1).says("this is a project already");
    assert_eq!(project.read("here/flowport.toml"), before);
    let config = ["--config", "here/flowport.toml"];
    let listed = project.json(0, &[&["env", "list"], &config[..]].concat());
    let names: Vec<&str> = listed["result"]["environments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["dev", "prod", "test"]);
}

#[test]
fn the_demo_goes_the_whole_way_and_leaves_a_project() {
    let project = Project::bare();
    project.ok(&["demo", "show"]).says_all(&["$ flowport import", "$ flowport export", "no changes"]);
    let config = ["--config", "show/flowport.toml"];
    let listed = project.json(0, &[&["list", "prod"], &config[..]].concat());
    assert!(!listed["result"]["resources"].as_array().unwrap().is_empty());
    let before = project.names("show");
    let envelope = project.run(&["demo", "show", "--json"]);
    assert_ne!(envelope.exit, Some(0), "a folder with something in it is left alone\n{envelope}");
    assert_eq!(envelope.envelope()["command"], "demo");
    assert_eq!(project.names("show"), before);
}

#[test]
fn the_project_is_found_from_the_working_directory_upwards() {
    let project = Project::new();
    std::fs::create_dir_all(project.path("deep/down")).unwrap();
    let mut command = project.command(&["list", "dev"]);
    command.current_dir(project.path("deep/down"));
    crate::support::project::run(command, "list dev".to_owned()).exits(0).says("nothing in dev");
}

#[test]
fn without_a_project_the_way_to_one_is_named() {
    Project::bare().run(&["list", "dev"]).exits(2).says("flowport init");
}

#[test]
fn an_environment_is_added_shown_and_removed() {
    let project = Project::new();
    project.ok(&[
        "env",
        "add",
        "abnahme",
        "--kind",
        "acceptance",
        "--tenant",
        "contoso",
        "--maker",
        "ana",
        "--maker",
        "ben",
    ]);
    let shown = project.json(0, &["env", "show", "abnahme"]);
    assert_eq!(shown["result"]["kind"], "acceptance");
    assert_eq!(shown["result"]["tenant"], "contoso");
    assert_eq!(shown["result"]["makers"], serde_json::json!(["ana", "ben"]));
    assert_eq!(shown["result"]["resources"], 0);
    assert!(project.read("flowport.toml").contains("# makers = "), "the comments of the file stay");
    project.run(&["env", "add", "abnahme"]).exits(2).says("already");
    project.ok(&["env", "remove", "abnahme"]);
    project.run(&["env", "show", "abnahme"]).exits(2).says("there is no environment abnahme");
}

#[test]
fn an_environment_that_is_not_there_names_the_nearest_one() {
    Project::new().run(&["list", "prd"]).exits(2).says("did you mean prod?");
}

#[test]
fn an_unknown_kind_of_environment_is_a_usage_error() {
    let project = Project::new();
    project.run(&["env", "add", "x", "--kind", "playground"]).exits(2).says("playground");
    project.run(&["env", "show", "x"]).exits(2);
}

#[test]
fn a_store_goes_only_when_asked_and_without_a_terminal_only_with_yes() {
    let project = Project::new();
    let (package, flow) = lone_flow("Orders");
    package.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes"]);
    project.run(&["env", "remove", "dev", "--delete-store"]).exits(2).says("--yes");
    assert_eq!(project.ids("dev"), [format!("flow/{flow}")]);

    project.ok(&["env", "remove", "dev"]).says("its store stays");
    project.ok(&["env", "add", "dev"]);
    assert_eq!(project.ids("dev"), [format!("flow/{flow}")], "the store is still there");

    project.ok(&["env", "remove", "dev", "--delete-store", "--yes"]);
    project.ok(&["env", "add", "dev"]);
    assert!(project.ids("dev").is_empty());
}

#[test]
fn a_mistake_in_the_project_file_is_named_with_its_line() {
    let project = Project::bare();
    project.write("flowport.toml", "[environments.dev]\nkind = \"development\"\nstoer = \"x\"\n");
    project.run(&["env", "list"]).exits(2).says_all(&["flowport.toml at line", "stoer"]);
    project.write("flowport.toml", "[environments.dev]\nkind = \"playground\"\n");
    project.run(&["env", "list"]).exits(2).says_all(&["flowport.toml at line 1: environment dev: ", "playground"]);
    project.write("flowport.toml", "[environments.dev]\nkind = \"development\"\nstore = \"mysql:x\"\n");
    project.run(&["list", "dev"]).exits(2).says("write sqlite:PATH");
}

#[test]
fn a_store_that_cannot_be_read_does_not_hide_the_others() {
    let project = Project::new();
    std::fs::create_dir_all(project.path(".flowport")).unwrap();
    project.write(".flowport/test.db", "this is no database, but it is long enough to look like a file of something");
    let listed = project.json(1, &["env", "list"]);
    let environments = listed["result"]["environments"].as_array().unwrap();
    assert_eq!(environments.len(), 3);
    assert!(environments.iter().any(|entry| entry["error"].is_string() && entry["name"] == "test"), "{environments:?}");
    project.run(&["env", "list"]).exits(1).says_all(&["dev", "prod", "E-STORE"]);
}

#[test]
fn a_broken_project_file_stops_only_commands_that_need_it() {
    let project = Project::new();
    project.write("flowport.toml", "[environments.dev]\nkind = \"development\"\nstroe = \"x\"\n");
    project.run(&["list", "dev"]).exits(2).says("flowport.toml at line 3").says("stroe");
    project.ok(&["completions", "bash"]);
    project.ok(&["init", "elsewhere"]);
    project.ok(&["demo", "show"]);
}

#[test]
fn empty_variables_are_none_and_wrong_ones_are_named() {
    let project = Project::new();
    let with = |name: &str, value: &str, arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.env(name, value);
        crate::support::project::run(command, arguments.join(" "))
    };
    with("FLOWPORT_CONFIG", "", &["list", "dev"]).exits(0);
    with("FLOWPORT_LOG", "", &["list", "dev"]).exits(0);
    with("FLOWPORT_LOG", "flowport=loud", &["list", "dev"]).exits(2).says("FLOWPORT_LOG=flowport=loud is no filter");
    with("FLOWPORT_LOG", "flowport=info", &["list", "dev"]).exits(0).says("store=");
}

#[test]
fn comments_stay_with_the_environment_they_are_about() {
    let project = Project::new();
    project.ok(&["env", "add", "stage", "--kind", "staging"]);
    let text = project.read("flowport.toml");
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} in\n{text}"));
    assert!(at("[environments.prod]") < at("# makers = ") && at("# makers = ") < at("[environments.stage]"), "{text}");
    project.ok(&["env", "remove", "stage"]);
    assert_eq!(project.read("flowport.toml").trim_end(), text[..at("[environments.stage]")].trim_end());
}

#[cfg(target_os = "linux")]
#[test]
fn who_acts_without_a_name_in_the_session_is_known_to_the_system() {
    let project = Project::new();
    project.write("list.json", r#"{"kind":"picklist","id":"x","name":"X","dialect":"flowport","parts":{"picklist.json":{"json":{"schemaName":"x","displayName":"X","origin":"custom","options":[{"value":1,"label":"A"}]}}}}"#);
    let mut command = project.command(&["put", "dev", "list.json"]);
    for name in ["USER", "USERNAME", "LOGNAME"] {
        command.env_remove(name);
    }
    crate::support::project::run(command, "put".to_owned()).exits(0);
    let listed = project.list("dev");
    assert!(!listed[0]["owners"][0].as_str().unwrap().is_empty(), "{listed:?}");
}

#[test]
fn two_environments_never_share_a_store() {
    let project = Project::new();
    project.write(
        "flowport.toml",
        "[environments.dev]\nkind = \"development\"\nstore = \"sqlite:x.db\"\n[environments.prod]\nkind = \"production\"\nstore = \"sqlite:./x.db\"\n",
    );
    for arguments in [&["list", "dev"][..], &["env", "remove", "dev", "--delete-store", "--yes"]] {
        project.run(arguments).exits(2).says_all(&["dev", "prod", "one store"]);
    }
}

#[test]
fn a_password_in_a_store_is_not_shown() {
    let project = Project::new();
    project.write("flowport.toml", "[environments.dev]\nkind = \"test\"\nstore = \"postgres://x:hunter2@h/db\"\n");
    project.run(&["list", "dev"]).exits(2).says("postgres:").says_not("hunter2");
}

#[test]
fn a_name_that_commands_cannot_take_is_refused_wherever_it_stands() {
    let project = Project::bare();
    let file = |name: &str, store: &str| {
        let first = "[environments.dev]\nkind = \"development\"\n";
        project.write("flowport.toml", format!("{first}\n[environments.\"{name}\"]\nkind = \"test\"\n{store}"));
    };
    for (name, why) in [
        ("show", "`flowport runs show` is a command"),
        ("help", "`flowport runs help` is a command"),
        ("a/b", "use letters, digits, - and _"),
        ("it's", "use letters, digits, - and _"),
        ("", "use letters, digits, - and _"),
        ("-x", "no - in front"),
    ] {
        file(name, "");
        let refused = project.run(&["list", "dev"]).exits(2).says("flowport.toml at line 4: ").says(why);
        // Renamed without a word on its store, it would be empty.
        drop(refused.says(&format!("rename it, with store = \"sqlite:.flowport/{name}.db\", where it is so far\n")));
        file(name, "store = \"sqlite:x.db\"\n");
        project.run(&["list", "dev"]).exits(2).says("; rename it\n");
        project.write("flowport.toml", "");
        project.run(&["env", "add", "--", name]).exits(2).says(why);
        assert_eq!(project.read("flowport.toml"), "");
    }
    project.ok(&["env", "add", "shows-2_x"]);
    project.ok(&["runs", "shows-2_x"]);
}
