//! From the archive to resources.

use std::collections::{BTreeSet, HashMap};

use flowport_archive::{Archive, Entry as File, Limits};
use flowport_plugin::json::Document;
use flowport_plugin::{Diagnostic, Failure, Input, Layout, PackageWriter, Slot};
use flowport_power_automate::definition::{Definition, map_entries, reference_pointer};
use flowport_power_automate::{APIS_MAP, APP, CONNECTION, CONNECTIONS_MAP, CONNECTOR, DEFINITION, FLOW};

use crate::FORMAT;
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
        return Err(Diagnostic::error("PA0009", "there is no manifest.json at the root of the zip file").into());
    };
    let document = json(&archive, entry)?;
    let mut manifest = Manifest::read(&document).map_err(Failure::Malformed)?;
    let flows_manifest = archive.find(FLOWS_MANIFEST).map(|entry| json(&archive, entry)).transpose()?;
    let contents = Contents::of(&archive);
    let mut diagnostics = std::mem::take(&mut manifest.diagnostics);
    diagnostics.extend(rules::check(&manifest, &contents, &archive, flows_manifest.as_ref()));

    let mut info = manifest.info.clone();
    info.layouts.push(Layout { format: FORMAT.to_owned(), content: layout::of(&document, &manifest) });
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
        stream(&archive, entry, &mut |bytes| into.attachment(bytes))?;
    }
    Ok(decoder.diagnostics)
}

fn json(archive: &Archive<'_>, entry: &File) -> Result<Document, Failure> {
    let text = archive.read_all(entry, MAX_JSON).map_err(|error| archive_failure(&error))?;
    Document::parse(text).map_err(|error| {
        Diagnostic::error("PA0100", format!("{}: {error}", entry.name)).at(format!("{}#", entry.name)).into()
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
        let mut documents = Vec::new();
        for part in [DEFINITION, APIS_MAP, CONNECTIONS_MAP] {
            let Some(text) = self.copy_json(&flow_file(&flow.id, part), part)? else { return Ok(()) };
            match Document::parse(text) {
                Ok(document) => documents.push(document),
                // The handler says what is wrong with the part; here it is only left out of the comparison.
                Err(_) => return Ok(()),
            }
        }
        let [definition, apis, connections] = documents.as_slice() else { return Ok(()) };
        let id = flow.resource_id();
        let Ok(definition) = Definition::of(definition, &id) else { return Ok(()) };
        let (Ok(apis), Ok(connections)) =
            (map_entries(apis, APIS_MAP, &id), map_entries(connections, CONNECTIONS_MAP, &id))
        else {
            return Ok(());
        };
        let found = Comparison {
            flow,
            manifest: self.manifest,
            definition: &definition,
            apis: &apis,
            connections: &connections,
        }
        .check();
        self.diagnostics.extend(found);
        for reference in &definition.references {
            let mapped = |map: &[(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)]| {
                map.iter().find(|(key, _)| *key == reference.key).map(|(_, id)| id.clone().into_owned())
            };
            if let Some(api) = mapped(&apis) {
                let learnt = self.learnt.entry(api).or_default();
                learnt.api_id = learnt.api_id.take().or_else(|| reference.api_id.as_ref().map(ToString::to_string));
            }
            if let Some(connection) = mapped(&connections) {
                let learnt = self.learnt.entry(connection).or_default();
                learnt.api_id = learnt.api_id.take().or_else(|| reference.api_id.as_ref().map(ToString::to_string));
                learnt.connection_name = learnt
                    .connection_name
                    .take()
                    .or_else(|| reference.connection_name.as_ref().map(ToString::to_string));
            }
        }
        Ok(())
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

type Map<'d> = [(std::borrow::Cow<'d, str>, std::borrow::Cow<'d, str>)];

/// Invariants 2 to 4 of a flow: its maps against the manifest.
struct Comparison<'a, 'd> {
    flow: &'a Entry<'d>,
    manifest: &'a Manifest<'d>,
    definition: &'a Definition<'a>,
    apis: &'a Map<'a>,
    connections: &'a Map<'a>,
}

impl Comparison<'_, '_> {
    fn error(&self, code: &str, slot: String, summary: String) -> Diagnostic {
        Diagnostic::error(code, format!("the flow {}: {summary}", self.flow.id))
            .subject(self.flow.resource_id())
            .at(slot)
            .help("the package was edited by hand or made by another tool: export the flow again from Power Automate")
    }

    fn check(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (key, id) in self.apis {
            let slot = Slot::of(APIS_MAP, &[key]).to_string();
            match self.manifest.get(id).filter(|entry| entry.kind == CONNECTOR) {
                None => found.push(self.error(
                    "PA0312",
                    slot,
                    format!("{APIS_MAP} maps {key} to {id}, which is no connector of the package"),
                )),
                Some(connector) => {
                    let stated = connector.text("id");
                    let reference = self.definition.references.iter().find(|reference| reference.key == *key);
                    let used = reference.and_then(|reference| reference.api_id.as_deref());
                    if let (Some(stated), Some(used)) = (&stated, used)
                        && stated != used
                    {
                        let slot = format!("{DEFINITION}#{}", reference_pointer(key, Some("id")));
                        found.push(self.error(
                            "PA0312",
                            slot,
                            format!("the reference {key} uses {used}, but {APIS_MAP} maps it to {stated}"),
                        ));
                    }
                }
            }
        }
        for (key, id) in self.connections {
            let slot = Slot::of(CONNECTIONS_MAP, &[key]).to_string();
            let api = self.apis.iter().find(|(other, _)| other == key).map(|(_, api)| api.as_ref());
            match self.manifest.get(id).filter(|entry| entry.kind == CONNECTION) {
                None => found.push(self.error(
                    "PA0313",
                    slot,
                    format!("{CONNECTIONS_MAP} maps {key} to {id}, which is no connection of the package"),
                )),
                Some(connection) => {
                    if let Some(api) = api
                        && connection.depends_on.iter().map(String::as_str).ne([api])
                    {
                        found.push(self.error(
                            "PA0313",
                            slot,
                            format!("the connection {id} of {key} belongs to another connector than {APIS_MAP} says"),
                        ));
                    }
                }
            }
        }
        let mapped: BTreeSet<&str> = self.apis.iter().chain(self.connections).map(|(_, id)| id.as_ref()).collect();
        let stated: BTreeSet<&str> = self.flow.depends_on.iter().map(String::as_str).collect();
        let missing: Vec<&str> = mapped.difference(&stated).copied().collect();
        let extra: Vec<&str> = stated.difference(&mapped).copied().collect();
        if !missing.is_empty() || !extra.is_empty() {
            let list = |what: &str, ids: &[&str]| {
                if ids.is_empty() { String::new() } else { format!("; {what} {}", ids.join(", ")) }
            };
            let summary = format!(
                "dependsOn is not what the two maps say{}{}",
                list("it lacks", &missing),
                list("it adds", &extra)
            );
            found.push(self.error("PA0314", self.flow.slot("/dependsOn"), summary));
        }
        found
    }
}
