//! The questions of an import, answered at a terminal of its own.
#![cfg(unix)]

use crate::pty::Terminal;
use crate::support::package::{Package, uses};
use crate::support::project::Project;

const DOWN: &str = "\u{1b}[B";
const ENTER: &str = "\r";
const CTRL_C: &str = "\u{3}";
const SHOW_CURSOR: &str = "\u{1b}[?25h";

/// A package whose flow uses two connections; prod has one that both can be.
fn with_questions() -> Project {
    let project = Project::new();
    let mut package = Package::new("Orders");
    let connector = package.connector("shared_office365");
    let first = package.connection(&connector, "ana@contoso.example");
    let second = package.connection(&connector, "ben@contoso.example");
    package.resource(&second)["details"]["comment"] = serde_json::json!("the shared mailbox");
    package.flow("Orders", &[uses("shared_office365", &first), uses("shared_office365_1", &second)]);
    package.save(project.path("orders.zip"));
    project
}

fn import(project: &Project, environment: &str) -> Terminal {
    Terminal::start(project.command(&["import", environment, "orders.zip"]))
}

#[test]
fn questions_come_one_by_one_and_the_import_is_confirmed() {
    let project = with_questions();
    let mut terminal = import(&project, "dev");
    terminal.waits_for("Orders → dev (development)");
    terminal.waits_for("ana@contoso.example");
    terminal.waits_for("create: make a new one in the target");
    // Nothing is chosen beforehand.
    terminal.types(ENTER);
    terminal.types(DOWN);
    terminal.types(ENTER);
    terminal.waits_for("the package's maker says of ben@contoso.example: the shared mailbox");
    terminal.waits_for("give up");
    terminal.types(DOWN);
    terminal.types(ENTER);
    terminal.waits_for("4 create");
    terminal.waits_for("import into dev (development)?");
    assert!(project.ids("dev").is_empty(), "nothing is written before it is confirmed");
    terminal.types("y");
    assert_eq!(terminal.exit(), Some(0), "{}", terminal.screen);
    assert_eq!(project.ids("dev").len(), 4);
}

#[test]
fn giving_up_and_saying_no_write_nothing() {
    let project = with_questions();
    let mut terminal = import(&project, "dev");
    terminal.waits_for("give up");
    terminal.types(&DOWN.repeat(3));
    terminal.types(ENTER);
    terminal.waits_for("cancelled, nothing was written");
    assert_eq!(terminal.exit(), Some(1), "{}", terminal.screen);
    assert!(project.ids("dev").is_empty());
}

#[test]
fn production_is_named_by_hand() {
    let project = with_questions();
    for (typed, exit, there) in [("dev\r", 1, 0), ("prod\r", 0, 4)] {
        let mut terminal = import(&project, "prod");
        for _ in 0..2 {
            terminal.waits_for("give up");
            terminal.types(DOWN);
            terminal.types(ENTER);
        }
        terminal.waits_for("type prod to go on");
        terminal.types(typed);
        assert_eq!(terminal.exit(), Some(exit), "{}", terminal.screen);
        assert_eq!(project.ids("prod").len(), there);
    }
}

#[test]
fn an_interrupted_question_gives_the_cursor_back() {
    let project = with_questions();
    // At a list and at a line of text, where the terminal itself sends the signal.
    for answered in [0, 2] {
        let mut terminal = import(&project, "prod");
        for _ in 0..answered {
            terminal.waits_for("give up");
            terminal.types(DOWN);
            terminal.types(ENTER);
        }
        terminal.waits_for(if answered == 0 { "give up" } else { "type prod to go on" });
        terminal.types(CTRL_C);
        assert_eq!(terminal.exit(), Some(1), "{}", terminal.screen);
        let hidden = terminal.screen.rfind("\u{1b}[?25l").expect("a question hides the cursor");
        assert!(terminal.screen[hidden..].contains(SHOW_CURSOR), "{:?}", terminal.screen);
        assert_eq!(terminal.screen.matches("cancelled, nothing was written").count(), 1, "{}", terminal.screen);
        assert!(project.ids("prod").is_empty());
    }
}
