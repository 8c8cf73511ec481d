//! What was put comes back, whatever it is called and however large it is.

mod common;

use common::{delete, fixture, head, id, inspection, part, put, resource};
use flowport_core::environment::{Environment, Expected, ReadEnvironment, Write, fingerprint};
use flowport_core::history::Cause;
use flowport_core::model::{Inspection, Origin, Reference, Resource, ResourceId, State, Strength, Target};

fn assert_same(left: &Resource, right: &Resource) {
    assert_eq!(left.head, right.head);
    assert_eq!(left.parts.len(), right.parts.len());
    for (left, right) in left.parts.iter().zip(&right.parts) {
        assert_eq!(
            (&left.name, &left.media_type, left.content.hash()),
            (&right.name, &right.media_type, right.content.hash())
        );
        assert!(left.content.read_all().unwrap() == right.content.read_all().unwrap(), "{}", left.name);
    }
    assert_eq!(fingerprint(left), fingerprint(right));
}

#[test]
fn everything_of_a_resource_comes_back() {
    let mut fixture = fixture();
    let mut head = head(id("flow/a"));
    head.state = State::Published;
    head.origin = Origin::Standard;
    head.attributes = "{\"b\": 1.0,  \"a\":\"\\u0000\"}".into();
    let mut parts = vec![part("z.json", "z"), part("a.bin", [0, 255, 0]), part("empty", "")];
    parts[1].media_type = String::new();
    let stored = Resource { head, parts };
    let inspection = inspection();
    let write = Write::Put {
        resource: stored.clone(),
        inspection: inspection.clone(),
        owners: Some(vec!["zoe".to_owned(), "adam".to_owned()]),
        secrets: Vec::new(),
        expected: Expected::Absent,
    };
    fixture.apply(&[write]).unwrap();

    assert_same(&fixture.environment.get(&id("flow/a")).unwrap().unwrap(), &stored);
    assert_eq!(fixture.environment.inspection(&id("flow/a")).unwrap(), inspection);
    assert_eq!(fixture.environment.owners(&id("flow/a")).unwrap(), ["zoe", "adam"]);
    assert_eq!(fixture.environment.list().unwrap()[0].owners, ["zoe", "adam"]);
    assert_eq!(fixture.environment.name(), "dev");
}

#[test]
fn odd_ids_and_names_are_only_text() {
    let odd = [
        "'; DROP TABLE resource; --",
        "\"q\"",
        "%",
        "_",
        "*",
        "a/b@c",
        "Größe",
        "日本語",
        "\u{1F600}",
        "e\u{301}",
        "é",
        " a ",
        "A",
        "a",
        "NULL",
    ];
    let mut fixture = fixture();
    let make = |text: &str| {
        let mut resource =
            Resource { head: head(ResourceId::new("flow", text, Some(text)).unwrap()), parts: vec![part(text, text)] };
        resource.head.name = format!("{text}\0\n{text}");
        resource
    };
    let named = |text: &str| Inspection { identities: vec![text.to_owned()], ..Inspection::default() };
    let writes = odd.map(|text| Write::Put {
        resource: make(text),
        inspection: named(text),
        owners: None,
        secrets: Vec::new(),
        expected: Expected::Absent,
    });
    fixture.apply(&writes).unwrap();
    for text in odd {
        let stored = make(text);
        assert_same(&fixture.environment.get(&stored.head.id).unwrap().unwrap(), &stored);
        assert_eq!(fixture.environment.find(text).unwrap(), [stored.head]);
        assert_eq!(fixture.environment.versions("flow", text).unwrap(), [text]);
    }
    assert_eq!(fixture.environment.list().unwrap().len(), odd.len());
}

#[test]
fn parts_of_every_size_can_be_read_from_anywhere() {
    const KIB: usize = 1024;
    let mut fixture = fixture();
    let sizes = [0, 1, 16 * KIB, 16 * KIB + 1, 256 * KIB - 1, 256 * KIB, 256 * KIB + 1, 512 * KIB, 800 * KIB];
    let bytes = |size: usize| (0..size).map(|index| (index % 251) as u8).collect::<Vec<u8>>();
    let parts = sizes.iter().map(|size| part(&size.to_string(), bytes(*size))).collect();
    fixture.apply(&[put(Resource { head: head(id("app/large")), parts })]).unwrap();

    let read = fixture.environment.get(&id("app/large")).unwrap().unwrap();
    for (size, part) in sizes.into_iter().zip(&read.parts) {
        let bytes = bytes(size);
        assert_eq!(part.content.len(), size as u64);
        assert!(part.content.read_all().unwrap() == bytes, "{size}");
        for (offset, max) in
            [(0, 1), (size / 2, 300 * KIB), (256 * KIB - 1, 2), (256 * KIB, 1), (size, 1), (size + 1, 1), (5, 0)]
        {
            let expected: Vec<u8> = bytes.iter().skip(offset).take(max).copied().collect();
            assert!(part.content.read_at(offset as u64, max).unwrap() == expected, "{size}: {max} from {offset}");
        }
    }
}

