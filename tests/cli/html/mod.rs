//! `--html`: a page that anybody can open, and that nothing in a package can become part of.

mod changes;
mod look;

use serde_json::{Value, json};

use crate::support::html::PageRead;
use crate::support::package::{SECRET, SITE, Sample, sample};
use crate::support::project::Project;

/// An entity of flowport's own with lookups.
fn entity(id: &str, name: &str, lookups: &[&str]) -> Value {
    let field = |(index, to): (usize, &&str)| json!({ "name": format!("f{index}"), "type": "lookup", "lookup": to });
    let fields: Vec<Value> = lookups.iter().enumerate().map(field).collect();
    let part = json!({ "schemaName": id, "displayName": name, "origin": "custom", "fields": fields });
    json!({ "kind": "entity", "id": id, "name": name, "dialect": "flowport", "parts": { "entity.json": { "json": part } } })
}

fn read(project: &Project, page: &str) -> PageRead {
    PageRead::of(project.read(page))
}

fn with_sample() -> (Project, Sample) {
    let project = Project::new();
    let mut sample = sample("Orders");
    let comment = json!("ask the warehouse first");
    sample.package.resource(&sample.connections[3])["details"]["comment"] = comment;
    sample.package.save(project.path("orders.zip"));
    (project, sample)
}

/// The ids of all resources that the page has an entry for.
fn entries(page: &PageRead) -> Vec<String> {
    let mut ids = page.texts("tr[id^='resource-'] td:first-child .id");
    ids.sort();
    ids
}

