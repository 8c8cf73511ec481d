//! Whatever a package holds comes back, and no file makes the decoder panic.

mod common;

use common::{assert_same, read, read_well, write};
use flowport_json_codec::JsonCodec;
use flowport_plugin::fake::{Package, Resource};
use flowport_plugin::{Action, Codec, Failure, Head, Layout, Origin, PackageInfo, ResourceId, Setup, State};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "\\PC{0,12}", any::<String>(), Just("\0\u{1b}\"\\/\u{2028}\u{feff}😀".to_owned())]
}

/// Without control characters, not empty.
fn any_key() -> impl Strategy<Value = String> {
    "\\PC{1,12}"
}

fn any_action() -> impl Strategy<Value = Action> {
    let known = [
        Action::Create,
        Action::Update,
        Action::NewVersion,
        Action::Merge,
        Action::Overwrite,
        Action::UseExisting,
        Action::Skip,
        Action::Other("create".to_owned()),
    ];
    prop_oneof![select(known.to_vec()), any_text().prop_map(Action::Other)]
}

fn any_setup() -> impl Strategy<Value = Setup> {
    (option::of(any_action()), vec(any_action(), 0..3), option::of(any_text()))
        .prop_map(|(suggested, allowed, comment)| Setup { suggested, allowed, comment })
}

fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        select(vec!["null", "true", "-0.0", "1e400", "1.50", "\"\\u0041\\ud83d\\ude00\"", "[]", "{ }"])
            .prop_map(str::to_owned),
        any_text().prop_map(|text| flowport_plugin::json::quote(&text)),
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        let space = || select(vec!["", " ", "\r\n\t"]);
        prop_oneof![
            (vec(inner.clone(), 0..4), space())
                .prop_map(|(all, space)| format!("[{space}{}]", all.join(&format!("{space},")))),
            (vec(inner, 0..4), space()).prop_map(|(all, space)| {
                let members =
                    all.iter().enumerate().map(|(index, value)| format!("{space}\"k~/{index}\":{space}{value}"));
                format!("{{{}{space}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

fn any_content() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(Vec::new()),
        vec(any::<u8>(), 0..40),
        any_text().prop_map(String::into_bytes),
        any_json().prop_map(String::into_bytes),
        (any_json(), select(vec![" ", "\n", "\u{feff}", "x"]))
            .prop_map(|(json, before)| format!("{before}{json}").into_bytes()),
        (any_json(), select(vec![" ", "\r\n", ",", "\0"]))
            .prop_map(|(json, behind)| format!("{json}{behind}").into_bytes()),
        (245..260usize).prop_map(|levels| ("[".repeat(levels) + &"]".repeat(levels)).into_bytes()),
        Just(b"{\"a\":1,\"\\u0061\":2}".to_vec()),
        Just(b"\"\\ud800\"".to_vec()),
    ]
}

fn any_part() -> impl Strategy<Value = (String, String, Vec<u8>)> {
    let media_type =
        prop_oneof![select(vec!["", "application/json", "text/plain"]).prop_map(str::to_owned), any_text()];
    (
        any_key().prop_filter("a relative name", |name| !name.starts_with('/') && !name.contains("..")),
        media_type,
        any_content(),
    )
}

fn any_resource() -> impl Strategy<Value = Resource> {
    let head = ("[a-z][a-z0-9-]{0,63}", any_key(), option::of("\\PC{0,5}"), any_text(), any_key());
    let states = (any::<bool>(), any::<bool>(), vec(any_json(), 0..3));
    (head, states, any_setup(), vec(any_part(), 0..4)).prop_map(|(head, states, setup, mut parts)| {
        let (kind, id, version, name, dialect) = head;
        let (is_draft, is_standard, values) = states;
        let attributes: Vec<String> =
            values.iter().enumerate().map(|(index, value)| format!("\"{index}\" : {value}")).collect();
        let head = Head {
            id: ResourceId { kind, id, version },
            name,
            dialect,
            state: if is_draft { State::Draft } else { State::Published },
            origin: if is_standard { Origin::Standard } else { Origin::Custom },
            attributes: format!("{{{}}}", attributes.join(",")),
        };
        parts.sort_by(|left, right| left.0.cmp(&right.0));
        parts.dedup_by(|left, right| left.0 == right.0);
        parts.reverse();
        Resource { head, parts, setup }
    })
}

fn any_package() -> impl Strategy<Value = Package> {
    let optional = || option::of(any_text());
    let info = (any_text(), any_text(), optional(), optional(), optional(), optional(), vec(any_text(), 0..3));
    (info, vec(any_resource(), 0..4), vec(any::<u8>(), 0..20)).prop_map(|(info, mut resources, attachment)| {
        let (name, description, created, creator, source, intended_for, contents) = info;
        let layout = |(index, content)| Layout { format: format!("f{index}"), content };
        let layouts = contents.into_iter().enumerate().map(layout).collect();
        for (index, resource) in resources.iter_mut().enumerate() {
            resource.head.id.id.push_str(&index.to_string());
        }
        let info = PackageInfo { name, description, created, creator, source, intended_for, layouts };
        Package::new(info, resources).with_attachment(&attachment)
    })
}

/// Whatever the bytes are: an answer, and where they are a package, one that can be written and read again.
fn survives(bytes: &Vec<u8>) {
    JsonCodec::recognize(bytes, None);
    match read(bytes) {
        Ok((package, _)) => {
            let again = write(&package).expect("what was read can be written");
            assert_same(&read_well(again), &package);
        }
        Err(Failure::Malformed(diagnostics)) => assert!(!diagnostics.is_empty()),
        Err(Failure::Limit(_)) => {}
        Err(other) => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everything_comes_back(original in any_package()) {
        let bytes = write(&original).expect("the package can be written");
        assert_same(&read_well(&bytes), &original);
        prop_assert_eq!(write(&original).expect("the package can be written"), bytes);
    }

    #[test]
    fn damaged_files_are_answered(original in any_package(), damage in vec((any::<Index>(), any::<u8>(), 0..4u8), 1..5)) {
        let mut bytes = write(&original).expect("the package can be written");
        for (at, byte, how) in damage {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"{}[]\",:0 "[usize::from(byte) % 9]),
                _ => bytes.truncate(at),
            }
        }
        survives(&bytes);
    }

    #[test]
    fn values_in_wrong_places_are_answered(original in any_package(), which in any::<Index>(), json in any_json()) {
        let bytes = write(&original).expect("the package can be written");
        let document = flowport_plugin::json::Document::parse(bytes.clone()).expect("what is written is JSON");
        let values: Vec<_> = document.walk().collect();
        let span = values[which.index(values.len())].span();
        let mut changed = bytes;
        changed.splice(span, json.into_bytes());
        survives(&changed);
    }
}
