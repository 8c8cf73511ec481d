//! `plan --format`: what the pages of pipelines get.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};

use crate::support::package::sample;
use crate::support::project::{Project, Run};

/// Whatever its reader might obey.
const HOSTILE: &str = "]]> </failure> \"q' & | \\| `tick` ```` [x](https://evil.example) @octocat #1 <img src=x> \u{1b}[31m\n# h \u{202e}\u{fffe}\\";

/// A flow in flowport's own dialect.
fn flow(id: &str, name: &str, uses: &[&str]) -> Value {
    let part = json!({ "name": name, "state": "published", "trigger": {}, "steps": [], "uses": uses });
    json!({
        "kind": "flow", "id": id, "name": name, "dialect": "flowport", "state": "published",
        "parts": { "flow.json": { "json": part } },
    })
}

fn package(name: &str, resources: &Value) -> String {
    let info = json!({ "name": name });
    json!({ "format": "flowport", "formatVersion": "1.0", "package": info, "resources": resources }).to_string()
}

/// One of each sort: what is created, updated, there already, asked about, blocked, waiting and left out.
fn with_all() -> (Project, Vec<&'static str>) {
    let project = Project::new();
    project.write("there.json", json!([flow("old", "Before", &[]), flow("same", "Same", &[])]).to_string());
    project.ok(&["import", "dev", "there.json", "--yes"]);
    let connection = json!({
        "kind": "connection", "id": "ask", "name": HOSTILE, "dialect": "flowport", "state": "published",
        "parts": { "connection.json": { "json": { "name": HOSTILE, "connector": "crm" } } },
    });
    let connector = json!({
        "kind": "connector", "id": "crm", "name": "CRM", "dialect": "flowport", "state": "published",
        "parts": { "connector.json": { "json": { "name": "CRM", "type": "http", "url": "https://crm.example" } } },
    });
    let resources = json!([
        flow("new", HOSTILE, &[]),
        flow("old", "After", &[]),
        flow("same", "Same", &[]),
        connection,
        connector,
        flow("broken", "Broken", &["entity/nowhere"]),
        flow("waits", "Waits", &["flow/broken"]),
        flow("out", "Out", &[]),
    ]);
    project.write("all.json", package(HOSTILE, &resources));
    (project, vec!["plan", "dev", "all.json", "--setup", "flow/out=skip"])
}

fn plan(project: &Project, arguments: &[&str], format: &str) -> Run {
    project.run(&[arguments, &["--format", format]].concat())
}

fn sarif(run: &Run) -> Value {
    serde_json::from_str(&run.stdout()).unwrap_or_else(|error| panic!("{error}\n{run}"))
}

fn results(document: &Value) -> &[Value] {
    document["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn sarif_has_each_finding_and_question_with_its_place() {
    let (project, arguments) = with_all();
    let envelope = project.json(4, &arguments);
    let document = sarif(&plan(&project, &arguments, "sarif").exits(4));
    assert_eq!(document["version"], "2.1.0");
    assert!(document["$schema"].as_str().unwrap().ends_with("/sarif-schema-2.1.0.json"));
    let run = &document["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "flowport");
    assert_eq!(run["automationDetails"]["id"], "flowport-plan/dev/");
    assert_eq!(run["invocations"], json!([{ "executionSuccessful": true, "exitCode": 4 }]));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let mut fingerprints = Vec::new();
    for result in results(&document) {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"], "{result:#}");
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()), "{result:#}");
        assert!(!result["message"]["text"].as_str().unwrap().contains("]("), "a link: {result:#}");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(*place, json!({ "artifactLocation": { "uri": "all.json" }, "region": { "startLine": 1 } }));
        fingerprints.push(result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap().to_owned());
    }
    let diagnostics = envelope["diagnostics"].as_array().unwrap();
    assert_eq!(results(&document).len(), diagnostics.len() + 1, "the findings and one question");
    let of = |code: &str| results(&document).iter().find(|result| result["ruleId"] == code).unwrap();
    let missing = of("P-MISSING");
    assert_eq!(missing["level"], "error");
    let logical = json!([{
        "name": "broken", "kind": "resource", "fullyQualifiedName": "flow/broken flow.json#/uses/0",
    }]);
    assert_eq!(missing["locations"][0]["logicalLocations"], logical);
    let text = missing["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("flow/broken needs entity/nowhere") && text.contains("do: map it: --map"), "{text}");
    let question = of("P-QUESTION");
    assert_eq!(question["level"], "error");
    assert!(question["message"]["text"].as_str().unwrap().contains("--setup 'connection/ask=create'"));
    assert_eq!(of("P-WAITS")["level"], "note");
    // The same plan again has the same fingerprints, and no two results have one.
    let again = plan(&project, &arguments, "sarif").exits(4);
    assert_eq!(sarif(&again), document);
    fingerprints.sort();
    let all = fingerprints.len();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), all);
}

