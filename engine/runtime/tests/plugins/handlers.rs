//! Handlers that misbehave: each fault ends its operation in words for people, in time, and harms nothing else.

use std::sync::Arc;
use std::time::Duration;

use flowport_core::model::{Action, EditOp};
use flowport_core::plugin::{Handler, PluginError, Reader};
use flowport_runtime::Limits;

use crate::support::{Notes, fault, limits, load, misbehave, note};

fn handler() -> Arc<dyn Handler> {
    misbehave().handler().unwrap().unwrap()
}

fn target() -> Arc<dyn Reader> {
    Arc::new(Notes)
}

/// The next operation on the same plugin works.
fn still_works(handler: &dyn Handler) {
    assert_eq!(handler.inspect(&note("ok")).unwrap().identities, ["note:ok"]);
}

fn check(handler: &dyn Handler, function: &str, name: &str, what: &str) {
    let subject = note(name);
    let text = fault(|| match function {
        "inspect" => handler.inspect(&subject).map(drop),
        "secret-values" => handler.secret_values(&subject, &["note.txt#".to_owned()]).map(drop),
        "edit" => handler.edit(&subject, &[EditOp::Rename("new".to_owned())]).map(drop),
        "prepare" => handler.prepare(&subject).map(drop),
        "plan" => handler.plan(&subject, None, None, &target()).map(drop),
        _ => unreachable!(),
    });
    let begin = format!("plugin misbehave 0.1.0 failed in {function} on note/{name}: ");
    assert!(text.starts_with(&begin), "{text}");
    assert!(text[begin.len()..].contains(what), "{function} on {name}: {text}");
    assert!(!text.chars().any(char::is_control), "{text:?}");
    still_works(handler);
}

#[test]
fn what_any_function_does_wrong_is_said() {
    let faults = [
        ("panic", "panicked at misbehave/src/faults.rs:"),
        ("panic", ": the note is upside down"),
        ("exit", "it ended itself"),
        ("exit-with-words", "another thing"),
        ("loop", "it ran for 0.2 seconds without reading or writing anything"),
        ("loop-after-words", "it ran for 0.2 seconds without reading or writing anything"),
        ("dawdle", "it made too many calls of the host"),
        ("read-nothing", "it made too many calls of the host"),
        ("memory", "it wanted more memory than the limit"),
        ("one-allocation", "it wanted more memory than the limit"),
        ("memory-then-loop", "it ran for 0.2 seconds without reading or writing anything"),
        ("stack", "it used memory that it does not have, as a stack that overflows does"),
        ("stderr-flood", "it wrote more to its standard error than the limit"),
        ("call-flood", "it made too many calls of the host"),
        ("log-flood", "it moved more bytes than its input allows"),
        ("read-again-flood", "it moved more bytes than its input allows"),
    ];
    let handler = handler();
    // On a busy machine what takes all memory takes its time, too.
    let patience = Duration::from_secs(60);
    let patient = load("misbehave", Limits { idle: patience, total: patience, ..limits() }).handler().unwrap().unwrap();
    for (name, what) in faults {
        let handler = if what.contains("seconds") { &handler } else { &patient };
        check(handler.as_ref(), "inspect", name, what);
    }
    for function in ["secret-values", "edit", "prepare", "plan"] {
        check(handler.as_ref(), function, "panic", "the note is upside down");
    }
}

#[test]
fn lies_are_found_before_anything_acts_on_them() {
    let lies = [
        ("inspect", "duplicate-slot", "it reported the reference note.txt# twice"),
        ("inspect", "duplicate-secret", "it reported the secret note.txt# twice"),
        ("inspect", "duplicate-identity", "it reported the identity note:duplicate-identity twice"),
        ("inspect", "bad-kind-spelling", "\"No Kind\" is no kind of resource"),
        ("inspect", "control-in-id", "\"a\\u{1b}[2J\" is no id"),
        ("inspect", "no-reason", "it refused without a reason"),
        ("secret-values", "another-secret", "it did not answer for the secrets it was asked for"),
        ("secret-values", "no-secret", "it did not answer for the secrets it was asked for"),
        ("secret-values", "secret-no-json", "its secret at note.txt# is no JSON"),
        ("edit", "unknown-slot", "it removed the part nowhere.txt, which is not there"),
        ("edit", "written-and-removed", "it removed the part note.txt, which is not there or which it wrote"),
        ("edit", "written-twice", "it wrote the part note.txt twice"),
        ("edit", "invalid-json", "it made invalid JSON of note.json"),
        ("edit", "bad-attributes", "its attributes are no JSON object"),
        ("edit", "wrong-kind", "it made a memo of the note"),
        ("edit", "wrong-dialect", "it made a note of the note"),
        ("prepare", "invalid-json", "it made invalid JSON of note.json"),
        ("plan", "wrong-id", "it would store note/elsewhere where note/wrong-id was planned"),
        ("plan", "no-action", "it stored something without an action"),
        ("plan", "find-flood", "it made too many calls of the host"),
        ("plan", "hoard-views", "it made too many calls of the host"),
    ];
    let handler = handler();
    for (function, name, what) in lies {
        check(handler.as_ref(), function, name, what);
    }
}

