//! Files as the products' exporters write them, of all sorts of content.

use std::io::{Cursor, Write};

use flowport_core::encode::Leftover;
use flowport_core::model::Package as Resources;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::engine::{encode, read};
use crate::support::boomi;
use crate::support::package::{Package, Style, Use};

/// A file, and in which format it is.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) format: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// What people write: any letters, quotes, line ends, nothing that is no text.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z ]{1,12}",
        "\\PC{1,8}",
        Just("流程 \u{1F600} \"x\" \\ /".to_owned()),
        Just("a\tb\nc".to_owned())
    ]
}

/// A name: not empty once it is trimmed, without control characters.
fn name() -> impl Strategy<Value = String> {
    text().prop_map(|text| format!("N{}", text.replace(char::is_control, " ")).trim().to_owned())
}

fn time() -> impl Strategy<Value = DateTime> {
    (2017..2026_u16, 1..13_u8, 1..29_u8, 0..24_u8, 0..60_u8, 0..30_u8)
        .prop_map(|(y, m, d, h, min, s)| DateTime::from_date_and_time(y, m, d, h, min, s * 2).unwrap())
}

fn style() -> impl Strategy<Value = Style> {
    prop_oneof![Just(Style::Old), Just(Style::Invoker), Just(Style::New)]
}

prop_compose! {
    fn made()(
        title in name(),
        description in text(),
        connectors in vec((option::of(Just(())), name()), 0..4),
        flows in vec((name(), style()), 1..4),
        has_app in any::<bool>(),
        comment in option::of(text()),
        creator in prop_oneof![Just("N/A".to_owned()), Just(String::new()), name()],
    ) -> Package {
        let mut package = Package::new(&title);
        package.manifest["details"]["description"] = json!(description);
        package.manifest["details"]["creator"] = json!(creator);
        let mut connections = Vec::new();
        for (index, (custom, account)) in connectors.into_iter().enumerate() {
            let connector = match custom {
                Some(()) => package.custom_connector(&format!("Custom {index}")),
                None => package.connector(&format!("shared_c{index}")),
            };
            connections.push(package.connection(&connector, &account));
        }
        let count = if has_app { flows.len() } else { 1 };
        let keys: Vec<String> = (0..connections.len()).map(|index| format!("shared_k-{index}")).collect();
        let mut ids = Vec::new();
        for (name, style) in flows.into_iter().take(count) {
            let uses: Vec<Use<'_>> = keys
                .iter()
                .zip(&connections)
                .map(|(key, connection)| Use { key, connection, style })
                .collect();
            ids.push(package.flow(&name, &uses));
        }
        if let Some(comment) = comment {
            package.resource(&ids[0].clone())["details"]["comment"] = json!(comment);
        }
        if has_app {
            let connector = package.connector("shared_logicflows");
            let flows: Vec<&str> = ids.iter().map(String::as_str).collect();
            package.app(&title, &connector, &flows);
        }
        package
    }
}

