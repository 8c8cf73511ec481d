//! Each resource of the package against the target: what it will be called there, which existing one it stands for, and where
//! every reference leads. Ids are decided here, before any handler plans, so that cycles are no problem.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::gone::Gone;
use super::version;
use super::{Candidate, Question, Target};
use crate::answers::{Answer, Answers, Resolution, supported, wrong_action, wrong_version};
use crate::environment::{EnvironmentError, Summary};
use crate::inspect::Inspected;
use crate::model::{Action, Diagnostic, Head, KindInfo, PackageResource, ResourceId, SlotValue};
use crate::plugin::SharedView;
use crate::registry::Registry;
use crate::shell;

/// Under which ids of copies are made.
const COPIES: Uuid = Uuid::from_u128(0x51d3_0c9b_8f26_4e6d_a1c7_2ab0_9d54_63fe);

/// One resource of the package, matched.
#[derive(Debug)]
pub(super) struct Linked {
    /// What is asked of its handler; none where the user must choose first.
    pub(super) action: Option<Action>,
    /// The resource of the target that it stands for.
    pub(super) existing: Option<SharedView>,
    /// Its head after the import: what references to it are pointed at.
    pub(super) head: Head,
    /// What the user must choose before anything else.
    pub(super) question: Option<Question>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The user gave it a name.
    pub(super) renamed: bool,
    /// It becomes a second one beside another with its identity: whatever identifies it is made anew.
    pub(super) is_copy: bool,
    /// Secrets that the user gives it.
    pub(super) secrets: Vec<SlotValue>,
    /// It came before, and the target has it no more.
    pub(super) gone: Option<Gone>,
    /// What the user says of what the target changed.
    pub(super) resolution: Option<Resolution>,
}

impl Linked {
    /// Neither imported nor there.
    pub(super) fn is_left_out(&self) -> bool {
        self.action == Some(Action::Skip) && self.existing.is_none()
    }
}

/// What matching needs to look at.
pub(super) struct Matching<'a> {
    pub(super) registry: &'a Registry,
    pub(super) target: &'a Target,
    pub(super) answers: &'a Answers,
    /// Where the package comes from, as history knows it.
    pub(super) source: &'a str,
    by_kind: BTreeMap<&'a str, Vec<&'a Summary>>,
    ids: HashMap<&'a ResourceId, &'a Summary>,
}

