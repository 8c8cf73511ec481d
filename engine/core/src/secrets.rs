//! Declared secrets, apart from their resources: lifted out before anything is stored or leaves, put back where that is asked
//! for. What a product calls a secret its handler says; the raw JSON text of each is put back as it was.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::environment::{EnvironmentError, ReadEnvironment};
use crate::inspect::{Inspected, inspect};
use crate::model::{EditOp, Inspection, InvalidId, Resource, ResourceId, Secret, SlotValue};
use crate::nearest::{Met, nearest};
use crate::plugin::PluginError;
use crate::registry::Registry;
use crate::shell;

/// Takes the declared secrets out of a resource. Without any, the resource is not touched.
///
/// # Errors
/// When its handler fails.
pub fn lift(registry: &Registry, inspected: Inspected) -> Result<(Inspected, Vec<SlotValue>), PluginError> {
    let declared = inspected.inspection.secrets.iter().filter(|secret| secret.declared && secret.is_set);
    let slots: Vec<String> = declared.map(|secret| secret.slot.clone()).collect();
    let Some((handler, _)) = registry.handler(&inspected.view.head).filter(|_| !slots.is_empty()) else {
        return Ok((inspected, Vec::new()));
    };
    let secrets = handler.secret_values(&inspected.view, &slots)?;
    let out = slots.into_iter().map(|slot| EditOp::SetSecret(SlotValue { slot, value: None })).collect::<Vec<_>>();
    let edited = handler.edit(&inspected.view, &out)?;
    Ok((inspect(registry, inspected.view.edited(edited)), secrets))
}

/// Puts secrets back into their places; those whose place is gone are left out.
///
/// # Errors
/// When its handler fails.
pub fn put_back(registry: &Registry, inspected: &Inspected, secrets: Vec<SlotValue>) -> Result<Resource, PluginError> {
    let places: HashSet<&str> = inspected.inspection.secrets.iter().map(|secret| secret.slot.as_str()).collect();
    let back = secrets.into_iter().filter(|secret| places.contains(secret.slot.as_str())).map(EditOp::SetSecret);
    let ops: Vec<EditOp> = back.collect();
    match registry.handler(&inspected.view.head).filter(|_| !ops.is_empty()) {
        Some((handler, _)) => Ok(inspected.view.edited(handler.edit(&inspected.view, &ops)?)),
        None => Ok(Resource::clone(&inspected.view)),
    }
}

/// What is kept apart counts as set.
pub fn mark_set<'a>(inspection: &mut Inspection, kept: impl IntoIterator<Item = &'a str>) {
    let kept: HashSet<&str> = kept.into_iter().collect();
    for secret in inspection.secrets.iter_mut().filter(|secret| secret.declared) {
        secret.is_set |= kept.contains(secret.slot.as_str());
    }
}

/// Without its handler nobody knows the places of a resource's secrets: those known before stay, and what is kept for them.
pub fn keep_places(inspection: &mut Inspection, known: Inspection) {
    inspection.secrets = known.secrets.into_iter().filter(|secret| secret.declared).collect();
}

/// Slots of declared secrets that have one.
pub fn set_slots(inspection: &Inspection) -> impl Iterator<Item = &str> {
    let set = inspection.secrets.iter().filter(|secret| secret.declared && secret.is_set);
    set.map(|secret| secret.slot.as_str())
}

/// Slots of declared secrets that have no value.
pub fn missing(inspection: &Inspection) -> impl Iterator<Item = &Secret> {
    inspection.secrets.iter().filter(|secret| secret.declared && !secret.is_set)
}

/// A declared secret without a value, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacked {
    /// Whose.
    pub of: ResourceId,
    /// Which.
    pub secret: Secret,
}

impl fmt::Display for Lacked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} lacks a secret ({})", self.of, self.secret.label)
    }
}

impl Lacked {
    /// How to set it.
    #[must_use]
    pub fn help(&self, environment: &dyn ReadEnvironment) -> String {
        format!(
            "flowport secret set {} {} {}",
            environment.name(),
            shell::word(&self.of),
            shell::word(&self.secret.slot)
        )
    }
}

