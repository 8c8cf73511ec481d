//! What is not as it was put in is refused, whatever was done to it.

mod common;

use std::fs;
use std::io::Write as _;

use age::Encryptor;
use common::{FOREVER, ONCE, Place, now};
use flowport_share::{ShareError, Token};
use sha2::{Digest, Sha256};

/// Refused as altered, and what had been written before is no more than a beginning.
fn assert_altered(place: &Place, token: &str, content: &[u8], what: &str) {
    let mut bytes = Vec::new();
    let read = place.open(token).and_then(|mut share| share.copy_to(&mut bytes));
    assert!(matches!(read, Err(ShareError::Altered { .. })), "{what}: {read:?}");
    assert!(content.starts_with(&bytes), "{what}: what is written out is verified");
    assert!(bytes.len() < content.len() || content.is_empty() || what.starts_with("appended"), "{what}");
}

/// Where a file is flipped or cut: everywhere in its header and first bytes, here and there in the rest, about the pieces.
fn places(len: usize) -> impl Iterator<Item = usize> {
    let piece = 64 * 1024 + 16;
    let everywhere = 0..len.min(900);
    let pieces = (0..=len / piece).flat_map(move |count| count * piece..count * piece + 600).step_by(37);
    everywhere
        .chain((900..len).step_by(4999))
        .chain(pieces)
        .chain(len.saturating_sub(20)..len)
        .filter(move |at| *at < len)
}

#[test]
fn flipped_bits() {
    let place = Place::new();
    let content: Vec<u8> = (0..200_000).map(|at| (at % 253) as u8).collect();
    let token = place.put(&content, &FOREVER);
    let file = place.file();
    let whole = fs::read(&file).unwrap();
    for at in places(whole.len()) {
        let mut altered = whole.clone();
        altered[at] ^= 1 << (at % 8);
        fs::write(&file, altered).unwrap();
        assert_altered(&place, &token, &content, &format!("bit {} of byte {at}", at % 8));
    }
    fs::write(&file, whole).unwrap();
    assert!(place.read(&token).unwrap() == content);
}

#[test]
fn cut_off() {
    let place = Place::new();
    let content: Vec<u8> = (0..200_000).map(|at| (at % 253) as u8).collect();
    let token = place.put(&content, &FOREVER);
    let file = place.file();
    let whole = fs::read(&file).unwrap();
    for len in places(whole.len()) {
        fs::write(&file, &whole[..len]).unwrap();
        assert_altered(&place, &token, &content, &format!("{len} bytes"));
    }
    // Exactly a piece less, from where the pieces begin.
    for pieces in 1..=3 {
        fs::write(&file, &whole[..whole.len() - last_piece(content.len(), &whole) - (pieces - 1) * (64 * 1024 + 16)])
            .unwrap();
        assert_altered(&place, &token, &content, &format!("{pieces} pieces less"));
    }
}

/// How long the last piece is: what follows age's header and nonce, less the whole ones.
fn last_piece(content: usize, whole: &[u8]) -> usize {
    let mac = whole.windows(5).position(|bytes| bytes == b"\n--- ").unwrap() + 1;
    let start = mac + whole[mac..].iter().position(|byte| *byte == b'\n').unwrap() + 1 + 16;
    assert!(whole.len() - start > content, "the whole of it is encrypted");
    (whole.len() - start) % (64 * 1024 + 16)
}

#[test]
fn appended() {
    let place = Place::new();
    // The last one fills its last piece, which is where age has to look further.
    let first = place.put(b"", &FOREVER);
    let whole = fs::read(place.file()).unwrap();
    let header = last_piece(0, &whole) - 16;
    fs::remove_file(place.file()).unwrap();
    assert!(matches!(place.read(&first), Err(ShareError::Unknown { .. })));
    for len in [0, 10, 200_000, 64 * 1024 - header, 2 * 64 * 1024 - header] {
        let content = vec![5; len];
        let token = place.put(&content, &FOREVER);
        let file = place.file();
        let whole = fs::read(&file).unwrap();
        assert_eq!(last_piece(len, &whole) == 0, (len + header).is_multiple_of(64 * 1024), "{len}");
        for more in [vec![0], vec![0; 100], vec![0; 64 * 1024 + 16], whole.clone(), whole[whole.len() - 16..].to_vec()]
        {
            fs::write(&file, [whole.as_slice(), &more].concat()).unwrap();
            assert_altered(&place, &token, &content, &format!("appended {} to {len}", more.len()));
        }
        fs::write(&file, whole).unwrap();
        assert!(place.read(&token).unwrap() == content);
        fs::remove_file(&file).unwrap();
    }
}

#[test]
fn other_files_in_its_place() {
    let place = Place::new();
    let first = place.put(b"first", &FOREVER);
    let file = place.file();
    place.put(b"the second", &FOREVER);
    fs::copy(&place.files()[1], &file).unwrap();
    assert_altered(&place, &first, b"first", "another share");
    for bytes in [&b""[..], b"PK\x03\x04", b"age-encryption.org/v1\n", b"age-encryption.org/v2\n", &[0; 5000]] {
        fs::write(&file, bytes).unwrap();
        assert_altered(&place, &first, b"first", "another file");
    }
}

