//! What a file says of a package, beside what it was written from.

use flowport_json::Document;
use serde::{Deserialize, Serialize};

use crate::content::Hasher;
use crate::model::{Head, PackageInfo, PackageResource, Part, Resource};

/// Over each thing that is said of a resource beside its id, so that it can be seen later which of them somebody changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OfResource {
    name: String,
    state: String,
    origin: String,
    attributes: String,
    setup: String,
    parts: String,
}

impl OfResource {
    pub(super) fn of(entry: &PackageResource) -> OfResource {
        let PackageResource { resource: Resource { head, parts }, setup } = entry;
        let mut hasher = Hasher::default();
        for Part { name, media_type, content } in parts {
            add(&mut hasher, Some(name));
            add(&mut hasher, Some(media_type));
            hasher.update(&content.hash().0);
        }
        OfResource {
            name: hash([Some(head.name.as_str())]),
            state: head.state.as_str().to_owned(),
            origin: head.origin.as_str().to_owned(),
            attributes: hash([Some(&*head.attributes)]),
            setup: hash([serde_json::to_string(setup).ok().as_deref()]),
            parts: hasher.finish().to_string(),
        }
    }

    pub(super) fn has_parts_of(&self, other: &OfResource) -> bool {
        self.parts == other.parts
    }

    /// What was carried, in the place of all that the file still says as it was written: `self` is what it said then.
    pub(super) fn restore(&self, read: &mut PackageResource, carried: PackageResource, has_parts: bool) {
        let now = OfResource::of(read);
        let (PackageResource { resource, setup }, there) = (carried, &mut read.resource);
        let Head { name, state, origin, attributes, .. } = resource.head;
        put(&mut there.head.name, name, now.name == self.name);
        put(&mut there.head.state, state, now.state == self.state);
        put(&mut there.head.origin, origin, now.origin == self.origin);
        put(&mut there.head.attributes, attributes, now.attributes == self.attributes);
        put(&mut there.parts, resource.parts, now.parts == self.parts && !has_parts);
        put(&mut read.setup, setup, now.setup == self.setup);
    }
}

/// The same of a package as a whole. A layout is noted by its format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OfPackage {
    name: String,
    description: String,
    created: String,
    creator: String,
    source: String,
    intended_for: String,
    layouts: Vec<(String, String)>,
}

impl OfPackage {
    pub(super) fn of(info: &PackageInfo) -> OfPackage {
        let PackageInfo { name, description, created, creator, source, intended_for, layouts } = info;
        let layouts =
            layouts.iter().map(|layout| (layout.format.clone(), hash([Some(layout.content.as_str())]))).collect();
        OfPackage {
            name: hash([Some(name.as_str())]),
            description: hash([Some(description.as_str())]),
            created: hash([created.as_deref()]),
            creator: hash([creator.as_deref()]),
            source: hash([source.as_deref()]),
            intended_for: hash([intended_for.as_deref()]),
            layouts,
        }
    }

    /// As [`OfResource::restore`]. A layout that came with the file and was not changed tells of the file, not of the package.
    pub(super) fn restore(&self, read: &mut PackageInfo, carried: PackageInfo) {
        let now = OfPackage::of(read);
        let PackageInfo { name, description, created, creator, source, intended_for, layouts } = carried;
        put(&mut read.name, name, now.name == self.name);
        put(&mut read.description, description, now.description == self.description);
        put(&mut read.created, created, now.created == self.created);
        put(&mut read.creator, creator, now.creator == self.creator);
        put(&mut read.source, source, now.source == self.source);
        put(&mut read.intended_for, intended_for, now.intended_for == self.intended_for);
        let mut changed = now.layouts.iter().map(|layout| !self.layouts.contains(layout));
        read.layouts.retain(|_| changed.next().unwrap_or(true));
        for layout in layouts {
            if !read.layouts.iter().any(|there| there.format == layout.format) {
                read.layouts.push(layout);
            }
        }
    }
}

fn put<T>(place: &mut T, value: T, is_as_written: bool) {
    if is_as_written {
        *place = value;
    }
}

fn hash<const N: usize>(texts: [Option<&str>; N]) -> String {
    let mut hasher = Hasher::default();
    texts.into_iter().for_each(|text| add(&mut hasher, text));
    hasher.finish().to_string()
}

fn add(hasher: &mut Hasher, text: Option<&str>) {
    hasher.update(&[u8::from(text.is_some())]);
    hasher.update(&(text.map_or(0, str::len) as u64).to_le_bytes());
    hasher.update(text.unwrap_or_default().as_bytes());
}

/// What a file does not say of a resource, by name. How JSON is spelled, and the order of parts, is no loss.
pub(super) fn lost(original: &PackageResource, read: &PackageResource) -> Vec<String> {
    let (Head { name, state, origin, attributes, .. }, there) = (&original.resource.head, &read.resource.head);
    let mut lost = Vec::new();
    let mut add = |is_lost: bool, what: &dyn Fn() -> String| is_lost.then(|| lost.push(what()));
    add(*name != there.name, &|| format!("the name {name}"));
    add(*state != there.state, &|| format!("the state {}", state.as_str()));
    add(*origin != there.origin, &|| format!("that it is {}", origin.as_str()));
    add(!is_empty(attributes) && !same_json(attributes.as_bytes(), there.attributes.as_bytes()), &|| {
        "the attributes".to_owned()
    });
    let (setup, kept) = (&original.setup, &read.setup);
    if let Some(action) = setup.suggested.as_ref().filter(|_| setup.suggested != kept.suggested) {
        add(true, &|| format!("the suggested action {action}"));
    }
    add(!setup.allowed.is_empty() && setup.allowed != kept.allowed, &|| "which actions are allowed".to_owned());
    add(setup.comment.is_some() && setup.comment != kept.comment, &|| "the comment".to_owned());
    for part in &original.resource.parts {
        let there = read.resource.parts.iter().find(|there| there.name == part.name);
        add(there.is_none(), &|| format!("the part {}", part.name));
        let Some(there) = there else { continue };
        add(!part.media_type.is_empty() && part.media_type != there.media_type, &|| {
            format!("the media type of {}", part.name)
        });
        add(!same_content(part, there), &|| format!("how the part {} was", part.name));
    }
    lost
}

