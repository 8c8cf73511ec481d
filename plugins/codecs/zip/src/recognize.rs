//! What a file is, by its content: docs/formats/power-automate.md §4.

use std::collections::BTreeSet;

use flowport_archive::{Archive, Entry, Error, ErrorKind, Limits, Sniffed, sniff};
use flowport_plugin::json::{Document, Kind};
use flowport_plugin::{Confidence, Diagnostic, Input, Recognition};

use crate::FORMAT;
use crate::files::{APPS, FLOWS, MANIFEST, Source, is_litter};

/// A manifest is a JSON document: its limit in bytes.
const MAX_MANIFEST: u64 = 64 << 20;

fn certain() -> Recognition {
    Recognition { format: FORMAT.to_owned(), confidence: Confidence::Certain, why_not: None }
}

/// An archive that cannot be read: decoding will say exactly why.
fn broken() -> Recognition {
    Recognition { format: FORMAT.to_owned(), confidence: Confidence::Maybe, why_not: None }
}

fn something_else(code: &str, summary: impl Into<String>, help: &str) -> Recognition {
    let diagnostic = Diagnostic::error(code, summary).help(help);
    Recognition { format: FORMAT.to_owned(), confidence: Confidence::No, why_not: Some(diagnostic) }
}

pub(crate) fn recognize(file: &dyn Input) -> Recognition {
    let source = Source(file);
    match sniff(&source) {
        Sniffed::Zip => {}
        // Other codecs may know it, or nobody does.
        Sniffed::Json | Sniffed::Other => {
            return Recognition { format: FORMAT.to_owned(), confidence: Confidence::No, why_not: None };
        }
        Sniffed::Html => {
            return something_else(
                "PA0001",
                "this is a web page, not a package: the browser saved a sign-in or error page under the package's name",
                "sign in, download the package again and check that it is more than a few kilobytes of HTML",
            );
        }
        Sniffed::Empty => return something_else("PA0002", "the file is empty", "export or download the package again"),
        other => {
            return something_else(
                "PA0003",
                format!("this is {other}, not a zip file"),
                "export the flow or app from Power Automate or Power Apps as Package (.zip)",
            );
        }
    }
    if Archive::list(&source, &Limits::default()).is_ok_and(|entries| has_payload(&entries)) {
        return certain();
    }
    match Archive::open(&source, &Limits::default()) {
        Ok(archive) => by_entries(&archive),
        Err(error) if error.kind() == ErrorKind::NotAnArchive => not_an_archive(&error),
        Err(_) if looks_like_an_app(file) => lone_app(),
        Err(_) => broken(),
    }
}

/// A manifest beside a folder of flows or apps: nothing else looks like that, and decoding looks at it once more, strictly.
fn has_payload(entries: &[Entry]) -> bool {
    let has = |wanted: &dyn Fn(&str) -> bool| entries.iter().any(|entry| wanted(&entry.name));
    has(&|name| name == MANIFEST)
        && has(&|name| name.starts_with(FLOWS) || name.starts_with(APPS))
        && !has(&|name| name.eq_ignore_ascii_case("solution.xml"))
}

fn not_an_archive(error: &Error) -> Recognition {
    something_else("ZIP001", error.to_string(), "download or copy the package again: it may have been cut off")
}

fn lone_app() -> Recognition {
    something_else(
        "PA0008",
        "this is a canvas app document (.msapp), not a package",
        "open it in Power Apps Studio and save it, or export the app from Power Apps as Package (.zip)",
    )
}

/// An .msapp has entry names with backslashes, which no package has: it shows in its first bytes.
fn looks_like_an_app(file: &dyn Input) -> bool {
    let Ok(start) = file.read_at(0, 512) else { return false };
    let names: [&[u8]; 3] = [b"Header.json", b"Properties.json", b"Controls\\"];
    names.iter().any(|name| start.windows(name.len()).any(|window| window == *name))
}

