//! What a file becomes, and what is said of files that break the rules.

mod common;

use common::{
    BINDING, FLOW_ID, Item, Made, PAGE_ID, PROPERTY, SECRET_ID, SERVICE, START, STEP, TYPE_ID, VALUE_ID, VERSION,
    codes, decode, encode, find, inspect, mistakes, object, with,
};
use flowport_plugin::json::quote;
use flowport_plugin::{Failure, PackageReader, Severity, State};

#[test]
fn a_package_becomes_a_flow_and_its_elements() {
    let made = Made::usual();
    let (package, diagnostics) = decode(made.file()).unwrap();
    assert_eq!(codes(&diagnostics), ["BF0016"]);
    assert!(diagnostics[0].summary.contains("one person") && !diagnostics[0].summary.contains("ana@"));
    let resources = package.resources();
    let ids: Vec<(&str, &str, &str)> = resources
        .iter()
        .map(|resource| (resource.head.id.kind.as_str(), resource.head.id.id.as_str(), resource.head.name.as_str()))
        .collect();
    assert_eq!(
        ids,
        [
            ("flow", FLOW_ID, "Orders"),
            ("connector", SERVICE, "CRM"),
            ("type", TYPE_ID, "Order"),
            ("value", VALUE_ID, "My order"),
            ("value", SECRET_ID, "API key"),
            ("page", PAGE_ID, "Page"),
        ]
    );
    assert_eq!(package.info().name, "Orders");
    let flow = &resources[0];
    assert_eq!(flow.text("flow.json"), made.flow(FLOW_ID, "Orders"));
    assert_eq!(flow.text("maps.json"), made.list("mapElementConfigurations"));
    assert_eq!(flow.text("contents.json"), format!("[{}]", made.documents[3]));
    assert!(flow.text("cultures.json").contains("USA"));
    let names: Vec<&str> = flow.parts.iter().map(|part| part.0.as_str()).collect();
    assert_eq!(names, ["flow.json", "maps.json", "cultures.json", "contents.json"]);
    assert_eq!(resources[2].text("contents.json"), format!("[{}]", made.documents[0]));
    assert_eq!(resources[1].parts.len(), 1);
}

#[test]
fn a_package_that_names_nobody_says_nothing() {
    let members = Made::usual().members();
    let file = with(&members, "valueElementConfigurations", |text| text.replace("UserOwnerObject", "owner"));
    let file = file.replace("ManyWho.Flow.Security.AppUser", "X");
    assert!(decode(quote(&file)).unwrap().1.is_empty());
}

