//! flowport: moves low-code flows, and all that they need, between environments.

mod answers;
mod arguments;
mod ask;
mod audit;
mod commands;
mod config;
mod context;
mod deployment_settings;
mod exit;
mod formats;
mod hold;
mod html;
mod interrupt;
mod keys;
mod log;
mod output;
mod place;
mod progress;
mod project_text;
mod render;
mod report;
mod sealing;
mod signing;
mod source;
mod text;
mod trust;

use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::arguments::Arguments;
use crate::exit::Failure;
use crate::report::Report;

fn main() -> ExitCode {
    let arguments = match Arguments::from_command_line() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let command = arguments.command.name();
    let json = arguments.global.json;
    if let Err(failure) = log::start(&arguments.global) {
        return Report::of_failure(&failure).print(command, json);
    }
    let context = context::Context::new(arguments.global, command);
    let begun =
        arguments.command.writes().map_or(Ok(()), |writing| context.begin_audit(writing.environment.as_deref()));
    let mut result = begun.and_then(|()| commands::run(&context, arguments.command));
    context.audit().end(&mut result);
    let report = result.unwrap_or_else(|failure| Report::of_failure(&failure));
    report.also(context.notes()).print(command, json)
}

/// What clap says, as itself, or in the envelope for scripts.
fn usage(error: &clap::Error) -> ExitCode {
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let json = std::env::args_os().any(|argument| argument == "--json");
    if is_help || !json {
        // Nothing can be done where even this cannot be printed.
        let _ = error.print();
        return if is_help { ExitCode::SUCCESS } else { ExitCode::from(exit::USAGE) };
    }
    let text = error.to_string();
    let said = text.split("\n\nUsage:").next().unwrap_or(&text).trim_start_matches("error: ");
    let what = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    Report::of_failure(&Failure::usage(what)).print("", true)
}
