//! Stand-ins for what the host lends, for native tests.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::{
    Edited, Failure, Head, Input, Output, PackageInfo, PackageReader, PackageWriter, PartInfo, Reader, ResourceId,
    Setup, View,
};

/// A resource in memory: a [`View`].
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// All but the parts.
    pub head: Head,
    /// Name, media type, content.
    pub parts: Vec<(String, String, Vec<u8>)>,
    /// What a package says of its import.
    pub setup: Setup,
}

impl Resource {
    /// A resource without parts.
    #[must_use]
    pub fn new(head: Head) -> Resource {
        Resource { head, parts: Vec::new(), setup: Setup::none() }
    }

    /// Adds a JSON part.
    #[must_use]
    pub fn json(mut self, name: &str, text: &str) -> Resource {
        self.parts.push((name.to_owned(), "application/json".to_owned(), text.as_bytes().to_vec()));
        self
    }

    /// The content of a part; empty where there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        let part = self.parts.iter().find(|part| part.0 == name);
        part.map_or_else(String::new, |part| String::from_utf8_lossy(&part.2).into_owned())
    }

    /// The resource after an edit.
    #[must_use]
    pub fn edited(&self, edited: &Edited) -> Resource {
        let mut result = self.clone();
        result.head = edited.head.clone();
        result.parts.retain(|part| !edited.removed.contains(&part.0));
        for written in &edited.written {
            let new = (written.name.clone(), written.media_type.clone(), written.content.clone());
            match result.parts.iter_mut().find(|part| part.0 == written.name) {
                Some(part) => *part = new,
                None => result.parts.push(new),
            }
        }
        result
    }
}

fn window(bytes: &[u8], offset: u64, max: u32) -> Vec<u8> {
    let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
    bytes[start..bytes.len().min(start.saturating_add(max as usize))].to_vec()
}

impl View for Resource {
    fn head(&self) -> Head {
        self.head.clone()
    }
    fn parts(&self) -> Vec<PartInfo> {
        let info = |part: &(String, String, Vec<u8>)| PartInfo {
            name: part.0.clone(),
            media_type: part.1.clone(),
            len: part.2.len() as u64,
        };
        self.parts.iter().map(info).collect()
    }
    fn read(&self, part: &str, offset: u64, max: u32) -> Result<Vec<u8>, Failure> {
        let part = self.parts.iter().find(|candidate| candidate.0 == part);
        let part = part.ok_or_else(|| Failure::Other("there is no such part".to_owned()))?;
        Ok(window(&part.2, offset, max))
    }
}

/// A target environment in memory: resources with their identities.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// What is there, each with its identities.
    pub resources: Vec<(Resource, Vec<String>)>,
}

impl Reader for Target {
    fn find(&self, identity: &str) -> Vec<Head> {
        let carries = |entry: &&(Resource, Vec<String>)| entry.1.iter().any(|candidate| candidate == identity);
        self.resources.iter().filter(carries).map(|entry| entry.0.head.clone()).collect()
    }
    fn get(&self, id: &ResourceId) -> Option<Box<dyn View>> {
        let entry = self.resources.iter().find(|entry| entry.0.head.id == *id)?;
        Some(Box::new(entry.0.clone()))
    }
    fn versions(&self, kind: &str, id: &str) -> Vec<String> {
        let same = self.resources.iter().filter(|entry| entry.0.head.id.kind == kind && entry.0.head.id.id == id);
        same.filter_map(|entry| entry.0.head.id.version.clone()).collect()
    }
}

impl Input for Vec<u8> {
    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }
    fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, Failure> {
        Ok(window(self, offset, max))
    }
}

/// A file in memory that an encoder writes.
#[derive(Debug, Default)]
pub struct File {
    bytes: RefCell<Vec<u8>>,
}

impl File {
    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes.into_inner()
    }
}

impl Output for File {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), Failure> {
        let mut content = self.bytes.borrow_mut();
        let start = usize::try_from(offset).map_err(|_| Failure::Limit("the offset is too large".to_owned()))?;
        let end = start + bytes.len();
        if content.len() < end {
            content.resize(end, 0);
        }
        content[start..end].copy_from_slice(bytes);
        Ok(())
    }
}

/// A package in memory: what a decoder writes and an encoder reads.
#[derive(Debug, Default)]
pub struct Package {
    state: RefCell<PackageState>,
}

#[derive(Debug, Default)]
struct PackageState {
    info: Option<PackageInfo>,
    resources: Vec<Resource>,
    attachment: Vec<u8>,
    seen: BTreeMap<String, usize>,
}

impl Package {
    /// A package to encode.
    #[must_use]
    pub fn new(info: PackageInfo, resources: Vec<Resource>) -> Package {
        let state = PackageState { info: Some(info), resources, ..PackageState::default() };
        Package { state: RefCell::new(state) }
    }

    /// With an attachment.
    #[must_use]
    pub fn with_attachment(self, bytes: &[u8]) -> Package {
        self.state.borrow_mut().attachment = bytes.to_vec();
        self
    }

    /// The resources, in order.
    #[must_use]
    pub fn resources(&self) -> Vec<Resource> {
        self.state.borrow().resources.clone()
    }

    /// What was attached.
    #[must_use]
    pub fn attached(&self) -> Vec<u8> {
        self.state.borrow().attachment.clone()
    }
}

impl PackageWriter for Package {
    fn describe(&self, info: PackageInfo) -> Result<(), Failure> {
        match self.state.borrow_mut().info.replace(info) {
            None => Ok(()),
            Some(_) => Err(Failure::Other("the package was described twice".to_owned())),
        }
    }
    fn add(&self, head: Head, setup: Setup) -> Result<(), Failure> {
        let mut state = self.state.borrow_mut();
        let count = state.resources.len();
        if state.seen.insert(format!("{:?}", head.id), count).is_some() {
            return Err(Failure::Other("a second resource with one id".to_owned()));
        }
        state.resources.push(Resource { head, parts: Vec::new(), setup });
        Ok(())
    }
    fn part(&self, name: &str, media_type: &str) -> Result<(), Failure> {
        let mut state = self.state.borrow_mut();
        let resource = state.resources.last_mut().ok_or_else(|| Failure::Other("no resource was begun".to_owned()))?;
        if resource.parts.iter().any(|part| part.0 == name) {
            return Err(Failure::Other("a second part with one name".to_owned()));
        }
        resource.parts.push((name.to_owned(), media_type.to_owned(), Vec::new()));
        Ok(())
    }
    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut state = self.state.borrow_mut();
        let part = state.resources.last_mut().and_then(|resource| resource.parts.last_mut());
        part.ok_or_else(|| Failure::Other("no part was begun".to_owned()))?.2.extend_from_slice(bytes);
        Ok(())
    }
    fn attachment(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.state.borrow_mut().attachment.extend_from_slice(bytes);
        Ok(())
    }
}

impl PackageReader for Package {
    fn info(&self) -> PackageInfo {
        self.state.borrow().info.clone().unwrap_or_else(|| PackageInfo::named(""))
    }
    fn len(&self) -> u32 {
        u32::try_from(self.state.borrow().resources.len()).unwrap_or(u32::MAX)
    }
    fn setup(&self, index: u32) -> Setup {
        self.state.borrow().resources[index as usize].setup.clone()
    }
    fn view(&self, index: u32) -> Box<dyn View> {
        Box::new(self.state.borrow().resources[index as usize].clone())
    }
    fn attachment(&self) -> Option<Box<dyn Input>> {
        let bytes = self.attached();
        (!bytes.is_empty()).then(|| Box::new(bytes) as Box<dyn Input>)
    }
}
