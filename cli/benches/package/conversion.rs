//! zip → flowport JSON → zip, and the same work without plugins: `zip`, `serde_json`, a hash of each part.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufReader, Cursor, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use flowport_core::content::{Content, Hash};
use flowport_core::decode::decode;
use flowport_core::encode::{Leftover, encode};
use flowport_core::plugin::{Input, Output};
use flowport_core::registry::Registry;
use serde_json::{Map, Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::{generate, median, show};

/// Measures both for a package of one app and so many flows.
pub(crate) fn measure(registry: &Registry, folder: &Path, flows: usize, runs: usize) {
    let path = folder.join("conversion.zip");
    generate::app_package(&path, flows);
    println!("zip to flowport JSON and back, one app and {flows} flows");
    let (there, back) = (ours(registry, &path), native(&path));
    assert_eq!(entries(&there), entries(&std::fs::read(&path).expect("the package")), "the same file comes back");
    assert_eq!(entries(&back).len(), entries(&there).len(), "the same work");
    let floor = median(runs, || native(&path));
    let time = median(runs, || ours(registry, &path));
    show("native, zip and serde_json, one core", floor, flows);
    show("zip to json to zip", time, flows);
    println!("  ratio to native: {:.2}", time.as_secs_f64() / floor.as_secs_f64());
}

#[derive(Default)]
struct Memory(Mutex<Vec<u8>>);

impl Output for Memory {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut content = self.0.lock().expect("one thread");
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        if content.len() < start + bytes.len() {
            content.resize(start + bytes.len(), 0);
        }
        content[start..start + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }
}

fn convert(registry: &Registry, file: Arc<dyn Input>, format: &str) -> Vec<u8> {
    let decoded = decode(registry, &file, None).expect("a package");
    let memory = Arc::new(Memory::default());
    let output: Arc<dyn Output> = memory.clone();
    let written = encode(registry, format, &decoded.package, Leftover::Carry, &output).expect("it fits");
    assert!(written.placed.iter().all(|placed| placed.native));
    std::mem::take(&mut *memory.0.lock().expect("one thread"))
}

fn ours(registry: &Registry, path: &Path) -> Vec<u8> {
    let file = flowport_core::encode::FileInput::open(path).expect("the package");
    let json = convert(registry, Arc::new(file), "json");
    convert(registry, Arc::new(Content::from_bytes(json)), "zip")
}

/// Names, times and contents.
fn entries(bytes: &[u8]) -> Vec<(String, Option<zip::DateTime>, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).expect("an entry");
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("its content");
            (entry.name().expect("a name").into_owned(), entry.last_modified(), content)
        })
        .collect()
}

/// Every file becomes a member of one document, checked, and hashed as flowport keeps it.
fn native(path: &Path) -> Vec<u8> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path).expect("the package"))).expect("an archive");
    let mut parts = Map::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("an entry");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("its content");
        black_box(Hash::of(&content));
        let name = entry.name().expect("a name").into_owned();
        let value = match serde_json::from_slice::<Value>(&content) {
            Ok(value) => json!({ "json": value }),
            Err(_) => json!({ "text": String::from_utf8_lossy(&content) }),
        };
        parts.insert(name, value);
    }
    let document = serde_json::to_string_pretty(&json!({ "format": "flowport", "parts": parts })).expect("JSON");
    let read: Value = serde_json::from_str(&document).expect("JSON");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, part) in read["parts"].as_object().expect("parts") {
        let text = match &part["json"] {
            Value::Null => part["text"].as_str().unwrap_or_default().to_owned(),
            value => value.to_string(),
        };
        black_box(Hash::of(text.as_bytes()));
        writer.start_file(name.clone(), options).expect("an entry");
        writer.write_all(text.as_bytes()).expect("memory");
    }
    writer.finish().expect("an archive").into_inner()
}