impl<'a> Matching<'a> {
    pub(super) fn new(
        registry: &'a Registry,
        target: &'a Target,
        there: &'a [Summary],
        answers: &'a Answers,
        source: &'a str,
    ) -> Matching<'a> {
        let mut by_kind: BTreeMap<&str, Vec<&Summary>> = BTreeMap::new();
        for summary in there {
            by_kind.entry(summary.head.id.kind.as_str()).or_default().push(summary);
        }
        let ids = there.iter().map(|summary| (&summary.head.id, summary)).collect();
        Matching { registry, target, answers, source, by_kind, ids }
    }

    /// Matches one resource of the package with the target.
    pub(super) fn link(
        &self,
        position: usize,
        entry: &PackageResource,
        inspected: &Inspected,
        secrets: &[SlotValue],
    ) -> Result<Linked, EnvironmentError> {
        let default = Answer::default();
        let answer = self.answers.of.get(&position).unwrap_or(&default);
        let head = &inspected.view.head;
        let handler = self.registry.handler(head);
        let info = handler.map(|(_, info)| info);
        let mut linked = Linked {
            action: None,
            existing: None,
            head: head.clone(),
            question: None,
            diagnostics: Vec::new(),
            renamed: answer.name.is_some(),
            is_copy: false,
            secrets: with(secrets, &answer.secrets),
            gone: None,
            resolution: answer.resolve,
        };
        if let Some(name) = &answer.name {
            linked.head.name.clone_from(name);
        }
        if let Some(problem) = wrong_action(head, info, answer).or_else(|| wrong_version(head, info, answer)) {
            linked.diagnostics.push(problem);
            return Ok(linked);
        }
        if let Some((handler, _)) = handler.filter(|(_, info)| info.traits.versioned) {
            match version::id(self.target, handler, &inspected.view, answer) {
                Ok(id) => linked.head.id = id,
                Err(problems) => {
                    linked.diagnostics.extend(problems);
                    return Ok(linked);
                }
            }
        }
        let found = self.existing(&linked.head.id, inspected, answer)?;
        let existing = match found {
            Found::None => None,
            Found::One(view) => Some(view),
            // Whoever makes another one, or none, need not say which of them is meant.
            Found::Several(_) if matches!(answer.action, Some(Action::Create | Action::Skip)) => {
                linked.is_copy = answer.action == Some(Action::Create);
                None
            }
            Found::Several(candidates) => {
                let actions = info.map_or(&[][..], |info| info.actions.as_slice());
                let stand_in =
                    actions.iter().find(|action| action.changes_existing() || **action == Action::UseExisting);
                let stand_in = stand_in.cloned().unwrap_or(Action::Update);
                let summary = format!(
                    "{} candidates in the target carry the identity of {} ({}): choose one",
                    candidates.len(),
                    head.id,
                    head.name
                );
                let help = format!("--setup {}", shell::word(format!("{}={stand_in}:KIND/ID", head.id)));
                linked.diagnostics.push(Diagnostic::error("P-CHOOSE", summary).about(&head.id).help(help));
                linked.question = Some(Question {
                    allowed: vec![stand_in, Action::Create, Action::Skip],
                    candidates,
                    is_known: false,
                });
                return Ok(linked);
            }
        };
        self.decide(&mut linked, entry, info, answer, existing);
        self.find_gone(&mut linked, head, answer)?;
        Ok(linked)
    }

    /// The resource of the target that one of the package stands for, which will have the id `wanted` unless there is another.
    fn existing(&self, wanted: &ResourceId, inspected: &Inspected, answer: &Answer) -> Result<Found, EnvironmentError> {
        let head = &inspected.view.head;
        let get = |id: &ResourceId| Ok::<_, EnvironmentError>(self.target.get(id)?.map(SharedView::new));
        if let Some(target) = answer.target.as_ref().filter(|_| answer.action != Some(Action::NewVersion)) {
            return Ok(get(target)?.map_or(Found::None, Found::One));
        }
        if self.ids.contains_key(wanted) {
            return Ok(get(wanted)?.map_or(Found::None, Found::One));
        }
        // What its user calls otherwise has another identity.
        let identities = inspected.inspection.identities.iter().filter(|_| *wanted == head.id);
        for identity in identities {
            let mut heads = self.target.find(identity)?;
            heads.retain(|candidate| candidate.id.kind == head.id.kind);
            match heads.len() {
                0 => {}
                1 => return Ok(get(&heads[0].id)?.map_or(Found::None, Found::One)),
                _ => {
                    return Ok(Found::Several(
                        heads.into_iter().map(|head| Candidate { id: head.id, name: head.name }).collect(),
                    ));
                }
            }
        }
        Ok(Found::None)
    }

    /// The action, from what the user said, else what the package suggests, else the kind's default, and from what is there.
    fn decide(
        &self,
        linked: &mut Linked,
        entry: &PackageResource,
        info: Option<&KindInfo>,
        answer: &Answer,
        existing: Option<SharedView>,
    ) {
        let default = info.and_then(|info| info.actions.first().cloned()).unwrap_or(Action::Overwrite);
        let suggested = entry.setup.suggested.clone().filter(|action| supported(info, action));
        let wanted = answer.action.clone().or(suggested).unwrap_or_else(|| default.clone());
        let explicit = answer.action.is_some();
        let (id, name) = (linked.head.id.clone(), linked.head.name.clone());
        // Of what is used as it is where it exists, `create` means: so that there is one. The same import a second time must
        // not make a second one.
        let one_is_enough = default == Action::UseExisting && !linked.renamed;
        match (wanted, existing) {
            (Action::NewVersion, Some(existing)) => {
                let summary = format!("{} ({}) is there already", existing.head.id, existing.head.name);
                let next = shell::word(format!("{}=next", inspected_id(entry)));
                let help = format!("--set-version {next} takes the first one that is free");
                linked.diagnostics.push(Diagnostic::error("P-EXISTS", summary).about(inspected_id(entry)).help(help));
            }
            (Action::NewVersion, None) => linked.action = Some(Action::NewVersion),
            // A kind whose handler decides what becomes of one that is there.
            (Action::Create, Some(existing)) if !explicit && default == Action::Create => {
                linked.action = Some(default);
                self.take(linked, existing);
            }
            (Action::Create, Some(existing)) if explicit && one_is_enough && existing.head.id == id => {
                linked.action = Some(Action::UseExisting);
                self.take(linked, existing);
            }
            (Action::Create, Some(existing)) if explicit => self.copy(linked, info, &existing),
            (Action::Create, Some(existing)) => {
                // The package says "new", but this very thing is there: an update is what its user means, a copy must be asked for.
                let summary = format!(
                    "the package suggests to create {id} ({name}), which is there already; it will not be created twice"
                );
                let word = |answer: &str| shell::word(format!("{id}={answer}"));
                let mut help = format!("for a copy: --setup {}", word("create"));
                if default == Action::UseExisting {
                    help.push_str(&format!(" --rename {}", word("NAME")));
                }
                linked.diagnostics.push(Diagnostic::info("P-EXISTS", summary).about(&id).help(help));
                linked.action = Some(default);
                self.take(linked, existing);
            }
            (action, None) if action.changes_existing() => {
                let summary = format!("there is no {id} ({name}) to {action} in the target; it will be created");
                if explicit || entry.setup.suggested.is_some() {
                    linked.diagnostics.push(Diagnostic::info("P-CREATE", summary).about(&id));
                }
                linked.action = Some(Action::Create);
            }
            (action, Some(existing)) => {
                linked.action = Some(action);
                self.take(linked, existing);
            }
            (action, None) => linked.action = Some(action),
        }
    }

    /// References lead to the existing resource: as the package has it where that is stored in its place, else as it is, but for
    /// the name that the user gives it.
    fn take(&self, linked: &mut Linked, existing: SharedView) {
        if matches!(linked.action, Some(Action::Update | Action::Overwrite)) {
            linked.head.id = existing.head.id.clone();
        } else {
            let name = linked.head.name.clone();
            linked.head = existing.head.clone();
            if linked.renamed {
                linked.head.name = name;
            }
        }
        linked.existing = Some(existing);
    }

    /// The user wants a second one beside the existing: it gets an id of its own.
    fn copy(&self, linked: &mut Linked, info: Option<&KindInfo>, existing: &SharedView) {
        let id = linked.head.id.clone();
        linked.action = Some(Action::Create);
        linked.is_copy = true;
        if !self.ids.contains_key(&id) {
            return;
        }
        if !info.is_some_and(|info| info.traits.generated_ids) {
            let actions = info.map(|info| {
                info.actions
                    .iter()
                    .filter(|action| action.changes_existing())
                    .map(Action::as_str)
                    .collect::<Vec<_>>()
                    .join(" or ")
            });
            let summary = format!("{id} ({}) is there already and cannot be created a second time", existing.head.name);
            linked.diagnostics.push(
                Diagnostic::error("P-EXISTS", summary)
                    .about(&id)
                    .help(format!("choose {}", actions.unwrap_or_default())),
            );
            return;
        }
        // The same copy gets the same id each time it is planned against the same target.
        let fresh = (0u32..).map(|count| Uuid::new_v5(&COPIES, format!("{id}#{count}").as_bytes()).to_string());
        let candidate = fresh
            .map(|text| ResourceId { id: text.into(), ..id.clone() })
            .find(|candidate| !self.ids.contains_key(candidate));
        if let Some(copy) = candidate {
            linked.head.id = copy;
        }
    }

    pub(super) fn is_there(&self, id: &ResourceId) -> bool {
        self.ids.contains_key(id)
    }

    /// A resource of the target with its name, those that can be switched on first.
    pub(super) fn named(&self, id: &ResourceId) -> (bool, String) {
        let Some(Summary { head, .. }) = self.ids.get(id) else { return (true, id.to_string()) };
        let runs = self.registry.handler(head).is_some_and(|(_, info)| info.traits.activated);
        (!runs, format!("{id} ({})", head.name))
    }

    /// Resources of the target that may be meant: of the same kind and dialect, using one of `uses` where they use anything of
    /// the kind; those of the same name first.
    pub(super) fn candidates(&self, head: &Head, uses: &[ResourceId]) -> Vec<Candidate> {
        let same: Vec<&&Summary> = self
            .by_kind
            .get(head.id.kind.as_str())
            .into_iter()
            .flatten()
            .filter(|summary| summary.head.dialect == head.dialect && summary.head.origin == head.origin)
            .collect();
        let mut fitting: Vec<(bool, Candidate)> = same
            .into_iter()
            .filter(|summary| {
                let uses_the_same = |id| uses.contains(id);
                let others = self.uses(&summary.head.id, uses);
                others.is_empty() || others.iter().any(uses_the_same)
            })
            .map(|summary| {
                let candidate = Candidate { id: summary.head.id.clone(), name: summary.head.name.clone() };
                (summary.head.name == head.name, candidate)
            })
            .collect();
        fitting.sort_by_key(|candidate| std::cmp::Reverse(candidate.0));
        fitting.into_iter().map(|(_, candidate)| candidate).collect()
    }

    /// What a resource of the target refers to, of the kinds of `like`.
    pub(super) fn uses(&self, id: &ResourceId, like: &[ResourceId]) -> Vec<ResourceId> {
        let references = self.target.inspection(id).map(|inspection| inspection.references).unwrap_or_default();
        let is_like = |id: &&ResourceId| like.iter().any(|like| like.kind == id.kind);
        references.iter().filter_map(|reference| reference.known()).filter(is_like).cloned().collect()
    }
}

fn inspected_id(entry: &PackageResource) -> &ResourceId {
    &entry.resource.head.id
}

/// What came with a resource, and over it what its user gives it.
fn with(came: &[SlotValue], given: &[SlotValue]) -> Vec<SlotValue> {
    let kept = came.iter().filter(|secret| !given.iter().any(|given| given.slot == secret.slot));
    kept.chain(given).cloned().collect()
}

enum Found {
    None,
    One(SharedView),
    Several(Vec<Candidate>),
}

/// The position of each resource of the package.
pub(crate) fn targets(package: &[Inspected]) -> HashMap<&ResourceId, usize> {
    package.iter().enumerate().map(|(index, entry)| (&entry.view.head.id, index)).collect()
}
