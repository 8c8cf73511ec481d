use std::sync::Arc;

use flowport_core::model::{Action, Change, EditOp, Edited, Inspection, KindInfo, Resource, ResourceId, SlotValue};
use flowport_core::plugin::{Handler, PluginError, PluginName, Reader, SharedView};
use wasmtime::Store;
use wasmtime::component::Resource as Handle;

use crate::answers;
use crate::bindings::handler::exports::flowport::plugin::handler as wit_handler;
use crate::bindings::handler::exports::flowport::plugin::handler::Guest;
use crate::bindings::wit::Failure;
use crate::convert;
use crate::fault::Place;
use crate::host::{ReaderHandle, ViewHandle};
use crate::operation::Operation;
use crate::plugin::Shared;
use crate::pool::Slot;

/// A component with the role of a handler.
pub(crate) struct ComponentHandler {
    shared: Arc<Shared>,
    kinds: Vec<KindInfo>,
}

/// One call: a fresh instance, the function, its answer.
struct Call<'a> {
    shared: &'a Shared,
    store: Store<Operation>,
    place: Place<'a>,
    /// Given back after the store is gone: fields are dropped in this order.
    _slot: Option<Slot>,
}

impl<'a> Call<'a> {
    fn new(shared: &'a Shared, function: &'static str, resource: Option<&'a ResourceId>, input: u64) -> Call<'a> {
        let place = Place { plugin: &shared.name, function, resource };
        let slot = shared.slot();
        Call { shared, store: shared.store(input), place, _slot: slot }
    }

    fn lend(&mut self, view: &SharedView) -> Result<Handle<ViewHandle>, PluginError> {
        let handle = self.store.data_mut().table.push(ViewHandle(view.clone()));
        handle.map_err(|error| self.place.lied(error.to_string()))
    }

    fn run<T>(
        mut self,
        function: impl FnOnce(&Guest, &mut Store<Operation>) -> wasmtime::Result<T>,
    ) -> Result<(T, Place<'a>), PluginError> {
        let run = || {
            let plugin = self.shared.handler()?.instantiate(&mut self.store)?;
            function(plugin.flowport_plugin_handler(), &mut self.store)
        };
        match run() {
            Ok(answer) => Ok((answer, self.place)),
            Err(error) => Err(self.place.trapped(&error, &self.store)),
        }
    }
}

/// What a plugin says it could not do.
pub(crate) fn failure(place: &Place<'_>, failure: Failure) -> PluginError {
    match failure {
        Failure::Malformed(diagnostics) if diagnostics.is_empty() => place.lied("it refused without a reason"),
        Failure::Malformed(diagnostics) => PluginError::Malformed(convert::diagnostics_from_wit(diagnostics)),
        Failure::Unsupported(what) => PluginError::Unsupported(what),
        Failure::Limit(what) => PluginError::Limit(what),
        Failure::Other(what) => PluginError::Other(what),
    }
}

/// How much a handler gets to read of a resource, in bytes.
fn size(resource: &Resource) -> u64 {
    resource.parts.iter().map(|part| part.content.len()).sum::<u64>() + resource.head.attributes.len() as u64
}

impl ComponentHandler {
    /// Asks it for its kinds, unless they are known.
    pub(crate) fn new(shared: Arc<Shared>, stated: Option<Vec<KindInfo>>) -> Result<ComponentHandler, PluginError> {
        if let Some(kinds) = stated {
            return Ok(ComponentHandler { shared, kinds });
        }
        let kinds = {
            let call = Call::new(&shared, "kinds", None, 0);
            let (kinds, place) = call.run(|guest, store| guest.call_kinds(store))?;
            let kinds: Result<Vec<_>, _> = kinds.into_iter().map(convert::kind_info_from_wit).collect();
            let kinds = kinds.map_err(|what| place.lied(what))?;
            answers::check_kinds(&kinds).map_err(|what| place.lied(what))?;
            kinds
        };
        Ok(ComponentHandler { shared, kinds })
    }

