//! Archives whose parts do not fit together. Each rule is broken once, in an archive that is sound otherwise.

#[macro_use]
mod common;

use common::{Item, MAX, Zip, read, sound};
use flowport_archive::{Archive, Error, ErrorKind, Limits, Sniffed, StructureError};

fn with(change: impl FnOnce(&mut Zip)) -> Zip {
    let mut zip = sound();
    change(&mut zip);
    zip
}

fn item(name: impl AsRef<[u8]>) -> Item {
    Item::deflated(name, b"{}")
}

#[test]
fn the_archive_changed_by_these_tests_is_sound() {
    let contents = read(&sound().bytes(), &Limits::default()).expect("sound");
    assert_eq!(contents.len(), 2);
    assert_eq!(contents[1], ("manifest.json".to_owned(), b"{}".to_vec()));
}

#[test]
fn files_that_are_no_archives() {
    for (bytes, sniffed) in [
        (&b""[..], Sniffed::Empty),
        (b"<!doctype html><title>Sign in</title>", Sniffed::Html),
        (b"{\"schema\":\"1.0\"}", Sniffed::Json),
        (b"\x1f\x8b\x08 and so on, long enough", Sniffed::Gzip),
    ] {
        let input = bytes.to_vec();
        let error = Archive::open(&input, &Limits::default()).expect_err("no archive");
        assert_eq!(error.kind(), ErrorKind::NotAnArchive);
        assert!(
            matches!(&error, Error::Structure(StructureError::NotAnArchive { sniffed: found }) if *found == sniffed),
            "{error:?}"
        );
    }
}

#[test]
fn archives_cut_off() {
    let whole = sound().bytes();
    for length in 1..whole.len() {
        let input = whole[..length].to_vec();
        let error = Archive::open(&input, &Limits::default()).expect_err("cut off");
        let expected = if length < 4 {
            matches!(error, Error::Structure(StructureError::NotAnArchive { .. }))
        } else if length > whole.len() - 19 {
            matches!(error, Error::Structure(StructureError::EndRecordCut { .. }))
        } else {
            matches!(error, Error::Structure(StructureError::EndRecordMissing | StructureError::EndRecordCut { .. }))
        };
        assert!(expected, "{length}: {error:?}");
    }
}

#[test]
fn end_records() {
    use StructureError as E;
    refused!(with(|zip| zip.after_end = b"trailing".to_vec()), Error::Structure(E::DataAfterEnd { length: 8, .. }));
    refused!(with(|zip| zip.comment = sound().bytes()), Error::Structure(E::SeveralEndRecords { .. }));
    for signature in [b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"] {
        let zip = with(|zip| zip.comment = [b"see ", &signature[..], b" there"].concat());
        refused!(zip, Error::Structure(E::CommentHoldsArchive { .. }));
    }
    refused!(with(|zip| zip.end = Some(|end| end.comment_length = 1)), Error::Structure(E::EndRecordCut { .. }));
    refused!(
        with(|zip| zip.end = Some(|end| {
            end.entries = 1;
            end.disk_entries = 1;
        })),
        Error::Structure(E::EntryCount { stated: 1, found: 2 })
    );
    refused!(
        with(|zip| zip.end = Some(|end| {
            end.entries = u16::MAX;
            end.disk_entries = u16::MAX;
        })),
        Error::Structure(E::EntryCount { stated: 65535, found: 2 })
    );
    for change in [
        |end: &mut common::End| end.offset += 1,
        |end: &mut common::End| end.size -= 1,
        |end: &mut common::End| end.offset = 0,
        |end: &mut common::End| end.offset = 0xffff_fff0,
        |end: &mut common::End| end.offset = MAX,
        |end: &mut common::End| end.size = MAX,
    ] {
        refused!(with(|zip| zip.end = Some(change)), Error::Structure(E::DirectoryMisplaced { .. }));
    }
    refused!(
        with(|zip| zip.end = Some(|end| {
            end.offset += 46;
            end.size -= 46;
        })),
        Error::Structure(E::DirectoryRecord { index: 0, .. })
    );
    for change in [
        |end: &mut common::End| end.disk = 1,
        |end: &mut common::End| end.directory_disk = 1,
        |end: &mut common::End| end.disk_entries = 1,
    ] {
        refused!(with(|zip| zip.end = Some(change)), Error::Structure(E::SeveralDisks { .. }), Unsupported);
    }
    refused!(with(|zip| zip.after_directory = b"x".to_vec()), Error::Structure(E::DirectoryMisplaced { .. }));
    // A digital signature of the directory, by its own record.
    refused!(
        with(|zip| {
            zip.after_directory = b"PK\x05\x05\0\0".to_vec();
            zip.end = Some(|end| end.size += 6);
        }),
        Error::Structure(E::DirectoryRecord { index: 2, .. })
    );
}

#[test]
fn a_second_archive_behind_the_first() {
    let twice = [sound().bytes(), sound().bytes()].concat();
    let error = Archive::open(&twice, &Limits::default()).expect_err("two archives");
    assert!(matches!(error, Error::Structure(StructureError::DirectoryMisplaced { .. })), "{error:?}");
}

