//! Formats whose file is one JSON document: reading it, and saying what is wrong with one that is broken, quoted once too often,
//! a list, or of another product.
//!
//! ```
//! use flowport_plugin::json_file::{Codes, JsonFile};
//!
//! const FILE: JsonFile = JsonFile {
//!     what: "a flow of Acme",
//!     noun: "flow",
//!     is_one: |object| object.get("acmeSteps").is_some(),
//!     another: "this is no flow of Acme: it has no acmeSteps",
//!     export_again: "export the flow again from Acme",
//!     codes: Codes { not_json: "AC0001", encoded: "AC0002", not_an_object: "AC0003", another: "AC0004" },
//! };
//!
//! let file = br#"{ "acmeSteps": [] }"#.to_vec();
//! assert!(FILE.read(&file).unwrap().root().get("acmeSteps").is_some());
//! assert!(FILE.read(&b"[]".to_vec()).is_err());
//! ```

use crate::attachment::refuse_own_key;
use crate::json::{Document, Error, Kind, Limits, Problem, Value};
use crate::{Diagnostic, Failure, Head, Input, PackageReader, Slot, View, read_part};

/// What a file of a format must be: one object, the product's own.
#[derive(Debug, Clone, Copy)]
pub struct JsonFile {
    /// What one file holds, for people: `a flow of Acme`.
    pub what: &'static str,
    /// The same in a word: `flow`.
    pub noun: &'static str,
    /// Whether an object is of the product.
    pub is_one: fn(Value<'_>) -> bool,
    /// What is said of an object that is not.
    pub another: &'static str,
    /// What to do where only the product can help.
    pub export_again: &'static str,
    /// Of the findings.
    pub codes: Codes,
}

/// The stable codes of what is found wrong with a file.
#[derive(Debug, Clone, Copy)]
pub struct Codes {
    /// It is no JSON.
    pub not_json: &'static str,
    /// It is JSON inside a string.
    pub encoded: &'static str,
    /// It is a list, or a single value.
    pub not_an_object: &'static str,
    /// It is an object of another product.
    pub another: &'static str,
}

impl JsonFile {
    /// The document of a file. Its root is an object of the product.
    ///
    /// # Errors
    /// `Failure::Malformed` with one of the codes where the file is anything else, `Failure::Limit` for a document over the
    /// limits of [`Limits::default`].
    pub fn read(&self, file: &dyn Input) -> Result<Document, Failure> {
        self.parse(file.read_all(most_bytes())?)
    }

    /// The document of a part that becomes a file. Its root is an object of the product.
    ///
    /// # Errors
    /// As [`JsonFile::read`], about the resource and the part; `Failure::Malformed` where there is no such part.
    pub fn read_part(&self, view: &dyn View, part: &str) -> Result<Document, Failure> {
        let text = read_part(view, part, most_bytes())?;
        self.parse(text).map_err(|failure| match failure {
            Failure::Malformed(found) => {
                let id = view.head().id;
                let about = |found: Diagnostic| found.subject(id.clone()).at(Slot::new(part, ""));
                Failure::Malformed(found.into_iter().map(about).collect())
            }
            other => other,
        })
    }

