use flowport_core::environment::Write;
use flowport_core::model::ResourceId;
use flowport_secrets::{SecretsError, Vault};

/// A secret as the database holds it; without bytes: to be forgotten.
pub(crate) struct Sealed {
    pub(crate) slot: String,
    pub(crate) bytes: Option<Vec<u8>>,
}

/// Why an environment has no secrets to read or to write.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoSecret {
    #[error("this environment was opened without the key to its secrets")]
    NoVault,
    #[error(transparent)]
    Secrets(#[from] SecretsError),
}

/// Seals the secrets of all writes, in their order, before the environment is locked.
pub(crate) fn seal_all<'w>(
    vault: Option<&Vault>,
    writes: &'w [Write],
) -> Result<Vec<Vec<Sealed>>, (&'w ResourceId, NoSecret)> {
    let of_write = |write: &'w Write| match write {
        Write::Put { resource, secrets, .. } => {
            let id = &resource.head.id;
            let seal = |slot: &str, value: &str| {
                let vault = vault.ok_or(NoSecret::NoVault)?;
                Ok(vault.seal(&about(id, slot), value)?)
            };
            let sealed = secrets.iter().map(|secret| {
                let bytes = secret.value.as_deref().map(|value| seal(&secret.slot, value)).transpose();
                Ok(Sealed { slot: secret.slot.clone(), bytes: bytes.map_err(|why| (id, why))? })
            });
            sealed.collect()
        }
        Write::Delete { .. } => Ok(Vec::new()),
    };
    writes.iter().map(of_write).collect()
}

pub(crate) fn open(vault: Option<&Vault>, id: &ResourceId, slot: &str, sealed: &[u8]) -> Result<String, NoSecret> {
    Ok(vault.ok_or(NoSecret::NoVault)?.open(&about(id, slot), sealed)?)
}

/// Whose secret it is: sealed with it, so that a row moved to another resource opens no more.
fn about(id: &ResourceId, slot: &str) -> String {
    format!("{id}\n{slot}")
}