#[test]
fn sarif_names_the_file_as_its_repository_does() {
    let (project, _) = with_all();
    std::fs::create_dir(project.path("my packages")).unwrap();
    std::fs::rename(project.path("all.json"), project.path("my packages/ä%.json")).unwrap();
    let uri = |file: &str| {
        let document = sarif(&project.run(&["plan", "dev", file, "--format", "sarif"]).exits(4));
        results(&document)[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(uri("my packages/ä%.json"), "my%20packages/%C3%A4%25.json");
    let absolute = project.folder().canonicalize().unwrap().join("my packages").join("ä%.json");
    assert_eq!(uri(absolute.to_str().unwrap()), "my%20packages/%C3%A4%25.json");
}

#[test]
fn of_a_share_sarif_names_the_resources_and_no_file() {
    let project = Project::new();
    sample("Order intake").import(&project);
    let shared = project.json(0, &["share", "dev", "flow/*"]);
    let token = shared["result"]["token"].as_str().unwrap();
    let run = project.run(&["plan", "test", token, "--format", "sarif"]).exits(4);
    let document = sarif(&run.says_not(token));
    let place = &results(&document)[0]["locations"][0];
    assert!(place["physicalLocation"].is_null() && place["logicalLocations"][0]["name"].is_string(), "{place:#}");
}

#[test]
fn junit_has_a_test_for_each_resource_and_a_failure_for_each_obstacle() {
    let (project, arguments) = with_all();
    let run = plan(&project, &arguments, "junit").exits(4);
    let text = run.stdout();
    let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}\n{run}"));
    let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    let state = |id: &str| {
        let named = |node: &&roxmltree::Node<'_, '_>| node.attribute("name").unwrap().ends_with(&format!("({id})"));
        let case = cases.iter().find(named).unwrap_or_else(|| panic!("no test for {id}\n{text}"));
        assert_eq!(case.attribute("classname"), id.split('/').next());
        case.first_element_child().map(|child| (child.tag_name().name().to_owned(), child))
    };
    for passed in ["flow/new", "flow/old", "flow/same", "connector/crm"] {
        assert_eq!(state(passed).unwrap().0, "system-out", "{passed}");
    }
    let (skipped, _) = state("flow/out").unwrap();
    assert_eq!(skipped, "skipped");
    for (failed, code, said) in [
        ("flow/broken", "P-MISSING", "do: map it: --map 'entity/nowhere="),
        ("flow/waits", "P-WAITS", "waits for flow/broken"),
        ("connection/ask", "P-QUESTION", "--setup 'connection/ask=create'"),
    ] {
        let (tag, node) = state(failed).unwrap();
        assert_eq!((tag.as_str(), node.attribute("type")), ("failure", Some(code)), "{failed}");
        assert!(node.text().unwrap().contains(said), "{failed}: {:?}", node.text());
        assert!(!node.attribute("message").unwrap().is_empty());
    }
    for counted in ["testsuites", "testsuite"] {
        let node = document.descendants().find(|node| node.has_tag_name(counted)).unwrap();
        let counts = ["tests", "failures", "errors", "skipped"].map(|name| node.attribute(name).unwrap());
        assert_eq!(counts, ["9", "3", "0", "1"], "eight resources and the whole");
    }
    let shown = HOSTILE.replace('\n', "\\u{a}").replace('\u{1b}', "\\u{1b}").replace('\u{202e}', "\\u{202e}");
    let shown = format!("{} (flow/new)", shown.replace('\u{fffe}', "\\u{fffe}"));
    assert!(cases.iter().any(|case| case.attribute("name") == Some(&shown)), "{text}");
}

#[test]
fn an_answer_that_matches_nothing_fails_the_test_of_the_whole() {
    let (project, arguments) = with_all();
    let arguments = [&arguments[..], &["--map", "flow/none=flow/x"]].concat();
    let text = plan(&project, &arguments, "junit").exits(4).stdout();
    let document = roxmltree::Document::parse(&text).unwrap();
    let whole = document.descendants().find(|node| node.attribute("classname") == Some("plan")).unwrap();
    assert!(whole.first_element_child().unwrap().has_tag_name("failure"), "{text}");
}

/// What a reader of Markdown sees: headings, code within lines by table row, code blocks; and all that is none of it.
#[derive(Default)]
struct Seen {
    rows: Vec<Vec<String>>,
    blocks: Vec<String>,
    text: String,
    obeyed: Vec<String>,
}

fn seen(markdown: &str) -> Seen {
    let mut seen = Seen::default();
    let (mut in_block, mut in_row) = (false, false);
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::TableRow | Tag::TableHead) => {
                in_row = true;
                seen.rows.push(Vec::new());
            }
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => in_row = false,
            Event::Start(Tag::TableCell) => seen.rows.last_mut().unwrap().push(String::new()),
            Event::Start(Tag::CodeBlock(_)) => {
                in_block = true;
                seen.blocks.push(String::new());
            }
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(text) if in_block => seen.blocks.last_mut().unwrap().push_str(&text),
            Event::Code(text) | Event::Text(text) if in_row => {
                seen.rows.last_mut().unwrap().last_mut().unwrap().push_str(&text);
            }
            Event::Text(text) => seen.text.push_str(&text),
            Event::Code(_) | Event::SoftBreak | Event::End(_) => {}
            Event::Start(Tag::Heading { .. } | Tag::Paragraph | Tag::Table(_)) => {}
            other => seen.obeyed.push(format!("{other:?}")),
        }
    }
    seen
}