/// Of all that each of `ids` needs, itself included, the nearest that has a secret without a value, and which. `known` holds what is
/// known of resources better than the environment knows it.
///
/// # Errors
/// When the environment cannot be read.
pub(crate) fn nearest_missing(
    environment: &dyn ReadEnvironment,
    known: &HashMap<ResourceId, Arc<Inspection>>,
    ids: &[ResourceId],
) -> Result<HashMap<ResourceId, Lacked>, EnvironmentError> {
    let mut lacked: HashMap<ResourceId, Lacked> = HashMap::new();
    let nearest = nearest(ids, |id| {
        let inspection = match known.get(id) {
            Some(inspection) => inspection.clone(),
            None => Arc::new(environment.inspection(id)?),
        };
        let missing = missing(&inspection).next();
        if let Some(secret) = missing {
            lacked.insert(id.clone(), Lacked { of: id.clone(), secret: secret.clone() });
        }
        Ok(Some(Met { is_meant: missing.is_some(), needs: inspection.needs().cloned().collect() }))
    })?;
    Ok(nearest.into_iter().map(|(id, of)| (id, lacked[&of].clone())).collect())
}

/// Secrets of a package's resources, apart from them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets(pub Vec<(ResourceId, SlotValue)>);

/// Why a text holds no secrets of a package.
#[derive(Debug, thiserror::Error)]
pub enum NoSecrets {
    /// Not what [`Secrets::to_text`] writes. The parser's own message could repeat a value.
    #[error("what was sealed is not a list of secrets")]
    Malformed,
    /// Written by a newer flowport.
    #[error("what was sealed was written by a newer flowport (version {0}); use that one")]
    Newer(u32),
    /// It names a resource that cannot be.
    #[error(transparent)]
    Id(#[from] InvalidId),
}

/// The only version there is.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Sealed {
    version: u32,
    secrets: Vec<SealedSecret>,
}

#[derive(Serialize, Deserialize)]
struct SealedSecret {
    kind: String,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    version: Option<String>,
    slot: String,
    /// Raw JSON text.
    value: String,
}

impl Secrets {
    /// Those of one resource.
    #[must_use]
    pub fn of(&self, id: &ResourceId) -> Vec<SlotValue> {
        self.0.iter().filter(|(of, _)| of == id).map(|(_, secret)| secret.clone()).collect()
    }

    /// The text that is sealed. It holds the secrets in the clear.
    #[must_use]
    pub fn to_text(&self) -> String {
        let secret = |(id, SlotValue { slot, value }): &(ResourceId, SlotValue)| {
            Some(SealedSecret {
                kind: id.kind.to_string(),
                id: id.id.to_string(),
                version: id.version.as_deref().map(str::to_owned),
                slot: slot.clone(),
                value: value.clone()?,
            })
        };
        let sealed = Sealed { version: VERSION, secrets: self.0.iter().filter_map(secret).collect() };
        serde_json::to_string(&sealed).unwrap_or_else(|_| unreachable!("strings and numbers are always JSON"))
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    ///
    /// # Errors
    /// [`NoSecrets`].
    pub fn from_text(text: &str) -> Result<Secrets, NoSecrets> {
        let sealed: Sealed = serde_json::from_str(text).map_err(|_| NoSecrets::Malformed)?;
        if sealed.version > VERSION {
            return Err(NoSecrets::Newer(sealed.version));
        }
        let secret = |secret: SealedSecret| {
            let id = ResourceId::new(&secret.kind, &secret.id, secret.version.as_deref())?;
            Ok((id, SlotValue { slot: secret.slot, value: Some(secret.value) }))
        };
        sealed.secrets.into_iter().map(secret).collect::<Result<_, _>>().map(Secrets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_come_back_as_they_were_sealed() {
        let id = |id, version| ResourceId::new("flow", id, version).unwrap();
        let secret = |slot: &str, raw: &str| SlotValue { slot: slot.to_owned(), value: Some(raw.to_owned()) };
        let secrets = Secrets(vec![
            (id("a", None), secret("p#/x", "\"\\u0061\"")),
            (id("a", Some("2")), secret("p#/y", "{ \"k\" : 1.0 }")),
        ]);
        assert_eq!(Secrets::from_text(&secrets.to_text()).unwrap(), secrets);
        assert_eq!(secrets.of(&id("a", Some("2"))).len(), 1);
        assert!(matches!(Secrets::from_text("{\"version\":2,\"secrets\":[]}"), Err(NoSecrets::Newer(2))));
        assert!(matches!(Secrets::from_text("hunter2"), Err(NoSecrets::Malformed)));
    }
}
