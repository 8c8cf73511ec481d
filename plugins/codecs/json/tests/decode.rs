//! What people write by hand, and what is said of their mistakes.

mod common;

use std::cell::RefCell;

use common::{flow, line, mistakes, read, read_well};
use flowport_json_codec::JsonCodec;
use flowport_plugin::fake::Package;
use flowport_plugin::{
    Action, Codec, Failure, Head, Origin, PackageInfo, PackageReader, PackageWriter, ResourceId, Setup, Severity, State,
};

/// A package around raw resources, on one line.
fn package(resources: &str) -> String {
    format!(r#"{{"format":"flowport","formatVersion":"1.0","package":{{"name":"p"}},"resources":[{resources}]}}"#)
}

/// A resource with more keys.
fn resource(more: &str) -> String {
    format!(r#"{{"kind":"flow","id":"a","name":"A","dialect":"d"{more}}}"#)
}

/// The only mistake of a resource with these keys.
#[track_caller]
fn mistake(more: &str) -> String {
    let all = mistakes(resource(more));
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

#[test]
fn a_minimal_resource_gets_the_usual_values() {
    let single = resource(r#","parts":{"definition.json":{"json":{ "n" : 1.50 }}}"#);
    for text in [single.clone(), format!("[{single}]"), format!(" \r\n[\n{single} ]\n")] {
        let package = read_well(text);
        let resources = package.resources();
        assert_eq!(resources.len(), 1);
        assert_eq!(resources[0].head, Head::new(ResourceId::new("flow", "a"), "d", "A"));
        assert_eq!(resources[0].setup, Setup::none());
        let part = ("definition.json".to_owned(), "application/json".to_owned(), b"{ \"n\" : 1.50 }".to_vec());
        assert_eq!(resources[0].parts, [part]);
        assert_eq!(package.info(), PackageInfo::named(""));
    }
}

#[test]
fn every_key_is_read() {
    let package = read_well(
        r#"{
  "$schema": "x", "format": "flowport", "formatVersion": "1.0",
  "package": {"name": "n", "description": "d", "created": "c", "creator": "k", "source": "s", "intendedFor": "i"},
  "layouts": [{"format": "zip", "content": "l\u0000"}],
  "resources": [{
    "kind": "flow", "id": "a", "version": "", "name": "A", "dialect": "d", "state": "draft", "origin": "standard",
    "attributes": { "b": 1e400, "a": "\u00e9" },
    "setup": {"suggested": "new-version", "allowed": ["use-existing", "other:create"], "comment": "c"},
    "parts": {
      "text": {"text": "\ud83d\ude00\r\n"}, "json": {"mediaType": "a/b", "json": "x"}, "bytes": {"base64": "\u0041A=="}
    }
  }],
  "attachment": "AAEC"
}"#,
    );
    let info = package.info();
    assert_eq!((info.name.as_str(), info.description.as_str()), ("n", "d"));
    assert_eq!((info.created.as_deref(), info.creator.as_deref()), (Some("c"), Some("k")));
    assert_eq!((info.source.as_deref(), info.intended_for.as_deref()), (Some("s"), Some("i")));
    assert_eq!((info.layouts[0].format.as_str(), info.layouts[0].content.as_str()), ("zip", "l\0"));
    let resource = &package.resources()[0];
    assert_eq!(resource.head.id.version.as_deref(), Some(""));
    assert_eq!((resource.head.state, resource.head.origin), (State::Draft, Origin::Standard));
    assert_eq!(resource.head.attributes, r#"{ "b": 1e400, "a": "\u00e9" }"#);
    assert_eq!(resource.setup.suggested, Some(Action::NewVersion));
    assert_eq!(resource.setup.allowed, [Action::UseExisting, Action::Other("create".to_owned())]);
    assert_eq!(resource.setup.comment.as_deref(), Some("c"));
    let part = |index: usize| {
        let (name, media_type, content) = &resource.parts[index];
        (name.as_str(), media_type.as_str(), content.as_slice())
    };
    assert_eq!(part(0), ("text", "", "😀\r\n".as_bytes()));
    assert_eq!(part(1), ("json", "a/b", &b"\"x\""[..]));
    assert_eq!(part(2), ("bytes", "", &b"\0"[..]));
    assert_eq!(package.attached(), [0, 1, 2]);
}

#[test]
fn all_mistakes_are_named_at_once_with_their_places() {
    let text = r#"{
  "format": "flowport",
  "formatVersion": "1.0",
  "package": { "nam": "p" },
  "resources": [
    { "id": "a", "name": "A", "dialect": "d", "state": "publishd" },
    { "kind": "flow", "id": 5, "name": "B", "dialect": "d",
      "parts": { "x": { "json": 1, "text": "1" }, "y": {}, "é": { "base64": "A" } } },
    7
  ]
}"#;
    let expected = [
        "FJ08 package has no `name` at line 4, column 14 (in /package) | rename `nam` to `name`",
        "FJ08 a resource has no `kind` at line 6, column 5 (in /resources/0) | add what it is, such as \"kind\": \"flow\"",
        "FJ10 the state `publishd` is not known at line 6, column 56 (in /resources/0/state) | did you mean `published`?",
        "FJ09 id must be a string, not a number at line 7, column 29 (in /resources/1/id) | write it in double quotes",
        "FJ13 the part `x` has more than one content: json and text at line 8, column 23 (in /resources/1/parts/x) | keep one of them",
        "FJ13 the part `y` has no content: none of `json`, `text` and `base64` at line 8, column 56 (in /resources/1/parts/y) | put the content under one of them, such as { \"json\": { … } }",
        "FJ14 the part `é` is no valid base64: it is cut off at line 8, column 77 (in /resources/1/parts/é/base64) | use the standard alphabet (A-Z a-z 0-9 + /), padded with =, without spaces and line breaks",
        "FJ09 a resource must be an object, not a number at line 9, column 5 (in /resources/2) | put it in braces: { … }",
        "FJ07 the key `nam` of package is not known, and /package/nam is not read at line 4, column 23 (in /package/nam) | did you mean `name`?",
    ];
    assert_eq!(mistakes(text), expected);
}

#[test]
fn nothing_is_handed_over_where_anything_is_wrong() {
    let package_text = package(&format!("{}, {}", resource(""), r#"{"kind":"flow"}"#));
    let into = Package::default();
    assert!(JsonCodec::decode("json", &package_text.into_bytes(), &into).is_err());
    assert_eq!(into.resources(), []);
}

#[test]
fn the_version_decides() {
    let of = |version: &str| package(&resource("")).replace("\"1.0\"", version);
    assert_eq!(
        mistakes(of("\"2.0\"").replace("kind", "sort")),
        ["FJ05 the package is of version `2.0` of the format; this flowport reads version 1 at line 1, column 38 \
          (in /formatVersion) | read it with a newer flowport, or export it again from one that writes version 1"]
    );
    for version in ["\"1\"", "\"one\"", "\"1.\"", "\".0\"", "\"1.0.0\"", "\"-1.0\"", "\"\""] {
        assert!(mistakes(of(version))[0].starts_with("FJ05"), "{version}");
    }
    assert!(mistakes(of("1.0"))[0].starts_with("FJ09 formatVersion must be a string, not a number"));
    let (_, warnings) =
        read(of("\"1.10\"").replace("\"dialect\"", "\"colour\":\"red\",\"dialect\"")).expect("1.10 is read");
    let lines: Vec<String> = warnings.iter().map(line).collect();
    assert!(lines[0].starts_with("FJ06 the package is of version `1.10`, newer than 1.0"), "{lines:?}");
    assert!(lines[1].starts_with("FJ07 the key `colour` of a resource"), "{lines:?}");
    assert!(warnings.iter().all(|warning| warning.severity == Severity::Warning));
    assert_eq!(read(of("\"1.00\"")).expect("1.00 is 1.0").1, []);
}

#[test]
fn a_package_says_that_it_is_one() {
    let text = package("");
    let missing = mistakes(text.replace("\"format\":\"flowport\",", ""));
    assert_eq!(
        missing,
        ["FJ04 the package has no `format` at line 1, column 1 | a package begins with \"format\": \"flowport\""]
    );
    let wrong = mistakes(text.replace("\"flowport\"", "\"Flowport\""));
    assert!(
        wrong[0].starts_with("FJ04 the format is `\"Flowport\"`, not `flowport` at line 1, column 11"),
        "{wrong:?}"
    );
    for (key, code) in [("package", "FJ08"), ("resources", "FJ08"), ("formatVersion", "FJ08")] {
        let all = mistakes(text.replace(&format!("\"{key}\""), "\"zzzz\""));
        assert!(all[0].starts_with(&format!("{code} the package has no `{key}`")), "{all:?}");
    }
}

#[test]
fn unknown_keys_are_never_lost_silently() {
    let text = r#"{"format":"flowport","formatVersion":"1.0","Layouts":[],"package":{"name":"p","x/y":1},
"layouts":[{"format":"f","content":"c","z":0}],
"resources":[{"kind":"flow","id":"a","name":"A","dialect":"d","setups":{},"setup":{"comments":""},
"parts":{"p":{"media_type":"x","json":1}}}]}"#;
    let (package, warnings) = read(text).expect("unknown keys do not spoil a package");
    assert_eq!(package.resources().len(), 1);
    let found: Vec<(String, &str, bool)> = warnings
        .iter()
        .map(|warning| {
            let at = warning.summary.rsplit_once("(in ").expect("there is a pointer").1;
            assert_eq!(warning.code, "FJ07");
            (
                at.trim_end_matches(')').to_owned(),
                warning.help.as_deref().expect("there is help"),
                warning.subject.is_some(),
            )
        })
        .collect();
    let expected = [
        ("/Layouts", "did you mean `layouts`?", false),
        (
            "/package/x~1y",
            "take it out, or write one of name, description, created, creator, source, intendedFor",
            false,
        ),
        ("/layouts/0/z", "take it out, or write one of format, content", false),
        ("/resources/0/setups", "did you mean `setup`?", true),
        ("/resources/0/setup/comments", "did you mean `comment`?", true),
        ("/resources/0/parts/p/media_type", "did you mean `mediaType`?", true),
    ];
    assert_eq!(found, expected.map(|(at, help, subject)| (at.to_owned(), help, subject)));
}

#[test]
fn duplicates_name_both_places() {
    let one = resource("");
    let other = resource(",\"version\":\"1\"");
    read_well(package(&format!("{one},{other}")));
    let all = mistakes(package(&format!("{one},{other},{one}")));
    assert_eq!(all.len(), 1);
    assert!(all[0].starts_with("FJ12 flow `a` is there twice: /resources/0 and /resources/2 have"), "{all:?}");
    let layout = r#"{"format":"zip","content":""}"#;
    let layouts = package("").replace("\"resources\"", &format!("\"layouts\":[{layout},{layout}],\"resources\""));
    assert!(mistakes(layouts)[0].starts_with("FJ12 there are two layouts of the format `zip`"));
}

#[test]
fn wrong_types_and_words_are_refused() {
    for (more, expected) in [
        (",\"attributes\":[]", "FJ09 attributes must be an object, not a list"),
        (",\"attributes\":null", "FJ09 attributes must be an object, not null"),
        (",\"version\":1", "FJ09 version must be a string, not a number"),
        (",\"parts\":[]", "FJ09 parts must be an object, not a list"),
        (",\"parts\":{\"p\":\"x\"}", "FJ13 the part `p` must be an object"),
        (",\"parts\":{\"p\":{\"text\":1}}", "FJ09 text must be a string, not a number"),
        (",\"parts\":{\"p\":{\"base64\":1}}", "FJ09 base64 must be a string, not a number"),
        (",\"parts\":{\"p\":{\"base64\":\"A-==\"}}", "FJ14 the part `p` is no valid base64: byte 2 (`-`)"),
        (",\"parts\":{\"p\":{\"json\":1,\"mediaType\":1}}", "FJ09 mediaType must be a string"),
        (",\"parts\":{\"../p\":{\"json\":1}}", "FJ11 the name `../p` of a part leads out"),
        (",\"parts\":{\"\":{\"json\":1}}", "FJ11 the name `` of a part is empty"),
        (",\"state\":\"live\"", "FJ10 the state `live` is not known"),
        (",\"state\":true", "FJ09 state must be a string"),
        (",\"origin\":\"Custom\"", "FJ10 the origin `Custom` is not known"),
        (",\"setup\":[]", "FJ09 a setup must be an object"),
        (",\"setup\":{\"allowed\":\"update\"}", "FJ09 allowed must be a list, not a string"),
        (",\"setup\":{\"suggested\":\"udpate\"}", "FJ10 the action `udpate` is not known"),
        (",\"setup\":{\"allowed\":[\"skip\",\"go\"]}", "FJ10 the action `go` is not known"),
    ] {
        let mistake = mistake(more);
        assert!(mistake.starts_with(expected), "{mistake}");
        assert!(!mistake.ends_with("no help"), "{mistake}");
    }
    assert!(mistake(",\"origin\":\"Custom\"").ends_with("| did you mean `custom`?"));
    assert!(mistake(",\"state\":\"live\"").ends_with("| write one of draft, published"));
    let udpate = mistake(",\"setup\":{\"suggested\":\"udpate\"}");
    assert!(udpate.ends_with("| did you mean `update`? (a product's own word is written other:WORD)"), "{udpate}");
    assert!(mistake(",\"version\":null").ends_with("leave the key out where there is nothing to say"));
}

#[test]
fn ids_follow_the_contract() {
    for (from, to, expected) in [
        ("\"flow\"", "\"Flow\"", "FJ11 the kind `Flow` has upper-case letters"),
        ("\"flow\"", "\"\"", "FJ11 the kind `` is empty"),
        ("\"a\"", "\"\"", "FJ11 the id `` is empty"),
        ("\"a\"", "\"\\u001b[2J\"", "FJ11 the id `\\u{1b}[2J` has control characters"),
        ("\"d\"", "\"\"", "FJ11 the dialect `` is empty"),
    ] {
        let all = mistakes(resource("").replace(from, to));
        assert_eq!(all.len(), 1);
        assert!(all[0].starts_with(expected), "{all:?}");
    }
}

#[test]
fn attributes_have_a_limit() {
    let of = |length: usize| resource(&format!(",\"attributes\":{{\"k\":\"{}\"}}", "x".repeat(length)));
    let most = (4 << 20) - r#"{"k":""}"#.len();
    read_well(of(most));
    assert!(mistakes(of(most + 1))[0].starts_with("FJ16 the attributes have 4194305 bytes"));
}

#[test]
fn invalid_json_is_explained() {
    for (text, expected, help) in [
        (
            "{\"a\":1,}",
            "FJ01 this is no valid JSON: expected a member name in quotes, found `}` at line 1, column 8",
            "no comma before",
        ),
        (
            "{\"kind\":\"a\",\n\"kind\":\"b\"}",
            "FJ01 this is no valid JSON: the member name `kind` appears twice",
            "take one of the two out",
        ),
        ("{\"kind\":", "FJ01 this is no valid JSON: expected a value, but the text ends", "cut off"),
        (
            "{} {}",
            "FJ01 this is no valid JSON: expected nothing after the document, found `{` at line 1, column 4",
            "[ …, … ]",
        ),
        ("", "FJ01 this is no valid JSON: expected a value, but the text ends", "cut off"),
    ] {
        let all = mistakes(text);
        assert!(all[0].starts_with(expected) && all[0].contains(help), "{all:?}");
    }
    assert!(mistakes(b"\xff\xfe{\0}\0")[0].starts_with("FJ17 this is no valid JSON: the text is encoded as UTF-16LE"));
    assert!(mistakes(b"{\"k\":\"\xff\"}")[0].starts_with("FJ01 this is no valid JSON: the text is not valid UTF-8"));
    for shape in ["{}", "[]", "1", "\"x\"", "[{}]", "null"] {
        let all = mistakes(shape);
        assert!(all[0].starts_with("FJ03") && !all[0].ends_with("no help"), "{all:?}");
    }
}

#[test]
fn a_byte_order_mark_is_a_warning() {
    let (package, warnings) = read(format!("\u{feff}{}", resource(""))).expect("a mark does not spoil a file");
    assert_eq!(package.resources().len(), 1);
    assert_eq!(warnings.iter().map(|warning| warning.code.as_str()).collect::<Vec<_>>(), ["FJ02"]);
}

#[test]
fn limits_are_limits() {
    for text in ["[".repeat(100_000), format!("{{\"kind\":\"f\",\"id\":{}1", "[".repeat(257))] {
        assert!(matches!(read(text), Err(Failure::Limit(_))));
    }
    assert!(matches!(read(vec![b' '; (64 << 20) + 1]), Err(Failure::Limit(_))));
}

#[test]
fn many_mistakes_are_counted() {
    let list = vec!["{\"kind\":\"f\",\"id\":\"a\",\"name\":\"\"}"; 200].join(",");
    let all = mistakes(format!("[{list}]"));
    assert_eq!(all.len(), 51);
    // A missing dialect each, and 199 repeated ids.
    assert!(all[50].starts_with("FJ15 349 more errors are not shown"), "{}", all[50]);
}

#[test]
fn other_formats_are_not_taken() {
    let text = resource("").into_bytes();
    assert!(matches!(JsonCodec::decode("zip", &text, &Package::default()), Err(Failure::Unsupported(_))));
    let refused = JsonCodec::encode("zip", &Package::default(), &flowport_plugin::fake::File::default());
    assert!(matches!(refused, Err(Failure::Unsupported(_))));
}

#[test]
fn products_are_named_when_decoding_too() {
    assert!(mistakes("{\"nodes\":[],\"connections\":{}}")[0].starts_with("FJ30 this is an n8n workflow"));
}

/// Passes everything on and notes the largest piece.
#[derive(Default)]
struct Pieces {
    package: Package,
    largest: RefCell<usize>,
}

impl Pieces {
    fn note(&self, bytes: &[u8]) {
        let mut largest = self.largest.borrow_mut();
        *largest = bytes.len().max(*largest);
    }
}

impl PackageWriter for Pieces {
    fn describe(&self, info: PackageInfo) -> Result<(), Failure> {
        self.package.describe(info)
    }
    fn add(&self, head: Head, setup: Setup) -> Result<(), Failure> {
        self.package.add(head, setup)
    }
    fn part(&self, name: &str, media_type: &str) -> Result<(), Failure> {
        self.package.part(name, media_type)
    }
    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.note(bytes);
        self.package.write(bytes)
    }
    fn attachment(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.note(bytes);
        PackageWriter::attachment(&self.package, bytes)
    }
}

#[test]
fn large_parts_go_over_in_pieces() {
    let mut large = flow("a");
    let bytes: Vec<u8> = (0..1_000_000u32).map(|index| (index % 253) as u8).collect();
    large.parts.push(("bytes".to_owned(), String::new(), bytes.clone()));
    large.parts.push(("text".to_owned(), String::new(), "é\n".repeat(300_000).into_bytes()));
    large = large.json("json", &format!("[{}1]", "1, ".repeat(200_000)));
    let original = common::package_of(vec![large]).with_attachment(&bytes);
    let text = common::write(&original).expect("it is small enough");
    let pieces = Pieces::default();
    JsonCodec::decode("json", &text, &pieces).expect("what was written is read");
    common::assert_same(&pieces.package, &original);
    let largest = *pieces.largest.borrow();
    assert!((200_000..=256 * 1024).contains(&largest), "{largest}");
}