/// The same of a package as a whole.
pub(super) fn lost_of_package(original: &PackageInfo, read: &PackageInfo) -> Vec<String> {
    let PackageInfo { name, description, created, creator, source, intended_for, layouts: _ } = original;
    let mut lost = Vec::new();
    let mut add = |is_lost: bool, what: &str| is_lost.then(|| lost.push(what.to_owned()));
    add(!name.is_empty() && *name != read.name, "its name");
    add(!description.is_empty() && *description != read.description, "its description");
    add(created.is_some() && *created != read.created, "when it was made");
    add(creator.is_some() && *creator != read.creator, "who made it");
    add(source.is_some() && *source != read.source, "where it came from");
    if let Some(wanted) = intended_for.as_ref().filter(|_| *intended_for != read.intended_for) {
        add(true, &format!("that it is meant for {wanted}"));
    }
    lost
}

fn is_empty(attributes: &str) -> bool {
    same_json(attributes.as_bytes(), b"{}")
}

fn same_content(left: &Part, right: &Part) -> bool {
    left.content.hash() == right.content.hash()
        || match (left.content.read_all(), right.content.read_all()) {
            (Ok(left), Ok(right)) => same_json(&left, &right),
            _ => false,
        }
}

fn same_json(left: &[u8], right: &[u8]) -> bool {
    left == right
        || match (Document::parse(left), Document::parse(right)) {
            (Ok(left), Ok(right)) => left.root().equivalent(right.root()),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;
    use crate::model::{Action, Layout, Origin, ResourceId, Setup, State};

    fn entry() -> PackageResource {
        let head = Head {
            id: ResourceId::new("flow", "a", None).unwrap(),
            name: "A".to_owned(),
            dialect: "x".to_owned(),
            state: State::Draft,
            origin: Origin::Custom,
            attributes: r#"{"a":1,"b":2}"#.into(),
        };
        let part =
            Part { name: "flow.json".to_owned(), media_type: String::new(), content: Content::from_bytes(*b"[1]") };
        let setup = Setup { comment: Some("look".to_owned()), suggested: Some(Action::Skip), ..Setup::default() };
        PackageResource { resource: Resource { head, parts: vec![part] }, setup }
    }

    #[test]
    fn what_was_changed_in_the_file_stays_and_all_else_comes_back() {
        let original = entry();
        let mut written = entry();
        written.resource.head.attributes = "{}".into();
        written.setup = Setup::default();
        written.resource.head.state = State::Published;
        let noted = OfResource::of(&written);
        let mut read = written.clone();
        read.resource.head.name = "Renamed".to_owned();
        read.resource.head.attributes = r#"{"c":3}"#.into();
        let mut carried = original.clone();
        carried.resource.parts.clear();
        noted.restore(&mut read, carried, true);
        assert_eq!((read.resource.head.name.as_str(), &*read.resource.head.attributes), ("Renamed", r#"{"c":3}"#));
        assert_eq!((&read.setup, read.resource.head.state), (&original.setup, State::Draft));
        assert_eq!(read.resource.parts.len(), 1);
    }

    #[test]
    fn a_package_keeps_the_words_that_were_changed_and_the_layouts_of_others() {
        let layout = |format: &str, content: &str| Layout { format: format.to_owned(), content: content.to_owned() };
        let original = PackageInfo {
            name: "Orders".to_owned(),
            creator: Some("ana".to_owned()),
            layouts: vec![layout("zip", "1"), layout("dpm", "2")],
            ..PackageInfo::default()
        };
        let written =
            PackageInfo { name: "Flow".to_owned(), layouts: vec![layout("dpm", "3")], ..PackageInfo::default() };
        let noted = OfPackage::of(&written);
        let mut read = PackageInfo { description: "new".to_owned(), ..written.clone() };
        noted.restore(&mut read, original.clone());
        assert_eq!(read, PackageInfo { description: "new".to_owned(), ..original.clone() });
        let mut read = PackageInfo { layouts: vec![layout("dpm", "changed")], ..written };
        noted.restore(&mut read, original.clone());
        assert_eq!(read.layouts, [layout("dpm", "changed"), layout("zip", "1")]);
    }

    #[test]
    fn everything_that_a_file_does_not_say_is_named() {
        let original = entry();
        assert!(lost(&original, &original).is_empty());
        let mut read = entry();
        read.resource.head.attributes = r#"{ "b": 2, "a": 1 }"#.into();
        read.resource.parts[0].content = Content::from_bytes(*b"[ 1 ]");
        read.setup.allowed = vec![Action::Create];
        assert!(lost(&original, &read).is_empty(), "{:?}", lost(&original, &read));
        read.resource.head.name = "B".to_owned();
        read.resource.head.state = State::Published;
        read.resource.head.origin = Origin::Standard;
        read.resource.head.attributes = "{}".into();
        read.setup = Setup::default();
        read.resource.parts[0].content = Content::from_bytes(*b"[2]");
        let expected = [
            "the name A",
            "the state draft",
            "that it is custom",
            "the attributes",
            "the suggested action skip",
            "the comment",
            "how the part flow.json was",
        ];
        assert_eq!(lost(&original, &read), expected);
        read.resource.parts.clear();
        assert_eq!(lost(&original, &read)[6], "the part flow.json");
    }
}
