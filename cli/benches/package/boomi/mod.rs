//! The main job with packages of Boomi Flow: many flows that share 200 elements.

mod generate;
mod native;

use std::path::Path;

use flowport_core::decode::Decoded;
use flowport_core::inspect::Inspected;
use flowport_core::registry::Registry;

use crate::{decode_only, found, median, plan_and_apply, read, show};
use native::Agreed;

/// Measures a package of that many flows; the ratio is on one core.
pub(crate) fn measure(registry: &Registry, folder: &Path, flows: usize, runs: usize) {
    let path = folder.join("large.package2");
    generate::package(&path, flows);
    println!(
        "{flows} flows of Boomi Flow with 200 elements, {} KiB",
        std::fs::metadata(&path).map_or(0, |file| file.len() / 1024)
    );
    let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let theirs = native::decode_and_inspect(&path).agreed();
    assert_eq!(theirs, agreed(&read(registry, &path)), "the same work");
    assert!(theirs.is_exact, "as the product writes it");
    let native = median(runs, || native::decode_and_inspect(&path));
    let decoded = median(runs, || one_core.install(|| decode_only(registry, &path)));
    let ours = median(runs, || one_core.install(|| read(registry, &path)));
    let both = median(runs, || read(registry, &path));
    show("native, serde_json, one core", native, flows);
    show("decode", decoded, flows);
    show("decode and inspect, one core", ours, flows);
    show("decode and inspect, all cores", both, flows);
    println!("  ratio to native, one core: {:.2}", ours.as_secs_f64() / native.as_secs_f64());
    plan_and_apply(registry, &path, &folder.join("boomi.db"), flows, runs);
}

/// What flowport says of a package.
fn agreed((decoded, inspected): &(Decoded, Vec<Inspected>)) -> Agreed {
    let inspections = inspected.iter().map(|entry| &entry.inspection);
    let slots = inspections.flat_map(|inspection| {
        let references = inspection.references.iter().map(|reference| reference.slot.len());
        let literals = inspection.literals.iter().map(|literal| literal.slot.len());
        references.chain(literals).chain(inspection.secrets.iter().map(|secret| secret.slot.len()))
    });
    Agreed {
        found: found(inspected),
        slots: slots.sum(),
        attributes: inspected.iter().map(|entry| entry.view.head.attributes.len()).sum(),
        // BF0007: it has another spelling.
        is_exact: !decoded.diagnostics.iter().any(|found| found.code == "BF0007"),
    }
}
