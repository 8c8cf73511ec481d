//! What is put in comes out.

mod common;

use std::io::{self, Read, Write};

use common::{FOREVER, ONCE, Place, about, now, other_token};
use flowport_share::{About, ShareError, Terms};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes(content in proptest::collection::vec(any::<u8>(), 0..2000), name in any::<String>(), once in any::<bool>(), seconds in proptest::option::of(1_i64..100_000_000_000)) {
        let place = Place::new();
        let expires = seconds.map(|seconds| now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap());
        let terms = Terms { expires, once };
        let about = About { name: name.clone(), creator: name, ..about() };
        let token = place.store.put(&mut &content[..], &terms, &about).unwrap();
        let mut share = place.store.open(token, now()).unwrap();
        prop_assert_eq!(&share.about, &about);
        prop_assert_eq!(share.terms, terms);
        for _ in 0..2 {
            let mut read = Vec::new();
            prop_assert_eq!(share.copy_to(&mut read).unwrap(), content.len() as u64);
            prop_assert_eq!(&read, &content);
        }
    }
}

/// age encrypts 64 KiB at a time, and the first of them holds what is said about the package.
#[test]
fn lengths_about_the_pieces() {
    let place = Place::new();
    let piece = 64 * 1024;
    let lengths = (0..=600).step_by(40).flat_map(|less| [piece - less, 2 * piece - less]);
    for len in lengths.chain([piece - 1, piece, piece + 1, 3 * piece]) {
        let content: Vec<u8> = (0..len).map(|at| (at % 251) as u8).collect();
        let token = place.put(&content, &FOREVER);
        assert!(place.read(&token).unwrap() == content, "{len}");
    }
}

/// Through a reader and a writer that hold nothing.
#[test]
fn large_packages() {
    const LEN: u64 = 64 * 1024 * 1024;
    let place = Place::new();
    let token = place.store.put(&mut io::repeat(0).take(LEN), &ONCE, &about()).unwrap();
    let mut share = place.store.open(token, now()).unwrap();
    let mut zeros = Zeros(0);
    assert_eq!(share.copy_to(&mut zeros).unwrap(), LEN);
    assert_eq!(zeros.0, LEN);
}

/// How many zeros were written, and nothing else.
struct Zeros(u64);

impl Write for Zeros {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert!(bytes.iter().all(|byte| *byte == 0));
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Fails after so many bytes.
struct Short(usize);

impl Read for Short {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = buffer.len().min(self.0);
        self.0 -= read;
        if read == 0 { Err(io::Error::other("the cable was pulled")) } else { Ok(read) }
    }
}

impl Write for Short {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.read(&mut vec![0; bytes.len()])
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_package_that_cannot_be_read_leaves_nothing() {
    let place = Place::new();
    let error = place.store.put(&mut Short(200_000), &FOREVER, &about()).unwrap_err();
    assert!(matches!(&error, ShareError::Input(why) if why.to_string() == "the cable was pulled"), "{error}");
    assert!(place.files().is_empty());
}

#[test]
fn an_output_that_fails_can_be_replaced() {
    let place = Place::new();
    let content = vec![7; 200_000];
    let mut share = place.open(&place.put(&content, &ONCE)).unwrap();
    let error = share.copy_to(&mut Short(100_000)).unwrap_err();
    assert!(matches!(&error, ShareError::Output(why) if why.to_string() == "the cable was pulled"), "{error}");
    let mut read = Vec::new();
    share.copy_to(&mut read).unwrap();
    assert!(read == content);
}

#[test]
fn other_tokens_and_other_stores_know_no_such_share() {
    let place = Place::new();
    let token = place.put(b"content", &FOREVER);
    let error = place.store.open(other_token(), now()).unwrap_err();
    assert!(matches!(&error, ShareError::Unknown { folder } if *folder == place.folder()), "{error}");
    assert!(matches!(Place::new().read(&token), Err(ShareError::Unknown { .. })), "a store that is not there");
    assert_eq!(place.read(&token).unwrap(), b"content");
    std::fs::remove_file(place.file()).unwrap();
    assert!(matches!(place.read(&token), Err(ShareError::Unknown { .. })), "taken away");
}

#[test]
fn it_expires_at_the_moment() {
    let place = Place::new();
    let expires = now();
    for once in [false, true] {
        let token = place.put(b"content", &Terms { expires: Some(expires), once });
        let open = |nanoseconds| {
            let now = expires.checked_add(jiff::SignedDuration::from_nanos(nanoseconds)).unwrap();
            place.store.open(token.parse().unwrap(), now)
        };
        assert!(open(-1).is_ok());
        for nanoseconds in [0, 1, i64::MAX] {
            assert!(matches!(open(nanoseconds), Err(ShareError::Expired { at }) if at == expires), "{nanoseconds}");
        }
    }
}

#[test]
fn what_could_do_harm_where_it_is_read_is_not_shared() {
    let place = Place::new();
    for file_name in
        ["", ".", "..", "../order.zip", "/order.zip", "a\\order.zip", "c:order.zip", "order\0.zip", "order\n.zip"]
    {
        let about = About { file_name: file_name.to_owned(), ..about() };
        let error = place.store.put(&mut io::empty(), &FOREVER, &about).unwrap_err();
        assert!(matches!(error, ShareError::Unfit { .. }), "{file_name:?}: {error}");
    }
    for (len, fits) in [(65_000, true), (66_000, false)] {
        let about = About { name: "n".repeat(len), ..about() };
        let put = place.store.put(&mut io::empty(), &FOREVER, &about);
        assert_eq!(put.is_ok(), fits, "{len}");
        match put {
            Ok(token) => assert_eq!(place.store.open(token, now()).unwrap().about, about),
            Err(error) => assert!(matches!(error, ShareError::Unfit { .. }), "{error}"),
        }
    }
    assert_eq!(place.files().len(), 1);
}
