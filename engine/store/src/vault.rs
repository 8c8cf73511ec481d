use flowport_core::environment::Write;
use flowport_core::history::{Came, Cause};
use flowport_core::model::{ResourceId, SlotValue};
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

/// All secrets of a run.
pub(crate) struct SealedSecrets {
    /// By write.
    pub(crate) written: Vec<Vec<Sealed>>,
    /// By what came.
    pub(crate) came: Vec<Vec<Sealed>>,
}

/// Seals the secrets of all writes and of what came, in their order, before the environment is locked.
pub(crate) fn seal_all<'w>(
    vault: Option<&Vault>,
    cause: &'w Cause,
    writes: &'w [Write],
) -> Result<SealedSecrets, (&'w ResourceId, NoSecret)> {
    let of_write = |write: &'w Write| match write {
        Write::Put { resource, secrets, .. } => seal(vault, &resource.head.id, secrets),
        Write::Delete { .. } => Ok(Vec::new()),
    };
    let of_came = |came: &'w Came| seal(vault, &came.to, &came.secrets);
    Ok(SealedSecrets {
        written: writes.iter().map(of_write).collect::<Result<_, _>>()?,
        came: cause.came().iter().map(of_came).collect::<Result<_, _>>()?,
    })
}

fn seal<'w>(
    vault: Option<&Vault>,
    id: &'w ResourceId,
    secrets: &[SlotValue],
) -> Result<Vec<Sealed>, (&'w ResourceId, NoSecret)> {
    let seal = |slot: &str, value: &str| Ok(vault.ok_or(NoSecret::NoVault)?.seal(&about(id, slot), value)?);
    let sealed = secrets.iter().map(|SlotValue { slot, value }| {
        let bytes = value.as_deref().map(|value| seal(slot, value)).transpose();
        Ok(Sealed { slot: slot.clone(), bytes: bytes.map_err(|why| (id, why))? })
    });
    sealed.collect()
}

pub(crate) fn open(vault: Option<&Vault>, id: &ResourceId, slot: &str, sealed: &[u8]) -> Result<String, NoSecret> {
    Ok(vault.ok_or(NoSecret::NoVault)?.open(&about(id, slot), sealed)?)
}

/// Whose secret it is: sealed with it, so that a row moved to another resource opens no more.
fn about(id: &ResourceId, slot: &str) -> String {
    format!("{id}\n{slot}")
}
