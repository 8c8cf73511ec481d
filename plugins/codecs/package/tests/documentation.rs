//! docs/formats/boomi-flow.md says what the code does.

use std::collections::BTreeSet;
use std::path::Path;

use flowport_plugin::Handler;

const PAGE: &str = include_str!("../../../../docs/formats/boomi-flow.md");

/// Codes `BF0000` between quotation marks in the source of a crate.
fn codes(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let is_code = |word: &&str| {
            let digits = word.strip_prefix("BF").filter(|digits| digits.len() == 4);
            digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        found.extend(text.split('"').filter(is_code).map(str::to_owned));
    }
}

#[test]
fn each_code_stands_in_the_table_and_each_row_in_the_code() {
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut in_code = BTreeSet::new();
    for crate_ in ["dialects/boomi-flow", "handlers/element", "codecs/package"] {
        codes(&plugins.join(crate_).join("src"), &mut in_code);
    }
    let mut in_table = BTreeSet::new();
    for row in PAGE.lines().filter(|line| line.starts_with("| BF")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 5, "{cells:?}");
        assert!(!cells[2].is_empty() && !cells[3].is_empty(), "{cells:?}");
        assert!(in_table.insert(cells[1].to_owned()), "{} stands there twice", cells[1]);
    }
    assert_eq!(in_code, in_table);
}

#[test]
fn what_flowport_adds_is_named() {
    use flowport_boomi_flow::{BINDINGS, MEMBERS, NAMES, PROPERTIES, VERSION_ID};
    for name in [VERSION_ID, MEMBERS, NAMES, PROPERTIES, BINDINGS] {
        let is_named = PAGE.lines().any(|line| {
            let first = line.strip_prefix("| ").and_then(|row| row.split('|').next());
            first.is_some_and(|cell| cell.contains(&format!("`{name}`")))
        });
        assert!(is_named, "{name}");
    }
    for part in flowport_boomi_flow::FLOW_PARTS.iter().chain(&flowport_boomi_flow::ELEMENT_PARTS) {
        assert!(PAGE.contains(&format!("| `{part}` |")), "{part}");
    }
}

#[test]
fn each_kind_is_named() {
    for info in flowport_boomi_flow::Elements::kinds() {
        assert!(PAGE.contains(&info.kind), "{}", info.kind);
    }
}
