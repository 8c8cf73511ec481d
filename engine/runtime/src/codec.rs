use std::sync::Arc;

use flowport_core::model::{Diagnostic, FormatInfo, Placement, Recognition};
use flowport_core::plugin::{Codec, Input, Output, PackageSink, PackageSource, PluginError, PluginName};
use wasmtime::Store;

use crate::answers;
use crate::bindings::codec::exports::flowport::plugin::codec::Guest;
use crate::convert;
use crate::fault::Place;
use crate::handler::failure;
use crate::host::{InputHandle, OutputHandle, PackageReaderHandle, PackageWriterHandle};
use crate::operation::Operation;
use crate::plugin::Shared;

/// A component with the role of a codec.
pub(crate) struct ComponentCodec {
    shared: Arc<Shared>,
    formats: Vec<FormatInfo>,
}

impl ComponentCodec {
    /// Asks it for its formats, unless they are known.
    pub(crate) fn new(shared: Arc<Shared>, stated: Option<Vec<FormatInfo>>) -> Result<ComponentCodec, PluginError> {
        if let Some(formats) = stated {
            return Ok(ComponentCodec { shared, formats });
        }
        let mut codec = ComponentCodec { shared, formats: Vec::new() };
        let formats = codec.run("formats", 0, |guest, store| guest.call_formats(store))?;
        codec.formats = formats.into_iter().map(convert::format_info_from_wit).collect();
        answers::check_formats(&codec.formats).map_err(|what| codec.place("formats").lied(what))?;
        Ok(codec)
    }

    fn place(&self, function: &'static str) -> Place<'_> {
        Place { plugin: &self.shared.name, function, resource: None }
    }

    /// One call: a fresh instance, the function, its answer.
    fn run<T>(
        &self,
        function: &'static str,
        input: u64,
        work: impl FnOnce(&Guest, &mut Store<Operation>) -> wasmtime::Result<T>,
    ) -> Result<T, PluginError> {
        // Taken before the store is made, so given back after it is gone.
        let _slot = self.shared.slot();
        let mut store = self.shared.store(input);
        let run = || {
            let plugin = self.shared.codec()?.instantiate(&mut store)?;
            work(plugin.flowport_plugin_codec(), &mut store)
        };
        run().map_err(|error| self.place(function).trapped(&error, &store))
    }
}

impl Codec for ComponentCodec {
    fn name(&self) -> &PluginName {
        &self.shared.name
    }

    fn formats(&self) -> &[FormatInfo] {
        &self.formats
    }

    fn recognize(&self, file: &Arc<dyn Input>, name: Option<&str>) -> Result<Vec<Recognition>, PluginError> {
        let answer = self.run("recognize", file.len(), |guest, store| {
            let file = store.data_mut().table.push(InputHandle(file.clone()))?;
            guest.call_recognize(store, file, name)
        })?;
        let recognitions: Vec<_> = answer.into_iter().map(convert::recognition_from_wit).collect();
        let unknown =
            recognitions.iter().find(|recognition| !self.formats.iter().any(|format| format.id == recognition.format));
        match unknown {
            Some(recognition) => Err(self
                .place("recognize")
                .lied(format!("it recognised {}, which is no format of its", recognition.format))),
            None => Ok(recognitions),
        }
    }

    fn decode(
        &self,
        format: &str,
        file: &Arc<dyn Input>,
        into: &Arc<dyn PackageSink>,
    ) -> Result<Vec<Diagnostic>, PluginError> {
        let answer = self.run("decode", file.len(), |guest, store| {
            let table = &mut store.data_mut().table;
            let (file, into) = (table.push(InputHandle(file.clone()))?, table.push(PackageWriterHandle(into.clone()))?);
            guest.call_decode(store, format, file, into)
        })?;
        answer.map(convert::diagnostics_from_wit).map_err(|why| failure(&self.place("decode"), why))
    }

    fn fits(&self, format: &str, package: &Arc<dyn PackageSource>) -> Result<Vec<bool>, PluginError> {
        let answer = self.run("fits", size(package.as_ref()), |guest, store| {
            let handle = store.data_mut().table.push(PackageReaderHandle(package.clone()))?;
            guest.call_fits(store, format, handle)
        })?;
        let place = self.place("fits");
        let fits = answer.map_err(|why| failure(&place, why))?;
        if fits.len() != package.len() {
            return Err(place.lied(format!("it answered for {} of {} resources", fits.len(), package.len())));
        }
        Ok(fits)
    }

    fn encode(
        &self,
        format: &str,
        package: &Arc<dyn PackageSource>,
        file: &Arc<dyn Output>,
    ) -> Result<Vec<Placement>, PluginError> {
        let answer = self.run("encode", size(package.as_ref()), |guest, store| {
            let table = &mut store.data_mut().table;
            let (package, file) =
                (table.push(PackageReaderHandle(package.clone()))?, table.push(OutputHandle(file.clone()))?);
            guest.call_encode(store, format, package, file)
        })?;
        let place = self.place("encode");
        let placements = answer.map_err(|why| failure(&place, why))?;
        let placements: Result<Vec<_>, _> = placements.into_iter().map(convert::placement_from_wit).collect();
        let placements = placements.map_err(|what| place.lied(what))?;
        answers::check_placements(&placements, package.as_ref()).map_err(|what| place.lied(what))?;
        Ok(placements)
    }
}

/// What there is to read of a package, in bytes.
fn size(package: &dyn PackageSource) -> u64 {
    let parts = (0..package.len())
        .flat_map(|index| package.view(index).parts.iter().map(|part| part.content.len()).collect::<Vec<_>>());
    parts.sum::<u64>() + package.attachment().map_or(0, |attachment| attachment.len())
}
