use std::collections::{HashMap, HashSet};
use std::path::Path;

use flowport_core::decode::Decoded;
use flowport_core::environment::Summary;
use flowport_core::hand;
use flowport_core::history;
use flowport_core::inspect::{Inspected, inspect};
use flowport_core::model::{Diagnostic, Package, PackageInfo, PackageResource, ResourceId, Setup, State, Strength};
use flowport_core::secrets::Secrets;
use flowport_core::select::Names;
use flowport_core::settings::{Resolve, Settings};
use flowport_share::Token;
use serde_json::json;

use super::confirm::confirm;
use super::plan::{self, Incoming};
use super::{import, list, put};
use crate::arguments::ConnectorRefresh;
use crate::context::Context;
use crate::exit::{self, Failure, Outcome};
use crate::report::Report;
use crate::text::count;

/// Adds what belongs to a connector and is not in the environment yet; what is there stays as it is.
pub(super) fn refresh(context: &Context, arguments: &ConnectorRefresh) -> Outcome<Report> {
    let name = &arguments.environment;
    let mut environment = context.write(name)?;
    let summaries = environment.list()?;
    let connector = list::names(name, &summaries).one(&arguments.connector)?.clone();
    let is_there = |id: &ResourceId| summaries.iter().any(|summary| summary.head.id == *id);
    let source = source(context, &arguments.from, &[connector.kind.as_str(), &arguments.kind])?;
    let theirs = connector_in(&source, &connector, arguments)?;
    let missing: Vec<&Inspected> =
        belonging(&source, &theirs, &arguments.kind).into_iter().filter(|it| !is_there(&it.view.head.id)).collect();
    let registry = context.registry()?;
    let stands_alone =
        |it: &&&Inspected| registry.handler(&it.view.head).is_some_and(|(_, info)| info.traits.stands_alone());
    if let Some(it) = missing.iter().find(stands_alone) {
        let what = format!("{} is nothing that belongs to a connector; it is exported and imported", it.view.head.id);
        return Err(Failure::usage(format!("--kind {}: {what}", arguments.kind)));
    }
    let incoming = as_incoming(&missing, &arguments.from);
    let mut settings = Settings::default();
    if theirs != connector && !missing.is_empty() {
        settings.map.insert(theirs.to_string(), connector.to_string());
    }
    if !missing.is_empty() {
        // Whoever refreshes a connector wants all that belongs to it, also what somebody took out.
        settings.resolve.insert("*/*".to_owned(), Resolve::Take);
    }
    let plan = incoming.plan(context, name, &settings, false)?;
    let findings: Vec<Diagnostic> = plan.findings().cloned().collect();
    if plan.is_blocked() {
        let text = plan::text(context, &incoming, &plan, name);
        let report = Report::done(plan::result(&plan, name), text).with_diagnostics(findings);
        return Ok(report.with_note("nothing was written\n").with_exit(exit::BLOCKED));
    }
    if plan.has_changes() && !arguments.yes {
        confirm(context, name, &plan::text(context, &incoming, &plan, name), "import into")?;
    }
    import::carry_out(context, environment.as_mut(), &plan, &incoming.package, None)?;
    let up_to_date = std::slice::from_ref(&connector);
    let noted = hand::set_state(context.registry()?, environment.as_ref(), up_to_date, State::Published)?;
    put::write(context, environment.as_mut(), noted, "noted")?;
    let added: Vec<&ResourceId> = missing.iter().map(|it| &it.view.head.id).collect();
    let text = format!(
        "{} added; {connector} is up to date in {name}\n",
        count(added.len(), &arguments.kind, &format!("{}s", arguments.kind))
    );
    let result = json!({ "connector": connector, "added": added });
    Ok(Report::done(result, text).with_diagnostics(findings))
}

/// The resources of these kinds in an environment, or all of a package, looked at.
fn source(context: &Context, from: &str, kinds: &[&str]) -> Outcome<Vec<Inspected>> {
    let registry = context.registry()?;
    if !context.config()?.environments.contains_key(from) {
        if Token::looks_like(from) && !Path::new(from).exists() {
            return Err(Failure::usage("--from takes an environment or a file; `flowport import` takes a token"));
        }
        return context.inspect(&context.decode(Path::new(from))?.package);
    }
    let environment = context.read(from)?;
    let mut all = Vec::new();
    let wanted = |summary: &Summary| kinds.contains(&summary.head.id.kind.as_str());
    for summary in environment.list()?.into_iter().filter(wanted) {
        if let Some(resource) = environment.get(&summary.head.id)? {
            all.push(inspect(registry, resource));
        }
    }
    Ok(all)
}

/// The connector as the source calls it: of the same id, else of the same name.
fn connector_in(source: &[Inspected], connector: &ResourceId, arguments: &ConnectorRefresh) -> Outcome<ResourceId> {
    let heads = || source.iter().map(|it| (&it.view.head.id, it.view.head.name.as_str()));
    if heads().any(|(id, _)| id == connector) {
        return Ok(connector.clone());
    }
    Ok(Names::new(arguments.from.as_str(), heads()).one(&arguments.connector)?.clone())
}

/// What refers to the connector, of that kind, and what those need of the same kind.
fn belonging<'a>(source: &'a [Inspected], connector: &ResourceId, kind: &str) -> Vec<&'a Inspected> {
    let by_id: HashMap<&ResourceId, &Inspected> = source.iter().map(|it| (&it.view.head.id, it)).collect();
    let needs = |it: &'a Inspected| {
        let required = it.inspection.references.iter().filter(|reference| reference.strength == Strength::Required);
        required.filter_map(|reference| reference.known())
    };
    let of_kind = |it: &&'a Inspected| it.view.head.id.kind.as_str() == kind;
    let mut queue: Vec<&Inspected> =
        source.iter().filter(of_kind).filter(|it| needs(it).any(|id| id == connector)).collect();
    let mut found: HashSet<&ResourceId> = queue.iter().map(|it| &it.view.head.id).collect();
    let mut belonging = Vec::new();
    while let Some(it) = queue.pop() {
        belonging.push(it);
        queue.extend(
            needs(it)
                .filter_map(|id| by_id.get(id).copied())
                .filter(of_kind)
                .filter(|it| found.insert(&it.view.head.id)),
        );
    }
    belonging.sort_by(|left, right| left.view.head.id.cmp(&right.view.head.id));
    belonging
}

fn as_incoming(resources: &[&Inspected], from: &str) -> Incoming {
    let entry = |it: &&Inspected| PackageResource {
        resource: flowport_core::model::Resource::clone(&it.view),
        setup: Setup::default(),
    };
    let info = PackageInfo { name: from.to_owned(), ..PackageInfo::default() };
    let package = Package { info, resources: resources.iter().map(entry).collect(), ..Package::default() };
    let brought = history::Package { name: from.to_owned(), hash: package.fingerprint(), source: from.to_owned() };
    let decoded = Decoded { format: String::new(), package, diagnostics: Vec::new() };
    Incoming {
        package: brought,
        decoded,
        inspected: resources.iter().map(|it| (*it).clone()).collect(),
        sealed: Secrets::default(),
        is_untrusted: false,
    }
}
