//! The two formats, and what they call things.

use flowport_boomi_flow::{DIALECT, ELEMENT_KINDS, FLOW, MAP_CONFIGURATIONS};
use flowport_plugin::{Failure, FormatInfo, Native, attachment};

/// The member with the one flow of a package.
pub(crate) const FLOW_KEY: &str = "flowConfiguration";
/// The member with the flows of a package of the second generation \[inferred, like all that is said of it\].
pub(crate) const FLOWS_KEY: &str = "flowConfigurations";
/// The member with the languages of the texts.
pub(crate) const CULTURES_KEY: &str = "contentValueCultures";
/// The member with the texts.
pub(crate) const DOCUMENTS_KEY: &str = "contentValueDocuments";
/// The member with what the format has no place for: base64, written by flowport alone.
pub(crate) const ATTACHMENT_KEY: &str = attachment::KEY;

/// How much goes to or comes from the host at once.
pub(crate) const CHUNK: usize = 256 * 1024;

/// A format of this codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// One flow, as Boomi's packages of 2016 are.
    Package,
    /// Several flows, and kinds that 2016 did not have.
    Package2,
}

impl Format {
    pub(crate) const ALL: [Format; 2] = [Format::Package2, Format::Package];

    pub(crate) fn id(self) -> &'static str {
        match self {
            Format::Package => "package",
            Format::Package2 => "package2",
        }
    }

    /// # Errors
    /// For a format of somebody else.
    pub(crate) fn of(id: &str) -> Result<Format, Failure> {
        let known = Format::ALL.into_iter().find(|format| format.id() == id);
        known.ok_or_else(|| Failure::Unsupported(format!("this codec knows package and package2, not {id}")))
    }

    pub(crate) fn info(self) -> FormatInfo {
        let kinds = ELEMENT_KINDS.iter().filter(|kind| kind.in_package || self == Format::Package2);
        let kinds = std::iter::once(FLOW).chain(kinds.map(|kind| kind.kind));
        let title = match self {
            Format::Package => "Boomi Flow package",
            Format::Package2 => "Boomi Flow package, second generation",
        };
        FormatInfo {
            id: self.id().to_owned(),
            title: title.to_owned(),
            extensions: vec![self.id().to_owned()],
            media_type: "application/json".to_owned(),
            writes: kinds.map(|kind| Native { kind: kind.to_owned(), dialect: DIALECT.to_owned() }).collect(),
            verified: self == Format::Package,
        }
    }
}

/// The members that every package has, in the order of all samples; [`FLOW_KEY`] stands for [`FLOWS_KEY`], too.
pub(crate) fn usual_keys() -> Vec<&'static str> {
    let mut keys = vec![FLOW_KEY, CULTURES_KEY, DOCUMENTS_KEY];
    for kind in ELEMENT_KINDS.iter().filter(|kind| kind.in_package) {
        keys.push(kind.configurations);
        if keys.len() == 4 {
            keys.push(MAP_CONFIGURATIONS);
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_usual_keys_are_those_of_the_samples() {
        let expected = "flowConfiguration contentValueCultures contentValueDocuments navigationElementConfigurations \
            mapElementConfigurations groupElementConfigurations serviceElementConfigurations typeElementConfigurations \
            valueElementConfigurations macroElementConfigurations tagElementConfigurations pageElementConfigurations";
        assert_eq!(super::usual_keys(), expected.split_whitespace().collect::<Vec<_>>());
    }
}
