//! Which flow and which version of it a file holds. The keys are inferred from the vendor's SDK, which speaks of
//! `name`, flow ids and versions.

use std::borrow::Cow;

use flowport_plugin::findings::Findings;
use flowport_plugin::json::{Document, Kind, Value, quote};
use flowport_plugin::{Diagnostic, Head, ResourceId, State};

use crate::codes;
use crate::findings::wrong_type;

/// The dialect.
pub const DIALECT: &str = "flowrunner";
/// The kind of resource.
pub const FLOW: &str = "flow";
/// The only part: the whole file.
pub const PART: &str = "version.json";

/// What the version of a flow may be called, the more telling key first.
pub(crate) const NAMES: [&str; 2] = ["name", "flowName"];
pub(crate) const IDS: [&str; 2] = ["flowId", "id"];
pub(crate) const VERSIONS: [&str; 2] = ["version", "versionNumber"];
pub(crate) const STATES: [&str; 2] = ["status", "state"];

/// What the product calls the one version of a flow that runs.
const LIVE: &str = "LIVE";
/// The version of a file that states none.
const FIRST_VERSION: &str = "1";
/// The longest id or version that the engine takes, in bytes.
const MAX_ID: usize = 1024;

/// The head of the resource that an exported version becomes. None where nothing in it can identify it;
/// [`check`](crate::check) says why.
#[must_use]
pub fn head(root: Value<'_>) -> Option<Head> {
    let name = flow(root).ok()?;
    let version = version(root).ok()?.unwrap_or(Cow::Borrowed(FIRST_VERSION)).into_owned();
    let id = ResourceId { version: Some(version), ..ResourceId::new(FLOW, &name) };
    let is_live = stated(root, &STATES).and_then(Value::as_str).is_some_and(|state| state.eq_ignore_ascii_case(LIVE));
    let state = if is_live { State::Published } else { State::Draft };
    Some(Head { state, ..Head::new(id, DIALECT, &name) })
}

/// Under which keys a version is found elsewhere, the strongest first.
pub(crate) fn identities(root: Value<'_>, resource: &ResourceId) -> Vec<String> {
    let version = resource.version.as_deref().unwrap_or(FIRST_VERSION);
    let id = stated(root, &IDS).and_then(|value| plain(value).ok());
    let mut identities: Vec<String> = id
        .iter()
        .map(|id| id.as_ref())
        .chain([resource.id.as_str()])
        .map(|id| format!("flowrunner:{id}@{version}"))
        .collect();
    identities.dedup();
    identities
}

/// The first of several members that says something.
pub(crate) fn stated<'d>(root: Value<'d>, members: &[&str]) -> Option<Value<'d>> {
    let says_something = |value: &Value<'_>| !value.is_null() && value.as_str().is_none_or(|text| !text.is_empty());
    members.iter().find_map(|member| root.get(member).filter(says_something))
}

/// Why a member cannot be a part of an id.
enum Fault<'d> {
    Missing,
    WrongType(Value<'d>, &'static str),
    Unusable(Value<'d>, &'static str),
}

/// The name of the flow, else its id.
fn flow(root: Value<'_>) -> Result<Cow<'_, str>, Fault<'_>> {
    match stated(root, &NAMES) {
        Some(name) if name.kind() != Kind::String => Err(Fault::WrongType(name, "a text")),
        Some(name) => plain(name),
        None => plain(stated(root, &IDS).ok_or(Fault::Missing)?),
    }
}

fn version(root: Value<'_>) -> Result<Option<Cow<'_, str>>, Fault<'_>> {
    stated(root, &VERSIONS).map(plain).transpose()
}

/// What a text or a number says.
fn plain(value: Value<'_>) -> Result<Cow<'_, str>, Fault<'_>> {
    let text = match value.kind() {
        Kind::Number => Cow::Borrowed(value.raw()),
        Kind::String => value.as_str().unwrap_or_default(),
        _ => return Err(Fault::WrongType(value, "a text or a number")),
    };
    if text.len() > MAX_ID {
        return Err(Fault::Unusable(value, "is longer than 1,024 bytes"));
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::Unusable(value, "has control characters"));
    }
    Ok(text)
}

/// Says what is wrong with the members that tell which flow and version this is.
pub(crate) fn check(root: Value<'_>, findings: &mut Findings) {
    let key = |value: Value<'_>| value.key().map(|key| key.name().into_owned()).unwrap_or_default();
    for fault in [flow(root).err(), version(root).err()].into_iter().flatten() {
        match fault {
            Fault::Missing => findings.at_member(
                root,
                NAMES[0],
                Diagnostic::error(codes::MISSING, "the flow has neither a name nor an id")
                    .help("write its name there, or export it again from FlowRunner"),
            ),
            Fault::WrongType(value, expected) => findings.at(value, wrong_type(value, &key(value), expected)),
            Fault::Unusable(value, why) => findings.at(
                value,
                Diagnostic::error(codes::NO_ID, format!("{} cannot identify the flow: it {why}", key(value)))
                    .help("rename the flow in FlowRunner and export it again"),
            ),
        }
    }
    if stated(root, &VERSIONS).is_none() {
        let summary = format!("the file does not say which version it is: it is taken for version {FIRST_VERSION}");
        let diagnostic = Diagnostic::info(codes::NO_VERSION, summary);
        findings.at_member(root, VERSIONS[0], diagnostic.help("for another one: --set-version"));
    }
    if let Some(state) = stated(root, &STATES).filter(|state| state.kind() != Kind::String) {
        findings.at(state, wrong_type(state, &key(state), "a text"));
    }
}

/// The raw text of a version, in the type of the one before it: a number stays a number where the new one is one.
pub(crate) fn raw_version(before: Value<'_>, version: &str) -> String {
    let is_number = Document::parse(version).is_ok_and(|document| {
        let number = document.root();
        number.kind() == Kind::Number && number.raw() == version
    });
    if is_number && before.kind() == Kind::Number { version.to_owned() } else { quote(version) }
}

/// Whether a member says this already.
pub(crate) fn says(value: Value<'_>, wanted: &str) -> bool {
    plain(value).is_ok_and(|text| text == wanted)
}
