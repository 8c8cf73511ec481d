//! The document that is written, character by character, and what is refused.

mod common;

use std::cell::RefCell;

use common::{assert_same, flow, package_of, read_well, write, written};
use flowport_json_codec::JsonCodec;
use flowport_plugin::fake::{Package, Resource};
use flowport_plugin::{
    Action, Codec, Failure, Head, Input, Layout, Origin, Output, PackageInfo, PackageReader, PartInfo, Setup, State,
    View,
};

/// The line of the only part of a resource.
fn stored(bytes: &[u8], media_type: &str) -> String {
    let mut resource = flow("a");
    resource.parts.push(("p".to_owned(), media_type.to_owned(), bytes.to_vec()));
    let original = package_of(vec![resource]);
    let text = written(&original);
    assert_same(&read_well(&text), &original);
    let (_, behind) = text.split_once("\"p\": {\n").expect("the part is there");
    let (part, _) = behind.rsplit_once("\n        }\n      }\n    }\n  ]\n}\n").expect("the document ends");
    part.lines().map(str::trim_start).collect::<Vec<_>>().join(" ")
}

#[test]
fn everything_has_its_place() {
    let mut info = PackageInfo::named("Ü");
    info.created = Some("2026-03-01T09:30:00Z".to_owned());
    info.creator = Some("ana".to_owned());
    info.source = Some("dev".to_owned());
    info.intended_for = Some("prod".to_owned());
    info.layouts.push(Layout { format: "zip".to_owned(), content: "a\"\n".to_owned() });
    let mut full = flow("b").json("d.json", "{\r\n \"n\" : 1.50 }").json("e.json", "[]");
    full.head.id.version = Some("2".to_owned());
    full.head.state = State::Draft;
    full.head.origin = Origin::Standard;
    full.head.attributes = " { \"z\":1,\n\"a\":2 }\n".to_owned();
    full.setup = Setup {
        suggested: Some(Action::Other("skip".to_owned())),
        allowed: vec![Action::NewVersion, Action::UseExisting],
        comment: Some("c".to_owned()),
    };
    full.parts.push(("t".to_owned(), "text/plain".to_owned(), b"x".to_vec()));
    full.parts.push(("b".to_owned(), String::new(), vec![0xFF]));
    let package = Package::new(info, vec![flow("a"), full]).with_attachment(b"\0\0\0\0");
    let expected = r#"{
  "format": "flowport",
  "formatVersion": "1.0",
  "package": {
    "name": "Ü",
    "description": "",
    "created": "2026-03-01T09:30:00Z",
    "creator": "ana",
    "source": "dev",
    "intendedFor": "prod"
  },
  "layouts": [
    {
      "format": "zip",
      "content": "a\"\n"
    }
  ],
  "resources": [
    {
      "kind": "flow",
      "id": "a",
      "name": "A flow",
      "dialect": "power-automate"
    },
    {
      "kind": "flow",
      "id": "b",
      "version": "2",
      "name": "A flow",
      "dialect": "power-automate",
      "state": "draft",
      "origin": "standard",
      "attributes": { "z":1,
"a":2 },
      "setup": {
        "suggested": "other:skip",
        "allowed": [
          "new-version",
          "use-existing"
        ],
        "comment": "c"
      },
      "parts": {
        "d.json": {
          "json": {
 "n" : 1.50 }
        },
        "e.json": {
          "json": []
        },
        "t": {
          "mediaType": "text/plain",
          "text": "x"
        },
        "b": {
          "base64": "/w=="
        }
      }
    }
  ],
  "attachment": "AAAAAA=="
}
"#;
    // The carriage return is the part's own.
    assert_eq!(written(&package), expected.replace("{\n \"n\"", "{\r\n \"n\""));
    assert_eq!(written(&package), written(&package));
}

#[test]
fn an_empty_package_is_a_package() {
    let text = written(&package_of(Vec::new()));
    assert!(text.ends_with("  \"resources\": []\n}\n"), "{text}");
    assert_same(&read_well(&text), &package_of(Vec::new()));
}

