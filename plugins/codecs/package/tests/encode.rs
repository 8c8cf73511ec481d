//! What resources become.

mod common;

use common::{
    FLOW_ID, Item, Made, PAGE_ID, SERVICE, TYPE_ID, VALUE_ID, VERSION, codes, decode, edit, encode, find,
    from_environment, package_of,
};
use flowport_package_codec::BoomiPackages;
use flowport_plugin::fake::Package;
use flowport_plugin::json::quote;
use flowport_plugin::{Action, Codec, Confidence, EditOp, Failure, PackageInfo, PackageReader};

#[track_caller]
fn refused(format: &str, package: &Package) -> (String, String) {
    match encode(format, package) {
        Err(Failure::Malformed(found)) => (found[0].code.clone(), found[0].help.clone().unwrap()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn both_formats_say_what_they_hold() {
    let formats = BoomiPackages::formats();
    let ids: Vec<(&str, bool, usize)> =
        formats.iter().map(|format| (format.id.as_str(), format.verified, format.writes.len())).collect();
    assert_eq!(ids, [("package2", false, 11), ("package", true, 9)]);
    assert!(formats.iter().all(|format| format.extensions == [format.id.clone()]));
    assert!(matches!(encode("zip", &package_of(Vec::new())), Err(Failure::Unsupported(_))));
}

#[test]
fn one_flow_per_package() {
    let (package, _) = decode(Made::usual().file()).unwrap();
    let flow = find(&package, FLOW_ID);
    let mut other = flow.clone();
    other.head.id.id = VALUE_ID.to_owned();
    let (code, help) = refused("package", &package_of(vec![flow, other]));
    assert_eq!(code, "BF0101");
    assert!(help.contains("--split") && help.contains("package2") && help.contains("json"));
    for format in ["package", "package2"] {
        assert_eq!(refused(format, &package_of(vec![find(&package, VALUE_ID)])).0, "BF0102");
    }
}

#[test]
fn parts_that_cannot_be_written_are_named() {
    let (package, _) = decode(Made::usual().file()).unwrap();
    for (part, text) in [("flow.json", "{"), ("maps.json", "{}"), ("contents.json", "1"), ("rest.json", "[]")] {
        let mut flow = find(&package, FLOW_ID);
        flow.parts.retain(|known| known.0 != part);
        let flow = flow.json(part, text);
        assert_eq!(refused("package", &package_of(vec![flow])).0, "BF0103", "{part}");
    }
    let mut flow = find(&package, FLOW_ID);
    flow.parts.remove(0);
    assert_eq!(refused("package", &package_of(vec![flow])).0, "PART01");
}

#[test]
fn lists_say_what_the_elements_say() {
    let made = Made::usual();
    let (package, _) = decode(made.file()).unwrap();
    let newer = "99999999-0000-4000-8000-00000000000f";
    let mut resources = package.resources();
    for resource in &mut resources {
        let rename = EditOp::Rename("Other".to_owned());
        if resource.head.id.id == VALUE_ID {
            *resource = resource.edited(&edit(resource, &[rename]).unwrap());
        }
        for part in &mut resource.parts {
            if part.0 == "element.json" && resource.head.id.id == SERVICE {
                part.2 = String::from_utf8(part.2.clone()).unwrap().replace(VERSION, newer).into_bytes();
            }
            if part.0 == "maps.json" {
                part.2 = String::from_utf8(part.2.clone()).unwrap().replacen(VERSION, newer, 1).into_bytes();
            }
        }
    }
    let (written, _) = encode("package", &Package::new(package.info(), resources)).unwrap();
    let (read, diagnostics) = decode(&written).unwrap();
    // The texts of the changed map element are of the older version.
    assert_eq!(codes(&diagnostics), ["BF0015", "BF0016"]);
    let flow = find(&read, FLOW_ID).text("flow.json");
    assert_eq!(flow.matches(newer).count(), 2);
    assert!(flow.contains(r#""developerName":"Other""#) && !flow.contains("My order"));
}

#[test]
fn elements_that_are_left_out_stay_listed() {
    let (package, _) = decode(Made::usual().file()).unwrap();
    let left: Vec<_> = package.resources().into_iter().filter(|resource| resource.head.id.kind != "page").collect();
    let (written, _) = encode("package", &package_of(left)).unwrap();
    let (read, _) = decode(&written).unwrap();
    let flow = find(&read, FLOW_ID);
    assert_eq!(flow, find(&package, FLOW_ID));
    assert!(String::from_utf8(written).unwrap().ends_with(r#"\"pageElementConfigurations\":null}""#));
    assert!(!read.resources().iter().any(|resource| resource.head.id.id == PAGE_ID));
}

#[test]
fn a_new_kind_of_element_gets_its_member() {
    let made = Made::usual();
    let (package, _) = decode(made.file()).unwrap();
    let mut resources = package.resources();
    let provider =
        Item::new("identityProvider", "IdentityProviderElementId", "e0000000-0000-4000-8000-0000000000ff", "SSO", "");
    let text = format!(r#"{{"compositeId":{}{}}}"#, provider.composite, provider.rest);
    let head = common::head("identity-provider", &provider.guid, "SSO");
    resources.push(flowport_plugin::fake::Resource::new(head).json("element.json", &text));
    let (written, _) = encode("package2", &package_of(resources)).unwrap();
    let object = made.object().replacen("\"flowConfiguration\":{", "\"flowConfigurations\":[{", 1);
    let object = object.replacen(r#"},"contentValueCultures""#, r#"}],"contentValueCultures""#, 1);
    let end = format!(r#","identityProviderElementConfigurations":[{text}]}}"#);
    assert_eq!(String::from_utf8(written).unwrap(), quote(&(object[..object.len() - 1].to_owned() + &end)));
}

#[test]
fn attachments_travel_in_a_member_of_their_own() {
    let bytes: Vec<u8> = (0..100_000u32).map(|index| (index % 251) as u8).collect();
    let (package, _) = decode(Made::usual().file()).unwrap();
    let package = Package::new(package.info(), package.resources()).with_attachment(&bytes);
    let (written, _) = encode("package", &package).unwrap();
    let (read, diagnostics) = decode(&written).unwrap();
    assert_eq!(codes(&diagnostics), ["BF0016"]);
    assert_eq!(read.attached(), bytes);
    assert_eq!(read.resources(), package.resources());
    assert_eq!(encode("package", &from_environment(&read)).unwrap().0, written);
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let (package, _) = decode(Made::usual().file()).unwrap();
    let package = Package::new(package.info(), package.resources()).with_attachment(&vec![0; 49 << 20]);
    assert!(matches!(encode("package", &package), Err(Failure::Limit(_))));
}

#[test]
fn what_is_lost_is_named() {
    let (package, _) = decode(Made::usual().file()).unwrap();
    let mut resources = package.resources();
    resources[0].setup.suggested = Some(Action::Update);
    resources[1].setup.suggested = Some(Action::UseExisting);
    resources[1].setup.comment = Some("c".to_owned());
    let info = PackageInfo { intended_for: Some("production".to_owned()), ..PackageInfo::named("x") };
    let (_, placements) = encode("package", &Package::new(info, resources)).unwrap();
    assert_eq!(placements[0].lost, ["that the package is meant for production"]);
    assert_eq!(placements[1].lost, ["the suggested action use-existing", "the comment"]);
    assert!(placements[2..].iter().all(|placement| placement.lost.is_empty()));
    assert_eq!(placements[2].id.id, TYPE_ID);
}

#[test]
fn parts_that_people_laid_out_are_written_as_the_product_does() {
    let made = Made::usual();
    let (package, _) = decode(made.file()).unwrap();
    let mut resources = package.resources();
    let text = resources[3].text("element.json").replace("\",\"", "\",\n  \"");
    resources[3].parts[0].2 = text.into_bytes();
    let (written, _) = encode("package", &Package::new(package.info(), resources)).unwrap();
    assert_eq!(written, made.file());
}

#[test]
fn without_a_flow_the_attachment_has_a_file_of_its_own() {
    for format in ["package", "package2"] {
        let (bytes, placements) = encode(format, &package_of(Vec::new()).with_attachment(b"else")).unwrap();
        assert!(placements.is_empty());
        let sure: Vec<String> = common::recognize(&bytes)
            .into_iter()
            .filter(|found| found.confidence == Confidence::Certain)
            .map(|found| found.format)
            .collect();
        assert_eq!(sure, [format]);
        let (again, found) = decode(&bytes).unwrap();
        assert_eq!((again.attached(), again.len(), found.len()), (b"else".to_vec(), 0, 0));
    }
}
