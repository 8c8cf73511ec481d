//! The manifest of a tree: that it is one, what package it was, and the order of its resources.

use std::ffi::OsStr;
use std::path::Path;

use flowport_core::model::{Diagnostic, PackageInfo};
use flowport_json::{Document, Writer};

use crate::fields::{self, Fields};
use crate::{ATTRIBUTES_OF_GIT, FORMAT, LAYOUT, MANIFEST, PRIVATE, RESOURCE};

/// The only version there is.
const VERSION: u64 = 1;

/// What package.json says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// None for an environment that never was a package.
    pub(crate) package: Option<OfPackage>,
    /// Folders, in the order of the package.
    pub(crate) resources: Vec<String>,
}

/// What is said of the package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OfPackage {
    /// The id of the format it came in.
    pub(crate) format: Option<String>,
    /// All but what is in the layout: layouts of codecs, and when it was made.
    pub(crate) info: PackageInfo,
}

/// True for a folder with the manifest of a tree, whatever else is wrong with it.
#[must_use]
pub fn is_tree(folder: &Path) -> bool {
    let path = folder.join(MANIFEST);
    if !path.symlink_metadata().is_ok_and(|manifest| manifest.is_file()) {
        return false;
    }
    let Ok(bytes) = std::fs::read(path) else { return false };
    match Document::parse(bytes.as_slice()) {
        Ok(document) => document.root().get("format").and_then(|format| format.as_str()).as_deref() == Some(FORMAT),
        // Cut short or in the middle of a merge: still meant as one.
        Err(_) => bytes.windows(FORMAT.len()).any(|text| text == FORMAT.as_bytes()),
    }
}

/// True for the path of something that a tree has: its manifest, or what lies in its layout or in the folder of a resource. The
/// other files of the folder are somebody else's.
#[must_use]
pub fn holds(tree: &Path, below: &Path) -> bool {
    let names: Vec<&OsStr> = below.iter().collect();
    match names.as_slice() {
        [] => false,
        [only] => *only == MANIFEST || *only == ATTRIBUTES_OF_GIT,
        [first, ..] if *first == LAYOUT || *first == PRIVATE => true,
        [kind, folder, ..] => tree.join(kind).join(folder).join(RESOURCE).exists(),
    }
}

impl Manifest {
    pub(crate) fn to_text(&self) -> String {
        let mut writer = Writer::pretty();
        writer.begin_object().key("format").string(FORMAT).key("version").number(VERSION);
        if let Some(OfPackage { format, info }) = &self.package {
            writer.key("package").begin_object();
            let description = Some(&info.description).filter(|text| !text.is_empty());
            let members = [
                ("format", format.as_ref()),
                ("name", Some(&info.name)),
                ("description", description),
                ("creator", info.creator.as_ref()),
                ("source", info.source.as_ref()),
                ("intendedFor", info.intended_for.as_ref()),
            ];
            for (name, text) in members {
                if let Some(text) = text {
                    writer.key(name).string(text);
                }
            }
            writer.end_object();
        }
        if !self.resources.is_empty() {
            writer.key("resources").begin_array();
            for folder in &self.resources {
                writer.string(folder);
            }
            writer.end_array();
        }
        writer.end_object();
        writer.finish() + "\n"
    }

    /// Reads what [`to_text`](Self::to_text) wrote and people edited.
    pub(crate) fn parse(bytes: Vec<u8>) -> Result<Manifest, Vec<Diagnostic>> {
        let document = fields::parse(MANIFEST, bytes).map_err(|fault| vec![fault])?;
        let root = document.root();
        let mut fields = Fields::of(MANIFEST);
        let version = fields.optional_number(root, "version");
        if let (Some(newer), Some(value)) = (version.filter(|version| *version > VERSION), root.get("version")) {
            fields.fault(value, format!("version {newer} was written by a newer flowport; use that one"));
            return Err(fields.faults);
        }
        fields.object(root, "the manifest", &["format", "version", "package", "resources"]);
        if fields.text(root, "format").is_some_and(|format| format != FORMAT) {
            fields.fault(root, format!("the format is not {FORMAT}"));
        }
        if version.is_none() && root.get("version").is_none() {
            fields.fault(root, "the member \"version\" is missing");
        }
        let package = root.get("package").and_then(|package| of_package(&mut fields, package));
        let resources = fields.texts(root, "resources");
        if fields.faults.is_empty() { Ok(Manifest { package, resources }) } else { Err(fields.faults) }
    }
}

fn of_package(fields: &mut Fields<'_>, value: flowport_json::Value<'_>) -> Option<OfPackage> {
    let names = ["format", "name", "description", "creator", "source", "intendedFor"];
    let object = fields.object(value, "the package", &names)?;
    let info = PackageInfo {
        name: fields.text(object, "name").unwrap_or_default(),
        description: fields.optional_text(object, "description").unwrap_or_default(),
        creator: fields.optional_text(object, "creator"),
        source: fields.optional_text(object, "source"),
        intended_for: fields.optional_text(object, "intendedFor"),
        ..PackageInfo::default()
    };
    Some(OfPackage { format: fields.optional_text(object, "format"), info })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Manifest, Vec<String>> {
        Manifest::parse(text.into()).map_err(|found| found.into_iter().map(|fault| fault.summary).collect())
    }

    #[test]
    fn it_reads_what_it_writes() {
        let info = PackageInfo {
            name: "é \"x\"".to_owned(),
            description: "d\n".to_owned(),
            creator: Some("ana".to_owned()),
            source: Some(String::new()),
            intended_for: Some("prod".to_owned()),
            ..PackageInfo::default()
        };
        let full = Manifest {
            package: Some(OfPackage { format: Some("zip".to_owned()), info }),
            resources: vec!["flow/a-1".to_owned(), "flow/b-2".to_owned()],
        };
        for manifest in [full, Manifest::default()] {
            assert_eq!(parse(&manifest.to_text()), Ok(manifest));
        }
    }

    #[test]
    fn mistakes_are_told_at_once_with_their_places() {
        let text = "{\n  \"format\": \"flowport-tree\",\n  \"version\": 1,\n  \"package\": { \"nme\": \"x\" },\n  \"resources\": [1]\n}";
        assert_eq!(
            parse(text).unwrap_err(),
            [
                "package.json:4:23: the package has no member \"nme\"; did you mean name?",
                "package.json:4:14: the member \"name\" is missing",
                "package.json:5:17: \"resources\" is an array of texts",
            ]
        );
        assert!(parse("{\"format\":\"flowport-tree\",\"version\":2}").unwrap_err()[0].contains("newer flowport"));
        let conflict = parse("{\n<<<<<<< HEAD\n").unwrap_err();
        assert_eq!(conflict, ["package.json:2:1: a merge conflict is not resolved here"]);
        assert!(parse("{\"format\":\"x\"}").is_err());
    }
}
