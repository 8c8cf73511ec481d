//! What differs beside the content: the head, the setup, what is said of a package.

use flowport_json::{Writer, quote};

use super::model::{Change, Shown, What};
use crate::model::{Action, Head, PackageInfo, Setup};

/// Where the state of a resource stands.
const STATE: &str = "/state";

/// Id, name, state, origin and dialect. Attributes are compared as a part is.
pub(crate) fn head(left: &Head, right: &Head) -> Vec<Change> {
    let facts = [
        ("id", left.id.to_string(), right.id.to_string()),
        ("name", left.name.clone(), right.name.clone()),
        ("state", left.state.as_str().to_owned(), right.state.as_str().to_owned()),
        ("origin", left.origin.as_str().to_owned(), right.origin.as_str().to_owned()),
        ("dialect", left.dialect.clone(), right.dialect.clone()),
    ];
    facts.into_iter().filter_map(|(name, left, right)| change("head", name, Some(left), Some(right))).collect()
}

/// The same between a package and an environment. Formats need not say whether a flow is on, and an import leaves it off, so that
/// the state is no difference.
pub(super) fn across(left: &Head, right: &Head) -> Vec<Change> {
    head(left, right).into_iter().filter(|change| change.path != STATE).collect()
}

/// What an import shall do.
pub(super) fn setup(left: &Setup, right: &Setup) -> Vec<Change> {
    let suggested = |setup: &Setup| setup.suggested.as_ref().map(Action::to_string);
    let mut changes: Vec<Change> =
        change("setup", "suggested", suggested(left), suggested(right)).into_iter().collect();
    if left.allowed != right.allowed {
        let what = What::Changed { from: actions(&left.allowed), to: actions(&right.allowed) };
        changes.push(Change { part: "setup".to_owned(), path: "/allowed".to_owned(), what });
    }
    changes.extend(change("setup", "comment", left.comment.clone(), right.comment.clone()));
    changes
}

/// What is said of two packages. When each was made is no difference unless all fields are wanted.
pub(super) fn package(left: &PackageInfo, right: &PackageInfo, all_fields: bool) -> Vec<Change> {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let created = |info: &PackageInfo| info.created.clone().filter(|_| all_fields);
    let facts = |info: &PackageInfo| {
        [
            ("name", text(&info.name)),
            ("description", text(&info.description)),
            ("created", created(info)),
            ("creator", info.creator.clone()),
            ("source", info.source.clone()),
            ("intended_for", info.intended_for.clone()),
        ]
    };
    let pairs = facts(left).into_iter().zip(facts(right));
    pairs.filter_map(|((name, left), (_, right))| change("package", name, left, right)).collect()
}

fn change(part: &str, name: &str, left: Option<String>, right: Option<String>) -> Option<Change> {
    let shown = |text: String| Shown::Json(quote(&text));
    let what = match (left, right) {
        (Some(left), Some(right)) if left != right => What::Changed { from: shown(left), to: shown(right) },
        (Some(left), None) => What::Removed(shown(left)),
        (None, Some(right)) => What::Added(shown(right)),
        _ => return None,
    };
    Some(Change { part: part.to_owned(), path: format!("/{name}"), what })
}

fn actions(actions: &[Action]) -> Shown {
    let mut writer = Writer::compact();
    writer.begin_array();
    for action in actions {
        writer.string(action.as_str());
    }
    writer.end_array();
    Shown::Json(writer.finish())
}
