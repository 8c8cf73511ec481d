//! From a tree to the package it holds, with all that is wrong with its files.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use flowport_core::content::Content;
use flowport_core::model::{
    Diagnostic, Head, Layout, Package, PackageInfo, PackageResource, Part, Resource, ResourceId, Setup,
};
use flowport_core::spool::Spool;
use flowport_json::{Document, Writer};
use rayon::prelude::*;

use crate::error::{TreeError, about};
use crate::fields::{self, CODE, Fields};
use crate::manifest::{Manifest, is_tree};
use crate::record::Record;
use crate::resource::{Form, PartFile, ResourceFile};
use crate::scan::{Folder, Scan, paths, scan};
use crate::spelling::{Hidden, Unspellable, limits, original};
use crate::volatile::Step;
use crate::{LAYOUT, MANIFEST, RECORD, RESOURCE, transaction};

/// A part, in bytes, as packages have them.
const MAX_PART: u64 = 256 << 20;

/// A resource of a tree.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its folder below the tree.
    pub folder: String,
    /// The resource.
    pub resource: Resource,
    /// What import shall do with it, in a package.
    pub setup: Setup,
    /// Who owns it, in an environment.
    pub owners: Vec<String>,
    pub(crate) parts: Vec<PartFile>,
    pub(crate) record: Record,
    /// Its files below the tree that flowport knows.
    pub(crate) files: Vec<String>,
    /// Somebody else's files, within the folder of the resource.
    pub(crate) unknown: Vec<String>,
}

/// What a tree holds.
#[derive(Debug, Default)]
pub struct Tree {
    /// The id of the format that the package came in, where it was one.
    pub format: Option<String>,
    /// What can be read, in the order of the manifest; what it does not name comes last.
    pub entries: Vec<Entry>,
    /// What is wrong with the files, each with line and column, and what is worth saying. A resource with an error is not among
    /// the entries.
    pub diagnostics: Vec<Diagnostic>,
    pub(crate) manifest: Manifest,
    pub(crate) of_package: OfPackage,
    /// The folders of resources that cannot be read.
    pub(crate) broken: Vec<String>,
}

/// What the layout keeps of the package as a whole.
#[derive(Debug, Default)]
pub(crate) struct OfPackage {
    pub(crate) created: Option<String>,
    pub(crate) layouts: Vec<Layout>,
    pub(crate) sealed: Option<String>,
}

/// The file of the layout that is about the package as a whole.
pub(crate) const PACKAGE_RECORD: &str = "package.json";

impl Tree {
    /// The package, as far as it can be read.
    #[must_use]
    pub fn package(&self) -> Package {
        let OfPackage { created, layouts, sealed } = &self.of_package;
        let info = self.manifest.package.as_ref().map(|package| package.info.clone()).unwrap_or_default();
        let entry = |entry: &Entry| PackageResource { resource: entry.resource.clone(), setup: entry.setup.clone() };
        Package {
            info: PackageInfo { created: created.clone(), layouts: layouts.clone(), ..info },
            resources: self.entries.iter().map(entry).collect(),
            sealed: sealed.clone(),
        }
    }

    /// What stops whoever needs all of the tree.
    pub(crate) fn errors(&self) -> Vec<Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).cloned().collect()
    }
}

/// Reads a tree. What was being written when a run was killed is finished first, or forgotten.
///
/// # Errors
/// [`TreeError::NotATree`]; [`TreeError::Held`]; where a folder cannot be read. What is wrong with the files is among the
/// diagnostics.
pub fn read(root: &Path) -> Result<Tree, TreeError> {
    if !fs::metadata(root).map_err(about(root))?.is_dir() {
        let why = "this is no folder; name the one that a package was unpacked into";
        return Err(TreeError::file(root, std::io::Error::other(why)));
    }
    transaction::settled(root, None, || {
        if !is_tree(root) {
            return Err(TreeError::NotATree(root.to_owned()));
        }
        read_settled(root)
    })
}