#[test]
fn what_is_not_there_is_nothing() {
    let environment = fixture().environment;
    let nowhere = id("flow/nowhere");
    assert!(environment.get(&nowhere).unwrap().is_none());
    assert!(environment.owners(&nowhere).unwrap().is_empty());
    assert_eq!(environment.inspection(&nowhere).unwrap(), Inspection::default());
    assert!(environment.referrers(&nowhere).unwrap().is_empty());
    assert!(environment.find("x:y").unwrap().is_empty());
    assert!(environment.versions("flow", "nowhere").unwrap().is_empty());
}

#[test]
fn versions_are_resources_of_their_own_in_the_order_in_which_they_came() {
    let mut fixture = fixture();
    let versions = ["flow/a@10", "flow/a@9", "flow/a", "flow/b@1", "flow/a@11"];
    fixture.apply(&versions.map(|text| put(resource(text, text)))).unwrap();
    assert_eq!(fixture.environment.versions("flow", "a").unwrap(), ["10", "9", "11"]);

    fixture.apply(&[put(resource("flow/a@10", "changed")), delete("flow/a@9")]).unwrap();
    assert_eq!(fixture.environment.versions("flow", "a").unwrap(), ["10", "11"], "replacing keeps the place");
    fixture.apply(&[put(resource("flow/a@9", "again"))]).unwrap();
    assert_eq!(fixture.environment.versions("flow", "a").unwrap(), ["10", "11", "9"]);
    let read = fixture.environment.get(&id("flow/a@10")).unwrap().unwrap();
    assert_eq!(read.parts[0].content.read_all().unwrap(), b"changed");
    assert!(fixture.environment.get(&id("flow/a")).unwrap().is_some());
}

#[test]
fn replacing_leaves_nothing_of_what_was_there_but_its_owners() {
    let mut fixture = fixture();
    let first = Resource { head: head(id("flow/a")), parts: vec![part("one", "1"), part("two", "2")] };
    let write = |resource: Resource, inspection, owners| Write::Put {
        resource,
        inspection,
        owners,
        secrets: Vec::new(),
        expected: Expected::Anything,
    };
    fixture.apply(&[write(first, inspection(), None)]).unwrap();
    assert_eq!(fixture.environment.owners(&id("flow/a")).unwrap(), ["alice"], "a new one belongs to who made it");

    let mut second = Resource { head: head(id("flow/a")), parts: vec![part("three", "3")] };
    second.head.name = "New name".to_owned();
    second.head.dialect = "boomi-flow".to_owned();
    second.head.state = State::Published;
    second.head.origin = Origin::Standard;
    second.head.attributes = r#"{"x":1}"#.into();
    let only = Inspection { identities: vec!["other".to_owned()], ..Inspection::default() };
    let writes = [write(second.clone(), only.clone(), None)];
    fixture.environment.apply(&Cause::by("bob", "2026-03-02T00:00:00Z", "put"), &writes, &mut |_| ()).unwrap();

    assert_same(&fixture.environment.get(&id("flow/a")).unwrap().unwrap(), &second);
    assert_eq!(fixture.environment.inspection(&id("flow/a")).unwrap(), only);
    assert!(fixture.environment.find("pa-flow:guid").unwrap().is_empty());
    assert!(fixture.environment.referrers(&id("connector/shared_sql")).unwrap().is_empty());
    let [summary] = &fixture.environment.list().unwrap()[..] else { panic!("one resource") };
    assert_eq!(
        (summary.size, summary.changed.as_str(), &summary.owners),
        (1, "2026-03-02T00:00:00Z", &vec!["alice".to_owned()])
    );

    fixture.apply(&[write(second.clone(), only.clone(), Some(vec!["carol".to_owned()]))]).unwrap();
    assert_eq!(fixture.environment.owners(&id("flow/a")).unwrap(), ["carol"]);
    fixture.apply(&[write(second, only, Some(Vec::new()))]).unwrap();
    assert!(fixture.environment.owners(&id("flow/a")).unwrap().is_empty());
}

