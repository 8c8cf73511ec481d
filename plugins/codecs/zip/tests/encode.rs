//! The exporter's profile of a written package.

mod common;

use std::io::{Cursor, Read};

use common::{API, APP, CONNECTION, FLOW, Files, again, codes, decode, encode, entry, made};
use flowport_plugin::fake::{Package, Resource};
use flowport_plugin::json::Document;
use flowport_plugin::{Action, Failure, PackageInfo, PackageReader};
use zip::{CompressionMethod, ZipArchive};

#[test]
fn a_package_as_the_exporter_writes_it_comes_back_text_for_text() {
    for files in [Files::flow(), Files::app()] {
        let (package, _) = files.decode().unwrap();
        let (written, _) = encode(&again(&package)).unwrap();
        for (name, text) in &files.0 {
            assert_eq!(&entry(&written, name), text, "{name}");
        }
    }
}

#[test]
fn the_archive_has_the_exporters_profile() {
    // A package that was never a file.
    let (read, _) = Files::app().and("Microsoft.Flow/flows/", "").decode().unwrap();
    let package = Package::new(PackageInfo::named("P"), read.resources());
    let (written, _) = encode(&again(&package)).unwrap();
    assert_eq!(encode(&again(&package)).unwrap().0, written, "the same input gives the same bytes");
    let mut archive = ZipArchive::new(Cursor::new(&written)).unwrap();
    let names: Vec<String> =
        (0..archive.len()).map(|index| archive.by_index(index).unwrap().name().unwrap().into_owned()).collect();
    let mut sorted = names.clone();
    assert_eq!(sorted.pop().as_deref(), Some("manifest.json"), "the root manifest comes last");
    sorted.sort();
    assert_eq!(sorted, names[..names.len() - 1]);
    for index in 0..archive.len() {
        let file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        assert!(!file.is_dir() && !name.contains('\\'), "{name}");
        assert_eq!(file.compression(), CompressionMethod::Deflated, "{name}");
        let local = usize::try_from(file.header_start()).unwrap();
        assert_eq!(&written[local..local + 4], b"PK\x03\x04");
        assert_eq!(&written[local + 6..local + 8], [0, 0], "flags of {name}");
        assert_eq!(&written[local + 28..local + 30], [0, 0], "extra fields of {name}");
        let central = usize::try_from(file.central_header_start()).unwrap();
        assert_eq!(&written[central + 4..central + 6], [20, 0], "made by, {name}");
        assert_eq!(&written[central + 38..central + 42], [0; 4], "external attributes of {name}");
    }
    for (name, _) in Files::flow().0 {
        let mut text = Vec::new();
        archive.by_name(&name).unwrap().read_to_end(&mut text).unwrap();
        assert!(!text.starts_with(b"\xef\xbb\xbf") && !text.contains(&b'\n'), "{name}");
    }
}

