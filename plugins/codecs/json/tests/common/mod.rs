//! Helpers of several tests; not every one uses all.
#![allow(dead_code)]

use flowport_json_codec::JsonCodec;
use flowport_plugin::fake::{File, Package, Resource};
use flowport_plugin::{Codec, Diagnostic, Failure, Head, PackageInfo, PackageReader, ResourceId};

/// Decodes a text: the package and the warnings.
pub(crate) fn read(text: impl AsRef<[u8]>) -> Result<(Package, Vec<Diagnostic>), Failure> {
    let package = Package::default();
    let diagnostics = JsonCodec::decode("json", &text.as_ref().to_vec(), &package)?;
    Ok((package, diagnostics))
}

/// Decodes a text that has nothing wrong with it.
pub(crate) fn read_well(text: impl AsRef<[u8]>) -> Package {
    let (package, diagnostics) = read(text).expect("the text is a package");
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    package
}

/// What is wrong with a text that cannot be read: `code summary | help`, one line each.
pub(crate) fn mistakes(text: impl AsRef<[u8]>) -> Vec<String> {
    match read(text) {
        Err(Failure::Malformed(diagnostics)) => diagnostics.iter().map(line).collect(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("the text was read"),
    }
}

pub(crate) fn line(diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.as_deref().unwrap_or("no help");
    format!("{} {} | {help}", diagnostic.code, diagnostic.summary)
}

pub(crate) fn write(package: &Package) -> Result<Vec<u8>, Failure> {
    let file = File::default();
    let placements = JsonCodec::encode("json", package, &file)?;
    let ids: Vec<ResourceId> = package.resources().into_iter().map(|resource| resource.head.id).collect();
    assert_eq!(placements.iter().map(|placement| placement.id.clone()).collect::<Vec<_>>(), ids);
    assert!(placements.iter().all(|placement| placement.lost.is_empty()));
    Ok(file.into_bytes())
}

pub(crate) fn written(package: &Package) -> String {
    let bytes = write(package).expect("the package can be written");
    String::from_utf8(bytes).expect("the document is UTF-8")
}

pub(crate) fn flow(id: &str) -> Resource {
    Resource::new(Head::new(ResourceId::new("flow", id), "power-automate", "A flow"))
}

pub(crate) fn package_of(resources: Vec<Resource>) -> Package {
    Package::new(PackageInfo::named("p"), resources)
}

/// Both hold the same.
pub(crate) fn assert_same(left: &Package, right: &Package) {
    assert_eq!(left.info(), right.info());
    assert_eq!(left.resources(), right.resources());
    assert_eq!(left.attached(), right.attached());
}
