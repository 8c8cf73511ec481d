//! The same work without plugins: unpack with `zip`, parse with `serde_json`, check the maps against the definition and look at
//! every string.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use serde_json::Value;
use zip::ZipArchive;

/// What a walk finds.
#[derive(Default)]
pub(crate) struct Found {
    literals: usize,
    secrets: usize,
    keys: BTreeSet<String>,
}

/// Unpacks, parses and looks at everything; returns how much was found so that nothing is optimised away.
pub(crate) fn decode_and_inspect(path: &Path) -> usize {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path).expect("the package"))).expect("an archive");
    let manifest: Value = parse(&mut archive, "manifest.json");
    let resources = manifest["resources"].as_object().expect("resources");
    let mut total = 0;
    for (id, resource) in resources {
        for dependency in resource["dependsOn"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            assert!(resources.contains_key(dependency));
        }
        if resource["type"] != "Microsoft.Flow/flows" {
            continue;
        }
        let folder = format!("Microsoft.Flow/flows/{id}");
        let definition = parse(&mut archive, &format!("{folder}/definition.json"));
        let maps = ["apisMap.json", "connectionsMap.json"].map(|part| parse(&mut archive, &format!("{folder}/{part}")));
        let references = definition["properties"]["connectionReferences"].as_object().expect("references");
        let mut found = Found::default();
        walk(None, &definition, &mut found);
        for map in &maps {
            let map = map.as_object().expect("a map");
            assert!(
                map.keys().eq(references.keys())
                    && map.values().all(|id| resources.contains_key(id.as_str().unwrap_or_default()))
            );
        }
        assert!(references.keys().all(|key| found.keys.contains(key)));
        total += found.literals + found.secrets;
    }
    let names: Vec<String> = (0..archive.len())
        .map(|index| archive.by_index(index).expect("an entry").name().expect("a name").into_owned())
        .filter(|name| name.starts_with("Microsoft.PowerApps/"))
        .collect();
    for name in names {
        total += unpack(&mut archive, &name).len();
    }
    total
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

fn walk(key: Option<&str>, value: &Value, found: &mut Found) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| walk(Some(key), value, found)),
        Value::Array(elements) => elements.iter().for_each(|value| walk(None, value, found)),
        Value::String(text) => {
            found.literals += usize::from(text.contains("://")) + usize::from(text.contains('@') && text.contains('.'));
            found.secrets +=
                usize::from(text.contains("Bearer ") || text.contains("client_secret") || text.contains("eyJ"));
            if key == Some("connectionName") {
                found.keys.insert(text.clone());
            }
        }
        _ => {}
    }
}
