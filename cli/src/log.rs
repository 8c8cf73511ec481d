use tracing_subscriber::EnvFilter;

use crate::arguments::Global;

/// Log lines go to stderr; `FLOWPORT_LOG` is a tracing filter, `-v` and `-q` are the short way.
pub(crate) fn start(global: &Global) {
    let default = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "flowport=info,warn",
        (false, 2) => "debug",
        (false, _) => "trace",
    };
    let filter = EnvFilter::try_from_env("FLOWPORT_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let ansi = crate::render::colour_on_stderr();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(ansi)
        .without_time()
        .init();
}
