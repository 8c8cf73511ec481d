use std::fs;
use std::path::Path;

use flowport_core::environment::EnvironmentError;
use flowport_core::lock::Holder;

use super::failed;
use super::history::Past;
use crate::error::TreeError;
use crate::journal::{DONE, SECRETS, bytes_of_run, record_of_run};
use crate::lock::Hold;
use crate::manifest::is_tree;
use crate::read::{PACKAGE_RECORD, read_settled};
use crate::transaction::Transaction;
use crate::write::GIT_ATTRIBUTES;
use crate::{ATTRIBUTES_OF_GIT, LAYOUT, MANIFEST, PRIVATE};

/// Deletes the environment in this folder, in the name of `holder`: every file that flowport wrote, and its sealed secrets. Whatever else is there stays,
/// and none there is fine.
///
/// # Errors
/// [`EnvironmentError::Held`] while somebody holds it; [`EnvironmentError::Store`] where its files are broken, because then
/// nobody knows whose they are, and where one cannot be deleted.
pub fn remove(name: &str, root: &Path, holder: &Holder) -> Result<(), EnvironmentError> {
    remove_tree(root, holder).map_err(|error| failed(name, &error))
}

fn remove_tree(root: &Path, holder: &Holder) -> Result<(), TreeError> {
    if !root.is_dir() {
        return Ok(());
    }
    if !is_tree(root) && !root.join(PRIVATE).join(SECRETS).exists() {
        return Ok(());
    }
    let hold = Hold::take(root, holder)?;
    let transaction = Transaction::begin(&hold)?;
    if is_tree(root) {
        let tree = read_settled(root)?;
        let errors = tree.errors();
        if !errors.is_empty() {
            return Err(TreeError::Invalid(errors));
        }
        tree.entries.iter().flat_map(|entry| &entry.files).try_for_each(|file| transaction.remove(file))?;
        for file in [MANIFEST.to_owned(), format!("{LAYOUT}/{PACKAGE_RECORD}")] {
            transaction.remove(&file)?;
        }
    }
    transaction.remove(&format!("{PRIVATE}/{SECRETS}"))?;
    for run in 1..=Past::last_in(root)? {
        transaction.remove(&record_of_run(run))?;
        transaction.remove(&bytes_of_run(run))?;
    }
    if fs::read(root.join(ATTRIBUTES_OF_GIT)).is_ok_and(|text| text == GIT_ATTRIBUTES.as_bytes()) {
        transaction.remove(ATTRIBUTES_OF_GIT)?;
    }
    transaction.commit()?;
    tidy(root, hold);
    Ok(())
}

/// What is left of flowport's own in its folder for this machine goes; that folder and the tree's go where they are empty then.
/// Neither matters enough to fail.
fn tidy(root: &Path, hold: Hold) {
    let private = root.join(PRIVATE);
    let _ = fs::remove_file(private.join(DONE));
    hold.remove();
    let names =
        fs::read_dir(&private).map(|entries| entries.flatten().map(|entry| entry.file_name()).collect::<Vec<_>>());
    if names.is_ok_and(|names| names.iter().all(|name| name == ".gitignore")) {
        let _ = fs::remove_dir_all(&private);
    }
    let _ = fs::remove_dir(root);
}
