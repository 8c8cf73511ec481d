//! What people and git do to the files.

use std::fs;

use flowport_core::model::Diagnostic;
use flowport_tree::TreeError;

use crate::fake::{files, flow, id, package, packed, problems, refused, unpacked};

const TEXT: &str =
    "{\"name\":\"old\",\"time\":1,\"steps\":[{\"id\":\"a\",\"version\":1},{\"id\":\"b\",\"version\":2}]}";

fn tree() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut resource = flow("7c9e", "Order intake", TEXT);
    resource.head.attributes = "{ \"a\" : 1, \"version\" : 2 }".into();
    let unpacked = unpacked(&package([resource]), folder.path());
    (folder, unpacked.resources[0].1.clone())
}

/// The text of the part after an edit of its file.
fn edited(from: &str, to: &str) -> String {
    let (folder, resource) = tree();
    let file = folder.path().join(resource).join("flow.json");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    fs::write(&file, text.replace(from, to)).unwrap();
    let tree = flowport_tree::read(folder.path()).unwrap();
    assert!(!tree.diagnostics.iter().any(Diagnostic::is_error), "{:?}", tree.diagnostics);
    String::from_utf8(tree.package().resources[0].resource.parts[0].content.read_all().unwrap()).unwrap()
}

#[test]
fn one_word_changed_is_one_word_changed_in_the_part() {
    assert_eq!(edited("old", "new"), TEXT.replace("old", "new"));
    assert_eq!(
        edited("    {\n      \"id\": \"a\",\n      \"version\": null\n    },\n", "{\"id\":\"c\"},"),
        TEXT.replace("{\"id\":\"a\",\"version\":1}", "{\"id\":\"c\"}"),
        "what stood in the other step is still found"
    );
    assert_eq!(edited("\"time\": null", "\"time\": 9"), TEXT.replace("\"time\":1", "\"time\":9"));
}

#[test]
fn a_readable_file_holds_nothing_volatile() {
    let (folder, resource) = tree();
    let before = files(folder.path());
    let text = String::from_utf8(before[&format!("{resource}/flow.json")].clone()).unwrap();
    assert!(text.starts_with("{\n  \"name\": \"old\",\n  \"time\": null,\n") && text.ends_with("}\n"), "{text}");
    let mut newer = flow("7c9e", "Order intake", &TEXT.replace("\"time\":1", "\"time\":2").replace(":2}", ":7}"));
    newer.head.attributes = "{ \"a\" : 1, \"version\" : 3 }".into();
    unpacked(&package([newer]), folder.path());
    let changed: Vec<String> = files(folder.path())
        .into_iter()
        .filter(|(name, content)| before[name] != *content)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(changed, [format!("layout/{resource}/layout.json")]);
}

#[test]
fn mistakes_in_the_files_are_told_with_line_and_column_all_at_once() {
    let (folder, resource) = tree();
    let mut second = flow("2", "Second", "{\"a\":1}");
    second.parts.push(crate::fake::part("b.json", "[1]"));
    unpacked(&package([flow("7c9e", "Order intake", TEXT), second]), folder.path());
    let path = |name: &str| folder.path().join(name);
    fs::write(path(&format!("{resource}/flow.json")), "{\n  \"a\": 1,\n}").unwrap();
    let other =
        files(folder.path()).into_keys().find(|name| name.contains("/second-") && name.ends_with("b.json")).unwrap();
    fs::remove_file(path(&other)).unwrap();
    fs::write(path(&other.replace("b.json", "c.json")), "{}").unwrap();
    let found = problems(folder.path());
    for expected in [
        format!("error[E-JSON] {resource}/flow.json:3:1: expected"),
        format!("error[E-TREE] {other}, the part b.json, is not there"),
        format!("warning[E-UNKNOWN] {} is no part", other.replace("b.json", "c.json")),
    ] {
        assert!(found.iter().any(|summary| summary.starts_with(&expected)), "{expected} not in {found:#?}");
    }
    let error = refused(&package([]), folder.path(), true);
    assert!(matches!(error, TreeError::Invalid(_)), "{error}");
    assert!(path(&other.replace("b.json", "c.json")).exists());
}

