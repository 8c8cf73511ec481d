//! Exit codes, as docs/guide.md promises them to scripts, and what leads to which.

use flowport_core::Error;
use flowport_core::environment::EnvironmentError;
use flowport_core::lock::Holder;
use flowport_core::model::Diagnostic;
use flowport_runtime::LoadError;
use flowport_secrets::SecretsError;
use flowport_share::ShareError;
use flowport_sign::SignError;
use flowport_tree::TreeError;

pub(crate) const DONE: u8 = 0;
pub(crate) const FAILED: u8 = 1;
pub(crate) const USAGE: u8 = 2;
pub(crate) const CHANGES: u8 = 3;
pub(crate) const BLOCKED: u8 = 4;
pub(crate) const PARTIAL: u8 = 5;
pub(crate) const CHANGED_SINCE: u8 = 7;
pub(crate) const HELD: u8 = 8;
pub(crate) const REFUSED: u8 = 9;
pub(crate) const NOT_PERMITTED: u8 = 10;

/// Why a command ended without its result.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: u8,
    pub(crate) what: String,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Who holds what this needs.
    pub(crate) holder: Option<Box<Holder>>,
}

pub(crate) type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// The command line does not say enough, or says it wrongly.
    pub(crate) fn usage(what: impl Into<String>) -> Failure {
        Failure { exit: USAGE, what: what.into(), diagnostics: Vec::new(), holder: None }
    }

    /// Something could not be done.
    pub(crate) fn failed(what: impl Into<String>) -> Failure {
        Failure { exit: FAILED, what: what.into(), diagnostics: Vec::new(), holder: None }
    }

    /// Rules are broken or questions open, as the findings say.
    pub(crate) fn blocked(what: impl Into<String>, diagnostics: Vec<Diagnostic>) -> Failure {
        Failure { exit: BLOCKED, what: what.into(), diagnostics, holder: None }
    }

    /// A word for scripts, where no finding has one.
    pub(crate) fn code(&self) -> &'static str {
        match self.exit {
            USAGE => "E-USAGE",
            BLOCKED => "E-BLOCKED",
            CHANGED_SINCE => "E-STALE",
            HELD => "E-HELD",
            REFUSED => "E-REFUSED",
            NOT_PERMITTED => "E-NOT-PERMITTED",
            _ => "E-FAILED",
        }
    }

    /// The same with another exit code.
    pub(crate) fn with_exit(mut self, exit: u8) -> Failure {
        self.exit = exit;
        self
    }

    /// This one and another, which happened at the same time.
    pub(crate) fn and(mut self, other: Failure) -> Failure {
        self.what = format!("{}; {}", self.what, other.what);
        self.diagnostics.extend(other.diagnostics);
        self
    }

    /// The same with the name of the file it is about in front.
    pub(crate) fn about(mut self, file: &std::path::Path) -> Failure {
        let name = file.display().to_string();
        if !self.what.contains(&name) {
            self.what = format!("{name}: {}", self.what);
        }
        self
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let exit = match &error {
            // The word for a resource is wrong, not what is in one.
            Error::Invalid(found) if found.iter().all(|found| found.code == "E-NAME") && !found.is_empty() => USAGE,
            Error::NotAPackage(_) | Error::Invalid(_) | Error::NotNative(_) => BLOCKED,
            Error::NotFound { .. } | Error::Ambiguous { .. } | Error::NoFormat(_) => USAGE,
            Error::NotPermitted(_) => NOT_PERMITTED,
            Error::Limit(_) => REFUSED,
            Error::Environment(EnvironmentError::Held { .. } | EnvironmentError::Replaced { .. }) => HELD,
            Error::Environment(EnvironmentError::Stale { .. } | EnvironmentError::AppliedBefore { .. }) => {
                CHANGED_SINCE
            }
            Error::Environment(
                EnvironmentError::Store { .. }
                | EnvironmentError::Unfinished { .. }
                | EnvironmentError::Undecided { .. },
            )
            | Error::Plugin(_)
            | Error::Part { .. }
            | Error::File { .. }
            | Error::Output(_) => FAILED,
        };
        let what = match &error {
            // The finding says it; a headline that repeats it would be noise.
            Error::Invalid(found) if found.iter().filter(|found| found.is_error()).count() == 1 => {
                "1 problem".to_owned()
            }
            error => error.to_string(),
        };
        let diagnostics = error.diagnostics().to_vec();
        let holder = match error {
            Error::Environment(
                EnvironmentError::Held { holder, .. } | EnvironmentError::Replaced { by: holder, .. },
            ) => holder,
            _ => None,
        };
        Failure { exit, what, diagnostics, holder }
    }
}

impl From<EnvironmentError> for Failure {
    fn from(error: EnvironmentError) -> Failure {
        Error::from(error).into()
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Failure {
        let exit = if matches!(error, LoadError::TooLarge { .. }) { REFUSED } else { FAILED };
        Failure::failed(error.to_string()).with_exit(exit)
    }
}

impl From<SecretsError> for Failure {
    fn from(error: SecretsError) -> Failure {
        let exit = match &error {
            SecretsError::NotARecipient(_) => USAGE,
            SecretsError::NotTheAddressee | SecretsError::WrongPassphrase | SecretsError::Damaged => REFUSED,
            _ => FAILED,
        };
        Failure::failed(error.to_string()).with_exit(exit)
    }
}

impl From<ShareError> for Failure {
    fn from(error: ShareError) -> Failure {
        let exit = match &error {
            ShareError::Unfit { .. } => USAGE,
            ShareError::Input(_) | ShareError::Output(_) | ShareError::Io { .. } => FAILED,
            ShareError::Busy => HELD,
            _ => REFUSED,
        };
        Failure::failed(error.to_string()).with_exit(exit)
    }
}

impl From<SignError> for Failure {
    fn from(error: SignError) -> Failure {
        let exit = match &error {
            SignError::NotAPublicKey
            | SignError::SecretInstead
            | SignError::NotASecretKey
            | SignError::PublicInstead
            | SignError::Locked
            | SignError::FileName(_) => USAGE,
            SignError::WrongPassphrase
            | SignError::NotASignature
            | SignError::Legacy
            | SignError::OtherKey { .. }
            | SignError::Altered => REFUSED,
            SignError::DamagedKey
            | SignError::Exposed { .. }
            | SignError::Taken(_)
            | SignError::File { .. }
            | SignError::Failed(_)
            | SignError::Input(_) => FAILED,
        };
        Failure::failed(error.to_string()).with_exit(exit)
    }
}

impl From<TreeError> for Failure {
    fn from(error: TreeError) -> Failure {
        let exit = match &error {
            TreeError::Held { .. } | TreeError::Replaced { .. } => HELD,
            TreeError::Invalid(_) | TreeError::NotATree(_) => BLOCKED,
            TreeError::File { .. }
            | TreeError::Taken { .. }
            | TreeError::Unfinished(_)
            | TreeError::Pending(_)
            | TreeError::Part { .. } => FAILED,
        };
        let (what, diagnostics) = (error.to_string(), error.diagnostics().to_vec());
        let holder = match error {
            TreeError::Held { holder, .. } | TreeError::Replaced { by: holder, .. } => holder,
            _ => None,
        };
        Failure { exit, what, diagnostics, holder }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::failed(error.to_string())
    }
}
