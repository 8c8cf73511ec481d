use flowport_plugin::{
    Action, Change, EditOp, Edited, Failure, Handler, Head, Inspection, KindInfo, Literal, Reader, ResourceId,
    SlotValue, View, plan_by_rule,
};

use crate::{ambient, faults};

pub(crate) struct Notes;

impl Handler for Notes {
    fn kinds() -> Vec<KindInfo> {
        vec![KindInfo::new("note", "misbehave").title("note", "notes")]
    }

    fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
        let name = begin(subject);
        let mut found = Inspection::new().identity(format!("note:{name}"));
        let elsewhere = || ResourceId::new("note", "elsewhere");
        match name.as_str() {
            "duplicate-slot" => {
                found.require("note.txt#", elsewhere());
                found.refer("note.txt#", elsewhere());
            }
            "duplicate-secret" => {
                found.declared_secret("note.txt#", "one", true);
                found.found_secret("note.txt#", "two");
            }
            "duplicate-identity" => found.identities.push("note:duplicate-identity".to_owned()),
            "bad-kind-spelling" => found.require("note.txt#", ResourceId::new("No Kind", "elsewhere")),
            "control-in-id" => found.require("note.txt#", ResourceId::new("note", "a\u{1b}[2J")),
            "echo-bomb" => found.literals = echoes(),
            "no-reason" => return Err(Failure::Malformed(Vec::new())),
            "ambient" => found.literals = ambient::look_around(),
            _ => {}
        }
        Ok(found)
    }

    fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
        let value = |slot: &str, raw: &str| SlotValue { slot: slot.to_owned(), value: Some(raw.to_owned()) };
        Ok(match begin(subject).as_str() {
            "another-secret" => vec![value("another", "1")],
            "no-secret" => Vec::new(),
            "secret-no-json" => slots.iter().map(|slot| value(slot, "s3cret")).collect(),
            _ => slots.iter().map(|slot| value(slot, "\"s3cret\"")).collect(),
        })
    }

    fn edit(subject: &dyn View, _ops: &[EditOp]) -> Result<Edited, Failure> {
        Ok(altered(subject))
    }

    fn prepare(subject: &dyn View) -> Result<Edited, Failure> {
        Ok(altered(subject))
    }

    fn plan(
        incoming: &dyn View,
        existing: Option<&dyn View>,
        action: Option<Action>,
        target: &dyn Reader,
    ) -> Result<Change, Failure> {
        match begin(incoming).as_str() {
            "wrong-id" => {
                let head = Head { id: ResourceId::new("note", "elsewhere"), ..incoming.head() };
                Ok(Change::store(Action::Create, Edited::unchanged(head)))
            }
            "no-action" => {
                Ok(Change { action: None, ..Change::store(Action::Create, Edited::unchanged(incoming.head())) })
            }
            "find-flood" => loop {
                target.find("note:ok");
            },
            "hoard-views" => {
                let mut hoard = Vec::new();
                loop {
                    hoard.push(target.get(&incoming.head().id));
                }
            }
            _ => Ok(plan_by_rule(incoming, existing, action)),
        }
    }
}

fn begin(subject: &dyn View) -> String {
    let name = subject.head().name;
    faults::commit(&name, subject);
    name
}

fn altered(subject: &dyn View) -> Edited {
    let mut edited = Edited::unchanged(subject.head());
    match begin(subject).as_str() {
        "unknown-slot" => edited.removed.push("nowhere.txt".to_owned()),
        "written-and-removed" => {
            edited.write("note.txt", "text/plain", b"new".to_vec());
            edited.removed.push("note.txt".to_owned());
        }
        "written-twice" => {
            edited.write("note.txt", "text/plain", b"new".to_vec());
            edited.written.push(edited.written[0].clone());
        }
        "invalid-json" => edited.write("note.json", "application/json", b"{\"a\": 1, \"a\": 2}".to_vec()),
        "bad-attributes" => edited.head.attributes = "[]".to_owned(),
        "wrong-kind" => edited.head.id.kind = "memo".to_owned(),
        "wrong-dialect" => edited.head.dialect = "elsewhere".to_owned(),
        _ => edited.write("note.txt", "text/plain", b"edited".to_vec()),
    }
    edited
}

/// Many texts that are all the same 8 MiB: little memory here, 32 GiB for a host that copies them unchecked.
#[allow(unsafe_code)]
fn echoes() -> Vec<Literal> {
    let text = "x".repeat(8 << 20);
    let echo = |_| {
        // SAFETY: the texts are read by the host and never freed: it stops the operation before that, as the test asserts.
        let value = unsafe { String::from_raw_parts(text.as_ptr().cast_mut(), text.len(), text.capacity()) };
        Literal { slot: String::new(), class: String::new(), value }
    };
    let echoes = (0..4096).map(echo).collect();
    std::mem::forget(text);
    echoes
}
