use flowport_plugin::json::Kind;
use flowport_plugin::{Action, Failure, Head, KindInfo, Traits};

/// flowport's own dialect.
pub(crate) const DIALECT: &str = "flowport";

/// The member that holds the resource's name.
pub(super) const NAME: &str = "name";
/// The member of a connector that says where its service is.
pub(super) const URL: &str = "url";
/// The member of a connection that names its connector.
pub(super) const CONNECTOR: &str = "connector";
/// The member whose own members are declared secrets.
pub(super) const SECRETS: &str = "secrets";

/// A member of the part.
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) form: Kind,
    pub(super) is_required: bool,
}

const fn required(name: &'static str, form: Kind) -> Member {
    Member { name, form, is_required: true }
}

const fn optional(name: &'static str, form: Kind) -> Member {
    Member { name, form, is_required: false }
}

/// What this dialect has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NeutralKind {
    /// How to reach a service.
    Connector,
    /// One sign-in to the service of a connector.
    Connection,
}

impl NeutralKind {
    /// # Errors
    /// `Failure::Unsupported` for any other kind.
    pub(super) fn of(head: &Head) -> Result<NeutralKind, Failure> {
        match head.id.kind.as_str() {
            "connector" => Ok(NeutralKind::Connector),
            "connection" => Ok(NeutralKind::Connection),
            other => Err(Failure::Unsupported(format!("{other} is neither a connector nor a connection"))),
        }
    }

    /// The word for it, in ids and for people.
    pub(super) fn word(self) -> &'static str {
        match self {
            NeutralKind::Connector => "connector",
            NeutralKind::Connection => "connection",
        }
    }

    /// The name of its part.
    pub(super) fn part(self) -> &'static str {
        match self {
            NeutralKind::Connector => "connector.json",
            NeutralKind::Connection => "connection.json",
        }
    }

    /// What an import can do, the default first. A connection is a sign-in to one environment: the target's own is used.
    pub(super) fn actions(self) -> &'static [Action] {
        const OF_CONNECTORS: &[Action] = &[Action::Update, Action::Create, Action::UseExisting, Action::Skip];
        const OF_CONNECTIONS: &[Action] = &[Action::UseExisting, Action::Create, Action::Skip];
        match self {
            NeutralKind::Connector => OF_CONNECTORS,
            NeutralKind::Connection => OF_CONNECTIONS,
        }
    }

    /// The members of its part.
    pub(super) fn members(self) -> &'static [Member] {
        const OF_CONNECTORS: &[Member] = &[
            required(NAME, Kind::String),
            optional("type", Kind::String),
            optional(URL, Kind::String),
            optional("settings", Kind::Object),
            optional(SECRETS, Kind::Object),
        ];
        const OF_CONNECTIONS: &[Member] = &[
            required(NAME, Kind::String),
            required(CONNECTOR, Kind::String),
            optional("settings", Kind::Object),
            optional(SECRETS, Kind::Object),
        ];
        match self {
            NeutralKind::Connector => OF_CONNECTORS,
            NeutralKind::Connection => OF_CONNECTIONS,
        }
    }

    /// The natural keys of a resource with this id. The same connection elsewhere is another sign-in, so it has none.
    pub(super) fn identities(self, id: &str) -> Vec<String> {
        match self {
            NeutralKind::Connector => vec![format!("connector:{id}")],
            NeutralKind::Connection => Vec::new(),
        }
    }

    /// What the engine is told of it.
    pub(super) fn info(self) -> KindInfo {
        let schema = match self {
            NeutralKind::Connector => include_str!("schema/connector.json"),
            NeutralKind::Connection => include_str!("schema/connection.json"),
        };
        KindInfo::new(self.word(), DIALECT).actions(self.actions()).traits(Traits::GENERATED_IDS).schema(schema)
    }
}
