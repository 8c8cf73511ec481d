//! Findings for people: grouped by what mends them, what is the same of several said once, and no more than fit the eye.

use std::collections::HashMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use flowport_core::model::{Diagnostic, Severity};

use super::{SHOWN, styled};
use crate::text::clean;

/// So many resources are named of which the same is said.
const NAMED: usize = 8;

/// Handlers know no environments: where their advice says ENV, this one is meant.
pub(crate) fn name_environment(finding: &mut Diagnostic, environment: &str) {
    finding.help = finding.help.take().map(|help| help.replace(" ENV ", &format!(" {environment} ")));
}

/// Findings, errors first; those with one code and one remedy stand together, in groups that are never empty.
pub(crate) fn by_remedy(diagnostics: &[Diagnostic]) -> Vec<Vec<&Diagnostic>> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| diagnostic.severity);
    grouped(sorted, |diagnostic| (diagnostic.severity, &diagnostic.code, &diagnostic.help))
}

/// What has one key together, in the order in which the keys come.
fn grouped<'d, K: Eq + std::hash::Hash>(
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    mut key: impl FnMut(&'d Diagnostic) -> K,
) -> Vec<Vec<&'d Diagnostic>> {
    let (mut groups, mut places): (Vec<Vec<&Diagnostic>>, HashMap<K, usize>) = Default::default();
    for diagnostic in diagnostics {
        let place = *places.entry(key(diagnostic)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(diagnostic),
            None => groups.push(vec![diagnostic]),
        }
    }
    groups
}

/// Findings as [`by_remedy`] groups them, with the remedy once. Of each code so many are shown that a person reads them; scripts get
/// all.
pub(crate) fn findings(diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    // By code, how many lines are shown; and, in order, how many findings are not.
    let mut lines: HashMap<&str, usize> = HashMap::new();
    let mut left_out: Vec<(&str, usize)> = Vec::new();
    for group in by_remedy(diagnostics) {
        let code = group[0].code.as_str();
        let mut numbers = 0..;
        let said = grouped(group.iter().copied(), |diagnostic| said(diagnostic, numbers.next().unwrap_or_default()));
        let shown = lines.entry(code).or_default();
        let (first, rest) = said.split_at(said.len().min(SHOWN - *shown));
        *shown += first.len();
        first.iter().for_each(|same| one(&mut text, same));
        if let Some(help) = group[0].help.as_ref().filter(|_| !first.is_empty()) {
            let _ = writeln!(text, "    {} {}", styled("do:", Style::new().bold()), clean(help));
        }
        match rest.iter().map(Vec::len).sum() {
            0 => {}
            more => match left_out.iter_mut().find(|(known, _)| *known == code) {
                Some((_, number)) => *number += more,
                None => left_out.push((code, more)),
            },
        }
    }
    if !left_out.is_empty() {
        let words: Vec<String> =
            left_out.iter().map(|(code, number)| format!("{number} more {}", clean(code))).collect();
        let _ = writeln!(text, "and {}: --json has all", words.join(", "));
    }
    text
}

/// What is said of several resources in the same words: the first in full, the others by name.
fn one(text: &mut String, same: &[&Diagnostic]) {
    let diagnostic = same[0];
    let _ = writeln!(text, "{} {}", label(diagnostic), clean(&diagnostic.summary));
    let others: Vec<String> =
        same[1..].iter().filter_map(|other| other.resource.as_ref()).take(NAMED).map(ToString::to_string).collect();
    if !others.is_empty() {
        let more = same.len() - 1 - others.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(text, "    also {}{more}", clean(&others.join(", ")));
    }
    if let Some(detail) = &diagnostic.detail {
        let _ = writeln!(text, "    why: {}", clean(detail));
    }
    if let Some(place) = place(diagnostic) {
        let _ = writeln!(text, "    at {}", clean(&place));
    }
}

/// What tells findings apart that are said together.
#[derive(PartialEq, Eq, Hash)]
enum Said<'d> {
    /// These words behind the id of a resource, and why; of several it is said once.
    OfAny(&'d str, Option<&'d str>),
    /// Of one only, the so manyth.
    OfOne(usize),
}

fn said(diagnostic: &Diagnostic, number: usize) -> Said<'_> {
    let resource = diagnostic.resource.as_ref().filter(|_| diagnostic.slot.is_none());
    let words = resource.and_then(|resource| diagnostic.summary.strip_prefix(&resource.to_string()));
    match words.filter(|words| words.starts_with(' ')) {
        Some(words) => Said::OfAny(words, diagnostic.detail.as_deref()),
        None => Said::OfOne(number),
    }
}

fn label(diagnostic: &Diagnostic) -> String {
    let colour = match diagnostic.severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info => AnsiColor::Cyan,
    };
    styled(
        &format!("{}[{}]", diagnostic.severity, clean(&diagnostic.code)),
        Style::new().bold().fg_color(Some(colour.into())),
    )
}

fn place(diagnostic: &Diagnostic) -> Option<String> {
    match (&diagnostic.resource, &diagnostic.slot) {
        (Some(resource), Some(slot)) => Some(format!("{resource} {slot}")),
        (None, Some(slot)) => Some(slot.clone()),
        (Some(resource), None) if !diagnostic.summary.contains(&format!("{}/{}", resource.kind, resource.id)) => {
            Some(resource.to_string())
        }
        _ => None,
    }
}