/// Reads a tree that nobody is writing to.
pub(crate) fn read_settled(root: &Path) -> Result<Tree, TreeError> {
    let path = root.join(MANIFEST);
    let mut tree = Tree::default();
    match Manifest::parse(fs::read(&path).map_err(about(&path))?) {
        Ok(manifest) => tree.manifest = manifest,
        Err(faults) => tree.diagnostics.extend(faults),
    }
    tree.format = tree.manifest.package.as_ref().and_then(|package| package.format.clone());
    let Scan { folders, layout, mut diagnostics } = scan(root)?;
    tree.diagnostics.append(&mut diagnostics);
    let spool = Mutex::new(Spool::default());
    if let Some(path) = layout.get(PACKAGE_RECORD) {
        match package_record(fs::read(path).map_err(about(path))?) {
            Ok(record) => tree.of_package = record,
            Err(faults) => tree.diagnostics.extend(faults),
        }
    }
    let all = paths(&folders);
    let read: Vec<(String, Found)> = folders
        .into_par_iter()
        .map(|folder| Ok((folder.path.clone(), entry(&folder, &spool)?)))
        .collect::<Result<_, TreeError>>()?;
    let mut by_id: HashMap<ResourceId, String> = HashMap::new();
    for (path, read) in read {
        let (entry, mut found) = match read {
            Ok(read) => read,
            Err(mut faults) => {
                tree.diagnostics.append(&mut faults);
                tree.broken.push(path);
                continue;
            }
        };
        tree.diagnostics.append(&mut found);
        let id = &entry.resource.head.id;
        if let Some(first) = by_id.get(id) {
            let summary = format!("{id} is in {first} and in {path}");
            let twice =
                Diagnostic::error(CODE, summary).about(id).help("take one of the two away, or give it another id");
            tree.diagnostics.push(twice);
            tree.broken.push(path);
            continue;
        }
        by_id.insert(id.clone(), path);
        tree.entries.push(entry);
    }
    for missing in tree.manifest.resources.iter().filter(|folder| !all.contains(*folder)) {
        // An environment is what is there; of a package somebody may miss it.
        if tree.manifest.package.is_some() {
            let summary = format!("{MANIFEST} names {missing}, which is not there");
            let help = format!("put it back, or take it out of \"resources\" in {MANIFEST}");
            tree.diagnostics.push(Diagnostic::error(CODE, summary).help(help));
        }
    }
    let places: HashMap<&String, usize> = tree.manifest.resources.iter().zip(0..).collect();
    tree.entries.sort_by_key(|entry| places.get(&entry.folder).copied().unwrap_or(usize::MAX));
    Ok(tree)
}

/// Whoever reads in parallel writes one content after the other.
fn spooled(spool: &Mutex<Spool>, bytes: &[u8], path: &Path) -> Result<Content, TreeError> {
    let mut spool = spool.lock().unwrap_or_else(PoisonError::into_inner);
    let mut writing = spool.begin();
    spool.write(&mut writing, bytes).map_err(about(path))?;
    Ok(spool.finish(writing))
}

/// A resource, with what is worth saying of its files; or why it cannot be read.
type Found = Result<(Entry, Vec<Diagnostic>), Vec<Diagnostic>>;

