//! What holds for the changes between any two documents, and what single ones look like.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use flowport_json::{Document, compact};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::compare::Options;
use super::mask::Secrecy;
use super::model::{Change, Shown, What};
use super::part::{Both, Read};
use super::tree::Rules;

/// Much more than it takes here, and much less than what looks at each pair would take.
const PATIENCE: Duration = Duration::from_secs(10);

fn changes_by(left: &str, right: &str, rules: Rules<'_>, options: &Options) -> Vec<Change> {
    let secrecy = Secrecy::none();
    let both = Both { name: "part.json", secrecy: [&secrecy, &secrecy], rules, options };
    both.changes(&Read::parsed(left.into()), &Read::parsed(right.into()))
}

fn changes(left: &Value, right: &Value, keys: &[(&str, &str)]) -> Vec<Change> {
    changes_by(&left.to_string(), &right.to_string(), Rules { volatile: &[], keys }, &Options::default())
}

/// One line for each change, as people write them.
fn lines(left: &Value, right: &Value, keys: &[(&str, &str)]) -> Vec<String> {
    let text = |shown: &Shown| match shown {
        Shown::Json(text) => text.clone(),
        other => format!("{other:?}"),
    };
    let line = |change: &Change| match &change.what {
        What::Added(to) => format!("+ {} {}", change.path, text(to)),
        What::Removed(from) => format!("- {} {}", change.path, text(from)),
        What::Changed { from, to } => format!("~ {} {} {}", change.path, text(from), text(to)),
        What::Moved { from } => format!("> {} {from}", change.path),
        What::Spelling => "spelling".to_owned(),
    };
    changes(left, right, keys).iter().map(line).collect()
}

#[test]
fn members_are_compared_by_name() {
    let (left, right) =
        (json!({"a": 1, "b": {"c": [], "d": null}, "e": 0}), json!({"b": {"d": null, "c": {}}, "a": 2, "f": "x"}));
    assert_eq!(lines(&left, &right, &[]), ["~ /a 1 2", "~ /b/c [] {}", "- /e 0", "+ /f \"x\""]);
}

#[test]
fn an_element_that_comes_is_one_change() {
    let element = |name: &str, size: i32| json!({"name": name, "size": size, "of": "all"});
    let left = json!([element("a", 1), element("b", 2)]);
    let right = json!([element("a", 1), element("n", 9), element("b", 3)]);
    assert_eq!(lines(&left, &right, &[]), [format!("+ /1 {}", element("n", 9)), "~ /2/size 2 3".to_owned()]);
    assert_eq!(lines(&json!([1, 2, 3]), &json!([1, 5, 3]), &[]), ["~ /1 2 5"]);
}

#[test]
fn keys_find_elements_in_any_order_and_say_what_moved() {
    let left = json!({"stages": [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}, {"id": 3, "v": "c"}]});
    let right = json!({"stages": [{"id": 3, "v": "c"}, {"v": "x", "id": 1}, {"id": 2, "v": "b"}]});
    assert_eq!(lines(&left, &right, &[("/stages", "id")]), ["> /stages/0 /stages/2", "~ /stages/1/v \"a\" \"x\""]);
    let nested = |value: &Value| json!([value, value]);
    let lines = lines(&nested(&left), &nested(&right), &[("/*/stages", "id")]);
    assert_eq!(lines.len(), 4, "{lines:?}");
}

#[test]
fn keys_that_are_not_unique_or_not_there_are_no_keys() {
    let left = json!([{"id": 1, "v": 1}, {"id": 1, "v": 2}]);
    let right = json!([{"id": 1, "v": 2}, {"id": 1, "v": 1}]);
    let found = lines(&left, &right, &[("", "id")]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("> "), "{found:?}");
    assert_eq!(lines(&json!([{"v": 1}]), &json!([{"v": 2}]), &[("", "id")]), ["~ /0/v 1 2"]);
}

#[test]
fn an_action_that_goes_into_a_scope_has_moved() {
    let action = json!({"type": "Http", "inputs": {"method": "GET", "uri": "https://contoso.example"}});
    let left = json!({"actions": {"call": action, "end": {"type": "Stop"}}});
    let right = json!({"actions": {"scope": {"type": "Scope", "actions": {"call": action}}, "end": {"type": "Stop"}}});
    let scope = &right["actions"]["scope"];
    let found = lines(&left, &right, &[]);
    assert_eq!(found, [format!("+ /actions/scope {scope}"), "> /actions/scope/actions/call /actions/call".to_owned()]);
    let back = lines(&right, &left, &[]);
    assert_eq!(back, [format!("- /actions/scope {scope}"), "> /actions/call /actions/scope/actions/call".to_owned()]);
    let renamed = json!({"actions": {"request": action, "end": {"type": "Stop"}}});
    assert_eq!(lines(&left, &renamed, &[]), ["> /actions/request /actions/call"]);
}

