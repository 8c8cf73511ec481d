//! What is written, piece by piece: the layout, the two manifests.

pub(crate) mod layout;
pub(crate) mod manifests;
