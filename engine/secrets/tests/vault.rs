//! Secrets of an environment: sealed under the key in a file.

use flowport_secrets::{SecretsError, Vault};
use proptest::prelude::*;

fn vault() -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::at(&folder.path().join("keys/secrets.key"));
    (folder, vault)
}

#[test]
fn nothing_is_made_before_the_first_secret() {
    let (_folder, vault) = vault();
    assert!(matches!(vault.open("a", b"x"), Err(SecretsError::NoKey(_))));
    assert!(!vault.path().exists());
    vault.seal("a", "x").unwrap();
    assert!(vault.path().exists());
}

#[test]
fn the_key_serves_the_next_run_and_no_other_key_does() {
    let (_folder, first) = vault();
    let sealed = first.seal("connector/crm#password", "hunter2").unwrap();
    assert!(!sealed.windows(7).any(|window| window == b"hunter2"));
    assert_eq!(Vault::at(first.path()).open("connector/crm#password", &sealed).unwrap(), "hunter2");
    let (_other_folder, other) = vault();
    other.seal("a", "x").unwrap();
    assert!(matches!(other.open("connector/crm#password", &sealed), Err(SecretsError::Foreign(_))));
}

#[test]
fn a_secret_is_nobody_elses() {
    let (_folder, vault) = vault();
    let sealed = vault.seal("connector/a#password", "hunter2").unwrap();
    for other in ["connector/b#password", "connector/a#passwor", "connector/a#passwordh", ""] {
        assert!(matches!(vault.open(other, &sealed), Err(SecretsError::Foreign(_))), "{other}");
    }
}

#[test]
fn a_file_without_a_key_is_named_and_kept() {
    let (_folder, vault) = vault();
    std::fs::create_dir_all(vault.path().parent().unwrap()).unwrap();
    std::fs::write(vault.path(), "# empty\n").unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(vault.path(), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    assert!(matches!(vault.seal("a", "x"), Err(SecretsError::NotAKey(_))));
    assert_eq!(std::fs::read_to_string(vault.path()).unwrap(), "# empty\n");
}

#[cfg(unix)]
#[test]
fn the_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, vault) = vault();
    let sealed = vault.seal("a", "x").unwrap();
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(vault.path()), 0o600);
    std::fs::set_permissions(vault.path(), PermissionsExt::from_mode(0o644)).unwrap();
    let error = Vault::at(vault.path()).open("a", &sealed).unwrap_err();
    assert!(matches!(&error, SecretsError::Exposed { mode: 0o644, .. }), "{error}");
    assert!(error.to_string().contains("chmod 600"), "{error}");
}

#[test]
fn two_that_make_the_key_at_once_have_one_key() {
    let (_folder, vault) = vault();
    let path = vault.path();
    let sealed: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| Vault::at(path).seal("a", "x").unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(sealed.iter().all(|sealed| vault.open("a", sealed).unwrap() == "x"));
}

proptest! {
    #[test]
    fn what_is_sealed_comes_back(about in ".{0,40}", secret in any::<String>()) {
        let (_folder, vault) = vault();
        let sealed = vault.seal(&about, &secret).unwrap();
        prop_assert_eq!(vault.open(&about, &sealed).unwrap(), secret);
    }
}
