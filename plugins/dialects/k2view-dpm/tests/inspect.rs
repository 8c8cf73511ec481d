//! What is found in a flow: who it is, what is wrong with its scenario, what it needs.

mod common;

use common::{FLOW, PART, faults, inspect, line, resource, with};
use flowport_k2view_dpm::{Flows, check, head};
use flowport_plugin::json::Document;
use flowport_plugin::{Failure, Handler, State};

#[test]
fn a_valid_flow_has_no_faults() {
    let sample = resource(FLOW);
    assert_eq!(faults(&sample), [""; 0]);
    assert_eq!(inspect(&sample).identities, ["dpm:Access@3"]);
    assert!(inspect(&sample).references.is_empty());
}

/// A text of the sample, what stands there instead, and what is found.
const FAULTS: &[(&str, &str, &[&str])] = &[
    // Mandatory members and types.
    (r#""STAGES":["#, r#""STEPS":["#, &["E DPM0101 /STAGES"]),
    (
        r#""STAGE_NAME":"Open""#,
        r#""STAGE_NAME":"""#,
        &[
            "E DPM0101 /STAGES/0/STAGE_NAME",
            "E DPM0121 /STAGES/0/TASKS/1/PARAMETERS/0/LINK_STAGE_NAME",
            "E DPM0121 /STAGES/1/TASKS/0/BODY/STAGE",
        ],
    ),
    (r#""STAGE_NUMBER":1, "#, "", &["E DPM0101 /STAGES/0/STAGE_NUMBER", "E DPM0109 /STAGES/1/STAGE_NUMBER"]),
    (r#""STAGE_NUMBER":2, "TASKS":["#, r#""STAGE_NUMBER":2, "JOBS":["#, &["E DPM0101 /STAGES/1/TASKS"]),
    (r#""TASK_NAME":"Wait""#, r#""TASK_NAME":null"#, &["E DPM0101 /STAGES/0/TASKS/2/TASK_NAME"]),
    (
        r#""TASK_ROLE":"Steward", "TASK_DEADLINE""#,
        r#""TASK_ROLE":"", "TASK_DEADLINE""#,
        &["E DPM0101 /STAGES/0/TASKS/0/TASK_ROLE"],
    ),
    (r#""TASK_DEADLINE":"2d""#, r#""DEADLINE":null"#, &["E DPM0101 /STAGES/0/TASKS/0/DEADLINE"]),
    (r#""STATUS":"Draft""#, r#""STATUS":1"#, &["E DPM0102 /STATUS"]),
    (r#""STATUS":"Draft""#, r#""STATUS":"Retired""#, &["I DPM0107 /STATUS"]),
    (r#""FLOW_VERSION":3"#, r#""FLOW_VERSION":null"#, &["I DPM0104 /FLOW_VERSION"]),
    (r#""STAGE_NAME":"Answer""#, r#""STAGE_NAME":5"#, &["E DPM0102 /STAGES/1/STAGE_NAME"]),
    (r#""STAGE_NUMBER":2"#, r#""STAGE_NUMBER":"2""#, &["E DPM0102 /STAGES/1/STAGE_NUMBER"]),
    (r#""TASK_ORDER":2, "TASK_ROLE""#, r#""TASK_ORDER":0, "TASK_ROLE""#, &["E DPM0102 /STAGES/0/TASKS/1/TASK_ORDER"]),
    (r#""TASK_ORDER":2, "TASK_ROLE""#, r#""TASK_ORDER":1.5, "TASK_ROLE""#, &["E DPM0102 /STAGES/0/TASKS/1/TASK_ORDER"]),
    (r#""TASK_NUMBER":2"#, r#""TASK_NUMBER":-2"#, &["E DPM0102 /STAGES/1/TASKS/1/TASK_NUMBER"]),
    (
        r#"}] }],
  "URL""#,
        r#"}] }, []],
  "URL""#,
        &["E DPM0102 /STAGES/2"],
    ),
    (r#"{ "PARENT_TASK_NAME":"Send" } }]"#, r#"{ "PARENT_TASK_NAME":"Send" } }, 1]"#, &["E DPM0102 /STAGES/1/TASKS/2"]),
    // Numbers, ids and names.
    (r#""STAGE_NUMBER":2"#, r#""STAGE_NUMBER":1"#, &["E DPM0108 /STAGES/1/STAGE_NUMBER"]),
    (r#""STAGE_NUMBER":2"#, r#""STAGE_NUMBER":4000000000"#, &["E DPM0109 /STAGES/1/STAGE_NUMBER"]),
    (r#""TASK_NUMBER":2"#, r#""TASK_NUMBER":1"#, &["E DPM0108 /STAGES/1/TASKS/1/TASK_NUMBER"]),
    (r#""TASK_NUMBER":2"#, r#""TASK_NUMBER":3"#, &["E DPM0109 /STAGES/1/TASKS/1/TASK_NUMBER"]),
    (
        r#""TASK_ORDER":2, "TASK_ROLE""#,
        r#""TASK_ORDER":4, "TASK_ROLE""#,
        &["E DPM0131 /STAGES/0/TASKS/2/PARENT_TASK_ID", "W DPM0110 /STAGES/0/TASKS/1/TASK_ORDER"],
    ),
    (r#""STAGE_ID":2"#, r#""STAGE_ID":1"#, &["E DPM0111 /STAGES/1/STAGE_ID"]),
    (r#""TASK_ID":3"#, r#""TASK_ID":1"#, &["E DPM0111 /STAGES/0/TASKS/2/TASK_ID"]),
    (r#""TASK_ID":4"#, r#""TASK_ID":1"#, &["W DPM0111 /STAGES/1/TASKS/0/TASK_ID"]),
    (r#""STAGE_NAME":"Answer""#, r#""STAGE_NAME":"Open""#, &["E DPM0112 /STAGES/1"]),
    (r#""TASK_NAME":"Wait""#, r#""TASK_NAME":"Ask""#, &["E DPM0112 /STAGES/0/TASKS/2"]),
    // Links.
    (
        r#""LINK_STAGE_NAME":"Open""#,
        r#""LINK_STAGE_NAME":"""#,
        &["E DPM0120 /STAGES/0/TASKS/1/PARAMETERS/0/LINK_STAGE_NAME"],
    ),
    (r#""OUTPUT":"count""#, r#""OUTPUT":null"#, &["E DPM0120 /STAGES/1/TASKS/0/BODY/OUTPUT"]),
    (r#""STAGE":"Open""#, r#""STAGE":"Opened""#, &["E DPM0121 /STAGES/1/TASKS/0/BODY/STAGE"]),
    (r#""TASK":"Check""#, r#""TASK":"Chekc""#, &["E DPM0121 /STAGES/1/TASKS/0/BODY/TASK"]),
    (r#""STAGE":"Open", "TASK":"Check""#, r#""TASK":"Chekc""#, &["E DPM0121 /STAGES/1/TASKS/0/BODY/TASK"]),
    (r#""OUTPUT":"count""#, r#""OUTPUT":"counted""#, &["E DPM0121 /STAGES/1/TASKS/0/BODY/OUTPUT"]),
    (
        r#""STAGE":"Open", "TASK":"Check", "OUTPUT":"count""#,
        r#""TASK":"Check", "OUTPUT":"counted""#,
        &["E DPM0121 /STAGES/1/TASKS/0/BODY/OUTPUT"],
    ),
    (r#""TASK":"Check", "OUTPUT""#, r#""TASK":"Ask", "OUTPUT""#, &["I DPM0123 /STAGES/1/TASKS/0/BODY/OUTPUT"]),
    (
        r#""LINK_STAGE_NAME":"Open""#,
        r#""LINK_STAGE_NAME":"Answer""#,
        &["E DPM0122 /STAGES/0/TASKS/1/PARAMETERS/0/LINK_STAGE_NAME"],
    ),
    (
        r#""LINK_STAGE_NAME":"Open", "LINK_TASK_NAME":"Check""#,
        r#""LINK_TASK_NAME":"Send""#,
        &["E DPM0122 /STAGES/0/TASKS/1/PARAMETERS/0/LINK_TASK_NAME"],
    ),
    (
        r#""LINK_TASK_NAME":"Check""#,
        r#""LINK_TASK_NAME":"Ask""#,
        &["E DPM0122 /STAGES/0/TASKS/1/PARAMETERS/0/LINK_TASK_NAME"],
    ),
    (
        r#""TASK_ORDER":1, "TASK_ROLE""#,
        r#""TASK_ORDER":2, "TASK_ROLE""#,
        &["W DPM0110 /STAGES/0/TASKS/0/TASK_ORDER", "E DPM0122 /STAGES/0/TASKS/1/PARAMETERS/0/LINK_TASK_NAME"],
    ),
    (
        r#""PARENT_TASK_ID":2"#,
        r#""PARENT_TASK_ID":2, "INPUT":{ "TYPE":"Link", "TASK":"Wait" }"#,
        &["E DPM0122 /STAGES/0/TASKS/2/INPUT/TASK"],
    ),
    // Tasks that wait.
    (r#""PARENT_TASK_ID":2"#, r#""PARENT_TASK_ID":4"#, &["E DPM0130 /STAGES/0/TASKS/2/PARENT_TASK_ID"]),
    (
        r#""PARENT_TASK_NAME":"Send""#,
        r#""PARENT_TASK_NAME":"Check""#,
        &["E DPM0130 /STAGES/1/TASKS/1/CONDITION/PARENT_TASK_NAME"],
    ),
    (
        r#""PARENT_TASK_NAME":"Send""#,
        r#""PARENT_TASK_NAME":"4""#,
        &["E DPM0130 /STAGES/1/TASKS/1/CONDITION/PARENT_TASK_NAME"],
    ),
    (r#""PARENT_TASK_ID":2"#, r#""PARENT_TASK_ID":3"#, &["E DPM0131 /STAGES/0/TASKS/2/PARENT_TASK_ID"]),
    (r#""PARENT_TASK_ID":2"#, r#""PARENT_TASKS":[2, 4]"#, &["E DPM0130 /STAGES/0/TASKS/2/PARENT_TASKS/1"]),
];

#[test]
fn each_fault_is_found_where_it_is() {
    for (from, to, expected) in FAULTS {
        assert_eq!(&faults(&with(from, to)), expected, "{from} -> {to}");
    }
}

/// Things that look like faults and are none.
#[test]
fn what_is_not_known_is_not_claimed() {
    for (from, to) in [
        (r#""STATUS":"Draft""#, r#""STATUS":"COMPLETED""#),
        (r#""STATUS":"Draft", "#, ""),
        (r#""FLOW_VERSION":3"#, r#""FLOW_VERSION":"3a""#),
        (r#""FLOW_ID":7, "#, ""),
        (r#""TASK_ORDER":1, "TASK_ROLE""#, r#""TASK_ORDER":null, "TASK_ROLE""#),
        (r#""TASK_ROLE":"Steward", "TASK_DEADLINE""#, r#""ESCALATION_ROLE":"", "TASK_DEADLINE""#),
        (r#""TASK_ROLE":"Steward", "TASK_DEADLINE":"2d","#, r#""ROLE":0, "DEADLINE":false,"#),
        (r#""PARENT_TASK_ID":2"#, r#""PARENT_TASK_ID":"Ask""#),
        (r#""PARENT_TASK_ID":2"#, r#""PARENT_TASK_ID":"2", "PARENT_TASK_DELAY":99, "PARENT_TASK_STATUS":"x""#),
        (r#""PARENT_TASK_ID":2, "TASK_DEADLINE":null"#, r#""PARENT_TASK_ID":null"#),
        (r#""PARENT_TASK_ID":2, "TASK_DEADLINE":null"#, r#""PARENT_PAGE":99"#),
        // Another kind of parameter, a link to a page, and a link whose source is said in a way that is not known.
        (r#""PARAMETER_TYPE":"Link", "LINK_STAGE_NAME":"Open""#, r#""PARAMETER_TYPE":"Value", "LINK_STAGE_NAME":"x""#),
        (r#""TYPE":"link", "STAGE":"Open", "TASK":"Check", "OUTPUT":"count""#, r#""TYPE":"Link", "HREF":"x""#),
        (r#""STAGE":"Open", "TASK":"Check", "OUTPUT":"count""#, r#""STAGE":1, "TASK":{}, "OUTPUT":"x""#),
        (r#""STAGE":"Open", "TASK":"Check", "OUTPUT":"count""#, r#""STAGE":"Answer""#),
        // A task that waits may have the order that seems to be missing.
        (r#""TASK_ORDER":2, "PARENT_TASK_ID":2"#, r#""TASK_ORDER":9, "PARENT_TASK_ID":2"#),
        // Who it waits for is no source of a link.
        (r#"{ "PARENT_TASK_NAME":"Send" }"#, r#"{ "TYPE":"Link", "PARENT_TASK":null }"#),
        // Its own name is no link.
        (r#""TASK_NAME":"Ask""#, r#""TASK_TYPE":"Link", "TASK_NAME":"Ask""#),
        // A task that waits has no order of its own, so that a link to it may work.
        (r#""LINK_TASK_NAME":"Check", "LINK_OUTPUT_NAME":"found""#, r#""LINK_TASK_NAME":"Wait""#),
    ] {
        assert_eq!(faults(&with(from, to)), [""; 0], "{from} -> {to}");
    }
}

#[test]
fn of_several_tasks_of_one_name_the_earliest_may_be_meant() {
    let with_numbers = |one: u8, other: u8, output: &str| {
        let link = format!(r#""P":{{"TYPE":"Link","TASK":"a","OUTPUT":"{output}"}}"#);
        let tasks = format!(r#"[{{"TASK_NAME":"b",{link}}},{{"TASK_NAME":"a","TASK_ORDER":2,"OUTPUTS":["y"]}}]"#);
        let one = format!(r#"{{"STAGE_NAME":"one","STAGE_NUMBER":{one},"TASKS":{tasks}}}"#);
        let tasks = r#"[{"TASK_NAME":"a","OUTPUTS":["x"]}]"#;
        let other = format!(r#"{{"STAGE_NAME":"other","STAGE_NUMBER":{other},"TASKS":{tasks}}}"#);
        resource(&format!(r#"{{"FLOW_NAME":"f","FLOW_VERSION":1,"STAGES":[{one},{other}]}}"#))
    };
    assert_eq!(faults(&with_numbers(2, 1, "x")), [""; 0]);
    assert_eq!(faults(&with_numbers(2, 1, "y")), [""; 0], "which of the two is meant is open, and so are its outputs");
    assert_eq!(faults(&with_numbers(1, 2, "x")), ["E DPM0122 /STAGES/0/TASKS/0/P/TASK"]);
}

#[test]
fn all_faults_are_found_at_once() {
    let text = FLOW
        .replacen(r#""FLOW_NAME":"Access""#, r#""FLOW_NAME":["s3cr3t"]"#, 1)
        .replacen(r#""FLOW_VERSION":3"#, r#""FLOW_VERSION":{}"#, 1)
        .replacen(r#""STAGE_NUMBER":2"#, r#""STAGE_NUMBER":7"#, 1)
        .replacen(r#""OUTPUT":"count""#, r#""OUTPUT":"x""#, 1);
    let document = Document::parse(text).unwrap();
    assert!(head(document.root()).is_none());
    let found = check(document.root(), None);
    let errors: Vec<String> = found.iter().map(line).filter(|line| line.starts_with('E')).collect();
    let expected = [
        "E DPM0102 /FLOW_NAME",
        "E DPM0102 /FLOW_VERSION",
        "E DPM0109 /STAGES/1/STAGE_NUMBER",
        "E DPM0121 /STAGES/1/TASKS/0/BODY/OUTPUT",
    ];
    assert_eq!(errors, expected);
    assert!(found.iter().all(|found| found.subject.is_none() && !found.summary.contains("s3cr3t")));
}

#[test]
fn name_and_version_that_cannot_identify() {
    for (from, to, expected) in [
        (r#""FLOW_NAME":"Access""#, r#""FLOW_NAME":"""#, "E DPM0101 /FLOW_NAME"),
        (r#""FLOW_NAME":"Access""#, r#""NAME":"Access""#, "E DPM0101 /FLOW_NAME"),
        (r#""FLOW_NAME":"Access""#, r#""FLOW_NAME":"a\nb""#, "E DPM0103 /FLOW_NAME"),
        (r#""FLOW_VERSION":3"#, r#""FLOW_VERSION":"\u0000""#, "E DPM0103 /FLOW_VERSION"),
        (r#""FLOW_VERSION":3"#, r#""FLOW_VERSION":true"#, "E DPM0102 /FLOW_VERSION"),
    ] {
        let resource = with(from, to);
        assert!(head(Document::parse(resource.text(PART)).unwrap().root()).is_none(), "{to}");
        assert_eq!(faults(&resource), [expected], "{to}");
    }
    let long = with("Access", &"é".repeat(513));
    assert_eq!(faults(&long), ["E DPM0103 /FLOW_NAME"]);
    let longest = with("Access", &"é".repeat(512));
    assert_eq!(faults(&longest), [""; 0]);
}

#[test]
fn the_head_says_what_the_file_says() {
    let head = |from, to| with(from, to).head;
    let version = |to| head(r#""FLOW_VERSION":3"#, to).id.version;
    assert_eq!(version(r#""FLOW_VERSION":12"#).as_deref(), Some("12"));
    assert_eq!(version(r#""FLOW_VERSION":"v1""#).as_deref(), Some("v1"));
    assert_eq!(version(r#""V":0"#).as_deref(), Some("1"));
    assert_eq!(version(r#""FLOW_VERSION":"""#).as_deref(), Some("1"));
    assert_eq!(head("Draft", "completed").state, State::Published);
    assert_eq!(head(r#""STATUS":"Draft""#, r#""STATUS":null"#).state, State::Draft);
}

#[test]
fn a_resource_that_says_otherwise_than_its_part() {
    let mut sample = resource(FLOW);
    sample.head.id.version = Some("4".to_owned());
    sample.head.state = State::Published;
    assert_eq!(faults(&sample), ["E DPM0105 /FLOW_NAME", "E DPM0106 /STATUS"]);
}

#[test]
fn what_the_flow_needs_is_named_once() {
    let found = inspect(&resource(FLOW)).diagnostics;
    let lines: Vec<String> = found.iter().map(line).collect();
    let expected = [
        "I DPM0201 /STAGES/0/TASKS/0/TASK_ROLE",
        "I DPM0202 /STAGES/0/TASKS/0/OPERATIONS/0/OPERATION_NAME",
        "I DPM0204 /STAGES/0/TASKS/1/PARAMETERS/1/CUSTOM_LIST",
        "I DPM0203 /STAGES/1/TASKS/0/MAIL_TEMPLATE_NAME",
    ];
    assert_eq!(lines, expected);
    assert!(found[0].summary.contains("`Steward`") && found[3].summary.contains("mail template `Reply`"));
}

#[test]
fn secrets_and_literals_are_found() {
    let found = inspect(&resource(FLOW));
    assert_eq!(found.secrets.len(), 1);
    assert_eq!((found.secrets[0].slot.as_str(), found.secrets[0].declared), ("flow.json#/URL", false));
    assert!(!format!("{found:?}").contains("s3cr3t"));
    assert_eq!(found.literals.len(), 1);
    assert_eq!(found.literals[0].value, "https://dpm-dev.example");
    let twice = with("s3cr3t!", "s3cr3t! ana@dpm.example, ana@dpm.example");
    assert_eq!(inspect(&twice).literals.len(), 2, "a literal is named once per text");
    let named = with("Access", "https://dpm-dev.example");
    assert_eq!(inspect(&named).literals.len(), 1, "who the flow is, is no literal");
}

#[test]
fn a_part_that_is_no_flow_is_refused() {
    for (text, place) in [("{\"FLOW_NAME\":\"a\",\n  \"STAGES\":[}", "line 2, column 13"), ("[]", "must be an object")]
    {
        let broken = common::resource(text);
        match Flows::inspect(&broken) {
            Err(Failure::Malformed(found)) => {
                assert_eq!(line(&found[0]), "E DPM0100 ");
                assert!(found[0].summary.contains(place), "{}", found[0].summary);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn one_stage_can_be_missing_many_things_without_end() {
    let tasks = vec![r#"{"TASK_ORDER":"x"}"#; 3_000].join(",");
    let text = format!(r#"{{"FLOW_NAME":"a","STAGES":[{{"STAGE_NAME":"s","STAGE_NUMBER":1,"TASKS":[{tasks}]}}]}}"#);
    let found = inspect(&resource(&text)).diagnostics;
    assert_eq!(found.len(), 1_001);
    let last = found.last().unwrap();
    assert_eq!(last.code, "DPM0199");
    assert!(last.summary.starts_with("5001 more"), "{}", last.summary);
}