fn entry(folder: &Folder, spool: &Mutex<Spool>) -> Result<Found, TreeError> {
    let shown = format!("{}/{RESOURCE}", folder.path);
    let Some(path) = folder.files.get(RESOURCE) else {
        // The link that stands there has been told of.
        return Ok(Err(Vec::new()));
    };
    let document = match fields::parse(&shown, fs::read(path).map_err(about(path))?) {
        Ok(document) => document,
        Err(fault) => return Ok(Err(vec![fault])),
    };
    let file = match ResourceFile::parse(&shown, &document) {
        Ok(file) => file,
        Err(faults) => return Ok(Err(faults)),
    };
    let mut found = Vec::new();
    let record = match record(folder)? {
        Ok(record) => record,
        Err(mut faults) => {
            found.append(&mut faults);
            Record::default()
        }
    };
    let ResourceFile { id, name, dialect, state, origin, owners, setup, attributes, parts: files } = file;
    let mut parts = Vec::new();
    for part in &files {
        match content(folder, part, &record)? {
            Ok((bytes, mut infos)) => {
                found.append(&mut infos);
                let content = spooled(spool, &bytes, &folder.files[&part.file])?;
                parts.push(Part { name: part.name.clone(), media_type: part.media_type.clone(), content });
            }
            Err(fault) => found.push(fault),
        }
    }
    let attributes = Document::parse_with(attributes, &limits())
        .map_err(Unspellable::from)
        .and_then(|text| text_of(&shown, &text, &record.attributes));
    let attributes = match attributes {
        Ok((bytes, mut infos)) => {
            found.append(&mut infos);
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Err(why) => {
            let kept = format!("{LAYOUT}/{}/{RECORD}", folder.path);
            let summary = format!("{shown}: the attributes cannot be put together: {why}");
            let help = format!("take {kept} back from version control, or take \"attributes\" out of it");
            found.push(Diagnostic::error(CODE, summary).help(help));
            String::new()
        }
    };
    let known = |file: &str| file == RESOURCE || files.iter().any(|part| part.file == file);
    let unknown: Vec<String> = folder.files.keys().filter(|file| !known(file)).cloned().collect();
    for unknown in &unknown {
        let summary = format!("{}/{unknown} is no part that {RESOURCE} names, and is left alone", folder.path);
        found.push(Diagnostic::warning("E-UNKNOWN", summary).help("name it there, or take it away"));
    }
    for finding in &mut found {
        finding.resource.get_or_insert_with(|| id.clone());
    }
    if found.iter().any(Diagnostic::is_error) {
        return Ok(Err(found));
    }
    let own = folder.files.keys().filter(|file| known(file)).map(|file| format!("{}/{file}", folder.path));
    let kept = folder.layout.keys().map(|file| format!("{LAYOUT}/{}/{file}", folder.path));
    let entry = Entry {
        folder: folder.path.clone(),
        files: own.chain(kept).collect(),
        unknown,
        resource: Resource { head: Head { id, name, dialect, state, origin, attributes: attributes.into() }, parts },
        setup,
        owners,
        parts: files,
        record,
    };
    Ok(Ok((entry, found)))
}

fn record(folder: &Folder) -> Result<Result<Record, Vec<Diagnostic>>, TreeError> {
    let Some(path) = folder.layout.get(RECORD) else { return Ok(Ok(Record::default())) };
    let shown = format!("{LAYOUT}/{}/{RECORD}", folder.path);
    let unreadable = RefCell::new(None);
    let text = |file: &str| {
        let path = folder.layout.get(file)?;
        fs::read(path).map_err(|why| unreadable.replace(Some(TreeError::file(path, why)))).ok()
    };
    let record = Record::parse(&shown, fs::read(path).map_err(about(path))?, &text);
    unreadable.into_inner().map_or(Ok(record), Err)
}

type Bytes = (Vec<u8>, Vec<Diagnostic>);

/// The bytes of a part, out of its file.
fn content(folder: &Folder, part: &PartFile, record: &Record) -> Result<Result<Bytes, Diagnostic>, TreeError> {
    let shown = format!("{}/{}", folder.path, part.file);
    let Some(path) = folder.files.get(&part.file) else {
        let near = folder.files.keys().find(|file| file.eq_ignore_ascii_case(&part.file));
        let why = match near {
            _ if part.file.split(['/', '\\']).any(|segment| segment == "..") => "leads out of its folder".to_owned(),
            Some(near) => format!("is not there, but {near} is"),
            None => "is not there".to_owned(),
        };
        let summary = format!("{shown}, the part {}, {why}", part.name);
        let help = format!("put it back, or take it out of {}/{RESOURCE}", folder.path);
        return Ok(Err(Diagnostic::error(CODE, summary).help(help)));
    };
    let length = fs::metadata(path).map_err(about(path))?.len();
    if length > MAX_PART {
        let summary = format!("{shown} has {length} bytes, more than {MAX_PART}");
        let help = format!("make it smaller, or take the part out of {}/{RESOURCE}", folder.path);
        return Ok(Err(Diagnostic::error("E-LIMIT", summary).help(help)));
    }
    let bytes = fs::read(path).map_err(about(path))?;
    if part.form == Form::Bytes {
        return Ok(Ok((bytes, Vec::new())));
    }
    let document = match fields::parse(&shown, bytes) {
        Ok(document) => document,
        Err(fault) => return Ok(Err(fault.at(&format!("{}#", part.name)))),
    };
    let nothing = Hidden::default();
    let hidden = record.parts.get(&part.file).unwrap_or(&nothing);
    Ok(text_of(&shown, &document, hidden).map_err(|why| {
        let kept = format!("{LAYOUT}/{shown}");
        Diagnostic::error(CODE, format!("{shown} and {kept} do not fit together: {why}"))
            .help(format!("take {kept} back from version control, or delete it together with {RECORD} beside it"))
    }))
}

fn text_of(shown: &str, document: &Document, hidden: &Hidden) -> Result<Bytes, Unspellable> {
    let (bytes, lost) = original(document, hidden)?;
    let info = |at: &[Step]| {
        let summary = format!("{shown} has no place any more for what stood at {}, which changes by itself", steps(at));
        Diagnostic::info("E-VOLATILE", summary)
    };
    let infos = lost.into_iter().map(info).collect();
    Ok((bytes, infos))
}

/// For people.
fn steps(at: &[Step]) -> String {
    let step = |step: &Step| match step {
        Step::Member(name) => format!("/{}", flowport_json::pointer::escape(name)),
        Step::Index(index) => format!("/{index}"),
        Step::Keyed { key, value } => format!("/[{key}={value}]"),
    };
    at.iter().map(step).collect()
}

fn package_record(bytes: Vec<u8>) -> Result<OfPackage, Vec<Diagnostic>> {
    let shown = format!("{LAYOUT}/{PACKAGE_RECORD}");
    let document = fields::parse(&shown, bytes).map_err(|fault| vec![fault])?;
    let root = document.root();
    let mut fields = Fields::of(&shown);
    fields.object(root, "the layout", &["created", "layouts", "sealed"]);
    let (created, sealed) = (fields.optional_text(root, "created"), fields.optional_text(root, "sealed"));
    let mut layouts = Vec::new();
    for value in fields.elements(root, "layouts") {
        if let Some(object) = fields.object(value, "a layout", &["format", "content"])
            && let (Some(format), Some(content)) = (fields.text(object, "format"), fields.text(object, "content"))
        {
            layouts.push(Layout { format, content });
        }
    }
    let record = OfPackage { created, layouts, sealed };
    if fields.faults.is_empty() { Ok(record) } else { Err(fields.faults) }
}

/// The text of the layout's record of a package; none where there is nothing to keep.
pub(crate) fn package_record_text(package: &Package) -> Option<String> {
    let Package { info: PackageInfo { created, layouts, .. }, sealed, .. } = package;
    if created.is_none() && layouts.is_empty() && sealed.is_none() {
        return None;
    }
    let mut writer = Writer::pretty();
    writer.begin_object();
    if let Some(created) = created {
        writer.key("created").string(created);
    }
    if let Some(sealed) = sealed {
        writer.key("sealed").string(sealed);
    }
    if !layouts.is_empty() {
        writer.key("layouts").begin_array();
        for Layout { format, content } in layouts {
            writer.begin_object().key("format").string(format).key("content").string(content).end_object();
        }
        writer.end_array();
    }
    writer.end_object();
    Some(writer.finish() + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Files;

    #[test]
    fn a_text_of_the_layout_that_cannot_be_read_is_not_taken_for_gone() {
        let place = tempfile::tempdir().unwrap();
        let (own, lost) = (place.path().join(RECORD), place.path().join("lost"));
        fs::write(&own, "{\"parts\":{\"a.json\":{\"spelling\":\"original\"}}}").unwrap();
        let mut folder = Folder { path: "flow/x".to_owned(), files: Files::new(), layout: Files::new() };
        folder.layout.insert(RECORD.to_owned(), own);
        let faults = record(&folder).unwrap().unwrap_err();
        assert!(faults[0].summary.contains("the original text is gone"), "{faults:?}");
        folder.layout.insert("a.json".to_owned(), lost.clone());
        assert!(matches!(record(&folder), Err(TreeError::File { path, .. }) if path == lost));
    }
}
