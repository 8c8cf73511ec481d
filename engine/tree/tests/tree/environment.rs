//! An environment in a folder behaves as one in a database.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use flowport_core::check::check;
use flowport_core::environment::{
    Environment, EnvironmentError, Expected, ReadEnvironment, Write, fingerprint, other_versions,
};
use flowport_core::history::Cause;
use flowport_core::inspect::inspect;
use flowport_core::model::{Inspection, Resource, ResourceId, SlotValue};
use flowport_secrets::Vault;
use flowport_tree::{DirEnvironment, DirReader, remove};

use crate::fake::{HOLDER, REGISTRY, files, flow, id, package, packed, refused, unpacked};

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("flows")
    }

    fn open(&self) -> DirEnvironment {
        let vault = Arc::new(Vault::at(&self.folder.path().join("key")));
        DirEnvironment::open("dev", &self.root(), REGISTRY.clone(), &HOLDER).unwrap().with_vault(vault)
    }

    fn read(&self) -> DirReader {
        let vault = Arc::new(Vault::at(&self.folder.path().join("key")));
        DirReader::open("dev", &self.root(), REGISTRY.clone()).unwrap().with_vault(vault)
    }

    fn apply(&self, writes: &[Write]) -> Result<(), EnvironmentError> {
        self.open().apply(&Cause::by("ana", "2026-01-01T00:00:00Z", "put"), writes, &mut |_| ()).map(drop)
    }
}

fn put(resource: Resource, expected: Expected) -> Write {
    let inspection = inspect(&REGISTRY, resource.clone()).inspection;
    Write::Put { resource, inspection, owners: None, secrets: Vec::new(), expected }
}

fn file_of(root: &Path, ending: &str) -> std::path::PathBuf {
    root.join(files(root).into_keys().find(|name| !name.starts_with("layout/") && name.ends_with(ending)).unwrap())
}

#[test]
fn what_is_put_is_there_with_all_that_is_known_of_it() {
    let place = Place::new();
    assert_eq!(place.read().list().unwrap(), []);
    assert!(!place.root().exists(), "reading makes nothing");
    let (first, second) = (flow("1", "Orders", "{\"needs\":[\"2\"],\"time\":7}"), flow("2", "Base", "{ \"a\": 1 }"));
    place.apply(&[put(first.clone(), Expected::Absent), put(second.clone(), Expected::Absent)]).unwrap();
    let reader = place.read();
    let names: Vec<String> = reader.list().unwrap().into_iter().map(|summary| summary.head.name).collect();
    assert_eq!(names, ["Base", "Orders"]);
    let summary = &reader.list().unwrap()[1];
    assert_eq!(
        (summary.owners.as_slice(), summary.changed.as_str()),
        (["ana".to_owned()].as_slice(), "2026-01-01T00:00:00Z")
    );
    assert_eq!(fingerprint(&reader.get(&id("1")).unwrap().unwrap()), fingerprint(&first));
    assert_eq!(fingerprint(&reader.get(&id("2")).unwrap().unwrap()), fingerprint(&second));
    assert_eq!(reader.find("fake:Orders").unwrap(), std::slice::from_ref(&first.head));
    assert_eq!(reader.referrers(&id("2")).unwrap()[0].from, id("1"));
    assert_eq!(reader.inspection(&id("3")).unwrap(), Inspection::default());
}

#[test]
fn a_write_that_expects_something_else_is_refused_with_all_others() {
    let place = Place::new();
    place.apply(&[put(flow("1", "Orders", "{}"), Expected::Absent)]).unwrap();
    let before = files(&place.root());
    let other = flow("2", "Other", "{}");
    let stale = Expected::Fingerprint(fingerprint(&other));
    for write in [
        put(flow("1", "New", "{}"), Expected::Absent),
        put(flow("1", "New", "{}"), stale),
        Write::Delete { id: id("1"), expected: stale },
        Write::Delete { id: id("3"), expected: stale },
    ] {
        let refused = place.apply(&[put(other.clone(), Expected::Absent), write]);
        assert!(matches!(refused, Err(EnvironmentError::Stale { .. })), "{refused:?}");
        assert_eq!(files(&place.root()), before);
    }
    let there = Expected::Fingerprint(fingerprint(&flow("1", "Orders", "{}")));
    place.apply(&[Write::Delete { id: id("1"), expected: there }]).unwrap();
    let left: Vec<String> = files(&place.root()).into_keys().collect();
    assert_eq!(left, [".gitattributes", "package.json"]);
}

