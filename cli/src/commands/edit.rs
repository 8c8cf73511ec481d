use flowport_core::hand;

use super::{list, put};
use crate::arguments::Edit;
use crate::ask::Editor;
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::report::Report;

pub(super) fn run(context: &Context, arguments: &Edit) -> Outcome<Report> {
    // Who holds it is told of before the editor opens, not behind it.
    let environment = context.write(&arguments.environment)?;
    let summaries = environment.list()?;
    let id = list::names(&arguments.environment, &summaries).one(&arguments.resource)?.clone();
    let Some(resource) = environment.get(&id)? else {
        return Err(Failure::failed(format!("{id} is gone: another run took it out")));
    };
    let part = hand::part(&resource, arguments.part.as_deref())?;
    let (name, before) = (part.name.clone(), part.content.read_all()?);
    // Nobody waits for an editor: what changed meanwhile is noticed, and the text is kept.
    drop(environment);
    let registry = context.registry()?;
    Editor::new(&name, &before)?.until(context.can_ask(), |after| {
        let prepared = hand::edit(registry, &resource, &name, after)?;
        let mut environment = context.write_unread(&arguments.environment)?;
        put::write(context, environment.as_mut(), prepared, "edited")
    })
}
