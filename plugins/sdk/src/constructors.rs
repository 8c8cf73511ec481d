//! Short ways to make the contract's records.

use crate::{
    Action, ArrayKey, Change, Diagnostic, EditOp, Edited, Failure, Head, Inspection, KindInfo, Literal, Origin,
    PackageInfo, Reference, ResourceId, Secret, Setup, Severity, State, Strength, Target, Traits, WrittenPart,
};

impl ResourceId {
    /// An id without a version.
    #[must_use]
    pub fn new(kind: &str, id: &str) -> ResourceId {
        ResourceId { kind: kind.to_owned(), id: id.to_owned(), version: None }
    }
}

impl Head {
    /// A published custom resource without attributes.
    #[must_use]
    pub fn new(id: ResourceId, dialect: &str, name: &str) -> Head {
        Head {
            id,
            name: name.to_owned(),
            dialect: dialect.to_owned(),
            state: State::Published,
            origin: Origin::Custom,
            attributes: "{}".to_owned(),
        }
    }
}

impl Setup {
    /// No suggestion, every action allowed, no comment.
    #[must_use]
    pub fn none() -> Setup {
        Setup { suggested: None, allowed: Vec::new(), comment: None }
    }
}

impl PackageInfo {
    /// A package of which only the name is known.
    #[must_use]
    pub fn named(name: &str) -> PackageInfo {
        PackageInfo {
            name: name.to_owned(),
            description: String::new(),
            created: None,
            creator: None,
            source: None,
            intended_for: None,
            layouts: Vec::new(),
        }
    }
}

impl KindInfo {
    /// A kind in one dialect that can be created, updated, used as it is and skipped, with `update` as the default.
    #[must_use]
    pub fn new(kind: &str, dialect: &str) -> KindInfo {
        KindInfo {
            kind: kind.to_owned(),
            dialects: vec![dialect.to_owned()],
            title: kind.to_owned(),
            plural: format!("{kind}s"),
            actions: vec![Action::Update, Action::Create, Action::UseExisting, Action::Skip],
            traits: Traits::empty(),
            keys: Vec::new(),
            volatile: Vec::new(),
            schema: None,
        }
    }

    /// What people call one and several.
    #[must_use]
    pub fn title(mut self, one: &str, several: &str) -> KindInfo {
        self.title = one.to_owned();
        self.plural = several.to_owned();
        self
    }

    /// What import can do, the default first.
    #[must_use]
    pub fn actions(mut self, actions: &[Action]) -> KindInfo {
        self.actions = actions.to_vec();
        self
    }

    /// What is true of the kind.
    #[must_use]
    pub fn traits(mut self, traits: Traits) -> KindInfo {
        self.traits = traits;
        self
    }

    /// The member by which elements of an array are told apart.
    #[must_use]
    pub fn key(mut self, part: &str, path: &str, key: &str) -> KindInfo {
        self.keys.push(ArrayKey { part: part.to_owned(), path: path.to_owned(), key: key.to_owned() });
        self
    }

    /// A slot whose change is no change.
    #[must_use]
    pub fn volatile(mut self, slot: &str) -> KindInfo {
        self.volatile.push(slot.to_owned());
        self
    }

    /// The JSON Schema of the main part.
    #[must_use]
    pub fn schema(mut self, schema: &str) -> KindInfo {
        self.schema = Some(schema.to_owned());
        self
    }
}

