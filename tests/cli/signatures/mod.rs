//! Signed packages: keys, exports, verifying, environments that ask for a signature.

mod export;
mod keys;
mod required;
mod verify;

use flowport_core::content::Hash;
use flowport_sign::{LockedKey, TrustedComment};

use crate::support::package::lone_flow;
use crate::support::project::Project;

/// `release.key` and `other.key`, both without a passphrase; `release` is a key of the project, and `prod` takes only what it signed.
/// `dev` holds the flow Orders.
fn project() -> Project {
    let project = Project::new();
    for name in ["release.key", "other.key"] {
        project.ok(&["key", "new", name, "--no-passphrase"]);
    }
    let text = project
        .read("flowport.toml")
        .replace("kind = \"production\"\n", "kind = \"production\"\nsigned_by = [\"release\"]\n");
    project.write("flowport.toml", text + "\n[keys]\nrelease = { file = \"release.key.pub\" }\n");
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes"]);
    project
}

/// The same, with the flow exported to `signed.zip`.
fn with_package() -> Project {
    let project = project();
    project.ok(&["export", "dev", "flow/Orders", "-o", "signed.zip", "--sign", "release.key"]);
    project
}

fn public_key(project: &Project, file: &str) -> String {
    project.ok(&["key", "show", file]).stdout().trim().to_owned()
}

/// Signs what lies there anew, together with the statement beside it, as whoever has the key can.
fn sign_anew(project: &Project, key: &str, package: &str) {
    let key = LockedKey::from_file(&project.path(key)).unwrap().open(None).unwrap();
    let statement = std::fs::read(project.path(&format!("{package}.intoto.json"))).unwrap();
    let comment = TrustedComment { statement: Some(Hash::of(&statement)), ..TrustedComment::default() };
    let bytes = std::fs::read(project.path(package)).unwrap();
    let signature = key.sign(&bytes[..], &comment).unwrap();
    std::fs::write(project.path(&format!("{package}.minisig")), signature.to_string()).unwrap();
}

/// Changes a text file.
fn change(project: &Project, file: &str, from: &str, to: &str) {
    let text = project.read(file);
    assert!(text.contains(from), "{from} is not in {file}:\n{text}");
    project.write(file, text.replacen(from, to, 1));
}