#[test]
fn an_id_that_is_there_twice_and_a_folder_that_is_gone_are_mistakes() {
    let (folder, resource) = tree();
    let copy = folder.path().join("flow/copy");
    fs::create_dir_all(&copy).unwrap();
    for file in ["resource.json", "flow.json"] {
        fs::copy(folder.path().join(&resource).join(file), copy.join(file)).unwrap();
    }
    assert!(problems(folder.path())[0].contains("flow/7c9e is in flow/copy and in"), "{:?}", problems(folder.path()));
    fs::remove_dir_all(folder.path().join(&resource)).unwrap();
    let expected = format!("package.json names {resource}, which is not there");
    assert!(problems(folder.path()).iter().any(|summary| summary.contains(&expected)), "{:?}", problems(folder.path()));
}

#[test]
fn what_somebody_added_comes_last() {
    let (folder, resource) = tree();
    let added = folder.path().join("a-kind/added");
    fs::create_dir_all(&added).unwrap();
    fs::write(added.join("resource.json"), "{\"kind\":\"a-kind\",\"id\":\"x\",\"name\":\"Added\",\"dialect\":\"x\"}")
        .unwrap();
    fs::create_dir_all(folder.path().join("docs/notes")).unwrap();
    fs::write(folder.path().join("docs/notes/x.md"), "x").unwrap();
    let package = packed(folder.path());
    let ids: Vec<String> = package.resources.iter().map(|entry| entry.resource.head.id.to_string()).collect();
    assert_eq!(ids, ["flow/7c9e", "a-kind/x"]);
    let again = unpacked(&package, folder.path());
    assert_eq!(again.resources[1].1, "a-kind/added");
    assert_eq!(again.resources[0].1, resource);
}

#[test]
fn without_its_layout_a_tree_is_read_all_the_same() {
    let (folder, _) = tree();
    fs::remove_dir_all(folder.path().join("layout")).unwrap();
    let resource = &packed(folder.path()).resources[0].resource;
    assert_eq!(&*resource.head.attributes, "{\"a\":1,\"version\":null}");
    assert!(String::from_utf8(resource.parts[0].content.read_all().unwrap()).unwrap().contains("\"time\":null"));
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    let (folder, resource) = tree();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("secret.json"), "{\"secret\":1}").unwrap();
    let file = folder.path().join(&resource).join("flow.json");
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("secret.json"), &file).unwrap();
    assert!(problems(folder.path()).iter().any(|summary| summary.contains("flow.json is a link")));
    fs::remove_file(&file).unwrap();
    let text = fs::read_to_string(folder.path().join(&resource).join("resource.json")).unwrap();
    let leads_out = text.replace("\"mediaType\"", "\"file\": \"../../../secret.json\", \"mediaType\"");
    fs::write(folder.path().join(&resource).join("resource.json"), leads_out).unwrap();
    assert!(problems(folder.path()).iter().any(|summary| summary.contains("leads out of its folder")));
}

#[cfg(unix)]
#[test]
fn a_linked_folder_of_resources_is_told_of_and_no_other_link() {
    let (folder, _) = tree();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::rename(folder.path().join("flow"), elsewhere.path().join("flow")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("flow"), folder.path().join("flow")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("docs")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("gone"), folder.path().join("gone")).unwrap();
    let links = problems(folder.path()).into_iter().filter(|summary| summary.contains("is a link")).collect::<Vec<_>>();
    assert!(links.len() == 1 && links[0].contains("flow is a link"), "{links:?}");
}

#[test]
fn what_cannot_be_put_together_or_is_too_long_says_what_to_do() {
    let (folder, resource) = tree();
    fs::write(
        folder.path().join("layout").join(&resource).join("layout.json"),
        "{\"attributes\":{\"spelling\":\"original\",\"text\":\"{\"}}",
    )
    .unwrap();
    let part = fs::File::create(folder.path().join(&resource).join("flow.json")).unwrap();
    part.set_len((256 << 20) + 1).unwrap();
    let found = flowport_tree::read(folder.path()).unwrap().diagnostics;
    let help =
        |words: &str| found.iter().find(|finding| finding.summary.contains(words)).unwrap().help.clone().unwrap();
    assert!(help("cannot be put together").contains(&format!("layout/{resource}/layout.json")));
    assert!(help("more than").contains(&format!("{resource}/resource.json")));
}

