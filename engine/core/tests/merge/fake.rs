//! A kind whose parts are lines of text: only its handler knows where in them name and state stand.

use std::sync::Arc;

use flowport_core::content::Content;
use flowport_core::model::{
    Action, Change, EditOp, Edited, Head, Inspection, Kind, KindInfo, Origin, Part, Resource, ResourceId, SlotValue,
    State, Traits, WrittenPart,
};
use flowport_core::plugin::{Handler, PluginError, PluginName, Reader, SharedView};
use flowport_core::registry::Registry;

pub(crate) const PART: &str = "note";

/// Handles the kind `note` in the dialects `one` and `two`. The first line of the part has the name, the second the state.
struct Notes {
    name: PluginName,
    kinds: Vec<KindInfo>,
}

pub(crate) fn registry() -> Registry {
    let kind = KindInfo {
        kind: Kind::new("note").unwrap(),
        dialects: vec!["one".to_owned(), "two".to_owned()],
        title: "note".to_owned(),
        plural: "notes".to_owned(),
        actions: vec![Action::Update],
        traits: Traits { activated: true, ..Traits::default() },
        keys: Vec::new(),
        volatile: Vec::new(),
        schema: None,
    };
    let name = PluginName { name: "notes".to_owned(), version: "1".to_owned() };
    let mut registry = Registry::default();
    registry.add_handler(Arc::new(Notes { name, kinds: vec![kind] }), false).unwrap();
    registry
}

/// A note of this name with this body, in a state.
pub(crate) fn note(name: &str, state: State, body: &str) -> Resource {
    let head = Head {
        id: ResourceId::new("note", "n", None).unwrap(),
        name: name.to_owned(),
        dialect: "one".to_owned(),
        state,
        origin: Origin::Custom,
        attributes: "{}".into(),
    };
    let text = format!("{name}\n{}\n{body}", state.as_str());
    let content = Content::from_bytes(text.into_bytes());
    Resource { head, parts: vec![Part { name: PART.to_owned(), media_type: "text/plain".to_owned(), content }] }
}

pub(crate) fn text(resource: &Resource) -> String {
    String::from_utf8(resource.part(PART).unwrap().content.read_all().unwrap()).unwrap()
}

impl Handler for Notes {
    fn name(&self) -> &PluginName {
        &self.name
    }
    fn kinds(&self) -> &[KindInfo] {
        &self.kinds
    }
    fn inspect(&self, _subject: &SharedView) -> Result<Inspection, PluginError> {
        Ok(Inspection::default())
    }
    fn secret_values(&self, _subject: &SharedView, _slots: &[String]) -> Result<Vec<SlotValue>, PluginError> {
        Ok(Vec::new())
    }
    fn edit(&self, subject: &SharedView, ops: &[EditOp]) -> Result<Edited, PluginError> {
        let mut head = subject.head.clone();
        for op in ops {
            match op {
                EditOp::Rename(name) if name == "unheard of" => {
                    return Err(PluginError::Other("no such name".to_owned()));
                }
                EditOp::Rename(name) => head.name.clone_from(name),
                EditOp::SetState(state) => head.state = *state,
                other => panic!("{other:?} is no part of a merge"),
            }
        }
        let text = text(subject);
        let body = text.splitn(3, '\n').nth(2).unwrap();
        let content = format!("{}\n{}\n{body}", head.name, head.state.as_str()).into_bytes();
        let part = WrittenPart { name: PART.to_owned(), media_type: "text/plain".to_owned(), content };
        Ok(Edited { head, written: vec![part], removed: Vec::new() })
    }
    fn prepare(&self, _subject: &SharedView) -> Result<Edited, PluginError> {
        Err(PluginError::Unsupported("nothing leaves".to_owned()))
    }
    fn plan(
        &self,
        _incoming: &SharedView,
        _existing: Option<&SharedView>,
        _action: Option<&Action>,
        _target: &Arc<dyn Reader>,
    ) -> Result<Change, PluginError> {
        Err(PluginError::Unsupported("nothing is planned".to_owned()))
    }
}
