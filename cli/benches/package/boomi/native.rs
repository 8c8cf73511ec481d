//! The same work without plugins: decode both layers with `serde_json`, check what must agree, give each resource its parts with their
//! hashes and what only the package as a whole knows, and find what flowport finds, each with its place. Guids are taken to be in
//! lower case, as the product writes them, and no other kinds of findings are known than these packages hold.

mod look;
mod package;
mod texts;

use std::io::{self, Write};
use std::path::Path;

use flowport_core::content::Hash;
use serde_json::{Map, Value, json};

use crate::native::Found;
use look::{Finding, What};
use package::{CULTURES, DOCUMENTS, FLOWS, KINDS, Known, MAPS, Package};

/// A resource as flowport keeps it once it is decoded and looked at.
pub(super) struct Resource {
    kind: &'static str,
    id: String,
    name: String,
    identity: String,
    attributes: String,
    parts: Vec<Part>,
    findings: Vec<Finding>,
}

/// A part with its hash.
struct Part {
    name: &'static str,
    content: Vec<u8>,
    hash: Hash,
}

/// What flowport and the native side must agree in.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Agreed {
    pub(super) found: Found,
    /// All slots together, in bytes.
    pub(super) slots: usize,
    /// All attributes together, in bytes.
    pub(super) attributes: usize,
    /// Written again, the file would be the same.
    pub(super) is_exact: bool,
}

/// What reading gives.
pub(super) struct Read {
    resources: Vec<Resource>,
    is_exact: bool,
    people: usize,
}

impl Read {
    /// All of it, counted.
    pub(super) fn agreed(&self) -> Agreed {
        assert_eq!(self.people, 1, "one person built all of it");
        let mut sum = Agreed { is_exact: self.is_exact, ..Agreed::default() };
        for resource in &self.resources {
            assert!(resource.identity.ends_with(&resource.id) && !resource.name.is_empty());
            sum.attributes += resource.attributes.len();
            sum.found.parts += resource.parts.len();
            sum.found.hashes += resource.parts.iter().map(|part| usize::from(part.hash.0[0])).sum::<usize>();
            for finding in &resource.findings {
                sum.slots += finding.slot.len();
                *match finding.what {
                    What::Reference { .. } => &mut sum.found.references,
                    What::Literal { .. } => &mut sum.found.literals,
                    What::Secret { .. } => &mut sum.found.secrets,
                } += 1;
            }
        }
        sum
    }
}

/// Reads, checks and looks at everything.
pub(super) fn decode_and_inspect(path: &Path) -> Read {
    let file = std::fs::read(path).expect("the package");
    let text: String = serde_json::from_slice(&file).expect("a JSON string");
    let root: Map<String, Value> = serde_json::from_str(&text).expect("an object in it");
    let package = Package::of(&root);
    let is_in_order = package.check();
    let known = Known::of(&package);
    let order = package.flow_order();
    let mut resources: Vec<Resource> = Vec::with_capacity(package.owners.len());
    for (index, owner) in package.owners.iter().enumerate() {
        let rest = order.as_ref().filter(|_| index == 0);
        let mut parts = vec![part(owner.main_part(), owner.value)];
        if owner.is_flow() {
            parts.push(part("maps.json", &owner.maps));
            parts.push(part("cultures.json", package.cultures));
        }
        if !owner.documents.is_empty() {
            parts.push(part("contents.json", &owner.documents));
        }
        parts.extend(rest.map(|order| part("rest.json", order)));
        let looked = look::look(owner, package.cultures, rest, &known);
        resources.push(Resource {
            kind: owner.kind,
            id: owner.id.to_owned(),
            name: owner.value["developerName"].as_str().expect("a name").to_owned(),
            identity: format!("boomi:{}", owner.id),
            attributes: looked.attributes,
            parts,
            findings: looked.findings,
        });
    }
    let mut written = Comparison(text.as_bytes());
    let mut quoted = Comparison(&file);
    let is_exact = is_in_order
        && write(&root, &resources, &mut written).is_ok_and(|()| written.0.is_empty())
        && serde_json::to_writer(&mut quoted, &text).is_ok_and(|()| quoted.0.is_empty());
    Read { people: package.people(), resources, is_exact }
}

fn part(name: &'static str, value: &(impl serde::Serialize + ?Sized)) -> Part {
    let content = serde_json::to_vec(value).expect("JSON");
    Part { name, hash: Hash::of(&content), content }
}

/// What is written is compared with what was read.
struct Comparison<'b>(&'b [u8]);

impl Write for Comparison<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(bytes).ok_or(io::ErrorKind::InvalidData)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Puts the parts together again.
fn write(root: &Map<String, Value>, resources: &[Resource], into: &mut impl Write) -> io::Result<()> {
    let parts = |kind: &'static str, name: &'static str| {
        let of_kind = resources.iter().filter(move |resource| resource.kind == kind);
        of_kind
            .flat_map(move |resource| &resource.parts)
            .filter(move |part| part.name == name)
            .map(|part| &part.content[..])
    };
    let without_brackets = |list: &'static str| move |kind| parts(kind, list).map(|list| &list[1..list.len() - 1]);
    let mut before = '{';
    for (key, value) in root {
        write!(into, "{before}{}:", json!(key))?;
        before = ',';
        let elements: Vec<&[u8]> = match key.as_str() {
            _ if value.is_null() => {
                into.write_all(b"null")?;
                continue;
            }
            FLOWS => parts("flow", "flow.json").collect(),
            CULTURES => without_brackets("cultures.json")("flow").take(1).collect(),
            DOCUMENTS => {
                ["type", "value", "page", "flow"].into_iter().flat_map(without_brackets("contents.json")).collect()
            }
            MAPS => without_brackets("maps.json")("flow").collect(),
            key => {
                let kind = KINDS.iter().find(|kind| kind.configurations == key).ok_or(io::ErrorKind::InvalidData)?;
                parts(kind.kind, "element.json").collect()
            }
        };
        for (index, element) in elements.into_iter().enumerate() {
            into.write_all(if index == 0 { b"[" } else { b"," })?;
            into.write_all(element)?;
        }
        into.write_all(b"]")?;
    }
    into.write_all(b"}")
}
