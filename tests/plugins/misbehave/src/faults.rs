//! Faults that any function of the contract can have.

use std::hint::black_box;
use std::time::Duration;

use flowport_plugin::{Level, View, log};

/// Commits the fault of that name; returns where there is none, as with `ok`.
pub(crate) fn commit(name: &str, subject: &dyn View) {
    match name {
        "panic" => panic!("the note is upside down"),
        "exit" => std::process::exit(3),
        "exit-with-words" => {
            eprintln!("one thing\nanother thing");
            std::process::exit(1)
        }
        "loop" => forever(|| ()),
        "loop-after-words" => {
            eprintln!("just a warning");
            forever(|| ())
        }
        // Reads on and on, so that it never idles.
        "dawdle" => forever(|| drop(subject.read("note.txt", 0, 1))),
        // Calls that move nothing are no reason to let it run.
        "read-nothing" => forever(|| drop(subject.read("note.txt", u64::MAX, u32::MAX))),
        "sleep" => std::thread::sleep(Duration::from_secs(60)),
        "memory" => {
            let mut hoard: Vec<Vec<u8>> = Vec::new();
            forever(|| hoard.push(black_box(vec![1; 1 << 20])))
        }
        "one-allocation" => drop(black_box(vec![1_u8; 1 << 30])),
        "memory-then-loop" => {
            assert!(Vec::<u8>::new().try_reserve(1 << 30).is_err());
            forever(|| ())
        }
        "stack" => drop(black_box(deeper(0))),
        "stderr-flood" => forever(|| eprintln!("{}", "never mind ".repeat(100))),
        "stdout" => println!("nobody listens"),
        "call-flood" => forever(|| drop(subject.head())),
        "log-flood" => forever(|| log(Level::Info, &"never mind ".repeat(300))),
        "log-controls" => log(Level::Info, "one\nline\u{1b}[2J"),
        "read-again-flood" => forever(|| drop(subject.read("note.txt", 0, u32::MAX))),
        _ => {}
    }
}

fn forever(mut work: impl FnMut()) -> ! {
    loop {
        black_box(&mut work)();
    }
}

fn deeper(depth: u64) -> u64 {
    if depth == u64::MAX {
        return 0;
    }
    let frame = black_box([depth; 64]);
    black_box(deeper(depth + 1)) + frame[0]
}
