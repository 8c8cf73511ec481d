use std::collections::{HashMap, HashSet};

use flowport_plugin::detect::Text;
use flowport_plugin::json::{Kind, Value};
use flowport_plugin::{
    Diagnostic, Edited, Failure, Head, PartEdits, Relink, Replace, ResourceId, Slot, SlotValue, TextEdits, View,
};

use super::copy::must_be_guid;
use super::list::Lists;
use super::secret::{Secret, Secrets};
use super::site::{self, Site};
use crate::attributes::{self, Attributes, Member};
use crate::guid;
use crate::inspect::is_looked_at;
use crate::literals;
use crate::mention::{Mention, Of, inside, whole};
use crate::names::FLOW_PART;
use crate::resolve::{Lead, Resolver, listed_kind};
use crate::subject::Subject;

/// The changes to one resource, collected.
pub(super) struct Changes<'s> {
    subject: &'s Subject,
    resolver: Resolver<'s>,
    secrets: Secrets,
    edits: PartEdits,
    texts: TextEdits,
    lists: Lists,
    /// Texts that hold several mentions, by slot: each is looked into once.
    looked_into: HashMap<String, (String, Vec<Mention>)>,
    /// Properties and bindings by the guid they had: what takes their place.
    members: HashMap<String, Member>,
    /// Values by the name they had: the name and guid of what takes their place.
    names: HashMap<String, (String, String)>,
    /// Raw texts of secrets; each takes the place of any other change to its value.
    raw: Vec<(Slot, String)>,
    /// Secrets that fit what is there no more.
    misfits: Vec<String>,
    name: Option<String>,
}

