use serde_json::json;

use super::{project, public_key};
use crate::support::project::{Project, run};

const PASSPHRASE: &str = "correct horse";

/// The line of a secret key, of which nothing may ever be shown.
fn secret_line(project: &Project, file: &str) -> String {
    project.read(file).lines().nth(1).unwrap().to_owned()
}

#[test]
fn a_new_key_is_two_files_and_its_public_half_on_stdout() {
    let project = Project::bare();
    let made = project.ok(&["key", "new", "release.key", "--no-passphrase"]);
    let key = made.stdout().trim().to_owned();
    assert!(key.starts_with("RW") && key.len() == 56, "{key}");
    let secret = secret_line(&project, "release.key");
    let made = made.says_all(&["release.key.pub", "[keys]", &format!("\"{key}\"")]);
    made.says_not(&secret[20..60]);
    assert_eq!(project.read("release.key.pub").lines().nth(1), Some(key.as_str()));
    assert_eq!(public_key(&project, "release.key"), key);
    assert_eq!(public_key(&project, "release.key.pub"), key);
    let shown = project.json(0, &["key", "show", "release.key"]);
    assert_eq!(shown["result"]["public_key"], json!(key));
    assert!(project.read("release.key.pub").contains(shown["result"]["key_id"].as_str().unwrap()));
    assert!(!shown.to_string().contains(&secret[20..60]));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(project.path("release.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn no_key_is_written_over() {
    let project = Project::bare();
    project.ok(&["key", "new", "a", "--no-passphrase"]);
    let before = (project.read("a"), project.read("a.pub"));
    project.run(&["key", "new", "a", "--no-passphrase"]).exits(1).says_all(&["a is already there", "another file"]);
    project.write("b.pub", "mine");
    project.run(&["key", "new", "b", "--no-passphrase"]).exits(1).says("b.pub is already there");
    assert_eq!((project.read("a"), project.read("a.pub")), before);
    assert!(!project.path("b").exists() && project.read("b.pub") == "mine");
}

#[test]
fn a_passphrase_comes_from_a_file_or_the_environment_and_is_never_shown() {
    let project = project();
    project.write("phrase.txt", format!("{PASSPHRASE}\n"));
    project.write("wrong.txt", "correct house\n");
    project.write("empty.txt", "\n");
    let new = |name: &str, flags: &[&str]| project.run(&[&["key", "new", name], flags].concat());
    new("x", &[]).exits(2).says_all(&["--passphrase-file", "FLOWPORT_SIGN_PASSPHRASE", "--no-passphrase"]);
    new("x", &["--passphrase-file", "empty.txt"]).exits(2).says("the passphrase is empty");
    new("x", &["--passphrase-file", "none.txt"]).exits(2).says("none.txt");
    assert!(!project.path("x").exists());
    new("locked.key", &["--passphrase-file", "phrase.txt"]).exits(0).says_not(PASSPHRASE);
    let key = project.read("locked.key.pub").lines().nth(1).unwrap().to_owned();

    let sign = |out: &str, flags: &[&str]| {
        project.run(&[&["export", "dev", "flow/Orders", "-o", out, "--sign", "locked.key"], flags].concat())
    };
    sign("a.zip", &[]).exits(2).says_all(&["--sign-passphrase-file", "FLOWPORT_SIGN_PASSPHRASE"]);
    let wrong = sign("a.zip", &["--sign-passphrase-file", "wrong.txt"]).exits(9);
    wrong.says_all(&["locked.key", "not the passphrase"]).says_not("correct house");
    assert!(!project.path("a.zip").exists(), "the package is written only where the key opens");
    sign("a.zip", &["--sign-passphrase-file", "phrase.txt"]).exits(0).says_not(PASSPHRASE);
    project.ok(&["verify", "a.zip", "--key", &key]);
    let in_environment = |phrase: &str, arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.env("FLOWPORT_SIGN_PASSPHRASE", phrase);
        run(command, arguments.join(" "))
    };
    in_environment(PASSPHRASE, &["export", "dev", "flow/Orders", "-o", "b.zip", "--sign", "locked.key"]).exits(0);
    project.ok(&["verify", "b.zip", "--key", "locked.key.pub"]);
    let shown = in_environment(PASSPHRASE, &["key", "show", "locked.key", "-vv"]).exits(0);
    assert_eq!(shown.stdout().trim(), key);
    shown.says_not(PASSPHRASE);
    in_environment("wrong", &["key", "show", "locked.key"]).exits(9).says("not the passphrase");
}

#[cfg(unix)]
#[test]
fn a_terminal_is_asked_for_the_passphrase() {
    use crate::pty::Terminal;
    let project = project();
    let mut new = Terminal::start(project.command(&["key", "new", "locked.key"]));
    new.waits_for("passphrase");
    new.waits_until_hidden();
    new.types("correct horse\r");
    new.waits_for("once more");
    new.waits_until_hidden();
    new.types("correct horse\r");
    assert_eq!(new.exit(), Some(0));
    assert!(!new.screen.contains(PASSPHRASE), "{}", new.screen);
    let export = ["export", "dev", "flow/Orders", "-o", "a.zip", "--sign", "locked.key"];
    let mut sign = Terminal::start(project.command(&export));
    sign.waits_for("the passphrase of locked.key");
    sign.waits_until_hidden();
    sign.types("correct horse\r");
    assert_eq!(sign.exit(), Some(0));
    assert!(!sign.screen.contains(PASSPHRASE), "{}", sign.screen);
    project.ok(&["verify", "a.zip", "--key", "locked.key.pub"]);
}

#[test]
fn keys_in_the_wrong_place_say_so_and_show_nothing() {
    let project = project();
    let secret = secret_line(&project, "release.key");
    let export = |key: &str| project.run(&["export", "dev", "flow/Orders", "-o", "a.zip", "--sign", key]);
    export("release.key.pub").exits(2).says_all(&["release.key.pub", "public key"]);
    export("orders.zip").exits(2).says_all(&["orders.zip", "no secret key"]);
    export("none.key").exits(1).says("none.key");
    assert!(!project.path("a.zip").exists());
    project.ok(&["export", "dev", "flow/Orders", "-o", "a.zip", "--sign", "release.key"]);
    for key in ["release.key", secret.as_str(), &secret[..120]] {
        let run = project.run(&["verify", "a.zip", "--key", key]).exits(2);
        run.says("secret key").says_not(&secret[20..60]);
    }
    project.run(&["verify", "a.zip", "--key", "orders.zip"]).exits(2).says("no public key");
    project.run(&["verify", "a.zip", "--key", "nobody"]).exits(2).says_all(&["nobody", "no file", "release"]);
    // A key is no package.
    for file in ["release.key", "release.key.pub"] {
        project.run(&["import", "dev", file, "--yes"]).exits(4).says_not(&secret[20..60]);
        project.run(&["verify", file, "--key", "release"]).exits(9).says_all(&["not signed", ".minisig"]);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(project.path("release.key"), std::fs::Permissions::from_mode(0o644)).unwrap();
        export("release.key").exits(1).says_all(&["can be read by others", "chmod 600"]);
    }
}

#[test]
fn the_key_that_signs_and_those_of_the_project_are_not_written_over() {
    let project = project();
    let before = (project.read("release.key"), project.read("release.key.pub"), project.read("other.key"));
    let export = ["export", "dev", "flow/Orders", "--format", "zip", "--overwrite", "-o"];
    project.run(&[&export[..], &["release.key.pub"]].concat()).exits(2).says_all(&["belongs to the key release"]);
    let signed = [&export[..], &["other.key", "--sign", "other.key"]].concat();
    project.run(&signed).exits(2).says_all(&["other.key", "the key that signs"]);
    // Neither as what lies beside a package.
    std::fs::copy(project.path("other.key"), project.path("a.zip.minisig")).unwrap();
    let signed = [&export[..], &["a.zip", "--sign", "a.zip.minisig"]].concat();
    #[cfg(unix)]
    project.run(&signed).exits(2).says("the key that signs");
    #[cfg(not(unix))]
    drop(signed);
    assert_eq!((project.read("release.key"), project.read("release.key.pub"), project.read("other.key")), before);
}
