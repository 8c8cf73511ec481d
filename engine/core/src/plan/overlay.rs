//! The target with the package laid over it, as handlers may ask about it while they plan.

use std::collections::HashMap;

use super::Target;
use crate::model::{Head, ResourceId};
use crate::plugin::{Reader, SharedView};

/// Read-only; the package's resources under the ids they will have.
pub(super) struct Overlay {
    target: Target,
    by_id: HashMap<ResourceId, SharedView>,
    by_identity: HashMap<String, Vec<Head>>,
}

impl Overlay {
    pub(super) fn new(target: Target) -> Overlay {
        Overlay { target, by_id: HashMap::new(), by_identity: HashMap::new() }
    }

    /// Lays a resource that will be created over the target.
    pub(super) fn lay(&mut self, view: &SharedView, head: &Head, identities: &[String]) {
        self.by_id.insert(head.id.clone(), view.clone());
        for identity in identities {
            self.by_identity.entry(identity.clone()).or_default().push(head.clone());
        }
    }
}

impl Reader for Overlay {
    fn find(&self, identity: &str) -> Result<Vec<Head>, String> {
        let mut found = self.target.find(identity).map_err(|error| error.to_string())?;
        for head in self.by_identity.get(identity).into_iter().flatten() {
            if !found.iter().any(|known| known.id == head.id) {
                found.push(head.clone());
            }
        }
        Ok(found)
    }

    fn get(&self, id: &ResourceId) -> Result<Option<SharedView>, String> {
        if let Some(view) = self.by_id.get(id) {
            return Ok(Some(view.clone()));
        }
        let found = self.target.get(id).map_err(|error| error.to_string())?;
        Ok(found.map(SharedView::new))
    }

    fn versions(&self, kind: &str, id: &str) -> Result<Vec<String>, String> {
        let mut versions = self.target.versions(kind, id).map_err(|error| error.to_string())?;
        let mut more: Vec<String> = self
            .by_id
            .keys()
            .filter(|known| known.kind.as_str() == kind && *known.id == *id)
            .filter_map(|known| known.version.as_deref().map(str::to_owned))
            .filter(|version| !versions.contains(version))
            .collect();
        more.sort();
        versions.append(&mut more);
        Ok(versions)
    }
}
