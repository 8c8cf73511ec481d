use std::path::Path;

use flowport_core::encode::{FileInput, Leftover, choose_format};
use flowport_core::export::export;
use flowport_core::stream::Stream;
use flowport_share::{About, ShareStore, Terms};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, civil};
use serde_json::json;

use super::export::{request, sealing};
use crate::arguments::Share;
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::progress::Progress;
use crate::report::Report;
use crate::text::{clean, count};

pub(super) fn run(context: &Context, arguments: &Share) -> Outcome<Report> {
    let now = Timestamp::now();
    let expires = arguments.expires.as_deref().map(|when| moment(when, now)).transpose()?;
    let environment = context.read(&arguments.selection.environment)?;
    let summaries = environment.list()?;
    let request = request(context, &arguments.selection, &summaries)?;
    let sealing = sealing(context, &arguments.selection)?;
    let registry = context.registry()?;
    let progress = Progress::tally("preparing");
    let mut exported = export(registry, environment.as_ref(), &request, &|| progress.advance(1))?;
    drop(progress);
    sealing.seal(&mut exported)?;
    let format = match choose_format(registry, arguments.format.as_deref(), Path::new("package"), &exported.package) {
        Err(flowport_core::Error::Invalid(_)) => registry.carrier().map(|(_, format)| format.id.clone()),
        chosen => Some(chosen?),
    };
    let format = format.ok_or_else(|| Failure::usage("no format holds all of this; say one with --format"))?;
    let extension = registry.format(&format).and_then(|(_, info)| info.extensions.first().cloned());
    let about = About {
        name: exported.package.info.name.clone(),
        file_name: format!("package.{}", extension.as_deref().unwrap_or(&format)),
        format: format.clone(),
        created: now,
        creator: context.actor()?,
    };
    // Its own folder: others may not read what lies in it, and it goes with all that is in it.
    let folder = tempfile::tempdir()?;
    let path = folder.path().join(&about.file_name);
    let written = context.write_package(&format, &exported.package, &path, false, Leftover::Refuse)?;
    let store = context.config()?.share_store();
    let terms = Terms { expires, once: arguments.once };
    let file = FileInput::open(&path)?;
    let token = ShareStore::at(&store).put(&mut Stream::of(&file), &terms, &about)?;
    let until = expires.map_or_else(String::new, |expires| format!(", until {expires}"));
    let once = if arguments.once { ", once" } else { "" };
    eprintln!(
        "{} shared in {}{until}{once}; whoever has this token can import them: flowport import ENV TOKEN",
        count(written.placed.len(), "resource", "resources"),
        clean(&store.display().to_string())
    );
    let result = json!({
        "token": token.to_string(),
        "store": store.display().to_string(),
        "format": format,
        "expires": expires.map(|expires| expires.to_string()),
        "once": arguments.once,
        "resources": written.placed.iter().map(|placed| &placed.id).collect::<Vec<_>>(),
    });
    Ok(Report::done(result, format!("{token}\n")).noting(exported.diagnostics))
}

/// A moment in the future: a time from now, a date (its beginning, in UTC) or a moment.
fn moment(text: &str, now: Timestamp) -> Outcome<Timestamp> {
    let from_now = |span: Span| now.to_zoned(TimeZone::UTC).checked_add(span).map(|moment| moment.timestamp()).ok();
    let at_its_beginning = |date: civil::Date| date.to_zoned(TimeZone::UTC).map(|moment| moment.timestamp()).ok();
    let moment = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| text.parse().ok().and_then(at_its_beginning))
        .or_else(|| text.parse().ok().and_then(from_now))
        .ok_or_else(|| {
            Failure::usage(format!("--expires {text}: write a time from now (7d, 12h), a date or a moment"))
        })?;
    let moment = moment.round(jiff::Unit::Second).unwrap_or(moment);
    if moment <= now {
        return Err(Failure::usage(format!("--expires {text}: that is past already")));
    }
    Ok(moment)
}
