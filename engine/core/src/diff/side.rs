//! One side of a comparison: a package or an environment, read once.

use std::sync::Arc;

use rayon::prelude::*;

use crate::environment::ReadEnvironment;
use crate::error::Error;
use crate::model::{Inspection, Package, PackageInfo, PackageResource, ResourceId, Setup};
use crate::plugin::SharedView;

/// One resource of a side. The bytes of its parts are read when they differ.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The resource.
    pub view: SharedView,
    /// What an import shall do with it; none in an environment.
    pub setup: Option<Setup>,
}

/// A package or an environment.
pub struct Side {
    pub(super) entries: Vec<Entry>,
    /// What is said of the package; none of an environment.
    pub(super) info: Option<PackageInfo>,
    /// Keeps declared secrets apart, and knows what was found in its resources.
    pub(super) environment: Option<Arc<dyn ReadEnvironment>>,
}

impl Side {
    /// The resources of a package, in its order.
    #[must_use]
    pub fn of_package(package: Package) -> Side {
        let entry = |PackageResource { resource, setup }| Entry { view: Arc::new(resource), setup: Some(setup) };
        let entries = package.resources.into_iter().map(entry).collect();
        Side { entries, info: Some(package.info), environment: None }
    }

    /// The resources of an environment, in the order of its list.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of_environment(environment: &Arc<dyn ReadEnvironment>) -> Result<Side, Error> {
        let summaries = environment.list()?;
        // One that another run took out since it was listed is not there.
        let read = |id: &ResourceId| {
            let resource = environment.get(id).transpose()?;
            Some(resource.map(|resource| Entry { view: Arc::new(resource), setup: None }))
        };
        let read = summaries.par_iter().filter_map(|summary| read(&summary.head.id));
        Ok(Side { entries: read.collect::<Result<_, _>>()?, info: None, environment: Some(environment.clone()) })
    }

    /// Its resources.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The ids and names, for [`Names`](crate::select::Names).
    pub fn names(&self) -> impl Iterator<Item = (&ResourceId, &str)> + Clone {
        self.entries.iter().map(|entry| (&entry.view.head.id, entry.view.head.name.as_str()))
    }

    /// What an environment found when the resource was stored; none of a package.
    pub(super) fn stored(&self, entry: &Entry) -> Result<Option<Inspection>, Error> {
        let environment = self.environment.as_ref();
        Ok(environment.map(|environment| environment.inspection(&entry.view.head.id)).transpose()?)
    }
}
