//! The codes of all findings: stable, and explained one by one in docs/formats/connector.md.

pub(super) const NOT_JSON: &str = "CN0001";
pub(super) const HEAD_DISAGREES: &str = "CN0002";
pub(super) const MISSING: &str = "CN0003";
pub(super) const WRONG_SHAPE: &str = "CN0004";
pub(super) const UNUSABLE_ID: &str = "CN0005";
pub(super) const UNUSABLE_SECRET: &str = "CN0006";
pub(super) const UNKNOWN_MEMBER: &str = "CN0007";
