//! The user's answers, matched with the package and the target. An answer that matches nothing is an error that names the
//! nearest match; all such errors are found before anything else happens.

use std::collections::HashMap;

use crate::environment::Summary;
use crate::error::Error;
use crate::inspect::Inspected;
use crate::model::{Action, Diagnostic, Kind, Reference, ResourceId, Target};
use crate::select::Names;
use crate::settings::{Settings, SetupEntry};

/// What the user said of one resource of the package.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    pub(super) action: Option<Action>,
    pub(super) target: Option<ResourceId>,
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
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
pub(super) fn answers(settings: &Settings, package: &[Inspected], target: &[Summary]) -> Answers {
    let mut matching = Matching::new(package, target);
    for (text, entry) in &settings.setup {
        matching.setup(text, entry);
    }
    for (from, to) in &settings.map {
        matching.map(from, to);
    }
    matching.replace(&settings.replace);
    matching.answers
}

struct Matching<'a> {
    package: &'a [Inspected],
    positions: HashMap<&'a ResourceId, usize>,
    here: Names<'a>,
    outside: Names<'a>,
    there: Names<'a>,
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
            answers: Answers::default(),
        }
    }

    fn problem(&mut self, code: &str, summary: String, help: &str) {
        self.answers.diagnostics.push(Diagnostic::error(code, summary).help(help));
    }

    fn setup(&mut self, text: &str, entry: &SetupEntry) {
        let id = match self.here.one(text) {
            Ok(id) => id,
            Err(error) => {
                return self.problem("S-SETUP", format!("setup {text}: {error}"), "name a resource of the package");
            }
        };
        let position = self.positions[id];
        let target = match entry.target.as_deref().map(|target| self.target(id, target)).transpose() {
            Ok(target) => target,
            Err(error) => {
                return self.problem("S-TARGET", format!("setup {text}: {error}"), "name a resource of the target");
            }
        };
        let answer = self.answers.of.entry(position).or_default();
        answer.action = entry.action.clone().or(answer.action.take());
        answer.target = target.or(answer.target.take());
        answer.name = entry.name.clone();
        answer.version = entry.version.clone();
    }

    /// A resource of the target, of the same kind.
    fn target(&self, id: &ResourceId, text: &str) -> Result<ResourceId, String> {
        let found = self.there.one(text).map_err(|error: Error| error.to_string())?;
        self.same_kind(&id.kind, found)?;
        Ok(found.clone())
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
        match position {
            Some(position) => {
                let answer = self.answers.of.entry(position).or_default();
                answer.action.get_or_insert(Action::UseExisting);
                answer.target = Some(target);
            }
            None => {
                self.answers.outside.insert(source, target);
            }
        }
    }

    fn replace(&mut self, replace: &std::collections::BTreeMap<String, String>) {
        for (old, new) in replace {
            let literals = self.package.iter().flat_map(|entry| &entry.inspection.literals);
            if old.is_empty() || !literals.clone().any(|literal| literal.value.contains(old.as_str())) {
                let near = crate::select::nearest(old, literals.map(|literal| literal.value.clone()));
                let near = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                self.problem(
                    "S-REPLACE",
                    format!("replace {old}: no such value in the package{near}"),
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
