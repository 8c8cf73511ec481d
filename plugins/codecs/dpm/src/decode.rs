use flowport_k2view_dpm::{PART, check, head};
use flowport_plugin::attachment::{self, Split};
use flowport_plugin::json::Value;
use flowport_plugin::{Diagnostic, Failure, Input, PackageInfo, PackageWriter, Setup};

use crate::document::FILE;
use crate::{CHUNK, FORMAT, codes};

/// Reads the one flow of a file. What is wrong within the flow its handler says, unless name and version are: then
/// there is no resource that the handler could be asked about.
pub(crate) fn decode(file: &dyn Input, into: &dyn PackageWriter) -> Result<Vec<Diagnostic>, Failure> {
    if attachment::read_alone(&[FORMAT], file, into, codes::ATTACHMENT)? {
        return Ok(Vec::new());
    }
    let document = FILE.read(file)?;
    let root = document.root();
    let head = head(root).ok_or_else(|| Failure::Malformed(check(root, None)))?;
    let mut found = Vec::new();
    if document.has_bom() {
        let summary = "the file begins with a byte order mark, which JSON should not have";
        let diagnostic = Diagnostic::warning(codes::BYTE_ORDER_MARK, summary).subject(head.id.clone());
        found.push(diagnostic.help("it is kept; if DPM does not take the file, save it as UTF-8 without BOM"));
    }
    let description = root.get("FLOW_DESCRIPTION").and_then(Value::as_str).unwrap_or_default().into_owned();
    let info = PackageInfo { description, ..PackageInfo::named(&head.name) };
    let Split { text, attachment } = attachment::split(document, codes::ATTACHMENT)?;

    into.describe(info)?;
    into.add(head, Setup::none())?;
    into.part(PART, "application/json")?;
    text.chunks(CHUNK).try_for_each(|chunk| into.write(chunk))?;
    attachment.iter().flat_map(|bytes| bytes.chunks(CHUNK)).try_for_each(|chunk| into.attachment(chunk))?;
    Ok(found)
}
