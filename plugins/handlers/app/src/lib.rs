//! Handler of canvas apps (`app` in dialect `power-automate`): opaque files, references found and relinked.

use flowport_plugin::{Action, EditOp, Edited, Failure, Handler, Inspection, KindInfo, Traits, View};
use flowport_power_automate::{APP, DIALECT, app};

/// Knows apps.
pub struct Apps;

impl Handler for Apps {
    fn kinds() -> Vec<KindInfo> {
        let actions = [Action::Update, Action::Create, Action::UseExisting, Action::Skip];
        vec![
            KindInfo::new(APP, DIALECT)
                .title("app", "apps")
                .actions(&actions)
                .traits(Traits::OWNED | Traits::GENERATED_IDS),
        ]
    }

    fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
        app::inspect(subject)
    }

    fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
        app::edit(subject, ops)
    }
}

flowport_plugin::register!(handler: Apps);
