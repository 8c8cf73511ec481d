//! Roles: who may do what with which entity. A plugin from outside, as the plugin author's guide shows it.
//!
//! A role is one part, `role.json`:
//!
//! ```json
//! {
//!   "name": "Clerk",
//!   "description": "Enters orders",
//!   "entities": [{ "entity": "order", "rights": ["read", "write"] }],
//!   "apiKey": "a secret, or null"
//! }
//! ```

use flowport_plugin::json::{Document, Limits, Value};
use flowport_plugin::{
    Diagnostic, EditOp, Edited, Failure, Handler, Inspection, KindInfo, PartEdits, ResourceId, Slot, SlotValue, Traits,
    View, read_part,
};

const PART: &str = "role.json";
const RIGHTS: [&str; 4] = ["create", "read", "write", "delete"];

struct Roles;

impl Handler for Roles {
    fn kinds() -> Vec<KindInfo> {
        let kind = KindInfo::new("role", "flowport").title("role", "roles").key(PART, "/entities", "entity");
        vec![KindInfo { traits: Traits::GENERATED_IDS, ..kind }]
    }

    fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
        let role = parse(subject)?;
        let mut found = Inspection::new();
        match text(role.root(), "name") {
            Some(name) => found.identities.push(format!("role:{name}")),
            None => found.diagnostics.push(Diagnostic::error("ROLE01", "the role has no name").at(Slot::new(PART, ""))),
        }
        for grant in grants(&role) {
            match text(grant, "entity") {
                Some(entity) => found.require(entity_slot(grant), ResourceId::new("entity", &entity)),
                None => found.diagnostics.push(
                    Diagnostic::error("ROLE02", "rights are granted to no entity").at(Slot::new(PART, grant.pointer())),
                ),
            }
            for right in grant.get("rights").into_iter().flat_map(Value::elements) {
                if !right.as_str().is_some_and(|right| RIGHTS.contains(&right.as_ref())) {
                    let summary = format!("{} is no right", right.raw());
                    let help = format!("there are {}", RIGHTS.join(", "));
                    found
                        .diagnostics
                        .push(Diagnostic::warning("ROLE03", summary).at(Slot::new(PART, right.pointer())).help(help));
                }
            }
        }
        if let Some(key) = role.root().get("apiKey") {
            found.declared_secret(api_key_slot(), "the key of the role's service account", !key.is_null());
        }
        Ok(found)
    }

    fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
        let role = parse(subject)?;
        let value = |slot: &String| match role.root().get("apiKey") {
            Some(key) if *slot == api_key_slot().to_string() => {
                Ok(SlotValue { slot: slot.clone(), value: (!key.is_null()).then(|| key.raw().to_owned()) })
            }
            _ => Err(Failure::Other(format!("there is no secret at {slot}"))),
        };
        slots.iter().map(value).collect()
    }

    fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
        let role = parse(subject)?;
        let mut edited = Edited::unchanged(subject.head());
        let mut edits = PartEdits::new();
        for op in ops {
            match op {
                EditOp::Relink(relink) => {
                    let slot = grants(&role).map(entity_slot).find(|slot| slot.to_string() == relink.slot);
                    edits.set_string(&slot.ok_or_else(|| Failure::unknown_slot(op))?, &relink.to.id.id);
                }
                // `null` keeps the place, so that the secret can be put back.
                EditOp::SetSecret(secret)
                    if secret.slot == api_key_slot().to_string() && role.at("/apiKey").is_some() =>
                {
                    edits.set_raw(&api_key_slot(), secret.value.as_deref().unwrap_or("null"));
                }
                EditOp::Rename(name) => {
                    edits.set_string(&Slot::of(PART, &["name"]), name);
                    edited.apply_to_head(op);
                }
                _ if edited.apply_to_head(op) => {}
                _ => return Err(Failure::unknown_slot(op)),
            }
        }
        edits.apply(subject, &mut edited)?;
        Ok(edited)
    }

    // `prepare` and `plan` as the SDK has them: a role leaves as it is, and an import creates or updates it.
}

fn parse(subject: &dyn View) -> Result<Document, Failure> {
    let text = read_part(subject, PART, Limits::default().max_bytes as u64)?;
    Document::parse(text)
        .map_err(|error| Diagnostic::error("ROLE00", format!("{PART}: {error}")).subject(subject.head().id).into())
}

fn grants(role: &Document) -> impl Iterator<Item = Value<'_>> {
    role.root().get("entities").into_iter().flat_map(Value::elements)
}

