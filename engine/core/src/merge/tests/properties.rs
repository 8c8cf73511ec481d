use std::collections::BTreeMap;

use flowport_json::Document;
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::{Map, Value, json};

use super::{kind, merged, text};
use crate::merge::{Clash, Merged};

/// One value as it was, is and comes; none where it is not there.
type Triple = [Option<Value>; 3];

/// Three values that have much in common.
fn triple() -> impl Strategy<Value = Triple> {
    let value = || {
        prop_oneof![
            2 => Just(None),
            3 => Just(Some(json!(1))),
            2 => Just(Some(json!("x"))),
            1 => Just(Some(json!([1, {"k": 2}]))),
            1 => Just(Some(json!({"k": {}})))
        ]
    };
    let leaf =
        prop_oneof![[value(), value(), value()], value().prop_map(|value| [value.clone(), value.clone(), value])];
    leaf.prop_recursive(3, 40, 5, |inner| {
        let object = prop::collection::btree_map(prop::sample::select(vec!["a", "b/c", "~d"]), inner.clone(), 0..3);
        let ids: Vec<usize> = (0..4).collect();
        let order =
            || prop_oneof![2 => Just((0..4).collect::<Vec<usize>>()), 1 => Just((0..4).collect()).prop_shuffle()];
        let there =
            || [subsequence(ids.clone(), 2..=4), subsequence(ids.clone(), 2..=4), subsequence(ids.clone(), 2..=4)];
        let array = (prop::collection::vec(inner, 4), there(), order(), order());
        prop_oneof![
            object.prop_map(|members| [0, 1, 2].map(|side| Some(object_of(&members, side)))),
            array.prop_map(|(values, there, ours, theirs)| {
                let orders = [(0..4).collect(), ours, theirs];
                [0, 1, 2].map(|side| Some(array_of(&values, &there[side], &orders[side], side)))
            })
        ]
    })
}

fn object_of(members: &BTreeMap<&str, Triple>, side: usize) -> Value {
    let there = members.iter().filter_map(|(name, triple)| Some(((*name).to_owned(), triple[side].clone()?)));
    Value::from(there.collect::<Map<_, _>>())
}

fn array_of(values: &[Triple], there: &[usize], order: &[usize], side: usize) -> Value {
    let element = |id: &usize| json!({ "id": id, "v": values[*id][side] });
    Value::from(order.iter().filter(|id| there.contains(id)).map(element).collect::<Vec<_>>())
}

fn documents() -> impl Strategy<Value = [Value; 3]> {
    let members = prop::collection::btree_map(prop::sample::select(vec!["a", "b", "c"]), triple(), 1..4);
    members.prop_map(|members| [0, 1, 2].map(|side| object_of(&members, side)))
}

/// What should come out, by another way: recursive, and on values. None: a clash.
fn expected([base, ours, theirs]: [Option<&Value>; 3]) -> Option<Option<Value>> {
    if ours == theirs || base == theirs {
        return Some(ours.cloned());
    }
    if base == ours {
        return Some(theirs.cloned());
    }
    let (base, ours, theirs) = (base?, ours?, theirs?);
    if let (Some(base), Some(ours), Some(theirs)) = (base.as_object(), ours.as_object(), theirs.as_object()) {
        let names = ours.keys().chain(theirs.keys());
        let member =
            |name: &String| Some((name.clone(), expected([base.get(name), ours.get(name), theirs.get(name)])?));
        let members: Vec<(String, Option<Value>)> = names.map(member).collect::<Option<_>>()?;
        let there = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
        return Some(Some(Value::from(there.collect::<Map<_, _>>())));
    }
    let keyed = |value: &Value| -> Option<Vec<(i64, Value)>> {
        value.as_array()?.iter().map(|element| Some((element.get("id")?.as_i64()?, element.clone()))).collect()
    };
    let sides = [keyed(base)?, keyed(ours)?, keyed(theirs)?];
    let in_all = |id: &i64| sides.iter().all(|side| side.iter().any(|(own, _)| own == id));
    let orders = sides.each_ref().map(|side| side.iter().map(|(id, _)| *id).filter(in_all).collect::<Vec<_>>());
    if orders[0] != orders[1] && orders[0] != orders[2] && orders[1] != orders[2] {
        return None;
    }
    let find = |side: usize, id: i64| sides[side].iter().find(|(own, _)| *own == id).map(|(_, element)| element);
    let all = (0..4).map(|id| expected([find(0, id), find(1, id), find(2, id)]));
    Some(Some(Value::from(all.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect::<Vec<_>>())))
}

