//! The pipelines of docs/pipelines.md, run: a pull request is planned, merged and applied, a stale plan is refused, a blocked one fails.

mod azure;
mod github;
mod gitlab;
mod runner;

use runner::Runner;

use crate::support::package::{Package, uses};

/// What the repository of the examples holds: the package, the answers, and where prod is.
fn repository(runner: &Runner, folder: &str, store: &str) {
    let path = |name: &str| runner.path(folder).join(name);
    let (package, connection) = package();
    package.save(path("order-intake.zip"));
    std::fs::write(path("prod.toml"), format!("[setup]\n\"connection/{connection}\".action = \"create\"\n")).unwrap();
    let project = format!("[environments.prod]\nkind = \"production\"\nstore = \"{store}\"\n");
    std::fs::write(path("flowport.toml"), project).unwrap();
}

/// A flow with a connection, about which an import asks.
fn package() -> (Package, String) {
    let mut package = Package::new("Order intake");
    let connector = package.connector("shared_office365");
    let connection = package.connection(&connector, "ana@contoso.example");
    package.flow("Order intake", &[uses("shared_office365", &connection)]);
    (package, connection)
}

/// Takes the answer away: the plan is blocked.
fn without_answers(runner: &Runner, folder: &str) {
    std::fs::write(runner.path(folder).join("prod.toml"), "").unwrap();
}

/// Something that somebody does to prod between plan and merge.
const MEANWHILE: &str = "flowport import prod order-intake.zip --settings prod.toml --yes";

/// Names and states in prod.
fn prod(runner: &Runner, folder: &str) -> Vec<(String, String)> {
    let listed = runner.prepare(folder, "flowport list prod --json").envelope();
    let text = |entry: &serde_json::Value, key: &str| entry[key].as_str().unwrap().to_owned();
    let resources = listed["result"]["resources"].as_array().unwrap();
    let mut names: Vec<_> = resources.iter().map(|entry| (text(entry, "name"), text(entry, "state"))).collect();
    names.sort();
    names
}

fn is_published(prod: &[(String, String)]) -> bool {
    prod.contains(&("Order intake".to_owned(), "published".to_owned()))
}
