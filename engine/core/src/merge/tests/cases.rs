use serde_json::{Value, json};

use super::{PART, kind, merged, text};
use crate::diff::{Change, Shown, What};
use crate::merge::Clash;

fn clashes(paths: &[&str]) -> Result<String, Vec<String>> {
    Err(paths.iter().map(|path| (*path).to_owned()).collect())
}

fn ok(text: &str) -> Result<String, Vec<String>> {
    Ok(text.to_owned())
}

#[test]
fn members_that_one_side_changed_are_that_sides() {
    let base = r#"{ "a": 1, "b": {"c": 2, "d": [1]}, "e": 5 }"#;
    let ours = r#"{ "a": 9, "b": {"c": 2, "d": [1]}, "n": "\u0078" }"#;
    let theirs = r#"{"a":1,"b":{"c":3,"d":[1,2]},"e":5,"m":{}}"#;
    assert_eq!(text(base, ours, theirs), ok(r#"{ "a": 9, "b": {"c": 3, "d": [1,2]}, "n": "\u0078", "m": {} }"#));
    assert_eq!(text(base, theirs, ours), ok(r#"{"a":9,"b":{"c":3,"d":[1,2]},"m":{},"n":"\u0078"}"#));
}

#[test]
fn what_both_changed_clashes_where_they_do() {
    assert_eq!(text(r#"{"a":{"b":1,"c":1}}"#, r#"{"a":{"b":2,"c":1}}"#, r#"{"a":{"b":3,"c":2}}"#), clashes(&["/a/b"]));
    // Gone here and changed there, and the other way round.
    assert_eq!(text(r#"{"a":{"b":1},"c":1}"#, r#"{"c":2}"#, r#"{"a":{"b":2},"c":1}"#), clashes(&["/a"]));
    assert_eq!(text(r#"{"a":{"b":1},"c":1}"#, r#"{"a":{"b":2},"c":1}"#, r#"{"c":2}"#), clashes(&["/a"]));
    // Both added one of that name, and not the same.
    assert_eq!(text("{}", r#"{"a":{"b":1}}"#, r#"{"a":{"c":1}}"#), clashes(&["/a"]));
    // An array without keys is one value.
    assert_eq!(text(r#"{"a":[1,2]}"#, r#"{"a":[1]}"#, r#"{"a":[2]}"#), clashes(&["/a"]));
    assert_eq!(text(r#"{"a":[1]}"#, r#"{"a":{}}"#, r#"{"a":2}"#), clashes(&["/a"]));
}

#[test]
fn the_same_change_on_both_sides_is_none() {
    let (base, both) = (r#"{"a":1,"b":[1],"c":0}"#, r#"{"a":2,"b":[2]}"#);
    assert_eq!(text(base, both, r#"{"b":[2],"a":2}"#), ok(both));
}

fn things(elements: &[(&str, i32)]) -> String {
    let elements = elements.iter().map(|(id, v)| json!({ "id": id, "v": v }));
    json!({ "l": elements.collect::<Vec<_>>() }).to_string()
}

#[test]
fn elements_are_merged_by_their_keys() {
    let base = things(&[("a", 1), ("b", 1), ("c", 1)]);
    let merged = |ours: &[(&str, i32)], theirs: &[(&str, i32)]| text(&base, &things(ours), &things(theirs));
    let expect = |elements: &[(&str, i32)]| Ok(things(elements));
    assert_eq!(
        merged(&[("a", 2), ("b", 1), ("c", 1)], &[("a", 1), ("c", 3)]),
        expect(&[("a", 2), ("c", 3)]),
        "changed, gone"
    );
    assert_eq!(
        merged(&[("a", 1), ("x", 1), ("b", 1), ("c", 1)], &[("a", 1), ("y", 1), ("b", 1), ("z", 1)]),
        expect(&[("a", 1), ("x", 1), ("y", 1), ("b", 1), ("z", 1)]),
        "what is new in one place: the target's first"
    );
    assert_eq!(
        merged(&[("a", 1)], &[("b", 1), ("n", 1), ("c", 1), ("a", 1)]),
        expect(&[("n", 1), ("a", 1)]),
        "behind one that is gone"
    );
    assert_eq!(
        merged(&[("c", 1), ("a", 1), ("b", 1)], &[("a", 1), ("b", 2), ("n", 1), ("c", 1)]),
        expect(&[("c", 1), ("a", 1), ("b", 2), ("n", 1)]),
        "the target's order"
    );
    assert_eq!(
        merged(&[("a", 1), ("b", 2), ("x", 1), ("c", 1)], &[("c", 1), ("b", 1), ("a", 1)]),
        expect(&[("c", 1), ("b", 2), ("x", 1), ("a", 1)]),
        "the package's order; the target's new one behind its own"
    );
    let both = [("c", 1), ("a", 1), ("b", 1)];
    assert_eq!(
        merged(&[("c", 2), ("a", 1), ("b", 1)], &both),
        expect(&[("c", 2), ("a", 1), ("b", 1)]),
        "the same order"
    );
}

#[test]
fn elements_that_cannot_be_told_apart_or_ordered_clash_as_an_array() {
    let base = things(&[("a", 1), ("b", 1), ("c", 1)]);
    let array = clashes(&["/l"]);
    assert_eq!(text(&base, &things(&[("b", 1), ("a", 1), ("c", 1)]), &things(&[("c", 1), ("a", 1), ("b", 1)])), array);
    assert_eq!(text(&base, &things(&[("a", 2), ("a", 1)]), &things(&[("a", 1), ("b", 2), ("c", 1)])), array);
    let keyless = r#"{"l":[{"v":1},{"id":"b","v":1}]}"#;
    assert_eq!(text(&base, &things(&[("a", 2), ("b", 1), ("c", 1)]), keyless), array);
    let changed = things(&[("a", 2), ("b", 1), ("c", 1)]);
    assert_eq!(
        text(&base, &changed, &things(&[("b", 1), ("c", 1)])),
        clashes(&["/l/0"]),
        "changed here and gone there"
    );
    assert_eq!(text(&base, &things(&[("b", 1), ("c", 1)]), &changed), clashes(&["/l/0"]), "and the other way round");
    assert_eq!(text(&base, &changed, &things(&[("a", 3), ("b", 1), ("c", 1)])), clashes(&["/l/0/v"]));
}

#[test]
fn arrays_in_moved_elements_are_put_in_order_too() {
    let nested = |outer: &[&str], inner: &[&str], v: i32| {
        let inner: Vec<Value> = inner.iter().map(|id| json!({ "id": id })).collect();
        let outer: Vec<Value> = outer.iter().map(|id| json!({ "id": id, "l": inner, "v": v })).collect();
        json!({ "l": outer }).to_string()
    };
    let (base, ours) = (nested(&["a", "b"], &["x", "y", "z"], 1), nested(&["a", "b"], &["x", "y", "z"], 2));
    let theirs = nested(&["b", "a"], &["z", "x", "y"], 1);
    assert_eq!(text(&base, &ours, &theirs), Ok(nested(&["b", "a"], &["z", "x", "y"], 2)));
}

#[test]
fn what_is_volatile_is_no_change_and_stays_as_the_target_has_it() {
    assert_eq!(text(r#"{"at":1,"a":1}"#, r#"{"at":2,"a":1}"#, r#"{"at":3,"a":1}"#), ok(r#"{"at":2,"a":1}"#));
    assert_eq!(
        text(r#"{"at":1,"a":1,"b":1}"#, r#"{"at":2,"a":2,"b":1}"#, r#"{"at":3,"a":1,"b":2}"#),
        ok(r#"{"at":2,"a":2,"b":2}"#)
    );
    // Only by what is volatile does the target differ from what was: what comes, comes whole.
    assert_eq!(text(r#"{"at":1,"a":1}"#, r#"{"at":2,"a":1}"#, r#"{ "at":3,"a":2}"#), ok(r#"{ "at":3,"a":2}"#));
}

#[test]
fn parts_come_and_go_as_members_do() {
    let kind = kind();
    let part = |base, ours, theirs| {
        let (text, merged) = merged([base, ours, theirs], Some(&kind));
        if merged.clashes.is_empty() { Ok(text) } else { Err(merged.clashes) }
    };
    assert_eq!(part(None, Some("x"), None), Ok(Some("x".to_owned())));
    assert_eq!(part(None, None, Some("x")), Ok(Some("x".to_owned())));
    assert_eq!(part(Some("x"), None, Some("x")), Ok(None));
    assert_eq!(part(Some("x"), Some("x"), None), Ok(None));
    assert_eq!(part(Some("x"), None, None), Ok(None));
    let text = |text: &str| Some(Shown::Text(text.to_owned()));
    let whole = |base, now, comes| Err(vec![Clash { part: PART.to_owned(), path: String::new(), base, now, comes }]);
    assert_eq!(part(Some("x"), Some("y"), Some("z")), whole(text("x"), text("y"), text("z")), "no JSON");
    assert_eq!(part(Some("x"), None, Some("z")), whole(text("x"), None, text("z")));
    assert_eq!(part(None, Some("y"), Some("z")), whole(None, text("y"), text("z")));
}

#[test]
fn without_its_handler_a_part_is_one_value() {
    let texts = [r#"{"a":1,"b":1}"#, r#"{"a":2,"b":1}"#, r#"{"a":1,"b":2}"#].map(Some);
    let (text, merged) = merged(texts, None);
    let paths: Vec<&str> = merged.clashes.iter().map(|clash| clash.path.as_str()).collect();
    assert_eq!((text.as_deref(), paths), (texts[1], vec![""]));
}

#[test]
fn what_stays_comes_and_clashes_is_named_with_its_values() {
    let (_, merged) = merged(
        [r#"{"a":1,"b":1,"c":[1],"d":1}"#, r#"{"a":2,"b":1,"c":[2]}"#, r#"{"a":1,"b":2,"c":[3],"d":1,"e":{}}"#]
            .map(Some),
        Some(&kind()),
    );
    let shown = |text: &str| Shown::Json(text.to_owned());
    let change = |path: &str, what| Change { part: PART.to_owned(), path: path.to_owned(), what };
    let from_1 = What::Changed { from: shown("1"), to: shown("2") };
    assert_eq!(merged.kept, [change("/a", from_1.clone()), change("/d", What::Removed(shown("1")))]);
    assert_eq!(merged.taken, [change("/b", from_1), change("/e", What::Added(shown("{}")))]);
    let value = |text: &str| Some(shown(text));
    let clash = Clash {
        part: PART.to_owned(),
        path: "/c".to_owned(),
        base: value("[1]"),
        now: value("[2]"),
        comes: value("[3]"),
    };
    assert_eq!(merged.clashes, [clash]);
}

#[test]
fn what_is_larger_together_than_a_document_may_be_clashes() {
    let large = |name: &str| format!("{{\"{name}\":\"{}\"}}", "x".repeat(33 << 20));
    assert_eq!(text("{}", &large("a"), &large("b")), clashes(&[""]));
}
