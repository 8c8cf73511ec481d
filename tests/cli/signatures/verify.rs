use std::fs;

use serde_json::json;

use super::{change, public_key, sign_anew, with_package};
use crate::support::project::{Project, Run, findings};

fn verify(project: &Project, flags: &[&str]) -> Run {
    project.run(&[&["verify", "signed.zip"], flags].concat())
}

#[test]
fn a_key_is_named_by_itself_its_file_or_its_name() {
    let project = with_package();
    let key = public_key(&project, "release.key");
    for named in [&["--key", "release"][..], &["--key", "release.key.pub"], &["--key", &key], &[]] {
        verify(&project, named).exits(0).says_all(&[&key, "signed.zip.minisig", "from", "dev", "by", "ana", "Orders"]);
    }
    verify(&project, &["--key", "other.key.pub", "--key", "release"]).exits(0).says("release (RW");
    let verified = project.json(0, &["verify", "signed.zip"]);
    let result = &verified["result"];
    assert_eq!((&result["key"], &result["public_key"]), (&json!("release"), &json!(key)));
    assert_eq!(result["statement"]["exporter"], "ana");
    assert_eq!(result["resources"].as_array().unwrap().len(), 1);
    assert!(verified["diagnostics"].as_array().unwrap().is_empty());
    // Facts stand in columns.
    let text = verify(&project, &[]).exits(0).stdout();
    let starts: Vec<usize> = text.lines().take(4).map(|line| line.rfind("  ").unwrap()).collect();
    assert!(starts.windows(2).all(|pair| pair[0] == pair[1]), "{text}");
}

#[test]
fn without_a_key_nothing_is_verified() {
    let project = with_package();
    let toml = project.read("flowport.toml");
    project.write("flowport.toml", toml.split("[keys]").next().unwrap().replace("signed_by", "# signed_by"));
    verify(&project, &[]).exits(2).says_all(&["--key", "[keys]"]);
}

#[test]
fn whatever_is_altered_is_refused_and_says_what() {
    type Alter = fn(&Project);
    let alterations: [(&str, Alter, &str); 7] = [
        (
            "the package",
            |project| {
                let mut bytes = fs::read(project.path("signed.zip")).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                fs::write(project.path("signed.zip"), bytes).unwrap();
            },
            "E-SIGNATURE",
        ),
        (
            "the package, for another one",
            |project| assert!(fs::copy(project.path("orders.zip"), project.path("signed.zip")).unwrap() > 0),
            "E-SIGNATURE",
        ),
        (
            "the signature",
            |project| {
                let text = project.read("signed.zip.minisig");
                let line = text.lines().nth(1).unwrap();
                let letter = if &line[50..51] == "A" { "B" } else { "A" };
                let altered = format!("{}{letter}{}", &line[..50], &line[51..]);
                project.write("signed.zip.minisig", text.replace(line, &altered));
            },
            "E-SIGNATURE",
        ),
        (
            "the trusted comment",
            |project| change(project, "signed.zip.minisig", "file:signed.zip", "file:other.zip"),
            "E-SIGNATURE",
        ),
        (
            "the signature, for a text",
            |project| {
                project.write("signed.zip.minisig", "signed, ana");
            },
            "E-SIGNATURE",
        ),
        ("the statement", |project| change(project, "signed.zip.intoto.json", "\"ana\"", "\"ben\""), "E-STATEMENT"),
        ("the signature, away", |project| fs::remove_file(project.path("signed.zip.minisig")).unwrap(), "E-UNSIGNED"),
    ];
    for (what, alter, code) in alterations {
        let project = with_package();
        alter(&project);
        let refused = project.json(9, &["verify", "signed.zip", "--key", "release"]);
        let found = findings(&refused);
        assert!(found.len() == 1 && found[0].starts_with(&format!("error[{code}]")), "{what}: {found:?}");
        let finding = &refused["diagnostics"][0];
        assert!(finding["summary"].as_str().unwrap().contains("signed.zip"), "{what}: {finding}");
        assert!(!finding["help"].as_str().unwrap().is_empty(), "{what}: {finding}");
        verify(&project, &["--key", "release"]).exits(9).says("do:").says_not("verified:");
    }
}