#[test]
fn an_inspection_is_on_its_page() {
    let (project, sample) = with_sample();
    let plain = project.ok(&["inspect", "orders.zip"]);
    let run = project.ok(&["inspect", "orders.zip", "--html", "orders.html"]).says("page written to orders.html");
    assert_eq!(run.stdout, plain.stdout, "the page comes beside the usual output");
    let page = read(&project, "orders.html");
    assert_eq!(page.text("h1"), "Orders");
    assert_eq!(page.texts("h1, header .kind"), ["Package", "Orders"]);
    assert_eq!(page.sections(), ["problems", "resources", "graph", "literals", "secrets"]);
    let facts = page.texts(".facts dd");
    for fact in ["orders.zip", "2024-03-01 09:30:00 UTC", "Contoso (default) ("] {
        assert!(facts.iter().any(|found| found == fact), "{fact} in {facts:?}");
    }
    let envelope = project.json(0, &["inspect", "orders.zip", "--html", "again.html"]);
    assert_eq!(envelope["result"]["html"], "again.html");
    let mut ids: Vec<String> = envelope["result"]["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["resource"].as_str().unwrap().into())
        .collect();
    ids.sort();
    assert_eq!(entries(&page), ids);
    // The same package gives the same page.
    assert_eq!(project.read("again.html"), page.source);
    // Of one resource all that is known.
    let position = envelope["result"]["resources"].as_array().unwrap().iter();
    let position =
        position.map(|it| it["resource"].as_str().unwrap()).position(|id| id.ends_with(&sample.connections[3]));
    let entry = format!("#resource-{}", position.unwrap());
    assert_eq!(page.texts(&format!("{entry} .name")), ["Warehouse"]);
    let cell = |label: &str| page.text(&format!("{entry} td[data-label='{label}']"));
    assert_eq!(cell("Suggested"), "use-existing");
    assert_eq!(cell("Needs"), "connector Warehouse");
    assert_eq!(cell("Comment"), "ask the warehouse first");
    assert_eq!((cell("Size"), cell("State")), ("0 B".to_owned(), "published, custom".to_owned()));
    assert!(page.text("#literals").contains(SITE), "{}", page.text("#literals"));
    let secrets = page.text("#secrets");
    assert!(
        secrets.contains("Ocp-Apim-Subscription-Key") && secrets.contains("whoever has it has the secret"),
        "{secrets}"
    );
    assert!(!page.source.contains(SECRET));
    let boxes = page.texts("svg.flowport-graph g text:not(.kind)");
    assert_eq!(boxes.len(), ids.len(), "{boxes:?}");
    assert_eq!(page.texts("svg > title"), ["Who needs what"]);
    assert!(page.text("svg > desc").starts_with("8 boxes, "), "{}", page.text("svg > desc"));
}

#[test]
fn a_plan_that_is_blocked_is_on_its_page() {
    let (project, sample) = with_sample();
    sample.import(&project);
    let run = project.run(&["plan", "prod", "orders.zip", "--html", "plan.html"]).exits(4);
    let page = read(&project, "plan.html");
    assert_eq!(page.text(".verdict.bad"), "Blocked by 5 questions");
    assert!(page.texts(".facts dd").contains(&"prod (production)".to_owned()));
    assert_eq!(page.sections(), ["questions", "problems", "decisions", "graph", "literals", "secrets"]);
    // Every way to answer that the text names is on the page.
    let stdout = run.stdout();
    let answers = stdout.lines().map(str::trim_start).filter(|line| line.starts_with("--"));
    let answers: Vec<&str> = answers.map(|line| line.split("   ").next().unwrap()).collect();
    let on_page = page.texts(".answers dd");
    assert_eq!(on_page, answers);
    assert!(on_page.len() >= 10, "{on_page:?}");
    assert!(page.texts(".question").iter().any(|text| text.contains("ask the warehouse first")));
    let envelope = project.json(4, &["plan", "prod", "orders.zip", "--html", "again.html"]);
    assert_eq!(envelope["result"]["html"], "again.html");
    assert_eq!(project.read("again.html"), page.source);
    for change in envelope["result"]["changes"].as_array().unwrap() {
        let (id, word) = (change["resource"].as_str().unwrap(), change["action"].as_str().unwrap());
        let group =
            page.all("#decisions .group").into_iter().find(|group| group.text().any(|text| text == id)).unwrap();
        assert!(group.text().any(|text| text == word), "{id} stands not with {word}");
    }
    assert!(!page.source.contains(SECRET));
    // A candidate of the target is among the answers.
    sample.package.save(project.path("handover.zip"));
    project.run(&["plan", "dev", "handover.zip", "--html", "dev.html"]).exits(0);
    let page = read(&project, "dev.html");
    assert_eq!(page.text(".verdict.plain"), "No changes");
}

#[test]
fn a_plan_says_what_becomes_of_secrets_and_never_what_they_are() {
    let project = Project::new();
    let connector = json!({
        "kind": "connector", "id": "crm", "name": "CRM", "dialect": "flowport",
        "parts": { "connector.json": { "json": {
            "name": "CRM", "url": "https://crm.dev.example",
            "secrets": { "password": "correct-horse-battery", "token": null },
        } } },
    });
    project.write("crm.json", json!([connector]).to_string());
    for command in [&["inspect", "crm.json"][..], &["plan", "prod", "crm.json"]] {
        project.ok(&[command, &["--html", "page.html", "--overwrite"]].concat());
        let page = read(&project, "page.html");
        assert!(page.text("#secrets").contains("password"), "{}", page.source);
        assert!(!page.source.contains("correct-horse"), "{}", page.source);
    }
    let secrets = read(&project, "page.html").text("#secrets");
    assert!(
        secrets.contains("set after the import") && secrets.contains("not set: to do after the import"),
        "{secrets}"
    );
    project.write("secret.txt", "correct-horse-battery");
    let decisions = read(&project, "page.html").text("#decisions");
    assert!(decisions.contains("brings 1 secret"), "{decisions}");
}

/// Names that would become part of a page that does not escape them.
fn hostile() -> Vec<String> {
    let long = "x".repeat(10_000);
    let names = [
        "<script>alert(1)</script>",
        "\"><img src=http://evil.example/x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</title></style></svg><script>alert(1)</script>",
        "a\u{202e}gnp.exe\u{2066}",
        "\u{1b}[31mred\u{7}\u{0}\nline",
        "&amp;&#x3c;b&gt;",
        "]]>--><!--",
        "javascript:alert(1)",
        "שלום עולם",
        long.as_str(),
    ];
    names.map(str::to_owned).to_vec()
}

#[test]
fn no_name_becomes_part_of_the_page() {
    let project = Project::new();
    let names = hostile();
    let next = |index: usize| format!("h{}", (index + 1) % names.len());
    let entities: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let mut entity = entity(&format!("h{index}"), name, &[&next(index), "not\"there<b>"]);
            entity["setup"] = json!({ "comment": name });
            entity
        })
        .collect();
    let mut all = entities;
    // Ids and actions have no names that are shown elsewhere.
    all.push(json!({
        "kind": "thing", "id": "<i>\u{202e}thing", "name": "Thing", "dialect": "\u{202e}other", "parts": {},
        "setup": { "suggested": "other:<i>\u{2066}do" },
    }));
    project.write("hostile.json", json!(all).to_string());
    project.ok(&["inspect", "hostile.json", "--html", "inspect.html"]);
    project.run(&["plan", "dev", "hostile.json", "--html", "plan.html"]).exits(4);
    for name in ["inspect.html", "plan.html"] {
        let page = read(&project, name);
        let shown = page.texts("tr[id^='resource-'] .name");
        for name in &names {
            let cleaned: String = name.chars().map(in_words).collect();
            assert!(shown.iter().any(|text| text.ends_with(&cleaned)), "{cleaned:?} in {shown:?}");
        }
        let acts = |character: &char| in_words(*character).len() > character.len_utf8() && *character != '\n';
        assert_eq!(page.source.chars().find(acts), None, "{name}");
        assert_eq!(page.all("script, img, b, i").len(), 0);
        // What is long is folded, and does not stand in full at each mention.
        assert!(page.source.matches(&names[10]).count() <= 2, "{}", page.source.matches(&names[10]).count());
    }
}

