use crate::{Action, Change, Diagnostic, EditOp, Edited, Failure, Inspection, KindInfo, Reader, SlotValue, View};

/// The operation of `EditOp::Other` that gives a resource another product key; its argument is the key. Kinds with the trait
/// `PRODUCT_KEYS` take it.
pub const PRODUCT_KEY: &str = "product-key";

/// Knows kinds of resources, each in one or more dialects. Pure: the same input gives the same output, byte for byte.
pub trait Handler {
    /// What this plugin handles.
    fn kinds() -> Vec<KindInfo>;

    /// All that the engine needs to know of a resource, from one parse. The default knows nothing.
    ///
    /// # Errors
    /// When the resource cannot be read at all; otherwise findings go into the diagnostics.
    fn inspect(_subject: &dyn View) -> Result<Inspection, Failure> {
        Ok(Inspection::new())
    }

    /// The raw JSON text of secrets. The default has none.
    ///
    /// # Errors
    /// `Failure::Other` for a slot that `inspect` does not report.
    fn secret_values(_subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
        match slots.first() {
            None => Ok(Vec::new()),
            Some(slot) => Err(Failure::Other(format!("there is no secret at {slot}"))),
        }
    }

    /// Makes all changes at once. The default can change what stands in the head: name, id, state.
    ///
    /// # Errors
    /// `Failure::Other` for a slot that `inspect` does not report.
    fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
        let mut edited = Edited::unchanged(subject.head());
        for op in ops {
            if !edited.apply_to_head(op) {
                return Err(Failure::unknown_slot(op));
            }
        }
        Ok(edited)
    }

    /// The form that leaves an environment. The default is the resource as it is.
    ///
    /// # Errors
    /// When the resource cannot be read.
    fn prepare(subject: &dyn View) -> Result<Edited, Failure> {
        Ok(Edited::unchanged(subject.head()))
    }

    /// What importing would do. The default is [`plan_by_rule`].
    ///
    /// # Errors
    /// When one of the resources cannot be read.
    fn plan(
        incoming: &dyn View,
        existing: Option<&dyn View>,
        action: Option<Action>,
        _target: &dyn Reader,
    ) -> Result<Change, Failure> {
        Ok(plan_by_rule(incoming, existing, action))
    }
}

/// The plan of a kind without rules of its own: `create` stores the incoming resource, `update` and `overwrite` store it under
/// the id of the existing one, `use-existing` needs an existing one, `skip` does nothing.
#[must_use]
pub fn plan_by_rule(incoming: &dyn View, existing: Option<&dyn View>, action: Option<Action>) -> Change {
    let default = if existing.is_some() { Action::Update } else { Action::Create };
    match (action.unwrap_or(default), existing) {
        (Action::Skip, _) => Change::nothing(Action::Skip),
        (Action::UseExisting, Some(_)) => Change::nothing(Action::UseExisting),
        (Action::UseExisting, None) => Change::choose(vec![Action::UseExisting, Action::Create, Action::Skip]),
        (action @ (Action::Update | Action::Overwrite | Action::Merge), Some(existing)) => {
            let mut edited = Edited::unchanged(incoming.head());
            edited.head.id = existing.head().id;
            edited.head.state = existing.head().state;
            Change::store(action, edited)
        }
        (action @ (Action::Create | Action::NewVersion), _) => {
            Change::store(action, Edited::unchanged(incoming.head()))
        }
        (Action::Update | Action::Overwrite | Action::Merge, None) => {
            Change::store(Action::Create, Edited::unchanged(incoming.head()))
        }
        (Action::Other(word), _) => {
            let mut change = Change::choose(vec![Action::Create, Action::Update, Action::UseExisting, Action::Skip]);
            change.diagnostics.push(
                Diagnostic::error("PLAN01", format!("the action {word} cannot be carried out"))
                    .subject(incoming.head().id),
            );
            change
        }
    }
}
