use flowport_core::environment::Summary;
use flowport_core::hand;
use flowport_core::model::{Diagnostic, Reference, Target};
use flowport_core::select::Names;
use serde_json::{Value, json};

use crate::arguments::{List, Show};
use crate::context::Context;
use crate::exit::{self, Failure, Outcome};
use crate::render;
use crate::report::Report;
use crate::text::{bytes, clean, count};

pub(super) fn summary_json(summary: &Summary) -> Value {
    let head = &summary.head;
    json!({
        "resource": head.id,
        "kind": head.id.kind,
        "id": &*head.id.id,
        "version": head.id.version.as_deref(),
        "name": head.name,
        "dialect": head.dialect,
        "state": head.state,
        "origin": head.origin,
        "owners": summary.owners,
        "size": summary.size,
        "changed": summary.changed,
    })
}

/// The resources of an environment, with the names by which users speak of them.
pub(super) fn names<'a>(place: &str, summaries: &'a [Summary]) -> Names<'a> {
    Names::new(place, summaries.iter().map(|summary| (&summary.head.id, summary.head.name.as_str())))
}

pub(super) fn list(context: &Context, arguments: &List) -> Outcome<Report> {
    let environment = context.look(&arguments.environment)?;
    let (mut summaries, problems) = (environment.list()?, environment.problems()?);
    if !arguments.select.is_empty() {
        let chosen: std::collections::HashSet<_> =
            names(&arguments.environment, &summaries).several(&arguments.select)?.into_iter().cloned().collect();
        summaries.retain(|summary| chosen.contains(&summary.head.id));
    }
    if let Some(kind) = &arguments.kind {
        summaries.retain(|summary| summary.head.id.kind.as_str() == kind);
        let known = if summaries.is_empty() { context.registry()?.kinds() } else { [kind.as_str()].into() };
        if !known.contains(kind.as_str()) {
            let near = flowport_core::select::nearest(kind, known.iter().map(|kind| (*kind).to_owned()));
            let advice = near.unwrap_or_else(|| known.into_iter().collect::<Vec<_>>().join(", "));
            return Err(Failure::usage(format!("--kind {kind}: no loaded plugin knows this kind; try {advice}")));
        }
    }
    let row = |summary: &Summary| {
        let head = &summary.head;
        vec![
            head.id.to_string(),
            head.name.clone(),
            head.dialect.clone(),
            head.state.as_str().to_owned(),
            summary.owners.first().cloned().unwrap_or_else(|| "-".to_owned()),
            bytes(summary.size),
        ]
    };
    let text = if summaries.is_empty() {
        format!("nothing in {}\n", arguments.environment)
    } else {
        let table = render::table(
            &["RESOURCE", "NAME", "DIALECT", "STATE", "OWNER", "SIZE"],
            summaries.iter().map(row).collect(),
        );
        format!("{table}{}\n", count(summaries.len(), "resource", "resources"))
    };
    // What can be read is shown all the same.
    let exit = if problems.iter().any(Diagnostic::is_error) { exit::BLOCKED } else { exit::DONE };
    let result = json!({ "resources": summaries.iter().map(summary_json).collect::<Vec<_>>() });
    Ok(Report::done(result, text).noting(problems).with_exit(exit))
}

fn reference_row(reference: &Reference) -> Vec<String> {
    let to = match &reference.target {
        Target::Known(id) => id.to_string(),
        Target::Unknowable(expression) => format!("decided at run time: {expression}"),
    };
    vec![format!("{:?}", reference.strength).to_lowercase(), to, reference.slot.clone()]
}

pub(super) fn reference_json(reference: &Reference) -> Value {
    let (target, expression) = match &reference.target {
        Target::Known(id) => (Some(id), None),
        Target::Unknowable(expression) => (None, Some(expression)),
    };
    json!({ "slot": reference.slot, "target": target, "expression": expression, "strength": reference.strength })
}

pub(super) fn show(context: &Context, arguments: &Show) -> Outcome<Report> {
    let environment = context.look(&arguments.environment)?;
    let summaries = environment.list()?;
    let id = names(&arguments.environment, &summaries).one(&arguments.resource)?.clone();
    let Some(resource) = environment.get(&id)? else {
        return Err(Failure::failed(format!("{id} is gone: another run took it out")));
    };
    if let Some(name) = &arguments.part {
        let part = hand::part(&resource, Some(name))?;
        let content = part.content.read_all()?;
        if !context.global.json {
            std::io::Write::write_all(&mut std::io::stdout().lock(), &content)?;
            return Ok(Report::done(Value::Null, ""));
        }
        let text = String::from_utf8(content).ok();
        return Ok(Report::done(
            json!({ "part": part.name, "media_type": part.media_type, "size": part.content.len(), "text": text }),
            "",
        ));
    }
    let inspection = environment.inspection(&id)?;
    let owners = environment.owners(&id)?;
    let head = &resource.head;
    let parts = resource.parts.iter().map(|part| json!({ "name": part.name, "media_type": part.media_type, "size": part.content.len(), "sha256": part.content.hash().to_string() }));
    let result = json!({
        "resource": id,
        "name": head.name,
        "dialect": head.dialect,
        "state": head.state,
        "origin": head.origin,
        "owners": owners,
        "attributes": serde_json::from_str::<Value>(&head.attributes).unwrap_or(Value::Null),
        "parts": parts.collect::<Vec<_>>(),
        "identities": inspection.identities,
        "references": inspection.references.iter().map(reference_json).collect::<Vec<_>>(),
        "literals": inspection.literals,
        "secrets": inspection.secrets,
    });
    let mut text = format!("{}  {}\n", clean(&id.to_string()), clean(&head.name));
    text.push_str(&format!(
        "{} · {} · {} · owner {}\n",
        clean(&head.dialect),
        head.state.as_str(),
        head.origin.as_str(),
        clean(owners.first().map_or("-", String::as_str))
    ));
    if !resource.parts.is_empty() {
        let row = |part: &flowport_core::model::Part| {
            vec![part.name.clone(), part.media_type.clone(), bytes(part.content.len())]
        };
        text.push_str(&format!(
            "\n{}",
            render::table(&["PART", "TYPE", "SIZE"], resource.parts.iter().map(row).collect())
        ));
    }
    if !inspection.references.is_empty() {
        text.push_str(&format!(
            "\n{}",
            render::table(&["NEEDS", "WHAT", "WHERE"], inspection.references.iter().map(reference_row).collect())
        ));
    }
    if !inspection.literals.is_empty() {
        let row = |literal: &flowport_core::model::Literal| {
            vec![literal.class.clone(), literal.value.clone(), literal.slot.clone()]
        };
        text.push_str(&format!(
            "\n{}",
            render::table(
                &["BOUND TO ITS ENVIRONMENT", "VALUE", "WHERE"],
                inspection.literals.iter().map(row).collect()
            )
        ));
    }
    if !inspection.secrets.is_empty() {
        let row = |secret: &flowport_core::model::Secret| vec![secret.label.clone(), secret.slot.clone()];
        text.push_str(&format!(
            "\n{}",
            render::table(&["SECRET", "WHERE"], inspection.secrets.iter().map(row).collect())
        ));
    }
    Ok(Report::done(result, text))
}
