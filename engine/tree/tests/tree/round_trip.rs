use flowport_core::content::Content;
use flowport_core::model::Part;
use flowport_core::model::{
    Action, Head, Layout, Origin, Package, PackageInfo, PackageResource, Resource, ResourceId, Setup, State,
};
use proptest::prelude::*;

use crate::fake::{comparable, files, packed, unpacked};

/// Texts that systems, terminals and JSON take badly.
fn names() -> impl Strategy<Value = String> {
    let odd = [
        "a.json",
        "A.json",
        "a.JSON",
        "CON",
        "con.json",
        "nul",
        "a/b.json",
        "a/B.json",
        "a",
        "../x",
        ".git/config",
        "a:b",
        "a?",
        "a.",
        "a ",
        "\u{202e}x",
        "é.json",
        "e\u{301}.json",
        "resource.json",
        "layout.json",
        "layout",
        "package.json",
        "x#/y",
        "a\\b",
        "日本.json",
        "-rf",
        "GIT~1",
        "flow.json",
        "aux/x.json",
        "a//b",
        "/",
        ".json",
    ];
    prop_oneof![
        prop::sample::select(odd.to_vec()).prop_map(str::to_owned),
        "[ -~é\u{300}]{1,30}",
        Just("long/".repeat(60) + "x.json")
    ]
}

/// JSON and what is none, spelled in all ways.
fn contents() -> impl Strategy<Value = Vec<u8>> {
    let texts = [
        "{\"b\":1.50,\"a\":[\"\\u0061\",{}],\"time\":\"now\",\"version\":3}",
        "{\n  \"b\": 1\n}",
        "{\n  \"b\": 1\n}\n",
        "{\r\n  \"b\": 1\r\n}\r\n",
        "\u{feff}{\"time\":1}",
        "{ \"steps\" : [ {\"id\":\"a\",\"version\":1} ,{\"id\":\"a\",\"version\":2}, {\"id\":\"b\",\"version\":[ 3 ]} ], \"time\" : null }",
        "{\"steps\":[{\"id\":1,\"version\":{\"x\": 1}},{\"version\":2}]}",
        "[]",
        "\"x\"",
        "{",
        "",
        "{\"a\":1,\"a\":2}",
        "plain\r\ntext\n",
    ];
    prop_oneof![
        prop::sample::select(texts.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..40),
    ]
}

fn resources() -> impl Strategy<Value = Vec<PackageResource>> {
    let media_types = prop::sample::select(vec!["", "application/json", "text/xml", "x/y+json"]);
    let part = (names(), media_types, contents());
    let attributes = prop::sample::select(vec![
        "{}",
        "{ }",
        "{\"version\":7,\"b\":[1.0]}",
        "{\n  \"version\": \"x\",\r\n\t\"a\": {\"version\":1}}",
    ]);
    let kinds = prop::sample::select(vec!["flow", "con", "layout", "x-1"]);
    let dialects = prop::sample::select(vec!["fake", "other"]);
    let actions = || prop::sample::select(vec![Action::Update, Action::Skip, Action::Other("update".to_owned())]);
    let setup = (prop::option::of(actions()), prop::collection::vec(actions(), 0..2), prop::option::of("[ -~\n]{0,9}"));
    let head =
        (kinds, "[ -~é]{1,12}", prop::option::of("[0-9a]{1,3}"), names(), dialects, any::<(bool, bool)>(), attributes);
    let resource = (head, prop::collection::vec(part, 0..5), setup).prop_map(|(head, parts, setup)| {
        let (kind, id, version, name, dialect, (is_draft, is_standard), attributes) = head;
        let head = Head {
            id: ResourceId::new(kind, &id, version.as_deref()).unwrap(),
            name,
            dialect: dialect.to_owned(),
            state: if is_draft { State::Draft } else { State::Published },
            origin: if is_standard { Origin::Standard } else { Origin::Custom },
            attributes: attributes.into(),
        };
        let mut resource = Resource { head, parts: Vec::new() };
        for (name, media_type, content) in parts {
            if resource.part(&name).is_none() {
                resource.parts.push(Part {
                    name,
                    media_type: media_type.to_owned(),
                    content: Content::from_bytes(content),
                });
            }
        }
        let (suggested, allowed, comment) = setup;
        PackageResource { resource, setup: Setup { suggested, allowed, comment } }
    });
    prop::collection::vec(resource, 0..6).prop_map(|mut all| {
        let mut seen = std::collections::HashSet::new();
        all.retain(|entry| seen.insert(entry.resource.head.id.clone()));
        all
    })
}

fn packages() -> impl Strategy<Value = Package> {
    let text = || "[ -~é\n\"]{0,12}";
    let optional = || prop::option::of(text());
    let layouts = prop::collection::vec((text(), text()), 0..2);
    let info = (text(), text(), optional(), optional(), optional(), optional(), layouts);
    (info, resources(), optional()).prop_map(|(info, resources, sealed)| {
        let (name, description, created, creator, source, intended_for, layouts) = info;
        let layouts = layouts.into_iter().map(|(format, content)| Layout { format, content }).collect();
        let info = PackageInfo { name, description, created, creator, source, intended_for, layouts };
        Package { info, resources, sealed }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn any_package_comes_back_as_it_was(package in packages(), other in packages()) {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (folder.path().join("first"), folder.path().join("second"));
        unpacked(&package, &first);
        prop_assert_eq!(comparable(&packed(&first)), comparable(&package));

        // The same files wherever it is unpacked, and none touched where it is unpacked again.
        unpacked(&package, &second);
        prop_assert_eq!(files(&first), files(&second));
        prop_assert!(!unpacked(&package, &first).is_changed);

        // Over another tree, nothing of that is left.
        unpacked(&other, &second);
        prop_assert_eq!(comparable(&packed(&second)), comparable(&other));
        unpacked(&package, &second);
        prop_assert_eq!(comparable(&packed(&second)), comparable(&package));
    }

    #[test]
    fn line_ends_and_white_space_of_json_are_no_edit(package in packages()) {
        let folder = tempfile::tempdir().unwrap();
        unpacked(&package, folder.path());
        for (name, content) in files(folder.path()) {
            if name.ends_with(".json") && !name.starts_with("layout/") {
                let text = String::from_utf8(content).unwrap().replace('\n', "\r\n");
                std::fs::write(folder.path().join(&name), format!("\u{feff}{text}")).unwrap();
            }
        }
        prop_assert_eq!(comparable(&packed(folder.path())), comparable(&package));
        prop_assert!(!unpacked(&package, folder.path()).is_changed);
    }

    #[test]
    fn all_names_of_files_are_safe_everywhere(package in packages()) {
        let folder = tempfile::tempdir().unwrap();
        unpacked(&package, folder.path());
        let files = files(folder.path());
        let lower: std::collections::HashSet<String> = files.keys().map(|name| name.to_lowercase()).collect();
        prop_assert_eq!(lower.len(), files.len(), "two differ in case only");
        for name in files.keys().filter(|name| *name != ".gitattributes") {
            prop_assert!(name.is_ascii() && name.len() <= 250, "{}", name);
            for segment in name.split('/') {
                let stem = segment.split('.').next().unwrap().to_lowercase();
                let is_odd = |letter: char| letter.is_control() || "<>:\"|?*\\~".contains(letter);
                prop_assert!(!segment.contains(is_odd) && !segment.starts_with('.') && !segment.ends_with(['.', ' ']), "{}", name);
                prop_assert!(!["con", "nul", "aux", "prn", "com1", "lpt1"].contains(&stem.trim_end()), "{}", name);
            }
        }
    }
}
