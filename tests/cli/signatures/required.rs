use std::fs;

use super::{change, project, public_key, sign_anew, with_package};
use crate::support::project::findings;

#[test]
fn only_what_a_named_key_signed_is_imported() {
    let project = with_package();
    let import = |file: &str| project.run(&["import", "prod", file, "--yes"]);
    import("orders.zip").exits(9).says_all(&[
        "prod takes only what release signed",
        "nothing was written",
        "--sign KEY",
    ]);
    project.ok(&["export", "dev", "flow/Orders", "-o", "other.zip", "--sign", "other.key"]);
    import("other.zip").exits(9).says_all(&["E-SIGNER", "release (RW"]);
    fs::copy(project.path("signed.zip.minisig"), project.path("orders.zip.minisig")).unwrap();
    import("orders.zip").exits(9).says("E-SIGNATURE");
    assert!(project.ids("prod").is_empty());
    let refused = project.json(9, &["import", "prod", "orders.zip", "--yes"]);
    assert!(findings(&refused)[0].starts_with("error[E-SIGNATURE]"), "{refused}");

    let imported = project.json(0, &["import", "prod", "signed.zip", "--yes"]);
    assert!(findings(&imported).iter().any(|found| found.starts_with("info[E-SIGNED]")), "{imported}");
    assert_eq!(project.ids("prod"), project.ids("dev"));
    project.ok(&["import", "test", "orders.zip", "--yes"]);
}

#[test]
fn the_signature_comes_before_everything_else() {
    let project = with_package();
    // Neither the questions nor the errors of a package that nobody trusts are looked at.
    project.write("broken.zip", "no package at all");
    project.run(&["import", "prod", "broken.zip", "--yes"]).exits(9).says("E-UNSIGNED");
    project.run(&["import", "prod", "orders.zip"]).exits(9).says_not("--yes");
    project.run(&["import", "prod", "orders.zip", "--edit", "--yes"]).exits(9).says("E-UNSIGNED");
    project.run(&["import", "prod", "none.zip", "--yes"]).exits(4).says("none.zip");
    let edit = project.run(&["import", "prod", "signed.zip", "--edit", "--yes"]).exits(9);
    edit.says_all(&["what is edited no longer is", "edit it where it is made"]);
    assert!(project.ids("prod").is_empty());
}

#[test]
fn a_plan_says_that_an_import_would_be_refused() {
    let project = with_package();
    let plan = project.json(0, &["plan", "prod", "orders.zip"]);
    let found = findings(&plan);
    assert!(
        found.iter().any(|found| found.starts_with("warning[E-UNSIGNED] an import into prod will be refused")),
        "{found:?}"
    );
    project.run(&["plan", "prod", "orders.zip", "--detailed-exitcode"]).exits(3).says_all(&["create", "release"]);
    let refused = "1 create; an import will be refused: no signature that it takes\n";
    project.ok(&["plan", "prod", "orders.zip"]).says(refused).says_not("ready to import");
    // Each reason has its own code.
    project.ok(&["export", "dev", "flow/Orders", "-o", "other.zip", "--sign", "other.key"]);
    project
        .ok(&["plan", "prod", "other.zip"])
        .says_all(&["warning[E-SIGNER] an import into prod will be refused", refused]);
    fs::copy(project.path("signed.zip.minisig"), project.path("altered.zip.minisig")).unwrap();
    fs::copy(project.path("orders.zip"), project.path("altered.zip")).unwrap();
    project.ok(&["plan", "prod", "altered.zip"]).says_all(&["warning[E-SIGNATURE] an import", refused]);
    let blocked = project.run(&["plan", "prod", "orders.zip", "--setup", "flow/None=skip"]).exits(4);
    drop(blocked.says("; blocked by 1 error; an import will be refused: no signature that it takes\n"));
    project.ok(&["plan", "prod", "orders.zip", "--html", "plan.html"]);
    assert!(project.read("plan.html").contains("An import will be refused: no signature that it takes"));
    project.ok(&["plan", "prod", "signed.zip"]).says("1 create; ready to import\n");
    let plan = project.json(0, &["plan", "prod", "signed.zip"]);
    assert!(findings(&plan).iter().any(|found| found.starts_with("info[E-SIGNED]")), "{plan}");
    project.ok(&["plan", "test", "orders.zip"]).says_not("signed");
}

