use super::builder::Builder;
use super::encoding;
use super::fault::{Fault, Place};
use crate::document::{BYTE_ORDER_MARK, Document};
use crate::error::{Error, Position, Problem};
use crate::limits::Limits;

/// Checks a text and makes it a document.
pub(crate) fn document(mut bytes: Vec<u8>, limits: &Limits) -> Result<Document, Error> {
    if bytes.len() > limits.bytes() {
        return Err(about_all(Problem::TooLong { bytes: bytes.len(), limit: limits.bytes() }));
    }
    if let Some(encoding) = encoding::foreign(&bytes) {
        return Err(about_all(Problem::Encoding { encoding }));
    }
    let has_bom = bytes.starts_with(BYTE_ORDER_MARK);
    if has_bom {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Err(not_utf8(&error, limits)),
    };
    let mut builder = Builder::new(&text, limits);
    match builder.read() {
        Ok(()) => {
            let nodes = builder.into_nodes();
            let limits = limits.clone();
            Ok(Document { text, nodes, has_bom, limits })
        }
        Err(fault) => Err(locate(text.as_bytes(), &builder, fault)),
    }
}

fn about_all(problem: Problem) -> Error {
    Error { problem, position: Position::of(b"", 0), pointer: String::new() }
}

fn locate(bytes: &[u8], builder: &Builder<'_>, fault: Fault) -> Error {
    Error { problem: fault.problem, position: Position::of(bytes, fault.offset), pointer: builder.pointer(fault.place) }
}

