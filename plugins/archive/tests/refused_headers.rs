//! Headers that disagree, or ask for what is not allowed. Each rule is broken once, in an archive that is sound otherwise.

#[macro_use]
mod common;

use common::{Item, MAX, Zip, deflated, field, sound, zip64};
use flowport_archive::{Archive, Error, ErrorKind, HeaderError, LimitError, Limits, StructureError};

fn with(change: impl FnOnce(&mut Zip)) -> Zip {
    let mut zip = sound();
    change(&mut zip);
    zip
}

fn item(name: impl AsRef<[u8]>) -> Item {
    Item::deflated(name, b"{}")
}

#[test]
fn headers_that_disagree() {
    use HeaderError as E;
    refused!(with(|zip| zip.items[0].local.name[0] = b'b'), Error::Header(E::LocalName { .. }));
    refused!(with(|zip| zip.items[0].local.name = br"a\definition.json".to_vec()), Error::Header(E::LocalName { .. }));
    refused!(with(|zip| zip.items[0].local.method = 0), Error::Header(E::LocalMethod { .. }));
    refused!(with(|zip| zip.items[0].local.flags = 1 << 11), Error::Header(E::LocalFlags { .. }));
    refused!(with(|zip| zip.items[0].local.flags = 1), Error::Header(E::LocalFlags { .. }));
    refused!(with(|zip| zip.items[0].local.crc ^= 1), Error::Header(E::LocalChecksum { .. }));
    refused!(with(|zip| zip.items[0].central.crc ^= 1), Error::Header(E::LocalChecksum { .. }));
    refused!(with(|zip| zip.items[0].local.crc = 0), Error::Header(E::LocalChecksum { .. }));
    refused!(with(|zip| zip.items[0].local.size += 1), Error::Header(E::LocalSize { field: "size", .. }));
    refused!(with(|zip| zip.items[0].local.size = 0), Error::Header(E::LocalSize { .. }));
    refused!(
        with(|zip| zip.items[0].local.compressed_size += 1),
        Error::Header(E::LocalSize { field: "compressed size", .. })
    );
}

#[test]
fn zip64_fields() {
    use HeaderError as E;
    refused!(with(|zip| zip.items[0].central.size = MAX), Error::Header(E::Zip64Field { .. }));
    refused!(with(|zip| zip.items[0].central.extra = zip64(&[1, 2])), Error::Header(E::Zip64Field { .. }));
    refused!(with(|zip| zip.items[0].local.size = MAX), Error::Header(E::Zip64Field { .. }));
    let untrue = with(|zip| {
        zip.items[0].local.size = MAX;
        zip.items[0].local.extra = zip64(&[1]);
    });
    refused!(untrue, Error::Header(E::LocalSize { .. }));
    let huge = with(|zip| {
        zip.items[0].central.size = MAX;
        zip.items[0].central.compressed_size = MAX;
        zip.items[0].central.extra = zip64(&[1 << 62, 1 << 62]);
    });
    refused!(huge, Error::Limit(LimitError::EntrySize { .. }), Limit);
    let far = with(|zip| {
        zip.items[1].offset = Some(MAX);
        zip.items[1].central.extra = zip64(&[u64::MAX - 3]);
    });
    refused!(far, Error::Structure(StructureError::HiddenEntry { .. }));
    let long = with(|zip| {
        zip.items[0].central.compressed_size = MAX;
        zip.items[0].central.extra = zip64(&[u64::MAX - 3]);
    });
    refused!(long, Error::Structure(StructureError::Overlap { .. }));
}

