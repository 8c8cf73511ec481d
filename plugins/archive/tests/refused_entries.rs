//! Names, content and sizes that are not taken. Each rule is broken once, in an archive that is sound otherwise.

#[macro_use]
mod common;

use common::{Item, Zip, crc, deflated, field, sound};
use flowport_archive::{Archive, DataError, Error, ErrorKind, LimitError, Limits, NameError, NameProblem};

/// Asserts that an archive is sound, but an entry of it is not.
macro_rules! refused_on_reading {
    ($item:expr, $pattern:pat) => {{
        let bytes = Zip::of([$item]).bytes();
        let archive = Archive::open(&bytes, &Limits::default()).expect("a sound structure");
        let error = archive.read_all(&archive.entries()[0], u64::MAX).expect_err(stringify!($pattern));
        assert!(matches!(error, Error::Data($pattern)), "{error:?}");
        assert_eq!(error.kind(), ErrorKind::Malformed, "{error:?}");
    }};
}

fn with(change: impl FnOnce(&mut Zip)) -> Zip {
    let mut zip = sound();
    change(&mut zip);
    zip
}

fn item(name: impl AsRef<[u8]>) -> Item {
    Item::deflated(name, b"{}")
}

fn named(names: &[&str]) -> Zip {
    Zip::of(names.iter().map(|name| Item::stored(name, if name.ends_with('/') { b"" } else { b"{}" })))
}

#[test]
fn names() {
    use NameError as E;
    refused!(named(&["../a"]), Error::Name(E::Refused { problem: NameProblem::Parent, .. }));
    refused!(Zip::of([item(b"..\\..\\a")]), Error::Name(E::Refused { problem: NameProblem::Parent, .. }));
    refused!(Zip::of([item(b"caf\x82")]), Error::Name(E::Refused { problem: NameProblem::NotUtf8, .. }));
    let flagged = item(b"caf\x82").both(|header| header.flags = 1 << 11);
    refused!(Zip::of([flagged]), Error::Name(E::Refused { problem: NameProblem::NotUtf8, .. }));
    refused!(named(&["a", "b", "a"]), Error::Name(E::Duplicate { first: 0, .. }));
    refused!(named(&["a/b", r"a\b"]), Error::Name(E::Duplicate { .. }));
    refused!(named(&["a/", "a/"]), Error::Name(E::Duplicate { .. }));
    refused!(named(&["Manifest.JSON", "manifest.json"]), Error::Name(E::Collision { .. }));
    refused!(named(&["A/", "a/"]), Error::Name(E::Collision { .. }));
    refused!(named(&["flow-é", "flow-e\u{301}"]), Error::Name(E::Collision { .. }));
    refused!(named(&["a/b", "a"]), Error::Name(E::FileAndFolder { .. }));
    refused!(named(&["a", "A/b/c"]), Error::Name(E::FileAndFolder { .. }));
    refused!(named(&["a/", "a"]), Error::Name(E::FileAndFolder { .. }));
    let unicode_path = field(0x7075, &[&[1], &crc(b"a").to_le_bytes()[..], b"b"].concat());
    let zip = Zip::of([item("a").both(|header| header.extra.clone_from(&unicode_path))]);
    refused!(zip, Error::Name(E::UnicodePath { .. }));
}