#[test]
fn later_writes_of_a_transaction_see_the_earlier_ones() {
    let place = Place::new();
    let (old, new) = (flow("1", "Orders", "{}"), flow("1", "Orders", "{\"a\":1}"));
    let there = Expected::Fingerprint(fingerprint(&old));
    place.apply(&[put(old, Expected::Absent), put(new.clone(), there)]).unwrap();
    assert_eq!(fingerprint(&place.read().get(&id("1")).unwrap().unwrap()), fingerprint(&new));
    let there = Expected::Fingerprint(fingerprint(&new));
    place.apply(&[Write::Delete { id: id("1"), expected: there }, put(new, Expected::Absent)]).unwrap();
    assert_eq!(place.read().list().unwrap().len(), 1);
}

#[test]
fn versions_come_in_the_order_in_which_they_came() {
    let place = Place::new();
    let version = |version: &str| {
        let mut resource = flow("1", "Orders", "{}");
        resource.head.id = ResourceId::new("flow", "1", Some(version)).unwrap();
        resource
    };
    for number in ["10", "9", "11"] {
        place.apply(&[put(version(number), Expected::Absent)]).unwrap();
    }
    place.apply(&[put(version("10"), Expected::Anything)]).unwrap();
    assert_eq!(place.read().versions("flow", "1").unwrap(), ["10", "9", "11"]);
    assert_eq!(other_versions(&place.read(), &version("9").head.id).unwrap().len(), 2);
}

#[test]
fn an_edit_by_hand_is_the_truth_and_other_files_stay_untouched() {
    let place = Place::new();
    place
        .apply(&[
            put(flow("1", "Orders", "{\"a\":\"old\"}"), Expected::Absent),
            put(flow("2", "Two", "{}"), Expected::Absent),
        ])
        .unwrap();
    let file = file_of(&place.root(), "flow.json");
    let text = fs::read_to_string(&file).unwrap().replace("old", "by hand");
    fs::write(&file, text.replace("  ", "\t")).unwrap();
    let there = place.read().get(&id("1")).unwrap().unwrap();
    assert_eq!(there.parts[0].content.read_all().unwrap(), b"{\"a\":\"by hand\"}");
    let before = files(&place.root());
    let mut renamed = there.clone();
    renamed.head.name = "Renamed".to_owned();
    place.apply(&[put(renamed, Expected::Fingerprint(fingerprint(&there)))]).unwrap();
    let after = files(&place.root());
    let changed: Vec<&String> = after.keys().filter(|name| before.get(*name) != after.get(*name)).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(changed[0].ends_with("resource.json"));
}

#[test]
fn a_broken_file_hides_its_own_resource_and_stops_writing() {
    let place = Place::new();
    place
        .apply(&[put(flow("1", "Orders", "{}"), Expected::Absent), put(flow("2", "Two", "{}"), Expected::Absent)])
        .unwrap();
    let file = file_of(&place.root(), "flow.json");
    fs::write(&file, "{\n<<<<<<< HEAD\n").unwrap();
    let reader = place.read();
    assert_eq!(reader.list().unwrap().len(), 1);
    let problems = reader.problems().unwrap();
    assert!(problems.len() == 1 && problems[0].summary.contains("flow.json:2:1: "), "{problems:?}");
    assert_eq!(problems[0].resource, Some(id("1")));
    let refused = place.apply(&[put(flow("3", "Three", "{}"), Expected::Absent)]).unwrap_err();
    assert!(refused.to_string().contains("flow.json:2:1: "), "{refused}");
    assert_eq!(place.read().list().unwrap().len(), 1);
}

