//! What a package carries beside the resources that a format has a place for, in a JSON file: base64 under a member of
//! flowport's own at the top level. The member is no part of any resource.
//!
//! For a format whose file is one resource, [`append`] writes the file and [`split`] takes it apart; a codec that writes its
//! own JSON has [`encode`] and [`decode`]. Where the format has a place for nothing that a package holds, [`write_alone`] makes
//! a file of the attachment, and [`format_alone`] and [`read_alone`] know it.
//!
//! ```
//! use flowport_plugin::attachment;
//! use flowport_plugin::json::Document;
//!
//! let flow = r#"{ "name": "a" }"#;
//! let file = attachment::append(&Document::parse(flow)?, &b"else".to_vec()).unwrap();
//! assert_eq!(file, br#"{ "name": "a", "flowportAttachment": "ZWxzZQ==" }"#);
//!
//! let split = attachment::split(Document::parse(file)?, "MY0001").unwrap();
//! assert_eq!((split.text.as_slice(), split.attachment.as_deref()), (flow.as_bytes(), Some(b"else".as_slice())));
//! # Ok::<(), flowport_plugin::json::Error>(())
//! ```

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::json::{Document, Edits, Kind, Value, quote};
use crate::json_file::most_bytes;
use crate::{Diagnostic, Failure, Input, Output, PackageInfo, PackageWriter};

/// The name of the member.
pub const KEY: &str = "flowportAttachment";
/// The name of the member that says whose file it is, where nothing but the attachment does.
pub const FORMAT_KEY: &str = "flowportFormat";
/// So much of a file is looked at, at either end, before it is read.
const END: u32 = 1024;
/// How much goes to or comes from the host at once.
const CHUNK: usize = 256 << 10;

/// A file taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The file as it would be without the attachment, byte for byte.
    pub text: Vec<u8>,
    /// None where the file has no such member.
    pub attachment: Option<Vec<u8>>,
}

/// Takes the attachment out of a document.
///
/// # Errors
/// `Failure::Malformed` with this code where the member holds no base64, or nothing.
pub fn split(document: Document, code: &str) -> Result<Split, Failure> {
    let Some(value) = document.root().get(KEY) else {
        return Ok(Split { text: document.into_bytes(), attachment: None });
    };
    let bytes = decode(value).map_err(|why| {
        let (line, column) = (value.position().line, value.position().column);
        Diagnostic::error(code, format!("{KEY} at line {line}, column {column} cannot be read: {why}"))
            .help("it holds what else the package carried: export it again, or take the key out to go without")
    })?;
    let mut edits = Edits::new(&document);
    edits.remove(value);
    let text = edits.finish().map_err(|error| Failure::Other(error.to_string()))?;
    Ok(Split { text, attachment: Some(bytes) })
}

/// Refuses a document that has a member of this name: read again, it would be taken for an attachment. `what` is the
/// document, for people: `the flow`.
///
/// # Errors
/// A finding with this code.
pub fn refuse_own_key(document: &Document, what: &str, code: &str) -> Result<(), Diagnostic> {
    match document.root().get(KEY) {
        None => Ok(()),
        Some(_) => Err(Diagnostic::error(code, format!("{what} has a member {KEY}, which flowport keeps for itself"))
            .help("rename it, or write the package in another format (--format json)")),
    }
}

/// The text of an object with an attachment behind its last member: [`split`] takes out exactly what is added. In an object
/// without members, white space does not come back.
///
/// # Errors
/// `Failure::Limit` where the file could not be read again, `Failure::Other` where the document is no object or has such a
/// member already.
pub fn append(document: &Document, attachment: &dyn Input) -> Result<Vec<u8>, Failure> {
    // Before anything as large is made.
    check_size(attachment.len().div_ceil(3).saturating_mul(4).saturating_add(document.text().len() as u64))?;
    let mut edits = Edits::new(document);
    edits.insert_member(document.root(), KEY, quote(&encode(attachment)?));
    let text = edits.finish().map_err(|error| Failure::Other(error.to_string()))?;
    check_size(text.len() as u64)?;
    Ok(text)
}

