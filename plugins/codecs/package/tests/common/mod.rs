//! Small packages, made of texts.
#![allow(dead_code, reason = "each test file uses a part")]

use flowport_boomi_flow::{CONNECTOR, Connectors, Elements, FLOW, Flows};
use flowport_package_codec::BoomiPackages;
use flowport_plugin::fake::{File, Package, Resource};
use flowport_plugin::json::quote;
use flowport_plugin::{
    Codec, Diagnostic, EditOp, Edited, Failure, Handler, Head, Inspection, PackageInfo, PackageReader, Placement,
    Recognition, Relink, ResourceId,
};

pub(crate) const FLOW_ID: &str = "f0000000-0000-4000-8000-000000000001";
pub(crate) const START: &str = "a0000000-0000-4000-8000-000000000001";
pub(crate) const STEP: &str = "a0000000-0000-4000-8000-000000000002";
pub(crate) const SERVICE: &str = "c0000000-0000-4000-8000-000000000001";
pub(crate) const TYPE_ID: &str = "d0000000-0000-4000-8000-000000000001";
pub(crate) const PROPERTY: &str = "d0000000-0000-4000-8000-000000000011";
pub(crate) const BINDING: &str = "d0000000-0000-4000-8000-000000000021";
pub(crate) const VALUE_ID: &str = "e0000000-0000-4000-8000-000000000001";
pub(crate) const SECRET_ID: &str = "e0000000-0000-4000-8000-000000000002";
pub(crate) const PAGE_ID: &str = "b0000000-0000-4000-8000-000000000001";
pub(crate) const CONTAINER: &str = "b0000000-0000-4000-8000-000000000011";
pub(crate) const TEXT: &str = "70000000-0000-4000-8000-000000000001";
pub(crate) const SECRET_TEXT: &str = "70000000-0000-4000-8000-000000000002";
pub(crate) const XML_TEXT: &str = "70000000-0000-4000-8000-000000000003";
pub(crate) const CULTURE: &str = "90000000-0000-4000-8000-000000000001";
pub(crate) const VERSION: &str = "00000001-0000-4000-8000-00000000000f";

pub(crate) fn composite(class: &str, guid: &str, more: &str) -> String {
    format!(
        r#"{{"$type":"ManyWho.Flow.Model.Elements.{class}, ManyWho.Flow.Identifiers","guid":"{guid}","versionId":"{VERSION}"{more}}}"#
    )
}

pub(crate) fn embedded(class: &str, guid: &str, more: &str) -> String {
    format!(
        r#"{{"$type":"ManyWho.Flow.Model.Elements.{class}IdEmbedded, ManyWho.Flow.Identifiers","guid":"{guid}"{more}}}"#
    )
}

/// One line per element of a package: member of the package, member of the flow, identity, the rest of the element.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) configurations: &'static str,
    pub(crate) ids: &'static str,
    pub(crate) guid: String,
    pub(crate) composite: String,
    pub(crate) rest: String,
}

impl Item {
    pub(crate) fn new(prefix: &'static str, class: &str, guid: &str, name: &str, rest: &str) -> Item {
        let (configurations, ids) = match prefix {
            "map" => ("mapElementConfigurations", "mapElementIds"),
            "service" => ("serviceElementConfigurations", "serviceElementIds"),
            "type" => ("typeElementConfigurations", "typeElementIds"),
            "value" => ("valueElementConfigurations", "valueElementIds"),
            "page" => ("pageElementConfigurations", "pageElementIds"),
            "group" => ("groupElementConfigurations", "groupElementIds"),
            "identityProvider" => ("identityProviderElementConfigurations", "identityProviderElementIds"),
            other => panic!("{other}"),
        };
        let named = format!(r#","developerName":{}"#, quote(name));
        let more = if prefix == "value" { named.as_str() } else { "" };
        Item {
            configurations,
            ids,
            guid: guid.to_owned(),
            composite: composite(class, guid, more),
            rest: format!(
                r#"{rest},"developerName":{},"dateModified":"2016-12-05T11:01:48.4860451+00:00""#,
                quote(name)
            ),
        }
    }

    fn text(&self) -> String {
        format!(
            r#"{{"$type":"ManyWho.Flow.Model.Elements.ElementConfiguration, ManyWho.Flow.Model","compositeId":{}{}}}"#,
            self.composite, self.rest
        )
    }
}

pub(crate) fn document(guid: &str, texts: &[(&str, &str)]) -> String {
    let texts: Vec<String> = texts.iter().map(|(guid, text)| format!("{}:{text}", quote(guid))).collect();
    format!(
        r#"{{"$type":"ManyWho.Flow.Content.Builder.ContentValueDocument, ManyWho.Flow.Content.Document","elementId":"{guid}","elementVersionId":"{VERSION}","contentValueDocumentTranslations":{{"{CULTURE}":{{"$type":"T","contentValues":{{{}}}}}}}}}"#,
        texts.join(",")
    )
}

/// A package in the making.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) items: Vec<Item>,
    pub(crate) documents: Vec<String>,
    /// Members in the order of the product: name and text.
    pub(crate) flow_rest: String,
}

