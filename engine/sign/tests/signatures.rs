//! Signatures: what is taken, and that nothing else is.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flowport_core::content::Hash;
use flowport_sign::{LockedKey, NewKey, PublicKey, SecretKey, SignError, Signature, TrustedComment};

const DATA: &[u8] = b"a package";

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)
}

fn key() -> SecretKey {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("release.key");
    NewKey::make(None).unwrap().save(&path).unwrap();
    LockedKey::from_file(&path).unwrap().open(None).unwrap()
}

fn comment() -> TrustedComment {
    TrustedComment { at: Some(1_795_845_210), file: Some("a.zip".to_owned()), statement: Some(Hash::of(b"statement")) }
}

/// The signature's text with one line changed.
fn with_line(signature: &Signature, line: usize, change: impl FnOnce(&str) -> String) -> String {
    let text = signature.to_string();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[line] = change(&lines[line]);
    lines.join("\n") + "\n"
}

/// Another letter of base64 at that place.
fn altered(text: &str, place: usize) -> String {
    let other = if &text[place..=place] == "A" { "B" } else { "A" };
    format!("{}{other}{}", &text[..place], &text[place + 1..])
}

#[test]
fn what_was_signed_is_verified_with_its_comment() {
    let key = key();
    let signature = key.sign(DATA, &comment()).unwrap();
    assert_eq!(signature.key(), key.public().id());
    let read: Signature = signature.to_string().parse().unwrap();
    assert_eq!(read.verify(key.public(), DATA).unwrap(), comment());
    // More than is read at a time.
    let large = vec![7; 300_000];
    let signature = key.sign(&large[..], &comment()).unwrap();
    assert!(signature.verify(key.public(), &large[..]).is_ok());
    assert!(matches!(signature.verify(key.public(), &large[1..]), Err(SignError::Altered)));
}

#[test]
fn whatever_is_altered_is_refused() {
    let key = key();
    let signature = key.sign(DATA, &comment()).unwrap();
    for data in [&b"b package"[..], b"a packag", b"a package ", b""] {
        assert!(matches!(signature.verify(key.public(), data), Err(SignError::Altered)), "{data:?}");
    }
    let texts = [
        with_line(&signature, 1, |line| altered(line, 40)),
        with_line(&signature, 2, |line| line.replace("a.zip", "b.zip")),
        with_line(&signature, 2, |line| line.replace("statement-sha256:", "statement-sha256:0")),
        with_line(&signature, 3, |line| altered(line, 40)),
    ];
    for text in texts {
        let refused = text.parse::<Signature>().unwrap().verify(key.public(), DATA);
        assert!(matches!(refused, Err(SignError::Altered)), "{text}");
    }
    // The untrusted comment is what its name says.
    let text = with_line(&signature, 0, |_| "untrusted comment: anything".to_owned());
    assert_eq!(text.parse::<Signature>().unwrap().verify(key.public(), DATA).unwrap(), comment());
}

#[test]
fn another_key_is_named() {
    let (ours, theirs) = (key(), key());
    let signature = theirs.sign(DATA, &comment()).unwrap();
    let error = signature.verify(ours.public(), DATA).unwrap_err();
    let SignError::OtherKey { by, wanted } = error else { panic!("{error}") };
    assert_eq!((by, wanted), (theirs.public().id(), ours.public().id()));
}

#[test]
fn a_signature_that_claims_another_key_is_refused() {
    let (ours, theirs) = (key(), key());
    // The signature of another key under the id of ours: two bytes of algorithm, eight of the id.
    let (forged, of_ours) = (theirs.sign(DATA, &comment()).unwrap(), ours.sign(DATA, &comment()).unwrap());
    let bytes = |signature: &Signature| STANDARD.decode(signature.to_string().lines().nth(1).unwrap()).unwrap();
    let claimed = [&bytes(&of_ours)[..10], &bytes(&forged)[10..]].concat();
    let read: Signature = with_line(&forged, 1, |_| STANDARD.encode(claimed)).parse().unwrap();
    assert_eq!(read.key(), ours.public().id());
    assert!(matches!(read.verify(ours.public(), DATA), Err(SignError::Altered)));
}

#[test]
fn what_is_no_signature_is_none_and_ends_in_no_panic() {
    let key = key();
    let signature = key.sign(DATA, &comment()).unwrap();
    let text = signature.to_string();
    let mut texts =
        vec![String::new(), "hello".to_owned(), "\n\n\n\n".to_owned(), text.replace("trusted comment", "x")];
    // Each line cut short, and the file after each line.
    texts.extend((0..4).map(|line| with_line(&signature, line, |line| line[..line.len() / 2].to_owned())).skip(1));
    texts.push(with_line(&signature, 3, |_| "AAAA".to_owned()));
    texts.extend((1..4).map(|lines| text.lines().take(lines).collect::<Vec<_>>().join("\n")));
    for text in texts {
        let read = text.parse::<Signature>();
        // Half a trusted comment is a comment, and not the one that was signed.
        let is_refused = match &read {
            Err(error) => matches!(error, SignError::NotASignature),
            Ok(read) => read.verify(key.public(), DATA).is_err(),
        };
        assert!(is_refused, "{text}");
    }
}

#[test]
fn the_reference_implementation_is_understood() {
    let key = PublicKey::from_file(&reference("synthetic.pub")).unwrap();
    let data = fs::read(reference("hello.txt")).unwrap();
    let signature = Signature::from_file(&reference("hello.txt.minisig")).unwrap();
    let comment = signature.verify(&key, &data[..]).unwrap();
    assert_eq!(
        comment,
        TrustedComment { at: Some(1_795_845_210), file: Some("hello.txt".to_owned()), statement: None }
    );
    assert!(matches!(signature.verify(&key, &b"hello"[..]), Err(SignError::Altered)));
    let legacy = Signature::from_file(&reference("hello.txt.legacy.minisig")).unwrap();
    assert!(matches!(legacy.verify(&key, &data[..]), Err(SignError::Legacy)));
}

/// The library that makes signatures verifies them with code of its own, and reads the text as anybody would.
#[test]
fn another_implementation_verifies_what_is_signed() {
    let key = key();
    let text = key.sign(DATA, &comment()).unwrap().to_string();
    let theirs = minisign::SignatureBox::from_string(&text).unwrap();
    let public = minisign::PublicKey::from_base64(&key.public().to_string()).unwrap();
    let verify = |data: &[u8]| minisign::verify(&public, &theirs, std::io::Cursor::new(data), true, false, false);
    verify(DATA).unwrap();
    assert!(verify(b"another package").is_err());
    assert_eq!(theirs.trusted_comment().unwrap(), comment().to_string());
}
