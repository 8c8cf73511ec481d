//! Edits that cannot be applied say why.

use flowport_json::{Document, EditError, Edits, Limits};

fn try_edit(text: &str, edit: impl for<'d> FnOnce(&'d Document, &mut Edits<'d>)) -> Result<Vec<u8>, EditError> {
    let document = Document::parse(text).expect("the test's text is valid");
    let mut edits = Edits::new(&document);
    edit(&document, &mut edits);
    edits.finish()
}

#[test]
fn refuses_overlaps() {
    type Two = for<'d> fn(&'d Document, &mut Edits<'d>);
    let cases: [(Two, &str); 13] = [
        (|d, e| _ = e.replace(d.at("/a").unwrap(), "1").replace(d.at("/a").unwrap(), "2"), "/a"),
        (|d, e| _ = e.replace(d.at("/a").unwrap(), "1").replace(d.at("/a/0").unwrap(), "2"), "/a/0"),
        (|d, e| _ = e.replace(d.at("/a/0").unwrap(), "1").replace(d.at("/a").unwrap(), "2"), "/a/0"),
        (|d, e| _ = e.remove(d.at("/a").unwrap()).remove(d.at("/a").unwrap()), "/a"),
        (|d, e| _ = e.remove(d.at("/a").unwrap()).remove(d.at("/a/1").unwrap()), "/a/1"),
        (|d, e| _ = e.remove(d.at("/a").unwrap()).replace(d.at("/a").unwrap(), "1"), "/a"),
        (|d, e| _ = e.rename_key(d.at("/a").unwrap(), "x").remove(d.at("/a").unwrap()), "/a"),
        (|d, e| _ = e.remove(d.at("/a").unwrap()).rename_key(d.at("/a").unwrap(), "x"), "/a"),
        (|d, e| _ = e.rename_key(d.at("/a").unwrap(), "x").rename_key(d.at("/a").unwrap(), "y"), "/a"),
        (|d, e| _ = e.insert_element(d.at("/a").unwrap(), "1").replace(d.at("/a").unwrap(), "1"), "/a"),
        (|d, e| _ = e.replace(d.at("/a").unwrap(), "1").insert_element(d.at("/a").unwrap(), "1"), "/a"),
        (|d, e| _ = e.remove(d.at("/a/1").unwrap()).insert_before(d.at("/a/1").unwrap(), "1"), "/a/1"),
        (|d, e| _ = e.insert_before(d.at("/a/1").unwrap(), "1").remove(d.at("/a/1").unwrap()), "/a/1"),
    ];
    for (place, (edit, pointer)) in cases.into_iter().enumerate() {
        let error = try_edit(r#"{"a":[1,2],"b":3}"#, edit).unwrap_err();
        assert_eq!(error, EditError::Overlap { pointer: pointer.into() }, "{place}");
    }
}

#[test]
fn refuses_names_that_would_appear_twice() {
    let text = r#"{"o":{"a":1,"\u0062":2}}"#;
    let error = |edit: for<'d> fn(&'d Document, &mut Edits<'d>)| try_edit(text, edit).unwrap_err();
    let duplicate = |name: &str| EditError::DuplicateKey { pointer: "/o".into(), name: name.into() };
    let inserted = error(|d, e| _ = e.insert_member(d.at("/o").unwrap(), "b", "1"));
    assert_eq!(inserted, duplicate("b"));
    assert_eq!(inserted.to_string(), "the member name `b` would appear twice in the object at `/o`");
    let twice = error(|d, e| {
        let object = d.at("/o").unwrap();
        _ = e.insert_member(object, "x", "1").insert_member(object, "x", "1")
    });
    assert_eq!(twice, duplicate("x"));
    assert_eq!(error(|d, e| _ = e.rename_key(d.at("/o/a").unwrap(), "b")), duplicate("b"));
}

#[test]
fn refuses_texts_that_are_not_json() {
    for raw in ["", "nope", "1 2", "\"\\ud800\"", "{\"a\":1,\"a\":2}", "[1,]", "\u{FEFF}1"] {
        let error = try_edit(r#"{"a":[]}"#, |d, e| _ = e.replace(d.at("/a").unwrap(), raw)).unwrap_err();
        assert!(matches!(&error, EditError::NotJson { pointer, .. } if pointer == "/a"), "{raw}: {error}");
        let error = try_edit(r#"{"a":[]}"#, |d, e| _ = e.insert_element(d.at("/a").unwrap(), raw)).unwrap_err();
        assert!(matches!(&error, EditError::NotJson { pointer, .. } if pointer == "/a"), "{raw}: {error}");
        let error = try_edit(r#"{"a":[0]}"#, |d, e| _ = e.insert_before(d.at("/a/0").unwrap(), raw)).unwrap_err();
        assert!(matches!(&error, EditError::NotJson { pointer, .. } if pointer == "/a/0"), "{raw}: {error}");
    }
    let error = try_edit("[0]", |d, e| _ = e.replace(d.at("/0").unwrap(), "[1,]")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the new text for the value at `/0` is not valid JSON: expected a value, found `]` at line 1, column 4 (in /1)"
    );
}

#[test]
fn refuses_texts_that_nest_too_deep_where_they_stand() {
    let limits = Limits { max_depth: 3, ..Limits::default() };
    let document = Document::parse_with("[[0,[]]]", &limits).unwrap();
    let replaced = |raw: &str| {
        let mut edits = Edits::new(&document);
        edits.replace(document.at("/0/0").unwrap(), raw);
        edits.finish()
    };
    assert_eq!(replaced("[1]").unwrap(), b"[[[1],[]]]");
    assert_eq!(replaced("[[1]]"), Err(EditError::TooDeep { pointer: "/0/0".into(), limit: 3 }));
    let inserted = |raw: &str| {
        let mut edits = Edits::new(&document);
        edits.insert_element(document.at("/0/1").unwrap(), raw);
        edits.finish()
    };
    assert_eq!(inserted("1").unwrap(), b"[[0,[1]]]");
    assert_eq!(inserted("[]"), Err(EditError::TooDeep { pointer: "/0/1".into(), limit: 3 }));
}

#[test]
fn refuses_edits_that_make_no_sense() {
    let error = |edit: for<'d> fn(&'d Document, &mut Edits<'d>)| try_edit(r#"{"a":[1]}"#, edit).unwrap_err();
    let pointer = || "/a/0".to_owned();
    assert_eq!(error(|d, e| _ = e.remove(d.root())), EditError::RemovesRoot);
    assert_eq!(
        error(|d, e| _ = e.rename_key(d.at("/a/0").unwrap(), "x")),
        EditError::NotAMember { pointer: pointer() }
    );
    assert_eq!(
        error(|d, e| _ = e.insert_member(d.at("/a/0").unwrap(), "x", "1")),
        EditError::NotAnObject { pointer: pointer() }
    );
    assert_eq!(
        error(|d, e| _ = e.insert_element(d.at("/a/0").unwrap(), "1")),
        EditError::NotAnArray { pointer: pointer() }
    );
    let (one, other) = (Document::parse("[1]").unwrap(), Document::parse("[1]").unwrap());
    let mut edits = Edits::new(&one);
    edits.replace(other.at("/0").unwrap(), "2");
    assert!(!edits.is_empty());
    assert_eq!(edits.finish(), Err(EditError::OtherDocument { pointer: "/0".into() }));
}
