use std::collections::HashMap;
use std::collections::hash_map::Entry;

use flowport_plugin::json::{Kind, Value};
use flowport_plugin::{Failure, PackageInfo, ResourceId};

use super::fields::{Fields, expect};
use super::{Package, Resource, info, resource};
use crate::codes;
use crate::format::{MAJOR, MARK, PACKAGE_KEYS, VERSION};
use crate::problems::{Problems, shown, shown_pointer};
use crate::recognize::shape::{self, Shape};

/// Checks the whole document. What it returns may be written only where `problems` has no errors.
pub(super) fn check<'d>(root: Value<'d>, problems: &mut Problems) -> Result<Package<'d>, Failure> {
    match shape::of(root) {
        Shape::Package | Shape::Unmarked => Ok(package(root, problems)),
        Shape::Resource => Ok(unnamed(resources(std::iter::once(root), problems))),
        Shape::Resources => Ok(unnamed(resources(root.elements(), problems))),
        Shape::Other(diagnostic) => Err(diagnostic.into()),
    }
}

fn unnamed(resources: Vec<Resource<'_>>) -> Package<'_> {
    Package { info: PackageInfo::named(""), resources, attachment: None }
}

fn package<'d>(root: Value<'d>, problems: &mut Problems) -> Package<'d> {
    let mut package = unnamed(Vec::new());
    let Some(fields) = Fields::of(root, "the package", PACKAGE_KEYS, problems) else {
        return package;
    };
    check_mark(fields, problems);
    if !check_version(fields, problems) {
        // What the keys of another version mean is not known, so nothing is said of them.
        return package;
    }
    fields.warn_unknown(problems);
    if let Some(value) = fields.require("package", problems) {
        package.info = info::check(value, problems);
    }
    package.info.layouts = info::layouts(fields, problems);
    if fields.require("resources", problems).is_some() {
        package.resources = resources(fields.list("resources", problems), problems);
    }
    if let Some(value) = fields.get("attachment")
        && expect(value, Kind::String, "attachment", problems)
    {
        package.attachment = super::part::base64(value, "the attachment", problems);
    }
    package
}

fn check_mark(fields: Fields<'_>, problems: &mut Problems) {
    let help = "a package begins with \"format\": \"flowport\"";
    match fields.get("format") {
        None => problems.error(codes::WRONG_FORMAT, fields.object(), "the package has no `format`", help),
        Some(value) if value.as_str().as_deref() != Some(MARK) => {
            let what = format!("the format is {}, not `{MARK}`", shown(value.raw()));
            problems.error(codes::WRONG_FORMAT, value, what, help);
        }
        Some(_) => {}
    }
}

/// False where the document is of a version that cannot be read.
fn check_version(fields: Fields<'_>, problems: &mut Problems) -> bool {
    let Some(value) = fields.require("formatVersion", problems) else {
        return true;
    };
    if !expect(value, Kind::String, "formatVersion", problems) {
        return true;
    }
    let text = value.as_str().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.').filter(|(major, minor)| is_number(major) && is_number(minor)) {
        None => {
            let what = format!("{} is no version of the format", shown(&text));
            problems.error(codes::WRONG_VERSION, value, what, "write \"formatVersion\": \"1.0\"");
            true
        }
        Some((major, _)) if major != MAJOR => {
            let what = format!(
                "the package is of version {} of the format; this flowport reads version {MAJOR}",
                shown(&text)
            );
            let help = "read it with a newer flowport, or export it again from one that writes version 1";
            problems.error(codes::WRONG_VERSION, value, what, help);
            false
        }
        Some((_, minor)) => {
            if minor.bytes().any(|digit| digit != b'0') {
                problems.warning(codes::NEWER_VERSION, value, || {
                    let what = format!("the package is of version {}, newer than {VERSION}", shown(&text));
                    (what, "what version 1.0 knows was read; the keys that it does not know are listed".to_owned())
                });
            }
            true
        }
    }
}

fn resources<'d>(values: impl Iterator<Item = Value<'d>>, problems: &mut Problems) -> Vec<Resource<'d>> {
    let mut seen: HashMap<Key, Value<'d>> = HashMap::new();
    let mut resources = Vec::new();
    for value in values {
        let Some(resource) = resource::check(value, problems) else {
            continue;
        };
        // An id that could not be read is empty, which none that was read is.
        if !resource.head.id.id.is_empty() {
            match seen.entry(key(&resource.head.id)) {
                Entry::Occupied(first) => {
                    let what = format!(
                        "{} {} is there twice: {} and {} have the same kind, id and version",
                        resource.head.id.kind,
                        shown(&resource.head.id.id),
                        shown_pointer(*first.get()),
                        shown_pointer(value),
                    );
                    problems.error(codes::TWICE, value, what, "take one of the two out, or give it an id of its own");
                }
                Entry::Vacant(entry) => {
                    entry.insert(value);
                }
            }
        }
        resources.push(resource);
    }
    resources
}

type Key = (String, String, Option<String>);

fn key(id: &ResourceId) -> Key {
    (id.kind.clone(), id.id.clone(), id.version.clone())
}
