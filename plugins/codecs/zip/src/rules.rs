//! The rules that tie manifest, folders and files together: docs/formats/power-automate.md §1.7, §9 and the quirks of §7.

use std::collections::{BTreeMap, BTreeSet};

use flowport_archive::{Archive, Entry as File};
use flowport_plugin::json::{Document, Value};
use flowport_plugin::{Diagnostic, Failure};
use flowport_power_automate::{APIS_MAP, APP, CONNECTION, CONNECTIONS_MAP, CONNECTOR, DEFINITION, FLOW};

use crate::files::{APPS, ATTACHMENT, FLOWS, FLOWS_MANIFEST, MANIFEST, archive_failure, flow_file, is_litter};
use crate::manifest::Manifest;

/// Files that the format does not know, in bytes together: they lie as base64 in the layout of the package, which may have
/// 64 MiB, and travel once more as base64 where a JSON file carries them.
const MAX_KEPT: u64 = 16 << 20;
/// How many names a summary lists, and how many the detail below it.
const SHOWN: usize = 3;
const LISTED: usize = 1000;
const EDITED: &str = "the package was edited by hand or made by another tool: export it again from the product";

/// The entries of the archive by what they are for.
pub(crate) struct Contents {
    /// Names of the app's files, if there is an app folder.
    pub(crate) app_files: Vec<String>,
    pub(crate) has_attachment: bool,
    /// Files that the format does not know.
    strangers: Vec<String>,
    /// What operating systems leave in folders.
    litter: Vec<String>,
    flow_folders: BTreeSet<String>,
    app_folders: BTreeSet<String>,
}

impl Contents {
    pub(crate) fn of(archive: &Archive<'_>) -> Contents {
        let mut contents = Contents {
            app_files: Vec::new(),
            has_attachment: false,
            strangers: Vec::new(),
            litter: Vec::new(),
            flow_folders: BTreeSet::new(),
            app_folders: BTreeSet::new(),
        };
        for entry in archive.entries().iter().filter(|entry| !entry.directory) {
            if is_litter(&entry.name) {
                contents.litter.push(entry.name.clone());
            } else {
                contents.sort_in(&entry.name);
            }
        }
        contents
    }

    /// What the format does not know, to be written again with the package: each that there is still room for, in the
    /// order of the archive, litter last.
    ///
    /// # Errors
    /// Where one of them is damaged.
    pub(crate) fn kept_files(&self, archive: &Archive<'_>) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        let mut files = BTreeMap::new();
        for (name, entry) in self.kept(archive) {
            files.insert(name.clone(), archive.read_all(entry, MAX_KEPT).map_err(|error| archive_failure(&error))?);
        }
        Ok(files)
    }

    fn kept<'c>(&'c self, archive: &'c Archive<'_>) -> impl Iterator<Item = (&'c String, &'c File)> {
        let unknown = self.strangers.iter().chain(&self.litter);
        let found = unknown.filter_map(|name| Some((name, archive.find(name)?)));
        let mut room = MAX_KEPT;
        found.filter(move |(_, entry)| {
            let fits = entry.size <= room;
            if fits {
                room -= entry.size;
            }
            fits
        })
    }

    fn sort_in(&mut self, name: &str) {
        if name == MANIFEST || name == FLOWS_MANIFEST {
            return;
        }
        if name == ATTACHMENT {
            self.has_attachment = true;
        } else if let Some((folder, file)) = name.strip_prefix(FLOWS).and_then(|rest| rest.split_once('/')) {
            self.flow_folders.insert(folder.to_owned());
            if ![DEFINITION, APIS_MAP, CONNECTIONS_MAP].contains(&file) {
                self.strangers.push(name.to_owned());
            }
        } else if let Some((folder, file)) = name.strip_prefix(APPS).and_then(|rest| rest.split_once('/')) {
            self.app_folders.insert(folder.to_owned());
            if file.contains('/') {
                self.strangers.push(name.to_owned());
            } else {
                self.app_files.push(name.to_owned());
            }
        } else {
            self.strangers.push(name.to_owned());
        }
    }
}

/// All findings about how the package hangs together, at once.
pub(crate) fn check(
    manifest: &Manifest<'_>,
    contents: &Contents,
    archive: &Archive<'_>,
    flows_manifest: Option<&Document>,
) -> Vec<Diagnostic> {
    let mut found = dependencies(manifest);
    found.extend(roots(manifest));
    found.extend(setups(manifest));
    found.extend(folders(manifest, contents, archive));
    found.extend(asset_paths(manifest, flows_manifest));
    found.extend(strangers(contents, archive));
    found
}

