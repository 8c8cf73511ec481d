//! From resources to the archive: that of the package that was read, else the exporter's profile.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use flowport_archive::{ArchiveWriter, DosTime, EntryOptions, WriteError};
use flowport_plugin::json::{Document, Limits};
use flowport_plugin::{Diagnostic, Failure, Output, PackageReader, Placement, View, read_parts};
use flowport_power_automate::definition::map_entries;
use flowport_power_automate::{APIS_MAP, APP, Attributes, CONNECTIONS_MAP, DEFINITION, FLOW, app};
use uuid::Uuid;

use crate::FORMAT;
use crate::files::{APPS, ATTACHMENT, FLOWS_MANIFEST, MANIFEST, Sink, flow_file};
use crate::manifest::Manifest;
use crate::write::entries::{self, Content, Item};
use crate::write::layout::{self, Kept};
use crate::write::manifests::{self, Resource};
use crate::write::skeleton::{self, Renames};

/// Under which telemetry ids are made: a UUID of our own.
const NAMESPACE: Uuid = Uuid::from_u128(0x3c4e_1a7f_90d2_4b83_8c55_6f21_0be4_97aa);
/// How much of a part is in memory at once.
const CHUNK: u32 = 256 << 10;

pub(crate) fn encode(package: &dyn PackageReader, file: &dyn Output) -> Result<Vec<Placement>, Failure> {
    let resources = read(package)?;
    check(&resources)?;
    let info = package.info();
    let kept = info.layouts.iter().find(|layout| layout.format == FORMAT);
    let kept = kept.map(|layout| layout::read(&layout.content)).unwrap_or_default();
    let manifest = kept.manifest.as_ref().and_then(|document| Manifest::read(document).ok());
    let renames = manifest.as_ref().map(|manifest| Renames::of(manifest, &resources));
    let skeleton = kept.manifest.as_ref().zip(manifest.as_ref()).zip(renames.as_ref());

    let mut flows: Vec<(usize, &str)> = of_kind(&resources, FLOW);
    flows.sort_by_key(|(_, id)| *id);
    let mut wanted = Vec::new();
    for (index, id) in &flows {
        wanted.extend([APIS_MAP, CONNECTIONS_MAP, DEFINITION].map(|part| {
            let file = File::Part { resource: *index, part: part.to_owned() };
            (flow_file(id, part), file)
        }));
    }
    if !flows.is_empty() {
        let ids: Vec<&str> = flows.iter().map(|(_, id)| *id).collect();
        let text = match kept.flows_manifest.as_ref().zip(renames.as_ref()) {
            Some((document, renames)) => skeleton::flows(document, renames, &ids)?,
            None => manifests::flows(&ids).into_bytes(),
        };
        wanted.push((FLOWS_MANIFEST.to_owned(), File::Text(text)));
    }
    for (index, _) in of_kind(&resources, APP) {
        wanted.extend(app_files(package.view(index as u32).as_ref(), index)?);
    }
    if package.attachment().is_some() {
        wanted.push((ATTACHMENT.to_owned(), File::Attachment));
    }
    let ordered: Vec<&Resource> = order(&resources).iter().map(|index| &resources[*index]).collect();
    let text = match skeleton {
        Some(((document, manifest), renames)) => skeleton::root(document, manifest, renames, &info, &ordered)?,
        None => manifests::root(&info, &telemetry_id(&info.name, &resources), &ordered).into_bytes(),
    };
    wanted.push((MANIFEST.to_owned(), File::Text(text)));

    let modified = info.created.as_deref().and_then(dos_time).unwrap_or(DosTime::FIRST);
    let options = EntryOptions { modified, ..EntryOptions::default() };
    let items = entries::in_order(&kept, renames.as_ref(), wanted, options);
    let mut sink = Sink(file);
    let mut archive = Files { writer: ArchiveWriter::new(&mut sink), package };
    items.iter().try_for_each(|item| archive.write(item, &kept))?;
    archive.writer.finish().map_err(|error| Failure::Other(error.to_string()))?;

    let placement = |resource: &Resource| {
        let mut lost = resource.lost();
        if let Some(wanted) = info.intended_for.as_ref().filter(|_| resource.is_root) {
            lost.push(format!("that the package is meant for {wanted}"));
        }
        Placement { id: resource.head.id.clone(), lost }
    };
    Ok(resources.iter().map(placement).collect())
}

