//! Edits change the bytes they are about and no others.

use flowport_json::{Document, Edits};

/// The text after edits made by `edit`, which must come out as valid JSON.
fn edited(text: &str, edit: impl for<'d> FnOnce(&'d Document, &mut Edits<'d>)) -> String {
    let document = Document::parse(text).expect("the test's text is valid");
    let mut edits = Edits::new(&document);
    edit(&document, &mut edits);
    let bytes = edits.finish().unwrap_or_else(|error| panic!("{text}: {error}"));
    let result = String::from_utf8(bytes).expect("edits keep UTF-8");
    Document::parse(result.clone()).unwrap_or_else(|error| panic!("{result}: {error}"));
    result
}

fn removed(text: &str, pointers: &[&str]) -> String {
    edited(text, |document, edits| {
        for pointer in pointers {
            edits.remove(document.at(pointer).unwrap());
        }
    })
}

#[test]
fn no_edits_give_the_same_bytes() {
    let bytes = b"\xEF\xBB\xBF {\"a\" :\t[ 1.0e5,\r\n\"\\u0041\"] } ".to_vec();
    let document = Document::parse(bytes.clone()).unwrap();
    let edits = Edits::new(&document);
    assert!(edits.is_empty());
    assert_eq!(edits.finish().unwrap(), bytes);
}

#[test]
fn replaces_values_and_keeps_the_byte_order_mark() {
    let text = "\u{FEFF}{ \"a\" : 1.0 , \"b\" : [ \"x\" ] }\n";
    let result = edited(text, |document, edits| {
        edits.replace(document.at("/a").unwrap(), "[1, 2]").replace_string(document.at("/b/0").unwrap(), "\"é\"\n");
        assert!(!edits.is_empty());
    });
    assert_eq!(result, "\u{FEFF}{ \"a\" : [1, 2] , \"b\" : [ \"\\\"é\\\"\\n\" ] }\n");
    assert_eq!(edited(" 1 ", |document, edits| _ = edits.replace(document.root(), "2")), " 2 ");
}

#[test]
fn renames_keys() {
    let result = edited(r#"{"a": 1, "b" : {"\u0063":2}}"#, |document, edits| {
        edits.rename_key(document.at("/a").unwrap(), "b").rename_key(document.at("/b").unwrap(), "a");
        edits.rename_key(document.at("/b/c").unwrap(), "x\"").replace(document.at("/b/c").unwrap(), "3");
    });
    assert_eq!(result, r#"{"b": 1, "a" : {"x\"":3}}"#);
}

