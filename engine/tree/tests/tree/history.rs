//! What an environment in a folder remembers.

use std::fs;

use flowport_core::content::Hash;
use flowport_core::environment::{Environment, EnvironmentError, Expected, ReadEnvironment, Write, fingerprint};
use flowport_core::history::{Brought, Came, Cause, History, Package, RunChange, RunId};
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

fn record(root: &std::path::Path, run: u64) -> std::path::PathBuf {
    root.join(format!(".flowport/history/{run:08}.json"))
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
    let record = record(&root, 1);
    let text = fs::read_to_string(&record).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    for (broken, why) in [
        ("{".to_owned(), "EOF"),
        (text.replace("\"version\":2", "\"version\":3"), "a newer flowport wrote it"),
        (text.replace("\"number\":1", "\"number\":7"), "it is that of run 7"),
        (text.replace("\"kind\":\"flow\"", "\"kind\":\"Flow\""), "no kind"),
        (lines[..1].join("\n"), "EOF"),
        (lines[..2].join("\n"), "EOF"),
        ([lines[0], lines[1], "{\"changes\":[],\"came\":[]}"].join("\n"), "its lines do not agree"),
    ] {
        assert_ne!(broken, text);
        fs::write(&record, broken).unwrap();
        let error = open(&root).changes(RunId(1)).unwrap_err().to_string();
        for part in ["00000001.json", "is no record of a run", why, "take it away"] {
            assert!(error.contains(part), "{part}: {error}");
        }
        assert_eq!(open(&root).list().unwrap().len(), 1);
    }
    fs::remove_file(&record).unwrap();
    assert_eq!(open(&root).runs().unwrap(), []);
    let next = open(&root).apply(&Cause::by("ana", NOW, "put"), &[put(flow("1", "Orders", "{\"a\":1}"))], &mut |_| ());
    assert_eq!(next.unwrap(), Some(RunId(2)), "no number is given twice");
}

#[test]
fn nobody_reads_more_of_a_record_than_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("flows");
    open(&root).apply(&Cause::by("ana", NOW, "put"), &[put(flow("1", "Orders", "{}"))], &mut |_| ()).unwrap();
    let record = record(&root, 1);
    let text = fs::read_to_string(&record).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    fs::write(&record, [lines[0], lines[1], "{"].join("\n")).unwrap();
    assert_eq!(open(&root).runs_of(&id("1")).unwrap().len(), 1);
    open(&root).edited_since(&id("1")).unwrap_err();
    fs::write(&record, [lines[0], "{", lines[2]].join("\n")).unwrap();
    assert_eq!(open(&root).runs().unwrap()[0].changes, 1);
    open(&root).runs_of(&id("1")).unwrap_err();
    fs::write(&record, "{").unwrap();
    let put = |cause: &Cause| open(&root).apply(cause, &[put(flow("2", "More", "{}"))], &mut |_| ());
    assert_eq!(put(&Cause::by("ana", NOW, "put")).unwrap(), Some(RunId(2)), "a write reads none");
    let error = put(&Cause { plan: Some(Hash::of(b"plan")), ..Cause::by("ana", NOW, "import") }).unwrap_err();
    assert!(
        error.to_string().contains("00000001.json"),
        "whether the plan was carried out, only records know: {error}"
    );
}

