//! From a resource to its files.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use flowport_core::content::Content;
use flowport_core::model::volatile::{ATTRIBUTES, pointers};
use flowport_core::model::{ArrayKey, Head, KindInfo, Part, Resource, Setup};
use flowport_core::registry::Registry;
use flowport_json::{Document, compact};

use crate::error::TreeError;
use crate::names::{self, Taken};
use crate::read::Entry;
use crate::record::Record;
use crate::resource::{Form, PartFile, ResourceFile};
use crate::spelling::{Hidden, Spelling, limits, readable};
use crate::transaction::Transaction;
use crate::{LAYOUT, RECORD, RESOURCE};

/// A part that is a JSON document, in bytes, as packages have them.
const MAX_JSON: u64 = 64 << 20;
/// What is added to the name of a part that is no JSON though it is called so, because git makes line ends of JSON alike.
const AS_BYTES: &str = ".bytes";

/// What git does with the files of a tree: JSON has the same line ends everywhere, all else keeps its bytes, and nobody reviews
/// the layout.
pub(crate) const GIT_ATTRIBUTES: &str = "\
*/*/** -text
*/*/**/*.json text eol=lf
/package.json text eol=lf
/layout/** -text -diff linguist-generated
";

/// A resource to be written.
pub(crate) struct Writing<'w> {
    /// `kind/name`, below the tree.
    pub(crate) folder: &'w str,
    /// What the tree has of it.
    pub(crate) before: Option<&'w Entry>,
    pub(crate) resource: &'w Resource,
    pub(crate) setup: &'w Setup,
    pub(crate) owners: &'w [String],
    pub(crate) serial: Option<u64>,
    pub(crate) changed: Option<String>,
}

/// The folder of a resource that is new to the tree. What lies in one that has no resource is somebody else's.
pub(crate) fn free_folder(root: &std::path::Path, head: &Head, taken: &HashSet<String>) -> String {
    names::folder(head, &|name| taken.contains(name) || root.join(name).symlink_metadata().is_ok())
}

/// Adds all files of a resource to a transaction, and takes away those it has no longer. A file that says the same already,
/// however it is laid out, stays as it is.
pub(crate) fn write(
    transaction: &Transaction<'_>,
    root: &std::path::Path,
    registry: &Registry,
    writing: &Writing<'_>,
) -> Result<(), TreeError> {
    let Writing { folder, before, resource, .. } = writing;
    let info = registry.handler(&resource.head).map(|(_, info)| info);
    let mut record = Record { serial: writing.serial, changed: writing.changed.clone(), ..Record::default() };
    let mut files = HashSet::new();
    let mut taken = Taken::default();
    if let Some(before) = before {
        before.parts.iter().map(|part| &part.file).chain(&before.unknown).for_each(|file| taken.take(file));
    }
    let mut parts = Vec::with_capacity(resource.parts.len());
    for part in &resource.parts {
        let mut add = Adding { transaction, root, folder, before: *before, info, taken: &mut taken };
        let (file, hidden) = add.part(&resource.head, part)?;
        files.insert(format!("{folder}/{}", file.file));
        if matches!(hidden.spelling, Spelling::Original(_)) {
            files.insert(format!("{LAYOUT}/{folder}/{}", file.file));
        }
        if !hidden.is_nothing() {
            record.parts.insert(file.file.clone(), hidden);
        }
        parts.push(file);
    }
    let attributes = &resource.head.attributes;
    let (slots, keys) = volatile_of(info, ATTRIBUTES);
    let too_long = || failed(&resource.head, ATTRIBUTES, "they are no JSON, or too long to be read".to_owned());
    let (text, hidden) = readable(attributes.as_bytes(), &slots, &keys).ok_or_else(too_long)?;
    record.attributes = hidden;
    let Head { id, name, dialect, state, origin, .. } = resource.head.clone();
    let (owners, setup) = (writing.owners.to_vec(), writing.setup.clone());
    let file = ResourceFile { id, name, dialect, state, origin, owners, setup, attributes: text, parts };
    let text = file.to_text().ok_or_else(too_long)?;
    let path = format!("{folder}/{RESOURCE}");
    write_json(transaction, root, &path, text)?;
    files.insert(path);
    if let Some(text) = record.to_text() {
        let path = format!("{LAYOUT}/{folder}/{RECORD}");
        transaction.write_text(&path, text)?;
        files.insert(path);
    }
    for gone in before.iter().flat_map(|before| &before.files).filter(|file| !files.contains(*file)) {
        transaction.remove(gone)?;
    }
    Ok(())
}

/// The volatile slots of a part, and the keys of its arrays.
fn volatile_of<'i>(info: Option<&'i KindInfo>, part: &str) -> (Vec<&'i str>, Vec<&'i ArrayKey>) {
    let Some(info) = info else { return Default::default() };
    (pointers(&info.volatile, part), info.keys.iter().filter(|key| key.part == part).collect())
}

fn failed(head: &Head, part: &str, what: String) -> TreeError {
    TreeError::Part { resource: head.id.to_string(), part: part.to_owned(), what }
}

/// A part on its way into the tree.
struct Adding<'a, 'l> {
    transaction: &'a Transaction<'l>,
    root: &'a std::path::Path,
    folder: &'a str,
    before: Option<&'a Entry>,
    info: Option<&'a KindInfo>,
    taken: &'a mut Taken,
}

impl Adding<'_, '_> {
    fn part(&mut self, head: &Head, part: &Part) -> Result<(PartFile, Hidden), TreeError> {
        let known = self.before.and_then(|before| {
            let position = before.parts.iter().position(|known| known.name == part.name)?;
            Some((&before.parts[position], &before.resource.parts[position], &before.record))
        });
        let Part { name, media_type, content } = part;
        if let Some((file, before, record)) = known
            && before.content.hash() == content.hash()
            && file.media_type == *media_type
        {
            return Ok((file.clone(), record.parts.get(&file.file).cloned().unwrap_or_default()));
        }
        let may_be_json = PartFile::may_be_json(media_type, name);
        let (slots, keys) = volatile_of(self.info, name);
        let readable = if may_be_json && content.len() <= MAX_JSON {
            let bytes = content.read_all().map_err(|why| failed(head, name, why.to_string()))?;
            readable(&bytes, &slots, &keys)
        } else {
            None
        };
        let form = if readable.is_some() { Form::Json } else { Form::Bytes };
        let ending = if may_be_json && form == Form::Bytes { AS_BYTES } else { "" };
        let file = match known.filter(|(file, ..)| file.form == form) {
            Some((file, ..)) => file.file.clone(),
            None => names::file(name, ending, self.taken),
        };
        let path = format!("{}/{file}", self.folder);
        let hidden = match readable {
            Some((text, hidden)) => {
                write_json(self.transaction, self.root, &path, text)?;
                hidden
            }
            None => {
                self.transaction.write(&path, content)?;
                Hidden::default()
            }
        };
        if let Spelling::Original(bytes) = &hidden.spelling {
            let original = Content::from_bytes(bytes.as_slice());
            self.transaction.write(&format!("{LAYOUT}/{path}"), &original)?;
        }
        Ok((PartFile { name: name.clone(), media_type: media_type.clone(), file, form }, hidden))
    }
}

/// A readable text, unless the file says the same in another layout: whoever laid it out so, or git, had a reason.
pub(crate) fn write_json(
    transaction: &Transaction<'_>,
    root: &std::path::Path,
    path: &str,
    text: String,
) -> Result<(), TreeError> {
    let file: PathBuf = root.join(path);
    let there = fs::read(&file).ok().and_then(|there| Document::parse_with(there, &limits()).ok());
    let wanted = there.is_some().then(|| Document::parse_with(text.as_str(), &limits()).ok()).flatten();
    if let (Some(there), Some(wanted)) = (there, wanted)
        && compact(there.root()) == compact(wanted.root())
    {
        return Ok(());
    }
    transaction.write_text(path, text)
}