#[test]
fn one_value_moves_to_one_place() {
    let inner = json!({"type": "Http", "method": "GET", "uri": "https://contoso.example"});
    let outer = json!({"type": "Scope", "in": inner});
    let found = lines(&json!({"a": inner}), &json!({"b": inner, "c": inner}), &[]);
    assert_eq!(found, ["> /b /a".to_owned(), format!("+ /c {inner}")]);
    // What stands in something that moved as a whole came from nowhere else.
    let found = lines(&json!({"a": outer, "z": inner}), &json!({"b": outer}), &[]);
    assert_eq!(found, [format!("- /z {inner}"), "> /b /a".to_owned()]);
}

#[test]
fn a_value_comes_from_one_of_its_name_first_and_then_from_one_that_went_whole() {
    let step = json!({"type": "Http", "method": "GET", "uri": "https://contoso.example"});
    let left = json!({"a": {"x": step, "of": 1}, "b": step, "c": {"y": step}});
    let found = lines(&left, &json!({"d": step}), &[]);
    assert_eq!(found.last().unwrap(), "> /d /b");
    let found = lines(&left, &json!({"d": step, "e": step, "y": step}), &[]);
    assert_eq!(found[found.len() - 3..], ["> /d /b", "> /e /a/x", "> /y /c/y"]);
}

#[test]
fn many_equal_values_move_in_little_time() {
    let members = |prefix: &str| -> Value {
        Value::from((0..20_000).map(|n| (format!("{prefix}{n:05}"), json!({"k": 1}))).collect::<Map<_, _>>())
    };
    let started = Instant::now();
    let found = lines(&members("a"), &members("b"), &[]);
    assert!(started.elapsed() < PATIENCE, "it took {:?}", started.elapsed());
    let expected: Vec<String> = (0..20_000).map(|n| format!("> /b{n:05} /a{n:05}")).collect();
    assert_eq!(found, expected);
}

#[test]
fn an_element_that_moved_may_have_changed_too() {
    let left = json!([{"id": 1, "v": "a"}, {"id": 2, "v": "b"}, {"id": 3, "v": "c"}]);
    let right = json!([{"id": 3, "v": "x"}, {"id": 1, "v": "a"}, {"id": 2, "v": "b"}]);
    assert_eq!(lines(&left, &right, &[("", "id")]), ["> /0 /2", "~ /0/v \"c\" \"x\""]);
}

#[test]
fn small_values_come_and_go_by_chance() {
    let left = json!({"a": {"after": {"x": ["Succeeded"]}}, "n": 1});
    let right = json!({"a": {"after": {}}, "b": {"after": {"x": ["Succeeded"]}}, "m": 1});
    let found = lines(&left, &right, &[]);
    assert!(!found.iter().any(|line| line.starts_with('>')), "{found:?}");
}

#[test]
fn spelling_is_a_difference_only_where_bytes_are_compared() {
    let (left, right) = ("{\"a\":1,\"b\":\"x\"}", "{ \"b\": \"\\u0078\", \"a\": 1 }\n");
    let compare = |left: &str, right: &str, bytes: bool| {
        let rules = Rules { volatile: &["/at"], keys: &[] };
        changes_by(left, right, rules, &Options { bytes, ..Options::default() })
    };
    assert!(compare(left, right, false).is_empty());
    let found = compare(left, right, true);
    assert_eq!(
        found.iter().map(|change| (&change.what, change.path.as_str())).collect::<Vec<_>>(),
        [(&What::Spelling, "")]
    );
    assert!(!compare(left, "{\"a\":2,\"b\":\"x\"}", true).iter().any(|change| change.what == What::Spelling));
    assert!(compare("{\"at\":1,\"a\":1}", "{\"at\":2,\"a\":1}", true).is_empty(), "volatile, and else the same bytes");
    assert_eq!(compare("{\"at\":1,\"a\":1}", "{\"at\":2, \"a\":1}", true).len(), 1);
}

#[test]
fn what_is_no_json_is_text_or_bytes() {
    let text = |text: &str| Shown::Text(text.to_owned());
    let found = changes_by("hello", "{\"a\":1}", Rules::default(), &Options::default());
    assert_eq!(found[0].what, What::Changed { from: text("hello"), to: text("{\"a\":1}") });
    let long = "x".repeat(10_000);
    let found = changes_by("hello", &long, Rules::default(), &Options::default());
    assert!(matches!(&found[0].what, What::Changed { to: Shown::Bytes { len: 10_000, .. }, .. }), "{found:?}");
}

/// Documents of which many parts are alike, so that much can move.
fn document() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(json!(null)),
        Just(json!(1)),
        Just(json!(2)),
        Just(json!("x")),
        Just(json!({"k": 1, "l": [1, 2]}))
    ];
    let name = || prop_oneof![Just("a"), Just("b"), Just("c/d"), Just("~e"), Just("0")].prop_map(str::to_owned);
    scalar.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name(), inner.clone(), 0..5)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
            prop::collection::btree_map(0..6u8, inner, 0..5)
                .prop_map(|elements| elements.into_iter().collect::<Vec<_>>())
                .prop_shuffle()
                .prop_map(|elements| {
                    let element = |(id, value): (u8, Value)| json!({"id": id, "v": value});
                    Value::from(elements.into_iter().map(element).collect::<Vec<_>>())
                }),
        ]
    })
}

