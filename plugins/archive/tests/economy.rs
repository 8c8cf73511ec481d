//! Calls to the host and time, for archives of many entries.

mod common;

use std::cell::Cell;
use std::time::{Duration, Instant};

use common::{Item, Zip};
use flowport_archive::{Archive, Limits, ReadAt};

/// Counts calls and bytes.
struct Counted {
    bytes: Vec<u8>,
    calls: Cell<u64>,
    read: Cell<u64>,
}

impl Counted {
    fn new(bytes: Vec<u8>) -> Self {
        Counted { bytes, calls: Cell::new(0), read: Cell::new(0) }
    }

    /// Calls and bytes since the last time.
    fn take(&self) -> (u64, u64) {
        (self.calls.take(), self.read.take())
    }
}

impl ReadAt for Counted {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, String> {
        let bytes = self.bytes.read_at(offset, max)?;
        self.calls.set(self.calls.get() + 1);
        self.read.set(self.read.get() + bytes.len() as u64);
        Ok(bytes)
    }
}

fn many(count: usize, content: &[u8]) -> Vec<u8> {
    let item = Item::deflated("", content);
    Zip::of((0..count).map(|index| {
        let name = format!("Microsoft.Flow/flows/0bd1c8ae-{index:05}/definition.json");
        item.clone().both(|header| header.name = name.clone().into_bytes())
    }))
    .bytes()
}

fn open_and_read(input: &Counted) -> (Duration, Duration) {
    let start = Instant::now();
    let archive = Archive::open(input, &Limits::default()).expect("sound");
    let opened = start.elapsed();
    let (calls, read) = input.take();
    let start = Instant::now();
    for entry in archive.entries() {
        archive.read(entry, &mut |_| Ok(())).expect("sound");
    }
    let (read_calls, read_read) = input.take();
    println!(
        "{} entries, {} bytes: opened in {opened:?} with {calls} calls for {read} bytes, read in {:?} with {read_calls} \
         calls for {read_read} bytes",
        archive.entries().len(),
        input.len(),
        start.elapsed()
    );
    // One pass over directory and entries each, in blocks of 256 KiB.
    let blocks = input.len() / (256 << 10) + 8;
    assert!(calls <= blocks, "{calls} calls to open, {blocks} blocks");
    assert!(read_calls <= blocks, "{read_calls} calls to read, {blocks} blocks");
    (opened, start.elapsed())
}

#[test]
fn thirty_thousand_small_entries_are_few_calls() {
    let input = Counted::new(many(30_000, b"{\"name\":\"a flow\",\"id\":1}"));
    let (opened, _) = open_and_read(&input);
    // Native and optimised it takes a hundredth of it.
    assert!(opened < Duration::from_secs(5), "{opened:?}");
}

#[test]
fn large_entries_are_not_read_to_open() {
    let noise: Vec<u8> = (0..3_000_000_u32).map(|index| (index.wrapping_mul(0x9e37_79b1) >> 13) as u8).collect();
    let input = Counted::new(Zip::of((0..10).map(|index| Item::stored(index.to_string(), &noise))).bytes());
    let archive = Archive::open(&input, &Limits::default()).expect("sound");
    let (calls, read) = input.take();
    println!("{} bytes: opened with {calls} calls for {read} bytes", input.len());
    assert!(read < 300_000, "{read}");
    archive.read_all(&archive.entries()[3], 3_000_000).expect("sound");
    let (calls, read) = input.take();
    assert!(calls <= 13, "{calls}");
    assert!(read < 3_400_000, "{read}");
}

#[test]
fn headers_without_content_do_not_cost_squared_time() {
    let bytes = Zip::of((0..60_000).map(|index| Item::stored(index.to_string(), b""))).bytes();
    let (opened, _) = open_and_read(&Counted::new(bytes));
    assert!(opened < Duration::from_secs(5), "{opened:?}");
}