#[test]
fn data_descriptors() {
    use HeaderError as E;
    let described = |signature, long, change: fn(&mut Item)| {
        let mut item = item("a").described(signature, long);
        change(&mut item);
        Zip::of([item, Item::stored("b", b"")])
    };
    for (signature, long) in [(true, false), (false, false), (true, true), (false, true)] {
        refused!(described(signature, long, |item| item.descriptor[4] ^= 1), Error::Header(E::Descriptor { .. }));
        refused!(
            described(signature, long, |item| *item.descriptor.last_mut().expect("not empty") ^= 1),
            Error::Header(E::Descriptor { .. })
        );
        refused!(described(signature, long, |item| item.descriptor.clear()), Error::Header(E::Descriptor { .. }));
        refused!(
            described(signature, long, |item| item.descriptor.push(0)),
            Error::Structure(StructureError::DataBetween { length: 1, .. })
        );
    }
    refused!(described(true, false, |item| item.local.size = 3), Error::Header(E::LocalSize { .. }));
    refused!(described(true, false, |item| item.local.crc = 3), Error::Header(E::LocalChecksum { .. }));
    // The width must be that of the local header.
    let long_without_field = described(true, true, |item| {
        item.local.extra.clear();
        item.local.size = 0;
        item.local.compressed_size = 0;
    });
    refused!(long_without_field, Error::Header(E::Descriptor { .. }));
    let short_with_field = described(true, false, |item| item.local.extra = zip64(&[0, 0]));
    refused!(short_with_field, Error::Header(E::Descriptor { .. }));
    // A descriptor that no flag announces.
    let unannounced = described(true, false, |item| {
        item.local = item.central.clone();
        item.local.flags = 0;
        item.central.flags = 0;
    });
    refused!(unannounced, Error::Structure(StructureError::DataBetween { length: 16, .. }));
}

#[test]
fn features_that_are_not_read() {
    use HeaderError as E;
    for flags in [1, 1 << 6, 1 << 13] {
        let zip = Zip::of([item("a").both(|header| header.flags = flags)]);
        refused!(zip, Error::Header(E::Encrypted { .. }), Unsupported);
    }
    for bit in [4, 5, 7, 8, 9, 10, 12, 14, 15] {
        let zip = Zip::of([item("a").both(|header| header.flags = 1 << bit)]);
        refused!(zip, Error::Header(E::Flags { .. }), Unsupported);
    }
    for method in [1, 6, 9, 12, 14, 93, 95, 98, 99] {
        let zip = Zip::of([item("a").both(|header| header.method = method)]);
        refused!(zip, Error::Header(E::Method { .. }), Unsupported);
    }
    refused!(
        Zip::of([item("a").both(|header| header.version = 64)]),
        Error::Header(E::Version { version: 64, .. }),
        Unsupported
    );
    refused!(with(|zip| zip.items[0].disk = 7), Error::Header(E::Disk { disk: 7, .. }), Unsupported);
    let aes = field(0x9901, &[0; 7]);
    refused!(with(|zip| zip.items[0].local.extra = aes), Error::Header(E::Encrypted { .. }), Unsupported);
}

#[test]
fn links_devices_and_other_types() {
    use HeaderError as E;
    let unix = 0x0314;
    for mode in [0o120_777, 0o020_666, 0o060_666, 0o010_666, 0o140_666] {
        for made_by in [unix, 20] {
            let zip = Zip::of([item("a").attributes(made_by, mode << 16)]);
            refused!(zip, Error::Header(E::Special { .. }));
        }
    }
    refused!(Zip::of([item("a").attributes(0x0a14, 0x420)]), Error::Header(E::Special { .. }));
    refused!(Zip::of([item("a").attributes(unix, 0o040_755 << 16)]), Error::Header(E::Type { by_name: "file", .. }));
    refused!(Zip::of([item("a").attributes(20, 0x10)]), Error::Header(E::Type { by_name: "file", .. }));
    refused!(
        Zip::of([Item::stored("a/", b"").attributes(unix, 0o100_644 << 16)]),
        Error::Header(E::Type { by_name: "directory", .. })
    );
    let linked = field(0x000d, b"0123456789abtarget");
    refused!(with(|zip| zip.items[0].local.extra = linked), Error::Header(E::Special { .. }));
}

#[test]
fn sizes_that_cannot_be() {
    use HeaderError as E;
    refused!(Zip::of([Item::stored("a/", b"x")]), Error::Header(E::DirectoryContent { .. }));
    refused!(Zip::of([Item::new(b"a/", b"", 8, deflated(b"hidden"))]), Error::Header(E::DirectoryContent { .. }));
    refused!(
        Zip::of([Item::stored("a/", b"").both(|header| header.crc = 1)]),
        Error::Header(E::DirectoryContent { .. })
    );
    refused!(Zip::of([Item::stored("a", b"xy").both(|header| header.size = 1)]), Error::Header(E::StoredSize { .. }));
    refused!(with(|zip| zip.items[0].local.extra = vec![1, 0, 9, 0]), Error::Header(E::ExtraField { .. }));
    refused!(with(|zip| zip.items[0].central.extra = vec![1, 0, 9, 0]), Error::Header(E::ExtraField { .. }));
}
