//! The manifests of a package that was read, made to say what its resources say now. Only the bytes of what differs change.

use std::collections::{HashMap, HashSet};

use flowport_plugin::json::{Document, Edits, Kind, MemberOrder, Value, Writer, quote};
use flowport_plugin::{Failure, PackageInfo};
use flowport_power_automate::app::DEPENDENCY_KINDS;
use flowport_power_automate::{API_ID, APP, CONNECTION_NAME, CONNECTOR, action_of, allowed_actions, creation_types};

use crate::manifest::{Entry, Manifest};
use crate::write::manifests::{self, Resource};

/// By the ids of a package that was read, those that its resources have now; none for what is gone.
pub(crate) struct Renames<'a>(HashMap<&'a str, Option<&'a str>>);

impl<'a> Renames<'a> {
    /// Resources are what they were where they have the same id. What is left over on both sides is matched by kind, in order:
    /// that decides where a resource stands, and nothing of what is said of it.
    pub(crate) fn of(manifest: &'a Manifest<'_>, resources: &'a [Resource]) -> Renames<'a> {
        let now: HashSet<&str> = resources.iter().map(|resource| resource.head.id.id.as_str()).collect();
        let mut renames = HashMap::new();
        let mut gone: HashMap<&str, Vec<&str>> = HashMap::new();
        for entry in &manifest.entries {
            let stays = now.contains(entry.id.as_str());
            renames.insert(entry.id.as_str(), stays.then_some(entry.id.as_str()));
            if !stays {
                gone.entry(entry.kind).or_default().push(&entry.id);
            }
        }
        gone.values_mut().for_each(|ids| ids.reverse());
        for id in resources.iter().map(|resource| &resource.head.id).filter(|id| manifest.get(&id.id).is_none()) {
            if let Some(old) = gone.get_mut(id.kind.as_str()).and_then(Vec::pop) {
                renames.insert(old, Some(&id.id));
            }
        }
        Renames(renames)
    }

    /// The id that a resource has now; none where it is gone, or never was one.
    pub(crate) fn get(&self, old: &str) -> Option<&'a str> {
        self.0.get(old).copied().flatten()
    }

    /// True for a resource that is no longer there.
    pub(crate) fn is_gone(&self, old: &str) -> bool {
        self.0.get(old).is_some_and(Option::is_none)
    }
}

/// The root manifest.
///
/// # Errors
/// Where the text that was kept is not what it was made from.
pub(crate) fn root(
    document: &Document,
    manifest: &Manifest<'_>,
    renames: &Renames<'_>,
    info: &PackageInfo,
    resources: &[&Resource],
) -> Result<Vec<u8>, Failure> {
    let mut edits = Edits::new(document);
    details(document.root(), &manifest.info, info, &mut edits);
    let by_id: HashMap<&str, &Resource> =
        resources.iter().map(|resource| (resource.head.id.id.as_str(), *resource)).collect();
    let mut written = HashSet::new();
    for entry in &manifest.entries {
        match renames.get(&entry.id).and_then(|id| by_id.get(id)) {
            Some(resource) => {
                written.insert(resource.head.id.id.as_str());
                Entries { entry, resource, edits: &mut edits }.adapt()?;
            }
            None => {
                edits.remove(entry.value);
            }
        }
    }
    if let Some(list) = document.root().get("resources") {
        for resource in resources.iter().filter(|resource| !written.contains(resource.head.id.id.as_str())) {
            edits.insert_member(list, &resource.head.id.id, resource.to_json());
        }
    }
    finish(edits)
}

