//! How results look: aligned columns that fit the terminal, findings grouped by what mends them.

use std::fmt::Write as _;
use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use comfy_table::{Attribute, Cell, ColumnConstraint, ContentArrangement, Table, presets};
use flowport_core::model::{Diagnostic, Severity};

use crate::text::clean;

/// Colour only where it is wanted: a terminal, no `NO_COLOR`, no `CI`, not dumb.
pub(crate) fn colour_on_stderr() -> bool {
    colour() && std::io::stderr().is_terminal()
}

fn colour() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !set("NO_COLOR") && !set("CI") && !dumb
}

fn styled(text: &str, style: Style) -> String {
    if colour() && std::io::stdout().is_terminal() { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// Columns from which on a GUID with its kind leaves room for the rest.
const WIDE: u16 = 110;

/// Rows under headings; on a terminal as wide as it is, elsewhere as wide as the rows need.
pub(crate) fn table(headings: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    // Some terminals of pipelines say that they have no columns at all.
    if std::io::stdout().is_terminal() && table.width().is_some_and(|width| width > 0) {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    } else {
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    let heading =
        |heading: &&str| if colour() { Cell::new(heading).add_attribute(Attribute::Bold) } else { Cell::new(heading) };
    if headings.iter().any(|heading| !heading.is_empty()) {
        table.set_header(headings.iter().map(heading).collect::<Vec<_>>());
    }
    for row in rows {
        table.add_row(row.iter().map(|cell| clean(cell)).collect::<Vec<_>>());
    }
    let wide = table.width().is_none_or(|width| width >= WIDE);
    for (column, heading) in table.column_iter_mut().zip(headings) {
        column.set_padding((0, 2));
        // An id in two halves cannot be copied; on a narrow terminal it must.
        if *heading == "RESOURCE" && wide {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let mut text = String::new();
    for line in table.lines() {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// Handlers know no environments: where their advice says ENV, this one is meant.
pub(crate) fn name_environment(finding: &mut Diagnostic, environment: &str) {
    finding.help = finding.help.take().map(|help| help.replace(" ENV ", &format!(" {environment} ")));
}

/// Findings, errors first; those with one code and one remedy stand together, with the remedy once.
pub(crate) fn findings(diagnostics: &[Diagnostic]) -> String {
    let mut groups: Vec<(&Diagnostic, Vec<&Diagnostic>)> = Vec::new();
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| diagnostic.severity);
    for diagnostic in sorted {
        let same = |first: &Diagnostic| {
            first.code == diagnostic.code && first.help == diagnostic.help && first.severity == diagnostic.severity
        };
        match groups.iter_mut().find(|(first, _)| same(first)) {
            Some((_, group)) => group.push(diagnostic),
            None => groups.push((diagnostic, vec![diagnostic])),
        }
    }
    let mut text = String::new();
    for (first, group) in groups {
        for diagnostic in &group {
            let _ = writeln!(text, "{} {}", label(diagnostic), clean(&diagnostic.summary));
            if let Some(detail) = &diagnostic.detail {
                let _ = writeln!(text, "    why: {}", clean(detail));
            }
            if let Some(place) = place(diagnostic) {
                let _ = writeln!(text, "    at {}", clean(&place));
            }
        }
        if let Some(help) = &first.help {
            let _ = writeln!(text, "    {} {}", styled("do:", Style::new().bold()), clean(help));
        }
    }
    text
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
        (Some(resource), None) if !diagnostic.summary.contains(&*resource.id) => Some(resource.to_string()),
        _ => None,
    }
}