    fn edited(
        &self,
        function: &'static str,
        subject: &SharedView,
        work: impl FnOnce(
            &Guest,
            &mut Store<Operation>,
            Handle<ViewHandle>,
        ) -> wasmtime::Result<Result<wit_handler::Edited, Failure>>,
    ) -> Result<Edited, PluginError> {
        let mut call = Call::new(&self.shared, function, Some(&subject.head.id), size(subject));
        let view = call.lend(subject)?;
        let (answer, place) = call.run(|guest, store| work(guest, store, view))?;
        let edited = answer.map_err(|why| failure(&place, why))?;
        let edited = convert::edited_from_wit(edited).map_err(|what| place.lied(what))?;
        answers::check_edited(&edited, subject).map_err(|what| place.lied(what))?;
        Ok(edited)
    }
}

impl Handler for ComponentHandler {
    fn name(&self) -> &PluginName {
        &self.shared.name
    }

    fn kinds(&self) -> &[KindInfo] {
        &self.kinds
    }

    fn inspect(&self, subject: &SharedView) -> Result<Inspection, PluginError> {
        let mut call = Call::new(&self.shared, "inspect", Some(&subject.head.id), size(subject));
        let view = call.lend(subject)?;
        let (answer, place) = call.run(|guest, store| guest.call_inspect(store, view))?;
        let inspection = answer.map_err(|why| failure(&place, why))?;
        let inspection = convert::inspection_from_wit(inspection).map_err(|what| place.lied(what))?;
        answers::check_inspection(&inspection).map_err(|what| place.lied(what))?;
        Ok(inspection)
    }

    fn secret_values(&self, subject: &SharedView, slots: &[String]) -> Result<Vec<SlotValue>, PluginError> {
        let mut call = Call::new(&self.shared, "secret-values", Some(&subject.head.id), size(subject));
        let view = call.lend(subject)?;
        let (answer, place) = call.run(|guest, store| guest.call_secret_values(store, view, slots))?;
        let values = answer.map_err(|why| failure(&place, why))?;
        let values: Vec<_> =
            values.into_iter().map(|value| SlotValue { slot: value.slot, value: value.value }).collect();
        answers::check_secret_values(&values, slots).map_err(|what| place.lied(what))?;
        Ok(values)
    }

    fn edit(&self, subject: &SharedView, ops: &[EditOp]) -> Result<Edited, PluginError> {
        let ops: Vec<_> = ops.iter().map(convert::edit_op_to_wit).collect();
        self.edited("edit", subject, |guest, store, view| guest.call_edit(store, view, &ops))
    }

    fn prepare(&self, subject: &SharedView) -> Result<Edited, PluginError> {
        self.edited("prepare", subject, |guest, store, view| guest.call_prepare(store, view))
    }

    fn plan(
        &self,
        incoming: &SharedView,
        existing: Option<&SharedView>,
        action: Option<&Action>,
        target: &Arc<dyn Reader>,
    ) -> Result<Change, PluginError> {
        let input = size(incoming) + existing.map_or(0, |existing| size(existing));
        let mut call = Call::new(&self.shared, "plan", Some(&incoming.head.id), input);
        let incoming_view = call.lend(incoming)?;
        let existing_view = existing.map(|existing| call.lend(existing)).transpose()?;
        let reader = call.store.data_mut().table.push(ReaderHandle(target.clone()));
        let reader = reader.map_err(|error| call.place.lied(error.to_string()))?;
        let action = action.map(convert::action_to_wit);
        let (answer, place) =
            call.run(|guest, store| guest.call_plan(store, incoming_view, existing_view, action.as_ref(), reader))?;
        let change = answer.map_err(|why| failure(&place, why))?;
        let outcome = change.outcome.map(convert::edited_from_wit).transpose().map_err(|what| place.lied(what))?;
        let change = Change {
            action: change.action.map(convert::action_from_wit),
            allowed: change.allowed.into_iter().map(convert::action_from_wit).collect(),
            outcome,
            diagnostics: convert::diagnostics_from_wit(change.diagnostics),
        };
        answers::check_change(&change, incoming, existing).map_err(|what| place.lied(what))?;
        Ok(change)
    }
}
