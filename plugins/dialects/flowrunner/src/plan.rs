use flowport_plugin::findings::shown;
use flowport_plugin::{Action, Change, Diagnostic, Edited, ResourceId, View};

use crate::codes;
use crate::identity::DIALECT;

/// What can be done where the version is there already.
const CHOICES: [Action; 3] = [Action::NewVersion, Action::UseExisting, Action::Skip];

/// A version that is there stays as it is: what comes is stored beside it, as a flow or version of its own.
pub(crate) fn plan(incoming: &dyn View, existing: Option<&dyn View>, action: Option<Action>) -> Change {
    let own = incoming.head().id;
    let action = action.unwrap_or(Action::Create);
    let there = existing.map(View::head);
    match (action, there) {
        (Action::Skip, _) => Change::nothing(Action::Skip),
        (Action::UseExisting, Some(_)) => Change::nothing(Action::UseExisting),
        (Action::Create | Action::NewVersion, Some(there)) if there.id == own && there.dialect == DIALECT => {
            exists(&own)
        }
        (Action::Create | Action::NewVersion, Some(there)) if there.id == own => taken(&own, &there.dialect),
        (action @ (Action::Create | Action::NewVersion), _) => {
            Change::store(action, Edited::unchanged(incoming.head()))
        }
        (action, there) => impossible(&action, &own, there.is_some()),
    }
}

fn exists(flow: &ResourceId) -> Change {
    let name = named(flow);
    let summary = format!("{} is in the target already, and differs from this one", described(flow));
    let help = format!(
        "to add a version: --setup '{name}=new-version:{}/{}'; to make a flow of its own: --rename '{name}=NAME'",
        flow.kind, flow.id
    );
    let diagnostic = Diagnostic::error(codes::EXISTS, summary)
        .detail("FlowRunner never changes a version by an import: it adds one, or makes a new flow")
        .subject(flow.clone())
        .help(help);
    Change::choose(CHOICES.to_vec()).with(diagnostic)
}

fn taken(flow: &ResourceId, dialect: &str) -> Change {
    let summary = format!("{} is in the target already, as one of another product ({dialect})", described(flow));
    let help = format!("to make a flow of its own: --rename '{}=NAME'", named(flow));
    let diagnostic = Diagnostic::error(codes::EXISTS, summary).subject(flow.clone()).help(help);
    Change::choose(vec![Action::UseExisting, Action::Skip]).with(diagnostic)
}

fn impossible(action: &Action, flow: &ResourceId, is_there: bool) -> Change {
    let why = match action {
        Action::UseExisting => "be used as it is: there is none in the target",
        Action::Update | Action::Overwrite | Action::Merge => "be changed by an import, which adds a version",
        _ => "be imported this way",
    };
    let summary = format!("{} cannot {why}", described(flow));
    let help = format!("choose another action with --setup '{}=ACTION'", named(flow));
    let allowed = if is_there { CHOICES.to_vec() } else { vec![Action::Create, Action::Skip] };
    let diagnostic = Diagnostic::error(codes::IMPOSSIBLE_ACTION, summary).subject(flow.clone()).help(help);
    Change::choose(allowed).with(diagnostic)
}

/// For people.
fn described(flow: &ResourceId) -> String {
    format!("version {} of the flow {}", shown(flow.version.as_deref().unwrap_or_default()), shown(&flow.id))
}

/// As the command line takes it.
fn named(flow: &ResourceId) -> String {
    format!("{}/{}@{}", flow.kind, flow.id, flow.version.as_deref().unwrap_or_default())
}
