//! The user's answers, matched with the package and the target. An answer that matches nothing is an error that names the
//! nearest match; all such errors are found before anything else happens.

use std::collections::HashMap;

use crate::environment::Summary;
use crate::error::Error;
use crate::inspect::Inspected;
use crate::model::{Action, Diagnostic, Kind, Reference, ResourceId, Secret, SlotValue, Target};
use crate::select::Names;
use crate::settings::{Settings, SetupEntry};

/// What the user said of one resource of the package.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    pub(super) action: Option<Action>,
    pub(super) target: Option<ResourceId>,
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    /// Slot and raw JSON text.
    pub(super) secrets: Vec<SlotValue>,
}

impl Answer {
    /// True where both say something about the same.
    fn contradicts(&self, entry: &SetupEntry) -> bool {
        let both = |mine: bool, theirs: bool| mine && theirs;
        both(self.action.is_some() || self.target.is_some(), entry.action.is_some() || entry.target.is_some())
            || both(self.name.is_some(), entry.name.is_some())
            || both(self.version.is_some(), entry.version.is_some())
    }
}

/// All answers, by position in the package and by outside reference.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) of: HashMap<usize, Answer>,
    pub(super) outside: HashMap<ResourceId, ResourceId>,
    pub(super) replace: Vec<(String, String)>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Matches settings with what there is.
pub(super) fn answers(
    settings: &Settings,
    secrets: &[(String, String)],
    package: &[Inspected],
    target: &[Summary],
) -> Answers {
    let mut matching = Matching::new(package, target);
    for (text, entry) in &settings.setup {
        matching.setup(text, entry);
    }
    for (from, to) in &settings.map {
        matching.map(from, to);
    }
    matching.replace(&settings.replace);
    for (key, value) in secrets {
        matching.secret(key, value);
    }
    matching.answers
}

/// The value with the new text in the place of the old, where that stands as a whole: `…/sites/order` is not in
/// `…/sites/orders`.
pub(super) fn replaced(value: &str, old: &str, new: &str) -> Option<String> {
    let goes_on = |before: Option<char>, after: Option<char>| {
        let word = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
        before.is_some_and(word) && after.is_some_and(word)
    };
    let (mut result, mut rest, mut found) = (String::new(), value, false);
    while let Some(at) = rest.find(old) {
        let (before, after) = (&rest[..at], &rest[at + old.len()..]);
        result.push_str(before);
        let left = before.chars().next_back().or_else(|| result.chars().next_back());
        let is_part = goes_on(left, old.chars().next()) || goes_on(old.chars().next_back(), after.chars().next());
        result.push_str(if is_part { old } else { new });
        found |= !is_part;
        rest = after;
    }
    result.push_str(rest);
    found.then_some(result)
}

struct Matching<'a> {
    package: &'a [Inspected],
    positions: HashMap<&'a ResourceId, usize>,
    here: Names<'a>,
    outside: Names<'a>,
    there: Names<'a>,
    /// Which setup was for which resource, by position.
    said: HashMap<usize, String>,
    answers: Answers,
}

impl<'a> Matching<'a> {
    fn new(package: &'a [Inspected], target: &'a [Summary]) -> Matching<'a> {
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
            there: Names::new(
                "the target",
                target.iter().map(|summary| (&summary.head.id, summary.head.name.as_str())),
            ),
            positions,
            said: HashMap::new(),
            answers: Answers::default(),
        }
    }

    fn problem(&mut self, code: &str, summary: String, help: &str) {
        self.answers.diagnostics.push(Diagnostic::error(code, summary).help(help));
    }

    fn setup(&mut self, text: &str, entry: &SetupEntry) {
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
        let adds = entry.action == Some(Action::NewVersion);
        let found = |target: &str| if adds { self.target_of_version(id, target) } else { self.target(id, target) };
        let target = match entry.target.as_deref().map(found).transpose() {
            Ok(target) => target,
            Err(error) => {
                return self.problem("S-TARGET", format!("setup {text}: {error}"), "name a resource of the target");
            }
        };
        let answer = self.answers.of.entry(position).or_default();
        answer.action = entry.action.clone().or(answer.action.take());
        answer.target = target.or(answer.target.take());
        answer.name = entry.name.clone().or(answer.name.take());
        answer.version = entry.version.clone().or(answer.version.take());
    }

    /// A resource of the target, of the same kind.
    fn target(&self, id: &ResourceId, text: &str) -> Result<ResourceId, String> {
        let found = self.there.one(text).map_err(|error: Error| error.to_string())?;
        self.same_kind(&id.kind, found)?;
        Ok(found.clone())
    }

    /// A resource of the target that gets a further version: any of those there are.
    fn target_of_version(&self, id: &ResourceId, text: &str) -> Result<ResourceId, String> {
        let found = match self.there.one(text) {
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

    fn map(&mut self, from: &str, to: &str) {
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
                    "map to a resource of the target",
                );
            }
        };
        let earlier = match position {
            Some(position) => {
                let answer = self.answers.of.entry(position).or_default();
                let action = answer.action.get_or_insert(Action::UseExisting);
                let stands_in = *action == Action::UseExisting || action.changes_existing();
                let other = (!stands_in).then(|| action.to_string());
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
    fn secret(&mut self, key: &str, value: &str) {
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

    fn replace(&mut self, replace: &std::collections::BTreeMap<String, String>) {
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

/// A value that is none of the environment's may be a secret that somebody wanted to replace: only what has the shape of an
/// address or an id is shown whole.
fn shown(value: &str) -> String {
    let is_url = value.contains("://") && !value.contains(['?', '@']);
    let is_mail = value.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let is_guid = value.len() == 36 && value.matches('-').count() == 4;
    if is_url || is_mail || is_guid {
        return value.to_owned();
    }
    let length = value.chars().count();
    format!("{}… ({length} characters)", value.chars().take((length / 4).min(4)).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_whole_values_are_replaced() {
        let site = "https://a.example/sites/order";
        assert_eq!(replaced("https://a.example/sites/order/x", site, "https://b").as_deref(), Some("https://b/x"));
        assert_eq!(replaced("https://a.example/sites/orders", site, "https://b"), None);
        assert_eq!(replaced("ana@a.example", "a.example", "b.example").as_deref(), Some("ana@b.example"));
        assert_eq!(replaced("ana@extra.example", "a.example", "b.example"), None);
    }
}
