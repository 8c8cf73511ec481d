//! The root manifest, read.

use std::borrow::Cow;
use std::collections::HashMap;

use flowport_plugin::json::{Document, Edits, Kind, Value};
use flowport_plugin::{Diagnostic, Head, Origin, PackageInfo, ResourceId, Setup, State};
use flowport_power_automate::{
    API_ID, APP, CONNECTION, CONNECTION_NAME, CONNECTOR, DIALECT, FLOW, action_of, allowed_actions, kind_of,
};

use crate::files::MANIFEST;

/// The six keys of `details`, all strings.
pub(crate) const DETAILS: [&str; 6] =
    ["displayName", "description", "createdTime", "packageTelemetryId", "creator", "sourceEnvironment"];

/// Types of the Common Data Service packages of 2017, whose payload no file shows.
const CDS_TYPES: [&str; 2] = [
    "Microsoft.CommonDataModel/environments/namespaces/entities",
    "Microsoft.CommonDataModel/environments/namespaces/enumerations",
];

/// One resource of the manifest.
pub(crate) struct Entry<'d> {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) value: Value<'d>,
    pub(crate) depends_on: Vec<String>,
}

impl<'d> Entry<'d> {
    pub(crate) fn resource_id(&self) -> ResourceId {
        ResourceId::new(self.kind, &self.id)
    }

    /// Where the resource stands, for findings.
    pub(crate) fn slot(&self, member: &str) -> String {
        format!("{MANIFEST}#{}{member}", self.value.pointer())
    }

    pub(crate) fn string(&self, member: &str) -> Option<Cow<'d, str>> {
        self.value.get(member).and_then(Value::as_str)
    }

    /// True for the root of the tree: a `Root` flow, or an app, which has no `hierarchy`.
    pub(crate) fn is_root(&self) -> bool {
        self.kind == APP || self.kind == FLOW && self.string("hierarchy").as_deref() == Some("Root")
    }

    /// Standard connectors carry their id and are configured by the system; custom ones have neither.
    pub(crate) fn is_standard(&self) -> bool {
        self.kind == CONNECTOR && self.string("id").is_some()
    }
}

