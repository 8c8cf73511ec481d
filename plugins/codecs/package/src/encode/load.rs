use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use flowport_boomi_flow::mention::dictionary_entries;
use flowport_boomi_flow::{
    CONTENTS_PART, CULTURES_PART, ELEMENT_KINDS, ELEMENT_PART, FLOW, FLOW_PART, MAP_IDS, MAPS_PART, REST_PART, guid,
};
use flowport_plugin::json::{Document, Kind, Limits, Value};
use flowport_plugin::{Diagnostic, Failure, Head, View, read_part};

use crate::codes;
use crate::decode::listed;
use crate::model::{Element, Flow, Piece, composite, element_id, lower, owner_id, pieces};

/// A resource to write, read and parsed.
pub(super) struct Loaded {
    pub(super) head: Head,
    main: Document,
    maps: Option<Document>,
    cultures: Option<Document>,
    contents: Option<Document>,
    pub(super) rest: Option<Document>,
}

impl Loaded {
    /// # Errors
    /// Where a part is missing or not what the format makes of it.
    pub(super) fn of(view: &dyn View) -> Result<Loaded, Failure> {
        let head = view.head();
        let there = view.parts();
        let parse = |part: &str, kind: Kind| {
            let text = read_part(view, part, Limits::default().max_bytes as u64)?;
            let wrong = |what: String| {
                let help = "import the resource again, or mend the part with `flowport edit`";
                let diagnostic = Diagnostic::error(codes::BAD_PART, format!("{part}: {what}"));
                Failure::from(diagnostic.subject(head.id.clone()).at(format!("{part}#")).help(help))
            };
            let document = Document::parse(text).map_err(|error| wrong(error.to_string()))?;
            if document.root().kind() == kind {
                Ok(document)
            } else {
                Err(wrong(format!("this must be {}", if kind == Kind::Array { "a list" } else { "an object" })))
            }
        };
        let optional =
            |part: &str, kind: Kind| there.iter().any(|info| info.name == part).then(|| parse(part, kind)).transpose();
        let is_flow = head.id.kind == FLOW;
        let of_flow = |part: &str, kind: Kind| if is_flow { optional(part, kind) } else { Ok(None) };
        Ok(Loaded {
            main: parse(if is_flow { FLOW_PART } else { ELEMENT_PART }, Kind::Object)?,
            maps: of_flow(MAPS_PART, Kind::Array)?,
            cultures: of_flow(CULTURES_PART, Kind::Array)?,
            contents: optional(CONTENTS_PART, Kind::Array)?,
            rest: of_flow(REST_PART, Kind::Object)?,
            head,
        })
    }

    fn documents(&self) -> Vec<Piece<'_>> {
        self.contents.as_ref().map(|document| pieces(document.root(), owner_id)).unwrap_or_default()
    }
}

/// By what a resource is known in a file.
pub(super) struct Identity {
    pub(super) kind: String,
    /// Its guid, and those of a flow's map elements.
    pub(super) guids: Vec<String>,
    /// The guids of the elements that a flow lists.
    pub(super) listed: HashSet<String>,
}

/// None for a resource that cannot be written, or that would not be the same one when the file is read again: of a version, of
/// which a file knows nothing, or with another id than its content has.
pub(super) fn identity(view: &dyn View) -> Option<Identity> {
    let loaded = Loaded::of(view).ok()?;
    let root = loaded.main.root();
    let [maps, documents, cultures] = [&loaded.maps, &loaded.contents, &loaded.cultures].map(elements);
    let id = element_id(root);
    let is_itself = loaded.head.id.version.is_none() && loaded.head.id.id == id;
    let is_right_shape = maps.iter().chain(&documents).chain(&cultures).all(|value| value.kind() == Kind::Object);
    let own = root.get(MAP_IDS).into_iter().flat_map(Value::members).map(|(key, _)| key.name());
    let listed: HashSet<String> = listed(root).into_iter().map(|(_, id)| id.into_owned()).collect();
    let owners = documents.iter().filter(|document| document.get("elementId").is_some());
    let guids: Vec<Cow<'_, str>> = std::iter::once(id).chain(maps.iter().map(|map| element_id(*map))).collect();
    let are_guids = guids.iter().all(|id| guid::is(id))
        && listed.iter().all(|id| guid::is(id))
        && owners.map(|document| owner_id(*document)).all(|id| guid::is(&id))
        && own.into_iter().all(|id| guid::is(&id));
    (is_itself && is_right_shape && are_guids).then(|| Identity {
        guids: guids.into_iter().map(Cow::into_owned).collect(),
        kind: loaded.head.id.kind.clone(),
        listed,
    })
}

