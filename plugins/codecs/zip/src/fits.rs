//! Which resources one package can hold: one root, and nothing whose needs are left out.

use std::collections::HashMap;

use flowport_plugin::{PackageReader, View};
use flowport_power_automate::{APIS_MAP, APP, Attributes, CONNECTIONS_MAP, DEFINITION, FLOW, app};

use crate::encode::depends_on;

/// One answer per resource: the first root that has all it needs, and what can stand beside it.
pub(crate) fn fits(package: &dyn PackageReader) -> Vec<bool> {
    let all: Vec<Candidate> = (0..package.len()).map(|index| Candidate::of(package.view(index).as_ref())).collect();
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
    /// None where it cannot be written at all.
    needs: Option<Vec<String>>,
}

impl Candidate {
    fn of(view: &dyn View) -> Candidate {
        let head = view.head();
        let there = view.parts();
        let has = |name: &str| there.iter().any(|part| part.name == name);
        let is_whole = match head.id.kind.as_str() {
            FLOW => [DEFINITION, APIS_MAP, CONNECTIONS_MAP].into_iter().all(has),
            APP => app::json_part(view).is_some(),
            _ => true,
        };
        let needs = Attributes::of(&head).ok().filter(|_| is_whole);
        let needs = needs.and_then(|attributes| depends_on(view, &attributes).ok());
        Candidate { id: head.id.id, kind: head.id.kind, needs }
    }
}

/// What fits beside a root, and the root again.
fn beside(root: usize, all: &[Candidate]) -> (usize, Vec<bool>) {
    let has_app = all[root].kind == APP;
    let is_other_root = |index: usize, it: &Candidate| index != root && (it.kind == APP || it.kind == FLOW && !has_app);
    let mut fits: Vec<bool> =
        all.iter().enumerate().map(|(index, it)| it.needs.is_some() && !is_other_root(index, it)).collect();
    let places: HashMap<&str, usize> = all.iter().map(|it| it.id.as_str()).zip(0..).collect();
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