impl<'s> Changes<'s> {
    pub(super) fn of(subject: &'s Subject) -> Changes<'s> {
        Changes {
            subject,
            resolver: Resolver::of(subject),
            secrets: Secrets::of(subject),
            edits: PartEdits::new(),
            texts: TextEdits::new(),
            lists: Lists::default(),
            looked_into: HashMap::new(),
            members: HashMap::new(),
            names: HashMap::new(),
            misfits: Vec::new(),
            raw: Vec::new(),
            name: None,
        }
    }

    /// Points a reference at another resource. The same one, whatever became of it, needs no change: guids stay for
    /// life.
    pub(super) fn relink(&mut self, relink: &Relink) -> Result<(), Failure> {
        let unknown = || Failure::Other(format!("there is no reference at {}", relink.slot));
        if let Some(site) = site::at(self.subject, &relink.slot) {
            return match site.value.kind() {
                Kind::String => self.relink_string(&site, &relink.to).ok_or_else(unknown)?,
                _ => self.relink_entry(&site, &relink.to).ok_or_else(unknown)?,
            };
        }
        let (site, index) = site::inside(self.subject, &relink.slot).ok_or_else(unknown)?;
        self.relink_inside(&site, index, &relink.to).ok_or_else(unknown)?
    }

    /// An entry of a flow's lists.
    fn relink_entry(&mut self, site: &Site<'_>, to: &Head) -> Option<Result<(), Failure>> {
        let kind = listed_kind(site.value).filter(|_| site.slot.part == FLOW_PART)?;
        let key = site.value.key()?.name();
        let from = ResourceId::new(kind, &guid::id(&key));
        Some(fits(self.subject, &site.slot, &from, to).map(|is_other| {
            if is_other {
                self.lists.relink(site.slot.pointer.clone(), to);
            }
        }))
    }

    fn relink_string(&mut self, site: &Site<'_>, to: &Head) -> Option<Result<(), Failure>> {
        let text = site.value.as_str()?;
        let of = whole(site.value, &text).filter(|_| is_looked_at(site.value))?;
        let Lead::To(from) = self.resolver.lead(of, &text)? else { return None };
        Some(self.new_text(&site.slot, of, &text, &from, to).map(|new| {
            if let Some(new) = new {
                self.edits.set_string(&site.slot, &new);
            }
        }))
    }

    fn relink_inside(&mut self, site: &Site<'_>, index: usize, to: &Head) -> Option<Result<(), Failure>> {
        if !is_looked_at(site.value) {
            return None;
        }
        let slot = site.slot.to_string();
        let (text, mentions) = match self.looked_into.remove(&slot) {
            Some(known) => known,
            None => {
                let text = site.value.as_str()?.into_owned();
                let mentions = inside(&text).mentions;
                (text, mentions)
            }
        };
        let done = self.relink_mention(&site.slot, &text, mentions.get(index)?, to);
        self.looked_into.insert(slot, (text, mentions));
        done
    }

    fn relink_mention(&mut self, slot: &Slot, text: &str, mention: &Mention, to: &Head) -> Option<Result<(), Failure>> {
        let written = &text[mention.range.clone()];
        let Lead::To(from) = self.resolver.lead(mention.of, written)? else { return None };
        Some(self.new_text(slot, mention.of, written, &from, to).map(|new| {
            if let Some(new) = new {
                self.texts.replace(slot, text, [mention.range.clone()], &new);
            }
        }))
    }

    /// What is written in the place of a mention; none where it leads there already.
    fn new_text(
        &mut self,
        slot: &Slot,
        of: Of,
        written: &str,
        from: &ResourceId,
        to: &Head,
    ) -> Result<Option<String>, Failure> {
        // A name leads elsewhere also where its element is only called otherwise.
        let is_called_otherwise = matches!(of, Of::Name) && written != to.name;
        if !fits(self.subject, slot, from, to)? && !is_called_otherwise {
            return Ok(None);
        }
        match (of, self.resolver.member(written)) {
            (Of::Property | Of::Binding, Some(member)) => {
                let translated = translate(self.subject, slot, of, member, to)?;
                self.members.insert(member.guid.clone(), translated.clone());
                Ok(Some(translated.guid))
            }
            (Of::Name, _) => {
                self.names.insert(written.to_owned(), (to.name.clone(), to.id.id.clone()));
                Ok(Some(to.name.clone()))
            }
            _ => Ok(Some(to.id.id.clone())),
        }
    }

    /// Replaces a value bound to the environment. None: there is no such literal.
    pub(super) fn set_literal(&mut self, literal: &Replace) -> Option<()> {
        let site = site::at(self.subject, &literal.slot).filter(|site| is_looked_at(site.value))?;
        let text = site.value.as_str()?.into_owned();
        if whole(site.value, &text).is_some() || matches!(self.secrets.at(&site), Some(Secret::Whole)) {
            return None;
        }
        let found = literals::find(&self.subject.head.id.kind, site.value, Text::of(&text)).into_iter();
        let ranges: Vec<_> =
            found.map(|found| found.range).filter(|range| text[range.clone()] == literal.old).collect();
        if ranges.is_empty() {
            return None;
        }
        self.texts.replace(&site.slot, &text, ranges, &literal.new);
        Some(())
    }

    /// Takes a secret out, or puts one back where a text can stand. None: there is no such place.
    pub(super) fn set_secret(&mut self, secret: &SlotValue) -> Option<()> {
        let site = site::string_or_null(self.subject, &secret.slot)?;
        match (&secret.value, self.secrets.at(&site)) {
            (Some(raw), Some(Secret::Ranges(text, ranges))) if inside(&text).secrets == ranges => {
                // What was lifted out is the text with its secrets: it fits only the very text that was left.
                if !is_lifted_from(raw, &without(&text, ranges)) {
                    self.misfits.push(site.slot.to_string());
                }
                self.raw.push((site.slot, raw.clone()));
            }
            (Some(raw), _) => self.raw.push((site.slot, raw.clone())),
            (None, Some(Secret::Whole)) => self.raw.push((site.slot, "null".to_owned())),
            (None, Some(Secret::Ranges(text, ranges))) => self.texts.replace(&site.slot, &text, ranges, ""),
            (None, None) => return None,
        }
        Some(())
    }

    /// Another name for the resource.
    pub(super) fn rename(&mut self, name: &str) {
        self.name = Some(name.to_owned());
    }

    pub(super) fn finish(mut self, view: &dyn View, edited: &mut Edited) -> Result<(), Failure> {
        if let Some(slot) = self.misfits.first() {
            return Err(Failure::Other(format!(
                "the secret kept for {slot} is part of a larger text, which is another one now: import or put the resource \
                 with its secret again"
            )));
        }
        self.attributes();
        self.lists.finish(self.subject.main().root(), &mut self.edits);
        self.texts.finish(&mut self.edits);
        if let Some(name) = &self.name {
            for pointer in ["/developerName", "/compositeId/developerName"] {
                let is_there = |value: Value<'_>| matches!(value.kind(), Kind::String | Kind::Null);
                if self.subject.main().at(pointer).is_some_and(is_there) {
                    self.edits.set_string(&Slot::new(self.subject.main_part(), pointer), name);
                }
            }
        }
        for (slot, raw) in self.raw {
            self.edits.set_raw(&slot, &raw);
        }
        self.edits.apply(view, edited)
    }

    /// The attributes stay what the resource mentions.
    fn attributes(&mut self) {
        let mut attributes = self.subject.attributes.clone();
        if !self.members.is_empty() {
            for member in &mut attributes.members {
                if let Some(new) = self.members.remove(&member.guid) {
                    *member = new;
                }
            }
            let mut seen = HashSet::new();
            attributes.members.retain(|member| seen.insert(member.guid.clone()));
            let slot = Slot::of(Slot::ATTRIBUTES, &[attributes::MEMBERS]);
            self.edits.set_raw(&slot, &attributes.members_json());
        }
        // A flow finds the name in its own list where its attributes do not have it.
        if !self.names.is_empty() && !attributes.names.is_empty() {
            for entry in &mut attributes.names {
                if let Some(new) = self.names.remove(&entry.0) {
                    *entry = new;
                }
            }
            let mut seen = HashSet::new();
            attributes.names.retain(|(name, _)| seen.insert(name.clone()));
            self.edits.set_raw(&Slot::of(Slot::ATTRIBUTES, &[attributes::NAMES]), &attributes.names_json());
        }
    }
}

/// A text without these ranges.
fn without(text: &str, ranges: Vec<std::ops::Range<usize>>) -> String {
    let (mut left, mut done) = (String::with_capacity(text.len()), 0);
    for range in ranges {
        left.push_str(&text[done..range.start]);
        done = range.end;
    }
    left + &text[done..]
}

/// True for the raw JSON of a text that is `left` without its secrets.
fn is_lifted_from(raw: &str, left: &str) -> bool {
    let Ok(document) = flowport_plugin::json::Document::parse(raw) else { return false };
    document.root().as_str().is_some_and(|text| without(&text, inside(&text).secrets) == left)
}

/// False where the reference leads there already.
fn fits(subject: &Subject, slot: &Slot, from: &ResourceId, to: &Head) -> Result<bool, Failure> {
    if from.kind != to.id.kind {
        return Err(Failure::Other(format!(
            "the reference at {slot} leads to a {}, and cannot be pointed at a {}",
            from.kind, to.id.kind
        )));
    }
    must_be_guid(subject, &to.id)?;
    Ok(guid::id(&to.id.id) != from.id)
}

/// The property or binding of the same name in another type.
fn translate(subject: &Subject, slot: &Slot, of: Of, member: &Member, to: &Head) -> Result<Member, Failure> {
    let attributes = Attributes::of(to)?;
    let (what, known) = match of {
        Of::Binding => ("binding", &attributes.bindings),
        _ => ("property", &attributes.properties),
    };
    let found = known.iter().find(|(_, name)| *name == member.name);
    let (guid, name) = found.ok_or_else(|| {
        let summary = format!("the type {:?} has no {what} {:?}, which is used here", to.name, member.name);
        let help = format!("map the type to one that has a {what} of that name, or add it to {:?}", to.name);
        Failure::from(Diagnostic::error("BF0204", summary).subject(subject.head.id.clone()).at(slot).help(help))
    })?;
    Ok(Member { guid: guid.clone(), of_type: to.id.id.clone(), name: name.clone() })
}
