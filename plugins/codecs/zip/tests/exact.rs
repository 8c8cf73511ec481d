//! A package that was read is written as the same file; where its resources change, only the bytes that say so do.

mod common;

use std::io::{Cursor, Read, Write};

use common::{API, CONNECTION, FLOW, Files, again, codes, corpus, decode, encode, entry};
use flowport_plugin::fake::{Package, Resource};
use flowport_plugin::{Action, EditOp, Edited, Handler, PackageReader, Relink, ResourceId};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// All that an entry is beside its packed bytes: name, time, attributes, maker, method, content.
type Entry = (String, Option<DateTime>, Option<u32>, u16, CompressionMethod, Vec<u8>);

fn entries(bytes: &[u8]) -> Vec<Entry> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let central = usize::try_from(file.central_header_start()).unwrap();
            let made_by = u16::from_le_bytes([bytes[central + 4], bytes[central + 5]]);
            let attributes = bytes[central + 38..central + 42].try_into().map(u32::from_le_bytes).ok();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), file.last_modified(), attributes, made_by, file.compression(), content)
        })
        .collect()
}

fn assert_same(name: &str, before: &[u8], after: &[u8]) {
    let (before, after) = (entries(before), entries(after));
    let names = |entries: &[Entry]| entries.iter().map(|entry| entry.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after), "{name}");
    for (before, after) in before.iter().zip(&after) {
        assert!(before == after, "{name}: {} was {:?} and is {:?}", before.0, &before.1.., &after.1..);
    }
}

fn round_trip(bytes: &[u8]) -> Vec<u8> {
    encode(&again(&decode(bytes).unwrap().0)).unwrap().0
}

#[test]
fn real_packages_come_back_as_the_same_files() {
    let Some(packages) = corpus() else { return };
    for (name, bytes) in &packages {
        assert_same(name, bytes, &round_trip(bytes));
    }
}

