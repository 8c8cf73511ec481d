//! Claims one kind twice.

use flowport_plugin::{Handler, KindInfo};

struct DoubleKind;

impl Handler for DoubleKind {
    fn kinds() -> Vec<KindInfo> {
        vec![KindInfo::new("note", "misbehave"), KindInfo::new("note", "misbehave")]
    }
}

flowport_plugin::register!(handler: DoubleKind);
