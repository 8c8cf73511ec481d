//! The stable codes of all findings of the codec. `docs/formats/dpm.md` has the table for users; a test compares both.

pub(crate) const NOT_JSON: &str = "DPM0001";
pub(crate) const ENCODED: &str = "DPM0002";
pub(crate) const NOT_AN_OBJECT: &str = "DPM0003";
pub(crate) const NO_FLOW: &str = "DPM0004";
pub(crate) const BYTE_ORDER_MARK: &str = "DPM0005";
pub(crate) const ATTACHMENT: &str = "DPM0006";
pub(crate) const NOT_ONE_FLOW: &str = "DPM0007";