/// The manifest: package info and resources, in its order.
pub(crate) struct Manifest<'d> {
    pub(crate) info: PackageInfo,
    pub(crate) entries: Vec<Entry<'d>>,
    index: HashMap<String, usize>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'d> Manifest<'d> {
    /// Reads a manifest.
    ///
    /// # Errors
    /// What makes the whole package unreadable: another schema, unknown resource types, resources that are no objects.
    pub(crate) fn read(document: &'d Document) -> Result<Manifest<'d>, Vec<Diagnostic>> {
        let root = document.root();
        let schema = root.get("schema").and_then(Value::as_str).unwrap_or_default();
        if schema != "1.0" {
            let summary = format!("manifest.json has schema {schema:?}; flowport knows \"1.0\"");
            return Err(vec![
                Diagnostic::error("PA0101", summary)
                    .at("manifest.json#/schema")
                    .help("tell us about the package, without its secrets"),
            ]);
        }
        let mut diagnostics = Vec::new();
        if document.has_bom() {
            let summary = "manifest.json begins with a byte order mark, which Power Automate does not write";
            diagnostics.push(Diagnostic::warning("PA0110", summary));
        }
        let info = details(root, &mut diagnostics);
        let (mut entries, mut errors) = (Vec::new(), Vec::new());
        for (key, value) in root.get("resources").into_iter().flat_map(Value::members) {
            match entry(key.name().into_owned(), value) {
                Ok(entry) => entries.push(entry),
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let index =
            entries.iter().enumerate().map(|(index, entry): (usize, &Entry<'_>)| (entry.id.clone(), index)).collect();
        Ok(Manifest { info, entries, index, diagnostics })
    }

    /// The resource of this id.
    pub(crate) fn get(&self, id: &str) -> Option<&Entry<'d>> {
        self.index.get(id).map(|index| &self.entries[*index])
    }

    pub(crate) fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &Entry<'d>> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }
}

fn details(root: Value<'_>, diagnostics: &mut Vec<Diagnostic>) -> PackageInfo {
    let details = root.get("details");
    let text = |name: &str| {
        details.and_then(|details| details.get(name)).and_then(Value::as_str).map(|text| text.into_owned())
    };
    let missing: Vec<&str> = DETAILS.into_iter().filter(|name| text(name).is_none()).collect();
    if !missing.is_empty() {
        let summary = format!("manifest.json lacks in details: {}", missing.join(", "));
        let help = "the package was made by another tool; what is missing stays missing when flowport writes it again";
        diagnostics.push(Diagnostic::warning("PA0111", summary).at("manifest.json#/details").help(help));
    }
    let filled = |name: &str| text(name).filter(|text| !text.is_empty());
    PackageInfo {
        name: text("displayName").unwrap_or_default(),
        description: text("description").unwrap_or_default(),
        created: filled("createdTime"),
        creator: filled("creator"),
        source: filled("sourceEnvironment"),
        intended_for: None,
        layouts: Vec::new(),
    }
}

fn entry(id: String, value: Value<'_>) -> Result<Entry<'_>, Diagnostic> {
    let at = |diagnostic: Diagnostic| diagnostic.at(format!("{MANIFEST}#{}", value.pointer()));
    if value.kind() != Kind::Object {
        return Err(at(Diagnostic::error("PA0102", format!("the resource {id} is no object"))));
    }
    let resource_type = value.get("type").and_then(Value::as_str).unwrap_or_default();
    let Some(kind) = kind_of(&resource_type) else {
        let cds = CDS_TYPES.contains(&resource_type.as_ref());
        let diagnostic = if cds {
            Diagnostic::error("PA0104", format!("the resource {id} is an entity or picklist of the Common Data Service ({resource_type}); how such packages of 2017 hold them is not known"))
                .help("describe the entity or picklist in flowport JSON and put it into the target")
        } else {
            Diagnostic::error(
                "PA0103",
                format!("the resource {id} has the type {resource_type:?}, which flowport does not know"),
            )
            .help("export flows, apps and their connections only")
        };
        return Err(at(diagnostic));
    };
    let depends_on = value.get("dependsOn").into_iter().flat_map(Value::elements);
    let depends_on = depends_on.filter_map(|value| value.as_str().map(|text| text.into_owned())).collect();
    Ok(Entry { id, kind, value, depends_on })
}

/// What flows say of a connector or connection, beyond the manifest.
#[derive(Default, Clone)]
pub(crate) struct Learnt {
    pub(crate) api_id: Option<String>,
    pub(crate) connection_name: Option<String>,
}

impl Entry<'_> {
    /// The head and setup of this resource. Type, name, setup and comment are kept by the engine, the rest as attributes.
    pub(crate) fn head(
        &self,
        learnt: Option<&Learnt>,
        kinds: &dyn Fn(&str) -> Option<&'static str>,
    ) -> Result<(Head, Setup), Diagnostic> {
        let broken = |error: &dyn std::fmt::Display| {
            Diagnostic::error("PA0102", format!("the resource {} cannot be read: {error}", self.id))
                .subject(self.resource_id())
        };
        let document = Document::parse(self.value.raw().as_bytes()).map_err(|error| broken(&error))?;
        let root = document.root();
        let details = root.get("details");
        let mut edits = Edits::new(&document);
        for name in ["type", "suggestedCreationType", "creationType"] {
            if let Some(value) = root.get(name) {
                edits.remove(value);
            }
        }
        for name in ["displayName", "comment"] {
            if let Some(value) = details.and_then(|details| details.get(name)) {
                edits.remove(value);
            }
        }
        let mut add = |name: &str, raw: String| {
            if root.get(name).is_none() {
                edits.insert_member(root, name, raw);
            }
        };
        if let Some(api_id) = learnt.and_then(|learnt| learnt.api_id.as_ref()).filter(|_| !self.is_standard()) {
            add(API_ID, flowport_plugin::json::quote(api_id));
        }
        if let Some(name) =
            learnt.and_then(|learnt| learnt.connection_name.as_ref()).filter(|_| self.kind == CONNECTION)
        {
            add(CONNECTION_NAME, flowport_plugin::json::quote(name));
        }
        if self.kind == APP {
            add(flowport_power_automate::app::DEPENDENCY_KINDS, self.dependency_kinds(kinds));
        }
        let attributes = edits.finish().map_err(|error| broken(&error))?;
        let attributes = String::from_utf8(attributes).map_err(|error| broken(&error))?;
        let detail = |name: &str| {
            details.and_then(|details| details.get(name)).and_then(Value::as_str).map(|text| text.into_owned())
        };
        let head = Head {
            id: self.resource_id(),
            name: detail("displayName").unwrap_or_default(),
            dialect: DIALECT.to_owned(),
            state: State::Published,
            origin: if self.is_standard() { Origin::Standard } else { Origin::Custom },
            attributes,
        };
        let setup = Setup {
            suggested: self.string("suggestedCreationType").map(|word| action_of(&word)),
            allowed: self.string("creationType").map(|words| allowed_actions(&words)).unwrap_or_default(),
            comment: detail("comment"),
        };
        Ok((head, setup))
    }

    /// The kinds of what the app depends on, in the order of `dependsOn`.
    fn dependency_kinds(&self, kinds: &dyn Fn(&str) -> Option<&'static str>) -> String {
        let mut writer = flowport_plugin::json::Writer::compact();
        writer.begin_array();
        for id in &self.depends_on {
            writer.string(kinds(id).unwrap_or(CONNECTOR));
        }
        writer.end_array();
        writer.finish()
    }
}
