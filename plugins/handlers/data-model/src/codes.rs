//! The codes of all findings: stable, and explained one by one in docs/formats/data-model.md.

pub(crate) const NOT_JSON: &str = "DM01";
pub(crate) const WRONG_SHAPE: &str = "DM02";
pub(crate) const MISSING: &str = "DM03";
pub(crate) const HEAD_DISAGREES: &str = "DM04";
pub(crate) const UNUSABLE_NAME: &str = "DM05";
pub(crate) const DUPLICATE_NAME: &str = "DM06";
pub(crate) const UNKNOWN_WORD: &str = "DM07";
pub(crate) const NOT_OF_THIS_TYPE: &str = "DM08";
pub(crate) const OUT_OF_RANGE: &str = "DM09";
pub(crate) const NO_OPTIONS: &str = "DM10";
pub(crate) const NO_LOOKUP: &str = "DM11";
pub(crate) const NO_SUCH_FIELD: &str = "DM12";
pub(crate) const DUPLICATE_VALUE: &str = "DM13";
pub(crate) const DUPLICATE_LABEL: &str = "DM14";
pub(crate) const UNFIT_DEFAULT: &str = "DM15";
pub(crate) const UNFIT_RELATIONSHIP: &str = "DM16";
pub(crate) const DOES_NOT_TRAVEL: &str = "DM17";
pub(crate) const TOO_MANY: &str = "DM18";
pub(crate) const IMPOSSIBLE_ACTION: &str = "DM20";
pub(crate) const STANDARD_MISSING: &str = "DM21";
pub(crate) const OUT_OF_BOX: &str = "DM22";
pub(crate) const TYPE_CHANGED: &str = "DM23";
pub(crate) const SHORTENED: &str = "DM24";
pub(crate) const LENGTHENED: &str = "DM25";
pub(crate) const KEPT: &str = "DM26";
pub(crate) const REMOVED: &str = "DM27";
pub(crate) const OPTION_REMOVED: &str = "DM28";
pub(crate) const OPTION_IN_USE: &str = "DM29";
pub(crate) const ORIGIN_DIFFERS: &str = "DM30";

#[cfg(test)]
mod tests {
    /// Whoever adds a code explains it.
    #[test]
    fn every_code_is_documented() {
        let documentation = include_str!("../../../../docs/formats/data-model.md");
        let codes: Vec<&str> =
            include_str!("codes.rs").split('"').filter(|text| text.len() == 4 && text.starts_with("DM")).collect();
        assert!(codes.len() >= 29, "{codes:?}");
        for code in codes {
            assert!(documentation.contains(&format!("| {code} |")), "{code} is not in the table of findings");
        }
    }
}
