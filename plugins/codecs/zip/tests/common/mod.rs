//! Small packages, made of texts.
#![allow(dead_code, reason = "each test file uses a part")]

use std::io::{Cursor, Read, Write};

use flowport_plugin::fake::{File, Package, Resource};
use flowport_plugin::{
    Codec, Diagnostic, Failure, Handler, Head, Inspection, PackageReader, Placement, Recognition, ResourceId, View,
};
use flowport_zip_codec::Zip;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

pub(crate) const FLOW: &str = "aaaaaaaa-0000-4000-8000-000000000001";
pub(crate) const API: &str = "bbbbbbbb-0000-4000-8000-000000000001";
pub(crate) const CONNECTION: &str = "cccccccc-0000-4000-8000-000000000001";
pub(crate) const APP: &str = "dddddddd-0000-4000-8000-000000000001";

pub(crate) const MANIFEST: &str = r#"{"schema":"1.0","details":{"displayName":"P","description":"","createdTime":"2024-05-06T07:08:09.1234567Z","packageTelemetryId":"eeeeeeee-0000-4000-8000-000000000001","creator":"N/A","sourceEnvironment":""},"resources":{"aaaaaaaa-0000-4000-8000-000000000001":{"type":"Microsoft.Flow/flows","suggestedCreationType":"New","creationType":"Existing, New, Update","details":{"displayName":"F"},"configurableBy":"User","hierarchy":"Root","dependsOn":["bbbbbbbb-0000-4000-8000-000000000001","cccccccc-0000-4000-8000-000000000001"]},"bbbbbbbb-0000-4000-8000-000000000001":{"id":"/providers/Microsoft.PowerApps/apis/shared_x","name":"shared_x","type":"Microsoft.PowerApps/apis","suggestedCreationType":"Existing","details":{"displayName":"X","iconUri":"https://i.azureedge.net/x.png"},"configurableBy":"System","hierarchy":"Child","dependsOn":[]},"cccccccc-0000-4000-8000-000000000001":{"type":"Microsoft.PowerApps/apis/connections","suggestedCreationType":"Existing","creationType":"Existing","details":{"displayName":"ana@example.com","iconUri":"https://i.azureedge.net/x.png"},"configurableBy":"User","hierarchy":"Child","dependsOn":["bbbbbbbb-0000-4000-8000-000000000001"]}}}"#;

pub(crate) const DEFINITION: &str = r#"{"name":"ffffffff-0000-4000-8000-000000000001","id":"/providers/Microsoft.Flow/flows/ffffffff-0000-4000-8000-000000000001","type":"Microsoft.Flow/flows","properties":{"apiId":"/providers/Microsoft.PowerApps/apis/shared_logicflows","displayName":"F","definition":{"$schema":"https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#","contentVersion":"1.0.0.0","parameters":{"$connections":{"defaultValue":{},"type":"Object"},"$authentication":{"defaultValue":{},"type":"SecureObject"}},"triggers":{"t":{"type":"Request"}},"actions":{"a":{"type":"OpenApiConnection","inputs":{"host":{"connectionName":"shared_x","operationId":"O","apiId":"/providers/Microsoft.PowerApps/apis/shared_x"},"authentication":"@parameters('$authentication')"}}}},"connectionReferences":{"shared_x":{"connectionName":"shared-x-1","source":"Embedded","id":"/providers/Microsoft.PowerApps/apis/shared_x","tier":"NotSpecified"}},"flowFailureAlertSubscribed":false}}"#;

/// The files of a package, in order.
#[derive(Clone)]
pub(crate) struct Files(pub(crate) Vec<(String, String)>);

