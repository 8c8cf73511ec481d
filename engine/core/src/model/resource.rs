use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Action, Diagnostic, ResourceId};
use crate::content::Content;

/// Whether a thing is live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Being worked on, or switched off.
    Draft,
    /// Live.
    Published,
}

impl State {
    /// As users see it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Published => "published",
        }
    }
}

/// Where a thing comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// With the product: only customizations travel.
    Standard,
    /// Made by the user: travels whole.
    Custom,
}

impl Origin {
    /// As users see it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Standard => "standard",
            Origin::Custom => "custom",
        }
    }
}

/// What the engine keeps of a resource beside its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which.
    pub id: ResourceId,
    /// What people call it.
    pub name: String,
    /// Whose language the parts are written in.
    pub dialect: String,
    /// Whether it is live.
    pub state: State,
    /// Where it comes from.
    pub origin: Origin,
    /// A JSON object in its original order.
    pub attributes: Arc<str>,
}

/// A named piece of a resource, kept byte for byte as read.
#[derive(Debug, Clone)]
pub struct Part {
    /// Unique within the resource.
    pub name: String,
    /// Empty where unknown.
    pub media_type: String,
    /// The bytes.
    pub content: Content,
}

/// One thing that can be moved.
#[derive(Debug, Clone)]
pub struct Resource {
    /// All but the parts.
    pub head: Head,
    /// In the order in which the format holds them.
    pub parts: Vec<Part>,
}

impl Resource {
    /// The part of that name.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// True where nothing differs that an import would store: the parts' bytes, name, origin, attributes but for their white
    /// space. State is compared apart, as activation is a step of its own.
    #[must_use]
    pub fn same_content(&self, other: &Resource) -> bool {
        let sorted = |resource: &Resource| {
            let mut parts: Vec<_> =
                resource.parts.iter().map(|part| (part.name.clone(), part.content.hash())).collect();
            parts.sort();
            parts
        };
        self.head.id == other.head.id
            && self.head.name == other.head.name
            && self.head.dialect == other.head.dialect
            && self.head.origin == other.head.origin
            && same_json(&self.head.attributes, &other.head.attributes)
            && sorted(self) == sorted(other)
    }

    /// As [`same_content`](Self::same_content), but for slots whose change is no change: pointers with `*` for any one token.
    #[must_use]
    pub fn same_but_for(&self, other: &Resource, volatile: &[String]) -> bool {
        if self.same_content(other) {
            return true;
        }
        if volatile.is_empty() || self.parts.len() != other.parts.len() {
            return false;
        }
        let stable = |resource: &Resource| super::volatile::without(resource, volatile);
        stable(self).zip(stable(other)).is_some_and(|(mine, theirs)| mine.same_content(&theirs))
    }

    /// The resource after an edit: parts not named stay as they are.
    #[must_use]
    pub fn edited(&self, edited: Edited) -> Resource {
        let mut parts: Vec<Part> =
            self.parts.iter().filter(|part| !edited.removed.contains(&part.name)).cloned().collect();
        for written in edited.written {
            let part = Part {
                name: written.name,
                media_type: written.media_type,
                content: Content::from_bytes(written.content),
            };
            match parts.iter_mut().find(|candidate| candidate.name == part.name) {
                Some(existing) => *existing = part,
                None => parts.push(part),
            }
        }
        Resource { head: edited.head, parts }
    }
}

/// Whether a resource can work without what it refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// It cannot.
    Required,
    /// It can.
    Optional,
}

/// Where a reference leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To this resource.
    Known(ResourceId),
    /// An expression decides at run time.
    Unknowable(String),
}

/// From a resource to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Where in the resource; unique among its references.
    pub slot: String,
    /// Where to.
    pub target: Target,
    /// How much it matters.
    pub strength: Strength,
}

impl Reference {
    /// The resource it leads to, where that is known.
    #[must_use]
    pub fn known(&self) -> Option<&ResourceId> {
        match &self.target {
            Target::Known(id) => Some(id),
            Target::Unknowable(_) => None,
        }
    }
}

/// A value that must not travel by default. Never holds the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Secret {
    /// Where in the resource.
    pub slot: String,
    /// For people.
    pub label: String,
    /// By the product, else found by looking.
    pub declared: bool,
    /// False where the place for it is empty.
    pub is_set: bool,
}

/// A value bound to one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Literal {
    /// Where in the resource.
    pub slot: String,
    /// A short class.
    pub class: String,
    /// The value.
    pub value: String,
}

/// All that the engine needs to know of a resource, from one parse.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inspection {
    /// Natural keys, strongest first.
    pub identities: Vec<String>,
    /// To other resources.
    pub references: Vec<Reference>,
    /// Declared and found.
    pub secrets: Vec<Secret>,
    /// Bound to one environment.
    pub literals: Vec<Literal>,
    /// Findings.
    pub diagnostics: Vec<Diagnostic>,
}

impl Inspection {
    /// What the resource cannot be without, as far as it is known.
    pub fn needs(&self) -> impl Iterator<Item = &ResourceId> {
        let required = self.references.iter().filter(|reference| reference.strength == Strength::Required);
        required.filter_map(Reference::known)
    }
}

/// A value in its place.
#[derive(Clone, PartialEq, Eq)]
pub struct SlotValue {
    /// Where.
    pub slot: String,
    /// Raw JSON text; none takes it out.
    pub value: Option<String>,
}

/// Never shows the value: it may be a secret.
impl std::fmt::Debug for SlotValue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SlotValue").field("slot", &self.slot).finish_non_exhaustive()
    }
}

/// One change to a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditOp {
    /// Point a reference at another resource.
    Relink {
        /// As the inspection reported it.
        slot: String,
        /// The new target, as it will be.
        to: Box<Head>,
    },
    /// Put a secret in or take it out.
    SetSecret(SlotValue),
    /// Replace one value bound to an environment.
    SetLiteral {
        /// As the inspection reported it.
        slot: String,
        /// As the inspection reported it.
        old: String,
        /// What stands there afterwards.
        new: String,
    },
    /// A new name.
    Rename(String),
    /// A new id for a copy.
    SetId(ResourceId),
    /// Draft or published.
    SetState(State),
    /// A handler's own operation.
    Other(String, String),
}

impl EditOp {
    /// The operation of [`EditOp::Other`] that gives a resource another product key; its argument is the key. Handlers of kinds
    /// with the trait `product-keys` know it.
    pub const PRODUCT_KEY: &'static str = "product-key";
}

/// A part that an edit wrote, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenPart {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// The result of an edit: parts not named stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The head afterwards.
    pub head: Head,
    /// New and changed parts.
    pub written: Vec<WrittenPart>,
    /// Parts that go.
    pub removed: Vec<String>,
}

/// What importing one resource would do, as its handler says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// None: the user must choose.
    pub action: Option<Action>,
    /// Among these.
    pub allowed: Vec<Action>,
    /// What will be stored; none: nothing.
    pub outcome: Option<Edited>,
    /// Findings; an error blocks.
    pub diagnostics: Vec<Diagnostic>,
}

/// True for one JSON value, however it is laid out.
fn same_json(left: &str, right: &str) -> bool {
    let parse = |text: &str| flowport_json::Document::parse(text.as_bytes()).ok();
    left == right || parse(left).zip(parse(right)).is_some_and(|(left, right)| left.root().equivalent(right.root()))
}
