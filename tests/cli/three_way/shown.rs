//! Conflicts and merges on pages.

use super::{FIRST, Orders, STORES, changed};
use crate::support::html::PageRead;
use crate::support::project::Project;

fn page(project: &Project, exit: i32) -> PageRead {
    project.run(&["plan", "work", "next.json", "--html", "plan.html"]).exits(exit);
    PageRead::of(project.read("plan.html"))
}

#[test]
fn a_page_shows_a_conflict_with_all_sides_in_columns_and_the_answers() {
    let project = changed(STORES[0], &Orders { to: "<b>here</b>", ..FIRST }, &Orders { to: "there", ..FIRST });
    let page = page(&project, 4);
    let headings = page.texts("#conflicts .changes th");
    assert_eq!(headings, ["Where", "Imported last", "In the target", "In the package"]);
    let cells = page.texts("#conflicts .changes tbody td");
    assert_eq!(cells, ["flow.json#/steps/1/inputs/to", "\"ana\"", "\"<b>here</b>\"", "\"there\""]);
    let text = page.text("#conflicts");
    for said in ["by ben at 20", "leave it as the target has it", "--resolve 'flow/orders=take'"] {
        assert!(text.contains(said), "{said:?} in {text}");
    }
    assert!(page.text("#decisions").contains("conflict"), "it stands among the decisions");
    assert!(page.text("header").contains("Blocked by 1 conflict"), "{}", page.text("header"));
}

#[test]
fn a_page_says_what_was_merged_and_what_stays() {
    let project = changed(STORES[0], &Orders { top: 9, ..FIRST }, &Orders { to: "eve", ..FIRST });
    let shown = page(&project, 0);
    assert!(shown.text("#decisions").contains("merged: 1 change of the target, 1 change of the package"));
    let cells = shown.texts("#changes tbody td");
    assert_eq!(cells[0], "flow.json#/steps/1/inputs/to", "beside what is there now: {cells:?}");
    FIRST.save(&project, "next.json");
    std::fs::remove_file(project.path("plan.html")).unwrap();
    let shown = page(&project, 0);
    assert!(shown.text("#decisions").contains("Changed in the target since the last import, and stays so"));
    assert!(shown.all("#conflicts").is_empty());
}

#[test]
fn the_formats_of_pipelines_show_a_conflict_with_all_sides_and_the_answers() {
    let project = changed(STORES[0], &Orders { to: "here", ..FIRST }, &Orders { to: "there", ..FIRST });
    let plan = |format: &str| project.run(&["plan", "work", "next.json", "--format", format]).exits(4).stdout();
    for (format, beginning) in [("junit", "<?xml"), ("markdown", "## Import plan"), ("sarif", "{")] {
        let text = plan(format);
        assert!(text.starts_with(beginning) && text.contains("P-CONFLICT"), "{text}");
    }
    for format in ["junit", "markdown"] {
        let text = plan(format);
        for said in ["IMPORTED LAST", "here", "there", "--resolve", "flow/orders=take", "by ben at 20"] {
            assert!(text.contains(said), "{format}: {said:?} in {text}");
        }
    }
    assert!(plan("markdown").contains("### 1 conflict"));
    assert!(plan("junit").contains("failures=\"1\""));
}
