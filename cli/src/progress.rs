//! Counts and bytes while something takes longer than half a second, on a terminal only.

use std::io::IsTerminal;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use flowport_core::plugin::Input;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Work under this leaves no trace.
const PATIENCE: Duration = Duration::from_millis(500);

/// Two pieces of work at the same time have a line each.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// One piece of work.
pub(crate) struct Progress {
    what: &'static str,
    total: Option<u64>,
    bytes: bool,
    started: Instant,
    state: Mutex<State>,
}

struct State {
    done: u64,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Counted in things.
    pub(crate) fn count(what: &'static str, total: usize) -> Progress {
        Progress::new(what, Some(total as u64), false)
    }

    /// Counted in things; how many they will be is found out on the way.
    pub(crate) fn tally(what: &'static str) -> Progress {
        Progress::new(what, None, false)
    }

    /// Counted in bytes; how many they will be is not always known.
    pub(crate) fn bytes(what: &'static str, total: Option<u64>) -> Progress {
        Progress::new(what, total, true)
    }

    fn new(what: &'static str, total: Option<u64>, bytes: bool) -> Progress {
        Progress { what, total, bytes, started: Instant::now(), state: Mutex::new(State { done: 0, bar: None }) }
    }

    /// `more` of it is done.
    pub(crate) fn advance(&self, more: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.done += more;
        if state.bar.is_none() && self.started.elapsed() > PATIENCE && wanted() {
            state.bar = Some(self.bar());
        }
        if let Some(bar) = &state.bar {
            bar.set_position(state.done);
        }
    }

    fn bar(&self) -> ProgressBar {
        let bar = BARS.add(self.total.map_or_else(ProgressBar::no_length, ProgressBar::new));
        let template = match (self.bytes, self.total) {
            (true, Some(_)) => "{msg} {bytes} of {total_bytes}  {wide_bar}  {eta}",
            (true, None) => "{msg} {bytes}",
            (false, None) => "{msg} {human_pos}",
            (false, Some(_)) => "{msg} {human_pos} of {human_len}  {wide_bar}  {eta}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(self.what);
        bar
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.state.lock().unwrap_or_else(PoisonError::into_inner).bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// Bars are for people at a terminal.
fn wanted() -> bool {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    std::io::stderr().is_terminal()
        && !dumb
        && std::env::var_os("CI").is_none()
        && !QUIET.load(std::sync::atomic::Ordering::Relaxed)
}

static QUIET: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// No bars, as `-q` or `--json` say.
pub(crate) fn silence() {
    QUIET.store(true, std::sync::atomic::Ordering::Relaxed);
}

/// A file whose reading shows as progress.
pub(crate) struct Reading {
    input: Arc<dyn Input>,
    progress: Progress,
}

impl Reading {
    pub(crate) fn new(what: &'static str, input: Arc<dyn Input>) -> Reading {
        Reading { progress: Progress::bytes(what, Some(input.len())), input }
    }
}

impl Input for Reading {
    fn len(&self) -> u64 {
        self.input.len()
    }
    fn read_at(&self, offset: u64, max: usize) -> std::io::Result<Vec<u8>> {
        let bytes = self.input.read_at(offset, max)?;
        self.progress.advance(bytes.len() as u64);
        Ok(bytes)
    }
}
