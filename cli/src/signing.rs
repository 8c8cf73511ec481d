//! Signing what is exported: the secret key and its passphrase, the package with its signature and statement.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowport_core::Error;
use flowport_core::decode::decode;
use flowport_core::encode::{FileInput, Leftover, Written, write_into};
use flowport_core::model::{Diagnostic, Package};
use flowport_core::plugin::Input;
use flowport_core::stream::{Stream, hash_of};
use flowport_sign::{
    LockedKey, Maker, PublicKey, SecretKey, SignError, SignedFiles, Statement, TrustedComment, signature_of,
    statement_of,
};
use jiff::Timestamp;

use crate::ask;
use crate::context::{Context, now};
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::progress::Progress;
use crate::sealing::value_in;

const PASSPHRASE_VARIABLE: &str = "FLOWPORT_SIGN_PASSPHRASE";

/// A secret key that is open, and where it lies.
pub(crate) struct Signer {
    key: SecretKey,
    path: PathBuf,
}

/// What was written beside a package.
pub(crate) struct Signed {
    pub(crate) by: PublicKey,
    pub(crate) signature: PathBuf,
    pub(crate) statement: PathBuf,
}

/// Opens the secret key in a file, with its passphrase from a file, the environment or the terminal. `flag` names the file's flag.
pub(crate) fn signer(
    context: &Context,
    path: &Path,
    passphrase_file: Option<(&str, &Path)>,
    flag: &str,
) -> Outcome<Signer> {
    let about = |error: SignError| Failure::from(error).about(path);
    let locked = LockedKey::from_file(path).map_err(about)?;
    if !locked.needs_passphrase() {
        return Ok(Signer { key: locked.open(None).map_err(about)?, path: path.to_owned() });
    }
    let passphrase = match given_passphrase(passphrase_file)? {
        Some(given) => given,
        None if context.can_ask() => ask::hidden(&format!("the passphrase of {}", path.display()))?,
        None => return Err(nobody_to_ask(flag)),
    };
    Ok(Signer { key: locked.open(Some(&passphrase)).map_err(about)?, path: path.to_owned() })
}

/// The passphrase for a key that is being made.
pub(crate) fn new_passphrase(context: &Context, file: Option<&Path>) -> Outcome<String> {
    let flag = "--passphrase-file";
    let given = match given_passphrase(file.map(|file| (flag, file)))? {
        Some(given) => given,
        None if context.can_ask() => ask::new_passphrase()?,
        None => {
            let Failure { what, .. } = nobody_to_ask(flag);
            return Err(Failure::usage(format!("{what}; or say --no-passphrase")));
        }
    };
    if given.is_empty() {
        return Err(Failure::usage("the passphrase is empty; a key without one is made with --no-passphrase"));
    }
    Ok(given)
}

fn given_passphrase(file: Option<(&str, &Path)>) -> Outcome<Option<String>> {
    match file {
        Some((flag, path)) => value_in(path).map(Some).map_err(|why| Failure::usage(format!("{flag} {why}"))),
        None => Ok(std::env::var(PASSPHRASE_VARIABLE).ok().filter(|value| !value.is_empty())),
    }
}

fn nobody_to_ask(flag: &str) -> Failure {
    Failure::usage(format!(
        "nobody can be asked for the key's passphrase here: give it with {flag} or in {PASSPHRASE_VARIABLE}"
    ))
}

impl Signer {
    pub(crate) fn public(&self) -> &PublicKey {
        self.key.public()
    }

    /// Whether package, signature and statement may go there; asked before any work.
    pub(crate) fn may_take(&self, context: &Context, package: &Path) -> Outcome<()> {
        let key = self.path.canonicalize().ok();
        for path in [package.to_owned(), signature_of(package), statement_of(package)] {
            output::may_take(context, &path)?;
            if key.is_some() && path.canonicalize().ok() == key {
                return Err(Failure::usage(format!(
                    "{}: this is the key that signs; name another file",
                    path.display()
                )));
            }
        }
        Ok(())
    }

    /// Writes a package with its signature and its statement. The statement says what reading the file gives, so that whoever reads
    /// it can compare.
    pub(crate) fn write(
        &self,
        context: &Context,
        format: &str,
        package: &Package,
        path: &Path,
        overwrite: bool,
    ) -> Outcome<(Written, Signed)> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.chars().any(char::is_control) {
            return Err(SignError::FileName(name).into());
        }
        let files = SignedFiles::at(path, overwrite)?;
        let progress = Progress::bytes("writing", None);
        let advance = move |bytes| progress.advance(bytes);
        let (registry, file) = (context.registry()?, files.package().file()?);
        let written = write_into(registry, format, package, (path, file), Leftover::Refuse, advance)?;

        let unreadable = |why| Error::file(path, why);
        let input: Arc<dyn Input> = Arc::new(FileInput::of(files.package().file()?).map_err(unreadable)?);
        let hash = hash_of(input.as_ref()).map_err(unreadable)?;
        let read = decode(registry, &input, Some(&name)).map_err(|error| Failure::from(error).about(path))?;
        let actor = context.actor()?;
        let maker = Maker { exporter: &actor, flowport: env!("CARGO_PKG_VERSION") };
        let statement = Statement::of((&name, hash), &read.format, &read.package, &package.info, maker).to_text()?;
        let comment = TrustedComment {
            at: now().parse::<Timestamp>().ok().map(Timestamp::as_second),
            file: Some(name),
            statement: Some(flowport_core::content::Hash::of(statement.as_bytes())),
        };
        let signature = self.key.sign(Stream::of(input.as_ref()), &comment)?;
        files.put(&statement, &signature.to_string(), &mut || {})?;
        tracing::info!(path = %path.display(), format, key = %self.public().id(), "package written and signed");
        let (signature, statement) = (signature_of(path), statement_of(path));
        Ok((written, Signed { by: self.public().clone(), signature, statement }))
    }
}

/// A package was written without a signature, and beside it lies one: of an older file, or of another one. It stays, as flowport did
/// not make it now and may never have; nobody can take it for this file's, as it does not verify it.
pub(crate) fn stale(package: &Path) -> Option<Diagnostic> {
    let beside = [signature_of(package), statement_of(package)].into_iter().filter(|path| path.exists());
    let beside: Vec<String> = beside.map(|path| path.display().to_string()).collect();
    if beside.is_empty() {
        return None;
    }
    let are = if beside.len() == 1 { "is" } else { "are" };
    let summary =
        format!("{} was written anew and not signed; {} {are} not about it", package.display(), beside.join(", "));
    Some(Diagnostic::warning("E-STALE-SIGNATURE", summary).help("sign the package anew, or delete what is stale"))
}
