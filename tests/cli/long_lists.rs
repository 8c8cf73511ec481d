//! Where much is to be said, people get as much as they read, and scripts all of it.

use serde_json::{Value, json};

use crate::support::project::{Project, findings};

/// More than people are shown.
const MANY: usize = 25;
const SHOWN: usize = 20;

fn ids() -> impl Iterator<Item = String> {
    (0..MANY).map(|number| format!("p{number:02}"))
}

/// A flow of flowport's own that is off, with one step.
fn flow(id: &str, step: &str, uses: &[&str]) -> Value {
    let steps = json!([{ "name": "paint", "inputs": { "colour": step } }]);
    let part = json!({ "name": id, "state": "draft", "trigger": {}, "steps": steps, "uses": uses });
    json!({ "kind": "flow", "id": id, "name": id, "dialect": "flowport", "state": "draft",
        "parts": { "flow.json": { "json": part } } })
}

/// A package of so many flows with such a step.
fn save(project: &Project, file: &str, number: usize, step: &str) {
    let resources: Vec<Value> = ids().take(number).map(|id| flow(&id, step, &[])).collect();
    let info = json!({ "name": "Lists", "source": "shop-dev" });
    let package = json!({ "format": "flowport", "formatVersion": "1.0", "package": info, "resources": resources });
    project.write(file, package.to_string());
}

fn occurrences(text: &str, of: &str) -> usize {
    text.matches(of).count()
}

/// Imported from a package, changed in the target, and coming again changed.
fn in_conflict() -> Project {
    let project = Project::new();
    save(&project, "first.json", MANY, "Red");
    project.ok(&["import", "dev", "first.json", "--yes"]);
    save(&project, "now.json", MANY, "Green");
    project.ok(&["put", "dev", "now.json", "--as", "ben"]);
    save(&project, "next.json", MANY, "Blue");
    project
}

#[test]
fn of_many_conflicts_the_first_are_shown() {
    let project = in_conflict();
    for command in ["plan", "import"] {
        let text = project.run(&[command, "dev", "next.json"]).exits(4).says("25 conflicts to resolve").stdout();
        assert_eq!(occurrences(&text, "=take'"), SHOWN, "{text}");
        assert!(text.contains("  and 5 more: `plan` with --html FILE or --json has all\n"), "{text}");
    }
    let envelope = project.json(4, &["plan", "dev", "next.json"]);
    let changes = envelope["result"]["changes"].as_array().unwrap();
    assert_eq!(changes.iter().filter(|change| !change["conflict"].is_null()).count(), MANY);
    let take = ["import", "dev", "next.json", "--yes", "--resolve", "flow/*=take"];
    let taken = project.ok(&take);
    assert_eq!(occurrences(&taken.stderr, "info[P-TAKEN]"), SHOWN, "{taken}");
    drop(taken.says("and 5 more P-TAKEN: --json has all\n"));
}

#[test]
fn of_many_questions_the_first_are_shown() {
    let project = Project::new();
    let connection = |id: String| {
        json!({ "kind": "connection", "id": id, "name": id, "dialect": "flowport",
            "parts": { "connection.json": { "json": { "name": id, "connector": "crm" } } } })
    };
    let connector = json!({ "kind": "connector", "id": "crm", "name": "CRM", "dialect": "flowport",
        "parts": { "connector.json": { "json": { "name": "CRM", "url": "https://crm.example" } } } });
    let all: Vec<Value> = ids().map(connection).chain([connector]).collect();
    project.write("many.json", json!(all).to_string());
    let text = project.run(&["plan", "dev", "many.json"]).exits(4).says("25 questions to answer").stdout();
    assert_eq!(occurrences(&text, "=create'"), SHOWN, "{text}");
    assert!(text.contains("  and 5 more: `plan` with"), "{text}");
}

#[test]
fn what_a_later_run_did_to_many_is_said_once() {
    let project = in_conflict();
    let refused = project.run(&["undo", "dev/1", "--yes"]).exits(4);
    assert_eq!(occurrences(&refused.stderr, "U-LATER"), 1, "{refused}");
    // In the reverse of their order, as they are undone.
    let others = "    also flow/p23, flow/p22, flow/p21, flow/p20, flow/p19, flow/p18, \
                  flow/p17, flow/p16 and 16 more\n";
    drop(refused.says("flow/p24 was changed since run dev/1, by ben with put at 20").says(others));
    let envelope = project.json(4, &["undo", "dev/1", "--yes"]);
    assert_eq!(findings(&envelope).iter().filter(|found| found.starts_with("error[U-LATER]")).count(), MANY);
}

#[test]
fn each_later_run_is_a_line_of_its_own() {
    let project = in_conflict();
    save(&project, "two.json", 2, "Black");
    project.ok(&["put", "dev", "two.json", "--as", "eve"]);
    let refused = project.run(&["undo", "dev/1", "--yes"]).exits(4);
    assert_eq!(occurrences(&refused.stderr, "U-LATER"), 2, "{refused}");
    drop(refused.says_all(&["by ben with put", "and 14 more\n", "by eve with put", "    also flow/p00\n"]));
}

#[test]
fn what_differs_in_its_remedy_is_cut_by_its_code() {
    let project = Project::new();
    let flows: Vec<Value> = ids().map(|id| flow(&id, "", &["flow/all"])).chain([flow("all", "", &[])]).collect();
    project.write("flows.json", json!(flows).to_string());
    project.ok(&["put", "dev", "flows.json"]);
    let checked = project.ok(&["check", "dev"]);
    assert_eq!(occurrences(&checked.stdout(), "warning[C-OFF]"), SHOWN, "{checked}");
    assert_eq!(occurrences(&checked.stdout(), "do: flowport publish"), SHOWN, "{checked}");
    drop(checked.says("and 6 more C-OFF: --json has all\n").says("26 resources checked, 26 findings"));
    let refused = project.run(&["delete", "dev", "flow/all", "--yes"]).exits(4);
    assert_eq!(occurrences(&refused.stderr, "error[E-NEEDED]"), SHOWN, "{refused}");
    drop(refused.says("and 5 more E-NEEDED: --json has all\n"));
    assert_eq!(findings(&project.json(4, &["delete", "dev", "flow/all", "--yes"])).len(), MANY);
}
