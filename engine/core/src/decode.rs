//! From a file to a package: recognise it by its content, decode it into a spool.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::carry::{SEALED, reunite, take};
use crate::content::Content;
use crate::error::Error;
use crate::model::{
    Confidence, Diagnostic, Head, Package, PackageInfo, PackageResource, Part, Resource, ResourceId, Setup,
};
use crate::plugin::{Codec, Input, PackageSink, PluginError, SinkError};
use crate::registry::Registry;
use crate::spool::{Spool, Writing};

/// A part, in bytes.
const MAX_PART: u64 = 256 << 20;
/// A part that is a JSON document, in bytes.
const MAX_JSON: u64 = 64 << 20;
/// Resources of one package.
const MAX_RESOURCES: usize = 1_000_000;

/// What decoding gave.
#[derive(Debug)]
pub struct Decoded {
    /// In which format the file is.
    pub format: String,
    /// What is in it.
    pub package: Package,
    /// What the codec found.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a package of any format that a loaded plugin knows. `name` is the file's name and decides nothing alone.
///
/// # Errors
/// [`Error::NotAPackage`] with what the file is instead; [`Error::Invalid`] where it breaks its format's rules as a whole;
/// [`Error::Limit`].
pub fn decode(registry: &Registry, file: &Arc<dyn Input>, name: Option<&str>) -> Result<Decoded, Error> {
    let (codec, format) = recognize(registry, file, name)?;
    let (mut decoded, attachment) = decode_whole(codec, &format, file)?;
    decoded.package.sealed = take(&mut decoded.package.info, SEALED);
    if let Some(attachment) = attachment {
        attach(registry, &mut decoded, Arc::new(attachment))?;
    }
    Ok(decoded)
}

fn recognize<'a>(
    registry: &'a Registry,
    file: &Arc<dyn Input>,
    name: Option<&str>,
) -> Result<(&'a Arc<dyn Codec>, String), Error> {
    let mut best: Option<(&Arc<dyn Codec>, String, Confidence)> = None;
    let mut reasons = Vec::new();
    for codec in registry.codecs() {
        for recognition in codec.recognize(file, name)? {
            if recognition.confidence > best.as_ref().map_or(Confidence::No, |best| best.2) {
                best = Some((codec, recognition.format, recognition.confidence));
            }
            reasons.extend(recognition.why_not);
        }
        if best.as_ref().is_some_and(|best| best.2 == Confidence::Certain) {
            break;
        }
    }
    match best {
        Some((codec, format, _)) => Ok((codec, format)),
        None if reasons.is_empty() => Err(Error::NotAPackage(vec![
            Diagnostic::error(Error::NO_FORMAT, "this is no package of a format that flowport knows")
                .help("`flowport formats` lists the formats; `--plugin` loads others"),
        ])),
        None => Err(Error::NotAPackage(reasons)),
    }
}

/// Reads what a file in this format holds natively.
pub(crate) fn decode_as(codec: &Arc<dyn Codec>, format: &str, file: &Arc<dyn Input>) -> Result<Decoded, Error> {
    Ok(decode_whole(codec, format, file)?.0)
}

/// Reads a file that is in this format, with its attachment undecoded.
fn decode_whole(
    codec: &Arc<dyn Codec>,
    format: &str,
    file: &Arc<dyn Input>,
) -> Result<(Decoded, Option<Content>), Error> {
    let sink = Arc::new(Sink::default());
    let receiver: Arc<dyn PackageSink> = sink.clone();
    let diagnostics = codec.decode(format, file, &receiver)?;
    let (package, attachment) = sink.finish();
    Ok((Decoded { format: format.to_owned(), package, diagnostics }, attachment))
}

/// Adds the resources that the format carried without knowing them.
fn attach(registry: &Registry, decoded: &mut Decoded, attachment: Arc<dyn Input>) -> Result<(), Error> {
    let Some((codec, format)) = registry.carrier() else {
        let summary = "the package carries resources that no loaded plugin can read; they are left out";
        decoded
            .diagnostics
            .push(Diagnostic::warning("E-ATTACHMENT", summary).help("load a plugin that carries everything"));
        return Ok(());
    };
    let carried = decode_as(codec, &format.id, &attachment)?;
    reunite(decoded, carried);
    Ok(())
}

/// Takes in what a codec decodes.
#[derive(Default)]
struct Sink {
    state: Mutex<SinkState>,
}

#[derive(Default)]
struct SinkState {
    spool: Spool,
    info: Option<PackageInfo>,
    resources: Vec<PackageResource>,
    seen: HashSet<ResourceId>,
    open: Open,
}

