//! One import at a time: killed, or with writes that fail.

use std::process::Child;
use std::time::{Duration, Instant};

use crate::arena::{Arena, Found};
use crate::program::Ended;
use crate::shim::{Orders, Shim};
use crate::tally::Tally;

/// Errors that a system gives for a write: what it is called, its number on Linux, and words of which one explains it to people.
pub const FAILURES: [(&str, i32, &[&str]); 3] = [
    ("ENOSPC", 28, &["make room there", "secrets.key: No space left", "is full or is read-only", "disk is not full"]),
    ("EIO", 5, &["Input/output error", "disk or the network drive failed", "cannot be opened", "cannot be written"]),
    (
        "EROFS",
        30,
        &[
            "mount it for writing",
            "secrets.key: Read-only file system",
            "is full or is read-only",
            "cannot be written",
            "cannot be opened",
        ],
    ),
];

/// Where in a write a run is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before it.
    Before,
    /// When half of it is done.
    Within,
}

/// Kills the operation at so many random moments.
pub fn at_random_moments(arena: &Arena, count: usize, random: &mut fastrand::Rng) -> Tally {
    let mut tally = Tally::default();
    let whole = match undisturbed(arena) {
        Ok(whole) => whole,
        Err(why) => {
            tally.note("undisturbed", Err(why));
            return tally;
        }
    };
    for _ in 0..count {
        // A little beyond the end, so that the end is hit as well.
        let moment = whole.mul_f64(random.f64() * 1.1);
        let try_it = || {
            let sandbox = arena.sandbox()?;
            let ended = arena.disturbed(&sandbox, None, |child| kill_after(child, moment))?;
            killed(arena, &ended, arena.judge(&sandbox)?)
        };
        tally.note(&format!("{} {}, killed after {moment:?}", arena.store, arena.operation), try_it());
    }
    tally
}

/// Kills the operation at the writes with these numbers.
pub fn at_every_write(arena: &Arena, shim: &Shim, moment: Moment, numbers: impl Iterator<Item = usize>) -> Tally {
    let fault = if moment == Moment::Before { "kill" } else { "tear" };
    let mut tally = Tally::default();
    for at in numbers {
        let try_it = || {
            let sandbox = arena.sandbox()?;
            let orders = Orders { shim, at, fault: fault.to_owned(), once: false, log: None };
            let ended = arena.disturbed(&sandbox, Some(&orders), |_| ())?;
            killed(arena, &ended, arena.judge(&sandbox)?)
        };
        tally.note(&format!("{} {}, {fault} at write {at}", arena.store, arena.operation), try_it());
    }
    tally
}

/// Lets the write with each of these numbers fail, and with it all later ones unless `once`. `failure` is one of [`FAILURES`].
pub fn failing_writes(
    arena: &Arena,
    shim: &Shim,
    failure: usize,
    once: bool,
    numbers: impl Iterator<Item = usize>,
) -> Tally {
    let (name, error, words) = FAILURES[failure];
    let mut tally = Tally::default();
    for at in numbers {
        let try_it = || {
            let sandbox = arena.sandbox()?;
            let orders = Orders { shim, at, fault: error.to_string(), once, log: None };
            let ended = arena.disturbed(&sandbox, Some(&orders), |_| ())?;
            failed(&ended, words, arena.judge(&sandbox)?)
        };
        let once = if once { " once" } else { "" };
        tally.note(&format!("{} {}, {name}{once} at write {at}", arena.store, arena.operation), try_it());
    }
    tally
}

/// The writes of the undisturbed operation, each with its name and its file.
///
/// # Errors
/// Where it does not work, or no write is seen.
pub fn writes(arena: &Arena, shim: &Shim) -> Result<Vec<String>, String> {
    let sandbox = arena.sandbox()?;
    let log = sandbox.temporary.path().join("writes");
    let orders = Orders { shim, at: 0, fault: "kill".to_owned(), once: false, log: Some(log.clone()) };
    arena.disturbed(&sandbox, Some(&orders), |_| ())?.expect(0)?;
    let seen = std::fs::read_to_string(log).map_err(|why| format!("no write was seen: {why}"))?;
    Ok(seen.lines().map(str::to_owned).collect())
}

fn undisturbed(arena: &Arena) -> Result<Duration, String> {
    let sandbox = arena.sandbox()?;
    let started = Instant::now();
    arena.disturbed(&sandbox, None, |_| ())?.expect(0)?;
    Ok(started.elapsed())
}

fn kill_after(child: &mut Child, moment: Duration) {
    let started = Instant::now();
    while started.elapsed() < moment {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        std::thread::yield_now();
    }
    // Where it ended in between, its status says so.
    let _ = child.kill();
}

/// Killed, it may have left either; ended by itself, it must have made the new one.
fn killed(arena: &Arena, ended: &Ended, found: Found) -> Result<String, String> {
    match (ended.exit(), found) {
        (None, Found::Old) => Ok("killed, old state".to_owned()),
        (None, Found::New) => Ok("killed, new state".to_owned()),
        (Some(0), Found::New) => Ok("ended before the kill".to_owned()),
        _ => Err(format!("{found:?} state of {} after {ended}", arena.operation)),
    }
}

/// A write that fails stops the run and says why, or was no part of what counts.
fn failed(ended: &Ended, words: &[&str], found: Found) -> Result<String, String> {
    let is_explained = words.iter().any(|word| ended.text.contains(word)) && ended.text.contains("error: ");
    match (ended.exit(), found) {
        (Some(0), Found::New) => Ok("done all the same".to_owned()),
        (Some(1), Found::Old) if is_explained => Ok("refused, old state".to_owned()),
        (Some(1), _) if is_explained && ended.text.contains("shows whether the changes are there") => {
            Ok(format!("undecided, {} state", if found == Found::New { "new" } else { "old" }))
        }
        // Decided, and said to be: the next command has finished it.
        (Some(1), Found::New) if is_explained && ended.text.contains("the change is decided") => {
            Ok("decided, finished by the next command".to_owned())
        }
        _ => Err(format!("{found:?} state after {ended}")),
    }
}
