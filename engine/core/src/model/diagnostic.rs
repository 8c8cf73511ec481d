use std::fmt;

use serde::Serialize;

use super::ResourceId;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Stops an import of the resource.
    Error,
    /// Does not.
    Warning,
    /// Worth saying.
    Info,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        })
    }
}

/// A finding about a resource, a package or a setting. "Could not do it" is an error, not a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad.
    pub severity: Severity,
    /// Stable, for scripts.
    pub code: String,
    /// One sentence: what and where.
    pub summary: String,
    /// Why, when one sentence is not enough.
    pub detail: Option<String>,
    /// The resource concerned.
    pub resource: Option<ResourceId>,
    /// The place in it.
    pub slot: Option<String>,
    /// What to do next.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding that stops.
    #[must_use]
    pub fn error(code: &str, summary: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, summary)
    }

    /// A finding that does not stop.
    #[must_use]
    pub fn warning(code: &str, summary: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, summary)
    }

    /// Worth saying.
    #[must_use]
    pub fn info(code: &str, summary: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Info, code, summary)
    }

    fn new(severity: Severity, code: &str, summary: impl Into<String>) -> Diagnostic {
        let (code, summary) = (code.to_owned(), summary.into());
        Diagnostic { severity, code, summary, detail: None, resource: None, slot: None, help: None }
    }

    /// About this resource.
    #[must_use]
    pub fn about(mut self, resource: &ResourceId) -> Diagnostic {
        self.resource = Some(resource.clone());
        self
    }

    /// At this slot.
    #[must_use]
    pub fn at(mut self, slot: &str) -> Diagnostic {
        self.slot = Some(slot.to_owned());
        self
    }

    /// Why.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Diagnostic {
        self.detail = Some(detail.into());
        self
    }

    /// What to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// True where it stops an import.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Errors first, otherwise in the order found.
pub fn sort_by_severity(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|diagnostic| diagnostic.severity);
}
