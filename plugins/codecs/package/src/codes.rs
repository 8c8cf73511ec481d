//! The stable codes of all findings. `docs/formats/boomi-flow.md` has the table for users; a test compares both.

pub(crate) const NOT_JSON: &str = "BF0001";
pub(crate) const NO_OBJECT: &str = "BF0002";
pub(crate) const ENCODED_TOO_OFTEN: &str = "BF0003";
pub(crate) const NO_FLOW: &str = "BF0004";
pub(crate) const TOKEN: &str = "BF0005";
pub(crate) const SNAPSHOT: &str = "BF0006";
pub(crate) const OTHER_SPELLING: &str = "BF0007";
pub(crate) const UNVERIFIED: &str = "BF0008";
pub(crate) const WRONG_SHAPE: &str = "BF0009";
pub(crate) const NO_GUID: &str = "BF0010";
pub(crate) const BAD_GUID: &str = "BF0011";
pub(crate) const TWICE: &str = "BF0012";
pub(crate) const DISAGREE: &str = "BF0013";
pub(crate) const NOT_LISTED: &str = "BF0014";
pub(crate) const OTHER_VERSION: &str = "BF0015";
pub(crate) const PEOPLE: &str = "BF0016";
pub(crate) const KEPT: &str = "BF0017";
pub(crate) const ATTACHMENT: &str = "BF0018";
pub(crate) const MORE: &str = "BF0019";

pub(crate) const SEVERAL_FLOWS: &str = "BF0101";
pub(crate) const WITHOUT_FLOW: &str = "BF0102";
pub(crate) const BAD_PART: &str = "BF0103";
