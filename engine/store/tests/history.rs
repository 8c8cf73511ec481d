//! Runs: who did what, what was there before and after, and what came from where.

mod common;

use std::sync::Arc;

use common::{NOW, delete, fixture, id, inspection, put, resource};
use flowport_core::content::Hash;
use flowport_core::environment::{Environment, EnvironmentError, Expected, ReadEnvironment, Write};
use flowport_core::history::{Brought, Came, Cause, History, LastChange, Package, RunId, last_change};
use flowport_core::model::{Resource, SlotValue};
use flowport_secrets::Vault;
use flowport_store::SqliteReader;

fn text(resource: &Resource) -> String {
    String::from_utf8(resource.parts[0].content.read_all().unwrap()).unwrap()
}

fn brought(source: &str, came: Vec<Came>) -> Cause {
    let package = Package { name: "Orders".to_owned(), hash: Hash::of(b"file"), source: source.to_owned() };
    Cause { brought: Some(Brought { package, came }), ..Cause::by("ana", NOW, "import") }
}

fn came(to: &str, from: &str) -> Came {
    Came { to: id(to), from: id(from), resource: None, secrets: Vec::new() }
}

#[test]
fn each_run_has_what_was_there_before_and_after() {
    let mut fixture = fixture();
    let mut run = |cause: Cause, writes: &[Write]| fixture.environment.apply(&cause, writes, &mut |_| ()).unwrap();
    let first = run(Cause::by("ana", NOW, "put"), &[put(resource("flow/a", "1")), put(resource("flow/b", "b"))]);
    let second = run(Cause::by("ben", "2026-03-02T00:00:00Z", "edit"), &[put(resource("flow/a", "2"))]);
    let third = run(Cause::by("ana", NOW, "delete"), &[delete("flow/a"), delete("flow/none")]);
    assert_eq!([first, second, third], [Some(RunId(1)), Some(RunId(2)), Some(RunId(3))]);
    let reader = SqliteReader::open("dev", &fixture.path).unwrap();
    let listed: Vec<_> =
        reader.runs().unwrap().into_iter().map(|run| (run.id.0, run.actor, run.command, run.changes)).collect();
    let line = |id, actor: &str, command: &str, changes| (id, actor.to_owned(), command.to_owned(), changes);
    assert_eq!(listed, [line(3, "ana", "delete", 1), line(2, "ben", "edit", 1), line(1, "ana", "put", 2)]);
    let images = |run| -> Vec<(String, Option<String>, Option<String>)> {
        let changes = reader.changes(RunId(run)).unwrap();
        let texts = |image: Option<flowport_core::history::Image>| image.map(|image| text(&image.resource));
        changes.into_iter().map(|it| (it.id.to_string(), texts(it.before), texts(it.after))).collect()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(images(1), [("flow/a".to_owned(), None, some("1")), ("flow/b".to_owned(), None, some("b"))]);
    assert_eq!(images(2), [("flow/a".to_owned(), some("1"), some("2"))]);
    assert_eq!(images(3), [("flow/a".to_owned(), some("2"), None)]);
    assert_eq!(images(4), []);
    let Some(LastChange::Run(last)) = last_change(&reader, &id("flow/a")).unwrap() else { panic!("nobody knows") };
    assert_eq!(last.id, RunId(3));
    assert_eq!(last_change(&reader, &id("flow/none")).unwrap(), None);
    let of_a: Vec<u64> = reader.runs_of(&id("flow/a")).unwrap().iter().map(|run| run.id.0).collect();
    assert_eq!(of_a, [3, 2, 1]);
}

#[test]
fn an_image_has_head_owners_and_the_secrets_of_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Arc::new(Vault::at(&folder.path().join("secrets.key")));
    let path = folder.path().join("dev.db");
    let mut environment = common::open(&path).unwrap().with_vault(vault);
    let write = |bytes: &str, owners: Option<Vec<String>>, value: Option<&str>| Write::Put {
        resource: resource("flow/a@2", bytes),
        inspection: inspection(),
        owners,
        secrets: vec![SlotValue { slot: "d#/p".to_owned(), value: value.map(str::to_owned) }],
        expected: Expected::Anything,
    };
    let mut put = |write| environment.apply(&Cause::by("ana", NOW, "put"), &[write], &mut |_| ()).unwrap();
    put(write("1", Some(vec!["ben".to_owned(), "ana".to_owned()]), Some("\"old\"")));
    put(write("2", Some(Vec::new()), Some("\"new\"")));
    put(write("3", None, None));
    let change = &environment.changes(RunId(2)).unwrap()[0];
    let (before, after) = (change.before.as_ref().unwrap(), change.after.as_ref().unwrap());
    assert_eq!(
        (before.owners.as_slice(), after.owners.as_slice()),
        (&["ben".to_owned(), "ana".to_owned()][..], &[][..])
    );
    assert_eq!((&before.resource.head, &after.resource.head), (&resource("flow/a@2", "").head, &before.resource.head));
    let values = |run| -> Vec<String> {
        let secrets = environment.secrets_before(RunId(run), &id("flow/a@2")).unwrap();
        secrets.into_iter().filter_map(|secret| secret.value).collect()
    };
    assert_eq!([values(1), values(2), values(3)], [vec![], vec!["\"old\"".to_owned()], vec!["\"new\"".to_owned()]]);
}

