//! Codecs that misbehave.

use std::sync::Arc;

use flowport_core::plugin::{Codec, Output, PackageSink, PluginError};

use crate::support::{Decoded, File, Package, Sink, fault, file, misbehave, note};

fn codec() -> Arc<dyn Codec> {
    misbehave().codec().unwrap().unwrap()
}

fn decode(format: &str) -> (Result<(), PluginError>, Decoded) {
    let sink = Arc::new(Sink::default());
    let into: Arc<dyn PackageSink> = sink.clone();
    (codec().decode(format, &file(b"a note"), &into).map(drop), sink.decoded())
}

fn encode(format: &str) -> (Result<Vec<String>, PluginError>, (u64, Vec<u8>)) {
    let file = Arc::new(File::default());
    let output: Arc<dyn Output> = file.clone();
    let placements = codec().encode(format, &Package::of(vec![note("one"), note("two")]), &output);
    let written = file.0.lock().unwrap().clone();
    (placements.map(|placements| placements.iter().map(|placement| placement.id.to_string()).collect()), written)
}

/// The next operation on the same plugin works.
fn still_works() {
    let (outcome, decoded) = decode("ok");
    outcome.unwrap();
    let part = ("note.txt".to_owned(), b"a note".to_vec());
    assert_eq!(decoded.resources, [("note/1".to_owned(), vec![part])]);
    let (placements, written) = encode("ok");
    assert_eq!(placements.unwrap(), ["note/one", "note/two"]);
    assert_eq!(written, (5, b"notes".to_vec()));
}

fn check(text: &str, function: &str, what: &str) {
    assert!(text.starts_with(&format!("plugin misbehave 0.1.0 failed in {function}: ")), "{text}");
    assert!(text.contains(what), "{text}");
    still_works();
}

#[test]
fn a_decoder_that_breaks_the_contract_is_stopped() {
    let breaches = [
        ("panic", "the package is upside down"),
        ("dup-resource", "note/1 came twice"),
        ("dup-part", "the part note.txt came twice"),
        ("part-before-add", "the part note.txt came twice, or before a resource"),
        ("write-before-part", "bytes came before a part"),
        ("add-before-describe", "note/1 came twice, or before the package was described"),
        ("describe-twice", "the package was described twice"),
        ("ignore-refusal", "the package was described twice"),
        ("write-flood", "it moved more bytes than its input allows"),
        ("resource-flood", "it made too many calls of the host"),
        ("bad-kind-spelling", "\"No Kind\" is no kind of resource"),
        ("control-in-id", "\"2\\u{1b}[2J\" is no id"),
        ("no-reason", "it refused without a reason"),
    ];
    for (format, what) in breaches {
        check(&fault(|| decode(format).0), "decode", what);
    }
}

#[test]
fn a_decoder_writes_no_more_than_its_input_allows() {
    let (outcome, decoded) = decode("write-flood");
    outcome.unwrap_err();
    let written = decoded.resources[0].1[0].1.len();
    assert!((1 << 20) - 65_536 < written && written <= (1 << 20) + 10 * 6, "{written}");
}

#[test]
fn an_encoder_that_breaks_the_contract_is_stopped() {
    let breaches = [
        ("panic", "the package is upside down"),
        ("lost-placement", "it placed 1 of 2 resources"),
        ("foreign-placement", "it placed 2 of 2 resources"),
        ("index-past-end", "it asked for resource 2 of 2"),
        ("output-flood", "it moved more bytes than its input allows"),
        ("setup-flood", "it made too many calls of the host"),
    ];
    for (format, what) in breaches {
        check(&fault(|| encode(format).0), "encode", what);
    }
}

#[test]
fn an_answer_for_other_resources_than_those_asked_for_is_a_lie() {
    let fits = |format: &str| codec().fits(format, &Package::of(vec![note("one"), note("two")]));
    assert_eq!(fits("ok").unwrap(), [true, true]);
    check(&fault(|| fits("lost-fit")), "fits", "it answered for 1 of 2 resources");
}

#[test]
fn a_file_does_not_grow_by_an_offset() {
    let (outcome, written) = encode("offset-past-end");
    assert!(matches!(outcome, Err(PluginError::Limit(_))), "{outcome:?}");
    assert_eq!(written.0, 0);
    still_works();
}

#[test]
fn a_codec_recognises_its_own_formats_only() {
    let recognize = |content: &[u8]| codec().recognize(&file(content), Some("a.note"));
    assert_eq!(recognize(b"anything").unwrap()[0].format, "ok");
    check(
        &fault(|| recognize(b"foreign-recognition")),
        "recognize",
        "it recognised elsewhere, which is no format of its",
    );
    check(&fault(|| recognize(b"panic")), "recognize", "the file is upside down");
    check(&fault(|| recognize(b"loop")), "recognize", "it ran for 0.2 seconds");
}

#[test]
fn a_full_disk_is_no_fault_of_the_plugin() {
    struct Full;
    impl Output for Full {
        fn write_at(&self, _offset: u64, _bytes: &[u8]) -> std::io::Result<()> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
    }
    let full: Arc<dyn Output> = Arc::new(Full);
    let error = codec().encode("ok", &Package::of(vec![note("one")]), &full).unwrap_err();
    assert!(matches!(&error, PluginError::Other(what) if what.starts_with("the file cannot be written: ")), "{error}");
}
