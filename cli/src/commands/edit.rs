use flowport_core::hand;

use super::{list, put};
use crate::arguments::Edit;
use crate::ask::Editor;
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::report::Report;

pub(super) fn run(context: &Context, arguments: &Edit) -> Outcome<Report> {
    let mut environment = context.write(&arguments.environment)?;
    let summaries = environment.list()?;
    let id = list::names(&arguments.environment, &summaries).one(&arguments.resource)?.clone();
    let Some(resource) = environment.get(&id)? else {
        return Err(Failure::failed(format!("{id} is gone: another run took it out")));
    };
    let part = hand::part(&resource, arguments.part.as_deref())?;
    let (name, before) = (part.name.clone(), part.content.read_all()?);
    let registry = context.registry()?;
    let prepared = Editor::new(&name, &before)?
        .until(context.can_ask(), |after| Ok(hand::edit(registry, &resource, &name, after)?))?;
    put::write(context, environment.as_mut(), prepared, "edited")
}
