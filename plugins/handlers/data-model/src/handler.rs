use flowport_plugin::{Action, Change, EditOp, Edited, Failure, Handler, Inspection, KindInfo, Reader, View};

use crate::entries::List;
use crate::kind::{DIALECT, ModelKind};
use crate::{edit, inspect, plan, prepare};

/// The handler of the kinds `entity` and `picklist`.
pub struct DataModel;

impl Handler for DataModel {
    fn kinds() -> Vec<KindInfo> {
        let entity = kind(ModelKind::Entity, include_str!("schema/entity.json")).title("entity", "entities").key(
            ModelKind::Entity.part(),
            "/fields/*/options",
            "value",
        );
        let picklist = kind(ModelKind::Picklist, include_str!("schema/picklist.json")).title("picklist", "picklists");
        vec![entity, picklist]
    }

    fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
        inspect::inspect(subject)
    }

    fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
        edit::edit(subject, ops)
    }

    fn prepare(subject: &dyn View) -> Result<Edited, Failure> {
        prepare::prepare(subject)
    }

    fn plan(
        incoming: &dyn View,
        existing: Option<&dyn View>,
        action: Option<Action>,
        target: &dyn Reader,
    ) -> Result<Change, Failure> {
        plan::plan(incoming, existing, action, target)
    }
}

fn kind(kind: ModelKind, schema: &str) -> KindInfo {
    let actions = [Action::Merge, Action::Overwrite, Action::Create, Action::UseExisting, Action::Skip];
    let info = KindInfo::new(kind.word(), DIALECT).actions(&actions).schema(schema);
    kind.lists().iter().fold(info, |info, List { member, key, .. }| info.key(kind.part(), &format!("/{member}"), key))
}