#[test]
fn strict_json_is_embedded_and_nothing_else() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels)).into_bytes();
    let json = "application/json";
    assert_eq!(stored(b"{\"a\" :\t1e400}", json), "\"json\": {\"a\" :\t1e400}");
    assert_eq!(stored(b"1", "text/x"), "\"mediaType\": \"text/x\", \"json\": 1");
    assert_eq!(stored(b"\"\\u0041\"", ""), "\"mediaType\": \"\", \"json\": \"\\u0041\"");
    assert!(stored(&deep(251), json).starts_with("\"json\": [[["));
    assert!(stored(&deep(252), json).starts_with("\"mediaType\": \"application/json\", \"text\": \"[[["));
    for (bytes, expected) in [
        (&b" {}"[..], r#""text": " {}""#),
        (b"{}\r\n", r#""text": "{}\r\n""#),
        (b"\xEF\xBB\xBF{}", "\"text\": \"\u{feff}{}\""),
        (b"{\"a\":1,\"a\":2}", r#""text": "{\"a\":1,\"a\":2}""#),
        (b"\"\\ud800\"", r#""text": "\"\\ud800\"""#),
        (b"", r#""text": """#),
        (b"\0", r#""text": "\u0000""#),
        (b"{\xff}", r#""base64": "e/99""#),
        (b"\xff\xfe{\0}\0", r#""base64": "//57AH0A""#),
    ] {
        assert_eq!(stored(bytes, ""), expected);
    }
}

#[test]
fn parts_with_very_many_values_leave_room_for_the_rest() {
    let numbers = |count: usize| format!("[{}0]", "0,".repeat(count - 1)).into_bytes();
    let half = 4 << 20;
    assert!(stored(&numbers(half), "").starts_with("\"text\""));
    // Each fits by itself, both do not.
    let mut resource = flow("a");
    for name in ["p", "q"] {
        resource.parts.push((name.to_owned(), String::new(), numbers(half / 2)));
    }
    let original = package_of(vec![resource]);
    let text = written(&original);
    assert_eq!((text.matches("\"json\": [0").count(), text.matches("\"text\": \"[0").count()), (1, 1));
    assert_same(&read_well(text), &original);
}

#[test]
fn what_is_too_large_is_refused_with_a_way_out() {
    #[track_caller]
    fn refused(resource: Resource, expected: &str) {
        match write(&package_of(vec![resource])) {
            Err(Failure::Limit(message)) => {
                assert!(message.contains(expected) && message.contains("--format zip"), "{message}");
            }
            other => panic!("{:?}", other.map(|bytes| bytes.len())),
        }
    }
    let with = |bytes: Vec<u8>| {
        let mut resource = flow("a");
        resource.parts.push(("p".to_owned(), String::new(), bytes));
        resource
    };
    refused(with(vec![0xFF; (64 << 20) + 1]), "at least 67108865 bytes; 67108864 can be read again");
    // Escapes make more of it than it was.
    refused(with(vec![b'\n'; 33 << 20]), "more than 67108864 bytes");
    let mut deep = flow("a");
    deep.head.attributes = format!("{{\"a\":{}{}}}", "[".repeat(253), "]".repeat(253));
    refused(deep.clone(), "the attributes of flow `a`");
    deep.head.attributes = format!("{{\"a\":{}{}}}", "[".repeat(252), "]".repeat(252));
    let fits = package_of(vec![deep]);
    assert_same(&read_well(written(&fits)), &fits);
}

#[test]
fn a_document_of_the_largest_size_can_be_read() {
    let with = |bytes: usize| {
        let mut resource = flow("a");
        resource.parts.push(("p".to_owned(), String::new(), vec![b'x'; bytes]));
        package_of(vec![resource])
    };
    let around = written(&with(0)).len();
    let most = (64 << 20) - around;
    let largest = with(most);
    let text = written(&largest);
    assert_eq!(text.len(), 64 << 20);
    assert_same(&read_well(text), &largest);
    assert!(matches!(write(&with(most + 1)), Err(Failure::Limit(_))));
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let broken = |break_it: fn(&mut Resource)| {
        let mut resource = flow("a").json("p", "1");
        break_it(&mut resource);
        resource
    };
    for (resource, expected) in [
        (broken(|resource| resource.head.id.kind = "Flow".to_owned()), "the kind has upper-case letters"),
        (broken(|resource| resource.head.id.id = String::new()), "the id is empty"),
        (broken(|resource| resource.head.id.version = Some("\n".to_owned())), "the version has control characters"),
        (broken(|resource| resource.head.dialect = String::new()), "the dialect is empty"),
        (broken(|resource| resource.head.attributes = "[]".to_owned()), "the attributes are no object"),
        (broken(|resource| resource.head.attributes = "{".to_owned()), "the attributes are no JSON: expected"),
        (broken(|resource| resource.parts[0].0 = "/p".to_owned()), "the name of a part begins with /"),
    ] {
        match write(&package_of(vec![resource])) {
            Err(Failure::Malformed(diagnostics)) => {
                assert_eq!(diagnostics[0].code, "FJ19");
                assert!(diagnostics[0].summary.contains(expected), "{}", diagnostics[0].summary);
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Notes what is written where.
#[derive(Default)]
struct Log(RefCell<Vec<(u64, usize)>>);

impl Output for Log {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), Failure> {
        self.0.borrow_mut().push((offset, bytes.len()));
        Ok(())
    }
}

#[test]
fn the_document_is_written_in_pieces_one_after_the_other() {
    let mut resource = flow("a").json("j", &format!("\"{}\"", "é".repeat(500_000)));
    resource.parts.push(("b".to_owned(), String::new(), vec![0xFF; 1_000_000]));
    let package = package_of(vec![resource]).with_attachment(&[1; 500_000]);
    let log = Log::default();
    JsonCodec::encode("json", &package, &log).expect("the package is small enough");
    let mut end = 0;
    for (offset, length) in log.0.into_inner() {
        assert_eq!(offset, end);
        assert!((1..=256 * 1024).contains(&length), "{length}");
        end += length as u64;
    }
    assert_eq!(end, written(&package).len() as u64);
    assert_same(&read_well(written(&package)), &package);
}

/// Says that it is longer than it is.
struct Liar;

impl View for Liar {
    fn head(&self) -> Head {
        flow("a").head
    }
    fn parts(&self) -> Vec<PartInfo> {
        vec![PartInfo { name: "p".to_owned(), media_type: String::new(), len: 10 }]
    }
    fn read(&self, _: &str, offset: u64, _: u32) -> Result<Vec<u8>, Failure> {
        Ok(if offset == 0 { b"12345".to_vec() } else { Vec::new() })
    }
}

impl Input for Liar {
    fn len(&self) -> u64 {
        10
    }
    fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, Failure> {
        self.read("p", offset, max)
    }
}

/// A package of it, or with it attached.
struct Lies {
    attached: bool,
}

impl PackageReader for Lies {
    fn info(&self) -> PackageInfo {
        PackageInfo::named("")
    }
    fn len(&self) -> u32 {
        u32::from(!self.attached)
    }
    fn setup(&self, _: u32) -> Setup {
        Setup::none()
    }
    fn view(&self, _: u32) -> Box<dyn View> {
        Box::new(Liar)
    }
    fn attachment(&self) -> Option<Box<dyn Input>> {
        self.attached.then(|| Box::new(Liar) as Box<dyn Input>)
    }
}

#[test]
fn content_that_ends_too_early_is_noticed() {
    for attached in [false, true] {
        let result = JsonCodec::encode("json", &Lies { attached }, &Log::default());
        assert!(matches!(result, Err(Failure::Other(_))), "{result:?}");
    }
}
