//! From a file to resources: the whole file is checked before the first of them is handed over.

mod check;
mod cultures;
mod file;
mod known;
mod leftover;
mod owners;
mod people;
mod write;

use flowport_plugin::json::Limits;
use flowport_plugin::{Diagnostic, Failure, Input, PackageWriter, attachment};

use crate::codes;
use crate::envelope;
use crate::format::Format;
use crate::problems::Problems;
use file::File;
pub(crate) use owners::listed;

/// Reads a package of either generation.
pub(crate) fn decode(input: &dyn Input, into: &dyn PackageWriter) -> Result<Vec<Diagnostic>, Failure> {
    if attachment::read_alone(&Format::ALL.map(Format::id), input, into, codes::ATTACHMENT)? {
        return Ok(Vec::new());
    }
    let opened = envelope::open(input.read_all(Limits::default().max_bytes as u64)?)?;
    let mut problems = Problems::default();
    let Some(file) = File::read(opened.document.root(), &mut problems) else {
        return problems.finish();
    };
    let owners = owners::Owners::of(&file, &mut problems);
    check::check(&file, &owners, &mut problems);
    if problems.has_errors() {
        return problems.finish();
    }
    let (flows, elements, documents) = owners.share_out(&file);
    let rest = leftover::rest(&file, &opened, &flows, &elements, documents)?;
    if !rest.is_exact {
        let summary = "the file is not spelled as Boomi Flow spells it: white space, escapes, or the order of members";
        let help = "nothing is lost; written again, it has the product's spelling and other bytes";
        problems.info(codes::OTHER_SPELLING, summary.to_owned(), help);
    }
    if file.format == Format::Package2 {
        let summary = "packages of the second generation are read and written unverified: no real file was ever seen";
        let help =
            "compare what `flowport inspect` lists with what you exported, and report a file that is read wrongly";
        problems.info(codes::UNVERIFIED, summary.to_owned(), help);
    }
    leftover::report(&file, &rest.rest, &mut problems);
    people::report(&file, &mut problems);
    write::write(&file, &flows, &elements, &rest.rest, into)?;
    problems.finish()
}
