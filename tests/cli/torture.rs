//! A bounded share of the torture; `cargo run --bin torture -- --full` does all of it.

use flowport_torture::{Arena, Operation, Program, Store, Tally, at_random_moments, pairs};

const STORES: [Store; 2] = [Store::Sqlite, Store::Dir];

fn program() -> Program {
    Program::at(env!("CARGO_BIN_EXE_flowport"))
}

/// The operation in each store.
fn arenas() -> impl Iterator<Item = Arena> {
    let all = STORES.into_iter().flat_map(|store| Operation::ALL.map(|operation| (store, operation)));
    all.map(|(store, operation)| Arena::new(&program(), store, operation).unwrap())
}

#[track_caller]
fn holds(tally: &Tally) {
    assert!(tally.tries > 0 && tally.broken.is_empty(), "{tally}");
}

#[test]
fn a_kill_at_a_random_moment_leaves_the_old_state_or_the_new_one() {
    let mut random = fastrand::Rng::with_seed(5);
    arenas().for_each(|arena| holds(&at_random_moments(&arena, 4, &mut random)));
}

#[test]
fn two_imports_at_once_lose_nothing() {
    for store in STORES {
        let waiting = pairs(&program(), store, true, 5);
        holds(&waiting);
        assert_eq!(waiting.counts["both came through"], waiting.tries);
        holds(&pairs(&program(), store, false, 5));
    }
}

#[cfg(target_os = "linux")]
mod at_writes {
    use flowport_torture::{FAILURES, Moment, Shim, at_every_write, failing_writes, writes};

    use super::{Arena, Operation, Store, arenas, holds, program};

    /// Of so many writes one is tried, each time another one.
    const SHARE: usize = 61;

    #[test]
    fn the_writes_of_an_import_are_seen() {
        let shim = Shim::build().unwrap();
        let seen = writes(&Arena::new(&program(), Store::Sqlite, Operation::Update).unwrap(), &shim).unwrap();
        let count = |line: &str| seen.iter().filter(|seen| *seen == line).count();
        // SQLite's: the log, the database when the log is put into it, and both are synced.
        assert!(count("write /.flowport/dev.db-wal") > 10 && count("write /.flowport/dev.db") > 10, "{seen:?}");
        assert!(count("sync /.flowport/dev.db-wal") > 0 && count("sync /.flowport/dev.db") > 0, "{seen:?}");
        assert_eq!(count("unlink /.flowport/dev.db-wal"), 1, "{seen:?}");
        let seen = writes(&Arena::new(&program(), Store::Dir, Operation::Update).unwrap(), &shim).unwrap();
        assert!(seen.iter().any(|line| line == "rename /flows/.flowport/commit.json"), "{seen:?}");
    }

    #[test]
    fn a_kill_at_a_write_leaves_the_old_state_or_the_new_one() {
        let shim = Shim::build().unwrap();
        for (number, arena) in arenas().enumerate() {
            let count = writes(&arena, &shim).unwrap().len();
            for (moment, first) in [(Moment::Before, 1 + number), (Moment::Within, 15 + number)] {
                holds(&at_every_write(&arena, &shim, moment, (first..=count).step_by(SHARE)));
            }
        }
    }

    #[test]
    fn a_write_that_fails_is_told_and_leaves_the_old_state_or_the_new_one() {
        let shim = Shim::build().unwrap();
        for (number, arena) in arenas().enumerate() {
            let count = writes(&arena, &shim).unwrap().len();
            for failure in 0..FAILURES.len() {
                for (once, first) in [(true, 3), (false, 17)] {
                    let numbers = (first + 4 * failure + number..=count).step_by(2 * SHARE);
                    holds(&failing_writes(&arena, &shim, failure, once, numbers));
                }
            }
        }
    }
}
