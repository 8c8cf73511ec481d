//! From the archive to resources.

use std::collections::HashMap;

use flowport_archive::{Archive, Entry as File, Limits};
use flowport_plugin::json::Document;
use flowport_plugin::{Diagnostic, Failure, Input, Layout, PackageWriter};
use flowport_power_automate::definition::{Definition, map_entries};
use flowport_power_automate::{APIS_MAP, APP, CONNECTION, CONNECTIONS_MAP, CONNECTOR, DEFINITION, FLOW};

use crate::FORMAT;
use crate::compare::Comparison;
use crate::files::{ATTACHMENT, FLOWS_MANIFEST, MANIFEST, Source, archive_failure, flow_file};
use crate::manifest::{Entry, Learnt, Manifest};
use crate::rules::{self, Contents};
use crate::write::layout;

/// A JSON document, in bytes.
const MAX_JSON: u64 = 64 << 20;

pub(crate) fn decode(file: &dyn Input, into: &dyn PackageWriter) -> Result<Vec<Diagnostic>, Failure> {
    let source = Source(file);
    let archive = Archive::open(&source, &Limits::default()).map_err(|error| archive_failure(&error))?;
    let Some(entry) = archive.find(MANIFEST) else {
        let help = "export the flow or app from Power Automate or Power Apps as Package (.zip)";
        let summary = "there is no manifest.json at the root of the zip file";
        return Err(Diagnostic::error("PA0009", summary).help(help).into());
    };
    let document = json(&archive, entry)?;
    let mut manifest = Manifest::read(&document).map_err(Failure::Malformed)?;
    let flows_manifest = archive.find(FLOWS_MANIFEST).map(|entry| json(&archive, entry)).transpose()?;
    let contents = Contents::of(&archive);
    let mut diagnostics = std::mem::take(&mut manifest.diagnostics);
    diagnostics.extend(rules::check(&manifest, &contents, &archive, flows_manifest.as_ref()));

    let mut info = manifest.info.clone();
    let files = contents.kept_files(&archive)?;
    let content = layout::of(&document, flows_manifest.as_ref(), archive.entries(), &files);
    info.layouts.push(Layout { format: FORMAT.to_owned(), content });
    into.describe(info)?;
    let mut decoder = Decoder { archive: &archive, manifest: &manifest, into, learnt: HashMap::new(), diagnostics };
    for flow in manifest.of_kind(FLOW) {
        decoder.flow(flow)?;
    }
    for app in manifest.of_kind(APP) {
        decoder.app(app, &contents)?;
    }
    for kind in [CONNECTOR, CONNECTION] {
        for entry in manifest.of_kind(kind) {
            decoder.add(entry)?;
        }
    }
    if contents.has_attachment
        && let Some(entry) = archive.find(ATTACHMENT)
    {
        if entry.size == 0 {
            return Err(empty_attachment().into());
        }
        stream(&archive, entry, &mut |bytes| into.attachment(bytes))?;
    }
    Ok(decoder.diagnostics)
}

/// Where nothing is carried, there is no such file: somebody emptied it.
fn empty_attachment() -> Diagnostic {
    Diagnostic::error("PA0105", format!("{ATTACHMENT} is empty: what the package carried is gone"))
        .at(format!("{ATTACHMENT}#"))
        .help("export the package again, or take the file out to go without")
}

fn json(archive: &Archive<'_>, entry: &File) -> Result<Document, Failure> {
    let text = archive.read_all(entry, MAX_JSON).map_err(|error| archive_failure(&error))?;
    Document::parse(text).map_err(|error| {
        Diagnostic::error("PA0100", format!("{}: {error}", entry.name))
            .at(format!("{}#", entry.name))
            .help("mend the file, or export the package again")
            .into()
    })
}

/// Streams an entry; a refusal of the receiver comes back as it was.
fn stream(
    archive: &Archive<'_>,
    entry: &File,
    receive: &mut dyn FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut refused = None;
    let result = archive.read(entry, &mut |bytes| {
        receive(bytes).map_err(|failure| {
            refused = Some(failure);
            "refused".to_owned()
        })
    });
    match (result, refused) {
        (_, Some(failure)) => Err(failure),
        (Err(error), None) => Err(archive_failure(&error)),
        (Ok(()), None) => Ok(()),
    }
}

