//! Statements: what in-toto asks of them, and what differs from them.

use flowport_core::content::{Content, Hash};
use flowport_core::model::{
    Head, Origin, Package, PackageInfo, PackageResource, Part, Resource, ResourceId, Setup, State,
};
use flowport_sign::{Maker, Statement, StatementError};
use serde_json::{Value, json};

fn resource(id: &str, version: Option<&str>) -> Resource {
    let head = Head {
        id: ResourceId::new("flow", id, version).unwrap(),
        name: format!("Flow {id}"),
        dialect: "power-automate".to_owned(),
        state: State::Draft,
        origin: Origin::Custom,
        attributes: "{\"a\":1}".into(),
    };
    let part = |name: &str| Part {
        name: name.to_owned(),
        media_type: "application/json".to_owned(),
        content: Content::from_bytes(format!("{name} of {id}").into_bytes()),
    };
    Resource { head, parts: vec![part("definition.json"), part("logo.png")] }
}

fn package(resources: Vec<Resource>) -> Package {
    let entry = |resource| PackageResource { resource, setup: Setup::default() };
    Package { resources: resources.into_iter().map(entry).collect(), ..Package::default() }
}

fn statement(package: &Package) -> Statement {
    let info = PackageInfo {
        name: "Weekly".to_owned(),
        source: Some("dev".to_owned()),
        created: Some("2026-11-28T06:00:00Z".to_owned()),
        ..PackageInfo::default()
    };
    let maker = Maker { exporter: "ana", flowport: "0.1.0" };
    Statement::of(("weekly.zip", Hash::of(b"file")), "zip", package, &info, maker)
}

#[test]
fn a_statement_has_the_fields_of_in_toto_and_those_that_are_documented() {
    let package = package(vec![resource("a", Some("2"))]);
    let text = statement(&package).to_text().unwrap();
    let head = &package.resources[0].resource.head;
    let digest = |hash: Hash| json!({ "sha256": hash.to_string() });
    let parts = package.resources[0].resource.parts.iter();
    let parts: Vec<Value> =
        parts.map(|part| json!({ "name": part.name, "digest": digest(part.content.hash()) })).collect();
    let expected = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": "weekly.zip", "digest": digest(Hash::of(b"file")) }],
        "predicateType": "https://github.com/flowport/flowport/package/v1",
        "predicate": {
            "format": "zip",
            "package": { "name": "Weekly", "source": "dev", "created": "2026-11-28T06:00:00Z" },
            "exporter": "ana",
            "flowport": "0.1.0",
            "resources": [{
                "kind": "flow", "id": "a", "version": "2", "name": "Flow a", "dialect": "power-automate", "state": "draft",
                "attributes": digest(Hash::of(head.attributes.as_bytes())),
                "parts": parts,
            }],
        },
    });
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
    assert_eq!(Statement::parse(text.as_bytes()).unwrap(), statement(&package));
}

#[test]
fn what_is_exactly_as_stated_does_not_differ_in_whatever_order() {
    let stated = package(vec![resource("a", Some("1")), resource("a", Some("2")), resource("b", None)]);
    let read = package(vec![resource("b", None), resource("a", Some("2")), resource("a", Some("1"))]);
    assert_eq!(statement(&stated).differences("zip", &read), []);
}

/// What is changed, how, and what is said of it.
type Case = (&'static str, fn(&mut Package), &'static [(Option<&'static str>, &'static str)]);

#[test]
fn every_difference_is_named_with_its_resource() {
    let cases: [Case; 10] = [
        ("name", |it| it.resources[0].resource.head.name.push('x'), &[(Some("flow/a"), "the name \"Flow ax\"")]),
        ("dialect", |it| it.resources[0].resource.head.dialect.push('x'), &[(Some("flow/a"), "dialect")]),
        ("state", |it| it.resources[0].resource.head.state = State::Published, &[(Some("flow/a"), "state")]),
        ("attributes", |it| it.resources[0].resource.head.attributes = "{}".into(), &[(Some("flow/a"), "attributes")]),
        (
            "part",
            |it| it.resources[0].resource.parts[0].content = Content::from_bytes(*b"x"),
            &[(Some("flow/a"), "another definition.json")],
        ),
        ("part away", |it| it.resources[0].resource.parts.truncate(1), &[(Some("flow/a"), "no part logo.png")]),
        (
            "part more",
            |it| {
                let mut more = it.resources[0].resource.parts[0].clone();
                more.name = "more.json".to_owned();
                it.resources[0].resource.parts.push(more);
            },
            &[(Some("flow/a"), "a part more.json")],
        ),
        ("away", |it| it.resources.truncate(1), &[(Some("flow/b"), "not in the package")]),
        (
            "more",
            |it| it.resources.push(PackageResource { resource: resource("c", None), setup: Setup::default() }),
            &[(Some("flow/c"), "not stated")],
        ),
        (
            "another version",
            |it| it.resources[0].resource.head.id = ResourceId::new("flow", "a", Some("2")).unwrap(),
            &[(Some("flow/a"), "not in the package"), (Some("flow/a@2"), "not stated")],
        ),
    ];
    for (what, change, expected) in cases {
        let mut read = package(vec![resource("a", None), resource("b", None)]);
        let stated = statement(&read);
        change(&mut read);
        let found = stated.differences("zip", &read);
        assert_eq!(found.len(), expected.len(), "{what}: {found:?}");
        for (difference, (id, says)) in found.iter().zip(expected) {
            assert_eq!(difference.resource.as_ref().map(ToString::to_string).as_deref(), *id, "{what}");
            assert!(difference.what.contains(says), "{what}: {}", difference.what);
        }
    }
    let read = package(vec![resource("a", None)]);
    let found = statement(&read).differences("json", &read);
    assert!(found.len() == 1 && found[0].what.contains("json") && found[0].resource.is_none(), "{found:?}");
}

#[test]
fn what_is_no_statement_of_a_package_is_refused() {
    let text = statement(&package(vec![resource("a", None)])).to_text().unwrap();
    let other = |from: &str, to: &str| Statement::parse(text.replacen(from, to, 1).as_bytes());
    assert!(matches!(other("Statement/v1", "Statement/v0.1"), Err(StatementError::OtherKind(_))));
    assert!(matches!(other("package/v1", "package/v2"), Err(StatementError::OtherKind(_))));
    let cut = |text: &[u8]| matches!(Statement::parse(text), Err(StatementError::NotAStatement(_)));
    assert!(cut(b"") && cut(b"{}") && cut(&text.as_bytes()[..text.len() / 2]));
    for (from, to) in
        [("\"sha256\": \"", "\"sha256\": \"x"), ("\"subject\": [", "\"subject\": [1,"), ("\"draft\"", "\"on\"")]
    {
        assert!(matches!(other(from, to), Err(StatementError::NotAStatement(_))), "{from}");
    }
}