/// A character as a page shows it.
fn in_words(character: char) -> String {
    let is_bidirectional = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if character.is_control() || is_bidirectional {
        format!("\\u{{{:x}}}", u32::from(character))
    } else {
        character.to_string()
    }
}

#[test]
fn a_large_package_is_drawn_by_its_kinds() {
    let project = Project::new();
    let entity = |index: usize| entity(&format!("e{index}"), &format!("Entity {index}"), &[&format!("e{}", index / 2)]);
    project.write("large.json", json!((0..300).map(entity).collect::<Vec<_>>()).to_string());
    project.ok(&["inspect", "large.json", "--html", "page.html"]);
    let page = read(&project, "page.html");
    assert_eq!(page.texts("svg g text"), ["entity", "300 resources"]);
    assert!(page.text("#graph .about").contains("300 resources are too many to draw"));
    assert_eq!(entries(&page).len(), 300);
    assert_eq!(page.all("#resources details.group:not([open])").len(), 1, "a long list is folded");
}

#[test]
fn a_token_is_not_on_the_page_of_its_package() {
    let (project, sample) = with_sample();
    sample.import(&project);
    let token = project.ok(&["share", "dev", "flow/Orders"]).stdout().trim().to_owned();
    project.ok(&["inspect", &token, "--html", "inspect.html"]);
    project.run(&["plan", "prod", &token, "--html", "plan.html"]).exits(4);
    project.ok(&["diff", "dev", &token, "--html", "diff.html"]);
    for page in ["inspect.html", "plan.html", "diff.html"] {
        let page = read(&project, page);
        assert!(page.text(".facts").contains("the share Orders"), "{}", page.text(".facts"));
        assert!(!page.source.contains(&token));
    }
}

#[test]
fn nothing_is_written_over_unless_asked() {
    let (project, _) = with_sample();
    project.write("page.html", "mine");
    project.run(&["inspect", "orders.zip", "--html", "page.html"]).exits(1).says_all(&["page.html", "--overwrite"]);
    // Asked before any work is done: whether the package can be read makes no difference.
    project.write("broken.zip", "<html>sign in</html>");
    project.run(&["inspect", "broken.zip", "--html", "page.html"]).exits(1).says("--overwrite");
    assert_eq!(project.read("page.html"), "mine");
    project.ok(&["inspect", "orders.zip", "--html", "page.html", "--overwrite"]);
    assert_eq!(read(&project, "page.html").text("h1"), "Orders");
    // Never the package itself, whatever its name is written like.
    let package = std::fs::read(project.path("orders.zip")).unwrap();
    for name in ["orders.zip", "./orders.zip"] {
        project.run(&["plan", "dev", "orders.zip", "--html", name, "--overwrite"]).exits(2).says("name another file");
    }
    assert_eq!(std::fs::read(project.path("orders.zip")).unwrap(), package);
}

#[test]
fn a_page_that_cannot_be_written_is_a_failure_that_says_where() {
    let (project, _) = with_sample();
    project.run(&["inspect", "orders.zip", "--html", "nowhere/page.html"]).exits(1).says("nowhere");
    std::fs::create_dir(project.path("folder")).unwrap();
    project.run(&["inspect", "orders.zip", "--html", "folder", "--overwrite"]).exits(1).says("this is no file");
    project.run(&["inspect", "orders.zip", "--html", "-"]).exits(2).says("not to stdout");
    project.run(&["inspect", "orders.zip", "--overwrite"]).exits(2).says("--html");
    project.run(&["plan", "dev", "orders.zip", "--html", "x.html", "--settings-template"]).exits(2);
    project.write("broken.zip", "<html>sign in</html>");
    project.run(&["inspect", "broken.zip", "--html", "broken.html"]).exits(4);
    assert_eq!(project.names("."), [".flowport", "broken.zip", "flowport.toml", "folder", "orders.zip"]);
}
