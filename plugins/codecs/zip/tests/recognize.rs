//! What a file is, by its content (§4 of the format).

mod common;

use common::{Files, MANIFEST, recognize};
use flowport_plugin::Confidence;

#[track_caller]
fn is_not(bytes: Vec<u8>, code: &str, words: &str) {
    let recognition = recognize(bytes);
    assert_eq!(recognition.confidence, Confidence::No);
    let why = recognition.why_not.unwrap();
    assert_eq!(why.code, code, "{why:#?}");
    assert!(why.summary.contains(words), "{}", why.summary);
    assert!(why.help.is_some());
}

fn files(names: &[(&str, &str)]) -> Vec<u8> {
    Files(names.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()).zip()
}

#[test]
fn packages_of_flows_and_apps() {
    // The last is wrong in itself, but no other thing: decoding says why.
    let broken = Files::flow().with("manifest.json", |_| "{".to_owned());
    for package in [Files::flow(), Files::app(), Files::flow().and(".DS_Store", "x"), broken] {
        assert_eq!(package.recognize().confidence, Confidence::Certain);
    }
    let empty = files(&[("manifest.json", r#"{"schema":"1.0","details":{},"resources":{}}"#)]);
    assert_eq!(recognize(empty).confidence, Confidence::Certain);
    assert_eq!(recognize(files(&[("manifest.json", "{")])).confidence, Confidence::Maybe);
}

#[test]
fn everything_else_is_named() {
    is_not(b"<!DOCTYPE html><html></html>".to_vec(), "PA0001", "web page");
    is_not(Vec::new(), "PA0002", "empty");
    is_not(b"%PDF-1.7 ........".to_vec(), "PA0003", "not a zip");
    let solution = [("[Content_Types].xml", ""), ("Solution.xml", ""), ("customizations.xml", "")];
    is_not(files(&solution), "PA0004", "Dataverse solution");
    is_not(files(&[("solution.xml", ""), ("manifest.json", MANIFEST)]), "PA0004", "cannot be mixed");
    is_not(files(&[("s/solution.xml", "")]), "PA0004", "s/");
    is_not(files(&[("pkg/manifest.json", MANIFEST), ("pkg/Microsoft.Flow/flows/x", "")]), "PA0005", "pkg/");
    is_not(files(&[("a.zip", "PK"), ("b.ZIP", "PK"), ("readme.txt", "")]), "PA0006", "a.zip, b.ZIP");
    is_not(files(&[("manifest.json", r#"{"manifest_version":3}"#)]), "PA0007", "browser extension");
    is_not(files(&[("manifest.json", r#"{"manifestVersion":"1.5"}"#)]), "PA0007", "Teams app");
    is_not(files(&[("Header.json", "{}"), ("Properties.json", "{}")]), "PA0008", ".msapp");
    is_not(files(&[("x.msapp", "PK")]), "PA0008", "x.msapp");
    is_not(files(&[("readme.txt", "")]), "PA0009", "manifest.json");
}

#[test]
fn json_is_left_to_another_codec() {
    let recognition = recognize(b"{\"a\":1}".to_vec());
    assert_eq!((recognition.confidence, recognition.why_not), (Confidence::No, None));
}