fn check_size(bytes: u64) -> Result<(), Failure> {
    let most = most_bytes();
    if bytes <= most {
        return Ok(());
    }
    Err(Failure::Limit(format!(
        "the file would have {bytes} bytes, and {most} can be read again: write the package in another format (--format zip)"
    )))
}

/// The bytes that the member holds. No attachment is empty: where nothing is carried, there is no member.
///
/// # Errors
/// What is wrong with it, for people.
pub fn decode(member: Value<'_>) -> Result<Vec<u8>, String> {
    let encoded = member.as_str().ok_or("it is no text")?;
    if encoded.is_empty() {
        return Err("it is empty".to_owned());
    }
    STANDARD.decode(encoded.as_bytes()).map_err(|error| format!("it is no base64: {error}"))
}

/// What the member holds, unquoted.
///
/// # Errors
/// `Failure::Limit` where the attachment is larger than a file that is read, and what the host says.
pub fn encode(attachment: &dyn Input) -> Result<String, Failure> {
    Ok(STANDARD.encode(attachment.read_all(most_bytes())?))
}

/// Writes a file of this format in which there is nothing but the attachment.
///
/// # Errors
/// `Failure::Limit` where the file could not be read again, and what the host says.
pub fn write_alone(format: &str, attachment: &dyn Input, file: &dyn Output) -> Result<(), Failure> {
    let text = append(&beginning(format)?, attachment)?;
    text.chunks(CHUNK).enumerate().try_for_each(|(index, chunk)| file.write_at((index * CHUNK) as u64, chunk))
}

fn beginning(format: &str) -> Result<Document, Failure> {
    let text = format!("{{{}:{}}}", quote(FORMAT_KEY), quote(format));
    Document::parse(text).map_err(|error| Failure::Other(error.to_string()))
}

/// The format for which [`write_alone`] wrote a file, whichever of its members comes first. None for any other file, which
/// costs a look at its beginning.
#[must_use]
pub fn format_alone(file: &dyn Input) -> Option<String> {
    format_of(&document_alone(file)?)
}

fn format_of(alone: &Document) -> Option<String> {
    alone.root().get(FORMAT_KEY).and_then(Value::as_str).map(Cow::into_owned)
}

fn document_alone(file: &dyn Input) -> Option<Document> {
    let names = |bytes: &[u8], key: &str| bytes.windows(key.len()).any(|window| window == key.as_bytes());
    let beginning = file.read_at(0, END).ok()?;
    if !names(&beginning, FORMAT_KEY) {
        // One of the two members comes first.
        let end = names(&beginning, KEY).then(|| file.read_at(file.len().saturating_sub(u64::from(END)), END).ok());
        end.flatten().filter(|end| names(end, FORMAT_KEY))?;
    }
    let document = Document::parse(file.read_all(most_bytes()).ok()?).ok()?;
    let root = document.root();
    let is_alone = root.kind() == Kind::Object && root.len() == 2 && root.get(KEY).is_some();
    (is_alone && format_of(&document).is_some()).then_some(document)
}