/// The manifest of the flow folders; `ids` in the order in which new ones are to stand.
///
/// # Errors
/// As [`root`].
pub(crate) fn flows(document: &Document, renames: &Renames<'_>, ids: &[&str]) -> Result<Vec<u8>, Failure> {
    let Some(paths) = document.at("/flowAssets/assetPaths").filter(|paths| paths.kind() == Kind::Array) else {
        return Ok(manifests::flows(ids).into_bytes());
    };
    let now: HashSet<&str> = ids.iter().copied().collect();
    let kept: Vec<_> = paths.elements().filter_map(Value::as_str).collect();
    let mut wanted: Vec<&str> = kept.iter().filter_map(|old| renames.get(old)).filter(|id| now.contains(id)).collect();
    let known: HashSet<&str> = wanted.iter().copied().collect();
    wanted.extend(ids.iter().filter(|id| !known.contains(*id)));
    let mut edits = Edits::new(document);
    adapt(paths, &strings(&wanted), &mut edits)?;
    finish(edits)
}

fn finish(edits: Edits<'_>) -> Result<Vec<u8>, Failure> {
    edits.finish().map_err(broken)
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::Other(format!("the manifest that was kept cannot be changed: {error}"))
}

fn strings(texts: &[&str]) -> String {
    let mut writer = Writer::compact();
    writer.begin_array();
    texts.iter().for_each(|text| _ = writer.string(text));
    writer.end_array();
    writer.finish()
}

/// Makes a value say what `raw` says.
fn adapt<'d>(value: Value<'d>, raw: &str, edits: &mut Edits<'d>) -> Result<(), Failure> {
    let wanted = Document::parse(raw).map_err(broken)?;
    edits.adapt(value, wanted.root(), MemberOrder::Keep);
    Ok(())
}

/// What is said of the package: each of it only where it is not what was read.
fn details<'d>(root: Value<'d>, kept: &PackageInfo, info: &PackageInfo, edits: &mut Edits<'d>) {
    let some = |text: &str| Some(text.to_owned());
    let all = [
        ("displayName", some(&kept.name), some(&info.name)),
        ("description", some(&kept.description), some(&info.description)),
        ("createdTime", kept.created.clone(), info.created.clone()),
        ("creator", kept.creator.clone(), info.creator.clone()),
        ("sourceEnvironment", kept.source.clone(), info.source.clone()),
    ];
    let Some(details) = root.get("details").filter(|details| details.kind() == Kind::Object) else { return };
    for (name, _, wanted) in all.into_iter().filter(|(_, kept, wanted)| kept != wanted) {
        let wanted = quote(&wanted.unwrap_or_default());
        match details.get(name) {
            Some(value) => edits.replace(value, wanted),
            None => edits.insert_member(details, name, wanted),
        };
    }
}

/// One resource of the manifest, and what it is now.
struct Entries<'e, 'd> {
    entry: &'e Entry<'d>,
    resource: &'e Resource,
    edits: &'e mut Edits<'d>,
}

/// Members that are compared by what they mean, below, or that only flowport knows.
const MEANT: [&str; 9] = [
    "type",
    "suggestedCreationType",
    "creationType",
    "details",
    "hierarchy",
    "dependsOn",
    API_ID,
    CONNECTION_NAME,
    DEPENDENCY_KINDS,
];

