use flowport_plugin::Slot;
use flowport_plugin::json::{Kind, Value};

use crate::subject::Subject;

/// A value that a slot leads to.
#[derive(Clone)]
pub(super) struct Site<'s> {
    pub(super) slot: Slot,
    pub(super) value: Value<'s>,
}

/// The value at a slot.
pub(super) fn at<'s>(subject: &'s Subject, slot: &str) -> Option<Site<'s>> {
    let slot = Slot::parse(slot)?;
    let value = subject.part(&slot.part)?.at(&slot.pointer)?;
    Some(Site { slot, value })
}

/// The value at a slot, where it can hold a text.
pub(super) fn string_or_null<'s>(subject: &'s Subject, slot: &str) -> Option<Site<'s>> {
    at(subject, slot).filter(|site| matches!(site.value.kind(), Kind::String | Kind::Null))
}

/// The string of a slot of the longer form, `part#/pointer#n`, and which of the mentions in it is meant.
pub(super) fn inside<'s>(subject: &'s Subject, slot: &str) -> Option<(Site<'s>, usize)> {
    let (slot, index) = slot.rsplit_once('#')?;
    let site = at(subject, slot).filter(|site| site.value.kind() == Kind::String)?;
    Some((site, index.parse().ok()?))
}