/// What stands at the places of the right side, and what leaves its place on the left.
struct Applied<'a> {
    left: &'a Value,
    at: BTreeMap<&'a str, &'a Change>,
    gone: Vec<&'a str>,
}

impl<'a> Applied<'a> {
    fn of(left: &'a Value, changes: &'a [Change]) -> Applied<'a> {
        let is_gone = |change: &Change| matches!(change.what, What::Removed(_));
        let from = |change: &'a Change| match &change.what {
            What::Removed(_) => Some(change.path.as_str()),
            What::Moved { from } => Some(from.as_str()),
            _ => None,
        };
        let at =
            changes.iter().filter(|change| !is_gone(change)).map(|change| (change.path.as_str(), change)).collect();
        Applied { left, at, gone: changes.iter().filter_map(from).collect() }
    }

    /// What comes newly into its place, or none where the value of the left side stays.
    fn incoming(&self, path: &str) -> Option<Value> {
        match &self.at.get(path)?.what {
            What::Added(Shown::Json(text)) => Some(serde_json::from_str(text).unwrap()),
            What::Moved { from } => Some(self.value(self.left.pointer(from).unwrap(), from, path)),
            _ => None,
        }
    }

    fn value(&self, value: &Value, from: &str, to: &str) -> Value {
        if let Some(What::Changed { to: Shown::Json(text), .. }) = self.at.get(to).map(|change| &change.what) {
            return serde_json::from_str(text).unwrap();
        }
        let join = |base: &str, name: &str| flowport_json::pointer::join(base, name);
        let stays = |path: &str| !self.gone.contains(&path);
        match value {
            Value::Object(members) => {
                let kept = members.iter().filter(|(name, _)| stays(&join(from, name)));
                let mut object: Map<String, Value> = kept
                    .map(|(name, member)| (name.clone(), self.value(member, &join(from, name), &join(to, name))))
                    .collect();
                for path in self.at.keys() {
                    let below = path.strip_prefix(to).and_then(|rest| rest.strip_prefix('/'));
                    if let Some(name) = below.filter(|name| !name.contains('/'))
                        && let Some(value) = self.incoming(path)
                    {
                        object.insert(name.replace("~1", "/").replace("~0", "~"), value);
                    }
                }
                Value::Object(object)
            }
            Value::Array(elements) => {
                let mut kept = elements.iter().zip(0..).filter(|(_, index)| stays(&join(from, &index.to_string())));
                let mut array = Vec::new();
                loop {
                    let path = join(to, &array.len().to_string());
                    match self.incoming(&path) {
                        Some(value) => array.push(value),
                        None => match kept.next() {
                            Some((element, index)) => {
                                array.push(self.value(element, &join(from, &index.to_string()), &path));
                            }
                            None => break Value::Array(array),
                        },
                    }
                }
            }
            other => other.clone(),
        }
    }
}

proptest! {
    #[test]
    fn a_document_does_not_differ_from_itself(document in document()) {
        let pretty = format!("{document:#}");
        let found = changes_by(&document.to_string(), &pretty, Rules::default(), &Options::default());
        prop_assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn every_path_is_there_on_its_side(left in document(), right in document()) {
        for change in changes(&left, &right, &[("", "id"), ("/*", "id"), ("/*/*", "id")]) {
            let (before, after) = (left.pointer(&change.path), right.pointer(&change.path));
            let is = |shown: &Shown, value: Option<&Value>| {
                let Shown::Json(text) = shown else { return false };
                value.is_some_and(|value| serde_json::from_str::<Value>(text).unwrap() == *value)
            };
            let holds = match &change.what {
                What::Added(to) => is(to, after),
                What::Removed(from) => is(from, before),
                What::Changed { from, to } => is(to, after) && !is(from, after),
                What::Moved { from } => after.is_some() && left.pointer(from).is_some(),
                What::Spelling => false,
            };
            prop_assert!(holds, "{change:?}");
        }
    }

    #[test]
    fn the_changes_make_the_right_side_of_the_left(left in document(), right in document(), keyed: bool) {
        let keys: &[(&str, &str)] = if keyed { &[("", "id"), ("/*", "id"), ("/*/*", "id"), ("/*/*/*", "id")] } else { &[] };
        let found = changes(&left, &right, keys);
        let applied = Applied::of(&left, &found).value(&left, "", "");
        prop_assert_eq!(&applied, &right, "{:?}", found);
        prop_assert_eq!(found.is_empty(), left == right);
    }
}

#[test]
fn documents_may_be_deep() {
    let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(200), "]".repeat(200));
    let found = changes_by(&deep("1"), &deep("2"), Rules::default(), &Options::default());
    let document = Document::parse(deep("2")).unwrap();
    let path = &found[0].path;
    assert_eq!((found.len(), compact(document.at(path).unwrap()).as_str()), (1, "2"));
}
