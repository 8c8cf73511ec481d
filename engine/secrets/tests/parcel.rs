//! Secrets in a package: only the addressee opens them.

use std::str::FromStr;

use flowport_secrets::{Opener, Recipient, SecretString, SecretsError, Vault, is_sealed_by_passphrase, open, seal};

fn vault() -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::at(&folder.path().join("secrets.key"));
    (folder, vault)
}

fn passphrase(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

#[test]
fn only_the_addressee_opens_it() {
    let ((_folder, mine), (_other_folder, other)) = (vault(), vault());
    let sealed = seal(&Recipient::from_str(&mine.recipient().unwrap()).unwrap(), "hunter2").unwrap();
    assert!(sealed.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") && !sealed.contains("hunter2"));
    assert!(!is_sealed_by_passphrase(&sealed).unwrap());
    assert_eq!(open(&Opener::of(&mine).unwrap().unwrap(), &sealed).unwrap(), "hunter2");
    assert_eq!(open(&Opener::from_file(mine.path()).unwrap(), &sealed).unwrap(), "hunter2");
    other.recipient().unwrap();
    let refused = open(&Opener::of(&other).unwrap().unwrap(), &sealed);
    assert!(matches!(refused, Err(SecretsError::NotTheAddressee)));
    let refused = open(&Opener::Passphrase(passphrase("x")), &sealed);
    assert!(matches!(refused, Err(SecretsError::WrongPassphrase)));
}

#[test]
fn a_passphrase_opens_what_it_sealed() {
    let sealed = seal(&Recipient::Passphrase(passphrase("correct horse")), "hunter2").unwrap();
    assert!(is_sealed_by_passphrase(&sealed).unwrap());
    assert_eq!(open(&Opener::Passphrase(passphrase("correct horse")), &sealed).unwrap(), "hunter2");
    let refused = open(&Opener::Passphrase(passphrase("battery staple")), &sealed);
    assert!(matches!(refused, Err(SecretsError::WrongPassphrase)));
}

#[test]
fn what_is_damaged_is_said_to_be() {
    let (_folder, vault) = vault();
    let sealed = seal(&Recipient::from_str(&vault.recipient().unwrap()).unwrap(), "hunter2").unwrap();
    let opener = Opener::of(&vault).unwrap().unwrap();
    let (middle, _) = sealed.char_indices().nth(sealed.len() / 2).unwrap();
    for damaged in [&sealed[..middle], "", "hunter2"] {
        assert!(matches!(open(&opener, damaged), Err(SecretsError::Damaged)), "{damaged}");
    }
}

#[test]
fn a_private_key_given_as_recipient_is_not_repeated() {
    let wrong = Recipient::from_str("AGE-SECRET-KEY-1QQPSXZ").err().unwrap().to_string();
    assert!(!wrong.contains("QQPSXZ"), "{wrong}");
    assert!(Recipient::from_str("bob").err().unwrap().to_string().contains("age1"));
}
