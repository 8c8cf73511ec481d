use std::collections::HashMap;

use super::replace::{replaced, shown};
use super::{Answers, NEXT, Place, Resolution};
use crate::error::Error;
use crate::inspect::Inspected;
use crate::model::{Action, Diagnostic, Kind, Pattern, Reference, ResourceId, Secret, SlotValue, Target};
use crate::select::Names;
use crate::settings::{Resolve, SetupEntry};

/// What can be mapped to without an environment.
const BY_KEY: &str = "map to another resource of the package, or to KIND/KEY, as the target calls it";

pub(super) struct Matching<'a> {
    package: &'a [Inspected],
    positions: HashMap<&'a ResourceId, usize>,
    here: Names<'a>,
    outside: Names<'a>,
    /// The target; none where there is no environment to ask.
    there: Option<Names<'a>>,
    /// Which setup was for which resource, by position.
    said: HashMap<usize, String>,
    pub(super) answers: Answers,
}

impl<'a> Matching<'a> {
    pub(super) fn new(package: &'a [Inspected], place: Place<'a>) -> Matching<'a> {
        let heads = || package.iter().map(|entry| &entry.view.head);
        let positions: HashMap<_, _> =
            heads().map(|head| &head.id).enumerate().map(|(index, id)| (id, index)).collect();
        let known = |reference: &'a Reference| match &reference.target {
            Target::Known(id) => Some(id),
            Target::Unknowable(_) => None,
        };
        let mut outside: Vec<&ResourceId> = package
            .iter()
            .flat_map(|entry| entry.inspection.references.iter().filter_map(known))
            .filter(|id| !positions.contains_key(*id))
            .collect();
        outside.sort();
        outside.dedup();
        Matching {
            package,
            here: Names::new("the package", heads().map(|head| (&head.id, head.name.as_str()))),
            outside: Names::new("the package", outside.into_iter().map(|id| (id, ""))),
            there: match place {
                Place::Environment(there) => {
                    let names = there.iter().map(|summary| (&summary.head.id, summary.head.name.as_str()));
                    Some(Names::new("the target", names))
                }
                Place::Unknown => None,
            },
            positions,
            said: HashMap::new(),
            answers: Answers::default(),
        }
    }

    fn problem(&mut self, code: &str, summary: String, help: &str) {
        self.answers.diagnostics.push(Diagnostic::error(code, summary).help(help));
    }

    pub(super) fn setup(&mut self, text: &str, entry: &SetupEntry) {
        // A target, a name or a version is for one resource; an action may be for many.
        let is_for_many = entry.target.is_none() && entry.name.is_none() && entry.version.is_none();
        let found = match self.here.one(text) {
            Err(Error::Ambiguous { .. }) if is_for_many => self.here.several(&[text.to_owned()]),
            found => found.map(|id| vec![id]),
        };
        match found {
            Ok(ids) => ids.into_iter().for_each(|id| self.setup_one(text, id, entry)),
            Err(error) => self.problem("S-SETUP", format!("setup {text}: {error}"), "name a resource of the package"),
        }
    }

    fn setup_one(&mut self, text: &str, id: &'a ResourceId, entry: &SetupEntry) {
        let position = self.positions[id];
        if let Some(first) = self.said.insert(position, text.to_owned())
            && self.answers.of.get(&position).is_some_and(|answer| answer.contradicts(entry))
        {
            let summary = format!("setup {text}: {id} has an answer already, by {first}");
            return self.problem("S-TWICE", summary, "keep one of the two");
        }
        if entry.name.as_deref().is_some_and(|name| name.trim().is_empty()) {
            return self.problem("S-NAME", format!("setup {text}: the new name is empty"), "give it a name");
        }
        if self.there.is_none() && (entry.target.is_some() || entry.version.as_deref() == Some(NEXT)) {
            let (what, instead) = match &entry.target {
                Some(target) => (format!("the target {target}"), "map it to what the target calls it"),
                None => ("the next version".to_owned(), "say which version it is"),
            };
            let summary = format!("setup {text}: {what} can only be found in an environment");
            let help = format!("{instead}, or plan against an environment");
            self.problem("S-TARGET", summary, &help);
        }
        let adds = entry.action == Some(Action::NewVersion);
        let found = |target: &str| if adds { self.target_of_version(id, target) } else { self.target(id, target) };
        let named = entry.target.as_deref().filter(|_| self.there.is_some());
        let target = match named.map(found).transpose() {
            Ok(target) => target,
            Err(error) => {
                return self.problem(
                    "S-TARGET",
                    format!("setup {text}: {error}"),
                    "name a resource of the target; where it was taken out there, take `target` out of its setup",
                );
            }
        };
        let answer = self.answers.of.entry(position).or_default();
        answer.action = entry.action.clone().or(answer.action.take());
        answer.target = target.or(answer.target.take());
        answer.name = entry.name.clone().or(answer.name.take());
        answer.version = entry.version.clone().or(answer.version.take());
    }

    pub(super) fn resolve(&mut self, text: &str, resolve: Resolve) {
        let word = resolve.as_str();
        if self.there.is_none() {
            let summary = format!("resolve {text}: only an import into an environment has conflicts to resolve");
            return self.problem("S-RESOLVE", summary, "leave it away, or import into an environment");
        }
        let ids = match self.here.several(&[text.to_owned()]) {
            Ok(ids) => ids,
            Err(error) => {
                let summary = format!("resolve {text}: {error}");
                return self.problem("S-RESOLVE", summary, "name a resource of the package");
            }
        };
        let is_by_name = Pattern::parse(text).is_ok_and(|pattern| !pattern.is_glob());
        for id in ids {
            let answer = &mut self.answers.of.entry(self.positions[id]).or_default().resolve;
            match *answer {
                // A name says more than a pattern, whichever was said first.
                Some(earlier) if earlier.is_by_name && !is_by_name => {}
                Some(earlier) if earlier.is_by_name == is_by_name && earlier.resolve != resolve => {
                    let earlier = earlier.resolve.as_str();
                    let summary = format!("resolve {text}: {id} has an answer already: {earlier}, and not {word}");
                    return self.problem("S-TWICE", summary, "keep one of the two");
                }
                _ => *answer = Some(Resolution { resolve, is_by_name }),
            }
        }
    }

    /// A resource of the target, of the same kind.
    fn target(&self, id: &ResourceId, text: &str) -> Result<ResourceId, String> {
        let Some(there) = &self.there else { return self.counterpart(id, text) };
        let found = there.one(text).map_err(|error: Error| error.to_string())?;
        self.same_kind(&id.kind, found)?;
        Ok(found.clone())
    }

    /// Where no environment says what there is: another resource of the package, else what the target calls this one.
    fn counterpart(&self, id: &ResourceId, text: &str) -> Result<ResourceId, String> {
        match self.here.one(text) {
            Err(Error::NotFound { .. }) => {}
            // Its own name is no other resource: it may be what the target calls it.
            Ok(found) if found == id && text != id.to_string() => {}
            found => {
                let found = found.map_err(|error: Error| error.to_string())?;
                self.same_kind(&id.kind, found)?;
                return Ok(found.clone());
            }
        }
        let (kind, key) = text.split_once('/').unwrap_or((text, ""));
        let (key, version) = match &id.version {
            Some(own) => key.rsplit_once('@').unwrap_or((key, own)),
            None => (key, ""),
        };
        let version = Some(version).filter(|version| !version.is_empty());
        let named = ResourceId::new(kind, key, version).map_err(|error| error.to_string())?;
        self.same_kind(&id.kind, &named)?;
        Ok(named)
    }

    /// A resource of the target that gets a further version: any of those there are.
    fn target_of_version(&self, id: &ResourceId, text: &str) -> Result<ResourceId, String> {
        let Some(there) = &self.there else { return self.counterpart(id, text) };
        let found = match there.one(text) {
            Err(Error::Ambiguous { candidates, .. }) if candidates.windows(2).all(|two| two[0].id == two[1].id) => {
                candidates.into_iter().next().ok_or_else(|| format!("there is no {text} in the target"))?
            }
            found => found.map_err(|error: Error| error.to_string())?.clone(),
        };
        self.same_kind(&id.kind, &found)?;
        Ok(found)
    }

    fn same_kind(&self, kind: &Kind, found: &ResourceId) -> Result<(), String> {
        if found.kind == *kind { Ok(()) } else { Err(format!("{found} is a {}, not a {kind}", found.kind)) }
    }

    pub(super) fn map(&mut self, from: &str, to: &str) {
        let (position, source) = match (self.here.one(from), self.outside.one(from)) {
            (Ok(id), _) => (Some(self.positions[id]), id.clone()),
            (Err(Error::NotFound { .. }), Ok(id)) => (None, id.clone()),
            (Err(error), _) => {
                return self.problem(
                    "S-MAP",
                    format!("map {from}: {error}"),
                    "map a resource of the package, or one that it refers to",
                );
            }
        };
        let target = match self.target(&source, to) {
            Ok(target) => target,
            Err(error) => {
                return self.problem(
                    "S-MAP",
                    format!("map {from} to {to}: {error}"),
                    if self.there.is_some() { "map to a resource of the target" } else { BY_KEY },
                );
            }
        };
        let earlier = match position {
            Some(position) => {
                let answer = self.answers.of.entry(position).or_default();
                let mut other = None;
                if self.there.is_some() {
                    let action = answer.action.get_or_insert(Action::UseExisting);
                    let stands_in = *action == Action::UseExisting || action.changes_existing();
                    other = (!stands_in).then(|| action.to_string());
                }
                let before = answer.target.replace(target.clone()).filter(|before| *before != target);
                other.or(before.map(|before| before.to_string()))
            }
            None => {
                let before = self.answers.outside.insert(source.clone(), target.clone());
                before.filter(|before| *before != target).map(|before| before.to_string())
            }
        };
        if let Some(earlier) = earlier {
            let summary = format!("map {from} to {to}: {source} has an answer already: {earlier}");
            self.problem("S-TWICE", summary, "keep one of the two");
        }
    }

    /// `kind/name#slot`, where the slot may also be the end of one, or the name that stands last in it.
    pub(super) fn secret(&mut self, key: &str, value: &str) {
        let help = "`flowport inspect` lists the secrets of a package; write kind/name#slot";
        let Some((resource, slot)) = key.split_once('#') else {
            return self.problem("S-SECRET", format!("secret {key}: this names no slot"), help);
        };
        let position = match self.here.one(resource) {
            Ok(id) => self.positions[id],
            Err(error) => return self.problem("S-SECRET", format!("secret {key}: {error}"), help),
        };
        let secrets = &self.package[position].inspection.secrets;
        let known = secrets.iter().map(|secret| &secret.slot);
        let is_meant = |secret: &&Secret| {
            secret.slot == slot || secret.slot.ends_with(&format!("/{slot}")) || secret.label.eq_ignore_ascii_case(slot)
        };
        let meant: Vec<&String> = secrets.iter().filter(is_meant).map(|secret| &secret.slot).collect();
        match meant.as_slice() {
            [only] if !self.is_declared(position, only) => {
                let summary = format!(
                    "secret {key}: this one was found in a text; only a secret that the product declares can be set"
                );
                self.problem(
                    "S-SECRET",
                    summary,
                    "set it where the flow is made; `flowport export --strip-found` leaves it out, `flowport import --edit` changes it",
                );
            }
            [only] => {
                let secret = SlotValue { slot: (*only).clone(), value: Some(flowport_json::quote(value)) };
                self.answers.of.entry(position).or_default().secrets.push(secret);
            }
            [] => {
                let near = crate::select::nearest(slot, known.cloned());
                let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                self.problem("S-SECRET", format!("secret {key}: {resource} has no secret there{near}"), help);
            }
            several => {
                let summary = format!("secret {key}: this may be any of {} slots of {resource}", several.len());
                self.problem("S-SECRET", summary, help);
            }
        }
    }

    fn is_declared(&self, position: usize, slot: &str) -> bool {
        let secrets = &self.package[position].inspection.secrets;
        secrets.iter().any(|secret| secret.slot == slot && secret.declared)
    }

    pub(super) fn replace(&mut self, replace: &std::collections::BTreeMap<String, String>) {
        for (old, new) in replace {
            let literals = self.package.iter().flat_map(|entry| &entry.inspection.literals);
            if old.is_empty() || !literals.clone().any(|literal| replaced(&literal.value, old, new).is_some()) {
                let near = crate::select::nearest(old, literals.map(|literal| literal.value.clone()));
                let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                self.problem(
                    "S-REPLACE",
                    format!("replace {}: no such value in the package{near}", shown(old)),
                    "`flowport inspect` lists the values bound to an environment",
                );
            } else {
                self.answers.replace.push((old.clone(), new.clone()));
            }
        }
        // The longest first, so that a site goes before its host.
        self.answers.replace.sort_by_key(|(old, _)| std::cmp::Reverse(old.len()));
    }
}