#[test]
fn a_finding_gets_the_place_of_its_slot() {
    let (folder, resource) = tree();
    let tree = flowport_tree::read(folder.path()).unwrap();
    let located = |slot: &str| {
        let finding = Diagnostic::error("X", "wrong").about(&id("7c9e")).at(slot);
        tree.located(folder.path(), vec![finding]).remove(0).summary
    };
    assert_eq!(located("flow.json#/name"), format!("{resource}/flow.json:2:11: wrong"));
    assert_eq!(located("flow.json#/steps/1/id"), format!("{resource}/flow.json:10:13: wrong"));
    assert_eq!(located("flow.json#/steps/1/none"), format!("{resource}/flow.json:9:5: wrong"));
    assert_eq!(located("attributes#/a"), format!("{resource}/resource.json:9:10: wrong"));
    assert_eq!(located("elsewhere"), format!("{resource}/resource.json: wrong"));
    let other = Diagnostic::error("X", "wrong").about(&id("other"));
    assert_eq!(tree.located(folder.path(), vec![other.clone()]), [other]);
}

#[test]
fn findings_stay_in_order_whatever_place_they_get() {
    let (folder, resource) = tree();
    let tree = flowport_tree::read(folder.path()).unwrap();
    let about = |of: &str, slot: Option<&str>| {
        let finding = Diagnostic::error("X", "wrong").about(&id(of));
        slot.into_iter().fold(finding, Diagnostic::at)
    };
    let findings = vec![
        about("7c9e", Some("flow.json#/steps/1/id")),
        about("7c9e", None),
        about("other", Some("flow.json#/name")),
        about("7c9e", Some("flow.json#/name")),
        about("7c9e", Some("attributes#/a")),
        about("7c9e", Some("flow.json#/steps/1/id")),
        about("7c9e", Some("flow.json")),
    ];
    let summaries: Vec<String> =
        tree.located(folder.path(), findings).into_iter().map(|finding| finding.summary).collect();
    let step = format!("{resource}/flow.json:10:13: wrong");
    let expected = [
        step.clone(),
        format!("{resource}/resource.json: wrong"),
        "wrong".to_owned(),
        format!("{resource}/flow.json:2:11: wrong"),
        format!("{resource}/resource.json:9:10: wrong"),
        step,
        format!("{resource}/flow.json:1:1: wrong"),
    ];
    assert_eq!(summaries, expected);
}

#[test]
fn many_findings_in_one_file_get_their_places_in_little_time() {
    let names: Vec<String> = (0..5_000).map(|n| format!("n\u{e9}{n:04}")).collect();
    let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":\"{}\"", "x".repeat(100))).collect();
    let part = format!("{{{}}}", members.join(","));
    let folder = tempfile::tempdir().unwrap();
    unpacked(&package([flow("many", "Many", &part)]), folder.path());
    let tree = flowport_tree::read(folder.path()).unwrap();
    let finding = |name: &String| Diagnostic::error("X", "wrong").about(&id("many")).at(&format!("flow.json#/{name}"));
    let findings: Vec<Diagnostic> = names.iter().rev().map(finding).collect();
    let started = std::time::Instant::now();
    let located = tree.located(folder.path(), findings);
    assert!(started.elapsed() < std::time::Duration::from_secs(10), "it took {:?}", started.elapsed());
    for (finding, line) in located.iter().zip((2..=5_001).rev()) {
        assert!(finding.summary.ends_with(&format!("/flow.json:{line}:13: wrong")), "{line}: {}", finding.summary);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let (folder, resource) = tree();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join(resource).join("pipe")).status();
    if made.is_ok_and(|made| made.success()) {
        assert!(problems(folder.path()).iter().any(|summary| summary.contains("pipe is no ordinary file")));
    }
}
