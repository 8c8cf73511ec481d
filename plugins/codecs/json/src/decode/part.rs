use std::borrow::Cow;

use flowport_plugin::json::{Kind, Value};

use super::fields::{Fields, expect};
use super::{Content, Part};
use crate::format::{JSON_MEDIA_TYPE, PART_KEYS};
use crate::problems::{Problems, shown};
use crate::{base64_text, codes, names};

/// The three ways to write a part.
const CONTENTS: [&str; 3] = ["json", "text", "base64"];

/// Checks the parts of a resource.
pub(super) fn check_all<'d>(value: Value<'d>, problems: &mut Problems) -> Vec<Part<'d>> {
    if !expect(value, Kind::Object, "parts", problems) {
        return Vec::new();
    }
    let members = value.members();
    members.filter_map(|(key, value)| check(key.name(), value, problems)).collect()
}

fn check<'d>(name: Cow<'d, str>, value: Value<'d>, problems: &mut Problems) -> Option<Part<'d>> {
    if let Some(fault) = names::fault_of_part(&name) {
        let help = "write a relative name, such as definition.json or images/logo.png";
        problems.error(codes::WRONG_NAME, value, format!("the name {} of a part {fault}", shown(&name)), help);
    }
    if value.kind() != Kind::Object {
        let what = format!("the part {} must be an object that holds its content", shown(&name));
        let help = "write { \"text\": \"…\" }, { \"json\": … } or { \"base64\": \"…\" }";
        problems.error(codes::PART_CONTENT, value, what, help);
        return None;
    }
    let fields = Fields::of(value, "a part", PART_KEYS, problems)?;
    let given: Vec<&str> = CONTENTS.into_iter().filter(|key| fields.get(key).is_some()).collect();
    match given[..] {
        [] => {
            let what = format!("the part {} has no content: none of `json`, `text` and `base64`", shown(&name));
            let help = "put the content under one of them, such as { \"json\": { … } }";
            problems.error(codes::PART_CONTENT, value, what, help);
            // Its keys are most likely the content itself, and none of them a mistake of its own.
            return None;
        }
        [_] => {}
        _ => {
            let what = format!("the part {} has more than one content: {}", shown(&name), given.join(" and "));
            problems.error(codes::PART_CONTENT, value, what, "keep one of them");
        }
    }
    fields.warn_unknown(problems);
    let media_type = fields.text("mediaType", problems);
    let content = content(fields, &name, problems)?;
    let default = match content {
        Content::Json(_) => JSON_MEDIA_TYPE,
        Content::Text(_) | Content::Base64(_) => "",
    };
    Some(Part { name, media_type: media_type.unwrap_or_else(|| default.to_owned()), content })
}

fn content<'d>(fields: Fields<'d>, name: &str, problems: &mut Problems) -> Option<Content<'d>> {
    if let Some(value) = fields.get("json") {
        return Some(Content::Json(value.raw()));
    }
    if let Some(value) = fields.get("text") {
        expect(value, Kind::String, "text", problems);
        return value.as_str().map(Content::Text);
    }
    let value = fields.get("base64")?;
    expect(value, Kind::String, "base64", problems).then_some(())?;
    base64(value, &format!("the part {}", shown(name)), problems).map(Content::Base64)
}

/// A string of base64; `what` holds it.
pub(super) fn base64<'d>(value: Value<'d>, what: &str, problems: &mut Problems) -> Option<Cow<'d, str>> {
    let text = value.as_str()?;
    let Some(fault) = base64_text::fault(&text) else {
        return Some(text);
    };
    let help = "use the standard alphabet (A-Z a-z 0-9 + /), padded with =, without spaces and line breaks";
    problems.error(codes::BASE64, value, format!("{what} is no valid base64: {fault}"), help);
    None
}
