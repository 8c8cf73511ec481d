//! The two manifests of a package that was never a file, as the exporter writes them: one line, its order of keys, unknown keys
//! behind the known ones.

use flowport_plugin::json::{Kind, Writer};
use flowport_plugin::{Action, Head, Origin, PackageInfo, Setup};
use flowport_power_automate::app::DEPENDENCY_KINDS;
use flowport_power_automate::{
    API_ID, APP, Attributes, CONNECTION_NAME, CONNECTOR, FLOW, creation_type, creation_types, type_of,
};

/// Keys that are written by hand below, or that only flowport knows.
const KNOWN: [&str; 12] = [
    "id",
    "name",
    "type",
    "suggestedCreationType",
    "creationType",
    "details",
    "configurableBy",
    "hierarchy",
    "dependsOn",
    API_ID,
    CONNECTION_NAME,
    DEPENDENCY_KINDS,
];

/// One resource to write.
pub(crate) struct Resource {
    pub(crate) head: Head,
    pub(crate) setup: Setup,
    pub(crate) attributes: Attributes,
    pub(crate) depends_on: Vec<String>,
    pub(crate) is_root: bool,
}

impl Resource {
    pub(crate) fn is_standard(&self) -> bool {
        self.head.id.kind == CONNECTOR && self.head.origin == Origin::Standard
    }

    /// What import shall do unless its user says otherwise: flows and apps are updated, connections and connectors used. An
    /// action that the manifest has no word for never becomes one that overwrites.
    pub(crate) fn suggested(&self) -> &str {
        match &self.setup.suggested {
            _ if !matches!(self.head.id.kind.as_str(), FLOW | APP) => {
                self.setup.suggested.as_ref().and_then(creation_type).unwrap_or("Existing")
            }
            None => "Update",
            Some(action) => creation_type(action).unwrap_or("New"),
        }
    }

    /// What the manifest has no word for.
    pub(crate) fn lost(&self) -> Vec<String> {
        match &self.setup.suggested {
            Some(action @ (Action::Skip | Action::NewVersion)) => {
                let word = if *action == Action::Skip { "skip" } else { "new-version" };
                vec![format!("the suggested action {word}")]
            }
            _ => Vec::new(),
        }
    }

    /// What import can do: the suggestion must be among the creation types, and custom ones always have some.
    pub(crate) fn allowed(&self) -> Vec<Action> {
        let mut allowed = self.setup.allowed.clone();
        if let Some(action) =
            self.setup.suggested.as_ref().filter(|action| creation_type(action).is_some() && !allowed.is_empty())
            && !allowed.contains(action)
        {
            allowed.push(action.clone());
        }
        allowed
    }

    pub(crate) fn hierarchy(&self) -> &'static str {
        if self.is_root { "Root" } else { "Child" }
    }

    /// The entry of the manifest.
    pub(crate) fn to_json(&self) -> String {
        let mut writer = Writer::compact();
        self.write(&mut writer);
        writer.finish()
    }

    /// Its `details`.
    pub(crate) fn details_json(&self) -> String {
        let mut writer = Writer::compact();
        self.details(&mut writer);
        writer.finish()
    }

    fn write(&self, writer: &mut Writer) {
        let raw = |name: &str| self.attributes.get(name).map(|value| value.raw().to_owned());
        writer.begin_object();
        if self.is_standard() {
            for name in ["id", "name"] {
                if let Some(raw) = raw(name) {
                    writer.key(name).raw(&raw);
                }
            }
        }
        writer.key("type").string(type_of(&self.head.id.kind).unwrap_or_default());
        writer.key("suggestedCreationType").string(self.suggested());
        if let Some(types) = creation_types(&self.head.id.kind, self.is_standard(), &self.allowed()) {
            writer.key("creationType").string(&types);
        }
        writer.key("details");
        self.details(writer);
        let configurable = raw("configurableBy")
            .unwrap_or_else(|| if self.is_standard() { "\"System\"".to_owned() } else { "\"User\"".to_owned() });
        writer.key("configurableBy").raw(&configurable);
        if self.head.id.kind != APP {
            writer.key("hierarchy").string(self.hierarchy());
        }
        writer.key("dependsOn").begin_array();
        for id in &self.depends_on {
            writer.string(id);
        }
        writer.end_array();
        for (name, value) in self.attributes.members().filter(|(name, _)| !KNOWN.contains(&name.as_str())) {
            writer.key(&name).raw(&value);
        }
        writer.end_object();
    }

    fn details(&self, writer: &mut Writer) {
        writer.begin_object().key("displayName").string(&self.head.name);
        if let Some(comment) = &self.setup.comment {
            writer.key("comment").string(comment);
        }
        if let Some(details) = self.attributes.get("details").filter(|details| details.kind() == Kind::Object) {
            for (key, value) in details.members() {
                if !matches!(key.name().as_ref(), "displayName" | "comment") {
                    writer.key(&key.name()).raw(value.raw());
                }
            }
        }
        writer.end_object();
    }
}

/// The root manifest.
pub(crate) fn root(info: &PackageInfo, telemetry_id: &str, resources: &[&Resource]) -> String {
    let mut writer = Writer::compact();
    writer.begin_object().key("schema").string("1.0").key("details").begin_object();
    let creator = info.creator.as_deref().unwrap_or("N/A");
    writer.key("displayName").string(&info.name).key("description").string(&info.description);
    writer.key("createdTime").string(info.created.as_deref().unwrap_or_default());
    writer.key("packageTelemetryId").string(telemetry_id).key("creator").string(creator);
    writer.key("sourceEnvironment").string(info.source.as_deref().unwrap_or_default());
    writer.end_object().key("resources").begin_object();
    for resource in resources {
        writer.key(&resource.head.id.id);
        resource.write(&mut writer);
    }
    writer.end_object().end_object();
    writer.finish()
}

/// The manifest of the flow folders.
pub(crate) fn flows(ids: &[&str]) -> String {
    let mut writer = Writer::compact();
    writer.begin_object().key("packageSchemaVersion").string("1.0").key("flowAssets").begin_object();
    writer.key("assetPaths").begin_array();
    for id in ids {
        writer.string(id);
    }
    writer.end_array().end_object().end_object();
    writer.finish()
}
