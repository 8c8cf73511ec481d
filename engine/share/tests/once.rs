//! Shares that can be used once.

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Barrier;

use common::{FOREVER, ONCE, Place, now};
use flowport_share::{Share, ShareError, ShareStore, Terms};

#[test]
fn used_it_is_gone() {
    let place = Place::new();
    let token = place.put(&[9; 100_000], &ONCE);
    let package = place.file();
    place.open(&token).unwrap().used(now()).unwrap();
    let later = now().checked_add(jiff::SignedDuration::from_hours(9)).unwrap();
    for _ in 0..2 {
        let error = place.store.open(token.parse().unwrap(), later).unwrap_err();
        assert!(matches!(error, ShareError::Used { at } if at == now()), "{error}");
    }
    assert!(!package.exists());
    assert!(fs::metadata(place.file()).unwrap().len() < 1000, "only the mark is left");
}

#[test]
fn others_can_be_used_again_and_at_once() {
    let place = Place::new();
    let token = place.put(b"content", &FOREVER);
    let first = place.open(&token).unwrap();
    let second = place.open(&token).unwrap();
    first.used(now()).unwrap();
    second.used(now()).unwrap();
    assert_eq!(place.read(&token).unwrap(), b"content");
    place.file();
}

#[test]
fn dropped_without_being_used_it_can_be_opened_again() {
    let place = Place::new();
    let token = place.put(b"content", &ONCE);
    for _ in 0..3 {
        assert_eq!(place.read(&token).unwrap(), b"content");
    }
    place.file();
}

#[test]
fn in_use_it_is_nobody_elses() {
    let place = Place::new();
    let token = place.put(b"content", &ONCE);
    let mut share = place.open(&token).unwrap();
    assert!(matches!(place.open(&token), Err(ShareError::Busy)));
    let mut bytes = Vec::new();
    share.copy_to(&mut bytes).unwrap();
    assert!(matches!(place.open(&token), Err(ShareError::Busy)), "reading it keeps it");
    drop(share);
    assert!(place.open(&token).is_ok());
}

#[test]
fn of_many_at_once_one_uses_it() {
    const THREADS: usize = 8;
    for _ in 0..50 {
        let place = Place::new();
        let token = place.put(b"content", &ONCE);
        let barrier = Barrier::new(THREADS);
        let attempt = || {
            barrier.wait();
            place.open(&token)?.used(now())
        };
        let attempts: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(attempt)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(attempts.iter().filter(|attempt| attempt.is_ok()).count(), 1, "{attempts:?}");
        for refused in attempts.into_iter().filter_map(Result::err) {
            assert!(matches!(refused, ShareError::Busy | ShareError::Used { .. }), "{refused}");
        }
    }
}

/// As on a network drive that keeps no locks: both opened it.
#[test]
fn without_locks_the_second_is_told_in_the_end() {
    let place = Place::new();
    let token = place.put(b"content", &ONCE);
    let package = place.file();
    let bytes = fs::read(&package).unwrap();
    let second = place.open(&token).unwrap();
    // Another file of the same name, so another lock.
    fs::remove_file(&package).unwrap();
    fs::write(&package, bytes).unwrap();
    place.open(&token).unwrap().used(now()).unwrap();
    let later = now().checked_add(jiff::SignedDuration::from_hours(9)).unwrap();
    let error = second.used(later).unwrap_err();
    assert!(matches!(error, ShareError::Used { at } if at == now()), "{error}");
}

#[test]
fn a_package_left_behind_by_who_was_killed_goes() {
    let place = Place::new();
    let token = place.put(b"content", &ONCE);
    let package = place.file();
    let bytes = fs::read(&package).unwrap();
    place.open(&token).unwrap().used(now()).unwrap();
    fs::write(&package, bytes).unwrap();
    assert!(matches!(place.open(&token), Err(ShareError::Used { at }) if at == now()));
    assert!(!package.exists());
}

#[test]
fn used_tells_more_than_expired() {
    let place = Place::new();
    let expires = now().checked_add(jiff::SignedDuration::from_hours(1)).unwrap();
    let token = place.put(b"content", &Terms { expires: Some(expires), once: true });
    let package = place.file();
    let bytes = fs::read(&package).unwrap();
    place.open(&token).unwrap().used(now()).unwrap();
    let is_used = || matches!(place.store.open(token.parse().unwrap(), expires), Err(ShareError::Used { .. }));
    assert!(is_used());
    fs::write(&package, bytes).unwrap();
    assert!(is_used(), "the package was left behind");
}

const FOLDER: &str = "FLOWPORT_TEST_SHARE_FOLDER";
const TOKEN: &str = "FLOWPORT_TEST_SHARE_TOKEN";

/// Opens it, says so, and waits to be killed.
fn child(folder: &str, token: &str) {
    let share: Share = ShareStore::at(folder).open(token.parse().unwrap(), now()).unwrap();
    println!("\nopened");
    std::io::stdout().flush().unwrap();
    std::io::stdin().read_line(&mut String::new()).unwrap();
    drop(share);
}

#[test]
fn killed_in_use_it_can_be_used() {
    if let (Ok(folder), Ok(token)) = (std::env::var(FOLDER), std::env::var(TOKEN)) {
        return child(&folder, &token);
    }
    let place = Place::new();
    let token = place.put(b"content", &ONCE);
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed_in_use_it_can_be_used", "--nocapture"])
        .env(FOLDER, place.folder())
        .env(TOKEN, &token)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    assert!(out.lines().any(|line| line.unwrap() == "opened"), "the child ended before it opened the share");
    assert!(matches!(place.open(&token), Err(ShareError::Busy)), "another program holds it");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(place.read(&token).unwrap(), b"content");
    place.open(&token).unwrap().used(now()).unwrap();
}