impl Made {
    /// A flow with two map elements, a connector, a type, two values (one of them a password) and a page.
    pub(crate) fn usual() -> Made {
        let text_id = |guid: &str| {
            format!(
                r#"{{"$type":"ManyWho.Flow.Content.ContentValueIdEmbedded, ManyWho.Flow.Content","guid":"{guid}"}}"#
            )
        };
        let value_reference = |more: &str| embedded("Shared.SharedElement", VALUE_ID, more);
        let items = vec![
            Item::new(
                "map",
                "Map.MapElementId",
                START,
                "Start",
                &format!(
                    r#","outcomes":[{{"$type":"ManyWho.Flow.Model.Elements.Map.OutcomeConfiguration, M","guid":"10000000-0000-4000-8000-000000000001","newMapElementId":{},"id":"10000000-0000-4000-8000-000000000001"}}],"userContentContentValueId":{}"#,
                    embedded("Map.MapElement", STEP, ""),
                    text_id(TEXT)
                ),
            ),
            Item::new(
                "map",
                "Map.MapElementId",
                STEP,
                "Step",
                &format!(
                    r#","pageElementId":{},"dataActions":[{{"typeElementBindingId":"{BINDING}","typeElementId":{}}}],"operations":[{{"valueElementToApplyId":{}}}]"#,
                    embedded("UI.PageElement", PAGE_ID, ""),
                    embedded("Type.TypeElement", TYPE_ID, ""),
                    value_reference(&format!(r#","typeElementPropertyId":"{PROPERTY}","command":"""#))
                ),
            ),
            Item::new(
                "service",
                "Config.ServiceElementId",
                SERVICE,
                "CRM",
                &format!(
                    r#","uri":"https://dev.contoso.example/api/1","configurationValues":[{{"developerName":"Key","valueElementToReferenceId":{}}}]"#,
                    embedded(
                        "Shared.SharedElement",
                        SECRET_ID,
                        r#","typeElementPropertyId":"00000000-0000-0000-0000-000000000000""#
                    )
                ),
            ),
            Item::new(
                "type",
                "Type.TypeElementId",
                TYPE_ID,
                "Order",
                &format!(
                    r#","properties":[{{"$type":"P","guid":"{PROPERTY}","developerName":"Total"}}],"bindings":[{{"$type":"B","guid":"{BINDING}","developerName":"Orders","propertyBindings":[{{"typeElementPropertyId":"{PROPERTY}"}}]}}],"serviceElementId":{}"#,
                    embedded("Config.ServiceElement", SERVICE, "")
                ),
            ),
            Item::new(
                "value",
                "Shared.SharedElementId",
                VALUE_ID,
                "My order",
                &format!(
                    r#","contentType":"ContentObject","defaultContentValueContentValueId":{},"typeElementId":{},"UserOwnerObject":{{"$type":"ManyWho.Flow.Security.AppUser, M","Guid":"55555555-0000-4000-8000-000000000001","Email":"ana@contoso.example"}}"#,
                    text_id(XML_TEXT),
                    embedded("Type.TypeElement", TYPE_ID, "")
                ),
            ),
            Item::new(
                "value",
                "Shared.SharedElementId",
                SECRET_ID,
                "API key",
                &format!(
                    r#","contentType":"contentPassword","defaultContentValueContentValueId":{}"#,
                    text_id(SECRET_TEXT)
                ),
            ),
            Item::new(
                "page",
                "UI.PageElementId",
                PAGE_ID,
                "Page",
                &format!(
                    r#","pageContainers":[{{"$type":"C","guid":"{CONTAINER}","pageContainers":null}}],"pageComponents":[{{"pageContainerId":"{CONTAINER}","valueElementValueBindingReferenceId":{}}}]"#,
                    value_reference(r#","typeElementPropertyId":"00000000-0000-0000-0000-000000000000""#)
                ),
            ),
        ];
        let xml = format!(
            r#""<complextype internalid=\"x\" typeelementid=\"{TYPE_ID}\">\r\n  <complextypeentry typeelemententryid=\"{PROPERTY}\" contenttype=\"ContentString\"><![CDATA[12 \u00e9]]></complextypeentry>\r\n</complextype>""#
        );
        let html = format!(
            r#""<p>{{![My order]}} flowkey___{VALUE_ID}|{PROPERTY}___flowkey https://help.contoso.example/x</p>""#
        );
        let documents = vec![
            document(TYPE_ID, &[])
                .replace(r#"{"90000000-0000-4000-8000-000000000001":{"$type":"T","contentValues":{}}}"#, "null"),
            document(VALUE_ID, &[(XML_TEXT, &xml)]),
            document(SECRET_ID, &[(SECRET_TEXT, r#""s3cr3t \/""#)]),
            document(START, &[(TEXT, &html)]),
        ];
        Made { items, documents, flow_rest: String::new() }
    }

    pub(crate) fn flow(&self, guid: &str, name: &str) -> String {
        let list = |ids: &str| {
            let entries = self.items.iter().filter(|item| item.ids == ids);
            let entries: Vec<String> =
                entries.map(|item| format!("{}:{}", quote(&item.guid), item.composite)).collect();
            format!("{}:{{{}}}", quote(ids), entries.join(","))
        };
        let lists: Vec<String> = [
            "mapElementIds",
            "groupElementIds",
            "pageElementIds",
            "valueElementIds",
            "serviceElementIds",
            "typeElementIds",
        ]
        .map(list)
        .to_vec();
        format!(
            r#"{{"$type":"ManyWho.Flow.Model.Flow.FlowConfiguration, ManyWho.Flow.Model","compositeId":{{"$type":"ManyWho.Flow.Model.Flow.FlowId, ManyWho.Flow.Identifiers","guid":"{guid}","versionId":"{VERSION}"}},"developerName":{},"developerSummary":"","isActive":true,"startMapElementId":{},{}{}}}"#,
            quote(name),
            embedded("Map.MapElement", START, ""),
            lists.join(","),
            self.flow_rest
        )
    }

    pub(crate) fn list(&self, key: &str) -> String {
        let elements: Vec<String> =
            self.items.iter().filter(|item| item.configurations == key).map(Item::text).collect();
        if elements.is_empty() { "null".to_owned() } else { format!("[{}]", elements.join(",")) }
    }

    /// Name and text of the members of the package.
    pub(crate) fn members(&self) -> Vec<(String, String)> {
        let culture = format!(
            r#"[{{"$type":"ManyWho.Flow.Content.ContentValueCulture, M","compositeId":{{"guid":"{CULTURE}"}},"developerName":"USA"}}]"#
        );
        let mut members = vec![
            ("flowConfiguration".to_owned(), self.flow(FLOW_ID, "Orders")),
            ("contentValueCultures".to_owned(), culture),
            ("contentValueDocuments".to_owned(), format!("[{}]", self.documents.join(","))),
        ];
        for key in ["navigation", "map", "group", "service", "type", "value", "macro", "tag", "page"] {
            let key = format!("{key}ElementConfigurations");
            let list = self.list(&key);
            members.push((key, list));
        }
        members
    }

    /// The object alone.
    pub(crate) fn object(&self) -> String {
        object(&self.members())
    }

    /// The file.
    pub(crate) fn file(&self) -> Vec<u8> {
        quote(&self.object()).into_bytes()
    }
}

pub(crate) fn object(members: &[(String, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(key, value)| format!("{}:{value}", quote(key))).collect();
    format!("{{{}}}", members.join(","))
}

/// The object with one member changed.
#[track_caller]
pub(crate) fn with(members: &[(String, String)], key: &str, change: impl FnOnce(&str) -> String) -> String {
    let mut members = members.to_vec();
    let member = members.iter_mut().find(|member| member.0 == key).unwrap_or_else(|| panic!("there is no {key}"));
    let changed = change(&member.1);
    assert_ne!(changed, member.1, "nothing was changed in {key}");
    member.1 = changed;
    object(&members)
}

pub(crate) fn decode(file: impl AsRef<[u8]>) -> Result<(Package, Vec<Diagnostic>), Failure> {
    let package = Package::default();
    let bytes = file.as_ref().to_vec();
    let found = recognize(&bytes);
    let format = found.iter().find(|found| found.confidence != flowport_plugin::Confidence::No);
    let format = format.map_or("package", |found| found.format.as_str()).to_owned();
    let diagnostics = BoomiPackages::decode(&format, &bytes, &package)?;
    Ok((package, diagnostics))
}

pub(crate) fn recognize(file: &[u8]) -> Vec<Recognition> {
    BoomiPackages::recognize(&file.to_vec(), None)
}

/// Codes of all findings.
pub(crate) fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|found| found.code.as_str()).collect()
}

/// What is wrong with a file that cannot be read.
#[track_caller]
pub(crate) fn mistakes(file: impl AsRef<[u8]>) -> Vec<Diagnostic> {
    match decode(file) {
        Err(Failure::Malformed(diagnostics)) => diagnostics,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("the file was read"),
    }
}

pub(crate) fn encode(format: &str, package: &Package) -> Result<(Vec<u8>, Vec<Placement>), Failure> {
    let file = File::default();
    let placements = BoomiPackages::encode(format, package, &file)?;
    Ok((file.into_bytes(), placements))
}

/// The package as it comes back from an environment: without layouts, in another order.
pub(crate) fn from_environment(package: &Package) -> Package {
    let mut resources = package.resources();
    resources.reverse();
    let middle = resources.len() / 3;
    resources.rotate_left(middle);
    let mut info = package.info();
    assert!(info.layouts.is_empty());
    info.name = "renamed".to_owned();
    Package::new(info, resources).with_attachment(&package.attached())
}

pub(crate) fn package_of(resources: Vec<Resource>) -> Package {
    Package::new(PackageInfo::named("p"), resources)
}

#[track_caller]
pub(crate) fn find(package: &Package, id: &str) -> Resource {
    let found = package.resources().into_iter().find(|resource| resource.head.id.id == id);
    found.unwrap_or_else(|| panic!("there is no {id}"))
}

pub(crate) fn inspect(resource: &Resource) -> Result<Inspection, Failure> {
    match resource.head.id.kind.as_str() {
        FLOW => Flows::inspect(resource),
        CONNECTOR => Connectors::inspect(resource),
        _ => Elements::inspect(resource),
    }
}

pub(crate) fn edit(resource: &Resource, ops: &[EditOp]) -> Result<Edited, Failure> {
    match resource.head.id.kind.as_str() {
        FLOW => Flows::edit(resource, ops),
        CONNECTOR => Connectors::edit(resource, ops),
        _ => Elements::edit(resource, ops),
    }
}

pub(crate) fn head(kind: &str, id: &str, name: &str) -> Head {
    Head::new(ResourceId::new(kind, id), "boomi-flow", name)
}

pub(crate) fn relink(slot: &str, to: &Head) -> EditOp {
    EditOp::Relink(Relink { slot: slot.to_owned(), to: to.clone() })
}

/// The real packages, where FLOWPORT_CORPUS names their folder.
pub(crate) fn corpus() -> Option<Vec<(String, Vec<u8>)>> {
    let folder = std::path::Path::new(&std::env::var_os("FLOWPORT_CORPUS")?).join("boomi");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read(path).unwrap())
    };
    let packages: Vec<_> =
        files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "package")).map(read).collect();
    assert!(!packages.is_empty(), "there are no packages in {}", folder.display());
    Some(packages)
}
