//! What a file is taken for.

mod common;

use std::cell::RefCell;

use common::{flow, package_of, write};
use flowport_json_codec::JsonCodec;
use flowport_plugin::{Codec, Confidence, Failure, Input};

fn recognize(file: &dyn Input) -> (Confidence, Option<String>) {
    let all = JsonCodec::recognize(file, Some("a.json"));
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].format, "json");
    (all[0].confidence, all[0].why_not.as_ref().map(common::line))
}

#[track_caller]
fn is(text: impl AsRef<[u8]>, confidence: Confidence) {
    assert_eq!(recognize(&text.as_ref().to_vec()), (confidence, None));
}

/// Not ours, and this is why.
#[track_caller]
fn is_not(text: impl AsRef<[u8]>, why: &str) {
    let (confidence, why_not) = recognize(&text.as_ref().to_vec());
    assert_eq!(confidence, Confidence::No);
    let why_not = why_not.expect("there is a reason");
    assert!(why_not.contains(why) && !why_not.ends_with("no help"), "{why_not}");
}

#[test]
fn what_is_written_is_recognised_for_certain() {
    is(write(&package_of(vec![flow("a")])).expect("it can be written"), Confidence::Certain);
    is("\u{feff} \r\n{\"format\":\"flowport\",\"formatVersion\":\"9.9\"}", Confidence::Certain);
    is("{\"format\":\"flowport\",\"nodes\":[],\"connections\":{}}", Confidence::Certain);
}

#[test]
fn what_is_written_by_hand_may_be_ours() {
    for text in [
        "{\"kind\":\"flow\",\"id\":\"a\"}",
        "[{\"kind\":\"flow\",\"id\":\"a\"}]",
        "{\"knd\":\"flow\",\"dialect\":\"d\",\"parts\":{}}",
        "[1, {\"dialect\":\"d\",\"parts\":{}}]",
        "{\"formatVersion\":\"1.0\",\"resources\":[]}",
        "{\"format\":\"Flowport\",\"resources\":[]}",
    ] {
        is(text, Confidence::Maybe);
    }
}

