//! Whatever a flow looks like, it comes back byte for byte; whatever the bytes are, there is an answer.

mod common;
#[path = "../../../dialects/flowrunner/tests/generate/mod.rs"]
mod generate;

use common::{decode, encode, package, recognize};
use flowport_plugin::fake::Package;
use flowport_plugin::json::Document;
use flowport_plugin::{Confidence, Failure, PackageReader};
use generate::{any_flow, any_json};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// Reads, writes and reads again what can be read, and says nothing wrong of the rest.
fn survives(bytes: Vec<u8>) {
    recognize(&bytes);
    match decode(&bytes) {
        Ok((read, _)) => {
            let attached = read.attached();
            let again = Package::new(read.info(), read.resources()).with_attachment(&attached);
            let (written, _) = encode(&again).unwrap();
            if attached.is_empty() {
                assert_eq!(written, bytes);
            }
        }
        Err(Failure::Malformed(found)) => assert!(!found.is_empty() && found.iter().all(|found| found.help.is_some())),
        Err(Failure::Limit(_)) => {}
        Err(other) => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flows_come_back_byte_for_byte(flow in any_flow(), bom in any::<bool>(), attached in vec(any::<u8>(), 0..40)) {
        let text = if bom { format!("\u{FEFF}{}", flow.text) } else { flow.text.clone() };
        prop_assert_eq!(recognize(&text), Confidence::Certain);
        let (read, found) = decode(&text).unwrap();
        prop_assert_eq!(found.len(), usize::from(bom));
        let resources = read.resources();
        prop_assert_eq!(&resources[0].head.id.id, &flow.name);
        prop_assert_eq!(resources[0].text("version.json"), text.clone());
        let (plain, _) = encode(&package(resources.clone())).unwrap();
        prop_assert_eq!(&plain, text.as_bytes());
        let (with, _) = encode(&package(resources.clone()).with_attachment(&attached)).unwrap();
        let (again, _) = decode(&with).unwrap();
        prop_assert_eq!(again.resources(), resources);
        prop_assert_eq!(again.attached(), attached);
    }

    #[test]
    fn damaged_files_are_answered(flow in any_flow(), damage in vec((any::<Index>(), any::<u8>(), 0..4u8), 1..4)) {
        let mut bytes = flow.text.into_bytes();
        for (at, byte, how) in damage {
            let at = at.index(bytes.len().max(1));
            match how {
                _ if bytes.is_empty() => {}
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"{}[]\",:0 "[usize::from(byte) % 9]),
                _ => bytes.truncate(at),
            }
        }
        survives(bytes);
    }

    #[test]
    fn values_in_wrong_places_are_answered(flow in any_flow(), which in any::<Index>(), json in any_json()) {
        let document = Document::parse(flow.text.clone()).unwrap();
        let values: Vec<_> = document.walk().collect();
        let mut bytes = flow.text.into_bytes();
        bytes.splice(values[which.index(values.len())].span(), json.into_bytes());
        survives(bytes);
    }
}
