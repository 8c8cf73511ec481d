pub(super) mod page;

use flowport_core::decode::Decoded;
use flowport_core::inspect::Inspected;
use flowport_core::model::{Diagnostic, PackageResource, Severity, Target};
use serde_json::{Value, json};

use super::list::reference_json;
use super::template;
use crate::arguments::Inspect;
use crate::context::Context;
use crate::exit::{self, Outcome};
use crate::html;
use crate::render;
use crate::report::Report;
use crate::source::Source;
use crate::text::{bytes, clean, count};

pub(super) fn run(context: &Context, arguments: &Inspect) -> Outcome<Report> {
    let page = html::wanted(context, &arguments.page, &[&arguments.file])?;
    let source = Source::of(context, &arguments.file)?;
    let decoded = source.decode(context)?;
    let inspected = context.inspect(&decoded.package)?;
    if arguments.settings_template {
        return settings_template(context, &decoded, &inspected);
    }
    let mut found = decoded.diagnostics.clone();
    found.extend(inspected.iter().flat_map(|entry| entry.inspection.diagnostics.iter().cloned()));
    found.extend(secrets(&inspected));
    flowport_core::model::sort_by_severity(&mut found);
    found.dedup();
    let verified = !found.iter().any(|diagnostic| {
        diagnostic.is_error() || arguments.verify && diagnostic.severity == Severity::Warning && !is_advice(diagnostic)
    });
    let format = context.registry()?.format(&decoded.format).map(|(_, format)| format);
    // A folder is flowport's own, and no codec's.
    let is_verified = format.is_none_or(|format| format.verified);
    let text = text(&source.shown(), is_verified, &decoded, &inspected, &found);
    let mut result = result(&decoded, &inspected, &source.shown());
    result["format_verified"] = json!(is_verified);
    let page = page.map(|file| (file, page::of(&source.shown(), format, &decoded, &inspected, &found)));
    let report = Report::done(result, text).with_diagnostics(found);
    let report = if verified { report } else { report.with_exit(exit::BLOCKED) };
    match page {
        Some((file, page)) => file.write(&page, report),
        None => Ok(report),
    }
}

/// The questions that the package asks. Errors of the package are not answered by it.
fn settings_template(context: &Context, decoded: &Decoded, inspected: &[Inspected]) -> Outcome<Report> {
    let package = &decoded.package;
    let template = template::of_package(context.registry()?, &package.info.name, &package.resources, inspected);
    let findings = inspected.iter().flat_map(|entry| &entry.inspection.diagnostics).chain(&decoded.diagnostics);
    let errors: Vec<Diagnostic> = findings.filter(|finding| finding.is_error()).cloned().collect();
    let exit = if errors.is_empty() { exit::DONE } else { exit::BLOCKED };
    Ok(Report::done(json!({ "settings": template }), template).noting(errors).with_exit(exit))
}

/// A found secret is no breach of the format.
fn is_advice(diagnostic: &Diagnostic) -> bool {
    diagnostic.code == "E-FOUND"
}

/// Every secret in a package, as a warning.
pub(super) fn secrets(inspected: &[Inspected]) -> Vec<Diagnostic> {
    let warn = |entry: &Inspected, secret: &flowport_core::model::Secret| {
        let id = &entry.view.head.id;
        let (code, what) =
            if secret.declared { ("E-SECRET", "holds a secret") } else { ("E-FOUND", "seems to hold a secret") };
        Diagnostic::warning(code, format!("{id} ({}) {what}: {}", entry.view.head.name, secret.label))
            .about(id)
            .at(&secret.slot)
            .help(if secret.declared {
                "whoever has the package has the secret; an import keeps it encrypted, apart from its resource"
            } else {
                "whoever has the package has the secret; take it out where the flow is made, or export with --strip-found"
            })
    };
    let set = |entry: &Inspected| {
        entry
            .inspection
            .secrets
            .iter()
            .filter(|secret| secret.is_set)
            .map(|secret| warn(entry, secret))
            .collect::<Vec<_>>()
    };
    inspected.iter().flat_map(set).collect()
}

