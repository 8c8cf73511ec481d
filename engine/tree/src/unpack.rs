//! From a package to a tree.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use flowport_core::lock::Holder;
use flowport_core::model::{Package, PackageInfo, ResourceId};
use flowport_core::registry::Registry;
use rayon::prelude::*;

use crate::error::{TreeError, about};
use crate::journal::SECRETS;
use crate::lock::Hold;
use crate::manifest::{Manifest, OfPackage, is_tree};
use crate::read::{Entry, PACKAGE_RECORD, Tree, package_record_text, read_settled};
use crate::transaction::{Transaction, settled};
use crate::write::{GIT_ATTRIBUTES, Writing, free_folder, write, write_json};
use crate::{ATTRIBUTES_OF_GIT, LAYOUT, MANIFEST, PRIVATE};

/// What unpacking made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// The resources in the order of the package, each with its folder below the tree.
    pub resources: Vec<(ResourceId, String)>,
    /// Those that were in the tree before and are not in the package.
    pub removed: Vec<ResourceId>,
    /// False where the tree was so already, to the byte.
    pub is_changed: bool,
}

/// How to unpack.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The id of the package's format, where it has one.
    pub format: Option<&'r str>,
    /// Write over a tree that is there. Resources keep their folders, other files stay.
    pub overwrite: bool,
    /// Who does it, for whoever finds the folder held.
    pub holder: &'r Holder,
}

/// Writes a package as a tree into a folder: all of it, or nothing. `progress` hears of each resource.
///
/// # Errors
/// [`TreeError::Taken`] where the folder holds anything but, with `overwrite`, the tree of a package; [`TreeError::Invalid`] where
/// that one is broken; [`TreeError::Held`]; where a file cannot be written.
pub fn unpack(
    registry: &Registry,
    package: &Package,
    root: &Path,
    request: Request<'_>,
    progress: &(dyn Fn() + Sync),
) -> Result<Unpacked, TreeError> {
    check(root, request.overwrite, None)?;
    fs::create_dir_all(root).map_err(about(root))?;
    let hold = Hold::take(root, request.holder)?;
    let transaction = Transaction::begin(&hold)?;
    check(root, request.overwrite, Some(&hold))?;
    let before = if is_tree(root) { read_settled(root)? } else { Tree::default() };
    let errors = before.errors();
    if !errors.is_empty() {
        return Err(TreeError::Invalid(errors));
    }
    if is_tree(root) && is_environment(root, &before) {
        let what = "this is the folder of an environment: import the package into that, or unpack into another folder";
        return Err(TreeError::Taken { path: root.to_owned(), what: what.to_owned() });
    }
    let known: HashMap<&ResourceId, &Entry> =
        before.entries.iter().map(|entry| (&entry.resource.head.id, entry)).collect();
    let mut taken: HashSet<String> = before.entries.iter().map(|entry| entry.folder.clone()).collect();
    let mut folders = Vec::with_capacity(package.resources.len());
    for entry in &package.resources {
        let head = &entry.resource.head;
        let folder = known.get(&head.id).map_or_else(|| free_folder(root, head, &taken), |known| known.folder.clone());
        taken.insert(folder.clone());
        folders.push(folder);
    }
    package.resources.par_iter().zip(&folders).try_for_each(|(entry, folder)| {
        let before = known.get(&entry.resource.head.id).copied();
        let (resource, setup) = (&entry.resource, &entry.setup);
        let writing = Writing { folder, before, resource, setup, owners: &[], serial: None, changed: None };
        let written = write(&transaction, root, registry, &writing);
        progress();
        written
    })?;
    let kept: HashSet<&String> = folders.iter().collect();
    let gone: Vec<&Entry> = before.entries.iter().filter(|entry| !kept.contains(&entry.folder)).collect();
    for file in gone.iter().flat_map(|entry| &entry.files) {
        transaction.remove(file)?;
    }
    of_package(&transaction, root, package, request.format, &folders)?;
    let resources: Vec<ResourceId> = package.resources.iter().map(|entry| entry.resource.head.id.clone()).collect();
    let removed = gone.iter().map(|entry| entry.resource.head.id.clone()).collect();
    let is_changed = transaction.commit()?;
    Ok(Unpacked { resources: resources.into_iter().zip(folders).collect(), removed, is_changed })
}

/// True where an environment has written, into a package that was unpacked as well: it has owners, an order, secrets to lose.
fn is_environment(root: &Path, tree: &Tree) -> bool {
    let is_owned = |entry: &Entry| entry.record.serial.is_some() || !entry.owners.is_empty();
    tree.manifest.package.is_none()
        || tree.entries.iter().any(is_owned)
        || root.join(PRIVATE).join(SECRETS).symlink_metadata().is_ok()
}

/// The manifest, and what the layout keeps of the package as a whole.
fn of_package(
    transaction: &Transaction<'_>,
    root: &Path,
    package: &Package,
    format: Option<&str>,
    folders: &[String],
) -> Result<(), TreeError> {
    let info = PackageInfo { created: None, layouts: Vec::new(), ..package.info.clone() };
    let of_package = Some(OfPackage { format: format.map(str::to_owned), info });
    let manifest = Manifest { package: of_package, resources: folders.to_vec() };
    write_json(transaction, root, MANIFEST, manifest.to_text())?;
    if !root.join(ATTRIBUTES_OF_GIT).exists() {
        transaction.write_text(ATTRIBUTES_OF_GIT, GIT_ATTRIBUTES)?;
    }
    let record = format!("{LAYOUT}/{PACKAGE_RECORD}");
    match package_record_text(package) {
        Some(text) => transaction.write_text(&record, text),
        None => transaction.remove(&record),
    }
}

/// The folder is new or empty, or with `overwrite` a tree.
fn check(root: &Path, overwrite: bool, hold: Option<&Hold>) -> Result<(), TreeError> {
    let taken = |what: &str| TreeError::Taken { path: root.to_owned(), what: what.to_owned() };
    if !root.exists() {
        return Ok(());
    }
    if !root.is_dir() {
        return Err(taken("this is no folder; name a folder to unpack into"));
    }
    // A killed run may have left what it was about to write.
    let is_empty = || -> Result<bool, TreeError> {
        let names = fs::read_dir(root).map_err(about(root))?.map(|entry| entry.map(|entry| entry.file_name()));
        let names: Vec<_> = names.collect::<Result<_, _>>().map_err(about(root))?;
        Ok(names.iter().all(|name| name == PRIVATE))
    };
    settled(root, hold, || match (is_tree(root), overwrite) {
        (true, true) => Ok(()),
        (true, false) => Err(taken("there is an unpacked package already; write over it with --overwrite")),
        (false, _) if is_empty()? => Ok(()),
        (false, true) => {
            Err(taken("there is something else than an unpacked package, and it stays; name another folder"))
        }
        (false, false) => Err(taken("the folder is not empty; name a new one")),
    })
}
