//! All writes or none, one writer at a time, and readers undisturbed.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::{NOW, broken_content, delete, fixture, head, id, part, put, put_expecting, resource};
use flowport_core::content::{Content, Hash};
use flowport_core::environment::{Environment, EnvironmentError, Expected, ReadEnvironment, Write, fingerprint};
use flowport_core::history::Cause;
use flowport_core::model::{Part, Resource};
use flowport_store::SqliteReader;

fn text(environment: &dyn ReadEnvironment, name: &str) -> Option<String> {
    let resource = environment.get(&id(name)).unwrap()?;
    Some(String::from_utf8(resource.parts[0].content.read_all().unwrap()).unwrap())
}

fn bytes(letter: char) -> String {
    std::iter::repeat_n(letter, 600 * 1024).collect()
}

#[test]
fn a_write_that_meets_something_unexpected_takes_all_others_back() {
    let mut fixture = fixture();
    fixture.apply(&[put(resource("flow/a", "old"))]).unwrap();
    let right = Expected::Fingerprint(fingerprint(&resource("flow/a", "old")));
    let wrong = Expected::Fingerprint(fingerprint(&resource("flow/a", "else")));
    let gone = |expected| Write::Delete { id: id("flow/none"), expected };
    let stale = [
        ("flow/a", put_expecting(resource("flow/a", "new"), wrong)),
        ("flow/a", put_expecting(resource("flow/a", "new"), Expected::Absent)),
        ("flow/none", put_expecting(resource("flow/none", "new"), right)),
        ("flow/a", Write::Delete { id: id("flow/a"), expected: wrong }),
        ("flow/none", gone(right)),
    ];
    for (name, write) in stale {
        let writes = [put(resource("flow/before", "x")), delete("flow/a"), put(resource("flow/a", "old")), write];
        match fixture.apply(&writes) {
            Err(EnvironmentError::Stale { environment, resource }) => {
                assert_eq!((environment.as_str(), *resource), ("dev", id(name)))
            }
            other => panic!("{name}: {other:?}"),
        }
        assert_eq!(text(&fixture.environment, "flow/a").as_deref(), Some("old"));
        assert_eq!((fixture.count("resource"), fixture.count("content")), (1, 1));
    }
    let writes = [
        put_expecting(resource("flow/a", "new"), right),
        gone(Expected::Absent),
        put_expecting(resource("flow/b", "b"), Expected::Absent),
        Write::Delete { id: id("flow/a"), expected: Expected::Fingerprint(fingerprint(&resource("flow/a", "new"))) },
    ];
    fixture.apply(&writes).unwrap();
    assert_eq!(text(&fixture.environment, "flow/a"), None);
    assert_eq!(text(&fixture.environment, "flow/b").as_deref(), Some("b"));
}

#[test]
fn a_part_that_cannot_be_read_leaves_the_old_state() {
    let mut fixture = fixture();
    fixture.apply(&[put(resource("flow/a", "old"))]).unwrap();
    for (error, said) in [(Some("the spool is gone"), "the spool is gone"), (None, "end of file")] {
        let broken = Part { name: "logo.png".to_owned(), media_type: String::new(), content: broken_content(9, error) };
        let broken = Resource { head: head(id("flow/b")), parts: vec![part("good", "good"), broken] };
        let error = fixture.apply(&[put(resource("flow/a", "new")), put(broken)]).unwrap_err().to_string();
        for word in ["dev", "flow/b", "logo.png", "dev.db", said] {
            assert!(error.contains(word), "{word}: {error}");
        }
        assert_eq!(text(&fixture.environment, "flow/a").as_deref(), Some("old"));
        assert_eq!((fixture.count("resource"), fixture.count("content")), (1, 1));
    }
    fixture.apply(&[put(resource("flow/a", "new"))]).unwrap();
}

#[test]
fn a_panic_of_the_caller_leaves_the_old_state_and_a_usable_environment() {
    let mut fixture = fixture();
    fixture.apply(&[put(resource("flow/a", "old"))]).unwrap();
    let writes = [put(resource("flow/a", "new")), put(resource("flow/b", "new"))];
    let panics = AssertUnwindSafe(|| {
        fixture.environment.apply(&Cause::by("bob", NOW, "put"), &writes, &mut |done| assert!(done < 2, "on purpose"))
    });
    assert!(catch_unwind(panics).is_err());
    assert_eq!(text(&fixture.environment, "flow/a").as_deref(), Some("old"));
    fixture.apply(&writes).unwrap();
    assert_eq!(text(&fixture.environment, "flow/b").as_deref(), Some("new"));
}

