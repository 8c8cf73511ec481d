//! The stable codes of all findings of the dialect. `docs/formats/flowrunner.md` has the table for users; a test
//! compares both.

pub(crate) const NOT_A_DOCUMENT: &str = "FR0100";
pub(crate) const MISSING: &str = "FR0101";
pub(crate) const WRONG_TYPE: &str = "FR0102";
pub(crate) const NO_ID: &str = "FR0103";
pub(crate) const NO_VERSION: &str = "FR0104";
pub(crate) const DUPLICATE_ELEMENT: &str = "FR0105";
pub(crate) const CRON: &str = "FR0106";
pub(crate) const TOO_MANY: &str = "FR0199";

pub(crate) const SLA_CALENDARS: &str = "FR0201";
pub(crate) const EXTENSIONS: &str = "FR0202";
pub(crate) const CALLED_FLOW: &str = "FR0203";

pub(crate) const EXISTS: &str = "FR0301";
pub(crate) const IMPOSSIBLE_ACTION: &str = "FR0302";
