//! Whatever a compact package holds, and in which order: what is written is what was read.

mod common;

use common::{FLOW_ID, Item, Made, decode, document, edit, encode, inspect, object, relink};
use flowport_plugin::fake::Package;
use flowport_plugin::json::quote;
use flowport_plugin::{EditOp, PackageReader, Target};
use proptest::prelude::*;
use proptest::sample::subsequence;

/// What makes one package another than the usual one.
#[derive(Debug, Clone)]
struct Variant {
    names: Vec<String>,
    /// Order of the elements, then that of the lists.
    elements: Vec<usize>,
    listed: Vec<usize>,
    documents: Vec<usize>,
    members: Vec<usize>,
    /// Of the members that may be missing.
    missing: Vec<&'static str>,
    empty: Vec<&'static str>,
    unknown: Vec<(String, &'static str)>,
    is_single: bool,
    flows: usize,
    order: Vec<usize>,
}

const OPTIONAL: [&str; 4] = [
    "navigationElementConfigurations",
    "macroElementConfigurations",
    "tagElementConfigurations",
    "contentValueCultures",
];

fn shuffled(count: usize) -> impl Strategy<Value = Vec<usize>> {
    Just((0..count).collect::<Vec<_>>()).prop_shuffle()
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z~/'\"_.\\-\\]\\[{}!|]{1,12}", Just("flowkey___|___flowkey {![x]}".to_owned())]
}

fn variant() -> impl Strategy<Value = Variant> {
    let members = prop_oneof![2 => Just((0..12).collect::<Vec<_>>()), 1 => shuffled(12)];
    let unknown = prop::collection::vec(
        (text().prop_map(|name| format!("x{name}")), prop_oneof![Just("null"), Just(r#"{"a":[1.0,"\u00e9"]}"#)]),
        0..3,
    );
    let first = (prop::collection::vec(text(), 1..4), shuffled(11), shuffled(11), shuffled(9), members);
    let second = (
        subsequence(&OPTIONAL[..], 0..4),
        subsequence(&OPTIONAL[..], 0..4),
        unknown,
        any::<bool>(),
        1..4usize,
        shuffled(16),
    );
    (first, second).prop_map(
        |((names, elements, listed, documents, members), (missing, empty, unknown, is_single, flows, order))| Variant {
            names,
            elements,
            listed,
            documents,
            members,
            missing,
            empty,
            unknown,
            is_single,
            flows,
            order,
        },
    )
}

impl Variant {
    fn made(&self) -> Made {
        let mut made = Made::usual();
        for index in 0..4 {
            let guid = format!("e0000000-0000-4000-8000-0000000001{index:02}");
            let name = &self.names[index % self.names.len()];
            made.items.push(Item::new("value", "Shared.SharedElementId", &guid, name, r#","n":1.50"#));
        }
        let text = quote(&self.names[0]);
        made.documents.push(document("e0000000-0000-4000-8000-000000000100", &[(common::TEXT, &text)]));
        made.documents.push(document("e0000000-0000-4000-8000-000000000fff", &[]));
        made.documents.push(r#"{"elementType":"x"}"#.to_owned());
        // Two more of elements that have one.
        made.documents.push(document(common::VALUE_ID, &[(common::TEXT, "1")]));
        made.documents.push(document(common::START, &[(common::TEXT, "2")]));
        made.documents = self.documents.iter().map(|index| made.documents[*index].clone()).collect();
        made
    }

    /// The file, and how its format is called.
    fn file(&self) -> (String, &'static str) {
        let made = self.made();
        let reorder = |order: &[usize], but: usize| {
            let items = order.iter().filter(|index| **index < but).map(|index| made.items[*index].clone());
            Made { items: items.collect(), ..made.clone() }
        };
        // Some elements are listed by no flow.
        let lists = reorder(&self.listed, 9);
        let elements = reorder(&self.elements, 11);
        let mut members = elements.members();
        members[0].1 = lists.flow(FLOW_ID, &self.names[0]);
        if self.flows > 1 {
            let id = |index: usize| format!("f0000000-0000-4000-8000-0000000000{:02}", 50 - index);
            let others = (1..self.flows).map(|index| {
                let empty = Made { items: Vec::new(), ..made.clone() };
                empty.flow(&id(index), "other").replace(common::START, "00000000-0000-0000-0000-000000000000")
            });
            let flows: Vec<String> = others.chain([members[0].1.clone()]).collect();
            members[0] = ("flowConfigurations".to_owned(), format!("[{}]", flows.join(",")));
        }
        let mut members: Vec<(String, String)> = self.members.iter().map(|index| members[*index].clone()).collect();
        for member in &mut members {
            if self.empty.contains(&member.0.as_str()) {
                member.1 = if member.1 == "null" { "[]".to_owned() } else { "null".to_owned() };
            }
        }
        members.retain(|member| !self.missing.contains(&member.0.as_str()));
        for (name, value) in &self.unknown {
            if !members.iter().any(|member| member.0 == *name) {
                members.insert(members.len() / 2, (name.clone(), (*value).to_owned()));
            }
        }
        let object = object(&members);
        let format = if self.flows > 1 { "package2" } else { "package" };
        (if self.is_single { object } else { quote(&object) }, format)
    }
}

/// The same resources in another order, as an environment gives them.
fn reordered(package: &Package, order: &[usize]) -> Package {
    let resources = package.resources();
    let first = order.iter().filter(|index| **index < resources.len());
    let others = (0..resources.len()).filter(|index| !order.contains(index));
    let shuffled = first.copied().chain(others).map(|index| resources[index].clone());
    Package::new(package.info(), shuffled.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn compact_packages_come_back_byte_for_byte(variant in variant()) {
        let (file, format) = variant.file();
        let (package, diagnostics) = decode(&file).unwrap();
        prop_assert!(diagnostics.iter().all(|found| found.code != "BF0007"), "{diagnostics:?}");
        for package in [&package, &reordered(&package, &variant.order)] {
            let written = encode(format, package).unwrap().0;
            prop_assert_eq!(String::from_utf8(written).unwrap(), file.clone());
        }
    }

    #[test]
    fn relinking_to_where_it_leads_changes_nothing(variant in variant()) {
        let (file, _) = variant.file();
        let (package, _) = decode(&file).unwrap();
        let resources = package.resources();
        for resource in &resources {
            let references = inspect(resource).unwrap().references;
            let ops: Vec<EditOp> = references.iter().filter_map(|reference| {
                let Target::Known(id) = &reference.target else { return None };
                let to = resources.iter().find(|resource| resource.head.id == *id)?;
                Some(relink(&reference.slot, &to.head))
            }).collect();
            let edited = edit(resource, &ops).unwrap();
            prop_assert!(edited.written.is_empty());
            prop_assert_eq!(&edited.head, &resource.head);
        }
    }

    #[test]
    fn other_white_space_loses_nothing(mut variant in variant(), spaces in "[ \r\n\t]{1,3}") {
        variant.is_single = true;
        let (file, format) = variant.file();
        let spaced = file.replacen("\"$type\":", &format!("\"$type\"{spaces}:"), 40);
        let (package, diagnostics) = decode(&spaced).unwrap();
        prop_assert!(diagnostics.iter().any(|found| found.code == "BF0007"));
        let written = encode(format, &package).unwrap().0;
        prop_assert_eq!(String::from_utf8(written).unwrap(), file);
    }
}

#[test]
fn a_thousand_flows_come_back() {
    let made = Made::usual();
    let mut flows = vec![made.flow(FLOW_ID, "Orders")];
    let mut maps = vec![made.list("mapElementConfigurations").trim_matches(['[', ']']).to_owned()];
    let mut documents = made.documents.clone();
    for index in 1..1_000 {
        let own = |text: &str| {
            let text = text.replace(FLOW_ID, &format!("f0000000-0000-4000-8000-0000001{index:05}"));
            let text = text.replace(common::START, &format!("a0000000-0000-4000-8000-0000001{index:05}"));
            text.replace(common::STEP, &format!("a0000000-0000-4000-8000-0000002{index:05}"))
        };
        flows.push(own(&made.flow(FLOW_ID, "Orders")));
        maps.push(own(made.list("mapElementConfigurations").trim_matches(['[', ']'])));
        documents.push(own(&made.documents[3]));
    }
    let mut members = made.members();
    members[0] = ("flowConfigurations".to_owned(), format!("[{}]", flows.join(",")));
    members[2].1 = format!("[{}]", documents.join(","));
    members[4].1 = format!("[{}]", maps.join(","));
    let file = quote(&object(&members));
    let (package, diagnostics) = decode(&file).unwrap();
    let codes: Vec<&str> = diagnostics.iter().map(|found| found.code.as_str()).collect();
    assert_eq!(codes, ["BF0008", "BF0016"]);
    let resources = package.resources();
    assert_eq!(resources.len(), 1_005);
    for resource in &resources {
        assert!(inspect(resource).unwrap().diagnostics.is_empty());
    }
    assert!(encode("package2", &reordered(&package, &[1_004, 1, 0])).unwrap().0 == file.into_bytes());
}
