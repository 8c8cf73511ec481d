use std::fs;

use serde_json::{Value, json};

use super::runner::{Runner, Variables, blocks, expanded, text, variables};
use super::{MEANWHILE, is_published, prod, repository, without_answers};
use crate::support::project::Run;

/// In the place of GitHub's own program: keeps the comment, knows one run of the workflow, and gives its artifact.
const GH: &str = r#"
test -n "$GH_TOKEN"
case "$*" in
  "pr comment 42 --edit-last --create-if-none --body-file plan.md") cp plan.md "$RUNNER/comment.md" ;;
  "run list --workflow plan.yml --commit 5ead --status success --limit 1 --json databaseId --jq .[0].databaseId") echo 4711 ;;
  "run download 4711 --name plan-prod") cp "$RUNNER/artifacts/plan-prod/"* . ;;
  *) echo "gh $*: nobody expects that" >&2; exit 1 ;;
esac
"#;

struct GitHub {
    runner: Runner,
    workflows: Vec<Value>,
}

/// What a job did: its last script, and whatever its scripts printed.
struct Job {
    last: Run,
    printed: String,
}

impl GitHub {
    /// A repository whose `main` is at `origin`, and a pull request against it in `branch`.
    fn new() -> GitHub {
        let runner = Runner::new();
        runner.stand_in("gh", GH);
        runner.prepare("", "git init --quiet --bare --initial-branch main origin && git clone --quiet origin branch");
        repository(&runner, "branch", "dir:environments/prod");
        let push =
            "git checkout --quiet -B main && git add . && git commit --quiet -m begin && git push --quiet origin main";
        runner.prepare("branch", push);
        let workflows = blocks("GitHub Actions", &runner.volume());
        GitHub { runner, workflows }
    }

    fn plan(&self) -> Job {
        let plan = &self.workflows[0];
        assert_eq!((&plan["name"], &plan["on"]), (&json!("plan"), &json!({ "pull_request": null })));
        self.job(&plan["jobs"]["plan"], "branch")
    }

    /// After the merge, in a clone of its own.
    fn apply(&self, folder: &str) -> Job {
        let apply = &self.workflows[1];
        assert_eq!(apply["on"], json!({ "pull_request": { "types": ["closed"] } }));
        assert_eq!(apply["permissions"], json!({ "actions": "read", "contents": "write" }));
        let job = &apply["jobs"]["apply"];
        assert_eq!(job["if"], "github.event.pull_request.merged == true");
        self.runner.prepare("", &format!("git clone --quiet origin {folder}"));
        self.job(job, folder)
    }

    fn job(&self, job: &Value, folder: &str) -> Job {
        let mut known = variables(&[
            ("github.actor", "ana"),
            ("github.token", "ghs_token"),
            ("github.event.pull_request.number", "42"),
            ("github.event.pull_request.head.sha", "5ead"),
            ("github.event.pull_request.base.ref", "main"),
        ]);
        let (mut last, mut printed) = (None, String::new());
        for step in job["steps"].as_array().unwrap() {
            if step["uses"].is_string() {
                self.action(text(&step["uses"]), &step["with"], folder, &known);
                continue;
            }
            let mut variables = environment(&[&job["env"], &step["env"]], &known);
            let output = self.runner.path("output");
            fs::write(&output, "").unwrap();
            variables.insert("GITHUB_OUTPUT".to_owned(), output.display().to_string());
            let summary = self.runner.path("summary.md").display().to_string();
            variables.insert("GITHUB_STEP_SUMMARY".to_owned(), summary);
            // Nothing of an event is pasted into a script, where it would be run.
            assert!(!text(&step["run"]).contains("${{"), "{step:#}");
            let run = self.runner.bash(&["-e"], text(&step["run"]), folder, &variables);
            printed.push_str(&run.text());
            for line in fs::read_to_string(&output).unwrap().lines() {
                let (name, value) = line.split_once('=').unwrap();
                known.insert(format!("steps.{}.outputs.{name}", text(&step["id"])), value.to_owned());
            }
            let failed = run.exit != Some(0);
            last = Some(run);
            if failed {
                break;
            }
        }
        Job { last: last.expect("a job has scripts"), printed }
    }

