//! An inspection as a page.

use flowport_core::decode::Decoded;
use flowport_core::graph::Graph;
use flowport_core::inspect::Inspected;
use flowport_core::model::{Diagnostic, FormatInfo, PackageInfo, Severity};

use crate::html::{self, Entries, Fact, Page, SecretEntry, Section, Tone};
use crate::text::count;

pub(super) fn of(
    file: &str,
    format: Option<&FormatInfo>,
    decoded: &Decoded,
    inspected: &[Inspected],
    found: &[Diagnostic],
) -> Page {
    let package = &decoded.package;
    let entries = Entries::new(package.names());
    let secrets: Vec<SecretEntry<'_>> = inspected.iter().flat_map(in_package).collect();
    let literals = html::literals(inspected, &entries);
    let sections = [
        html::findings(found, &entries),
        html::resources(package, inspected, &entries),
        html::graph(&graph(inspected)),
        literals,
        html::decided_at_run_time(inspected, &entries),
        html::secrets(&secrets, &entries),
    ];
    let sections: Vec<Section> = sections.into_iter().flatten().collect();
    let (errors, warnings) = (of_severity(found, Severity::Error), of_severity(found, Severity::Warning));
    let in_words = count(warnings, "warning", "warnings");
    let verdict = match (errors, warnings) {
        (0, 0) => (Tone::Good, "No problems found".to_owned()),
        (0, _) => (Tone::Careful, in_words),
        _ => {
            let also = if warnings == 0 { String::new() } else { format!(" and {in_words}") };
            (Tone::Bad, format!("{}{also}: it cannot be imported as it is", count(errors, "error", "errors")))
        }
    };
    let mut facts = facts(file, format, &package.info);
    facts.extend(
        package.sealed.as_ref().map(|_| Fact { label: "Secrets", value: "sealed ones travel with it".to_owned() }),
    );
    Page {
        kind: "Package",
        name: name(file, &package.info).to_owned(),
        facts,
        verdict,
        figures: figures(package.resources.len(), errors, warnings, &sections),
        sections,
    }
}

/// What the package calls itself; where it has no name, its file.
pub(crate) fn name<'a>(file: &'a str, info: &'a PackageInfo) -> &'a str {
    if info.name.is_empty() { file } else { &info.name }
}

/// What is said of a package as a whole.
pub(crate) fn facts(file: &str, format: Option<&FormatInfo>, info: &PackageInfo) -> Vec<Fact> {
    let format = format.map(|format| {
        let doubt = if format.verified { "" } else { ", unverified" };
        format!("{} ({}{doubt})", format.title, format.id)
    });
    let facts = [
        Fact::of("Description", Some(info.description.clone())),
        Fact::of("File", Some(file.to_owned())),
        Fact::of("Format", format),
        Fact::of("Made", info.created.as_deref().map(moment)),
        Fact::of("By", info.creator.clone()),
        Fact::of("From", info.source.clone()),
        Fact::of("Meant for", info.intended_for.clone()),
    ];
    facts.into_iter().flatten().collect()
}

/// A moment for people; what is none as it is.
fn moment(text: &str) -> String {
    text.parse::<jiff::Timestamp>().map_or_else(|_| text.to_owned(), |moment| moment.strftime("%F %T UTC").to_string())
}

/// How many findings are as bad as that.
pub(crate) fn of_severity(found: &[Diagnostic], severity: Severity) -> usize {
    found.iter().filter(|diagnostic| diagnostic.severity == severity).count()
}

/// Counts of what people look for first.
pub(crate) fn figures(
    resources: usize,
    errors: usize,
    warnings: usize,
    sections: &[Section],
) -> Vec<(usize, &'static str, &'static str)> {
    let in_section = |id: &str| sections.iter().find(|section| section.id == id).and_then(|section| section.count);
    let mut figures =
        vec![(resources, "resource", "resources"), (errors, "error", "errors"), (warnings, "warning", "warnings")];
    figures.extend(in_section("questions").map(|count| (count, "question", "questions")));
    figures.extend(in_section("literals").map(|count| (count, "bound value", "bound values")));
    figures.extend(in_section("secrets").map(|count| (count, "secret", "secrets")));
    figures
}

/// Who needs what in a package.
pub(crate) fn graph(inspected: &[Inspected]) -> Graph {
    Graph::new(inspected.iter().map(|entry| (&entry.view.head, entry.inspection.references.as_slice())))
}

/// The secrets of a resource as the package has it.
pub(crate) fn in_package(entry: &Inspected) -> impl Iterator<Item = SecretEntry<'_>> {
    entry.inspection.secrets.iter().map(|secret| SecretEntry {
        of: &entry.view.head.id,
        secret,
        state: if secret.is_set { "in the package: whoever has it has the secret" } else { "not in the package" },
    })
}
