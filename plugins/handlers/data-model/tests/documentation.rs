//! The examples and schemas that people start from are right.

mod common;

use common::{codes, id};
use flowport_data_model::DataModel;
use flowport_plugin::fake::Resource;
use flowport_plugin::json::Document;
use flowport_plugin::{Handler, Head};

const PAGE: &str = include_str!("../../../../docs/formats/data-model.md");

/// The example of a kind in the page.
fn example(kind: &str) -> &'static str {
    let begin = format!("```json {kind}\n");
    let from = PAGE.find(&begin).expect("the page has an example") + begin.len();
    &PAGE[from..from + PAGE[from..].find("```").expect("the example ends")]
}

#[test]
fn the_examples_have_no_findings() {
    for (kind, name, display_name, references) in
        [("entity", "new_invoice", "Invoice", 5), ("picklist", "new_stage", "Stage", 0)]
    {
        let head = Head::new(id(kind, name), "flowport", display_name);
        let resource = Resource::new(head).json(&format!("{kind}.json"), example(kind));
        let inspection = DataModel::inspect(&resource).unwrap();
        assert_eq!(codes(&inspection.diagnostics), [""; 0], "{:#?}", inspection.diagnostics);
        assert_eq!(inspection.references.len(), references);
    }
}

#[test]
fn the_page_says_that_rows_do_not_travel() {
    assert!(PAGE.contains("Data rows do not travel."));
}

#[test]
fn the_entity_schema_has_each_type_and_the_example_each_field_type() {
    let kinds = DataModel::kinds();
    let schema = Document::parse(kinds[0].schema.clone().unwrap()).unwrap();
    let types: Vec<String> = schema
        .at("/$defs/field/properties/type/enum")
        .unwrap()
        .elements()
        .map(|word| word.as_str().unwrap().into_owned())
        .collect();
    assert_eq!(types.len(), 13);
    let entity = example("entity");
    for word in types {
        assert!(entity.contains(&format!("\"type\": \"{word}\"")), "{word} is not in the example");
        let field = match word.as_str() {
            "picklist" => r#"{"name":"a","type":"picklist","options":[]}"#.to_owned(),
            "lookup" => r#"{"name":"a","type":"lookup","lookup":"b"}"#.to_owned(),
            _ => format!(r#"{{"name":"a","type":"{word}"}}"#),
        };
        assert_eq!(codes(&DataModel::inspect(&common::entity("e", &field)).unwrap().diagnostics), [""; 0], "{word}");
    }
    assert!(Document::parse(kinds[1].schema.clone().unwrap()).unwrap().at("/properties/options").is_some());
}
