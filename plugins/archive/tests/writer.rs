//! What the writer writes: its profile byte by byte, that it is read back, and that no byte of it can be changed unseen.

mod common;

use std::io::{Cursor, Read};

use common::{Contents, read};
use flowport_archive::{
    Archive, ArchiveWriter, DosTime, EntryOptions, Limits, Method, NameProblem, NameSet, WriteAt, WriteError,
};
use proptest::prelude::*;

fn write(entries: &[(&str, &[u8], Method)], chunk: usize) -> Vec<u8> {
    let mut output = Vec::new();
    let mut writer = ArchiveWriter::new(&mut output);
    for &(name, content, method) in entries {
        let options = EntryOptions { method, ..EntryOptions::default() };
        writer.start(name, options).expect("a sound name");
        for chunk in content.chunks(chunk) {
            writer.write(chunk).expect("memory");
        }
        writer.finish_entry().expect("small");
    }
    writer.finish().expect("no collisions");
    output
}

/// As many bytes that do not pack.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    std::iter::repeat_with(&mut next).take(length).collect()
}

#[test]
fn the_bytes_are_the_exporters() {
    let mut output = Vec::new();
    let mut writer = ArchiveWriter::new(&mut output);
    let options = EntryOptions {
        modified: DosTime::from_civil(2020, 1, 10, 14, 44, 50).expect("in range"),
        ..EntryOptions::default()
    };
    writer.start("a/b.json", options).expect("a sound name");
    writer.write(b"{}").expect("memory");
    writer.finish_entry().expect("small");
    writer.finish().expect("no collisions");
    let common = [
        &b"\x14\0\0\0\x08\0\x99\x75\x2a\x50"[..],
        &common::crc(b"{}").to_le_bytes(),
        b"\x04\0\0\0\x02\0\0\0\x08\0\0\0",
    ]
    .concat();
    let expected = [
        b"PK\x03\x04",
        &common[..],
        b"a/b.json\xab\xae\x05\0PK\x01\x02\x14\0",
        &common,
        &[0; 14],
        b"a/b.jsonPK\x05\x06\0\0\0\0\x01\0\x01\0\x36\0\0\0\x2a\0\0\0\0\0",
    ]
    .concat();
    assert_eq!(output.escape_ascii().to_string(), expected.escape_ascii().to_string());
}

#[test]
fn names_are_flagged_only_where_they_must_be() {
    let bytes = write(&[("a", b"x", Method::Deflate), ("é", b"x", Method::Deflate)], 9);
    let archive = Archive::open(&bytes, &Limits::default()).expect("just written");
    let flags: Vec<u16> = archive.entries().iter().map(|entry| entry.flags).collect();
    assert_eq!(flags, [0, 1 << 11]);
}

#[test]
fn options_are_written() {
    let options = EntryOptions {
        modified: DosTime { date: 0x5021, time: 0x1234 },
        external_attributes: 0o100_644 << 16,
        made_by: 0x0314,
        method: Method::Stored,
    };
    let mut output = Vec::new();
    let mut writer = ArchiveWriter::new(&mut output);
    writer.start("a", options).expect("a sound name");
    writer.finish_entry().expect("small");
    writer.finish().expect("no collisions");
    let archive = Archive::open(&output, &Limits::default()).expect("just written");
    let entry = &archive.entries()[0];
    assert_eq!(entry.modified, options.modified);
    assert_eq!(entry.external_attributes, options.external_attributes);
    assert_eq!(entry.made_by, options.made_by);
    assert_eq!(entry.method, options.method);
}

