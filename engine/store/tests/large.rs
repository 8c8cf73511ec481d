//! A large part is never in memory as a whole. The only test of its crate: it measures the process.
#![cfg(target_os = "linux")]

mod common;

use std::io;
use std::sync::Arc;

use common::{NOW, fixture, head, id, put};
use flowport_core::content::{Content, Hash, Hasher, ReadAt};
use flowport_core::environment::{Environment, ReadEnvironment};
use flowport_core::history::Cause;
use flowport_core::model::{Part, Resource};

const LEN: u64 = 80 * 1024 * 1024;
const STEP: usize = 64 * 1024;

/// Bytes that are made when they are read: no two pieces are the same.
struct Made;

impl ReadAt for Made {
    fn read_at(&self, offset: u64, max: usize) -> io::Result<Vec<u8>> {
        Ok((offset..offset + max as u64).map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8).collect())
    }
}

fn hash(read: impl Fn(u64) -> Vec<u8>) -> Hash {
    let mut hasher = Hasher::default();
    (0..LEN).step_by(STEP).for_each(|offset| hasher.update(&read(offset)));
    hasher.finish()
}

/// The most memory this process ever had, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

#[test]
fn a_part_of_80_mib_streams() {
    let mut fixture = fixture();
    let content = Content::elsewhere(Arc::new(Made), 0, LEN, hash(|offset| Made.read_at(offset, STEP).unwrap()));
    let before = peak();
    let part = Part { name: "export.bin".to_owned(), media_type: String::new(), content: content.clone() };
    let write = put(Resource { head: head(id("app/large")), parts: vec![part] });
    fixture.environment.apply(&Cause::by("alice", NOW, "put"), &[write], &mut |_| ()).unwrap();
    let read = fixture.environment.get(&id("app/large")).unwrap().unwrap().parts[0].content.clone();
    assert_eq!(hash(|offset| read.read_at(offset, STEP).unwrap()), content.hash());
    let grown = peak() - before;
    assert!(grown < LEN / 2, "{grown} bytes of memory for {LEN}");
}
