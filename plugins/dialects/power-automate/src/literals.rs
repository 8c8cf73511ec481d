//! Values of a flow that are bound to one environment, by what they are and by where they stand.

use std::ops::Range;

use flowport_plugin::detect::{self, FoundLiteral, Spelling, Text};
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
    let whole = |class: &'static str| vec![FoundLiteral::plain(class, 0..text.len())];
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

/// A site's URL, however often it is encoded, or an expression that gives one.
fn holds_lists(dataset: &str) -> bool {
    Spelling::possible(dataset).any(|spelling| spelling.read(dataset).contains("://")) || detect::is_computed(dataset)
}

/// `org1a2b3c4d.crm4`: a Dataverse organization as old-style actions name it. `default.cds` is the environment's own.
fn is_organization(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(name, region)| {
        !name.is_empty()
            && !name.contains(['/', ':'])
            && region.strip_prefix("crm").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// What the path of an old-style action names: `/datasets/@{encodeURIComponent(encodeURIComponent('…'))}/tables/…`, or the
/// same encoded already.
fn in_path(path: &str) -> Vec<FoundLiteral> {
    let mut found = Vec::new();
    let dataset = after(path, "/datasets/");
    let organization = dataset.clone().filter(|dataset| match dataset {
        Behind::Constant(range) => is_organization(&path[range.clone()]),
        Behind::Text(_) => true,
    });
    found.extend(named(organization, "dataverse-org", path, is_organization));
    // Lists stand below a site, given as it is or by an expression.
    let is_site = match &dataset {
        Some(Behind::Constant(range) | Behind::Text(range)) => holds_lists(&path[range.clone()]),
        None => path.contains("/datasets/@{"),
    };
    if is_site {
        found.extend(named(after(path, "/tables/"), "list", path, is_id));
    }
    for (segment, class) in PATH_SEGMENTS {
        found.extend(named(after(path, segment), class, path, is_id));
    }
    found
}

/// What stands behind a segment of a path.
#[derive(Clone)]
enum Behind {
    /// The constant of an expression: whatever it is, it is a name.
    Constant(Range<usize>),
    /// Plain or encoded text, which may mean anything.
    Text(Range<usize>),
}

/// The literal behind a segment: a constant, or a text that has the right shape.
fn named(behind: Option<Behind>, class: &'static str, path: &str, has_shape: fn(&str) -> bool) -> Option<FoundLiteral> {
    match behind? {
        Behind::Constant(range) => Some(FoundLiteral { class, range, spelling: Spelling::CONSTANT }),
        Behind::Text(range) => {
            let raw = &path[range.clone()];
            let spelling = Spelling::possible(raw).find(|spelling| has_shape(&spelling.read(raw)))?;
            Some(FoundLiteral { class, range, spelling })
        }
    }
}

fn is_id(text: &str) -> bool {
    detect::is_guid(text) || text.starts_with("b!") || text.starts_with("Default-")
}

/// What stands behind a segment: within `@{encodeURIComponent('…')}` the constant, else the text. None for other expressions.
fn after(path: &str, segment: &str) -> Option<Behind> {
    let start = path.find(segment)? + segment.len();
    let rest = &path[start..];
    let Some(expression) = rest.strip_prefix("@{") else {
        let end = start + rest.find('/').unwrap_or(rest.len());
        return Some(Behind::Text(start..end));
    };
    let mut constant = expression;
    while let Some(argument) = constant.strip_prefix("encodeURIComponent(") {
        constant = argument;
    }
    let constant = constant.strip_prefix('\'')?;
    // Two quotes are one quote of the constant.
    let quotes = constant.match_indices('\'').map(|(at, _)| at);
    let mut doubled = None;
    let length = quotes.into_iter().find(|at| {
        let is_second = doubled == Some(*at);
        let is_first = !is_second && constant[at + 1..].starts_with('\'');
        doubled = is_first.then_some(at + 1);
        !is_first && !is_second
    })?;
    let start = path.len() - constant.len();
    (length > 0).then_some(Behind::Constant(start..start + length))
}