#[test]
fn the_key_of_somebody_else_is_named() {
    let project = with_package();
    let other = public_key(&project, "other.key");
    let run = verify(&project, &["--key", &other]).exits(9);
    let id = project.json(0, &["key", "show", "release.key"])["result"]["key_id"].as_str().unwrap().to_owned();
    run.says_all(&["E-SIGNER", &id, &other]);
}

#[test]
fn what_is_in_the_package_must_be_what_is_stated() {
    let cases = [
        ("\"name\": \"Orders\",\n        \"dialect\"", "\"name\": \"Other\",\n        \"dialect\"", "has the name"),
        ("\"state\": \"", "\"state\": \"draft\", \"was\": \"", "has the state"),
        ("\"kind\": \"flow\"", "\"kind\": \"app\"", "not stated"),
        ("\"name\": \"definition.json\"", "\"name\": \"other.json\"", "definition.json"),
        ("\"format\": \"zip\"", "\"format\": \"json\"", "json"),
    ];
    for (from, to, says) in cases {
        let project = with_package();
        change(&project, "signed.zip.intoto.json", from, to);
        sign_anew(&project, "release.key", "signed.zip");
        let refused = verify(&project, &[]).exits(9);
        refused.says_all(&["not what its statement says", "E-STATEMENT", says]);
    }
    // The same lie, told to an environment that asks for a signature.
    let project = with_package();
    change(&project, "signed.zip.intoto.json", cases[0].0, cases[0].1);
    sign_anew(&project, "release.key", "signed.zip");
    project.run(&["import", "prod", "signed.zip", "--yes"]).exits(9).says("E-STATEMENT");
    assert!(project.ids("prod").is_empty());
}

#[test]
fn a_statement_about_another_file_is_refused() {
    let project = with_package();
    let hash = flowport_core::content::Hash::of(&fs::read(project.path("signed.zip")).unwrap()).to_string();
    change(&project, "signed.zip.intoto.json", &hash, &"0".repeat(64));
    sign_anew(&project, "release.key", "signed.zip");
    verify(&project, &[]).exits(9).says_all(&["E-STATEMENT", "about a file of the sha256 0000"]);
}

#[test]
fn without_its_statement_the_signature_alone_is_verified_and_that_is_said() {
    let project = with_package();
    fs::remove_file(project.path("signed.zip.intoto.json")).unwrap();
    verify(&project, &[]).exits(0).says_all(&[
        "the signature of the file alone",
        "E-NO-STATEMENT",
        "signed.zip.intoto.json",
    ]);
    assert_eq!(project.json(0, &["verify", "signed.zip"])["result"]["statement"], json!(null));
    project.ok(&["import", "prod", "signed.zip", "--yes"]);

    // One that the signature does not cover is not read.
    fs::copy(project.path("orders.zip"), project.path("plain.zip")).unwrap();
    let key = flowport_sign::LockedKey::from_file(&project.path("release.key")).unwrap().open(None).unwrap();
    let signature = key.sign(&fs::read(project.path("plain.zip")).unwrap()[..], &Default::default()).unwrap();
    project.write("plain.zip.minisig", signature.to_string());
    project.ok(&["verify", "plain.zip"]).says("the signature of the file alone").says_not("E-NO-STATEMENT");
    project.write("plain.zip.intoto.json", "{ \"anything\": true }");
    project.ok(&["verify", "plain.zip"]).says_all(&["E-NO-STATEMENT", "was not read"]);
}

#[test]
fn a_signature_may_lie_elsewhere_and_a_package_be_renamed() {
    let project = with_package();
    fs::create_dir(project.path("signatures")).unwrap();
    for file in ["signed.zip.minisig", "signed.zip.intoto.json"] {
        fs::rename(project.path(file), project.path("signatures").join(file)).unwrap();
    }
    fs::rename(project.path("signed.zip"), project.path("renamed.zip")).unwrap();
    project.run(&["verify", "renamed.zip"]).exits(9).says_all(&["not signed", "renamed.zip.minisig"]);
    let named = ["verify", "renamed.zip", "--signature", "signatures/signed.zip.minisig"];
    project.ok(&named).says_all(&["signed as", "signed.zip", "exactly as the statement says"]);
    project.run(&["verify", "renamed.zip", "--signature", "none.minisig"]).exits(1).says("none.minisig");
    project.run(&["verify", "none.zip"]).exits(2).says("none.zip");
}
