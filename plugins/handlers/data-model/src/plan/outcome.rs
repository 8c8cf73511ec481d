use flowport_plugin::json::Limits;
use flowport_plugin::{Edited, Failure, Head, View, read_part};

use super::replace::Sides;

const JSON: &str = "application/json";

/// What will be stored.
pub(super) struct Outcome {
    /// Of what is stored, or would be if it differed.
    pub(super) head: Head,
    /// None where it is there already.
    pub(super) edited: Option<Edited>,
}

/// The media type of a part.
pub(crate) fn media_type(view: &dyn View, part: &str) -> String {
    let info = view.parts().into_iter().find(|info| info.name == part);
    info.map(|info| info.media_type).filter(|media_type| !media_type.is_empty()).unwrap_or_else(|| JSON.to_owned())
}

/// The result as an edit of the incoming resource. With `keeps_head` all but the customizations stays as it is in the
/// target, its other parts included.
pub(super) fn outcome(
    keeps_head: bool,
    sides: &Sides,
    result: Vec<u8>,
    incoming: &dyn View,
    existing: &dyn View,
) -> Result<Outcome, Failure> {
    let part = sides.incoming.kind.part();
    let mut head = if keeps_head { existing.head() } else { incoming.head() };
    head.id = sides.existing.head.id.clone();
    head.state = sides.existing.head.state;
    let mut edited = Edited::unchanged(head.clone());
    let mut is_new = head != sides.existing.head || !sides.existing.has_bytes(&result);
    if !sides.incoming.has_bytes(&result) {
        edited.write(part, &media_type(incoming, part), result);
    }
    is_new |= other_parts(keeps_head, part, incoming, existing, &mut edited)?;
    Ok(Outcome { head, edited: is_new.then_some(edited) })
}

/// Parts that no rule of this format knows: united where the target's stay, else the incoming ones. True where the target
/// gets something that it does not have.
fn other_parts(
    keeps_those_there: bool,
    part: &str,
    incoming: &dyn View,
    existing: &dyn View,
    edited: &mut Edited,
) -> Result<bool, Failure> {
    let max = Limits::default().max_bytes as u64;
    let others = |view: &dyn View| view.parts().into_iter().filter(|info| info.name != part).collect::<Vec<_>>();
    let (coming, there) = (others(incoming), others(existing));
    let mut is_new = coming.iter().any(|info| !there.iter().any(|other| other.name == info.name));
    for info in there {
        let same_name = coming.iter().any(|other| other.name == info.name);
        if !keeps_those_there {
            is_new |= !same_name || read_part(incoming, &info.name, max)? != read_part(existing, &info.name, max)?;
            continue;
        }
        let content = read_part(existing, &info.name, max)?;
        if !same_name || read_part(incoming, &info.name, max)? != content {
            edited.write(&info.name, &info.media_type, content);
        }
    }
    Ok(is_new)
}
