//! Who a flow is: its name and version are unique together (the vendor's manual says so), and nothing else names it
//! elsewhere.

use std::borrow::Cow;

use flowport_plugin::findings::{Findings, shown};
use flowport_plugin::json::{Document, Kind, Value, quote};
use flowport_plugin::{Diagnostic, Head, ResourceId, State};

use crate::codes;
use crate::findings::wrong_type;

/// The dialect.
pub const DIALECT: &str = "k2view-dpm";
/// The kind of resource.
pub const FLOW: &str = "flow";
/// The only part: the whole file.
pub const PART: &str = "flow.json";

pub(crate) const NAME: &str = "FLOW_NAME";
pub(crate) const VERSION: &str = "FLOW_VERSION";
pub(crate) const STATUS: &str = "STATUS";

/// What the product calls a flow that is ready: it cannot be changed any more, and Activities may be linked to it.
pub(crate) const COMPLETED: &str = "Completed";
/// What it calls one that is not.
pub(crate) const DRAFT: &str = "Draft";

/// The version that the product gives a flow of which none is stated.
const FIRST_VERSION: &str = "1";
/// The longest id or version that the engine takes, in bytes.
const MAX_ID: usize = 1024;

/// The head of the resource that an exported flow becomes. None where name or version cannot identify it;
/// [`check`](crate::check) says why.
#[must_use]
pub fn head(root: Value<'_>) -> Option<Head> {
    let name = name(root).ok()?;
    let version = version(root).ok()?;
    let id = ResourceId { version: Some(version.into_owned()), ..ResourceId::new(FLOW, &name) };
    Some(Head { state: state(root), ..Head::new(id, DIALECT, &name) })
}

/// Under which key a flow is found elsewhere.
pub(crate) fn identity(id: &ResourceId) -> String {
    format!("dpm:{}@{}", id.id, id.version.as_deref().unwrap_or(FIRST_VERSION))
}

/// Draft, but where the file says that it is completed.
fn state(root: Value<'_>) -> State {
    let is_completed = status(root).is_some_and(|status| status.eq_ignore_ascii_case(COMPLETED));
    if is_completed { State::Published } else { State::Draft }
}

fn status(root: Value<'_>) -> Option<Cow<'_, str>> {
    root.get(STATUS).and_then(Value::as_str)
}

/// Why a member cannot be a part of an id.
enum Fault<'d> {
    Missing,
    WrongType(Value<'d>, &'static str),
    Unusable(Value<'d>, &'static str),
}

fn name(root: Value<'_>) -> Result<Cow<'_, str>, Fault<'_>> {
    let value = root.get(NAME).filter(|value| !value.is_null()).ok_or(Fault::Missing)?;
    let name = value.as_str().ok_or(Fault::WrongType(value, "a text"))?;
    if name.is_empty() {
        return Err(Fault::Missing);
    }
    usable(name, value)
}

fn version(root: Value<'_>) -> Result<Cow<'_, str>, Fault<'_>> {
    match stated_version(root) {
        None => Ok(Cow::Borrowed(FIRST_VERSION)),
        Some(value) => match value.kind() {
            Kind::Number => usable(Cow::Borrowed(value.raw()), value),
            Kind::String => usable(value.as_str().unwrap_or_default(), value),
            _ => Err(Fault::WrongType(value, "a number")),
        },
    }
}

/// The version in the file. None where there is none, which the product takes for the first.
fn stated_version(root: Value<'_>) -> Option<Value<'_>> {
    root.get(VERSION).filter(|value| !value.is_null() && value.as_str().is_none_or(|text| !text.is_empty()))
}

fn usable<'d>(text: Cow<'d, str>, value: Value<'d>) -> Result<Cow<'d, str>, Fault<'d>> {
    if text.len() > MAX_ID {
        return Err(Fault::Unusable(value, "is longer than 1,024 bytes"));
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::Unusable(value, "has control characters"));
    }
    Ok(text)
}

/// Says what is wrong with name, version and status.
pub(crate) fn check(root: Value<'_>, findings: &mut Findings) {
    for (member, fault) in [(NAME, name(root).err()), (VERSION, version(root).err())] {
        match fault {
            None => {}
            Some(Fault::Missing) => findings.at_member(
                root,
                member,
                Diagnostic::error(codes::MISSING, format!("the flow has no {member}"))
                    .help("name and version identify a flow: write the name there, or export the flow again"),
            ),
            Some(Fault::WrongType(value, expected)) => findings.at(value, wrong_type(value, member, expected)),
            Some(Fault::Unusable(value, why)) => findings.at(
                value,
                Diagnostic::error(codes::NO_ID, format!("{member} cannot identify the flow: it {why}"))
                    .help("rename the flow in DPM and export it again"),
            ),
        }
    }
    if stated_version(root).is_none() {
        let summary = format!("the flow has no {VERSION}: it is taken for version {FIRST_VERSION}");
        let help = "DPM does the same; for another one: --set-version";
        findings.at_member(root, VERSION, Diagnostic::info(codes::NO_VERSION, summary).help(help));
    }
    let Some(value) = root.get(STATUS).filter(|value| !value.is_null()) else { return };
    match value.as_str() {
        None => findings.at(value, wrong_type(value, STATUS, "a text")),
        Some(word) if [COMPLETED, DRAFT].iter().any(|known| word.eq_ignore_ascii_case(known)) => {}
        Some(word) => {
            let summary =
                format!("{STATUS} is {}, not {DRAFT} or {COMPLETED}: the flow counts as a draft", shown(&word));
            findings.at(value, Diagnostic::info(codes::UNKNOWN_STATUS, summary).help("nothing has to be done"));
        }
    }
}

/// Says where the file and the head of the resource disagree: what was put there by hand may.
pub(crate) fn check_against(root: Value<'_>, resource: &Head, findings: &mut Findings) {
    let Some(stated) = head(root) else { return };
    let said = |id: &ResourceId| format!("{}@{}", id.id, id.version.as_deref().unwrap_or_default());
    if stated.id != resource.id {
        let summary = format!(
            "{NAME} and {VERSION} say {}, the resource is called {}",
            shown(&said(&stated.id)),
            shown(&said(&resource.id))
        );
        findings.at_member(root, NAME, Diagnostic::error(codes::OTHER_ID, summary).help("make both the same"));
    }
    if stated.state != resource.state {
        let word = |state| if state == State::Published { "completed" } else { "a draft" };
        let summary =
            format!("by its {STATUS} the flow is {}, by the resource {}", word(stated.state), word(resource.state));
        findings.at_member(root, STATUS, Diagnostic::error(codes::OTHER_STATE, summary).help("make both the same"));
    }
}

/// The raw text of a version, in the type that the one before it has: a number stays a number where the new one is one.
pub(crate) fn raw_version(root: Value<'_>, version: &str) -> String {
    let was_text = stated_version(root).is_some_and(|value| value.kind() == Kind::String);
    let is_number = Document::parse(version).is_ok_and(|document| {
        let number = document.root();
        number.kind() == Kind::Number && number.raw() == version
    });
    if is_number && !was_text { version.to_owned() } else { quote(version) }
}

/// Whether the file says this version already, be it by saying none.
pub(crate) fn says_version(root: Value<'_>, wanted: &str) -> bool {
    version(root).is_ok_and(|version| version == wanted)
}

/// Whether the file says this state already.
pub(crate) fn says_state(root: Value<'_>, wanted: State) -> bool {
    state(root) == wanted
}
