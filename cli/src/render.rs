//! How results look: aligned columns that fit the terminal, findings grouped by what mends them.

mod findings;

use std::fmt::Write as _;
use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use comfy_table::{Attribute, Cell, ColumnConstraint, ContentArrangement, Table, Width, presets};
use flowport_core::model::Secret;

use crate::text::clean;

pub(crate) use findings::{by_remedy, findings, name_environment};

/// Colour only where it is wanted: a terminal, no `NO_COLOR`, no `CI`, not dumb.
pub(crate) fn colour_on_stderr() -> bool {
    colour() && std::io::stderr().is_terminal()
}

pub(crate) fn colour() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !set("NO_COLOR") && !set("CI") && !dumb
}

fn styled(text: &str, style: Style) -> String {
    if colour() && std::io::stdout().is_terminal() { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// What became of something, for its colour.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mark {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
}

/// A line in the colour of what became of what it names.
pub(crate) fn marked(mark: Mark, line: &str) -> String {
    let colour = match mark {
        Mark::Added => AnsiColor::Green,
        Mark::Removed => AnsiColor::Red,
        Mark::Changed => AnsiColor::Yellow,
    };
    styled(line, Style::new().fg_color(Some(colour.into())))
}

/// Characters on a line of the terminal; elsewhere what still reads well.
pub(crate) fn columns() -> usize {
    terminal_width().map_or(120, usize::from)
}

/// Some terminals of pipelines say that they have no columns at all.
fn terminal_width() -> Option<u16> {
    std::io::stdout().is_terminal().then(|| Table::new().width()).flatten().filter(|width| *width > 0)
}

/// Columns from which on a GUID with its kind leaves room for the rest.
const WIDE: u16 = 110;
/// On a narrow terminal, longer cells than this stand below the name.
const LONG: usize = 12;
/// Between two columns.
const PADDING: u16 = 2;

/// Rows under headings; on a terminal as wide as it is, elsewhere as wide as the rows need. Columns without content are left
/// out. An id in two halves cannot be copied: where there is no room beside the name, it stands below it.
pub(crate) fn table(headings: &[&str], rows: Vec<Vec<String>>) -> String {
    table_of_width(headings, rows, terminal_width())
}

fn table_of_width(headings: &[&str], rows: Vec<Vec<String>>, width: Option<u16>) -> String {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| clean(cell)).collect()).collect();
    let column = |wanted: &str| headings.iter().position(|heading| *heading == wanted);
    let stacked = match (column("RESOURCE"), column("NAME")) {
        (Some(resource), Some(name)) if width.is_some_and(|width| width < WIDE) => Some((resource, name)),
        _ => None,
    };
    let widest = |index: usize| rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.chars().count()).max();
    // What stands below the name: the id as it is, other long cells with their heading.
    let below: Vec<usize> = match stacked {
        Some((resource, name)) => {
            let is_long = |index: &usize| *index != name && *index > 0 && widest(*index).unwrap_or(0) > LONG;
            std::iter::once(resource)
                .chain((0..headings.len()).filter(is_long).filter(|index| *index != resource))
                .collect()
        }
        None => Vec::new(),
    };
    let is_shown = |index: &usize| !below.contains(index) && (*index == 0 || widest(*index).unwrap_or(0) > 0);
    let shown: Vec<usize> = (0..headings.len()).filter(is_shown).collect();
    let cell = |row: &Vec<String>, index: usize| {
        let mut cell = row.get(index).cloned().unwrap_or_default();
        if stacked.is_some_and(|(_, name)| name == index) {
            for line in below.iter().filter(|line| !row[**line].is_empty()) {
                let heading = headings[*line].to_lowercase();
                let label = if heading == "resource" { String::new() } else { format!("{heading}: ") };
                let _ = write!(cell, "\n{label}{}", row[*line]);
            }
        }
        cell
    };
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    match width {
        Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    let heading = |index: &usize| {
        let cell = Cell::new(headings[*index]);
        if colour() { cell.add_attribute(Attribute::Bold) } else { cell }
    };
    if headings.iter().any(|heading| !heading.is_empty()) {
        table.set_header(shown.iter().map(heading).collect::<Vec<_>>());
    }
    for row in &rows {
        table.add_row(shown.iter().map(|index| cell(row, *index)).collect::<Vec<_>>());
    }
    for (column, index) in table.column_iter_mut().zip(&shown) {
        column.set_padding((0, PADDING));
        match stacked {
            // The name may go on below; the id may not.
            Some((resource, name)) if name == *index => {
                let longest = u16::try_from(widest(resource).unwrap_or(0)).unwrap_or(u16::MAX);
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(longest.saturating_add(PADDING))));
            }
            Some(_) => {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
            _ if headings[*index] == "RESOURCE" => {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
            _ => {}
        }
    }
    let mut text = String::new();
    for line in table.lines() {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// So many lines of one sort are shown to people; scripts get all.
pub(crate) const SHOWN: usize = 20;

/// The line below a list that was cut after [`SHOWN`]; empty where it was not. `all` says where the others are.
pub(crate) fn more(number: usize, all: &str) -> String {
    if number > SHOWN { format!("  and {} more: {all}\n", number - SHOWN) } else { String::new() }
}

/// The shortest text by which `secret set` knows a secret among those of its resource.
pub(crate) fn secret_name<'a>(all: &'a [Secret], secret: &'a Secret) -> &'a str {
    let declared = || all.iter().filter(|other| other.declared);
    let is_alone = declared().filter(|other| other.label.eq_ignore_ascii_case(&secret.label)).count() == 1;
    if is_alone && secret.label.len() < secret.slot.len() { &secret.label } else { &secret.slot }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "connection/f9904938-3493-41f7-9989-19aa77586be7";

    fn rows() -> Vec<Vec<String>> {
        let row = |action: &str, id: &str, name: &str| [action, id, name, ""].map(str::to_owned).to_vec();
        let long = "A name that goes on and on and on, as people have it who describe what a flow does in its name";
        vec![row("create", ID, "ana@contoso.example"), row("use-existing", "flow/x", long)]
    }

    fn with_state() -> Vec<Vec<String>> {
        rows().into_iter().map(|row| vec![row[1].clone(), row[2].clone(), "published".to_owned()]).collect()
    }

    #[test]
    fn an_id_stays_whole_however_narrow_the_terminal() {
        let headings = ["ACTION", "RESOURCE", "NAME", "COMMENT"];
        for width in [None, Some(200), Some(110), Some(80), Some(66)] {
            let text = table_of_width(&headings, rows(), width);
            assert!(text.contains(ID) && !text.contains("COMMENT"), "{width:?}\n{text}");
            let widest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
            assert!(width.is_none_or(|width| widest <= usize::from(width)), "{width:?}\n{text}");
        }
        let list = table_of_width(&["RESOURCE", "NAME", "STATE"], with_state(), Some(80));
        assert!(list.contains("published"), "{list}");
        let headings = ["ACTION", "RESOURCE", "NAME", "IN THE TARGET"];
        let moved = rows().into_iter().map(|mut row| {
            row[3] = ID.to_owned();
            row
        });
        let narrow = table_of_width(&headings, moved.collect(), Some(80));
        assert!(narrow.contains(&format!("in the target: {ID}")), "{narrow}");
        assert_eq!(narrow.lines().filter(|line| line.trim() == ID).count(), 1, "{narrow}");
    }
}
