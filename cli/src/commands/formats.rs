use serde_json::json;

use crate::context::Context;
use crate::exit::Outcome;
use crate::render;
use crate::report::Report;

pub(super) fn run(context: &Context) -> Outcome<Report> {
    let registry = context.registry()?;
    let formats: Vec<_> = registry.formats().collect();
    let written = |format: &flowport_core::model::FormatInfo| {
        if format.carries_everything() {
            return "everything".to_owned();
        }
        format.writes.iter().map(|native| native.kind.as_str()).collect::<Vec<_>>().join(", ")
    };
    let row =
        |(codec, format): &(&std::sync::Arc<dyn flowport_core::plugin::Codec>, &flowport_core::model::FormatInfo)| {
            vec![
                format.id.clone(),
                format.title.clone(),
                format.extensions.iter().map(|extension| format!(".{extension}")).collect::<Vec<_>>().join(" "),
                written(format),
                if format.verified { "verified" } else { "unverified" }.to_owned(),
                codec.name().name.clone(),
            ]
        };
    let text =
        render::table(&["FORMAT", "WHAT", "FILES", "HOLDS NATIVELY", "", "PLUGIN"], formats.iter().map(row).collect());
    let entry =
        |(codec, format): &(&std::sync::Arc<dyn flowport_core::plugin::Codec>, &flowport_core::model::FormatInfo)| {
            let writes = format.writes.iter().map(|native| json!({ "kind": native.kind, "dialect": native.dialect }));
            json!({
                "id": format.id,
                "title": format.title,
                "extensions": format.extensions,
                "media_type": format.media_type,
                "writes": writes.collect::<Vec<_>>(),
                "verified": format.verified,
                "plugin": codec.name().to_string(),
            })
        };
    Ok(Report::done(json!({ "formats": formats.iter().map(entry).collect::<Vec<_>>() }), text))
}
