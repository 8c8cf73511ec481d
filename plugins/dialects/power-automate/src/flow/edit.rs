use std::collections::{BTreeMap, HashMap};

use flowport_plugin::detect::Text;
use flowport_plugin::json::{Document, Value};
use flowport_plugin::{EditOp, Edited, Failure, PartEdits, Relink, Slot, SlotValue, TextEdits, View};
use uuid::Uuid;

use super::parts::{Parts, definition};
use crate::definition::{map_entries, reference_pointer};
use crate::dependencies::Successors;
use crate::secrets::Secrets;
use crate::{APIS_MAP, Attributes, CONNECTION_NAME, CONNECTIONS_MAP, DEFINITION, findings, literals};

/// Under which names derived from a resource id are made: a UUID of our own.
const NAMESPACE: Uuid = Uuid::from_u128(0x7d9f_5c1e_2b64_4c0a_9a55_3e0b_7a44_f10e);

/// Makes all changes at once; only the bytes concerned change.
///
/// # Errors
/// `Failure::Other` for a slot that [`inspect`](super::inspect) does not report.
pub fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
    let mut edited = Edited::unchanged(subject.head());
    if ops.iter().all(|op| matches!(op, EditOp::SetState(_))) {
        for op in ops {
            edited.apply_to_head(op);
        }
        return Ok(edited);
    }
    let parts = Parts::of(subject)?;
    let mut changes = Changes::of(&parts);
    for op in ops {
        match op {
            EditOp::Relink(relink) => changes.relink(relink)?,
            EditOp::Rename(name) => {
                edited.apply_to_head(op);
                changes.set_if_there("/properties/displayName", name);
            }
            EditOp::SetId(id) => {
                edited.apply_to_head(op);
                let name = Uuid::new_v5(&NAMESPACE, id.id.as_bytes()).to_string();
                name_flow(&mut changes.edits, &name, &parts.definition);
            }
            EditOp::SetState(_) => {
                edited.apply_to_head(op);
            }
            EditOp::SetLiteral(literal) => {
                let (slot, value, text) =
                    string_at(&parts.definition, &literal.slot).ok_or_else(|| Failure::unknown_slot(op))?;
                let found = literals::find(value, Text::of(&text));
                let set = changes.texts.set_literal(&slot, &text, found, literal);
                set.ok_or_else(|| Failure::unknown_slot(op))?;
            }
            EditOp::SetSecret(secret) => changes.set_secret(secret).ok_or_else(|| Failure::unknown_slot(op))?,
            EditOp::Other(_) => return Err(Failure::unknown_slot(op)),
        }
    }
    changes.finish(subject, &mut edited)?;
    Ok(edited)
}

/// The changes to one flow, collected.
struct Changes<'a> {
    parts: &'a Parts,
    edits: PartEdits,
    texts: TextEdits,
    /// Raw texts of secrets that are put back; each takes the place of any other change to its string.
    restored: Vec<(Slot, String)>,
    /// By map and key: the id that a map entry is pointed at.
    relinked: BTreeMap<(&'static str, String), String>,
    /// Where actions of the new style say `apiId`, by key; found once, when first asked for.
    hosts: Option<HashMap<String, Vec<String>>>,
}

