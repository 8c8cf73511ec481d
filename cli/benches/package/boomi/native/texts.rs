//! What stands inside texts.

use std::ops::Range;

/// What a mention speaks of.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Resource(&'static str),
    /// A property or binding of a type.
    Property,
    MapElement,
    Container,
    Text,
    /// A value, by its name.
    Name,
}

/// A mention inside a text.
pub(super) struct Mention {
    pub(super) of: Of,
    pub(super) range: Range<usize>,
}

/// What stands inside one text.
pub(super) struct Inside {
    pub(super) mentions: Vec<Mention>,
    pub(super) has_secrets: bool,
    pub(super) marks: u8,
}

const UNDERSCORE: u8 = 1;
const EXCLAMATION: u8 = 2;
const LESS: u8 = 4;
const COLON: u8 = 8;
const AT: u8 = 16;
const EQUALS: u8 = 32;
const TOKEN: u8 = 64;

/// What each byte may be the sign of.
const MARKS: [u8; 256] = {
    let mut marks = [0; 256];
    marks[b'_' as usize] = UNDERSCORE;
    marks[b'!' as usize] = EXCLAMATION;
    marks[b'<' as usize] = LESS;
    marks[b':' as usize] = COLON;
    marks[b'@' as usize] = AT;
    marks[b'=' as usize] = EQUALS;
    marks[b'B' as usize] = TOKEN;
    marks[b'J' as usize] = TOKEN;
    marks
};

pub(super) fn is_guid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && [8, 13, 18, 23].iter().all(|at| bytes[*at] == b'-')
        && bytes.iter().enumerate().all(|(at, byte)| matches!(at, 8 | 13 | 18 | 23) || byte.is_ascii_hexdigit())
}

pub(super) fn is_secret_type(content_type: &str) -> bool {
    ["ContentPassword", "ContentEncrypted"].iter().any(|secret| secret.eq_ignore_ascii_case(content_type))
}

/// Looks into a text; one pass over its bytes tells what is worth a second one.
pub(super) fn inside(text: &str) -> Inside {
    let marks = text.bytes().fold(0, |marks, byte| marks | MARKS[usize::from(byte)]);
    let mut inside = Inside { mentions: Vec::new(), has_secrets: false, marks };
    if marks & LESS != 0 && text.trim_start().starts_with("<complextype") {
        object(text, &mut inside).expect("well-formed XML");
    }
    if marks & UNDERSCORE != 0 {
        flowkeys(text, &mut inside.mentions);
    }
    if marks & EXCLAMATION != 0 {
        names(text, &mut inside.mentions);
    }
    inside.mentions.sort_by_key(|mention| mention.range.start);
    inside
}

fn push(text: &str, range: Range<usize>, of: Of, mentions: &mut Vec<Mention>) {
    if is_guid(&text[range.clone()]) {
        mentions.push(Mention { of, range });
    }
}

/// `flowkey___VALUE|PROPERTY___flowkey`.
fn flowkeys(text: &str, mentions: &mut Vec<Mention>) {
    let mut from = 0;
    while let Some(begin) = text[from..].find("flowkey___").map(|at| from + at + "flowkey___".len()) {
        let Some(end) = text[begin..].find("___flowkey").map(|length| begin + length) else { return };
        match text[begin..end].find('|') {
            Some(bar) => {
                push(text, begin..begin + bar, Of::Resource("value"), mentions);
                push(text, begin + bar + 1..end, Of::Property, mentions);
            }
            None => push(text, begin..end, Of::Resource("value"), mentions),
        }
        from = end + "___flowkey".len();
    }
}

/// `{![Name]}` and `{![Name].[Property]}`.
fn names(text: &str, mentions: &mut Vec<Mention>) {
    for (at, _) in text.match_indices("{![") {
        let begin = at + "{![".len();
        let Some(length) = text[begin..].find(']') else { return };
        let behind = &text[begin + length + 1..];
        if length > 0 && !text[begin..].starts_with('$') && behind.starts_with(['}', '.']) {
            mentions.push(Mention { of: Of::Name, range: begin..begin + length });
        }
    }
}

/// The XML of an object: its tags must match; none where they do not.
fn object(text: &str, inside: &mut Inside) -> Option<()> {
    // Name of each open element, and whether its content is a secret.
    let mut open: Vec<(&str, bool)> = Vec::new();
    let mut at = 0;
    while let Some(tag) = text[at..].find('<').map(|length| at + length) {
        let rest = &text[tag..];
        if let Some(content) = rest.strip_prefix("<![CDATA[") {
            inside.has_secrets |= open.last().is_some_and(|(_, is_secret)| *is_secret);
            at = tag + "<![CDATA[".len() + content.find("]]>")? + "]]>".len();
            continue;
        }
        let end = tag + rest.find('>')?;
        at = end + 1;
        if let Some(name) = text[tag..end].strip_prefix("</") {
            open.pop().filter(|(open, _)| *open == name.trim_end())?;
            continue;
        }
        let is_empty = text[tag..end].ends_with('/');
        let body = &text[tag + 1..end - usize::from(is_empty)];
        let name = body.split_ascii_whitespace().next()?;
        let is_secret = attributes(text, tag + 1 + name.len()..end - usize::from(is_empty), inside)?;
        if !is_empty {
            open.push((name, is_secret));
        }
    }
    open.is_empty().then_some(())
}

