//! Connectors and connections of Power Automate: packages declare them and never carry them.

use flowport_plugin::json::{Document, Edits, quote};
use flowport_plugin::{
    Action, Change, Diagnostic, EditOp, Edited, Failure, Handler, Head, Inspection, KindInfo, Origin, PRODUCT_KEY,
    PartEdits, Reader, Relink, ResourceId, Slot, State, Traits, View, plan_by_rule,
};
use flowport_power_automate::{API_ID, Attributes, CONNECTION, CONNECTION_NAME, CONNECTOR, DIALECT};

/// Before the name of a connector, in its id.
const APIS: &str = "/providers/Microsoft.PowerApps/apis/";

/// Connectors and connections of Power Automate.
pub(crate) struct PowerAutomate;

impl Handler for PowerAutomate {
    fn kinds() -> Vec<KindInfo> {
        let actions = [Action::UseExisting, Action::Create, Action::Skip];
        let traits = Traits::GENERATED_IDS | Traits::PRODUCT_KEYS;
        let kind = |kind: &str| KindInfo::new(kind, DIALECT).actions(&actions).traits(traits);
        vec![kind(CONNECTOR).title("connector", "connectors"), kind(CONNECTION).title("connection", "connections")]
    }

    fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
        let head = subject.head();
        let attributes = Attributes::of(&head)?;
        let mut inspection = Inspection::new();
        if head.id.kind == CONNECTOR {
            if head.origin == Origin::Standard
                && let Some(api_id) = attributes.api_id()
            {
                inspection.identities.push(format!("api:{api_id}"));
            }
        } else {
            for (index, id) in attributes.depends_on() {
                let slot = Slot::new(Slot::ATTRIBUTES, format!("/dependsOn/{index}"));
                inspection.require(slot, ResourceId::new(CONNECTOR, &id));
            }
        }
        if head.state == State::Draft {
            inspection.diagnostics.push(needs_setup(&head.id, &head.name));
        }
        Ok(inspection)
    }

    fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
        let mut edited = Edited::unchanged(subject.head());
        let mut edits = PartEdits::new();
        for op in ops {
            match op {
                EditOp::Relink(relink) => {
                    self::relink(&edited, relink, &mut edits).map_err(|()| Failure::unknown_slot(op))?
                }
                EditOp::Other((operation, key)) if operation == PRODUCT_KEY => {
                    let (member, value) = product_key(&edited.head, key)?;
                    edited.head.attributes = with_member(&edited.head, member, &value)?;
                }
                EditOp::SetState(State::Draft) if comes_with_the_product(&edited.head) => {
                    let what = "a standard connector comes with the product and is never switched off";
                    return Err(Failure::Unsupported(what.to_owned()));
                }
                _ if edited.apply_to_head(op) => {}
                _ => return Err(Failure::unknown_slot(op)),
            }
        }
        edits.apply(subject, &mut edited)?;
        Ok(edited)
    }

    fn plan(
        incoming: &dyn View,
        existing: Option<&dyn View>,
        action: Option<Action>,
        _target: &dyn Reader,
    ) -> Result<Change, Failure> {
        let head = incoming.head();
        let comes_with_the_product = comes_with_the_product(&head);
        let action = action.unwrap_or(Action::UseExisting);
        if existing.is_none() && action == Action::UseExisting && comes_with_the_product {
            // Every environment has the standard connectors: the target only learns of this one.
            return Ok(plan_by_rule(incoming, None, Some(Action::Create)));
        }
        let mut change = plan_by_rule(incoming, existing, Some(action));
        if change.action == Some(Action::Create) && !comes_with_the_product {
            if let Some(outcome) = &mut change.outcome {
                outcome.head.state = State::Draft;
            }
            change.diagnostics.push(needs_setup(&head.id, &head.name));
        }
        Ok(change)
    }
}

/// Which attribute holds the key of a connection or custom connector, and what is written there. Of a connector the last
/// segment of its id is enough.
fn product_key(head: &Head, key: &str) -> Result<(&'static str, String), Failure> {
    if comes_with_the_product(head) {
        let what = "a standard connector comes with the product, and its id is the same everywhere";
        return Err(Failure::Unsupported(what.to_owned()));
    }
    let (name, example, member) = if head.id.kind == CONNECTOR {
        let name = key.strip_prefix(APIS).unwrap_or(key);
        (name, "shared_warehouse-5f2a… as in the address of its page, or /providers/Microsoft.PowerApps/apis/…", API_ID)
    } else {
        (key, "what follows the connector in the address of its page", CONNECTION_NAME)
    };
    let is_of_a_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if name.is_empty() || !name.bytes().all(is_of_a_word) {
        let what = format!("{key:?} is no key of a {}: that is a word, {example}", head.id.kind);
        return Err(Failure::Other(what));
    }
    Ok((member, if member == API_ID { format!("{APIS}{name}") } else { key.to_owned() }))
}

/// The attributes with a string in this member, which need not be there before.
fn with_member(head: &Head, member: &str, value: &str) -> Result<String, Failure> {
    let unchanged = || Failure::Other("the attributes cannot be changed".to_owned());
    let document = Document::parse(head.attributes.as_bytes()).map_err(|_| unchanged())?;
    let mut edits = Edits::new(&document);
    match document.root().get(member) {
        Some(old) => edits.replace_string(old, value),
        None => edits.insert_member(document.root(), member, quote(value)),
    };
    let changed = edits.finish().map_err(|_| unchanged())?;
    String::from_utf8(changed).map_err(|_| unchanged())
}

fn comes_with_the_product(head: &Head) -> bool {
    head.id.kind == CONNECTOR && head.origin == Origin::Standard
}

fn needs_setup(id: &ResourceId, name: &str) -> Diagnostic {
    Diagnostic::info("PA0501", format!("{} {name:?} needs setup", id.kind))
        .subject(id.clone())
        .detail("packages declare connections and custom connectors and never carry them")
        .help(format!("set it up in the product, then tell flowport: flowport publish ENV '{}/{}'", id.kind, id.id))
}

fn relink(edited: &Edited, relink: &Relink, edits: &mut PartEdits) -> Result<(), ()> {
    let slot = Slot::parse(&relink.slot).filter(|slot| slot.part == Slot::ATTRIBUTES).ok_or(())?;
    let attributes = Attributes::of(&edited.head).map_err(|_| ())?;
    if !attributes.depends_on().iter().any(|(index, _)| slot.pointer == format!("/dependsOn/{index}")) {
        return Err(());
    }
    edits.set_string(&slot, &relink.to.id.id);
    let api_id = Attributes::of(&relink.to).ok().and_then(|attributes| attributes.api_id());
    if let Some(api_id) = api_id.filter(|_| attributes.get(API_ID).is_some()) {
        edits.set_string(&Slot::new(Slot::ATTRIBUTES, format!("/{API_ID}")), &api_id);
    }
    Ok(())
}