impl Inspection {
    /// Nothing found.
    #[must_use]
    pub fn new() -> Inspection {
        Inspection {
            identities: Vec::new(),
            references: Vec::new(),
            secrets: Vec::new(),
            literals: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Adds a natural key, weaker than those before.
    #[must_use]
    pub fn identity(mut self, identity: impl Into<String>) -> Inspection {
        self.identities.push(identity.into());
        self
    }

    /// Adds a required reference.
    pub fn require(&mut self, slot: impl Into<String>, to: ResourceId) {
        self.references.push(Reference { slot: slot.into(), target: Target::Known(to), strength: Strength::Required });
    }

    /// Adds an optional reference.
    pub fn refer(&mut self, slot: impl Into<String>, to: ResourceId) {
        self.references.push(Reference { slot: slot.into(), target: Target::Known(to), strength: Strength::Optional });
    }

    /// Adds a reference that an expression decides at run time.
    pub fn unknowable(&mut self, slot: impl Into<String>, expression: &str) {
        let target = Target::Unknowable(expression.to_owned());
        self.references.push(Reference { slot: slot.into(), target, strength: Strength::Optional });
    }

    /// Adds a value bound to one environment.
    pub fn literal(&mut self, slot: impl Into<String>, class: &str, value: &str) {
        self.literals.push(Literal { slot: slot.into(), class: class.to_owned(), value: value.to_owned() });
    }

    /// Adds a secret that the product declares.
    pub fn declared_secret(&mut self, slot: impl Into<String>, label: &str, is_set: bool) {
        self.secrets.push(Secret { slot: slot.into(), label: label.to_owned(), declared: true, is_set });
    }

    /// Adds a secret that a look at the content found.
    pub fn found_secret(&mut self, slot: impl Into<String>, label: &str) {
        self.secrets.push(Secret { slot: slot.into(), label: label.to_owned(), declared: false, is_set: true });
    }
}

impl Default for Inspection {
    fn default() -> Self {
        Inspection::new()
    }
}

impl Diagnostic {
    /// A finding that stops an import of the resource.
    #[must_use]
    pub fn error(code: &str, summary: impl Into<String>) -> Diagnostic {
        Diagnostic::of(Severity::Error, code, summary.into())
    }

    /// A finding that does not.
    #[must_use]
    pub fn warning(code: &str, summary: impl Into<String>) -> Diagnostic {
        Diagnostic::of(Severity::Warning, code, summary.into())
    }

    /// Worth saying.
    #[must_use]
    pub fn info(code: &str, summary: impl Into<String>) -> Diagnostic {
        Diagnostic::of(Severity::Info, code, summary.into())
    }

    fn of(severity: Severity, code: &str, summary: String) -> Diagnostic {
        Diagnostic { severity, code: code.to_owned(), summary, detail: None, subject: None, slot: None, help: None }
    }

    /// The resource concerned.
    #[must_use]
    pub fn subject(mut self, subject: ResourceId) -> Diagnostic {
        self.subject = Some(subject);
        self
    }

    /// The place in it.
    #[must_use]
    pub fn at(mut self, slot: impl Into<String>) -> Diagnostic {
        self.slot = Some(slot.into());
        self
    }

    /// Why.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Diagnostic {
        self.detail = Some(detail.into());
        self
    }

    /// What to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Failure {
        Failure::Malformed(vec![diagnostic])
    }
}

impl Failure {
    /// What `edit` answers to a slot that `inspect` does not report, or to an operation the kind does not know.
    #[must_use]
    pub fn unknown_slot(op: &EditOp) -> Failure {
        Failure::Other(match op {
            EditOp::Relink(relink) => format!("there is no reference at {}", relink.slot),
            EditOp::SetSecret(secret) => format!("there is no secret at {}", secret.slot),
            EditOp::SetLiteral(literal) => format!("there is no literal {} at {}", literal.old, literal.slot),
            EditOp::Rename(_) | EditOp::SetId(_) | EditOp::SetState(_) => "this cannot be changed here".to_owned(),
            EditOp::Other((operation, _)) => format!("the operation {operation} is not known"),
        })
    }
}

impl Edited {
    /// Nothing but the head, as it is.
    #[must_use]
    pub fn unchanged(head: Head) -> Edited {
        Edited { head, written: Vec::new(), removed: Vec::new() }
    }

    /// Writes a part, whole.
    pub fn write(&mut self, name: &str, media_type: &str, content: Vec<u8>) {
        self.written.retain(|part| part.name != name);
        self.written.push(WrittenPart { name: name.to_owned(), media_type: media_type.to_owned(), content });
    }

    /// Carries out what concerns the head alone: name, id and state. False for any other operation.
    pub fn apply_to_head(&mut self, op: &EditOp) -> bool {
        match op {
            EditOp::Rename(name) => self.head.name = name.clone(),
            EditOp::SetId(id) => self.head.id = id.clone(),
            EditOp::SetState(state) => self.head.state = *state,
            _ => return false,
        }
        true
    }
}

impl Change {
    /// Nothing to store.
    #[must_use]
    pub fn nothing(action: Action) -> Change {
        Change { action: Some(action), allowed: Vec::new(), outcome: None, diagnostics: Vec::new() }
    }

    /// The user must choose.
    #[must_use]
    pub fn choose(allowed: Vec<Action>) -> Change {
        Change { action: None, allowed, outcome: None, diagnostics: Vec::new() }
    }

    /// This is what will be stored.
    #[must_use]
    pub fn store(action: Action, outcome: Edited) -> Change {
        Change { action: Some(action), allowed: Vec::new(), outcome: Some(outcome), diagnostics: Vec::new() }
    }

    /// With a finding.
    #[must_use]
    pub fn with(mut self, diagnostic: Diagnostic) -> Change {
        self.diagnostics.push(diagnostic);
        self
    }
}