#[test]
fn what_is_left_out_is_filled_in_and_what_flowport_added_is_not_written() {
    let (written, _) = encode(&Package::new(PackageInfo::named("P"), made())).unwrap();
    let manifest = Document::parse(entry(&written, "manifest.json")).unwrap();
    let keys = |pointer: &str| -> Vec<String> {
        manifest.at(pointer).unwrap().members().map(|(key, _)| key.name().into_owned()).collect()
    };
    assert_eq!(keys(""), ["schema", "details", "resources"]);
    assert_eq!(
        keys("/details"),
        ["displayName", "description", "createdTime", "packageTelemetryId", "creator", "sourceEnvironment"]
    );
    assert!(manifest.at("/details").unwrap().members().all(|(_, value)| value.as_str().is_some()));
    let order =
        ["type", "suggestedCreationType", "creationType", "details", "configurableBy", "hierarchy", "dependsOn"];
    for (id, suggested, allowed, hierarchy) in [
        (FLOW, "Update", "Existing, New, Update", "Root"),
        (CONNECTION, "Existing", "Existing", "Child"),
        (API, "Existing", "Existing", "Child"),
    ] {
        assert_eq!(keys(&format!("/resources/{id}")), order, "{id}");
        let text = |name: &str| manifest.at(&format!("/resources/{id}/{name}")).unwrap().as_str().unwrap().into_owned();
        assert_eq!(
            [text("suggestedCreationType"), text("creationType"), text("hierarchy"), text("configurableBy")],
            [suggested, allowed, hierarchy, "User"]
        );
    }
    assert_eq!(
        manifest.at(&format!("/resources/{FLOW}/dependsOn")).unwrap().raw(),
        format!(r#"["{API}","{CONNECTION}"]"#)
    );
    assert_eq!(keys("/resources").first().map(String::as_str), Some(FLOW), "the root comes first");
}

#[test]
fn empty_maps_are_written_as_they_are() {
    let mut files =
        Files::flow().with("apisMap.json", |_| "{}".to_owned()).with("connectionsMap.json", |_| "{}".to_owned());
    files = files.with("manifest.json", |text| {
        let at = text.find(&format!(",\"{API}\":{{")).unwrap();
        format!("{}}}}}", text[..at].replace(&format!(r#"["{API}","{CONNECTION}"]"#), "[]"))
    });
    let (package, diagnostics) = files.decode().unwrap();
    assert_eq!(codes(&diagnostics), [""; 0]);
    let (written, _) = encode(&again(&package)).unwrap();
    assert_eq!(entry(&written, &format!("Microsoft.Flow/flows/{FLOW}/apisMap.json")), "{}");
}

#[test]
fn unknown_members_comments_and_icons_are_kept() {
    let files = Files::flow()
        .with("manifest.json", |text| {
            text.replacen(r#""details":{"displayName":"F"}"#, r#""details":{"displayName":"F","comment":"mind"}"#, 1)
                .replacen(r#""sourceEnvironment":"""#, r#""sourceEnvironment":"","more":1e1"#, 1)
        })
        .replace("Microsoft.Flow/flows/manifest.json", "]}}", r#"]},"extra":{"a":1}}"#);
    let (package, diagnostics) = files.decode().unwrap();
    assert_eq!(codes(&diagnostics), [""; 0]);
    assert_eq!(package.resources()[0].setup.comment.as_deref(), Some("mind"));
    let (written, _) = encode(&again(&package)).unwrap();
    for (name, text) in &files.0 {
        assert_eq!(&entry(&written, name), text, "{name}");
    }
}

#[test]
fn setups_become_creation_types() {
    let mut resources = made();
    resources[0].setup.suggested = Some(Action::Create);
    resources[0].setup.allowed = vec![Action::Update];
    resources[1].setup.suggested = Some(Action::Skip);
    let (written, placements) = encode(&Package::new(PackageInfo::named("P"), resources)).unwrap();
    let manifest = entry(&written, "manifest.json");
    assert!(manifest.contains(r#""suggestedCreationType":"New","creationType":"Update, New""#), "{manifest}");
    assert_eq!(placements[1].lost, ["the suggested action skip"]);
}

fn refused(resources: Vec<Resource>) -> Vec<String> {
    match encode(&Package::new(PackageInfo::named("P"), resources)) {
        Err(Failure::Malformed(found)) => {
            assert!(found.iter().all(|found| found.help.is_some()), "{found:#?}");
            found.into_iter().map(|found| found.code).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_format_cannot_hold_is_refused() {
    let mut two = made();
    let mut second = two[0].clone();
    second.head.id.id = APP.to_owned();
    two.push(second);
    assert_eq!(refused(two), ["PA0701"]);
    assert_eq!(refused(made().split_off(1)), ["PA0702"]);
    let mut missing = made();
    missing.remove(2);
    assert_eq!(refused(missing), ["PA0703", "PA0703"]);
    let mut partless = made();
    partless[0].parts.remove(0);
    assert_eq!(refused(partless), ["PA0704"]);
}

#[test]
fn an_attachment_alone_is_a_package() {
    let package = Package::new(PackageInfo::named("P"), Vec::new()).with_attachment(b"{\"a\":1}");
    let (written, _) = encode(&package).unwrap();
    let (read, diagnostics) = decode(&written).unwrap();
    assert_eq!((read.attached(), codes(&diagnostics)), (b"{\"a\":1}".to_vec(), Vec::new()));
}

#[test]
fn the_app_keeps_its_files_and_its_doubled_dependency() {
    let (package, _) = Files::app().decode().unwrap();
    let resources = package.resources();
    let app = resources.iter().find(|resource| resource.head.id.id == APP).unwrap();
    assert_eq!(app.text("Nx-document.msapp"), "PK not looked at");
    assert!(app.head.attributes.contains(r#""dependencyKinds":["connector","flow","connector"]"#));
    assert_eq!(package.len(), 4);
}
