//! `resource.json`: what is said of a resource beside its parts.

use flowport_core::model::{Action, Diagnostic, InvalidId, Origin, ResourceId, Setup, State};
use flowport_json::{Document, Kind, Value, Writer, pretty};

use crate::fields::Fields;
use crate::spelling::limits;

/// How a part stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As readable JSON.
    Json,
    /// As it is.
    Bytes,
}

/// Where a part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartFile {
    pub(crate) name: String,
    pub(crate) media_type: String,
    /// Within the folder of the resource.
    pub(crate) file: String,
    pub(crate) form: Form,
}

/// What resource.json says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResourceFile {
    pub(crate) id: ResourceId,
    pub(crate) name: String,
    pub(crate) dialect: String,
    pub(crate) state: State,
    pub(crate) origin: Origin,
    /// In an environment.
    pub(crate) owners: Vec<String>,
    /// In a package.
    pub(crate) setup: Setup,
    /// JSON text, with `null` at its volatile slots.
    pub(crate) attributes: String,
    pub(crate) parts: Vec<PartFile>,
}

/// What a part is taken for that does not say how it stands in its file.
fn usual_form(media_type: &str, name: &str) -> Form {
    let is_json = media_type == "application/json" || media_type.ends_with("+json") || name.ends_with(".json");
    if is_json { Form::Json } else { Form::Bytes }
}

impl PartFile {
    /// True where the part could be readable JSON.
    pub(crate) fn may_be_json(media_type: &str, name: &str) -> bool {
        usual_form(media_type, name) == Form::Json
    }
}

impl ResourceFile {
    /// The text of the file. None where the attributes are no JSON, or would become too long.
    pub(crate) fn to_text(&self) -> Option<String> {
        let mut writer = Writer::compact();
        writer.begin_object().key("kind").string(self.id.kind.as_str()).key("id").string(&self.id.id);
        if let Some(version) = &self.id.version {
            writer.key("version").string(version);
        }
        writer.key("name").string(&self.name).key("dialect").string(&self.dialect);
        writer.key("state").string(self.state.as_str()).key("origin").string(self.origin.as_str());
        write_texts(&mut writer, "owners", &self.owners);
        if self.setup != Setup::default() {
            writer.key("setup").begin_object();
            if let Some(suggested) = &self.setup.suggested {
                writer.key("suggested").string(&written(suggested));
            }
            let allowed: Vec<String> = self.setup.allowed.iter().map(written).collect();
            write_texts(&mut writer, "allowed", &allowed);
            if let Some(comment) = &self.setup.comment {
                writer.key("comment").string(comment);
            }
            writer.end_object();
        }
        writer.key("attributes").raw(&self.attributes);
        writer.key("parts").begin_array();
        for PartFile { name, media_type, file, form } in &self.parts {
            writer.begin_object().key("name").string(name).key("mediaType").string(media_type);
            if file != name {
                writer.key("file").string(file);
            }
            if usual_form(media_type, name) != *form {
                writer.key("form").string(form.as_str());
            }
            writer.end_object();
        }
        writer.end_array().end_object();
        Some(pretty(&Document::parse_with(writer.finish(), &limits()).ok()?) + "\n")
    }

    /// Reads what [`to_text`](Self::to_text) wrote and people edited.
    pub(crate) fn parse(file: &str, document: &Document) -> Result<ResourceFile, Vec<Diagnostic>> {
        let root = document.root();
        let mut fields = Fields::of(file);
        let names =
            ["kind", "id", "version", "name", "dialect", "state", "origin", "owners", "setup", "attributes", "parts"];
        if fields.object(root, "a resource", &names).is_none() {
            return Err(fields.faults);
        }
        let id = id(&mut fields, root);
        let (name, dialect) = (fields.text(root, "name"), fields.text(root, "dialect"));
        let state = fields.word(root, "state", &[State::Draft, State::Published], State::as_str);
        let origin = fields.word(root, "origin", &[Origin::Standard, Origin::Custom], Origin::as_str);
        let owners = fields.texts(root, "owners");
        let setup = root.get("setup").map(|value| setup(&mut fields, value)).unwrap_or_default();
        let attributes = root.get("attributes");
        if let Some(value) = attributes.filter(|value| value.kind() != Kind::Object) {
            fields.fault(value, "\"attributes\" is an object");
        }
        let parts = parts(&mut fields, root);
        match (id, name, dialect) {
            (Some(id), Some(name), Some(dialect)) if fields.faults.is_empty() => Ok(ResourceFile {
                id,
                name,
                dialect,
                state: state.unwrap_or(State::Published),
                origin: origin.unwrap_or(Origin::Custom),
                owners,
                setup,
                attributes: attributes.map_or("{}", Value::raw).to_owned(),
                parts,
            }),
            _ => Err(fields.faults),
        }
    }
}

impl Form {
    fn as_str(self) -> &'static str {
        match self {
            Form::Json => "json",
            Form::Bytes => "bytes",
        }
    }
}

fn write_texts(writer: &mut Writer, name: &str, texts: &[String]) {
    if !texts.is_empty() {
        writer.key(name).begin_array();
        for text in texts {
            writer.string(text);
        }
        writer.end_array();
    }
}

fn id(fields: &mut Fields<'_>, root: Value<'_>) -> Option<ResourceId> {
    let (kind, id) = (fields.text(root, "kind"), fields.text(root, "id"));
    let version = fields.optional_text(root, "version");
    match ResourceId::new(&kind?, &id?, version.as_deref()) {
        Ok(id) => Some(id),
        Err(error) => {
            let at = if matches!(error, InvalidId::Kind(_)) { "kind" } else { "id" };
            fields.fault(root.get(at).unwrap_or(root), error);
            None
        }
    }
}

