//! Real packages on their pages.

use std::path::Path;

use crate::support::html::PageRead;
use crate::support::project::Project;
use crate::{every_one_of, text};

/// Its inspection and its plan are well-formed pages with an entry for each resource.
fn is_on_its_pages(package: &Path) {
    let project = Project::new();
    let inspected = project.json(0, &["inspect", text(package), "--html", "inspect.html"]);
    let resources = inspected["result"]["resources"].as_array().unwrap().len();
    let planned = project.run(&["plan", "prod", text(package), "--html", "plan.html", "--json"]).envelope();
    assert_eq!(planned["result"]["html"], "plan.html");
    for page in ["inspect.html", "plan.html"] {
        let page = PageRead::of(project.read(page));
        assert_eq!(page.all("tr[id^='resource-']").len(), resources);
    }
}

#[test]
fn every_package_is_on_its_pages() {
    let test = "every_package_is_on_its_pages";
    every_one_of("power-automate", "zip", test, is_on_its_pages);
    every_one_of("boomi", "package", test, is_on_its_pages);
}
