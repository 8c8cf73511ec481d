//! Kinds whose versions are things of their own: which id a resource gets, what is there already, which one is live.

use std::sync::Arc;

use super::Target;
use crate::answers::{Answer, NEXT, wrong_word};
use crate::decode::findings;
use crate::environment::{EnvironmentError, other_versions};
use crate::model::{Action, Diagnostic, EditOp, KindInfo, ResourceId, State};
use crate::plugin::{Handler, SharedView};
use crate::shell;

/// The id of a resource as its user wants it: a new name may be a new id, and what is new under it gets the next version unless
/// its user gives one.
pub(super) fn id(
    target: &Target,
    handler: &Arc<dyn Handler>,
    view: &SharedView,
    answer: &Answer,
) -> Result<ResourceId, Vec<Diagnostic>> {
    let mut id = match &answer.name {
        Some(name) => {
            handler.edit(view, &[EditOp::Rename(name.clone())]).map_err(|error| findings(error, &view.head.id))?.head.id
        }
        None => view.head.id.clone(),
    };
    let is_added = answer.action == Some(Action::NewVersion);
    if let Some(other) = answer.target.as_ref().filter(|_| is_added) {
        id.id = other.id.clone();
    }
    let is_new = is_added || id.id != view.head.id.id;
    if let Some(problem) = wrong_word(&view.head.id, answer) {
        return Err(vec![problem]);
    }
    match answer.version.as_deref() {
        Some(version) if version != NEXT => id.version = Some(version.into()),
        None if !is_new => {}
        _ => {
            let next = next(target, &id).map_err(|error| vec![unread(&view.head.id, &error)])?;
            id.version = Some(next.as_str().into());
        }
    }
    Ok(id)
}

/// 1, or the highest there is and 1.
fn next(target: &Target, id: &ResourceId) -> Result<String, EnvironmentError> {
    let versions = target.versions(id.kind.as_str(), &id.id)?;
    let highest = versions.iter().filter_map(|version| version.parse::<u64>().ok()).filter(|it| *it < u64::MAX).max();
    Ok((highest.unwrap_or(versions.len() as u64) + 1).to_string())
}

/// The version in the target that has exactly this content, where there is one: the same import twice must not add two.
pub(super) fn same(
    target: &Target,
    handler: &Arc<dyn Handler>,
    info: &KindInfo,
    incoming: &SharedView,
) -> Result<Option<ResourceId>, Vec<Diagnostic>> {
    let id = &incoming.head.id;
    let unread = |error: EnvironmentError| vec![unread(id, &error)];
    for version in target.versions(id.kind.as_str(), &id.id).map_err(unread)? {
        let candidate = ResourceId { version: Some(version.as_str().into()), ..id.clone() };
        let Some(existing) = target.get(&candidate).map_err(unread)? else { continue };
        let under_its_id =
            handler.edit(incoming, &[EditOp::SetId(candidate.clone())]).map_err(|error| findings(error, id))?;
        if existing.same_but_for(&incoming.edited(under_its_id), &info.volatile) {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Of the versions of one thing one is live. Whoever switches another one on must say so.
pub(super) fn other_live(target: &Target, info: &KindInfo, id: &ResourceId) -> Option<Diagnostic> {
    if !info.traits.one_is_live() || id.version.is_none() {
        return None;
    }
    let mut others = other_versions(target.as_ref(), id).unwrap_or_default().into_iter();
    let is_live = |other: &ResourceId| {
        let found = target.get(other).ok().flatten();
        found.is_some_and(|resource| resource.head.state == State::Published)
    };
    let live = others.find(is_live)?;
    let publish = format!("flowport publish {} {}", target.name(), shell::word(id));
    let help = format!("import without --publish; `{publish}` then takes the other one off");
    Some(Diagnostic::error("P-LIVE", format!("{live} is live, and only one version can be")).about(id).help(help))
}

fn unread(id: &ResourceId, error: &EnvironmentError) -> Diagnostic {
    Diagnostic::error("P-TARGET", error.to_string()).about(id)
}
