//! What the folder tells: how many files, how large, since when.

mod common;

use std::fs;
use std::path::Path;

use common::{FOREVER, ONCE, Place, about, now};
#[cfg(unix)]
use flowport_share::ShareError;
use flowport_share::Terms;

/// Of all files: their names and their bytes.
fn everything(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        bytes.extend(entry.file_name().as_encoded_bytes());
        bytes.extend(fs::read(entry.path()).unwrap());
    }
    bytes.to_ascii_lowercase()
}

#[test]
fn neither_what_nor_whose_nor_on_which_terms() {
    let place = Place::new();
    let content = "The quick brown fox of Contoso jumps over the lazy dog. ".repeat(3000);
    let expires = now().checked_add(jiff::SignedDuration::from_hours(1)).unwrap();
    let mut tokens = Vec::new();
    for terms in [FOREVER, ONCE, Terms { expires: Some(expires), once: true }] {
        tokens.push(place.put(content.as_bytes(), &terms));
    }
    place.open(&tokens[1]).unwrap().used(now()).unwrap();
    assert_eq!(place.files().len(), 3);

    let about = about();
    let everything = everything(&place.folder());
    let mut hidden = vec![
        content[..16].to_owned(),
        about.name,
        about.format,
        about.file_name,
        about.creator,
        String::from("contoso"),
        String::from("2026-03-04"),
        String::from("2026-03"),
        String::from("\"once\""),
        String::from("version"),
        String::from("expires"),
        String::from("age-secret"),
    ];
    hidden.extend(
        tokens
            .iter()
            .flat_map(|token| token.as_bytes()[4..].windows(10))
            .map(|part| String::from_utf8(part.to_vec()).unwrap()),
    );
    for text in hidden {
        let text = text.to_ascii_lowercase();
        assert!(!everything.windows(text.len()).any(|bytes| bytes == text.as_bytes()), "{text}");
    }
}

#[test]
fn names_are_alike_and_never_twice_the_same() {
    let place = Place::new();
    for terms in [FOREVER, FOREVER, ONCE] {
        let token = place.put(b"the same", &terms);
        if terms.once {
            place.open(&token).unwrap().used(now()).unwrap();
        }
    }
    let files = place.files();
    assert_eq!(files.len(), 3);
    for file in files {
        let (name, extension) = (file.file_stem().unwrap().to_str().unwrap(), file.extension().unwrap());
        assert!(name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        assert_eq!(extension, "share");
    }
}

/// A share is for somebody else, who may be another user of the machine: only the token decides.
#[cfg(unix)]
#[test]
fn others_may_read_what_only_a_token_opens() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.open(&place.put(b"content", &ONCE)).unwrap().used(now()).unwrap();
    place.put(b"content", &FOREVER);
    fs::write(place.folder().join("probe"), "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let usual = mode(&place.folder().join("probe"));
    assert!(place.files().iter().all(|file| mode(file) == usual));
}

/// Rather than to say so after the import.
#[cfg(unix)]
#[test]
fn what_could_not_be_marked_as_used_is_not_opened() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let [once, again] = [ONCE, FOREVER].map(|terms| place.put(b"content", &terms));
    for file in place.files() {
        fs::set_permissions(file, fs::Permissions::from_mode(0o400)).unwrap();
    }
    assert!(place.open(&once).is_ok() && place.open(&again).is_ok(), "files that can only be read");
    fs::set_permissions(place.folder(), fs::Permissions::from_mode(0o500)).unwrap();
    // Root writes everywhere, and is refused nothing.
    let may_write = fs::write(place.folder().join("probe"), "").is_ok();
    let opened = place.open(&once);
    assert!(if may_write { opened.is_ok() } else { matches!(opened, Err(ShareError::Io { .. })) }, "{opened:?}");
    assert_eq!(place.read(&again).unwrap(), b"content");
    fs::set_permissions(place.folder(), fs::Permissions::from_mode(0o700)).unwrap();
}