#[test]
fn deleting_leaves_nothing_but_history() {
    let mut fixture = fixture();
    let resource = resource("flow/a", "bytes");
    let write = Write::Put {
        resource,
        inspection: inspection(),
        owners: None,
        expected: Expected::Anything,
        secrets: Vec::new(),
    };
    fixture.apply(&[write]).unwrap();
    fixture.apply(&[delete("flow/a"), delete("flow/never-there")]).unwrap();
    for table in ["resource", "owner", "part", "identity", "reference", "secret", "literal", "vault"] {
        assert_eq!(fixture.count(table), 0, "{table}");
    }
}

#[test]
fn the_list_is_ordered_by_kind_name_and_id_and_knows_sizes_and_owners() {
    let mut fixture = fixture();
    let named = |text: &str, name: &str| {
        let mut resource = resource(text, text);
        resource.head.name = name.to_owned();
        resource
    };
    let writes = [named("flow/1", "b"), named("flow/3", "a"), named("flow/2", "a"), named("app/9", "z")].map(put);
    fixture.apply(&writes).unwrap();
    fixture
        .environment
        .apply(&Cause::by("bob", NOW_LATER, "put"), &[put(named("connector/1", "c"))], &mut |_| ())
        .unwrap();

    let list = fixture.environment.list().unwrap();
    let ids: Vec<String> = list.iter().map(|summary| summary.head.id.to_string()).collect();
    assert_eq!(ids, ["app/9", "connector/1", "flow/2", "flow/3", "flow/1"]);
    for summary in &list {
        let text = summary.head.id.to_string();
        let read = fixture.environment.get(&summary.head.id).unwrap().unwrap();
        assert_eq!((&summary.head, summary.size), (&read.head, text.len() as u64));
        let (owner, changed) = if text == "connector/1" { ("bob", NOW_LATER) } else { ("alice", common::NOW) };
        assert_eq!((&summary.owners[..], summary.changed.as_str()), (&[owner.to_owned()][..], changed));
    }
}

const NOW_LATER: &str = "2026-03-02T00:00:00Z";

#[test]
fn an_identity_finds_the_strongest_first_and_each_once() {
    let mut fixture = fixture();
    let write = |text: &str, identities: &[&str]| {
        let identities = identities.iter().map(|&identity| identity.to_owned()).collect();
        let inspection = Inspection { identities, ..Inspection::default() };
        Write::Put {
            resource: resource(text, text),
            inspection,
            owners: None,
            expected: Expected::Anything,
            secrets: Vec::new(),
        }
    };
    let writes = [
        write("flow/weak", &["x", "y", "same"]),
        write("flow/strong", &["same"]),
        write("flow/twice", &["z", "same", "same"]),
        write("flow/other", &["Same", "same "]),
    ];
    fixture.apply(&writes).unwrap();
    let found: Vec<String> = fixture.environment.find("same").unwrap().iter().map(|head| head.id.to_string()).collect();
    assert_eq!(found, ["flow/strong", "flow/twice", "flow/weak"]);
}

#[test]
fn referrers_name_the_slot_and_the_very_version() {
    let mut fixture = fixture();
    let reference = |slot: &str, target: &str, strength| Reference {
        slot: slot.to_owned(),
        target: Target::Known(id(target)),
        strength,
    };
    let first = reference("a#/1", "flow/sub", Strength::Required);
    let second = reference("a#/2", "flow/sub", Strength::Optional);
    let other = reference("a#/3", "flow/sub@2", Strength::Required);
    let write = |text: &str, references: Vec<Reference>| Write::Put {
        secrets: Vec::new(),
        resource: resource(text, text),
        inspection: Inspection { references, ..Inspection::default() },
        owners: None,
        expected: Expected::Anything,
    };
    fixture
        .apply(&[write("flow/z@1", vec![first.clone()]), write("flow/a", vec![other.clone(), second.clone()])])
        .unwrap();
    let referrers = |target: &str| -> Vec<(ResourceId, Reference)> {
        let referrers = fixture.environment.referrers(&id(target)).unwrap();
        referrers.into_iter().map(|referrer| (referrer.from, referrer.reference)).collect()
    };
    assert_eq!(referrers("flow/sub"), [(id("flow/a"), second), (id("flow/z@1"), first)]);
    assert_eq!(referrers("flow/sub@2"), [(id("flow/a"), other)]);
    assert!(referrers("app/sub").is_empty());
}
