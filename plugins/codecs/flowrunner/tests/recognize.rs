//! What is taken for an export, and what is left to others.

mod common;

use common::{FLOW, encoded, recognize};
use flowport_flowrunner_codec::FlowRunner;
use flowport_plugin::{Codec, Confidence, Failure, Input};

#[test]
fn exports_are_recognised_for_certain() {
    assert_eq!(recognize(FLOW), Confidence::Certain);
    assert_eq!(recognize(format!("\u{FEFF}\n{FLOW}")), Confidence::Certain);
    assert_eq!(recognize(r#"{"schedule":{},"elements":[],"name":"a"}"#), Confidence::Certain);
    let late = FLOW.replacen("All ", &"x".repeat(70_000), 1);
    assert_eq!(recognize(late), Confidence::Certain, "the elements begin late, and a mark stands before them");
}

#[test]
fn what_may_be_an_export_is_left_to_decoding() {
    for text in [
        &FLOW[..FLOW.len() / 2],
        &FLOW[..30],
        &FLOW.replace("} ],", "} ]],"),
        &FLOW.replace("\"elements\":[ ", "\"elements\":7, \"x\":[ "),
        r#"{"name":"a","description":"","elements":[]}"#,
        &format!("[{FLOW}]"),
        &encoded(FLOW, 1),
        &encoded(FLOW, 3),
        &encoded(FLOW, 2)[..200],
        &encoded(&FLOW[..100], 2),
    ] {
        assert_eq!(recognize(text), Confidence::Maybe, "{text}");
    }
}

#[test]
fn files_of_others_are_not_touched() {
    let within = |text: &str| {
        format!(
            r#"{{"format":"flowport","resources":[{{"kind":"flow","parts":{{"version.json":{{"json":{text}}}}}}}]}}"#
        )
    };
    for text in [
        "",
        "PK\u{3}\u{4}",
        "flowId: elements:",
        "{}",
        "[]",
        "\"elements\"",
        "null",
        r#"{"name":"a","about":["elements"],"flowName":"b"}"#,
        r#"{"name":"a","nodes":[],"connections":{},"elements":[],"version":1}"#,
        r#"{"type":"excalidraw","version":2,"elements":[],"appState":{}}"#,
        r#"{"name":"a","elements":[],"version":"1.0","$schema":"https://json.schemastore.org/x"}"#,
        r#"{"pages":[{"name":"a","elements":[]}],"version":1}"#,
        r#"{"name":"a","elements":[{"#,
        r#"[{"name":"a","elements":[]}]"#,
        &within(FLOW),
        &within(&FLOW[..FLOW.len() / 2]),
        &encoded(&within(FLOW), 1),
        &format!(r#"{{"kind":"flow","dialect":"flowrunner","parts":{{"version.json":{{"json":{FLOW}"#),
    ] {
        assert_eq!(recognize(text), Confidence::No, "{text}");
    }
}

#[test]
fn the_beginning_is_enough_to_say_no() {
    /// A file that tells how much of it was read.
    struct Counted(Vec<u8>, std::cell::Cell<u64>);
    impl Input for Counted {
        fn len(&self) -> u64 {
            self.0.len() as u64
        }
        fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, Failure> {
            let bytes = self.0.read_at(offset, max)?;
            self.1.set(self.1.get() + bytes.len() as u64);
            Ok(bytes)
        }
    }
    let file = Counted(format!("{{\"a\":[{}0]}}", "1,".repeat(1 << 20)).into_bytes(), 0.into());
    assert_eq!(FlowRunner::recognize(&file, None)[0].confidence, Confidence::No);
    assert!(file.1.get() <= 65 << 10, "{} bytes were read", file.1.get());
}

#[test]
fn the_format_is_unverified_and_native_to_flows_alone() {
    let formats = FlowRunner::formats();
    assert_eq!((formats.len(), formats[0].id.as_str(), formats[0].verified), (1, "flowrunner", false));
    let native: Vec<_> = formats[0].writes.iter().map(|it| (it.kind.as_str(), it.dialect.as_str())).collect();
    assert_eq!(native, [("flow", "flowrunner")]);
}
