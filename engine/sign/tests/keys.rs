//! Keys: made, kept, opened, never shown.

use std::fs;
use std::path::{Path, PathBuf};

use flowport_sign::{LockedKey, NewKey, PublicKey, SecretKey, SignError, TrustedComment};

const PASSPHRASE: &str = "correct horse";

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A copy that only its owner can read, whatever git made of the file.
fn private_copy(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("copy.key");
    fs::write(&path, text).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    path
}

fn opened(path: &Path, passphrase: Option<&str>) -> Result<SecretKey, SignError> {
    LockedKey::from_file(path)?.open(passphrase)
}

#[test]
fn a_key_pair_is_saved_and_read_again_with_and_without_a_passphrase() {
    for passphrase in [None, Some(PASSPHRASE)] {
        let folder = folder();
        let path = folder.path().join("release.key");
        let new = NewKey::make(passphrase).unwrap();
        new.save(&path).unwrap();
        assert_eq!(LockedKey::from_file(&path).unwrap().needs_passphrase(), passphrase.is_some());
        assert_eq!(opened(&path, passphrase).unwrap().public(), new.public());
        assert_eq!(&PublicKey::from_file(&NewKey::public_file(&path)).unwrap(), new.public());
        assert_eq!(&new.public().to_string().parse::<PublicKey>().unwrap(), new.public());
        assert_ne!(NewKey::make(passphrase).unwrap().public(), new.public());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}

#[test]
fn another_passphrase_or_none_opens_nothing() {
    let folder = folder();
    let path = folder.path().join("release.key");
    NewKey::make(Some(PASSPHRASE)).unwrap().save(&path).unwrap();
    assert!(matches!(opened(&path, Some("correct house")), Err(SignError::WrongPassphrase)));
    assert!(matches!(opened(&path, Some("")), Err(SignError::WrongPassphrase)));
    assert!(matches!(opened(&path, None), Err(SignError::Locked)));
}

#[test]
fn no_key_is_written_over_and_half_a_pair_is_not_left() {
    let folder = folder();
    let path = folder.path().join("release.key");
    let new = NewKey::make(None).unwrap();
    fs::write(NewKey::public_file(&path), "mine").unwrap();
    assert!(matches!(new.save(&path), Err(SignError::Taken(taken)) if taken == NewKey::public_file(&path)));
    assert!(!path.exists());
    fs::remove_file(NewKey::public_file(&path)).unwrap();
    new.save(&path).unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(NewKey::make(None).unwrap().save(&path), Err(SignError::Taken(taken)) if taken == path));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn a_secret_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let path = folder.path().join("release.key");
    NewKey::make(None).unwrap().save(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let error = opened(&path, None).unwrap_err();
    assert!(matches!(error, SignError::Exposed { mode: 0o640, .. }), "{error}");
    assert!(error.to_string().contains("chmod 600"), "{error}");
}

#[test]
fn keys_of_the_reference_implementation_are_read() {
    let folder = folder();
    let public = PublicKey::from_file(&reference("synthetic.pub")).unwrap();
    let first_line = fs::read_to_string(reference("synthetic.pub")).unwrap().lines().next().unwrap().to_owned();
    assert!(first_line.ends_with(&public.id().to_string()), "{first_line} names {}", public.id());
    let path = private_copy(folder.path(), &fs::read_to_string(reference("synthetic.key")).unwrap());
    assert_eq!(opened(&path, None).unwrap().public(), &public);
}

#[test]
fn a_damaged_secret_key_is_told_before_it_signs() {
    let folder = folder();
    let text = fs::read_to_string(reference("synthetic.key")).unwrap();
    let key = text.lines().nth(1).unwrap();
    // In the secret half, in the public half, and where no base64 is any more.
    for (place, letter) in [(100, 'A'), (160, 'A'), (100, '!')] {
        let mut damaged = key.to_owned();
        damaged.replace_range(place..=place, &letter.to_string());
        assert_ne!(damaged, key);
        let path = private_copy(folder.path(), &format!("untrusted comment: x\n{damaged}\n"));
        let error = opened(&path, None).unwrap_err();
        assert!(matches!(error, SignError::DamagedKey), "{place}: {error}");
    }
}

#[test]
fn what_is_no_key_of_that_sort_says_which() {
    let folder = folder();
    let path = folder.path().join("release.key");
    NewKey::make(None).unwrap().save(&path).unwrap();
    let public = NewKey::public_file(&path);
    assert!(matches!(LockedKey::from_file(&public), Err(SignError::PublicInstead)));
    assert!(matches!(PublicKey::from_file(&path), Err(SignError::SecretInstead)));
    let line = fs::read_to_string(&path).unwrap().lines().nth(1).unwrap().to_owned();
    for secret in [line.as_str(), &line[..100]] {
        let error = secret.parse::<PublicKey>().unwrap_err();
        assert!(matches!(error, SignError::SecretInstead) && !error.to_string().contains(&line[..20]), "{error}");
    }
    for text in ["", "RW", "hello\nworld\n", &"A".repeat(100_000)] {
        let other = private_copy(folder.path(), text);
        assert!(matches!(LockedKey::from_file(&other), Err(SignError::NotASecretKey)));
        assert!(matches!(PublicKey::from_file(&other), Err(SignError::NotAPublicKey)));
    }
    fs::write(folder.path().join("binary"), [0xff; 64]).unwrap();
    assert!(matches!(LockedKey::from_file(&folder.path().join("binary")), Err(SignError::NotASecretKey)));
    assert!(matches!(LockedKey::from_file(folder.path()), Err(SignError::File { .. })));
}

#[test]
fn a_public_key_may_stand_alone_in_its_file() {
    let folder = folder();
    let key = fs::read_to_string(reference("synthetic.pub")).unwrap().lines().nth(1).unwrap().to_owned();
    for text in [format!("{key}\n"), format!("{key}\r\n"), format!("untrusted comment: x\r\n{key}\r\n")] {
        let path = private_copy(folder.path(), &text);
        assert_eq!(PublicKey::from_file(&path).unwrap().to_string(), key);
    }
}

#[test]
fn nothing_shows_the_secret_key() {
    let folder = folder();
    let path = folder.path().join("release.key");
    NewKey::make(None).unwrap().save(&path).unwrap();
    let line = fs::read_to_string(&path).unwrap().lines().nth(1).unwrap().to_owned();
    let key = opened(&path, None).unwrap();
    let signature = key.sign(&b"data"[..], &TrustedComment::default()).unwrap();
    assert_eq!(format!("{key:?}"), format!("SecretKey {{ public: PublicKey({}), .. }}", key.public()));
    // Where in the line the secret half is, begun at each group of letters.
    for start in (84..110).step_by(4) {
        assert!(!signature.to_string().contains(&line[start..start + 12]), "{signature}");
    }
}
