//! One writer at a time: saying who holds what, and waiting for whoever does.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::thread;
use std::time::{Duration, Instant};

use flowport_core::lock::Holder;
use flowport_core::model::Diagnostic;

use crate::context::{Context, now};
use crate::exit::{self, Failure, Outcome};
use crate::render;
use crate::text::{clean, count};

/// Between two looks, at least; at most twice that.
const PAUSE: Duration = Duration::from_millis(50);

/// Does `open`, which takes what only one may hold; again while another one has it, as long as `--wait` says.
pub(crate) fn taken<T>(context: &Context, mut open: impl FnMut(&Holder) -> Outcome<T>) -> Outcome<T> {
    let actor = context.actor()?;
    // Without a name, a machine is told by the number of the process alone.
    let host = whoami::hostname().unwrap_or_default();
    let wait = Duration::from_secs(context.global.wait.unwrap_or(0));
    let (started, mut is_said) = (Instant::now(), false);
    loop {
        let failure = match open(&Holder::this_process(&actor, &host, now())) {
            Err(failure) if failure.exit == exit::HELD => failure,
            done => return done,
        };
        let left = wait.saturating_sub(started.elapsed());
        if left.is_zero() {
            return Err(ended(failure, wait));
        }
        if !is_said && !context.global.quiet {
            let whom = failure.holder.as_ref().map_or("another program".to_owned(), |holder| holder.to_string());
            eprintln!("waiting for {}", clean(&whom));
        }
        is_said = true;
        thread::sleep(left.min(PAUSE + jitter()));
    }
}

/// Says that somebody ended without letting go of `what`, and that this run goes on in their place.
pub(crate) fn replaced(context: &Context, what: &str, holder: Option<&Holder>) {
    let Some(holder) = holder else { return };
    let summary = format!("{holder} ended without letting go of {what}; this run takes its place");
    let note = Diagnostic::warning("E-REPLACED", summary)
        .help("nothing is half done; `flowport runs ENV` shows whether it came through, else run it again");
    if !context.global.quiet && !context.global.json {
        eprint!("{}", render::findings(std::slice::from_ref(&note)));
    }
    context.note(note);
}

fn ended(failure: Failure, wait: Duration) -> Failure {
    if wait.is_zero() {
        return failure;
    }
    let seconds = usize::try_from(wait.as_secs()).unwrap_or(usize::MAX);
    Failure { what: format!("{} (waited for {})", failure.what, count(seconds, "second", "seconds")), ..failure }
}

/// Up to a pause, so that two that wait do not look at the same moments.
fn jitter() -> Duration {
    let random = RandomState::new().hash_one(std::process::id());
    PAUSE.mul_f64((random % 1024) as f64 / 1024.0)
}