fn zipped(files: &[(String, Vec<u8>)], times: &[DateTime]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (index, (name, content)) in files.iter().enumerate() {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(times[index % times.len()]);
        writer.start_file(name.clone(), options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn power_automate() -> impl Strategy<Value = File> {
    (made(), vec(time(), 1..3))
        .prop_map(|(package, times)| File { format: "zip", bytes: zipped(&package.all_files(), &times) })
}

fn guid(number: u32) -> String {
    format!("{number:08x}-0000-4000-8000-0000000000f1")
}

fn boomi_value(number: u32, name: &str, summary: &str, extra: &str) -> Value {
    let mut package = boomi::package(&guid(number), name);
    package["flowConfiguration"]["developerSummary"] = json!(summary);
    package["flowConfiguration"]["unknown"] = json!({ "é": extra, "list": [1, null, { "a": [] }] });
    package["valueElementConfigurations"][0]["developerSummary"] = json!(extra);
    package
}

pub(crate) fn package() -> impl Strategy<Value = File> {
    (any::<u32>(), name(), text(), text()).prop_map(|(number, name, summary, extra)| File {
        format: "package",
        bytes: boomi::encoded(&boomi_value(number, &name, &summary, &extra)).into_bytes(),
    })
}

/// The resources of several files as those of one.
fn together(files: &[Vec<u8>]) -> Resources {
    let mut all = Resources::default();
    for file in files {
        let package = read(file).package;
        if all.resources.is_empty() {
            all.info = package.info;
        }
        let known: Vec<_> = all.resources.iter().map(|entry| entry.resource.head.id.clone()).collect();
        all.resources.extend(package.resources.into_iter().filter(|entry| !known.contains(&entry.resource.head.id)));
    }
    all
}

/// Several flows that share their elements.
pub(crate) fn package2() -> impl Strategy<Value = File> {
    (vec((1..u32::MAX, name()), 1..4), text(), text()).prop_map(|(flows, summary, extra)| {
        let files: Vec<Vec<u8>> = flows
            .iter()
            .enumerate()
            .map(|(index, (number, name))| {
                let number = number.wrapping_mul(4).wrapping_add(index as u32);
                boomi::encoded(&boomi_value(number, name, &summary, &extra)).into_bytes()
            })
            .collect();
        File { format: "package2", bytes: encode("package2", &together(&files), Leftover::Refuse).0 }
    })
}

/// A JSON text, spread as somebody's exporter may.
fn spread(value: &Value, space: &str) -> Vec<u8> {
    let mut inside = false;
    let mut escaped = false;
    let mut text = String::new();
    for character in value.to_string().chars() {
        text.push(character);
        inside ^= character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        if !inside && matches!(character, '{' | '[' | ',' | ':') {
            text.push_str(space);
        }
    }
    text.push_str(space);
    text.into_bytes()
}

fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just(""), Just(" "), Just("\r\n\t")]
}

fn dpm_value(name: &str, version: u32, tasks: &[String]) -> Value {
    let tasks: Vec<Value> = tasks
        .iter()
        .enumerate()
        .map(|(index, name)| json!({ "TASK_ID": index + 1, "TASK_NAME": format!("{index} {name}"), "TASK_ORDER": index + 1 }))
        .collect();
    json!({
        "FLOW_ID": 1, "FLOW_NAME": name, "FLOW_DESCRIPTION": "d", "STATUS": "Draft", "FLOW_VERSION": version,
        "STAGES": [{ "STAGE_ID": 1, "STAGE_NAME": "Open", "STAGE_NUMBER": 1, "TASKS": tasks }], "X": 1.50,
    })
}

pub(crate) fn dpm() -> impl Strategy<Value = File> {
    (name(), 1..99_u32, vec(text(), 0..4), space()).prop_map(|(name, version, tasks, space)| File {
        format: "dpm",
        bytes: spread(&dpm_value(&name, version, &tasks), space),
    })
}

fn flowrunner_value(name: &str, version: u32, texts: &[String]) -> Value {
    let elements: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| json!({ "id": format!("e{index}"), "type": "action", "text": text }))
        .collect();
    json!({ "name": name, "flowId": "f-1", "versionNumber": version, "description": "d", "elements": elements, "slaGoals": [] })
}

pub(crate) fn flowrunner() -> impl Strategy<Value = File> {
    (name(), 1..99_u32, vec(text(), 1..4), space()).prop_map(|(name, version, texts, space)| File {
        format: "flowrunner",
        bytes: spread(&flowrunner_value(&name, version, &texts), space),
    })
}

/// A picklist, and something of a kind that no plugin handles.
fn own(label: &str, note: &str) -> Vec<u8> {
    let list = json!([
        { "kind": "picklist", "id": "order_status", "name": label, "dialect": "flowport", "parts": { "picklist.json": { "json": {
            "schemaName": "order_status", "displayName": label, "origin": "custom", "options": [{ "value": 1, "label": label }] } } } },
        { "kind": "dashboard", "id": "d/1", "name": note, "dialect": "acme", "state": "draft", "attributes": { "a": [1.0] },
            "setup": { "suggested": "skip", "comment": note }, "parts": { "note.txt": { "text": note }, "x.bin": { "base64": "AAEC/w==" } } },
    ]);
    list.to_string().into_bytes()
}

/// Resources of every dialect in one file of flowport's own, in an order of its own.
pub(crate) fn everything() -> impl Strategy<Value = File> {
    let own = (name(), text()).prop_map(|(label, note)| own(&label, &note));
    let files = (power_automate(), package(), dpm(), flowrunner(), own);
    (files, any::<u64>(), option::of(name())).prop_map(|((a, b, c, d, own), order, intended_for)| {
        let mut package = together(&[own, a.bytes, b.bytes, c.bytes, d.bytes]);
        package.info.name = "Everything".to_owned();
        package.info.intended_for = intended_for;
        let count = package.resources.len() as u64;
        let step = (order % count.max(1)) as usize;
        package.resources.rotate_left(step);
        if order % 2 == 0 {
            package.resources.reverse();
        }
        File { format: "json", bytes: encode("json", &package, Leftover::Refuse).0 }
    })
}

/// A flow of Power Automate and things that its packages have no place for.
pub(crate) fn mixed() -> File {
    let mut package = Package::new("Mixed");
    let connector = package.connector("shared_x");
    let connection = package.connection(&connector, "ana@contoso.example");
    package.flow("Mixed flow", &[Use { key: "shared_x", connection: &connection, style: Style::New }]);
    let package = together(&[own("Status", "note"), package.bytes()]);
    File { format: "json", bytes: encode("json", &package, Leftover::Refuse).0 }
}
