//! Two imports into one environment at the same time.

use std::fs;

use crate::arena::{ENVIRONMENT, Sandbox, Store};
use crate::package::of_maker;
use crate::program::{Ended, Program, run};
use crate::tally::Tally;

const MAKERS: [&str; 2] = ["ana", "ben"];

/// So many rounds in one environment: in each, two makers import a package of their own, which share a resource. With `wait`, the
/// second waits for the first; without, it may be turned away.
pub fn pairs(program: &Program, store: Store, wait: bool, rounds: u32) -> Tally {
    let mut tally = Tally::default();
    let sandbox = match prepare(program, store) {
        Ok(sandbox) => sandbox,
        Err(why) => {
            tally.note("two at once", Err(why));
            return tally;
        }
    };
    for number in 1..=rounds {
        let what = format!("{store}, two at once, {} --wait, round {number}", if wait { "with" } else { "without" });
        tally.note(&what, round(&sandbox, number, wait));
    }
    tally
}

fn prepare(program: &Program, store: Store) -> Result<Sandbox, String> {
    let sandbox = Sandbox::empty(program)?;
    let place = match store {
        Store::Sqlite => "sqlite:.flowport/dev.db",
        Store::Dir => "dir:flows",
    };
    let project = format!("[environments.{ENVIRONMENT}]\nkind = \"development\"\nstore = \"{place}\"\n");
    fs::write(sandbox.folder.path().join("flowport.toml"), project).map_err(|why| why.to_string())?;
    Ok(sandbox)
}

fn round(sandbox: &Sandbox, number: u32, wait: bool) -> Result<String, String> {
    for maker in MAKERS {
        let path = sandbox.folder.path().join(format!("{maker}.json"));
        fs::write(path, of_maker(maker, number)).map_err(|why| why.to_string())?;
    }
    let import = |maker: &str| {
        let package = format!("{maker}.json");
        let mut arguments = vec!["import", ENVIRONMENT, package.as_str(), "--yes", "--as", maker];
        if wait {
            arguments.extend(["--wait", "60"]);
        }
        run(sandbox.command(&arguments), |_| ())
    };
    let before = runs(sandbox)?.len();
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| import(MAKERS[0]));
        let second = import(MAKERS[1]);
        (first.join().unwrap_or_else(|_| Err("the thread panicked".to_owned())), second)
    });
    let ended = [first?, second?];
    let is_fine = |ended: &Ended| match ended.exit() {
        Some(0) => true,
        Some(7 | 8) => !wait,
        _ => false,
    };
    if let Some(bad) = ended.iter().find(|ended| !is_fine(ended)) {
        return Err(format!("an exit that must not be: {bad}"));
    }
    let won: Vec<&str> =
        MAKERS.into_iter().zip(&ended).filter(|(_, ended)| ended.exit() == Some(0)).map(|it| it.0).collect();
    explained(sandbox, number, &won)?;
    recorded(sandbox, before, &won)?;
    match won.as_slice() {
        [] => Err(format!("nobody came through: {} and {}", ended[0], ended[1])),
        [_] => Ok("one turned away".to_owned()),
        _ => Ok("both came through".to_owned()),
    }
}

/// Whoever was told that it is done has it in the environment, and the last of them what both have.
fn explained(sandbox: &Sandbox, number: u32, won: &[&str]) -> Result<(), String> {
    let stamp = |maker: &&str| format!("{maker} {number}");
    for maker in won {
        let own = trigger(sandbox, &format!("flow/own-{maker}"))?;
        if own != stamp(maker) {
            return Err(format!("{maker} was told that it is done, and what it brought is lost: {own} is there"));
        }
    }
    let shared = trigger(sandbox, "flow/shared")?;
    if won.iter().map(stamp).all(|stamp| stamp != shared) {
        return Err(format!("what both brought is of neither: {shared} is there after {won:?}"));
    }
    Ok(())
}

/// Who came through is a run, the last one of them whose content is there, and nobody else is.
fn recorded(sandbox: &Sandbox, before: usize, won: &[&str]) -> Result<(), String> {
    let runs = runs(sandbox)?;
    let mut new: Vec<&str> = runs[..runs.len().saturating_sub(before)].iter().map(String::as_str).collect();
    let shared = trigger(sandbox, "flow/shared")?;
    if new.first().is_none_or(|last| !shared.starts_with(last)) {
        return Err(format!("the last run is by {:?}, and {shared} is there", new.first()));
    }
    new.sort_unstable();
    if new == won { Ok(()) } else { Err(format!("the runs are by {new:?}, and {won:?} were told that it is done")) }
}

/// Who made each run, the last one first.
fn runs(sandbox: &Sandbox) -> Result<Vec<String>, String> {
    let runs = sandbox.json(&["runs", ENVIRONMENT])?;
    let by = |run: &serde_json::Value| run["actor"].as_str().unwrap_or_default().to_owned();
    Ok(runs["runs"].as_array().into_iter().flatten().map(by).collect())
}

fn trigger(sandbox: &Sandbox, flow: &str) -> Result<String, String> {
    let ended = sandbox.run(&["show", ENVIRONMENT, flow, "--part", "flow.json"])?.expect(0)?;
    let part: serde_json::Value = serde_json::from_str(&ended.text).map_err(|why| format!("{why}: {ended}"))?;
    Ok(part["trigger"]["type"].as_str().unwrap_or_default().to_owned())
}