#[test]
fn content_that_is_not_what_the_headers_say() {
    use DataError as E;
    let content = b"some content, some content, some content";
    refused_on_reading!(Item::deflated("a", content).both(|header| header.crc ^= 1), E::Checksum { .. });
    refused_on_reading!(Item::stored("a", content).both(|header| header.crc ^= 1), E::Checksum { .. });
    refused_on_reading!(Item::stored("a", b"").both(|header| header.crc = 1), E::Checksum { .. });
    refused_on_reading!(Item::deflated("a", content).both(|header| header.size = 5), E::Longer { size: 5, .. });
    refused_on_reading!(Item::deflated("a", content).both(|header| header.size = 0), E::Longer { size: 0, .. });
    refused_on_reading!(
        Item::deflated("a", content).both(|header| header.size = 50),
        E::Shorter { size: 50, found: 40, .. }
    );
    let trailing = [&deflated(content)[..], b"hidden"].concat();
    refused_on_reading!(Item::new(b"a", content, 8, trailing), E::Trailing { length: 6, .. });
    let mut cut = deflated(content);
    cut.pop();
    refused_on_reading!(Item::new(b"a", content, 8, cut), E::Shorter { .. });
    refused_on_reading!(Item::new(b"a", content, 8, vec![0xff; 20]), E::Deflate { .. });
    refused_on_reading!(Item::new(b"a", b"", 8, Vec::new()), E::Shorter { .. });
    // More than one buffer of output behind a small stated size.
    let lying = Item::deflated("a", &vec![b' '; 1 << 20]).both(|header| header.size = 300_000);
    refused_on_reading!(lying, E::Longer { .. });
}

#[test]
fn more_than_the_limits_allow() {
    let limits = Limits::default();
    let small = Limits { ratio_floor: 1000, ..limits };
    let zeros = vec![0; 1 << 20];
    let packed_well = Zip::of([Item::deflated("a", &zeros)]);
    let together = Zip::of([
        Item::stored("padding", &zeros[..100]),
        Item::deflated("b", &zeros[..999]),
        Item::deflated("c", &zeros[..999]),
        Item::deflated("d", &zeros[..999]),
    ]);
    type IsExpected = fn(&LimitError) -> bool;
    let cases: [(Zip, Limits, IsExpected); 8] = [
        (sound(), Limits { archive_size: 100, ..limits }, |error| matches!(error, LimitError::ArchiveSize { .. })),
        (sound(), Limits { entries: 1, ..limits }, |error| matches!(error, LimitError::Entries { entries: 2, .. })),
        (sound(), Limits { directory_size: 100, ..limits }, |error| matches!(error, LimitError::DirectorySize { .. })),
        (sound(), Limits { name_length: 16, ..limits }, |error| {
            matches!(error, LimitError::NameLength { length: 17, .. })
        }),
        (sound(), Limits { entry_size: 10, ..limits }, |error| matches!(error, LimitError::EntrySize { .. })),
        (sound(), Limits { total_size: 33, ..limits }, |error| matches!(error, LimitError::TotalSize { .. })),
        (packed_well, small, |error| matches!(error, LimitError::Ratio { .. })),
        (together, Limits { ratio: 20, ..small }, |error| matches!(error, LimitError::TotalRatio { .. })),
    ];
    for (index, (zip, limits, expected)) in cases.into_iter().enumerate() {
        let bytes = zip.bytes();
        Archive::open(&bytes, &Limits { ratio: 5000, ..Limits::default() }).expect("within other limits");
        let error = Archive::open(&bytes, &limits).expect_err("over a limit");
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(matches!(&error, Error::Limit(limit) if expected(limit)), "{index}: {error:?}");
    }
}

#[test]
fn names_that_grow_when_folded_are_bounded() {
    // U+FDFA becomes 18 letters.
    let zip = Zip::of((0..20).map(|index| item(format!("{index}{}", "\u{fdfa}".repeat(300)))));
    let limits = Limits { directory_size: 40_000, ..Limits::default() };
    let bytes = zip.bytes();
    let error = Archive::open(&bytes, &limits).expect_err("too much memory");
    assert!(matches!(error, Error::Limit(LimitError::DirectorySize { .. })), "{error:?}");
    Archive::open(&bytes, &Limits::default()).expect("the default is larger");
}

#[test]
fn messages_name_the_entry_the_place_and_the_reason() {
    let bytes = with(|zip| zip.items[1].local.name[0] = 0x1b).bytes();
    let error = Archive::open(&bytes, &Limits::default()).expect_err("another name");
    let offset = sound().items[0].local_bytes().len();
    assert_eq!(
        error.to_string(),
        format!(
            "entry \"manifest.json\" at byte {offset}: its local header says \"\\u{{1b}}anifest.json\"; programs would see \
             different names"
        )
    );
}
