//! Which commands write to an environment.

use super::{Command, ConnectorCommand, EnvCommand, SecretCommand};

/// A command that writes to an environment.
pub(crate) struct Writing {
    /// Which; none where only a saved plan names it.
    pub(crate) environment: Option<String>,
}

impl Command {
    /// The environment that the command writes to; none where it writes to none.
    pub(crate) fn writes(&self) -> Option<Writing> {
        let environment = match self {
            Command::Put(arguments) => &arguments.environment,
            Command::Edit(arguments) => &arguments.environment,
            Command::Publish(arguments) | Command::Unpublish(arguments) => &arguments.environment,
            Command::Delete(arguments) => &arguments.environment,
            Command::Undo(arguments) => &arguments.run.environment,
            Command::Import(arguments) => return Some(Writing { environment: arguments.environment.clone() }),
            Command::Connector(ConnectorCommand::Refresh(arguments)) => &arguments.environment,
            Command::Secret(SecretCommand::Set(arguments)) => &arguments.place.environment,
            Command::Secret(SecretCommand::Remove(place)) => &place.environment,
            Command::Env(EnvCommand::Remove(arguments)) if arguments.delete_store => &arguments.name,
            _ => return None,
        };
        Some(Writing { environment: Some(environment.clone()) })
    }
}
