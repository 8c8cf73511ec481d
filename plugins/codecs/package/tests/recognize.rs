//! What a file is taken for.

mod common;

use std::cell::Cell;

use common::{FLOW_ID, Made, object, recognize};
use flowport_package_codec::{BoomiPackages, is_sharing_token};
use flowport_plugin::json::quote;
use flowport_plugin::{Codec, Confidence, Failure, Input};

/// A token of the length of the real one; it stands for nothing.
const TOKEN: &str = "c3ludGhldGljLXN5bnRoZXRpYy1zeW50aGV0aWMtc3ludGhldGljLXN5bnRoZXRp";

#[track_caller]
fn is(file: impl AsRef<[u8]>, package2: Confidence, package: Confidence, why_not: Option<&str>) {
    let found = recognize(file.as_ref());
    let shown: Vec<(&str, Confidence)> = found.iter().map(|found| (found.format.as_str(), found.confidence)).collect();
    assert_eq!(shown, [("package2", package2), ("package", package)]);
    let reasons: Vec<&str> =
        found.iter().filter_map(|found| found.why_not.as_ref()).map(|reason| reason.code.as_str()).collect();
    assert_eq!(reasons, Vec::from_iter(why_not));
    assert!(found.iter().filter_map(|found| found.why_not.as_ref()).all(|reason| reason.help.is_some()));
}

use Confidence::{Certain, Maybe, No};

#[test]
fn packages_are_recognised_by_their_content() {
    let made = Made::usual();
    is(made.file(), No, Certain, None);
    is(made.object(), No, Certain, None);
    is(format!("\u{FEFF}\r\n {}", made.object()), No, Certain, None);
    let mut members = made.members();
    members[0] = ("flowConfigurations".to_owned(), format!("[{}]", made.flow(FLOW_ID, "x")));
    is(quote(&object(&members)), Certain, No, None);
    let mut members = made.members();
    members.push(("customPageComponentElementConfigurations".to_owned(), "null".to_owned()));
    is(object(&members), Certain, No, None);
}

#[test]
fn what_is_broken_is_still_taken_for_a_package() {
    let file = String::from_utf8(Made::usual().file()).unwrap();
    is(&file[..file.len() / 2], No, Certain, None);
    is(quote(&file), No, Maybe, None);
    is(format!("[{}]", Made::usual().object()), No, Maybe, None);
    is(r#"{"flowConfiguration":{}}"#, No, Maybe, None);
}

#[test]
fn tokens_and_snapshots_are_told_where_they_belong() {
    is(format!("{TOKEN}\n"), No, No, Some("BF0005"));
    is(r#"{"developerName":"x","mapElements":[],"valueElements":[]}"#, No, No, Some("BF0006"));
    is(quote(r#"{"mapElements":[],"valueElements":[]}"#), No, No, Some("BF0006"));
    is(r#"{"mapElements":[]}"#, No, No, None);
    is(format!("{TOKEN}{}x", " ".repeat(20_000)), No, No, None);
    assert!(is_sharing_token(TOKEN) && is_sharing_token(&format!(" {TOKEN}\r\n")));
    for other in [
        &TOKEN[4..],
        &format!("{TOKEN}AAAA"),
        &TOKEN.replace('c', "*"),
        &"0123456789abcdef".repeat(4),
        "",
        &format!("{TOKEN} x"),
    ] {
        assert!(!is_sharing_token(other), "{other}");
    }
}

#[test]
fn files_of_others_are_nothing_to_speak_of() {
    for other in ["", "PK\u{3}\u{4}", "{", "[]", "\"a,b\"\n\"c\"", "{\"nodes\":[],\"connections\":{}}", "\u{FEFF}"] {
        is(other, No, No, None);
    }
}

/// A long file that counts what is read of it.
struct Counted {
    beginning: &'static [u8],
    read: Cell<u64>,
}

impl Input for Counted {
    fn len(&self) -> u64 {
        1 << 30
    }
    fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, Failure> {
        assert_eq!(offset, 0);
        self.read.set(self.read.get() + u64::from(max));
        let mut bytes = self.beginning.to_vec();
        bytes.resize(max as usize, b'x');
        Ok(bytes)
    }
}

#[test]
fn long_files_of_others_cost_a_look_at_their_beginning() {
    for beginning in [&b"PK"[..], b"{\"a\":[", b"\"quoted"] {
        let file = Counted { beginning, read: Cell::new(0) };
        assert!(BoomiPackages::recognize(&file, Some("x.package")).iter().all(|found| found.confidence == No));
        assert!(file.read.get() <= 64 * 1024, "{} bytes were read", file.read.get());
    }
}

#[test]
fn a_package_inside_flowport_json_is_left_to_that() {
    let inner = String::from_utf8(Made::usual().file()).unwrap();
    let object = Made::usual().object();
    for text in [
        format!(
            r#"{{"format":"flowport","formatVersion":"1.0","resources":[{{"kind":"flow","parts":{{"a":{{"json":{object}}}}}}}]}}"#
        ),
        format!(r#"[{{"kind":"flow","dialect":"boomi-flow","parts":{{"a":{{"text":{inner}}}}}}}]"#),
    ] {
        let found = recognize(text.as_bytes());
        assert!(found.iter().all(|it| it.confidence == Confidence::No && it.why_not.is_none()), "{text}");
    }
}
