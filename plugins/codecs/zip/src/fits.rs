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
    let needs = Needs::of(&all);
    let stands = needs.met(&all);
    // An app brings its flows along; without one there is one flow.
    beside_first(&all, &needs, &stands, APP, &[APP])
        .or_else(|| beside_first(&all, &needs, &stands, FLOW, &[APP, FLOW]))
        .unwrap_or_else(|| vec![false; all.len()])
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

/// Who needs whom, by position.
struct Needs {
    /// By resource, those that need it.
    needed_by: Vec<Vec<usize>>,
    /// Those that need what is not there.
    lacking: Vec<usize>,
}

impl Needs {
    fn of(all: &[Candidate]) -> Needs {
        let can_be_written = all.iter().enumerate().filter(|(_, it)| it.needs.is_some());
        let places: HashMap<&str, usize> = can_be_written.map(|(index, it)| (it.id.as_str(), index)).collect();
        let mut needs = Needs { needed_by: vec![Vec::new(); all.len()], lacking: Vec::new() };
        for (index, it) in all.iter().enumerate() {
            for id in it.needs.iter().flatten() {
                match places.get(id.as_str()) {
                    Some(place) => needs.needed_by[*place].push(index),
                    None => needs.lacking.push(index),
                }
            }
        }
        needs
    }

    /// Which can be written and have all they need, all that this needs, and so on, roots or not.
    fn met(&self, all: &[Candidate]) -> Vec<bool> {
        let mut stands: Vec<bool> = all.iter().map(|it| it.needs.is_some()).collect();
        let mut falling = self.lacking.clone();
        while let Some(index) = falling.pop() {
            if std::mem::replace(&mut stands[index], false) {
                falling.extend(&self.needed_by[index]);
            }
        }
        stands
    }
}

/// What fits beside the first root of this kind that needs none of `others`, the kinds of which the package has this one alone.
fn beside_first(all: &[Candidate], needs: &Needs, stands: &[bool], kind: &str, others: &[&str]) -> Option<Vec<bool>> {
    // By resource, which of `others` it is or needs: the first two that are found tell as much as all of them.
    let mut roots: Vec<[Option<usize>; 2]> = vec![[None; 2]; all.len()];
    let is_other = |index: &usize| stands[*index] && others.contains(&all[*index].kind.as_str());
    let mut found: Vec<(usize, usize)> = (0..all.len()).filter(is_other).map(|index| (index, index)).collect();
    while let Some((index, root)) = found.pop() {
        if roots[index].contains(&Some(root)) {
            continue;
        }
        let Some(free) = roots[index].iter_mut().find(|place| place.is_none()) else { continue };
        *free = Some(root);
        found.extend(needs.needed_by[index].iter().map(|by| (*by, root)));
    }
    let needs_only = |index: usize, root: usize| roots[index].iter().flatten().all(|it| *it == root);
    let root = (0..all.len()).find(|index| stands[*index] && all[*index].kind == kind && needs_only(*index, *index))?;
    Some((0..all.len()).map(|index| stands[index] && needs_only(index, root)).collect())
}
