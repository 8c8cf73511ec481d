//! The three files of a signed package, whenever the program is killed.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flowport_core::content::Hash;
use flowport_sign::{LockedKey, NewKey, SecretKey, Signature, SignedFiles, TrustedComment, signature_of, statement_of};

fn key(folder: &Path) -> SecretKey {
    let path = folder.join("release.key");
    NewKey::make(None).unwrap().save(&path).unwrap();
    LockedKey::from_file(&path).unwrap().open(None).unwrap()
}

/// Writes a signed file as `export` does; `seen` looks at what others see after each step.
fn write(key: &SecretKey, path: &Path, content: &str, seen: &mut dyn FnMut()) {
    let files = SignedFiles::at(path, true).unwrap();
    files.package().file().unwrap().write_all(content.as_bytes()).unwrap();
    let statement = format!("about {content}");
    let comment = TrustedComment { statement: Some(Hash::of(statement.as_bytes())), ..TrustedComment::default() };
    let signature = key.sign(content.as_bytes(), &comment).unwrap();
    files.put(&statement, &signature.to_string(), seen).unwrap();
}

#[test]
fn no_moment_shows_a_package_beside_the_signature_of_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let (key, path) = (key(folder.path()), folder.path().join("release.zip"));
    let mut steps = Vec::new();
    for content in ["old", "new", "newer"] {
        write(&key, &path, content, &mut || {
            let package = fs::read_to_string(&path).ok();
            let Ok(signature) = Signature::from_file(&signature_of(&path)) else {
                steps.push((package, false));
                return;
            };
            let content = package.clone().expect("a signature stands beside a package");
            let comment =
                signature.verify(key.public(), content.as_bytes()).expect("it is that of the package beside it");
            let statement = fs::read(statement_of(&path)).unwrap();
            assert_eq!(comment.statement, Some(Hash::of(&statement)), "and of the statement beside it");
            steps.push((package, true));
        });
    }
    let step = |package: Option<&str>, is_signed: bool| (package.map(str::to_owned), is_signed);
    let first = [step(None, false), step(None, false), step(Some("old"), false), step(Some("old"), true)];
    assert_eq!(steps[..4], first);
    let second =
        [step(Some("old"), false), step(Some("old"), false), step(Some("new"), false), step(Some("new"), true)];
    assert_eq!(steps[4..8], second);
}

#[test]
fn what_is_given_up_leaves_nothing_and_what_is_there_is_not_written_over_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("release.zip");
    let names = || fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    drop(SignedFiles::at(&path, false).unwrap());
    assert!(names().is_empty());
    for taken in [path.clone(), signature_of(&path), statement_of(&path)] {
        fs::write(&taken, "mine").unwrap();
        let error = SignedFiles::at(&path, false).err().expect("it is there");
        assert!(error.to_string().contains("--overwrite"), "{error}");
        assert_eq!(names().len(), 1, "and nothing beside it");
        fs::remove_file(&taken).unwrap();
    }
}
