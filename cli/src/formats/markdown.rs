//! Markdown for the comment of a pull request. Whatever comes from a package stands in code, where Markdown obeys nothing: no link,
//! no HTML and no mention can be made of it. The whole is cut before GitHub would refuse it.

use flowport_core::model::{Diagnostic, Severity};
use flowport_core::plan::{Decision, Planned};

use super::{Findings, asked_in_words, in_words};
use crate::text::{clean, count, shorten};

/// GitHub's limit, which is in characters; bytes are on the safe side.
const LIMIT: usize = 65_536;
/// What is kept free for headings and for what says how much was left out.
const RESERVE: usize = 2_048;
/// So long a cell or a line may be.
const LONGEST_CELL: usize = 200;
const LONGEST_LINE: usize = 1_000;

pub(super) fn document(findings: &Findings<'_>) -> String {
    let title = [findings.package.as_str(), &findings.target].map(|name| code(&shorten(name, LONGEST_CELL)));
    let mut page = Page { text: format!("## Import plan: {} → {}\n\n", title[0], title[1]) };
    page.text.push_str(&format!("{}\n", code(&shorten(&findings.verdict, LONGEST_LINE))));
    let questions: Vec<String> = findings.questions.iter().map(|asked| lines(&asked_in_words(asked))).collect();
    page.block(&count(questions.len(), "question", "questions"), &questions);
    let of = |is: fn(&Diagnostic) -> bool| -> Vec<String> {
        findings.all().filter(|found| is(found)).map(|found| lines(&in_words(found))).collect()
    };
    let errors = of(Diagnostic::is_error);
    page.block(&count(errors.len(), "error", "errors"), &errors);
    let warnings = of(|found| found.severity == Severity::Warning);
    page.block(&count(warnings.len(), "warning", "warnings"), &warnings);
    page.table(findings.changes);
    let off = findings.changes.iter().filter_map(|change| {
        let why = change.inactive.as_ref()?;
        Some(lines(&[clean(&format!("{} ({}): {why}", change.target, change.target_name))]))
    });
    page.block("Off after the import", &off.collect::<Vec<_>>());
    let notes = of(|found| found.severity == Severity::Info);
    page.block(&count(notes.len(), "note", "notes"), &notes);
    page.text
}

struct Page {
    text: String,
}

impl Page {
    /// What a section may take: half of what is left, so that there is something left for the next one.
    fn room(&self) -> usize {
        LIMIT.saturating_sub(self.text.len() + RESERVE) / 2
    }

    fn take<'e>(&self, entries: &'e [String]) -> (&'e [String], usize) {
        let mut room = self.room();
        let fits = entries.iter().take_while(|entry| {
            let is_in = entry.len() < room;
            room = room.saturating_sub(entry.len() + 1);
            is_in
        });
        let shown = fits.count();
        (&entries[..shown], entries.len() - shown)
    }

    fn more(&mut self, left_out: usize) {
        if left_out > 0 {
            self.text.push_str(&format!("\n… and {left_out} more, which `flowport plan` shows\n"));
        }
    }

    /// Entries that may have several lines, as they are.
    fn block(&mut self, title: &str, entries: &[String]) {
        if entries.is_empty() {
            return;
        }
        let (shown, left_out) = self.take(entries);
        let content = shown.join("\n");
        let fence = "`".repeat(longest_run(&content).max(2) + 1);
        self.text.push_str(&format!("\n### {title}\n\n{fence}text\n{content}\n{fence}\n"));
        self.more(left_out);
    }

    fn table(&mut self, changes: &[Planned]) {
        if changes.is_empty() {
            return;
        }
        let is_quiet =
            |change: &Planned| matches!(change.decision, Decision::NoChange | Decision::UseExisting | Decision::Skip);
        let (quiet, loud): (Vec<&Planned>, Vec<&Planned>) = changes.iter().partition(|change| is_quiet(change));
        let rows: Vec<String> = loud.into_iter().chain(quiet).map(row).collect();
        let (shown, left_out) = self.take(&rows);
        let title = count(changes.len(), "resource", "resources");
        let head = "| action | resource | name | in the target |\n|---|---|---|---|\n";
        self.text.push_str(&format!("\n### {title}\n\n{head}{}\n", shown.join("\n")));
        self.more(left_out);
    }
}

fn row(change: &Planned) -> String {
    let cell = |text: &str| cell(&shorten(text, LONGEST_CELL));
    let goes_there = !matches!(change.decision, Decision::Question(_) | Decision::Blocked | Decision::Skip);
    let there = if goes_there && change.target != change.source { change.target.to_string() } else { String::new() };
    let name = if change.name == change.target_name {
        change.name.clone()
    } else {
        format!("{} → {}", change.name, change.target_name)
    };
    format!("| {} | {} | {} | {} |", cell(change.word()), cell(&change.source.to_string()), cell(&name), cell(&there))
}

/// Lines of a block, none of them too long.
fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| shorten(line, LONGEST_LINE)).collect::<Vec<_>>().join("\n")
}

/// Code in a cell of a table. There a pipe ends the cell even in code, unless a backslash stands before it; whether a second backslash
/// takes that back, programs do not agree.
fn cell(text: &str) -> String {
    code(text).replace("\\|", "\\u{5c}|").replace('|', "\\|")
}

/// Code within a line.
fn code(text: &str) -> String {
    let text = clean(text);
    if text.is_empty() {
        return text;
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let is_padded = [text.starts_with(['`', ' ']), text.ends_with(['`', ' '])].contains(&true);
    let pad = if is_padded { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// How many backticks stand together at most.
fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser};

    use super::*;

    /// What a reader of Markdown makes of it: what stands in code, and whatever else is not the frame of a table.
    fn read(markdown: &str) -> (Vec<String>, Vec<String>) {
        let (mut code, mut other) = (Vec::new(), Vec::new());
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
            match event {
                Event::Code(text) => code.push(text.to_string()),
                Event::Start(_) | Event::End(_) => {}
                event => other.push(format!("{event:?}")),
            }
        }
        (code, other)
    }

    #[test]
    fn no_line_ends_the_block_it_is_in() {
        let mut page = Page { text: String::new() };
        page.block("title", &["```".to_owned(), "````text\n[x](y)\n````".to_owned()]);
        let (code, other) = read(&page.text);
        assert_eq!(code, Vec::<String>::new());
        assert_eq!(other.concat(), r#"Text(Borrowed("title"))Text(Borrowed("```\n````text\n[x](y)\n````\n"))"#);
    }

    proptest! {
        #[test]
        fn no_text_leaves_its_code_or_its_cell(text in "[a\\\\|` \\[\\]<>@*\n]{1,12}|\\PC{1,20}") {
            prop_assume!(!text.trim().is_empty());
            let head = "| `a` | `b` |\n|---|---|\n";
            let (found, other) = read(&format!("{head}| {} | `end` |\n", cell(&text)));
            let shown = clean(&text).replace("\\|", "\\u{5c}|");
            prop_assert_eq!(&found[2..], [shown, "end".to_owned()]);
            prop_assert_eq!(other, Vec::<String>::new());
            let (found, other) = read(&code(&text));
            prop_assert_eq!(found, [clean(&text)]);
            prop_assert_eq!(other, Vec::<String>::new());
        }
    }
}
