//! In which order things are switched on, and why some are not.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use flowport_core::activation::leaves_first;
use flowport_core::apply::apply;
use flowport_core::environment::{Environment, Expected, Write};
use flowport_core::hand::set_state;
use flowport_core::history::Cause;
use flowport_core::model::{Resource, ResourceId, State};
use flowport_core::plan::{Inactive, Plan};
use flowport_core::settings::Settings;
use proptest::prelude::*;

use crate::fake::{Memory, id, thing};
use crate::{codes, planned_to, registry, words};

fn off(mut resource: Resource) -> Resource {
    resource.head.state = State::Draft;
    resource
}

fn cause() -> Cause {
    Cause::by("ana", "2026-01-01T00:00:00Z", "test")
}

/// A package of these, and what of it was written to an empty environment, in order.
fn imported(package: Vec<Resource>, there: Vec<Resource>) -> (Plan, Vec<String>) {
    let mut memory = Memory::with(there.clone());
    let plan = planned_to(true, package, None, &Memory::of(there.clone()), &Settings::default());
    let applied = apply(&plan, &mut memory, cause(), &mut |_| ()).unwrap();
    let written = memory.0.split_off(memory.0.len() - applied.stored.len()).into_iter();
    let written: Vec<String> = written.map(|it| it.0.head.id.to_string()).collect();
    let activated = applied.activated.iter().map(|position| plan.changes[*position].target.to_string());
    assert!(written.ends_with(&activated.collect::<Vec<_>>()), "what is switched on comes last: {written:?}");
    (plan, written)
}

fn inactive(plan: &Plan, position: usize) -> Option<&'static str> {
    plan.changes[position].inactive.as_ref().map(Inactive::reason)
}

#[test]
fn what_is_needed_is_switched_on_before_what_needs_it() {
    let package = vec![
        thing("switch/parent", "switch/child\nthing/between"),
        thing("switch/child", "switch/leaf"),
        thing("thing/between", "switch/behind"),
        thing("switch/alone", ""),
        thing("switch/leaf", ""),
        thing("switch/behind", ""),
    ];
    let (_, written) = imported(package, Vec::new());
    assert_eq!(
        written,
        ["thing/between", "switch/alone", "switch/leaf", "switch/child", "switch/behind", "switch/parent"]
    );
}

#[test]
fn a_need_that_leads_through_the_target_counts() {
    let there = vec![thing("between", "switch/leaf"), off(thing("switch/leaf", ""))];
    let (_, written) = imported(vec![thing("switch/top", "between"), thing("switch/leaf", "")], there);
    assert_eq!(written, ["switch/leaf", "switch/top"]);
    let there = vec![thing("between", "switch/leaf")];
    let (_, written) = imported(vec![thing("switch/top", "between"), thing("switch/leaf", "")], there);
    assert_eq!(written, ["switch/leaf", "switch/top"]);
}

#[test]
fn those_that_need_each_other_go_on_in_the_order_of_the_package() {
    let ring = |names: [&str; 3]| {
        let next = |position: usize| names[(position + 1) % 3];
        let ring = names.iter().enumerate().map(|(position, name)| thing(name, next(position)));
        ring.chain([thing("switch/top", names[2])]).rev().collect::<Vec<_>>()
    };
    let (_, written) = imported(ring(["switch/b", "switch/a", "switch/c"]), Vec::new());
    assert_eq!(written, ["switch/c", "switch/a", "switch/b", "switch/top"]);
}

#[test]
fn by_hand_what_is_needed_goes_on_first_and_off_last() {
    let mut memory = Memory::with(vec![
        off(thing("switch/a", "switch/b")),
        off(thing("switch/b", "between")),
        thing("between", "switch/c"),
        off(thing("switch/c", "")),
    ]);
    let all = ["switch/a", "switch/b", "switch/c"].map(id);
    let ids = |writes: &[Write]| -> Vec<String> {
        let put = |write: &Write| match write {
            Write::Put { resource, expected: Expected::Fingerprint(_), .. } => resource.head.id.to_string(),
            other => panic!("{other:?}"),
        };
        writes.iter().map(put).collect()
    };
    let on = set_state(&registry(), &memory, &all, State::Published).unwrap();
    assert_eq!(ids(&on.writes), ["switch/c", "switch/b", "switch/a"]);
    assert!(on.diagnostics.is_empty(), "what goes on along with it is not off: {:?}", on.diagnostics);
    memory.apply(&cause(), &on.writes, &mut |_| ()).unwrap();
    let off = set_state(&registry(), &memory, &all, State::Draft).unwrap();
    assert_eq!(ids(&off.writes), ["switch/a", "switch/b", "switch/c"]);
}