#[test]
fn directories_are_written_where_they_are_asked_for() {
    let mut output = Vec::new();
    let mut writer = ArchiveWriter::new(&mut output);
    for (name, external_attributes) in [("a/", 0x10), ("a/é/", 0), ("b/", 0o040_755 << 16 | 0x10)] {
        let options = EntryOptions { external_attributes, made_by: 0x033F, ..EntryOptions::default() };
        writer.directory(name, options).expect("a sound name");
    }
    writer.start("a/é/c", EntryOptions::default()).expect("a sound name");
    writer.finish_entry().expect("small");
    writer.finish().expect("no collisions");
    let archive = Archive::open(&output, &Limits::default()).expect("just written");
    let found: Vec<_> =
        archive.entries().iter().map(|entry| (entry.name.as_str(), entry.directory, entry.method)).collect();
    let directory = |name| (name, true, Method::Stored);
    assert_eq!(found, [directory("a/"), directory("a/é/"), directory("b/"), ("a/é/c", false, Method::Deflate)]);
    assert_eq!(archive.entries()[2].external_attributes, 0o040_755 << 16 | 0x10);
    assert_eq!(archive.entries()[0].made_by, 0x033F);

    let mut writer = ArchiveWriter::new(&mut output);
    let mut refused = |name: &str, external_attributes| {
        let options = EntryOptions { external_attributes, ..EntryOptions::default() };
        writer.directory(name, options).expect_err(name)
    };
    assert!(matches!(refused("a", 0), WriteError::Profile { .. }));
    assert!(matches!(refused("a//", 0), WriteError::Profile { .. } | WriteError::Name { .. }));
    assert!(matches!(refused("../", 0), WriteError::Name { problem: NameProblem::Parent, .. }));
    assert!(matches!(refused("a/", 0o100_644 << 16), WriteError::Attributes { .. }));
    writer.directory("a/", EntryOptions::default()).expect("a sound name");
    writer.start("A", EntryOptions::default()).expect("a sound name");
    writer.finish_entry().expect("small");
    assert!(matches!(writer.finish(), Err(WriteError::Collision { .. })));
}

#[test]
fn large_entries_are_patched_after_they_are_out() {
    let large = noise(1_000_000);
    let entries =
        [("large", &large[..], Method::Deflate), ("stored", &large, Method::Stored), ("small", b"x", Method::Deflate)];
    let bytes = write(&entries, 70_000);
    let contents = read(&bytes, &Limits::default()).expect("just written");
    for ((name, content, _), (read_name, read_content)) in entries.iter().zip(&contents) {
        assert_eq!(name, read_name);
        assert!(content == read_content, "{name}");
    }
    assert!(write(&entries, 70_000) == bytes, "the same calls must give the same bytes");
}

#[test]
fn what_the_reader_would_refuse_is_not_written() {
    let mut output = Vec::new();
    let mut writer = ArchiveWriter::new(&mut output);
    let default = EntryOptions::default();
    let mut refused = |name: &str, options| writer.start(name, options).expect_err(name);
    assert!(matches!(refused("../a", default), WriteError::Name { problem: NameProblem::Parent, .. }));
    assert!(matches!(refused(r"a\b", default), WriteError::Profile { .. }));
    assert!(matches!(refused("a/", default), WriteError::Profile { .. }));
    assert!(matches!(refused(&"a".repeat(1025), default), WriteError::NameLength { length: 1025, .. }));
    for external_attributes in [0o120_777 << 16, 0x10] {
        let options = EntryOptions { external_attributes, ..default };
        assert!(matches!(refused("a", options), WriteError::Attributes { .. }));
    }
    assert!(matches!(writer.write(b"x"), Err(WriteError::NoEntry)));
    assert!(matches!(writer.finish_entry(), Err(WriteError::NoEntry)));
    writer.start("a", default).expect("a sound name");
    assert!(matches!(writer.start("b", default), Err(WriteError::EntryOpen { .. })));
    assert!(matches!(writer.finish(), Err(WriteError::EntryOpen { .. })));
    for (pair, later) in [(["a", "A"], "A"), (["a/b", "a"], "a"), (["a", "a/b"], "a/b")] {
        let mut writer = ArchiveWriter::new(&mut output);
        for name in pair {
            writer.start(name, default).expect("a sound name");
            writer.finish_entry().expect("small");
        }
        let error = writer.finish().expect_err("a collision");
        assert!(matches!(&error, WriteError::Collision { entry, .. } if entry == later), "{error:?}");
    }
}

/// Counts its bytes and keeps none.
#[derive(Default)]
struct Void;

impl WriteAt for Void {
    fn write_at(&mut self, _: u64, _: &[u8]) -> Result<(), String> {
        Ok(())
    }
}

#[test]
fn what_would_need_zip64_is_not_written() {
    let options = EntryOptions { method: Method::Stored, ..EntryOptions::default() };
    let mut output = Void;
    let mut writer = ArchiveWriter::new(&mut output);
    for index in 0..65_534 {
        writer.start(&index.to_string(), options).expect("a sound name");
        writer.finish_entry().expect("small");
    }
    assert!(matches!(writer.start("more", options), Err(WriteError::TooLarge { .. })));
    writer.finish().expect("65,534 entries");
}

#[test]
fn a_failing_output_is_an_error() {
    struct Full;
    impl WriteAt for Full {
        fn write_at(&mut self, _: u64, _: &[u8]) -> Result<(), String> {
            Err("no space left".to_owned())
        }
    }
    let error = ArchiveWriter::new(&mut Full).finish().expect_err("full");
    assert!(matches!(&error, WriteError::Output { offset: 0, reason } if reason == "no space left"), "{error:?}");
}