    /// Which resource of a package has the file to itself: the first one that can be written and is the same one when the file
    /// is read again. One answer per resource, for [`Codec::fits`](crate::Codec::fits). `part` is the part that becomes the
    /// file, `head` what a file says of its resource.
    pub fn fits(&self, package: &dyn PackageReader, part: &str, head: fn(Value<'_>) -> Option<Head>) -> Vec<bool> {
        let is_the_same = |view: &dyn View| {
            let Ok(document) = self.read_part(view, part) else { return false };
            refuse_own_key(&document, self.noun, self.codes.another).is_ok()
                && head(document.root()).is_some_and(|stated| stated.id == view.head().id)
        };
        let first = (0..package.len()).find(|index| is_the_same(package.view(*index).as_ref()));
        (0..package.len()).map(|index| first == Some(index)).collect()
    }

    fn parse(&self, text: Vec<u8>) -> Result<Document, Failure> {
        let document = Document::parse(text).map_err(|error| match error.problem {
            Problem::TooDeep { .. } | Problem::TooLong { .. } | Problem::TooMany { .. } => {
                Failure::Limit(error.to_string())
            }
            _ => self.not_json("this is no valid JSON", &error).into(),
        })?;
        match self.fault(document.root()) {
            None => Ok(document),
            Some(diagnostic) => Err(diagnostic.into()),
        }
    }

    fn not_json(&self, what: &str, error: &Error) -> Diagnostic {
        let noun = self.noun;
        let help = match &error.problem {
            Problem::End { .. } => format!("the file was cut off: copy it or export the {noun} again"),
            Problem::Encoding { .. } | Problem::Utf8 => "save it as UTF-8".to_owned(),
            Problem::DuplicateKey { .. } => "take one of the two out".to_owned(),
            _ => format!("JSON is taken strictly: mend the file there, or export the {noun} again"),
        };
        Diagnostic::error(self.codes.not_json, format!("{what}: {error}")).help(help)
    }

    /// What a document is instead.
    fn fault(&self, root: Value<'_>) -> Option<Diagnostic> {
        Some(match root.kind() {
            Kind::Object if (self.is_one)(root) => return None,
            Kind::Object => Diagnostic::error(self.codes.another, self.another).help(self.export_again),
            Kind::String => self.encoded(root),
            Kind::Array => self
                .not_an_object(&format!("a list with {} elements", root.len()))
                .help(format!("put each {} of the list into a file of its own", self.noun)),
            Kind::Null | Kind::Bool | Kind::Number => self.not_an_object("a single value").help(self.export_again),
        })
    }

    fn not_an_object(&self, instead: &str) -> Diagnostic {
        let summary = format!("{} is one object, and this is {instead}", self.what);
        Diagnostic::error(self.codes.not_an_object, summary)
    }

    /// Says how often a document was encoded: once more than there are strings around it.
    fn encoded(&self, root: Value<'_>) -> Diagnostic {
        let (layers, inner) = innermost(root);
        let times = match layers {
            1 => "twice".to_owned(),
            more => format!("{} times", more + 1),
        };
        let summary = format!("this is JSON inside a string: the {} was encoded {times} instead of once", self.noun);
        match inner {
            Ok(document) if (self.is_one)(document.root()) => Diagnostic::error(self.codes.encoded, summary).help(
                "whatever saved the file quoted it once more: save the text as it is, or take a layer off with `jq -r . FILE`",
            ),
            Ok(_) => self.not_an_object("a single text").help(self.export_again),
            Err(error) => self.not_json(&format!("{summary}, and what is inside is no valid JSON"), &error),
        }
    }
}

/// What is left when all strings around a document are taken off, and how many there were.
pub fn innermost(string: Value<'_>) -> (usize, Result<Document, Error>) {
    // Each layer has fewer bytes than the one around it, so that this ends.
    let mut text = string.as_str().unwrap_or_default().into_owned();
    let mut layers = 1;
    loop {
        let parsed = Document::parse(text);
        match parsed.as_ref().ok().and_then(|document| document.root().as_str()) {
            Some(inner) => text = inner.into_owned(),
            None => return (layers, parsed),
        }
        layers += 1;
    }
}

/// The most bytes of a file that is read whole: more are never taken for JSON.
#[must_use]
pub fn most_bytes() -> u64 {
    Limits::default().max_bytes as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Package, Resource};
    use crate::json::quote;
    use crate::{PackageInfo, ResourceId};

    const FILE: JsonFile = JsonFile {
        what: "a memo of Acme",
        noun: "memo",
        is_one: |object| object.get("acme").is_some(),
        another: "this is no memo of Acme: it has no acme",
        export_again: "export the memo again from Acme",
        codes: Codes { not_json: "A1", encoded: "A2", not_an_object: "A3", another: "A4" },
    };

    fn refused(text: impl Into<Vec<u8>>) -> Diagnostic {
        match FILE.read(&text.into()) {
            Err(Failure::Malformed(mut found)) if found.len() == 1 => found.remove(0),
            other => panic!("{:?}", other.map(|document| document.text().to_owned())),
        }
    }

    #[test]
    fn an_object_of_the_product_is_read_as_it_is() {
        for text in ["{\"acme\":1}", "\u{FEFF} { \"acme\" : null }\n"] {
            assert_eq!(FILE.read(&text.as_bytes().to_vec()).unwrap().into_bytes(), text.as_bytes());
        }
    }

    #[test]
    fn anything_else_is_told_by_what_it_is() {
        for (text, code, summary, help) in [
            ("[{},{}]", "A3", "a memo of Acme is one object, and this is a list with 2 elements", "put each memo"),
            ("7", "A3", "a memo of Acme is one object, and this is a single value", "export the memo again from Acme"),
            ("\"7\"", "A3", "a memo of Acme is one object, and this is a single text", "export the memo again"),
            ("{}", "A4", "this is no memo of Acme: it has no acme", "export the memo again from Acme"),
            (
                "{",
                "A1",
                "this is no valid JSON: expected a member name",
                "the file was cut off: copy it or export the memo",
            ),
            (
                "{\"acme\":01}",
                "A1",
                "this is no valid JSON: a number",
                "JSON is taken strictly: mend the file there, or export the memo",
            ),
            (
                "{\"acme\":1,\"acme\":1}",
                "A1",
                "this is no valid JSON: the member name `acme` appears twice",
                "take one",
            ),
        ] {
            let found = refused(text);
            assert_eq!(found.code, code, "{text}");
            assert!(found.summary.starts_with(summary), "{text}: {}", found.summary);
            assert!(found.help.as_ref().is_some_and(|said| said.starts_with(help)), "{text}: {found:?}");
        }
        assert_eq!(refused(b"{\"acme\":\"\xFF\"}".as_slice()).help.as_deref(), Some("save it as UTF-8"));
    }

