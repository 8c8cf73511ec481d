//! Tables whose rows become cards where there is no room for columns.

use maud::{Markup, html};

use super::frame::NEWLINE;

/// A row, and the name by which links find it.
pub(super) struct Row {
    pub(super) id: Option<String>,
    /// One per heading; an empty one has nothing in it.
    pub(super) cells: Vec<Markup>,
}

/// What an empty cell holds.
pub(super) fn nothing() -> Markup {
    html! {}
}

/// Rows under headings. Columns without content are left out.
pub(super) fn table(headings: &[&str], rows: &[Row]) -> Markup {
    let is_filled = |index: &usize| rows.iter().any(|row| !row.cells[*index].0.is_empty());
    let shown: Vec<usize> = (0..headings.len()).filter(is_filled).collect();
    html! {
        div.scroll {
            table {
                thead { tr { @for index in &shown { th scope="col" { (headings[*index]) } } } }
                tbody {
                    @for row in rows {
                        (NEWLINE)
                        tr id=[&row.id] {
                            @for index in &shown {
                                td data-label=(headings[*index]) .empty[row.cells[*index].0.is_empty()] {
                                    div { (row.cells[*index]) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
