//! Several flows of one package: which of them stand in one file, and what each has of its own when it is read again.

mod common;

use common::{
    CULTURE, FLOW_ID, Made, PAGE_ID, START, STEP, VALUE_ID, decode, encode, find, from_environment, package_of,
};
use flowport_package_codec::BoomiPackages;
use flowport_plugin::fake::Resource;
use flowport_plugin::json::{Document, quote};
use flowport_plugin::{Codec, PackageReader};

const OTHER_FLOW: &str = "f0000000-0000-4000-8000-0000000000ff";
const OTHER_START: &str = "a0000000-0000-4000-8000-0000000000ff";
const OTHER_VALUE: &str = "e0000000-0000-4000-8000-0000000000ff";
const THIRD_FLOW: &str = "f0000000-0000-4000-8000-0000000000fe";
const THIRD_FLOW_START: &str = "a0000000-0000-4000-8000-0000000000fc";
const THIRD_FLOW_STEP: &str = "a0000000-0000-4000-8000-0000000000fd";
const OTHER_STEP: &str = "a0000000-0000-4000-8000-0000000000fe";

/// The resource with guids put anew, its own too.
fn flow_as(resource: &Resource, guids: &[(&str, &str)]) -> Resource {
    let anew = |text: &str| guids.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new));
    let mut resource = resource.clone();
    resource.head.id.id = anew(&resource.head.id.id);
    for part in &mut resource.parts {
        part.2 = anew(std::str::from_utf8(&part.2).unwrap()).into_bytes();
    }
    resource
}

/// What fits is written, and each of it is the same resource when it is read again.
#[track_caller]
fn fitting(format: &str, resources: Vec<Resource>) -> Vec<bool> {
    let fits = BoomiPackages::fits(format, &package_of(resources.clone())).unwrap();
    let chosen: Vec<Resource> = resources.into_iter().zip(&fits).filter(|(_, fits)| **fits).map(|it| it.0).collect();
    if !chosen.is_empty() {
        let (written, _) = encode(format, &package_of(chosen.clone())).unwrap();
        let (read, _) = decode(&written).unwrap();
        let ids = |resources: Vec<Resource>| {
            let mut ids: Vec<String> = resources.into_iter().map(|it| format!("{:?}", it.head.id)).collect();
            ids.sort();
            ids
        };
        assert_eq!(ids(read.resources()), ids(chosen));
    }
    fits
}

#[test]
fn of_several_flows_the_first_fits_with_all_but_what_is_the_others_alone() {
    let (package, _) = decode(Made::usual().file()).unwrap();
    let mut resources = package.resources();
    let other = flow_as(&find(&package, FLOW_ID), &[(FLOW_ID, OTHER_FLOW)]);
    // The first one no longer lists the page.
    for part in resources.iter_mut().filter(|it| it.head.id.id == FLOW_ID).flat_map(|it| &mut it.parts) {
        let text = String::from_utf8(part.2.clone()).unwrap();
        let at = text.find("\"pageElementIds\":").map(|at| at + "\"pageElementIds\":".len());
        if let (true, Some(at)) = (part.0 == "flow.json", at) {
            let end = at + text[at..].find("}}").unwrap() + 2;
            part.2 = format!("{}{{}}{}", &text[..at], &text[end..]).into_bytes();
        }
    }
    resources.push(other);
    let ids: Vec<String> = resources.iter().map(|it| it.head.id.id.clone()).collect();
    let fits = |format: &str| BoomiPackages::fits(format, &package_of(resources.clone())).unwrap();
    let expected = |id: &String| id != PAGE_ID && id != OTHER_FLOW;
    assert_eq!(fits("package"), ids.iter().map(expected).collect::<Vec<_>>());
    // It has the map elements of the first one.
    assert_eq!(fits("package2"), ids.iter().map(|id| id != OTHER_FLOW).collect::<Vec<_>>());
    let without = package_of(vec![find(&package, VALUE_ID)]);
    for format in ["package", "package2"] {
        assert_eq!(BoomiPackages::fits(format, &without), Ok(vec![false]));
        assert_eq!(BoomiPackages::fits(format, &package), Ok(vec![true; package.len() as usize]));
    }
}