    fn action(&self, action: &str, with: &Value, folder: &str, known: &Variables) {
        match action {
            "actions/checkout@v4" => {
                let branch = with["ref"].as_str().map(|name| expression(name, known));
                assert!(branch.is_none_or(|branch| branch == "main"));
            }
            "github/codeql-action/upload-sarif@v4" => {
                let sarif = self.runner.read(&format!("{folder}/{}", text(&with["sarif_file"])));
                let sarif: Value = serde_json::from_str(&sarif).unwrap();
                assert_eq!(sarif["version"], "2.1.0");
                let places = sarif["runs"][0]["results"].as_array().unwrap().iter();
                let uri = |result: &Value| {
                    let place = &result["locations"][0]["physicalLocation"];
                    place["artifactLocation"]["uri"].clone()
                };
                let uris: Vec<Value> = places.map(uri).collect();
                assert!(!uris.is_empty() && uris.iter().all(|uri| uri == "order-intake.zip"), "{uris:?}");
            }
            "actions/upload-artifact@v4" => {
                let there = |file: &&str| self.runner.path(folder).join(file).exists();
                self.runner.keep(text(&with["name"]), folder, text(&with["path"]).lines().filter(there));
            }
            _ => panic!("nobody knows the action {action}"),
        }
    }
}

fn expression(text: &str, known: &Variables) -> String {
    expanded(text, "${{", "}}", |name| {
        Some(known.get(name).unwrap_or_else(|| panic!("nobody knows ${{{{ {name} }}}}")).clone())
    })
}

fn environment(all: &[&Value], known: &Variables) -> Variables {
    let members = all.iter().filter_map(|value| value.as_object()).flatten();
    members.map(|(name, value)| (name.clone(), expression(text(value), known))).collect()
}

#[test]
fn a_pull_request_is_planned_and_its_merge_applies_that_plan() {
    let github = GitHub::new();
    let planned = github.plan();
    planned.last.exits(0);
    github.runner.has_planned("branch", 0);
    let comment = github.runner.read("comment.md");
    assert!(comment.starts_with("## Import plan: `Order intake` → `prod (production)`"), "{comment}");
    assert_eq!(github.runner.read("summary.md"), comment);
    assert!(planned.printed.contains("ready to import"), "{}", planned.printed);
    assert_eq!(github.runner.project.names("artifacts/plan-prod"), ["plan.html", "plan.json", "result.json"]);
    github.apply("merged").last.exits(0);
    // What is in the repository afterwards is the environment.
    github.runner.prepare("", "git clone --quiet origin later");
    assert!(is_published(&prod(&github.runner, "later")));
    let log = github.runner.prepare("later", "git log --format=%s").stdout();
    assert_eq!(log.lines().collect::<Vec<_>>(), ["prod: apply the plan for 5ead", "begin"]);
}

#[test]
fn a_plan_that_is_stale_is_not_applied() {
    let github = GitHub::new();
    github.plan().last.exits(0);
    github.runner.prepare("", "git clone --quiet origin other");
    github
        .runner
        .prepare("other", &format!("{MEANWHILE} && git add . && git commit --quiet -m meanwhile && git push --quiet"));
    let applied = github.apply("merged");
    assert!(applied.printed.contains("::error::prod is no longer what was planned for"), "{}", applied.printed);
    applied.last.exits(7);
    let log = github.runner.prepare("merged", "git fetch --quiet && git log --format=%s origin/main").stdout();
    assert_eq!(log.lines().next(), Some("meanwhile"));
}

#[test]
fn a_blocked_plan_is_shown_and_fails() {
    let github = GitHub::new();
    without_answers(&github.runner, "branch");
    let planned = github.plan();
    assert!(planned.printed.contains("::error::the plan for prod is blocked"), "{}", planned.printed);
    planned.last.exits(4);
    assert!(github.runner.read("comment.md").contains("1 question"), "{}", planned.printed);
    github.runner.has_result("branch", 4);
}

#[test]
fn wrong_answers_are_shown_and_what_is_wrong_otherwise_fails_at_once() {
    let github = GitHub::new();
    fs::write(github.runner.path("branch/prod.toml"), "this is no TOML").unwrap();
    github.plan().last.exits(4);
    let comment = github.runner.path("comment.md");
    assert!(fs::read_to_string(&comment).unwrap().contains("prod.toml"));
    fs::remove_file(&comment).unwrap();
    fs::write(github.runner.path("branch/flowport.toml"), "this is no TOML").unwrap();
    github.plan().last.exits(2);
    assert!(!comment.exists());
}