#[test]
fn attributes_say_what_only_the_package_knows() {
    let (package, _) = decode(Made::usual().file()).unwrap();
    let attributes = |id: &str| find(&package, id).head.attributes;
    let member = |guid: &str, name: &str| format!(r#""{guid}":{{"type":"{TYPE_ID}","name":"{name}"}}"#);
    assert_eq!(
        attributes(FLOW_ID),
        format!(
            r#"{{"versionId":"{VERSION}","members":{{{},{}}},"names":{{"My order":"{VALUE_ID}"}}}}"#,
            member(BINDING, "Orders"),
            member(PROPERTY, "Total")
        )
    );
    assert_eq!(
        attributes(TYPE_ID),
        format!(
            r#"{{"versionId":"{VERSION}","properties":{{"{PROPERTY}":"Total"}},"bindings":{{"{BINDING}":"Orders"}}}}"#
        )
    );
    assert_eq!(
        attributes(VALUE_ID),
        format!(r#"{{"versionId":"{VERSION}","members":{{{}}}}}"#, member(PROPERTY, "Total"))
    );
    assert_eq!(attributes(PAGE_ID), format!(r#"{{"versionId":"{VERSION}"}}"#));
}

#[test]
fn names_of_two_values_lead_nowhere() {
    let mut made = Made::usual();
    made.items.push(Item::new(
        "value",
        "Shared.SharedElementId",
        "e0000000-0000-4000-8000-000000000009",
        "My order",
        "",
    ));
    let (package, _) = decode(made.file()).unwrap();
    assert!(!find(&package, FLOW_ID).head.attributes.contains("names"));
    let references = inspect(&find(&package, FLOW_ID)).unwrap().references;
    assert!(
        references.iter().any(|reference| format!("{:?}", reference.target).contains("Unknowable(\"{![My order]}\")"))
    );
}

#[test]
fn a_flow_that_is_not_active_is_a_draft() {
    let members = Made::usual().members();
    let file = with(&members, "flowConfiguration", |text| text.replace(r#""isActive":true"#, r#""isActive":false"#));
    let (package, _) = decode(quote(&file)).unwrap();
    assert_eq!(find(&package, FLOW_ID).head.state, State::Draft);
    assert_eq!(find(&package, VALUE_ID).head.state, State::Published);
}

/// Each with its first code, its place, and a word of its summary.
#[track_caller]
fn wrong(file: impl AsRef<[u8]>, code: &str, slot: &str, word: &str) {
    let found = mistakes(file);
    let first = &found[0];
    assert_eq!((first.code.as_str(), first.slot.as_deref()), (code, Some(slot)), "{found:#?}");
    assert!(first.summary.contains(word), "{}", first.summary);
    assert!(first.help.is_some() && first.severity == Severity::Error);
}

#[test]
fn envelopes_that_hold_no_package_are_refused() {
    let object = Made::usual().object();
    let twice = quote(&object);
    wrong(&twice[..twice.len() / 2], "BF0001", "#", "the text ends");
    wrong(quote(&object[..object.len() - 3]), "BF0001", "#/pageElementConfigurations/0", "line 1, column");
    wrong(quote(&twice), "BF0003", "#", "three or more times");
    wrong(quote(&quote(&twice)), "BF0003", "#", "three or more times");
    wrong(format!("[{object}]"), "BF0002", "#", "a list");
    wrong("\"5\"", "BF0002", "#", "a single value");
    wrong("{}", "BF0004", "#", "no flow");
    wrong(r#"{"flowConfigurations":[]}"#, "BF0004", "#", "no flow");
    let long = format!("\"{}\"", " ".repeat(64 << 20));
    assert!(matches!(decode(long), Err(Failure::Limit(_))));
}

#[test]
fn members_of_another_shape_are_refused() {
    let members = Made::usual().members();
    let change = |key: &str, text: &str| with(&members, key, |_| text.to_owned());
    wrong(change("flowConfiguration", "[]"), "BF0009", "#/flowConfiguration", "must be an object");
    wrong(change("typeElementConfigurations", "{}"), "BF0009", "#/typeElementConfigurations", "a list or null");
    wrong(change("mapElementConfigurations", "[1]"), "BF0009", "#/mapElementConfigurations/0", "each entry");
    wrong(change("contentValueCultures", "1"), "BF0009", "#/contentValueCultures", "a list or null");
    wrong(change("pageElementConfigurations", "[{}]"), "BF0010", "#/pageElementConfigurations/0", "compositeId.guid");
    let mut both = members.clone();
    both.push(("flowConfigurations".to_owned(), format!("[{}]", Made::usual().flow(START, "Other"))));
    wrong(object(&both), "BF0009", "#", "both");
    both.pop();
    both.push(("flowportAttachment".to_owned(), "\"a b\"".to_owned()));
    wrong(object(&both), "BF0018", "#/flowportAttachment", "base64");
    both.last_mut().unwrap().1 = "\"\"".to_owned();
    wrong(object(&both), "BF0018", "#/flowportAttachment", "empty");
}

#[test]
fn guids_must_be_guids_and_each_one_of_its_own() {
    let members = Made::usual().members();
    let change = |key: &str, old: &str, new: &str| with(&members, key, |text| text.replace(old, new));
    wrong(
        change(
            "valueElementConfigurations",
            &format!(r#"Id, ManyWho.Flow.Identifiers","guid":"{SECRET_ID}""#),
            r#"x","guid":"e0""#,
        ),
        "BF0011",
        "#/valueElementConfigurations/1/compositeId/guid",
        "\"e0\" is no guid",
    );
    wrong(
        change("flowConfiguration", &format!(r#""{VALUE_ID}":"#), r#""My order":"#),
        "BF0011",
        "#/flowConfiguration/valueElementIds/My order",
        "no guid",
    );
    wrong(
        change("contentValueDocuments", &format!(r#""elementId":"{START}""#), r#""elementId":"x""#),
        "BF0011",
        "#/contentValueDocuments/3/elementId",
        "no guid",
    );
    wrong(
        change("pageElementConfigurations", PAGE_ID, STEP),
        "BF0012",
        "#/pageElementConfigurations/0/compositeId/guid",
        "#/mapElementConfigurations/1 is the other",
    );
}

#[test]
fn lists_and_elements_must_agree() {
    let members = Made::usual().members();
    let other = "99999999-0000-4000-8000-00000000000f";
    let file = with(&members, "typeElementConfigurations", |text| text.replacen(VERSION, other, 1));
    wrong(
        &file,
        "BF0013",
        &format!("#/flowConfiguration/typeElementIds/{TYPE_ID}"),
        &format!("{VERSION:?}, and the element is version {other:?}"),
    );
    let file = with(&members, "valueElementConfigurations", |text| text.replacen("My order", "Your order", 1));
    wrong(&file, "BF0013", &format!("#/flowConfiguration/valueElementIds/{VALUE_ID}"), "Your order");
    // Another order of members says the same.
    let file = with(&members, "typeElementConfigurations", |text| {
        text.replacen(
            &format!(r#""guid":"{TYPE_ID}","versionId":"{VERSION}""#),
            &format!(r#""versionId":"{VERSION}","guid":"{TYPE_ID}""#),
            1,
        )
    });
    let (package, _) = decode(quote(&file)).unwrap();
    assert_eq!(encode("package", &package).unwrap().0, quote(&file).into_bytes());
}

#[test]
fn what_is_not_listed_or_of_another_version_is_named() {
    let members = Made::usual().members();
    let listed = format!(r#""{SERVICE}":{}"#, common::composite("Config.ServiceElementId", SERVICE, ""));
    let file = with(&members, "flowConfiguration", |text| text.replace(&listed, ""));
    let (_, diagnostics) = decode(quote(&file)).unwrap();
    assert_eq!(codes(&diagnostics), ["BF0014", "BF0016"]);
    assert_eq!(diagnostics[0].slot.as_deref(), Some("#/serviceElementConfigurations/0"));
    assert_eq!(diagnostics[0].subject.as_ref().unwrap().id, SERVICE);

    let file = with(&members, "contentValueDocuments", |text| {
        text.replacen(VERSION, "99999999-0000-4000-8000-00000000000f", 1)
    });
    let (_, diagnostics) = decode(quote(&file)).unwrap();
    assert_eq!(codes(&diagnostics), ["BF0015", "BF0016"]);
    assert_eq!(diagnostics[0].slot.as_deref(), Some("#/contentValueDocuments/0"));
    assert_eq!(diagnostics[0].subject.as_ref().unwrap().id, TYPE_ID);
}

#[test]
fn an_entry_without_element_is_a_reference_out_of_the_package() {
    let mut made = Made::usual();
    let entry = made.items.remove(2);
    assert_eq!(entry.guid, SERVICE);
    let members = made.members();
    let file = with(&members, "flowConfiguration", |text| {
        text.replace(r#""serviceElementIds":{"#, &format!(r#""serviceElementIds":{{"{SERVICE}":{}"#, entry.composite))
    });
    let (package, diagnostics) = decode(quote(&file)).unwrap();
    assert_eq!(codes(&diagnostics), ["BF0016"]);
    let references = inspect(&find(&package, FLOW_ID)).unwrap().references;
    let slot = format!("flow.json#/serviceElementIds/{SERVICE}");
    assert!(
        references
            .iter()
            .any(|reference| reference.slot == slot && format!("{:?}", reference.target).contains(SERVICE))
    );
    assert_eq!(encode("package", &package).unwrap().0, quote(&file).into_bytes());
}

#[test]
fn all_mistakes_are_found_at_once() {
    let members = Made::usual().members();
    let mut broken = members.clone();
    broken[2].1 = broken[2].1.replace(&format!(r#""elementId":"{START}""#), r#""elementId":"x""#);
    broken[7].1 = broken[7].1.replacen(VERSION, "99999999-0000-4000-8000-00000000000f", 1);
    broken[11].1 = broken[11].1.replace(PAGE_ID, STEP);
    assert_eq!(codes(&mistakes(object(&broken))), ["BF0012", "BF0013", "BF0011", "BF0015"]);
}

#[test]
fn packages_of_the_second_generation_hold_several_flows() {
    let made = Made::usual();
    let mut members = made.members();
    let other = made
        .flow(STEP, "x")
        .replace(STEP, "f0000000-0000-4000-8000-000000000002")
        .replace(&format!(r#""mapElementIds":{{{}"#, ""), r#""mapElementIds":{},"oldMapElementIds":{"#);
    let other = other.replace("oldMapElementIds", "kept");
    let other = other.replace(START, "00000000-0000-0000-0000-000000000000");
    members[0] = ("flowConfigurations".to_owned(), format!("[{other},{}]", made.flow(FLOW_ID, "Orders")));
    members.push(("identityProviderElementConfigurations".to_owned(), "null".to_owned()));
    members.push(("somethingNew".to_owned(), r#"{"a":[1.0]}"#.to_owned()));
    let file = quote(&object(&members));
    let (package, diagnostics) = decode(&file).unwrap();
    assert_eq!(codes(&diagnostics), ["BF0008", "BF0017", "BF0016"]);
    let flows: Vec<String> = package
        .resources()
        .iter()
        .filter(|resource| resource.head.id.kind == "flow")
        .map(|flow| flow.text("maps.json"))
        .collect();
    assert_eq!(flows, ["".to_owned(), made.list("mapElementConfigurations")]);
    for package in [&package, &common::from_environment(&package)] {
        assert_eq!(String::from_utf8(encode("package2", package).unwrap().0).unwrap(), file);
    }
    // One of them as a package of the first generation has nothing of the second.
    let others = package.resources().into_iter().filter(|resource| resource.head.name != "x");
    let (written, _) = encode("package", &common::package_of(others.collect())).unwrap();
    let (_, diagnostics) = decode(&written).unwrap();
    assert!(!codes(&diagnostics).contains(&"BF0008"));
}

#[test]
fn a_newer_kind_makes_the_second_generation_whatever_the_flow_is_called() {
    let mut members = Made::usual().members();
    members.push(("customPageComponentElementConfigurations".to_owned(), "null".to_owned()));
    let file = quote(&object(&members));
    let (package, diagnostics) = decode(&file).unwrap();
    assert_eq!(codes(&diagnostics), ["BF0008", "BF0016"]);
    for package in [&package, &common::from_environment(&package)] {
        assert_eq!(String::from_utf8(encode("package2", package).unwrap().0).unwrap(), file);
    }
    assert_eq!(encode("package", &package).unwrap().0, Made::usual().file());
}

#[test]
fn what_is_spelled_otherwise_is_said_once() {
    let object = Made::usual().object();
    let spaced = object.replacen("{", "{ ", 1);
    for (file, is_usual) in [
        (quote(&object), true),
        (object.clone(), true),
        (quote(&spaced), false),
        (spaced, false),
        (quote(&object).replacen('m', "\\u006d", 1), false),
        (format!("{} ", quote(&object)), false),
        (format!("\u{FEFF}{object}"), false),
        (object.replacen("flowConfiguration", "flow\\u0043onfiguration", 1), false),
    ] {
        let (package, diagnostics) = decode(&file).unwrap();
        let expected: &[&str] = if is_usual { &["BF0016"] } else { &["BF0007", "BF0016"] };
        assert_eq!(codes(&diagnostics), expected, "{}", &file[..60]);
        let written = String::from_utf8(encode("package", &package).unwrap().0).unwrap();
        let is_single = !file.starts_with('"');
        assert_eq!(written, if is_single { object.clone() } else { quote(&object) });
    }
}

#[test]
fn an_element_that_no_flow_lists_moves_no_text() {
    // Listed, its text would come where it stands; not listed, the element comes last, and its text with it.
    let made = Made::usual();
    let mut members = made.members();
    let listed = format!(r#""{VALUE_ID}":{},"#, made.items[4].composite);
    let flow = members[0].1.replace(&listed, "");
    assert_ne!(flow, members[0].1);
    members[0].1 = flow;
    members[2].1 = format!("[{},{},{}]", made.documents[0], made.documents[2], made.documents[1]);
    let file = quote(&object(&members));
    let (package, diagnostics) = decode(&file).unwrap();
    assert_eq!(codes(&diagnostics), ["BF0014", "BF0016"]);
    for package in [&package, &common::from_environment(&package)] {
        assert_eq!(String::from_utf8(encode("package", package).unwrap().0).unwrap(), file);
    }
}

#[test]
fn elements_that_no_flow_lists_come_back_in_their_order() {
    let made = Made::usual();
    let value = |last: &str| {
        let guid = format!("e0000000-0000-4000-8000-0000000000{last}");
        Item::new("value", "Shared.SharedElementId", &guid, last, "")
    };
    for order in [["a1", "a2", "a3"], ["a2", "a1", "a3"], ["a3", "a2", "a1"]] {
        let mut more = made.clone();
        more.items.extend(order.map(value));
        let mut members = more.members();
        members[0].1 = made.flow(FLOW_ID, "Orders");
        let file = quote(&object(&members));
        let (package, _) = decode(&file).unwrap();
        for package in [&package, &common::from_environment(&package)] {
            assert_eq!(String::from_utf8(encode("package", package).unwrap().0).unwrap(), file);
        }
    }
}
