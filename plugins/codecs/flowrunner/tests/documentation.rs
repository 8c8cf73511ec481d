//! docs/formats/flowrunner.md says what the code does.

use std::collections::BTreeSet;
use std::path::Path;

const PAGE: &str = include_str!("../../../../docs/formats/flowrunner.md");

/// Codes `FR0000` between quotation marks in the source of a crate.
fn codes(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let is_code = |word: &&str| {
            let digits = word.strip_prefix("FR").filter(|digits| digits.len() == 4);
            digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        found.extend(text.split('"').filter(is_code).map(str::to_owned));
    }
}

#[test]
fn each_code_stands_in_the_table_and_each_row_in_the_code() {
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut in_code = BTreeSet::new();
    for crate_ in ["dialects/flowrunner", "codecs/flowrunner"] {
        codes(&plugins.join(crate_).join("src"), &mut in_code);
    }
    assert!(!in_code.is_empty());
    let mut in_table = BTreeSet::new();
    for row in PAGE.lines().filter(|line| line.starts_with("| `FR")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 5, "{cells:?}");
        assert!(
            ["error", "warning", "info", "error or warning", "as those it counts"].contains(&cells[2]),
            "{cells:?}"
        );
        assert!(!cells[3].is_empty(), "{cells:?}");
        assert!(in_table.insert(cells[1].trim_matches('`').to_owned()), "{} stands there twice", cells[1]);
    }
    assert_eq!(in_code, in_table);
}

#[test]
fn the_example_has_no_faults() {
    use flowport_flowrunner::Flows;
    use flowport_flowrunner_codec::FlowRunner;
    use flowport_plugin::fake::Package;
    use flowport_plugin::{Codec, Confidence, Handler, Severity};

    let begin = PAGE.find("```json\n").expect("the page has an example") + "```json\n".len();
    let example = PAGE[begin..].split("```").next().expect("the example ends").as_bytes().to_vec();
    assert_eq!(FlowRunner::recognize(&example, None)[0].confidence, Confidence::Certain);
    let package = Package::default();
    assert!(FlowRunner::decode("flowrunner", &example, &package).unwrap().is_empty());
    let inspection = Flows::inspect(&package.resources()[0]).unwrap();
    assert!(inspection.diagnostics.iter().all(|found| found.severity == Severity::Info), "{inspection:#?}");
}
