//! What is taken for an export, and what is left to others.

mod common;

use common::{FLOW, encoded, recognize};
use flowport_dpm_codec::Dpm;
use flowport_plugin::{Codec, Confidence};

#[test]
fn exports_are_recognised_for_certain() {
    assert_eq!(recognize(FLOW), Confidence::Certain);
    assert_eq!(recognize(format!("\u{FEFF}\n{FLOW}")), Confidence::Certain);
    assert_eq!(recognize(r#"{"STAGES":[],"FLOW_NAME":""}"#), Confidence::Certain);
}

#[test]
fn what_is_broken_but_clearly_an_export_is_left_to_decoding() {
    for text in [
        &FLOW[..FLOW.len() / 2],
        &FLOW.replace("\"FLOW_NAME\":\"DSAR\", ", ""),
        &FLOW.replace("\"STAGES\"", "\"STEPS\""),
        &FLOW.replace("] } ] ", "] } ] ]"),
        &format!("[{FLOW}]"),
        &format!("[{FLOW}"),
        &encoded(FLOW, 1),
        &encoded(FLOW, 3),
        &encoded(FLOW, 2)[..200],
        &encoded(&FLOW[..100], 2),
    ] {
        assert_eq!(recognize(text), Confidence::Maybe, "{text}");
    }
    let mut damaged = FLOW.as_bytes().to_vec();
    damaged[60] = 0xFF;
    assert_eq!(recognize(damaged), Confidence::Maybe);
}

#[test]
fn files_of_others_are_not_touched() {
    let within = |text: &str| {
        format!(r#"{{"format":"flowport","resources":[{{"kind":"flow","parts":{{"flow.json":{{"json":{text}}}}}}}]}}"#)
    };
    for text in [
        "",
        "PK\u{3}\u{4}",
        "FLOW_NAME STAGES",
        "<!-- \"FLOW_NAME\": \"STAGES\": -->",
        "{}",
        "[]",
        "\"\"",
        "null",
        r#"{"name":"FLOW_NAME","about":"STAGES"}"#,
        r#"{"nodes":[],"connections":{}}"#,
        r#"{"elements":[],"name":"a"}"#,
        r#"{"FLOW_NAME":"a"}"#,
        &within(FLOW),
        &within(&FLOW[..FLOW.len() / 2]),
        &format!("[{}]", within(FLOW)),
        &encoded(&within(FLOW), 1),
        &format!(r#"{{"kind":"flow","dialect":"k2view-dpm","parts":{{"flow.json":{{"json":{FLOW}"#),
    ] {
        assert_eq!(recognize(text), Confidence::No, "{text}");
    }
}

#[test]
fn the_beginning_is_enough_to_say_no() {
    /// A file that tells how much of it was read.
    struct Counted(Vec<u8>, std::cell::Cell<u64>);
    impl flowport_plugin::Input for Counted {
        fn len(&self) -> u64 {
            self.0.len() as u64
        }
        fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, flowport_plugin::Failure> {
            let bytes = self.0.read_at(offset, max)?;
            self.1.set(self.1.get() + bytes.len() as u64);
            Ok(bytes)
        }
    }
    let file = Counted(format!("{{\"a\":[{}0]}}", "1,".repeat(1 << 20)).into_bytes(), 0.into());
    assert_eq!(Dpm::recognize(&file, None)[0].confidence, Confidence::No);
    assert!(file.1.get() <= 65 << 10, "{} bytes were read", file.1.get());
}

#[test]
fn the_format_is_unverified_and_native_to_flows_alone() {
    let formats = Dpm::formats();
    assert_eq!((formats.len(), formats[0].id.as_str(), formats[0].verified), (1, "dpm", false));
    let native: Vec<_> =
        formats[0].writes.iter().map(|native| (native.kind.as_str(), native.dialect.as_str())).collect();
    assert_eq!(native, [("flow", "k2view-dpm")]);
}
