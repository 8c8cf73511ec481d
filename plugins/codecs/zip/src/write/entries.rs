//! The entries of the archive in their order: those of a package that was read where they stood, new ones where the exporter
//! would put them.

use std::collections::HashMap;

use flowport_archive::EntryOptions;

use crate::files::{FLOWS, MANIFEST};
use crate::write::layout::Kept;
use crate::write::skeleton::Renames;

/// One entry to write.
pub(crate) struct Item<S> {
    pub(crate) name: String,
    pub(crate) options: EntryOptions,
    pub(crate) content: Content<S>,
}

/// What an entry holds.
pub(crate) enum Content<S> {
    /// A file of the format.
    Of(S),
    /// A file that the format does not know: its name is that of a kept file.
    Kept(String),
    Directory,
}

/// `wanted` are the files of the format in the exporter's order, the root manifest last.
pub(crate) fn in_order<S>(
    kept: &Kept,
    renames: Option<&Renames<'_>>,
    wanted: Vec<(String, S)>,
    options: EntryOptions,
) -> Vec<Item<S>> {
    let names: Vec<String> = wanted.iter().map(|(name, _)| name.clone()).collect();
    let places: HashMap<&str, usize> = names.iter().map(String::as_str).zip(0..).collect();
    let mut wanted: Vec<Option<S>> = wanted.into_iter().map(|(_, content)| Some(content)).collect();
    let mut items: Vec<Item<S>> = Vec::new();
    let mut manifest_at = None;
    for entry in &kept.entries {
        let Some(name) = renamed(&entry.name, renames) else { continue };
        let content = if name.ends_with('/') {
            Content::Directory
        } else if kept.files.contains_key(&entry.name) {
            Content::Kept(entry.name.clone())
        } else if let Some(content) = places.get(name.as_str()).and_then(|place| wanted[*place].take()) {
            Content::Of(content)
        } else {
            continue;
        };
        if name == MANIFEST {
            manifest_at = Some(items.len());
        }
        items.push(Item { name, options: entry.options, content });
    }
    let is_last = manifest_at == Some(items.len().wrapping_sub(1));
    let new = names.into_iter().zip(wanted).filter_map(|(name, content)| Some((name, content?)));
    let new = new.map(|(name, content)| Item { name, options, content: Content::Of(content) });
    let at = if is_last { items.len() - 1 } else { items.len() };
    items.splice(at..at, new.collect::<Vec<_>>());
    items
}

/// The name of an entry, with the id that its flow has now; none where the flow is gone.
fn renamed(name: &str, renames: Option<&Renames<'_>>) -> Option<String> {
    let Some((folder, file)) = name.strip_prefix(FLOWS).and_then(|rest| rest.split_once('/')) else {
        return Some(name.to_owned());
    };
    match renames {
        Some(renames) if renames.is_gone(folder) => None,
        // A folder that was no flow's is one that the format does not know.
        renames => {
            let id = renames.and_then(|renames| renames.get(folder)).unwrap_or(folder);
            Some(format!("{FLOWS}{id}/{file}"))
        }
    }
}