#[test]
fn other_products_are_named() {
    for (text, why) in [
        (r#"{"name":"w","nodes":[],"connections":{},"id":"1"}"#, "FJ30 this is an n8n workflow"),
        (r#"[{"nodes":[],"connections":{}}]"#, "FJ30 this is an n8n workflow"),
        (
            r#"[{"id":"1","type":"tab"},{"id":"2","type":"inject","z":"1","wires":[[]]}]"#,
            "FJ31 this is a Node-RED flow",
        ),
        (
            r#"{"name":"g","id":"/x/g","type":"t","properties":{"definition":{}}}"#,
            "FJ32 this is the definition of a Power Automate",
        ),
        (
            r#"{"$schema":"https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#"}"#,
            "FJ32 this is the definition",
        ),
        (
            r#"{"properties":{"connectionReferences":{"a":{"runtimeSource":"embedded"}},"definition":{}},"schemaVersion":"1.0.0.0"}"#,
            "FJ33 this is a workflow from a Dataverse solution",
        ),
        (r#"{"properties":{"connectionReferences":{},"definition":{}},"schemaVersion":"1.0.0.0"}"#, "FJ33"),
        (r#"{"id":"x","schemaVersion":"1","properties":{"definition":{}}}"#, "FJ32"),
        (r#"{"schema":"1.0","details":{},"resources":{}}"#, "FJ34 this is the manifest.json of an unpacked"),
        (r#"{"manifestVersion":"1.16","bots":[]}"#, "FJ35 this is the manifest of a Microsoft Teams app"),
        (
            r#"{"$schema":"https://developer.microsoft.com/json-schemas/teams/v1.16/MicrosoftTeams.schema.json","manifestVersion":"1"}"#,
            "FJ35",
        ),
        (r#""hello""#, "FJ03 this is JSON, but no flowport package: it is a single value"),
        ("{\"a\":1}", "FJ03 this is JSON, but no flowport package: it has neither"),
        ("[1,2]", "FJ03 this is a JSON list, but"),
    ] {
        is_not(text, why);
    }
}

#[test]
fn broken_json_is_explained_with_its_place() {
    is_not(
        "{\n  \"format\": \"flowport\",\n}",
        "FJ01 this looks like JSON, but cannot be read: expected a member name in quotes, found `}` at line 3, column 1",
    );
    is_not(
        "[1, 2",
        "FJ01 this looks like JSON, but cannot be read: expected `,` or `]`, but the text ends at line 1, column 6",
    );
    is_not(
        "[".repeat(100_000),
        "FJ18 this looks like JSON, but cannot be read: the document nests deeper than 256 levels",
    );
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    is_not(
        utf16("\u{feff}{\"a\":1}", u16::to_le_bytes),
        "FJ17 this looks like JSON, but cannot be read: the text is encoded as UTF-16LE",
    );
    is_not(utf16("\u{feff} {}", u16::to_be_bytes), "UTF-16BE");
    is_not(utf16("[]", u16::to_le_bytes), "UTF-16LE");
    is_not(utf16("{}", u16::to_be_bytes), "UTF-16BE");
    let utf32: Vec<u8> = "\u{feff}{}".chars().flat_map(|character| (character as u32).to_le_bytes()).collect();
    is_not(utf32, "UTF-32LE");
}

/// Notes how much is read of a file that goes on with zeros.
struct Huge {
    beginning: &'static [u8],
    length: u64,
    read: RefCell<u64>,
}

impl Input for Huge {
    fn len(&self) -> u64 {
        self.length
    }
    fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, Failure> {
        *self.read.borrow_mut() += u64::from(max);
        let bytes = (offset..self.length.min(offset + u64::from(max))).map(|at| {
            let index = usize::try_from(at).expect("this machine has 64 bits");
            self.beginning.get(index).copied().unwrap_or(0)
        });
        Ok(bytes.collect())
    }
}

#[test]
fn files_that_are_no_json_cost_next_to_nothing() {
    for (beginning, why) in [
        (&b"PK\x03\x04"[..], None),
        (b"", None),
        (b"<html>", None),
        (b"\"a\",\"b\"\r\n", None),
        (b"\xff\xfe<\0", None),
        (b"{\"a\":1}", Some("FJ18 this looks like JSON, but has 524288000 bytes; 67108864 are read at most")),
    ] {
        let file = Huge { beginning, length: 500 << 20, read: RefCell::new(0) };
        let (confidence, why_not) = recognize(&file);
        assert_eq!(confidence, Confidence::No);
        assert_eq!(why_not.is_some(), why.is_some(), "{why_not:?}");
        assert!(why_not.unwrap_or_default().starts_with(why.unwrap_or_default()));
        assert!(*file.read.borrow() <= 4096);
    }
}

#[test]
fn other_files_are_left_alone() {
    for bytes in [
        &b""[..],
        b"   ",
        b"a,b\n",
        b"\"a\",\"b\"\n\"c\"",
        b"\0\0\0\0",
        b"\xff",
        b"\xef\xbb\xbfkey: value",
        b"true",
        b"\xff\xfeh\0i\0",
    ] {
        is(bytes, Confidence::No);
    }
}

/// Cannot be read.
struct Broken;

impl Input for Broken {
    fn len(&self) -> u64 {
        10
    }
    fn read_at(&self, _: u64, _: u32) -> Result<Vec<u8>, Failure> {
        Err(Failure::Other("the disk is gone".to_owned()))
    }
}

#[test]
fn a_file_that_cannot_be_read_is_not_ours() {
    assert_eq!(recognize(&Broken), (Confidence::No, None));
}

#[test]
fn the_format_says_what_it_is() {
    let formats = JsonCodec::formats();
    assert_eq!(formats.len(), 1);
    let format = &formats[0];
    assert_eq!((format.id.as_str(), format.title.as_str(), format.verified), ("json", "flowport JSON", true));
    assert_eq!(format.extensions, ["json"]);
    assert_eq!(format.media_type, "application/vnd.flowport.package+json");
    assert_eq!((format.writes[0].kind.as_str(), format.writes[0].dialect.as_str(), format.writes.len()), ("*", "*", 1));
}
