//! The stable codes of all findings. `docs/formats/json.md` has the table for users; a test compares both.

pub(crate) const NOT_JSON: &str = "FJ01";
pub(crate) const BYTE_ORDER_MARK: &str = "FJ02";
pub(crate) const NO_PACKAGE: &str = "FJ03";
pub(crate) const WRONG_FORMAT: &str = "FJ04";
pub(crate) const WRONG_VERSION: &str = "FJ05";
pub(crate) const NEWER_VERSION: &str = "FJ06";
pub(crate) const UNKNOWN_KEY: &str = "FJ07";
pub(crate) const MISSING_KEY: &str = "FJ08";
pub(crate) const WRONG_TYPE: &str = "FJ09";
pub(crate) const UNKNOWN_WORD: &str = "FJ10";
pub(crate) const WRONG_NAME: &str = "FJ11";
pub(crate) const TWICE: &str = "FJ12";
pub(crate) const PART_CONTENT: &str = "FJ13";
pub(crate) const BASE64: &str = "FJ14";
pub(crate) const MORE: &str = "FJ15";
pub(crate) const ATTRIBUTES: &str = "FJ16";
pub(crate) const ENCODING: &str = "FJ17";
pub(crate) const TOO_LARGE: &str = "FJ18";
pub(crate) const UNWRITABLE: &str = "FJ19";

pub(crate) const N8N: &str = "FJ30";
pub(crate) const NODE_RED: &str = "FJ31";
pub(crate) const LOGIC_APPS: &str = "FJ32";
pub(crate) const SOLUTION_WORKFLOW: &str = "FJ33";
pub(crate) const PACKAGE_MANIFEST: &str = "FJ34";
pub(crate) const TEAMS: &str = "FJ35";
