//! Valid versions of all shapes: keys that nobody knows, in any order, with any white space.
#![allow(dead_code, reason = "each test file uses a part")]

use std::hash::{DefaultHasher, Hash, Hasher};

use flowport_plugin::json::quote;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A version, and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Generated {
    pub(crate) text: String,
    pub(crate) name: String,
    /// None where the file says none.
    pub(crate) version: Option<String>,
    pub(crate) is_live: bool,
    pub(crate) elements: usize,
}

/// Any JSON value, without the words by which the dialect knows keys.
pub(crate) fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        select(vec!["null", "true", "-0.0", "1e400", "1.50", "\"\\u0041\\ud83d\\ude00\\/\"", "[]", "{ }"])
            .prop_map(str::to_owned),
        "\\PC{0,12}".prop_map(|text| quote(&text)),
        Just(quote("https://dev.example/x?client_secret=abcdef\u{1b}")),
        Just(quote("ana@dev.example")),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(|all| format!("[ {}]", all.join(" ,"))),
            vec(inner, 0..3).prop_map(|all| {
                let members = all.iter().enumerate().map(|(index, value)| format!("\"k~/{index}\":\t{value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }),
        ]
    })
}

/// An object of these members, in an order that `order` decides.
fn object(space: &str, order: u64, mut members: Vec<(String, String)>) -> String {
    members.sort_by_key(|(key, _)| {
        let mut hasher = DefaultHasher::new();
        (order, key).hash(&mut hasher);
        hasher.finish()
    });
    let member = |(key, value): &(String, String)| format!("{space}{}{space}:{space}{value}", quote(key));
    format!("{{{}{space}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
}

fn any_version() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        "[1-9][0-9]{0,3}".prop_map(|text| (text.clone(), text)),
        "\\PC{1,8}".prop_map(|text| (quote(&text), text)),
    ]
}

/// Any valid version of a flow, with at least one key that tells it from files of others.
pub(crate) fn any_flow() -> impl Strategy<Value = Generated> {
    let head = ("\\PC{1,12}", select(vec!["name", "flowName"]), option::of(any_version()), any::<bool>());
    let layout = (select(vec!["", " ", "\n  ", "\r\n\t"]), any::<u64>());
    let content = (vec(any_json(), 0..4), option::of(any_json()), any::<bool>());
    (head, layout, content).prop_map(|((name, key, version, is_live), (space, order), (values, unknown, has_id))| {
        let element = |(index, value): (usize, &String)| {
            object(space, order, vec![("id".to_owned(), format!("\"e{index}\"")), ("x~/".to_owned(), value.clone())])
        };
        let elements: Vec<String> = values.iter().enumerate().map(element).collect();
        let mut members = vec![
            (key.to_owned(), quote(&name)),
            ("elements".to_owned(), format!("[{space}{}]", elements.join(&format!("{space},")))),
            ("schedule".to_owned(), r#"{"cron" : "0 0 * * *"}"#.to_owned()),
            ("status".to_owned(), quote(if is_live { "LIVE" } else { "READY" })),
        ];
        members.extend(version.iter().map(|(raw, _)| ("version".to_owned(), raw.clone())));
        members.extend(unknown.map(|value| ("unknown \"key\"".to_owned(), value)));
        members.extend(has_id.then(|| ("flowId".to_owned(), "\"f-1\"".to_owned())));
        let text = format!("{space}{}{space}", object(space, order, members));
        Generated { text, name, version: version.map(|(_, text)| text), is_live, elements: elements.len() }
    })
}
