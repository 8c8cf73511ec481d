//! What real archives have and harms nobody.

mod common;

use common::{Item, MAX, Zip, deflated, field, read, sound, zip64};
use flowport_archive::{Archive, DosTime, Limits, Method};

fn taken(zip: &Zip) -> Vec<(String, Vec<u8>)> {
    read(&zip.bytes(), &Limits::default()).unwrap_or_else(|error| panic!("{error}: {zip:?}"))
}

fn same_content(items: impl IntoIterator<Item = Item>) {
    for item in items {
        let content = taken(&Zip::of([item, Item::stored("next", b"")]));
        assert_eq!(content[0], ("a".to_owned(), b"content content".to_vec()));
    }
}

fn item() -> Item {
    Item::deflated("a", b"content content")
}

#[test]
fn what_the_directory_says_is_given() {
    let bytes = sound().bytes();
    let archive = Archive::open(&bytes, &Limits::default()).expect("sound");
    let [first, second] = archive.entries() else {
        panic!("two entries");
    };
    assert_eq!(first.name, "a/definition.json");
    assert_eq!((first.method, second.method), (Method::Deflate, Method::Stored));
    assert_eq!(first.size, 33);
    assert_eq!(first.compressed_size, sound().items[0].data.len() as u64);
    assert_eq!(second.crc, common::crc(b"{}"));
    assert_eq!(first.modified, DosTime::FIRST);
    assert_eq!((first.made_by, first.flags, first.external_attributes), (20, 0, 0));
    assert!(!first.directory);
    assert_eq!(archive.find("manifest.json"), Some(second));
    assert_eq!(archive.find("Manifest.json"), None);
    assert_eq!(archive.find(""), None);
}

#[test]
fn an_archive_of_nothing() {
    assert_eq!(taken(&Zip::default()), []);
}