/// Reads what is valid, to find the pointer, and to report what is wrong before the invalid byte.
fn not_utf8(error: &std::string::FromUtf8Error, limits: &Limits) -> Error {
    let valid = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(&error.as_bytes()[..valid]);
    let mut builder = Builder::new(&text, limits);
    let (offset, place) = match builder.read() {
        Err(fault) if fault.offset < valid => return locate(text.as_bytes(), &builder, fault),
        Err(fault) => (valid, fault.place),
        Ok(()) => (valid, Place::Container),
    };
    let problem = Problem::Utf8;
    locate(text.as_bytes(), &builder, Fault { problem, offset, place })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: impl AsRef<[u8]>) -> Error {
        document(bytes.as_ref().to_vec(), &Limits::default()).expect_err("the text is wrong")
    }

    /// The message, and the byte that it means.
    fn message(bytes: impl AsRef<[u8]>) -> (String, usize) {
        let error = refused(bytes);
        (error.to_string(), error.position.offset)
    }

    #[test]
    fn says_what_where_and_why() {
        for (text, expected, offset) in [
            ("", "expected a value, but the text ends at line 1, column 1", 0),
            (" \n ", "expected a value, but the text ends at line 2, column 2", 3),
            ("{\"a\":1} x", "expected nothing after the document, found `x` at line 1, column 9", 8),
            ("[1,\n 2,]", "expected a value, found `]` at line 2, column 4 (in /2)", 7),
            ("[1 2]", "expected `,` or `]`, found `2` at line 1, column 4", 3),
            ("[[1}]", "expected `,` or `]`, found `}` at line 1, column 4 (in /0)", 3),
            ("[1", "expected `,` or `]`, but the text ends at line 1, column 3", 2),
            ("{\"a\":{\"b\":1]}", "expected `,` or `}`, found `]` at line 1, column 12 (in /a)", 11),
            ("{\"a\":1,}", "expected a member name in quotes, found `}` at line 1, column 8", 7),
            ("{\"a\":{b:1}}", "expected a member name in quotes, found `b` at line 1, column 7 (in /a)", 6),
            ("{\"a\" 1}", "expected `:`, found `1` at line 1, column 6 (in /a)", 5),
            ("{\"a\":}", "expected a value, found `}` at line 1, column 6 (in /a)", 5),
            ("{\"é\":\"é\", \"/~\":[0,tru]}", "expected a value, found `t` at line 1, column 19 (in /~1~0/1)", 20),
            ("[NaN]", "expected a value, found `N` at line 1, column 2 (in /0)", 1),
            ("{/*x*/}", "expected a member name in quotes, found `/` at line 1, column 2", 1),
            ("[\"a\nb\"]", "a string holds the control character U+000A unescaped at line 1, column 4 (in /0)", 3),
            ("{\"\u{1}\":1}", "a string holds the control character U+0001 unescaped at line 1, column 3", 2),
            ("{\"k\":\"\\x\"}", "a string holds an invalid escape at line 1, column 7 (in /k)", 6),
            ("{\"k\":\"\\ud800\"}", "a string holds the lone surrogate \\ud800 at line 1, column 7 (in /k)", 6),
            ("{\"\\udc00\":1}", "a string holds the lone surrogate \\udc00 at line 1, column 3", 2),
            ("{\"a\":[\"x", "expected the end of a string, but the text ends at line 1, column 9 (in /a/0)", 8),
            ("[1,02]", "a number is malformed: it has a leading zero at line 1, column 4 (in /1)", 3),
            (
                "{\"a\":1,\"b\":{\"c\":1,\"\\u0063\":2}}",
                "the member name `c` appears twice in one object at line 1, column 19 (in /b/c)",
                18,
            ),
            ("\u{FEFF}[,]", "expected a value, found `,` at line 1, column 2 (in /0)", 1),
            ("[`]", "expected a value, found a backquote at line 1, column 2 (in /0)", 1),
        ] {
            assert_eq!(message(text), (expected.to_owned(), offset), "{text}");
        }
    }

    #[test]
    fn counts_lines_and_columns_in_characters() {
        let error = refused("{\r\n\"é😀\": [\n\n\"ß\" x]}");
        let position = Position { line: 4, column: 5, offset: 21 };
        assert_eq!((error.position, &*error.pointer), (position, "/é😀"));
    }

    #[test]
    fn messages_are_safe_to_print_and_short() {
        let name = format!("\u{1b}[31m\u{202E}{}", "x".repeat(10_000));
        let text = format!("{{\"{}\":[\u{202E}]}}", name.replace('\u{1b}', "\\u001b"));
        let error = refused(&text);
        assert_eq!(error.pointer, format!("/{name}/0"));
        let message = error.to_string();
        assert!(message.contains(r"\u{1b}[31m\u{202e}xxx"), "{message}");
        assert!(!message.contains(['\u{1b}', '\u{202E}']));
        assert!(message.len() < 500, "{}", message.len());
    }

    #[test]
    fn refuses_invalid_utf8_where_it_is() {
        for (bytes, offset, pointer) in [
            (&b"{\"k\":\"\xff\xfe\"}"[..], 6, "/k"),
            (b"{\"k\":\"\xc0\xaf\"}", 6, "/k"),
            (b"[1, \"a\xed\xa0\x80\"]", 6, "/1"),
            (b"{\"a\":{\"\xff\":1}}", 7, "/a"),
            (b"[]\xff", 2, ""),
            (b"[[0]\n\xff", 5, ""),
        ] {
            let error = refused(bytes);
            assert_eq!(error.problem, Problem::Utf8, "{bytes:?}");
            assert_eq!((error.position.offset, &*error.pointer), (offset, pointer), "{bytes:?}");
        }
        assert_eq!(message(b"[\n\"\xE9\"]").0, "the text is not valid UTF-8 at line 2, column 2 (in /0)");
        // What is wrong before comes first.
        assert_eq!(refused(b"[,\"\xff\"]").position.offset, 1);
    }

    #[test]
    fn refuses_other_encodings_by_name() {
        let utf16: Vec<u8> = "\u{FEFF}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(message(utf16).0, "the text is encoded as UTF-16LE, only UTF-8 is taken");
    }

    #[test]
    fn keeps_to_the_depth_limit() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let nested = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert!(document(nested(256).into(), &Limits::default()).is_ok());
            let error = refused(nested(257));
            assert_eq!(error.problem, Problem::TooDeep { limit: 256 });
            assert_eq!(error.position.offset, open.len() * 256);
            assert_eq!(error.pointer.matches('/').count(), 256);
            assert_eq!(refused(nested(100_000)).problem, Problem::TooDeep { limit: 256 });
            assert_eq!(refused(open.repeat(1_000_000)).problem, Problem::TooDeep { limit: 256 });
        }
        let none = Limits { max_depth: 0, ..Limits::default() };
        assert!(document(b"1".to_vec(), &none).is_ok());
        assert!(document(b"[]".to_vec(), &none).is_err());
    }

    /// With a depth limit out of the way everything that goes through a document must still not recurse.
    #[test]
    fn nothing_recurses() {
        const DEPTH: usize = 100_000;
        let deep = Limits { max_depth: DEPTH, ..Limits::default() };
        let text = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
        let run = move || {
            let document = document(text.into(), &deep).expect("it is valid");
            assert_eq!(document.walk().count(), DEPTH);
            assert!(document.root().equivalent(document.clone().root()));
            let innermost = document.walk().last().expect("it has a root");
            assert_eq!(innermost.pointer().len(), 2 * (DEPTH - 1));
            assert_eq!(document.at(&innermost.pointer()).expect("it is there").span(), innermost.span());
            let mut edits = crate::Edits::new(&document);
            edits.insert_element(innermost, "1");
            let edited = edits.finish().expect("a scalar nests no deeper");
            assert_eq!(edited.len(), 2 * DEPTH + 1);
        };
        // A stack that recursion over 100,000 levels does not fit in.
        let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(run).expect("threads start");
        assert!(thread.join().is_ok());
    }

    #[test]
    fn keeps_to_the_length_limit() {
        let limits = Limits { max_bytes: 5, ..Limits::default() };
        assert!(document(b"[1,2]".to_vec(), &limits).is_ok());
        let error = document(b"[1,22]".to_vec(), &limits).expect_err("six bytes");
        assert_eq!(error.to_string(), "the document has 6 bytes, more than 5");
        // The byte order mark counts.
        assert!(document(b"\xEF\xBB\xBF[1]".to_vec(), &limits).is_err());
    }

    #[test]
    fn keeps_to_the_limit_of_values_and_names() {
        let limits = Limits { max_nodes: 4, ..Limits::default() };
        assert!(document(b"[1,2,3]".to_vec(), &limits).is_ok());
        let error = document(b"[1,2,3,4]".to_vec(), &limits).expect_err("five values");
        assert_eq!((&error.problem, &*error.pointer), (&Problem::TooMany { limit: 4 }, "/3"));
        assert!(document(b"{\"a\":1,\"b\":1}".to_vec(), &limits).is_err());
    }
}
