//! Packages in the profile of Power Automate's exporter, made from a few words. Tests that need something broken change the
//! manifest, the documents or the files before they save.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::project::{Project, Run};
use super::zipped;

const APIS: &str = "/providers/Microsoft.PowerApps/apis/";

/// How an action names its connection.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Style {
    /// `@parameters('$connections')['K']['connectionId']`
    Old,
    /// The same out of the headers of the caller.
    Invoker,
    /// `connectionName` beside `operationId`.
    New,
}

/// A flow's use of a connection under a key.
pub(crate) struct Use<'a> {
    pub(crate) key: &'a str,
    pub(crate) connection: &'a str,
    pub(crate) style: Style,
}

/// `key` leads to the connection, in the new style.
pub(crate) fn uses<'a>(key: &'a str, connection: &'a str) -> Use<'a> {
    Use { key, connection, style: Style::New }
}

/// What a package is made of, before it is written.
#[derive(Debug)]
pub(crate) struct Package {
    /// The root manifest.
    pub(crate) manifest: Value,
    /// By resource id: definition.json of each flow.
    pub(crate) definitions: BTreeMap<String, Value>,
    /// By resource id: the two maps of each flow, connectors first.
    pub(crate) maps: BTreeMap<String, [Map<String, Value>; 2]>,
    /// `assetPaths` of the inner manifest.
    pub(crate) asset_paths: Vec<String>,
    /// Files beside those of the flows, or in their place.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// By resource id: the api id of each connector, as flows name it.
    apis: BTreeMap<String, String>,
    /// By resource id: connector and name of each connection.
    connections: BTreeMap<String, (String, String)>,
    next: u32,
}

impl Package {
    pub(crate) fn new(name: &str) -> Package {
        let details = json!({
            "displayName": name,
            "description": "",
            "createdTime": "2024-03-01T09:30:00.123456Z",
            "packageTelemetryId": "0a0b0c0d-0000-4000-8000-000000000001",
            "creator": "N/A",
            "sourceEnvironment": "Contoso (default) (",
        });
        Package {
            manifest: json!({ "schema": "1.0", "details": details, "resources": {} }),
            definitions: BTreeMap::new(),
            maps: BTreeMap::new(),
            asset_paths: Vec::new(),
            files: BTreeMap::new(),
            apis: BTreeMap::new(),
            connections: BTreeMap::new(),
            next: 0,
        }
    }

    /// The same ids in packages that make their resources in the same order: another export of the same things.
    fn id(&mut self, family: u32) -> String {
        self.next += 1;
        format!("{family:08x}-0000-4000-8000-{:012x}", self.next)
    }

    /// The manifest's entry of a resource.
    pub(crate) fn resource(&mut self, id: &str) -> &mut Value {
        &mut self.manifest["resources"][id]
    }

    /// A connector that comes with the product.
    pub(crate) fn connector(&mut self, name: &str) -> String {
        let id = self.id(1);
        let api = format!("{APIS}{name}");
        self.manifest["resources"][&id] = json!({
            "id": api,
            "name": name,
            "type": "Microsoft.PowerApps/apis",
            "suggestedCreationType": "Existing",
            "details": { "displayName": name.trim_start_matches("shared_"), "iconUri": "https://icons.example/1.png" },
            "configurableBy": "System",
            "hierarchy": "Child",
            "dependsOn": [],
        });
        self.apis.insert(id.clone(), api);
        id
    }

    /// A connector of the tenant's own, whose resource says neither id nor name.
    pub(crate) fn custom_connector(&mut self, name: &str) -> String {
        let id = self.id(2);
        self.manifest["resources"][&id] = json!({
            "type": "Microsoft.PowerApps/apis",
            "suggestedCreationType": "Existing",
            "creationType": "Existing",
            "details": { "displayName": name, "iconUri": "https://icons.example/2.png" },
            "configurableBy": "User",
            "hierarchy": "Child",
            "dependsOn": [],
        });
        self.apis.insert(id.clone(), format!("{APIS}shared_{}-5f0123456789abcdef", name.to_lowercase()));
        id
    }

