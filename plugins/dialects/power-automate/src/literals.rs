//! Values of a flow that are bound to one environment, by what they are and by where they stand.

use std::ops::Range;

use flowport_plugin::detect::{self, FoundLiteral, Text};
use flowport_plugin::json::Value;

/// Parameters of actions that name a thing of one environment.
const BOUND_PARAMETERS: [(&str, &str); 15] = [
    ("view", "list-view"),
    ("drive", "drive"),
    ("source", "drive-source"),
    ("file", "file"),
    ("teamId", "team"),
    ("groupId", "group"),
    ("channelId", "channel"),
    ("chatId", "chat"),
    ("planId", "plan"),
    ("bucketId", "bucket"),
    ("environment", "environment"),
    ("environmentName", "environment"),
    ("organization", "dataverse-org"),
    ("siteId", "sharepoint-site"),
    ("server", "server"),
];

/// Parameters that name another flow: Power Automate Management, desktop flows, and the solutions' child flows.
pub(crate) const FLOW_PARAMETERS: [&str; 3] = ["flowName", "uiFlowId", "workflowReferenceName"];

/// Segments of the paths of old-style actions, before the thing they name.
const PATH_SEGMENTS: [(&str, &str); 8] = [
    ("/views/", "list-view"),
    ("/drives/", "drive"),
    ("/groups/", "group"),
    ("/teams/", "team"),
    ("/channels/", "channel"),
    ("/plans/", "plan"),
    ("/buckets/", "bucket"),
    ("/environments/", "environment"),
];

/// What in one string is bound to the environment, by ranges of the unescaped text, none twice.
pub(crate) fn find(value: Value<'_>, looked: Text<'_>) -> Vec<FoundLiteral> {
    // An element of an array stands under the key of the array.
    let holder = if value.key().is_some() { Some(value) } else { value.parent() };
    let key = holder.and_then(Value::key).map(|key| key.name()).unwrap_or_default();
    // Icons, schemas and descriptions of APIs come with the product.
    if matches!(key.as_ref(), "$schema" | "iconUri" | "swagger") {
        return Vec::new();
    }
    let text = looked.as_str();
    let whole = |class: &'static str| vec![FoundLiteral { class, range: 0..text.len() }];
    let parent = holder.and_then(Value::parent);
    let parent_is = |name: &str| parent.and_then(Value::key).is_some_and(|key| key.is(name));
    let is_constant = || !text.is_empty() && !looked.is_computed();
    if matches!(key.as_ref(), "tenantId" | "tenant")
        && (parent_is("creator") || parent_is("authentication"))
        && is_constant()
    {
        return whole("tenant");
    }
    let mut found = looked.literals();
    if key == "path" && parent_is("inputs") {
        found.extend(in_path(text));
        found.sort_by_key(|literal| literal.range.start);
        return found;
    }
    if found.is_empty() && is_constant() && is_parameter(parent) {
        let name = key.rsplit('/').next().unwrap_or_default();
        let class = if FLOW_PARAMETERS.contains(&name) { Some("flow") } else { parameter_class(name, parent, text) };
        return class.map(whole).unwrap_or_default();
    }
    found
}

/// A value below the `parameters`, `host`, `body` or `queries` of an action, however the designer nests it.
fn is_parameter(parent: Option<Value<'_>>) -> bool {
    let names = std::iter::successors(parent, |value| value.parent()).take(3).filter_map(Value::key);
    names
        .map(|key| key.name())
        .any(|name| matches!(name.as_ref(), "parameters" | "host" | "body" | "queries") || name.starts_with("body/"))
}

fn parameter_class(name: &str, parent: Option<Value<'_>>, text: &str) -> Option<&'static str> {
    let sibling = |name: &str| parent.and_then(|parent| parent.get(name)).and_then(Value::as_str);
    match name {
        "dataset" => is_organization(text).then_some("dataverse-org"),
        // Tables of Dataverse and of databases are called the same everywhere; lists and tables of a workbook are not.
        "table" if sibling("drive").or_else(|| sibling("file")).is_some() => Some("excel-table"),
        "table" => sibling("dataset").filter(|dataset| holds_lists(dataset)).map(|_| "list"),
        // Office's own words for where a workbook lies.
        "source" if text == "me" => None,
        _ => BOUND_PARAMETERS.iter().find(|(parameter, _)| *parameter == name).map(|(_, class)| *class),
    }
}

/// A site's URL, or an expression that gives one.
fn holds_lists(dataset: &str) -> bool {
    dataset.match_indices(':').any(|(at, _)| dataset[at..].starts_with("://")) || detect::is_computed(dataset)
}

/// `org1a2b3c4d.crm4`: a Dataverse organization as old-style actions name it. `default.cds` is the environment's own.
fn is_organization(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(name, region)| {
        !name.is_empty()
            && !name.contains(['/', ':'])
            && region.strip_prefix("crm").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// What the path of an old-style action names: `/datasets/@{encodeURIComponent(encodeURIComponent('…'))}/tables/…`.
fn in_path(path: &str) -> Vec<FoundLiteral> {
    let mut found = Vec::new();
    let dataset = after(path, "/datasets/");
    if let Some(range) = dataset.clone().filter(|range| is_organization(&path[range.clone()])) {
        found.push(FoundLiteral { class: "dataverse-org", range });
    }
    // Lists stand below a site, given as it is or by an expression.
    let is_site = match &dataset {
        Some(range) => holds_lists(&path[range.clone()]),
        None => path.contains("/datasets/@{"),
    };
    if is_site && let Some(range) = after(path, "/tables/") {
        found.push(FoundLiteral { class: "list", range });
    }
    for (segment, class) in PATH_SEGMENTS {
        if let Some(range) = after(path, segment) {
            found.push(FoundLiteral { class, range });
        }
    }
    found
}

/// The constant behind a segment: within `@{encodeURIComponent('…')}`, or plain where it has the shape of an id.
fn after(path: &str, segment: &str) -> Option<Range<usize>> {
    let start = path.find(segment)? + segment.len();
    let rest = &path[start..];
    let Some(expression) = rest.strip_prefix("@{") else {
        let end = start + rest.find('/').unwrap_or(rest.len());
        let text = &path[start..end];
        let is_id = detect::is_guid(text) || text.starts_with("b!") || text.starts_with("Default-");
        return is_id.then_some(start..end);
    };
    let mut constant = expression;
    while let Some(argument) = constant.strip_prefix("encodeURIComponent(") {
        constant = argument;
    }
    let constant = constant.strip_prefix('\'')?;
    let length = constant.find('\'').filter(|length| *length > 0)?;
    // Two quotes are one quote of the constant: such a name is left to people.
    if constant[length + 1..].starts_with('\'') {
        return None;
    }
    let start = path.len() - constant.len();
    Some(start..start + length)
}
