//! JUnit XML: one test per resource, and one for the whole. What keeps the import from being made is a failure.

use std::collections::HashMap;
use std::io;

use flowport_core::model::ResourceId;
use flowport_core::plan::{Decision, Planned};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Findings, QUESTION, asked_in_words, in_words};
use crate::html::Asked;
use crate::text::clean;

/// A test, as its consumers know it.
struct Case {
    /// What groups tests.
    class: String,
    name: String,
    state: State,
    /// What else is worth reading.
    output: Vec<String>,
}

enum State {
    Passed,
    Skipped(&'static str),
    /// A code, one sentence, and all of it.
    Failed(String, String, Vec<String>),
}

pub(super) fn document(findings: &Findings<'_>) -> String {
    let questions: HashMap<&ResourceId, &Asked<'_>> =
        findings.questions.iter().map(|asked| (&asked.change.source, asked)).collect();
    let of_changes = findings.changes.iter().map(|change| case(change, questions.get(&change.source).copied()));
    let cases: Vec<Case> = std::iter::once(whole(findings)).chain(of_changes).collect();
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut writer, findings, &cases).unwrap_or_else(|_| unreachable!("a vector takes whatever is written"));
    let xml = String::from_utf8(writer.into_inner()).unwrap_or_else(|_| unreachable!("only text was written"));
    xml + "\n"
}

fn whole(findings: &Findings<'_>) -> Case {
    let lines = findings.diagnostics.iter().flat_map(in_words).collect();
    let (state, output) = match findings.diagnostics.iter().find(|found| found.is_error()) {
        Some(first) => (State::Failed(first.code.clone(), first.summary.clone(), lines), Vec::new()),
        None => (State::Passed, lines),
    };
    Case { class: "plan".to_owned(), name: name(findings), state, output }
}

fn name(findings: &Findings<'_>) -> String {
    format!("{} → {}", findings.package, findings.target)
}

fn case(change: &Planned, question: Option<&Asked<'_>>) -> Case {
    let mut lines: Vec<String> = question.map(asked_in_words).unwrap_or_default();
    lines.extend(change.diagnostics.iter().flat_map(in_words));
    // What waits for something has no error of its own, but says so.
    let problem = change.diagnostics.iter().find(|found| found.is_error()).or(change.diagnostics.last());
    let (state, output) = match (&change.decision, problem) {
        (Decision::Question(_), _) => {
            (State::Failed(QUESTION.to_owned(), "a question without an answer".to_owned(), lines), Vec::new())
        }
        (Decision::Blocked, Some(problem)) => {
            (State::Failed(problem.code.clone(), problem.summary.clone(), lines), Vec::new())
        }
        (Decision::Blocked, None) => (State::Failed("P-BLOCKED".to_owned(), "blocked".to_owned(), lines), Vec::new()),
        (Decision::Skip, _) => (State::Skipped("it is left out"), lines),
        (Decision::Store(_) | Decision::NoChange | Decision::UseExisting, _) => {
            lines.insert(0, done(change));
            (State::Passed, lines)
        }
    };
    let name = format!("{} ({})", change.name, change.source);
    Case { class: change.source.kind.to_string(), name, state, output }
}

/// What happens to it, and what it is called there.
fn done(change: &Planned) -> String {
    if change.target == change.source {
        change.word().to_owned()
    } else {
        format!("{} {}", change.word(), change.target)
    }
}

fn write(writer: &mut Writer<Vec<u8>>, findings: &Findings<'_>, cases: &[Case]) -> io::Result<()> {
    let number = |is: fn(&State) -> bool| cases.iter().filter(|case| is(&case.state)).count().to_string();
    let failures = number(|state| matches!(state, State::Failed(..)));
    let skipped = number(|state| matches!(state, State::Skipped(_)));
    let tests = cases.len().to_string();
    let counts = [("tests", tests.as_str()), ("failures", &failures), ("errors", "0"), ("skipped", &skipped)];
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites = writer.create_element("testsuites").with_attribute(("name", "flowport plan"));
    suites.with_attributes(counts).write_inner_content(|writer| {
        let title = text(&name(findings));
        let suite = writer.create_element("testsuite").with_attribute(("name", title.as_str()));
        suite.with_attributes(counts).write_inner_content(|writer| cases.iter().try_for_each(|it| it.write(writer)))?;
        Ok(())
    })?;
    Ok(())
}

impl Case {
    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let (class, name) = (text(&self.class), text(&self.name));
        let element = writer.create_element("testcase");
        let element = element.with_attributes([("classname", class.as_str()), ("name", &name), ("time", "0")]);
        element.write_inner_content(|writer| {
            match &self.state {
                State::Passed => {}
                State::Skipped(why) => {
                    writer.create_element("skipped").with_attribute(("message", *why)).write_empty()?;
                }
                State::Failed(code, summary, lines) => {
                    let (code, summary, lines) = (text(code), text(summary), block(lines));
                    let failure = writer.create_element("failure");
                    let failure = failure.with_attributes([("type", code.as_str()), ("message", &summary)]);
                    failure.write_text_content(BytesText::new(&lines))?;
                }
            }
            if !self.output.is_empty() {
                writer.create_element("system-out").write_text_content(BytesText::new(&block(&self.output)))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

fn block(lines: &[String]) -> String {
    lines.iter().map(|line| text(line)).collect::<Vec<_>>().join("\n")
}

/// What XML cannot hold, however it is escaped, is shown as its code point.
fn text(text: &str) -> String {
    clean(text).replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
}
