use flowport_core::check::check;
use serde_json::json;

use crate::arguments::Check;
use crate::context::Context;
use crate::exit::{self, Outcome};
use crate::progress::Progress;
use crate::render;
use crate::report::Report;
use crate::text::count;

pub(super) fn run(context: &Context, arguments: &Check) -> Outcome<Report> {
    let environment = context.look(&arguments.environment)?;
    let total = environment.list()?.len();
    let progress = Progress::count("checking", total);
    let mut found = check(context.registry()?, environment.as_ref(), &mut || progress.advance(1))?;
    drop(progress);
    found.extend(environment.problems()?);
    flowport_core::model::sort_by_severity(&mut found);
    found.iter_mut().for_each(|finding| render::name_environment(finding, &arguments.environment));
    let errors = found.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let checked = count(total, "resource", "resources");
    let text = if found.is_empty() {
        format!("{checked} checked, nothing is missing\n")
    } else {
        format!("{}{checked} checked, {}\n", render::findings(&found), count(found.len(), "finding", "findings"))
    };
    let report = Report::done(json!({ "checked": total, "errors": errors }), text).with_diagnostics(found);
    Ok(if errors > 0 { report.with_exit(exit::BLOCKED) } else { report })
}
