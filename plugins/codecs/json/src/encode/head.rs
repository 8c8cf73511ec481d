use flowport_plugin::json::{Document, Kind, Limits, Problem};
use flowport_plugin::{Diagnostic, Failure, Head, Origin, PackageInfo, ResourceId, Setup, State};

use super::emitter::Emitter;
use crate::format::{LEVELS_ABOVE_ATTRIBUTES, MAX_ATTRIBUTES};
use crate::problems::shown;
use crate::words::{self, ORIGINS, STATES};
use crate::{codes, names};

/// Everything of the package but its resources.
pub(super) fn package(info: &PackageInfo, to: &mut Emitter<'_>) -> Result<(), Failure> {
    to.key("package")?;
    to.begin('{')?;
    to.member("name", &info.name)?;
    to.member("description", &info.description)?;
    to.optional("created", info.created.as_deref())?;
    to.optional("creator", info.creator.as_deref())?;
    to.optional("source", info.source.as_deref())?;
    to.optional("intendedFor", info.intended_for.as_deref())?;
    to.end('}')?;
    if info.layouts.is_empty() {
        return Ok(());
    }
    to.key("layouts")?;
    to.begin('[')?;
    for layout in &info.layouts {
        to.begin('{')?;
        to.member("format", &layout.format)?;
        to.member("content", &layout.content)?;
        to.end('}')?;
    }
    to.end(']')
}

/// Everything of a resource but its parts; what is as usual is left out.
pub(super) fn resource(head: &Head, setup: &Setup, to: &mut Emitter<'_>) -> Result<(), Failure> {
    if let Some((field, fault)) = names::fault_of_head(head) {
        return Err(unwritable(&head.id, &format!("the {field} {fault}")));
    }
    to.member("kind", &head.id.kind)?;
    to.member("id", &head.id.id)?;
    to.optional("version", head.id.version.as_deref())?;
    to.member("name", &head.name)?;
    to.member("dialect", &head.dialect)?;
    if head.state != State::Published {
        to.member("state", words::word(STATES, &head.state))?;
    }
    if head.origin != Origin::Custom {
        to.member("origin", words::word(ORIGINS, &head.origin))?;
    }
    attributes(head, to)?;
    if *setup != Setup::none() {
        to.key("setup")?;
        write_setup(setup, to)?;
    }
    Ok(())
}

fn write_setup(setup: &Setup, to: &mut Emitter<'_>) -> Result<(), Failure> {
    to.begin('{')?;
    if let Some(action) = &setup.suggested {
        to.member("suggested", &words::action_word(action))?;
    }
    if !setup.allowed.is_empty() {
        to.key("allowed")?;
        to.begin('[')?;
        for action in &setup.allowed {
            to.string(&words::action_word(action))?;
        }
        to.end(']')?;
    }
    to.optional("comment", setup.comment.as_deref())?;
    to.end('}')
}

fn attributes(head: &Head, to: &mut Emitter<'_>) -> Result<(), Failure> {
    let name = || format!("{} {}", head.id.kind, shown(&head.id.id));
    let defaults = Limits::default();
    let limits =
        Limits { max_bytes: MAX_ATTRIBUTES, max_depth: defaults.max_depth - LEVELS_ABOVE_ATTRIBUTES, ..defaults };
    let document = Document::parse_with(head.attributes.as_str(), &limits).map_err(|error| match error.problem {
        Problem::TooDeep { .. } | Problem::TooLong { .. } | Problem::TooMany { .. } => Failure::Limit(format!(
            "the attributes of {}: {error}; write the package as a zip instead (--format zip)",
            name()
        )),
        _ => unwritable(&head.id, &format!("the attributes are no JSON: {error}")),
    })?;
    let root = document.root();
    if root.kind() != Kind::Object {
        return Err(unwritable(&head.id, "the attributes are no object"));
    }
    if root.is_empty() && root.raw() == "{}" {
        return Ok(());
    }
    to.key("attributes")?;
    to.raw(root.raw(), super::part::count(&document))
}

/// What could not be read again is not written.
pub(super) fn unwritable(resource: &ResourceId, fault: &str) -> Failure {
    let summary = format!("{} {} cannot be written: {fault}", shown(&resource.kind), shown(&resource.id));
    let help = "this is a fault of the plugin that made the resource; report it to its author";
    Diagnostic::error(codes::UNWRITABLE, summary).subject(resource.clone()).help(help).into()
}
