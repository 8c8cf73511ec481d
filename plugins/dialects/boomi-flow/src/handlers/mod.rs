//! The handlers of the dialect, as types that plugins register.

mod connectors;
mod elements;
mod flows;

pub use connectors::Connectors;
pub use elements::Elements;
pub use flows::Flows;

use flowport_plugin::{Action, Change, Failure, KindInfo, View, plan_by_rule};

use crate::edit::give_id;
use crate::names::{CONTENTS_PART, DIALECT, ELEMENT_PART};
use crate::subject::Subject;

/// What import can do with a resource of the dialect, the default first.
const ACTIONS: [Action; 5] = [Action::Update, Action::Create, Action::Overwrite, Action::UseExisting, Action::Skip];

/// A kind of elements: what all but flows have in common.
fn element_info(kind: &str, titles: (&str, &str)) -> KindInfo {
    let info = KindInfo::new(kind, DIALECT).title(titles.0, titles.1).actions(&ACTIONS);
    let info = info.traits(flowport_plugin::Traits::GENERATED_IDS).key(CONTENTS_PART, "", "elementId");
    let info =
        ["/compositeId/versionId", "/dateModified", "/userModified", "/UserModifiedObject", "/UserModifiedObject/*"]
            .into_iter()
            .fold(info, |info, pointer| info.volatile(&format!("{ELEMENT_PART}#{pointer}")));
    with_volatile_contents(info)
}

/// What each save changes in content documents and attributes.
fn with_volatile_contents(info: KindInfo) -> KindInfo {
    ["elementVersionId", "dateModified", "userModified"]
        .into_iter()
        .fold(info, |info, member| info.volatile(&format!("{CONTENTS_PART}#/*/{member}")))
        .volatile("attributes#/versionId")
}

/// The plan by rule. Where it stores the resource under the id of another one, everything in it says so.
fn plan(incoming: &dyn View, existing: Option<&dyn View>, action: Option<Action>) -> Result<Change, Failure> {
    let mut change = plan_by_rule(incoming, existing, action);
    if let Some(outcome) = &mut change.outcome
        && outcome.head.id != incoming.head().id
    {
        let id = outcome.head.id.clone();
        give_id(incoming, &Subject::of(incoming)?, outcome, &id)?;
    }
    Ok(change)
}
