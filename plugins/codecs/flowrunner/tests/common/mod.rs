//! Helpers of several tests.
#![allow(dead_code, reason = "each test file uses a part")]

use flowport_flowrunner_codec::FlowRunner;
use flowport_plugin::fake::{File, Package, Resource};
use flowport_plugin::{Codec, Confidence, Diagnostic, Failure, PackageInfo, Placement};

/// A small export; its keys are thought to be those that there are.
pub(crate) const FLOW: &str = "{ \"flowId\":\"f-1\", \"name\":\"Intake\", \"description\":\"All \\u0041bout\",\r\n  \"version\":3, \
     \"status\":\"LIVE\", \"elements\":[ { \"id\":\"e1\", \"x\":1.50 } ],\r\n  \"subflows\" : [], \"schedule\":{ \"cron\":\"0 0 * * *\" } }\r\n";

pub(crate) fn recognize(file: impl AsRef<[u8]>) -> Confidence {
    let found = FlowRunner::recognize(&file.as_ref().to_vec(), Some("export_version.json"));
    assert_eq!((found.len(), found[0].format.as_str()), (1, "flowrunner"));
    assert!(found[0].why_not.is_none());
    found[0].confidence
}

pub(crate) fn decode(file: impl AsRef<[u8]>) -> Result<(Package, Vec<Diagnostic>), Failure> {
    let package = Package::default();
    let found = FlowRunner::decode("flowrunner", &file.as_ref().to_vec(), &package)?;
    Ok((package, found))
}

/// The only resource of a file.
#[track_caller]
pub(crate) fn flow(file: impl AsRef<[u8]>) -> Resource {
    let resources = decode(file).unwrap().0.resources();
    assert_eq!(resources.len(), 1);
    resources.into_iter().next().unwrap()
}

pub(crate) fn encode(package: &Package) -> Result<(Vec<u8>, Vec<Placement>), Failure> {
    let file = File::default();
    let placements = FlowRunner::encode("flowrunner", package, &file)?;
    Ok((file.into_bytes(), placements))
}

pub(crate) fn package(resources: Vec<Resource>) -> Package {
    Package::new(PackageInfo::named("p"), resources)
}

/// Code and summary of each finding of a file that is refused.
#[track_caller]
pub(crate) fn refused<T>(result: Result<T, Failure>) -> Vec<String> {
    match result {
        Err(Failure::Malformed(found)) => {
            assert!(found.iter().all(|found| found.help.is_some()), "{found:?}");
            found.into_iter().map(|found| format!("{} {}", found.code, found.summary)).collect()
        }
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was taken"),
    }
}

/// A text as a JSON string, so many times.
pub(crate) fn encoded(text: &str, times: usize) -> String {
    (0..times).fold(text.to_owned(), |text, _| flowport_plugin::json::quote(&text))
}