#[test]
fn a_saved_plan_asks_for_the_signature_as_well() {
    let project = with_package();
    for file in ["orders.zip", "signed.zip"] {
        project.ok(&["plan", "prod", file, "-o", &format!("{file}.plan")]);
    }
    project.run(&["import", "--plan", "orders.zip.plan", "--yes"]).exits(9).says("prod takes only what release signed");
    // Signed after it was planned: the package is the same.
    fs::rename(project.path("signed.zip.minisig"), project.path("later")).unwrap();
    project.run(&["import", "--plan", "signed.zip.plan", "--yes"]).exits(9).says("E-UNSIGNED");
    assert!(project.ids("prod").is_empty());
    fs::rename(project.path("later"), project.path("signed.zip.minisig")).unwrap();
    project.ok(&["import", "--plan", "signed.zip.plan", "--yes"]);
    assert_eq!(project.ids("prod"), project.ids("dev"));
}

#[test]
fn tokens_and_folders_carry_no_signature() {
    let project = with_package();
    let token = project.ok(&["share", "dev", "flow/Orders"]).stdout().trim().to_owned();
    let shared = project.run(&["import", "prod", &token, "--yes"]).exits(9);
    shared.says_all(&["carries no signature", "--sign KEY"]).says_not(&token);
    project.ok(&["plan", "prod", &token]).says("will be refused").says_not(&token);
    project.ok(&["unpack", "signed.zip", "tree"]);
    project.run(&["import", "prod", "tree", "--yes"]).exits(9).says_all(&["tree is a folder", "--sign KEY"]);
    project.run(&["verify", "tree"]).exits(9).says("a folder");
    project.run(&["verify", "tree", "--key", "release", "--signature", "signed.zip.minisig"]).exits(9);
    assert!(project.ids("prod").is_empty());
}

#[test]
fn changes_by_hand_need_no_signature() {
    let project = with_package();
    project.ok(&["put", "prod", "orders.zip"]);
    project.ok(&["unpublish", "prod", "flow/Orders"]);
    project.ok(&["delete", "prod", "flow/Orders", "--yes"]);
}

#[test]
fn keys_and_environments_that_do_not_fit_stop_before_anything() {
    let project = with_package();
    let toml = project.read("flowport.toml");
    let with = |from: &str, to: &str| {
        project.write("flowport.toml", &toml);
        change(&project, "flowport.toml", from, to);
        project.run(&["import", "prod", "signed.zip", "--yes"])
    };
    with("[\"release\"]", "[]").exits(2).says_all(&["prod", "signed_by names no key"]);
    with("[\"release\"]", "[\"nobody\"]").exits(2).says_all(&["prod", "nobody", "[keys]"]);
    with("{ file = \"release.key.pub\" }", "\"RWnonsense\"").exits(2).says_all(&["release", "no public key"]);
    with("{ file = \"release.key.pub\" }", "{ file = \"none.pub\" }").exits(1).says("none.pub");
    with("{ file = \"release.key.pub\" }", "{ file = \"release.key\" }").exits(2).says("secret key");
    with("{ file = \"release.key.pub\" }", "{ path = \"x\" }").exits(2).says_all(&["flowport.toml at line", "RW…"]);
    project.write("flowport.toml", &toml);
    assert!(project.ids("prod").is_empty());
    // The key itself in the file, beside a second one.
    let (release, other) = (public_key(&project, "release.key"), public_key(&project, "other.key"));
    let keys = format!("ops = \"{other}\"\nrelease = \"{release}\"");
    change(&project, "flowport.toml", "release = { file = \"release.key.pub\" }", &keys);
    change(&project, "flowport.toml", "[\"release\"]", "[\"release\", \"ops\"]");
    sign_anew(&project, "other.key", "signed.zip");
    project.ok(&["import", "prod", "signed.zip", "--yes"]);
}

#[test]
fn an_environment_says_whose_packages_it_takes() {
    let project = project();
    project.ok(&["env", "show", "prod"]).says_all(&["signed_by", "release"]);
    let add = ["env", "add", "stage", "--kind", "staging", "--signed-by"];
    project.run(&[&add[..], &["nobody"]].concat()).exits(2).says_all(&["--signed-by nobody", "[keys]"]);
    project.ok(&[&add[..], &["release"]].concat());
    let shown = project.json(0, &["env", "show", "stage"]);
    assert_eq!(shown["result"]["signed_by"], serde_json::json!(["release"]));
    assert_eq!(project.json(0, &["env", "show", "dev"])["result"]["signed_by"], serde_json::json!(null));
    project.run(&["import", "stage", "orders.zip", "--yes"]).exits(9).says("stage takes only what release signed");
}
