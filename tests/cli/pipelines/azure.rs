use std::fs;

use serde_json::{Value, json};

use super::runner::{Runner, Variables, blocks, expanded, text, variables};
use super::{MEANWHILE, is_published, prod, repository, without_answers};
use crate::support::project::Run;

struct Azure {
    runner: Runner,
    pipeline: Value,
}

/// What a job did: its last script, and whatever its scripts printed.
struct Job {
    last: Run,
    printed: String,
}

impl Azure {
    fn new() -> Azure {
        let runner = Runner::new();
        fs::create_dir(runner.path("work")).unwrap();
        repository(&runner, "work", &format!("sqlite:{}/prod.db", runner.volume().display()));
        let mut blocks = blocks("Azure DevOps", &runner.volume());
        assert_eq!(blocks.len(), 1);
        Azure { pipeline: blocks.remove(0), runner }
    }

    fn plan(&self) -> Job {
        let stage = &self.pipeline["stages"][0];
        assert_eq!(stage["condition"], "eq(variables['Build.Reason'], 'PullRequest')");
        self.steps(&stage["jobs"][0]["steps"], &[("Build.Reason", "PullRequest")])
    }

    fn apply(&self) -> Job {
        let stage = &self.pipeline["stages"][1];
        assert_eq!(stage["condition"], "eq(variables['Build.SourceBranch'], 'refs/heads/main')");
        assert_eq!(stage["dependsOn"], json!([]), "the stage that plans does not run after the merge");
        let steps = &stage["jobs"][0]["strategy"]["runOnce"]["deploy"]["steps"];
        self.steps(steps, &[("Build.SourceVersionMessage", "Merged PR 42: Orders\n\nmore")])
    }

    fn steps(&self, steps: &Value, of_product: &[(&str, &str)]) -> Job {
        let folder = self.runner.path("work").display().to_string();
        let mut known = variables(&[
            ("Build.RequestedForEmail", "ana"),
            ("System.TeamProjectId", "contoso"),
            ("System.DefinitionId", "9"),
            ("System.DefaultWorkingDirectory", &folder),
        ]);
        known.extend(variables(of_product));
        for (name, value) in self.pipeline["variables"].as_object().unwrap() {
            known.insert(name.clone(), macros(text(value), &known));
        }
        let (mut last, mut printed, mut failed): (Option<Run>, String, bool) = (None, String::new(), false);
        for step in steps.as_array().unwrap() {
            let runs_anyway = step["condition"] == "succeededOrFailed()";
            assert!(runs_anyway || step["condition"].is_null(), "{step:#}");
            if failed && !runs_anyway {
                continue;
            }
            let Some(script) = step["bash"].as_str() else {
                self.task(step, &known);
                continue;
            };
            let environment = known.iter().map(|(name, value)| (name.to_uppercase().replace('.', "_"), value.clone()));
            let flags = ["--noprofile", "--norc"];
            let run = self.runner.bash(&flags, &macros(script, &known), "work", &environment.collect());
            printed.push_str(&run.text());
            self.commands(&run.stdout(), &mut known);
            failed |= run.exit != Some(0);
            last = Some(run);
        }
        Job { last: last.expect("a job has scripts"), printed }
    }

    /// What a script tells the agent.
    fn commands(&self, stdout: &str, known: &mut Variables) {
        for line in stdout.lines().filter_map(|line| line.strip_prefix("##vso[")) {
            let (command, value) = line.split_once(']').unwrap();
            match command {
                "task.uploadsummary" => self.runner.keep("summary", "", [value]),
                "task.logissue type=error" => {}
                _ => {
                    let name = command.strip_prefix("task.setvariable variable=");
                    known.insert(name.unwrap_or_else(|| panic!("nobody knows {line}")).to_owned(), value.to_owned());
                }
            }
        }
    }

    fn task(&self, step: &Value, known: &Variables) {
        if step["checkout"] == "self" {
            return;
        }
        if let Some(folder) = step["publish"].as_str() {
            let names = self.runner.project.names(&format!("work/{folder}"));
            self.runner.keep(text(&step["artifact"]), &format!("work/{folder}"), names.iter().map(String::as_str));
            return;
        }
        let inputs = &step["inputs"];
        match text(&step["task"]) {
            "PublishTestResults@2" => {
                assert_eq!(inputs["testResultsFormat"], "JUnit");
                let xml = self.runner.read(&format!("work/{}", text(&inputs["testResultsFiles"])));
                roxmltree::Document::parse(&xml).unwrap();
            }
            "DownloadPipelineArtifact@2" => {
                let named = |name: &str| macros(text(&inputs[name]), known);
                let found = ["buildType", "project", "definition", "buildVersionToDownload", "branchName"].map(named);
                assert_eq!(found, ["specific", "contoso", "9", "latestFromBranch", "refs/pull/42/merge"]);
                let artifact = self.runner.path("artifacts").join(named("artifactName"));
                fs::create_dir_all(named("targetPath")).unwrap();
                let script = format!("cp {}/* {}", artifact.display(), named("targetPath"));
                self.runner.prepare("work", &script);
            }
            other => panic!("nobody knows the task {other}"),
        }
    }
}

/// `$(Name)`; what is no variable stays, as it may be bash's.
fn macros(text: &str, known: &Variables) -> String {
    expanded(text, "$(", ")", |name| known.get(name).cloned())
}

#[test]
fn a_pull_request_is_planned_and_its_merge_applies_that_plan() {
    let azure = Azure::new();
    let planned = azure.plan();
    planned.last.exits(0);
    azure.runner.has_planned("artifacts/plan-prod", 0);
    assert!(azure.runner.read("artifacts/summary/plan.md").starts_with("## Import plan: `Order intake`"));
    assert_eq!(prod(&azure.runner, "work"), []);
    azure.runner.prepare("work", "rm -r plan");
    azure.apply().last.exits(0);
    assert!(is_published(&prod(&azure.runner, "work")));
}

#[test]
fn a_plan_that_is_stale_is_not_applied() {
    let azure = Azure::new();
    azure.plan().last.exits(0);
    azure.runner.prepare("work", MEANWHILE);
    let applied = azure.apply();
    assert!(applied.printed.contains("##vso[task.logissue type=error]prod is no longer"), "{}", applied.printed);
    applied.last.exits(7);
    assert!(!is_published(&prod(&azure.runner, "work")));
}

#[test]
fn a_blocked_plan_is_shown_and_fails() {
    let azure = Azure::new();
    without_answers(&azure.runner, "work");
    let planned = azure.plan();
    assert!(planned.printed.contains("the plan for prod is blocked"), "{}", planned.printed);
    planned.last.exits(4);
    assert!(azure.runner.read("artifacts/summary/plan.md").contains("1 question"));
    azure.runner.has_result("artifacts/plan-prod", 4);
}