    #[test]
    fn strings_around_a_document_are_counted() {
        let encoded = |text: &str, times| (0..times).fold(text.to_owned(), |text, _| quote(&text));
        for (times, said) in [(1, "twice"), (2, "3 times"), (5, "6 times")] {
            let found = refused(encoded("{\"acme\":1}", times));
            let expected = format!("this is JSON inside a string: the memo was encoded {said} instead of once");
            assert_eq!((found.code.as_str(), found.summary.as_str()), ("A2", expected.as_str()));
            let broken = refused(encoded("{\n\"acme\"", times));
            assert!(broken.summary.starts_with(&format!("{expected}, and what is inside is no valid JSON")));
            assert!(broken.code == "A1" && broken.summary.contains("line 2, column 7"), "{}", broken.summary);
            let document = Document::parse(encoded("[7]", times)).unwrap();
            let (layers, inner) = innermost(document.root());
            assert_eq!((layers, inner.unwrap().text()), (times, "[7]"));
        }
    }

    #[test]
    fn what_is_over_the_limits_is_no_fault_of_the_file() {
        let deep = format!("{{\"acme\":{}{}}}", "[".repeat(300), "]".repeat(300));
        let mut long = b"{\"acme\":1}".to_vec();
        long.resize(usize::try_from(most_bytes()).unwrap() + 1, b' ');
        for text in [deep.into_bytes(), long] {
            assert!(matches!(FILE.read(&text), Err(Failure::Limit(_))));
        }
    }

    #[test]
    fn what_is_wrong_with_a_part_names_the_resource() {
        let id = ResourceId::new("memo", "1");
        let of = |text: &str| Resource::new(Head::new(id.clone(), "acme", "M")).json("memo.json", text);
        assert_eq!(FILE.read_part(&of("{\"acme\": 1}"), "memo.json").unwrap().text(), "{\"acme\": 1}");
        let Err(Failure::Malformed(found)) = FILE.read_part(&of("{}"), "memo.json") else { panic!("it was taken") };
        assert_eq!((found[0].slot.as_deref(), found[0].subject.as_ref()), (Some("memo.json#"), Some(&id)));
        assert!(matches!(FILE.read_part(&of("{}"), "other.json"), Err(Failure::Malformed(_))));
    }

    #[test]
    fn the_first_that_is_itself_when_it_is_read_again_fits() {
        fn head(root: Value<'_>) -> Option<Head> {
            let name = root.get("acme")?.as_str()?;
            let version = root.get("version").and_then(Value::as_str).map(std::borrow::Cow::into_owned);
            Some(Head::new(ResourceId { version, ..ResourceId::new("memo", &name) }, "acme", &name))
        }
        let of = |id: &str, version: Option<&str>, part: &str, text: &str| {
            let id = ResourceId { version: version.map(str::to_owned), ..ResourceId::new("memo", id) };
            Resource::new(Head::new(id, "acme", "M")).json(part, text)
        };
        let good = || of("a", None, "memo.json", "{\"acme\":\"a\"}");
        let fits =
            |resources: Vec<Resource>| FILE.fits(&Package::new(PackageInfo::named("p"), resources), "memo.json", head);
        assert_eq!(fits(vec![]), []);
        assert_eq!(fits(vec![good(), of("b", None, "memo.json", "{\"acme\":\"b\"}")]), [true, false]);
        for other in [
            of("b", None, "memo.json", "{\"acme\":\"a\"}"),
            of("a", Some("2"), "memo.json", "{\"acme\":\"a\",\"version\":\"1\"}"),
            of("a", None, "memo.json", "{\"acme\":\"a\",\"version\":\"1\"}"),
            of("7", None, "memo.json", "{\"acme\":7}"),
            of("a", None, "memo.json", "{\"name\":\"a\"}"),
            of("a", None, "memo.json", "[]"),
            of("a", None, "memo.json", "{"),
            of("a", None, "other.json", "{\"acme\":\"a\"}"),
            of("a", None, "memo.json", "{\"acme\":\"a\",\"flowportAttachment\":\"\"}"),
        ] {
            assert_eq!(fits(vec![other.clone()]), [false], "{other:?}");
            assert_eq!(fits(vec![other, good()]), [false, true]);
        }
    }
}
