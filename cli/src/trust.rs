//! Which packages are taken: those with a valid signature of a key that is named.

use std::path::{Path, PathBuf};

use flowport_core::content::Hash;
use flowport_core::decode::Decoded;
use flowport_core::model::Diagnostic;
use flowport_core::plugin::Input;
use flowport_core::stream::{Stream, hash_of};
use flowport_sign::{SignError, Signature, Statement, TrustedComment, signature_of, statement_of};

use crate::context::Context;
use crate::exit::{self, Failure, Outcome};
use crate::keys::{self, NamedKey};
use crate::source::Source;

/// There is no signature, or there can be none.
const UNSIGNED: &str = "E-UNSIGNED";
/// It is none, or not one of these bytes.
const SIGNATURE: &str = "E-SIGNATURE";
/// Another key made it.
const SIGNER: &str = "E-SIGNER";
/// What it says of what is in the package is not so, or not signed.
const STATEMENT: &str = "E-STATEMENT";
const DISTRUST: &str = "do not use this one: get package, signature and statement again from where they were made";

/// What a valid signature says.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) by: NamedKey,
    pub(crate) comment: TrustedComment,
    pub(crate) signature: PathBuf,
    pub(crate) hash: Hash,
    pub(crate) stated: Stated,
}

/// What a signature says of what is in a package.
#[derive(Debug)]
pub(crate) enum Stated {
    /// This statement, which the signature covers.
    Covered(PathBuf, Box<Statement>),
    /// It covers a statement that is not there.
    Missing(PathBuf),
    /// A statement is there, and the signature does not cover it: anybody may have written it.
    Uncovered(PathBuf),
    /// Nothing.
    Nothing,
}

/// Verifies that one of the keys signed exactly these bytes, and the statement beside the signature.
pub(crate) fn verify(
    keys: &[NamedKey],
    package: &Path,
    signature: Option<&Path>,
    bytes: &dyn Input,
) -> Outcome<Verified> {
    let path = signature.map_or_else(|| signature_of(package), Path::to_owned);
    let (file, shown) = (package.display(), path.display());
    if signature.is_none() && !path.exists() {
        let summary = format!("{file} is not signed: there is no {shown}");
        let help = "sign it where it is made, with `flowport export … --sign KEY`";
        return Err(refused(package, Diagnostic::error(UNSIGNED, summary).help(help)));
    }
    let unusable = |error: SignError| match error {
        SignError::NotASignature => {
            let finding = Diagnostic::error(SIGNATURE, format!("{shown}: {error}")).help(DISTRUST);
            refused(package, finding)
        }
        error => error.into(),
    };
    let signature = Signature::from_file(&path).map_err(unusable)?;
    // An id tells keys apart and proves nothing: several may have one.
    let candidates: Vec<&NamedKey> = keys.iter().filter(|key| key.key.id() == signature.key()).collect();
    let Some((last, others)) = candidates.split_last() else {
        let known: Vec<String> = keys.iter().map(ToString::to_string).collect();
        let summary = format!("{file} is signed with the key {}, and not with {}", signature.key(), known.join(", "));
        let help = "ask whoever made the package for their public key, and name it only if you trust them to sign this";
        return Err(refused(package, Diagnostic::error(SIGNER, summary).help(help)));
    };
    let by = others.iter().find(|key| signature.verify(&key.key, Stream::of(bytes)).is_ok()).unwrap_or(last);
    let comment = signature.verify(&by.key, Stream::of(bytes)).map_err(|error| match error {
        SignError::Input(_) => Failure::from(error).about(package),
        error => {
            let summary = format!("{file}: {shown} is no valid signature of {by}");
            refused(package, Diagnostic::error(SIGNATURE, summary).detail(error.to_string()).help(DISTRUST))
        }
    })?;
    let hash = hash_of(bytes)?;
    let stated = stated(package, &path, &comment, hash)?;
    Ok(Verified { by: NamedKey::clone(by), comment, signature: path, hash, stated })
}

/// The statement that belongs to a signature which was verified.
fn stated(package: &Path, signature: &Path, comment: &TrustedComment, hash: Hash) -> Outcome<Stated> {
    let path = beside(package, signature);
    let is_there = path.exists();
    let Some(wanted) = comment.statement else {
        return Ok(if is_there { Stated::Uncovered(path) } else { Stated::Nothing });
    };
    if !is_there {
        return Ok(Stated::Missing(path));
    }
    let bytes = Statement::bytes_in(&path)?;
    let wrong = |why: String| {
        let summary = format!("{} is not the statement that was signed with {}", path.display(), package.display());
        refused(package, Diagnostic::error(STATEMENT, summary).detail(why).help(DISTRUST))
    };
    let is = Hash::of(&bytes);
    if is != wanted {
        return Err(wrong(format!("its sha256 is {is}, and the signature covers {wanted}")));
    }
    let statement = Statement::parse(&bytes).map_err(|error| wrong(error.to_string()))?;
    if statement.file_hash() != hash {
        return Err(wrong(format!(
            "it is about a file of the sha256 {}, and this one has {hash}",
            statement.file_hash()
        )));
    }
    Ok(Stated::Covered(path, Box::new(statement)))
}