fn text(object: Value<'_>, member: &str) -> Option<String> {
    Some(object.get(member)?.as_str()?.into_owned())
}

fn entity_slot(grant: Value<'_>) -> Slot {
    Slot::new(PART, grant.pointer() + "/entity")
}

fn api_key_slot() -> Slot {
    Slot::of(PART, &["apiKey"])
}

flowport_plugin::register!(handler: Roles);

#[cfg(test)]
mod tests {
    use flowport_plugin::fake::{Resource, Target};
    use flowport_plugin::{Action, Head, Relink};

    use super::*;

    const CLERK: &str = r#"{ "name": "Clerk",
  "entities": [{"entity": "order", "rights": ["read", "write"]}, {"entity": "customer", "rights": ["look"]}],
  "apiKey": "s3\u0063ret", "since": 1.50 }"#;

    fn role(text: &str) -> Resource {
        Resource::new(Head::new(ResourceId::new("role", "7"), "flowport", "Clerk")).json(PART, text)
    }

    fn entity(name: &str) -> Head {
        Head::new(ResourceId::new("entity", name), "flowport", name)
    }

    #[test]
    fn a_role_requires_its_entities_and_declares_its_key() {
        let found = Roles::inspect(&role(CLERK)).unwrap();
        assert_eq!(found.identities, ["role:Clerk"]);
        let slots: Vec<_> = found.references.iter().map(|reference| reference.slot.as_str()).collect();
        assert_eq!(slots, ["role.json#/entities/0/entity", "role.json#/entities/1/entity"]);
        assert_eq!(found.diagnostics[0].slot.as_deref(), Some("role.json#/entities/1/rights/0"));
        assert!(found.secrets[0].declared && found.secrets[0].is_set);
    }

    #[test]
    fn an_edit_changes_what_it_is_told_to_and_nothing_else() {
        let relink = Relink { slot: "role.json#/entities/0/entity".to_owned(), to: entity("purchase") };
        let ops = [EditOp::Relink(relink), EditOp::Rename("Buyer".to_owned())];
        let edited = Roles::edit(&role(CLERK), &ops).unwrap();
        assert_eq!(edited.head.name, "Buyer");
        let expected = CLERK.replace("Clerk", "Buyer").replace("\"order\"", "\"purchase\"");
        assert_eq!(role(CLERK).edited(&edited).text(PART), expected);
    }

    #[test]
    fn a_secret_is_lifted_out_and_put_back_byte_for_byte() {
        let slots = ["role.json#/apiKey".to_owned()];
        let lifted = Roles::secret_values(&role(CLERK), &slots).unwrap();
        let out = EditOp::SetSecret(SlotValue { slot: slots[0].clone(), value: None });
        let without = role(CLERK).edited(&Roles::edit(&role(CLERK), &[out]).unwrap());
        assert!(!without.text(PART).contains("s3"));
        assert!(!Roles::inspect(&without).unwrap().secrets[0].is_set);
        let back = Roles::edit(&without, &[EditOp::SetSecret(lifted[0].clone())]).unwrap();
        assert_eq!(without.edited(&back).text(PART), CLERK);
    }

    #[test]
    fn a_slot_that_is_not_reported_is_refused() {
        let without_key = role(r#"{"name": "Clerk", "entities": []}"#);
        let relink = Relink { slot: "role.json#/entities/0/entity".to_owned(), to: entity("purchase") };
        assert!(Roles::edit(&without_key, &[EditOp::Relink(relink)]).is_err());
        assert!(Roles::secret_values(&without_key, &["role.json#/apiKey".to_owned()]).is_err());
    }

    #[test]
    fn a_broken_part_is_said_and_not_guessed_at() {
        let Err(Failure::Malformed(diagnostics)) = Roles::inspect(&role("{\"name\": }")) else { panic!() };
        assert_eq!(diagnostics[0].code, "ROLE00");
        let found = Roles::inspect(&role("{\"entities\": [{}]}")).unwrap();
        let codes: Vec<_> = found.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
        assert_eq!(codes, ["ROLE01", "ROLE02"]);
    }

    #[test]
    fn an_import_updates_the_role_that_is_there() {
        let mut existing = role(CLERK);
        existing.head.id = ResourceId::new("role", "12");
        let change = Roles::plan(&role(CLERK), Some(&existing), None, &Target::default()).unwrap();
        assert_eq!(change.action, Some(Action::Update));
        assert_eq!(change.outcome.unwrap().head.id.id, "12");
        let change = Roles::plan(&role(CLERK), None, None, &Target::default()).unwrap();
        assert_eq!(change.action, Some(Action::Create));
    }
}