impl Files {
    /// A flow with one connection, as the exporter writes it.
    pub(crate) fn flow() -> Files {
        let file = |name: &str, text: &str| (format!("Microsoft.Flow/flows/{name}"), text.to_owned());
        Files(vec![
            file(&format!("{FLOW}/apisMap.json"), &format!(r#"{{"shared_x":"{API}"}}"#)),
            file(&format!("{FLOW}/connectionsMap.json"), &format!(r#"{{"shared_x":"{CONNECTION}"}}"#)),
            file(&format!("{FLOW}/definition.json"), DEFINITION),
            file(
                "manifest.json",
                &format!(r#"{{"packageSchemaVersion":"1.0","flowAssets":{{"assetPaths":["{FLOW}"]}}}}"#),
            ),
            ("manifest.json".to_owned(), MANIFEST.to_owned()),
        ])
    }

    /// An app with that flow. The connector stands in `dependsOn` twice, as exporters write it [8 of 104 apps].
    pub(crate) fn app() -> Files {
        let app = format!(
            r#""{APP}":{{"type":"Microsoft.PowerApps/apps","suggestedCreationType":"New","creationType":"New, Update","details":{{"displayName":"App"}},"configurableBy":"User","dependsOn":["{API}","{FLOW}","{API}"]}}"#
        );
        let json = format!(
            r#"{{"schemaVersion":"1.0","appDefinitionTemplate":{{"id":"/providers/Microsoft.PowerApps/apps/","properties":{{"displayName":"App","connectionReferences":{{"r1":{{"id":"{API}","parameterHints":{{"workflowName":{{"value":"{FLOW}"}}}}}}}}}}}}}}"#
        );
        let mut files = Files::flow().with("manifest.json", |text| {
            text.replacen("Root", "Child", 1).replacen(r#""resources":{"#, &format!(r#""resources":{{{app},"#), 1)
        });
        let manifest = files.0.pop().unwrap();
        let file = |name: &str, text: &str| (format!("Microsoft.PowerApps/apps/42/{name}"), text.to_owned());
        files.0.push(file("42.json", &json));
        files.0.push(file("Nx-document.msapp", "PK not looked at"));
        files.0.push(file("Nx-logoSmallFile", "picture"));
        files.0.push(manifest);
        files
    }

    /// Changes one file; `name` is its end, the shortest path that has it.
    pub(crate) fn with(mut self, name: &str, change: impl FnOnce(String) -> String) -> Files {
        let index = self.0.iter().position(|file| file.0 == name);
        let index = index.or_else(|| self.0.iter().position(|file| file.0.ends_with(&format!("/{name}"))));
        let index = index.unwrap_or_else(|| panic!("there is no {name}"));
        let text = std::mem::take(&mut self.0[index].1);
        let changed = change(text.clone());
        assert_ne!(changed, text, "nothing was changed in {name}");
        self.0[index].1 = changed;
        self
    }

    pub(crate) fn replace(self, name: &str, old: &str, new: &str) -> Files {
        self.with(name, |text| text.replace(old, new))
    }

    pub(crate) fn without(mut self, name: &str) -> Files {
        let before = self.0.len();
        self.0.retain(|file| !file.0.ends_with(name));
        assert!(self.0.len() < before, "there is no {name}");
        self
    }

    pub(crate) fn and(mut self, name: &str, text: &str) -> Files {
        self.0.insert(0, (name.to_owned(), text.to_owned()));
        self
    }

    pub(crate) fn zip(&self) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, text) in &self.0 {
            if name.ends_with('/') {
                writer.add_directory(name.clone(), options).unwrap();
                continue;
            }
            writer.start_file(name.clone(), options).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    pub(crate) fn decode(&self) -> Result<(Package, Vec<Diagnostic>), Failure> {
        decode(&self.zip())
    }

    /// What decoding finds, and what the handlers find in what was decoded.
    pub(crate) fn findings(&self) -> Vec<Diagnostic> {
        match self.decode() {
            Ok((package, mut found)) => {
                for inspection in inspections(&package) {
                    match inspection {
                        Ok(inspection) => found.extend(inspection.diagnostics),
                        Err(Failure::Malformed(problems)) => found.extend(problems),
                        Err(failure) => panic!("{failure:?}"),
                    }
                }
                found
            }
            Err(Failure::Malformed(problems)) => problems,
            Err(failure) => panic!("{failure:?}"),
        }
    }

    pub(crate) fn recognize(&self) -> Recognition {
        recognize(self.zip())
    }
}

/// A package that no file stood behind: nothing but heads and parts.
pub(crate) fn made() -> Vec<Resource> {
    let resource = |kind: &str, id: &str, name: &str, attributes: &str| {
        let mut head = Head::new(ResourceId::new(kind, id), "power-automate", name);
        head.attributes = attributes.to_owned();
        Resource::new(head)
    };
    let flow = resource("flow", FLOW, "F", r#"{"id":"x","name":"y"}"#)
        .json("definition.json", "{ }")
        .json("apisMap.json", &format!(r#"{{"k":"{API}"}}"#))
        .json("connectionsMap.json", &format!(r#"{{"k":"{CONNECTION}"}}"#));
    let connection = format!(r#"{{"dependsOn":["{API}"],"apiId":"a","connectionName":"c"}}"#);
    vec![
        flow,
        resource("connection", CONNECTION, "ana@example.com", &connection),
        resource("connector", API, "Mine", r#"{"apiId":"shared_mine-5f"}"#),
    ]
}

pub(crate) fn recognize(bytes: Vec<u8>) -> Recognition {
    let mut found = Zip::recognize(&bytes, None);
    assert_eq!(found.len(), 1);
    found.remove(0)
}

pub(crate) fn decode(bytes: &[u8]) -> Result<(Package, Vec<Diagnostic>), Failure> {
    let package = Package::default();
    let diagnostics = Zip::decode("zip", &bytes.to_vec(), &package)?;
    Ok((package, diagnostics))
}

pub(crate) fn encode(package: &Package) -> Result<(Vec<u8>, Vec<Placement>), Failure> {
    let file = File::default();
    let placements = Zip::encode("zip", package, &file)?;
    Ok((file.into_bytes(), placements))
}

pub(crate) fn inspections(package: &Package) -> Vec<Result<Inspection, Failure>> {
    let resources = package.resources();
    let inspect = |resource: &Resource| match resource.head().id.kind.as_str() {
        "flow" => flowport_flow::Flows::inspect(resource),
        "app" => flowport_app::Apps::inspect(resource),
        _ => flowport_connector::Connectors::inspect(resource),
    };
    resources.iter().map(inspect).collect()
}

/// The same package for an encoder.
pub(crate) fn again(package: &Package) -> Package {
    let again = Package::new(package.info(), package.resources());
    if package.attached().is_empty() { again } else { again.with_attachment(&package.attached()) }
}

pub(crate) fn entry(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

pub(crate) fn codes(found: &[Diagnostic]) -> Vec<&str> {
    found.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
}

/// The folder of real packages, where FLOWPORT_CORPUS names one.
pub(crate) fn corpus() -> Option<Vec<(String, Vec<u8>)>> {
    let Some(folder) = std::env::var_os("FLOWPORT_CORPUS") else {
        eprintln!("FLOWPORT_CORPUS is not set: real packages are not tested");
        return None;
    };
    let folder = std::path::Path::new(&folder).join("power-automate");
    let read = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut packages: Vec<(String, Vec<u8>)> = read
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "zip"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    packages.sort();
    assert!(!packages.is_empty(), "{} holds no packages", folder.display());
    Some(packages)
}
