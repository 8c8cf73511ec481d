//! Packages of any size, in the exporter's profile; every id is made of a number.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const CONNECTORS: [&str; 3] = ["shared_sharepointonline", "shared_office365", "shared_teams"];

fn guid(family: u32, number: usize) -> String {
    format!("{family:08x}-0000-4000-8000-{number:012x}")
}

fn connector(index: usize) -> String {
    guid(0xc0, index)
}

fn connection(index: usize) -> String {
    guid(0xc1, index)
}

/// About 8 KiB, the size of the median real flow with connectors. A later edition has another text in one action.
fn definition(number: usize, edition: usize) -> String {
    let name = guid(0xf1, number);
    let mut actions = String::new();
    let mut after = String::from("{}");
    for step in 0..12 {
        let key = CONNECTORS[step % CONNECTORS.len()];
        let note = if step == 6 && edition > 0 { format!(", edition {edition}") } else { String::new() };
        let _ = write!(
            actions,
            "{}\"Step_{step}\":{{\"runAfter\":{after},\"metadata\":{{\"operationMetadataId\":\"{}\"}},\"type\":\"OpenApiConnection\",\"inputs\":{{\"host\":{{\"apiId\":\"/providers/Microsoft.PowerApps/apis/{key}\",\"connectionName\":\"{key}\",\"operationId\":\"Operation{step}\"}},\"parameters\":{{\"dataset\":\"https://contoso.sharepoint.com/sites/orders\",\"table\":\"{}\",\"item/Title\":\"@{{triggerBody()?['Title']}} of step {step}{note}\",\"item/Body\":\"<p>Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich</p>\"}},\"authentication\":\"@parameters('$authentication')\"}}}}",
            if step == 0 { "" } else { "," },
            guid(0xa0, number * 100 + step),
            guid(0xb0, step),
        );
        after = format!("{{\"Step_{step}\":[\"Succeeded\"]}}");
    }
    let mut references = String::new();
    for (index, key) in CONNECTORS.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(
            references,
            "{comma}\"{key}\":{{\"connectionName\":\"shared-{index:032x}\",\"source\":\"Embedded\",\"id\":\"/providers/Microsoft.PowerApps/apis/{key}\",\"tier\":\"NotSpecified\"}}"
        );
    }
    format!(
        "{{\"name\":\"{name}\",\"id\":\"/providers/Microsoft.Flow/flows/{name}\",\"type\":\"Microsoft.Flow/flows\",\"properties\":{{\"apiId\":\"/providers/Microsoft.PowerApps/apis/shared_logicflows\",\"displayName\":\"Flow {number}\",\"definition\":{{\"metadata\":{{\"creator\":{{\"id\":\"{}\",\"type\":\"User\",\"tenantId\":\"{}\"}}}},\"$schema\":\"https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#\",\"contentVersion\":\"1.0.0.0\",\"parameters\":{{\"$connections\":{{\"defaultValue\":{{}},\"type\":\"Object\"}},\"$authentication\":{{\"defaultValue\":{{}},\"type\":\"SecureObject\"}}}},\"triggers\":{{\"Recurrence\":{{\"recurrence\":{{\"frequency\":\"Day\",\"interval\":1}},\"type\":\"Recurrence\"}}}},\"actions\":{{{actions}}}}},\"connectionReferences\":{{{references}}},\"flowFailureAlertSubscribed\":false}}}}",
        guid(0xe0, 1),
        guid(0xe1, 1)
    )
}

fn map(id: fn(usize) -> String) -> String {
    let entries: Vec<String> =
        CONNECTORS.iter().enumerate().map(|(index, key)| format!("\"{key}\":\"{}\"", id(index))).collect();
    format!("{{{}}}", entries.join(","))
}

fn flow_entry(number: usize, hierarchy: &str) -> String {
    let depends: Vec<String> = (0..CONNECTORS.len())
        .flat_map(|index| [connector(index), connection(index)])
        .map(|id| format!("\"{id}\""))
        .collect();
    format!(
        "\"{}\":{{\"type\":\"Microsoft.Flow/flows\",\"suggestedCreationType\":\"Update\",\"creationType\":\"Existing, New, Update\",\"details\":{{\"displayName\":\"Flow {number}\"}},\"configurableBy\":\"User\",\"hierarchy\":\"{hierarchy}\",\"dependsOn\":[{}]}}",
        guid(0xf0, number),
        depends.join(",")
    )
}

fn connector_entries() -> String {
    let entry = |(index, key): (usize, &&str)| {
        format!(
            "\"{}\":{{\"id\":\"/providers/Microsoft.PowerApps/apis/{key}\",\"name\":\"{key}\",\"type\":\"Microsoft.PowerApps/apis\",\"suggestedCreationType\":\"Existing\",\"details\":{{\"displayName\":\"{key}\",\"iconUri\":\"\"}},\"configurableBy\":\"System\",\"hierarchy\":\"Child\",\"dependsOn\":[]}},\"{}\":{{\"type\":\"Microsoft.PowerApps/apis/connections\",\"suggestedCreationType\":\"Existing\",\"creationType\":\"Existing\",\"details\":{{\"displayName\":\"maker@contoso.example\",\"iconUri\":\"\"}},\"configurableBy\":\"User\",\"hierarchy\":\"Child\",\"dependsOn\":[\"{}\"]}}",
            connector(index),
            connection(index),
            connector(index)
        )
    };
    CONNECTORS.iter().enumerate().map(entry).collect::<Vec<_>>().join(",")
}

