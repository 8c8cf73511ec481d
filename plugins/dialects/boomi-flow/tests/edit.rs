//! What edits change, and that they change nothing else.

mod common;

use common::{
    BINDING, CULTURE, FILE_TYPE, FLOW, MAP, NEW, NEWER, OUTCOME, PAGE, PROPERTY, SERVICE, TEXT, TYPE, VALUE, document,
    edited, element, embedded, findings, flow, head, knowing, literal, references, refused, relink, text_slot,
};
use flowport_boomi_flow::edit;
use flowport_plugin::fake::Resource;
use flowport_plugin::{EditOp, Failure, Head, ResourceId, State};

/// A type with a property and a binding of other guids and the same names.
fn other_type(id: &str) -> Head {
    let mut to = head("type", id, "Other");
    to.attributes = format!(r#"{{"properties":{{"{NEWER}":"Total"}},"bindings":{{"{OUTCOME}":"Orders"}}}}"#);
    to
}

#[test]
fn a_whole_guid_is_exchanged_and_nothing_else() {
    let page =
        element("page", PAGE, &format!(r#","x" : {},"note":"\u00e9\/""#, embedded("Shared.SharedElement", VALUE)));
    let after = edited(&page, &[relink("element.json#/x/guid", &head("value", NEW, "V"))]);
    assert_eq!(after.text("element.json"), page.text("element.json").replace(VALUE, NEW));
    assert_eq!(after.head, page.head);
}

#[test]
fn of_the_same_resource_only_a_new_name_matters() {
    let contents = document(MAP, TEXT, &format!(r#""{{![A]}} flowkey___{VALUE}|{PROPERTY}___flowkey""#));
    let lists =
        format!(r#","valueElementIds":{{"{VALUE}":{{"guid":"{VALUE}","versionId":"{CULTURE}","developerName":"A"}}}}"#);
    let flow = knowing(flow(&lists, "", &contents), "");
    let mut value = head("value", VALUE, "A");
    value.attributes = r#"{"versionId":"other"}"#.to_owned();
    let slot = text_slot(TEXT);
    let entry = format!("flow.json#/valueElementIds/{VALUE}");
    let ops = [
        relink(&format!("{slot}#0"), &value),
        relink(&format!("{slot}#1"), &value),
        relink(&format!("{slot}#2"), &head("type", TYPE, "T")),
        relink(&entry, &value),
    ];
    assert_eq!(edited(&flow, &ops), flow);
    let renamed = edited(&flow, &[relink(&format!("{slot}#0"), &head("value", VALUE, "B"))]);
    assert_eq!(renamed.text("contents.json"), flow.text("contents.json").replace("{![A]}", "{![B]}"));
}

#[test]
fn an_entry_of_a_list_is_exchanged_with_its_name() {
    let entry = |guid: &str, version: &str, name: &str| {
        format!(
            r#""{guid}":{{"$type":"T","guid":"{guid}","versionId":"{version}","developerName":"{name}","contentType":"C"}}"#
        )
    };
    let lists = |one: &str, two: &str| format!(r#","valueElementIds":{{{one}, {two}}}"#);
    let before = flow(&lists(&entry(VALUE, CULTURE, "A"), &entry(PAGE, CULTURE, "B")), "", "");
    let mut to = head("value", NEW, "C");
    to.attributes = format!(r#"{{"versionId":"{NEWER}"}}"#);
    let slot = |guid: &str| format!("flow.json#/valueElementIds/{guid}");
    let after = edited(&before, &[relink(&slot(VALUE), &to)]);
    let expected = flow(&lists(&entry(NEW, NEWER, "C"), &entry(PAGE, CULTURE, "B")), "", "");
    assert_eq!(after.text("flow.json"), expected.text("flow.json"));

    // Two that become one are listed once, whichever was there first.
    let once = edited(&before, &[relink(&slot(VALUE), &to), relink(&slot(PAGE), &to)]);
    assert_eq!(
        once.text("flow.json"),
        flow(&format!(r#","valueElementIds":{{{}}}"#, entry(NEW, NEWER, "C")), "", "").text("flow.json")
    );
    let swallowed = edited(&before, &[relink(&slot(VALUE), &head("value", PAGE, "B"))]);
    let expected = flow(&format!(r#","valueElementIds":{{{}}}"#, entry(PAGE, CULTURE, "B")), "", "");
    assert_eq!(references(&swallowed), references(&expected));

    // And two can be exchanged for each other.
    let ops = [relink(&slot(VALUE), &head("value", PAGE, "B")), relink(&slot(PAGE), &head("value", VALUE, "A"))];
    let exchanged = flow(&lists(&entry(PAGE, CULTURE, "B"), &entry(VALUE, CULTURE, "A")), "", "");
    assert_eq!(edited(&before, &ops).text("flow.json"), exchanged.text("flow.json"));
}

#[test]
fn bare_properties_are_translated_by_name() {
    let rest = format!(r#","typeElementPropertyId":"{PROPERTY}","y":{{"typeElementBindingId":"{BINDING}"}}"#);
    let page = knowing(element("page", PAGE, &rest), "");
    let ops = [
        relink("element.json#/typeElementPropertyId", &other_type(NEW)),
        relink("element.json#/y/typeElementBindingId", &other_type(NEW)),
    ];
    let after = edited(&page, &ops);
    assert_eq!(
        after.text("element.json"),
        page.text("element.json").replace(PROPERTY, NEWER).replace(BINDING, OUTCOME)
    );
    let attributes = page.head.attributes.replace(TYPE, NEW).replace(PROPERTY, NEWER).replace(BINDING, OUTCOME);
    assert_eq!(after.head.attributes, attributes);
    assert!(references(&after).iter().all(|reference| reference.1 == format!("type/{NEW}")));
}

#[test]
fn a_type_without_the_property_is_refused_by_its_name() {
    let page = knowing(element("page", PAGE, &format!(r#","typeElementPropertyId":"{PROPERTY}""#)), "");
    let result = edit(&page, &[relink("element.json#/typeElementPropertyId", &head("type", NEW, "Empty"))]);
    let Err(Failure::Malformed(found)) = result else { panic!("{result:?}") };
    assert_eq!(found[0].code, "BF0204");
    assert!(found[0].summary.contains("\"Total\"") && found[0].summary.contains("\"Empty\""));
    assert_eq!(found[0].slot.as_deref(), Some("element.json#/typeElementPropertyId"));
}

#[test]
fn mentions_in_texts_are_exchanged_one_by_one() {
    let html =
        format!(r#""{{![A]}} flowkey___{VALUE}|{PROPERTY}___flowkey {{![A].[Total]}} flowkey___{VALUE}___flowkey""#);
    let flow =
        knowing(flow("", "", &document(MAP, TEXT, &html)), &format!(r#","names":{{"A":"{VALUE}","Z":"{PAGE}"}}"#));
    let slot = |index: usize| format!("{}#{index}", text_slot(TEXT));
    let value = head("value", NEW, "B");
    let ops = [
        relink(&slot(0), &value),
        relink(&slot(1), &value),
        relink(&slot(2), &other_type(NEW)),
        relink(&slot(3), &value),
    ];
    let after = edited(&flow, &ops);
    let expected =
        format!(r#""{{![B]}} flowkey___{NEW}|{NEWER}___flowkey {{![B].[Total]}} flowkey___{VALUE}___flowkey""#);
    assert_eq!(after.text("contents.json"), format!("[{}]", document(MAP, TEXT, &expected)));
    assert!(after.head.attributes.contains(&format!(r#""names":{{"B":"{NEW}","Z":"{PAGE}"}}"#)));
    assert!(after.head.attributes.ends_with(r#","note":1.0}"#));
}

#[test]
fn guids_in_xml_in_a_string_are_exchanged() {
    let xml = format!(
        r#""<complextype typeelementid=\"{TYPE}\">\r\n<complextypeentry typeelemententryid=\"{PROPERTY}\"><![CDATA[{TYPE}]]></complextypeentry></complextype>""#
    );
    let value =
        |xml: &str| element("value", VALUE, "").json("contents.json", &format!("[{}]", document(VALUE, TEXT, xml)));
    let before = knowing(value(&xml), "");
    let slot = |index: usize| format!("{}#{index}", text_slot(TEXT));
    let after = edited(&before, &[relink(&slot(0), &other_type(NEW)), relink(&slot(1), &other_type(NEW))]);
    let expected = xml.replacen(TYPE, NEW, 1).replace(PROPERTY, NEWER);
    assert_eq!(after.text("contents.json"), value(&expected).text("contents.json"));
}

#[test]
fn what_is_no_guid_is_not_written() {
    let page = element("page", PAGE, &format!(r#","x":{}"#, embedded("Shared.SharedElement", VALUE)));
    let result = edit(&page, &[relink("element.json#/x/guid", &head("value", "my-value", "V"))]);
    assert!(matches!(&result, Err(Failure::Malformed(found)) if found[0].code == "BF0206"), "{result:?}");
}

#[test]
fn only_what_was_reported_can_be_changed() {
    let contents =
        document(MAP, TEXT, &format!(r#""flowkey___{VALUE}|{FILE_TYPE}___flowkey {{![?]}} https://a.example""#));
    let rest = format!(r#","x":{},"y":{}"#, embedded("Map.MapElement", MAP), embedded("Type.TypeElement", FILE_TYPE));
    let flow = flow(
        &format!(r#","valueElementIds":{{"{VALUE}":{{}}}},"UserOwnerObject":{{"Email":"ana@contoso.example"}}"#),
        &rest,
        &contents,
    );
    let slot = text_slot(TEXT);
    let (value, page) = (head("value", NEW, "V"), head("page", NEW, "P"));
    for op in [
        relink("flow.json#/developerName", &value),
        relink("maps.json#/0/x/guid", &value),
        relink("maps.json#/0/y/guid", &head("type", NEW, "T")),
        relink(&format!("{slot}#1"), &value),
        relink(&format!("{slot}#7"), &value),
        relink(&slot, &value),
        relink(&format!("{slot}#0"), &page),
        relink(&format!("flow.json#/valueElementIds/{VALUE}"), &page),
        relink(&format!("flow.json#/valueElementIds/{NEW}"), &value),
        relink("nothing", &value),
        literal(&slot, "https://b.example", "x"),
        literal("flow.json#/UserOwnerObject/Email", "ana@contoso.example", "x"),
        common::secret(&slot, None),
        common::secret("flow.json#/mapElementIds", Some("\"x\"")),
        EditOp::Other(("x".to_owned(), String::new())),
    ] {
        refused(edit(&flow, &[op]));
    }
}

#[test]
fn names_stand_in_three_places() {
    let value = element("value", VALUE, "");
    let after = edited(&value, &[EditOp::Rename("\"X".to_owned())]);
    assert_eq!(after.head.name, "\"X");
    assert_eq!(after.text("element.json"), value.text("element.json").replace(r#":"N""#, r#":"\"X""#));
    assert_eq!(after.text("element.json").matches(r#""\"X""#).count(), 2);
    let flow = flow("", "", "");
    let after = edited(&flow, &[EditOp::Rename("X".to_owned())]);
    assert!(after.text("flow.json").contains(r#""developerName":"X""#));
    assert_eq!(after.text("maps.json"), flow.text("maps.json"));
}

#[test]
fn a_state_changes_no_byte() {
    let broken = Resource::new(head("flow", FLOW, "F")).json("flow.json", "{");
    let after = edited(&broken, &[EditOp::SetState(State::Draft)]);
    assert_eq!((after.head.state, after.parts), (State::Draft, broken.parts));
}

#[test]
fn literals_are_exchanged_in_their_text() {
    let contents = document(MAP, TEXT, r#""see https://a.example/x, https://a.example.org \u00e9""#);
    let after =
        edited(&flow("", "", &contents), &[literal(&text_slot(TEXT), "https://a.example", "https://b.example")]);
    assert!(after.text("contents.json").contains("see https://b.example/x, https://a.example.org é"));
    let connector = element("connector", SERVICE, r#","uri":"https://a.example/api/1""#);
    let after =
        edited(&connector, &[literal("element.json#/uri", "https://a.example/api/1", "https://b.example/api/2")]);
    assert!(after.text("element.json").contains(r#""uri":"https://b.example/api/2""#));
}

#[test]
fn a_copy_of_a_flow_gets_guids_of_its_own_in_all_encodings() {
    let html = format!(r#""flowkey___{VALUE}|{PROPERTY}___flowkey {OUTCOME}""#);
    let lists = format!(
        r#","valueElementIds":{{"{VALUE}":{{"guid":"{VALUE}","versionId":"{CULTURE}"}}}},"self":{{"flowId":"{FLOW}"}}"#
    );
    let flow = knowing(flow(&lists, "", &document(MAP, TEXT, &html)), "");
    let flow = flow.json("rest.json", &format!(r#"{{"order":{{"x":["{MAP}"]}}}}"#));
    let id = ResourceId::new("flow", NEW);
    let copy = edited(&flow, &[EditOp::SetId(id.clone())]);
    assert_eq!(copy.head.id, id);
    let all = |resource: &Resource| resource.parts.iter().map(|part| resource.text(&part.0)).collect::<String>();
    for gone in [FLOW, MAP, OUTCOME, TEXT] {
        assert_eq!(all(&copy).matches(gone).count(), 0, "{gone} is still there");
    }
    for kept in [VALUE, PROPERTY, CULTURE] {
        assert_eq!(all(&copy).matches(kept).count(), all(&flow).matches(kept).count(), "{kept}");
    }
    assert_eq!(all(&copy).len(), all(&flow).len());
    assert!(findings(&copy).is_empty(), "{:?}", findings(&copy));
    assert_eq!(copy.head.attributes, flow.head.attributes);
    assert_eq!(edited(&flow, &[EditOp::SetId(id)]), copy, "the same copy gets the same guids");
    let other = edited(&flow, &[EditOp::SetId(ResourceId::new("flow", NEWER))]);
    assert_ne!(other.text("maps.json"), copy.text("maps.json"));
}

#[test]
fn a_copy_of_a_flow_takes_texts_along_and_leaves_others_what_is_theirs() {
    // A text without translations stands in no content document.
    let maps = format!(r#","other":{}"#, embedded("Content.ContentValue", NEWER));
    let lists = format!(r#","identityProvider":{{"$type":"M.IdentityProviderConfiguration, M","id":"{PAGE}"}}"#);
    let flow = flow(&lists, &maps, "");
    let copy = edited(&flow, &[EditOp::SetId(ResourceId::new("flow", NEW))]);
    assert!(!copy.text("maps.json").contains(NEWER));
    assert_eq!(references(&copy), references(&flow));
}

#[test]
fn a_copy_of_an_element_keeps_what_it_consists_of() {
    let rest =
        format!(r#","properties":[{{"guid":"{PROPERTY}","typeElementId":{}}}]"#, embedded("Type.TypeElement", TYPE));
    let before = element("type", TYPE, &rest).json("contents.json", &format!("[{}]", document(TYPE, TEXT, "null")));
    let copy = edited(&before, &[EditOp::SetId(ResourceId::new("type", NEW)), EditOp::Rename("M".to_owned())]);
    assert_eq!(copy.text("element.json"), before.text("element.json").replace(TYPE, NEW).replace(r#""N""#, r#""M""#));
    assert_eq!(copy.text("contents.json"), before.text("contents.json").replace(TYPE, NEW));
    assert_eq!((copy.head.id.id.as_str(), copy.head.name.as_str()), (NEW, "M"));
    let result = edit(&before, &[EditOp::SetId(ResourceId::new("type", "order"))]);
    assert!(matches!(&result, Err(Failure::Malformed(found)) if found[0].code == "BF0206"), "{result:?}");
}

#[test]
fn a_byte_order_mark_stays() {
    let value = element("value", VALUE, "");
    let text = format!("\u{FEFF}{}", value.text("element.json"));
    let value = Resource::new(value.head).json("element.json", &text);
    let copy = edited(&value, &[EditOp::SetId(ResourceId::new("value", NEW))]);
    assert_eq!(copy.text("element.json"), text.replace(VALUE, NEW));
}