#[test]
fn directories() {
    let deflated_directory = Item::new(b"d/", b"", 8, deflated(b""));
    let empty_deflated = Item::new(b"e/", b"", 8, Vec::new());
    let zip = Zip::of([
        Item::stored("a/", b"").attributes(0x0314, 0o040_755 << 16 | 0x10),
        Item::stored("b/", b"").attributes(20, 0x10),
        Item::stored("c/", b""),
        deflated_directory,
        empty_deflated,
        Item::stored("a/b", b"x"),
        Item::stored(br"f\", b""),
    ]);
    let contents = taken(&zip);
    assert_eq!(contents[6].0, "f/");
    let bytes = zip.bytes();
    let archive = Archive::open(&bytes, &Limits::default()).expect("just read");
    let directories: Vec<bool> = archive.entries().iter().map(|entry| entry.directory).collect();
    assert_eq!(directories, [true, true, true, true, true, false, true]);
}

#[test]
fn backslashes_become_slashes() {
    assert_eq!(taken(&Zip::of([Item::stored(br"a\b\c.json", b"x")]))[0].0, "a/b/c.json");
}

#[test]
fn descriptors_that_are_true() {
    for signature in [true, false] {
        for long in [true, false] {
            same_content([item().described(signature, long)]);
        }
    }
    // The numbers may stand in the local header too, and a stored entry may have a descriptor.
    let mut stated = item().described(true, false);
    stated.local = stated.central.clone();
    let stored = Item::stored("a", b"content content").described(true, false);
    same_content([stated, stored]);
    // The last entry's ends where the directory begins.
    assert_eq!(taken(&Zip::of([item().described(false, false)])).len(), 1);
}

#[test]
fn flags_versions_makers_and_comments() {
    same_content([1, 2, 3].map(|level| item().both(|header| header.flags = level << 1)));
    same_content([10, 20, 45, 63, 0x0314].map(|version| item().both(|header| header.version = version)));
    same_content(
        [20, 63, 0x0314, 0x0b3f, 0x133f, 0xffff].map(|made_by| item().attributes(made_by, 0o100_644 << 16 | 0x20)),
    );
    let mut commented = item();
    commented.comment = b"anything PK\x03\x04".to_vec();
    same_content([commented]);
    let mut zip = sound();
    zip.comment = "exported by a tool, très bien PK".into();
    assert_eq!(taken(&zip), taken(&sound()));
    zip.comment = vec![b'x'; 65_535];
    assert_eq!(taken(&zip), taken(&sound()));
}

#[test]
fn names_flagged_as_utf8_or_not() {
    for flags in [0, 1 << 11] {
        let item = Item::stored("données/流程.json", b"x").both(|header| header.flags = flags);
        assert_eq!(taken(&Zip::of([item]))[0].0, "données/流程.json");
    }
}

#[test]
fn extra_fields_that_change_nothing() {
    let times = [field(0x000a, &[0; 32]), field(0x5455, &[1, 0, 0, 0, 0]), field(0xcafe, b"")].concat();
    let mut central_only = item();
    central_only.central.extra = times.clone();
    let mut local_only = item();
    local_only.local.extra = [&times[..], &[0; 3]].concat();
    same_content([central_only, local_only]);
}

#[test]
fn zip64_that_is_true() {
    let mut needless = item();
    let sizes = [u64::from(needless.central.size), u64::from(needless.central.compressed_size)];
    needless.local.extra = zip64(&sizes);
    needless.central.extra = zip64(&sizes);
    let referred = item().both(|header| {
        header.size = MAX;
        header.compressed_size = MAX;
        header.extra = zip64(&sizes);
    });
    same_content([needless, referred]);
    let mut offset = Item::stored("b", b"y");
    offset.offset = Some(MAX);
    offset.central.extra = zip64(&[item().local_bytes().len() as u64]);
    assert_eq!(taken(&Zip::of([item(), offset]))[1].1, b"y");

    let mut zip = sound();
    zip.zip64 = Some(|_| {});
    assert_eq!(taken(&zip), taken(&sound()));
    zip.end = Some(|end| {
        end.disk = u16::MAX;
        end.directory_disk = u16::MAX;
        end.disk_entries = u16::MAX;
        end.entries = u16::MAX;
        end.size = MAX;
        end.offset = MAX;
    });
    assert_eq!(taken(&zip), taken(&sound()));
}

#[test]
fn data_in_another_order_than_the_directory() {
    let mut zip = sound();
    let [first, second] = [zip.items[0].local_bytes(), zip.items[1].local_bytes()];
    zip.items[0].offset = Some(second.len() as u32);
    zip.items[1].offset = Some(0);
    let bytes = zip.bytes();
    let swapped = [&second[..], &first, &bytes[first.len() + second.len()..]].concat();
    assert_eq!(read(&swapped, &Limits::default()).expect("any order"), taken(&sound()));
}

#[test]
fn a_nested_archive_is_content() {
    let inner = sound().bytes();
    let zip = Zip::of([Item::stored("inner.zip", &inner), Item::stored("b", b"")]);
    assert_eq!(taken(&zip)[0].1, inner);
}

#[test]
fn entries_are_read_in_any_order_and_inside_each_other() {
    let large: Vec<u8> = (0..3_000_000_u32).map(|index| (index.wrapping_mul(index) >> 7) as u8).collect();
    let zip =
        Zip::of([Item::stored("stored", &large), Item::deflated("deflated", &large), Item::stored("small", b"small")]);
    let bytes = zip.bytes();
    let archive = Archive::open(&bytes, &Limits::default()).expect("sound");
    let entry = |name: &str| archive.find(name).expect("written above");
    for name in ["small", "deflated", "stored", "deflated"] {
        let expected = if name == "small" { &b"small"[..] } else { &large };
        assert!(archive.read_all(entry(name), 3_000_000).expect(name) == expected, "{name}");
    }
    let mut inner = Vec::new();
    archive
        .read(entry("deflated"), &mut |chunk| {
            assert!(chunk.len() <= 256 << 10);
            inner = archive.read_all(entry("small"), 5).map_err(|error| error.to_string())?;
            Ok(())
        })
        .expect("a sink that reads");
    assert_eq!(inner, b"small");
}

#[test]
fn a_reader_keeps_its_bounds() {
    let bytes = sound().bytes();
    let archive = Archive::open(&bytes, &Limits::default()).expect("sound");
    let entry = &archive.entries()[0];
    let error = archive.read_all(entry, 32).expect_err("33 bytes");
    assert_eq!(error.kind(), flowport_archive::ErrorKind::Limit);
    let error = archive.read(entry, &mut |_| Err("full".to_owned())).expect_err("the sink failed");
    assert!(matches!(&error, flowport_archive::Error::Sink { reason, .. } if reason == "full"), "{error:?}");
    assert_eq!(archive.read_all(entry, 33).expect("the reader goes on").len(), 33);
}
