//! The plugin handles the elements that have no handler of their own.

use flowport_element::Elements;
use flowport_plugin::Handler;

#[test]
fn flows_and_connectors_are_left_to_others() {
    let kinds: Vec<String> = Elements::kinds().into_iter().map(|info| info.kind).collect();
    assert!(kinds.contains(&"type".to_owned()) && kinds.contains(&"identity-provider".to_owned()));
    assert!(!kinds.contains(&"flow".to_owned()) && !kinds.contains(&"connector".to_owned()));
    assert!(Elements::kinds().iter().all(|info| info.dialects == ["boomi-flow"]));
}
