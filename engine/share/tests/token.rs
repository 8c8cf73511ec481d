//! Tokens as people handle them.

mod common;

use common::{FOREVER, Place};
use flowport_share::{ShareError, Token};

#[test]
fn one_word_that_reads_back() {
    let token = Place::new().put(b"", &FOREVER);
    assert!(token.starts_with("fps1") && token.len() == 62, "{token}");
    assert!(token.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit()), "{token}");
    for copied in [token.clone(), format!("  {token}\r\n")] {
        assert!(Token::looks_like(&copied));
        assert_eq!(copied.parse::<Token>().unwrap().to_string(), token);
    }
}

#[test]
fn files_are_no_tokens() {
    for name in
        ["", "orders.zip", "fps1.zip", "./fps1abc", "fps1\\abc", "fps", "fps2abc", "FPS1ABC", "AGE-SECRET-KEY-1ABC"]
    {
        assert!(!Token::looks_like(name), "{name}");
    }
    assert!(Token::looks_like("fps1abc"), "not whole, but meant as one");
}

#[test]
fn no_token_at_all_is_told_from_a_mistyped_one() {
    let token = Place::new().put(b"", &FOREVER);
    for text in ["", "orders.zip", "1", &token[1..], &token.to_uppercase(), &format!("x{token}")] {
        assert!(matches!(text.parse::<Token>(), Err(ShareError::NotAToken)), "{text}");
    }
    let upper = format!("fps1{}", token[4..].to_uppercase());
    let split = format!("{} {}", &token[..20], &token[20..]);
    for text in [
        "fps1",
        &token[..61],
        &upper,
        &split,
        &format!("{token}q"),
        &format!("{token}{token}"),
        &token.replacen("fps1", "fps1ä", 1),
    ] {
        assert!(matches!(text.parse::<Token>(), Err(ShareError::Mistyped)), "{text}");
    }
    // As long in bytes, and not in characters.
    let wide = format!("fps1ä{}", &token[6..]);
    assert!(matches!(wide.parse::<Token>(), Err(ShareError::Mistyped)), "{wide}");
}

#[test]
fn any_single_mistake_is_noticed() {
    let place = Place::new();
    let token = place.put(b"content", &FOREVER);
    let characters: Vec<char> = token.chars().collect();
    let refused = |text: String| match text.parse::<Token>() {
        Err(ShareError::Mistyped | ShareError::NotAToken) => {}
        other => panic!("{text}: {other:?}"),
    };
    for at in 0..characters.len() {
        for typed in (' '..='~').chain(['ä', '\u{301}', '\u{200b}', '\0']) {
            let mut changed = characters.clone();
            // Space at the ends is taken for what comes along when a text is copied, and the rest is too short.
            changed[at] = typed;
            if changed != characters {
                refused(changed.iter().collect());
            }
        }
        let mut lacking = characters.clone();
        lacking.remove(at);
        refused(lacking.iter().collect());
        let mut doubled = characters.clone();
        doubled.insert(at, characters[at]);
        refused(doubled.iter().collect());
        if at > 0 && characters[at] != characters[at - 1] {
            let mut swapped = characters.clone();
            swapped.swap(at, at - 1);
            refused(swapped.iter().collect());
        }
    }
    assert_eq!(place.read(&token).unwrap(), b"content");
}

/// Neither what is printed for debugging, nor an error about it.
#[test]
fn it_is_not_shown_by_accident() {
    let place = Place::new();
    let token = place.put(b"content", &FOREVER);
    let mistyped = token.replacen("fps1", "fps1q", 1);
    let mut share = place.open(&token).unwrap();
    let mut texts = vec![format!("{:?}", token.parse::<Token>().unwrap()), format!("{share:#?}")];
    std::fs::write(place.file(), "").unwrap();
    let errors = [
        token[1..].parse::<Token>().unwrap_err(),
        mistyped.parse::<Token>().unwrap_err(),
        Place::new().open(&token).unwrap_err(),
        place.open(&token).unwrap_err(),
        share.copy_to(&mut Vec::new()).unwrap_err(),
    ];
    texts.extend(errors.iter().flat_map(|error| [error.to_string(), format!("{error:?}")]));
    for text in texts {
        for part in token.as_bytes()[4..].windows(8) {
            let part = std::str::from_utf8(part).unwrap();
            assert!(!text.to_lowercase().contains(part), "{part}: {text}");
        }
    }
}
