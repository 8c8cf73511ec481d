//! docs/formats/connector.md and the schemas say what the code does.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{connection, connector, findings, inspect};
use flowport_connector::Connectors;
use flowport_plugin::fake::Resource;
use flowport_plugin::json::{Document, Value};
use flowport_plugin::{Handler, Head, KindInfo, ResourceId};

const PAGE: &str = include_str!("../../../../docs/formats/connector.md");

/// Codes `CN0000` between quotation marks in the source of the crate.
fn codes(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let is_code = |word: &&str| {
            let digits = word.strip_prefix("CN").filter(|digits| digits.len() == 4);
            digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        found.extend(text.split('"').filter(is_code).map(str::to_owned));
    }
}

#[test]
fn each_code_stands_in_the_table_and_each_row_in_the_code() {
    let mut in_code = BTreeSet::new();
    codes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut in_code);
    let rows = PAGE.lines().filter(|line| line.starts_with("| CN"));
    let mut in_table = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 5, "{cells:?}");
        assert!(in_table.insert(cells[1].to_owned()), "{} stands there twice", cells[1]);
    }
    assert_eq!(in_code, in_table);
}

fn word(value: Value<'_>, member: &str) -> String {
    value.get(member).unwrap().as_str().unwrap().into_owned()
}

#[test]
fn the_example_has_no_findings_and_shows_each_member() {
    let from = PAGE.find("```json\n").unwrap() + "```json\n".len();
    let example = &PAGE[from..from + PAGE[from..].find("```").unwrap()];
    let document = Document::parse(example).unwrap();
    assert_eq!(document.root().len(), 2);
    for entry in document.root().elements() {
        let kind = word(entry, "kind");
        let head = Head::new(ResourceId::new(&kind, &word(entry, "id")), &word(entry, "dialect"), &word(entry, "name"));
        let (name, part) = entry.get("parts").unwrap().members().next().unwrap();
        let part = part.get("json").unwrap();
        let found = inspect(&Resource::new(head).json(&name.name(), part.raw()));
        assert!(found.diagnostics.is_empty(), "{:#?}", found.diagnostics);
        assert!(found.secrets.iter().all(|secret| secret.declared && !secret.is_set));
        let shown: BTreeSet<String> = part.members().map(|(key, _)| key.name().into_owned()).collect();
        assert_eq!(shown, members(&info(&kind)));
        for slot in found.references.iter().map(|reference| &reference.slot) {
            assert!(PAGE.contains(&format!("| `{slot}` |")), "{slot}");
        }
        let rows = shown.iter().filter(|member| PAGE.contains(&format!("\n| `{member}` |")));
        assert_eq!(rows.count(), shown.len());
    }
}

fn info(kind: &str) -> KindInfo {
    Connectors::kinds().into_iter().find(|info| info.kind == kind && info.dialects == ["flowport"]).unwrap()
}

fn schema(info: &KindInfo) -> Document {
    Document::parse(info.schema.clone().unwrap()).unwrap()
}

/// The members that the schema of a kind knows.
fn members(info: &KindInfo) -> BTreeSet<String> {
    let schema = schema(info);
    let properties = schema.at("/properties").unwrap();
    properties.members().map(|(key, _)| key.name().into_owned()).collect()
}

#[test]
fn the_schemas_know_the_members_that_inspect_knows() {
    for (kind, make) in [("connector", connector as fn(&str) -> Resource), ("connection", connection)] {
        let info = info(kind);
        let schema = schema(&info);
        let required = schema.at("/required").unwrap().elements().map(|name| name.as_str().unwrap().into_owned());
        let missing = required.map(|name| format!("CN0003E {kind}.json#/{name}"));
        assert_eq!(findings(&inspect(&make("{}")).diagnostics), missing.collect::<Vec<_>>());
        for member in members(&info) {
            let type_ = schema.at(&format!("/properties/{member}/type")).unwrap().as_str().unwrap();
            let wrong = if type_ == "string" { "{}" } else { "\"x\"" };
            let found = findings(&inspect(&make(&format!("{{\"{member}\":{wrong}}}"))).diagnostics);
            assert!(found.contains(&format!("CN0004E {kind}.json#/{member}")), "{found:?}");
        }
        let actions: Vec<&str> = info.actions.iter().map(action).collect();
        assert!(PAGE.contains(&actions.join(", ")), "{actions:?}");
    }
}

fn action(action: &flowport_plugin::Action) -> &'static str {
    use flowport_plugin::Action;
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::UseExisting => "use-existing",
        Action::Skip => "skip",
        other => panic!("{other:?} is no action of connectors"),
    }
}
