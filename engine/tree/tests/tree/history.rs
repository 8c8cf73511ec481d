//! What an environment in a folder remembers.

use std::fs;

use flowport_core::content::Hash;
use flowport_core::environment::{Environment, EnvironmentError, Expected, Write, fingerprint};
use flowport_core::history::{Brought, Came, Cause, History, Package, RunId};
use flowport_core::inspect::inspect;
use flowport_core::model::Resource;
use flowport_tree::{DirEnvironment, DirReader, remove};

use crate::fake::{HOLDER, REGISTRY, flow, id};

const NOW: &str = "2026-01-01T00:00:00Z";

fn put(resource: Resource) -> Write {
    let inspection = inspect(&REGISTRY, resource.clone()).inspection;
    Write::Put { resource, inspection, owners: None, secrets: Vec::new(), expected: Expected::Anything }
}

fn open(root: &std::path::Path) -> DirEnvironment {
    DirEnvironment::open("dev", root, REGISTRY.clone(), &HOLDER).unwrap()
}

fn import(source: &str, resource: Option<Resource>) -> Cause {
    let package = Package { name: "Orders".to_owned(), hash: Hash::of(b"file"), source: source.to_owned() };
    let came = vec![Came { to: id("1"), from: id("0"), resource, secrets: Vec::new() }];
    Cause { brought: Some(Brought { package, came }), ..Cause::by("ana", NOW, "import") }
}

/// The run of a base, and whether it is what came, or none where that is there.
fn base(root: &std::path::Path, source: &str) -> Option<(u64, Option<Hash>)> {
    let reader = DirReader::open("dev", root, REGISTRY.clone()).unwrap();
    let base = reader.base(&id("1"), &id("0"), source).unwrap()?;
    Some((base.run.id.0, base.resource.as_ref().map(fingerprint)))
}

#[test]
fn a_base_is_what_came_last_also_where_files_were_edited_since() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("flows");
    let first = flow("1", "Orders", "{\"a\":1}");
    open(&root).apply(&import("dev", None), &[put(first.clone())], &mut |_| ()).unwrap();
    assert_eq!((base(&root, "dev"), base(&root, "test")), (Some((1, None)), None));
    let file = fs::read_dir(root.join("flow")).unwrap().next().unwrap().unwrap().path().join("flow.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace(": 1", ": 2")).unwrap();
    assert_eq!(base(&root, "dev"), Some((1, Some(fingerprint(&first)))), "no run changed it, and it is another one");
    fs::write(&file, text).unwrap();
    let merged = flow("1", "Orders", "{\"a\":3}");
    open(&root).apply(&import("dev", Some(merged.clone())), &[], &mut |_| ()).unwrap();
    assert_eq!(base(&root, "dev"), Some((2, Some(fingerprint(&merged)))));
    let undo = Cause { undoes: Some(RunId(2)), ..Cause::by("ana", NOW, "undo") };
    open(&root).apply(&undo, &[], &mut |_| ()).unwrap();
    assert_eq!(base(&root, "dev"), Some((1, None)), "what was undone never came");
}

#[test]
fn a_saved_plan_is_carried_out_once() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("flows");
    let cause = Cause { plan: Some(Hash::of(b"plan")), ..import("dev", None) };
    open(&root).apply(&cause, &[put(flow("1", "Orders", "{}"))], &mut |_| ()).unwrap();
    let error = open(&root).apply(&cause, &[put(flow("1", "Orders", "{\"a\":1}"))], &mut |_| ()).unwrap_err();
    assert!(matches!(error, EnvironmentError::AppliedBefore { run: RunId(1), .. }), "{error}");
    assert_eq!(open(&root).runs().unwrap().len(), 1);
}

#[test]
fn a_broken_record_of_a_run_is_named_and_nothing_else_goes_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("flows");
    open(&root).apply(&Cause::by("ana", NOW, "put"), &[put(flow("1", "Orders", "{}"))], &mut |_| ()).unwrap();
    let record = root.join(".flowport/history/00000001.json");
    let text = fs::read_to_string(&record).unwrap();
    for (broken, why) in [
        ("{".to_owned(), "EOF"),
        (text.replace("\"version\":1", "\"version\":2"), "a newer flowport wrote it"),
        (text.replace("\"number\":1", "\"number\":7"), "it is that of run 7"),
        (text.replace("\"kind\":\"flow\"", "\"kind\":\"Flow\""), "no kind"),
    ] {
        assert_ne!(broken, text);
        fs::write(&record, broken).unwrap();
        let error = open(&root).runs().unwrap_err().to_string();
        for part in ["00000001.json", "is no record of a run", why, "take it away"] {
            assert!(error.contains(part), "{part}: {error}");
        }
        use flowport_core::environment::ReadEnvironment as _;
        assert_eq!(open(&root).list().unwrap().len(), 1);
    }
    fs::remove_file(&record).unwrap();
    assert_eq!(open(&root).runs().unwrap(), []);
    let next = open(&root).apply(&Cause::by("ana", NOW, "put"), &[put(flow("1", "Orders", "{\"a\":1}"))], &mut |_| ());
    assert_eq!(next.unwrap(), Some(RunId(2)), "no number is given twice");
}

#[test]
fn what_is_remembered_goes_with_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("flows");
    for text in ["{}", "{\"a\":1}"] {
        open(&root).apply(&Cause::by("ana", NOW, "put"), &[put(flow("1", "Orders", text))], &mut |_| ()).unwrap();
    }
    assert_eq!(fs::read_dir(root.join(".flowport/history")).unwrap().count(), 4);
    remove("dev", &root, &HOLDER).unwrap();
    assert!(!root.exists(), "{:?}", crate::fake::files(&root));
}
