//! What is written, piece by piece: the layout that is kept, the two manifests, the entries in their order.

pub(crate) mod entries;
pub(crate) mod layout;
pub(crate) mod manifests;
pub(crate) mod skeleton;
