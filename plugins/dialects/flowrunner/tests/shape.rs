//! Whose file an object is, by its keys.

use flowport_flowrunner::{Shape, shape};
use flowport_plugin::json::Document;

#[test]
fn several_keys_together_make_a_flow() {
    for (text, expected) in [
        (r#"{"name":"a","elements":[],"version":1}"#, Shape::Flow),
        (r#"{"flowName":"a","elements":[],"schedule":null}"#, Shape::Flow),
        (r#"{"name":"a","elements":[],"flowId":"f"}"#, Shape::Flow),
        (r#"{"name":"a","elements":[],"connections":[],"slaGoals":[]}"#, Shape::Flow),
        (r#"{"name":"a","description":"b","elements":[]}"#, Shape::Likely),
        (r#"{"flowId":"a","elements":[]}"#, Shape::Likely),
        (r#"{"name":"a","elements":{},"version":1}"#, Shape::Likely),
        (r#"{"name":"a","elements":{}}"#, Shape::Other),
        (r#"{"elements":[],"version":1}"#, Shape::Other),
        (r#"{"name":"a","version":1}"#, Shape::Other),
        ("[]", Shape::Other),
        ("{}", Shape::Other),
    ] {
        assert_eq!(shape(Document::parse(text).unwrap().root()), expected, "{text}");
    }
}

#[test]
fn keys_of_other_products_make_it_theirs() {
    for members in [
        r#""nodes":[],"connections":{}"#,
        r#""definition":{}"#,
        r#""flowConfiguration":{}"#,
        r#""FLOW_NAME":"a""#,
        r#""format":"flowport""#,
        r#""resources":[]"#,
        r#""appState":{}"#,
        r#""$schema":"x""#,
        r#""kind":"flow","id":"a""#,
        r#""dialect":"a","parts":{}"#,
    ] {
        let text = format!(r#"{{"name":"a","elements":[],"version":1,{members}}}"#);
        assert_eq!(shape(Document::parse(text).unwrap().root()), Shape::Other, "{members}");
    }
}