struct Package {
    zip: ZipWriter<BufWriter<File>>,
}

impl Package {
    fn new(path: &Path) -> Package {
        Package { zip: ZipWriter::new(BufWriter::with_capacity(1 << 20, File::create(path).expect("a new file"))) }
    }

    fn file(&mut self, name: &str, content: &[u8]) {
        self.zip.start_file(name, SimpleFileOptions::default()).expect("an entry");
        self.zip.write_all(content).expect("its content");
    }

    fn flow(&mut self, number: usize, edition: usize) {
        let folder = format!("Microsoft.Flow/flows/{}", guid(0xf0, number));
        self.file(&format!("{folder}/apisMap.json"), map(connector).as_bytes());
        self.file(&format!("{folder}/connectionsMap.json"), map(connection).as_bytes());
        self.file(&format!("{folder}/definition.json"), definition(number, edition).as_bytes());
    }

    fn manifests(mut self, flows: usize, resources: &str) {
        let paths: Vec<String> = (0..flows).map(|number| format!("\"{}\"", guid(0xf0, number))).collect();
        self.file(
            "Microsoft.Flow/flows/manifest.json",
            format!("{{\"packageSchemaVersion\":\"1.0\",\"flowAssets\":{{\"assetPaths\":[{}]}}}}", paths.join(","))
                .as_bytes(),
        );
        self.file("manifest.json", format!("{{\"schema\":\"1.0\",\"details\":{{\"displayName\":\"Bench\",\"description\":\"\",\"createdTime\":\"2026-11-20T00:00:00.0000000Z\",\"packageTelemetryId\":\"{}\",\"creator\":\"N/A\",\"sourceEnvironment\":\"\"}},\"resources\":{{{resources}}}}}", guid(0xd0, 1)).as_bytes());
        self.zip.finish().expect("an archive");
    }
}

/// One app with `flows` flows.
pub(crate) fn app_package(path: &Path, flows: usize) {
    app_package_of(path, flows, &|_| 0);
}

/// The same with an edition for each flow.
pub(crate) fn app_package_of(path: &Path, flows: usize, edition: &dyn Fn(usize) -> usize) {
    let mut package = Package::new(path);
    for number in 0..flows {
        package.flow(number, edition(number));
    }
    let references: Vec<String> = (0..flows)
        .map(|number| {
            format!(
                "\"{}\":{{\"id\":\"{}\",\"parameterHints\":{{\"workflowName\":{{\"value\":\"{}\"}}}}}}",
                guid(0xab, number),
                connector(0),
                guid(0xf0, number)
            )
        })
        .collect();
    let app = format!(
        "{{\"schemaVersion\":\"1.0\",\"appDefinitionTemplate\":{{\"id\":\"/providers/Microsoft.PowerApps/apps/\",\"type\":\"Microsoft.PowerApps/apps\",\"properties\":{{\"connectionReferences\":{{{}}}}}}}}}",
        references.join(",")
    );
    package.file("Microsoft.PowerApps/apps/42/42.json", app.as_bytes());
    package.file("Microsoft.PowerApps/apps/42/N1-document.msapp", &[0; 4096]);
    let depends: Vec<String> = std::iter::once(connector(0))
        .chain((0..flows).map(|number| guid(0xf0, number)))
        .map(|id| format!("\"{id}\""))
        .collect();
    let app = format!(
        "\"{}\":{{\"type\":\"Microsoft.PowerApps/apps\",\"suggestedCreationType\":\"Update\",\"creationType\":\"New, Update\",\"details\":{{\"displayName\":\"Bench app\"}},\"configurableBy\":\"User\",\"dependsOn\":[{}]}}",
        guid(0xaa, 1),
        depends.join(",")
    );
    let mut entries: Vec<String> = (0..flows).map(|number| flow_entry(number, "Child")).collect();
    entries.push(app);
    entries.push(connector_entries());
    package.manifests(flows, &entries.join(","));
}

/// One flow, as most packages have it.
pub(crate) fn flow_package(path: &Path) {
    let mut package = Package::new(path);
    package.flow(0, 0);
    package.manifests(1, &format!("{},{}", flow_entry(0, "Root"), connector_entries()));
}

/// Picklists of five options in flowport JSON.
pub(crate) fn picklists(path: &Path, count: usize) {
    let mut file = BufWriter::new(File::create(path).expect("a new file"));
    let head = "{\"format\":\"flowport\",\"formatVersion\":\"1.0\",\"package\":{\"name\":\"Bench\"},\"resources\":[";
    file.write_all(head.as_bytes()).expect("space");
    let options: Vec<String> =
        (1..=5).map(|value| format!("{{\"value\":{value},\"label\":\"Option {value}\"}}")).collect();
    let options = options.join(",");
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        write!(
            file,
            "{comma}{{\"kind\":\"picklist\",\"id\":\"list_{number}\",\"name\":\"List {number}\",\"dialect\":\"flowport\",\"parts\":{{\"picklist.json\":{{\"json\":{{\"schemaName\":\"list_{number}\",\"displayName\":\"List {number}\",\"origin\":\"custom\",\"options\":[{options}]}}}}}}}}"
        )
        .expect("space");
    }
    file.write_all(b"]}").expect("space");
    file.flush().expect("space");
}