/// Files that the format does not know: no import takes them. Of litter only what does not come back is worth a word.
fn strangers(contents: &Contents, archive: &Archive<'_>) -> Vec<Diagnostic> {
    let kept: BTreeSet<&String> = contents.kept(archive).map(|(name, _)| name).collect();
    let (stay, go): (Vec<&String>, Vec<&String>) = contents.strangers.iter().partition(|name| kept.contains(name));
    let go: Vec<&String> = go.into_iter().chain(contents.litter.iter().filter(|name| !kept.contains(name))).collect();
    let said = |code: &str, names: &[&String], one: &str, several: &str, help: &str| {
        let what = if names.len() == 1 { one } else { several };
        let diagnostic = Diagnostic::warning(code, format!("{} {what}", listed(names, SHOWN, ", "))).help(help);
        if names.len() > SHOWN { diagnostic.detail(listed(names, LISTED, "\n")) } else { diagnostic }
    };
    let mut found = Vec::new();
    if !stay.is_empty() {
        let one = "is no file of the format; it stays in the package, and no import takes it";
        let several = "are no files of the format; they stay in the package, and no import takes them";
        found.push(said("PA0120", &stay, one, several, "if it matters, keep it beside the package"));
    }
    if !go.is_empty() {
        let limit = format!("flowport keeps {} MiB of such files in all", MAX_KEPT >> 20);
        let one = format!("is no file of the format, and flowport leaves it out: {limit}");
        let several = format!("are no files of the format, and flowport leaves them out: {limit}");
        found.push(said("PA0121", &go, &one, &several, "keep what matters beside the package"));
    }
    found
}

fn listed(names: &[&String], most: usize, separator: &str) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(|name| name.as_str()).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(separator),
        more => format!("{} and {more} more", shown.join(separator)),
    }
}

/// Every edge leads to a resource, none to itself; repeated ones are harmless [8 of 104 apps].
fn dependencies(manifest: &Manifest<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for entry in &manifest.entries {
        for (index, id) in entry.depends_on.iter().enumerate() {
            let slot = || entry.slot(&format!("/dependsOn/{index}"));
            if *id == entry.id {
                found.push(
                    Diagnostic::error("PA0201", format!("the {} {} depends on itself", entry.kind, entry.id))
                        .subject(entry.resource_id())
                        .at(slot())
                        .help(EDITED),
                );
            } else if manifest.get(id).is_none() {
                let summary =
                    format!("the {} {} depends on {id}, which the package does not list", entry.kind, entry.id);
                found.push(Diagnostic::error("PA0202", summary).subject(entry.resource_id()).at(slot()).help(EDITED));
            }
        }
        if entry.kind != CONNECTION {
            continue;
        }
        let is_connector = |id: &&String| manifest.get(id).is_some_and(|other| other.kind == CONNECTOR);
        let connectors = entry.depends_on.iter().filter(is_connector).collect::<BTreeSet<_>>().len();
        if connectors != 1 {
            let summary = format!("the connection {} must depend on exactly one connector, not {connectors}", entry.id);
            found.push(
                Diagnostic::error("PA0203", summary)
                    .subject(entry.resource_id())
                    .at(entry.slot("/dependsOn"))
                    .help(EDITED),
            );
        }
    }
    found
}

/// Exactly one root: a flow, or an app with its flows. A package of nothing but an attachment has none.
fn roots(manifest: &Manifest<'_>) -> Vec<Diagnostic> {
    let apps = manifest.of_kind(APP).count();
    let roots: Vec<_> = manifest.entries.iter().filter(|entry| entry.is_root()).collect();
    match roots.len() {
        _ if manifest.entries.is_empty() => Vec::new(),
        1 => Vec::new(),
        0 => vec![
            Diagnostic::error("PA0204", "the package has no root: no app, and no flow with hierarchy Root")
                .at("manifest.json#/resources")
                .help(EDITED),
        ],
        _ if apps == 1 => roots
            .iter()
            .filter(|entry| entry.kind == FLOW)
            .map(|entry| {
                let summary = format!("the flow {} is marked as Root beside the app", entry.id);
                Diagnostic::error("PA0205", summary)
                    .subject(entry.resource_id())
                    .at(entry.slot("/hierarchy"))
                    .help(EDITED)
            })
            .collect(),
        count => {
            let ids: Vec<String> = roots.iter().map(|entry| format!("{}/{}", entry.kind, entry.id)).collect();
            let (shown, more) = (ids[..ids.len().min(3)].join(", "), if ids.len() > 3 { ", …" } else { "" });
            vec![
                Diagnostic::error("PA0205", format!("the package has {count} roots ({shown}{more}); it must have one"))
                    .at("manifest.json#/resources")
                    .help(EDITED),
            ]
        }
    }
}