impl<'d> Entries<'_, 'd> {
    fn adapt(&mut self) -> Result<(), Failure> {
        let (entry, resource) = (self.entry, self.resource);
        if entry.id != resource.head.id.id {
            self.edits.rename_key(entry.value, &resource.head.id.id);
        }
        self.details()?;
        self.setup()?;
        if entry.kind != APP && entry.is_root() != resource.is_root {
            self.set(entry.value, "hierarchy", Some(&quote(resource.hierarchy())))?;
        }
        if entry.depends_on != resource.depends_on {
            let ids: Vec<&str> = resource.depends_on.iter().map(String::as_str).collect();
            self.set(entry.value, "dependsOn", Some(&strings(&ids)))?;
        }
        let attributes = resource.attributes.members();
        let attributes: Vec<(String, String)> =
            attributes.filter(|(name, _)| !MEANT.contains(&name.as_str())).collect();
        self.members(entry.value, &attributes, &MEANT)
    }

    /// Name, comment, and whatever else `details` holds.
    fn details(&mut self) -> Result<(), Failure> {
        let (entry, resource) = (self.entry, self.resource);
        let Some(details) = entry.value.get("details").filter(|details| details.kind() == Kind::Object) else {
            let is_empty = resource.head.name.is_empty() && resource.setup.comment.is_none();
            return if is_empty { Ok(()) } else { self.set(entry.value, "details", Some(&resource.details_json())) };
        };
        let kept = |name: &str| details.get(name).and_then(Value::as_str);
        if kept("displayName").unwrap_or_default() != resource.head.name {
            self.set(details, "displayName", Some(&quote(&resource.head.name)))?;
        }
        if kept("comment").as_deref() != resource.setup.comment.as_deref() {
            self.set(details, "comment", resource.setup.comment.as_ref().map(|text| quote(text)).as_deref())?;
        }
        const NAMED: [&str; 2] = ["displayName", "comment"];
        let others = resource.attributes.get("details").into_iter().flat_map(Value::members);
        let others: Vec<(String, String)> = others
            .map(|(name, value)| (name.name().into_owned(), value.raw().to_owned()))
            .filter(|(name, _)| !NAMED.contains(&name.as_str()))
            .collect();
        self.members(details, &others, &NAMED)
    }

    /// What the importer is told. What was read is kept as it was spelled, even where it was left out.
    fn setup(&mut self) -> Result<(), Failure> {
        let (entry, resource) = (self.entry, self.resource);
        let suggested = entry.string("suggestedCreationType");
        let allowed = entry.string("creationType");
        let suggests_another = suggested.as_deref().map(action_of) != resource.setup.suggested
            && suggested.as_deref() != Some(resource.suggested());
        if suggests_another {
            self.set(entry.value, "suggestedCreationType", Some(&quote(resource.suggested())))?;
        }
        let now_allowed = resource.allowed();
        if suggests_another || allowed.as_deref().map(allowed_actions).unwrap_or_default() != resource.setup.allowed {
            let is_standard = resource.head.id.kind == CONNECTOR && resource.is_standard();
            let types = creation_types(&resource.head.id.kind, is_standard, &now_allowed);
            self.set(entry.value, "creationType", types.map(|types| quote(&types)).as_deref())?;
        }
        Ok(())
    }

    /// Makes an object hold these members, and of others only `kept`.
    fn members(&mut self, object: Value<'d>, wanted: &[(String, String)], kept: &[&str]) -> Result<(), Failure> {
        for (name, raw) in wanted {
            self.set(object, name, Some(raw))?;
        }
        for (key, value) in object.members() {
            let name = key.name();
            if !kept.contains(&name.as_ref()) && !wanted.iter().any(|(wanted, _)| *wanted == name) {
                self.edits.remove(value);
            }
        }
        Ok(())
    }

    fn set(&mut self, object: Value<'d>, name: &str, raw: Option<&str>) -> Result<(), Failure> {
        match (object.get(name), raw) {
            (Some(value), Some(raw)) if value.raw() == raw => {}
            (Some(value), Some(raw)) => adapt(value, raw, self.edits)?,
            (Some(value), None) => _ = self.edits.remove(value),
            (None, Some(raw)) => _ = self.edits.insert_member(object, name, raw),
            (None, None) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flows_of_a_large_package_are_listed_at_once() {
        let ids: Vec<String> = (0..60_000).map(|number| format!("aaaaaaaa-0000-4000-8000-{number:012}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let text = format!("{{\"flowAssets\": {{\"assetPaths\": {} }}}}", strings(&ids));
        let document = Document::parse(text.as_str()).unwrap();
        // The first one is gone, the second is another one.
        let mut renames: HashMap<&str, Option<&str>> = ids.iter().map(|id| (*id, Some(*id))).collect();
        renames.insert(ids[0], None);
        renames.insert(ids[1], Some("new"));
        let now: Vec<&str> = ids[2..].iter().copied().rev().chain(["new"]).collect();
        let started = std::time::Instant::now();
        let written = flows(&document, &Renames(renames), &now).unwrap();
        let expected = text.replacen(&format!("\"{}\",\"{}\"", ids[0], ids[1]), "\"new\"", 1);
        assert!(written == expected.as_bytes());
        // One search among all of them for each would take longer.
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    }
}
