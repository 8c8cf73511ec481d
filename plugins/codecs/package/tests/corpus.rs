//! Real packages of 2016: read without a warning, written again byte for byte, relinked there and back.

mod common;

use common::{
    codes, corpus, decode, edit, encode, find, from_environment, head, inspect, package_of, recognize, relink,
};
use flowport_package_codec::BoomiPackages;
use flowport_plugin::fake::{Package, Resource};
use flowport_plugin::{Codec, Confidence, EditOp, Head, PackageReader, Severity, Target};

#[test]
fn real_packages_come_back_byte_for_byte() {
    let Some(packages) = corpus() else { return };
    assert_eq!(packages.len(), 5);
    for (name, bytes) in &packages {
        let found = recognize(bytes);
        let confidence = |format: &str| found.iter().find(|found| found.format == format).unwrap().confidence;
        assert_eq!((confidence("package"), confidence("package2")), (Confidence::Certain, Confidence::No), "{name}");
        let (package, diagnostics) = decode(bytes).unwrap();
        assert_eq!(codes(&diagnostics), ["BF0016"], "{name}: {diagnostics:#?}");
        assert!(package.resources().iter().all(|resource| resource.text("rest.json").is_empty()), "{name}");
        for package in [&package, &from_environment(&package)] {
            let (written, placements) = encode("package", package).unwrap();
            assert!(placements.iter().all(|placement| placement.lost.is_empty()), "{name}");
            assert!(written == *bytes, "{name} comes back otherwise");
        }
        let (second, _) = encode("package2", &package).unwrap();
        let (again, _) = decode(&second).unwrap();
        assert!(encode("package", &again).unwrap().0 == *bytes, "{name} comes back otherwise from package2");
    }
}

#[test]
fn real_flows_come_back_from_one_package_of_the_second_generation() {
    let Some(packages) = corpus() else { return };
    let mut resources: Vec<Resource> = Vec::new();
    for resource in packages.iter().flat_map(|(_, bytes)| decode(bytes).unwrap().0.resources()) {
        if !resources.iter().any(|known| known.head.id == resource.head.id) {
            resources.push(resource);
        }
    }
    let fits = BoomiPackages::fits("package2", &package_of(resources.clone())).unwrap();
    assert!(fits.iter().all(|fits| *fits));
    let (written, _) = encode("package2", &package_of(resources.clone())).unwrap();
    let (read, _) = decode(&written).unwrap();
    assert_eq!(read.len() as usize, resources.len());
    for resource in &resources {
        let again = find(&read, &resource.head.id.id);
        let parts = |resource: &Resource| resource.parts.iter().map(|part| part.0.clone()).collect::<Vec<_>>();
        assert_eq!(parts(&again), parts(resource), "{:?}", resource.head.id);
        // What a flow lists of a shared element is what the one that is there says.
        for (part, _, _) in resource.parts.iter().filter(|part| part.0 != "flow.json") {
            assert!(again.text(part) == resource.text(part), "{:?} {part}", resource.head.id);
        }
    }
    let (again, _) = encode("package2", &from_environment(&read)).unwrap();
    assert!(again == written && decode(&again).unwrap().0.resources() == read.resources());
}

#[test]
fn all_references_lead_somewhere_but_one() {
    let Some(packages) = corpus() else { return };
    let mut dangling = Vec::new();
    for (name, bytes) in &packages {
        let (package, _) = decode(bytes).unwrap();
        let resources = package.resources();
        for resource in &resources {
            let inspection = inspect(resource).unwrap();
            assert!(inspection.diagnostics.is_empty(), "{name}: {:#?}", inspection.diagnostics);
            assert!(inspection.secrets.is_empty(), "{name}: {:?}", inspection.secrets);
            let mut slots: Vec<&String> = inspection.references.iter().map(|reference| &reference.slot).collect();
            let count = slots.len();
            slots.sort();
            slots.dedup();
            assert_eq!(slots.len(), count, "{name}: slots are not unique");
            for reference in &inspection.references {
                let Target::Known(id) = &reference.target else { panic!("{name}: {reference:?}") };
                if !resources.iter().any(|resource| resource.head.id == *id) {
                    dangling.push((name.clone(), reference.clone()));
                }
            }
        }
    }
    // The page of a sample shows a value that another sample has.
    let [(name, reference)] = dangling.as_slice() else { panic!("{dangling:#?}") };
    assert_eq!(name, "example-pdf-type.package");
    assert_eq!(reference.strength, flowport_plugin::Strength::Optional);
}

