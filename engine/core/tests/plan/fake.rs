//! Two kinds without rules and a target in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowport_core::content::{Content, Hash};
use flowport_core::environment::{Environment, EnvironmentError, ReadEnvironment, Referrer, Summary, Write};
use flowport_core::history::{Base, Cause, History, Run, RunChange, RunId};
use flowport_core::model::{
    Action, Change, Diagnostic, EditOp, Edited, Head, Inspection, Kind, KindInfo, Origin, Part, Reference, Resource,
    ResourceId, Secret, SlotValue, State, Strength, Target, Traits, WrittenPart,
};
use flowport_core::plugin::{Handler, PluginError, PluginName, Reader, SharedView};

/// Handles the kind `thing`: its part has one line for each thing that it needs, `id` or `kind/id`, its identity behind `=`, and a
/// secret that is not set behind `?`. A `switch` is the same, and can be switched on and off.
pub(crate) struct Things {
    name: PluginName,
    kinds: Vec<KindInfo>,
}

impl Things {
    pub(crate) fn handler() -> Arc<dyn Handler> {
        let kind = KindInfo {
            kind: Kind::new("thing").unwrap(),
            dialects: vec!["test".to_owned()],
            title: "thing".to_owned(),
            plural: "things".to_owned(),
            actions: vec![Action::Update, Action::Create, Action::UseExisting, Action::Skip],
            traits: Traits { generated_ids: true, ..Traits::default() },
            keys: Vec::new(),
            volatile: Vec::new(),
            schema: None,
        };
        let traits = Traits { activated: true, ..kind.traits };
        let switch = KindInfo { kind: Kind::new("switch").unwrap(), traits, ..kind.clone() };
        let name = PluginName { name: "things".to_owned(), version: "1".to_owned() };
        Arc::new(Things { name, kinds: vec![kind, switch] })
    }
}

fn text(view: &Resource) -> String {
    String::from_utf8(view.part("thing").unwrap().content.read_all().unwrap()).unwrap()
}

impl Handler for Things {
    fn name(&self) -> &PluginName {
        &self.name
    }
    fn kinds(&self) -> &[KindInfo] {
        &self.kinds
    }
    fn inspect(&self, subject: &SharedView) -> Result<Inspection, PluginError> {
        let mut inspection = Inspection::default();
        for (number, line) in text(subject).lines().enumerate() {
            let slot = format!("thing#{number}");
            if let Some(identity) = line.strip_prefix('=') {
                inspection.identities.push(identity.to_owned());
            } else if let Some(label) = line.strip_prefix('?') {
                inspection.secrets.push(Secret { slot, label: label.to_owned(), declared: true, is_set: false });
            } else {
                let target = Target::Known(id(line));
                inspection.references.push(Reference { slot, target, strength: Strength::Required });
            }
            if line == "wrong" {
                inspection.diagnostics.push(Diagnostic::error("T-WRONG", "nothing may need that"));
            }
        }
        Ok(inspection)
    }
    fn secret_values(&self, _subject: &SharedView, _slots: &[String]) -> Result<Vec<SlotValue>, PluginError> {
        Ok(Vec::new())
    }
    fn edit(&self, subject: &SharedView, ops: &[EditOp]) -> Result<Edited, PluginError> {
        let mut head = subject.head.clone();
        let mut lines: Vec<String> = text(subject).lines().map(str::to_owned).collect();
        for op in ops {
            match op {
                EditOp::Relink { slot, to } => {
                    let number: usize = slot.trim_start_matches("thing#").parse().unwrap();
                    lines[number] = to.id.id.to_string();
                }
                EditOp::SetId(id) => {
                    head.id = id.clone();
                    lines.iter_mut().filter(|line| line.starts_with('=')).for_each(|line| line.push_str("-copy"));
                }
                EditOp::Rename(name) => head.name.clone_from(name),
                EditOp::SetState(state) => head.state = *state,
                other => panic!("{other:?} was not planned"),
            }
        }
        let content = lines.join("\n").into_bytes();
        let part = WrittenPart { name: "thing".to_owned(), media_type: String::new(), content };
        Ok(Edited { head, written: vec![part], removed: Vec::new() })
    }
    fn prepare(&self, subject: &SharedView) -> Result<Edited, PluginError> {
        Ok(Edited { head: subject.head.clone(), written: Vec::new(), removed: Vec::new() })
    }
    fn plan(
        &self,
        incoming: &SharedView,
        existing: Option<&SharedView>,
        action: Option<&Action>,
        _target: &Arc<dyn Reader>,
    ) -> Result<Change, PluginError> {
        assert_ne!(text(incoming), "=never planned", "its handler is asked though nothing can change");
        let mut change =
            Change { action: action.cloned(), allowed: Vec::new(), outcome: None, diagnostics: Vec::new() };
        match (action, existing) {
            (Some(Action::UseExisting), None) => {
                change.action = None;
                change.allowed = vec![Action::UseExisting, Action::Create];
            }
            (Some(Action::UseExisting), Some(_)) => {}
            (_, existing) => {
                let mut head = incoming.head.clone();
                if let Some(existing) = existing {
                    head.id = existing.head.id.clone();
                    head.state = existing.head.state;
                }
                change.outcome = Some(Edited { head, written: Vec::new(), removed: Vec::new() });
            }
        }
        Ok(change)
    }
}

/// `kind/id`, or the id of a thing.
pub(crate) fn id(id: &str) -> ResourceId {
    let (kind, id) = id.split_once('/').unwrap_or(("thing", id));
    ResourceId::new(kind, id, None).unwrap()
}