#[test]
fn a_secret_that_is_no_json_is_not_in_the_message() {
    let text = fault(|| handler().secret_values(&note("secret-no-json"), &["note.txt#".to_owned()]));
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn an_answer_that_outgrows_the_memory_is_not_copied() {
    check(handler().as_ref(), "inspect", "echo-bomb", "too much data is being copied");
}

#[test]
fn moving_bytes_buys_time_but_not_for_ever() {
    let limits = Limits { calls: u64::MAX, bytes: u64::MAX, total: Duration::from_millis(600), ..limits() };
    let handler = load("misbehave", limits).handler().unwrap().unwrap();
    check(handler.as_ref(), "inspect", "dawdle", "it took longer than 0.6 seconds");
    check(handler.as_ref(), "inspect", "read-nothing", "it ran for 0.2 seconds without reading or writing anything");
    check(handler.as_ref(), "inspect", "call-flood", "it ran for 0.2 seconds without reading or writing anything");
}

#[test]
fn a_larger_input_allows_more_calls_and_bytes() {
    let limits = Limits { calls: 0, bytes: 0, bytes_per_call: 1, ..limits() };
    let handler = load("misbehave", limits).handler().unwrap().unwrap();
    still_works(handler.as_ref());
}

#[test]
fn a_piece_larger_than_the_memory_is_not_read() {
    let mut large = (*note("read-again-flood")).clone();
    large.parts[0].content = flowport_core::content::Content::from_bytes(vec![0; 33 << 20]);
    let text = fault(|| handler().inspect(&Arc::new(large)));
    assert!(text.contains("it asked for 34603008 bytes at once, more than its memory may hold"), "{text}");
}

#[test]
fn what_is_said_and_not_done_harms_nothing() {
    for name in ["ok", "stdout", "log-controls"] {
        assert_eq!(handler().inspect(&note(name)).unwrap().identities, [format!("note:{name}")]);
    }
    let edited = handler().edit(&note("ok"), &[]).unwrap();
    assert_eq!(
        (edited.written[0].name.as_str(), edited.written[0].content.as_slice()),
        ("note.txt", b"edited".as_slice())
    );
    let change = handler().plan(&note("ok"), Some(&note("other")), None, &target()).unwrap();
    assert_eq!((change.action, change.outcome.unwrap().head.id.id.as_ref()), (Some(Action::Update), "other"));
}

#[test]
fn a_looping_plugin_stops_nobody_else() {
    let limits = Limits { idle: Duration::from_secs(2), ..limits() };
    let handler = load("misbehave", limits).handler().unwrap().unwrap();
    let looping = {
        let handler = handler.clone();
        std::thread::spawn(move || fault(|| handler.inspect(&note("loop"))))
    };
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let handler = handler.clone();
            std::thread::spawn(move || (0..10).for_each(|_| still_works(handler.as_ref())))
        })
        .collect();
    workers.into_iter().for_each(|worker| worker.join().unwrap());
    assert!(!looping.is_finished(), "the others waited for the one that loops");
    assert!(looping.join().unwrap().contains("it ran for 2 seconds"));
}

#[test]
fn a_failure_that_a_plugin_states_is_no_fault() {
    let role = load("role", limits()).handler().unwrap().unwrap();
    let error = role.inspect(&note("ok")).unwrap_err();
    assert!(matches!(&error, PluginError::Malformed(_)), "{error}");
    assert_eq!(error.to_string(), "the part role.json is missing");
}

#[test]
fn more_threads_than_slots_wait_for_each_other() {
    let handler = misbehave().handler().unwrap().unwrap();
    let threads = std::thread::available_parallelism().map_or(8, usize::from) * 8;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for _ in 0..20 {
                    handler.inspect(&note("ok")).unwrap();
                }
            });
        }
    });
}
