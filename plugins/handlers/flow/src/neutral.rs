//! Flows in flowport's own dialect: one part, `flow.json`, described by docs/formats/flow.md and `schema.json`.

use std::collections::BTreeSet;

use flowport_plugin::json::{Document, Kind, Limits, Value};
use flowport_plugin::texts::Texts;
use flowport_plugin::{
    Action, Change, Diagnostic, EditOp, Edited, Failure, Handler, Inspection, KindInfo, PartEdits, Reader, ResourceId,
    Slot, SlotValue, State, Traits, View, plan_by_rule, read_part,
};

use crate::{ACTIONS, replaced};

/// The dialect.
pub(crate) const DIALECT: &str = "flowport";
/// The only part.
const PART: &str = "flow.json";
/// The members of a flow.
const MEMBERS: [&str; 9] =
    ["name", "version", "state", "trigger", "steps", "connections", "uses", "schedule", "slaGoals"];

/// Flows in flowport's own dialect.
pub(crate) struct Neutral;

impl Handler for Neutral {
    fn kinds() -> Vec<KindInfo> {
        vec![kind()]
    }

    fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
        inspect(subject)
    }

    fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
        Texts::of(PART, &parse(subject)?).secret_values(slots)
    }

    fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
        edit(subject, ops)
    }

    fn plan(
        incoming: &dyn View,
        existing: Option<&dyn View>,
        action: Option<Action>,
        _target: &dyn Reader,
    ) -> Result<Change, Failure> {
        let mut change = plan_by_rule(incoming, existing, action);
        if replaced(incoming, existing, &change).is_some()
            && let Some(outcome) = change.outcome.take()
        {
            change.outcome = Some(keep_state(incoming, outcome)?);
        }
        Ok(change)
    }
}

fn kind() -> KindInfo {
    KindInfo::new("flow", DIALECT)
        .title("flow", "flows")
        .actions(&ACTIONS)
        .traits(Traits::OWNED | Traits::ACTIVATED | Traits::DRAFTS | Traits::GENERATED_IDS)
        .key(PART, "/connections", "key")
        .key(PART, "/steps", "name")
        .schema(include_str!("schema.json"))
}

fn parse(subject: &dyn View) -> Result<Document, Failure> {
    let text = read_part(subject, PART, Limits::default().max_bytes as u64)?;
    let document = Document::parse(text).map_err(|error| {
        Failure::from(Diagnostic::error("FL0001", format!("{PART}: {error}")).subject(subject.head().id))
    })?;
    if document.root().kind() == Kind::Object {
        Ok(document)
    } else {
        Err(Diagnostic::error("FL0001", format!("{PART} is no JSON object")).subject(subject.head().id).into())
    }
}

/// What a flow needs: slot, kind, id.
fn references<'d>(document: &'d Document) -> Vec<(Value<'d>, &'static str)> {
    let root = document.root();
    let connections = root.get("connections").into_iter().flat_map(Value::elements);
    connections
        .flat_map(|connection| {
            [(connection.get("connection"), "connection"), (connection.get("connector"), "connector")]
        })
        .filter_map(|(value, kind)| Some((value.filter(|value| value.kind() == Kind::String)?, kind)))
        .collect()
}

/// Other things a flow uses, written `kind/id`.
fn uses(document: &Document) -> Vec<(Value<'_>, Option<ResourceId>)> {
    let elements = document.root().get("uses").into_iter().flat_map(Value::elements);
    let id = |value: Value<'_>| {
        let text = value.as_str()?;
        let (kind, id) = text.split_once('/').filter(|(kind, id)| !kind.is_empty() && !id.is_empty())?;
        Some(ResourceId::new(kind, id))
    };
    elements.map(|value| (value, id(value))).collect()
}

fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
    let head = subject.head();
    let document = parse(subject)?;
    let root = document.root();
    let mut inspection = Inspection::new().identity(format!("flow:{}", head.id.id));
    let mut report = |severity: fn(&str, String) -> Diagnostic, code: &str, slot: &str, summary: String, help: &str| {
        let diagnostic = severity(code, summary).subject(head.id.clone()).at(format!("{PART}#{slot}")).help(help);
        inspection.diagnostics.push(diagnostic);
    };
    let text = |name: &str| root.get(name).and_then(Value::as_str);
    if text("name").is_none_or(|name| name != head.name) {
        report(
            Diagnostic::error,
            "FL0002",
            "/name",
            format!("name must be the resource's name, {:?}", head.name),
            "make both the same",
        );
    }
    let state = if head.state == State::Published { "published" } else { "draft" };
    if text("state").is_none_or(|stated| stated != state) {
        report(
            Diagnostic::error,
            "FL0003",
            "/state",
            format!("state must be the resource's state, {state:?}"),
            "make both the same",
        );
    }
    for (name, kind) in [("trigger", Kind::Object), ("steps", Kind::Array)] {
        if root.get(name).is_none_or(|value| value.kind() != kind) {
            let shape = if kind == Kind::Array { "a list" } else { "an object" };
            report(
                Diagnostic::error,
                "FL0004",
                &format!("/{name}"),
                format!("{name} is missing or not {shape}"),
                "see docs/formats/flow.md",
            );
        }
    }
    for (name, kind) in
        [("connections", Kind::Array), ("uses", Kind::Array), ("slaGoals", Kind::Array), ("schedule", Kind::Object)]
    {
        if root.get(name).is_some_and(|value| value.kind() != kind) {
            let shape = if kind == Kind::Array { "a list" } else { "an object" };
            report(
                Diagnostic::error,
                "FL0004",
                &format!("/{name}"),
                format!("{name} is not {shape}"),
                "see docs/formats/flow.md",
            );
        }
    }
    let mut keys = BTreeSet::new();
    for connection in root.get("connections").into_iter().flat_map(Value::elements) {
        let key = connection.get("key").and_then(Value::as_str);
        if key.as_deref().is_none_or(|key| !keys.insert(key.to_owned())) || connection.get("connection").is_none() {
            let summary = "a connection needs a key of its own and a connection".to_owned();
            report(Diagnostic::error, "FL0005", &connection.pointer(), summary, "see docs/formats/flow.md");
        }
    }
    for (value, id) in uses(&document) {
        if id.is_none() {
            report(
                Diagnostic::error,
                "FL0006",
                &value.pointer(),
                format!("{} names no resource", value.raw()),
                "write kind/id",
            );
        }
    }
    for (key, value) in root.members() {
        if !MEMBERS.contains(&key.name().as_ref()) {
            report(
                Diagnostic::warning,
                "FL0007",
                &value.pointer(),
                format!("{} is not known; it is kept", key.name()),
                "see docs/formats/flow.md",
            );
        }
    }
    for (value, kind) in references(&document) {
        let id = value.as_str().unwrap_or_default();
        inspection.require(Slot::new(PART, value.pointer()), ResourceId::new(kind, &id));
    }
    for (value, id) in uses(&document) {
        if let Some(id) = id {
            inspection.require(Slot::new(PART, value.pointer()), id);
        }
    }
    Texts::of(PART, &document).find(&mut inspection);
    Ok(inspection)
}

fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
    let document = parse(subject)?;
    let mut edited = Edited::unchanged(subject.head());
    let mut edits = PartEdits::new();
    let mut found = Texts::of(PART, &document).changes();
    let named = references(&document).into_iter().map(|(value, _)| value.pointer());
    let used = uses(&document).into_iter().filter(|(_, id)| id.is_some()).map(|(value, _)| value.pointer());
    let reported: BTreeSet<String> = named.chain(used).collect();
    for op in ops {
        match op {
            EditOp::Relink(relink) => {
                let is_reported = |slot: &Slot| slot.part == PART && reported.contains(&slot.pointer);
                let slot = Slot::parse(&relink.slot).filter(is_reported).ok_or_else(|| Failure::unknown_slot(op))?;
                let id = &relink.to.id;
                let is_use = slot.pointer.starts_with("/uses/");
                let text = if is_use { format!("{}/{}", id.kind, id.id) } else { id.id.clone() };
                edits.set_string(&slot, &text);
            }
            EditOp::Rename(name) => {
                edited.apply_to_head(op);
                edits.set_string(&Slot::new(PART, "/name"), name);
            }
            EditOp::SetState(state) => {
                edited.apply_to_head(op);
                let word = if *state == State::Published { "published" } else { "draft" };
                edits.set_string(&Slot::new(PART, "/state"), word);
            }
            EditOp::SetId(_) => {
                edited.apply_to_head(op);
            }
            EditOp::SetSecret(_) | EditOp::SetLiteral(_) | EditOp::Other(_) => found.apply(op)?,
        }
    }
    found.finish(&mut edits);
    edits.apply(subject, &mut edited)?;
    Ok(edited)
}

/// An update leaves the existing flow on or off, in the head and in the part.
fn keep_state(incoming: &dyn View, mut edited: Edited) -> Result<Edited, Failure> {
    let word = if edited.head.state == State::Published { "published" } else { "draft" };
    let document = parse(incoming)?;
    if document.at("/state").and_then(|value| value.as_str()).is_some_and(|state| state != word) {
        let mut edits = PartEdits::new();
        edits.set_string(&Slot::new(PART, "/state"), word);
        edits.apply(incoming, &mut edited)?;
    }
    Ok(edited)
}
