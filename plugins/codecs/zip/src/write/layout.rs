//! What of a package is kept for writing it again: the order of its resources and its own ids and times.

use flowport_plugin::json::{Document, Value, Writer};

use crate::manifest::Manifest;

/// What was kept.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) telemetry_id: Option<String>,
    pub(crate) order: Vec<String>,
}

/// Keeps the order of the resources and the telemetry id.
pub(crate) fn of(document: &Document, manifest: &Manifest<'_>) -> String {
    let telemetry = document.at("/details/packageTelemetryId").and_then(Value::as_str).unwrap_or_default();
    let mut writer = Writer::compact();
    writer.begin_object().key("packageTelemetryId").string(&telemetry).key("order").begin_array();
    for entry in &manifest.entries {
        writer.string(&entry.id);
    }
    writer.end_array().end_object();
    writer.finish()
}

/// Reads a layout back; a damaged one is none.
pub(crate) fn read(content: &str) -> Kept {
    let Ok(document) = Document::parse(content.as_bytes()) else { return Kept::default() };
    let text = |value: Value<'_>| value.as_str().map(|text| text.into_owned());
    Kept {
        telemetry_id: document.at("/packageTelemetryId").and_then(text).filter(|id| !id.is_empty()),
        order: document.at("/order").into_iter().flat_map(Value::elements).filter_map(text).collect(),
    }
}