/// What `write` appends to.
#[derive(Default)]
enum Open {
    #[default]
    Nothing,
    Part {
        name: String,
        media_type: String,
        writing: Writing,
    },
    Attachment(Writing),
}

impl Sink {
    fn state(&self) -> MutexGuard<'_, SinkState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The package, and its attachment.
    fn finish(&self) -> (Package, Option<Content>) {
        let mut state = std::mem::take(&mut *self.state());
        let attachment = state.close();
        let package = Package { info: state.info.unwrap_or_default(), resources: state.resources, sealed: None };
        (package, attachment)
    }
}

impl SinkState {
    /// Ends what is being written; the attachment comes last and is returned.
    fn close(&mut self) -> Option<Content> {
        match std::mem::take(&mut self.open) {
            Open::Nothing => None,
            Open::Attachment(writing) => Some(self.spool.finish(writing)),
            Open::Part { name, media_type, writing } => {
                let content = self.spool.finish(writing);
                if let Some(entry) = self.resources.last_mut() {
                    entry.resource.parts.push(Part { name, media_type, content });
                }
                None
            }
        }
    }
}

fn contract(what: impl Into<String>) -> SinkError {
    SinkError::Contract(what.into())
}

impl PackageSink for Sink {
    fn describe(&self, info: PackageInfo) -> Result<(), SinkError> {
        match self.state().info.replace(info) {
            None => Ok(()),
            Some(_) => Err(contract("it described the package twice")),
        }
    }

    fn add(&self, head: Head, setup: Setup) -> Result<(), SinkError> {
        let mut state = self.state();
        if matches!(state.open, Open::Attachment(_)) {
            return Err(contract("it added a resource behind the attachment"));
        }
        if state.resources.len() >= MAX_RESOURCES {
            return Err(SinkError::Limit(format!("the package has more than {MAX_RESOURCES} resources")));
        }
        let object = flowport_json::Document::parse(head.attributes.as_bytes());
        if !object.is_ok_and(|document| document.root().kind() == flowport_json::Kind::Object) {
            return Err(contract(format!("its attributes of {} are no JSON object", head.id)));
        }
        if !state.seen.insert(head.id.clone()) {
            return Err(contract(format!("it added {} twice", head.id)));
        }
        state.close();
        state.resources.push(PackageResource { resource: Resource { head, parts: Vec::new() }, setup });
        Ok(())
    }

    fn part(&self, name: &str, media_type: &str) -> Result<(), SinkError> {
        let mut state = self.state();
        state.close();
        let Some(entry) = state.resources.last() else { return Err(contract("it began a part without a resource")) };
        if name.is_empty() || name.len() > 1024 || name.chars().any(char::is_control) {
            return Err(contract(format!("it named a part {name:?}")));
        }
        if entry.resource.part(name).is_some() {
            return Err(contract(format!("it began the part {name} of {} twice", entry.resource.head.id)));
        }
        let writing = state.spool.begin();
        state.open = Open::Part { name: name.to_owned(), media_type: media_type.to_owned(), writing };
        Ok(())
    }

    fn write(&self, bytes: &[u8]) -> Result<(), SinkError> {
        let SinkState { spool, open, .. } = &mut *self.state();
        let Open::Part { name, media_type, writing } = open else { return Err(contract("it wrote without a part")) };
        let limit = if media_type == "application/json" { MAX_JSON } else { MAX_PART };
        if writing.len() + bytes.len() as u64 > limit {
            return Err(SinkError::Limit(format!("the part {name} has more than {limit} bytes")));
        }
        spool.write(writing, bytes).map_err(|error| no_room(&error))
    }

    fn attachment(&self, bytes: &[u8]) -> Result<(), SinkError> {
        let mut state = self.state();
        if !matches!(state.open, Open::Attachment(_)) {
            state.close();
            state.open = Open::Attachment(state.spool.begin());
        }
        let SinkState { spool, open: Open::Attachment(writing), .. } = &mut *state else {
            return Err(contract("it wrote no attachment"));
        };
        spool.write(writing, bytes).map_err(|error| no_room(&error))
    }
}

/// Parts are kept in a temporary file while a package is read.
fn no_room(error: &std::io::Error) -> SinkError {
    let folder = std::env::temp_dir();
    SinkError::Spool(format!("the temporary folder {} cannot be written to: {error}", folder.display()))
}

/// A plugin's failure about one resource, as findings.
pub(crate) fn findings(error: PluginError, resource: &ResourceId) -> Vec<Diagnostic> {
    error.into_diagnostics(Some(resource))
}