/// A thing of that id, called by it, with these lines.
pub(crate) fn thing(name: &str, lines: &str) -> Resource {
    let head = Head {
        id: id(name),
        name: name.to_owned(),
        dialect: "test".to_owned(),
        state: State::Published,
        origin: Origin::Custom,
        attributes: "{}".into(),
    };
    let content = Content::from_bytes(lines.as_bytes());
    Resource { head, parts: vec![Part { name: "thing".to_owned(), media_type: String::new(), content }] }
}

/// What is there, with what was found in it.
pub(crate) struct Memory(pub(crate) Vec<(Resource, Inspection)>);

impl Memory {
    pub(crate) fn of(resources: Vec<Resource>) -> Arc<dyn ReadEnvironment> {
        Arc::new(Memory::with(resources))
    }

    pub(crate) fn with(resources: Vec<Resource>) -> Memory {
        let handler = Things::handler();
        let looked_at = |resource: Resource| {
            let view = Arc::new(resource);
            let inspection = handler.inspect(&view).unwrap();
            (Arc::unwrap_or_clone(view), inspection)
        };
        Memory(resources.into_iter().map(looked_at).collect())
    }
}

/// It remembers nothing.
impl History for Memory {
    fn runs(&self) -> Result<Vec<Run>, EnvironmentError> {
        Ok(Vec::new())
    }
    fn run(&self, _id: RunId) -> Result<Option<Run>, EnvironmentError> {
        Ok(None)
    }
    fn changes(&self, _run: RunId) -> Result<Vec<RunChange>, EnvironmentError> {
        Ok(Vec::new())
    }
    fn secrets_before(&self, _run: RunId, _id: &ResourceId) -> Result<Vec<SlotValue>, EnvironmentError> {
        Ok(Vec::new())
    }
    fn runs_of(&self, _id: &ResourceId) -> Result<Vec<Run>, EnvironmentError> {
        Ok(Vec::new())
    }
    fn gone(&self) -> Result<Vec<(ResourceId, String)>, EnvironmentError> {
        Ok(Vec::new())
    }
    fn base(&self, _to: &ResourceId, _from: &ResourceId, _source: &str) -> Result<Option<Base>, EnvironmentError> {
        Ok(None)
    }
    fn secrets_came(
        &self,
        _to: &ResourceId,
        _from: &ResourceId,
        _source: &str,
    ) -> Result<Vec<SlotValue>, EnvironmentError> {
        Ok(Vec::new())
    }
    fn came_as(&self, _from: &ResourceId, _source: &str) -> Result<Option<ResourceId>, EnvironmentError> {
        Ok(None)
    }
}

impl ReadEnvironment for Memory {
    fn name(&self) -> &str {
        "memory"
    }
    fn list(&self) -> Result<Vec<Summary>, EnvironmentError> {
        let summary = |entry: &(Resource, Inspection)| Summary {
            head: entry.0.head.clone(),
            owners: Vec::new(),
            size: 0,
            changed: String::new(),
        };
        Ok(self.0.iter().map(summary).collect())
    }
    fn get(&self, id: &ResourceId) -> Result<Option<Resource>, EnvironmentError> {
        Ok(self.0.iter().find(|entry| entry.0.head.id == *id).map(|entry| entry.0.clone()))
    }
    fn owners(&self, _id: &ResourceId) -> Result<Vec<String>, EnvironmentError> {
        Ok(Vec::new())
    }
    fn find(&self, identity: &str) -> Result<Vec<Head>, EnvironmentError> {
        let carries = |entry: &&(Resource, Inspection)| entry.1.identities.iter().any(|known| known == identity);
        Ok(self.0.iter().filter(carries).map(|entry| entry.0.head.clone()).collect())
    }
    fn versions(&self, _kind: &str, _id: &str) -> Result<Vec<String>, EnvironmentError> {
        Ok(Vec::new())
    }
    fn inspection(&self, id: &ResourceId) -> Result<Inspection, EnvironmentError> {
        let found = self.0.iter().find(|entry| entry.0.head.id == *id);
        Ok(found.map(|entry| entry.1.clone()).unwrap_or_default())
    }
    fn secrets(&self, _id: &ResourceId) -> Result<Vec<SlotValue>, EnvironmentError> {
        Ok(Vec::new())
    }
    fn kept(&self, _id: &ResourceId) -> Result<BTreeMap<String, Option<Hash>>, EnvironmentError> {
        Ok(BTreeMap::new())
    }
    fn referrers(&self, id: &ResourceId) -> Result<Vec<Referrer>, EnvironmentError> {
        let of_entry = |entry: &(Resource, Inspection)| -> Vec<Referrer> {
            let references = entry.1.references.iter().filter(|reference| reference.known() == Some(id));
            references.map(|it| Referrer { from: entry.0.head.id.clone(), reference: it.clone() }).collect()
        };
        Ok(self.0.iter().flat_map(of_entry).collect())
    }
}

impl Environment for Memory {
    /// Keeps what is put, in the order in which it came.
    fn apply(
        &mut self,
        _cause: &Cause,
        writes: &[Write],
        _progress: &mut dyn FnMut(usize),
    ) -> Result<Option<RunId>, EnvironmentError> {
        for write in writes {
            let Write::Put { resource, inspection, .. } = write else { panic!("an import deletes nothing") };
            self.0.retain(|entry| entry.0.head.id != resource.head.id);
            self.0.push((resource.clone(), inspection.clone()));
        }
        Ok(None)
    }
}
