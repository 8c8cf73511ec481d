use serde_json::{Value, json};

use super::{project, public_key, with_package};
use crate::kill;
use crate::support::project::{Project, findings};

fn sha256(project: &Project, file: &str) -> String {
    flowport_core::content::Hash::of(&std::fs::read(project.path(file)).unwrap()).to_string()
}

fn statement(project: &Project, file: &str) -> Value {
    serde_json::from_str(&project.read(file)).unwrap()
}

#[test]
fn an_export_is_signed_and_says_what_is_in_it() {
    let project = project();
    let key = public_key(&project, "release.key");
    let arguments = ["export", "dev", "flow/Orders", "-o", "signed.zip", "--sign", "release.key", "--as", "cleo"];
    project.ok(&["put", "dev", "orders.zip", "--owner", "cleo"]);
    let exported = project.json(0, &arguments);
    assert_eq!(exported["result"]["signature"], "signed.zip.minisig");
    assert_eq!(exported["result"]["statement"], "signed.zip.intoto.json");
    assert_eq!(exported["result"]["signed_by"], json!(key));

    let stated = statement(&project, "signed.zip.intoto.json");
    let inspected = project.json(0, &["inspect", "signed.zip"])["result"].clone();
    assert_eq!(stated["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(stated["predicateType"], "https://github.com/flowport/flowport/package/v1");
    let subject = json!([{ "name": "signed.zip", "digest": { "sha256": sha256(&project, "signed.zip") } }]);
    assert_eq!(stated["subject"], subject);
    let predicate = &stated["predicate"];
    assert_eq!(predicate["format"], inspected["format"]);
    assert_eq!(predicate["package"]["name"], "Orders");
    assert_eq!(predicate["package"]["source"], "dev");
    assert!(predicate["package"]["created"].as_str().unwrap().ends_with('Z'));
    assert_eq!(predicate["exporter"], "cleo");
    assert_eq!(predicate["flowport"], env!("CARGO_PKG_VERSION"));
    let resource = &inspected["resources"][0];
    let part = |part: &Value| json!({ "name": part["name"], "digest": { "sha256": part["sha256"] } });
    let parts: Vec<Value> = resource["parts"].as_array().unwrap().iter().map(part).collect();
    assert!(!parts.is_empty());
    let of = &predicate["resources"][0];
    assert_eq!(of["parts"], json!(parts));
    assert_eq!(format!("{}/{}", of["kind"].as_str().unwrap(), of["id"].as_str().unwrap()), resource["resource"]);
    for key in ["name", "dialect", "state"] {
        assert_eq!(of[key], resource[key], "{key}");
    }
    assert_eq!(of["version"], Value::Null);
    assert_eq!(of["attributes"]["sha256"].as_str().unwrap().len(), 64);
    project
        .ok(&["verify", "signed.zip", "--key", &key])
        .says_all(&["cleo with flowport", "exactly as the statement says"]);
}

#[test]
fn one_signature_covers_package_and_statement() {
    let project = with_package();
    let signature = project.read("signed.zip.minisig");
    let comment = signature.lines().nth(2).unwrap();
    let hash = sha256(&project, "signed.zip.intoto.json");
    assert!(
        comment.contains(&format!("statement-sha256:{hash}")) && comment.contains("\tfile:signed.zip\t"),
        "{comment}"
    );

    // A library of others, and minisign itself where it is on the PATH.
    let bytes = std::fs::read(project.path("signed.zip")).unwrap();
    let key = minisign_verify::PublicKey::from_base64(&public_key(&project, "release.key.pub")).unwrap();
    let theirs = minisign_verify::Signature::decode(&signature).unwrap();
    key.verify(&bytes, &theirs, false).unwrap();
    assert!(key.verify(&bytes[1..], &theirs, false).is_err());
    let minisign = |arguments: &[&str]| {
        std::process::Command::new("minisign").args(arguments).current_dir(project.folder()).output()
    };
    match minisign(&["-Vm", "signed.zip", "-p", "release.key.pub"]) {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(
                output.status.success() && said.contains(&hash),
                "{said}{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Err(error) => eprintln!("no minisign on the PATH ({error}): what it would say was not tested"),
    }
}

#[test]
fn each_package_of_a_split_export_is_signed() {
    let project = project();
    project.write("many.json", kill::package(2));
    project.ok(&["import", "test", "many.json", "--yes", "--publish"]);
    let split = ["export", "test", "flow/*", "-o", "packages", "--format", "json", "--split", "--sign", "release.key"];
    project.ok(&split).says_all(&["Flow-0.json", "Flow-1.json", "each signed with RW"]);
    let names = project.names("packages");
    assert_eq!(names.len(), 6, "{names:?}");
    for name in ["Flow-0", "Flow-1"] {
        project
            .ok(&["verify", &format!("packages/{name}.json"), "--key", "release"])
            .says("exactly as the statement says");
    }
    // One of the six in the way stops all of them.
    std::fs::remove_file(project.path("packages/Flow-1.json")).unwrap();
    std::fs::remove_file(project.path("packages/Flow-0.json")).unwrap();
    project.run(&split).exits(1).says_all(&[".minisig", "--overwrite", "Nothing was written"]);
    assert_eq!(project.names("packages").len(), 4);
    project.ok(&[&split[..], &["--overwrite"]].concat());
    project.ok(&["verify", "packages/Flow-0.json", "--key", "release"]);
}

#[test]
fn nothing_is_written_over_unasked_and_all_three_are_when_asked() {
    let project = with_package();
    let export = ["export", "dev", "flow/Orders", "-o", "signed.zip", "--sign", "release.key"];
    project.run(&export).exits(1).says_all(&["signed.zip", "--overwrite"]);
    std::fs::remove_file(project.path("signed.zip")).unwrap();
    project.run(&export).exits(1).says_all(&[".minisig", "--overwrite"]);
    assert!(!project.path("signed.zip").exists());
    project.ok(&["unpublish", "dev", "flow/Orders"]);
    let by_other = ["export", "dev", "flow/Orders", "-o", "signed.zip", "--sign", "other.key", "--overwrite"];
    project.ok(&[&by_other[..], &["--description", "again"]].concat());
    project.ok(&["verify", "signed.zip", "--key", "other.key.pub"]);
    project.run(&["verify", "signed.zip", "--key", "release"]).exits(9);
}

#[test]
fn a_signature_that_is_of_an_older_file_is_told_and_stays() {
    let project = with_package();
    let before = project.read("signed.zip.minisig");
    project.ok(&["unpack", "orders.zip", "tree"]);
    for arguments in [
        &["export", "dev", "flow/Orders", "-o", "signed.zip", "--overwrite", "--description", "another"][..],
        &["convert", "orders.zip", "signed.zip", "--overwrite"],
        &["pack", "tree", "signed.zip", "--overwrite"],
    ] {
        let written = project.json(0, arguments);
        let found = findings(&written).join("\n");
        assert!(found.contains("warning[E-STALE-SIGNATURE]") && found.contains("signed.zip.minisig"), "{found}");
        project.run(&["verify", "signed.zip", "--key", "release"]).exits(9);
    }
    assert_eq!(project.read("signed.zip.minisig"), before);
    let fresh = project.json(0, &["convert", "orders.zip", "fresh.zip"]);
    assert!(!findings(&fresh).join("\n").contains("E-STALE-SIGNATURE"), "{fresh}");
}

#[test]
fn a_failing_export_leaves_nothing_beside_it_either() {
    let project = project();
    let before = project.names(".");
    let export = |arguments: &[&str]| {
        project.run(&[&["export", "dev", "flow/Orders", "--sign", "release.key", "-o"], arguments].concat())
    };
    export(&["none/a.zip"]).exits(1);
    export(&["a.zip", "--format", "none"]).exits(2).says("none");
    #[cfg(unix)]
    export(&["a\tb.zip"]).exits(2).says("control characters");
    assert_eq!(project.names("."), before);
}
