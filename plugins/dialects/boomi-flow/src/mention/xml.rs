//! Default values of objects and lists: XML text such as `<complextype typeelementid="…"><complextypeentry
//! typeelemententryid="…" contenttype="ContentString"><![CDATA[…]]>…`.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::text::push;
use super::{Inside, Of};
use crate::names::TYPE;
use crate::secrets::is_secret_type;

/// Why a text that is to be XML is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub problem: String,
    /// At which byte of the unescaped text.
    pub offset: usize,
}

/// True for a text that is to be XML.
pub(super) fn is_object(text: &str) -> bool {
    text.trim_start().starts_with("<complextype")
}

/// Finds guids and secrets, as far as the text can be read. Nothing recurses, however deep it nests.
pub(super) fn scan(text: &str, found: &mut Inside) {
    let mut reader = Reader::from_str(text);
    // For each open element: whether its content is a secret.
    let mut open: Vec<bool> = Vec::new();
    loop {
        let start = position(&reader);
        match reader.read_event() {
            Err(error) => {
                let offset = usize::try_from(reader.error_position()).unwrap_or(start);
                found.fault = Some(Fault { problem: error.to_string(), offset });
                return;
            }
            Ok(Event::Eof) if open.is_empty() => return,
            Ok(Event::Eof) => {
                found.fault = Some(Fault { problem: "an element is not closed".to_owned(), offset: text.len() });
                return;
            }
            Ok(Event::Start(tag)) => match attributes(text, &tag, found) {
                Ok(is_secret) => open.push(is_secret),
                Err(problem) => {
                    found.fault = Some(Fault { problem, offset: start });
                    return;
                }
            },
            Ok(Event::Empty(tag)) => {
                if let Err(problem) = attributes(text, &tag, found) {
                    found.fault = Some(Fault { problem, offset: start });
                    return;
                }
            }
            Ok(Event::End(_)) => {
                open.pop();
            }
            Ok(Event::CData(_)) if open.last() == Some(&true) => {
                let content = start + "<![CDATA[".len()..position(&reader) - "]]>".len();
                found.secrets.push(content);
            }
            Ok(Event::Text(_) | Event::GeneralRef(_)) if open.last() == Some(&true) => {
                found.secrets.push(start..position(&reader));
            }
            Ok(_) => {}
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    // The text is in memory, so that every place in it fits.
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// Takes note of what the attributes mention; true where they declare the content a secret.
fn attributes(text: &str, tag: &BytesStart<'_>, found: &mut Inside) -> Result<bool, String> {
    let mut is_secret = false;
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let of = match attribute.key.as_ref() {
            "typeelementid" => Of::Resource(TYPE),
            "typeelemententryid" => Of::Property,
            "contenttype" => {
                is_secret |= is_secret_type(&attribute.value);
                continue;
            }
            _ => continue,
        };
        if let Some(range) = range_within(text, &attribute.value) {
            push(text, range, of, &mut found.mentions);
        }
    }
    Ok(is_secret)
}

/// Where a slice of the text stands in it.
fn range_within(text: &str, slice: &str) -> Option<Range<usize>> {
    let start = (slice.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let range = start..start + slice.len();
    (text.get(range.clone()) == Some(slice)).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::super::inside;
    use super::*;

    const A: &str = "0c96611b-4aee-4ee5-a94a-ac9658556d86";

    #[test]
    fn guids_of_attributes_are_found_at_any_depth() {
        let text = format!(
            " <complextype order='0' typeelementid=\"{A}\">\r\n<complextypeentry typeelemententryid='{A}' contenttype=\"ContentList\"><list currentpointer=\"-1\"><complextype typeelementid=\"{A}\"/></list></complextypeentry></complextype>"
        );
        let found = inside(&text);
        assert_eq!(found.fault, None);
        let of: Vec<Of> = found.mentions.iter().map(|mention| mention.of).collect();
        assert_eq!(of, [Of::Resource(TYPE), Of::Property, Of::Resource(TYPE)]);
        assert!(found.mentions.iter().all(|mention| text[mention.range.clone()] == *A));
    }

    #[test]
    fn content_that_is_declared_a_secret_is_found() {
        let text = "<complextype><e contenttype=\"ContentPassword\"><![CDATA[pass]]></e><e contenttype='contentencrypted'>a&amp;b</e><e contenttype=\"ContentString\"><![CDATA[plain]]></e></complextype>";
        let secrets: Vec<&str> = inside(text).secrets.into_iter().map(|range| &text[range]).collect();
        assert_eq!(secrets, ["pass", "a", "&amp;", "b"]);
    }

    #[test]
    fn what_is_not_well_formed_is_named() {
        for text in [
            "<complextype>",
            "<complextype></x>",
            "<complextype a=\"1\" a=\"2\"/>",
            "<complextype",
            "<complextype a=/>",
        ] {
            assert!(inside(text).fault.is_some(), "{text}");
        }
        assert!(inside("<p>").fault.is_none());
    }
}