#[test]
fn markdown_shows_the_plan_and_obeys_no_name() {
    let (project, arguments) = with_all();
    let run = plan(&project, &arguments, "markdown").exits(4);
    let seen = seen(&run.stdout());
    assert_eq!(seen.obeyed, Vec::<String>::new(), "{run}");
    for text in ["octocat", "evil", "<img", "#1"] {
        assert!(!seen.text.contains(text), "{text} stands outside of code\n{run}");
    }
    assert_eq!(seen.rows.len(), 9, "a head and eight resources\n{run}");
    assert!(seen.rows.iter().all(|row| row.len() == 4), "{run}");
    let shown = HOSTILE.replace('\n', "\\u{a}").replace('\u{1b}', "\\u{1b}").replace('\u{202e}', "\\u{202e}");
    let row = |id: &str| seen.rows.iter().find(|row| row[1] == id).unwrap_or_else(|| panic!("no row for {id}\n{run}"));
    assert_eq!(row("flow/new")[..], ["create", "flow/new", &shown.replace("\\|", "\\u{5c}|"), ""]);
    assert_eq!(row("flow/old")[0], "update");
    let actions: Vec<&str> = seen.rows[1..].iter().map(|row| row[0].as_str()).collect();
    let first_quiet = actions.iter().position(|action| ["no-change", "skip"].contains(action)).unwrap();
    assert_eq!(first_quiet, 6, "what nothing happens to comes last: {actions:?}");
    let [questions, errors, off, notes] = &seen.blocks[..] else { panic!("{run}") };
    assert!(questions.contains("--setup 'connection/ask=create'") && questions.contains("octocat"), "{questions}");
    assert!(errors.contains("error[P-MISSING] flow/broken needs entity/nowhere"), "{errors}");
    assert!(off.contains("flow/same (Same): it was off before"), "{off}");
    assert!(notes.contains("P-WAITS"), "{notes}");
}

