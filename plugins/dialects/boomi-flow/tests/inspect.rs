//! What is found in flows and elements.

mod common;

use common::{
    BINDING, CULTURE, FILE_TYPE, FLOW, MAP, NEW, PAGE, PROPERTY, SERVICE, TEXT, TYPE, VALUE, ZERO, document, element,
    embedded, findings, flow, knowing, leads, references, text_slot,
};
use flowport_boomi_flow::{Connectors, Elements, Flows, inspect};
use flowport_plugin::fake::Resource;
use flowport_plugin::{Action, Failure, Handler, Head, ResourceId, State, Traits};

#[test]
fn the_identity_is_the_guid() {
    let inspection = inspect(&flow("", "", "")).unwrap();
    assert_eq!(inspection.identities, [format!("boomi:{FLOW}")]);
    assert!(inspection.references.is_empty() && inspection.diagnostics.is_empty(), "{inspection:?}");
    let upper = element("page", PAGE, "").text("element.json").replace(PAGE, &PAGE.to_uppercase());
    let page = Resource::new(Head::new(ResourceId::new("page", PAGE), "boomi-flow", "N")).json("element.json", &upper);
    assert!(findings(&page).is_empty());
}

#[test]
fn each_class_leads_to_its_kind() {
    for (class, kind) in [
        ("Config.ServiceElement", "connector"),
        ("Type.TypeElement", "type"),
        ("Shared.SharedElement", "value"),
        ("UI.PageElement", "page"),
        ("Group.GroupElement", "group"),
        ("Macro.MacroElement", "macro"),
        ("Navigation.NavigationElement", "navigation"),
        ("Tag.TagElement", "tag"),
        ("X.IdentityProviderElement", "identity-provider"),
        ("X.CustomPageComponentElement", "custom-page-component"),
        ("Flow.Flow", "flow"),
    ] {
        let mark = if kind == "identity-provider" { "?" } else { "" };
        let map = flow("", &format!(r#","x":[{}]"#, embedded(class, NEW)), "");
        assert_eq!(references(&map), [("maps.json#/0/x/0/guid".to_owned(), format!("{kind}/{NEW}{mark}"))], "{class}");
    }
}

#[test]
fn subflows_providers_and_bare_values_are_references() {
    let maps = format!(
        r#","subflow":{{"flowId":{{"id":"{NEW}","versionId":"{CULTURE}"}}}},"other":{{"flowId":{{"guid":"{NEW}"}}}},"third":{{"flowId":"{NEW}"}},"configurationValues":[{{"valueElementToReferenceId":"{VALUE}"}}]"#
    );
    let flow = flow(&format!(r#","identityProvider":{{"id":"{NEW}"}}"#), &maps, "");
    for (slot, target) in [
        ("maps.json#/0/subflow/flowId/id", format!("flow/{NEW}")),
        ("maps.json#/0/other/flowId/guid", format!("flow/{NEW}")),
        ("maps.json#/0/third/flowId", format!("flow/{NEW}")),
        ("maps.json#/0/configurationValues/0/valueElementToReferenceId", format!("value/{VALUE}")),
        ("flow.json#/identityProvider/id", format!("identity-provider/{NEW}?")),
    ] {
        leads(&flow, slot, &target);
    }
    assert_eq!(references(&flow).len(), 5);
}

#[test]
fn a_flow_needs_what_it_lists() {
    let lists = format!(
        r#","valueElementIds":{{"{VALUE}":{{"guid":"{VALUE}"}}}},"serviceElementIds":{{"{SERVICE}":{{}}}},"contentValueIds":{{"{TEXT}":{{}}}}"#
    );
    let found = references(&flow(&lists, "", ""));
    assert_eq!(
        found,
        [
            (format!("flow.json#/valueElementIds/{VALUE}"), format!("value/{VALUE}")),
            (format!("flow.json#/serviceElementIds/{SERVICE}"), format!("connector/{SERVICE}")),
        ]
    );
}

#[test]
fn zeros_and_what_comes_with_the_product_lead_nowhere() {
    let rest = format!(
        r#","a":{},"b":{},"c":{}"#,
        embedded("Type.TypeElement", FILE_TYPE),
        embedded("Type.TypeElement", ZERO),
        embedded("Shared.SharedElement", "03DC41DD-1C6B-4B33-BF61-CBD1D0778FFF")
    );
    assert!(references(&element("value", VALUE, &rest)).is_empty());
}

#[test]
fn bare_properties_lead_to_the_type_that_has_them() {
    let keys = [
        "typeElementPropertyId",
        "boundTypeElementPropertyId",
        "typeElementPropertyToDisplayId",
        "orderByTypeElementPropertyId",
        "columnTypeElementPropertyId",
    ];
    let members: Vec<String> = keys.iter().map(|key| format!(r#""{key}":"{PROPERTY}""#)).collect();
    let rest =
        format!(r#",{},"typeElementBindingId":"{BINDING}","x":{{"typeElementPropertyId":"{NEW}"}}"#, members.join(","));
    let page = knowing(element("page", PAGE, &rest), "");
    let found = references(&page);
    assert_eq!(found.len(), keys.len() + 1, "{found:#?}");
    assert!(found.iter().all(|reference| reference.1 == format!("type/{TYPE}")));
    assert!(references(&element("page", PAGE, &rest)).is_empty(), "nobody knows whose they are");
}

#[test]
fn a_page_can_do_without_a_value_and_a_flow_cannot() {
    let value = format!(r#","x":{}"#, embedded("Shared.SharedElement", VALUE));
    leads(&element("page", PAGE, &value), "element.json#/x/guid", &format!("value/{VALUE}?"));
    leads(&flow("", &value, ""), "maps.json#/0/x/guid", &format!("value/{VALUE}"));
}

#[test]
fn texts_mention_values_properties_and_types() {
    let html = format!(r#""<a href=\"flowkey___{VALUE}|{PROPERTY}___flowkey\">{{![My value].[Total]}}</a> {{![?]}}""#);
    let contents = document(MAP, TEXT, &html);
    let resource = knowing(flow("", "", &contents), &format!(r#","names":{{"My value":"{VALUE}"}}"#));
    let slot = text_slot(TEXT);
    assert_eq!(
        references(&resource),
        [
            (format!("{slot}#0"), format!("value/{VALUE}?")),
            (format!("{slot}#1"), format!("type/{TYPE}?")),
            (format!("{slot}#2"), format!("value/{VALUE}?")),
            (format!("{slot}#3"), "unknown {![?]}".to_owned()),
        ]
    );
    let xml = format!(
        r#""<complextype typeelementid=\"{TYPE}\"><complextypeentry typeelemententryid=\"{PROPERTY}\"/></complextype>""#
    );
    let value =
        knowing(element("value", VALUE, "").json("contents.json", &format!("[{}]", document(VALUE, TEXT, &xml))), "");
    assert_eq!(
        references(&value),
        [(format!("{slot}#0"), format!("type/{TYPE}?")), (format!("{slot}#1"), format!("type/{TYPE}?"))]
    );
}

#[test]
fn names_are_looked_up_in_the_flow_where_the_package_did_not_tell() {
    let contents = document(MAP, TEXT, r#""{![A]} {![B]}""#);
    let lists = format!(
        r#","valueElementIds":{{"{VALUE}":{{"developerName":"A"}},"{NEW}":{{"developerName":"B"}},"{SERVICE}":{{"developerName":"B"}}}}"#
    );
    let flow = flow(&lists, "", &contents);
    leads(&flow, &format!("{}#0", text_slot(TEXT)), &format!("value/{VALUE}?"));
    leads(&flow, &format!("{}#1", text_slot(TEXT)), "unknown {![B]}");
}

#[test]
fn what_a_resource_must_have_itself_is_missed() {
    let missing =
        flow("", &format!(r#","x":{},"y":{}"#, embedded("Map.MapElement", NEW), embedded("Map.MapElement", ZERO)), "");
    assert_eq!(findings(&missing), [("BF0201".to_owned(), "maps.json#/0/x/guid".to_owned())]);
    let page = |container: &str| {
        let rest = format!(
            r#","pageContainers":[{{"guid":"{NEW}","pageContainers":[{{"id":"{TEXT}"}}]}}],"pageComponents":[{{"pageContainerId":"{container}"}}]"#
        );
        element("page", PAGE, &rest)
    };
    assert!(
        findings(&page(NEW)).is_empty()
            && findings(&page(&TEXT.to_uppercase())).is_empty()
            && findings(&page(ZERO)).is_empty()
    );
    assert_eq!(
        findings(&page(VALUE)),
        [("BF0202".to_owned(), "element.json#/pageComponents/0/pageContainerId".to_owned())]
    );
    // Navigations lead to map elements of flows that they do not hold.
    let navigation = element("navigation", NEW, &format!(r#","x":{}"#, embedded("Map.MapElement", MAP)));
    assert!(findings(&navigation).is_empty());
}

#[test]
fn xml_that_is_not_well_formed_is_named() {
    let contents = document(VALUE, TEXT, r#""<complextype><x></complextype>""#);
    let value = element("value", VALUE, "").json("contents.json", &format!("[{contents}]"));
    assert_eq!(findings(&value), [("BF0203".to_owned(), text_slot(TEXT))]);
}

#[test]
fn a_part_of_another_element_is_named() {
    let mut value = element("value", VALUE, "");
    value.head.id.id = NEW.to_owned();
    assert_eq!(findings(&value), [("BF0205".to_owned(), "element.json#/compositeId/guid".to_owned())]);
}

#[test]
fn parts_that_cannot_be_read_fail() {
    let code = |resource: &Resource| match inspect(resource) {
        Err(Failure::Malformed(found)) => found[0].code.clone(),
        other => panic!("{other:?}"),
    };
    let value = |text: &str| Resource::new(element("value", VALUE, "").head).json("element.json", text);
    for text in ["{", "[]", "{}", r#"{"compositeId":{"guid":"x"}}"#] {
        assert_eq!(code(&value(text)), "BF0200", "{text}");
    }
    assert_eq!(code(&element("value", VALUE, "").json("contents.json", "{}")), "BF0200");
    assert_eq!(code(&Resource::new(element("value", VALUE, "").head)), "PART01");
    let mut attributes = element("value", VALUE, "");
    attributes.head.attributes = "[]".to_owned();
    assert_eq!(code(&attributes), "BF0200");
}

#[test]
fn literals_are_those_of_the_environment() {
    let rest = r#","uri":"https://dev.contoso.example/api/1","x":{"uri":"https://a.example/b"},"$type":"http://c.example.org","UserOwnerObject":{"$type":"M.AppUser, M","Email":"ana@contoso.example"},"note":"ask ben@contoso.example"}"#;
    let connector = element("connector", SERVICE, &rest[..rest.len() - 1]);
    let found: Vec<(String, String, String)> = inspect(&connector)
        .unwrap()
        .literals
        .into_iter()
        .map(|literal| (literal.slot, literal.class, literal.value))
        .collect();
    let literal =
        |slot: &str, class: &str, value: &str| (format!("element.json#/{slot}"), class.to_owned(), value.to_owned());
    assert_eq!(
        found,
        [
            literal("uri", "service-uri", "https://dev.contoso.example/api/1"),
            literal("x/uri", "host", "https://a.example"),
            literal("note", "email", "ben@contoso.example"),
        ]
    );
    let with_password = element("connector", SERVICE, r#","uri":"https://ana:hunter2@dev.contoso.example/api""#);
    let inspection = inspect(&with_password).unwrap();
    assert_eq!(inspection.literals[0].value, "dev.contoso.example");
    assert_eq!(inspection.secrets.len(), 1);
    assert!(!format!("{inspection:?}").contains("hunter2"));
}

#[test]
fn a_connector_that_is_a_draft_waits_for_its_update() {
    let mut connector = element("connector", SERVICE, "");
    assert!(findings(&connector).is_empty());
    connector.head.state = State::Draft;
    let finding = inspect(&connector).unwrap().diagnostics.remove(0);
    assert_eq!(finding.code, "BF0501");
    assert!({
        let help = finding.help.unwrap();
        let id = format!("'connector/{SERVICE}'");
        help.contains(&format!("flowport publish ENV {id}"))
            && help.contains(&format!("flowport connector refresh ENV {id}"))
    });
}

#[test]
fn kinds_say_what_can_be_done_with_them() {
    let (flows, connectors, elements) = (Flows::kinds(), Connectors::kinds(), Elements::kinds());
    let names = |kinds: &[flowport_plugin::KindInfo]| kinds.iter().map(|info| info.kind.clone()).collect::<Vec<_>>();
    assert_eq!((names(&flows), names(&connectors)), (vec!["flow".to_owned()], vec!["connector".to_owned()]));
    assert_eq!(
        names(&elements),
        ["navigation", "group", "type", "value", "macro", "tag", "page", "identity-provider", "custom-page-component"]
    );
    assert_eq!(flows[0].traits, Traits::ACTIVATED | Traits::DRAFTS | Traits::GENERATED_IDS);
    for info in connectors.iter().chain(&elements) {
        assert_eq!(info.traits, Traits::GENERATED_IDS);
        assert_eq!(info.actions[0], Action::Update);
        assert!(info.volatile.contains(&"element.json#/compositeId/versionId".to_owned()));
    }
    for slot in [
        "flow.json#/valueElementIds/*/versionId",
        "maps.json#/*/compositeId/versionId",
        "contents.json#/*/elementVersionId",
    ] {
        assert!(flows[0].volatile.contains(&slot.to_owned()), "{slot}");
    }
}
