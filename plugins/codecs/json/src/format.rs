//! The constants of the format.

/// The id of the format.
pub(crate) const ID: &str = "json";
/// The value of `format` in every package.
pub(crate) const MARK: &str = "flowport";
/// The version that is written.
pub(crate) const VERSION: &str = "1.0";
/// The major version that is read.
pub(crate) const MAJOR: &str = "1";
/// The media type of a part under `json` that names none.
pub(crate) const JSON_MEDIA_TYPE: &str = "application/json";
/// How long the attributes of a resource may be, by the contract.
pub(crate) const MAX_ATTRIBUTES: usize = 4 << 20;
/// How many arrays and objects a part under `json` stands in: document, resources, resource, parts, part.
pub(crate) const LEVELS_ABOVE_PART: usize = 5;
/// How many arrays and objects attributes stand in: document, resources, resource.
pub(crate) const LEVELS_ABOVE_ATTRIBUTES: usize = 3;
/// How much of a part goes to the host at once.
pub(crate) const CHUNK: usize = 256 * 1024;

pub(crate) const PACKAGE_KEYS: &[&str] =
    &["$schema", "format", "formatVersion", "package", "layouts", "resources", "attachment"];
pub(crate) const INFO_KEYS: &[&str] = &["name", "description", "created", "creator", "source", "intendedFor"];
pub(crate) const LAYOUT_KEYS: &[&str] = &["format", "content"];
pub(crate) const RESOURCE_KEYS: &[&str] =
    &["kind", "id", "version", "name", "dialect", "state", "origin", "attributes", "setup", "parts"];
pub(crate) const SETUP_KEYS: &[&str] = &["suggested", "allowed", "comment"];
pub(crate) const PART_KEYS: &[&str] = &["mediaType", "json", "text", "base64"];