const PASSWORD: &str = "flow.json#/password";

#[test]
fn secrets_are_kept_sealed_beside_the_tree_and_never_in_it() {
    let place = Place::new();
    let resource = flow("1", "Orders", "{\"password\":null}");
    let secret = |value: Option<&str>| {
        let inspection = inspect(&REGISTRY, resource.clone()).inspection;
        let secrets = vec![SlotValue { slot: PASSWORD.to_owned(), value: value.map(str::to_owned) }];
        Write::Put { resource: resource.clone(), inspection, owners: None, secrets, expected: Expected::Anything }
    };
    place.apply(&[secret(Some("\"hunter2\""))]).unwrap();
    let read =
        || place.read().secrets(&id("1")).unwrap().into_iter().filter_map(|secret| secret.value).collect::<Vec<_>>();
    assert_eq!(read(), ["\"hunter2\""]);
    assert!(place.read().inspection(&id("1")).unwrap().secrets[0].is_set);
    let all =
        files(&place.root()).into_values().chain([fs::read(place.root().join(".flowport/secrets.json")).unwrap()]);
    assert!(all.map(|bytes| String::from_utf8(bytes).unwrap()).all(|text| !text.contains("hunter2")));
    assert_eq!(fs::read_to_string(place.root().join(".flowport/.gitignore")).unwrap(), "*\n");
    place.apply(&[put(resource.clone(), Expected::Anything)]).unwrap();
    assert_eq!(read(), ["\"hunter2\""], "another write keeps it");
    place.apply(&[secret(None)]).unwrap();
    assert_eq!(read(), Vec::<String>::new());
    assert!(!place.read().inspection(&id("1")).unwrap().secrets[0].is_set);
    place.apply(&[secret(Some("1"))]).unwrap();
    place.apply(&[Write::Delete { id: id("1"), expected: Expected::Anything }]).unwrap();
    assert!(!place.root().join(".flowport/secrets.json").exists(), "they go with their resource");
}

#[test]
fn a_secret_that_somebody_wrote_into_a_file_is_taken_out_of_it() {
    let place = Place::new();
    place.apply(&[put(flow("1", "Orders", "{\"password\":null,\"a\":1}"), Expected::Absent)]).unwrap();
    let file = file_of(&place.root(), "flow.json");
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("null", "\"hunter2\"")).unwrap();
    let there = place.read().get(&id("1")).unwrap().unwrap();
    assert_eq!(there.parts[0].content.read_all().unwrap(), b"{\"password\":null,\"a\":1}");
    let inspection = place.read().inspection(&id("1")).unwrap();
    assert!(inspection.secrets[0].is_set);
    let expected = Expected::Fingerprint(fingerprint(&there));
    let changed = flow("1", "Orders", "{\"password\":null,\"a\":2}");
    place.apply(&[put(changed, expected)]).unwrap();
    assert!(!fs::read_to_string(&file).unwrap().contains("hunter2"));
    assert_eq!(place.read().secrets(&id("1")).unwrap()[0].value.as_deref(), Some("\"hunter2\""));
}

#[test]
fn a_later_write_of_a_transaction_knows_a_secret_better_than_the_file() {
    let place = Place::new();
    let resource = flow("1", "Orders", "{\"password\":null}");
    place.apply(&[put(resource.clone(), Expected::Absent)]).unwrap();
    let file = file_of(&place.root(), "flow.json");
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("null", "\"hunter2\"")).unwrap();
    let mut first = put(resource.clone(), Expected::Anything);
    let Write::Put { secrets, .. } = &mut first else { unreachable!("a put is one") };
    secrets.push(SlotValue { slot: PASSWORD.to_owned(), value: Some("\"new\"".to_owned()) });
    place.apply(&[first, put(resource, Expected::Anything)]).unwrap();
    assert_eq!(place.read().secrets(&id("1")).unwrap()[0].value.as_deref(), Some("\"new\""));
}

