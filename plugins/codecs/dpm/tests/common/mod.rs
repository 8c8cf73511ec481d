//! Helpers of several tests.
#![allow(dead_code, reason = "each test file uses a part")]

use flowport_dpm_codec::Dpm;
use flowport_plugin::fake::{File, Package, Resource};
use flowport_plugin::{Codec, Confidence, Diagnostic, Failure, PackageInfo, Placement};

/// A small export, with what exporters are known to write first.
pub(crate) const FLOW: &str = "{ \"FLOW_ID\":1, \"FLOW_NAME\":\"DSAR\", \"FLOW_DESCRIPTION\":\"All \\u0041bout\", \"STATUS\":\"Completed\", \
     \"FLOW_VERSION\":1,\r\n  \"STAGES\":[ { \"STAGE_ID\":1, \"STAGE_NAME\":\"Open\", \"STAGE_NUMBER\":1,\r\n    \"TASKS\":[ { \
     \"TASK_ID\":1, \"TASK_NAME\":\"Check\", \"TASK_ORDER\":1 } ] } ] , \"x\" : 1.50 }\r\n";

pub(crate) fn recognize(file: impl AsRef<[u8]>) -> Confidence {
    let found = Dpm::recognize(&file.as_ref().to_vec(), Some("export_flow.json"));
    assert_eq!((found.len(), found[0].format.as_str()), (1, "dpm"));
    assert!(found[0].why_not.is_none());
    found[0].confidence
}

pub(crate) fn decode(file: impl AsRef<[u8]>) -> Result<(Package, Vec<Diagnostic>), Failure> {
    let package = Package::default();
    let found = Dpm::decode("dpm", &file.as_ref().to_vec(), &package)?;
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
    let placements = Dpm::encode("dpm", package, &file)?;
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
