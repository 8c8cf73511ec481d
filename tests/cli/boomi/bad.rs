//! What is no sound package.

use serde_json::{Value, json};

use super::{FLOW, OTHER};
use crate::support::boomi::{PAGE, TYPE, encoded, package};
use crate::support::project::Project;

#[test]
fn bad_packages_are_refused_with_their_place_and_nothing_is_written() {
    let good = package(FLOW, "Orders");
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut package = good.clone();
        change(&mut package);
        encoded(&package)
    };
    let double = encoded(&good);
    let cases: Vec<(&str, String, &[&str])> = vec![
        ("truncated", double[..double.len() / 2].to_owned(), &["line 1"]),
        ("encoded three times", serde_json::to_string(&double).unwrap(), &["three or more times"]),
        ("of the wrong type", serde_json::to_string("[1,2]").unwrap(), &["error"]),
        ("a snapshot", json!({ "id": {}, "mapElements": [], "valueElements": [] }).to_string(), &["snapshot"]),
        (
            "dictionaries that disagree",
            changed(&|it| it["flowConfiguration"]["typeElementIds"][TYPE]["versionId"] = json!(FLOW)),
            &["typeElementIds", TYPE],
        ),
        (
            "a dangling guid",
            changed(&|it| it["mapElementConfigurations"][1]["pageElementId"]["guid"] = json!(OTHER)),
            &["P-MISSING", "maps.json#/1/pageElementId"],
        ),
        (
            "a dangling map element",
            changed(&|it| it["mapElementConfigurations"][0]["outcomes"][0]["newMapElementId"]["guid"] = json!(OTHER)),
            &["maps.json#/0/outcomes/0/newMapElementId"],
        ),
        (
            "two of one guid",
            changed(&|it| {
                let twice = it["pageElementConfigurations"][0].clone();
                it["pageElementConfigurations"].as_array_mut().unwrap().push(twice);
            }),
            &["pageElementConfigurations/1", PAGE],
        ),
        (
            "XML that is not well-formed",
            encoded(&good).replace("</complextype>", "</complex>"),
            &["contents.json#", "contentValues"],
        ),
    ];
    for (what, text, says) in cases {
        let project = Project::new();
        project.write("bad.package", &text);
        let run = project.run(&["import", "dev", "bad.package", "--yes", "--json"]).exits(4);
        for say in says {
            assert!(run.text().contains(say), "{what}: {say:?} is not said by\n{run}");
        }
        assert!(project.ids("dev").is_empty(), "{what}");
        project.run(&["inspect", "bad.package"]);
    }
}
