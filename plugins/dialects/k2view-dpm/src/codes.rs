//! The stable codes of all findings of the dialect. `docs/formats/dpm.md` has the table for users; a test compares
//! both.

pub(crate) const NOT_A_DOCUMENT: &str = "DPM0100";
pub(crate) const MISSING: &str = "DPM0101";
pub(crate) const WRONG_TYPE: &str = "DPM0102";
pub(crate) const NO_ID: &str = "DPM0103";
pub(crate) const NO_VERSION: &str = "DPM0104";
pub(crate) const OTHER_ID: &str = "DPM0105";
pub(crate) const OTHER_STATE: &str = "DPM0106";
pub(crate) const UNKNOWN_STATUS: &str = "DPM0107";
pub(crate) const DUPLICATE_NUMBER: &str = "DPM0108";
pub(crate) const NUMBER_GAP: &str = "DPM0109";
pub(crate) const ORDER_GAP: &str = "DPM0110";
pub(crate) const DUPLICATE_ID: &str = "DPM0111";
pub(crate) const DUPLICATE_NAME: &str = "DPM0112";
pub(crate) const LINK_WITHOUT_SOURCE: &str = "DPM0120";
pub(crate) const LINK_TO_NOTHING: &str = "DPM0121";
pub(crate) const LINK_TO_LATER: &str = "DPM0122";
pub(crate) const LINK_UNCHECKED: &str = "DPM0123";
pub(crate) const PARENT_NOT_HERE: &str = "DPM0130";
pub(crate) const PARENT_NOT_BEFORE: &str = "DPM0131";
pub(crate) const TOO_MANY: &str = "DPM0199";

pub(crate) const ROLE: &str = "DPM0201";
pub(crate) const OPERATION: &str = "DPM0202";
pub(crate) const MAIL_TEMPLATE: &str = "DPM0203";
pub(crate) const CUSTOM_LIST: &str = "DPM0204";

pub(crate) const EXISTS: &str = "DPM0301";
pub(crate) const REPLACES_COMPLETED: &str = "DPM0302";
pub(crate) const ARRIVES_COMPLETED: &str = "DPM0303";
pub(crate) const IMPOSSIBLE_ACTION: &str = "DPM0304";