#[test]
fn a_resource_whose_secrets_nobody_can_find_is_not_shown() {
    for (mark, why) in [("fails", "it says nothing"), ("malformed", "it is malformed")] {
        let place = Place::new();
        let two = flow("2", "Two", "{}");
        place.apply(&[put(flow("1", "Orders", "{\"a\":1}"), Expected::Absent), put(two, Expected::Absent)]).unwrap();
        // Orders comes before Two.
        let (file, one) = (file_of(&place.root(), "flow.json"), id("1"));
        fs::write(&file, format!("{{\"password\":\"hunter2\",\"{mark}\":true}}")).unwrap();
        let reader = place.read();
        let errors = [
            reader.get(&one).map(|_| ()).unwrap_err(),
            reader.inspection(&one).map(|_| ()).unwrap_err(),
            reader.secrets(&one).map(|_| ()).unwrap_err(),
            place.apply(&[put(flow("1", "Orders", "{}"), Expected::Anything)]).unwrap_err(),
        ];
        for error in errors.map(|error| error.to_string()) {
            assert!(
                error.contains(why) && error.contains(&one.to_string()) && error.contains("mend its files"),
                "{error}"
            );
            assert!(!error.contains("hunter2"));
        }
        assert!(reader.get(&id("2")).unwrap().is_some());
        let found = check(&REGISTRY, &reader, &mut || ()).unwrap();
        assert!(found.len() == 1 && found[0].code == "C-READ" && found[0].resource == Some(one), "{found:?}");
    }
}

#[test]
fn a_package_can_become_an_environment_and_is_one_still() {
    let place = Place::new();
    unpacked(&package([flow("1", "Z", "{}"), flow("2", "A", "{}")]), &place.root());
    place
        .apply(&[
            Write::Delete { id: id("1"), expected: Expected::Anything },
            put(flow("3", "B", "{}"), Expected::Absent),
        ])
        .unwrap();
    let ids: Vec<String> =
        packed(&place.root()).resources.iter().map(|entry| entry.resource.head.id.id.to_string()).collect();
    assert_eq!(ids, ["2", "3"]);
}

#[test]
fn a_package_json_of_somebody_else_is_not_written_over() {
    let place = Place::new();
    fs::create_dir(place.root()).unwrap();
    let npm = "{\n  \"name\": \"web\",\n  \"version\": \"1.0.0\"\n}\n";
    fs::write(place.root().join("package.json"), npm).unwrap();
    let problems = place.read().problems().unwrap();
    assert!(problems.len() == 1 && problems[0].is_error() && problems[0].help.is_some(), "{problems:?}");
    let refused = place.apply(&[put(flow("1", "Orders", "{}"), Expected::Absent)]).unwrap_err();
    assert!(refused.to_string().contains("none of flowport's"), "{refused}");
    assert_eq!(files(&place.root()), [("package.json".to_owned(), npm.into())].into());
}

#[test]
fn a_package_that_became_an_environment_is_one_to_unpack_as_well() {
    let package = package([flow("1", "Orders", "{\"password\":null}")]);
    let all = |place: &Place| (files(&place.root()), fs::read(place.root().join(".flowport/secrets.json")).ok());
    let refuses = |place: &Place| {
        let before = all(place);
        let error = refused(&package, &place.root(), true);
        assert!(error.to_string().contains("folder of an environment"), "{error}");
        assert_eq!(all(place), before);
    };
    let place = Place::new();
    unpacked(&package, &place.root());
    unpacked(&package, &place.root());
    place.apply(&[put(flow("2", "Two", "{}"), Expected::Absent)]).unwrap();
    refuses(&place);
    // Without its layout it has owners still, and without those its secrets.
    fs::remove_dir_all(place.root().join("layout")).unwrap();
    refuses(&place);
    let place = Place::new();
    unpacked(&package, &place.root());
    fs::create_dir_all(place.root().join(".flowport")).unwrap();
    fs::write(place.root().join(".flowport/secrets.json"), "{\"version\":1,\"secrets\":[]}").unwrap();
    refuses(&place);
}