fn of_kind<'a>(resources: &'a [Resource], kind: &str) -> Vec<(usize, &'a str)> {
    let same = |(_, resource): &(usize, &'a Resource)| resource.head.id.kind == kind;
    resources.iter().enumerate().filter(same).map(|(index, resource)| (index, resource.head.id.id.as_str())).collect()
}

fn read(package: &dyn PackageReader) -> Result<Vec<Resource>, Failure> {
    let mut resources = Vec::with_capacity(package.len() as usize);
    for index in 0..package.len() {
        let view = package.view(index);
        let head = view.head();
        let attributes = Attributes::of(&head)?;
        let depends_on = depends_on(view.as_ref(), &attributes)?;
        resources.push(Resource { head, setup: package.setup(index), attributes, depends_on, is_root: false });
    }
    let has_app = resources.iter().any(|resource| resource.head.id.kind == APP);
    for resource in &mut resources {
        resource.is_root = resource.head.id.kind == if has_app { APP } else { FLOW };
    }
    Ok(resources)
}

/// The ids of what a resource needs.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn depends_on(view: &dyn View, attributes: &Attributes) -> Result<Vec<String>, Failure> {
    if view.head().id.kind == FLOW { flow_dependencies(view, attributes) } else { Ok(stated(attributes)) }
}

fn stated(attributes: &Attributes) -> Vec<String> {
    attributes.depends_on().into_iter().map(|(_, id)| id).collect()
}

/// A flow depends on what its maps name: in the stated order where that is the same set, else per key connector and connection.
fn flow_dependencies(view: &dyn View, attributes: &Attributes) -> Result<Vec<String>, Failure> {
    let id = view.head().id;
    let [apis, connections] = read_parts(view, [APIS_MAP, CONNECTIONS_MAP], Limits::default().max_bytes as u64)?;
    let map = |part: &str, text: Vec<u8>| -> Result<Vec<(String, String)>, Failure> {
        let document = Document::parse(text).map_err(|error| {
            Failure::from(Diagnostic::error("PA0300", format!("{part}: {error}")).subject(id.clone()))
        })?;
        let entries = map_entries(&document, part, &id).map_err(Failure::from)?;
        Ok(entries.into_iter().map(|(key, id)| (key.into_owned(), id.into_owned())).collect())
    };
    let (apis, connections) = (map(APIS_MAP, apis)?, map(CONNECTIONS_MAP, connections)?);
    let connection_of: HashMap<&str, &str> = connections.iter().map(|(key, id)| (key.as_str(), id.as_str())).collect();
    let (mut mapped, mut seen) = (Vec::new(), BTreeSet::new());
    for (key, api) in &apis {
        for id in std::iter::once(api.as_str()).chain(connection_of.get(key.as_str()).copied()) {
            if seen.insert(id) {
                mapped.push(id.to_owned());
            }
        }
    }
    let stated = stated(attributes);
    let is_the_same =
        stated.len() == mapped.len() && stated.iter().map(String::as_str).collect::<BTreeSet<_>>() == seen;
    Ok(if is_the_same { stated } else { mapped })
}

/// Microsoft's packages have exactly one root, and every edge leads to a resource of the package.
fn check(resources: &[Resource]) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let names = |kind: &str| -> Vec<String> {
        let same = resources.iter().filter(|resource| resource.head.id.kind == kind);
        same.map(|resource| format!("{kind}/{}", resource.head.name)).collect()
    };
    let (apps, flows) = (names(APP), names(FLOW));
    let several = |roots: &[String]| {
        Diagnostic::error(
            "PA0701",
            format!("a zip package has exactly one root; here are {}: {}", roots.len(), shortened(roots)),
        )
        .help("write one package per root with --split, or one file with everything with --format json")
    };
    match (apps.len(), flows.len()) {
        (0, 0) if !resources.is_empty() => problems.push(
            Diagnostic::error(
                "PA0702",
                "a zip package needs a flow or an app; here are only connectors and connections",
            )
            .help("select a flow or an app as well, or write --format json"),
        ),
        (0, 0..=1) | (1, _) => {}
        (0, _) => problems.push(several(&flows)),
        _ => problems.push(several(&apps)),
    }
    let there: BTreeSet<&str> = resources.iter().map(|resource| resource.head.id.id.as_str()).collect();
    for resource in resources {
        for missing in resource.depends_on.iter().filter(|id| !there.contains(id.as_str())) {
            let id = &resource.head.id;
            problems.push(
                Diagnostic::error(
                    "PA0703",
                    format!(
                        "the {} {:?} needs {missing}, which is left out of the package",
                        id.kind, resource.head.name
                    ),
                )
                .subject(id.clone())
                .help("a zip package names all that its flows need: do not exclude it, or write --format json"),
            );
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Malformed(problems)) }
}

fn lacks(view: &dyn View, part: &str) -> Failure {
    let id = view.head().id;
    Diagnostic::error("PA0704", format!("the {} {} lacks its part {part}", id.kind, id.id))
        .subject(id)
        .help("import it again from its package")
        .into()
}

