//! The same work without plugins: unpack with `zip`, parse with `serde_json`, keep each part with its hash, check the flow's
//! invariants and find what flowport finds, each with its place. No strict look at the archive, no other kinds of findings than
//! these packages hold.

use std::collections::BTreeSet;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufReader, Read};
use std::path::Path;

use flowport_core::content::Hash;
use serde_json::{Map, Value};
use zip::ZipArchive;

/// What there is to find in a package, counted: flowport must find as much.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) references: usize,
    pub(crate) literals: usize,
    pub(crate) secrets: usize,
    /// Parts of resources, and the sum of the first bytes of their hashes.
    pub(crate) parts: usize,
    pub(crate) hashes: usize,
}

/// A part as a package holds it once it is decoded.
struct Part {
    content: Vec<u8>,
    hash: Hash,
}

/// One thing found: where, what, its text.
struct Finding<'v> {
    slot: String,
    class: &'static str,
    text: &'v str,
}

/// Unpacks, parses, checks and looks at everything.
pub(crate) fn decode_and_inspect(path: &Path) -> Found {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path).expect("the package"))).expect("an archive");
    let manifest: Value = parse(&mut archive, "manifest.json");
    let resources = manifest["resources"].as_object().expect("resources");
    let mut total = Found::default();
    let mut kept: Vec<Part> = Vec::new();
    let mut keep = |content: Vec<u8>| kept.push(Part { hash: Hash::of(&content), content });
    for (id, resource) in resources {
        let depends_on: BTreeSet<&str> =
            resource["dependsOn"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        assert!(depends_on.iter().all(|id| resources.contains_key(*id)));
        match resource["type"].as_str() {
            Some("Microsoft.Flow/flows") => {
                let folder = format!("Microsoft.Flow/flows/{id}");
                let mut part = |name: &str| -> Value {
                    let content = unpack(&mut archive, &format!("{folder}/{name}"));
                    let value = serde_json::from_slice(&content).expect("JSON");
                    keep(content);
                    value
                };
                let definition = part("definition.json");
                let maps = [part("apisMap.json"), part("connectionsMap.json")];
                flow(resources, &depends_on, &definition, &maps, &mut total);
            }
            Some("Microsoft.PowerApps/apis/connections") => total.references += depends_on.len(),
            _ => {}
        }
    }
    let names: Vec<String> = (0..archive.len())
        .map(|index| archive.by_index(index).expect("an entry").name().expect("a name").into_owned())
        .filter(|name| name.starts_with("Microsoft.PowerApps/"))
        .collect();
    for name in names {
        let content = unpack(&mut archive, &name);
        if name.ends_with(".json") {
            app(resources, &serde_json::from_slice(&content).expect("JSON"), &mut total);
        }
        keep(content);
    }
    total.parts = kept.len();
    total.hashes = kept.iter().map(|part| usize::from(part.hash.0[0])).sum();
    assert!(black_box(kept).iter().all(|part| !part.content.is_empty()));
    total
}

/// The invariants of a flow, and all that is in it.
fn flow(
    resources: &Map<String, Value>,
    depends_on: &BTreeSet<&str>,
    definition: &Value,
    maps: &[Value; 2],
    total: &mut Found,
) {
    let declared = definition["properties"]["connectionReferences"].as_object().expect("references");
    let mut mapped = BTreeSet::new();
    let mut references = Vec::new();
    for (map, part) in maps.iter().zip(["apisMap.json", "connectionsMap.json"]) {
        let map = map.as_object().expect("a map");
        assert!(map.keys().eq(declared.keys()));
        for (key, id) in map {
            let id = id.as_str().expect("an id");
            assert!(resources.contains_key(id));
            mapped.insert(id);
            references.push(Finding { slot: format!("{part}#/{key}"), class: "reference", text: id });
        }
    }
    assert!(mapped == *depends_on);
    let mut walk = Walk { pointer: "definition.json#".to_owned(), ..Walk::default() };
    walk.value(definition, &[]);
    assert!(walk.keys.len() == declared.len() && walk.keys.iter().all(|key| declared.contains_key(*key)));
    total.references += references.len();
    for finding in black_box(walk.found) {
        assert!(!finding.slot.is_empty() && !finding.text.is_empty());
        *if finding.class == "secret" { &mut total.secrets } else { &mut total.literals } += 1;
    }
}

