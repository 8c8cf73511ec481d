use flowport_core::hand;
use flowport_core::model::{ResourceId, State};

use super::{list, put};
use crate::arguments::{Delete, Several};
use crate::ask;
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::report::Report;
use crate::text::count;

fn select(environment: &dyn flowport_core::environment::ReadEnvironment, texts: &[String]) -> Outcome<Vec<ResourceId>> {
    let summaries = environment.list()?;
    let chosen = list::names(environment.name(), &summaries).several(texts)?;
    Ok(chosen.into_iter().cloned().collect())
}

pub(super) fn publish(context: &Context, arguments: &Several) -> Outcome<Report> {
    set(context, arguments, State::Published, "published")
}

pub(super) fn unpublish(context: &Context, arguments: &Several) -> Outcome<Report> {
    set(context, arguments, State::Draft, "unpublished")
}

fn set(context: &Context, arguments: &Several, state: State, done: &str) -> Outcome<Report> {
    let mut environment = context.write(&arguments.environment)?;
    let ids = select(environment.as_ref(), &arguments.select)?;
    let prepared = hand::set_state(context.registry()?, environment.as_ref(), &ids, state)?;
    put::write(context, environment.as_mut(), prepared, done)
}

pub(super) fn delete(context: &Context, arguments: &Delete) -> Outcome<Report> {
    let mut environment = context.write(&arguments.environment)?;
    let ids = select(environment.as_ref(), &arguments.select)?;
    let prepared = hand::delete(environment.as_ref(), &ids, arguments.force)?;
    if !arguments.yes {
        if !context.can_ask() {
            return Err(Failure::usage("nobody can be asked here: say --yes to delete"));
        }
        let question = format!("delete {} from {}?", count(ids.len(), "resource", "resources"), arguments.environment);
        if !ask::confirm(&question)? {
            return Err(Failure::failed("cancelled, nothing was deleted"));
        }
    }
    put::write(context, environment.as_mut(), prepared, "deleted")
}
