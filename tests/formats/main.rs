//! Every format into every other one and back: a product's file comes back exactly, whatever carried it in between.

#[path = "../support/mod.rs"]
mod support;

mod engine;
mod generate;

use std::io::{Cursor, Read};

use flowport_core::encode::Leftover;
use proptest::prelude::*;
use zip::{CompressionMethod, DateTime, ZipArchive};

use engine::{convert, encode, read, refused};
use generate::{File, dpm, everything, flowrunner, package, package2, power_automate};
use support::folders::{files, outside_folder};

/// All formats that a file can be converted to.
const FORMATS: [&str; 6] = ["zip", "package", "package2", "json", "dpm", "flowrunner"];

/// What must come back of an entry of a zip file: all but the packed bytes.
type Entry = (String, Option<DateTime>, CompressionMethod, Vec<u8>, Vec<u8>);

fn entries(bytes: &[u8]) -> Vec<Entry> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let central = usize::try_from(entry.central_header_start()).unwrap();
            // The maker and the attributes, as they stand in the directory.
            let stated = [&bytes[central + 4..central + 6], &bytes[central + 36..central + 42]].concat();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.name().unwrap().into_owned(), entry.last_modified(), entry.compression(), stated, content)
        })
        .collect()
}

/// Compares what exactness promises for the format.
fn same(format: &str, before: &[u8], after: &[u8]) -> Result<(), String> {
    if format != "zip" {
        let at = before.iter().zip(after).position(|(before, after)| before != after);
        let (before_len, after_len) = (before.len(), after.len());
        let shown = |bytes: &[u8]| {
            let at = at.unwrap_or(before_len.min(after_len)).saturating_sub(60);
            String::from_utf8_lossy(&bytes[at.min(bytes.len())..(at + 160).min(bytes.len())]).into_owned()
        };
        return if before == after {
            Ok(())
        } else {
            Err(format!("{before_len} and {after_len} bytes; …{}…\n…{}…", shown(before), shown(after)))
        };
    }
    let (before, after) = (entries(before), entries(after));
    let names = |entries: &[Entry]| entries.iter().map(|entry| entry.0.clone()).collect::<Vec<_>>();
    if names(&before) != names(&after) {
        return Err(format!("entries {:?} became {:?}", names(&before), names(&after)));
    }
    match before.iter().zip(&after).find(|(before, after)| before != after) {
        Some((before, after)) => Err(format!("{}: {:?}\nbecame {:?}", before.0, &before.1.., &after.1..)),
        None => Ok(()),
    }
}

/// There and back, through every format; the counts agree on the way.
fn through_all(file: &File) -> Result<(), String> {
    let count = read(&file.bytes).package.resources.len();
    for format in FORMATS {
        let there = convert(&file.bytes, format);
        let carried = read(&there);
        let found: Vec<_> = carried.diagnostics.iter().filter(|found| found.is_error()).collect();
        if carried.format != format || carried.package.resources.len() != count || !found.is_empty() {
            let (read_as, many) = (&carried.format, carried.package.resources.len());
            return Err(format!("{} as {format} is {read_as} with {many} of {count}: {found:?}", file.format));
        }
        let back = convert(&there, file.format);
        same(file.format, &file.bytes, &back).map_err(|why| format!("{} through {format}: {why}", file.format))?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn packages_of_power_automate_come_back(file in power_automate()) {
        through_all(&file).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn packages_of_boomi_flow_come_back(file in package()) {
        through_all(&file).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn packages_of_several_flows_come_back(file in package2()) {
        through_all(&file).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn flows_of_dpm_come_back(file in dpm()) {
        through_all(&file).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn versions_of_flowrunner_come_back(file in flowrunner()) {
        through_all(&file).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn what_only_flowport_json_holds_comes_back(file in everything()) {
        through_all(&file).map_err(TestCaseError::fail)?;
    }
}

#[test]
fn real_packages_come_back() {
    let Some(corpus) = outside_folder("FLOWPORT_CORPUS", "real_packages_come_back") else { return };
    for (folder, format, ending) in [("power-automate", "zip", "zip"), ("boomi", "package", "package")] {
        for path in files(&corpus.join(folder), ending) {
            let file = File { format, bytes: std::fs::read(&path).unwrap() };
            through_all(&file).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        }
    }
}

#[test]
fn what_a_file_says_natively_goes_before_what_it_carries() {
    // A flow of Power Automate in a zip file that also carries other things; somebody renames the flow in the manifest.
    let mixed = generate::mixed();
    let there = convert(&mixed.bytes, "zip");
    let mut files: Vec<(String, Vec<u8>)> = entries(&there).into_iter().map(|entry| (entry.0, entry.4)).collect();
    let manifest = files.iter_mut().find(|(name, _)| name == "manifest.json").unwrap();
    manifest.1 = String::from_utf8(manifest.1.clone()).unwrap().replace("\"Mixed flow\"", "\"Renamed\"").into_bytes();
    let definition = files.iter_mut().find(|(name, _)| name.ends_with("/definition.json")).unwrap();
    definition.1 =
        String::from_utf8(definition.1.clone()).unwrap().replace("\"Mixed flow\"", "\"Renamed\"").into_bytes();
    let edited = support::zipped::zip(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    let back = read(&edited);
    let names: Vec<&str> = back.package.names().map(|(_, name)| name).collect();
    assert!(names.contains(&"Renamed") && !names.contains(&"Mixed flow"), "{names:?}");
    assert_eq!(names.len(), read(&mixed.bytes).package.resources.len());
}

#[test]
fn an_export_of_what_does_not_fit_is_refused() {
    let mut decoded = read(&generate::mixed().bytes);
    let mut second = decoded.package.resources.iter().find(|it| it.resource.head.name == "Mixed flow").unwrap().clone();
    second.resource.head.id.id = "99999999-0000-4000-8000-000000000009".into();
    decoded.package.resources.push(second);
    assert_eq!(refused("zip", &decoded.package, Leftover::Refuse), ["PA0701"]);
    let (bytes, placed) = encode("zip", &decoded.package, Leftover::Carry);
    assert_eq!(
        placed.iter().map(|placed| &placed.id).collect::<Vec<_>>(),
        decoded.package.names().map(|it| it.0).collect::<Vec<_>>()
    );
    assert!(!placed.last().unwrap().native && placed.iter().any(|placed| placed.native));
    let ids = |package: &flowport_core::model::Package| package.names().map(|it| it.0.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&read(&bytes).package), ids(&decoded.package));
}