#[test]
fn progress_counts_the_writes() {
    let mut heard = Vec::new();
    let writes = ["flow/a", "flow/b", "flow/c"].map(|name| put(resource(name, name)));
    fixture().environment.apply(&Cause::by("alice", NOW, "put"), &writes, &mut |done| heard.push(done)).unwrap();
    assert_eq!(heard, [1, 2, 3]);
}

#[test]
fn equal_bytes_are_stored_once_and_what_no_run_left_behind_goes() {
    let mut fixture = fixture();
    let large = bytes('l');
    let parts = vec![part("one", &large), part("two", &large), part("three", "small")];
    fixture.apply(&[put(Resource { head: head(id("app/a")), parts }), put(resource("app/b", &large))]).unwrap();
    assert_eq!((fixture.count("part"), fixture.count("content"), fixture.count("piece")), (4, 2, 2));
    // Written over within one run: nobody ever saw it.
    fixture.apply(&[put(resource("app/c", &bytes('m'))), put(resource("app/c", "small"))]).unwrap();
    assert_eq!((fixture.count("content"), fixture.count("piece")), (2, 2));
    fixture.apply(&[delete("app/a"), delete("app/b"), delete("app/c")]).unwrap();
    assert_eq!((fixture.count("part"), fixture.count("content"), fixture.count("piece")), (0, 2, 2), "history has it");
}

#[test]
fn bytes_may_move_within_one_transaction() {
    let mut fixture = fixture();
    fixture.apply(&[put(resource("app/a", &bytes('l')))]).unwrap();
    let mut moved = fixture.environment.get(&id("app/a")).unwrap().unwrap();
    moved.head.id = id("app/b");
    fixture.apply(&[delete("app/a"), put(moved)]).unwrap();
    assert_eq!(text(&fixture.environment, "app/b"), Some(bytes('l')));
    assert_eq!((fixture.count("content"), fixture.count("piece")), (1, 2));
}

#[test]
fn bytes_can_be_read_also_when_what_held_them_is_gone() {
    let mut fixture = fixture();
    fixture.apply(&[put(resource("app/a", &bytes('a'))), put(resource("app/small", "small"))]).unwrap();
    let large = fixture.environment.get(&id("app/a")).unwrap().unwrap().parts[0].content.clone();
    let small = fixture.environment.get(&id("app/small")).unwrap().unwrap().parts[0].content.clone();

    let mut read_in_between = None;
    let writes = [put(resource("app/a", &bytes('b'))), delete("app/small")];
    fixture
        .environment
        .apply(&Cause::by("bob", NOW, "put"), &writes, &mut |done| {
            if done == 2 {
                read_in_between = Some(large.read_all())
            }
        })
        .unwrap();
    assert!(read_in_between.unwrap().unwrap() == bytes('a').as_bytes());

    assert_eq!(small.read_all().unwrap(), b"small");
    assert!(large.read_all().unwrap() == bytes('a').as_bytes(), "history holds them");
}

#[test]
fn contents_outlive_the_environment_they_came_from() {
    let mut fixture = fixture();
    fixture.apply(&[put(resource("app/a", &bytes('a')))]).unwrap();
    let content: Content =
        SqliteReader::open("dev", &fixture.path).unwrap().get(&id("app/a")).unwrap().unwrap().parts[0].content.clone();
    assert_eq!(Hash::of(&content.read_all().unwrap()), content.hash());
}

#[test]
fn readers_see_the_old_state_until_the_new_one_is_whole() {
    let mut fixture = fixture();
    fixture.apply(&[put(resource("flow/a", "old"))]).unwrap();
    let reader = SqliteReader::open("dev", &fixture.path).unwrap();
    let mut seen = Vec::new();
    let writes = [put(resource("flow/a", "new")), put(resource("flow/b", "new"))];
    let look = &mut |_| seen.push((text(&reader, "flow/a"), reader.list().unwrap().len()));
    fixture.environment.apply(&Cause::by("alice", NOW, "put"), &writes, look).unwrap();
    assert_eq!(seen, [(Some("old".to_owned()), 1), (Some("old".to_owned()), 1)]);
    assert_eq!((text(&reader, "flow/a").as_deref(), reader.list().unwrap().len()), (Some("new"), 2));
}

#[test]
fn many_threads_read_one_environment() {
    let mut fixture = fixture();
    let names: Vec<String> = (0..50).map(|number| format!("flow/{number}")).collect();
    let writes: Vec<Write> = names.iter().map(|name| put(resource(name, name))).collect();
    fixture.apply(&writes).unwrap();
    let environment: &dyn ReadEnvironment = &fixture.environment;
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| names.iter().for_each(|name| assert_eq!(text(environment, name).as_ref(), Some(name))));
        }
    });
}
