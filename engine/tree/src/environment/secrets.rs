//! Declared secrets of an environment in a folder: sealed, in a file that no version control takes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use flowport_core::content::Hash;
use flowport_core::model::{Diagnostic, ResourceId, SlotValue};
use flowport_json::Writer;
use flowport_secrets::Vault;

use crate::PRIVATE;
use crate::error::{TreeError, about};
use crate::fields::{self, CODE, Fields};
use crate::journal::SECRETS;
use crate::transaction::Transaction;

/// The only version there is.
const VERSION: u64 = 1;

/// A secret as the file holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) id: ResourceId,
    pub(super) slot: String,
    pub(super) bytes: Vec<u8>,
}

/// All that an environment keeps, by resource; none of them has no secret.
pub(super) type Kept = BTreeMap<ResourceId, Vec<Sealed>>;

/// Those of one resource.
pub(super) fn of<'s>(kept: &'s Kept, id: &ResourceId) -> impl Iterator<Item = &'s Sealed> {
    kept.get(id).into_iter().flatten()
}

/// Whose secret it is: sealed with it, so that an entry moved to another resource opens no more.
fn about_secret(id: &ResourceId, slot: &str) -> String {
    format!("{id}\n{slot}")
}

const NO_VAULT: &str = "this environment was opened without the key to its secrets";

/// Seals a secret; `value` is JSON text.
pub(super) fn seal(vault: Option<&Vault>, id: &ResourceId, slot: &str, value: &str) -> Result<Sealed, String> {
    let vault = vault.ok_or_else(|| format!("a secret of {id}: {NO_VAULT}"))?;
    let bytes = vault.seal(&about_secret(id, slot), value).map_err(|why| format!("a secret of {id}: {why}"))?;
    Ok(Sealed { id: id.clone(), slot: slot.to_owned(), bytes })
}

/// Seals those that have a value.
pub(super) fn seal_all(vault: Option<&Vault>, id: &ResourceId, secrets: &[SlotValue]) -> Result<Vec<Sealed>, String> {
    let values = secrets.iter().filter_map(|secret| Some((&secret.slot, secret.value.as_deref()?)));
    values.map(|(slot, value)| seal(vault, id, slot, value)).collect()
}

/// What tells a secret that stands in a file from others, for who has the key.
pub(super) fn mark(vault: Option<&Vault>, id: &ResourceId, secret: &SlotValue) -> Result<Option<Hash>, String> {
    let (Some(vault), Some(value)) = (vault, secret.value.as_deref()) else { return Ok(None) };
    let mark = vault.mark(&about_secret(id, &secret.slot), value);
    Ok(mark.map_err(|why| format!("a secret of {id}: {why}"))?.map(Hash))
}

/// Opens secrets.
pub(super) fn open_all(
    vault: Option<&Vault>,
    sealed: impl IntoIterator<Item = Sealed>,
) -> Result<Vec<SlotValue>, String> {
    let open = |sealed: Sealed| Ok(SlotValue { value: Some(open(vault, &sealed)?), slot: sealed.slot });
    sealed.into_iter().map(open).collect()
}

/// Opens a secret.
pub(super) fn open(vault: Option<&Vault>, sealed: &Sealed) -> Result<String, String> {
    let Sealed { id, slot, bytes } = sealed;
    let vault = vault.ok_or_else(|| format!("a secret of {id}: {NO_VAULT}"))?;
    vault.open(&about_secret(id, slot), bytes).map_err(|why| format!("a secret of {id}: {why}"))
}

/// All that an environment keeps.
pub(super) fn read(root: &Path) -> Result<Kept, TreeError> {
    let path = root.join(PRIVATE).join(SECRETS);
    if !path.exists() {
        return Ok(Kept::new());
    }
    let shown = format!("{PRIVATE}/{SECRETS}");
    let bytes = fs::read(&path).map_err(about(&path))?;
    let document = fields::parse(&shown, bytes).map_err(|fault| TreeError::Invalid(vec![fault]))?;
    let mut fields = Fields::of(&shown);
    let root = document.root();
    if fields.optional_number(root, "version").is_some_and(|version| version > VERSION) {
        fields.fault(root, "this was written by a newer flowport; use that one");
    }
    let mut all = Kept::new();
    for value in fields.elements(root, "secrets") {
        let names = ["kind", "id", "version", "slot", "sealed"].map(|name| fields.optional_text(value, name));
        let sealed = match names {
            [Some(kind), Some(id), version, Some(slot), Some(sealed)] => {
                let id = ResourceId::new(&kind, &id, version.as_deref()).ok();
                id.zip(from_hex(&sealed)).map(|(id, bytes)| Sealed { id, slot, bytes })
            }
            _ => None,
        };
        match sealed {
            Some(sealed) => all.entry(sealed.id.clone()).or_default().push(sealed),
            None => fields.fault(value, "this is no sealed secret; take the entry away and set the secret again"),
        }
    }
    if fields.faults.is_empty() { Ok(all) } else { Err(TreeError::Invalid(fields.faults)) }
}

/// Puts all that an environment keeps into the file.
pub(super) fn write(transaction: &Transaction<'_>, kept: &Kept) -> Result<(), TreeError> {
    let path = format!("{PRIVATE}/{SECRETS}");
    if kept.is_empty() {
        return transaction.remove(&path);
    }
    let mut writer = Writer::pretty();
    writer.begin_object().key("version").number(VERSION).key("secrets").begin_array();
    for Sealed { id, slot, bytes } in kept.values().flatten() {
        writer.begin_object().key("kind").string(id.kind.as_str()).key("id").string(&id.id);
        if let Some(version) = &id.version {
            writer.key("version").string(version);
        }
        writer.key("slot").string(slot).key("sealed").string(&to_hex(bytes)).end_object();
    }
    writer.end_array().end_object();
    transaction.write_text(&path, writer.finish() + "\n")
}

pub(super) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

/// What is wrong with the file, for an environment that can be read without it.
pub(super) fn problem(error: &TreeError) -> Vec<Diagnostic> {
    match error.diagnostics() {
        [] => vec![Diagnostic::error(CODE, error.to_string())],
        found => found.to_vec(),
    }
}