/// Reads such a file of one of these formats into the engine. False for any other file, of which nothing is said.
///
/// # Errors
/// `Failure::Malformed` with this code where the member holds no base64, or nothing.
pub fn read_alone(formats: &[&str], file: &dyn Input, into: &dyn PackageWriter, code: &str) -> Result<bool, Failure> {
    let is_of = |document: &Document| format_of(document).is_some_and(|format| formats.contains(&format.as_str()));
    let Some(document) = document_alone(file).filter(is_of) else { return Ok(false) };
    let Split { attachment, .. } = split(document, code)?;
    into.describe(PackageInfo::named(""))?;
    let bytes = attachment.unwrap_or_default();
    bytes.chunks(CHUNK).try_for_each(|chunk| into.attachment(chunk))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::fake::{File, Package};

    fn document(text: &str) -> Document {
        Document::parse(text).unwrap()
    }

    #[test]
    fn what_is_appended_is_split_off_byte_for_byte() {
        let texts = ["{}", "{\"a\":1}", "{ \"a\" : [ ] }\n", "\u{FEFF} {\n\t\"a\": {},\n\t\"b\": 2\n}\r\n"];
        let attachments = [vec![0], vec![0xFF; 2], b"\x00 \"else\" /".to_vec(), vec![7; 300_000]];
        for (text, bytes) in texts.into_iter().flat_map(|text| attachments.iter().map(move |bytes| (text, bytes))) {
            let file = append(&document(text), bytes).unwrap();
            assert_ne!(file, text.as_bytes());
            let read = Document::parse(file).unwrap();
            assert!(read.root().get(KEY).is_some_and(|value| value.as_str().is_some()));
            let expected = Split { text: text.as_bytes().to_vec(), attachment: Some(bytes.clone()) };
            assert_eq!(split(read, "X").unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn without_the_member_the_text_stays() {
        let text = "\u{FEFF}{\"a\":{\"flowportAttachment\":\"ZQ==\"}}";
        let expected = Split { text: text.as_bytes().to_vec(), attachment: None };
        assert_eq!(split(document(text), "X").unwrap(), expected);
    }

    #[test]
    fn the_member_may_stand_anywhere() {
        for (text, expected) in [
            (r#"{"flowportAttachment":"ZQ==", "a":1}"#, r#"{"a":1}"#),
            (r#"{"a":1,"flowport\u0041ttachment":"ZQ==","b":2}"#, r#"{"a":1,"b":2}"#),
        ] {
            let split = split(document(text), "X").unwrap();
            assert_eq!((split.text.as_slice(), split.attachment.as_deref()), (expected.as_bytes(), Some(&b"e"[..])));
        }
    }

    #[test]
    fn what_is_no_base64_is_said_with_its_place() {
        for (value, why) in [
            ("null", "it is no text"),
            ("[\"ZQ==\"]", "it is no text"),
            ("\"\"", "it is empty"),
            ("\"ZQ\"", "it is no base64: "),
            ("\"Z Q=\"", "it is no base64: "),
            ("\"-_==\"", "it is no base64: "),
        ] {
            let text = format!("{{\n  \"flowportAttachment\": {value}}}");
            let Err(Failure::Malformed(found)) = split(document(&text), "X7") else { panic!("{value} was taken") };
            let expected = format!("flowportAttachment at line 2, column 25 cannot be read: {why}");
            assert!(found[0].summary.starts_with(&expected), "{}", found[0].summary);
            assert_eq!((found.len(), found[0].code.as_str(), found[0].help.is_some()), (1, "X7", true));
        }
    }

    #[test]
    fn a_document_that_has_the_member_is_refused() {
        assert_eq!(refuse_own_key(&document("{\"a\":{\"flowportAttachment\":1}}"), "the flow", "X"), Ok(()));
        let taken = document("{\"flowportAttachment\":null}");
        let found = refuse_own_key(&taken, "the flow", "X7").unwrap_err();
        assert_eq!(found.code, "X7");
        assert_eq!(found.summary, "the flow has a member flowportAttachment, which flowport keeps for itself");
        assert!(matches!(append(&taken, &vec![1]), Err(Failure::Other(_))));
        assert!(matches!(append(&document("[]"), &vec![1]), Err(Failure::Other(_))));
    }

    #[test]
    fn an_attachment_alone_is_a_file_of_its_format() {
        let file = File::default();
        write_alone("acme", &b"else".to_vec(), &file).unwrap();
        let bytes = file.into_bytes();
        assert_eq!(bytes, br#"{"flowportFormat":"acme","flowportAttachment":"ZWxzZQ=="}"#);
        let spread = br#"{ "flowportAttachment": "ZWxzZQ==", "flowportFormat": "acme" }"#.to_vec();
        for bytes in [&bytes, &spread] {
            assert_eq!(format_alone(bytes).as_deref(), Some("acme"));
            let package = Package::default();
            assert_eq!(read_alone(&["other"], bytes, &package, "X"), Ok(false));
            assert_eq!(read_alone(&["other", "acme"], bytes, &package, "X"), Ok(true));
            assert_eq!((package.attached(), package.resources().len()), (b"else".to_vec(), 0));
        }
        for broken in [
            r#"{"flowportFormat":"acme","flowportAttachment":7}"#,
            r#"{"flowportFormat":"acme","flowportAttachment":""}"#,
        ] {
            let read = read_alone(&["acme"], &broken.as_bytes().to_vec(), &Package::default(), "X");
            assert!(matches!(read, Err(Failure::Malformed(_))), "{broken}");
        }
        for text in
            ["", "{}", r#"{"flowportFormat":"acme"}"#, r#"{"flowportFormat":"acme","flowportAttachment":"","a":1}"#]
        {
            assert_eq!(format_alone(&text.as_bytes().to_vec()), None, "{text}");
            assert_eq!(read_alone(&["acme"], &text.as_bytes().to_vec(), &Package::default(), "X"), Ok(false), "{text}");
        }
    }

    #[test]
    fn a_long_attachment_alone_is_known_whichever_member_comes_first() {
        let attached = b"else".repeat(100_000);
        let file = File::default();
        write_alone("acme", &attached, &file).unwrap();
        let written = Document::parse(file.into_bytes()).unwrap();
        let encoded = written.root().get(KEY).unwrap().raw().to_owned();
        // As `jq -S` sorts the keys.
        let sorted = format!("{{\n  \"flowportAttachment\": {encoded},\n  \"flowportFormat\": \"acme\"\n}}\n");
        for bytes in [written.into_bytes(), sorted.into_bytes()] {
            assert_eq!(format_alone(&bytes).as_deref(), Some("acme"));
            let package = Package::default();
            assert_eq!(read_alone(&["acme"], &bytes, &package, "X"), Ok(true));
            assert_eq!(package.attached(), attached);
        }
    }

    #[test]
    fn another_file_is_not_read_whole() {
        /// Counts what is read of a file.
        struct Counted(Vec<u8>, Cell<usize>);
        impl Input for Counted {
            fn len(&self) -> u64 {
                Input::len(&self.0)
            }
            fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, Failure> {
                let bytes = self.0.read_at(offset, max)?;
                self.1.set(self.1.get() + bytes.len());
                Ok(bytes)
            }
        }
        let long = "x".repeat(100_000);
        for (text, most) in [
            (format!("{{\"a\":\"{long} flowportFormat\"}}"), 1024),
            (format!("{{\"flowportAttachment\":\"{long}\",\"a\":1}}"), 2048),
        ] {
            let file = Counted(text.into_bytes(), Cell::new(0));
            assert_eq!(format_alone(&file), None);
            assert!(file.1.get() <= most, "{} bytes were read", file.1.get());
        }
    }

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        // Its text alone would fit; with the document around it, it does not.
        let most = usize::try_from(most_bytes()).unwrap();
        for length in [most / 4 * 3, most / 4 * 3 - 8, usize::MAX] {
            let endless = Endless(length as u64);
            assert!(matches!(append(&document("{}"), &endless), Err(Failure::Limit(_))), "{length}");
        }
        assert!(matches!(encode(&Endless(most_bytes() + 1)), Err(Failure::Limit(_))));
    }

    /// So many zeros.
    struct Endless(u64);

    impl Input for Endless {
        fn len(&self) -> u64 {
            self.0
        }
        fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, Failure> {
            assert!(self.0 <= most_bytes(), "what is too large is not read");
            Ok(vec![0; usize::try_from((self.0 - offset).min(u64::from(max))).unwrap()])
        }
    }
}
