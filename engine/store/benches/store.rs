//! An environment of 10,000 resources: each with 3 parts of 2 KB, 6 references, 2 identities and 4 literals.

use std::path::Path;
use std::sync::LazyLock;

use divan::Bencher;
use flowport_core::content::Content;
use flowport_core::environment::{Environment, Expected, ReadEnvironment, Write};
use flowport_core::history::Cause;
use flowport_core::lock::Holder;
use flowport_core::model::{
    Head, Inspection, Literal, Origin, Part, Reference, Resource, ResourceId, State, Strength, Target,
};
use flowport_store::{SqliteEnvironment, SqliteReader};
use tempfile::TempDir;

const RESOURCES: usize = 10_000;
const NOW: &str = "2026-03-01T12:00:00Z";

fn main() {
    divan::main();
}

fn id(number: usize) -> ResourceId {
    let id = format!("{number:08x}-5e5f-4c3f-9f0e-{:012x}", number * 7919);
    ResourceId::new("flow", &id, None).unwrap()
}

fn write(number: usize, generation: usize) -> Write {
    let part = |index: usize| {
        let line = format!("{{\"resource\": {number}, \"part\": {index}, \"generation\": {generation}}},\n");
        let bytes: Vec<u8> = line.bytes().cycle().take(2000).collect();
        Part {
            name: format!("part{index}.json"),
            media_type: "application/json".to_owned(),
            content: Content::from_bytes(bytes),
        }
    };
    let reference = |index: usize| Reference {
        slot: format!("part0.json#/properties/connectionReferences/shared_{index}/id"),
        target: Target::Known(id((number * 31 + index) % RESOURCES)),
        strength: Strength::Required,
    };
    let literal = |index: usize| Literal {
        slot: format!("part0.json#/properties/definition/actions/Action_{index}/inputs/site"),
        class: "url".to_owned(),
        value: format!("https://contoso{number}.sharepoint.com/sites/{index}"),
    };
    Write::Put {
        resource: Resource {
            head: Head {
                id: id(number),
                name: format!("Flow number {number}"),
                dialect: "power-automate".to_owned(),
                state: State::Published,
                origin: Origin::Custom,
                attributes: r#"{"creationType": "New, Update"}"#.into(),
            },
            parts: (0..3).map(part).collect(),
        },
        inspection: Inspection {
            identities: vec![format!("pa-flow:{number}"), format!("name:{}", number % 100)],
            references: (0..6).map(reference).collect(),
            literals: (0..4).map(literal).collect(),
            ..Inspection::default()
        },
        owners: None,
        secrets: Vec::new(),
        expected: Expected::Anything,
    }
}

static FIRST: LazyLock<Vec<Write>> = LazyLock::new(|| (0..RESOURCES).map(|number| write(number, 1)).collect());
static SECOND: LazyLock<Vec<Write>> = LazyLock::new(|| (0..RESOURCES).map(|number| write(number, 2)).collect());

fn apply(path: &Path, writes: &[Write]) {
    SqliteEnvironment::open("bench", path, &Holder::this_process("bench", "", NOW))
        .unwrap()
        .apply(&Cause::by("bench", NOW, "put"), writes, &mut |_| ())
        .unwrap();
}

fn filled() -> (TempDir, SqliteReader) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.db");
    apply(&path, &FIRST);
    let reader = SqliteReader::open("bench", &path).unwrap();
    (folder, reader)
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn apply_new(bencher: Bencher<'_, '_>) {
    LazyLock::force(&FIRST);
    bencher
        .with_inputs(|| tempfile::tempdir().unwrap())
        .bench_refs(|folder| apply(&folder.path().join("bench.db"), &FIRST));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn apply_changed(bencher: Bencher<'_, '_>) {
    LazyLock::force(&SECOND);
    bencher.with_inputs(filled).bench_refs(|(folder, _)| apply(&folder.path().join("bench.db"), &SECOND));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn apply_unchanged(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(filled).bench_refs(|(folder, _)| apply(&folder.path().join("bench.db"), &FIRST));
}

#[divan::bench]
fn list(bencher: Bencher<'_, '_>) {
    let (_folder, reader) = filled();
    bencher.bench(|| assert_eq!(reader.list().unwrap().len(), RESOURCES));
}

#[divan::bench(threads = [1, 2])]
fn find_strong(bencher: Bencher<'_, '_>) {
    let (_folder, reader) = filled();
    bencher.bench(|| assert_eq!(reader.find("pa-flow:4711").unwrap().len(), 1));
}

#[divan::bench]
fn find_100(bencher: Bencher<'_, '_>) {
    let (_folder, reader) = filled();
    bencher.bench(|| assert_eq!(reader.find("name:42").unwrap().len(), RESOURCES / 100));
}

#[divan::bench(threads = [1, 2])]
fn get(bencher: Bencher<'_, '_>) {
    let (_folder, reader) = filled();
    bencher.bench(|| reader.get(&id(4711)).unwrap().unwrap());
}

#[divan::bench(threads = [1, 2])]
fn inspection(bencher: Bencher<'_, '_>) {
    let (_folder, reader) = filled();
    bencher.bench(|| reader.inspection(&id(4711)).unwrap());
}

#[divan::bench]
fn referrers(bencher: Bencher<'_, '_>) {
    let (_folder, reader) = filled();
    bencher.bench(|| reader.referrers(&id(4711)).unwrap());
}
