//! One walk over all strings of a resource.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use flowport_plugin::detect::Text;
use flowport_plugin::json::Value;
use flowport_plugin::{Diagnostic, Inspection, Reference, Slot, Strength, Target};

use super::own::Own;
use crate::literals;
use crate::mention::{Fault, Inside, Of, inside, whole};
use crate::names::EXPORT_AGAIN;
use crate::resolve::{Lead, Resolver};
use crate::secrets;
use crate::subject::Subject;

/// All strings of a value that say something: not those of people who built it, nor the names of classes.
pub fn strings<'d>(root: Value<'d>) -> impl Iterator<Item = (Value<'d>, Cow<'d, str>)> {
    let mut behind = 0;
    root.descendants().filter_map(move |value| {
        let span = value.span();
        if span.start < behind {
            return None;
        }
        if literals::is_person(value) {
            behind = span.end;
        }
        let text = value.as_str().filter(|text| !text.is_empty())?;
        (!literals::is_product_text(value)).then_some((value, text))
    })
}

/// Whether the walk would look at a string.
pub(crate) fn is_looked_at(value: Value<'_>) -> bool {
    let mut around = std::iter::successors(value.parent(), |value| value.parent());
    !literals::is_product_text(value) && !around.any(literals::is_person)
}

/// Adds references, secrets and literals, and what is wrong with texts.
pub(super) fn walk(subject: &Subject, inspection: &mut Inspection) {
    let resolver = Resolver::of(subject);
    let own = Own::of(subject);
    let places = secrets::places(subject);
    // Where a declared secret stands, nothing else is looked for: a literal would show it.
    let declared: HashSet<(&str, usize)> = places.iter().map(|place| (place.part, place.value.span().start)).collect();
    for place in places.iter().filter(|place| place.is_set() || place.is_wanted) {
        let slot = Slot::new(place.part, place.value.pointer());
        inspection.declared_secret(slot, &place.label, place.is_set());
    }
    for (part, document) in subject.parts() {
        for (value, text) in strings(document.root()) {
            if declared.contains(&(part, value.span().start)) {
                continue;
            }
            let found = Found { subject, part, value, text: &text };
            if let Some(of) = whole(value, &text) {
                found.whole(of, &resolver, inspection);
                if own.lacks(of, &text) {
                    inspection.diagnostics.push(own.dangling(found.slot(), &text));
                }
                continue;
            }
            let inside = inside(&text);
            found.inside(&inside, &resolver, inspection);
            found.bound_and_secret(&inside, inspection);
        }
    }
}

/// One string.
struct Found<'a> {
    subject: &'a Subject,
    part: &'static str,
    value: Value<'a>,
    text: &'a str,
}

impl Found<'_> {
    fn slot(&self) -> Slot {
        Slot::new(self.part, self.value.pointer())
    }

    fn whole(&self, of: Of, resolver: &Resolver<'_>, inspection: &mut Inspection) {
        if let Some(Lead::To(id)) = resolver.lead(of, self.text) {
            let reference =
                Reference { slot: self.slot().into(), target: Target::Known(id), strength: resolver.strength(of) };
            inspection.references.push(reference);
        }
    }

    fn inside(&self, inside: &Inside, resolver: &Resolver<'_>, inspection: &mut Inspection) {
        if inside.mentions.is_empty() && inside.fault.is_none() {
            return;
        }
        let slot = self.slot();
        for (index, mention) in inside.mentions.iter().enumerate() {
            let written = &self.text[mention.range.clone()];
            let target = match resolver.lead(mention.of, written) {
                None => continue,
                Some(Lead::To(id)) => Target::Known(id),
                Some(Lead::Unknown) => Target::Unknowable(format!("{{![{written}]}}")),
            };
            // A text can be shown without what it speaks of.
            inspection.references.push(Reference {
                slot: format!("{slot}#{index}"),
                target,
                strength: Strength::Optional,
            });
        }
        if let Some(fault) = &inside.fault {
            inspection.diagnostics.push(not_well_formed(self.subject, slot, fault));
        }
    }

    fn bound_and_secret(&self, inside: &Inside, inspection: &mut Inspection) {
        let looked = Text::of(self.text);
        let key = self.value.key().map(|key| key.name());
        if !inside.secrets.is_empty() {
            let is_set = inside.secrets.iter().any(|range| !range.is_empty());
            let label = format!("password in a default of {}", self.subject.head.name);
            inspection.declared_secret(self.slot(), &label, is_set);
        } else if let Some(secret) = looked.secrets(key.as_deref()).first() {
            inspection.found_secret(self.slot(), &format!("{}: {}", secret.rule, secret.advice));
        }
        let mut seen = BTreeSet::new();
        for literal in literals::find(&self.subject.head.id.kind, self.value, looked) {
            let is_secret = inside
                .secrets
                .iter()
                .any(|secret| secret.start < literal.range.end && literal.range.start < secret.end);
            let literal_text = &self.text[literal.range];
            if !is_secret && seen.insert(literal_text) {
                inspection.literal(self.slot(), literal.class, literal_text);
            }
        }
    }
}

fn not_well_formed(subject: &Subject, slot: Slot, fault: &Fault) -> Diagnostic {
    let Fault { problem, offset } = fault;
    Diagnostic::error(
        "BF0203",
        format!("a default value is no well-formed XML: {problem}, at byte {offset} of the text"),
    )
    .subject(subject.head.id.clone())
    .at(slot)
    .help(EXPORT_AGAIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowport_plugin::json::Document;

    #[test]
    fn people_and_classes_are_passed_over() {
        let text = r#"{"$type":"C","UserOwnerObject":{"$type":"x","Email":"a@b.example"},"x":{"$type":"M.AppUser, M","Email":"c"},"y":["d",""],"z":"e"}"#;
        let document = Document::parse(text).unwrap();
        let found: Vec<Cow<'_, str>> = strings(document.root()).map(|(_, text)| text).collect();
        assert_eq!(found, ["d", "e"]);
    }
}