fn setup(fields: &mut Fields<'_>, value: Value<'_>) -> Setup {
    let Some(object) = fields.object(value, "the setup", &["suggested", "allowed", "comment"]) else {
        return Setup::default();
    };
    let suggested = object.get("suggested").and_then(|value| action(fields, value));
    let allowed = fields.elements(object, "allowed");
    let allowed = allowed.into_iter().filter_map(|value| action(fields, value)).collect();
    Setup { suggested, allowed, comment: fields.optional_text(object, "comment") }
}

/// What stands before a product's own word.
const OTHER: &str = "other:";

fn written(action: &Action) -> String {
    match action {
        Action::Other(word) => format!("{OTHER}{word}"),
        action => action.to_string(),
    }
}

fn action(fields: &mut Fields<'_>, value: Value<'_>) -> Option<Action> {
    let text = value.as_str().unwrap_or_default();
    match text.strip_prefix(OTHER).map(|word| Ok(Action::Other(word.to_owned()))).unwrap_or_else(|| text.parse()) {
        Ok(action) => Some(action),
        Err(error) => {
            fields.fault(value, format!("{error}; a product's own is {OTHER}WORD"));
            None
        }
    }
}

fn parts(fields: &mut Fields<'_>, root: Value<'_>) -> Vec<PartFile> {
    let mut parts: Vec<PartFile> = Vec::new();
    for value in fields.elements(root, "parts") {
        let Some(object) = fields.object(value, "a part", &["name", "mediaType", "file", "form"]) else { continue };
        let Some(name) = fields.text(object, "name") else { continue };
        let media_type = fields.optional_text(object, "mediaType").unwrap_or_default();
        let file = fields.optional_text(object, "file").unwrap_or_else(|| name.clone());
        let form = fields.word(object, "form", &[Form::Json, Form::Bytes], Form::as_str);
        if name.is_empty() || name.len() > 1024 || name.chars().any(char::is_control) {
            fields.fault(value, "the name of a part is 1 to 1,024 bytes without control characters");
        }
        if parts.iter().any(|part| part.name == name) {
            fields.fault(value, format!("the part {name:?} is there twice"));
        }
        if parts.iter().any(|part| part.file == file) {
            fields.fault(value, format!("two parts in the file {file:?}"));
        }
        let form = form.unwrap_or_else(|| usual_form(&media_type, &name));
        parts.push(PartFile { name, media_type, file, form });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ResourceFile, Vec<String>> {
        let document = Document::parse(text).unwrap();
        let summaries = |found: Vec<Diagnostic>| found.into_iter().map(|fault| fault.summary).collect();
        ResourceFile::parse("flow/x/resource.json", &document).map_err(summaries)
    }

    fn part(name: &str, media_type: &str, file: &str, form: Form) -> PartFile {
        let [name, media_type, file] = [name, media_type, file].map(str::to_owned);
        PartFile { name, media_type, file, form }
    }

    #[test]
    fn it_reads_what_it_writes() {
        let full = ResourceFile {
            id: ResourceId::new("flow", "7c9e", Some("2")).unwrap(),
            name: "Überprüfung".to_owned(),
            dialect: "x".to_owned(),
            state: State::Draft,
            origin: Origin::Standard,
            owners: vec!["ana".to_owned()],
            setup: Setup {
                suggested: Some("update".parse().unwrap()),
                allowed: vec![Action::Other("promote".to_owned()), Action::Skip],
                comment: Some(String::new()),
            },
            attributes: "{\n    \"a\": 1.50\n  }".to_owned(),
            parts: vec![
                part("a.json", "application/json", "a.json", Form::Json),
                part("b.json", "", "b.json.bytes", Form::Bytes),
                part("c/d", "x/y", "c-d", Form::Bytes),
            ],
        };
        let text = full.to_text().unwrap();
        assert_eq!(parse(&text), Ok(full.clone()));
        let plain =
            ResourceFile { owners: vec![], setup: Setup::default(), parts: vec![], attributes: "{}".into(), ..full };
        assert_eq!(parse(&plain.to_text().unwrap()), Ok(plain));
    }

    #[test]
    fn mistakes_are_told_at_once_with_their_places() {
        let text = "{\n  \"kind\": \"Flow\", \"id\": \"x\", \"nam\": \"x\", \"dialect\": 1,\n  \"state\": \"on\",\n  \"parts\": [{ \"name\": \"a\" }, { \"name\": \"a\" }],\n  \"setup\": { \"suggested\": \"\" }\n}";
        let found = parse(text).unwrap_err();
        for expected in [
            "flow/x/resource.json:2:37: a resource has no member \"nam\"; did you mean name?",
            "flow/x/resource.json:1:1: the member \"name\" is missing",
            "flow/x/resource.json:2:53: \"dialect\" is a text",
            "flow/x/resource.json:3:12: \"state\" is one of draft, published",
            "flow/x/resource.json:4:30: the part \"a\" is there twice",
        ] {
            assert!(found.iter().any(|fault| fault == expected), "{expected} not in {found:#?}");
        }
        assert!(
            found.iter().any(|fault| fault.starts_with("flow/x/resource.json:2:11: \"Flow\" is no kind")),
            "{found:#?}"
        );
        assert!(found.iter().any(|fault| fault.starts_with("flow/x/resource.json:5:")), "{found:#?}");
    }
}