    pub(crate) fn connection(&mut self, connector: &str, account: &str) -> String {
        let id = self.id(3);
        self.manifest["resources"][&id] = json!({
            "type": "Microsoft.PowerApps/apis/connections",
            "suggestedCreationType": "Existing",
            "creationType": "Existing",
            "details": { "displayName": account, "iconUri": "https://icons.example/3.png" },
            "configurableBy": "User",
            "hierarchy": "Child",
            "dependsOn": [connector],
        });
        let name = format!("{:032x}", u128::from(self.next) | 0xfeed << 64);
        self.connections.insert(id.clone(), (connector.to_owned(), name));
        id
    }

    /// The name of a connection in its environment, as flows hold it.
    pub(crate) fn connection_name(&self, connection: &str) -> &str {
        &self.connections[connection].1
    }

    /// A flow with one action per use.
    pub(crate) fn flow(&mut self, name: &str, uses: &[Use<'_>]) -> String {
        let id = self.id(4);
        let source = format!("5c000000-0000-4000-8000-{:012x}", self.next);
        let (mut references, mut actions) = (Map::new(), Map::new());
        let (mut apis, mut connections) = (Map::new(), Map::new());
        let mut depends_on: Vec<&str> = Vec::new();
        for Use { key, connection, style } in uses {
            let (connector, connection_name) = self.connections[*connection].clone();
            let api = &self.apis[&connector];
            let source = if matches!(style, Style::Invoker) { "Invoker" } else { "Embedded" };
            let reference =
                json!({ "connectionName": connection_name, "source": source, "id": api, "tier": "NotSpecified" });
            references.insert((*key).to_owned(), reference);
            actions.insert(format!("Use_{key}"), action(key, api, *style));
            apis.insert((*key).to_owned(), json!(connector));
            connections.insert((*key).to_owned(), json!(connection));
        }
        for (connector, connection) in apis.values().zip(connections.values()) {
            for id in [connector, connection].into_iter().filter_map(Value::as_str) {
                if !depends_on.contains(&id) {
                    depends_on.push(id);
                }
            }
        }
        self.manifest["resources"][&id] = json!({
            "type": "Microsoft.Flow/flows",
            "suggestedCreationType": "New",
            "creationType": "Existing, New, Update",
            "details": { "displayName": name },
            "configurableBy": "User",
            "hierarchy": "Root",
            "dependsOn": depends_on,
        });
        let definition = json!({
            "name": source,
            "id": format!("/providers/Microsoft.Flow/flows/{source}"),
            "type": "Microsoft.Flow/flows",
            "properties": {
                "apiId": format!("{APIS}shared_logicflows"),
                "displayName": name,
                "definition": {
                    "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
                    "contentVersion": "1.0.0.0",
                    "parameters": {
                        "$connections": { "defaultValue": {}, "type": "Object" },
                        "$authentication": { "defaultValue": {}, "type": "SecureObject" },
                    },
                    "triggers": { "manual": { "type": "Request", "kind": "Button", "inputs": { "schema": {} } } },
                    "actions": actions,
                },
                "connectionReferences": references,
                "flowFailureAlertSubscribed": false,
            },
        });
        self.definitions.insert(id.clone(), definition);
        self.maps.insert(id.clone(), [apis, connections]);
        self.asset_paths.push(id.clone());
        id
    }

    /// Adds an action to a flow.
    pub(crate) fn action(&mut self, flow: &str, name: &str, action: Value) {
        self.definitions.get_mut(flow).unwrap()["properties"]["definition"]["actions"][name] = action;
    }

    /// An app that uses these flows, which become its children.
    pub(crate) fn app(&mut self, name: &str, connector: &str, flows: &[&str]) -> String {
        let id = self.id(6);
        let number = format!("93840958230495{:04}", self.next);
        let guid = format!("7e000000-0000-4000-8000-{:012x}", self.next);
        let mut references = Map::new();
        for (index, flow) in flows.iter().enumerate() {
            self.manifest["resources"][*flow]["hierarchy"] = json!("Child");
            let reference = json!({
                "id": connector,
                "displayName": "Logic flows",
                "parameterHints": { "workflowName": { "value": flow } },
                "dependents": [],
            });
            references.insert(format!("7f000000-0000-4000-8000-{index:012x}"), reference);
        }
        // Real apps name their connector once per flow.
        let depends_on: Vec<&str> = flows.iter().flat_map(|flow| [connector, *flow]).collect();
        self.manifest["resources"][&id] = json!({
            "type": "Microsoft.PowerApps/apps",
            "suggestedCreationType": "New",
            "creationType": "New, Update",
            "details": { "displayName": name },
            "configurableBy": "User",
            "dependsOn": depends_on,
        });
        let folder = format!("Microsoft.PowerApps/apps/{number}");
        let document = json!({
            "schemaVersion": "1.0",
            "appDefinitionTemplate": {
                "id": "/providers/Microsoft.PowerApps/apps/",
                "type": "Microsoft.PowerApps/apps",
                "tags": { "primaryFormFactor": "Phone" },
                "properties": {
                    "displayName": name,
                    "appUris": {
                        "documentUri": { "value": format!("/{number}/N{guid}-document.msapp"), "readonlyValue": "" },
                    },
                    "backgroundImageUri": format!("/{number}/N{guid}-logoSmallFile"),
                    "connectionReferences": references,
                },
            },
        });
        self.files.insert(format!("{folder}/{number}.json"), document.to_string().into_bytes());
        let app = zipped::zip([("Header.json", b"{}".as_slice()), ("Controls\\1.json", b"{}")]);
        self.files.insert(format!("{folder}/N{guid}-document.msapp"), app);
        self.files.insert(format!("{folder}/N{guid}-logoSmallFile"), b"\x89PNG\r\n\x1a\n small".to_vec());
        self.files.insert(format!("{folder}/N{guid}-large.png"), b"\x89PNG\r\n\x1a\n large".to_vec());
        id
    }

    /// All files, the root manifest last.
    pub(crate) fn all_files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (id, definition) in &self.definitions {
            let [apis, connections] = &self.maps[id];
            files.insert(flow_file(id, "definition.json"), definition.to_string().into_bytes());
            files.insert(flow_file(id, "apisMap.json"), json!(apis).to_string().into_bytes());
            files.insert(flow_file(id, "connectionsMap.json"), json!(connections).to_string().into_bytes());
        }
        if !self.asset_paths.is_empty() {
            let mut paths = self.asset_paths.clone();
            paths.sort();
            let manifest = json!({ "packageSchemaVersion": "1.0", "flowAssets": { "assetPaths": paths } });
            files.insert("Microsoft.Flow/flows/manifest.json".to_owned(), manifest.to_string().into_bytes());
        }
        files.extend(self.files.clone());
        let mut files: Vec<(String, Vec<u8>)> = files.into_iter().collect();
        if !files.iter().any(|(name, _)| name == "manifest.json") {
            files.push(("manifest.json".to_owned(), self.manifest.to_string().into_bytes()));
        }
        files
    }