#[test]
fn zip64_end_records() {
    use StructureError as E;
    type Change = fn(&mut common::Zip64End);
    let misplaced: [Change; 2] = [|end| end.offset += 1, |end| end.size = u64::MAX];
    for change in misplaced {
        let zip = with(|zip| {
            zip.zip64 = Some(change);
            zip.end = Some(|end| {
                end.offset = MAX;
                end.size = MAX;
            });
        });
        refused!(zip, Error::Structure(E::DirectoryMisplaced { .. }));
    }
    let disagreeing: [(Change, &str); 3] = [
        (
            |end| {
                end.entries = 3;
                end.disk_entries = 3;
            },
            "count",
        ),
        (|end| end.size += 1, "size"),
        (|end| end.offset += 1, "offset"),
    ];
    for (change, name) in disagreeing {
        let bytes = with(|zip| zip.zip64 = Some(change)).bytes();
        let error = Archive::open(&bytes, &Limits::default()).expect_err(name);
        assert!(matches!(error, Error::Structure(E::Zip64Disagrees { field, .. }) if field == name), "{error:?}");
    }
    let missing: [Change; 4] = [
        |end| end.locator_offset += 1,
        |end| end.locator_offset = 0,
        |end| end.locator_offset = u64::MAX,
        |end| end.record_size = 45,
    ];
    for change in missing {
        refused!(with(|zip| zip.zip64 = Some(change)), Error::Structure(E::Zip64Record { .. }));
    }
    let disks: [Change; 5] = [
        |end| end.disk = 1,
        |end| end.directory_disk = 1,
        |end| end.disk_entries = 1,
        |end| end.locator_disk = 1,
        |end| end.locator_disks = 2,
    ];
    for change in disks {
        refused!(with(|zip| zip.zip64 = Some(change)), Error::Structure(E::SeveralDisks { .. }), Unsupported);
    }
    let counted_wrong = with(|zip| {
        zip.zip64 = Some(|end| {
            end.entries = 3;
            end.disk_entries = 3;
        });
        zip.end = Some(|end| {
            end.entries = u16::MAX;
            end.disk_entries = u16::MAX;
        });
    });
    refused!(counted_wrong, Error::Structure(E::EntryCount { stated: 3, found: 2 }));
}

#[test]
fn bytes_that_belong_to_no_entry() {
    use StructureError as E;
    refused!(
        with(|zip| zip.items[0].before = b"#!/bin/sh".to_vec()),
        Error::Structure(E::DataBeforeFirst { length: 9 })
    );
    refused!(with(|zip| zip.items[1].before = b"gap".to_vec()), Error::Structure(E::DataBetween { length: 3, .. }));
    refused!(
        with(|zip| zip.before_directory = b"gap".to_vec()),
        Error::Structure(E::DataBeforeDirectory { length: 3, .. })
    );
    let hidden = item("evil.json").local_bytes();
    refused!(with(|zip| zip.items[0].before = hidden.clone()), Error::Structure(E::HiddenEntry { offset: 0 }));
    refused!(with(|zip| zip.items[1].before = hidden.clone()), Error::Structure(E::HiddenEntry { .. }));
    refused!(with(|zip| zip.before_directory = hidden.clone()), Error::Structure(E::HiddenEntry { .. }));
    // A prefix whose length is not added to the offsets, as with a self-extracting archive.
    let prefixed = [b"MZ", &sound().bytes()[..]].concat();
    let error = Archive::open(&prefixed, &Limits::default()).expect_err("a prefix");
    assert!(matches!(error, Error::Structure(E::DirectoryMisplaced { .. })), "{error:?}");
    // An empty archive behind something.
    refused!(
        Zip { before_directory: b"data".to_vec(), ..Zip::default() },
        Error::Structure(E::DataBeforeFirst { length: 4 })
    );
}

#[test]
fn entries_that_share_bytes() {
    use StructureError as E;
    refused!(with(|zip| zip.items[1].offset = Some(0)), Error::Structure(E::Overlap { .. }));
    refused!(with(|zip| zip.items[1].offset = Some(20)), Error::Structure(E::Overlap { .. }));
    refused!(with(|zip| zip.items[0].offset = Some(MAX - 1)), Error::Structure(E::HiddenEntry { offset: 0 }));
    refused!(with(|zip| zip.items[1].offset = Some(MAX - 1)), Error::Structure(E::HiddenEntry { .. }));
    let reaching_on = with(|zip| {
        zip.items[0] = zip.items[0].clone().both(|header| header.compressed_size += 1);
    });
    refused!(reaching_on, Error::Structure(E::Overlap { .. }));
    let reaching_into_directory = with(|zip| {
        zip.items[1] = zip.items[1].clone().both(|header| {
            header.compressed_size += 1;
            header.size += 1;
        });
    });
    refused!(reaching_into_directory, Error::Structure(E::Overlap { .. }));
    let no_header = with(|zip| {
        zip.items[1].before = b"12345678".to_vec();
        zip.items[1].offset = Some(zip.items[0].local_bytes().len() as u32);
    });
    refused!(no_header, Error::Structure(E::LocalHeaderMissing { .. }));
}
