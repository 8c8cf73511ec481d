//! Which resources one package can hold.

mod common;

use common::{APP, FLOW, Files, decode, encode, made};
use flowport_plugin::fake::{Package, Resource};
use flowport_plugin::{Codec, PackageInfo, Severity};
use flowport_zip_codec::Zip;
use proptest::prelude::*;

fn fitting(resources: Vec<Resource>) -> Vec<bool> {
    let package = Package::new(PackageInfo::named("P"), resources.clone());
    let fits = Zip::fits("zip", &package).unwrap();
    // What fits is written.
    let chosen: Vec<Resource> =
        resources.into_iter().zip(&fits).filter(|(_, fits)| **fits).map(|(resource, _)| resource).collect();
    if !chosen.is_empty() {
        let (written, placements) = encode(&Package::new(PackageInfo::named("P"), chosen.clone())).unwrap();
        assert_eq!(placements.len(), chosen.len());
        let (read, found) = decode(&written).unwrap();
        assert!(found.iter().all(|found| found.severity != Severity::Error));
        // Read again, each of them is the same resource.
        let ids = |resources: Vec<Resource>| {
            let mut ids: Vec<_> =
                resources.into_iter().map(|it| (it.head.id.kind, it.head.id.id, it.head.id.version)).collect();
            ids.sort();
            ids
        };
        assert_eq!(ids(read.resources()), ids(chosen));
    }
    fits
}

#[test]
fn one_root_fits_with_all_it_needs() {
    let with_second = |second: &dyn Fn(&mut Resource)| {
        let mut resources = made();
        let mut flow = resources[0].clone();
        flow.head.id.id = "99999999-0000-4000-8000-000000000009".to_owned();
        second(&mut flow);
        resources.push(flow);
        resources
    };
    assert_eq!(fitting(made()), [true; 3]);
    assert_eq!(fitting(with_second(&|_| ())), [true, true, true, false]);
    // The first one that is whole.
    let mut broken = with_second(&|_| ());
    broken[0].parts.remove(0);
    assert_eq!(fitting(broken), [false, true, true, true]);
    // Without its connector a flow does not fit, nor does a connection.
    let mut missing = made();
    missing.remove(1);
    assert_eq!(fitting(missing), [false; 2]);
    assert_eq!(fitting(made().split_off(1)), [false; 2]);
    // An app brings its flows along.
    let app = Files::app().decode().unwrap().0.resources();
    assert_eq!(fitting(app.clone()), vec![true; app.len()]);
    let mut two = app.clone();
    let mut second = app.iter().find(|resource| resource.head.id.id == APP).unwrap().clone();
    second.head.id.id = "99999999-0000-4000-8000-000000000008".to_owned();
    two.push(second);
    let expected: Vec<bool> = (0..two.len()).map(|index| index + 1 < two.len()).collect();
    assert_eq!(fitting(two), expected);
}

#[test]
fn of_resources_with_one_key_one_fits() {
    // The connector, and a version of it.
    let mut versions = made();
    versions.push(versions[2].clone());
    versions[3].head.id.version = Some("2".to_owned());
    assert_eq!(fitting(versions.clone()), [true, true, true, false]);
    versions.rotate_right(1);
    assert_eq!(fitting(versions), [false, true, true, true]);
    // Alone, a version would come back as another resource.
    let mut version = made();
    version[0].head.id.version = Some("1".to_owned());
    assert_eq!(fitting(version), [false; 3]);
    // Another kind with the id of the flow, before it and behind it.
    let mut namesake = made();
    namesake.push(namesake[1].clone());
    namesake[3].head.id.id = FLOW.to_owned();
    assert_eq!(fitting(namesake.clone()), [true, true, true, false]);
    namesake.rotate_right(1);
    assert_eq!(fitting(namesake), [false, true, true, true]);
    // What is broken takes no key.
    let mut broken = made();
    broken.insert(0, broken[2].clone());
    broken[0].head.attributes = "[".to_owned();
    broken[0].head.id.kind = "connection".to_owned();
    assert_eq!(fitting(broken), [false, true, true, true]);
}

#[test]
fn ids_that_are_no_names_of_folders_do_not_fit() {
    let of = |id: &str| {
        let mut resources = made();
        resources[0].head.id.id = id.to_owned();
        resources
    };
    for id in ["A/b", "../../evil", "..", "a\\b", "nul", "a.", "a:b", "manifest.json", "MANIFEST.json", "\u{202e}x"] {
        assert_eq!(fitting(of(id)), [false; 3], "{id:?}");
    }
    for id in ["A", "flow é", "流程"] {
        assert_eq!(fitting(of(id)), [true; 3], "{id:?}");
    }
    assert_eq!(fitting(of(&"x".repeat(1010))), [false; 3]);
    // Beside an app, two flows whose folders are one on some machines.
    let mut two = Files::app().decode().unwrap().0.resources();
    let mut second = two.iter().find(|it| it.head.id.id == FLOW).unwrap().clone();
    second.head.id.id = FLOW.to_uppercase();
    two.push(second);
    assert_eq!(fitting(two), [true, true, true, true, false]);
    // Only the id of a flow is a folder.
    let mut connector = made();
    connector.push(connector[2].clone());
    connector[3].head.id.id = "a/../b".to_owned();
    assert_eq!(fitting(connector), [true; 4]);
    // An app's files have the names of its parts.
    for name in ["../x", "nx-DOCUMENT.msapp", "42.json/x"] {
        let mut app = Files::app().decode().unwrap().0.resources();
        let at = app.iter().position(|it| it.head.id.id == APP).unwrap();
        app[at] = app[at].clone().json(name, "{}");
        let kinds: Vec<&str> = app.iter().map(|it| it.head.id.kind.as_str()).collect();
        let expected: Vec<bool> = kinds.iter().map(|kind| *kind != "app").collect();
        assert_eq!(fitting(app.clone()), expected, "{name}");
    }
}