    /// The package as a file's bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let files = self.all_files();
        zipped::zip(files.iter().map(|(name, content)| (name.as_str(), content.as_slice())))
    }

    pub(crate) fn save(&self, path: impl AsRef<Path>) {
        std::fs::write(path, self.bytes()).unwrap();
    }
}

/// Where a part of a flow lies in a package.
pub(crate) fn flow_file(flow: &str, part: &str) -> String {
    format!("Microsoft.Flow/flows/{flow}/{part}")
}

fn action(key: &str, api: &str, style: Style) -> Value {
    let old = |name: String| {
        json!({
            "type": "ApiConnection",
            "runAfter": {},
            "inputs": {
                "host": { "connection": { "name": name }, "api": { "runtimeUrl": "https://europe-002.azure-apim.net/apim/x" } },
                "method": "get",
                "path": "/v2/items",
                "authentication": "@parameters('$authentication')",
            },
        })
    };
    match style {
        Style::Old => old(format!("@parameters('$connections')['{key}']['connectionId']")),
        Style::Invoker => old(format!(
            "@json(decodeBase64(triggerOutputs().headers['X-MS-APIM-Tokens']))['$connections']['{key}']['connectionId']"
        )),
        Style::New => json!({
            "type": "OpenApiConnection",
            "runAfter": {},
            "inputs": {
                "host": { "connectionName": key, "operationId": "GetItems", "apiId": api },
                "parameters": { "top": 5 },
                "authentication": "@parameters('$authentication')",
            },
        }),
    }
}