/// What the attributes of a tag mention; whether its content is a secret.
fn attributes(text: &str, range: Range<usize>, inside: &mut Inside) -> Option<bool> {
    let (mut at, mut is_secret) = (range.start, false);
    while let Some(equals) = text[at..range.end].find('=').map(|length| at + length) {
        let name = text[at..equals].trim();
        let quote = text[equals + 1..].chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let begin = equals + 2;
        let end = begin + text[begin..range.end].find(quote)?;
        match name {
            "typeelementid" => push(text, begin..end, Of::Resource("type"), &mut inside.mentions),
            "typeelemententryid" => push(text, begin..end, Of::Property, &mut inside.mentions),
            "contenttype" => is_secret |= is_secret_type(&text[begin..end]),
            _ => {}
        }
        at = end + 1;
    }
    text[at..range.end].trim().is_empty().then_some(is_secret)
}

const SECRET_KEYS: [&[u8]; 12] = [
    b"secret",
    b"clientsecret",
    b"password",
    b"pwd",
    b"apikey",
    b"authorization",
    b"accesstoken",
    b"refreshtoken",
    b"accountkey",
    b"sharedaccesskey",
    b"privatekey",
    b"connectionstring",
];

/// The rule by which a text holds a secret.
pub(super) fn secret(text: &str, marks: u8, key: Option<&str>) -> Option<&'static str> {
    if key.is_some_and(is_secret_key) {
        return Some("a value under a key for secrets");
    }
    if marks & EQUALS != 0 && text.match_indices('=').any(|(at, _)| is_secret_field(text, at)) {
        return Some("a secret field in a URL or form");
    }
    let is_token = marks & TOKEN != 0 && ["Bearer ", "Basic ", "eyJ"].iter().any(|token| text.contains(token));
    is_token.then_some("a token")
}

fn is_secret_key(key: &str) -> bool {
    let mut plain = [0; 32];
    let mut length = 0;
    for byte in key.bytes().filter(u8::is_ascii_alphanumeric) {
        let Some(place) = plain.get_mut(length) else { return false };
        *place = byte.to_ascii_lowercase();
        length += 1;
    }
    SECRET_KEYS.contains(&&plain[..length])
}

/// `?sig=…`, `client_secret=…`.
fn is_secret_field(text: &str, equals: usize) -> bool {
    let is_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let name = &text[text[..equals].rfind(|character| !is_name(character)).map_or(0, |before| before + 1)..equals];
    let in_query = text[..equals - name.len()].ends_with(['?', '&']);
    let length = text[equals + 1..].find(['&', ';', '"', '\'', '<', '>', ' ']).unwrap_or(text.len() - equals - 1);
    let is_one = |names: &[&str]| names.iter().any(|secret| secret.eq_ignore_ascii_case(name));
    length >= 4
        && (is_one(&[
            "client_secret",
            "password",
            "accountkey",
            "access_token",
            "refresh_token",
            "api_key",
            "apikey",
            "pwd",
        ]) || (in_query && is_one(&["sig", "code"])))
}

/// Hosts of URLs and e-mail addresses: class and text.
pub(super) fn literals(text: &str, marks: u8) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    if marks & COLON != 0 {
        for (at, _) in text.match_indices("://") {
            let Some(scheme) = ["https", "http"].into_iter().find(|scheme| text[..at].ends_with(scheme)) else {
                continue;
            };
            let rest = &text[at + 3..];
            let is_host =
                |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | ':');
            let host =
                rest[..rest.find(|character| !is_host(character)).unwrap_or(rest.len())].trim_end_matches([':', '.']);
            if host.contains('.') {
                found.push(("host", &text[at - scheme.len()..at + 3 + host.len()]));
            }
        }
    }
    if marks & AT != 0 {
        for (at, _) in text.match_indices('@') {
            let is_local = |character: char| character.is_ascii_alphanumeric() || ".+-_%#".contains(character);
            let is_host = |character: char| character.is_ascii_alphanumeric() || ".-_".contains(character);
            let start = text[..at].rfind(|character| !is_local(character)).map_or(0, |before| before + 1);
            let rest = &text[at + 1..];
            let host =
                rest[..rest.find(|character| !is_host(character)).unwrap_or(rest.len())].trim_end_matches(['.', '-']);
            if start < at && host.contains('.') {
                found.push(("email", &text[start..at + 1 + host.len()]));
            }
        }
    }
    found
}
