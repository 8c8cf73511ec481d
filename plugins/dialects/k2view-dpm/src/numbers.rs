//! Numbers that count things: each once, none left out.

use flowport_plugin::Diagnostic;
use flowport_plugin::findings::Findings;
use flowport_plugin::json::Value;

use crate::codes;

/// Says which numbers stand there twice and which are left out between 1 and the last one.
pub(crate) fn check(member: &str, mut entries: Vec<(u64, Value<'_>)>, findings: &mut Findings) {
    // Stable: of those with one number the first in the file is the first here.
    entries.sort_by_key(|(number, _)| *number);
    let mut first: Option<(u64, Value<'_>)> = None;
    for &(number, value) in &entries {
        match first {
            Some((same, before)) if same == number => {
                let summary = format!("{member} {number} is there twice: at {} already", before.pointer());
                let help = "give each a number of its own";
                findings.at(value, Diagnostic::error(codes::DUPLICATE_NUMBER, summary).help(help));
            }
            _ => first = Some((number, value)),
        }
    }
    let entries = entries.into_iter().map(|(number, value)| (number, Some(value))).collect();
    gaps(member, entries, findings, |summary| {
        Diagnostic::error(codes::NUMBER_GAP, summary).help("number without gaps, or add what is missing")
    });
}

/// Says which numbers are left out between 1 and the last one. An entry without a value fills a gap and reports none.
pub(crate) fn gaps(
    member: &str,
    mut entries: Vec<(u64, Option<Value<'_>>)>,
    findings: &mut Findings,
    report: impl Fn(String) -> Diagnostic,
) {
    entries.sort_by_key(|(number, _)| *number);
    let mut last = 0;
    for (number, value) in entries {
        let summary = match number.saturating_sub(last) {
            0 | 1 => None,
            2 => Some(format!("{member} {} is missing", number - 1)),
            _ => Some(format!("{member} {} to {} are missing", last + 1, number - 1)),
        };
        if let (Some(summary), Some(value)) = (summary, value) {
            findings.at(value, report(summary));
        }
        last = number;
    }
}
