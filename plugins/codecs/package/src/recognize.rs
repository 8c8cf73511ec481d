//! What a file is, from its content. Files of others cost a look at their beginning.

use flowport_boomi_flow::ELEMENT_KINDS;
use flowport_plugin::json::{Document, Limits};
use flowport_plugin::{Confidence, Diagnostic, Input, Recognition, attachment};

use crate::codes;
use crate::format::{DOCUMENTS_KEY, FLOW_KEY, FLOWS_KEY, Format};
use crate::token::is_sharing_token;

/// So much of a file is looked at before anything else is done with it.
const BEGINNING: u32 = 16 * 1024;
/// A token with some white space around it; longer files are none.
const LONGEST_TOKEN: u64 = 1024;
/// Keys of flowport's own format.
const OTHERS: [&str; 2] = ["\"resources\"", "\"dialect\""];
/// Members of the objects that the API and the snapshots of Boomi Flow give, two of which no other product has
/// together.
const OF_SNAPSHOTS: [&str; 6] =
    ["mapElements", "valueElements", "pageElements", "serviceElements", "typeElements", "navigationElements"];

/// How sure it is that a file is in one of the two formats, or what it is instead.
pub(crate) fn recognize(file: &dyn Input) -> Vec<Recognition> {
    let found = look(file);
    let recognition = |format: Format| {
        let (confidence, why_not) = match &found {
            Found::Package(found, confidence) if *found == format => (*confidence, None),
            // Once is enough.
            Found::Other(diagnostic) if format == Format::Package => (Confidence::No, Some((**diagnostic).clone())),
            _ => (Confidence::No, None),
        };
        Recognition { format: format.id().to_owned(), confidence, why_not }
    };
    Format::ALL.map(recognition).to_vec()
}

enum Found {
    Package(Format, Confidence),
    Other(Box<Diagnostic>),
    Nothing,
}

fn look(file: &dyn Input) -> Found {
    if let Some(format) = attachment::format_alone(file).and_then(|format| Format::of(&format).ok()) {
        return Found::Package(format, Confidence::Certain);
    }
    let Ok(head) = file.read_at(0, BEGINNING) else { return Found::Nothing };
    if file.len() <= LONGEST_TOKEN && std::str::from_utf8(&head).is_ok_and(is_sharing_token) {
        return Found::Other(Box::new(token()));
    }
    let content = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head);
    let first = content.iter().find(|byte| !byte.is_ascii_whitespace());
    if !matches!(first, Some(b'"' | b'{' | b'[')) {
        return Found::Nothing;
    }
    let text = Beginning(content);
    if !text.is_of_the_product() {
        return if text.speaks_of_a_snapshot() { snapshot(file) } else { Found::Nothing };
    }
    let confidence = if text.begins_well() { Confidence::Certain } else { Confidence::Maybe };
    // The whole file is read only where its beginning does not tell.
    let format = if contains(content, FLOWS_KEY) { Format::Package2 } else { generation(file) };
    Found::Package(format, confidence)
}

/// The first bytes of a file, whatever the number of escapes before each quote.
struct Beginning<'b>(&'b [u8]);

impl Beginning<'_> {
    /// A name of a member that no other product has, and before it none of flowport's own format, which carries such
    /// members as well.
    fn is_of_the_product(&self) -> bool {
        let members = [FLOW_KEY, DOCUMENTS_KEY].into_iter().chain(ELEMENT_KINDS.iter().map(|kind| kind.configurations));
        let first = members.filter_map(|name| position(self.0, name)).min();
        first.is_some_and(|first| !OTHERS.iter().any(|key| contains(&self.0[..first], key)))
    }

    /// One object, encoded once or twice, whose first classes are those of the product.
    fn begins_well(&self) -> bool {
        let plain: Vec<u8> = self.0.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(64).collect();
        let is_object = plain.starts_with(b"{\"") || plain.starts_with(b"\"{\\\"");
        is_object && contains(self.0, "ManyWho.Flow.")
    }

    fn speaks_of_a_snapshot(&self) -> bool {
        OF_SNAPSHOTS.iter().any(|name| contains(self.0, name))
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    position(bytes, text).is_some()
}

fn position(bytes: &[u8], text: &str) -> Option<usize> {
    let first = text.as_bytes()[0];
    let mut start = 0;
    while let Some(at) = bytes[start..].iter().position(|byte| *byte == first) {
        if bytes[start + at..].starts_with(text.as_bytes()) {
            return Some(start + at);
        }
        start += at + 1;
    }
    None
}

/// By members that only the second generation can have. They may stand anywhere, so that the whole file is searched,
/// but not parsed.
fn generation(file: &dyn Input) -> Format {
    let Ok(bytes) = file.read_all(Limits::default().max_bytes as u64) else { return Format::Package };
    let newer = ELEMENT_KINDS.iter().filter(|kind| !kind.in_package).map(|kind| kind.configurations);
    let is_newer = std::iter::once(FLOWS_KEY).chain(newer).any(|name| contains(&bytes, name));
    if is_newer { Format::Package2 } else { Format::Package }
}

fn token() -> Diagnostic {
    Diagnostic::error(codes::TOKEN, "this is a sharing token of Boomi Flow, which holds no flow itself")
        .detail("only Boomi's server can say what a token stands for (POST /api/package/1/shared/flow)")
        .help("import the token in Boomi Flow, or export the package there and give the file")
}

/// What the API and the snapshots say of a flow.
fn snapshot(file: &dyn Input) -> Found {
    let Ok(bytes) = file.read_all(Limits::default().max_bytes as u64) else { return Found::Nothing };
    let Ok(outer) = Document::parse(bytes) else { return Found::Nothing };
    let inner = outer.root().as_str().and_then(|text| Document::parse(text.into_owned()).ok());
    let root = inner.as_ref().unwrap_or(&outer).root();
    if OF_SNAPSHOTS.iter().filter(|name| root.get(name).is_some()).count() < 2 {
        return Found::Nothing;
    }
    Found::Other(Box::new(
        Diagnostic::error(codes::SNAPSHOT, "this is a snapshot of a flow from Boomi Flow's API, not a package")
            .help("export the flow as a package: in Boomi Flow under Flows, or with GET /api/package/1/flow/{id}"),
    ))
}
