//! Archives of another writer.

mod common;

use std::io::{Cursor, Write};

use common::read;
use flowport_archive::Limits;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const CONTENT: &[u8] = b"content, content, content";

fn fill<W: Write + std::io::Seek>(writer: &mut ZipWriter<W>, options: SimpleFileOptions) {
    writer.add_directory("folder/", options).expect("a directory");
    for name in ["folder/a.json", "é.json"] {
        writer.start_file(name, options).expect("an entry");
        writer.write_all(CONTENT).expect("memory");
    }
    writer.start_file("empty", options).expect("an entry");
}

fn expect_read(bytes: &[u8], what: &str) {
    let contents = read(bytes, &Limits::default()).unwrap_or_else(|error| panic!("{what}: {error}"));
    let expected = [("folder/", &b""[..]), ("folder/a.json", CONTENT), ("é.json", CONTENT), ("empty", b"")];
    let found: Vec<_> = contents.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    assert_eq!(found, expected, "{what}");
}

#[test]
fn archives_of_the_zip_crate_are_read() {
    for method in [CompressionMethod::Deflated, CompressionMethod::Stored] {
        for large in [false, true] {
            let options =
                SimpleFileOptions::default().compression_method(method).large_file(large).unix_permissions(0o644);
            let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
            fill(&mut writer, options);
            let bytes = writer.finish().expect("memory").into_inner();
            expect_read(&bytes, &format!("{method:?}, large: {large}"));

            // Without seeking it writes data descriptors.
            let mut bytes = Vec::new();
            let mut writer = ZipWriter::new_stream(&mut bytes);
            fill(&mut writer, options);
            writer.finish().expect("memory");
            expect_read(&bytes, &format!("{method:?}, large: {large}, streamed"));
        }
    }
}

#[test]
fn symbolic_links_of_the_zip_crate_are_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("link", "/etc/passwd", SimpleFileOptions::default()).expect("an entry");
    let bytes = writer.finish().expect("memory").into_inner();
    let error = read(&bytes, &Limits::default()).expect_err("a link");
    assert!(error.to_string().contains("a symbolic link"), "{error}");
}
