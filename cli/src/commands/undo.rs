use flowport_core::environment::{Expected, ReadEnvironment, Write};
use flowport_core::hand::Prepared;
use flowport_core::history::Cause;
use flowport_core::undo;

use super::confirm::confirm;
use super::plan::target_name;
use super::{put, runs};
use crate::arguments::Undo;
use crate::context::Context;
use crate::exit::Outcome;
use crate::render;
use crate::report::Report;

pub(super) fn run(context: &Context, arguments: &Undo) -> Outcome<Report> {
    let name = &arguments.run;
    // Where there is no such run, no store is made either.
    runs::found(context.look(&name.environment)?.as_ref(), name)?;
    let mut environment = context.write(&name.environment)?;
    let run = runs::found(environment.as_ref(), name)?;
    let prepared = undo::undo(context.registry()?, environment.as_ref(), &run, arguments.force)?;
    if !arguments.yes {
        let target = target_name(context, &name.environment);
        let what = text(environment.as_ref(), &prepared)?;
        let shown = format!("{name} in {target}, {} by {} at {}\n\n{what}", run.command, run.actor, run.at);
        confirm(context, &name.environment, &shown, &format!("undo {name} in"))?;
    }
    let cause = Cause { undoes: Some(run.id), ..context.cause()? };
    let of = |is_deleted: bool| -> Vec<String> {
        let writes = prepared.writes.iter().filter(|write| matches!(write, Write::Delete { .. }) == is_deleted);
        writes.map(|write| write.id().to_string()).collect()
    };
    let (restored, deleted) = (of(false), of(true));
    let done = match (restored.is_empty(), deleted.is_empty()) {
        (_, true) => "put back",
        (true, false) => "taken out again",
        (false, false) => "put back or taken out again",
    };
    let mut report = put::write_as(context, environment.as_mut(), prepared, done, &cause)?;
    report.result["undoes"] = name.to_string().into();
    report.result["restored"] = restored.into();
    report.result["deleted"] = deleted.into();
    Ok(report)
}

/// What undoing does, and what is lost by it.
fn text(environment: &dyn ReadEnvironment, prepared: &Prepared) -> Outcome<String> {
    let row = |write: &Write| -> Outcome<Vec<String>> {
        let (action, name) = match write {
            Write::Put { resource, expected: Expected::Absent, .. } => ("create", resource.head.name.clone()),
            Write::Put { resource, .. } => ("restore", resource.head.name.clone()),
            Write::Delete { id, .. } => {
                ("delete", environment.get(id)?.map(|there| there.head.name).unwrap_or_default())
            }
        };
        Ok(vec![action.to_owned(), write.id().to_string(), name])
    };
    let rows = prepared.writes.iter().map(row).collect::<Outcome<_>>()?;
    Ok(render::table(&["ACTION", "RESOURCE", "NAME"], rows) + &render::findings(&prepared.diagnostics))
}
