//! Secrets between people and files: values given to flowport, and what travels sealed in a package.

use std::path::Path;

use flowport_core::model::{Diagnostic, Package};
use flowport_core::secrets::Secrets;
use flowport_secrets::{Opener, Recipient, SecretString, SecretsError, is_sealed_by_passphrase, open, seal};

use crate::ask;
use crate::context::Context;
use crate::exit::{self, Failure, Outcome};

/// What users write instead of a public key.
const PASSPHRASE: &str = "passphrase";
const PASSPHRASE_VARIABLE: &str = "FLOWPORT_PASSPHRASE";

/// A value in a file, without its last line end.
pub(crate) fn value_in(path: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(without_line_end(&text).to_owned())
}

pub(crate) fn without_line_end(text: &str) -> &str {
    text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line))
}

/// Who shall be able to open what is sealed.
pub(crate) fn recipient(context: &Context, text: &str, passphrase_file: Option<&Path>) -> Outcome<Recipient> {
    if text != PASSPHRASE {
        return Ok(text.parse()?);
    }
    let given = match given_passphrase(passphrase_file)? {
        Some(given) => given,
        None if context.can_ask() => ask::new_passphrase()?,
        None => return Err(no_passphrase()),
    };
    if given.is_empty() {
        return Err(Failure::usage("the passphrase is empty"));
    }
    Ok(Recipient::Passphrase(SecretString::from(given)))
}

/// Puts the secrets into the package, sealed.
pub(crate) fn put_into(package: &mut Package, secrets: &Secrets, recipient: &Recipient) -> Outcome<()> {
    if !secrets.0.is_empty() {
        package.sealed = Some(seal(recipient, &secrets.to_text())?);
    }
    Ok(())
}

/// The secrets that travelled sealed in a package. Whoever did not say with what to open them gets a warning where the
/// project's own key does not; whoever did gets an error.
pub(crate) fn take_from(
    context: &Context,
    package: &Package,
    identity: Option<&Path>,
    passphrase_file: Option<&Path>,
) -> Outcome<(Secrets, Vec<Diagnostic>)> {
    let Some(sealed) = &package.sealed else { return Ok((Secrets::default(), Vec::new())) };
    let opener = if is_sealed_by_passphrase(sealed)? {
        let given = match given_passphrase(passphrase_file)? {
            None if context.can_ask() => Some(ask::hidden("the passphrase of the package's secrets")?),
            given => given,
        };
        given.map(|given| Opener::Passphrase(SecretString::from(given)))
    } else if let Some(path) = identity {
        Some(Opener::from_file(path)?)
    } else {
        Opener::of(context.vault()?.as_ref())?
    };
    let Some(opener) = opener else { return Ok((Secrets::default(), vec![closed(sealed)?])) };
    let text = match open(&opener, sealed) {
        Err(SecretsError::NotTheAddressee) if identity.is_none() => {
            return Ok((Secrets::default(), vec![closed(sealed)?]));
        }
        text => text?,
    };
    let secrets = Secrets::from_text(&text)
        .map_err(|error| Failure::failed(format!("the package's secrets: {error}")).with_exit(exit::REFUSED))?;
    Ok((secrets, Vec::new()))
}

fn closed(sealed: &str) -> Outcome<Diagnostic> {
    let help = if is_sealed_by_passphrase(sealed)? {
        format!(
            "give the passphrase with --passphrase-file or in {PASSPHRASE_VARIABLE}, or set them with `flowport secret set`"
        )
    } else {
        "give the key with --identity, or set them with `flowport secret set`".to_owned()
    };
    Ok(Diagnostic::warning("E-SEALED", "the package's secrets are sealed and stay closed").help(help))
}

fn given_passphrase(file: Option<&Path>) -> Outcome<Option<String>> {
    match file {
        Some(path) => value_in(path).map(Some).map_err(|why| Failure::usage(format!("--passphrase-file {why}"))),
        None => Ok(std::env::var(PASSPHRASE_VARIABLE).ok().filter(|value| !value.is_empty())),
    }
}

fn no_passphrase() -> Failure {
    Failure::usage(format!(
        "nobody can be asked for the passphrase here: give it with --passphrase-file or in {PASSPHRASE_VARIABLE}"
    ))
}
