//! One module per command.

mod check;
mod confirm;
mod connector;
mod convert;
mod demo;
mod diff;
mod edit;
mod env;
mod export;
mod formats;
mod graph;
mod import;
mod init;
mod inspect;
mod key;
mod left;
mod list;
mod pack;
mod placed;
mod plan;
mod planned;
mod plugin;
mod put;
mod runs;
mod secret;
mod share;
mod state;
mod template;
mod undo;
mod unpack;
mod verify;

use clap::CommandFactory;

use crate::arguments::{Arguments, Command, ConnectorCommand};
use crate::context::Context;
use crate::exit::Outcome;
use crate::report::Report;

/// Runs a command.
pub(crate) fn run(context: &Context, command: Command) -> Outcome<Report> {
    match command {
        Command::Init(arguments) => init::run(&arguments),
        Command::Demo(arguments) => demo::run(context, &arguments),
        Command::Env(command) => env::run(context, &command),
        Command::List(arguments) => list::list(context, &arguments),
        Command::Show(arguments) => list::show(context, &arguments),
        Command::Put(arguments) => put::run(context, &arguments),
        Command::Edit(arguments) => edit::run(context, &arguments),
        Command::Publish(arguments) => state::publish(context, &arguments),
        Command::Unpublish(arguments) => state::unpublish(context, &arguments),
        Command::Delete(arguments) => state::delete(context, &arguments),
        Command::Export(arguments) => export::run(context, &arguments),
        Command::Inspect(arguments) => inspect::run(context, &arguments),
        Command::Plan(arguments) => plan::run(context, &arguments),
        Command::Import(arguments) => import::run(context, &arguments),
        Command::Share(arguments) => share::run(context, &arguments),
        Command::Convert(arguments) => convert::run(context, &arguments),
        Command::Diff(arguments) => diff::run(context, &arguments),
        Command::Unpack(arguments) => unpack::run(context, &arguments),
        Command::Pack(arguments) => pack::run(context, &arguments),
        Command::Graph(arguments) => graph::run(context, &arguments),
        Command::Check(arguments) => check::run(context, &arguments),
        Command::Runs(arguments) => runs::run(context, &arguments),
        Command::Undo(arguments) => undo::run(context, &arguments),
        Command::Connector(ConnectorCommand::Refresh(arguments)) => connector::refresh(context, &arguments),
        Command::Secret(command) => secret::run(context, &command),
        Command::Key(command) => key::run(context, &command),
        Command::Verify(arguments) => verify::run(context, &arguments),
        Command::Plugin(command) => plugin::run(context, &command),
        Command::Formats => formats::run(context),
        Command::Completions(arguments) => completions(&arguments),
    }
}

fn completions(arguments: &crate::arguments::Completions) -> Outcome<Report> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "flowport", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    Ok(Report::done(serde_json::json!({ "shell": arguments.shell.to_string(), "script": script }), script))
}
