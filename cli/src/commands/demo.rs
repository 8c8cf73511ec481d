//! The main job on packages that come with flowport, by running flowport itself: what is shown is what happens.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::arguments::Demo;
use crate::context::Context;
use crate::exit::{self, Failure, Outcome};
use crate::report::Report;
use crate::text::{self, shell};

const FILES: [(&str, &[u8]); 4] = [
    ("order-intake.zip", include_bytes!("../../demo/order-intake.zip")),
    ("data-model.json", include_bytes!("../../demo/data-model.json")),
    ("prod.json", include_bytes!("../../demo/prod.json")),
    ("prod-settings.toml", include_bytes!("../../demo/prod-settings.toml")),
];

/// Why, what, and how it must end.
struct Step {
    why: &'static str,
    command: &'static [&'static str],
    exit: u8,
}

const fn step(why: &'static str, command: &'static [&'static str], exit: u8) -> Step {
    Step { why, command, exit }
}

const SP: &str = "connection/a27c5e18-6d04-4b9f-8e63-0f1d2c3b4a59=create";
const MAIL: &str = "connection/c94e7b02-1f5a-4d38-a6c7-5b0e3d9f8216=create";

const STEPS: [Step; 14] = [
    step("a project with the environments dev, test and prod", &["init"], exit::DONE),
    step("a flow came as a package from Power Automate: what is in it?", &["inspect", "order-intake.zip"], exit::DONE),
    step(
        "what would an import do? Connections never travel, so there are questions",
        &["plan", "dev", "order-intake.zip"],
        exit::BLOCKED,
    ),
    step(
        "answer them and import",
        &["import", "dev", "order-intake.zip", "--setup", SP, "--setup", MAIL, "--publish", "--yes"],
        exit::DONE,
    ),
    step("beside it, entities, a picklist and a flow that needs them", &["put", "dev", "data-model.json"], exit::DONE),
    step(
        "the other environment has connections of its own, and the standard entity",
        &["put", "prod", "prod.json"],
        exit::DONE,
    ),
    step(
        "take the flow out of dev, with all that it needs",
        &["export", "dev", "flow/Order intake", "-o", "release.zip", "--for", "production"],
        exit::DONE,
    ),
    step("plan it for prod: every question at once, with candidates", &["plan", "prod", "release.zip"], exit::BLOCKED),
    step(
        "the answers are in a file: connections mapped, addresses replaced",
        &["plan", "prod", "release.zip", "--settings", "prod-settings.toml"],
        exit::DONE,
    ),
    step(
        "import it, switched on",
        &["import", "prod", "release.zip", "--settings", "prod-settings.toml", "--publish", "--yes"],
        exit::DONE,
    ),
    step(
        "importing twice changes nothing",
        &["import", "prod", "release.zip", "--settings", "prod-settings.toml", "--publish", "--yes"],
        exit::DONE,
    ),
    step(
        "the other flow with its entities, in flowport's own format",
        &["export", "dev", "flow/Order follow-up", "-o", "model.json"],
        exit::DONE,
    ),
    step(
        "custom entities travel whole, of the standard one only the new field",
        &["import", "prod", "model.json", "--publish", "--yes"],
        exit::DONE,
    ),
    step("is anything missing in prod?", &["check", "prod"], exit::DONE),
];

pub(super) fn run(context: &Context, arguments: &Demo) -> Outcome<Report> {
    let temporary = tempfile::tempdir()?;
    let folder = arguments.dir.clone().unwrap_or_else(|| temporary.path().to_owned());
    prepare(&folder)?;
    let program = std::env::current_exe()?;
    let mut done: Vec<Value> = Vec::new();
    for (number, step) in STEPS.iter().enumerate() {
        let line = format!("flowport {}", step.command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "));
        if !context.global.json {
            println!("# {}. {}\n$ {line}", number + 1, step.why);
        }
        let mut command = Command::new(&program);
        command.args(step.command).current_dir(&folder);
        // Who runs the demo owns what is in it, whatever their own configuration says.
        command.env_remove("FLOWPORT_CONFIG").env("FLOWPORT_AS", context.actor().unwrap_or_else(|_| "demo".to_owned()));
        if context.global.json {
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        }
        let status = command.status()?;
        let exit = status.code();
        done.push(json!({ "command": line, "exit": exit }));
        if exit != Some(i32::from(step.exit)) {
            return Err(Failure::failed(format!(
                "step {} ended with {status} instead of exit {}: {line}",
                number + 1,
                step.exit
            )));
        }
        if !context.global.json {
            println!();
        }
    }
    let text = match &arguments.dir {
        Some(dir) => format!("all of it is in {}\n", text::path(dir)),
        None => "for a demo that stays: flowport demo DIR\n".to_owned(),
    };
    Ok(Report::done(json!({ "folder": arguments.dir, "steps": done }), text))
}

/// The demo's own folder: never one with something in it.
fn prepare(folder: &Path) -> Outcome<()> {
    let failed = |error: std::io::Error| Failure::failed(format!("{}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    if std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(Failure::usage(format!("{} is not empty; name a folder that is, or none", folder.display())));
    }
    for (name, content) in FILES {
        let path: PathBuf = folder.join(name);
        std::fs::write(&path, content).map_err(failed)?;
    }
    Ok(())
}

/// As a shell needs it.
fn quoted(word: &str) -> String {
    if word.contains(' ') { shell(word) } else { word.to_owned() }
}
