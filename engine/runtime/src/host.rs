//! The host's side of `host.wit`: handles on what the engine lends, each call counted.
// What `bindgen!` makes re-exports the handles as `pub`.
#![allow(unreachable_pub)]

use std::sync::Arc;

use flowport_core::plugin::{Input, Output, PackageSink, PackageSource, Reader, SharedView, SinkError};
use wasmtime::component::Resource;
use wasmtime::{bail, format_err};

use crate::bindings::wit::{Failure, Head, PackageInfo, PartInfo, ResourceId, Setup};
use crate::bindings::wit_host;
use crate::convert;
use crate::operation::Operation;

/// A log line is cut at this many bytes.
const LOG_LINE: usize = 4096;
/// The attributes of one resource, in bytes.
const MAX_ATTRIBUTES: usize = 4 << 20;

pub struct ViewHandle(pub(crate) SharedView);
pub struct ReaderHandle(pub(crate) Arc<dyn Reader>);
pub struct InputHandle(pub(crate) Arc<dyn Input>);
pub struct OutputHandle(pub(crate) Arc<dyn Output>);
pub struct PackageWriterHandle(pub(crate) Arc<dyn PackageSink>);
pub struct PackageReaderHandle(pub(crate) Arc<dyn PackageSource>);

type Outcome<T> = wasmtime::Result<Result<T, Failure>>;

impl crate::bindings::handler::flowport::plugin::types::Host for Operation {}

impl wit_host::Host for Operation {
    fn log(&mut self, level: wit_host::Level, message: String) -> wasmtime::Result<()> {
        self.budget.bytes(message.len())?;
        let end = message.floor_char_boundary(LOG_LINE);
        let line: String = message[..end].chars().filter(|character| !character.is_control()).collect();
        let plugin = &self.plugin;
        match level {
            wit_host::Level::Trace => tracing::trace!(%plugin, "{line}"),
            wit_host::Level::Debug => tracing::debug!(%plugin, "{line}"),
            wit_host::Level::Info => tracing::info!(%plugin, "{line}"),
            wit_host::Level::Warn => tracing::warn!(%plugin, "{line}"),
            wit_host::Level::Error => tracing::error!(%plugin, "{line}"),
        }
        Ok(())
    }
}

impl wit_host::HostView for Operation {
    fn head(&mut self, view: Resource<ViewHandle>) -> wasmtime::Result<Head> {
        self.budget.call()?;
        Ok(convert::head_to_wit(&self.table.get(&view)?.0.head))
    }

    fn parts(&mut self, view: Resource<ViewHandle>) -> wasmtime::Result<Vec<PartInfo>> {
        self.budget.call()?;
        let part = |part: &flowport_core::model::Part| PartInfo {
            name: part.name.clone(),
            media_type: part.media_type.clone(),
            len: part.content.len(),
        };
        Ok(self.table.get(&view)?.0.parts.iter().map(part).collect())
    }

    fn read(&mut self, view: Resource<ViewHandle>, part: String, offset: u64, max: u32) -> Outcome<Vec<u8>> {
        let view = self.table.get(&view)?.0.clone();
        let Some(part) = view.part(&part) else {
            self.budget.call()?;
            return Ok(Err(Failure::Other(format!("there is no part {part}"))));
        };
        self.budget.bytes(piece(part.content.len(), offset, max))?;
        let bytes = part.content.read_at(offset, max as usize);
        Ok(Ok(bytes.map_err(|error| format_err!("a part cannot be read: {error}"))?))
    }

    fn drop(&mut self, view: Resource<ViewHandle>) -> wasmtime::Result<()> {
        self.table.delete(view)?;
        Ok(())
    }
}

impl wit_host::HostReader for Operation {
    fn find(&mut self, reader: Resource<ReaderHandle>, identity: String) -> wasmtime::Result<Vec<Head>> {
        self.budget.call()?;
        let found = self.table.get(&reader)?.0.find(&identity).map_err(wasmtime::Error::msg)?;
        Ok(found.iter().map(convert::head_to_wit).collect())
    }

    fn get(
        &mut self,
        reader: Resource<ReaderHandle>,
        id: ResourceId,
    ) -> wasmtime::Result<Option<Resource<ViewHandle>>> {
        self.budget.call()?;
        let Ok(id) = convert::id_from_wit(&id) else { return Ok(None) };
        match self.table.get(&reader)?.0.get(&id).map_err(wasmtime::Error::msg)? {
            Some(view) => Ok(Some(self.table.push(ViewHandle(view))?)),
            None => Ok(None),
        }
    }

    fn versions(&mut self, reader: Resource<ReaderHandle>, kind: String, id: String) -> wasmtime::Result<Vec<String>> {
        self.budget.call()?;
        self.table.get(&reader)?.0.versions(&kind, &id).map_err(wasmtime::Error::msg)
    }

    fn drop(&mut self, reader: Resource<ReaderHandle>) -> wasmtime::Result<()> {
        self.table.delete(reader)?;
        Ok(())
    }
}

impl wit_host::HostInput for Operation {
    fn len(&mut self, input: Resource<InputHandle>) -> wasmtime::Result<u64> {
        self.budget.call()?;
        Ok(self.table.get(&input)?.0.len())
    }

    fn read_at(&mut self, input: Resource<InputHandle>, offset: u64, max: u32) -> Outcome<Vec<u8>> {
        let input = &self.table.get(&input)?.0;
        self.budget.bytes(piece(input.len(), offset, max))?;
        let read = input.read_at(offset, max as usize);
        Ok(read.map_err(|error| Failure::Other(format!("the file cannot be read: {error}"))))
    }

