//! The merge of a whole resource: what stands in its head, and what of that stands in its content as well.

mod fake;

use std::sync::Arc;

use fake::{PART, note, registry, text};
use flowport_core::content::Content;
use flowport_core::diff::{Change, Shown, What};
use flowport_core::merge::{Merged, merge};
use flowport_core::model::State::{Draft, Published};
use flowport_core::model::{Origin, Part, Resource, SlotValue};

fn merged(sides: [Resource; 3]) -> Merged {
    let [base, ours, theirs] = sides.map(Arc::new);
    merge(&registry(), [&base, &ours, &theirs], Vec::new).unwrap()
}

fn places(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|change| format!("{}#{}", change.part, change.path)).collect()
}

fn clashes(merged: &Merged) -> Vec<String> {
    merged.clashes.iter().map(|clash| format!("{}#{}", clash.part, clash.path)).collect()
}

#[test]
fn a_name_is_carried_into_the_content_of_the_other_side() {
    let base = note("Shop", Draft, "one");
    let merged = merged([base.clone(), note("Laden", Draft, "one"), note("Shop", Draft, "two")]);
    assert_eq!((text(&merged.resource).as_str(), merged.resource.head.name.as_str()), ("Laden\ndraft\ntwo", "Laden"));
    assert_eq!(
        (places(&merged.kept), places(&merged.taken)),
        (vec!["head#/name".to_owned()], vec!["note#".to_owned()])
    );
    let other = self::merged([base, note("Shop", Draft, "two"), note("Laden", Draft, "one")]);
    assert_eq!((text(&other.resource).as_str(), other.resource.head.name.as_str()), ("Laden\ndraft\ntwo", "Laden"));
    assert_eq!((places(&other.kept), places(&other.taken)), (places(&merged.taken), places(&merged.kept)));
}

#[test]
fn two_new_names_clash() {
    let merged = merged([note("Shop", Draft, "one"), note("Laden", Draft, "one"), note("Butik", Draft, "one")]);
    assert_eq!(clashes(&merged), ["head#/name", "note#"]);
    let shown = |text: &str| Some(Shown::Json(format!("{text:?}")));
    let clash = &merged.clashes[0];
    assert_eq!([&clash.base, &clash.now, &clash.comes], [&shown("Shop"), &shown("Laden"), &shown("Butik")]);
    assert_eq!(merged.resource.head.name, "Laden");
}

#[test]
fn the_state_is_no_content_and_becomes_that_of_what_comes() {
    let sides = [note("Shop", Draft, "one"), note("Shop", Published, "one"), note("Shop", Published, "two")];
    let merged = merged(sides);
    assert!(merged.clashes.is_empty() && merged.kept.is_empty(), "{merged:?}");
    assert_eq!((text(&merged.resource).as_str(), merged.resource.head.state), ("Shop\npublished\ntwo", Published));
    let sides = [note("Shop", Published, "one"), note("Shop", Published, "two"), note("Shop", Draft, "one")];
    assert_eq!(text(&self::merged(sides).resource), "Shop\ndraft\ntwo");
}

#[test]
fn what_one_side_left_alone_is_the_others() {
    let (base, other) = (note("Shop", Draft, "one"), note("Laden", Draft, "two"));
    for sides in [[&base, &other, &base], [&base, &base, &other], [&base, &other, &other]] {
        let merged = merged(sides.map(Clone::clone));
        assert!(merged.clashes.is_empty() && merged.resource.same_content(&other), "{merged:?}");
    }
}

#[test]
fn origin_is_one_value_and_attributes_are_merged_by_their_members() {
    let with = |origin: Origin, attributes: &str| {
        let mut side = note("Shop", Draft, "one");
        (side.head.origin, side.head.attributes) = (origin, attributes.into());
        side
    };
    let merged = merged([
        with(Origin::Custom, r#"{"a":1,"b":1}"#),
        with(Origin::Custom, r#"{ "a":2, "b":1 }"#),
        with(Origin::Standard, r#"{"a":1,"b":2}"#),
    ]);
    assert_eq!(&*merged.resource.head.attributes, r#"{ "a":2, "b":2 }"#);
    assert_eq!(merged.resource.head.origin, Origin::Standard);
    assert_eq!(places(&merged.taken), ["head#/origin", "attributes#/b"]);
}

#[test]
fn languages_are_not_mixed() {
    let in_two = |mut side: Resource| {
        side.head.dialect = "two".to_owned();
        side
    };
    let base = || note("Shop", Draft, "one");
    let part =
        |name: &str| Part { name: name.to_owned(), media_type: String::new(), content: Content::from_bytes(*b"x") };
    let mut ours = base();
    ours.parts.push(part("extra"));
    assert_eq!(clashes(&merged([base(), ours.clone(), in_two(base())])), ["head#/dialect"]);
    let alone = merged([base(), base(), in_two(note("Shop", Draft, "two"))]);
    assert!(alone.clashes.is_empty() && alone.resource.head.dialect == "two", "{alone:?}");
}

#[test]
fn parts_keep_the_targets_order_and_what_comes_stands_behind() {
    let with = |names: &[&str]| {
        let mut side = note("Shop", Draft, "one");
        let part = |name: &&str| Part {
            name: (*name).to_owned(),
            media_type: String::new(),
            content: Content::from_bytes(name.as_bytes()),
        };
        side.parts.splice(0..0, names.iter().map(part));
        side
    };
    let merged = merged([with(&["a", "b", "c"]), with(&["c", "x", "a", "b"]), with(&["y", "a", "c"])]);
    let names: Vec<&str> = merged.resource.parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["c", "x", "a", PART, "y"]);
    assert_eq!(
        (places(&merged.kept), places(&merged.taken)),
        (vec!["x#".to_owned()], vec!["b#".to_owned(), "y#".to_owned()])
    );
}

#[test]
fn what_is_kept_apart_is_not_shown_where_it_stands_in_the_content() {
    let side = |body: &str| Arc::new(note("Shop", Draft, body));
    let [base, ours, theirs] = [side("one"), side("the key is s3cr3t-0f-the-shop"), side("three")];
    let apart = || vec![SlotValue { slot: "x#/key".to_owned(), value: Some("\"s3cr3t-0f-the-shop\"".to_owned()) }];
    let merged = merge(&registry(), [&base, &ours, &theirs], apart).unwrap();
    let clash = &merged.clashes[0];
    assert_eq!([&clash.base, &clash.now, &clash.comes], [&Some(Shown::Secret); 3]);
    let kept = merge(&registry(), [&base, &ours, &base], apart).unwrap().kept;
    assert_eq!(kept[0].what, What::Changed { from: Shown::Secret, to: Shown::Secret });
}

#[test]
fn a_handler_that_fails_is_told() {
    let [base, ours, theirs] = ["Shop", "unheard of", "Shop"].map(|name| Arc::new(note(name, Draft, name)));
    let error = merge(&registry(), [&base, &ours, &theirs], Vec::new).unwrap_err();
    assert_eq!(error.to_string(), "no such name");
}
