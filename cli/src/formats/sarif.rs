//! SARIF 2.1.0: each finding and each question as a result, at the package's file and the resource in it.

use std::collections::HashMap;
use std::path::Path;

use flowport_core::content::Hasher;
use flowport_core::model::{Diagnostic, ResourceId, Severity};
use serde_json::{Value, json};
use url::Url;

use super::{Findings, QUESTION, asked_in_words, said};
use crate::text::escape_json;

/// The schema that its authors publish.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// GitHub refuses a file with more.
const MOST: usize = 25_000;

/// Something to say about a package.
struct Result<'a> {
    code: &'a str,
    severity: Severity,
    lines: Vec<String>,
    resource: Option<&'a ResourceId>,
    slot: Option<&'a str>,
}

impl<'a> Result<'a> {
    fn of(found: &'a Diagnostic) -> Result<'a> {
        Result {
            code: &found.code,
            severity: found.severity,
            lines: said(found),
            resource: found.resource.as_ref(),
            slot: found.slot.as_deref(),
        }
    }

    /// The same for the same thing in the next plan, so that a page knows it again. GitHub wants the number of those that have it
    /// behind a colon.
    fn fingerprint(&self) -> String {
        let mut hasher = Hasher::default();
        let resource = self.resource.map(ToString::to_string).unwrap_or_default();
        for field in [self.code, &resource, self.slot.unwrap_or_default()] {
            hasher.update(&(field.len() as u64).to_le_bytes());
            hasher.update(field.as_bytes());
        }
        hasher.finish().to_string()
    }
}

pub(super) fn document(findings: &Findings<'_>) -> String {
    let questions = findings.questions.iter().map(|asked| Result {
        code: QUESTION,
        severity: Severity::Error,
        lines: std::iter::once("a question without an answer".to_owned()).chain(asked_in_words(asked)).collect(),
        resource: Some(&asked.change.source),
        slot: None,
    });
    let mut results: Vec<Result<'_>> = questions.chain(findings.all().map(Result::of)).collect();
    results.sort_by_key(|result| result.severity);
    let left_out = results.len().saturating_sub(MOST);
    results.truncate(MOST);
    let mut codes: Vec<&str> = results.iter().map(|result| result.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let uri = findings.file.and_then(uri);
    let mut met: HashMap<String, usize> = HashMap::new();
    let entries = results.iter().map(|result| {
        let met = met.entry(result.fingerprint()).and_modify(|times| *times += 1).or_insert(1);
        let fingerprint = format!("{}:{met}", result.fingerprint());
        entry(result, &fingerprint, &codes, uri.as_deref())
    });
    let results: Vec<Value> = entries.collect();
    let driver = json!({
        "name": "flowport",
        "version": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": codes.iter().map(|code| rule(code)).collect::<Vec<_>>(),
    });
    let mut invocation = json!({ "executionSuccessful": true, "exitCode": findings.exit });
    if left_out > 0 {
        let text = format!("{left_out} more results are left out; `flowport plan` shows them");
        invocation["toolExecutionNotifications"] = json!([{ "level": "warning", "message": { "text": text } }]);
    }
    let run = json!({
        "tool": { "driver": driver },
        // What is before the last slash tells the plans for one environment from those for another.
        "automationDetails": { "id": format!("flowport-plan/{}/", findings.environment) },
        "invocations": [invocation],
        "results": results,
    });
    let document = json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] });
    escape_json(&format!("{document:#}\n"))
}

fn rule(code: &str) -> Value {
    let text = if code == QUESTION {
        "a question without an answer".to_owned()
    } else {
        format!("{code}: a finding about a package or its import")
    };
    let help = "flowport's guide, under \"What to do when …\", says what to do";
    json!({ "id": code, "shortDescription": { "text": text }, "help": { "text": help } })
}

fn entry(result: &Result<'_>, fingerprint: &str, codes: &[&str], uri: Option<&str>) -> Value {
    let level = match result.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let mut entry = json!({
        "ruleId": result.code,
        "ruleIndex": codes.binary_search(&result.code).unwrap_or_default(),
        "level": level,
        // In a message of SARIF this begins the target of a link.
        "message": { "text": result.lines.join("\n").replace("](", "] (") },
        "partialFingerprints": { "primaryLocationLineHash": fingerprint },
    });
    if let Some(location) = location(result, uri) {
        entry["locations"] = json!([location]);
    }
    entry
}

fn location(result: &Result<'_>, uri: Option<&str>) -> Option<Value> {
    let mut location = json!({});
    if let Some(uri) = uri {
        // A package has no lines, but a page that annotates files wants one.
        location["physicalLocation"] = json!({ "artifactLocation": { "uri": uri }, "region": { "startLine": 1 } });
    }
    if let Some(resource) = result.resource {
        let qualified = match result.slot {
            Some(slot) => format!("{resource} {slot}"),
            None => resource.to_string(),
        };
        let name = json!({ "name": &*resource.id, "kind": "resource", "fullyQualifiedName": qualified });
        location["logicalLocations"] = json!([name]);
    }
    location.as_object().is_some_and(|members| !members.is_empty()).then_some(location)
}

/// From the working directory, as pages know a repository's files; absolute where it is elsewhere.
fn uri(file: &Path) -> Option<String> {
    let folder = Url::from_directory_path(std::env::current_dir().ok()?).ok()?;
    let file = Url::from_file_path(std::path::absolute(file).ok()?).ok()?;
    let relative = folder.make_relative(&file).filter(|relative| !relative.starts_with("../"));
    Some(relative.unwrap_or_else(|| file.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_page_would_take_is_left_out_from_the_end_and_counted() {
        let finding = |number: usize| match number {
            0..=MOST => Diagnostic::warning("W", number.to_string()),
            _ => Diagnostic::error("E", number.to_string()),
        };
        let many: Vec<Diagnostic> = (0..MOST + 2).map(finding).collect();
        let findings = Findings {
            package: String::new(),
            environment: "dev",
            target: String::new(),
            file: None,
            changes: &[],
            questions: Vec::new(),
            conflicts: Vec::new(),
            diagnostics: &many,
            verdict: String::new(),
            exit: 4,
        };
        let document: Value = serde_json::from_str(&document(&findings)).unwrap();
        let results = document["runs"][0]["results"].as_array().unwrap();
        assert_eq!((results.len(), &results[0]["level"]), (MOST, &json!("error")));
        let note = &document["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
        assert!(note.as_str().unwrap().starts_with("2 more"), "{note}");
    }
}