#[test]
fn removing_takes_what_flowport_made_and_nothing_else() {
    let place = Place::new();
    remove("dev", &place.root(), &HOLDER).unwrap();
    place.apply(&[put(flow("1", "Orders", "{}"), Expected::Absent)]).unwrap();
    fs::write(place.root().join("README.md"), "mine").unwrap();
    fs::write(file_of(&place.root(), "resource.json").with_file_name("notes.txt"), "mine").unwrap();
    remove("dev", &place.root(), &HOLDER).unwrap();
    let left: Vec<String> = files(&place.root()).into_keys().collect();
    assert!(left.len() == 2 && left[0] == "README.md" && left[1].ends_with("notes.txt"), "{left:?}");
    assert!(!place.root().join(".flowport").exists());
    let place = Place::new();
    place.apply(&[put(flow("1", "Orders", "{}"), Expected::Absent)]).unwrap();
    remove("dev", &place.root(), &HOLDER).unwrap();
    assert!(!place.root().exists());
}

#[test]
fn what_is_in_the_way_stops_a_write_and_nothing_else() {
    let place = Place::new();
    fs::create_dir_all(place.root()).unwrap();
    fs::write(place.root().join("flow"), "mine").unwrap();
    let write = [put(flow("1", "Orders", "{}"), Expected::Absent)];
    let error = place.apply(&write).unwrap_err();
    assert!(matches!(error, EnvironmentError::Store { .. }), "{error:?}");
    assert!(error.to_string().contains("move it away"), "{error}");
    assert_eq!(place.read().list().unwrap(), [], "nothing was written");
    fs::remove_file(place.root().join("flow")).unwrap();
    assert_eq!(place.read().list().unwrap(), []);
    place.apply(&write).unwrap();
    assert_eq!(place.read().list().unwrap().len(), 1);
}

/// A root so deep that the record can be written, and files of a resource cannot.
#[cfg(target_os = "linux")]
#[test]
fn what_fails_after_the_decision_is_unfinished_and_finished_later() {
    const LONGEST: usize = 4095;
    let place = Place::new();
    let mut root = place.root();
    let length = LONGEST - "/.flowport/staging-1/commit.json".len();
    while length - root.as_os_str().len() > 250 {
        root.push("d".repeat(200));
    }
    root.push("d".repeat(length - root.as_os_str().len() - 1));
    let mut environment = DirEnvironment::open("dev", &root, REGISTRY.clone(), &HOLDER).unwrap();
    let write = [put(flow("1", "Orders", "{}"), Expected::Absent)];
    let error = environment.apply(&Cause::by("ana", "2026-01-01T00:00:00Z", "put"), &write, &mut |_| ()).unwrap_err();
    assert!(matches!(error, EnvironmentError::Unfinished { .. }), "{error:?}");
    assert!(error.to_string().contains("the next command finishes it"), "{error}");
    // Another write is not decided while that one is not finished.
    let write = [put(flow("2", "Base", "{}"), Expected::Absent)];
    let error = environment.apply(&Cause::by("ana", "2026-01-01T00:00:00Z", "put"), &write, &mut |_| ()).unwrap_err();
    assert!(matches!(error, EnvironmentError::Store { .. }), "{error:?}");
    assert!(error.to_string().contains("an earlier change"), "{error}");
    drop(environment);
    let near = place.folder.path().join("near");
    fs::rename(&root, &near).unwrap();
    let there = DirReader::open("dev", &near, REGISTRY.clone()).unwrap().list().unwrap();
    assert_eq!(there.iter().map(|summary| &*summary.head.name).collect::<Vec<_>>(), ["Orders"]);
}
