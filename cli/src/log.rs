use tracing_subscriber::EnvFilter;

use crate::arguments::Global;
use crate::exit::{Failure, Outcome};

/// Log lines go to stderr; `FLOWPORT_LOG` is a tracing filter, `-v` and `-q` are the short way.
///
/// # Errors
/// Where the filter is none.
pub(crate) fn start(global: &Global) -> Outcome<()> {
    let default = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "flowport=info,warn",
        (false, 2) => "debug",
        (false, _) => "trace",
    };
    let filter = match std::env::var("FLOWPORT_LOG").ok().filter(|filter| !filter.is_empty()) {
        Some(filter) => EnvFilter::try_new(&filter)
            .map_err(|error| Failure::usage(format!("FLOWPORT_LOG={filter} is no filter: {error}")))?,
        None => EnvFilter::new(default),
    };
    let ansi = crate::render::colour_on_stderr();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(ansi)
        .without_time()
        .init();
    Ok(())
}
