//! What changed since a plan was saved, each with who and when as far as that is known.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{Asked, SavedChange, SavedPlan, SavedPlugin, Seen};
use crate::environment::{EnvironmentError, ReadEnvironment};
use crate::history::Run;
use crate::model::{Diagnostic, ResourceId};
use crate::settings::Settings;

/// The code of all of them.
const CODE: &str = "P-CHANGED";

/// What the same planning says now.
pub struct Now<'a> {
    /// The same plan, made again.
    pub plan: &'a SavedPlan,
    /// The target.
    pub target: &'a dyn ReadEnvironment,
}

/// Every difference between a saved plan and the same one made now, as errors. None: it can be carried out.
///
/// # Errors
/// When the target cannot be read.
pub fn differences(saved: &SavedPlan, now: &Now<'_>) -> Result<Vec<Diagnostic>, EnvironmentError> {
    let mut found = around(saved, now.plan);
    found.extend(target(saved, now)?);
    if found.is_empty() {
        found.extend(decisions(saved, now.plan));
    }
    Ok(found)
}

fn error(summary: String) -> Diagnostic {
    Diagnostic::error(CODE, summary)
}

/// What stands around a plan: environment, package, settings, plugins.
fn around(saved: &SavedPlan, now: &SavedPlan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut compare = |what: &str, was: &str, is: &str| {
        if was != is {
            found.push(error(format!("{what} was {was} when the plan was made, and is {is}")));
        }
    };
    let none = "none";
    let environment = format!("the environment {}", saved.environment.name);
    compare(&format!("the kind of {environment}"), &saved.environment.kind, &now.environment.kind);
    let tenant = |plan: &SavedPlan| plan.environment.tenant.clone().unwrap_or_else(|| none.to_owned());
    compare(&format!("the tenant of {environment}"), &tenant(saved), &tenant(now));
    let package = format!("the package {}", now.package.file.as_deref().unwrap_or(&saved.package.name));
    compare(&format!("the SHA-256 of {package}"), &saved.package.sha256, &now.package.sha256);
    if let (Some(file), Some(was), Some(is)) = (&saved.settings.file, &saved.settings.sha256, &now.settings.sha256) {
        compare(&format!("the SHA-256 of what the settings file {file} says"), was, is);
    }
    let by_name = |plan: &SavedPlan| -> BTreeMap<String, SavedPlugin> {
        plan.plugins.iter().map(|plugin| (plugin.name.clone(), plugin.clone())).collect()
    };
    let (were, are) = (by_name(saved), by_name(now));
    let shown = |plugin: Option<&SavedPlugin>| {
        plugin.map_or(none.to_owned(), |plugin| format!("{} (sha256 {})", plugin.version, plugin.sha256))
    };
    for name in were.keys().chain(are.keys()).collect::<BTreeSet<_>>() {
        compare(&format!("the plugin {name}"), &shown(were.get(name)), &shown(are.get(name)));
    }
    found.extend(lost(saved, now));
    found
}

/// A settings file that is gone. One that said nothing is missed by nobody.
fn lost(saved: &SavedPlan, now: &SavedPlan) -> Option<Diagnostic> {
    let file = saved.settings.file.as_ref().filter(|_| now.settings.sha256.is_none())?;
    let said = saved.settings.sha256.as_ref().filter(|was| **was != Settings::default().hash().to_string())?;
    let what =
        format!("the settings file {file} is not here; what it said had the SHA-256 {said} when the plan was made");
    Some(error(what))
}

