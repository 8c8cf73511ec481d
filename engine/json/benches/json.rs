//! Checking and walking documents, beside `serde_json::from_slice::<Value>`.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use flowport_json::{Document, Edits, Writer};

fn main() {
    divan::main();
}

/// A flow of about 8 KB, shaped like those of Power Automate: short keys, small objects, strings of 5 to 80 characters.
fn flow(writer: Writer) -> Vec<u8> {
    let mut writer = writer;
    writer.begin_object();
    writer.key("name").string("3606a501-a6b9-43b0-bdef-fa9cf4ff936a");
    writer.key("type").string("Microsoft.Flow/flows");
    writer.key("properties").begin_object();
    writer.key("apiId").string("/providers/Microsoft.PowerApps/apis/shared_logicflows");
    writer.key("displayName").string("Approve \"new\" requests");
    writer.key("definition").begin_object();
    writer.key("contentVersion").string("1.0.0.0");
    writer.key("parameters").raw(r#"{"$connections":{"defaultValue":{},"type":"Object"}}"#);
    writer.key("actions").begin_object();
    let mut before = None;
    for number in 0..16 {
        let name = format!("Send_an_email_{number}");
        writer.key(&name).begin_object();
        writer.key("runAfter").begin_object();
        if let Some(before) = before.replace(name) {
            writer.key(&before).begin_array().string("Succeeded").end_array();
        }
        writer.end_object();
        writer.key("metadata").begin_object().key("retries").number(number).key("secure").boolean(false).end_object();
        writer.key("type").string("ApiConnection");
        writer.key("inputs").begin_object();
        writer
            .key("host")
            .raw(r#"{"connection":{"name":"@parameters('$connections')['shared_office365']['connectionId']"}}"#);
        writer.key("method").string("post");
        writer.key("path").string("/datasets/@{encodeURIComponent('default.cds')}/tables/items");
        writer.key("body").begin_object();
        writer.key("To").string("someone@example.com");
        writer.key("Subject").string("Request @{triggerBody()?['Title']}\n");
        writer.end_object();
        writer.key("authentication").string("@parameters('$authentication')");
        writer.end_object().end_object();
    }
    writer.end_object().end_object().end_object().end_object();
    writer.finish().into_bytes()
}

fn compact_flow() -> Vec<u8> {
    flow(Writer::compact())
}

fn pretty_flow() -> Vec<u8> {
    flow(Writer::pretty())
}

fn million_keys() -> Vec<u8> {
    let mut writer = Writer::compact();
    writer.begin_object();
    for number in 0..1_000_000 {
        writer.key(&format!("k{number}")).number(0);
    }
    writer.end_object();
    writer.finish().into_bytes()
}

type Input = (&'static str, fn() -> Vec<u8>);

const INPUTS: [Input; 3] = [("flow", compact_flow), ("flow, indented", pretty_flow), ("a million keys", million_keys)];

fn names() -> impl Iterator<Item = &'static str> {
    INPUTS.iter().map(|(name, _)| *name)
}

fn input(bencher: Bencher<'_, '_>, name: &str, run: impl Fn(&[u8]) + Sync) {
    let (_, make) = INPUTS.iter().find(|(known, _)| *known == name).expect("divan passes the names it was given");
    let bytes = make();
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| run(black_box(&bytes)));
}

/// Sums what a reader would look at, so that nothing is optimised away.
fn walk(document: &Document) -> usize {
    document.walk().map(|value| value.raw().len() + value.key().map_or(0, |key| key.raw().len())).sum()
}

#[divan::bench(args = names())]
fn parse(bencher: Bencher<'_, '_>, name: &str) {
    input(bencher, name, |bytes| drop(black_box(Document::parse(bytes))));
}

#[divan::bench(args = names())]
fn parse_and_walk(bencher: Bencher<'_, '_>, name: &str) {
    input(bencher, name, |bytes| {
        let document = Document::parse(bytes).expect("the input is valid");
        black_box(walk(&document));
    });
}

#[divan::bench(args = names())]
fn parse_and_edit(bencher: Bencher<'_, '_>, name: &str) {
    input(bencher, name, |bytes| {
        let document = Document::parse(bytes).expect("the input is valid");
        let mut edits = Edits::new(&document);
        let first = document.root().members().next().expect("the input has members");
        edits.replace_string(first.1, "new").insert_member(document.root(), "new", "1");
        drop(black_box(edits.finish()));
    });
}

#[divan::bench(args = names())]
fn serde_json_value(bencher: Bencher<'_, '_>, name: &str) {
    input(bencher, name, |bytes| drop(black_box(serde_json::from_slice::<serde_json::Value>(bytes))));
}
