//! A package of 500 MiB goes through in less than half of that in memory.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::Stdio;
use std::time::Duration;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::support::package::Package;
use crate::support::project::Project;

const MIB: usize = 1 << 20;
/// The most that a run may hold in memory, in MiB.
const MEMORY: usize = 256;
/// The app's document and what lies beside it, in MiB: a part has at most 256.
const FILES: [usize; 3] = [250, 150, 100];

/// An app whose files do not shrink.
fn large_package(project: &Project) {
    let mut package = Package::new("Large");
    let connector = package.connector("shared_office365");
    package.app("Large app", &connector, &[]);
    let file = BufWriter::new(File::create(project.path("large.zip")).unwrap());
    let mut archive = ZipWriter::new(file);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in package.all_files() {
        archive.start_file(name.clone(), stored).unwrap();
        let Some(folder) = name.strip_suffix("-document.msapp") else {
            archive.write_all(&content).unwrap();
            continue;
        };
        noise(&mut archive, FILES[0]);
        for (number, size) in (1..).zip(&FILES[1..]) {
            archive.start_file(format!("{folder}-{number}.png"), stored).unwrap();
            noise(&mut archive, *size);
        }
    }
    archive.finish().unwrap().flush().unwrap();
}

fn noise(out: &mut impl Write, mebibytes: usize) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut block = vec![0; MIB];
    for _ in 0..mebibytes {
        for word in block.as_chunks_mut::<8>().0 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *word = state.to_le_bytes();
        }
        out.write_all(&block).unwrap();
    }
}

/// Runs to the end; returns the most memory it was seen to hold, in MiB.
fn peak(project: &Project, arguments: &[&str]) -> usize {
    let mut child = project.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let held = line.and_then(|line| line.trim().strip_suffix(" kB")).and_then(|count| count.trim().parse().ok());
        peak = peak.max(held.unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{arguments:?} {status}");
            assert!(peak > 0, "its memory was never seen");
            return peak / 1024;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn half_a_gibibyte_goes_through_in_a_quarter_of_one() {
    let project = Project::new();
    large_package(&project);
    assert!(std::fs::metadata(project.path("large.zip")).unwrap().len() > (500 * MIB) as u64);
    for arguments in [
        &["inspect", "large.zip"] as &[_],
        &["import", "dev", "large.zip", "--yes"],
        &["export", "dev", "--all", "-o", "again.zip"],
    ] {
        let peak = peak(&project, arguments);
        println!("{}: {peak} MiB", arguments[0]);
        assert!(peak < MEMORY, "{arguments:?} held {peak} MiB");
    }
    assert!(std::fs::metadata(project.path("again.zip")).unwrap().len() > (500 * MIB) as u64);
}
