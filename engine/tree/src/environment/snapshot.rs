//! The files as they were at one moment, and what their handlers say of them.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use flowport_core::inspect::Inspected;
use flowport_core::model::{Diagnostic, Inspection, Reference, Resource, ResourceId, Secret, SlotValue};
use flowport_core::plugin::{PluginError, SharedView};
use flowport_core::registry::Registry;
use flowport_core::secrets::{lift, mark_set};
use rayon::prelude::*;

use super::secrets::{self, Kept};
use crate::error::TreeError;
use crate::fields::CODE;
use crate::manifest::{Manifest, is_tree};
use crate::read::{Entry, read_settled};
use crate::scan::scan;
use crate::{MANIFEST, RESOURCE};

/// All that is in the folder.
#[derive(Default)]
pub(super) struct Snapshot {
    pub(super) held: Vec<Held>,
    pub(super) by_id: HashMap<ResourceId, usize>,
    /// The versions of each thing that has some, by its id without one, in the order in which they came.
    pub(super) versions: HashMap<ResourceId, Vec<usize>>,
    pub(super) manifest: Manifest,
    /// Whether there is a manifest at all.
    pub(super) is_there: bool,
    pub(super) sealed: Kept,
    pub(super) problems: Vec<Diagnostic>,
    index: OnceLock<Index>,
}

/// A resource, and what is known of it once somebody asks.
pub(super) struct Held {
    pub(super) entry: Entry,
    looked: OnceLock<Looked>,
}

/// A resource as the engine gets it.
pub(super) struct Looked {
    /// Without the declared secrets that somebody wrote into its files; or why nobody knows where those are.
    pub(super) resource: Result<Resource, String>,
    pub(super) inspection: Inspection,
    /// Those.
    pub(super) lifted: Vec<SlotValue>,
}

/// What all resources together say.
#[derive(Default)]
pub(super) struct Index {
    /// The strongest rank of each resource, by identity.
    pub(super) by_identity: HashMap<String, Vec<(usize, usize)>>,
    /// The resources that refer to one.
    pub(super) referrers: HashMap<ResourceId, Vec<(usize, Reference)>>,
}

impl Snapshot {
    /// Reads all files. Nobody is writing.
    pub(super) fn read(root: &Path) -> Result<Snapshot, TreeError> {
        if !root.exists() {
            return Ok(Snapshot::default());
        }
        let (sealed, mut problems) = match secrets::read(root) {
            Ok(sealed) => (sealed, Vec::new()),
            Err(error) => (Kept::new(), secrets::problem(&error)),
        };
        if !is_tree(root) {
            problems.extend(stranger(root));
            problems.extend(scan(root)?.folders.first().map(|folder| {
                let summary = format!("{}/{RESOURCE} is here, and {MANIFEST} is not", folder.path);
                Diagnostic::error(CODE, summary).help(format!("take {MANIFEST} back from version control"))
            }));
            return Ok(Snapshot { sealed, problems, ..Snapshot::default() });
        }
        let tree = read_settled(root)?;
        let mut held: Vec<Held> =
            tree.entries.into_iter().map(|entry| Held { entry, looked: OnceLock::new() }).collect();
        held.sort_by(|left, right| left.order().cmp(&right.order()));
        let by_id = held.iter().map(|held| held.entry.resource.head.id.clone()).zip(0..).collect();
        let versions = versions(&held);
        problems.extend(tree.diagnostics);
        let manifest = tree.manifest;
        Ok(Snapshot { held, by_id, versions, manifest, is_there: true, sealed, problems, index: OnceLock::new() })
    }

    pub(super) fn get(&self, id: &ResourceId) -> Option<&Held> {
        self.by_id.get(id).map(|position| &self.held[*position])
    }

    /// What a handler says of a resource, asked once.
    pub(super) fn looked<'s>(&'s self, registry: &Registry, held: &'s Held) -> &'s Looked {
        held.looked.get_or_init(|| look(registry, &held.entry, &self.sealed))
    }