fn result(decoded: &Decoded, inspected: &[Inspected], file: &str) -> Value {
    let info = &decoded.package.info;
    let resource = |(entry, inspected): (&PackageResource, &Inspected)| {
        let head = &entry.resource.head;
        let parts = entry.resource.parts.iter().map(|part| json!({ "name": part.name, "media_type": part.media_type, "size": part.content.len(), "sha256": part.content.hash().to_string() }));
        let inspection = &inspected.inspection;
        json!({
            "resource": head.id,
            "name": head.name,
            "dialect": head.dialect,
            "state": head.state,
            "origin": head.origin,
            "handled": inspected.handled,
            "setup": { "suggested": entry.setup.suggested, "allowed": entry.setup.allowed, "comment": entry.setup.comment },
            "parts": parts.collect::<Vec<_>>(),
            "identities": inspection.identities,
            "references": inspection.references.iter().map(reference_json).collect::<Vec<_>>(),
            "literals": inspection.literals,
            "secrets": inspection.secrets,
        })
    };
    json!({
        "file": file,
        "format": decoded.format,
        "name": info.name,
        "description": info.description,
        "created": info.created,
        "creator": info.creator,
        "source": info.source,
        "intended_for": info.intended_for,
        "sealed_secrets": decoded.package.sealed.is_some(),
        "resources": decoded.package.resources.iter().zip(inspected).map(resource).collect::<Vec<_>>(),
    })
}

fn text(file: &str, is_verified: bool, decoded: &Decoded, inspected: &[Inspected], found: &[Diagnostic]) -> String {
    let info = &decoded.package.info;
    let name = if info.name.is_empty() { file } else { &info.name };
    let doubt = if is_verified { "" } else { ", unverified" };
    let mut text = format!("{}  ({}{doubt})\n", clean(name), decoded.format);
    let facts = [
        (!info.description.is_empty()).then(|| info.description.clone()),
        info.created.as_ref().map(|created| format!("created {created}")),
        info.creator.as_ref().map(|creator| format!("by {creator}")),
        info.source.as_ref().map(|source| format!("from {source}")),
        info.intended_for.as_ref().map(|wanted| format!("for {wanted}")),
        decoded.package.sealed.as_ref().map(|_| "with sealed secrets".to_owned()),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().map(|fact| clean(&fact)).collect();
    if !facts.is_empty() {
        text.push_str(&format!("{}\n", facts.join(" · ")));
    }
    let row = |(entry, inspected): (&PackageResource, &Inspected)| {
        let head = &entry.resource.head;
        let needs = inspected
            .inspection
            .references
            .iter()
            .filter(|reference| matches!(reference.target, Target::Known(_)))
            .count();
        let size = entry.resource.parts.iter().map(|part| part.content.len()).sum();
        vec![
            head.id.to_string(),
            head.name.clone(),
            entry.setup.suggested.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
            needs.to_string(),
            bytes(size),
            entry.setup.comment.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = decoded.package.resources.iter().zip(inspected).map(row).collect();
    if !rows.is_empty() {
        text.push_str(&format!(
            "\n{}",
            render::table(&["RESOURCE", "NAME", "SUGGESTED", "NEEDS", "SIZE", "COMMENT"], rows)
        ));
    }
    let literals: Vec<Vec<String>> = inspected
        .iter()
        .flat_map(|entry| {
            entry
                .inspection
                .literals
                .iter()
                .map(|literal| (literal.class.clone(), literal.value.clone(), entry.view.head.id.to_string()))
        })
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .map(|(class, value, id)| vec![class, value, id])
        .collect();
    if !literals.is_empty() {
        text.push_str(&format!("\n{}", render::table(&["BOUND TO ITS ENVIRONMENT", "VALUE", "IN"], literals)));
    }
    let unknowable: Vec<Vec<String>> = inspected
        .iter()
        .flat_map(|entry| entry.inspection.references.iter().map(move |reference| (entry, reference)))
        .filter_map(|(entry, reference)| match &reference.target {
            Target::Unknowable(expression) => {
                Some(vec![entry.view.head.id.to_string(), expression.clone(), reference.slot.clone()])
            }
            Target::Known(_) => None,
        })
        .collect();
    if !unknowable.is_empty() {
        text.push_str(&format!("\n{}", render::table(&["DECIDED AT RUN TIME", "EXPRESSION", "WHERE"], unknowable)));
    }
    if !found.is_empty() {
        text.push_str(&format!("\n{}", render::findings(found)));
    }
    let errors = found.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = found.iter().filter(|diagnostic| diagnostic.severity == Severity::Warning).count();
    text.push_str(&format!(
        "\n{}, {}, {}\n",
        count(decoded.package.resources.len(), "resource", "resources"),
        count(errors, "error", "errors"),
        count(warnings, "warning", "warnings")
    ));
    text
}
