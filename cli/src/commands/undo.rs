use flowport_core::environment::{Expected, Write};
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
    let mut environment = context.write(&name.environment)?;
    let run = runs::found(environment.as_ref(), name)?;
    let prepared = undo::undo(context.registry()?, environment.as_ref(), &run, arguments.force)?;
    if !arguments.yes {
        let target = target_name(context, &name.environment);
        let shown =
            format!("{name} in {target}, {} by {} at {}\n\n{}", run.command, run.actor, run.at, text(&prepared));
        confirm(context, &name.environment, &shown, &format!("undo {name} in"))?;
    }
    let cause = Cause { undoes: Some(run.id), ..context.cause()? };
    let mut report = put::write_as(context, environment.as_mut(), prepared, "put back", &cause)?;
    report.result["undoes"] = name.to_string().into();
    Ok(report)
}

/// What undoing does, and what is lost by it.
fn text(prepared: &Prepared) -> String {
    let row = |write: &Write| match write {
        Write::Put { resource, expected: Expected::Absent, .. } => ["create", &resource.head.name].map(str::to_owned),
        Write::Put { resource, .. } => ["restore", &resource.head.name].map(str::to_owned),
        Write::Delete { .. } => ["delete", ""].map(str::to_owned),
    };
    let rows = prepared.writes.iter().map(|write| {
        let [action, name] = row(write);
        vec![action, write.id().to_string(), name]
    });
    let mut text = render::table(&["ACTION", "RESOURCE", "NAME"], rows.collect());
    text.push_str(&render::findings(&prepared.diagnostics));
    text
}