#[test]
fn the_zip_crate_reads_it() {
    let large = noise(300_000);
    let bytes = write(&[("a/é.json", b"{}", Method::Deflate), ("large", &large, Method::Deflate)], 1000);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut content = Vec::new();
    archive.by_name("a/é.json").expect("an entry").read_to_end(&mut content).expect("its content");
    assert_eq!(content, b"{}");
    content.clear();
    archive.by_name("large").expect("an entry").read_to_end(&mut content).expect("its content");
    assert!(content == large);
}

#[test]
fn no_byte_changes_unseen() {
    let repeated = b"{\"name\":\"flow\",\"name\":\"flow\"}".repeat(3);
    let entries = [
        ("flows/é.json", &repeated[..], Method::Deflate),
        ("stored", b"stored as it is", Method::Stored),
        ("empty", b"", Method::Deflate),
    ];
    let sound = write(&entries, 1000);
    let expected = read(&sound, &Limits::default()).expect("just written");
    let mut harmless = 0;
    for at in 0..sound.len() {
        for flip in [1, 2, 4, 8, 16, 32, 64, 128, 0xff] {
            let mut bytes = sound.clone();
            bytes[at] ^= flip;
            if let Ok(contents) = read(&bytes, &Limits::default()) {
                assert_eq!(contents, expected, "byte {at} flipped by {flip:#04x}");
                harmless += 1;
            }
        }
    }
    // Times, versions, makers and attributes: 30 bytes an entry at the very most.
    assert!(harmless > 0 && harmless < 3 * 30 * 9, "{harmless}");
}

fn contents() -> impl Strategy<Value = Contents> {
    let name = "[a-z0-9é流_-]{1,12}(/[a-z0-9é流_-]{1,12}){0,3}\\.json";
    let content = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..2000),
        (any::<u8>(), 0..300_000_usize).prop_map(|(byte, length)| vec![byte; length]),
        (0..300_000_usize).prop_map(noise),
    ];
    proptest::collection::btree_map(name, content, 0..12).prop_map(|map| map.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(contents in contents(), chunk in 1..300_000_usize, stored in any::<u64>()) {
        let entries: Vec<_> = contents
            .iter()
            .enumerate()
            .map(|(index, (name, content))| {
                let method = if stored >> (index % 64) & 1 == 1 { Method::Stored } else { Method::Deflate };
                (name.as_str(), content.as_slice(), method)
            })
            .collect();
        let bytes = write(&entries, chunk);
        let limits = Limits { ratio: 2000, ..Limits::default() };
        prop_assert!(read(&bytes, &limits).expect("just written") == contents);
    }

    #[test]
    fn no_random_change_passes_unseen(content in proptest::collection::vec(any::<u8>(), 0..300), at: proptest::sample::Index, flip in 1..=u8::MAX, stored: bool) {
        let method = if stored { Method::Stored } else { Method::Deflate };
        let mut bytes = write(&[("folder/a.json", &content, method), ("b", b"{}", Method::Deflate)], 100);
        let expected = read(&bytes, &Limits::default()).expect("just written");
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(contents) = read(&bytes, &Limits::default()) {
            prop_assert_eq!(contents, expected);
        }
    }
}

/// Names of few characters, so that many of them collide.
fn names() -> impl Strategy<Value = Vec<String>> {
    let segment = prop_oneof!["[aAbBé]{1,2}", Just("..".to_owned()), Just("nul".to_owned()), Just(String::new())];
    let name = proptest::collection::vec(segment, 1..4).prop_map(|segments| segments.join("/"));
    proptest::collection::vec(name, 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_set_takes_exactly_the_names_that_can_be_written(names in names()) {
        let can_be_written = |names: &[&str]| {
            let mut output = Vec::new();
            let mut writer = ArchiveWriter::new(&mut output);
            let mut write = |name: &&str| writer.start(name, EntryOptions::default()).and_then(|()| writer.finish_entry());
            names.iter().try_for_each(&mut write).and_then(|()| writer.finish()).is_ok()
        };
        let (mut set, mut taken) = (NameSet::default(), Vec::new());
        for name in &names {
            taken.push(name.as_str());
            let is_taken = set.insert(name);
            prop_assert_eq!(is_taken, can_be_written(&taken), "{:?}", taken);
            if !is_taken {
                taken.pop();
            }
        }
    }
}