    /// What all resources together say, asked once and on all cores.
    pub(super) fn index(&self, registry: &Registry) -> &Index {
        self.index.get_or_init(|| {
            self.held.par_iter().for_each(|held| {
                self.looked(registry, held);
            });
            let mut index = Index::default();
            for (position, held) in self.held.iter().enumerate() {
                let inspection = &self.looked(registry, held).inspection;
                let mut seen = HashSet::new();
                for (rank, identity) in inspection.identities.iter().enumerate() {
                    if seen.insert(identity) {
                        index.by_identity.entry(identity.clone()).or_default().push((rank, position));
                    }
                }
                for reference in &inspection.references {
                    if let Some(target) = reference.known() {
                        let referrers = index.referrers.entry(target.clone()).or_default();
                        referrers.push((position, reference.clone()));
                    }
                }
            }
            index.by_identity.values_mut().for_each(|found| found.sort_unstable());
            index
        })
    }
}

impl Held {
    /// As `list` has them.
    fn order(&self) -> (&str, &str, &str, Arrival<'_>) {
        let head = &self.entry.resource.head;
        (head.id.kind.as_str(), &head.name, &head.id.id, self.arrival())
    }

    /// In the order in which they came; what somebody added by hand comes last.
    fn arrival(&self) -> Arrival<'_> {
        (self.entry.record.serial.unwrap_or(u64::MAX), self.entry.resource.head.id.version.as_deref())
    }
}

/// What orders the versions of one thing.
type Arrival<'a> = (u64, Option<&'a str>);

fn versions(held: &[Held]) -> HashMap<ResourceId, Vec<usize>> {
    let mut versions: HashMap<ResourceId, Vec<usize>> = HashMap::new();
    for (position, Held { entry, .. }) in held.iter().enumerate() {
        let id = &entry.resource.head.id;
        if id.version.is_some() {
            versions.entry(ResourceId { version: None, ..id.clone() }).or_default().push(position);
        }
    }
    versions.values_mut().for_each(|found| found.sort_by_key(|position| held[*position].arrival()));
    versions
}

/// What stands in the place of the manifest of a folder that is no tree: npm names its file so, too.
fn stranger(root: &Path) -> Option<Diagnostic> {
    root.join(MANIFEST).symlink_metadata().ok()?;
    let summary = format!("the {MANIFEST} that is here is none of flowport's");
    let help = "give the environment a folder of its own: `store = \"dir:FOLDER\"`; or, where it was flowport's, take it back \
                from version control";
    Some(Diagnostic::error(CODE, summary).help(help))
}

fn look(registry: &Registry, entry: &Entry, sealed: &Kept) -> Looked {
    let resource = &entry.resource;
    let unknown = |error: PluginError| unlifted(entry, error);
    let view: SharedView = Arc::new(resource.clone());
    let inspected = match registry.handler(&view.head).map(|(handler, _)| handler.inspect(&view)) {
        Some(Ok(inspection)) => Inspected { view, inspection, handled: true },
        Some(Err(error)) => return unknown(error),
        None => Inspected { view, inspection: Inspection::default(), handled: false },
    };
    let kept: Vec<&str> = secrets::of(sealed, &resource.head.id).map(|sealed| sealed.slot.as_str()).collect();
    let (inspected, lifted) = match lift(registry, inspected) {
        Ok(lifted) => lifted,
        Err(error) => return unknown(error),
    };
    let Inspected { view, mut inspection, handled } = inspected;
    inspection.diagnostics.clear();
    if !handled {
        // Nobody knows the places of its secrets; what is kept stays so.
        let secret = |slot: &&str| {
            let slot = (*slot).to_owned();
            Secret { label: slot.clone(), slot, declared: true, is_set: true }
        };
        inspection.secrets = kept.iter().map(secret).collect();
    }
    mark_set(&mut inspection, kept.iter().copied().chain(lifted.iter().map(|secret| secret.slot.as_str())));
    Looked { resource: Ok(Arc::unwrap_or_clone(view)), inspection, lifted }
}

/// What its handler cannot look at may hold declared secrets, and nobody gets to see those.
fn unlifted(entry: &Entry, error: PluginError) -> Looked {
    let id = &entry.resource.head.id;
    let findings: Vec<String> = error.into_diagnostics(Some(id)).into_iter().map(|finding| finding.summary).collect();
    let why = format!(
        "{id} is not shown, because nobody knows what in it is secret: {}; mend its files in {}",
        findings.join("; "),
        entry.folder
    );
    Looked { resource: Err(why), inspection: Inspection::default(), lifted: Vec::new() }
}
