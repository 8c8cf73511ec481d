use flowport_plugin::json::{Kind, Value};

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldType {
    Text,
    Memo,
    Integer,
    Decimal,
    Currency,
    Boolean,
    Date,
    DateTime,
    Picklist,
    Lookup,
    File,
    Image,
    UniqueIdentifier,
}

impl FieldType {
    /// With the words that parts use.
    pub(crate) const ALL: [(&'static str, FieldType); 13] = [
        ("text", FieldType::Text),
        ("memo", FieldType::Memo),
        ("integer", FieldType::Integer),
        ("decimal", FieldType::Decimal),
        ("currency", FieldType::Currency),
        ("boolean", FieldType::Boolean),
        ("date", FieldType::Date),
        ("date-time", FieldType::DateTime),
        ("picklist", FieldType::Picklist),
        ("lookup", FieldType::Lookup),
        ("file", FieldType::File),
        ("image", FieldType::Image),
        ("unique-identifier", FieldType::UniqueIdentifier),
    ];

    pub(crate) fn parse(word: &str) -> Option<FieldType> {
        FieldType::ALL.iter().find(|(name, _)| *name == word).map(|(_, field_type)| *field_type)
    }

    /// The longest `length` in characters, of types that have one: Dataverse's limits.
    pub(crate) fn max_length(self) -> Option<u64> {
        match self {
            FieldType::Text => Some(4_000),
            FieldType::Memo => Some(1_048_576),
            _ => None,
        }
    }

    /// The most digits behind the point, of types that have some: Dataverse's limit.
    pub(crate) fn max_precision(self) -> Option<u64> {
        matches!(self, FieldType::Decimal | FieldType::Currency).then_some(10)
    }

    /// What a default must be. None for types that have none: that of a lookup, a file or an image would be a data row,
    /// and a unique identifier is new in each row.
    pub(crate) fn default_is(self) -> Option<&'static str> {
        match self {
            FieldType::Text | FieldType::Memo | FieldType::Date | FieldType::DateTime => Some("a string"),
            FieldType::Integer | FieldType::Picklist => Some("an integer"),
            FieldType::Decimal | FieldType::Currency => Some("a number"),
            FieldType::Boolean => Some("true or false"),
            FieldType::Lookup | FieldType::File | FieldType::Image | FieldType::UniqueIdentifier => None,
        }
    }

    /// Whether a default has the form that `default_is` names.
    pub(crate) fn takes_default(self, value: Value<'_>) -> bool {
        match self.default_is() {
            Some("a string") => value.kind() == Kind::String,
            Some("an integer") => value.as_i64().is_some(),
            Some("a number") => value.kind() == Kind::Number,
            Some(_) => value.kind() == Kind::Bool,
            None => false,
        }
    }
}
