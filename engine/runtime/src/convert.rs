//! Between the engine's words and the contract's records.

use flowport_core::model as core;

use crate::bindings::codec::exports::flowport::plugin::codec as wit_codec;
use crate::bindings::handler::exports::flowport::plugin::handler as wit_handler;
use crate::bindings::wit;

pub(crate) fn id_to_wit(id: &core::ResourceId) -> wit::ResourceId {
    wit::ResourceId {
        kind: id.kind.as_str().to_owned(),
        id: id.id.as_ref().to_owned(),
        version: id.version.as_deref().map(str::to_owned),
    }
}

pub(crate) fn id_from_wit(id: &wit::ResourceId) -> Result<core::ResourceId, String> {
    core::ResourceId::new(&id.kind, &id.id, id.version.as_deref()).map_err(|error| error.to_string())
}

pub(crate) fn head_to_wit(head: &core::Head) -> wit::Head {
    wit::Head {
        id: id_to_wit(&head.id),
        name: head.name.clone(),
        dialect: head.dialect.clone(),
        state: state_to_wit(head.state),
        origin: match head.origin {
            core::Origin::Standard => wit::Origin::Standard,
            core::Origin::Custom => wit::Origin::Custom,
        },
        attributes: head.attributes.as_ref().to_owned(),
    }
}

pub(crate) fn head_from_wit(head: wit::Head) -> Result<core::Head, String> {
    Ok(core::Head {
        id: id_from_wit(&head.id)?,
        name: head.name,
        dialect: head.dialect,
        state: match head.state {
            wit::State::Draft => core::State::Draft,
            wit::State::Published => core::State::Published,
        },
        origin: match head.origin {
            wit::Origin::Standard => core::Origin::Standard,
            wit::Origin::Custom => core::Origin::Custom,
        },
        attributes: head.attributes.into(),
    })
}

fn state_to_wit(state: core::State) -> wit::State {
    match state {
        core::State::Draft => wit::State::Draft,
        core::State::Published => wit::State::Published,
    }
}

pub(crate) fn action_to_wit(action: &core::Action) -> wit::Action {
    match action {
        core::Action::Create => wit::Action::Create,
        core::Action::Update => wit::Action::Update,
        core::Action::NewVersion => wit::Action::NewVersion,
        core::Action::Merge => wit::Action::Merge,
        core::Action::Overwrite => wit::Action::Overwrite,
        core::Action::UseExisting => wit::Action::UseExisting,
        core::Action::Skip => wit::Action::Skip,
        core::Action::Other(word) => wit::Action::Other(word.clone()),
    }
}

pub(crate) fn action_from_wit(action: wit::Action) -> core::Action {
    match action {
        wit::Action::Create => core::Action::Create,
        wit::Action::Update => core::Action::Update,
        wit::Action::NewVersion => core::Action::NewVersion,
        wit::Action::Merge => core::Action::Merge,
        wit::Action::Overwrite => core::Action::Overwrite,
        wit::Action::UseExisting => core::Action::UseExisting,
        wit::Action::Skip => core::Action::Skip,
        wit::Action::Other(word) => core::Action::Other(word),
    }
}

pub(crate) fn setup_to_wit(setup: &core::Setup) -> wit::Setup {
    wit::Setup {
        suggested: setup.suggested.as_ref().map(action_to_wit),
        allowed: setup.allowed.iter().map(action_to_wit).collect(),
        comment: setup.comment.clone(),
    }
}

pub(crate) fn setup_from_wit(setup: wit::Setup) -> core::Setup {
    core::Setup {
        suggested: setup.suggested.map(action_from_wit),
        allowed: setup.allowed.into_iter().map(action_from_wit).collect(),
        comment: setup.comment,
    }
}

pub(crate) fn package_info_to_wit(info: &core::PackageInfo) -> wit::PackageInfo {
    let layout = |layout: &core::Layout| wit::Layout { format: layout.format.clone(), content: layout.content.clone() };
    wit::PackageInfo {
        name: info.name.clone(),
        description: info.description.clone(),
        created: info.created.clone(),
        creator: info.creator.clone(),
        source: info.source.clone(),
        intended_for: info.intended_for.clone(),
        layouts: info.layouts.iter().map(layout).collect(),
    }
}

pub(crate) fn package_info_from_wit(info: wit::PackageInfo) -> core::PackageInfo {
    let layout = |layout: wit::Layout| core::Layout { format: layout.format, content: layout.content };
    core::PackageInfo {
        name: info.name,
        description: info.description,
        created: info.created,
        creator: info.creator,
        source: info.source,
        intended_for: info.intended_for,
        layouts: info.layouts.into_iter().map(layout).collect(),
    }
}

pub(crate) fn diagnostic_from_wit(diagnostic: wit::Diagnostic) -> core::Diagnostic {
    core::Diagnostic {
        severity: match diagnostic.severity {
            wit::Severity::Error => core::Severity::Error,
            wit::Severity::Warning => core::Severity::Warning,
            wit::Severity::Info => core::Severity::Info,
        },
        code: diagnostic.code,
        summary: diagnostic.summary,
        detail: diagnostic.detail,
        resource: diagnostic.subject.and_then(|id| id_from_wit(&id).ok()),
        slot: diagnostic.slot,
        help: diagnostic.help,
    }
}

