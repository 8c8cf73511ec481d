//! The file of a page.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use flowport_core::Error;
use flowport_core::file::{may_write, write_whole};

use super::frame::Page;
use crate::arguments::PageArguments;
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::report::Report;
use crate::text;

/// Where a page will be written.
pub(crate) struct PageFile {
    path: PathBuf,
    overwrite: bool,
}

/// Where the user wants a page, if at all; asked before anything is read, so that no work is lost. Never is what the page is made
/// from written over.
pub(crate) fn wanted(context: &Context, asked: &PageArguments, sources: &[&Path]) -> Outcome<Option<PageFile>> {
    let Some(path) = &asked.html else { return Ok(None) };
    output::may_take(context, path)?;
    if sources.iter().any(|source| output::is_same(source, path)) {
        let what = format!("--html {}: this is what the page is about; name another file", path.display());
        return Err(Failure::usage(what));
    }
    may_write(path, asked.overwrite)?;
    Ok(Some(PageFile { path: path.clone(), overwrite: asked.overwrite }))
}

impl PageFile {
    /// Writes the page, whole or not at all, and says so in the report of its command.
    pub(crate) fn write(&self, page: &Page, mut report: Report) -> Outcome<Report> {
        let html = page.html();
        write_whole(&self.path, self.overwrite, |mut file| {
            file.write_all(html.as_bytes()).map_err(|why| Error::file(&self.path, why))
        })?;
        report.result["html"] = self.path.display().to_string().into();
        Ok(report.with_note(format!("page written to {}\n", text::path(&self.path))))
    }
}