#[test]
fn removes_with_one_comma() {
    for (text, pointers, expected) in [
        ("[1,2,3]", &["/0"][..], "[2,3]"),
        ("[1,2,3]", &["/1"], "[1,3]"),
        ("[1,2,3]", &["/2"], "[1,2]"),
        ("[1,2,3]", &["/0", "/1"], "[3]"),
        ("[1,2,3]", &["/2", "/1"], "[1]"),
        ("[1,2,3]", &["/0", "/2"], "[2]"),
        ("[1,2,3]", &["/0", "/1", "/2"], "[]"),
        ("[1,2,3,4,5]", &["/1", "/3"], "[1,3,5]"),
        ("[ 1 , 2 , 3 ]", &["/1"], "[ 1 , 3 ]"),
        ("[ 1 , 2 , 3 ]", &["/2"], "[ 1 , 2 ]"),
        ("[ 1 ]", &["/0"], "[]"),
        (r#"{ "a": 1, "b": 2 }"#, &["/a"], r#"{ "b": 2 }"#),
        (r#"{ "a": 1, "b": 2 }"#, &["/b"], r#"{ "a": 1 }"#),
        ("{\n  \"a\": 1,\n  \"b\": {},\n  \"c\": 2\n}", &["/b"], "{\n  \"a\": 1,\n  \"c\": 2\n}"),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}", &["/b"], "{\n  \"a\": 1\n}"),
        ("{\n  \"a\": 1\n}", &["/a"], "{}"),
        (r#"{"a":[1,{"b":2}],"c":[3]}"#, &["/a/1/b", "/a/0", "/c"], r#"{"a":[{}]}"#),
    ] {
        assert_eq!(removed(text, pointers), expected, "{text} {pointers:?}");
    }
}

#[test]
fn removes_any_selection() {
    let text = "[0 , 1,2 ,3, 4]";
    for selection in 0_usize..32 {
        let is_removed = |number: &usize| selection & (1 << number) != 0;
        let pointers: Vec<String> = (0..5).filter(is_removed).map(|number| format!("/{number}")).collect();
        let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
        let result: Vec<usize> = serde_json::from_str(&removed(text, &pointers)).unwrap();
        assert_eq!(result, (0..5).filter(|number| !is_removed(number)).collect::<Vec<_>>());
    }
}

#[test]
fn inserts_like_the_neighbours() {
    let member = |text: &str, pointer: &str| {
        edited(text, |document, edits| {
            let object = document.at(pointer).unwrap();
            edits.insert_member(object, "x", "1").insert_member(object, "y\n", "[ 2 ]");
        })
    };
    assert_eq!(member("{}", ""), r#"{"x":1,"y\n":[ 2 ]}"#);
    assert_eq!(member("{ }", ""), r#"{"x":1,"y\n":[ 2 ]}"#);
    assert_eq!(member(r#"{"a":0}"#, ""), r#"{"a":0,"x":1,"y\n":[ 2 ]}"#);
    assert_eq!(member(r#"{"a": 0}"#, ""), r#"{"a": 0, "x": 1, "y\n": [ 2 ]}"#);
    assert_eq!(member(r#"{ "a" : 0 }"#, ""), r#"{ "a" : 0, "x" : 1, "y\n" : [ 2 ] }"#);
    assert_eq!(
        member("{\r\n\t\"a\": 0,\r\n\t\"b\": {}\r\n}", ""),
        "{\r\n\t\"a\": 0,\r\n\t\"b\": {},\r\n\t\"x\": 1,\r\n\t\"y\\n\": [ 2 ]\r\n}"
    );
    assert_eq!(
        member("{\r\n\t\"a\": 0,\r\n\t\"b\": {}\r\n}", "/b"),
        "{\r\n\t\"a\": 0,\r\n\t\"b\": {\r\n\t\t\"x\": 1,\r\n\t\t\"y\\n\": [ 2 ]\r\n\t}\r\n}"
    );
    assert_eq!(member(r#"{"a": {}}"#, "/a"), r#"{"a": {"x": 1,"y\n": [ 2 ]}}"#);
    assert_eq!(member("[\n    {}\n]", "/0"), "[\n    {\n        \"x\": 1,\n        \"y\\n\": [ 2 ]\n    }\n]");

    // One level is what the outer one adds; two spaces where it adds none.
    assert_eq!(
        member("{\n \"o\": {\n  \"a\": {}\n }\n}", "/o/a"),
        "{\n \"o\": {\n  \"a\": {\n   \"x\": 1,\n   \"y\\n\": [ 2 ]\n  }\n }\n}"
    );
    assert_eq!(member("[\n{}\n]", "/0"), "[\n{\n  \"x\": 1,\n  \"y\\n\": [ 2 ]\n}\n]");

    let element = |text: &str, pointer: &str| {
        edited(text, |document, edits| {
            edits.insert_element(document.at(pointer).unwrap(), "8").insert_element(document.at(pointer).unwrap(), "9");
        })
    };
    assert_eq!(element("[]", ""), "[8,9]");
    assert_eq!(element("\n[\n]", ""), "\n[8,9]");
    assert_eq!(element("[1,2]", ""), "[1,2,8,9]");
    assert_eq!(element("[1, 2]", ""), "[1, 2, 8, 9]");
    assert_eq!(element("[\n 1\n]", ""), "[\n 1,\n 8,\n 9\n]");
    assert_eq!(element("{\n  \"a\": []\n}", "/a"), "{\n  \"a\": [\n    8,\n    9\n  ]\n}");
}

#[test]
fn removes_and_inserts_together() {
    let both = |text: &str, pointers: &[&str]| {
        edited(text, |document, edits| {
            edits.insert_member(document.root(), "x", "1");
            for pointer in pointers {
                edits.remove(document.at(pointer).unwrap());
            }
            edits.insert_member(document.root(), "y", "2");
        })
    };
    let text = r#"{ "a": 1, "b": 2, "c": 3 }"#;
    assert_eq!(both(text, &["/a"]), r#"{ "b": 2, "c": 3, "x": 1, "y": 2 }"#);
    assert_eq!(both(text, &["/c"]), r#"{ "a": 1, "b": 2, "x": 1, "y": 2 }"#);
    assert_eq!(both(text, &["/c", "/b"]), r#"{ "a": 1, "x": 1, "y": 2 }"#);
    assert_eq!(both(text, &["/a", "/b", "/c"]), r#"{ "x": 1, "y": 2 }"#);
    assert_eq!(both(r#"{"x":0}"#, &["/x"]), r#"{"x":1,"y":2}"#);
}

#[test]
fn edits_nested_values_at_once() {
    let result = edited(r#"{"a":[[1]],"b":2,"c":{}}"#, |document, edits| {
        edits.insert_element(document.at("/a/0").unwrap(), "2");
        edits.insert_element(document.at("/a").unwrap(), "3");
        edits.replace(document.at("/a/0/0").unwrap(), "0");
        edits.remove(document.at("/b").unwrap());
        edits.rename_key(document.at("/c").unwrap(), "d");
        edits.insert_member(document.at("/c").unwrap(), "e", "4");
    });
    assert_eq!(result, r#"{"a":[[0,2],3],"d":{"e":4}}"#);
}

#[test]
fn edits_many_members_in_linear_time() {
    let members: Vec<_> = (0..100_000).map(|number| format!("\"k{number}\":{number}")).collect();
    let text = format!("{{{}}}", members.join(","));
    let result = edited(&text, |document, edits| {
        for (place, (_, value)) in document.root().members().enumerate() {
            match place % 3 {
                0 => edits.remove(value),
                1 => edits.replace(value, "0"),
                _ => edits.rename_key(value, &format!("n{place}")),
            };
        }
        edits.insert_member(document.root(), "last", "1");
    });
    assert!(result.starts_with(r#"{"k1":0,"n2":2,"k4":0"#));
    assert!(result.ends_with(r#""n99998":99998,"last":1}"#));
}
