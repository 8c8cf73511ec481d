//! Hostile archives and the packages of the corpus.
//!
//! `FLOWPORT_HOSTILE` is the absolute path of the folder with `gen_hostile.py`, `FLOWPORT_CORPUS` that of the corpus. Without
//! them the tests pass and say so; a path that is wrong fails.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use flowport_archive::{Archive, Error, Limits, NameError, Sniffed, StructureError, sniff};

/// Files that a reader of packages must refuse, but a reader of archives takes, and why.
const TAKEN: [(&str, &str); 2] = [
    ("empty_eocd.zip", "an archive of no entries is sound; it is no package, since it has no manifest"),
    ("bomb_60000_entries.zip", "below the limit of 100,000 entries; then it must be taken within a second"),
];

/// Files that are to be recognised by their content; as archives they are refused.
const RECOGNISED: [(&str, Sniffed); 3] =
    [("json_named.zip", Sniffed::Json), ("notzip_html.zip", Sniffed::Html), ("notzip_gz.package", Sniffed::Gzip)];

/// The structure of a bomb must be refused by itself, not only by its size.
const BOUNDLESS: Limits = Limits {
    archive_size: u64::MAX,
    total_size: u64::MAX,
    entry_size: u64::MAX,
    ratio: u64::MAX,
    ratio_floor: u64::MAX,
    entries: u64::MAX,
    name_length: u32::MAX,
    directory_size: u64::MAX,
};

fn folder(variable: &str) -> Option<PathBuf> {
    let Some(path) = std::env::var_os(variable) else {
        println!("{variable} is not set: nothing tested");
        return None;
    };
    let path = PathBuf::from(path);
    assert!(path.is_absolute() && path.is_dir(), "{variable}: {} is no folder", path.display());
    Some(path)
}

/// Opens the archive and reads every entry without keeping it.
fn open_and_read(bytes: &Vec<u8>) -> Result<usize, String> {
    let archive = Archive::open(bytes, &Limits::default()).map_err(|error| error.to_string())?;
    for entry in archive.entries() {
        archive.read(entry, &mut |_| Ok(())).map_err(|error| error.to_string())?;
    }
    Ok(archive.entries().len())
}

fn is_for_archives(name: &str) -> bool {
    name.starts_with("notzip") || [".zip", ".package2", ".n8np"].iter().any(|suffix| name.ends_with(suffix))
}

/// Names and expectations from the index; names have neither commas nor quotes.
fn index(folder: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder.join("_index.csv")).expect("the generator writes it");
    let lines = text.lines().skip(1);
    lines
        .map(|line| {
            let mut fields = line.splitn(3, ',');
            let mut field = || fields.next().expect("three fields").trim_matches('"').to_owned();
            let name = field();
            field();
            (name, field())
        })
        .collect()
}

#[test]
fn hostile_archives() {
    let Some(generator) = folder("FLOWPORT_HOSTILE") else {
        return;
    };
    let target = tempfile::tempdir().expect("a temporary folder");
    let status = Command::new("python3")
        .arg(generator.join("gen_hostile.py"))
        .arg(target.path())
        .status()
        .expect("python3 is needed to generate the hostile archives");
    assert!(status.success(), "gen_hostile.py failed: {status}");

    let mut tested = 0;
    let mut wrong = Vec::new();
    for (name, expected) in index(target.path()) {
        if !is_for_archives(&name) {
            continue;
        }
        tested += 1;
        let bytes = std::fs::read(target.path().join(&name)).expect("the index names it");
        let start = Instant::now();
        let verdict = open_and_read(&bytes);
        let elapsed = start.elapsed();
        println!("{name}: {verdict:?} in {elapsed:?}");
        let exception = TAKEN.iter().find(|(taken, _)| *taken == name);
        let recognised = RECOGNISED.iter().find(|(recognised, _)| *recognised == name);
        let must_refuse = recognised.is_some() || expected.starts_with("reject") && exception.is_none();
        if verdict.is_err() != must_refuse {
            wrong.push(format!("{name}: {verdict:?}, expected: {expected}"));
        }
        if let Some((_, sniffed)) = recognised {
            assert_eq!(sniff(&bytes), *sniffed, "{name}");
        }
        if name.starts_with("bomb_overlap") {
            let error = Archive::open(&bytes, &BOUNDLESS).expect_err(&name);
            let found = matches!(
                error,
                Error::Structure(StructureError::Overlap { .. }) | Error::Name(NameError::Duplicate { .. })
            );
            assert!(found, "{name}: not for its overlap: {error}");
        }
        if elapsed > Duration::from_secs(1) && !cfg!(debug_assertions) {
            wrong.push(format!("{name}: took {elapsed:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tested >= 60, "only {tested} files: has the generator changed?");
    for (name, _) in TAKEN {
        assert!(target.path().join(name).exists(), "{name} is excepted, but not there");
    }
}

#[test]
fn real_packages() {
    let Some(corpus) = folder("FLOWPORT_CORPUS") else {
        return;
    };
    let mut tested = 0;
    for file in corpus.join("power-automate").read_dir().expect("the corpus has Power Automate packages") {
        let path = file.expect("a readable folder").path();
        if path.extension().is_none_or(|extension| extension != "zip") {
            continue;
        }
        tested += 1;
        let bytes = std::fs::read(&path).expect("a readable file");
        let entries = open_and_read(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(entries >= 5, "{}: {entries} entries", path.display());
    }
    assert!(tested > 0, "no archives in {}", corpus.display());
}
