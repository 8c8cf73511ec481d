use crate::names::{CONNECTOR, IDENTITY_PROVIDER, PAGE, TYPE, VALUE};

/// A kind of elements that flows share, and where a package speaks of it.
#[derive(Debug)]
pub struct ElementKind {
    /// flowport's word.
    pub kind: &'static str,
    /// For people: one, several.
    pub titles: (&'static str, &'static str),
    /// The member of the package that holds the elements.
    pub configurations: &'static str,
    /// The member of a flow that lists those it uses.
    pub ids: &'static str,
    /// The last segment of the class of a reference to one.
    pub embedded: &'static str,
    /// False for kinds that the packages of 2016 do not have \[inferred from the answer to a conflict in the official
    /// API\].
    pub in_package: bool,
}

/// All kinds of elements but map elements, which belong to one flow; in the order in which packages hold them.
pub const ELEMENT_KINDS: [ElementKind; 10] = [
    ElementKind {
        kind: "navigation",
        titles: ("navigation", "navigations"),
        configurations: "navigationElementConfigurations",
        ids: "navigationElementIds",
        embedded: "NavigationElementIdEmbedded",
        in_package: true,
    },
    ElementKind {
        kind: "group",
        titles: ("group", "groups"),
        configurations: "groupElementConfigurations",
        ids: "groupElementIds",
        embedded: "GroupElementIdEmbedded",
        in_package: true,
    },
    ElementKind {
        kind: CONNECTOR,
        titles: ("connector", "connectors"),
        configurations: "serviceElementConfigurations",
        ids: "serviceElementIds",
        embedded: "ServiceElementIdEmbedded",
        in_package: true,
    },
    ElementKind {
        kind: TYPE,
        titles: ("type", "types"),
        configurations: "typeElementConfigurations",
        ids: "typeElementIds",
        embedded: "TypeElementIdEmbedded",
        in_package: true,
    },
    ElementKind {
        kind: VALUE,
        titles: ("value", "values"),
        configurations: "valueElementConfigurations",
        ids: "valueElementIds",
        embedded: "SharedElementIdEmbedded",
        in_package: true,
    },
    ElementKind {
        kind: "macro",
        titles: ("macro", "macros"),
        configurations: "macroElementConfigurations",
        ids: "macroElementIds",
        embedded: "MacroElementIdEmbedded",
        in_package: true,
    },
    ElementKind {
        kind: "tag",
        titles: ("tag", "tags"),
        configurations: "tagElementConfigurations",
        ids: "tagElementIds",
        embedded: "TagElementIdEmbedded",
        in_package: true,
    },
    ElementKind {
        kind: PAGE,
        titles: ("page", "pages"),
        configurations: "pageElementConfigurations",
        ids: "pageElementIds",
        embedded: "PageElementIdEmbedded",
        in_package: true,
    },
    ElementKind {
        kind: IDENTITY_PROVIDER,
        titles: ("identity provider", "identity providers"),
        configurations: "identityProviderElementConfigurations",
        ids: "identityProviderElementIds",
        embedded: "IdentityProviderElementIdEmbedded",
        in_package: false,
    },
    ElementKind {
        kind: "custom-page-component",
        titles: ("custom page component", "custom page components"),
        configurations: "customPageComponentElementConfigurations",
        ids: "customPageComponentElementIds",
        embedded: "CustomPageComponentElementIdEmbedded",
        in_package: false,
    },
];

/// The member of the package that holds the map elements.
pub const MAP_CONFIGURATIONS: &str = "mapElementConfigurations";
/// The member of a flow that lists its map elements.
pub const MAP_IDS: &str = "mapElementIds";

/// The entry of a kind.
#[must_use]
pub fn element_kind(kind: &str) -> Option<&'static ElementKind> {
    ELEMENT_KINDS.iter().find(|entry| entry.kind == kind)
}
