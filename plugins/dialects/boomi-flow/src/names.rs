//! Names that the format fixes, and those that flowport gives to what it makes of them.

/// The dialect of everything here.
pub const DIALECT: &str = "boomi-flow";

/// Kind of a flow.
pub const FLOW: &str = "flow";
/// Kind of a connector, which the package calls a service.
pub const CONNECTOR: &str = "connector";
/// Kind of a type.
pub const TYPE: &str = "type";
/// Kind of a value, which the package calls a shared element.
pub const VALUE: &str = "value";
/// Kind of a page.
pub const PAGE: &str = "page";
/// Kind of an identity provider.
pub const IDENTITY_PROVIDER: &str = "identity-provider";

/// The part of a flow that is its `flowConfiguration`.
pub const FLOW_PART: &str = "flow.json";
/// The part of a flow that holds its map elements: an array.
pub const MAPS_PART: &str = "maps.json";
/// The part of a flow that holds the cultures of its texts: an array.
pub const CULTURES_PART: &str = "cultures.json";
/// The part that holds the content documents of a flow or an element: an array.
pub const CONTENTS_PART: &str = "contents.json";
/// The part of a flow that holds what its package says beside the elements, where that is out of the ordinary.
pub const REST_PART: &str = "rest.json";
/// The part of any element but a flow: the element itself.
pub const ELEMENT_PART: &str = "element.json";

/// The parts of a flow, the main one first.
pub const FLOW_PARTS: [&str; 5] = [FLOW_PART, MAPS_PART, CULTURES_PART, CONTENTS_PART, REST_PART];
/// The parts of any other element, the main one first.
pub const ELEMENT_PARTS: [&str; 2] = [ELEMENT_PART, CONTENTS_PART];

/// What to do about a resource that breaks the rules of the format.
pub const EXPORT_AGAIN: &str = "export the flow again from Boomi Flow";