/// Every element under another id, and all references with it.
fn moved(package: &Package, new: impl Fn(&str) -> String) -> Package {
    let target = |resource: &Resource| -> Head {
        let mut to = resource.head.clone();
        to.id.id = new(&to.id.id);
        to
    };
    let resources = package.resources();
    let moved = resources.iter().map(|resource| {
        let references = inspect(resource).unwrap().references;
        let mut ops: Vec<EditOp> = references
            .iter()
            .filter_map(|reference| {
                let Target::Known(id) = &reference.target else { return None };
                let to = resources.iter().find(|resource| resource.head.id == *id)?;
                Some(relink(&reference.slot, &target(to)))
            })
            .collect();
        if resource.head.id.kind != "flow" {
            ops.push(EditOp::SetId(target(resource).id));
        }
        resource.edited(&edit(resource, &ops).unwrap())
    });
    Package::new(package.info(), moved.collect())
}

#[test]
fn elements_moved_to_other_ids_and_back_are_what_they_were() {
    let Some(packages) = corpus() else { return };
    for (name, bytes) in &packages {
        let (package, _) = decode(bytes).unwrap();
        let new = |id: &str| format!("{}{}", if id.starts_with('f') { '0' } else { 'f' }, &id[1..]);
        let flow = package.resources()[0].head.id.id.clone();
        let there = |id: &str| if id == flow { id.to_owned() } else { new(id) };
        let other = moved(&package, there);
        let (written, _) = encode("package", &other).unwrap();
        let text = String::from_utf8_lossy(&written).into_owned();
        for resource in package.resources().iter().filter(|resource| resource.head.id.id != flow) {
            // Properties and bindings keep their guids; elements are named nowhere any more.
            assert!(!text.contains(&resource.head.id.id), "{name}: {:?} is still there", resource.head.id);
        }
        let (read, diagnostics) = decode(&written).unwrap();
        assert!(diagnostics.iter().all(|found| found.severity != Severity::Error), "{name}: {diagnostics:#?}");
        let back: Vec<(String, String)> = package
            .resources()
            .iter()
            .map(|resource| (there(&resource.head.id.id), resource.head.id.id.clone()))
            .collect();
        let home = |id: &str| back.iter().find(|pair| pair.0 == id).unwrap().1.clone();
        let (written, _) = encode("package", &moved(&read, home)).unwrap();
        assert!(written == *bytes, "{name} comes back otherwise");
    }
}

#[test]
fn a_copy_of_a_flow_shares_nothing_with_it_but_the_elements() {
    let Some(packages) = corpus() else { return };
    for (name, bytes) in &packages {
        let (package, _) = decode(bytes).unwrap();
        let flow = package.resources().remove(0);
        let id = head("flow", "12345678-0000-4000-8000-00000000000f", "").id;
        let copy = flow.edited(&edit(&flow, &[EditOp::SetId(id.clone())]).unwrap());
        assert_eq!(copy.head.id, id);
        assert!(inspect(&copy).unwrap().diagnostics.is_empty(), "{name}");
        let maps = |resource: &Resource| resource.text("maps.json") + &resource.text("contents.json");
        let own: Vec<String> =
            maps(&flow).split('"').filter(|text| flowport_boomi_flow::guid::is(text)).map(str::to_owned).collect();
        let references = |resource: &Resource| {
            let references = inspect(resource).unwrap().references;
            references.into_iter().map(|reference| format!("{:?}", reference.target)).collect::<Vec<_>>()
        };
        assert_eq!(references(&copy), references(&flow), "{name}");
        let kept = ["versionId", "userCreated", "userModified", "userOwner", "elementVersionId"];
        let text = maps(&copy);
        for guid in own.iter().filter(|guid| text.contains(guid.as_str())) {
            let named = kept.iter().any(|key| text.contains(&format!("\"{key}\":\"{guid}\"")));
            let is_used = references(&flow).iter().any(|target| target.contains(guid.as_str()));
            let is_member = flow.head.attributes.contains(guid.as_str());
            let is_culture = flow.text("cultures.json").contains(guid.as_str());
            let is_of_product = guid.starts_with("00000000-0000-0000") || guid.starts_with("6611067a-7c86");
            assert!(named || is_used || is_member || is_culture || is_of_product, "{name}: {guid} is in both");
        }
    }
}
