use flowport_plugin::findings::shown;
use flowport_plugin::{Action, Change, Diagnostic, EditOp, Edited, Failure, ResourceId, State, View};

use crate::codes;
use crate::edit::edit;
use crate::identity::DIALECT;

/// What can be done where the flow is there already.
const CHOICES: [Action; 4] = [Action::Overwrite, Action::NewVersion, Action::UseExisting, Action::Skip];

/// Name and version are unique together: a flow of the same pair is never replaced unless its user says so.
pub(crate) fn plan(
    incoming: &dyn View,
    existing: Option<&dyn View>,
    action: Option<Action>,
) -> Result<Change, Failure> {
    let own = incoming.head().id;
    let action = action.unwrap_or(Action::Create);
    let Some(existing) = existing else {
        return Ok(match action {
            Action::Skip => Change::nothing(Action::Skip),
            Action::Create | Action::NewVersion => store(action, incoming),
            Action::Overwrite => store(Action::Create, incoming),
            _ => impossible(&action, &own, &[Action::Create, Action::Skip]),
        });
    };
    let there = existing.head();
    match action {
        Action::Skip | Action::UseExisting => Ok(Change::nothing(action)),
        _ if there.dialect != DIALECT => Ok(impossible(&action, &own, &[Action::UseExisting, Action::Skip])),
        Action::Create | Action::NewVersion if there.id == own => Ok(exists(&own)),
        Action::Create | Action::NewVersion => Ok(store(action, incoming)),
        Action::Overwrite => overwrite(incoming, existing),
        _ => Ok(impossible(&action, &own, &CHOICES)),
    }
}

fn store(action: Action, incoming: &dyn View) -> Change {
    Change::store(action, Edited::unchanged(incoming.head()))
}

fn impossible(action: &Action, flow: &ResourceId, allowed: &[Action]) -> Change {
    let word = match action {
        Action::Update => "updated",
        Action::Merge => "merged",
        Action::UseExisting => "used as it is: there is none in the target",
        _ => "imported this way",
    };
    let summary = format!("the flow {} cannot be {word}", pair(flow));
    let help = format!("choose another action with --setup '{}=ACTION'", named(flow));
    Change::choose(allowed.to_vec())
        .with(Diagnostic::error(codes::IMPOSSIBLE_ACTION, summary).subject(flow.clone()).help(help))
}

fn exists(flow: &ResourceId) -> Change {
    let summary = format!("the flow {} is in the target already, and differs from this one", pair(flow));
    let name = named(flow);
    let help = format!(
        "to replace it: --setup '{name}=overwrite'; to keep both: --setup '{name}=new-version', --set-version \
         '{name}=VERSION' or --rename '{name}=NAME'"
    );
    let diagnostic = Diagnostic::error(codes::EXISTS, summary)
        .detail("name and version of a DPM flow are unique together")
        .subject(flow.clone())
        .help(help);
    Change::choose(CHOICES.to_vec()).with(diagnostic)
}

/// The existing pair stays, so that what refers to it finds the new content.
fn overwrite(incoming: &dyn View, existing: &dyn View) -> Result<Change, Failure> {
    let (head, there) = (incoming.head(), existing.head());
    let mut change = Change::store(Action::Overwrite, edit(incoming, &[EditOp::SetId(there.id.clone())])?);
    if there.state == State::Published {
        let summary = format!("the flow {} in the target is Completed, and will be replaced", pair(&there.id));
        let diagnostic = Diagnostic::warning(codes::REPLACES_COMPLETED, summary)
            .detail("DPM does not let a Completed flow change: Activities may be linked to it")
            .subject(head.id.clone())
            .help(format!("to keep it, import as a new version: --setup '{}=new-version'", named(&head.id)));
        change = change.with(diagnostic);
    }
    if head.state == State::Published {
        let summary = format!("the flow {} will be Completed after the import", pair(&there.id));
        let diagnostic = Diagnostic::info(codes::ARRIVES_COMPLETED, summary)
            .subject(head.id)
            .help("DPM does not let it change then; its Activities find the new content at once");
        change = change.with(diagnostic);
    }
    Ok(change)
}

/// Name and version for people.
fn pair(flow: &ResourceId) -> String {
    let version = flow.version.as_deref().map(|version| format!(" version {}", shown(version)));
    format!("{}{}", shown(&flow.id), version.unwrap_or_default())
}

/// As the command line takes it.
fn named(flow: &ResourceId) -> String {
    let version = flow.version.as_deref().map(|version| format!("@{version}"));
    format!("{}/{}{}", flow.kind, flow.id, version.unwrap_or_default())
}
