use flowport_core::environment::EnvironmentKind;

use super::plan::target_name;
use crate::ask;
use crate::context::Context;
use crate::exit::{Failure, Outcome};

/// Asks before anything is written; for production the name must be typed. `doing` is what is done with the environment: "import
/// into".
pub(super) fn confirm(context: &Context, environment: &str, shown: &str, doing: &str) -> Outcome<()> {
    let target = target_name(context, environment);
    if !context.can_ask() {
        return Err(Failure::usage(format!("nobody can be asked here: say --yes to {doing} {target}")));
    }
    eprint!("{shown}");
    let is_production = context.config()?.environment(environment)?.kind() == EnvironmentKind::Production;
    let agreed = if is_production {
        ask::confirm_by_name(&format!("this writes to {target}; type {environment} to go on"), environment)?
    } else {
        ask::confirm(&format!("{doing} {target}?"))?
    };
    if agreed { Ok(()) } else { Err(Failure::failed("cancelled, nothing was written")) }
}
