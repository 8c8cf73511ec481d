//! Looking at all resources of a package, each once.

use std::sync::Arc;

use rayon::prelude::*;

use crate::decode::findings;
use crate::model::{Diagnostic, Inspection, Package, Resource};
use crate::plugin::SharedView;
use crate::registry::Registry;

/// A resource with all that its handler knows of it.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// The resource, ready to be lent to plugins.
    pub view: SharedView,
    /// What was found; diagnostics of a handler that failed are in it too.
    pub inspection: Inspection,
    /// False where no loaded plugin handles it: then it is carried untouched.
    pub handled: bool,
}

/// Looks at one resource. A failure of its handler becomes an error among the findings.
#[must_use]
pub fn inspect(registry: &Registry, resource: Resource) -> Inspected {
    let view: SharedView = Arc::new(resource);
    let Some((handler, _)) = registry.handler(&view.head) else {
        let head = &view.head;
        let summary =
            format!("no loaded plugin handles {} in dialect {}; it is carried untouched", head.id.kind, head.dialect);
        let diagnostic = Diagnostic::warning("E-UNHANDLED", summary)
            .about(&head.id)
            .help("load a plugin that does, with --plugin or in flowport.toml");
        let inspection = Inspection { diagnostics: vec![diagnostic], ..Inspection::default() };
        return Inspected { view, inspection, handled: false };
    };
    let inspection = handler
        .inspect(&view)
        .unwrap_or_else(|error| Inspection { diagnostics: findings(error, &view.head.id), ..Inspection::default() });
    Inspected { view, inspection, handled: true }
}

/// Looks at all resources of a package, on all cores, in the package's order. `progress` hears of each one.
pub fn inspect_all(registry: &Registry, package: &Package, progress: &(dyn Fn() + Sync)) -> Vec<Inspected> {
    let resources = package.resources.par_iter().with_min_len(16);
    let look = |entry: &crate::model::PackageResource| {
        let inspected = inspect(registry, entry.resource.clone());
        progress();
        inspected
    };
    resources.map(look).collect()
}