impl<'a> Changes<'a> {
    fn of(parts: &'a Parts) -> Changes<'a> {
        Changes {
            parts,
            edits: PartEdits::new(),
            texts: TextEdits::new(),
            restored: Vec::new(),
            relinked: BTreeMap::new(),
            hosts: None,
        }
    }

    /// Points a map entry at another resource, and the connection reference of the same key with it.
    fn relink(&mut self, relink: &Relink) -> Result<(), Failure> {
        let unknown = || Failure::Other(format!("there is no reference at {}", relink.slot));
        let slot = Slot::parse(&relink.slot).ok_or_else(unknown)?;
        let (map, document) = match slot.part.as_str() {
            APIS_MAP => (APIS_MAP, &self.parts.apis),
            CONNECTIONS_MAP => (CONNECTIONS_MAP, &self.parts.connections),
            _ => return Err(unknown()),
        };
        let tokens = slot.tokens();
        let [key] = tokens.as_slice() else { return Err(unknown()) };
        document.at(&slot.pointer).and_then(Value::as_str).ok_or_else(unknown)?;
        let attributes = Attributes::of(&relink.to)?;
        self.edits.set_string(&slot, &relink.to.id.id);
        self.relinked.insert((map, key.clone()), relink.to.id.id.clone());
        if map == CONNECTIONS_MAP {
            if let Some(name) = attributes.string(CONNECTION_NAME) {
                self.set_if_there(&reference_pointer(key, Some("connectionName")), &name);
            }
            return Ok(());
        }
        let Some(api_id) = attributes.api_id() else { return Ok(()) };
        self.set_if_there(&reference_pointer(key, Some("id")), &api_id);
        if let Some(name) = api_id.rsplit('/').next() {
            let name = name.strip_prefix("shared_").unwrap_or(name);
            self.set_if_there(&reference_pointer(key, Some("apiName")), name);
        }
        let hosts = self.hosts.get_or_insert_with(|| hosts(&self.parts.definition));
        for pointer in hosts.get(key).into_iter().flatten() {
            self.edits.set_string(&Slot::new(DEFINITION, pointer), &api_id);
        }
        Ok(())
    }

    fn set_if_there(&mut self, pointer: &str, text: &str) {
        if self.parts.definition.at(pointer).is_some_and(|value| value.as_str().is_some()) {
            self.edits.set_string(&Slot::new(DEFINITION, pointer), text);
        }
    }

    /// Takes a secret that is there out, or puts one back where a string stands. None: there is no such place.
    fn set_secret(&mut self, secret: &SlotValue) -> Option<()> {
        let definition = &self.parts.definition;
        let (slot, value, text) = string_at(definition, &secret.slot)?;
        if let Some(raw) = &secret.value {
            self.restored.push((slot, raw.clone()));
            return Some(());
        }
        let found = Secrets::of(definition.root()).find(value, Text::of(&text));
        if found.is_empty() {
            return None;
        }
        self.texts.replace(&slot, &text, found.into_iter().map(|secret| secret.range), "");
        Some(())
    }

    fn finish(mut self, subject: &dyn View, edited: &mut Edited) -> Result<(), Failure> {
        if !self.relinked.is_empty() {
            self.dependencies(edited)?;
        }
        self.texts.finish(&mut self.edits);
        for (slot, raw) in self.restored {
            self.edits.set_raw(&slot, &raw);
        }
        self.edits.apply(subject, edited)
    }

    /// `dependsOn` in the attributes stays what the maps name.
    fn dependencies(&mut self, edited: &Edited) -> Result<(), Failure> {
        let attributes = Attributes::of(&edited.head)?;
        let mut successors = Successors::default();
        for (part, document) in [(APIS_MAP, &self.parts.apis), (CONNECTIONS_MAP, &self.parts.connections)] {
            for (key, old) in map_entries(document, part, &edited.head.id).map_err(Failure::from)? {
                let new = self.relinked.get(&(part, key.into_owned()));
                successors.add(&old, new.map_or(old.as_ref(), String::as_str));
            }
        }
        successors.write(&attributes, &mut self.edits);
        Ok(())
    }
}

/// Pointers to `apiId` of the actions of the new style, by the key of the connection reference that they use.
fn hosts(definition: &Document) -> HashMap<String, Vec<String>> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for host in definition.walk().filter(|value| findings::is_host(*value)) {
        let key = host.get("connectionName").and_then(Value::as_str);
        if let (Some(key), Some(api_id)) = (key, host.get("apiId").filter(|value| value.as_str().is_some())) {
            found.entry(key.into_owned()).or_default().push(api_id.pointer());
        }
    }
    found
}

/// The source flow's id stands in `name` and at the end of `id`.
fn name_flow(edits: &mut PartEdits, name: &str, definition: &Document) {
    edits.set_string(&Slot::new(DEFINITION, "/name"), name);
    if definition.at("/id").is_some() {
        edits.set_string(&Slot::new(DEFINITION, "/id"), &format!("/providers/Microsoft.Flow/flows/{name}"));
    }
}

/// A string of `definition.json`, with what it means.
fn string_at<'d>(definition: &'d Document, slot: &str) -> Option<(Slot, Value<'d>, String)> {
    let slot = Slot::parse(slot).filter(|slot| slot.part == DEFINITION)?;
    let value = definition.at(&slot.pointer)?;
    let text = value.as_str()?.into_owned();
    Some((slot, value, text))
}

/// The raw JSON text of the strings that hold found secrets.
///
/// # Errors
/// `Failure::Other` for a slot that holds no secret.
pub fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
    let definition = definition(subject)?;
    let secrets = Secrets::of(definition.root());
    let value = |slot: &String| {
        let found =
            string_at(&definition, slot).filter(|(_, value, text)| !secrets.find(*value, Text::of(text)).is_empty());
        let (_, value, _) = found.ok_or_else(|| Failure::Other(format!("there is no secret at {slot}")))?;
        Ok(SlotValue { slot: slot.clone(), value: Some(value.raw().to_owned()) })
    };
    slots.iter().map(value).collect()
}

/// An update keeps who the existing flow is: its ids, in the head and in the definition, and whether it runs.
///
/// # Errors
/// When one of the definitions cannot be read.
pub fn keep_identity(incoming: &dyn View, existing: &dyn View, mut outcome: Edited) -> Result<Edited, Failure> {
    let (ours, theirs) = (definition(incoming)?, definition(existing)?);
    let name = |document: &Document| document.at("/name").and_then(Value::as_str).map(|name| name.into_owned());
    if let (Some(own), Some(name)) = (name(&ours), name(&theirs))
        && own != name
    {
        let mut edits = PartEdits::new();
        name_flow(&mut edits, &name, &ours);
        edits.apply(incoming, &mut outcome)?;
    }
    Ok(outcome)
}