fn unpack(archive: &mut ZipArchive<BufReader<File>>, name: &str) -> Vec<u8> {
    let mut entry = archive.by_name(name).expect("an entry");
    let mut content = Vec::with_capacity(usize::try_from(entry.size()).unwrap_or_default());
    entry.read_to_end(&mut content).expect("its content");
    content
}

fn parse(archive: &mut ZipArchive<BufReader<File>>, name: &str) -> Value {
    serde_json::from_slice(&unpack(archive, name)).expect("JSON")
}

/// What an app needs: the connector, and the flow, of each of its references.
fn app(resources: &Map<String, Value>, document: &Value, total: &mut Found) {
    let references = &document["appDefinitionTemplate"]["properties"]["connectionReferences"];
    let mut found = Vec::new();
    for (key, reference) in references.as_object().expect("references") {
        let flow = &reference["parameterHints"]["workflowName"]["value"];
        for id in [&reference["id"], flow].into_iter().filter_map(Value::as_str) {
            assert!(resources.contains_key(id));
            found.push(Finding { slot: format!("app.json#/connectionReferences/{key}"), class: "reference", text: id });
        }
    }
    total.references += black_box(found).len();
}

/// Looks at every string, with the keys above it.
#[derive(Default)]
struct Walk<'v> {
    pointer: String,
    found: Vec<Finding<'v>>,
    /// Connection references that actions use.
    keys: BTreeSet<&'v str>,
}

impl<'v> Walk<'v> {
    fn value(&mut self, value: &'v Value, above: &[&'v str]) {
        let length = self.pointer.len();
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    self.pointer.push('/');
                    self.pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    let path: Vec<&str> = above.iter().copied().chain([key.as_str()]).collect();
                    if let Value::String(text) = value {
                        self.string(text, members, &path);
                    } else {
                        self.value(value, &path);
                    }
                    self.pointer.truncate(length);
                }
            }
            Value::Array(elements) => {
                for (index, value) in elements.iter().enumerate() {
                    self.pointer.push_str(&format!("/{index}"));
                    self.value(value, above);
                    self.pointer.truncate(length);
                }
            }
            _ => {}
        }
    }

    fn string(&mut self, text: &'v str, siblings: &'v Map<String, Value>, path: &[&str]) {
        let [.., above, key] = path else { return };
        if *key == "connectionName" && *above == "host" {
            self.keys.insert(text);
        }
        if text.contains("Bearer ") || text.contains("client_secret=") || text.contains("eyJ") || *key == "password" {
            self.add("secret", text);
        }
        let site = text.find("https://").filter(|at| text[*at..].contains(".sharepoint.com"));
        if let Some(at) = site {
            let end = text[at..].find(['?', '#', '\'', ' ']).map_or(text.len(), |length| at + length);
            self.add("sharepoint-site", &text[at..end]);
        } else if *key == "tenantId" && *above == "creator" {
            self.add("tenant", text);
        } else if *key == "table" && *above == "parameters" && siblings.contains_key("dataset") {
            self.add("list", text);
        } else if let Some(at) = text.find('@') {
            let host = text[at + 1..].split(|byte: char| !byte.is_ascii_alphanumeric() && byte != '.').next();
            if at > 0 && host.is_some_and(|host| host.contains('.')) {
                self.add("email", text);
            }
        }
    }

    fn add(&mut self, class: &'static str, text: &'v str) {
        self.found.push(Finding { slot: self.pointer.clone(), class, text });
    }
}