/// What the manifest suggests to the importer.
fn setups(manifest: &Manifest<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for entry in &manifest.entries {
        let suggested = entry.string("suggestedCreationType");
        let allowed = entry.string("creationType");
        match (&suggested, &allowed) {
            (None, _) => {
                let summary = format!(
                    "the {} {} has no suggestedCreationType, without which Microsoft's importer fails",
                    entry.kind, entry.id
                );
                let help = "flowport writes one when it exports; or set one with --setup";
                found.push(
                    Diagnostic::warning("PA0210", summary).subject(entry.resource_id()).at(entry.slot("")).help(help),
                );
            }
            (Some(suggested), Some(allowed)) if !allowed.split(',').any(|word| word.trim() == suggested) => {
                let summary = format!(
                    "the {} {} suggests {suggested}, which is not among its creationType ({allowed})",
                    entry.kind, entry.id
                );
                found.push(
                    Diagnostic::warning("PA0211", summary)
                        .subject(entry.resource_id())
                        .at(entry.slot("/suggestedCreationType"))
                        .help("choose an action with --setup; flowport writes both when it exports"),
                );
            }
            _ => {}
        }
        let names_a_target =
            entry.kind != CONNECTOR && (entry.value.get("id").is_some() || entry.value.get("name").is_some());
        if names_a_target {
            let summary =
                format!("the {} {} carries id or name, which exporters leave to the importer", entry.kind, entry.id);
            let help = "flowport leaves them out when it exports";
            found.push(
                Diagnostic::warning("PA0212", summary).subject(entry.resource_id()).at(entry.slot("")).help(help),
            );
        }
        let name = entry.value.get("details").and_then(|details| details.get("displayName")).and_then(Value::as_str);
        if name.is_none_or(|name| name.trim().is_empty()) {
            let summary = format!("the {} {} has no name (details.displayName)", entry.kind, entry.id);
            let help = "name it on import";
            let at = entry.slot("/details");
            found.push(Diagnostic::warning("PA0213", summary).subject(entry.resource_id()).at(at).help(help));
        }
    }
    found
}

/// Folders are flows and flows are folders, with all three files; one app has one folder.
fn folders(manifest: &Manifest<'_>, contents: &Contents, archive: &Archive<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for folder in &contents.flow_folders {
        if manifest.get(folder).is_none_or(|entry| entry.kind != FLOW) {
            let summary = format!(
                "the folder {FLOWS}{folder}/ belongs to no flow of the manifest: it is left over from another package"
            );
            found.push(
                Diagnostic::error("PA0220", summary).help("take the folder out of the zip file, or export again"),
            );
        }
    }
    for flow in manifest.of_kind(FLOW) {
        for part in [DEFINITION, APIS_MAP, CONNECTIONS_MAP] {
            let file = flow_file(&flow.id, part);
            if archive.find(&file).is_none() {
                let summary = format!("the flow {} lacks its file {file}", flow.id);
                found.push(Diagnostic::error("PA0221", summary).subject(flow.resource_id()).help(EDITED));
            }
        }
    }
    let apps = manifest.of_kind(APP).count();
    let folders = contents.app_folders.len();
    if apps > 1 {
        found.push(
            Diagnostic::error("PA0222", format!("the package lists {apps} apps; packages hold one"))
                .at("manifest.json#/resources")
                .help(EDITED),
        );
    }
    if apps != folders && apps <= 1 {
        let summary = format!(
            "the manifest lists {apps} app{}, but there {} {folders} app folder{} under {APPS}",
            plural(apps),
            if folders == 1 { "is" } else { "are" },
            plural(folders)
        );
        found.push(Diagnostic::error("PA0223", summary).help(EDITED));
    }
    if folders == 1 && !contents.app_files.iter().any(|name| name.ends_with("-document.msapp")) {
        let summary = format!("the app has no document: no N….-document.msapp under {APPS}");
        found.push(Diagnostic::error("PA0224", summary).help(EDITED));
    }
    found
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// `assetPaths` of the inner manifest are the ids of the flows.
fn asset_paths(manifest: &Manifest<'_>, flows_manifest: Option<&Document>) -> Vec<Diagnostic> {
    let flows: BTreeSet<String> = manifest.of_kind(FLOW).map(|flow| flow.id.clone()).collect();
    let Some(document) = flows_manifest else {
        if flows.is_empty() {
            return Vec::new();
        }
        return vec![Diagnostic::error("PA0230", format!("{FLOWS_MANIFEST} is missing")).help(EDITED)];
    };
    let paths = document.at("/flowAssets/assetPaths");
    let Some(paths) = paths.filter(|paths| paths.kind() == flowport_plugin::json::Kind::Array) else {
        return vec![
            Diagnostic::error("PA0231", format!("{FLOWS_MANIFEST} has no flowAssets.assetPaths")).help(EDITED),
        ];
    };
    let listed: BTreeSet<String> =
        paths.elements().filter_map(|path| path.as_str().map(|path| path.into_owned())).collect();
    let missing = flows.difference(&listed).map(|id| format!("the flow {id} is missing in {FLOWS_MANIFEST}"));
    let extra =
        listed.difference(&flows).map(|id| format!("{FLOWS_MANIFEST} lists {id}, which is no flow of the manifest"));
    missing
        .chain(extra)
        .map(|summary| {
            Diagnostic::error("PA0232", summary).at(format!("{FLOWS_MANIFEST}#/flowAssets/assetPaths")).help(EDITED)
        })
        .collect()
}
