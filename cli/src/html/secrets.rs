//! Where secrets are, and whether they are set; never what they are.

use flowport_core::model::{ResourceId, Secret};
use maud::html;

use super::entries::Entries;
use super::frame::{Section, code, long};
use super::table::{Row, table};

/// A secret, whose it is, and what becomes of it.
pub(crate) struct SecretEntry<'a> {
    pub(crate) of: &'a ResourceId,
    pub(crate) secret: &'a Secret,
    /// A few words.
    pub(crate) state: &'static str,
}

/// None where there are none.
pub(crate) fn secrets(secrets: &[SecretEntry<'_>], entries: &Entries<'_>) -> Option<Section> {
    if secrets.is_empty() {
        return None;
    }
    let row = |entry: &SecretEntry<'_>| {
        let kind = if entry.secret.declared { "declared by the product" } else { "found in the content" };
        Row {
            id: None,
            cells: vec![
                html! { div.name { (long(&entry.secret.label)) } },
                entries.link(entry.of),
                code(&entry.secret.slot),
                html! { (kind) },
                html! { (entry.state) },
            ],
        }
    };
    let rows: Vec<Row> = secrets.iter().map(row).collect();
    Some(Section {
        id: "secrets",
        title: "Secrets",
        count: Some(rows.len()),
        about: html! { "Where they are, never what they are." },
        body: table(&["Secret", "Of", "Where", "How it is known", "State"], &rows),
    })
}
