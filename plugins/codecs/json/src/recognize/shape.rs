use flowport_plugin::Diagnostic;
use flowport_plugin::json::{Kind, Value};

use super::foreign;
use crate::codes;
use crate::format::MARK;

/// What a JSON document is.
pub(crate) enum Shape {
    /// It says itself that it is a package.
    Package,
    /// It has the keys of a package, but does not say so, or wrongly.
    Unmarked,
    /// One resource, written by hand.
    Resource,
    /// A list of resources, written by hand.
    Resources,
    /// Something else.
    Other(Diagnostic),
}

/// Tells what a document is, from the keys of its root.
pub(crate) fn of(root: Value<'_>) -> Shape {
    if is_package(root) {
        return Shape::Package;
    }
    if let Some(diagnostic) = foreign::name(root) {
        return Shape::Other(diagnostic);
    }
    let has_list = root.get("resources").is_some_and(|value| value.kind() == Kind::Array);
    if has_list && ["format", "formatVersion", "package"].iter().any(|key| root.get(key).is_some()) {
        return Shape::Unmarked;
    }
    if is_resource(root) {
        return Shape::Resource;
    }
    if root.elements().any(is_resource) {
        return Shape::Resources;
    }
    let summary = match root.kind() {
        Kind::Object => "this is JSON, but no flowport package: it has neither `format` nor `kind` and `id`",
        Kind::Array => "this is a JSON list, but no list of flowport resources: none has `kind` and `id`",
        _ => "this is JSON, but no flowport package: it is a single value",
    };
    let help = "a package begins with { \"format\": \"flowport\", \"formatVersion\": \"1.0\", … }; \
                a resource by itself has kind, id, name and dialect";
    Shape::Other(Diagnostic::error(codes::NO_PACKAGE, summary).help(help))
}

fn is_package(root: Value<'_>) -> bool {
    root.get("format").and_then(Value::as_str).is_some_and(|format| format == MARK)
}

/// Two pairs of keys, so that a resource in which one key is mistyped is still read, and the mistake named.
fn is_resource(value: Value<'_>) -> bool {
    let has = |name: &str| value.get(name).is_some();
    has("kind") && has("id") || has("dialect") && has("parts")
}