#[test]
fn whoever_switches_on_what_needs_something_that_is_off_is_told() {
    let memory =
        Memory::with(vec![off(thing("switch/a", "between")), thing("between", "switch/b"), off(thing("switch/b", ""))]);
    let prepared = set_state(&registry(), &memory, &[id("switch/a")], State::Published).unwrap();
    let [found] = prepared.diagnostics.as_slice() else { panic!("{:?}", prepared.diagnostics) };
    assert_eq!((found.code.as_str(), prepared.writes.len()), ("E-LACKS", 1));
    assert_eq!(found.summary, "switch/a is switched on, and needs switch/b, which is off");
    assert_eq!(found.help.as_deref(), Some("flowport publish memory 'switch/b'"));
}

#[test]
fn each_that_is_off_after_the_import_has_its_reason() {
    let there = || vec![off(thing("switch/was", "")), off(thing("switch/same", "")), thing("switch/on", "")];
    let target = Memory::of(there());
    let package = || {
        vec![
            thing("switch/new", ""),
            thing("switch/was", "=changed"),
            off(thing("switch/same", "")),
            thing("switch/on", "=changed"),
            off(thing("plain", "")),
            thing("whole", ""),
        ]
    };
    let plan = planned_to(false, package(), None, &target, &Settings::default());
    let reasons: Vec<_> = (0..6).map(|position| inactive(&plan, position)).collect();
    assert_eq!(words(&plan), ["create", "update", "no-change", "update", "create", "create"]);
    let off = [Some("arrives-off"), Some("was-off"), Some("was-off"), None, Some("needs-setup"), None];
    assert_eq!(reasons, off);
    let (plan, _) = imported(package(), there());
    let reasons: Vec<_> = (0..6).map(|position| inactive(&plan, position)).collect();
    assert_eq!(reasons, [None, None, None, None, Some("needs-setup"), None]);
}

#[test]
fn what_needs_something_that_stays_off_stays_off_and_says_which() {
    let there = vec![off(thing("switch/off", "")), thing("between", "switch/off")];
    let package = vec![
        thing("switch/top", "switch/middle"),
        thing("switch/middle", "between"),
        thing("switch/free", ""),
        thing("switch/lacks", "?password"),
        thing("switch/behind", "switch/lacks"),
    ];
    let (plan, written) = imported(package, there);
    let reasons: Vec<_> = (0..5).map(|position| inactive(&plan, position)).collect();
    let (needs, lacks) = (Some("needs-inactive"), Some("lacks-secret"));
    assert_eq!(reasons, [needs, needs, None, lacks, lacks]);
    assert_eq!(codes(&plan, 0), ["P-INACTIVE"]);
    let found = &plan.changes[1].diagnostics[0];
    assert_eq!(found.summary, "switch/middle (switch/middle) stays switched off: it needs switch/off, which is off");
    let help = "flowport publish memory 'switch/off', then flowport publish memory 'switch/middle'";
    assert_eq!(found.help.as_deref(), Some(help));
    assert_eq!(written.last().map(String::as_str), Some("switch/free"));
    let outcome = plan.changes[0].outcome().unwrap();
    assert_eq!((outcome.resource.head.state, outcome.activates), (State::Draft, false));
}

