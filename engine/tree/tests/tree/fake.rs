//! A handler with volatile slots, and packages of its kind.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use flowport_core::content::Content;
use flowport_core::lock::Holder;
use flowport_core::model::{
    Action, ArrayKey, Change, Diagnostic, EditOp, Edited, Head, Inspection, Kind, KindInfo, Origin, Package,
    PackageInfo, PackageResource, Part, Reference, Resource, ResourceId, Secret, Setup, SlotValue, State, Strength,
    Target, Traits, WrittenPart,
};
use flowport_core::plugin::{Handler, PluginError, PluginName, Reader, SharedView};
use flowport_core::registry::Registry;
use flowport_json::{Document, Edits};
use flowport_tree::{Request, TreeError, Unpacked, unpack};

pub(crate) static HOLDER: LazyLock<Holder> =
    LazyLock::new(|| Holder::this_process("ana", "build-7", "2026-01-01T00:00:00Z"));

pub(crate) fn request() -> Request<'static> {
    Request { format: Some("json"), overwrite: false, holder: &HOLDER }
}

/// Flows whose part `flow.json` has a time that changes by itself, a `password` that is a secret, and `needs`, ids of other flows.
/// Nothing is known of those with `malformed`, and of those with `fails` the password is not told.
struct Flows {
    name: PluginName,
    kinds: Vec<KindInfo>,
}

impl Default for Flows {
    fn default() -> Flows {
        let key = |path: &str| ArrayKey { part: "flow.json".to_owned(), path: path.to_owned(), key: "id".to_owned() };
        let info = KindInfo {
            kind: Kind::new("flow").unwrap(),
            dialects: vec!["fake".to_owned()],
            title: "Flow".to_owned(),
            plural: "Flows".to_owned(),
            actions: vec![Action::Create, Action::Update],
            traits: Traits::default(),
            keys: vec![key("/steps")],
            volatile: ["flow.json#/time", "flow.json#/steps/*/version", "attributes#/version"]
                .map(str::to_owned)
                .into(),
            schema: None,
        };
        Flows { name: PluginName { name: "fake".to_owned(), version: "1".to_owned() }, kinds: vec![info] }
    }
}

const PASSWORD: &str = "flow.json#/password";

fn document(view: &SharedView) -> Option<Document> {
    Document::parse(view.part("flow.json")?.content.read_all().ok()?).ok()
}

impl Handler for Flows {
    fn name(&self) -> &PluginName {
        &self.name
    }

    fn kinds(&self) -> &[KindInfo] {
        &self.kinds
    }

    fn inspect(&self, subject: &SharedView) -> Result<Inspection, PluginError> {
        let mut inspection =
            Inspection { identities: vec![format!("fake:{}", subject.head.name)], ..Inspection::default() };
        let Some(document) = document(subject) else { return Ok(inspection) };
        if document.at("/malformed").is_some() {
            return Err(PluginError::Malformed(vec![Diagnostic::error("X", "it is malformed")]));
        }
        if let Some(password) = document.at("/password") {
            let (slot, label) = (PASSWORD.to_owned(), "Password".to_owned());
            inspection.secrets.push(Secret { slot, label, declared: true, is_set: !password.is_null() });
        }
        for (position, id) in document.at("/needs").into_iter().flat_map(|needs| needs.elements()).enumerate() {
            let target = Target::Known(ResourceId::new("flow", &id.as_str().unwrap(), None).unwrap());
            let (slot, strength) = (format!("flow.json#/needs/{position}"), Strength::Required);
            inspection.references.push(Reference { slot, target, strength });
        }
        Ok(inspection)
    }

    fn secret_values(&self, subject: &SharedView, slots: &[String]) -> Result<Vec<SlotValue>, PluginError> {
        if document(subject).is_some_and(|document| document.at("/fails").is_some()) {
            return Err(PluginError::Other("it says nothing".to_owned()));
        }
        let value = document(subject).map(|document| document.at("/password").unwrap().raw().to_owned());
        Ok(slots.iter().map(|slot| SlotValue { slot: slot.clone(), value: value.clone() }).collect())
    }

