//! What of a package is kept for writing it again: the order of its resources and flows, its own id, and members that flowport does not know.

use flowport_plugin::json::{Document, Value, Writer};

use crate::manifest::{DETAILS, Manifest};

/// Members with their raw JSON text.
pub(crate) type Members = Vec<(String, String)>;

/// What was kept.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) telemetry_id: Option<String>,
    pub(crate) order: Vec<String>,
    /// Of `assetPaths`, where they are not sorted.
    pub(crate) paths: Vec<String>,
    /// Of the root manifest, of its `details`, and of the manifest of the flow folders.
    pub(crate) root: Members,
    pub(crate) details: Members,
    pub(crate) flows: Members,
}

/// Keeps what the resources do not hold.
pub(crate) fn of(document: &Document, manifest: &Manifest<'_>, flows_manifest: Option<&Document>) -> String {
    let telemetry = document.at("/details/packageTelemetryId").and_then(Value::as_str).unwrap_or_default();
    let mut writer = Writer::compact();
    writer.begin_object().key("packageTelemetryId").string(&telemetry).key("order").begin_array();
    for entry in &manifest.entries {
        writer.string(&entry.id);
    }
    writer.end_array();
    let paths = flows_manifest.and_then(|flows| flows.at("/flowAssets/assetPaths"));
    let paths: Vec<_> = paths.into_iter().flat_map(Value::elements).filter_map(Value::as_str).collect();
    if !paths.is_sorted() {
        writer.key("paths").begin_array();
        paths.iter().for_each(|path| _ = writer.string(path));
        writer.end_array();
    }
    let root = Some(document.root());
    unknown(&mut writer, "root", root, &["schema", "details", "resources"]);
    unknown(&mut writer, "details", document.root().get("details"), &DETAILS);
    unknown(&mut writer, "flows", flows_manifest.map(Document::root), &["packageSchemaVersion", "flowAssets"]);
    writer.end_object();
    writer.finish()
}

/// The members of an object that the format does not know; nothing where there are none.
fn unknown(writer: &mut Writer, name: &str, object: Option<Value<'_>>, known: &[&str]) {
    let members = object.into_iter().flat_map(Value::members);
    let unknown: Vec<_> = members.filter(|(key, _)| !known.contains(&key.name().as_ref())).collect();
    if unknown.is_empty() {
        return;
    }
    writer.key(name).begin_object();
    for (key, value) in unknown {
        writer.key(&key.name()).raw(value.raw());
    }
    writer.end_object();
}

/// Reads a layout back; a damaged one is none.
pub(crate) fn read(content: &str) -> Kept {
    let Ok(document) = Document::parse(content.as_bytes()) else { return Kept::default() };
    let text = |value: Value<'_>| value.as_str().map(|text| text.into_owned());
    let list = |pointer: &str| -> Vec<String> {
        document.at(pointer).into_iter().flat_map(Value::elements).filter_map(text).collect()
    };
    let members = |name: &str| -> Members {
        let members = document.root().get(name).into_iter().flat_map(Value::members);
        members.map(|(key, value)| (key.name().into_owned(), value.raw().to_owned())).collect()
    };
    Kept {
        telemetry_id: document.at("/packageTelemetryId").and_then(text).filter(|id| !id.is_empty()),
        order: list("/order"),
        paths: list("/paths"),
        root: members("root"),
        details: members("details"),
        flows: members("flows"),
    }
}
