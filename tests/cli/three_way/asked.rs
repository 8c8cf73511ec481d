//! Conflicts at a terminal.

use super::{FIRST, Orders, STORES, changed, flow, text};
use crate::pty::Terminal;
use crate::support::project::Project;

const DOWN: &str = "\u{1b}[B";
const ENTER: &str = "\r";

fn project() -> Project {
    changed(STORES[0], &Orders { top: 9, ..FIRST }, &Orders { top: 7, to: "eve", ..FIRST })
}

/// Starts the import and waits for the question.
fn asked(project: &Project) -> Terminal {
    let mut terminal = Terminal::start(project.command(&["import", "work", "next.json"]));
    for text in
        ["they differ in 1 field", "IN THE TARGET", "flow.json#/steps/0/inputs/top", "keep: leave it", "give up"]
    {
        terminal.waits_for(text);
    }
    terminal
}

/// Chooses the item at this position.
fn choose(terminal: &mut Terminal, position: usize) {
    (0..=position).for_each(|_| terminal.types(DOWN));
    terminal.types(ENTER);
}

#[test]
fn keep_ends_without_a_confirmation_as_nothing_is_written() {
    let project = project();
    let before = text(&project);
    let mut terminal = asked(&project);
    choose(&mut terminal, 0);
    terminal.waits_for("keeps what was changed there");
    assert_eq!((terminal.exit(), text(&project)), (Some(0), before), "{}", terminal.screen);
    project.ok(&["plan", "work", "next.json"]).says("1 kept");
}

#[test]
fn both_sides_are_shown_in_full_and_taking_is_confirmed() {
    let project = project();
    let mut terminal = asked(&project);
    choose(&mut terminal, 2);
    for text in ["imported last", "5", "in the target", "9", "in the package", "7", "give up"] {
        terminal.waits_for(text);
    }
    choose(&mut terminal, 1);
    terminal.waits_for("1 update; ready to import");
    terminal.waits_for("import into work");
    assert_eq!(flow(&project)["steps"][0]["inputs"]["top"], 9, "nothing is written before it is confirmed");
    terminal.types("y");
    assert_eq!(terminal.exit(), Some(0), "{}", terminal.screen);
    assert_eq!(flow(&project)["steps"][0]["inputs"]["top"], 7);
}

#[test]
fn giving_up_writes_nothing() {
    let project = project();
    let before = text(&project);
    let mut terminal = asked(&project);
    choose(&mut terminal, 3);
    terminal.waits_for("cancelled, nothing was written");
    assert_eq!((terminal.exit(), text(&project)), (Some(1), before), "{}", terminal.screen);
}