#[test]
fn a_guid_stands_once_in_a_file() {
    let (package, _) = decode(Made::usual().file()).unwrap();
    let flow = find(&package, FLOW_ID);
    let value = find(&package, VALUE_ID);
    let version = |resource: &Resource, version: &str| {
        let mut resource = resource.clone();
        resource.head.id.version = Some(version.to_owned());
        resource
    };
    let copied = flow_as(&flow, &[(FLOW_ID, OTHER_FLOW)]);
    let another = flow_as(&flow, &[(FLOW_ID, OTHER_FLOW), (START, OTHER_START), (STEP, OTHER_STEP)]);
    let of_a_map = flow_as(&value, &[(VALUE_ID, START)]);
    let of_the_flow = flow_as(&value, &[(VALUE_ID, FLOW_ID)]);
    let mut doubled = flow.clone();
    let maps = doubled.text("maps.json").replace(STEP, START);
    doubled.parts.iter_mut().filter(|part| part.0 == "maps.json").for_each(|part| part.2 = maps.clone().into_bytes());
    let mut misnamed = another.clone();
    misnamed.head.id.id = OTHER_STEP.to_owned();
    for (format, others) in [("package", false), ("package2", true)] {
        let check = |resources: &[&Resource], expected: &[bool]| {
            let resources: Vec<Resource> = resources.iter().map(|resource| (*resource).clone()).collect();
            assert_eq!(fitting(format, resources), expected, "{format}");
        };
        // Versions of a flow, and of an element.
        check(&[&flow, &version(&flow, "2")], &[true, false]);
        check(&[&version(&flow, "1"), &flow], &[false, true]);
        check(&[&flow, &value, &version(&value, "2")], &[true, true, false]);
        // A copy that kept the map elements; one that did not.
        check(&[&flow, &copied, &value], &[true, false, true]);
        check(&[&copied, &flow], &[true, false]);
        check(&[&flow, &another, &value], &[true, others, true]);
        // An element with the guid of a flow, or of a map element, wherever it stands; and two in two kinds.
        check(&[&of_a_map, &flow, &of_the_flow], &[false, true, false]);
        let mut page = value.clone();
        page.head.id.kind = "page".to_owned();
        check(&[&flow, &value, &page], &[true, true, false]);
        // What is twice in itself, or another one than it is called, or cannot be written.
        check(&[&doubled, &another], &[false, true]);
        check(&[&misnamed, &flow], &[false, true]);
        let mut broken = another.clone();
        broken.parts[0].2 = b"{".to_vec();
        check(&[&broken, &flow], &[false, true]);
        check(&[&broken, &value], &[false, false]);
        for (part, text) in
            [("maps.json", "[1]"), ("contents.json", r#"[{"elementId":"x"}]"#), ("cultures.json", "[1]")]
        {
            let mut wrong = another.clone();
            wrong.parts.retain(|known| known.0 != part);
            check(&[&wrong.json(part, text), &flow], &[false, true]);
        }
        check(
            &[&flow_as(&another, &[("\"pageElementIds\":{", "\"pageElementIds\":{\"x\":{},")]), &flow],
            &[false, true],
        );
    }
}

#[test]
fn flows_of_two_environments_keep_their_own_languages() {
    const OTHER_CULTURE: &str = "90000000-0000-4000-8000-0000000000ff";
    let culture =
        |guid: &str, is_default: bool| format!(r#"{{"compositeId":{{"guid":"{guid}"}},"isDefault":{is_default}}}"#);
    let (package, _) = decode(Made::usual().file()).unwrap();
    let speaking = |resource: &Resource, cultures: &[String]| {
        let mut resource = resource.clone();
        resource.parts.retain(|part| part.0 != "cultures.json");
        resource.json("cultures.json", &format!("[{}]", cultures.join(",")))
    };
    let first = find(&package, FLOW_ID);
    let anew = [
        (FLOW_ID, OTHER_FLOW),
        (START, OTHER_START),
        (STEP, OTHER_STEP),
        (VALUE_ID, OTHER_VALUE),
        (CULTURE, OTHER_CULTURE),
    ];
    let second = flow_as(&first, &anew);
    let values = [find(&package, VALUE_ID), flow_as(&find(&package, VALUE_ID), &anew)];
    let round_trip = |flows: &[Resource]| {
        let (written, _) = encode("package2", &package_of([flows, &values].concat())).unwrap();
        let (read, _) = decode(&written).unwrap();
        assert!(encode("package2", &from_environment(&read)).unwrap().0 == written);
        read.resources()
    };
    let sorted = |resource: &Resource| {
        let mut parts = resource.parts.clone();
        parts.sort();
        parts
    };
    let check = |flows: [Resource; 2], expected: [Resource; 2]| {
        let read = round_trip(&flows);
        let read: Vec<_> = read.iter().filter(|it| it.head.id.kind == "flow").map(sorted).collect();
        assert_eq!(read, expected.iter().map(sorted).collect::<Vec<_>>());
    };
    let (ours, theirs) = (culture(CULTURE, true), culture(OTHER_CULTURE, true));
    let (own, others) = ([ours.clone()], [theirs.clone()]);
    let apart = [speaking(&first, &own), speaking(&second, &others)];
    check(apart.clone(), apart.clone());
    // Wherever they stand in the file, it comes back.
    let (written, _) = encode("package2", &package_of([&apart[..], &values].concat())).unwrap();
    let usual = Document::parse(written).unwrap().root().as_str().unwrap().into_owned();
    let other = usual.replacen(&format!("[{ours},{theirs}]"), &format!("[{theirs},{ours}]"), 1);
    assert_ne!(usual, other);
    let (read, _) = decode(quote(&other)).unwrap();
    assert_eq!(String::from_utf8(encode("package2", &from_environment(&read)).unwrap().0).unwrap(), quote(&other));
    // Of one environment, each flow has all languages, whatever its texts are in.
    let both = [ours.clone(), culture(OTHER_CULTURE, false)];
    let together = [speaking(&first, &both), speaking(&second, &both)];
    check(together.clone(), together);
    // A language without texts is everybody's.
    let unused = culture("90000000-0000-4000-8000-0000000000fe", false);
    let with_unused = |own: &String| [own.clone(), unused.clone()];
    let apart = [speaking(&first, &with_unused(&ours)), speaking(&second, &with_unused(&theirs))];
    let expected = [speaking(&first, &with_unused(&ours)), speaking(&second, &[unused.clone(), theirs.clone()])];
    check(apart, expected);
    let without_texts = |resource: &Resource| {
        let mut resource = resource.clone();
        resource.parts.retain(|part| part.0 != "contents.json");
        resource
    };
    let without_value =
        |resource: &Resource| flow_as(resource, &[(OTHER_VALUE, "e0000000-0000-4000-8000-0000000000fd")]);
    let silent = |resource: &Resource| without_texts(&without_value(resource));
    // But where a flow has no texts, it is that one's; where no language is left for it, it has them all.
    let apart = [speaking(&first, &own), speaking(&silent(&second), &others)];
    check(apart.clone(), apart);
    let third = [(OTHER_FLOW, THIRD_FLOW), (OTHER_START, THIRD_FLOW_START), (OTHER_STEP, THIRD_FLOW_STEP)];
    let third = flow_as(&second, &third);
    let all = [ours, theirs];
    for (third, expected) in
        [(without_value(&third), &others[..]), (without_texts(&third), &others), (silent(&third), &all)]
    {
        let third = speaking(&third, &others);
        let read = round_trip(&[speaking(&first, &own), speaking(&second, &others), third.clone()]);
        let read = read.iter().find(|it| it.head.id.id == THIRD_FLOW).unwrap();
        assert_eq!(sorted(read), sorted(&speaking(&third, expected)));
    }
}
