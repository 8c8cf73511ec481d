//! Reading an export: the whole file is the part, and what is wrong is said with its place.

mod common;

use common::{FLOW, decode, encoded, flow, refused};
use flowport_plugin::{Failure, PackageReader, State};

#[test]
fn a_file_is_one_flow() {
    let (package, found) = decode(FLOW).unwrap();
    assert!(found.is_empty());
    assert_eq!((package.info().name.as_str(), package.info().description.as_str()), ("DSAR", "All About"));
    let flow = flow(FLOW);
    assert_eq!((flow.head.id.kind.as_str(), flow.head.id.id.as_str()), ("flow", "DSAR"));
    assert_eq!((flow.head.id.version.as_deref(), flow.head.state), (Some("1"), State::Published));
    assert_eq!((flow.head.dialect.as_str(), flow.head.attributes.as_str()), ("k2view-dpm", "{}"));
    let part = ("flow.json".to_owned(), "application/json".to_owned(), FLOW.as_bytes().to_vec());
    assert_eq!(flow.parts, [part]);
}

#[test]
fn a_byte_order_mark_is_kept_and_named() {
    let text = format!("\u{FEFF}{FLOW}");
    let (package, found) = decode(&text).unwrap();
    assert_eq!(package.resources()[0].text("flow.json"), text);
    assert_eq!((found.len(), found[0].code.as_str()), (1, "DPM0005"));
}

#[test]
fn a_file_that_was_cut_off_says_where() {
    for length in 1..FLOW.trim_end().len() {
        let found = refused(decode(&FLOW[..length]));
        assert_eq!(found.len(), 1);
        let lines = FLOW[..length].matches('\n').count() + 1;
        assert!(
            found[0].starts_with("DPM0001 ") && found[0].contains(&format!(" at line {lines}, column ")),
            "{found:?}"
        );
    }
}

#[test]
fn what_is_no_flow_says_what_it_is() {
    for (text, expected) in [
        (
            "{\"FLOW_NAME\":\"a\",\n\"STAGES\":[],}",
            "DPM0001 this is no valid JSON: expected a member name in quotes, found `}` at line 2, column 13",
        ),
        (
            "{\"FLOW_NAME\":\"a\",\"FLOW_NAME\":\"b\"}",
            "DPM0001 this is no valid JSON: the member name `FLOW_NAME` appears twice",
        ),
        (&format!("[{FLOW},{FLOW}]"), "DPM0003 a flow of DPM is one object, and this is a list with 2 elements"),
        ("null", "DPM0003 a flow of DPM is one object, and this is a single value"),
        ("\"null\"", "DPM0003 a flow of DPM is one object, and this is a single text"),
        ("{}", "DPM0004 this is no flow of DPM: it has neither FLOW_NAME nor STAGES"),
        (&encoded(FLOW, 1), "DPM0002 this is JSON inside a string: the flow was encoded twice instead of once"),
        (&encoded(FLOW, 2), "DPM0002 this is JSON inside a string: the flow was encoded 3 times instead of once"),
        (&encoded(FLOW, 3), "DPM0002 this is JSON inside a string: the flow was encoded 4 times instead of once"),
        (
            &encoded("{\n \"FLOW_NAME\"", 2),
            "DPM0001 this is JSON inside a string: the flow was encoded 3 times instead of once, and what is inside is no valid JSON",
        ),
    ] {
        let found = refused(decode(text));
        assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?} {expected}");
    }
    let found = refused(decode(encoded("{\n \"FLOW_NAME\"", 2)));
    assert!(found[0].contains("at line 2, column 13"), "{found:?}");
}

#[test]
fn other_encodings_are_named() {
    let utf16: Vec<u8> = "\u{FEFF}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let found = refused(decode(utf16));
    assert!(found[0].starts_with("DPM0001") && found[0].contains("UTF-16"), "{found:?}");
    assert!(refused(decode(b"{\"FLOW_NAME\":\"\xFF\"}"))[0].contains("not valid UTF-8 at line 1, column 15"));
}

#[test]
fn without_name_or_version_everything_that_is_wrong_is_said_at_once() {
    let text = FLOW
        .replace("\"FLOW_NAME\":\"DSAR\"", "\"FLOW_NAME\":7")
        .replace("\"FLOW_VERSION\":1", "\"FLOW_VERSION\":[]")
        .replace("\"TASK_NAME\":\"Check\", ", "");
    let Err(Failure::Malformed(found)) = decode(&text) else { panic!("it was taken") };
    let found: Vec<_> = found.iter().map(|found| (found.code.as_str(), found.slot.as_deref().unwrap())).collect();
    let expected = [
        ("DPM0102", "flow.json#/FLOW_NAME"),
        ("DPM0102", "flow.json#/FLOW_VERSION"),
        ("DPM0101", "flow.json#/STAGES/0/TASKS/0/TASK_NAME"),
    ];
    assert_eq!(found, expected);
    // What its handler can say of a resource is left to it.
    assert!(decode(FLOW.replace("\"TASK_NAME\":\"Check\", ", "")).unwrap().1.is_empty());
}

#[test]
fn limits_are_limits() {
    let deep = format!("{{\"FLOW_NAME\":{}1{}}}", "[".repeat(300), "]".repeat(300));
    assert!(matches!(decode(deep), Err(Failure::Limit(_))));
    let mut long = FLOW.as_bytes().to_vec();
    long.resize((64 << 20) + 1, b' ');
    assert_eq!(common::recognize(&long), flowport_plugin::Confidence::Maybe);
    assert!(matches!(decode(long), Err(Failure::Limit(_))));
}

#[test]
fn an_attachment_that_cannot_be_read_is_named() {
    for (value, why) in [
        ("7", "it is no text"),
        ("\"\"", "it is empty"),
        ("\"Zm9v!\"", "it is no base64"),
        ("\"Zm9\"", "it is no base64"),
    ] {
        let text = FLOW.replacen("{ ", &format!("{{ \"flowportAttachment\":{value}, "), 1);
        let found = refused(decode(text));
        assert!(found[0].starts_with("DPM0006 flowportAttachment at line 1, column 24"), "{found:?}");
        assert!(found[0].contains(why), "{found:?}");
    }
}
