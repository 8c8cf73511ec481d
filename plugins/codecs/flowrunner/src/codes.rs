//! The stable codes of all findings of the codec. `docs/formats/flowrunner.md` has the table for users; a test compares
//! both.

pub(crate) const NOT_JSON: &str = "FR0001";
pub(crate) const ENCODED: &str = "FR0002";
pub(crate) const NOT_AN_OBJECT: &str = "FR0003";
pub(crate) const NO_FLOW: &str = "FR0004";
pub(crate) const BYTE_ORDER_MARK: &str = "FR0005";
pub(crate) const ATTACHMENT: &str = "FR0006";
pub(crate) const NOT_ONE_FLOW: &str = "FR0007";