pub(crate) fn diagnostics_from_wit(diagnostics: Vec<wit::Diagnostic>) -> Vec<core::Diagnostic> {
    diagnostics.into_iter().map(diagnostic_from_wit).collect()
}

pub(crate) fn inspection_from_wit(inspection: wit_handler::Inspection) -> Result<core::Inspection, String> {
    let reference = |reference: wit::Reference| -> Result<core::Reference, String> {
        Ok(core::Reference {
            target: match reference.target {
                wit::Target::Known(id) => core::Target::Known(id_from_wit(&id)?),
                wit::Target::Unknowable(expression) => core::Target::Unknowable(expression),
            },
            slot: reference.slot,
            strength: match reference.strength {
                wit::Strength::Required => core::Strength::Required,
                wit::Strength::Optional => core::Strength::Optional,
            },
        })
    };
    let secret = |secret: wit::Secret| core::Secret {
        slot: secret.slot,
        label: secret.label,
        declared: secret.declared,
        is_set: secret.is_set,
    };
    let literal =
        |literal: wit::Literal| core::Literal { slot: literal.slot, class: literal.class, value: literal.value };
    Ok(core::Inspection {
        identities: inspection.identities,
        references: inspection.references.into_iter().map(reference).collect::<Result<_, _>>()?,
        secrets: inspection.secrets.into_iter().map(secret).collect(),
        literals: inspection.literals.into_iter().map(literal).collect(),
        diagnostics: diagnostics_from_wit(inspection.diagnostics),
    })
}

pub(crate) fn edit_op_to_wit(op: &core::EditOp) -> wit_handler::EditOp {
    match op {
        core::EditOp::Relink { slot, to } => {
            wit_handler::EditOp::Relink(wit_handler::Relink { slot: slot.clone(), to: head_to_wit(to) })
        }
        core::EditOp::SetSecret(secret) => wit_handler::EditOp::SetSecret(wit_handler::SlotValue {
            slot: secret.slot.clone(),
            value: secret.value.clone(),
        }),
        core::EditOp::SetLiteral { slot, old, new } => wit_handler::EditOp::SetLiteral(wit_handler::Replace {
            slot: slot.clone(),
            old: old.clone(),
            new: new.clone(),
        }),
        core::EditOp::Rename(name) => wit_handler::EditOp::Rename(name.clone()),
        core::EditOp::SetId(id) => wit_handler::EditOp::SetId(id_to_wit(id)),
        core::EditOp::SetState(state) => wit_handler::EditOp::SetState(state_to_wit(*state)),
        core::EditOp::Other(operation, argument) => wit_handler::EditOp::Other((operation.clone(), argument.clone())),
    }
}

pub(crate) fn edited_from_wit(edited: wit_handler::Edited) -> Result<core::Edited, String> {
    let written = |part: wit_handler::WrittenPart| core::WrittenPart {
        name: part.name,
        media_type: part.media_type,
        content: part.content,
    };
    Ok(core::Edited {
        head: head_from_wit(edited.head)?,
        written: edited.written.into_iter().map(written).collect(),
        removed: edited.removed,
    })
}

pub(crate) fn kind_info_from_wit(info: wit_handler::KindInfo) -> Result<core::KindInfo, String> {
    use wit_handler::Traits;
    let key = |key: wit_handler::ArrayKey| core::ArrayKey { part: key.part, path: key.path, key: key.key };
    Ok(core::KindInfo {
        kind: core::Kind::new(&info.kind).map_err(|error| error.to_string())?,
        dialects: info.dialects,
        title: info.title,
        plural: info.plural,
        actions: info.actions.into_iter().map(action_from_wit).collect(),
        traits: core::Traits {
            versioned: info.traits.contains(Traits::VERSIONED),
            activated: info.traits.contains(Traits::ACTIVATED),
            owned: info.traits.contains(Traits::OWNED),
            drafts: info.traits.contains(Traits::DRAFTS),
            generated_ids: info.traits.contains(Traits::GENERATED_IDS),
            product_keys: info.traits.contains(Traits::PRODUCT_KEYS),
        },
        keys: info.keys.into_iter().map(key).collect(),
        volatile: info.volatile,
        schema: info.schema,
    })
}

pub(crate) fn format_info_from_wit(info: wit_codec::FormatInfo) -> core::FormatInfo {
    let native = |native: wit_codec::Native| core::Native { kind: native.kind, dialect: native.dialect };
    core::FormatInfo {
        id: info.id,
        title: info.title,
        extensions: info.extensions,
        media_type: info.media_type,
        writes: info.writes.into_iter().map(native).collect(),
        verified: info.verified,
    }
}

pub(crate) fn recognition_from_wit(recognition: wit_codec::Recognition) -> core::Recognition {
    core::Recognition {
        format: recognition.format,
        confidence: match recognition.confidence {
            wit_codec::Confidence::No => core::Confidence::No,
            wit_codec::Confidence::Maybe => core::Confidence::Maybe,
            wit_codec::Confidence::Certain => core::Confidence::Certain,
        },
        why_not: recognition.why_not.map(diagnostic_from_wit),
    }
}

pub(crate) fn placement_from_wit(placement: wit_codec::Placement) -> Result<core::Placement, String> {
    Ok(core::Placement { id: id_from_wit(&placement.id)?, lost: placement.lost })
}