#[test]
fn markdown_stays_below_what_a_comment_may_hold_and_says_how_much_is_left_out() {
    let project = Project::new();
    let name = "ä|".repeat(2_000);
    let many: Vec<Value> = (0..700)
        .flat_map(|number| {
            let broken = flow(&format!("broken-{number}"), "B", &["entity/nowhere"]);
            [flow(&format!("new-{number}"), &format!("{number} {name}"), &[]), broken]
        })
        .collect();
    project.write("many.json", package(&name, &json!(many)));
    let run = project.run(&["plan", "dev", "many.json", "--format", "markdown"]).exits(4);
    let text = run.stdout();
    assert!(text.len() <= 65_536 && text.len() > 40_000, "{}", text.len());
    let seen = seen(&text);
    assert_eq!(seen.obeyed, Vec::<String>::new());
    let left_out = |section: &str| -> usize {
        let rest = &text[text.find(section).unwrap_or_else(|| panic!("no {section}"))..];
        let words = rest.split("… and ").nth(1).unwrap();
        words.split(' ').next().unwrap().parse().unwrap()
    };
    assert_eq!(left_out("1400 resources") + seen.rows.len() - 1, 1_400, "shown and left out are all");
    let shown = seen.blocks[0].matches("error[P-MISSING]").count();
    assert!(shown > 20, "{shown}");
    assert_eq!(left_out("700 errors") + shown, 700);
}

#[test]
fn the_exit_code_is_that_of_the_plan_and_the_page_comes_too() {
    let project = Project::new();
    project.write("p.json", json!([flow("a", "A", &[])]).to_string());
    for format in ["text", "sarif", "junit", "markdown"] {
        let page = format!("{format}.html");
        let changes = ["plan", "dev", "p.json", "--detailed-exitcode", "--format", format, "--html", &page];
        project.run(&changes).exits(3);
        assert!(project.read(&page).contains("<html"), "{format}");
        project.run(&["plan", "dev", "p.json", "--format", format]).exits(0);
        project.run(&["plan", "dev", "p.json", "--map", "flow/x=flow/y", "--format", format]).exits(4);
        if format != "text" {
            project.run(&["plan", "dev", "p.json", "--format", format, "--json"]).exits(2).says("--format");
            project
                .run(&["plan", "dev", "p.json", "--format", format, "--settings-template"])
                .exits(2)
                .says("--format");
        }
    }
    project.json(0, &["plan", "dev", "p.json"]);
    assert!(project.ids("dev").is_empty());
}

#[test]
fn a_package_that_cannot_be_read_is_a_finding_too() {
    let project = Project::new();
    project.write("page.zip", "<!DOCTYPE html><html><title>Sign in</title></html>");
    let run = project.run(&["plan", "dev", "page.zip", "--format", "sarif"]).exits(4).says("error: ");
    let document = sarif(&run);
    assert_eq!(results(&document)[0]["ruleId"], "PA0001", "{run}");
    assert_eq!(results(&document)[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "page.zip");
    let junit = project.run(&["plan", "dev", "page.zip", "--format", "junit"]).exits(4).stdout();
    let document = roxmltree::Document::parse(&junit).unwrap();
    assert!(document.descendants().any(|node| node.attribute("type") == Some("PA0001")), "{junit}");
    let markdown = project.run(&["plan", "dev", "page.zip", "--format", "markdown"]).exits(4).stdout();
    assert!(seen(&markdown).blocks[0].starts_with("error[PA0001]"), "{markdown}");
    // Without the format nothing is on stdout.
    assert_eq!(project.run(&["plan", "dev", "page.zip"]).exits(4).stdout(), "");
    project.run(&["plan", "nowhere", "page.zip", "--format", "junit"]).exits(2);
    project.write("p.json", json!([flow("a", "A", &[])]).to_string());
    project.write("wrong.toml", "this is no TOML");
    let run = project.run(&["plan", "dev", "p.json", "--settings", "wrong.toml", "--format", "sarif"]).exits(4);
    let text = results(&sarif(&run))[0]["message"]["text"].to_string();
    assert!(text.contains("wrong.toml"), "{text}");
}
