//! What the tests lend to plugins, and small limits to run them under.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use flowport_core::content::Content;
use flowport_core::model::{Head, Origin, PackageInfo, Part, Resource, ResourceId, Setup, State};
use flowport_core::plugin::{Input, Output, PackageSink, PackageSource, PluginError, Reader, SharedView, SinkError};
use flowport_runtime::{Limits, Plugin, Runtime};

use crate::guests::guest;

/// No operation of the tests may take longer, whatever its plugin does.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn limits() -> Limits {
    Limits {
        memory: 32 << 20,
        idle: Duration::from_millis(200),
        total: Duration::from_secs(5),
        calls: 1_000,
        bytes_per_call: 1_000,
        bytes: 1 << 20,
        bytes_per_input: 4,
        unpacked_per_input: 10,
        unpacked: 4 << 20,
        stderr: 8 << 10,
        ..Limits::default()
    }
}

pub(crate) fn load(name: &str, limits: Limits) -> Plugin {
    Runtime::new(limits).unwrap().load_file(&guest(name)).unwrap()
}

/// The plugin that misbehaves, under [`limits`]; one for all tests, as one fault must not harm the next operation.
pub(crate) fn misbehave() -> &'static Plugin {
    static PLUGIN: OnceLock<Plugin> = OnceLock::new();
    PLUGIN.get_or_init(|| load("misbehave", limits()))
}

/// What a person reads of a fault. Panics where it is none, or took too long to become one.
pub(crate) fn fault<T: std::fmt::Debug>(work: impl FnOnce() -> Result<T, PluginError>) -> String {
    let started = Instant::now();
    let outcome = work();
    assert!(started.elapsed() < PATIENCE, "it took {:?}", started.elapsed());
    match outcome {
        Err(error @ PluginError::Fault { .. }) => error.to_string(),
        other => panic!("it was no fault: {other:?}"),
    }
}

pub(crate) fn head(kind: &str, id: &str, dialect: &str) -> Head {
    Head {
        id: ResourceId::new(kind, id, None).unwrap(),
        name: id.to_owned(),
        dialect: dialect.to_owned(),
        state: State::Published,
        origin: Origin::Custom,
        attributes: "{}".into(),
    }
}

pub(crate) fn part(name: &str, media_type: &str, content: &[u8]) -> Part {
    Part { name: name.to_owned(), media_type: media_type.to_owned(), content: Content::from_bytes(content) }
}

/// A resource of the plugin that misbehaves: its name says how.
pub(crate) fn note(name: &str) -> SharedView {
    let parts = vec![part("note.txt", "text/plain", &[b'n'; 4096]), part("note.json", "application/json", b"{}")];
    Arc::new(Resource { head: head("note", name, "misbehave"), parts })
}

/// A target with nothing but the notes of [`note`].
pub(crate) struct Notes;

impl Reader for Notes {
    fn find(&self, _identity: &str) -> Result<Vec<Head>, String> {
        Ok(Vec::new())
    }
    fn get(&self, id: &ResourceId) -> Result<Option<SharedView>, String> {
        Ok(Some(note(&id.id)))
    }
    fn versions(&self, _kind: &str, _id: &str) -> Result<Vec<String>, String> {
        Err("the disk is gone".to_owned())
    }
}

pub(crate) fn file(content: &[u8]) -> Arc<dyn Input> {
    Arc::new(Content::from_bytes(content))
}

/// What a decoder wrote, under the rules of the contract.
#[derive(Default)]
pub(crate) struct Sink(Mutex<Decoded>);

/// Name and content.
type DecodedPart = (String, Vec<u8>);

#[derive(Default, Clone, Debug, PartialEq)]
pub(crate) struct Decoded {
    pub(crate) described: bool,
    /// Id and parts of each.
    pub(crate) resources: Vec<(String, Vec<DecodedPart>)>,
}

impl Sink {
    pub(crate) fn decoded(&self) -> Decoded {
        self.0.lock().unwrap().clone()
    }

    fn change(&self, change: impl FnOnce(&mut Decoded) -> Option<()>, breach: &str) -> Result<(), SinkError> {
        change(&mut self.0.lock().unwrap()).ok_or_else(|| SinkError::Contract(breach.to_owned()))
    }
}

impl PackageSink for Sink {
    fn describe(&self, _info: PackageInfo) -> Result<(), SinkError> {
        let first = |decoded: &mut Decoded| (!std::mem::replace(&mut decoded.described, true)).then_some(());
        self.change(first, "the package was described twice")
    }
    fn add(&self, head: Head, _setup: Setup) -> Result<(), SinkError> {
        let id = head.id.to_string();
        let add = |decoded: &mut Decoded| {
            let new = decoded.resources.iter().all(|resource| resource.0 != id);
            (decoded.described && new).then(|| decoded.resources.push((id.clone(), Vec::new())))
        };
        self.change(add, &format!("{id} came twice, or before the package was described"))
    }
    fn part(&self, name: &str, _media_type: &str) -> Result<(), SinkError> {
        let add = |decoded: &mut Decoded| {
            let parts = &mut decoded.resources.last_mut()?.1;
            parts.iter().all(|part| part.0 != name).then(|| parts.push((name.to_owned(), Vec::new())))
        };
        self.change(add, &format!("the part {name} came twice, or before a resource"))
    }
    fn write(&self, bytes: &[u8]) -> Result<(), SinkError> {
        let write = |decoded: &mut Decoded| {
            decoded.resources.last_mut()?.1.last_mut()?.1.extend_from_slice(bytes);
            Some(())
        };
        self.change(write, "bytes came before a part")
    }
    fn attachment(&self, _bytes: &[u8]) -> Result<(), SinkError> {
        Err(SinkError::Spool("the disk is full".to_owned()))
    }
}

/// A package to encode.
pub(crate) struct Package {
    pub(crate) info: PackageInfo,
    pub(crate) setup: Setup,
    pub(crate) resources: Vec<SharedView>,
}

impl Package {
    pub(crate) fn of(resources: Vec<SharedView>) -> Arc<dyn PackageSource> {
        Arc::new(Package { info: PackageInfo::default(), setup: Setup::default(), resources })
    }
}

impl PackageSource for Package {
    fn info(&self) -> &PackageInfo {
        &self.info
    }
    fn len(&self) -> usize {
        self.resources.len()
    }
    fn setup(&self, _index: usize) -> &Setup {
        &self.setup
    }
    fn view(&self, index: usize) -> SharedView {
        self.resources[index].clone()
    }
    fn attachment(&self) -> Option<Arc<dyn Input>> {
        None
    }
}

/// A file that an encoder writes: the end of the furthest write, and what was written last.
#[derive(Default)]
pub(crate) struct File(pub(crate) Mutex<(u64, Vec<u8>)>);

impl Output for File {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> std::io::Result<()> {
        let mut file = self.0.lock().unwrap();
        *file = (file.0.max(offset + bytes.len() as u64), bytes.to_vec());
        Ok(())
    }
}
