//! Packages handed over without a file.

use serde_json::json;

use crate::support::package::lone_flow;
use crate::support::project::Project;

fn with_flow() -> Project {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes"]);
    project
}

fn token(project: &Project, flags: &[&str]) -> String {
    let run = project.ok(&[&["share", "dev", "flow/Orders"], flags].concat());
    let token = run.stdout().trim().to_owned();
    assert!(token.starts_with("fps1"), "stdout is the token and nothing else: {token}");
    token
}

/// Every byte and every name in the store.
fn store(project: &Project) -> Vec<u8> {
    let mut all = Vec::new();
    for name in project.names("flowport-shares") {
        all.extend(std::fs::read(project.path("flowport-shares").join(&name)).unwrap());
        all.extend(name.into_bytes());
    }
    all
}

#[test]
fn a_token_is_as_good_as_the_package() {
    let project = with_flow();
    let token = token(&project, &[]);
    project.ok(&["plan", "prod", &token]).says("create");
    for command in [&["inspect", &token][..], &["inspect", &token, "--json"], &["graph", &token]] {
        project.ok(command).says("Orders").says_not(&token);
    }
    project.ok(&["convert", &token, "orders.json"]).says_not(&token);
    project.ok(&["import", "prod", &token, "--yes"]);
    assert_eq!(project.ids("prod"), project.ids("dev"));
    project.ok(&["import", "prod", &token, "--yes"]).says("no changes");
    let bytes = store(&project);
    for known in ["Orders", "definition.json", "flowport", &token[4..]] {
        assert!(!bytes.windows(known.len()).any(|window| window == known.as_bytes()), "{known} is in the store");
    }
}

#[test]
fn a_share_that_can_be_used_once_is_used_by_an_import_and_by_nothing_else() {
    let project = with_flow();
    let token = token(&project, &["--once"]);
    project.ok(&["plan", "prod", &token]);
    // An import that does not take place uses nothing.
    project.run(&["import", "prod", &token]).exits(2).says("--yes");
    project.ok(&["import", "prod", &token, "--yes"]);
    project.run(&["import", "test", &token, "--yes"]).exits(9).says("was used");
    assert!(project.ids("test").is_empty());
    // Written to a file it is as good as imported.
    let token = self::token(&project, &["--once"]);
    project.ok(&["convert", &token, "orders.json"]);
    project.run(&["convert", &token, "again.json"]).exits(9).says("was used");
    project.run(&["connector", "refresh", "dev", "flow/Orders", "--from", &token]).exits(2).says_not(&token);
}

#[test]
fn expired_wrong_mistyped_and_altered_tokens_say_which() {
    let project = with_flow();
    let good = token(&project, &["--expires", "7d"]);
    project.ok(&["plan", "prod", &good]);
    for (when, says) in [("2001-01-01", "past"), ("soon", "7d")] {
        project.run(&["share", "dev", "flow/Orders", "--expires", when]).exits(2).says(says);
    }
    let short = token(&project, &["--expires", "1s"]);
    let refused = || project.run(&["plan", "prod", &short]);
    let gone = (0..400).map(|_| refused()).find(|run| run.exit == Some(9)).expect("it expires");
    gone.says("expired at").says_not(&short);

    let mut mistyped = good.clone().into_bytes();
    let last = mistyped.len() - 1;
    mistyped[last] = if mistyped[last] == b'q' { b'p' } else { b'q' };
    let mistyped = String::from_utf8(mistyped).unwrap();
    project.run(&["import", "prod", &mistyped, "--yes"]).exits(9).says("typing error");
    let other = Project::new();
    other.run(&["import", "prod", &good, "--yes"]).exits(9).says_all(&["no share of this token", "flowport-shares"]);

    for name in project.names("flowport-shares") {
        let path = project.path("flowport-shares").join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() - 20;
        bytes[middle] ^= 1;
        std::fs::write(path, bytes).unwrap();
    }
    project.run(&["import", "prod", &good, "--yes"]).exits(9).says("not what was put there");
    assert!(project.ids("prod").is_empty());
}

#[test]
fn the_store_may_be_any_folder_and_json_says_where() {
    let project = with_flow();
    let text = project.read("flowport.toml") + "\n[share]\nstore = \"../shared by all\"\n";
    let nested = tempfile::tempdir().unwrap();
    let store = nested.path().join("shared by all");
    project.write("flowport.toml", text.replace("../shared by all", &store.display().to_string().replace('\\', "/")));
    let shared = project.json(0, &["share", "dev", "flow/Orders", "--once", "--name", "Weekly"]);
    assert_eq!(shared["result"]["store"], json!(store.display().to_string()));
    assert_eq!(shared["result"]["once"], true);
    assert_eq!(std::fs::read_dir(&store).unwrap().count(), 1);
    let token = shared["result"]["token"].as_str().unwrap();
    let plan = project.json(0, &["plan", "prod", token]);
    assert!(!plan.to_string().contains(token), "no output repeats a token");
}
