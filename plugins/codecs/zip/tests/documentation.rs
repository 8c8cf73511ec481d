//! docs/formats/power-automate.md says what the code does.

use std::collections::BTreeSet;
use std::path::Path;

const PAGE: &str = include_str!("../../../../docs/formats/power-automate.md");

/// Codes `PA0000` and `ZIP000` between quotation marks in the source of a crate.
fn codes(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let is_code = |word: &&str| {
            let digits = word.strip_prefix("PA").filter(|digits| digits.len() == 4);
            let digits = digits.or_else(|| word.strip_prefix("ZIP").filter(|digits| digits.len() == 3));
            digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        found.extend(text.split('"').filter(is_code).map(str::to_owned));
    }
}

#[test]
fn each_code_stands_in_the_table_and_each_row_in_the_code() {
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut in_code = BTreeSet::new();
    for crate_ in ["dialects/power-automate", "handlers/app", "handlers/connector", "handlers/flow", "codecs/zip"] {
        codes(&plugins.join(crate_).join("src"), &mut in_code);
    }
    let rows = PAGE.lines().filter(|line| line.starts_with("| PA") || line.starts_with("| ZIP"));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let mut in_table = BTreeSet::new();
    for cells in cells {
        assert_eq!(cells.len(), 5, "{cells:?}");
        assert!(!cells[2].is_empty() && !cells[3].is_empty(), "{cells:?}");
        assert!(in_table.insert(cells[1].to_owned()), "{} stands there twice", cells[1]);
    }
    assert_eq!(in_code, in_table);
}

#[test]
fn what_flowport_adds_is_named() {
    for name in [
        flowport_power_automate::API_ID,
        flowport_power_automate::CONNECTION_NAME,
        flowport_power_automate::app::DEPENDENCY_KINDS,
    ] {
        assert!(PAGE.contains(&format!("| `{name}` |")), "{name}");
    }
}
