//! Writing an export: the part as it is, and an attachment beside it.

mod common;

use common::{FLOW, decode, encode, flow, package, refused};
use flowport_dpm_codec::Dpm;
use flowport_plugin::fake::Resource;
use flowport_plugin::{Action, Codec, Confidence, Failure, Head, ResourceId, Setup};

#[test]
fn a_flow_leaves_as_it_came() {
    for text in [FLOW.to_owned(), format!("\u{FEFF} {FLOW}"), FLOW.trim().to_owned()] {
        let (bytes, placements) = encode(&package(vec![flow(&text)])).unwrap();
        assert_eq!(bytes, text.as_bytes());
        assert_eq!(placements.len(), 1);
        assert_eq!((placements[0].id.clone(), placements[0].lost.len()), (flow(&text).head.id, 0));
    }
}

#[test]
fn an_attachment_travels_beside_the_flow() {
    let attached = b"\x00\xFFall \"else\"".repeat(100_000);
    for text in [FLOW.to_owned(), format!("\u{FEFF}{FLOW}"), "{\"FLOW_NAME\":\"a\"}".to_owned()] {
        let (bytes, _) = encode(&package(vec![flow(&text)]).with_attachment(&attached)).unwrap();
        assert!(bytes.len() > attached.len());
        let (again, found) = decode(&bytes).unwrap();
        assert_eq!(again.resources()[0], flow(&text), "the key is no part of the flow");
        assert_eq!(again.attached(), attached);
        assert_eq!(found.len(), usize::from(text.starts_with('\u{FEFF}')));
        assert_eq!(common::recognize(bytes), common::recognize(&text));
    }
}

#[test]
fn one_file_holds_one_flow() {
    let named = |name: &str| flow(FLOW.replace("DSAR", name));
    let found = refused(encode(&package(vec![])));
    assert_eq!(found, ["DPM0007 a file of DPM holds one flow, and there is none to write"]);
    let found = refused(encode(&package(vec![named("a"), named("b")])));
    assert_eq!(found, ["DPM0007 a file of DPM holds one flow, not 2: a, b"]);
    let many = ["a", "b", "c", "d", "e"].map(named).to_vec();
    let Err(Failure::Malformed(found)) = encode(&package(many)) else { panic!("it was written") };
    assert!(found[0].summary.ends_with("not 5: a, b, c and 2 more"), "{}", found[0].summary);
    let help = found[0].help.as_deref().unwrap();
    assert!(["--split", "json"].iter().all(|way| help.contains(way)), "{help}");
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let of = |text: &str| {
        let head = Head::new(ResourceId::new("flow", "a"), "k2view-dpm", "a");
        package(vec![Resource::new(head).json("flow.json", text)])
    };
    for (text, code) in [
        ("{\"FLOW_NAME\"", "DPM0001"),
        ("[]", "DPM0003"),
        ("{\"NAME\":1}", "DPM0004"),
        ("{\"FLOW_NAME\":\"a\",\"flowportAttachment\":\"\"}", "DPM0006"),
    ] {
        let Err(Failure::Malformed(found)) = encode(&of(text)) else { panic!("{text}") };
        assert_eq!((found[0].code.as_str(), found[0].slot.as_deref()), (code, Some("flow.json#")));
        assert_eq!(found[0].subject.as_ref().map(|id| id.id.as_str()), Some("a"));
    }
    let large = vec![0; 50 << 20];
    assert!(matches!(encode(&of("{\"FLOW_NAME\":\"a\"}").with_attachment(&large)), Err(Failure::Limit(_))));
}

#[test]
fn what_the_file_has_no_place_for_is_named() {
    let mut rich = flow(FLOW).json("more.json", "{}");
    rich.head.attributes = "{\"a\":1}".to_owned();
    rich.setup = Setup { suggested: Some(Action::Overwrite), ..Setup::none() };
    let (bytes, placements) = encode(&package(vec![rich])).unwrap();
    assert_eq!(bytes, FLOW.as_bytes());
    let lost = ["what the package says of its import", "the attributes", "the part more.json"];
    assert_eq!(placements[0].lost, lost);
}

#[test]
fn without_a_flow_the_attachment_has_a_file_of_its_own() {
    let (bytes, placements) = encode(&package(vec![]).with_attachment(b"else")).unwrap();
    assert!(placements.is_empty());
    assert_eq!(common::recognize(&bytes), Confidence::Certain);
    let (again, found) = decode(&bytes).unwrap();
    assert_eq!((again.attached(), again.resources().len(), found.len()), (b"else".to_vec(), 0, 0));
}

#[test]
fn the_first_flow_that_is_itself_when_it_is_read_again_fits() {
    let named = |name: &str| flow(FLOW.replace("DSAR", name));
    let fits = |flows: Vec<Resource>| Dpm::fits("dpm", &package(flows)).unwrap();
    assert_eq!(fits(vec![named("a"), named("b")]), [true, false]);
    assert_eq!(fits(Vec::new()), []);
    let changed = |change: &dyn Fn(&mut Resource)| {
        let mut other = named("a");
        change(&mut other);
        other
    };
    for other in [
        // Name and version are what the file says.
        changed(&|it| it.head.id.id = "c".to_owned()),
        changed(&|it| it.head.id.version = Some("9".to_owned())),
        changed(&|it| it.head.id.version = None),
        // It cannot be written.
        changed(&|it| it.parts[0].2 = b"{}".to_vec()),
        changed(&|it| it.parts[0].0 = "other.json".to_owned()),
        changed(&|it| {
            let text = it.text("flow.json").replacen('{', "{\"flowportAttachment\":\"\",", 1);
            it.parts[0].2 = text.into_bytes();
        }),
    ] {
        assert_eq!(fits(vec![other.clone()]), [false], "{other:?}");
        assert_eq!(fits(vec![other, named("b")]), [false, true]);
    }
    // Where the file is silent, it is the first version.
    let silent = flow(FLOW.replace("\"FLOW_VERSION\":1,", ""));
    assert_eq!(silent.head.id.version.as_deref(), Some("1"));
    assert_eq!(fits(vec![silent]), [true]);
}