#[test]
fn what_is_switched_on_lacks_a_secret_though_what_needs_it_runs_today() {
    let there = || {
        vec![
            thing("switch/runs", "switch/off"),
            off(thing("switch/off", "switch/lacks")),
            off(thing("switch/lacks", "?password")),
        ]
    };
    let package = vec![thing("switch/runs", "switch/off\n=changed"), thing("switch/off", "switch/lacks\n=changed")];
    let (plan, _) = imported(package, there());
    let reasons: Vec<_> = (0..2).map(|position| inactive(&plan, position)).collect();
    assert_eq!(reasons, [None, Some("lacks-secret")]);
}

#[test]
fn what_runs_goes_on_though_it_needs_something_that_is_off() {
    let there = vec![off(thing("switch/off", "")), thing("switch/runs", "switch/off")];
    let target = Memory::of(there);
    let package = vec![thing("switch/runs", "switch/off\n=changed")];
    let plan = planned_to(false, package, None, &target, &Settings::default());
    assert_eq!((words(&plan), inactive(&plan, 0)), (vec!["update"], None));
}

/// Who needs whom, among `count`.
fn graph(count: usize) -> impl Strategy<Value = Vec<Vec<usize>>> {
    prop::collection::vec(prop::collection::vec(0..count, 0..3), count)
}

proptest! {
    #[test]
    fn nothing_comes_before_what_it_needs_unless_that_needs_it_too(
        needs in graph(12),
        chosen in prop::collection::vec(0..12_usize, 0..12),
    ) {
        let mut seen = HashSet::new();
        let chosen: Vec<usize> = chosen.into_iter().filter(|node| seen.insert(*node)).collect();
        let named = |node: &usize| id(&format!("switch/{node}"));
        let ids: Vec<ResourceId> = chosen.iter().map(named).collect();
        let by_id: HashMap<ResourceId, Vec<ResourceId>> =
            needs.iter().enumerate().map(|(node, needs)| (named(&node), needs.iter().map(named).collect())).collect();
        let order = leaves_first(&ids, |id| Ok::<_, Infallible>(by_id[id].clone())).unwrap();
        let mut sorted = order.clone();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, (0..ids.len()).collect::<Vec<_>>(), "each once");
        let reaches = reaches(&needs);
        for (place, later) in order.iter().enumerate() {
            for earlier in &order[..place] {
                let (earlier_node, later_node) = (chosen[*earlier], chosen[*later]);
                let (needs_later, is_needed) = (reaches[earlier_node][later_node], reaches[later_node][earlier_node]);
                prop_assert!(!needs_later || is_needed, "{} before {}, which it needs", earlier_node, later_node);
                let in_a_ring = needs_later && is_needed;
                prop_assert!(!in_a_ring || earlier < later, "a ring keeps its order");
            }
        }
        if needs.iter().all(Vec::is_empty) {
            prop_assert_eq!(order, (0..ids.len()).collect::<Vec<_>>());
        }
    }
}

/// Which leads to which, over any number of steps.
fn reaches(needs: &[Vec<usize>]) -> Vec<Vec<bool>> {
    let mut reaches = vec![vec![false; needs.len()]; needs.len()];
    for (node, needs) in needs.iter().enumerate() {
        needs.iter().for_each(|needed| reaches[node][*needed] = true);
    }
    for through in 0..needs.len() {
        for from in 0..needs.len() {
            for to in 0..needs.len() {
                reaches[from][to] |= reaches[from][through] && reaches[through][to];
            }
        }
    }
    reaches
}

#[test]
fn a_long_chain_is_no_danger_to_the_stack() {
    let ids: Vec<ResourceId> = (0..20_000).map(|number| id(&format!("switch/{number}"))).collect();
    let needs = |of: &ResourceId| {
        let number: usize = of.id.parse().unwrap();
        Ok::<_, Infallible>(ids.get(number + 1).cloned().into_iter().collect())
    };
    let order = leaves_first(&ids, needs).unwrap();
    assert_eq!(order, (0..20_000).rev().collect::<Vec<_>>());
}

#[test]
fn what_has_nothing_to_do_with_each_other_keeps_its_order() {
    let ids: Vec<ResourceId> = ["c", "a", "b"].iter().map(|name| id(name)).collect();
    let order = leaves_first(&ids, |_| Ok::<_, Infallible>(Vec::new())).unwrap();
    assert_eq!(order, [0, 1, 2]);
}
