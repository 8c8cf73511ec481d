//! The page and the schema say what the code does.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::{flow, package_of, read_well, written};
use flowport_plugin::json::{Document, Kind, Value};
use flowport_plugin::{Action, Layout, Origin, PackageInfo, PackageReader, Setup, State, fake::Package};

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn docs(path: &str) -> String {
    let path = here().join("../../../docs").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The examples of the page: a whole package, then a resource by itself.
fn examples() -> Vec<String> {
    let page = docs("formats/json.md");
    let blocks = page.split("```json\n").skip(1);
    blocks.map(|rest| rest.split("\n```").next().unwrap_or_default().to_owned()).collect()
}

/// Where a document breaks the schema; knows the words that the schema uses, and no others.
fn breaks(schema: &Document, rule: Value<'_>, value: Value<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let here = |what: &str| vec![format!("{}: {what}", value.pointer())];
    for (word, argument) in rule.members() {
        let alternatives = || argument.elements().filter(|one| breaks(schema, *one, value).is_empty()).count();
        let members = || value.members().map(|(key, value)| (key.name(), value));
        let word = word.name();
        found.extend(match &*word {
            "$schema" | "$id" | "$defs" | "title" | "description" | "default" | "contentEncoding" | "propertyNames" => {
                vec![]
            }
            "$ref" => {
                let pointer = argument.as_str().expect("a reference is a string");
                let target = schema.at(pointer.trim_start_matches('#')).expect("the reference leads somewhere");
                breaks(schema, target, value)
            }
            "type" => {
                let kind = match &*argument.as_str().expect("one type") {
                    "object" => Kind::Object,
                    "array" => Kind::Array,
                    "string" => Kind::String,
                    other => panic!("the type {other}"),
                };
                if value.kind() == kind { vec![] } else { here("type") }
            }
            "const" if value.equivalent(argument) => vec![],
            "enum" if argument.elements().any(|one| one.equivalent(value)) => vec![],
            "const" | "enum" => here("not one of the words"),
            "pattern" => {
                let text = value.as_str().unwrap_or_default();
                let fits = match &*argument.as_str().expect("a pattern is a string") {
                    "^1\\.[0-9]+$" => text.starts_with("1."),
                    "^other:" => text.starts_with("other:"),
                    "^[^A-Z\\x00-\\x1f]*$" => !text.chars().any(|one| one.is_ascii_uppercase() || one < ' '),
                    other => panic!("the pattern {other}"),
                };
                if fits { vec![] } else { here("pattern") }
            }
            "minLength" if value.as_str().is_some_and(|text| text.is_empty()) => here("empty"),
            "maxLength" if value.as_str().is_some_and(|text| text.len() > 64) => here("long"),
            "minItems" if value.is_empty() => here("empty"),
            "minLength" | "maxLength" | "minItems" => vec![],
            "required" => {
                let missing =
                    argument.elements().filter(|name| value.get(&name.as_str().unwrap_or_default()).is_none());
                missing.flat_map(|name| here(name.raw())).collect()
            }
            "properties" => {
                let both = members().filter_map(|(name, value)| Some((argument.get(&name)?, value)));
                both.flat_map(|(rule, value)| breaks(schema, rule, value)).collect()
            }
            "additionalProperties" => {
                let known = |name: &str| rule.get("properties").is_some_and(|known| known.get(name).is_some());
                let others = members().filter(|(name, _)| !known(name));
                let check =
                    |value| if argument.kind() == Kind::Object { breaks(schema, argument, value) } else { here("key") };
                others.flat_map(|(_, value)| check(value)).collect()
            }
            "items" => value.elements().flat_map(|element| breaks(schema, argument, element)).collect(),
            "oneOf" if alternatives() == 1 => vec![],
            "anyOf" if alternatives() > 0 => vec![],
            "oneOf" | "anyOf" => here("none or several of the alternatives"),
            other => panic!("the word {other}"),
        });
    }
    found
}

#[track_caller]
fn follows_the_schema(text: &str, expected: bool) {
    let schema = Document::parse(docs("schemas/flowport-package.schema.json")).expect("the schema is JSON");
    let document = Document::parse(text).expect("the text is JSON");
    let found = breaks(&schema, schema.root(), document.root());
    assert_eq!(found.is_empty(), expected, "{found:?} in {text}");
}

#[test]
fn the_examples_are_read_without_a_word() {
    let examples = examples();
    assert_eq!(examples.len(), 2);
    let package = read_well(&examples[0]);
    assert_eq!(package.info().intended_for.as_deref(), Some("production"));
    let resources = package.resources();
    assert_eq!(resources.len(), 2);
    assert_eq!(resources[1].setup.allowed[2], Action::Other("promote".to_owned()));
    assert_eq!(resources[1].text("readme.txt"), "Owned by the order team.\r\n");
    assert_eq!(resources[1].parts[2].2, b"\x89PNG\r\n\x1a\n");
    assert_eq!(read_well(&examples[1]).resources()[0].head, resources[0].head);
    for example in &examples {
        follows_the_schema(example, true);
        follows_the_schema(&written(&read_well(example)), true);
    }
}

#[test]
fn what_is_written_follows_the_schema() {
    let mut info = PackageInfo::named("n");
    for field in [&mut info.created, &mut info.creator, &mut info.source, &mut info.intended_for] {
        *field = Some("x".to_owned());
    }
    info.layouts.push(Layout { format: "zip".to_owned(), content: String::new() });
    let mut full = flow("b").json("d", "{}").json("e", " {}");
    full.parts.push(("f".to_owned(), "x".to_owned(), vec![0xFF]));
    full.head.id.version = Some("1".to_owned());
    full.head.attributes = "{\"a\":[]}".to_owned();
    full.head.state = State::Draft;
    full.head.origin = Origin::Standard;
    full.setup = Setup {
        suggested: Some(Action::Merge),
        allowed: vec![Action::Create, Action::Other("x".to_owned())],
        comment: Some(String::new()),
    };
    let package = Package::new(info, vec![flow("a"), full]).with_attachment(b"a");
    let text = written(&package);
    follows_the_schema(&text, true);
    follows_the_schema(&written(&package_of(vec![])), true);
    for (from, to) in [
        ("\"flowport\"", "\"x\""),
        ("\"1.0\"", "\"2.0\""),
        ("\"draft\"", "\"dratf\""),
        ("\"kind\"", "\"knd\""),
        ("\"other:x\"", "\"x\""),
        ("\"json\": {}", "\"json\": {}, \"text\": \"\""),
        ("\"mediaType\": \"x\",", "\"mediaType\": 1,"),
        ("\"kind\": \"flow\"", "\"kind\": \"Flow\""),
    ] {
        assert!(text.contains(from), "{from}");
        follows_the_schema(&text.replacen(from, to, 1), false);
    }
}

/// Everything of the form `FJ` and two digits.
fn codes(text: &str) -> BTreeSet<String> {
    let found = text.match_indices("FJ").filter_map(|(at, _)| text.get(at..at + 4));
    found.filter(|code| code[2..].bytes().all(|byte| byte.is_ascii_digit())).map(str::to_owned).collect()
}

fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).expect("the sources are there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, all);
        } else {
            all.push_str(&fs::read_to_string(&path).expect("a source is text"));
        }
    }
}

#[test]
fn every_code_is_in_the_table_and_no_other() {
    let page = docs("formats/json.md");
    let table: String = page.lines().filter(|line| line.starts_with("| `FJ")).collect();
    let mut all = String::new();
    sources(&here().join("src"), &mut all);
    assert!(!codes(&all).is_empty());
    assert_eq!(codes(&table), codes(&all));
}
