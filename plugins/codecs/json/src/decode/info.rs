use flowport_plugin::json::Value;
use flowport_plugin::{Layout, PackageInfo};

use super::fields::Fields;
use crate::codes;
use crate::format::{INFO_KEYS, LAYOUT_KEYS};
use crate::problems::{Problems, shown};

/// What is said of the package as a whole, without layouts.
pub(super) fn check(value: Value<'_>, problems: &mut Problems) -> PackageInfo {
    let mut info = PackageInfo::named("");
    let Some(fields) = Fields::of(value, "package", INFO_KEYS, problems) else {
        return info;
    };
    fields.warn_unknown(problems);
    info.name = fields.required_text("name", problems).unwrap_or_default();
    info.description = fields.text("description", problems).unwrap_or_default();
    info.created = fields.text("created", problems);
    info.creator = fields.text("creator", problems);
    info.source = fields.text("source", problems);
    info.intended_for = fields.text("intendedFor", problems);
    info
}

/// The layouts, one at most per format.
pub(super) fn layouts(package: Fields<'_>, problems: &mut Problems) -> Vec<Layout> {
    let mut layouts: Vec<Layout> = Vec::new();
    for value in package.list("layouts", problems) {
        let Some(fields) = Fields::of(value, "a layout", LAYOUT_KEYS, problems) else {
            continue;
        };
        fields.warn_unknown(problems);
        let format = fields.required_text("format", problems);
        let content = fields.required_text("content", problems);
        let (Some(format), Some(content)) = (format, content) else {
            continue;
        };
        if layouts.iter().any(|layout| layout.format == format) {
            let what = format!("there are two layouts of the format {}", shown(&format));
            problems.error(codes::TWICE, value, what, "keep one of them");
        } else {
            layouts.push(Layout { format, content });
        }
    }
    layouts
}