fn elements(list: &Option<Document>) -> Vec<Value<'_>> {
    list.iter().flat_map(|document| document.root().elements()).collect()
}

/// What elements say of themselves, by position of the kind and guid.
type Composites<'a> = HashMap<(usize, Cow<'a, str>), Value<'a>>;

/// The flows and elements of a package.
pub(super) fn share_out(loaded: &[Loaded]) -> (Vec<Flow<'_>>, Vec<Element<'_>>) {
    let mut elements = Vec::new();
    let mut composites: Composites<'_> = HashMap::new();
    for loaded in loaded {
        let Some(kind) = ELEMENT_KINDS.iter().position(|kind| kind.kind == loaded.head.id.kind) else { continue };
        let root = loaded.main.root();
        let piece = Piece { id: element_id(root), value: root };
        if let Some(composite) = composite(root) {
            composites.insert((kind, piece.id.clone()), composite);
        }
        elements.push(Element { kind, piece, documents: loaded.documents() });
    }
    let flows = loaded.iter().filter(|loaded| loaded.head.id.kind == FLOW).map(|loaded| flow(loaded, &composites));
    (flows.collect(), elements)
}

fn flow<'a>(loaded: &'a Loaded, composites: &Composites<'a>) -> Flow<'a> {
    let root = loaded.main.root();
    Flow {
        id: element_id(root),
        configuration: with_right_lists(loaded, composites),
        listed: listed(root),
        maps: loaded.maps.as_ref().map(|document| pieces(document.root(), element_id)),
        cultures: loaded.cultures.as_ref().map(|document| pieces(document.root(), element_id)),
        documents: loaded.documents(),
    }
}

/// The flow, with what its lists say of elements replaced by what the elements say of themselves: right by
/// construction. An entry whose element is not in the package stays as it is.
fn with_right_lists<'a>(loaded: &'a Loaded, composites: &Composites<'a>) -> Cow<'a, str> {
    let root = loaded.main.root();
    let others = dictionary_entries(root).filter_map(|(kind, key, entry)| {
        let kind = ELEMENT_KINDS.iter().position(|known| known.kind == kind.kind)?;
        Some((entry, *composites.get(&(kind, lower(key)))?))
    });
    let maps: HashMap<Cow<'_, str>, Value<'_>> = loaded
        .maps
        .iter()
        .flat_map(|maps| maps.root().elements())
        .filter_map(|map| Some((element_id(map), composite(map)?)))
        .collect();
    let own = root.get(MAP_IDS).into_iter().flat_map(Value::members);
    let own = own.filter_map(|(key, entry)| Some((entry, *maps.get(&lower(key.name()))?)));
    let differs =
        |(entry, element): &(Value<'_>, Value<'_>)| entry.raw() != element.raw() && !entry.equivalent(*element);
    let mut wrong: Vec<(Value<'_>, Value<'_>)> = others.chain(own).filter(differs).collect();
    if wrong.is_empty() {
        return Cow::Borrowed(root.raw());
    }
    wrong.sort_by_key(|(entry, _)| entry.span().start);
    let text = loaded.main.text();
    let (mut changed, mut kept) = (String::with_capacity(text.len()), root.span().start);
    for (entry, element) in wrong {
        changed.push_str(&text[kept..entry.span().start]);
        changed.push_str(element.raw());
        kept = entry.span().end;
    }
    changed.push_str(&text[kept..root.span().end]);
    Cow::Owned(changed)
}
