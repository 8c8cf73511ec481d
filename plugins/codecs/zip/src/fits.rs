//! Which resources one package can hold: one root, and nothing whose needs are left out.

use std::collections::{HashMap, HashSet};

use flowport_archive::NameSet;
use flowport_plugin::{PackageReader, View};
use flowport_power_automate::{APIS_MAP, APP, Attributes, CONNECTIONS_MAP, DEFINITION, FLOW, app};

use crate::encode::depends_on;
use crate::files::{APPS, ATTACHMENT, FLOWS_MANIFEST, MANIFEST, flow_file};

/// One answer per resource: the first root that has all it needs, and what can stand beside it.
pub(crate) fn fits(package: &dyn PackageReader) -> Vec<bool> {
    let mut all: Vec<Candidate> = (0..package.len()).map(|index| Candidate::of(package.view(index).as_ref())).collect();
    leave_out_doubles(&mut all);
    let of_kind =
        |kind: &'static str| all.iter().enumerate().filter(move |(_, it)| it.kind == kind).map(|(index, _)| index);
    // An app brings its flows along; without one there is one flow.
    let roots = of_kind(APP).chain(of_kind(FLOW));
    roots
        .map(|root| beside(root, &all))
        .find(|(root, fits)| fits[*root])
        .map_or(vec![false; all.len()], |(_, fits)| fits)
}

/// What of a resource decides.
struct Candidate {
    id: String,
    kind: String,
    /// Where its files lie in the archive.
    files: Vec<String>,
    /// None where it cannot be written, or would be another resource when it is read again.
    needs: Option<Vec<String>>,
}

impl Candidate {
    fn of(view: &dyn View) -> Candidate {
        let head = view.head();
        let parts = || view.parts().into_iter().map(|part| part.name);
        let files: Option<Vec<String>> = match head.id.kind.as_str() {
            FLOW => {
                let all = [DEFINITION, APIS_MAP, CONNECTIONS_MAP];
                let is_whole = all.iter().all(|part| parts().any(|name| name == *part));
                // The id is the name of a folder.
                (is_whole && !head.id.id.contains('/')).then(|| all.map(|part| flow_file(&head.id.id, part)).to_vec())
            }
            APP => app::json_part(view).map(|json| {
                let folder = json.trim_end_matches(".json");
                parts().map(|part| format!("{APPS}{folder}/{part}")).collect()
            }),
            _ => Some(Vec::new()),
        };
        // A manifest knows no versions.
        let can_be_written = head.id.version.is_none() && files.is_some();
        let needs = Attributes::of(&head).ok().filter(|_| can_be_written);
        let needs = needs.and_then(|attributes| depends_on(view, &attributes).ok());
        Candidate { id: head.id.id, kind: head.id.kind, files: files.unwrap_or_default(), needs }
    }
}

/// All kinds share the keys of the manifest, and their files the names of the archive. Of several with one key, a root goes
/// first, as nothing stands without one, then the first one; names that the archive cannot have are left out with them.
fn leave_out_doubles(all: &mut [Candidate]) {
    let mut flows = of_the_format();
    let mut ids = HashSet::new();
    let rank = |kind: &str| [APP, FLOW].iter().position(|root| kind == *root).unwrap_or(2);
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|index| rank(&all[*index].kind));
    for index in order {
        let it = &mut all[index];
        // Of several apps one is written at most: each has the archive to itself.
        let mut own = of_the_format();
        let names = if it.kind == APP { &mut own } else { &mut flows };
        if it.needs.is_some() && !(ids.insert(it.id.clone()) && it.files.iter().all(|name| names.insert(name))) {
            it.needs = None;
        }
    }
}

/// The names that every archive may have.
fn of_the_format() -> NameSet {
    let mut names = NameSet::default();
    for name in [MANIFEST, FLOWS_MANIFEST, ATTACHMENT] {
        names.insert(name);
    }
    names
}

/// What fits beside a root, and the root again.
fn beside(root: usize, all: &[Candidate]) -> (usize, Vec<bool>) {
    let has_app = all[root].kind == APP;
    let is_other_root = |index: usize, it: &Candidate| index != root && (it.kind == APP || it.kind == FLOW && !has_app);
    let mut fits: Vec<bool> =
        all.iter().enumerate().map(|(index, it)| it.needs.is_some() && !is_other_root(index, it)).collect();
    let can_be_written = all.iter().enumerate().filter(|(_, it)| it.needs.is_some());
    let places: HashMap<&str, usize> = can_be_written.map(|(index, it)| (it.id.as_str(), index)).collect();
    // What needs something that does not fit does not fit either.
    loop {
        let lacks = |needs: &[String]| needs.iter().any(|id| places.get(id.as_str()).is_none_or(|place| !fits[*place]));
        let falling: Vec<usize> =
            (0..all.len()).filter(|index| fits[*index] && all[*index].needs.as_deref().is_none_or(lacks)).collect();
        if falling.is_empty() {
            return (root, fits);
        }
        falling.into_iter().for_each(|index| fits[index] = false);
    }
}
