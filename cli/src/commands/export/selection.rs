//! What leaves an environment: from the command line to a request of the engine.

use std::collections::{HashMap, HashSet};

use flowport_core::environment::Summary;
use flowport_core::export::{Declared, Exported, Request};
use flowport_core::model::{Action, Head, PackageInfo, ResourceId};
use flowport_core::registry::Registry;
use flowport_secrets::Recipient;

use crate::arguments::Selection;
use crate::commands::list;
use crate::context::{Context, now};
use crate::exit::{Failure, Outcome};
use crate::sealing;

/// For whom secrets are sealed, if for anybody. Asked for once, however many packages are written.
pub(in crate::commands) struct Sealing(Option<Recipient>);

pub(in crate::commands) fn sealing(context: &Context, arguments: &Selection) -> Outcome<Sealing> {
    let recipient = |to: &String| sealing::recipient(context, to, arguments.passphrase_file.as_deref());
    Ok(Sealing(arguments.seal_to.as_ref().map(recipient).transpose()?))
}

impl Sealing {
    pub(in crate::commands) fn seal(&self, exported: &mut Exported) -> Outcome<()> {
        match &self.0 {
            Some(recipient) => sealing::put_into(&mut exported.package, &exported.secrets, recipient),
            None => Ok(()),
        }
    }
}

pub(in crate::commands) fn request(
    context: &Context,
    arguments: &Selection,
    summaries: &[Summary],
) -> Outcome<Request> {
    let registry = context.registry()?;
    let names = list::names(&arguments.environment, summaries);
    let roots: Vec<ResourceId> = if arguments.all {
        summaries.iter().map(|summary| summary.head.id.clone()).collect()
    } else {
        names.several(&arguments.select)?.into_iter().cloned().collect()
    };
    if roots.is_empty() {
        return Err(Failure::usage(format!("there is nothing in {} to export", arguments.environment)));
    }
    let excluded: HashSet<ResourceId> = names.several(&arguments.exclude)?.into_iter().cloned().collect();
    let roots: Vec<ResourceId> = roots.into_iter().filter(|id| !excluded.contains(id)).collect();
    if roots.is_empty() {
        return Err(Failure::usage("everything that is selected is excluded, so there is nothing to export"));
    }
    let pair = |text: &str, flag: &str| -> Outcome<(ResourceId, String)> {
        let (resource, value) =
            text.rsplit_once('=').ok_or_else(|| Failure::usage(format!("{flag} {text}: write RESOURCE=…")))?;
        Ok((names.one(resource)?.clone(), value.to_owned()))
    };
    let mut setups: HashMap<ResourceId, Action> = HashMap::new();
    for text in &arguments.setup {
        let (id, word) = pair(text, "--setup")?;
        let action: Action = word.parse().map_err(Failure::usage)?;
        let head = summaries.iter().find(|summary| summary.head.id == id).map(|summary| &summary.head);
        if let Some((_, info)) = head.and_then(|head| registry.handler(head))
            && !info.actions.contains(&action)
        {
            let known = info.actions.iter().map(Action::as_str).collect::<Vec<_>>().join(", ");
            return Err(Failure::usage(format!("--setup {text}: {} can be imported with {known}", info.plural)));
        }
        setups.insert(id, action);
    }
    let mut comments = HashMap::new();
    for text in &arguments.comment {
        let (resource, comment) =
            text.split_once('=').ok_or_else(|| Failure::usage(format!("--comment {text}: write RESOURCE=TEXT")))?;
        comments.insert(names.one(resource)?.clone(), comment.to_owned());
    }
    if let Some(wanted) = &arguments.intended_for {
        let is_kind = wanted.parse::<flowport_core::environment::EnvironmentKind>().is_ok();
        if !is_kind && !context.config()?.environments.contains_key(wanted) {
            return Err(Failure::usage(format!(
                "--for {wanted}: this is neither a kind of environment nor an environment of the project"
            )));
        }
    }
    let info = PackageInfo {
        name: arguments.name.clone().unwrap_or_default(),
        description: arguments.description.clone(),
        created: Some(now()),
        creator: Some(context.actor()?),
        source: Some(arguments.environment.clone()),
        intended_for: arguments.intended_for.clone(),
        layouts: Vec::new(),
    };
    let mut request = Request {
        roots,
        only_roots: arguments.no_related,
        excluded,
        info,
        setups,
        comments,
        secrets: match (arguments.include_secrets, &arguments.seal_to) {
            (true, _) => Declared::Travel,
            (false, Some(_)) => Declared::Apart,
            (false, None) => Declared::StayBehind,
        },
        strip_found: arguments.strip_found,
        include_drafts: arguments.include_drafts,
        actor: context.actor()?,
    };
    if request.info.name.is_empty() {
        request.info.name = name_of(registry, &arguments.environment, summaries, &request.roots);
    }
    Ok(request)
}

/// The name of the only root; of several, that of the only app, else of the only flow: what people call the package by. Else
/// where it comes from.
fn name_of(registry: &Registry, environment: &str, summaries: &[Summary], roots: &[ResourceId]) -> String {
    let chosen: HashSet<&ResourceId> = roots.iter().collect();
    let heads: Vec<&Head> =
        summaries.iter().map(|summary| &summary.head).filter(|head| chosen.contains(&head.id)).collect();
    let owned = || heads.iter().filter(|head| registry.handler(head).is_some_and(|(_, info)| info.traits.owned));
    let of_kind =
        |kind: &str| -> Vec<&Head> { owned().filter(|head| head.id.kind.as_str() == kind).copied().collect() };
    let only = match (heads.as_slice(), of_kind("app").as_slice(), of_kind("flow").as_slice()) {
        ([only], _, _) | (_, [only], _) | (_, [], [only]) => Some(only.name.as_str()),
        _ => None,
    };
    only.filter(|name| !name.is_empty()).map_or_else(|| format!("Package from {environment}"), str::to_owned)
}