/// A flow that needs these, by its maps.
fn flow_needing(id: &str, needed: &[&str]) -> Resource {
    let map: Vec<String> = needed.iter().enumerate().map(|(key, id)| format!(r#""k{key}":"{id}""#)).collect();
    let mut flow = made().swap_remove(0).clone();
    flow.head.id.id = id.to_owned();
    let map = format!("{{{}}}", map.join(","));
    flow.parts.iter_mut().filter(|part| part.0 == "apisMap.json").for_each(|part| part.2 = map.clone().into_bytes());
    flow.parts.iter_mut().filter(|part| part.0 == "connectionsMap.json").for_each(|part| part.2 = b"{}".to_vec());
    flow
}

fn connection_needing(id: &str, needed: &[&str]) -> Resource {
    let mut connection = made().swap_remove(1);
    connection.head.id.id = id.to_owned();
    let needed: Vec<String> = needed.iter().map(|id| format!("\"{id}\"")).collect();
    connection.head.attributes = format!(r#"{{"dependsOn":[{}]}}"#, needed.join(","));
    connection
}

#[test]
fn what_needs_another_root_does_not_fit() {
    let fits = |resources: &[Resource]| {
        let resources: Vec<Resource> = resources.to_vec();
        Zip::fits("zip", &Package::new(PackageInfo::named("P"), resources)).unwrap()
    };
    // Each needs the next one, be it in a circle: the last one has no other root.
    let [a, b, c] = [("a", "x"), ("b", "y"), ("c", "z")].map(|(flow, connection)| flow_needing(flow, &[connection]));
    let [x, y, z] = [("x", "b"), ("y", "c"), ("z", "z")].map(|(id, needed)| connection_needing(id, &[needed]));
    let chain = [a.clone(), b.clone(), c.clone(), x.clone(), y.clone(), z];
    assert_eq!(fits(&chain), [false, false, true, false, true, true]);
    let circle = [a, b, c, x, y, connection_needing("z", &["a"])];
    assert_eq!(fits(&circle), [false; 6]);
    // What needs its own root only fits, what needs two of them does not, whichever stands.
    let two = [
        flow_needing("a", &[]),
        flow_needing("b", &[]),
        connection_needing("of a", &["a"]),
        connection_needing("of b", &["b"]),
        connection_needing("of both", &["of b", "of a"]),
    ];
    assert_eq!(fits(&two), [true, false, true, false, false]);
}

#[test]
fn a_long_chain_is_decided_at_once() {
    let many = 20_000;
    let connection = |index: usize| match index {
        0 => connection_needing("c0", &["missing"]),
        _ => connection_needing(&format!("c{index}"), &[&format!("c{}", index - 1)]),
    };
    let mut resources: Vec<Resource> = (0..many).map(connection).collect();
    resources.extend((0..many).map(|index| flow_needing(&format!("f{index}"), &[&format!("c{index}")])));
    let started = std::time::Instant::now();
    let missing = Zip::fits("zip", &Package::new(PackageInfo::named("P"), resources.clone())).unwrap();
    assert_eq!(missing, vec![false; 2 * many]);
    // Each flow needs the one before it: the first has no other root.
    resources[0] = connection_needing("c0", &[]);
    for index in 1..many {
        resources[many + index] = flow_needing(&format!("f{index}"), &[&format!("f{}", index - 1)]);
    }
    resources.reverse();
    let chained = Zip::fits("zip", &Package::new(PackageInfo::named("P"), resources)).unwrap();
    assert_eq!(chained.iter().filter(|fits| **fits).count(), many + 1);
    assert!(chained[many - 1] && !chained[many - 2]);
    // Rounds over all of them would take hours.
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_any_resources_one_root_fits_with_all_it_needs(
        kinds in prop::collection::vec(any::<bool>(), 1..9),
        edges in prop::collection::vec((0..9_usize, 0..9_usize), 0..10),
    ) {
        let needs = |index: usize| -> Vec<usize> {
            let needed = edges.iter().filter(|(from, to)| *from == index && *to != index);
            needed.map(|(_, to)| *to).collect()
        };
        let resource = |(index, is_flow): (usize, &bool)| {
            let ids: Vec<String> = needs(index).iter().map(|id| format!("r{id}")).collect();
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let id = format!("r{index}");
            if *is_flow { flow_needing(&id, &ids) } else { connection_needing(&id, &ids) }
        };
        let resources: Vec<Resource> = kinds.iter().enumerate().map(resource).collect();
        let fits = Zip::fits("zip", &Package::new(PackageInfo::named("P"), resources)).unwrap();
        // All that a resource needs, itself included; none where something is missing.
        let reached = |index: usize| -> Option<Vec<usize>> {
            let (mut all, mut at) = (vec![index], 0);
            while let Some(next) = all.get(at).copied() {
                kinds.get(next)?;
                all.extend(needs(next).into_iter().filter(|id| !all.contains(id)).collect::<Vec<_>>());
                at += 1;
            }
            Some(all)
        };
        let flows_of = |index: usize| reached(index).map(|all| all.into_iter().filter(|id| kinds[*id]).collect::<Vec<_>>());
        let root = (0..kinds.len()).find(|index| kinds[*index] && flows_of(*index).is_some_and(|flows| flows == [*index]));
        let expected = |index: usize| {
            root.is_some_and(|root| flows_of(index).is_some_and(|flows| flows.iter().all(|flow| *flow == root)))
        };
        prop_assert_eq!(fits, (0..kinds.len()).map(expected).collect::<Vec<_>>());
    }
}