/// A statement lies beside its signature, wherever that is.
fn beside(package: &Path, signature: &Path) -> PathBuf {
    if signature.extension().is_some_and(|extension| extension == "minisig") {
        return statement_of(&signature.with_extension(""));
    }
    statement_of(package)
}

/// Whoever reads a package whose statement is signed must get what that says.
pub(crate) fn compared(package: &Path, statement: &Statement, decoded: &Decoded) -> Outcome<()> {
    let differences = statement.differences(&decoded.format, &decoded.package);
    if differences.is_empty() {
        return Ok(());
    }
    let help = format!(
        "whoever signed has read it otherwise, with flowport {} (this is {}); {DISTRUST}",
        statement.flowport(),
        env!("CARGO_PKG_VERSION")
    );
    let finding = |difference: flowport_sign::Difference| {
        let about = difference.resource.as_ref().map_or_else(String::new, |id| format!("{id} "));
        let finding = Diagnostic::error(STATEMENT, format!("{about}{}", difference.what)).help(&help);
        difference.resource.iter().fold(finding, |finding, id| finding.about(id))
    };
    let what = format!("{}: what is in it is not what its statement says", package.display());
    let diagnostics = differences.into_iter().map(finding).collect();
    Err(Failure::blocked(what, diagnostics).with_exit(exit::REFUSED))
}

/// What cannot be signed at all, and is refused where a signature is asked for.
pub(crate) fn unsignable(what: &str, help: &str) -> Failure {
    let finding = Diagnostic::error(UNSIGNED, what).help(help);
    Failure::blocked("no signature", vec![finding]).with_exit(exit::REFUSED)
}

fn refused(package: &Path, finding: Diagnostic) -> Failure {
    let what = format!("{}: its signature is not taken", package.display());
    Failure::blocked(what, vec![finding]).with_exit(exit::REFUSED)
}

/// What an environment asks of a package that is to be imported: nothing, or a signature. Without a valid one, nothing is imported.
/// From here on the source is the very bytes that were verified.
pub(crate) fn required(context: &Context, environment: &str, source: &mut Source) -> Outcome<Vec<Diagnostic>> {
    let Some(keys) = signers(context, environment)? else { return Ok(Vec::new()) };
    match source.verify(&keys, None) {
        Ok(verified) => Ok(vec![signed(verified)]),
        Err(failure) if failure.exit == exit::REFUSED => {
            let what = format!("{environment} takes only what {} signed; nothing was written", all(&keys));
            Err(Failure { what, ..failure })
        }
        Err(failure) => Err(failure),
    }
}

/// The same for a plan, which writes nothing: that an import would be refused is said, and what it would do as well.
pub(crate) fn told(context: &Context, environment: &str, source: &mut Source) -> Outcome<Vec<Diagnostic>> {
    let Some(keys) = signers(context, environment)? else { return Ok(Vec::new()) };
    match source.verify(&keys, None) {
        Ok(verified) => Ok(vec![signed(verified)]),
        Err(failure) if failure.exit == exit::REFUSED => {
            let why = failure.diagnostics.iter().map(|finding| finding.summary.as_str()).collect::<Vec<_>>().join("; ");
            let refused =
                format!("an import into {environment} will be refused: it takes only what {} signed", all(&keys));
            let first = failure.diagnostics.into_iter().find(|finding| finding.help.is_some());
            let (code, help) = first.map_or((UNSIGNED.to_owned(), None), |finding| (finding.code, finding.help));
            Ok(vec![Diagnostic { help, ..Diagnostic::warning(&code, refused).detail(why) }])
        }
        Err(failure) => Err(failure),
    }
}

fn signers(context: &Context, environment: &str) -> Outcome<Option<Vec<NamedKey>>> {
    let config = context.config()?;
    let signers = config.environment(environment)?.signed_by.as_ref();
    signers.map(|names| keys::named(config, names)).transpose()
}

fn all(keys: &[NamedKey]) -> String {
    keys.iter().filter_map(|key| key.name.as_deref()).collect::<Vec<_>>().join(" or ")
}

fn signed(verified: &Verified) -> Diagnostic {
    Diagnostic::info("E-SIGNED", format!("the package is signed by {}", verified.by))
}