#[test]
fn records_of_version_1_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("flows");
    let resource = flow("1", "Orders", "{\"a\":1}");
    open(&root).apply(&import("dev", None), &[put(resource.clone())], &mut |_| ()).unwrap();
    let text = "{\"a\":1}";
    fs::write(root.join(".flowport/history/00000001.bytes"), text).unwrap();
    let hash = Hash::of(b"file");
    let image = format!(
        r#"{{"name":"Orders","dialect":"{}","state":"{}","origin":"{}","attributes":{},"owners":["ana"],"parts":[{{"name":"{}","media_type":"{}","hash":"{}","start":0,"len":{}}}],"secrets":[]}}"#,
        resource.head.dialect,
        resource.head.state.as_str(),
        resource.head.origin.as_str(),
        serde_json::Value::from(resource.head.attributes.to_string()),
        resource.parts[0].name,
        resource.parts[0].media_type,
        Hash::of(text.as_bytes()),
        text.len(),
    );
    let [to, from] = ["1", "0"].map(|id| format!(r#"{{"kind":"flow","id":"{id}","version":null}}"#));
    let old = format!(
        r#"{{"version":1,"number":1,"actor":"ana","at":"{NOW}","command":"import","package":{{"name":"Orders","hash":"{hash}","source":"dev"}},"plan":null,"undoes":null,"partial":false,"changes":[{{"resource":{to},"before":null,"after":{image}}}],"came":[{{"to":{to},"from":{from},"image":{image},"kept":false}}]}}"#
    );
    fs::write(record(&root, 1), old).unwrap();
    let environment = open(&root);
    let run = environment.run(RunId(1)).unwrap().unwrap();
    assert_eq!((run.changes, run.package.as_ref().map(|package| package.source.as_str())), (1, Some("dev")));
    assert_eq!(environment.runs_of(&id("1")).unwrap(), [run]);
    let changes = environment.changes(RunId(1)).unwrap();
    let [RunChange { id: changed, before: None, after: Some(after) }] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    assert_eq!((changed, fingerprint(&after.resource)), (&id("1"), fingerprint(&resource)));
    assert_eq!(after.resource.parts[0].content.read_all().unwrap(), text.as_bytes());
    assert!(!environment.edited_since(&id("1")).unwrap());
    drop(environment);
    assert_eq!(base(&root, "dev"), Some((1, None)));
    let delete = Write::Delete { id: id("1"), expected: Expected::Anything };
    open(&root).apply(&Cause::by("ana", NOW, "delete"), &[delete], &mut |_| ()).unwrap();
    fs::remove_file(record(&root, 2)).unwrap();
    assert_eq!(open(&root).gone().unwrap(), [(id("1"), "Orders".to_owned())], "its images know the name");
}

#[test]
fn what_was_taken_back_is_done_again_where_that_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("flows");
    open(&root).apply(&import("dev", None), &[put(flow("1", "Orders", "{}"))], &mut |_| ()).unwrap();
    // By run: what each was undone by, the first one first.
    let expected: [&[Option<u64>]; 3] = [&[Some(2), None], &[None, Some(3), None], &[Some(2), None, Some(4), None]];
    for (undone, expected) in (1..).zip(expected) {
        let undo = Cause { undoes: Some(RunId(undone)), ..Cause::by("ana", NOW, "undo") };
        open(&root).apply(&undo, &[], &mut |_| ()).unwrap();
        let mut runs = open(&root).runs().unwrap();
        runs.reverse();
        let undone_by: Vec<Option<u64>> = runs.iter().map(|run| run.undone_by.map(|by| by.0)).collect();
        assert_eq!(undone_by, expected, "after run {}", undone + 1);
    }
}

#[test]
fn what_is_another_one_than_its_last_run_left_was_edited_since() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("flows");
    let edited = || DirReader::open("dev", &root, REGISTRY.clone()).unwrap().edited_since(&id("1")).unwrap();
    assert!(!edited(), "it was never there");
    open(&root)
        .apply(&Cause::by("ana", NOW, "put"), &[put(flow("1", "Orders", r#"{"a":1,"password":null}"#))], &mut |_| ())
        .unwrap();
    assert!(!edited());
    let resource = fs::read_dir(root.join("flow")).unwrap().next().unwrap().unwrap().path();
    let file = resource.join("flow.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace(": null", ": \"hunter2\"")).unwrap();
    assert!(edited(), "a secret that somebody wrote into it is a change, though it is kept apart");
    fs::write(&file, text.replace(": 1", ": 2")).unwrap();
    assert!(edited());
    open(&root)
        .apply(&Cause::by("ben", NOW, "put"), &[put(flow("1", "Orders", r#"{"a":2,"password":null}"#))], &mut |_| ())
        .unwrap();
    assert!(!edited(), "the last run left it so");
    let history = root.join(".flowport/history");
    fs::rename(&history, folder.path().join("history")).unwrap();
    assert!(edited(), "no run brought it");
    fs::rename(folder.path().join("history"), &history).unwrap();
    fs::remove_dir_all(&resource).unwrap();
    assert!(edited(), "no run took it out");
    let delete = Write::Delete { id: id("1"), expected: Expected::Anything };
    open(&root).apply(&Cause::by("ana", NOW, "delete"), &[delete], &mut |_| ()).unwrap();
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