/// It is not read into memory to its end, wherever that is.
#[test]
fn a_header_without_end() {
    let place = Place::new();
    let token = place.put(b"content", &FOREVER);
    let header = format!("age-encryption.org/v1\n-> X25519 {}", "a".repeat(1_000_000));
    fs::write(place.file(), header).unwrap();
    let error = place.read(&token).unwrap_err();
    assert!(matches!(error, ShareError::Altered { what: "its bytes were changed", .. }), "{error}");
}

/// Both are encrypted for the same token, so that age alone would take one for the other.
#[test]
fn marks_and_packages_confused() {
    let place = Place::new();
    let token = place.put(b"content", &ONCE);
    let file = place.file();
    let package = fs::read(&file).unwrap();
    place.open(&token).unwrap().used(now()).unwrap();
    let mark = place.file();
    assert_ne!(mark, file);

    fs::copy(&mark, &file).unwrap();
    assert_altered(&place, &token, b"content", "the mark for the package");
    fs::write(&file, &package).unwrap();
    assert!(matches!(place.read(&token), Err(ShareError::Used { .. })), "the package was put back");
    for other in [package.as_slice(), b"", b"something else"] {
        fs::write(&file, &package).unwrap();
        fs::write(&mark, other).unwrap();
        assert_altered(&place, &token, b"content", "something else for the mark");
        fs::remove_file(&file).unwrap();
        assert_altered(&place, &token, b"content", "something else for the mark, and no package");
    }
}

/// Between opening it and reading it.
#[test]
fn altered_in_use() {
    let place = Place::new();
    let token = place.put(&[1; 100_000], &FOREVER);
    let mut share = place.open(&token).unwrap();
    let file = place.file();
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..80_000]).unwrap();
    let mut bytes = Vec::new();
    assert!(matches!(share.copy_to(&mut bytes), Err(ShareError::Altered { .. })));
    assert!(!bytes.is_empty(), "verified pieces were written before, which are to be discarded");

    forge(&place, &token, r#"{"version":1,"kind":"used","at":"2026-01-01T00:00:00Z"}"#, b"");
    let copied = share.copy_to(&mut Vec::new());
    assert!(matches!(copied, Err(ShareError::Altered { .. })), "a mark: {copied:?}");
}

/// A file as another flowport might have made it, for a token.
fn forge(place: &Place, token: &str, json: &str, content: &[u8]) {
    let key = format!("AGE-SECRET-KEY-1{}", token[4..].to_uppercase());
    let identity: age::x25519::Identity = key.parse().unwrap();
    let recipient = identity.to_public();
    let encryptor = Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let hash: String =
        Sha256::digest(format!("flowport share name v1\0{key}")).iter().map(|byte| format!("{byte:02x}")).collect();
    let file = fs::File::create(place.folder().join(hash + ".share")).unwrap();
    let mut writer = encryptor.wrap_output(file).unwrap();
    writer.write_all(&u32::try_from(json.len()).unwrap().to_be_bytes()).unwrap();
    writer.write_all(json.as_bytes()).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap();
}

/// Who has the token can make files for it. Also what keeps the format: version 1 as it is written here is read.
#[test]
fn made_by_another_flowport() {
    let place = Place::new();
    let token = place.put(b"content", &FOREVER);
    assert!(token.parse::<Token>().is_ok());
    let about =
        r#""about":{"name":"n","format":"f","file_name":"a.zip","created":"2026-01-01T00:00:00Z","creator":"c"}"#;
    let terms = r#""terms":{"expires":null,"once":false}"#;
    let of = |version: &str| format!(r#"{{"version":{version},"kind":"package",{terms},{about}}}"#);
    forge(&place, &token, &of("1"), b"forged");
    assert_eq!(place.files().len(), 1, "the file's name is the hash that it is said to be");
    assert_eq!(place.read(&token).unwrap(), b"forged");

    for json in [of("2"), of("4000000000"), String::from(r#"{"version":2,"kind":"riddle"}"#)] {
        forge(&place, &token, &json, b"forged");
        let error = place.read(&token).unwrap_err();
        assert!(matches!(error, ShareError::Newer), "{json}: {error}");
    }
    let long = format!(r#"{}{}"#, of("1"), " ".repeat(70_000));
    let harmful = of("1").replace("a.zip", "../a.zip");
    let late = of("1").replace("null", "\"tomorrow\"");
    for json in [
        "",
        "{}",
        "[]",
        r#"{"version":1}"#,
        r#"{"version":1,"kind":"riddle"}"#,
        &of("\"1\""),
        &of("1")[1..],
        &long,
        &harmful,
        &late,
    ] {
        forge(&place, &token, json, b"forged");
        assert_altered(&place, &token, b"forged", json);
    }
}
