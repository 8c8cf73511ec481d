use std::fs;

use serde_json::{Value, json};

use super::runner::{Runner, Variables, blocks, text, variables};
use super::{MEANWHILE, is_published, prod, repository, without_answers};
use crate::support::project::Run;

/// In the place of curl: keeps the note, and gives the artifact of the job `plan`.
const CURL: &str = r#"
test "$1 $2 $3" = "--fail --silent --show-error"
output= data= token=
for last; do :; done
while [ $# -gt 1 ]; do
  case $1 in
    --output) output=$2; shift ;;
    --header) token=$2; shift ;;
    --data-urlencode) data=${2#body@}; shift ;;
  esac
  shift
done
test "$token" = "PRIVATE-TOKEN: glpat-token"
case $last in
  https://gitlab.example/api/v4/projects/7/merge_requests/42/notes) cp "$data" "$RUNNER/note.md"; echo '{}' > "$output" ;;
  "https://gitlab.example/api/v4/projects/7/jobs/artifacts/refs%2Fmerge-requests%2F42%2Fhead/raw/plan.json?job=plan")
    cp "$RUNNER/artifacts/plan/plan.json" "$output" ;;
  *) echo "curl $last: nobody expects that" >&2; exit 22 ;;
esac
"#;

struct GitLab {
    runner: Runner,
    pipeline: Value,
}

impl GitLab {
    fn new() -> GitLab {
        let runner = Runner::new();
        runner.stand_in("curl", CURL);
        fs::create_dir(runner.path("work")).unwrap();
        repository(&runner, "work", &format!("sqlite:{}/prod.db", runner.volume().display()));
        let mut blocks = blocks("GitLab CI", &runner.volume());
        assert_eq!(blocks.len(), 1);
        GitLab { pipeline: blocks.remove(0), runner }
    }

    /// Runs a job, which its rules must want.
    fn job(&self, name: &str, of_product: &[(&str, &str)]) -> Run {
        let job = &self.pipeline[name];
        let mut known = variables(&[
            ("GITLAB_USER_LOGIN", "ana"),
            ("FLOWPORT_API_TOKEN", "glpat-token"),
            ("CI_API_V4_URL", "https://gitlab.example/api/v4"),
            ("CI_PROJECT_ID", "7"),
            ("CI_DEFAULT_BRANCH", "main"),
        ]);
        known.extend(variables(of_product));
        for (name, value) in self.pipeline["variables"].as_object().unwrap() {
            let value = text(value).strip_prefix('$').map_or(text(value), |of| known[of].as_str()).to_owned();
            known.insert(name.clone(), value);
        }
        let rules = job["rules"].as_array().unwrap();
        assert!(rules.iter().any(|rule| holds(text(&rule["if"]), &known)), "{name} does not run: {rules:?}");
        let lines: Vec<&str> = job["script"].as_array().unwrap().iter().map(text).collect();
        let run = self.runner.bash(&["-eo", "pipefail"], &lines.join("\n"), "work", &known);
        let artifacts = &job["artifacts"];
        if artifacts.is_object() {
            let is_kept = run.exit == Some(0) || artifacts["when"] == "always";
            let files = artifacts["paths"].as_array().unwrap().iter().map(text);
            let there = files.filter(|file| is_kept && self.runner.path("work").join(file).exists());
            self.runner.keep(name, "work", there);
        }
        run
    }

    fn plan(&self) -> Run {
        self.job("plan", &[("CI_PIPELINE_SOURCE", "merge_request_event"), ("CI_MERGE_REQUEST_IID", "42")])
    }

    fn apply(&self) -> Run {
        let message = "Merge branch 'orders' into 'main'\n\nOrders\n\nSee merge request contoso/flows!42\n";
        self.job("apply", &[("CI_COMMIT_BRANCH", "main"), ("CI_COMMIT_MESSAGE", message)])
    }
}

/// `$NAME == "text"` or `$NAME == $OTHER`.
fn holds(rule: &str, known: &Variables) -> bool {
    let side = |side: &str| match side.strip_prefix('$') {
        Some(name) => known.get(name).cloned(),
        None => Some(side.trim_matches('"').to_owned()),
    };
    let (left, right) = rule.split_once(" == ").unwrap_or_else(|| panic!("nobody knows the rule {rule}"));
    side(left).is_some() && side(left) == side(right)
}

#[test]
fn a_merge_request_is_planned_and_its_merge_applies_that_plan() {
    let gitlab = GitLab::new();
    gitlab.plan().exits(0).says("ready to import");
    gitlab.runner.has_planned("work", 0);
    assert!(gitlab.runner.read("note.md").starts_with("## Import plan: `Order intake`"));
    let artifacts = &gitlab.pipeline["plan"]["artifacts"];
    let junit = gitlab.runner.read(&format!("work/{}", text(&artifacts["reports"]["junit"])));
    let junit = roxmltree::Document::parse(&junit).unwrap();
    assert_eq!(junit.root_element().attribute("failures"), Some("0"));
    assert_eq!(prod(&gitlab.runner, "work"), []);
    gitlab.runner.prepare("work", "rm plan.json");
    gitlab.apply().exits(0);
    assert!(is_published(&prod(&gitlab.runner, "work")));
    assert_eq!(gitlab.pipeline["apply"]["resource_group"], "prod");
    assert_eq!(gitlab.pipeline["stages"], json!(["plan", "apply"]));
}

#[test]
fn a_plan_that_is_stale_is_not_applied() {
    let gitlab = GitLab::new();
    gitlab.plan().exits(0);
    gitlab.runner.prepare("work", MEANWHILE);
    gitlab.apply().exits(7).says("prod is no longer what was planned for");
    assert!(!is_published(&prod(&gitlab.runner, "work")));
}

#[test]
fn a_blocked_plan_is_shown_and_fails() {
    let gitlab = GitLab::new();
    without_answers(&gitlab.runner, "work");
    gitlab.plan().exits(1);
    assert!(gitlab.runner.read("note.md").contains("1 question"));
    gitlab.runner.has_result("artifacts/plan", 4);
}