/// As people pack: directories, other times and attributes, stored files, the manifest first, white space, strange files.
fn packed_by_people() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = |minute, method| {
        let time = DateTime::from_date_and_time(2021, 5, 5, 2, minute, 8).unwrap();
        SimpleFileOptions::default().last_modified_time(time).compression_method(method).unix_permissions(0o640)
    };
    let files = Files::app()
        .with("manifest.json", |text| format!("\u{FEFF}{}\r\n", text.replace("\":", "\" :\r\n  ")))
        .replace("Microsoft.Flow/flows/manifest.json", "{", "{ ")
        .and(".DS_Store", "litter")
        .and("notes/read me.txt", "what people leave");
    writer.add_directory("Microsoft.Flow/", options(1, CompressionMethod::Stored)).unwrap();
    writer.add_directory(format!("Microsoft.Flow/flows/{FLOW}/"), options(2, CompressionMethod::Stored)).unwrap();
    for (index, (name, text)) in files.0.iter().rev().enumerate() {
        let method = if index % 2 == 0 { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        writer.start_file(name.clone(), options(index as u8, method)).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_people_packed_comes_back_as_well() {
    let bytes = packed_by_people();
    let (_, found) = decode(&bytes).unwrap();
    assert_eq!(codes(&found), ["PA0110", "PA0120"]);
    assert!(found[1].summary.contains("stays in the package"), "{}", found[1].summary);
    assert_same("by people", &bytes, &round_trip(&bytes));
}

/// So many bytes of text that does not pack well.
fn noise(length: usize) -> String {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'0' + (state >> 24) as u8 % 64)
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// Stored, as packing takes its time.
fn with_strangers(strangers: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let files = Files::flow();
    let files = files.0.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    for (name, text) in files.chain(strangers.iter().copied()) {
        writer.start_file(name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn large_files_of_others_are_kept_as_well() {
    let large = noise(16 << 20);
    let bytes = with_strangers(&[("video.mp4", &large)]);
    let (_, found) = decode(&bytes).unwrap();
    assert_eq!(codes(&found), ["PA0120"]);
    assert_same("with a video", &bytes, &round_trip(&bytes));
}

#[test]
fn exactly_what_is_left_out_is_named() {
    let (large, half) = (noise((16 << 20) + 1), noise(9 << 20));
    let bytes = with_strangers(&[
        ("a.txt", "a"),
        ("large.bin", &large),
        ("half.bin", &half),
        ("other half.bin", &half),
        ("z.txt", "z"),
        ("__MACOSX/half.bin", &half),
        (".DS_Store", "litter"),
    ]);
    let (package, found) = decode(&bytes).unwrap();
    let said: Vec<(&str, &str)> = found.iter().map(|it| (it.code.as_str(), it.summary.as_str())).collect();
    let of_kept =
        "a.txt, half.bin, z.txt are no files of the format; they stay in the package, and no import takes them";
    let of_others = "large.bin, other half.bin, __MACOSX/half.bin are no files of the format, and flowport leaves them out: \
        flowport keeps 16 MiB of such files in all";
    assert_eq!(said, [("PA0120", of_kept), ("PA0121", of_others)]);
    let (written, _) = encode(&again(&package)).unwrap();
    let gone = ["large.bin", "other half.bin", "__MACOSX/half.bin"];
    let expected: Vec<Entry> = entries(&bytes).into_iter().filter(|it| !gone.contains(&it.0.as_str())).collect();
    assert!(entries(&written) == expected);
    // All of them, where they are many.
    let many: Vec<String> = (0..1002).map(|number| format!("{number}.bin")).collect();
    let files: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    let (_, found) = decode(&with_strangers(&files)).unwrap();
    assert!(found[0].summary.starts_with("0.bin, 1.bin, 2.bin and 999 more are"), "{}", found[0].summary);
    assert_eq!(found[0].detail.as_ref().unwrap(), &format!("{} and 2 more", many[..1000].join("\n")));
}

#[test]
fn keys_of_the_details_that_are_missing_stay_missing() {
    let bytes = Files::flow().replace("manifest.json", r#""creator":"N/A","#, "").zip();
    let (_, found) = decode(&bytes).unwrap();
    assert_eq!(codes(&found), ["PA0111"]);
    assert!(found[0].help.as_ref().unwrap().contains("stays missing"), "{:?}", found[0].help);
    assert_same("without its creator", &bytes, &round_trip(&bytes));
}

#[test]
fn damaged_layouts_are_none() {
    let (package, _) = Files::flow().decode().unwrap();
    for content in ["", "{", "[]", r#"{"manifest":"{","entries":["a"],"options":[[2,0,0,0,0,0]],"files":{"a":1}}"#] {
        let mut info = package.info();
        info.layouts[0].content = content.to_owned();
        let (written, _) = encode(&Package::new(info, package.resources())).unwrap();
        assert_eq!(decode(&written).unwrap().0.resources(), package.resources(), "{content}");
    }
}

fn edited<H: Handler>(resource: &Resource, ops: &[EditOp]) -> Resource {
    let edited: Edited = H::edit(resource, ops).unwrap();
    resource.edited(&edited)
}

/// The package with its resources changed.
fn changed(package: &Package, change: impl Fn(&mut Vec<Resource>)) -> Vec<u8> {
    let mut resources = package.resources();
    change(&mut resources);
    encode(&Package::new(package.info(), resources)).unwrap().0
}

fn position(resources: &[Resource], id: &str) -> usize {
    resources.iter().position(|resource| resource.head.id.id == id).unwrap()
}

#[test]
fn a_change_changes_its_own_bytes() {
    let bytes = packed_by_people();
    let (package, _) = decode(&bytes).unwrap();
    let before = entry(&bytes, "manifest.json");
    let manifest = |change: &dyn Fn(&mut Vec<Resource>)| entry(&changed(&package, change), "manifest.json");

    let named = manifest(&|resources| {
        let at = position(resources, CONNECTION);
        resources[at].head.name = "prod@example.com".to_owned();
    });
    assert_eq!(named, before.replace("ana@example.com", "prod@example.com"));

    let commented = manifest(&|resources| {
        let at = position(resources, FLOW);
        resources[at].setup.comment = Some("mind \"this\"".to_owned());
    });
    let with_comment = "\"F\", \"comment\" :\r\n  \"mind \\\"this\\\"\"}";
    assert_eq!(commented, before.replacen("\"F\"}", with_comment, 1));

    let updated = manifest(&|resources| {
        let at = position(resources, FLOW);
        resources[at].setup.suggested = Some(Action::Update);
    });
    let flow = before.find(&format!("\"{FLOW}\" :")).unwrap();
    assert_eq!(updated, format!("{}{}", &before[..flow], before[flow..].replacen("\"New\"", "\"Update\"", 1)));
}

#[test]
fn another_id_is_another_id_everywhere_and_nothing_else() {
    let bytes = packed_by_people();
    let (package, _) = decode(&bytes).unwrap();
    let new = "99999999-0000-4000-8000-000000000009";
    let written = changed(&package, |resources| {
        let at = position(resources, CONNECTION);
        resources[at] = edited::<flowport_connector::Connectors>(
            &resources[at],
            &[EditOp::SetId(ResourceId::new("connection", new))],
        );
        let to = resources[at].head.clone();
        let at = position(resources, FLOW);
        let slot = "connectionsMap.json#/shared_x".to_owned();
        resources[at] = edited::<flowport_flow::Flows>(&resources[at], &[EditOp::Relink(Relink { slot, to })]);
    });
    for (before, after) in entries(&bytes).iter().zip(&entries(&written)) {
        assert_eq!((&before.0, before.1, before.2, before.4), (&after.0, after.1, after.2, after.4));
        let text = String::from_utf8_lossy(&before.5).replace(CONNECTION, new);
        assert_eq!(String::from_utf8_lossy(&after.5), text, "{}", before.0);
    }
}

#[test]
fn what_goes_and_comes_leaves_the_rest_alone() {
    let bytes = Files::flow().zip();
    let (package, _) = decode(&bytes).unwrap();
    // A second connection of the connector comes in, and is written behind what was there.
    let written = changed(&package, |resources| {
        let mut second = resources[position(resources, CONNECTION)].clone();
        second.head.id.id = "cccccccc-0000-4000-8000-000000000002".to_owned();
        resources.push(second);
    });
    let (before, after) = (entry(&bytes, "manifest.json"), entry(&written, "manifest.json"));
    assert!(after.starts_with(before.trim_end_matches("}}")), "{after}");
    // It goes again.
    let (longer, _) = decode(&written).unwrap();
    let back = changed(&longer, |resources| {
        resources.pop();
    });
    assert_same("without it", &bytes, &back);
    // A flow that goes takes its folder along.
    let app = Files::app().and(&format!("Microsoft.Flow/flows/{FLOW}/"), "").zip();
    let (package, _) = decode(&app).unwrap();
    let without = changed(&package, |resources| {
        resources.remove(position(resources, FLOW));
        let at = resources.iter().position(|resource| resource.head.id.kind == "app").unwrap();
        resources[at].head.attributes = resources[at].head.attributes.replace(&format!("\"{FLOW}\","), "");
    });
    assert!(!entries(&without).iter().any(|entry| entry.0.starts_with("Microsoft.Flow/")));
    assert!(
        !entry(&without, "manifest.json").contains(&format!("\"{FLOW}\":"))
            && entry(&without, "manifest.json").contains(API)
    );
}

proptest! {
    #[test]
    fn any_spelling_comes_back(
        spaces in prop::collection::vec(prop_oneof![Just(""), Just(" "), Just("\r\n\t")], 1..30),
        order in prop::collection::vec(any::<u8>(), 10),
        minutes in prop::collection::vec(0..60_u8, 10),
        stored in any::<u16>(),
        without_suggestion in any::<bool>(),
        stranger in prop::option::of("[a-zé ]{1,8}x/[a-z]{1,8}\\.bin"),
    ) {
        let mut next = spaces.iter().cycle();
        let mut spread = |text: String| -> String {
            let mut inside = false;
            text.chars().flat_map(|character| {
                inside ^= character == '"';
                let space = if !inside && matches!(character, ',' | ':' | '{') { *next.next().unwrap() } else { "" };
                std::iter::once(character).chain(space.chars()).collect::<Vec<_>>()
            }).collect()
        };
        let mut files = Files::app();
        files.0.iter_mut().filter(|file| file.0.ends_with("manifest.json")).for_each(|file| file.1 = spread(std::mem::take(&mut file.1)));
        if without_suggestion {
            let pattern = spread_free(&files.0.last().unwrap().1);
            files.0.last_mut().unwrap().1 = pattern;
        }
        if let Some(name) = stranger {
            files.0.push((name, "\0strange".to_owned()));
        }
        let mut indexes: Vec<usize> = (0..files.0.len()).collect();
        indexes.sort_by_key(|index| order[index % order.len()]);
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for index in indexes {
            let time = DateTime::from_date_and_time(2024, 5, 6, 7, minutes[index % minutes.len()], 8).unwrap();
            let method = if stored >> index & 1 == 1 { CompressionMethod::Stored } else { CompressionMethod::Deflated };
            writer.start_file(files.0[index].0.clone(), SimpleFileOptions::default().last_modified_time(time).compression_method(method)).unwrap();
            writer.write_all(files.0[index].1.as_bytes()).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        assert_same("generated", &bytes, &round_trip(&bytes));
    }
}

/// The manifest without the suggestions that PowerShell's exporter leaves out.
fn spread_free(manifest: &str) -> String {
    let document = flowport_plugin::json::Document::parse(manifest).unwrap();
    let mut edits = flowport_plugin::json::Edits::new(&document);
    for value in document.walk().filter(|value| value.key().is_some_and(|key| key.is("suggestedCreationType"))) {
        edits.remove(value);
    }
    String::from_utf8(edits.finish().unwrap()).unwrap()
}