    fn drop(&mut self, input: Resource<InputHandle>) -> wasmtime::Result<()> {
        self.table.delete(input)?;
        Ok(())
    }
}

impl wit_host::HostOutput for Operation {
    fn write_at(&mut self, output: Resource<OutputHandle>, offset: u64, bytes: Vec<u8>) -> Outcome<()> {
        self.budget.bytes(bytes.len())?;
        if offset.saturating_add(bytes.len() as u64) > self.budget.limits().unpacked {
            return Ok(Err(Failure::Limit(format!("a file ends before byte {offset}"))));
        }
        let written = self.table.get(&output)?.0.write_at(offset, &bytes);
        Ok(written.map_err(|error| Failure::Other(format!("the file cannot be written: {error}"))))
    }

    fn drop(&mut self, output: Resource<OutputHandle>) -> wasmtime::Result<()> {
        self.table.delete(output)?;
        Ok(())
    }
}

/// How many bytes a read brings: counted before the host makes room for them.
fn piece(len: u64, offset: u64, max: u32) -> usize {
    len.saturating_sub(offset).min(u64::from(max)) as usize
}

/// A breach of the contract ends the operation; a limit is the package's fault and goes back to the codec.
fn taken(result: Result<(), SinkError>) -> Outcome<()> {
    match result {
        Ok(()) => Ok(Ok(())),
        Err(SinkError::Limit(what)) => Ok(Err(Failure::Limit(what))),
        Err(SinkError::Spool(what)) => Ok(Err(Failure::Other(what))),
        Err(SinkError::Contract(what)) => bail!(what),
    }
}

impl wit_host::HostPackageWriter for Operation {
    fn describe(&mut self, writer: Resource<PackageWriterHandle>, info: PackageInfo) -> Outcome<()> {
        self.budget.call()?;
        taken(self.table.get(&writer)?.0.describe(convert::package_info_from_wit(info)))
    }

    fn add(&mut self, writer: Resource<PackageWriterHandle>, head: Head, setup: Setup) -> Outcome<()> {
        self.budget.unpacked(head.attributes.len())?;
        if head.attributes.len() > MAX_ATTRIBUTES {
            return Ok(Err(Failure::Limit(format!("the attributes of {} are longer than 4 MiB", head.name))));
        }
        match convert::head_from_wit(head) {
            Ok(head) => taken(self.table.get(&writer)?.0.add(head, convert::setup_from_wit(setup))),
            Err(what) => bail!(what),
        }
    }

    fn part(&mut self, writer: Resource<PackageWriterHandle>, name: String, media_type: String) -> Outcome<()> {
        self.budget.call()?;
        taken(self.table.get(&writer)?.0.part(&name, &media_type))
    }

    fn write(&mut self, writer: Resource<PackageWriterHandle>, bytes: Vec<u8>) -> Outcome<()> {
        self.budget.unpacked(bytes.len())?;
        taken(self.table.get(&writer)?.0.write(&bytes))
    }

    fn attachment(&mut self, writer: Resource<PackageWriterHandle>, bytes: Vec<u8>) -> Outcome<()> {
        self.budget.unpacked(bytes.len())?;
        taken(self.table.get(&writer)?.0.attachment(&bytes))
    }

    fn drop(&mut self, writer: Resource<PackageWriterHandle>) -> wasmtime::Result<()> {
        self.table.delete(writer)?;
        Ok(())
    }
}

impl wit_host::HostPackageReader for Operation {
    fn info(&mut self, reader: Resource<PackageReaderHandle>) -> wasmtime::Result<PackageInfo> {
        self.budget.call()?;
        Ok(convert::package_info_to_wit(self.table.get(&reader)?.0.info()))
    }

    fn len(&mut self, reader: Resource<PackageReaderHandle>) -> wasmtime::Result<u32> {
        self.budget.call()?;
        u32::try_from(self.table.get(&reader)?.0.len()).map_err(|_| format_err!("the package is too large"))
    }

    fn setup(&mut self, reader: Resource<PackageReaderHandle>, index: u32) -> wasmtime::Result<Setup> {
        self.budget.call()?;
        let package = &self.table.get(&reader)?.0;
        within(package.as_ref(), index)?;
        Ok(convert::setup_to_wit(package.setup(index as usize)))
    }

    fn view(&mut self, reader: Resource<PackageReaderHandle>, index: u32) -> wasmtime::Result<Resource<ViewHandle>> {
        self.budget.call()?;
        let package = &self.table.get(&reader)?.0;
        within(package.as_ref(), index)?;
        let view = package.view(index as usize);
        Ok(self.table.push(ViewHandle(view))?)
    }

    fn attachment(&mut self, reader: Resource<PackageReaderHandle>) -> wasmtime::Result<Option<Resource<InputHandle>>> {
        self.budget.call()?;
        match self.table.get(&reader)?.0.attachment() {
            Some(input) => Ok(Some(self.table.push(InputHandle(input))?)),
            None => Ok(None),
        }
    }

    fn drop(&mut self, reader: Resource<PackageReaderHandle>) -> wasmtime::Result<()> {
        self.table.delete(reader)?;
        Ok(())
    }
}

fn within(package: &dyn PackageSource, index: u32) -> wasmtime::Result<()> {
    if (index as usize) < package.len() { Ok(()) } else { bail!("it asked for resource {index} of {}", package.len()) }
}
