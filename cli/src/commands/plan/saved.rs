//! A plan in a file.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use flowport_core::Error;
use flowport_core::file::{may_write, write_whole};
use flowport_core::plan::Plan;
use flowport_core::saved::{PlannedFor, Recording, SavedPackage, SavedPlan, SavedPlugin, SavedSettings};
use flowport_core::settings::Settings;

use super::Incoming;
use crate::answers;
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::report::Report;
use crate::text::{self, shell};

/// Where a plan will be saved.
pub(super) struct PlanFile {
    path: PathBuf,
    overwrite: bool,
}

/// Where the user wants a plan, if at all; asked before anything is read, so that no work is lost.
pub(super) fn wanted(
    context: &Context,
    path: Option<&Path>,
    overwrite: bool,
    sources: &[&Path],
) -> Outcome<Option<PlanFile>> {
    let Some(path) = path else { return Ok(None) };
    output::may_take(context, path)?;
    if sources.iter().any(|source| output::is_same(source, path)) {
        let what = format!("-o {}: this is what the plan is made from; name another file", path.display());
        return Err(Failure::usage(what));
    }
    may_write(path, overwrite)?;
    Ok(Some(PlanFile { path: path.to_owned(), overwrite }))
}

impl PlanFile {
    /// Saves a plan, whole or not at all, and says so in the report of its command.
    pub(super) fn write(&self, plan: &SavedPlan, mut report: Report) -> Outcome<Report> {
        let text = plan.to_text();
        write_whole(&self.path, self.overwrite, |mut file| {
            file.write_all(text.as_bytes()).map_err(|why| Error::file(&self.path, why))
        })?;
        let shown = text::path(&self.path);
        report.result["saved"] = self.path.display().to_string().into();
        report.result["plan"] = plan.id().to_string().into();
        let file = shell(&self.path.display().to_string());
        let command = match &plan.package.file {
            Some(_) => format!("flowport import --plan {file}"),
            // No plan holds a token.
            None => format!("flowport import {} TOKEN --plan {file}", plan.environment.name),
        };
        Ok(report.with_note(format!("plan saved in {shown}; to carry it out: {command}\n")))
    }
}

/// What a plan was made from, beside the package and the target.
pub(in crate::commands) struct Making<'a> {
    pub(in crate::commands) environment: &'a str,
    /// As its user named it; none for a shared one.
    pub(in crate::commands) file: Option<String>,
    pub(in crate::commands) settings: &'a Settings,
    pub(in crate::commands) settings_file: Option<&'a Path>,
    /// The other flags, word by word.
    pub(in crate::commands) flags: Vec<String>,
    pub(in crate::commands) publish: bool,
}

/// A plan with all that it depends on.
pub(in crate::commands) fn saved(
    context: &Context,
    incoming: &Incoming,
    plan: &Plan,
    recording: &Recording,
    making: Making<'_>,
) -> Outcome<SavedPlan> {
    use flowport_core::history::History as _;
    let config = context.config()?.environment(making.environment)?;
    // Read a second time: what it said went into the answers, with what the flags say.
    let said = making.settings_file.map(answers::in_file).transpose()?.flatten();
    let settings = SavedSettings {
        file: making.settings_file.map(|path| path.display().to_string()),
        sha256: said.map(|settings| settings.hash().to_string()),
        answers: making.settings.clone(),
        flags: making.flags,
    };
    let plugin = |loaded: &crate::context::Loaded| SavedPlugin {
        name: loaded.plugin.name().name.clone(),
        version: loaded.plugin.name().version.clone(),
        sha256: loaded.plugin.hash().to_string(),
    };
    Ok(SavedPlan {
        by: context.actor()?,
        at: jiff::Timestamp::now().to_string(),
        flowport: env!("CARGO_PKG_VERSION").to_owned(),
        environment: PlannedFor {
            name: making.environment.to_owned(),
            kind: config.kind().to_string(),
            tenant: config.tenant.clone(),
            last_run: recording.runs()?.first().map_or(0, |run| run.id.0),
        },
        package: SavedPackage {
            name: incoming.package.name.clone(),
            file: making.file,
            sha256: incoming.package.hash.to_string(),
        },
        settings,
        publish: making.publish,
        plugins: context.plugins()?.iter().map(plugin).collect(),
        changes: SavedPlan::changes(plan),
        seen: recording.seen(plan)?,
    })
}