fn shortened(names: &[String]) -> String {
    match names {
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        names => names.join(", "),
    }
}

/// The order of a new manifest: the root, what it depends on, what that depends on, the rest.
fn order(resources: &[Resource]) -> Vec<usize> {
    let position: BTreeMap<&str, usize> =
        resources.iter().enumerate().map(|(index, resource)| (resource.head.id.id.as_str(), index)).collect();
    let mut order: Vec<usize> = Vec::new();
    let mut placed = vec![false; resources.len()];
    let roots = resources.iter().enumerate().filter(|(_, resource)| resource.is_root).map(|(index, _)| index);
    let mut queue: Vec<usize> = roots.chain(0..resources.len()).collect();
    queue.reverse();
    while let Some(index) = queue.pop() {
        if std::mem::replace(&mut placed[index], true) {
            continue;
        }
        order.push(index);
        queue.extend(resources[index].depends_on.iter().rev().filter_map(|id| position.get(id.as_str()).copied()));
    }
    order
}

/// A GUID that depends on nothing but the content, as codecs know no chance.
fn telemetry_id(name: &str, resources: &[Resource]) -> String {
    let mut seed = name.to_owned();
    for resource in resources {
        seed.push('\n');
        seed.push_str(&resource.head.id.id);
    }
    Uuid::new_v5(&NAMESPACE, seed.as_bytes()).to_string()
}

/// `2026-11-20T13:05:16…Z` as the archive's time.
fn dos_time(text: &str) -> Option<DosTime> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u16>().ok();
    let byte = |range: std::ops::Range<usize>| number(range).and_then(|number| u8::try_from(number).ok());
    DosTime::from_civil(number(0..4)?, byte(5..7)?, byte(8..10)?, byte(11..13)?, byte(14..16)?, byte(17..19)?)
}

/// A file of the format, and where its content comes from.
enum File {
    Text(Vec<u8>),
    Part { resource: usize, part: String },
    Attachment,
}

/// The app's files lie in a folder named after its JSON file.
fn app_files(view: &dyn View, resource: usize) -> Result<Vec<(String, File)>, Failure> {
    let Some(json) = app::json_part(view) else {
        return Err(lacks(view, "<number>.json"));
    };
    let folder = json.trim_end_matches(".json");
    let mut parts: Vec<String> = view.parts().into_iter().map(|part| part.name).collect();
    parts.sort();
    Ok(parts.into_iter().map(|part| (format!("{APPS}{folder}/{part}"), File::Part { resource, part })).collect())
}

/// The archive being written.
struct Files<'a, 'b> {
    writer: ArchiveWriter<'a, Sink<'b>>,
    package: &'b dyn PackageReader,
}

impl Files<'_, '_> {
    fn write(&mut self, item: &Item<File>, kept: &Kept) -> Result<(), Failure> {
        match &item.content {
            Content::Directory => self.writer.directory(&item.name, item.options).map_err(|error| failed(item, &error)),
            Content::Kept(name) => self.text(item, kept.files.get(name).map_or(&[], Vec::as_slice)),
            Content::Of(File::Text(text)) => self.text(item, text),
            Content::Of(File::Part { resource, part }) => {
                let view = self.package.view(*resource as u32);
                let Some(info) = view.parts().into_iter().find(|info| info.name == *part) else {
                    return Err(lacks(view.as_ref(), part));
                };
                self.entry(item, &mut |offset| view.read(part, offset, CHUNK), info.len)
            }
            Content::Of(File::Attachment) => match self.package.attachment() {
                Some(input) => self.entry(item, &mut |offset| input.read_at(offset, CHUNK), input.len()),
                None => Ok(()),
            },
        }
    }

    fn text(&mut self, item: &Item<File>, text: &[u8]) -> Result<(), Failure> {
        self.entry(item, &mut |_| Ok(text.to_vec()), text.len() as u64)
    }

    fn entry(
        &mut self,
        item: &Item<File>,
        next: &mut dyn FnMut(u64) -> Result<Vec<u8>, Failure>,
        len: u64,
    ) -> Result<(), Failure> {
        self.writer.start(&item.name, item.options).map_err(|error| failed(item, &error))?;
        let mut done = 0;
        while done < len {
            let chunk = next(done)?;
            if chunk.is_empty() {
                return Err(Failure::Other(format!("{}: {done} bytes were read of {len}", item.name)));
            }
            done += chunk.len() as u64;
            self.writer.write(&chunk).map_err(|error| failed(item, &error))?;
        }
        self.writer.finish_entry().map_err(|error| failed(item, &error))
    }
}

fn failed(item: &Item<File>, error: &WriteError) -> Failure {
    Failure::Other(format!("{}: {error}", item.name))
}
