//! Ctrl-C: a question gives the cursor back, and the audit file gets its end.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use crate::exit;

/// How shells report a program that Ctrl-C ended.
pub(crate) const INTERRUPTED: i32 = 130;

/// A question is open.
static ASKING: AtomicBool = AtomicBool::new(false);
/// Somebody ends the program: whoever comes second leaves it to the first.
static ENDING: AtomicBool = AtomicBool::new(false);
/// What is done at an end by Ctrl-C; it gets the exit code.
type Told = Box<dyn FnOnce(i32) + Send>;
static TOLD: Mutex<Option<Told>> = Mutex::new(None);
/// So long it may take: who reads a pipe may not.
const PATIENCE: Duration = Duration::from_secs(1);

/// Has Ctrl-C told somewhere before it ends the program.
pub(crate) fn tells(told: impl FnOnce(i32) + Send + 'static) {
    *TOLD.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(told));
    listen();
}

/// A question begins: it hides the cursor, and whoever presses Ctrl-C at it wants that back.
pub(crate) fn asks() {
    listen();
    ASKING.store(true, Ordering::SeqCst);
}

/// It has its answer.
pub(crate) fn is_answered() {
    ASKING.store(false, Ordering::SeqCst);
}

/// The question could not be asked to its end, perhaps for Ctrl-C: ends it here, or waits until the program is ended there.
pub(crate) fn gives_up() {
    while ENDING.swap(true, Ordering::SeqCst) {
        thread::park();
    }
    show_cursor();
}

fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if let Err(error) = ctrlc::set_handler(interrupted) {
            tracing::debug!(%error, "Ctrl-C is left to the system");
        }
    });
}

fn interrupted() {
    if ENDING.swap(true, Ordering::SeqCst) {
        return;
    }
    let is_asking = ASKING.load(Ordering::SeqCst);
    let exit = if is_asking { i32::from(exit::FAILED) } else { INTERRUPTED };
    show_cursor();
    if is_asking {
        eprintln!("\nerror: cancelled, nothing was written");
    }
    if let Some(told) = TOLD.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let (done, is_done) = mpsc::channel();
        thread::spawn(move || {
            told(exit);
            // Whoever waited for it has ended the program.
            let _ = done.send(());
        });
        let _ = is_done.recv_timeout(PATIENCE);
    }
    process::exit(exit);
}

fn show_cursor() {
    // Where there is no terminal any more, nobody misses it.
    let _ = dialoguer::console::Term::stderr().show_cursor();
}