    fn edit(&self, subject: &SharedView, ops: &[EditOp]) -> Result<Edited, PluginError> {
        let document = document(subject).unwrap();
        let mut edits = Edits::new(&document);
        for op in ops {
            let EditOp::SetSecret(secret) = op else { unreachable!("nothing else is edited here") };
            edits.replace(document.at("/password").unwrap(), secret.value.clone().unwrap_or("null".to_owned()));
        }
        let content = edits.finish().unwrap();
        let written =
            vec![WrittenPart { name: "flow.json".to_owned(), media_type: "application/json".to_owned(), content }];
        Ok(Edited { head: subject.head.clone(), written, removed: Vec::new() })
    }

    fn prepare(&self, _: &SharedView) -> Result<Edited, PluginError> {
        unreachable!("nothing leaves here")
    }

    fn plan(
        &self,
        _: &SharedView,
        _: Option<&SharedView>,
        _: Option<&Action>,
        _: &Arc<dyn Reader>,
    ) -> Result<Change, PluginError> {
        unreachable!("nothing is imported here")
    }
}

pub(crate) static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let mut registry = Registry::default();
    registry.add_handler(Arc::new(Flows::default()), false).unwrap();
    registry
});

pub(crate) fn id(id: &str) -> ResourceId {
    ResourceId::new("flow", id, None).unwrap()
}

pub(crate) fn part(name: &str, content: impl AsRef<[u8]>) -> Part {
    let media_type = if name.ends_with(".json") { "application/json" } else { "" };
    Part { name: name.to_owned(), media_type: media_type.to_owned(), content: Content::from_bytes(content.as_ref()) }
}

pub(crate) fn flow(of: &str, name: &str, text: &str) -> Resource {
    let (state, origin) = (State::Published, Origin::Custom);
    let head =
        Head { id: id(of), name: name.to_owned(), dialect: "fake".to_owned(), state, origin, attributes: "{}".into() };
    Resource { head, parts: vec![part("flow.json", text)] }
}

pub(crate) fn package(resources: impl IntoIterator<Item = Resource>) -> Package {
    let info = PackageInfo { name: "Orders".to_owned(), ..PackageInfo::default() };
    let resources = resources.into_iter().map(|resource| PackageResource { resource, setup: Setup::default() });
    Package { info, resources: resources.collect(), ..Package::default() }
}

pub(crate) fn unpacked(package: &Package, root: &Path) -> Unpacked {
    unpack(&REGISTRY, package, root, Request { overwrite: true, ..request() }, &|| ()).unwrap()
}

/// The package in a tree without a fault.
pub(crate) fn packed(root: &Path) -> Package {
    let tree = flowport_tree::read(root).unwrap();
    assert_eq!(tree.diagnostics, []);
    tree.package()
}

/// The summaries of what is wrong with a tree.
pub(crate) fn problems(root: &Path) -> Vec<String> {
    let tree = flowport_tree::read(root).unwrap();
    tree.diagnostics.into_iter().map(|found| format!("{}[{}] {}", found.severity, found.code, found.summary)).collect()
}

/// All files below a folder but those of this machine.
pub(crate) fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            if path.is_dir() && name != ".flowport" {
                open.push(path);
            } else if path.is_file() {
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Everything of a package that can be compared.
pub(crate) fn comparable(package: &Package) -> String {
    let resource = |entry: &PackageResource| {
        let parts = entry.resource.parts.iter();
        let part = |part: &Part| (part.name.clone(), part.media_type.clone(), part.content.read_all().unwrap());
        format!("{:?} {:?} {:?}", entry.resource.head, entry.setup, parts.map(part).collect::<Vec<_>>())
    };
    let resources: Vec<String> = package.resources.iter().map(resource).collect();
    format!("{:?}\n{:?}\n{resources:#?}", package.info, package.sealed)
}

/// The error of an unpack that is refused.
pub(crate) fn refused(package: &Package, root: &Path, overwrite: bool) -> TreeError {
    unpack(&REGISTRY, package, root, Request { overwrite, ..request() }, &|| ()).unwrap_err()
}
