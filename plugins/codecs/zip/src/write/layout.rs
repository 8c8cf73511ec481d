//! What of a package is kept for writing the very same file again: the text of its manifests, its entries with their order,
//! times and attributes, and files that the format does not know.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flowport_archive::{DosTime, Entry, EntryOptions, Method};
use flowport_plugin::json::{Document, Value, Writer};

/// What was kept; nothing of a package that was never a file.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) manifest: Option<Document>,
    pub(crate) flows_manifest: Option<Document>,
    /// In the order of the archive, directories included.
    pub(crate) entries: Vec<KeptEntry>,
    /// Contents of files that the format does not know, by name.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

/// An entry of the archive without its content.
pub(crate) struct KeptEntry {
    pub(crate) name: String,
    pub(crate) options: EntryOptions,
}

/// Keeps what the resources do not hold. The names of the members of `files` are entries too.
pub(crate) fn of(
    manifest: &Document,
    flows_manifest: Option<&Document>,
    entries: &[Entry],
    files: &BTreeMap<String, Vec<u8>>,
) -> String {
    let mut writer = Writer::compact();
    writer.begin_object().key("manifest").string(&text(manifest));
    if let Some(flows) = flows_manifest {
        writer.key("flowsManifest").string(&text(flows));
    }
    writer.key("entries").begin_array();
    entries.iter().for_each(|entry| _ = writer.string(&entry.name));
    writer.end_array();
    // Most archives have one or two times, and the same attributes all over.
    writer.key("options").begin_array();
    for run in entries.chunk_by(|left, right| numbers(left) == numbers(right)) {
        writer.begin_array().number(run.len() as u64);
        numbers(&run[0]).into_iter().for_each(|number| _ = writer.number(number));
        writer.end_array();
    }
    writer.end_array();
    if !files.is_empty() {
        writer.key("files").begin_object();
        for (name, content) in files {
            writer.key(name).string(&STANDARD.encode(content));
        }
        writer.end_object();
    }
    writer.end_object();
    writer.finish()
}

/// With the byte order mark, where there is one.
fn text(document: &Document) -> String {
    let mark = if document.has_bom() { "\u{FEFF}" } else { "" };
    format!("{mark}{}", document.text())
}

fn numbers(entry: &Entry) -> [u32; 5] {
    let DosTime { date, time } = entry.modified;
    let method = u32::from(entry.method.code());
    [u32::from(date), u32::from(time), entry.external_attributes, u32::from(entry.made_by), method]
}

/// Reads a layout back; a damaged one is none.
pub(crate) fn read(content: &str) -> Kept {
    let Ok(document) = Document::parse(content.as_bytes()) else { return Kept::default() };
    let root = document.root();
    let inner = |name: &str| Document::parse(root.get(name)?.as_str()?.into_owned()).ok();
    let files = root.get("files").into_iter().flat_map(Value::members);
    let files = files.filter_map(|(name, value)| {
        Some((name.name().into_owned(), STANDARD.decode(value.as_str()?.as_bytes()).ok()?))
    });
    Kept {
        manifest: inner("manifest"),
        flows_manifest: inner("flowsManifest"),
        entries: entries(root).unwrap_or_default(),
        files: files.collect(),
    }
}

fn entries(root: Value<'_>) -> Option<Vec<KeptEntry>> {
    let mut names = root.get("entries")?.elements();
    let mut entries = Vec::new();
    for run in root.get("options")?.elements() {
        let numbers: Vec<u64> = run.elements().filter_map(Value::as_u64).collect();
        let [count, date, time, attributes, made_by, method] = numbers[..] else { return None };
        let options = EntryOptions {
            modified: DosTime { date: u16::try_from(date).ok()?, time: u16::try_from(time).ok()? },
            external_attributes: u32::try_from(attributes).ok()?,
            made_by: u16::try_from(made_by).ok()?,
            method: if method == u64::from(Method::Stored.code()) { Method::Stored } else { Method::Deflate },
        };
        for _ in 0..count {
            entries.push(KeptEntry { name: names.next()?.as_str()?.into_owned(), options });
        }
    }
    names.next().is_none().then_some(entries)
}