#[test]
fn what_is_written_twice_in_one_run_is_one_change() {
    let mut fixture = fixture();
    fixture.apply(&[put(resource("flow/a", "1"))]).unwrap();
    fixture.apply(&[delete("flow/a"), put(resource("flow/a", "2")), put(resource("flow/a", "3"))]).unwrap();
    let changes = fixture.environment.changes(RunId(2)).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(text(&changes[0].before.as_ref().unwrap().resource), "1");
    assert_eq!(text(&changes[0].after.as_ref().unwrap().resource), "3");
}

#[test]
fn a_base_is_what_came_last_from_that_source_for_that_resource() {
    let mut fixture = fixture();
    let mut run = |cause: &Cause, writes: &[Write]| fixture.environment.apply(cause, writes, &mut |_| ()).unwrap();
    run(&brought("dev", vec![came("flow/p", "flow/d")]), &[put(resource("flow/p", "1"))]);
    let base = |source: &str, from: &str| {
        let reader = SqliteReader::open("dev", &fixture.path).unwrap();
        reader
            .base(&id("flow/p"), &id(from), source)
            .unwrap()
            .map(|base| (base.run.id.0, base.resource.map(|it| text(&it))))
    };
    assert_eq!(base("dev", "flow/d"), Some((1, None)), "nobody has written to it since");
    assert_eq!((base("test", "flow/d"), base("dev", "flow/e")), (None, None));
    run(&Cause::by("ben", NOW, "edit"), &[put(resource("flow/p", "by hand"))]);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(base("dev", "flow/d"), Some((1, some("1"))));
    // What came was merged with what is there, or not taken: the base is what came.
    let merged = Came { resource: Some(resource("flow/p", "2")), ..came("flow/p", "flow/d") };
    run(&brought("dev", vec![merged]), &[]);
    assert_eq!(base("dev", "flow/d"), Some((3, some("2"))));
    run(&Cause::by("ben", NOW, "delete"), &[delete("flow/p")]);
    assert_eq!(base("dev", "flow/d"), Some((3, some("2"))), "also where it was taken out since");
}

#[test]
fn what_was_undone_never_came_until_the_undo_is_undone() {
    let mut fixture = fixture();
    let mut run = |cause: Cause, text: &str| {
        fixture.environment.apply(&cause, &[put(resource("flow/p", text))], &mut |_| ()).unwrap().unwrap()
    };
    run(brought("dev", vec![came("flow/p", "flow/d")]), "1");
    let import = run(brought("dev", vec![came("flow/p", "flow/d")]), "2");
    let base = || {
        let reader = SqliteReader::open("dev", &fixture.path).unwrap();
        reader.base(&id("flow/p"), &id("flow/d"), "dev").unwrap().map(|base| base.run.id)
    };
    assert_eq!(base(), Some(import));
    let undo = run(Cause { undoes: Some(import), ..Cause::by("ana", NOW, "undo") }, "1");
    assert_eq!(base(), Some(RunId(1)));
    let undone = fixture.environment.run(import).unwrap().unwrap();
    assert_eq!((undone.undone_by, undone.is_effective()), (Some(undo), false));
    let redo = fixture.environment.apply(
        &Cause { undoes: Some(undo), ..Cause::by("ana", NOW, "undo") },
        &[put(resource("flow/p", "2"))],
        &mut |_| (),
    );
    assert_eq!(redo.unwrap(), Some(RunId(4)));
    assert_eq!(SqliteReader::open("dev", &fixture.path).unwrap().run(import).unwrap().unwrap().undone_by, None);
}

#[test]
fn a_saved_plan_is_carried_out_once() {
    let mut fixture = fixture();
    let cause = Cause { plan: Some(Hash::of(b"plan")), ..brought("dev", Vec::new()) };
    fixture.environment.apply(&cause, &[put(resource("flow/a", "1"))], &mut |_| ()).unwrap();
    let error = fixture.environment.apply(&cause, &[put(resource("flow/a", "2"))], &mut |_| ()).unwrap_err();
    assert!(matches!(error, EnvironmentError::AppliedBefore { run: RunId(1), .. }), "{error}");
    assert_eq!(text(&fixture.environment.get(&id("flow/a")).unwrap().unwrap()), "1");
    assert_eq!(fixture.environment.runs().unwrap().len(), 1);
}

#[test]
fn nothing_to_do_is_no_run_and_a_refused_write_leaves_none() {
    let mut fixture = fixture();
    assert_eq!(fixture.environment.apply(&Cause::by("ana", NOW, "put"), &[], &mut |_| ()).unwrap(), None);
    assert_eq!(fixture.environment.apply(&brought("dev", Vec::new()), &[], &mut |_| ()).unwrap(), None);
    let stale = common::put_expecting(resource("flow/a", "1"), Expected::Fingerprint(Hash::of(b"other")));
    assert!(fixture.apply(&[put(resource("flow/b", "1")), stale]).is_err());
    for table in ["run", "change", "image", "came", "content"] {
        assert_eq!(fixture.count(table), 0, "{table}");
    }
}