/// The value with the elements of all arrays in one order.
fn unordered(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), unordered(member))).collect(),
        Value::Array(elements) => {
            let mut elements: Vec<Value> = elements.iter().map(unordered).collect();
            elements.sort_by_key(Value::to_string);
            elements.into()
        }
        other => other.clone(),
    }
}

/// What clashes: what was, and the other two in any order.
fn sorted(merged: Merged) -> Vec<String> {
    let line = |clash: Clash| {
        let mut sides = [format!("{:?}", clash.now), format!("{:?}", clash.comes)];
        sides.sort();
        format!("{:?} {sides:?}", clash.base)
    };
    let mut lines: Vec<String> = merged.clashes.into_iter().map(line).collect();
    lines.sort();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn what_one_side_leaves_is_the_others_byte_for_byte([base, ours, theirs] in documents()) {
        let [base, ours, theirs] = [base.to_string(), format!("{ours:#}"), format!(" {theirs:#}")];
        prop_assert_eq!(text(&base, &ours, &base), Ok(ours.clone()));
        prop_assert_eq!(text(&base, &base, &theirs), Ok(theirs));
        prop_assert_eq!(text(&base, &ours, &ours), Ok(ours));
    }

    #[test]
    fn what_comes_out_is_what_a_simpler_way_gives(values in documents()) {
        let [base, ours, theirs] = values.each_ref().map(Value::to_string);
        let found = text(&base, &ours, &theirs);
        let expected = expected(values.each_ref().map(Some));
        prop_assert_eq!(found.is_ok(), expected.is_some(), "{:?}", found);
        if let (Ok(found), Some(Some(expected))) = (found, expected) {
            let found: Value = serde_json::from_str(&found).unwrap();
            prop_assert_eq!(unordered(&found), unordered(&expected));
        }
    }

    #[test]
    fn clashes_are_the_same_the_other_way_round([base, ours, theirs] in documents()) {
        let [base, ours, theirs] = [base.to_string(), ours.to_string(), theirs.to_string()];
        let kind = kind();
        let one = merged([&base, &ours, &theirs].map(|text| Some(text.as_str())), Some(&kind)).1;
        let other = merged([&base, &theirs, &ours].map(|text| Some(text.as_str())), Some(&kind)).1;
        prop_assert_eq!(sorted(one), sorted(other));
    }

    #[test]
    fn what_nobody_changed_keeps_its_bytes([base, ours, theirs] in documents()) {
        // Where the target is only spelled otherwise, what comes comes whole.
        prop_assume!(base != ours);
        let ours = format!("{ours:#}\n");
        if let Ok(found) = text(&base.to_string(), &ours, &theirs.to_string()) {
            let (found, before) = (Document::parse(found).unwrap(), Document::parse(ours).unwrap());
            for (name, member) in before.root().members().map(|(key, member)| (key.name(), member)) {
                if base.get(&*name) == theirs.get(&*name) {
                    prop_assert_eq!(found.root().get(&name).map(|value| value.raw()), Some(member.raw()));
                }
            }
        }
    }

    #[test]
    fn changes_in_different_places_all_survive(
        values in prop::collection::vec(triple(), 4),
        changed in prop::collection::vec(0..3usize, 4),
    ) {
        let at = |side: usize| {
            let member = |(at, triple): (usize, &Triple)| {
                let side = if changed[at] == side { side } else { 0 };
                Some((format!("m{at}"), triple[side].clone()?))
            };
            Value::from(values.iter().enumerate().filter_map(|(at, triple)| member((at, triple))).collect::<Map<_, _>>())
        };
        let found = text(&at(0).to_string(), &at(1).to_string(), &at(2).to_string());
        let found: Value = serde_json::from_str(&found.unwrap()).unwrap();
        let wanted = values.iter().zip(&changed).enumerate();
        let wanted = wanted.filter_map(|(at, (triple, side))| Some((format!("m{at}"), triple[*side].clone()?)));
        prop_assert_eq!(found, Value::from(wanted.collect::<Map<_, _>>()));
    }
}