struct Decoder<'a, 'd> {
    archive: &'a Archive<'a>,
    manifest: &'a Manifest<'d>,
    into: &'a dyn PackageWriter,
    /// What flows say of connectors and connections, by manifest id.
    learnt: HashMap<String, Learnt>,
    diagnostics: Vec<Diagnostic>,
}

impl Decoder<'_, '_> {
    fn add(&mut self, entry: &Entry<'_>) -> Result<(), Failure> {
        let kinds = |id: &str| self.manifest.get(id).map(|entry| entry.kind);
        match entry.head(self.learnt.get(&entry.id), &kinds) {
            Ok((head, setup)) => self.into.add(head, setup),
            Err(problem) => Err(problem.into()),
        }
    }

    /// Copies a file of the archive into a part and keeps its text.
    fn copy_json(&mut self, name: &str, part: &str) -> Result<Option<Vec<u8>>, Failure> {
        let Some(entry) = self.archive.find(name) else { return Ok(None) };
        if entry.size > MAX_JSON {
            return Err(Failure::Limit(format!(
                "{name} has {} bytes; a JSON document may have {MAX_JSON}",
                entry.size
            )));
        }
        let text = self.archive.read_all(entry, MAX_JSON).map_err(|error| archive_failure(&error))?;
        self.into.part(part, "application/json")?;
        for chunk in text.chunks(256 << 10) {
            self.into.write(chunk)?;
        }
        Ok(Some(text))
    }

    fn flow(&mut self, flow: &Entry<'_>) -> Result<(), Failure> {
        self.add(flow)?;
        let mut texts = Vec::new();
        for part in [DEFINITION, APIS_MAP, CONNECTIONS_MAP] {
            texts.extend(self.copy_json(&flow_file(&flow.id, part), part)?);
        }
        // The handler says what is wrong with a part; here it is only left out of the comparison.
        let documents: Vec<Document> = texts.into_iter().map_while(|text| Document::parse(text).ok()).collect();
        let [definition, apis, connections] = documents.as_slice() else { return Ok(()) };
        let id = flow.resource_id();
        let Ok(definition) = Definition::of(definition, &id) else { return Ok(()) };
        let (Ok(apis), Ok(connections)) =
            (map_entries(apis, APIS_MAP, &id), map_entries(connections, CONNECTIONS_MAP, &id))
        else {
            return Ok(());
        };
        let comparison = Comparison::new(flow, self.manifest, &definition, &apis, &connections);
        self.diagnostics.extend(comparison.check());
        for reference in &definition.references {
            let key = reference.key.as_ref();
            if let Some(api) = comparison.api_of(key) {
                self.learn(api, reference.api_id.as_deref(), None);
            }
            if let Some(connection) = comparison.connection_of(key) {
                self.learn(connection, reference.api_id.as_deref(), reference.connection_name.as_deref());
            }
        }
        Ok(())
    }

    /// What the first flow says counts.
    fn learn(&mut self, id: &str, api_id: Option<&str>, connection_name: Option<&str>) {
        let learnt = match self.learnt.get_mut(id) {
            Some(learnt) => learnt,
            None => self.learnt.entry(id.to_owned()).or_default(),
        };
        if learnt.api_id.is_none() {
            learnt.api_id = api_id.map(str::to_owned);
        }
        if learnt.connection_name.is_none() {
            learnt.connection_name = connection_name.map(str::to_owned);
        }
    }

    fn app(&mut self, app: &Entry<'_>, contents: &Contents) -> Result<(), Failure> {
        self.add(app)?;
        for name in &contents.app_files {
            let Some(entry) = self.archive.find(name) else { continue };
            let part = name.rsplit('/').next().unwrap_or(name);
            self.into.part(part, media_type(part))?;
            stream(self.archive, entry, &mut |bytes| self.into.write(bytes))?;
        }
        Ok(())
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("json") => "application/json",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