/// What was asked of the target and is answered otherwise now.
fn target(saved: &SavedPlan, now: &Now<'_>) -> Result<Vec<Diagnostic>, EnvironmentError> {
    let by_question = |plan: &'_ SavedPlan| -> BTreeMap<(Asked, String, Option<String>), Seen> {
        plan.seen.iter().map(|seen| ((seen.asked, seen.about.clone(), seen.from.clone()), seen.clone())).collect()
    };
    let (before, after) = (by_question(saved), by_question(now.plan));
    let mut found = Vec::new();
    // What changed itself is not named again for what is known of it.
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (question, was) in &before {
        let Some(is) = after.get(question).filter(|is| is.sha256 != was.sha256) else { continue };
        let about = &was.about;
        let others = changed_between(&was.found, &is.found);
        if named.contains(about) || !others.is_empty() && others.iter().all(|other| named.contains(other)) {
            continue;
        }
        let (what, who) = match was.asked {
            Asked::Resource => {
                let what = match (&was.sha256, &is.sha256) {
                    (None, _) => "came since",
                    (_, None) => "was taken out since",
                    _ => "was changed since",
                };
                (format!("{about} {what} the plan was made"), vec![about.clone()])
            }
            Asked::Identity => (format!("what has the identity {about} is not what it was"), others.clone()),
            Asked::Versions => (format!("the versions of {about} are not what they were"), others.clone()),
            Asked::Inspection => (format!("what is known of {about} is not what it was"), vec![about.clone()]),
            Asked::Secrets => (format!("the secrets kept for {about} were changed since"), vec![about.clone()]),
            Asked::Referrers => (format!("what uses {about} is not what it was"), others.clone()),
            Asked::Came => (format!("{about} was imported since, or that was undone"), others.clone()),
            Asked::Base => (format!("something was imported for {about} since"), vec![about.clone()]),
        };
        let mut by = who.iter().find_map(|id| since(saved, now.target, id).transpose()).transpose()?;
        if by.is_none() && matches!(was.asked, Asked::Base | Asked::Came) {
            // An import that left the resource as it is did not change it.
            by = imported_since(saved, now.target)?;
        }
        let which = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
        let mut finding =
            error(format!("{what}{which}, {}", by.map_or("outside flowport".to_owned(), |run| shown(saved, &run))));
        finding.resource = who.first().and_then(|id| ResourceId::readings(id).next());
        found.push(finding);
        named.insert(about.clone());
        named.extend(others);
    }
    Ok(found)
}

/// What stands in one of the lists only.
fn changed_between(before: &[String], after: &[String]) -> Vec<String> {
    let (before, after): (BTreeSet<&String>, BTreeSet<&String>) = (before.iter().collect(), after.iter().collect());
    before.symmetric_difference(&after).map(|id| (*id).clone()).collect()
}

/// The last run that changed a resource since the plan was made.
fn since(saved: &SavedPlan, target: &dyn ReadEnvironment, id: &str) -> Result<Option<Run>, EnvironmentError> {
    for id in ResourceId::readings(id) {
        if let Some(run) = target.runs_of(&id)?.into_iter().next().filter(|run| run.id.0 > saved.environment.last_run) {
            return Ok(Some(run));
        }
    }
    Ok(None)
}

/// The last import since the plan was made.
fn imported_since(saved: &SavedPlan, target: &dyn ReadEnvironment) -> Result<Option<Run>, EnvironmentError> {
    let is_meant = |run: &Run| run.id.0 > saved.environment.last_run && run.package.is_some();
    Ok(target.runs()?.into_iter().find(is_meant))
}

fn shown(saved: &SavedPlan, run: &Run) -> String {
    let Run { id, actor, command, at, .. } = run;
    format!("by {actor} with {command} at {at} (run {}/{id})", saved.environment.name)
}

/// What would be done otherwise though all that it depends on is the same.
fn decisions(saved: &SavedPlan, now: &SavedPlan) -> Vec<Diagnostic> {
    let count = (saved.changes.len(), now.changes.len());
    if count.0 != count.1 {
        return vec![error(format!("the plan is about {} resources, and now there are {}", count.0, count.1))];
    }
    let pairs = saved.changes.iter().zip(&now.changes).filter(|(was, is)| was != is);
    let difference = |(was, is): (&SavedChange, &SavedChange)| {
        let what = |change: &SavedChange| format!("{} as {}", change.action, change.target);
        let (was_so, is_so) = (what(was), what(is));
        let summary = if was_so == is_so {
            format!("{} would be stored otherwise than planned", was.resource)
        } else {
            format!("the plan for {} was: {was_so}; now it is: {is_so}", was.resource)
        };
        let mut finding = error(summary);
        finding.resource = ResourceId::readings(&was.resource).next();
        finding
    };
    pairs.map(difference).collect()
}
