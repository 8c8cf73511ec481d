//! The merge of one part: single cases, and what holds for any.

mod cases;
mod properties;

use super::content::Contents;
use super::model::Merged;
use crate::content::Content;
use crate::diff::{Options, Secrecy};
use crate::model::{ArrayKey, Head, Kind, KindInfo, Origin, Part, Resource, ResourceId, State, Traits};

const PART: &str = "part.json";

/// Arrays may stand so deep in each other here.
const DEPTH: usize = 6;

fn kind() -> KindInfo {
    let key = |depth: usize| ArrayKey { part: PART.to_owned(), path: "/*".repeat(depth), key: "id".to_owned() };
    KindInfo {
        kind: Kind::new("thing").unwrap(),
        dialects: vec!["neutral".to_owned()],
        title: String::new(),
        plural: String::new(),
        actions: Vec::new(),
        traits: Traits::default(),
        keys: (1..=DEPTH).map(key).collect(),
        volatile: vec![format!("{PART}#/at")],
        schema: None,
    }
}

/// What becomes of three texts, and what is said of it.
fn merged(texts: [Option<&str>; 3], info: Option<&KindInfo>) -> (Option<String>, Merged) {
    let id = ResourceId::new("thing", "t", None).unwrap();
    let head = Head {
        id: id.clone(),
        name: "t".to_owned(),
        dialect: "neutral".to_owned(),
        state: State::Draft,
        origin: Origin::Custom,
        attributes: "{}".into(),
    };
    let part = |text: &str| Part {
        name: PART.to_owned(),
        media_type: String::new(),
        content: Content::from_bytes(text.as_bytes()),
    };
    let mut merged = Merged {
        resource: Resource { head, parts: Vec::new() },
        kept: Vec::new(),
        taken: Vec::new(),
        clashes: Vec::new(),
        doubt: None,
    };
    let (secrecy, options) = (Secrecy::none(), Options::default());
    let contents = Contents { id: &id, info, secrecy: &secrecy, options: &options };
    let parts = texts.map(|text| text.map(part));
    let part = contents.part(PART, parts.each_ref().map(Option::as_ref), &mut merged).unwrap();
    let text = part.map(|part| String::from_utf8(part.content.read_all().unwrap()).unwrap());
    (text, merged)
}

/// The merged text, or where it clashes.
fn text(base: &str, ours: &str, theirs: &str) -> Result<String, Vec<String>> {
    let (text, merged) = merged([base, ours, theirs].map(Some), Some(&kind()));
    let paths: Vec<String> = merged.clashes.into_iter().map(|clash| clash.path).collect();
    if paths.is_empty() { Ok(text.unwrap()) } else { Err(paths) }
}
