//! Which action is possible when, and what of standard things is refused.

mod common;

use common::{
    assert_only, codes, entity, entity_with, picklist, plan, standard_entity, standard_picklist, stored, target, text,
};
use flowport_data_model::DataModel;
use flowport_plugin::fake::Resource;
use flowport_plugin::{Action, Change, Edited, Failure, Handler, Traits};

const TEXT: &str = r#"{"name":"a","type":"text"}"#;

#[test]
fn both_kinds_merge_by_default() {
    let kinds = DataModel::kinds();
    assert_eq!(kinds.iter().map(|kind| kind.kind.as_str()).collect::<Vec<_>>(), ["entity", "picklist"]);
    for kind in kinds {
        let all = [Action::Merge, Action::Overwrite, Action::Create, Action::UseExisting, Action::Skip];
        assert_eq!(kind.actions, all);
        assert_eq!(kind.traits, Traits::empty());
        assert_eq!(kind.dialects, ["flowport"]);
        assert!(kind.keys.iter().all(|key| key.part == format!("{}.json", kind.kind)));
        assert!(kind.schema.is_some());
    }
}

#[test]
fn what_is_missing_is_created_whole() {
    for incoming in [entity("invoice", TEXT), picklist("stage", r#"{"value":1,"label":"x"}"#)] {
        for action in [None, Some(Action::Create), Some(Action::Merge), Some(Action::Overwrite)] {
            let change = plan(&incoming, None, action);
            assert_eq!(change, Change::store(Action::Create, Edited::unchanged(incoming.head.clone())));
        }
    }
}

#[test]
fn skip_and_use_existing_store_nothing() {
    let (incoming, existing) = (entity("invoice", TEXT), entity("invoice", ""));
    for action in [Action::Skip, Action::UseExisting] {
        assert_eq!(plan(&incoming, Some(&existing), Some(action.clone())), Change::nothing(action));
    }
    let standard = standard_entity("account", r#""fields":[{"name":"a","type":"text","origin":"standard"}]"#);
    assert_eq!(plan(&standard, None, Some(Action::Skip)), Change::nothing(Action::Skip));
}

#[test]
fn impossible_actions_name_the_choices() {
    let incoming = entity("invoice", TEXT);
    let existing = entity("invoice", "");
    let with = |exists: bool| exists.then_some(&existing);
    let there = [Action::Merge, Action::Overwrite, Action::UseExisting, Action::Skip];
    let missing = [Action::Create, Action::Skip];
    let cases = [
        (true, Action::Create, "create", &there[..]),
        (true, Action::Update, "update", &there),
        (true, Action::NewVersion, "new-version", &there),
        (true, Action::Other("graft".to_owned()), "graft", &there),
        (false, Action::UseExisting, "use-existing", &missing),
        (false, Action::Update, "update", &missing),
    ];
    for (exists, action, word, choices) in cases {
        let change = plan(&incoming, with(exists), Some(action));
        assert_only(&change, "DM20E", &[word, "invoice"]);
        assert_eq!((change.action, change.outcome), (None, None));
        assert_eq!(change.allowed, choices);
        let help = change.diagnostics[0].help.clone().unwrap_or_default();
        assert_eq!(help.contains("merge, overwrite"), exists, "{help}");
        assert!(help.contains("skip"), "{help}");
    }
}

#[test]
fn a_standard_thing_must_exist_in_the_target() {
    let account = standard_entity("account", &format!(r#""fields":[{TEXT}]"#));
    for action in [None, Some(Action::Create), Some(Action::Merge), Some(Action::Overwrite)] {
        let change = plan(&account, None, action);
        assert_only(&change, "DM21E", &["standard entity `account` must exist in the target"]);
        assert_eq!(change.outcome, None);
        assert!(change.diagnostics[0].help.is_some());
    }
    let industry = standard_picklist("industry", "");
    assert_only(&plan(&industry, None, None), "DM21E", &["standard picklist `industry`"]);
}

#[test]
fn out_of_box_things_in_a_package_are_refused_all_at_once() {
    let incoming = standard_entity(
        "account",
        r#""fields":[{"name":"name","type":"text","origin":"standard"},{"name":"new_a","type":"text"},
            {"name":"phone","type":"text","origin":"standard"}],
           "keys":[{"name":"k","fields":["name"],"origin":"standard"}]"#,
    );
    let existing = standard_entity("account", r#""fields":[]"#);
    for action in [Action::Merge, Action::Overwrite] {
        let change = plan(&incoming, Some(&existing), Some(action.clone()));
        let summaries: Vec<&str> = change.diagnostics.iter().map(|found| found.summary.as_str()).collect();
        let expected = [
            "out-of-box field `name` is neither exported nor changed",
            "out-of-box field `phone` is neither exported nor changed",
            "out-of-box key `k` is neither exported nor changed",
        ];
        assert_eq!(summaries, expected);
        assert_eq!(codes(&change.diagnostics), ["DM22E"; 3]);
        assert_eq!(change.diagnostics[1].slot.as_deref(), Some("entity.json#/fields/2"));
        assert_eq!((change.action, change.outcome), (Some(action), None));
    }
    assert_eq!(codes(&plan(&incoming, None, None).diagnostics), ["DM21E", "DM22E", "DM22E", "DM22E"]);
    // Told once, not again because the target has them too.
    assert_eq!(codes(&plan(&incoming, Some(&incoming), None).diagnostics), ["DM22E"; 3]);
    let option = standard_picklist("industry", r#"{"value":1,"label":"x","origin":"standard"}"#);
    let change = plan(&option, Some(&standard_picklist("industry", "")), None);
    assert_only(&change, "DM22E", &["option `1`"]);
}

#[test]
fn out_of_box_fields_of_the_target_are_not_changed() {
    let incoming = standard_entity("account", r#""fields":[{"name":"Name","type":"text","length":9}]"#);
    let existing =
        standard_entity("account", r#""fields":[{"name":"name","type":"text","length":5,"origin":"standard"}]"#);
    for action in [Action::Merge, Action::Overwrite] {
        let change = plan(&incoming, Some(&existing), Some(action));
        assert_only(&change, "DM22E", &["field `Name` is out-of-box in the target"]);
        assert_eq!(change.outcome, None);
    }
}

#[test]
fn origins_must_be_the_same() {
    let custom = entity("account", TEXT);
    let standard = standard_entity("account", r#""fields":[]"#);
    for action in [Action::Merge, Action::Overwrite] {
        assert_only(&plan(&custom, Some(&standard), Some(action.clone())), "DM30E", &["custom in the package"]);
        assert_only(&plan(&standard, Some(&custom), Some(action)), "DM30E", &["standard in the package"]);
    }
}

#[test]
fn a_default_needs_its_option() {
    let field = |default: i32| format!(r#"{{"name":"a","type":"picklist","picklist":"stage","default":{default}}}"#);
    let stage = picklist("stage", r#"{"value":1,"label":"x"}"#);
    let plan_with = |incoming: &Resource, existing: Option<&Resource>| {
        let target = target(&[stage.clone(), incoming.clone()]);
        DataModel::plan(incoming, existing.map(|existing| existing as _), None, &target).unwrap()
    };
    assert_eq!(codes(&plan_with(&entity("invoice", &field(1)), None).diagnostics), [""; 0]);
    let created = plan_with(&entity("invoice", &field(2)), None);
    assert_only(&created, "DM29E", &["2", "`a`", "`stage`"]);
    assert_eq!(created.diagnostics[0].slot.as_deref(), Some("entity.json#/fields/0/default"));
    assert_eq!(created.outcome, None);

    let merged = plan_with(&entity("invoice", &field(2)), Some(&entity("invoice", "")));
    assert_only(&merged, "DM29E", &["2", "`a`"]);
    // The target's own default stays: whether it loses its option is decided with the picklist.
    let incoming = entity("invoice", &format!(r#"{},{{"name":"b","type":"text"}}"#, field(1)));
    let merged = plan_with(&incoming, Some(&entity("invoice", &field(2))));
    assert_eq!(codes(&merged.diagnostics), ["DM26W", "DM29W"]);
    assert!(merged.outcome.is_some());
    // Of a standard picklist the package shows only a part, and an out-of-box field is not the package's.
    let standard = target(&[standard_picklist("stage", "")]);
    assert_eq!(DataModel::plan(&entity("invoice", &field(2)), None, None, &standard).unwrap().diagnostics, []);
    let out_of_box = field(2).replace('{', r#"{"origin":"standard","#);
    assert_eq!(codes(&plan_with(&entity("invoice", &out_of_box), None).diagnostics), [""; 0]);
    // A missing picklist is the engine's to report.
    assert_eq!(codes(&plan(&entity("invoice", &field(2)), None, None).diagnostics), [""; 0]);
}

#[test]
fn a_whole_that_would_break_the_rules_is_refused() {
    let existing = standard_entity(
        "account",
        r#""fields":[{"name":"s","type":"text","origin":"standard"},{"name":"c","type":"text"}],
           "keys":[{"name":"k","fields":["s","c"]}]"#,
    );
    let incoming = standard_entity("account", r#""fields":[]"#);
    let change = plan(&incoming, Some(&existing), Some(Action::Overwrite));
    assert_eq!(codes(&change.diagnostics), ["DM27W", "DM12E"]);
    assert!(change.diagnostics[1].summary.contains("key `k` names the field `c`"));
    assert_eq!(change.outcome, None);
    assert!(!change.allowed.contains(&Action::Overwrite));

    let existing = picklist("stage", r#"{"value":1,"label":"x"}"#);
    let change = plan(&picklist("stage", r#"{"value":2,"label":"x"}"#), Some(&existing), None);
    assert_only(&change, "DM14W", &["same label `x`"]);
    assert!(change.outcome.is_some());
}

#[test]
fn parts_that_nobody_knows_are_kept() {
    let part = |text: &str| ("notes.txt".to_owned(), "text/plain".to_owned(), text.as_bytes().to_vec());
    let mut existing = entity("invoice", TEXT);
    existing.parts.push(part("target"));
    let mut incoming = entity("invoice", &format!(r#"{TEXT},{{"name":"b","type":"text"}}"#));
    incoming.parts.push(part("package"));
    let merged = stored(&plan(&incoming, Some(&existing), None), &incoming);
    assert_eq!(merged.text("notes.txt"), "target");
    let overwritten = stored(&plan(&incoming, Some(&existing), Some(Action::Overwrite)), &incoming);
    assert_eq!(overwritten.text("notes.txt"), "package");
    let mut same = existing.clone();
    same.parts[1] = part("package");
    assert_eq!(plan(&same, Some(&existing), None).outcome, None);
    assert!(plan(&same, Some(&existing), Some(Action::Overwrite)).outcome.is_some());
    same.parts[1].0 = "more.txt".to_owned();
    let merged = stored(&plan(&same, Some(&existing), None), &same);
    assert_eq!((merged.text("notes.txt"), merged.text("more.txt")), ("target".to_owned(), "package".to_owned()));
}

#[test]
fn kinds_do_not_mix_and_the_target_must_be_readable() {
    let incoming = entity_with("invoice", r#""fields":[]"#);
    let target = target(&[]);
    let other = picklist("stage", "");
    assert!(matches!(DataModel::plan(&incoming, Some(&other), None, &target), Err(Failure::Other(_))));
    let mut broken = entity("invoice", "");
    broken.parts[0].2 = b"{".to_vec();
    let result = DataModel::plan(&incoming, Some(&broken), None, &target);
    assert!(matches!(result, Err(Failure::Malformed(_))), "{result:?}");
    assert!(text(&incoming).contains("invoice"));
}
