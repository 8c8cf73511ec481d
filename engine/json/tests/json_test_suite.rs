//! The JSONTestSuite of Nicolas Seriot, found through `FLOWPORT_HOSTILE`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use flowport_json::{Document, Problem};

/// What is decided where RFC 8259 leaves it open. docs/json.md holds the same table, with the reasons.
const DECISIONS: [(&str, bool); 35] = [
    ("i_number_double_huge_neg_exp", true),
    ("i_number_huge_exp", true),
    ("i_number_neg_int_huge_exp", true),
    ("i_number_pos_double_huge_exp", true),
    ("i_number_real_neg_overflow", true),
    ("i_number_real_pos_overflow", true),
    ("i_number_real_underflow", true),
    ("i_number_too_big_neg_int", true),
    ("i_number_too_big_pos_int", true),
    ("i_number_very_big_negative_int", true),
    ("i_object_key_lone_2nd_surrogate", false),
    ("i_string_1st_surrogate_but_2nd_missing", false),
    ("i_string_1st_valid_surrogate_2nd_invalid", false),
    ("i_string_UTF-16LE_with_BOM", false),
    ("i_string_UTF-8_invalid_sequence", false),
    ("i_string_UTF8_surrogate_U+D800", false),
    ("i_string_incomplete_surrogate_and_escape_valid", false),
    ("i_string_incomplete_surrogate_pair", false),
    ("i_string_incomplete_surrogates_escape_valid", false),
    ("i_string_invalid_lonely_surrogate", false),
    ("i_string_invalid_surrogate", false),
    ("i_string_invalid_utf-8", false),
    ("i_string_inverted_surrogates_U+1D11E", false),
    ("i_string_iso_latin_1", false),
    ("i_string_lone_second_surrogate", false),
    ("i_string_lone_utf8_continuation_byte", false),
    ("i_string_not_in_unicode_range", false),
    ("i_string_overlong_sequence_2_bytes", false),
    ("i_string_overlong_sequence_6_bytes", false),
    ("i_string_overlong_sequence_6_bytes_null", false),
    ("i_string_truncated-utf-8", false),
    ("i_string_utf16BE_no_BOM", false),
    ("i_string_utf16LE_no_BOM", false),
    ("i_structure_500_nested_arrays", false),
    ("i_structure_UTF-8_BOM_empty_object", true),
];

/// Files of the suite that must be taken by the grammar, and are refused because of what they mean: names appear twice.
const DUPLICATES: [&str; 2] = ["y_object_duplicated_key", "y_object_duplicated_key_and_value"];

/// The files of a folder of the suite by name, without `.json`; `None` without the suite.
fn files(folder: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let Some(hostile) = std::env::var_os("FLOWPORT_HOSTILE") else {
        eprintln!("nothing checked: this test needs the folder FLOWPORT_HOSTILE");
        return None;
    };
    let folder = PathBuf::from(hostile).join("JSONTestSuite").join(folder);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files: BTreeMap<String, Vec<u8>> = entries
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let name = path.file_stem().expect("a listed file has a name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("the file can be read"))
        })
        .collect();
    assert!(!files.is_empty(), "{} holds no test", folder.display());
    Some(files)
}

#[test]
fn takes_and_refuses_as_the_suite_says() {
    let Some(files) = files("test_parsing") else {
        return;
    };
    let decisions = BTreeMap::from(DECISIONS);
    let mut decided = 0;
    for (name, bytes) in files {
        let result = Document::parse(bytes.clone());
        let expected = match name.split_once('_') {
            Some(("y", _)) => !DUPLICATES.contains(&&*name),
            Some(("n", _)) => false,
            _ => {
                decided += 1;
                *decisions.get(&*name).unwrap_or_else(|| panic!("{name} is not decided"))
            }
        };
        match result {
            Ok(document) => {
                assert!(expected, "{name} is taken");
                assert_eq!(document.into_bytes(), bytes, "{name}");
            }
            Err(error) => assert!(!expected, "{name} is refused: {error}"),
        }
    }
    assert_eq!(decided, DECISIONS.len(), "the table holds files that the suite does not");
}

#[test]
fn refuses_duplicates_for_what_they_are() {
    let Some(files) = files("test_parsing") else {
        return;
    };
    for name in DUPLICATES {
        let error = Document::parse(files[name].clone()).expect_err("the name appears twice");
        assert_eq!(error.problem, Problem::DuplicateKey { name: "a".into() }, "{name}");
    }
}

#[test]
fn transforms_nothing() {
    let Some(files) = files("test_transform") else {
        return;
    };
    for (name, bytes) in files {
        match Document::parse(bytes.clone()) {
            Ok(document) => assert_eq!(document.into_bytes(), bytes, "{name}"),
            Err(error) => {
                let is_expected = match error.problem {
                    Problem::DuplicateKey { .. } => name.starts_with("object_same_key_"),
                    Problem::LoneSurrogate { .. } | Problem::Utf8 => name.contains("invalid_codepoint"),
                    _ => false,
                };
                assert!(is_expected, "{name}: {error}");
            }
        }
    }
}

#[test]
fn the_documentation_holds_the_same_table() {
    let page = include_str!("../../../docs/json.md");
    let rows: Vec<(&str, bool)> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `i_"))
        .map(|row| {
            let mut cells = row.split('|').map(str::trim);
            let name = cells.next().and_then(|cell| cell.strip_suffix('`')).expect("a row begins with a file name");
            let is_taken = match cells.next() {
                Some("taken") => true,
                Some("refused") => false,
                other => panic!("{name}: {other:?}"),
            };
            assert!(cells.next().is_some_and(|reason| !reason.is_empty()), "{name} has no reason");
            (name, is_taken)
        })
        .collect();
    let expected: Vec<_> =
        DECISIONS.iter().map(|(name, is_taken)| (name.strip_prefix("i_").expect("all begin so"), *is_taken)).collect();
    assert_eq!(rows, expected);
}