/// A flow with connections in all three styles, two of one connector, keys with either suffix, a custom connector, a site and a
/// secret in a header.
pub(crate) struct Sample {
    pub(crate) package: Package,
    pub(crate) flow: String,
    /// In the order of the manifest: two of Outlook, one of SharePoint, one of the custom connector.
    pub(crate) connections: [String; 4],
    pub(crate) custom: String,
}

/// The secret in the sample.
pub(crate) const SECRET: &str = "k3y-0f-the-d00r-9d1f7a";
/// The site in the sample.
pub(crate) const SITE: &str = "https://contoso-dev.sharepoint.com/sites/orders";

pub(crate) fn sample(name: &str) -> Sample {
    let mut package = Package::new(name);
    let outlook = package.connector("shared_office365");
    let sharepoint = package.connector("shared_sharepointonline");
    let custom = package.custom_connector("Warehouse");
    let connections = [
        package.connection(&outlook, "ana@contoso.example"),
        package.connection(&outlook, "shop@contoso.example"),
        package.connection(&sharepoint, "ana@contoso.example"),
        package.connection(&custom, "Warehouse"),
    ];
    let [first, second, third, fourth] = &connections;
    let flow = package.flow(
        name,
        &[
            Use { key: "shared_office365", connection: first, style: Style::Old },
            Use { key: "shared_office365_4", connection: second, style: Style::New },
            Use { key: "shared_sharepointonline-1", connection: third, style: Style::Invoker },
            Use { key: "shared_warehouse-5f01", connection: fourth, style: Style::New },
        ],
    );
    package.action(
        &flow,
        "Call",
        json!({
            "type": "Http",
            "runAfter": {},
            "inputs": {
                "method": "GET",
                "uri": format!("{SITE}/_api/web"),
                "headers": { "Ocp-Apim-Subscription-Key": SECRET, "X-Count": 1 },
            },
        }),
    );
    Sample { package, flow, connections, custom }
}

impl Sample {
    /// Imports it into dev, with its connections created.
    pub(crate) fn import(&self, project: &Project) -> Run {
        self.package.save(project.path("orders.zip"));
        let answers = self.create_all();
        let mut arguments = vec!["import", "dev", "orders.zip", "--yes"];
        arguments.extend(answers.iter().map(String::as_str));
        project.ok(&arguments)
    }

    /// `--setup` flags that make everything the package asks for.
    pub(crate) fn create_all(&self) -> Vec<String> {
        let connections = self.connections.iter().map(|id| format!("connection/{id}=create"));
        std::iter::once(format!("connector/{}=create", self.custom))
            .chain(connections)
            .flat_map(|answer| ["--setup".to_owned(), answer])
            .collect()
    }
}

/// A package of one flow without connections.
pub(crate) fn lone_flow(name: &str) -> (Package, String) {
    let mut package = Package::new(name);
    let flow = package.flow(name, &[]);
    (package, flow)
}
