use std::fmt;

use flowport_core::content::Hash;

const TIMESTAMP: &str = "timestamp:";
const FILE: &str = "file:";
const STATEMENT: &str = "statement-sha256:";

/// The comment that a signature covers: fields between tabs, the first two as minisign writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedComment {
    /// When it was signed, in seconds since 1970.
    pub at: Option<i64>,
    /// What the file was called.
    pub file: Option<String>,
    /// The hash of the statement that the signature covers as well.
    pub statement: Option<Hash>,
}

impl TrustedComment {
    /// Reads what is known; fields of others are passed over.
    #[must_use]
    pub fn read(text: &str) -> TrustedComment {
        let field = |name: &str| text.split('\t').find_map(|field| field.strip_prefix(name));
        TrustedComment {
            at: field(TIMESTAMP).and_then(|seconds| seconds.parse().ok()),
            file: field(FILE).map(str::to_owned),
            statement: field(STATEMENT).and_then(Hash::parse),
        }
    }
}

impl fmt::Display for TrustedComment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.map(|at| format!("{TIMESTAMP}{at}"));
        let file = self.file.as_ref().map(|file| format!("{FILE}{file}"));
        let statement = self.statement.map(|hash| format!("{STATEMENT}{hash}"));
        let fields: Vec<String> = [at, file, statement].into_iter().flatten().collect();
        formatter.write_str(&fields.join("\t"))
    }
}