fn by_entries(archive: &Archive<'_>) -> Recognition {
    let files: Vec<&str> = archive
        .entries()
        .iter()
        .filter(|entry| !entry.directory)
        .map(|entry| entry.name.as_str())
        .filter(|name| !is_litter(name))
        .collect();
    if files.iter().any(|name| name.eq_ignore_ascii_case("solution.xml")) {
        return something_else(
            "PA0004",
            "this is a Dataverse solution (solution.xml found); solutions and flow or app packages are different formats and cannot be mixed",
            "import it under Solutions, or export the flow again as Package (.zip)",
        );
    }
    if files.contains(&MANIFEST) {
        return by_manifest(archive);
    }
    let has = |name: &str| files.iter().any(|file| file.eq_ignore_ascii_case(name));
    if has("Header.json") && has("Properties.json") {
        return lone_app();
    }
    if let Some(recognition) = wrapped(&files) {
        return recognition;
    }
    let inner = |ending: &str| -> Vec<&str> {
        files.iter().copied().filter(|name| name.to_ascii_lowercase().ends_with(ending)).collect()
    };
    let packages = inner(".zip");
    if !packages.is_empty() {
        return something_else(
            "PA0006",
            format!("this is a bundle of packages, not a package; it holds {}", shortened(&packages)),
            "unpack it and give flowport the packages inside, one by one",
        );
    }
    let apps = inner(".msapp");
    if !apps.is_empty() {
        return something_else(
            "PA0008",
            format!("this holds a canvas app document ({}) but no package manifest", shortened(&apps)),
            "export the app from Power Apps as Package (.zip)",
        );
    }
    something_else(
        "PA0009",
        "this zip file is no package: it has no manifest.json at its root",
        "export the flow or app from Power Automate or Power Apps as Package (.zip)",
    )
}

fn shortened(names: &[&str]) -> String {
    match names {
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        names => names.join(", "),
    }
}

/// Exactly one top folder that holds what should be at the root.
fn wrapped(files: &[&str]) -> Option<Recognition> {
    let folders: BTreeSet<&str> =
        files.iter().filter_map(|name| name.split_once('/').map(|(folder, _)| folder)).collect();
    let [folder] = folders.into_iter().collect::<Vec<_>>()[..] else { return None };
    let inside = |name: &str| {
        let path = format!("{folder}/{name}");
        files.iter().any(|file| file.eq_ignore_ascii_case(&path))
    };
    if inside("solution.xml") {
        let summary = format!(
            "this is a Dataverse solution inside the folder {folder}/; solutions and flow or app packages are different formats"
        );
        return Some(something_else("PA0004", summary, "zip the content of that folder and import it under Solutions"));
    }
    let summary = format!("the package is wrapped: everything is inside the folder {folder}/");
    let help = format!("unpack it and zip the content of {folder}/, so that manifest.json is at the root");
    inside(MANIFEST).then(|| something_else("PA0005", summary, &help))
}

fn by_manifest(archive: &Archive<'_>) -> Recognition {
    let Some(entry) = archive.find(MANIFEST) else { return broken() };
    let Ok(text) = archive.read_all(entry, MAX_MANIFEST) else { return broken() };
    // A manifest that is no JSON is a broken package where the rest of one is there, and foreign otherwise.
    let Ok(document) = Document::parse(text) else { return broken() };
    let root = document.root();
    let is_package = root.get("resources").is_some_and(|resources| resources.kind() == Kind::Object)
        && root.get("details").is_some()
        && root.get("schema").is_some();
    if is_package {
        return certain();
    }
    let (what, help) = match () {
        () if root.get("manifest_version").is_some() => ("a browser extension", "install it in a browser"),
        () if root.get("manifestVersion").is_some() => {
            ("a Microsoft Teams app", "upload it in Teams under Manage your apps")
        }
        () => ("something else", "export the flow or app from Power Automate or Power Apps as Package (.zip)"),
    };
    something_else(
        "PA0007",
        format!("manifest.json is not that of a package (it lists no resources): this is {what}"),
        help,
    )
}
